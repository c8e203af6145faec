"""Coverage as a map and as a table for files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canhgiac.activities.models import Kind
from canhgiac.agencies.selectors.boundaries import outlines_of
from canhgiac.kit.maps import NONE, UNKNOWN, WAITING, Drawing, Mark, draw
from canhgiac.kit.sheets import Value

from .coverage import AreaReach, Coverage, Reach, State

STEPS = ((11, 5), (7, 4), (4, 3), (2, 2), (1, 1))
"""From how many accepted activities on which shade."""
CHIPS = {
    State.REACHED: ("done", "check"),
    State.WAITING: ("soon", "clock"),
    State.NOT_REACHED: ("none", "circle-dashed"),
    State.UNKNOWN: ("none", "question-mark"),
}


def state_words(state: State) -> str:
    """The state as people read it."""
    return {
        State.REACHED: _("Đã đến"),
        State.WAITING: _("Chưa công nhận"),
        State.NOT_REACHED: _("Chưa đến"),
        State.UNKNOWN: _("Chưa rõ"),
    }[state]


def step_of(reach: Reach) -> int:
    """The map's step."""
    match reach.state:
        case State.UNKNOWN:
            return UNKNOWN
        case State.NOT_REACHED:
            return NONE
        case State.WAITING:
            return WAITING
        case State.REACHED:
            return next(step for least, step in STEPS if reach.times >= least)


def words_of(reach: Reach) -> str:
    """One area's figures in a sentence."""
    if reach.state == State.UNKNOWN:
        return _("chưa rõ, không có hoạt động nào ghi về nơi này")
    if reach.state == State.NOT_REACHED:
        return _("chưa đến; có ghi hoạt động khác")
    parts = []
    if reach.times:
        parts.append(ngettext("%(n)d lần", "%(n)d lần", reach.times) % {"n": reach.times})
    if reach.last:
        parts.append(_("gần nhất %(day)s") % {"day": f"{reach.last:%d/%m/%Y}"})
    if reach.people is not None:
        parts.append(_("%(n)s lượt người") % {"n": f"{reach.people:,}".replace(",", ".")})
    if reach.waiting:
        parts.append(_("%(n)d hoạt động chưa được công nhận") % {"n": reach.waiting})
    return ", ".join(parts)


def coverage_map(found: Coverage, *, query: str = "", tiles: bool = False) -> Drawing:
    """The map of a coverage; each area opens its own page with the same filter. One query."""
    legend = [
        (5, _("trên 10 lần")),
        (4, _("7–10 lần")),
        (3, _("4–6 lần")),
        (2, _("2–3 lần")),
        (1, _("1 lần")),
        (WAITING, _("chưa công nhận")),
        (NONE, _("chưa đến")),
        (UNKNOWN, _("chưa rõ")),
    ]
    marks = [_mark(row, query) for row in found.rows]
    return draw(marks, legend=legend, outlines=outlines_of([row.area.pk for row in found.rows]), tiles=tiles)


def _mark(row: AreaReach, query: str) -> Mark:
    reach = row.reach
    value = {State.UNKNOWN: "?", State.WAITING: "…"}.get(reach.state, str(reach.times))
    url = reverse("coverage_area", args=[row.area.pk]) + (f"?{query}" if query else "")
    return Mark(row.area.pk, row.area.name, step_of(reach), value, words_of(reach), url)


def headings() -> list[str]:
    """The columns of the file."""
    return [
        _("Mã"), _("Địa bàn"), _("Trạng thái"), _("Số lần"), _("Gần nhất"), _("Lượt người"),
        _("Hoạt động chưa đếm người"), _("Hoạt động chung nhiều địa bàn"), _("Chưa công nhận"),
    ]  # fmt: skip


def file_rows(found: Coverage) -> Iterator[Sequence[Value]]:
    """The rows of the file: every area, then what could not be placed."""
    for row in found.rows:
        yield [row.area.code, row.area.name, state_words(row.reach.state), *_figures(row.reach)]
    for split in found.split:
        into = ", ".join(area.name for area in split.into)
        words = _("Không tách được: nay thuộc %(into)s") % {"into": into}
        yield [split.area.code, split.area.name, words, split.times, None, None, None, None, split.waiting]
    if found.above.times or found.above.waiting:
        yield ["", _("Ghi ở cấp trên hoặc nơi khác"), "", *_figures(found.above)]


def _figures(reach: Reach) -> list[Value]:
    if reach.state == State.UNKNOWN:
        return [None] * 6
    return [reach.times, reach.last, reach.people, reach.uncounted, reach.shared, reach.waiting]


def matrix_kinds(found: Coverage) -> list[tuple[str, str, int]]:
    """The kinds that reached anything, in their usual order: value, name, areas reached."""
    reached = {
        kind: sum(1 for row in found.rows if kind in row.kinds and row.kinds[kind].times)
        for row in found.rows
        for kind in row.kinds
    }
    return [(kind.value, str(kind.label), reached[kind]) for kind in Kind if kind in reached]


# Sorting ------------------------------------------------------------------------------------------------------------

_ORDER = {State.UNKNOWN: 0, State.NOT_REACHED: 1, State.WAITING: 2, State.REACHED: 3}


def sorted_rows(found: Coverage, sort: str) -> Coverage:
    """The same with its rows in the order asked for: "ten", "lan", "gan-nhat", "nguoi", "trang-thai", "-lan" …"""
    keys: dict[str, Any] = {
        "lan": lambda row: (row.reach.times, row.reach.waiting),
        "gan-nhat": lambda row: row.reach.last or dt.date.min,
        "nguoi": lambda row: -1 if row.reach.people is None else row.reach.people,
        "trang-thai": lambda row: _ORDER[row.reach.state],
    }
    key = keys.get(sort.removeprefix("-"), lambda row: (row.area.folded, row.area.pk))
    rows = sorted(found.rows, key=lambda row: (row.area.folded, row.area.pk))
    return replace(found, rows=sorted(rows, key=key, reverse=sort.startswith("-")))
