"""The pages of the review: who may open them, what they show, how many queries they take."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings as site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from canhgiac.agencies.models import Agency, Member
from canhgiac.kit.text import fold
from canhgiac.plans.models import Assignment, Body, Directive, Finding, Plan, ReviewState, Suggestion, Task
from canhgiac.plans.services.imports import directive_read, directive_receive
from canhgiac.plans.services.review import task_edit
from tests.factories.agencies import Cast

SAMPLE = site.ROOT / "samples" / "plans" / "01-lua-dao-truc-tuyen-vinh-an.txt"


@pytest.fixture
def draft(cast: Cast, settings: Settings, tmp_path: Path) -> Plan:
    """The flagship sample, read."""
    settings.FILES_ROOT = tmp_path / "files"
    settings.REQUIRE_MFA = False  # these members have no second factor
    directive = directive_receive(
        by=cast.coordinator, file_name="ke-hoach.txt", data=SAMPLE.read_bytes(), agency=cast.province
    )
    plan = directive_read(directive_id=directive.pk)
    assert plan is not None
    return plan


def as_member(member: Member) -> Client:
    """A browser in which the member has logged in."""
    client = Client()
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(client: Client, name: str, *args: int, query: str = "") -> str:
    """The page's text; it must be there."""
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.mark.parametrize("tab", ["nhiem-vu", "chi-tieu", "thoi-han", "bao-cao", "co-quan", "noi-nhan"])
def test_every_tab_opens_with_the_text_beside_it(cast: Cast, draft: Plan, tab: str) -> None:
    shown = page(as_member(cast.coordinator), "plan_review", draft.pk, query=f"?phan={tab}")
    assert "Công an tỉnh" in shown
    assert 'id="dong-1"' in shown
    assert "Điều cần xem trước khi ban hành" in shown


@pytest.mark.parametrize(
    ("tab", "code"), [("nhiem-vu", "NV4"), ("chi-tieu", "CT1"), ("thoi-han", "TH1"), ("bao-cao", "BC1")]
)
def test_a_chosen_piece_opens_for_correction(cast: Cast, draft: Plan, tab: str, code: str) -> None:
    shown = page(as_member(cast.coordinator), "plan_review", draft.pk, query=f"?phan={tab}&chon={code}")
    assert "data-edit" in shown
    assert "cg-ln sel" in shown or "cg-ln h sel" in shown


@pytest.mark.parametrize("role", ["officer", "commune_officer", "auditor", "admin", "outsider"])
@pytest.mark.parametrize("name", ["plan_review", "plan_issue", "header_correct", "plan_changes"])
def test_only_editors_open_a_draft(cast: Cast, draft: Plan, role: str, name: str) -> None:
    response = as_member(cast.everyone[role]).get(reverse(name, args=[draft.pk]))
    assert response.status_code == 404


def test_the_other_pages_open(cast: Cast, draft: Plan) -> None:
    client = as_member(cast.coordinator)
    assert "Kéo tệp vào đây" in page(client, "directive_receive")
    assert draft.title in page(client, "plan_list")
    assert draft.title in page(client, "plan_detail", draft.pk)
    assert "Ban hành" in page(client, "plan_issue", draft.pk)
    assert "214/KH-UBND" in page(client, "header_correct", draft.pk)
    assert client.get(reverse("directive_progress", args=[draft.directive_id])).status_code == 302


def test_plans_are_found_without_diacritics(cast: Cast, draft: Plan) -> None:
    client = as_member(cast.coordinator)
    assert draft.title in page(client, "plan_list", query="?q=lua+dao+VINH+AN")
    assert draft.title not in page(client, "plan_list", query="?q=ma+tuy")


def big(plan: Plan, tasks: int) -> None:
    """Adds so many tasks, each with its line of text, body, agency, fault and finding."""
    directive = Directive.objects.get(pk=plan.directive_id)
    agency = Agency.objects.filter(parent__isnull=False).first()
    assert agency is not None
    for number in range(tasks):
        start = len(directive.text) + 1
        text = f"Tổ chức buổi tuyên truyền số {number} tại nhà văn hóa của từng thôn, tổ dân phố."
        directive.text += f"\n{text}"
        end = start + len(text)
        task = Task.objects.create(
            plan=plan,
            code=f"NV{900 + number}",
            position=90_000 + number,
            text=text,
            span_start=start,
            span_end=end,
            folded=fold(text),
        )
        body = Body.objects.create(
            task=task, as_printed=f"Cơ quan {number}", part="lead", span_start=start, span_end=end
        )
        Assignment.objects.create(task=task, agency=agency, body=body, part="lead")
        Suggestion.objects.create(
            plan=plan, text="thôn", replacement="xóm", reason="thử", span_start=end - 15, span_end=end - 11
        )
        Finding.objects.create(plan=plan, code="short-link", severity="warning", message="thử", spans=[[start, end]])
    directive.save()


@pytest.mark.parametrize("query", ["", "?chon=NV4", "?phan=co-quan", "?phan=chi-tieu&chon=CT1"])
def test_queries_do_not_grow_with_the_plan(cast: Cast, draft: Plan, query: str) -> None:
    client = as_member(cast.coordinator)
    page(client, "plan_review", draft.pk, query=query)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page(client, "plan_review", draft.pk, query=query)
    big(draft, 60)
    with CaptureQueriesContext(connection) as many:
        page(client, "plan_review", draft.pk, query=query)
    assert len(many) == len(few)
    assert len(few) <= 45


def test_a_long_document_shows_the_part_in_use(cast: Cast, draft: Plan) -> None:
    big(draft, 500)
    client = as_member(cast.coordinator)
    shown = page(client, "plan_review", draft.pk, query="?chon=NV1399")
    assert "nhiệm vụ đang gập" in shown
    assert shown.count("cg-ln") < 140
    assert "buổi tuyên truyền số 499" in shown
    opened = client.get(reverse("plan_lines", args=[draft.pk, 2]), headers={"HX-Request": "true"})
    assert opened.content.decode().count('class="cg-ln') >= 50
    assert len(shown) < 400_000


def test_queries_of_the_list_do_not_grow(cast: Cast, draft: Plan) -> None:
    from tests.factories import plans as make

    client = as_member(cast.coordinator)
    page(client, "plan_list")
    with CaptureQueriesContext(connection) as few:
        page(client, "plan_list")
    for _number in range(20):
        make.plan(by=cast.coordinator, agency=cast.province)
    with CaptureQueriesContext(connection) as many:
        page(client, "plan_list")
    assert len(many) == len(few)


def test_an_officer_sees_the_own_agency_alone(cast: Cast, draft: Plan) -> None:
    Task.objects.filter(plan=draft).update(review=ReviewState.ACCEPTED)
    Plan.objects.filter(pk=draft.pk).update(state=Plan.State.ISSUED)
    shown = page(as_member(cast.officer), "plan_detail", draft.pk)
    assert "Việc của cơ quan bạn" in shown
    assert "Theo cơ quan" not in shown
    assert "Công an tỉnh Thử Nghiệm" not in shown
    assert as_member(cast.outsider).get(reverse("plan_detail", args=[draft.pk])).status_code == 404


def test_an_own_plan_is_found_by_its_officer_alone(cast: Cast, draft: Plan) -> None:
    Plan.objects.filter(pk=draft.pk).update(state=Plan.State.ISSUED)
    client = as_member(cast.officer)
    assert "Gửi kế hoạch của đơn vị" in page(client, "plan_detail", draft.pk)
    directive = directive_receive(
        by=cast.officer,
        file_name="so.txt",
        data=SAMPLE.read_bytes().replace(b"214/KH-UBND", b"7/KH-SGD"),
        agency=cast.department,
        parent=draft,
    )
    own = directive_read(directive_id=directive.pk)
    assert own is not None
    assert "7/KH-SGD" in page(client, "plan_list")
    assert "7/KH-SGD" not in page(as_member(cast.coordinator), "plan_list")
    shown = page(client, "plan_detail", draft.pk)
    assert "Kế hoạch của đơn vị bạn" in shown
    assert "Gửi kế hoạch của đơn vị" not in shown
    assert "data-review" in page(client, "plan_review", own.pk)
    assert as_member(cast.commune_officer).get(reverse("plan_review", args=[own.pk])).status_code == 404


def test_queries_of_a_plan_do_not_grow_with_its_agencies(cast: Cast, draft: Plan) -> None:
    Plan.objects.filter(pk=draft.pk).update(state=Plan.State.ISSUED)
    client = as_member(cast.coordinator)
    page(client, "plan_detail", draft.pk)
    with CaptureQueriesContext(connection) as few:
        page(client, "plan_detail", draft.pk)
    big(draft, 40)
    with CaptureQueriesContext(connection) as many:
        page(client, "plan_detail", draft.pk)
    assert len(many) == len(few)


def test_the_page_is_told_what_others_did(cast: Cast, draft: Plan) -> None:
    from canhgiac.agencies.models import Role
    from tests.factories import agencies as make

    other = make.member(full_name="Người Thứ Hai")
    make.role(other, Role.Kind.COORDINATOR, cast.province)
    client = as_member(cast.coordinator)
    address = reverse("plan_changes", args=[draft.pk]) + "?tu=1&phan=nhiem-vu&chon=NV1"
    assert client.get(address).status_code == 204
    task = Task.objects.get(plan=draft, code="NV3")
    task_edit(by=other, task=task, version=task.version, text="Lời mới.")
    told = client.get(address).content.decode()
    assert "Người Thứ Hai vừa sửa NV3." in told
    assert as_member(other).get(address).status_code == 204


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("due_kind=date&due_day=2026-06-10&strictly_before=on", "ngày cuối còn đúng hạn: Thứ Ba, 09/06/2026"),
        ("due_kind=yearly&due_yearly=15/6", "15/06 hằng năm"),
        ("due_kind=period&due_period=P3M", "hằng quý"),
        ("due_kind=none", "Không có hạn"),
        ("due_kind=yearly&due_yearly=31/2", "Không có hạn"),
    ],
)
def test_a_due_rule_is_said_in_plain_words(cast: Cast, draft: Plan, query: str, says: str) -> None:
    assert says in page(as_member(cast.coordinator), "due_preview", draft.pk, query=f"?{query}")


def test_agencies_are_found_without_diacritics(cast: Cast, draft: Plan) -> None:
    shown = page(as_member(cast.coordinator), "agency_search", draft.pk, query="?lead_new=giao+duc")
    assert 'value="Sở Giáo dục và Đào tạo"' in shown
    assert page(as_member(cast.coordinator), "agency_search", draft.pk).strip() == ""


def test_the_file_comes_as_a_download_alone(cast: Cast, draft: Plan) -> None:
    response = as_member(cast.coordinator).get(reverse("directive_file", args=[draft.directive_id]))
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(response) == SAMPLE.read_bytes()
    refused = as_member(cast.outsider).get(reverse("directive_file", args=[draft.directive_id]))
    assert refused.status_code == 403


@pytest.mark.parametrize(
    "trick", ["?chon=' OR 1=1", "?phan=../../etc", "?trang=-1", "?trang=99999", "?mo=-5&mo=x", "?loc=%00"]
)
def test_odd_addresses_show_the_plain_page(cast: Cast, draft: Plan, trick: str) -> None:
    assert "data-review" in page(as_member(cast.coordinator), "plan_review", draft.pk, query=trick)
