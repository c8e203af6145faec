"""Difficulties and proposals, commendations, money: acts, readers, pages, what the report draws."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from openpyxl import load_workbook

from canhgiac.activities.models import BudgetLine, Commendation, Remark
from canhgiac.activities.selectors import records as reads
from canhgiac.activities.selectors.records import (
    budget_between,
    budget_groups,
    budget_years,
    commendations_between,
    remarks_between,
)
from canhgiac.activities.services import records
from canhgiac.activities.services.records import BudgetData, CommendationData, RecordRefused, RemarkData
from canhgiac.agencies.models import AuditEntry, Notice
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.plans.models import Plan
from tests.factories import plans as make_plan
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 5)
TEXT = "Thiếu loa ở ba thôn vùng cao"


@pytest.fixture
def plan(cast: Cast) -> Plan:
    return make_plan.plan(by=cast.coordinator, agency=cast.province)


def remark(cast: Cast, **facts: Any) -> Remark:
    data: dict[str, Any] = {"kind": "difficulty", "agency": cast.commune, "text": TEXT, "on": DAY} | facts
    return records.remark_make(by=cast.commune_officer, data=RemarkData(**data))


def proposal(cast: Cast, **facts: Any) -> Commendation:
    data: dict[str, Any] = {"agency": cast.commune, "nominee_kind": "person", "nominee": "Ông Nguyễn Văn Mẫu"}
    data |= {"achievement": "Vận động cả thôn", "form": "Giấy khen", "on": DAY} | facts
    return records.commendation_propose(by=cast.commune_officer, data=CommendationData(**data))


def line(cast: Cast, plan: Plan, **facts: Any) -> BudgetLine:
    data: dict[str, Any] = {"agency": cast.commune, "plan": plan, "year": 2026, "source": "state"}
    data |= {"content": "In tờ rơi", "planned": Decimal(25_000_000)} | facts
    return records.budget_line_add(by=cast.commune_officer, data=BudgetData(**data))


# Remarks ------------------------------------------------------------------------------------------------------------


def test_a_difficulty_goes_to_the_superior_who_answers(cast: Cast) -> None:
    row = remark(cast)
    assert row.addressed_to == cast.province
    assert Notice.objects.get(member=cast.coordinator).subject == "Khó khăn của UBND xã Đồi Mây"
    answered = records.remark_answer(by=cast.coordinator, remark=row, answer="Đã cấp ba loa", version=1)
    assert (answered.state, answered.answered_by) == (Remark.State.ANSWERED, cast.coordinator)
    assert Notice.objects.get(member=cast.commune_officer).body == "Đã cấp ba loa"
    closed = records.remark_state_set(by=cast.commune_officer, remark=answered, closed=True, version=2)
    assert closed.state == Remark.State.CLOSED
    again = records.remark_state_set(by=cast.coordinator, remark=closed, closed=False, version=3)
    assert again.state == Remark.State.ANSWERED
    with pytest.raises(RecordRefused, match="Đã có trả lời"):
        records.remark_edit(by=cast.commune_officer, remark=again, data=_data(row), version=4)
    assert AuditEntry.objects.filter(act__startswith="activities.remark").count() == 4


def _data(row: Remark) -> RemarkData:
    return RemarkData(kind=row.kind, agency=row.agency, text="Sửa lại", on=row.on)


def test_a_remark_is_corrected_before_the_answer_and_never_over_a_newer_one(cast: Cast) -> None:
    row = remark(cast)
    assert records.remark_edit(by=cast.commune_officer, remark=row, data=_data(row), version=1).text == "Sửa lại"
    with pytest.raises(RecordRefused, match="Người khác vừa sửa"):
        records.remark_edit(by=cast.commune_officer, remark=row, data=_data(row), version=1)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"text": " \0 "}, "text"),
        ({"text": "x" * 5001}, "text"),
        ({"kind": "x"}, "kind"),
        ({"on": dt.date(2099, 1, 1)}, "on"),
    ],
)
def test_a_remark_that_says_nothing_is_refused(cast: Cast, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(RecordRefused) as refusal:
        remark(cast, **facts)
    assert refusal.value.field == field


def test_a_remark_to_oneself_or_of_another_plans_task_is_refused(cast: Cast, plan: Plan) -> None:
    with pytest.raises(RecordRefused, match="chính đơn vị"):
        remark(cast, addressed_to=cast.commune)
    other = make_plan.task(make_plan.plan(by=cast.coordinator))
    with pytest.raises(RecordRefused, match="không thuộc kế hoạch"):
        remark(cast, plan=plan, task=other)
    assert remark(cast, task=other).plan == other.plan


def test_only_who_may_writes_and_answers(cast: Cast) -> None:
    row = remark(cast)
    for name in ("officer", "auditor", "admin", "outsider", "commune_officer"):
        with pytest.raises(NotAllowed):
            records.remark_answer(by=cast.everyone[name], remark=row, answer="x", version=1)
    with pytest.raises(NotAllowed):
        records.remark_make(by=cast.officer, data=_data(row))
    with pytest.raises(NotAllowed):
        records.remark_state_set(by=cast.officer, remark=row, closed=True, version=1)
    with pytest.raises(RecordRefused, match="nội dung trả lời"):
        records.remark_answer(by=cast.coordinator, remark=row, answer=" ", version=1)


def test_each_reader_sees_the_remarks_within_reach(cast: Cast) -> None:
    remark(cast)
    seen = {name: reads.remarks_for(member).count() for name, member in cast.everyone.items()}
    assert seen == {"coordinator": 1, "officer": 0, "commune_officer": 1, "auditor": 1, "admin": 0, "outsider": 0}
    to_department = remark(cast, addressed_to=cast.department)
    assert reads.remarks_for(cast.officer).get() == to_department
    assert reads.may_answer(cast.officer, to_department)


def test_a_report_finds_what_was_said_in_its_window(cast: Cast, plan: Plan) -> None:
    row = remark(cast)
    remark(cast, on=dt.date(2025, 12, 31))
    window: dict[str, Any] = {"since": dt.date(2026, 1, 1), "until": DAY}
    for within in (None, cast.commune, cast.province):
        assert list(remarks_between(within=within, **window)) == [row]
    assert not remarks_between(within=cast.department, **window)
    told = remark(cast, addressed_to=cast.department)
    assert list(remarks_between(within=cast.department, **window)) == [told]
    other = remark(cast, plan=make_plan.plan(by=cast.coordinator, agency=cast.province))
    assert other not in remarks_between(within=None, plan=plan, **window)
    assert set(remarks_between(within=None, plan=other.plan, **window)) == {row, told, other}


# Commendations ------------------------------------------------------------------------------------------------------


def test_a_proposal_is_endorsed_awarded_and_taken_back(cast: Cast) -> None:
    row = proposal(cast)
    row = records.commendation_decide(by=cast.coordinator, commendation=row, state="endorsed", version=1)
    with pytest.raises(RecordRefused, match="số, ngày của quyết định"):
        records.commendation_decide(by=cast.coordinator, commendation=row, state="awarded", version=2)
    row = records.commendation_decide(
        by=cast.coordinator, commendation=row, state="awarded", decision="12/QĐ-UBND, 05/3/2026", version=2
    )
    with pytest.raises(RecordRefused, match="Không chuyển được"):
        records.commendation_decide(by=cast.coordinator, commendation=row, state="declined", version=3)
    row = records.commendation_decide(by=cast.coordinator, commendation=row, state="endorsed", version=3)
    data = CommendationData(
        agency=row.agency, nominee_kind="collective", nominee="Thôn 2", achievement="x", form="Giấy khen", on=DAY
    )
    with pytest.raises(RecordRefused, match="đã được xử lý"):
        records.commendation_edit(by=cast.commune_officer, commendation=row, data=data, version=4)
    with pytest.raises(NotAllowed):
        records.commendation_decide(by=cast.commune_officer, commendation=row, state="awarded", version=4)


def test_a_private_persons_name_is_for_those_who_need_it(client: Client, cast: Cast) -> None:
    proposal(cast)
    proposal(cast, nominee_kind="collective", nominee="Thôn Bản Mây")
    for name, sees in {"coordinator": True, "commune_officer": True, "auditor": False}.items():
        client.force_login(cast.everyone[name])
        for path in ("/khen-thuong/", "/khen-thuong/xuat.csv"):
            text = client.get(path).getvalue().decode()
            assert ("Nguyễn Văn Mẫu" in text) is sees, (name, path)
            assert "Thôn Bản Mây" in text
    client.force_login(cast.auditor)
    assert "Chưa có" not in client.get("/khen-thuong/", {"q": "Bản Mây"}).content.decode()
    assert "Không có đề xuất nào khớp" in client.get("/khen-thuong/", {"q": "Văn Mẫu"}).content.decode()
    assert "Mẫu" not in str(list(AuditEntry.objects.values_list("facts", flat=True)))


def test_a_report_finds_the_proposals_of_its_window_but_none_that_was_declined(cast: Cast) -> None:
    row, declined = proposal(cast), proposal(cast)
    records.commendation_decide(by=cast.coordinator, commendation=declined, state="declined", version=1)
    assert list(commendations_between(within=None, since=DAY, until=DAY)) == [row]
    assert list(commendations_between(within=cast.commune, since=DAY, until=DAY)) == [row]
    assert not commendations_between(within=cast.department, since=DAY, until=DAY)


# Money --------------------------------------------------------------------------------------------------------------


def test_sums_tell_what_is_unknown_and_what_is_over(cast: Cast, plan: Plan) -> None:
    line(cast, plan, allocated=Decimal(20_000_000), spent=Decimal(21_000_000))
    line(cast, plan)
    line(cast, plan, source="own", planned=Decimal(0))
    [own, state] = sorted(budget_groups(_lines_of(plan, 2026)), key=lambda total: total.source)
    assert (state.planned, state.allocated, state.spent) == (*map(Decimal, (50_000_000, 20_000_000, 21_000_000)),)
    assert (state.lines, state.unallocated, state.unknown, state.is_over) == (2, 1, 1, True)
    assert (own.planned, own.allocated, own.spent, own.is_over) == (Decimal(0), None, None, False)
    assert budget_groups(_lines_of(plan, 2025)) == []
    everything = reads.budget_sum(reads.budget_for(cast.coordinator))
    assert (everything.lines, everything.planned) == (3, Decimal(50_000_000))


def _lines_of(plan: Plan, year: int) -> QuerySet[BudgetLine]:
    return budget_between(within=None, since=dt.date(year, 1, 1), until=dt.date(year, 12, 31), plan=plan)


def test_a_report_finds_the_money_of_its_years_below_its_agency_and_of_the_plans_it_runs(cast: Cast) -> None:
    own = make_plan.plan(by=cast.coordinator, agency=cast.department)
    row = line(cast, own)
    window: dict[str, Any] = {"since": dt.date(2025, 12, 15), "until": dt.date(2026, 6, 14)}
    for within in (None, cast.commune, cast.department):
        assert list(budget_between(within=within, **window)) == [row]
    assert not budget_between(within=cast.police, **window)
    assert list(budget_years(dt.date(2025, 12, 15), dt.date(2026, 6, 14))) == [2026]
    assert list(budget_years(dt.date(2025, 6, 1), dt.date(2026, 6, 14))) == [2025, 2026]
    assert list(budget_years(dt.date(2025, 12, 1), dt.date(2025, 12, 31))) == [2025]


def test_a_line_is_corrected_and_removed_and_the_log_keeps_the_sums(cast: Cast, plan: Plan) -> None:
    row = line(cast, plan)
    data = BudgetData(
        agency=cast.commune, plan=plan, year=2026, source="state", content="In", planned=Decimal(1), spent=Decimal(0)
    )
    records.budget_line_edit(by=cast.commune_officer, line=row, data=data, version=1)
    facts = AuditEntry.objects.latest("seq").facts
    assert (facts["before"]["planned"], facts["after"]["planned"]) == ("25000000", "1")
    with pytest.raises(NotAllowed):
        records.budget_line_remove(by=cast.officer, line=row, version=2)
    records.budget_line_remove(by=cast.commune_officer, line=row, version=2)
    assert not BudgetLine.objects.exists()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"planned": Decimal(-1)}, "planned"),
        ({"spent": Decimal(10) ** 15}, "spent"),
        ({"year": 1999}, "year"),
        ({"source": "x"}, "source"),
        ({"content": " "}, "content"),
    ],
)
def test_a_sum_that_cannot_be_is_refused(cast: Cast, plan: Plan, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(RecordRefused) as refusal:
        line(cast, plan, **facts)
    assert refusal.value.field == field


# Pages --------------------------------------------------------------------------------------------------------------


def test_the_pages_write_answer_and_export(client: Client, cast: Cast, plan: Plan) -> None:
    client.force_login(cast.commune_officer)
    given = {"agency": cast.commune.pk, "kind": "proposal", "text": "Xin thêm tờ rơi", "on": "2026-03-05"}
    assert client.post("/kho-khan/moi/", given).status_code == 302
    row = Remark.objects.get()
    bad = client.post("/kho-khan/moi/", given | {"text": "Giữ câu này", "on": "2099-01-01"})
    assert bad.status_code == 422
    assert "Giữ câu này" in bad.content.decode()
    edited = client.post(f"/kho-khan/{row.pk}/sua/", given | {"text": "Xin thêm hai nghìn tờ rơi", "version": 1})
    assert edited.status_code == 302
    client.force_login(cast.coordinator)
    assert "Xin thêm hai nghìn" in client.get("/kho-khan/").content.decode()
    detail = client.get(f"/kho-khan/{row.pk}/").content.decode()
    assert "Gửi trả lời" in detail
    assert client.post(f"/kho-khan/{row.pk}/tra-loi/", {"answer": "", "version": 2}).status_code == 422
    client.post(f"/kho-khan/{row.pk}/tra-loi/", {"answer": "Đã gửi", "closed": "on", "version": 2})
    row.refresh_from_db()
    assert (row.state, row.answer) == (Remark.State.CLOSED, "Đã gửi")
    client.post(f"/kho-khan/{row.pk}/trang-thai/", {"version": row.version})
    row.refresh_from_db()
    assert row.state == Remark.State.ANSWERED
    book = load_workbook(io.BytesIO(client.get("/kho-khan/xuat.xlsx").getvalue()))
    assert [cell.value for cell in book.worksheets[0][2]][2] == "Xin thêm hai nghìn tờ rơi"


def test_sums_are_typed_and_shown_with_thousands(client: Client, cast: Cast, plan: Plan) -> None:
    client.force_login(cast.commune_officer)
    make_plan.assignment(make_plan.task(plan), cast.commune)
    given = {"agency": cast.commune.pk, "plan": plan.pk, "year": 2026, "source": "state", "content": "Pa-nô"}
    bad = client.post("/kinh-phi/moi/", given | {"planned": "25,000,000"})
    assert bad.status_code == 422
    assert "25,000,000" in bad.content.decode()
    sums = {"planned": "25.000.000", "allocated": "20.000.000 đồng", "spent": "21.000.000"}
    assert client.post("/kinh-phi/moi/", given | sums).status_code == 302
    html = client.get("/kinh-phi/").content.decode()
    assert "25.000.000" in html
    assert "Chi vượt số được giao" in html
    row = BudgetLine.objects.get()
    assert 'value="20.000.000"' in client.get(f"/kinh-phi/{row.pk}/sua/").content.decode()
    assert "Không có dòng nào khớp" not in client.get("/kinh-phi/", {"state": "vuot"}).content.decode()
    assert "Không có dòng nào khớp" in client.get("/kinh-phi/", {"year": "2020"}).content.decode()
    assert client.get("/kinh-phi/xuat.csv").status_code == 200
    client.post(f"/kinh-phi/{row.pk}/xoa/", {"version": 1})
    assert not BudgetLine.objects.exists()


def test_a_proposal_is_made_edited_and_decided_on_the_pages(client: Client, cast: Cast) -> None:
    client.force_login(cast.commune_officer)
    given = {"agency": cast.commune.pk, "nominee_kind": "collective", "nominee": "Thôn 2", "achievement": "Tốt"}
    given |= {"form": "Giấy khen", "on": "2026-03-05"}
    assert client.post("/khen-thuong/moi/", given).status_code == 302
    row = Commendation.objects.get()
    client.post(f"/khen-thuong/{row.pk}/sua/", given | {"nominee": "Thôn 3", "version": 1})
    client.force_login(cast.coordinator)
    client.post(f"/khen-thuong/{row.pk}/xet/", {"state": "awarded", "decision": "12/QĐ", "version": 2})
    row.refresh_from_db()
    assert (row.nominee, row.state, row.decision) == ("Thôn 3", Commendation.State.AWARDED, "12/QĐ")
    refused = client.post(f"/khen-thuong/{row.pk}/xet/", {"state": "declined", "version": 3}, follow=True)
    assert "Không chuyển được" in refused.content.decode()


def test_nobody_opens_what_is_out_of_reach(client: Client, cast: Cast, plan: Plan) -> None:
    rows = {"kho-khan": remark(cast).pk, "kinh-phi": line(cast, plan).pk}
    client.force_login(cast.officer)
    assert client.get(f"/kho-khan/{rows['kho-khan']}/").status_code == 404
    assert client.get(f"/kinh-phi/{rows['kinh-phi']}/sua/").status_code == 404
    client.force_login(cast.auditor)
    answer = client.post(f"/kho-khan/{rows['kho-khan']}/tra-loi/", {"answer": "x", "version": 1})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/kho-khan/", "/khen-thuong/", "/kinh-phi/"])
def test_the_lists_ask_as_often_for_three_as_for_one(
    path: str, client: Client, cast: Cast, plan: Plan, django_assert_max_num_queries: Any
) -> None:
    for _number in range(3):
        remark(cast)
        proposal(cast)
        line(cast, plan)
    client.force_login(cast.coordinator)
    for sort in ("", "don-vi", "-ngay", "-trang-thai", "-da-chi", "duoc-giao", "lạ"):
        with django_assert_max_num_queries(20):
            assert client.get(path, {"sort": sort, "since": "x", "plan": "0"}).status_code == 200


def test_an_empty_list_says_what_to_do(client: Client, cast: Cast) -> None:
    client.force_login(cast.commune_officer)
    for path, words in (("/kho-khan/", "Ghi mới"), ("/khen-thuong/", "Đề xuất"), ("/kinh-phi/", "Ghi kinh phí")):
        html = client.get(path).content.decode()
        assert "Chưa có" in html
        assert words in html
