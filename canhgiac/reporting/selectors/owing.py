"""Who owes a report: suggested from the plan's words or its tasks, as the register stands on a day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from canhgiac.agencies.models import Agency, AgencySuccession
from canhgiac.agencies.selectors import agency_resolve_many
from canhgiac.plans.models import Assignment, Obligation, Plan
from canhgiac.plans.selectors.tasks import live_assignments
from canhgiac.reporting.models import ReportRound


@dataclass(slots=True)
class Owing:
    """One agency that owes a report, to whom, and for which merged agencies it answers."""

    agency: Agency
    reports_to: Agency
    covers: list[Agency] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Who owes, and the notes that a person should read before the round opens."""

    owing: list[Owing]
    notes: list[str]


def owing_suggested(of: ReportRound, *, on: dt.date) -> Suggestion:
    """Those whom the round's obligation names as reporters, else every agency with a share of the plan's tasks.

    Agencies that ended before ``on`` are replaced by those who carry on their work, each asked once. The collecting
    agency and those above it are left out. About ten queries.
    """
    wanted: list[Agency] = []
    notes: list[str] = []
    if of.obligation is not None and of.obligation.reporter:
        printed = of.obligation.reporter
        found = agency_resolve_many([printed], on=on, area=of.agency.area)[printed]
        wanted = _below(found.agencies, of.agency)
        if found.note:
            notes.append(found.note)
    if not wanted and of.plan is not None:
        wanted = _below(plan_agencies(of.plan), of.agency)
    heirs = heirs_of(wanted, on=on)
    return Suggestion(owing_routed(heirs, collector=of.agency, since=of.data_from), notes)


def _below(agencies: Iterable[Agency], collector: Agency) -> list[Agency]:
    """Those that can report to the collector: neither itself nor one above it."""
    return [agency for agency in agencies if not collector.path.startswith(agency.path)]


def plan_agencies(plan: Plan) -> list[Agency]:
    """Every agency with a share of the plan's tasks, by name."""
    shares = live_assignments().filter(task__plan=plan).exclude(status=Assignment.Status.DROPPED)
    return list(Agency.objects.filter(pk__in=shares.values("agency")).order_by("folded", "pk"))


def obligation_collector(obligation: Obligation, *, on: dt.date) -> Agency | None:
    """Who gathers the reports: the body "qua" which they go, else the recipient, else who runs the plan.

    A printed name counts only where it means exactly one registered agency.
    """
    steering = obligation.plan.agency
    names = [name for name in (obligation.via, obligation.recipient) if name]
    found = agency_resolve_many(names, on=on, area=steering.area if steering else None)
    for name in names:
        if len(found[name].agencies) == 1 and not found[name].is_group:
            return found[name].agencies[0]
    return steering


# Mergers ------------------------------------------------------------------------------------------------------------


def heirs_of(agencies: Collection[Agency], *, on: dt.date) -> dict[int, tuple[Agency, list[Agency]]]:
    """Each agency that exists on the day, with the ended ones among ``agencies`` that it carries on.

    By id of the living agency, in the order of ``agencies``. Reforms in between are followed. An agency that ended
    and left nobody is absent. Two queries for each generation of reforms.
    """
    living: dict[int, tuple[Agency, list[Agency]]] = {}
    for agency in agencies:
        if _exists(agency, on):
            living.setdefault(agency.pk, (agency, []))
    ended = [agency for agency in agencies if not _exists(agency, on)]
    for origin, heirs in successors(ended, on=on).items():
        before = next(agency for agency in ended if agency.pk == origin)
        for heir in heirs:
            living.setdefault(heir.pk, (heir, []))[1].append(before)
    return living


def successors(ended: Collection[Agency], *, on: dt.date) -> dict[int, list[Agency]]:
    """Who carries on each ended agency's work on the day: its id to living agencies, none where nobody does."""
    heirs: dict[int, list[Agency]] = {agency.pk: [] for agency in ended}
    frontier: dict[int, set[int]] = {agency.pk: {agency.pk} for agency in ended}
    seen = set(frontier)
    while frontier:
        rows = AgencySuccession.objects.filter(predecessor__in=frontier).select_related("successor").order_by("on")
        following: dict[int, set[int]] = defaultdict(set)
        for row in rows:
            origins = frontier[row.predecessor_id]
            if _exists(row.successor, on):
                for origin in origins:
                    if row.successor not in heirs[origin]:
                        heirs[origin].append(row.successor)
            elif row.successor_id not in seen:
                following[row.successor_id] |= origins
        seen |= set(following)
        frontier = following
    return heirs


def _exists(agency: Agency, on: dt.date) -> bool:
    return (agency.valid_from is None or agency.valid_from <= on) and (
        agency.valid_until is None or agency.valid_until >= on
    )


def owing_routed(heirs: dict[int, tuple[Agency, list[Agency]]], *, collector: Agency, since: dt.date) -> list[Owing]:
    """Each agency with whom it reports to: the nearest one above it that is asked too, else the collector.

    ``covers`` are the ended agencies among those asked, and those that were merged into it since ``since``.
    """
    merged = _merged_since(heirs, since)
    owing = []
    for pk, (agency, before) in heirs.items():
        above = [int(step) for step in agency.path.split("/") if step][:-1]
        superior = next((heirs[step][0] for step in reversed(above) if step in heirs), collector)
        covers = {one.pk: one for one in (*before, *merged.get(pk, ()))}
        owing.append(Owing(agency, superior, list(covers.values())))
    return owing


def _merged_since(heirs: Collection[int], since: dt.date) -> dict[int, list[Agency]]:
    """Agencies merged whole into one of these during the period, which are not asked themselves."""
    rows = AgencySuccession.objects.filter(successor__in=heirs, predecessor__valid_until__gte=since, scope="")
    rows = rows.exclude(predecessor__in=heirs)
    merged: dict[int, list[Agency]] = defaultdict(list)
    for row in rows.select_related("predecessor").order_by("predecessor__folded"):
        merged[row.successor_id].append(row.predecessor)
    return merged
