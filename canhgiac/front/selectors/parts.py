"""The parts of the staff home that come after the first view, each on its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from canhgiac.activities.models import Activity
from canhgiac.activities.selectors import desk as activities
from canhgiac.activities.selectors.coverage import AreaReach, Coverage, CoverageFilter, State, coverage
from canhgiac.activities.selectors.coveragemaps import coverage_map
from canhgiac.agencies.models import Area, Member
from canhgiac.kit import clock, maps
from canhgiac.kit.charts import Chart, Series
from canhgiac.kit.templatetags.cg import vn_date
from canhgiac.plans.models import Reminder
from canhgiac.plans.selectors.calendar import Entry, entries_between
from canhgiac.plans.selectors.ledger import TargetRate
from canhgiac.plans.selectors.scope import Scope, scope_of
from canhgiac.plans.selectors.tasks import LADDER, assignments_for, filtered, is_late, late_rows
from canhgiac.reporting.models import ReportDuty
from canhgiac.reporting.selectors.desk import duties_late
from canhgiac.reporting.selectors.summary import days_late

from .desk import MINE, Desk, commune_of, commune_reach, target_rates
from .wanted import Wanted

LATE_SHOWN, UNREACHED_SHOWN, DAY_SHOWN, MENDING_SHOWN = 6, 12, 3, 4
CALENDAR_DAYS = 14


# Late ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LateLine:
    """A late task or report with its step of the ladder."""

    agency: str
    text: str
    url: str
    days: int
    rung: int
    label: str


@dataclass(frozen=True, slots=True)
class Late:
    """The longest late, and how many there are."""

    lines: list[LateLine]
    total: int
    wide: bool


def late(member: Member, wanted: Wanted, *, limit: int = LATE_SHOWN) -> Late:
    """Late tasks and late reports together, longest first. Five queries."""
    scope, today = scope_of(member), clock.today()
    tasks = filtered(assignments_for(member, scope=scope), wanted.tasks, today=today).filter(is_late(today))
    lines = [
        LateLine(
            row.assignment.agency.name,
            row.assignment.task.text,
            reverse("task_detail", args=[row.assignment.task_id]),
            row.days,
            row.rung,
            row.label,
        )
        for row in late_rows(tasks.order_by("due_date", "pk")[:limit], today)
    ]
    paths = [wanted.agency.path] if wanted.agency else []
    duties, owed = duties_late(member, limit=limit, scope=scope, paths=paths)
    lines += [_late_report(duty, today, scope) for duty in duties]
    lines.sort(key=lambda line: -line.days)
    return Late(lines[:limit], tasks.count() + owed, scope.is_wide)


def _late_report(duty: ReportDuty, today: dt.date, scope: Scope) -> LateLine:
    step = int(getattr(duty, "step", 0))
    label = str(Reminder.Rung(LADDER[step - 1]).label) if step else _("Chưa nhắc")
    own = duty.agency.path.startswith(scope.own) if scope.own else False
    url = reverse("submission_fill", args=[duty.pk]) if own else reverse("round_detail", args=[duty.round_id])
    return LateLine(duty.agency.name, duty.round.title, url, days_late(duty, today), step, label)


# Targets ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Targets:
    """The targets with their rates, those with a way to measure them first."""

    rates: list[TargetRate]


def targets(member: Member, wanted: Wanted) -> Targets:
    """The targets in force and how they stand."""
    return Targets(
        sorted(target_rates(member, wanted), key=lambda rate: (not rate.measures, rate.target.due_date or dt.date.max))
    )


# Places -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Places:
    """How often the areas below one were reached: the drawing, and the same as rows."""

    coverage: Coverage
    is_group: bool
    """Residential groups of a commune, not communes."""
    map: maps.Drawing | None
    rows: list[AreaReach]
    reached: int
    waiting: int
    unknown: int
    missing: list[AreaReach]
    """The first of those where nothing is known or nothing accepted."""

    @property
    def more(self) -> int:
        """Further areas not reached, not listed."""
        return len(self.rows) - self.reached - len(self.missing)


def places(member: Member, wanted: Wanted) -> Places | None:
    """The communes of the province as a map and as rows; None where no province is known."""
    reach = commune_reach(member, wanted)
    return _places(reach) if reach else None


def groups(member: Member, wanted: Wanted) -> Places | None:
    """The residential groups of the member's commune."""
    commune = commune_of(member)
    if commune is None or commune.area is None:
        return None
    asked = CoverageFilter(wanted.window.since, wanted.until)
    return _places(coverage(member, asked, root=commune.area, on=clock.today()))


def _places(reach: Coverage) -> Places:
    missing = [row for row in reach.rows if row.reach.state != State.REACHED]
    missing.sort(key=lambda row: (row.reach.state == State.WAITING, row.area.folded))
    return Places(
        coverage=reach,
        is_group=reach.root.level >= Area.Level.COMMUNE,
        map=coverage_map(reach) if reach.rows else None,
        rows=reach.rows,
        reached=reach.count(State.REACHED),
        waiting=reach.count(State.WAITING),
        unknown=reach.count(State.UNKNOWN),
        missing=missing[:UNREACHED_SHOWN],
    )


# Time ---------------------------------------------------------------------------------------------------------------


def trend(member: Member, wanted: Wanted) -> Chart:
    """Accepted activities a week in the period, beside the same weeks of the period before. Three queries."""
    scope = scope_of(member)
    now, past = wanted.activities(wanted.window), wanted.activities(wanted.before)
    weeks = activities.by_week(
        activities.counted_for(member, now, scope=scope), since=wanted.window.since, until=wanted.until
    )
    before = activities.by_week(
        activities.counted_for(member, past, scope=scope), since=wanted.before.since, until=wanted.before.until
    )
    known = any(week.activities for week in before)
    series = [Series(_("kỳ này"), tuple(week.activities for week in weeks))]
    if known:  # a period of which nothing is recorded would read as one in which nothing was done
        padded = [*(week.activities for week in before), *([None] * len(weeks))]
        series.append(Series(_("kỳ trước"), tuple(padded[: len(weeks)]), "before"))
    url = reverse("activity_list")
    done = any(week.activities for week in weeks)
    return Chart(
        "hoat-dong-tuan",
        "line",
        _("Hoạt động mỗi tuần"),
        _("hoạt động đã công nhận"),
        _("Tuần từ ngày"),
        tuple(f"{week.monday.day}/{week.monday.month}" for week in weeks) if done or known else (),
        tuple(series) if done or known else (),
        links=tuple(
            f"{url}?since={week.monday:%Y-%m-%d}&until={week.monday + dt.timedelta(days=6):%Y-%m-%d}" for week in weeks
        )
        if done or known
        else (),
        note=_("Từ %(since)s đến %(until)s; hoạt động trùng và chưa công nhận không tính.")
        % {"since": vn_date(wanted.window.since), "until": vn_date(wanted.until)},
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure in this period and the one before."""

    label: str
    now: int | None
    before: int | None
    given: int
    """Activities that gave it in this period."""


@dataclass(frozen=True, slots=True)
class Period:
    """The own agencies' figures in this period beside the last."""

    rows: list[Compared]
    now: str
    before: str


def period(member: Member, wanted: Wanted) -> Period:
    """What the own agencies reached, this period and the last. Three queries."""
    scope = scope_of(member)
    now = activities.totals(activities.counted_for(member, wanted.activities(wanted.window), scope=scope))
    before = activities.totals(activities.counted_for(member, wanted.activities(wanted.before), scope=scope))
    rows = [Compared(pgettext("list", "Hoạt động"), now.activities, before.activities, now.activities)]
    rows += [
        Compared(one.label[:1].upper() + one.label[1:], one.value, before.of(one.measure), one.given)
        for one in now.reached
        if one.value is not None or before.of(one.measure) is not None
    ]
    words = [f"{vn_date(window.since)} – {vn_date(window.until)}" for window in (wanted.window, wanted.before)]
    return Period(rows, words[0], words[1])


@dataclass(frozen=True, slots=True)
class Mending:
    """What came back, and what has nothing to prove it."""

    returned: list[Activity]
    bare: list[Activity]
    bare_total: int


def mending(member: Member, wanted: Wanted) -> Mending:
    """Returned activities and recent ones without evidence, of the own agencies. Four queries."""
    scope = scope_of(member)
    bare, total = activities.without_evidence(member, scope=scope, limit=MENDING_SHOWN)
    return Mending(activities.returned_to(member, scope=scope, limit=MENDING_SHOWN), bare, total)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar."""

    date: dt.date
    off: bool
    entries: list[Entry]
    more: int


def fortnight(member: Member, wanted: Wanted) -> list[Day]:
    """The days of the next two weeks on which something falls, today included. Eight queries."""
    today = clock.today()
    found = entries_between(
        member, today, today + dt.timedelta(days=CALENDAR_DAYS - 1), wanted.tasks, per_day=DAY_SHOWN
    )
    return [
        Day(date, not clock.is_working_day(date), entries, found.totals[date] - len(entries))
        for date, entries in found.by_day.items()
    ]


PARTS: Mapping[str, tuple[str, Callable[[Member, Wanted], Any]]] = {
    "cham-han": ("front/late.html", late),
    "chi-tieu": ("front/targets.html", targets),
    "dia-ban": ("front/places.html", places),
    "to-dan-pho": ("front/places.html", groups),
    "hoat-dong": ("front/trend.html", trend),
    "ky-nay": ("front/period.html", period),
    "can-sua": ("front/mending.html", mending),
    "lich": ("front/fortnight.html", fortnight),
}
"""The word of a part in the address to its template and what it reads."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part as the page shows it: read already, or still to be fetched."""

    name: str
    template: str
    data: Any = None
    is_read: bool = False


def part_for(member: Member, name: str, wanted: Wanted) -> Part:
    """One part with its data. Raises Http404 for a word that names none."""
    if name not in PARTS:
        raise Http404
    template, read = PARTS[name]
    return Part(name, template, read(member, wanted), is_read=True)


def parts_shown(member: Member, found: Desk, wanted: Wanted, *, full: bool) -> list[list[list[Part]]]:
    """The rows of the page, their columns, the parts of each; with their data when ``full``, else to be fetched.

    The member's own work comes with the page.
    """

    def part(name: str) -> Part:
        if name == MINE:
            return Part(name, "front/my_work.html", found.mine, is_read=True)
        return part_for(member, name, wanted) if full else Part(name, PARTS[name][0])

    return [[[part(name) for name in column] for column in row] for row in found.layout]
