"""Which areas were reached, when last, how often, by how many people: as of the boundaries of a day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from canhgiac.activities.models import Activity, ActivityArea, ActivityTask, Evidence
from canhgiac.agencies.models import Area, Member
from canhgiac.plans.models import Plan, Task

from .activities import activities_for
from .land import Land, land_of, land_of_one
from .reached import Areas, Communes, Reach, State, summed
from .scope import scope_of

__all__ = [
    "AreaReach",
    "Coverage",
    "CoverageFilter",
    "Reach",
    "Split",
    "State",
    "activities_reaching",
    "coverage",
    "coverage_counts",
    "root_of",
]

Level = Area.Level


@dataclass(frozen=True)
class CoverageFilter:
    """Which activities are asked for; the window holds both its days."""

    since: dt.date
    until: dt.date
    kind: str = ""
    audience: str = ""
    plan: Plan | None = None
    task: Task | None = None
    with_evidence: bool = False


@dataclass(frozen=True, slots=True)
class AreaReach:
    """One area with what reached it."""

    area: Area
    reach: Reach
    kinds: dict[str, Reach] = field(default_factory=dict)
    """By kind, where the matrix was asked for."""


@dataclass(frozen=True, slots=True)
class Split:
    """A former area that went to several: what was recorded there cannot be told apart."""

    area: Area
    times: int
    waiting: int
    into: list[Area]


@dataclass(frozen=True)
class Coverage:
    """The areas below ``root`` as of ``on``, each with what reached it."""

    root: Area
    on: dt.date
    rows: list[AreaReach]
    split: list[Split]
    above: Reach
    """Recorded at the level above, or outside: in no area's count."""

    def count(self, state: State) -> int:
        """How many areas stand so."""
        return sum(row.reach.state == state for row in self.rows)


def root_of(member: Member) -> Area | None:
    """The province of the member's agency; where there is none, one that has agencies."""
    home = member.agency.area if member.agency else None
    if home is not None:
        return Area.objects.get(pk=int(home.path.split("/")[1]))
    return Area.objects.filter(level=Level.PROVINCE, agencies__isnull=False).order_by("pk").first()


def coverage(member: Member, wanted: CoverageFilter, *, root: Area, on: dt.date, by_kind: bool = False) -> Coverage:
    """Communes of a province, or residential groups of a commune, with what the member may see of their reach.

    ``on`` says by which boundaries: an activity recorded in an area of another time counts for the one area that
    holds its land on that day; where several do, it is listed as not separable. A handful of queries whatever the size.
    """
    land = land_of(root, on=on)
    book, whole = _books(member, wanted, root, land, on=on)
    rows: dict[int, dict[str, Reach]] = defaultdict(dict)
    for target, kind, reach in book.counted(by_kind=by_kind):
        rows[target][kind] = reach
    for target in set(whole.stands()) - set(rows) if whole is not book else ():
        rows[target][""] = Reach(known=True)
    areas = [AreaReach(area, summed(rows[area.pk].values()), rows[area.pk] if by_kind else {}) for area in land.areas]
    return Coverage(root, on, areas, _split(rows, land), summed(rows[0].values()))


def coverage_counts(member: Member, wanted: CoverageFilter, *, root: Area, on: dt.date) -> dict[State, int]:
    """How many of the areas of :func:`coverage` stand how, without what reached each; every state is named.

    Half the work of the whole, for a page that shows only the numbers. Six queries whatever the size.
    """
    land = land_of(root, on=on)
    book, whole = _books(member, wanted, root, land, on=on)
    stands = book.stands()
    known = set(stands) | (set(whole.stands()) if whole is not book else set())
    counts = dict.fromkeys(State, 0)
    counts[State.REACHED] = sum(stands.values())
    counts[State.WAITING] = len(stands) - counts[State.REACHED]
    counts[State.NOT_REACHED] = len(known) - len(stands)
    counts[State.UNKNOWN] = len(land.areas) - len(known)
    return counts


def activities_reaching(member: Member, wanted: CoverageFilter, *, area: Area, on: dt.date) -> QuerySet[Activity]:
    """The activities behind one area's figures: accepted ones and those not accepted yet."""
    sources = land_of_one(area, on=on).sources(area.pk)
    return _base(activities_for(member), wanted).filter(_is_asked(wanted), Exists(_links(sources)))


def _books(
    member: Member, wanted: CoverageFilter, root: Area, land: Land, *, on: dt.date
) -> tuple[Communes | Areas, Communes | Areas]:
    """The counts of what is asked for, and of all that is recorded in the window; the same where all is asked for."""
    scope = scope_of(member)
    seen, asked = activities_for(member, scope=scope), _is_asked(wanted)
    if root.level >= Level.COMMUNE:  # of residential groups: only what reached the commune is asked about
        sources = land_of_one(root, on=on).sources(root.pk)
        recorded = _base(seen, wanted).filter(Exists(_links(sources)))
        whole = Areas(land, recorded)
        return (Areas(land, recorded.filter(asked)) if asked else whole), whole
    among = None if scope.reads_all else seen
    every = Communes(land, wanted.since, wanted.until, among=among)
    if not asked:
        return every, every
    only_kind = replace(wanted, audience="", plan=None, task=None, with_evidence=False) == wanted
    narrowed = among if only_kind else seen.filter(asked)
    return replace(every, kind=wanted.kind, among=narrowed), every


def _links(sources: Collection[int]) -> QuerySet[ActivityArea]:
    inside = Q(area__in=sources) | Q(area__parent__in=sources, area__level=Level.GROUP)
    return ActivityArea.objects.filter(inside, activity=OuterRef("pk"))


def _base(activities: QuerySet[Activity], wanted: CoverageFilter) -> QuerySet[Activity]:
    return activities.filter(on__gte=wanted.since, on__lte=wanted.until, duplicate_of__isnull=True).exclude(
        state=Activity.State.WITHDRAWN
    )


def _is_asked(wanted: CoverageFilter) -> Q:
    asked = Q(kind=wanted.kind) if wanted.kind else Q()
    if wanted.audience:
        asked &= Q(audiences__contains=[wanted.audience])
    links = ActivityTask.objects.filter(activity=OuterRef("pk"))
    if wanted.task:
        asked &= Q(Exists(links.filter(task=wanted.task)))
    elif wanted.plan:
        asked &= Q(Exists(links.filter(task__plan=wanted.plan)))
    if wanted.with_evidence:
        asked &= Q(Exists(Evidence.objects.filter(activity=OuterRef("pk"))))
    return asked


def _split(rows: dict[int, dict[str, Any]], land: Land) -> list[Split]:
    found = {-target: summed(kinds.values()) for target, kinds in rows.items() if target < 0}
    found = {pk: reach for pk, reach in found.items() if reach.times or reach.waiting}
    areas = Area.objects.in_bulk({*found, *(pk for start in found for pk in land.split[start])}) if found else {}
    return sorted(
        (
            Split(areas[pk], reach.times, reach.waiting, sorted((areas[one] for one in land.split[pk]), key=_by_name))
            for pk, reach in found.items()
        ),
        key=lambda split: _by_name(split.area),
    )


def _by_name(area: Area) -> tuple[str, int]:
    return area.folded, area.pk
