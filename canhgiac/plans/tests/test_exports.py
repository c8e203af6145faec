import datetime as dt
import io

import pytest
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from canhgiac.engines.officialdoc.reading import read
from canhgiac.engines.officialdoc.writing import to_docx
from canhgiac.kit.sheets import xlsx
from canhgiac.plans.models import Plan
from canhgiac.plans.selectors.due import rule_words
from canhgiac.plans.selectors.exports import document_name, plan_document, plan_sheets
from tests.factories import agencies, plans
from tests.factories.agencies import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    return agencies.cast()


@pytest.fixture
def plan(cast: Cast) -> Plan:
    plan = plans.plan(by=cast.coordinator, agency=cast.province, title="Kế hoạch phòng, chống lừa đảo")
    task = plans.task(
        plan, text="=Phát tờ rơi", lead="UBND các xã", cooperating="Công an", due_rule="--06-10", strictly_before=True
    )
    plans.assignment(task, cast.commune, due=dt.date(2026, 6, 9))
    return plan


def test_the_workbook_holds_tasks_and_shares_as_they_stand(plan: Plan) -> None:
    book = load_workbook(io.BytesIO(b"".join(xlsx(plan_sheets(plan)))))
    tasks = list(book["Nhiệm vụ"].iter_rows(values_only=True))
    shares = list(book["Việc được giao"].iter_rows(values_only=True))

    assert tasks[1][2:7] == ("=Phát tờ rơi", "Giao", "UBND các xã", "Công an", "trước ngày 10/06 hằng năm")
    assert shares[1][2:6] == ("UBND xã Đồi Mây", "Chủ trì", dt.datetime(2026, 6, 9), "Chưa bắt đầu")  # noqa: DTZ001
    assert [page.title for page in book] == ["Nhiệm vụ", "Việc được giao", "Chỉ tiêu", "Thời hạn", "Chế độ báo cáo"]


def test_the_document_lists_tasks_under_their_leads(plan: Plan) -> None:
    text = read(to_docx(plan_document(plan)), "a.docx").text

    assert "BẢNG TỔNG HỢP NHIỆM VỤ" in text
    assert "1. UBND các xã" in text
    assert "trước ngày 10/06 hằng năm" in text
    assert document_name(plan) == f"Văn bản số {plan.directive.number} ngày 15/01/2026"


def test_only_who_may_read_the_plan_gets_the_files(cast: Cast, plan: Plan) -> None:
    client = Client()
    path = f"/ke-hoach/{plan.pk}/xuat"

    assert client.get(f"{path}.xlsx").status_code == 302
    client.force_login(cast.outsider)
    assert client.get(f"{path}.xlsx").status_code == 404
    client.force_login(cast.coordinator)
    answer = client.get(f"{path}.docx")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].endswith('.docx"')
    assert b"".join(client.get(f"{path}.xlsx").streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]


def test_more_tasks_take_no_more_queries(
    cast: Cast, plan: Plan, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(20):
        plans.assignment(plans.task(plan, lead="Sở Thử"), cast.department)
    fresh = Plan.objects.select_related("directive", "agency").get(pk=plan.pk)

    with django_assert_max_num_queries(7):
        b"".join(xlsx(plan_sheets(fresh)))
    with django_assert_max_num_queries(4):
        plan_document(fresh)


@pytest.mark.parametrize(
    ("rule", "strict", "words"),
    [
        (None, False, ""),
        ("2026-01-10", True, "trước ngày 10/01/2026"),
        ("--06-10", False, "10/06 hằng năm"),
        ("P6M", False, "06 tháng một lần"),
        ("P1Y", False, "hằng năm"),
        ("P3M", True, "hằng quý"),
        ("quý IV", False, "quý IV"),
    ],
)
def test_rules_in_words(rule: str | None, *, strict: bool, words: str) -> None:
    assert rule_words(rule, strictly_before=strict) == words
