"""Rounds: made, opened, changed, closed; who owes; extensions, excuses, urging; mergers."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from canhgiac.agencies.models import Agency, AuditEntry, Notice, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import agency_merge
from canhgiac.kit import clock
from canhgiac.plans.models import Obligation, Plan
from canhgiac.reporting.models import (
    DueExtension,
    DueRequest,
    DutyReminder,
    FormVersion,
    ReportDuty,
    ReportRound,
    Submission,
)
from canhgiac.reporting.selectors.schedule import dues_for, period_kind
from canhgiac.reporting.services import duties, rounds
from canhgiac.reporting.services.refusals import Refused, Stale
from canhgiac.reporting.services.rounds import RoundData
from canhgiac.reporting.services.schedule import obligation_round_make, rounds_schedule
from tests.factories import agencies, plans, reporting
from tests.factories.agencies import Cast

DAY = clock.DAY
D = dt.date
State = ReportRound.State
pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(cast: Cast) -> Plan:
    """A plan that gives a task to the department and one to the commune."""
    found = plans.plan(by=cast.coordinator, agency=cast.province)
    plans.assignment(plans.task(found), cast.department)
    plans.assignment(plans.task(found), cast.commune)
    return found


def data(cast: Cast, **facts: object) -> RoundData:
    today = clock.today()
    return replace(
        RoundData(
            agency=cast.province, title="Báo cáo thử", period="own", data_from=today - 90 * DAY, data_until=today,
            due_date=today + 10 * DAY, area_as_of=today,
        ),
        **facts,  # type: ignore[arg-type]
    )  # fmt: skip


def owed(of: ReportRound) -> dict[str, str]:
    return {duty.agency.name: duty.reports_to.name for duty in of.duties.select_related("agency", "reports_to")}


def unit(cast: Cast, parent: Agency | None = None, **facts: object) -> Agency:
    return agencies.agency(parent=parent or cast.province, kind=Agency.Kind.UNIT, **facts)  # type: ignore[arg-type]


# Making, opening, closing -------------------------------------------------------------------------------------------


def test_a_round_suggests_who_has_a_task_in_its_plan_and_tells_nobody(cast: Cast, plan: Plan) -> None:
    made = rounds.round_create(by=cast.coordinator, data=data(cast, plan=plan))
    assert made.state == State.PLANNED
    assert owed(made) == dict.fromkeys(("Sở Giáo dục và Đào tạo", "UBND xã Đồi Mây"), "UBND tỉnh Thử Nghiệm")
    assert not Notice.objects.exists()


def test_a_unit_reports_to_the_nearest_one_above_that_owes_too(cast: Cast, plan: Plan) -> None:
    office = unit(cast, cast.department, name="Phòng Phổ thông")
    school = agencies.agency(name="Trường Thử", kind=Agency.Kind.SCHOOL, parent=office)
    plans.assignment(plans.task(plan), school)
    made = rounds.round_create(by=cast.coordinator, data=data(cast, plan=plan))
    assert owed(made)["Trường Thử"] == "Sở Giáo dục và Đào tạo"


@pytest.mark.parametrize("who", ["officer", "commune_officer", "auditor", "admin", "outsider"])
def test_only_a_coordinator_makes_rounds(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        rounds.round_create(by=cast.everyone[who], data=data(cast))


def test_a_round_that_makes_no_sense_is_refused(cast: Cast) -> None:
    draft = reporting.form(by=cast.coordinator, published=False)
    today = clock.today()
    for facts, field in (
        ({"data_until": today - 100 * DAY}, "data_until"),
        ({"due_date": today - 100 * DAY}, "due_date"),
        ({"form_version": draft}, "form_version"),
    ):
        with pytest.raises(Refused) as refusal:
            rounds.round_create(by=cast.coordinator, data=data(cast, **facts))
        assert refusal.value.field == field


def test_opening_needs_a_form_someone_who_owes_and_a_day_to_come(cast: Cast, plan: Plan) -> None:
    made = rounds.round_create(by=cast.coordinator, data=data(cast))
    with pytest.raises(Refused, match="mẫu"):
        rounds.round_open(by=cast.coordinator, round_id=made.pk)
    form = reporting.form(by=cast.coordinator)
    ReportRound.objects.filter(pk=made.pk).update(form_version=form)
    with pytest.raises(Refused, match="đơn vị nào"):
        rounds.round_open(by=cast.coordinator, round_id=made.pk)
    rounds.duties_add(by=cast.coordinator, round_id=made.pk, agencies=[cast.department])
    ReportRound.objects.filter(pk=made.pk).update(due_date=clock.today() - DAY)
    with pytest.raises(Refused, match="đã qua"):
        rounds.round_open(by=cast.coordinator, round_id=made.pk)


def test_opening_tells_each_member_once(cast: Cast, plan: Plan) -> None:
    form = reporting.form(by=cast.coordinator)
    made = rounds.round_create(by=cast.coordinator, data=data(cast, plan=plan, form_version=form))
    rounds.round_open(by=cast.coordinator, round_id=made.pk)
    told = list(Notice.objects.filter(kind="reporting.round_open").order_by("address"))
    assert [notice.member for notice in told] == [cast.officer, cast.commune_officer]
    assert "Báo cáo thử" in told[0].subject
    assert set(DutyReminder.objects.values_list("rung", "notice__member")) == {
        ("opened", cast.officer.pk),
        ("opened", cast.commune_officer.pk),
    }
    with pytest.raises(Refused):
        rounds.round_open(by=cast.coordinator, round_id=made.pk)


def test_closing_locks_and_reopening_needs_a_reason(cast: Cast) -> None:
    found = reporting.report_round(by=cast.coordinator, agencies=[cast.department])
    rounds.round_close(by=cast.coordinator, round_id=found.pk)
    with pytest.raises(Refused, match="chốt"):
        rounds.duties_add(by=cast.coordinator, round_id=found.pk, agencies=[cast.commune])
    duty = reporting.duty_of(found, cast.department)
    with pytest.raises(Refused, match="chốt"):
        duties.duty_extend(by=cast.coordinator, duty=duty, until=duty.due_date + DAY, reason="Lũ lụt")
    with pytest.raises(Refused, match="lý do"):
        rounds.round_reopen(by=cast.coordinator, round_id=found.pk, reason=" ")
    opened = rounds.round_reopen(by=cast.coordinator, round_id=found.pk, reason="Bổ sung số liệu")
    assert (opened.state, opened.closed_at) == (State.OPEN, None)
    assert AuditEntry.objects.get(act="reporting.round_reopen").facts == {"reason": "Bổ sung số liệu"}


def test_editing_moves_default_days_and_a_stale_editor_is_told(cast: Cast) -> None:
    found = reporting.report_round(by=cast.coordinator, agencies=[cast.department, cast.commune])
    own = reporting.duty_of(found, cast.commune)
    duties.duty_extend(by=cast.coordinator, duty=own, until=own.due_date + 20 * DAY, reason="Bão")
    facts = data(cast, title="Tên mới", due_date=found.due_date + 2 * DAY, period="year", scoreboard=True)
    edited = rounds.round_edit(by=cast.coordinator, round_id=found.pk, data=facts, version=found.version)
    assert (edited.title, edited.scoreboard, edited.period) == ("Tên mới", True, "half_year")
    assert reporting.duty_of(found, cast.department).due_date == found.due_date + 2 * DAY
    assert reporting.duty_of(found, cast.commune).due_date == found.due_date + 20 * DAY
    with pytest.raises(Stale):
        rounds.round_edit(by=cast.coordinator, round_id=found.pk, data=facts, version=found.version)


def test_a_planned_round_can_be_discarded_an_open_one_not(cast: Cast) -> None:
    planned = reporting.report_round(by=cast.coordinator, agencies=[cast.department], state=State.PLANNED)
    rounds.round_discard(by=cast.coordinator, round_id=planned.pk)
    assert not ReportRound.objects.exists()
    found = reporting.report_round(by=cast.coordinator, agencies=[cast.department])
    with pytest.raises(Refused):
        rounds.round_discard(by=cast.coordinator, round_id=found.pk)


def test_another_version_of_the_form_carries_drafts_and_leaves_filed_reports(cast: Cast) -> None:
    found = reporting.report_round(by=cast.coordinator, agencies=[cast.department, cast.commune])
    first = found.form_version
    assert first is not None
    draft = reporting.submission(
        reporting.duty_of(found, cast.department),
        by=cast.officer,
        answers={"hoi_nghi": 7},
        state=Submission.State.DRAFT,
    )
    filed = reporting.submission(reporting.duty_of(found, cast.commune), by=cast.commune_officer)
    second = FormVersion.objects.create(form=first.form, number=2, state="published", made_by=cast.coordinator)
    with pytest.raises(Stale):
        rounds.round_form_change(by=cast.coordinator, round_id=found.pk, form_version=second, seen=found.version + 1)
    other = reporting.form(by=cast.coordinator)
    with pytest.raises(Refused, match="cùng một mẫu"):
        rounds.round_form_change(by=cast.coordinator, round_id=found.pk, form_version=other, seen=found.version)
    carried = rounds.round_form_change(by=cast.coordinator, round_id=found.pk, form_version=second, seen=found.version)
    assert carried == 1
    draft.refresh_from_db()
    filed.refresh_from_db()
    assert (draft.form_version, draft.answers) == (second, {"hoi_nghi": 7})
    assert filed.form_version == first


# Who owes -----------------------------------------------------------------------------------------------------------


def test_agencies_added_to_an_open_round_are_told(cast: Cast) -> None:
    found = reporting.report_round(by=cast.coordinator, agencies=[cast.department])
    added = rounds.duties_add(
        by=cast.coordinator, round_id=found.pk, agencies=[cast.commune, cast.department, cast.province]
    )
    assert [duty.agency for duty in added] == [cast.commune]
    assert Notice.objects.get().member == cast.commune_officer
    assert rounds.duties_add(by=cast.coordinator, round_id=found.pk, agencies=[cast.commune]) == []


def test_the_suggestion_can_be_taken_again(cast: Cast, plan: Plan) -> None:
    made = rounds.round_create(by=cast.coordinator, data=data(cast, plan=plan))
    ReportDuty.objects.filter(round=made, agency=cast.commune).delete()
    assert rounds.duties_suggest(by=cast.coordinator, round_id=made.pk) == 1
    assert len(owed(made)) == 2


def test_a_merged_agency_is_asked_once_through_its_successor(cast: Cast, plan: Plan) -> None:
    """Two communes merged into one in the middle of the period, before the round was made."""
    yesterday = clock.today() - DAY
    old = [agencies.agency(name=f"UBND xã Cũ {n}", parent=cast.province, valid_until=yesterday) for n in (1, 2)]
    for one in old:
        agencies.succession(one, cast.commune, on=clock.today())
        plans.assignment(plans.task(plan), one)
    made = rounds.round_create(by=cast.coordinator, data=data(cast, plan=plan))
    assert set(owed(made)) == {"Sở Giáo dục và Đào tạo", "UBND xã Đồi Mây"}
    covered = reporting.duty_of(made, cast.commune).covers.order_by("name")
    assert [agency.name for agency in covered] == ["UBND xã Cũ 1", "UBND xã Cũ 2"]


def test_a_merger_while_the_round_is_open_keeps_the_draft(cast: Cast) -> None:
    heir = unit(cast, name="UBND xã Mới")
    others = [unit(cast, name=f"UBND xã Số {n}") for n in range(3)]
    found = reporting.report_round(by=cast.coordinator, agencies=others)
    duty = reporting.duty_of(found, others[0])
    draft = reporting.submission(duty, by=cast.coordinator, answers={"hoi_nghi": 4}, state=Submission.State.DRAFT)
    reporting.submission(reporting.duty_of(found, others[2]), by=cast.coordinator)
    agency_merge(by=cast.admin, agencies=others, into=heir, on=clock.today())
    assert rounds.duties_refresh(by=cast.coordinator, round_id=found.pk) == 2
    new = reporting.duty_of(found, heir)
    assert new.pk == duty.pk
    assert set(new.covers.all()) == {others[0], others[1]}
    assert new.submissions.get() == draft
    assert set(owed(found)) == {"UBND xã Mới", "UBND xã Số 2"}  # what was received stands as it is
    assert rounds.duties_refresh(by=cast.coordinator, round_id=found.pk) == 0


def test_a_draft_of_a_merged_agency_stays_readable_where_the_heir_owes_already(cast: Cast) -> None:
    gone, lost = unit(cast, name="UBND xã Nhập"), unit(cast, name="UBND xã Mất")
    found = reporting.report_round(by=cast.coordinator, agencies=[gone, lost, cast.commune])
    duty = reporting.duty_of(found, gone)
    reporting.submission(duty, by=cast.coordinator, answers={"hoi_nghi": 4}, state=Submission.State.DRAFT)
    agency_merge(by=cast.admin, agencies=[gone], into=cast.commune, on=clock.today())
    Agency.objects.filter(pk=lost.pk).update(valid_until=clock.today() - DAY)
    rounds.duties_refresh(by=cast.coordinator, round_id=found.pk)
    duty.refresh_from_db()
    assert (duty.state, duty.excuse) == ("excused", "Đã sáp nhập; UBND xã Đồi Mây gửi thay.")
    assert list(reporting.duty_of(found, cast.commune).covers.all()) == [gone]
    assert reporting.duty_of(found, lost).excuse == "Đã giải thể."


def test_reports_addressed_to_an_ended_agency_go_to_its_successor(cast: Cast) -> None:
    office, heir = unit(cast, name="Phòng Cũ"), unit(cast, name="Phòng Mới")
    clerk = agencies.agency(parent=office, name="Tổ Một")
    found = reporting.report_round(by=cast.coordinator, agencies=[office, clerk], reports_to={clerk.pk: office})
    agency_merge(by=cast.admin, agencies=[office], into=heir, on=clock.today())
    rounds.duties_refresh(by=cast.coordinator, round_id=found.pk)
    assert owed(found) == {"Phòng Mới": cast.province.name, "Tổ Một": "Phòng Mới"}


def test_rerouting_refuses_strangers_and_circles(cast: Cast) -> None:
    office = unit(cast, cast.department)
    found = reporting.report_round(
        by=cast.coordinator, agencies=[cast.department, office, cast.commune], reports_to={office.pk: cast.department}
    )
    duty = reporting.duty_of(found, cast.department)
    with pytest.raises(Refused, match="vòng tròn"):
        duties.duty_route(by=cast.coordinator, duty=duty, reports_to=office)
    with pytest.raises(Refused, match="trong kỳ"):
        duties.duty_route(by=cast.coordinator, duty=duty, reports_to=cast.police)
    bulk = duties.duties_route(by=cast.coordinator, duties=[duty.pk], reports_to=cast.commune)
    assert (bulk.changed, owed(found)[cast.department.name]) == (1, cast.commune.name)


def test_an_agency_that_began_to_write_is_not_removed(cast: Cast) -> None:
    found = reporting.report_round(by=cast.coordinator, agencies=[cast.department, cast.commune])
    begun = reporting.duty_of(found, cast.department)
    reporting.submission(begun, by=cast.officer, state=Submission.State.DRAFT)
    bulk = duties.duties_remove(by=cast.coordinator, duties=list(found.duties.values_list("pk", flat=True)))
    assert bulk.changed == 1
    assert "Sở Giáo dục và Đào tạo" in bulk.refused[0]
    assert list(owed(found)) == ["Sở Giáo dục và Đào tạo"]
    with pytest.raises(NotAllowed):
        duties.duty_remove(by=cast.officer, duty=begun)


# Days, excuses, urging ----------------------------------------------------------------------------------------------


def test_a_later_date_is_asked_for_granted_and_granted_again(cast: Cast) -> None:
    found = reporting.report_round(by=cast.coordinator, agencies=[cast.department])
    duty = reporting.duty_of(found, cast.department)
    due = duty.due_date
    with pytest.raises(NotAllowed):
        duties.due_request(by=cast.commune_officer, duty=duty, until=due + DAY, reason="Mất điện")
    with pytest.raises(Refused):
        duties.due_request(by=cast.officer, duty=duty, until=due, reason="Mất điện")
    request = duties.due_request(by=cast.officer, duty=duty, until=due + 5 * DAY, reason="Mất điện")
    with pytest.raises(Refused, match="đang chờ"):
        duties.due_request(by=cast.officer, duty=duty, until=due + 9 * DAY, reason="Mất điện")
    assert Notice.objects.get(kind="reporting.due_request").member == cast.coordinator
    with pytest.raises(NotAllowed):
        duties.due_request_answer(by=cast.officer, request=request, grant=True)
    duties.due_request_answer(by=cast.coordinator, request=request, grant=True)
    duties.duty_extend(by=cast.coordinator, duty=duty, until=due + 8 * DAY, reason="Vẫn mất điện")
    duty.refresh_from_db()
    assert duty.due_date == due + 8 * DAY
    assert list(DueExtension.objects.order_by("at").values_list("before", "until")) == [
        (due, due + 5 * DAY),
        (due + 5 * DAY, due + 8 * DAY),
    ]
    assert Notice.objects.filter(member=cast.officer, kind="reporting.duty_extend").count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        DueExtension.objects.create(duty=duty, before=due, until=due, reason="sai", by=cast.coordinator)


def test_a_refused_request_says_why(cast: Cast) -> None:
    found = reporting.report_round(by=cast.coordinator, agencies=[cast.department])
    duty = reporting.duty_of(found, cast.department)
    request = duties.due_request(by=cast.officer, duty=duty, until=duty.due_date + DAY, reason="Bận")
    with pytest.raises(Refused, match="lý do"):
        duties.due_request_answer(by=cast.coordinator, request=request, grant=False)
    duties.due_request_answer(by=cast.coordinator, request=request, grant=False, answer="Chưa đủ căn cứ")
    request.refresh_from_db()
    assert request.state == DueRequest.State.REFUSED
    assert "Chưa đủ căn cứ" in Notice.objects.get(kind="reporting.due_request_answer").body
    with pytest.raises(Refused, match="đã được trả lời"):
        duties.due_request_answer(by=cast.coordinator, request=request, grant=True)


def test_many_are_extended_and_those_that_cannot_be_are_named(cast: Cast) -> None:
    found = reporting.report_round(by=cast.coordinator, agencies=[cast.department, cast.commune])
    reporting.submission(reporting.duty_of(found, cast.commune), by=cast.commune_officer)
    ids = list(found.duties.values_list("pk", flat=True))
    bulk = duties.duties_extend(by=cast.coordinator, duties=ids, until=found.due_date + DAY, reason="Bão số 9")
    assert (bulk.changed, len(bulk.refused)) == (1, 1)
    assert bulk.refused[0].startswith("UBND xã Đồi Mây: Báo cáo đã gửi")


def test_an_excuse_is_given_and_taken_back(cast: Cast) -> None:
    found = reporting.report_round(by=cast.coordinator, agencies=[cast.department])
    duty = reporting.duty_of(found, cast.department)
    assert duties.duties_excuse(by=cast.coordinator, duties=[duty.pk], reason="Mới thành lập").changed == 1
    duty.refresh_from_db()
    assert (duty.state, duty.excuse) == ("excused", "Mới thành lập")
    with pytest.raises(Refused):
        duties.duty_excuse(by=cast.coordinator, duty=duty, reason="Lần nữa")
    assert duties.duty_unexcuse(by=cast.coordinator, duty=duty).state == "waiting"
    with pytest.raises(NotAllowed):
        duties.duty_excuse(by=cast.auditor, duty=duty, reason="Không")


def test_urging_by_hand_is_one_mail_a_member_and_once_a_day(cast: Cast) -> None:
    silent = unit(cast, name="Đơn vị Im lặng")
    found = reporting.report_round(by=cast.coordinator, agencies=[cast.department, cast.commune, silent])
    reporting.submission(reporting.duty_of(found, cast.commune), by=cast.commune_officer)
    late = reporting.duty_of(found, cast.department)
    ReportDuty.objects.filter(pk=late.pk).update(due_date=clock.today() - DAY)
    ids = list(found.duties.values_list("pk", flat=True))
    first = duties.duties_urge(by=cast.coordinator, duties=ids, message="Gửi sớm giúp")
    assert (first.urged, first.already, first.silent) == (1, 1, ["Đơn vị Im lặng"])
    notice = Notice.objects.get(kind="reporting.urge")
    assert notice.member == cast.officer
    assert "Gửi sớm giúp" in notice.body
    assert DutyReminder.objects.get(rung="urge").duty == late
    assert duties.duties_urge(by=cast.coordinator, duties=[late.pk]).urged == 0
    with pytest.raises(NotAllowed):
        duties.duties_urge(by=cast.outsider, duties=ids)
    assert duties.duties_urge(by=cast.commune_officer, duties=ids).urged == 0


def test_the_one_between_urges_and_extends_its_own(cast: Cast) -> None:
    office = unit(cast, cast.department)
    lead = agencies.member(agency=cast.department)
    agencies.role(lead, Role.Kind.COORDINATOR, cast.department)
    clerk = agencies.member(agency=office)
    agencies.role(clerk, Role.Kind.OFFICER, office)
    found = reporting.report_round(
        by=cast.coordinator, agencies=[cast.department, office], reports_to={office.pk: cast.department}
    )
    below, middle = reporting.duty_of(found, office), reporting.duty_of(found, cast.department)
    assert duties.duties_urge(by=lead, duties=[below.pk, middle.pk]).urged == 1
    duties.duty_extend(by=lead, duty=below, until=below.due_date + DAY, reason="Bận")
    with pytest.raises(NotAllowed):
        duties.duty_extend(by=lead, duty=middle, until=below.due_date + DAY, reason="Bận")


# From plans' obligations --------------------------------------------------------------------------------------------


def obligation(plan: Plan, code: str, **facts: object) -> Obligation:
    return Obligation.objects.create(
        plan=plan, code=code, position=int(code[2:]), text="Định kỳ báo cáo kết quả", **facts
    )


def test_obligations_become_rounds_once(cast: Cast, plan: Plan) -> None:
    obligation(plan, "BC1", period="P6M", due_rule="--06-10")
    obligation(plan, "BC2", period="P12M", due_rule="--12-10")
    obligation(plan, "BC3", period="on-demand")
    made = rounds_schedule(today=D(2026, 5, 1))
    assert [(row.title, row.period, row.data_from, row.data_until, row.due_date) for row in made] == [
        ("Báo cáo 6 tháng đầu năm 2026", "half_year", D(2025, 12, 11), D(2026, 6, 10), D(2026, 6, 10))
    ]
    assert set(owed(made[0])) == {"Sở Giáo dục và Đào tạo", "UBND xã Đồi Mây"}
    assert (made[0].state, made[0].made_by, made[0].agency) == (State.PLANNED, None, cast.province)
    assert Notice.objects.get().member == cast.coordinator
    assert rounds_schedule(today=D(2026, 5, 2)) == []
    year = rounds_schedule(today=D(2026, 11, 1))
    assert [(row.title, row.period) for row in year] == [("Báo cáo năm 2026", "year")]
    again = rounds_schedule(today=D(2027, 5, 1))
    assert [row.previous for row in again] == [made[0]]


def test_the_database_refuses_a_second_round_of_one_due_date(cast: Cast, plan: Plan) -> None:
    one = obligation(plan, "BC1", due_rule="--06-10")
    found = rounds_schedule(today=D(2026, 5, 1))[0]
    found.pk = None
    found.obligation = one
    with pytest.raises(IntegrityError), transaction.atomic():
        found.save()


def test_printed_reporters_and_the_body_in_between_are_looked_up(cast: Cast, plan: Plan) -> None:
    one = obligation(
        plan, "BC1", due_rule="--06-10", reporter="Sở Giáo dục và Đào tạo", recipient="UBND tỉnh", via="Công an tỉnh"
    )
    Plan.objects.filter(pk=plan.pk).update(agency=cast.province)
    made = obligation_round_make(by=cast.coordinator, obligation=Obligation.objects.get(pk=one.pk))
    assert made.agency == cast.police
    assert owed(made) == {"Sở Giáo dục và Đào tạo": "Công an tỉnh Thử Nghiệm"}
    with pytest.raises(Refused, match="đã có"):
        obligation_round_make(by=cast.coordinator, obligation=one)
    with pytest.raises(NotAllowed):
        obligation_round_make(by=cast.officer, obligation=one)
    assert dues_for(cast.coordinator)[0].round == made


def test_an_obligation_without_a_day_waits_for_a_person(cast: Cast, plan: Plan) -> None:
    one = obligation(plan, "BC1", period="on-demand")
    with pytest.raises(Refused, match="không nêu ngày"):
        obligation_round_make(by=cast.coordinator, obligation=one)
    assert [due.day for due in dues_for(cast.coordinator)] == [None]


def test_a_plan_that_ended_asks_no_more(cast: Cast, plan: Plan) -> None:
    obligation(plan, "BC1", due_rule="--06-10")
    Plan.objects.filter(pk=plan.pk).update(due_until=D(2026, 6, 1))
    assert rounds_schedule(today=D(2026, 5, 1)) == []


def test_the_nightly_run_follows_mergers_in_open_rounds(cast: Cast) -> None:
    gone = unit(cast, name="UBND xã Nhập")
    found = reporting.report_round(by=cast.coordinator, agencies=[gone])
    agency_merge(by=cast.admin, agencies=[gone], into=cast.commune, on=clock.today())
    rounds_schedule(today=clock.today())
    assert list(owed(found)) == ["UBND xã Đồi Mây"]
    assert AuditEntry.objects.get(act="reporting.rounds_schedule").facts == {"rounds": [], "followed": [found.pk]}


@pytest.mark.parametrize(
    ("period", "rule", "due", "kind"),
    [
        ("P6M", "--06-10", D(2026, 6, 10), "half_year"),
        ("P3M", None, D(2026, 6, 30), "quarter"),
        ("P1M", None, D(2026, 6, 30), "month"),
        ("P1Y", "--12-10", D(2026, 12, 10), "year"),
        (None, "--06-10", D(2026, 6, 10), "half_year"),
        (None, "--12-10", D(2026, 12, 10), "year"),
        (None, "2026-03-31", D(2026, 3, 31), "own"),
        ("on-demand", None, D(2026, 3, 31), "on_demand"),
    ],
)
def test_the_kind_of_a_due_date(period: str | None, rule: str | None, due: dt.date, kind: str) -> None:
    assert period_kind(Obligation(period=period, due_rule=rule), due) == kind
