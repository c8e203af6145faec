"""Adding a round up: the sums, what is unknown, the period before, one edition of two starts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.http import Http404

from canhgiac.agencies.models import Area, AreaSuccession, Member, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.plans.models import Obligation
from canhgiac.reporting.models import ConsolidatedFigure, Consolidation, Paragraph, ReportRound, Submission
from canhgiac.reporting.selectors.consolidations import consolidation_for, page_of
from canhgiac.reporting.selectors.places import by_place, place_names
from canhgiac.reporting.selectors.traces import book_of, trace_rows
from canhgiac.reporting.services.consolidations import consolidate, consolidation_start, header_edit
from canhgiac.reporting.services.paragraphs import paragraph_edit
from canhgiac.reporting.services.refusals import Refused, Stale
from tests.factories import agencies, plans, reporting
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


def made(by: Member, of: ReportRound, after: int | None = None) -> Consolidation:
    """An edition, added up here."""
    row = consolidation_start(by=by, round_id=of.pk, after=after)
    return consolidate(consolidation_id=row.pk)


def filed(cast: Cast) -> ReportRound:
    """Five owe: two filed figures (one leaves one out), one filed empty, one was sent back, one is silent."""
    units = [agencies.agency(name=f"UBND xã Thử {n}", parent=cast.province) for n in range(5)]
    of = reporting.report_round(by=cast.coordinator, agencies=units)
    duties = [reporting.duty_of(of, unit) for unit in units]
    words = "Địa bàn rộng, sóng yếu. Không có kinh phí."
    reporting.submission(duties[0], by=cast.officer, answers={"to_roi_ban": 1000, "hoi_nghi": 3, "kho_khan": words})
    answers = {"to_roi_ban": 161, "hoi_nghi": None, "kho_khan": "Địa bàn rộng, sóng yếu"}
    reporting.submission(duties[1], by=cast.officer, answers=answers, on_time=False)
    reporting.submission(duties[2], by=cast.officer, is_empty=True)
    reporting.submission(duties[3], by=cast.officer, answers={"to_roi_ban": 9999}, state=Submission.State.RETURNED)
    return of


def figure(row: Consolidation, code: str) -> ConsolidatedFigure:
    return ConsolidatedFigure.objects.get(consolidation=row, code=code)


def test_known_unknown_empty_and_missing_are_four_things(cast: Cast) -> None:
    row = made(cast.coordinator, filed(cast))
    leaflets, talks, nobody = figure(row, "to_roi_ban"), figure(row, "hoi_nghi"), figure(row, "lop_tap_huan")
    assert (leaflets.value, leaflets.known, leaflets.unknown, leaflets.empty, leaflets.missing) == (
        Decimal(1161),
        2,
        0,
        1,
        2,
    )
    assert (talks.value, talks.known, talks.unknown) == (Decimal(3), 1, 1)
    assert (nobody.value, nobody.known, nobody.unknown) == (None, 0, 2)
    counts = row.summary["counts"]
    assert (counts["owed"], counts["received"], counts["filed_empty"], counts["missing"]) == (5, 3, 1, 2)
    assert counts["filed_late"] == 1
    assert {one["name"] for one in row.summary["missing"]} == {"UBND xã Thử 3", "UBND xã Thử 4"}


def test_the_text_says_the_figures_the_unknown_and_who_is_missing(cast: Cast) -> None:
    row = made(cast.coordinator, filed(cast))
    page = page_of(cast.coordinator, row)
    said = {s.section: " ".join("".join(p.text for p in one.parts) for one in s.paragraphs) for s in page.sections}
    assert "có 3/5 cơ quan, đơn vị, địa phương đã gửi báo cáo" in said["situation"]
    assert "Còn 2 đơn vị chưa gửi báo cáo: UBND xã Thử 3, UBND xã Thử 4" in said["situation"]
    assert "Đã phát 1.161 tờ rơi." in said["results"]
    assert "Chưa có số liệu về: lớp tập huấn; lượt người tham dự; tổng số cuộc." in said["results"]
    assert "(4 đơn vị chưa có số liệu)" in said["results"]
    assert "Địa bàn rộng, sóng yếu (2 đơn vị nêu)." in said["difficulties"]
    assert page.typed == []


def test_a_figure_opens_the_rows_it_was_added_up_from(cast: Cast) -> None:
    row = made(cast.coordinator, filed(cast))
    rows = list(trace_rows(row, "to_roi_ban"))
    assert [one.value for one in rows[:2]] == [1000, 161]
    assert sum(one.value or 0 for one in rows) == figure(row, "to_roi_ban").value
    assert {one.agency.name for one in trace_rows(row, "_chua_gui")} == {"UBND xã Thử 3", "UBND xã Thử 4"}
    assert trace_rows(row, "hoi_nghi", only="chua").count() == 4


def test_the_period_before_is_found_by_code_across_form_versions(cast: Cast) -> None:
    old = reporting.report_round(by=cast.coordinator, agencies=[cast.department])
    reporting.submission(reporting.duty_of(old, cast.department), by=cast.officer, answers={"to_roi_ban": 800})
    newer = reporting.form(by=cast.coordinator, codes=["to_roi_ban", "moi"])
    of = reporting.report_round(by=cast.coordinator, agencies=[cast.department], form_version=newer, previous=old)
    reporting.submission(reporting.duty_of(of, cast.department), by=cast.officer, answers={"to_roi_ban": 900, "moi": 1})
    row = made(cast.coordinator, of)
    assert figure(row, "to_roi_ban").before == 800
    assert figure(row, "moi").before is None
    live = book_of(row).live
    assert live["sosanh:to_roi_ban"].text == "tăng 12,5 % so với kỳ trước"
    assert live["sosanh:moi"].text == "kỳ trước chưa có số liệu"


def test_two_starts_make_one_edition_and_the_job_twice_changes_nothing(cast: Cast) -> None:
    of = filed(cast)
    first = consolidation_start(by=cast.coordinator, round_id=of.pk, after=0)
    assert consolidation_start(by=cast.coordinator, round_id=of.pk, after=0) == first
    consolidate(consolidation_id=first.pk)
    assert consolidation_start(by=cast.coordinator, round_id=of.pk, after=0) == first
    kept = Paragraph.objects.filter(consolidation=first).count()
    consolidate(consolidation_id=first.pk)
    assert Paragraph.objects.filter(consolidation=first).count() == kept
    assert Consolidation.objects.filter(round=of).count() == 1


def test_a_new_edition_shows_what_changed_and_keeps_what_people_wrote(cast: Cast) -> None:
    of = filed(cast)
    first = made(cast.coordinator, of)
    told = Paragraph.objects.get(consolidation=first, section="results", text__contains="{so:to_roi_ban}")
    text = "Toàn tỉnh đã phát {so:to_roi_ban} tờ rơi."
    paragraph_edit(by=cast.coordinator, paragraph_id=told.pk, version=1, text=text)
    late = of.duties.get(agency__name="UBND xã Thử 4")
    reporting.submission(late, by=cast.officer, answers={"to_roi_ban": 23})
    second = made(cast.coordinator, of, after=1)
    assert second.number == 2
    page = page_of(cast.coordinator, second)
    assert ("1.161", "1.184") in {(change.before, change.after) for change in page.changes}
    texts = ["".join(p.text for p in one.parts) for s in page.sections for one in s.paragraphs]
    assert "Toàn tỉnh đã phát 1.184 tờ rơi." in texts
    assert figure(first, "to_roi_ban").value == Decimal(1161)


def test_only_a_coordinator_of_the_rounds_agency_adds_up_and_others_do_not_see_it(cast: Cast) -> None:
    of = filed(cast)
    with pytest.raises(NotAllowed):
        consolidation_start(by=cast.officer, round_id=of.pk)
    planned = reporting.report_round(by=cast.coordinator, agencies=[], state=ReportRound.State.PLANNED)
    with pytest.raises(Refused):
        consolidation_start(by=cast.coordinator, round_id=planned.pk)
    row = made(cast.coordinator, of)
    assert consolidation_for(cast.auditor, row.pk) == row
    for member in (cast.officer, cast.commune_officer, cast.outsider):
        with pytest.raises(Http404):
            consolidation_for(member, row.pk)


def test_the_head_is_filled_from_the_register_and_kept_for_the_next_report(cast: Cast) -> None:
    row = made(cast.coordinator, filed(cast))
    assert row.header["issuer"] == "Ủy ban nhân dân tỉnh Thử Nghiệm"
    assert row.header["symbol"] == "BC-UBND"
    assert row.header["place"] == "Thử Nghiệm"
    header = row.header | {"signer_name": "Nguyễn Văn Thử"}
    day = dt.date(2025, 6, 30)
    header_edit(by=cast.coordinator, consolidation_id=row.pk, version=row.version, header=header, area_as_of=day)
    with pytest.raises(Stale):
        header_edit(by=cast.coordinator, consolidation_id=row.pk, version=row.version, header=header, area_as_of=day)
    other = reporting.report_round(by=cast.coordinator, agencies=[])
    assert made(cast.coordinator, other).header["signer_name"] == "Nguyễn Văn Thử"


def test_figures_by_area_follow_the_boundaries_of_the_day(cast: Cast) -> None:
    before, day = dt.date(2025, 6, 30), dt.date(2025, 7, 1)
    old = [agencies.area(name=f"Xã Cũ {n}", parent=cast.province_area, valid_until=before) for n in range(2)]
    new = agencies.area(name="Xã Mới", parent=cast.province_area, valid_from=day)
    for area in old:
        AreaSuccession.objects.create(predecessor=area, successor=new, on=day)
    units = [agencies.agency(name=f"Tổ {area.name}", parent=cast.province, area=area) for area in old]
    of = reporting.report_round(by=cast.coordinator, agencies=units)
    for number, unit in enumerate(units, start=1):
        reporting.submission(reporting.duty_of(of, unit), by=cast.officer, answers={"to_roi_ban": number})
    row = made(cast.coordinator, of)
    row.area_as_of = day
    assert [(one.name, one.values) for one in by_place(row, ["to_roi_ban"])] == [("Xã Mới", {"to_roi_ban": Decimal(3)})]
    row.area_as_of = before
    assert [one.name for one in by_place(row, ["to_roi_ban"])] == ["Xã Cũ 0", "Xã Cũ 1"]
    assert place_names({Area.objects.get(name="Xã Cũ 0").pk}, on=day) == {old[0].pk: "Xã Mới"}


def test_an_approver_reads_the_reports_that_may_be_signed_there(cast: Cast) -> None:
    row = made(cast.coordinator, filed(cast))
    below = reporting.report_round(by=cast.coordinator, agency=cast.police, agencies=[cast.department])
    lower = made(cast.coordinator, below)
    chief, stranger = agencies.member(agency=cast.province), agencies.member(agency=cast.department)
    agencies.role(chief, Role.Kind.APPROVER, cast.province)
    agencies.role(stranger, Role.Kind.APPROVER, cast.department)
    assert consolidation_for(chief, row.pk) == row
    assert consolidation_for(chief, lower.pk) == lower
    with pytest.raises(Http404):
        consolidation_for(stranger, lower.pk)


def test_what_nobody_knows_is_named_in_one_sentence(cast: Cast) -> None:
    form = reporting.form(by=cast.coordinator, codes=["mot", "hai", "ba"])
    of = reporting.report_round(by=cast.coordinator, agencies=[cast.department], form_version=form)
    reporting.submission(reporting.duty_of(of, cast.department), by=cast.officer, answers={"hai": 4})
    row = made(cast.coordinator, of)
    texts = list(Paragraph.objects.filter(consolidation=row, section="results").values_list("text", flat=True))
    assert texts == ["Liệu hai: {so:hai} cuộc. Chưa có số liệu về: liệu mot; liệu ba."]


def test_the_head_sends_the_report_to_whom_the_plan_names(cast: Cast) -> None:
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    facts = {"plan": plan, "code": "BC1", "position": 1, "text": "Báo cáo 06 tháng"}
    duty = Obligation.objects.create(recipient="UBND tỉnh Xa", **facts)
    of = reporting.report_round(by=cast.coordinator, agencies=[cast.department], plan=plan)
    of.obligation = duty
    of.save()
    recipients = made(cast.coordinator, of).header["recipients"]
    assert recipients[0] == "Ủy ban nhân dân tỉnh Xa (để báo cáo)"
    assert recipients[-1] == "Lưu: VT"


def test_the_head_names_the_plan_as_a_clerk_would(cast: Cast) -> None:
    plan = plans.plan(by=cast.coordinator, agency=cast.province, title="Phòng, chống lừa đảo trực tuyến")
    title = "Báo cáo 6 tháng đầu năm 2026"
    of = reporting.report_round(by=cast.coordinator, agencies=[cast.department], plan=plan, title=title)
    paper = plan.directive
    number, day = paper.number, "15/01/2026"
    header = made(cast.coordinator, of).header
    assert header["subject"] == (
        f"Kết quả thực hiện Kế hoạch số {number} về phòng, chống lừa đảo trực tuyến (6 tháng đầu năm 2026)"
    )
    assert f"Thực hiện Kế hoạch số {number} ngày {day} về phòng, chống" in header["opening"]
