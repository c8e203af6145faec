"""Invented reports of the sample province: a form, a half-year that was closed, a year that is being collected.

Figures come from the invented activities, so that each opens its rows; words are made up. Written in bulk, so that the
first start stays short.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from canhgiac.activities.models import Activity
from canhgiac.activities.selectors.counted import activities_counted
from canhgiac.agencies.models import Agency, Member
from canhgiac.agencies.selectors.register import agencies_on
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.periods import period_title, plan_window
from canhgiac.plans.models import Plan
from canhgiac.reporting.models import (
    DutyReminder,
    FieldComment,
    FigureSource,
    FormField,
    FormVersion,
    ReportDuty,
    ReportForm,
    ReportRound,
    Submission,
    SubmissionStep,
)

from .consolidations import consolidate, consolidation_start
from .samplewords import DIFFICULTIES, FORM, PROPOSALS, SITUATIONS, Asked

SEED = 56
COORDINATOR = "dieuphoi@vinhan.example"
DEMO_COMMUNE = "UBND xã Sơn Thủy"
DEPARTMENTS = ("Sở Giáo dục và Đào tạo", "Sở Khoa học và Công nghệ")
INVENTED = "Dữ liệu mẫu, không có thật."
_K = FormField.Kind
RETURN_COMMENT = "Số bản tờ rơi thấp hơn hẳn kỳ trước. Kiểm tra lại hoặc ghi lý do."


@transaction.atomic
def sample_reports_load() -> int:
    """Loads the invented form, two rounds and their reports; returns how many reports were written.

    0 where they are there already. Raises Member.DoesNotExist without the sample province, Plan.DoesNotExist without
    its plan in force.
    """
    coordinator = Member.objects.get(email=COORDINATOR)
    plan = (
        Plan.objects.filter(state=Plan.State.ISSUED, parent__isnull=True, agency__isnull=False).order_by("pk").first()
    )
    if plan is None or plan.agency is None:
        raise Plan.DoesNotExist
    if ReportRound.objects.filter(agency=plan.agency).exists():
        return 0
    chance = random.Random(SEED)  # noqa: S311  # invented figures, the same on every run
    version = _form(plan, coordinator)
    agencies = _reporters(plan.agency)
    today = clock.today()
    due = dt.date(today.year + (today > dt.date(today.year, 12, 10)), 12, 10)
    half = dt.date(due.year, 6, 10)
    first_due, kind, title = (
        (half, "half_year", period_title("half_year", due.year))
        if half < today
        else (dt.date(due.year - 1, 12, 10), "year", period_title("year", due.year - 1))
    )
    closed = _round(plan, version, coordinator, title=title, kind=kind, due=first_due, previous=None)
    running = _round(
        plan, version, coordinator, title=period_title("year", due.year), kind="year", due=due, previous=closed
    )
    written = _reports(closed, agencies, coordinator, chance, outcomes=_past_outcomes(len(agencies), chance))
    written += _reports(running, agencies, coordinator, chance, outcomes=_present_outcomes(len(agencies), chance))
    consolidate(consolidation_id=consolidation_start(by=coordinator, round_id=closed.pk).pk)
    audit_record(by=None, act="reporting.sample_reports_load", subject=running, facts={"reports": written})
    return written


def _form(plan: Plan, by: Member) -> FormVersion:
    assert plan.agency is not None
    form = ReportForm.objects.create(
        agency=plan.agency, plan=plan, title="Báo cáo định kỳ công tác phòng, chống lừa đảo trực tuyến (mẫu trình diễn)"
    )
    now = clock.now()
    published = FormVersion.State.PUBLISHED
    version = FormVersion.objects.create(form=form, state=published, made_by=by, published_by=by, published_at=now)
    FormField.objects.bulk_create(
        FormField(
            form_version=version,
            position=number,
            code=asked.code,
            label=asked.label,
            section=asked.section,
            kind=asked.kind,
            unit=asked.unit,
            minimum=0 if asked.kind == _K.FIGURE else None,
            **({"source": asked.source} | {key: value for key, value in asked.facts.items() if key != "source"}),
        )
        for number, asked in enumerate(FORM, start=1)
    )
    return version


def _reporters(collector: Agency) -> list[Agency]:
    """Two departments and every commune's committee, those of the demo members first."""
    assert collector.area is not None
    there = agencies_on(clock.today()).filter(area__path__startswith=collector.area.path)
    communes = list(there.filter(kind=Agency.Kind.PEOPLES_COMMITTEE_COMMUNE).order_by("pk"))
    communes.sort(key=lambda agency: agency.name != DEMO_COMMUNE)
    return [*there.filter(name__in=DEPARTMENTS).order_by("pk"), *communes]


def _round(
    plan: Plan, version: FormVersion, by: Member, *, title: str, kind: Any, due: dt.date, previous: ReportRound | None
) -> ReportRound:
    assert plan.agency is not None
    window = plan_window(kind, due)
    over = due < clock.today()
    opened = dt.datetime.combine(due - dt.timedelta(days=30), dt.time(8), clock.VIETNAM)
    closed = dt.datetime.combine(due + dt.timedelta(days=6), dt.time(16), clock.VIETNAM)
    return ReportRound.objects.create(
        plan=plan,
        agency=plan.agency,
        form_version=version,
        title=title,
        period=kind,
        data_from=window.since,
        data_until=window.until,
        due_date=due,
        area_as_of=window.until,
        previous=previous,
        state=ReportRound.State.CLOSED if over else ReportRound.State.OPEN,
        scoreboard=True,
        made_by=by,
        opened_at=min(opened, clock.now()),
        closed_by=by if over else None,
        closed_at=min(closed, clock.now()) if over else None,
    )


# What became of each ------------------------------------------------------------------------------------------------

ACCEPTED, FILED, RETURNED, WAITING, LATE, TARDY = "accepted", "filed", "returned", "waiting", "late", "tardy"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one report stands: ``tardy`` was filed after its day, ``late`` is still owed after an earlier day."""

    state: str
    empty: bool = False


def _past_outcomes(number: int, chance: random.Random) -> list[Outcome]:
    """A closed round: nearly all received, some after the day, a few empty, a few never."""
    found = [Outcome(TARDY)] * 5 + [Outcome(ACCEPTED, empty=True)] * 3 + [Outcome(WAITING)] * 3
    found += [Outcome(ACCEPTED)] * (number - len(found))
    chance.shuffle(found)
    return found


def _present_outcomes(number: int, chance: random.Random) -> list[Outcome]:
    """An open round. The first three agencies are those of demo members: theirs is still to do."""
    mine = [Outcome(WAITING), Outcome(RETURNED), Outcome(WAITING)]
    rest = [Outcome(FILED)] * 10 + [Outcome(FILED, empty=True)] + [Outcome(ACCEPTED, empty=True)] * 2
    rest += [Outcome(RETURNED)] * 3 + [Outcome(LATE)] * 5 + [Outcome(WAITING)] * 13
    rest += [Outcome(ACCEPTED)] * (number - len(mine) - len(rest))
    chance.shuffle(rest)
    return [*mine, *rest]


def _reports(
    of: ReportRound, agencies: list[Agency], by: Member, chance: random.Random, *, outcomes: list[Outcome]
) -> int:
    """The round's duties with what was filed for each; returns how many reports."""
    duties = []
    ladder: list[tuple[ReportDuty, int]] = []
    for agency, outcome in zip(agencies, outcomes, strict=True):
        duty = ReportDuty(round=of, agency=agency, reports_to=of.agency, due_date=of.due_date)
        duty.state = _duty_state(outcome)
        if outcome.state == LATE:
            duty.due_date = clock.today() - dt.timedelta(days=chance.randint(2, 16))
            ladder.append(
                (duty, 1 + ((clock.today() - duty.due_date).days > 5) + ((clock.today() - duty.due_date).days > 10))
            )
        duties.append(duty)
    ReportDuty.objects.bulk_create(duties)
    rungs = (DutyReminder.Rung.NUDGE, DutyReminder.Rung.URGE, DutyReminder.Rung.SUPERIOR)
    DutyReminder.objects.bulk_create(
        DutyReminder(duty=duty, due_date=duty.due_date, rung=rung) for duty, steps in ladder for rung in rungs[:steps]
    )
    did = _activities(of)
    filed = [pair for pair in zip(duties, outcomes, strict=True) if pair[1].state not in (WAITING, LATE)]
    drafts = [_submission(duty, outcome, did[duty.agency_id], by, chance) for duty, outcome in filed]
    rows = Submission.objects.bulk_create([draft.row for draft in drafts])
    FigureSource.objects.bulk_create(source for draft in drafts for source in draft.sources)
    SubmissionStep.objects.bulk_create(step for row in rows for step in _steps(row))
    FieldComment.objects.bulk_create(
        FieldComment(submission=row, code="to_roi", text=RETURN_COMMENT, by=by)
        for row in rows
        if row.state == Submission.State.RETURNED
    )
    return len(rows)


def _duty_state(outcome: Outcome) -> ReportDuty.State:
    state = ReportDuty.State
    known = {ACCEPTED: state.ACCEPTED, TARDY: state.ACCEPTED, FILED: state.FILED, RETURNED: state.RETURNED}
    return known.get(outcome.state, state.WAITING)


def _activities(of: ReportRound) -> dict[int, list[Activity]]:
    """The counted activities of the round's window by agency. One query."""
    found: dict[int, list[Activity]] = defaultdict(list)
    agencies = Agency.objects.filter(pk__in=of.duties.values("agency"))
    counted = activities_counted(since=of.data_from, until=of.data_until, agencies=agencies)
    for activity in counted.order_by("-on", "-pk"):
        found[activity.agency_id].append(activity)
    return found


@dataclass(slots=True)
class _Filed:
    """A report to be written, with the rows behind its figures."""

    row: Submission
    sources: list[FigureSource]


def _submission(duty: ReportDuty, outcome: Outcome, did: list[Activity], by: Member, chance: random.Random) -> _Filed:
    of = duty.round
    days = chance.randint(1, 4) if outcome.state == TARDY else -chance.randint(1, 12)
    filed_at = min(
        dt.datetime.combine(of.due_date + dt.timedelta(days=days), dt.time(9, chance.randrange(60)), clock.VIETNAM),
        clock.now() - dt.timedelta(hours=chance.randint(2, 200)),
    )
    states = {RETURNED: Submission.State.RETURNED, FILED: Submission.State.FILED}
    row = Submission(
        duty=duty,
        form_version=of.form_version,
        state=states.get(outcome.state, Submission.State.ACCEPTED),
        is_empty=outcome.empty,
        on_time=outcome.state != TARDY,
        filed_at=filed_at,
        edited_at=filed_at,
        version=2,
    )
    if row.state != Submission.State.FILED:
        row.reviewed_by, row.reviewed_at = by, min(filed_at + dt.timedelta(days=1), clock.now())
    filed = _Filed(row, [])
    for asked in FORM:
        if not outcome.empty:
            _answer(filed, asked, did, chance)
    return filed


def _answer(filed: _Filed, asked: Asked, did: list[Activity], chance: random.Random) -> None:
    """One answer; a figure from activities with its rows, null where nobody counted it."""
    row = filed.row
    if asked.kind == _K.TEXT:
        words = {"tinh_hinh": SITUATIONS, "kho_khan": DIFFICULTIES, "kien_nghi": PROPOSALS}[asked.code]
        if text := chance.choice(words):
            row.answers[asked.code] = text
        return
    if not asked.kinds:
        row.answers[asked.code] = None if chance.random() < 0.1 else chance.randint(1, 14)
        return
    quantities = [
        (activity, 1 if asked.measure == "count" else getattr(activity, asked.measure))
        for activity in did
        if activity.kind in asked.kinds
    ]
    known = [(activity, number) for activity, number in quantities if number is not None]
    value = sum(number for _activity, number in known) if known else None
    row.answers[asked.code] = value
    row.origins[asked.code] = {"from": "activities", "value": value, "at": row.edited_at.isoformat()}
    filed.sources += [
        FigureSource(
            submission=row,
            code=asked.code,
            origin="activities.activity",
            origin_id=activity.pk,
            label=activity.title,
            on=activity.on,
            quantity=number,
        )
        for activity, number in known
    ]


def _steps(row: Submission) -> Iterator[SubmissionStep]:
    act = SubmissionStep.Act
    yield SubmissionStep(submission=row, act=act.FILE, at=row.filed_at or row.edited_at, note=INVENTED)
    if row.state == Submission.State.ACCEPTED:
        yield SubmissionStep(submission=row, act=act.ACCEPT, at=row.reviewed_at or row.edited_at, by=row.reviewed_by)
    elif row.state == Submission.State.RETURNED:
        yield SubmissionStep(
            submission=row, act=act.RETURN, at=row.reviewed_at or row.edited_at, by=row.reviewed_by, note=RETURN_COMMENT
        )
