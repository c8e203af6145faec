"""How well units saw through a drill. Sums alone: no selector here returns who did what.

What counts is reporting. A report before any click is worth 1, one after it a half, silence nothing; a harder lure
weighs more (``worksheet.WEIGHTS``). A unit with fewer than five receivers is told together with the one above it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member
from canhgiac.training.models import Drill, DrillTarget, DrillTrace

from .drills import drills_seen
from .lures import lure_sheet

LEAST = 5
"""Receivers of whom a figure is told; with fewer it would say what one person did."""
AFTER_CLICK = 0.5
"""What a report after a click is worth."""
TREND_MOST = 12


@dataclass(slots=True)
class Tally:
    """Sums over some receivers."""

    sent: int = 0
    reported: int = 0
    first: int = 0
    """Reported without or before a click."""
    clicked: int = 0
    minutes: list[float] = field(default_factory=list)
    """From sending to report, of those who reported; for the median alone."""
    weight: float = 0.0
    earned: float = 0.0
    click_weight: float = 0.0

    def add(self, other: Tally) -> None:
        """Takes in another one's sums."""
        for name in ("sent", "reported", "first", "clicked", "weight", "earned", "click_weight"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.minutes = self.minutes + other.minutes

    def count(
        self, *, weight: float, sent: dt.datetime, clicked: dt.datetime | None, reported: dt.datetime | None
    ) -> None:
        """One receiver."""
        self.sent += 1
        self.weight += weight
        if clicked is not None:
            self.clicked += 1
            self.click_weight += weight
        if reported is not None:
            is_first = clicked is None or reported <= clicked
            self.reported += 1
            self.first += is_first
            self.earned += weight if is_first else weight * AFTER_CLICK
            self.minutes.append(max((reported - sent).total_seconds() / 60, 0))

    @property
    def report_percent(self) -> float:
        """Of the receivers, who reported."""
        return 100 * self.reported / self.sent if self.sent else 0.0

    @property
    def click_percent(self) -> float:
        """Of the receivers, the people who clicked."""
        return 100 * self.clicked / self.sent if self.sent else 0.0

    @property
    def median_minutes(self) -> int | None:
        """Half of those who reported were as quick as that."""
        return round(median(self.minutes)) if self.minutes else None

    @property
    def score(self) -> float:
        """0 to 100: worth of the reports, weighted by difficulty."""
        return 100 * self.earned / self.weight if self.weight else 0.0


@dataclass(frozen=True, slots=True)
class UnitScore:
    """A unit's figures, its small units' among them."""

    agency: Agency
    tally: Tally
    folded: int
    """Units below that are told within it."""


@dataclass(frozen=True, slots=True)
class DrillScore:
    """A drill's figures. ``whole`` is None while there are too few receivers to tell of."""

    whole: Tally | None
    units: list[UnitScore]
    machines: int
    """Requests taken for a machine's and counted for nobody."""


def fold_small(tallies: Mapping[str, Tally]) -> dict[str, tuple[Tally, int]]:
    """Sums by agency path, none of fewer than five: the small go into the one above, step by step. Pure.

    What is left at the top and still small takes the smallest of the told ones in, so that nothing can be had by
    subtraction; empty where all of it is small.
    """
    held = {path: (_copy(tally), 0) for path, tally in tallies.items() if tally.sent}
    for path in sorted(held, key=lambda one: (-one.count("/"), one)):
        _up(held, path)
    while True:
        small = [path for path, (tally, _n) in held.items() if tally.sent < LEAST]
        if not small:
            return held
        deepest = max(small, key=lambda one: (one.count("/"), one))
        if _above(deepest):
            _up(held, deepest)
            continue
        rest = sorted((tally.sent, path) for path, (tally, _n) in held.items() if path != deepest)
        if not rest:
            return {}
        tally, folded = held.pop(rest[0][1])
        held[deepest][0].add(tally)
        held[deepest] = (held[deepest][0], held[deepest][1] + folded + 1)


def _copy(tally: Tally) -> Tally:
    made = Tally()
    made.add(tally)
    return made


def _above(path: str) -> str:
    """The path of the one above: "/1/5/" of "/1/5/9/"; empty at the root."""
    head = path.rstrip("/").rpartition("/")[0]
    return f"{head}/" if head else ""


def _up(held: dict[str, tuple[Tally, int]], path: str) -> None:
    """A small one into the one above it, if there is any above."""
    tally, folded = held[path]
    above = _above(path)
    if tally.sent >= LEAST or not above:
        return
    del held[path]
    over, count = held.get(above, (Tally(), 0))
    over.add(tally)
    held[above] = (over, count + folded + 1)


def drill_score(drill: Drill) -> DrillScore:
    """The figures of one drill by unit, the best score first. Four queries."""
    tallies = _tallies(drill)
    whole = Tally()
    for tally in tallies.values():
        whole.add(tally)
    shown = fold_small(tallies) if whole.sent >= LEAST else {}
    agencies = {one.path: one for one in Agency.objects.filter(path__in=shown)}
    units = [UnitScore(agencies[path], tally, folded) for path, (tally, folded) in shown.items() if path in agencies]
    units.sort(key=lambda one: (-one.tally.score, one.agency.name))
    machines = DrillTrace.objects.filter(target__drill=drill).exclude(maker=DrillTrace.Maker.PERSON).count()
    return DrillScore(whole if whole.sent >= LEAST else None, units, machines)


def _tallies(drill: Drill) -> dict[str, Tally]:
    """Sums by the path of the unit at that time."""
    weights = {lure.pk: lure_sheet(lure).weight for lure in drill.lures.all()}
    rows = DrillTarget.objects.filter(drill=drill, sent_at__isnull=False)
    told = rows.values_list("agency__path", "lure_id", "sent_at", "clicked_at", "reported_at")
    found: dict[str, Tally] = {}
    for path, lure, sent, clicked, reported in told:
        assert sent is not None
        tally = found.setdefault(path, Tally())
        tally.count(weight=weights.get(lure, 1.0), sent=sent, clicked=clicked, reported=reported)
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """One drill of a trend."""

    drill: Drill
    tally: Tally


def drill_trend(member: Member, *, agency: Agency | None = None) -> list[Step]:
    """The latest drills that the member sees, oldest first, each with its figures (of one agency and below).

    Those of fewer than five receivers are left out. One query a drill and two more, at most twelve drills.
    """
    ended = drills_seen(member).filter(state__in=[Drill.State.RUNNING, Drill.State.ENDED], started_at__isnull=False)
    steps = []
    for drill in reversed(ended.order_by("-starts_at").prefetch_related("lures")[:TREND_MOST]):
        tally = Tally()
        for path, one in _tallies(drill).items():
            if agency is None or path.startswith(agency.path):
                tally.add(one)
        if tally.sent >= LEAST:
            steps.append(Step(drill, tally))
    return steps


def headings() -> tuple[str, ...]:
    """Of the workbook's columns."""
    first = (_("Đơn vị"), _("Người nhận"), _("Đã báo"), _("Tỷ lệ báo, %"), _("Báo trước khi bấm"))
    more = (_("Phút đến khi báo (trung vị)"), _("Người bấm"), _("Tỷ lệ bấm, %"), _("Điểm có trọng số"))
    return (*first, *more, _("Đơn vị nhỏ gộp vào"))


def score_rows(score: DrillScore) -> Iterable[Sequence[Any]]:
    """Rows of the workbook, in the order of ``headings``; the whole last."""
    for unit in score.units:
        yield (unit.agency.name, *_cells(unit.tally), unit.folded)
    if score.whole is not None:
        yield (_("Cả đợt"), *_cells(score.whole), sum(unit.folded for unit in score.units))


def _cells(tally: Tally) -> tuple[Any, ...]:
    return (
        *(tally.sent, tally.reported, round(tally.report_percent, 1), tally.first, tally.median_minutes),
        *(tally.clicked, round(tally.click_percent, 1), round(tally.score, 1)),
    )


def list_headings() -> tuple[str, ...]:
    """Of the workbook of drills."""
    first = (_("Đợt"), _("Đơn vị tổ chức"), _("Bắt đầu"), _("Kết thúc"), _("Trạng thái"))
    return (*first, _("Người nhận"), _("Tỷ lệ báo, %"), _("Phút đến khi báo"), _("Tỷ lệ bấm, %"), _("Điểm có trọng số"))


def list_rows(drills: Iterable[Drill]) -> Iterable[Sequence[Any]]:
    """Rows of that workbook; figures of fewer than five receivers stay empty. Two queries a drill."""
    for drill in drills:
        tally = Tally()
        for one in _tallies(drill).values():
            tally.add(one)
        plan = (drill.title, drill.agency.name, drill.starts_at, drill.ends_at, str(drill.get_state_display()))
        if tally.sent < LEAST:
            yield (*plan, None, None, None, None, None)
        else:
            share, clicks = round(tally.report_percent, 1), round(tally.click_percent, 1)
            yield (*plan, tally.sent, share, tally.median_minutes, clicks, round(tally.score, 1))


def lure_figures(drill: Drill) -> QuerySet[DrillTarget, dict[str, Any]]:
    """Of each lure of a drill with at least five receivers: sent, reported, clicked. One query."""
    rows = DrillTarget.objects.filter(drill=drill, sent_at__isnull=False).order_by()
    counted = rows.values(title=F("lure__title"), key=F("lure_id")).annotate(
        sent=Count("pk"), told=Count("reported_at"), hit=Count("clicked_at")
    )
    return counted.filter(Q(sent__gte=LEAST)).order_by("title")
