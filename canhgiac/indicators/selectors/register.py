"""The list of indicators: narrowed, searched as people type, in order, in pages that stay quick at a million rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, cast

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Area, Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.engines.lookup.entries import TAGS
from canhgiac.engines.lookup.keys import BadKeyError, Key, Kind, key_of, keys_in
from canhgiac.engines.recognition.banks import BANKS_BY_BIN
from canhgiac.indicators.models import Decision, IndexRelease, Indicator, Sighting
from canhgiac.kit import clock
from canhgiac.kit.sheets import Value

from .lookup import above
from .scope import PERSONAL, sees_register, sees_whole, shown_for
from .tags import tag_words

MOST = 10_000
"""Rows that a list counts and pages through; who looks for more narrows it."""
SOURCES: Final = tuple(Sighting.Source.values)
CHIPS = {
    Indicator.State.REPORTED: ("soon", "message-report"),
    Indicator.State.REVIEW: ("info", "eye"),
    Indicator.State.CONFIRMED: ("late", "alert-circle"),
    Indicator.State.CLEARED: ("none", "circle-off"),
}
_ORDERS = {
    "gan": ("last_seen", "id"),
    "lan": ("sightings_count", "id"),
}
_STEPS = str.maketrans("", "", " .-()/")


@dataclass(frozen=True)
class RegisterFilter:
    """What the list is narrowed to."""

    q: str = ""
    kind: str = ""
    state: str = ""
    tag: str = ""
    area: Area | None = None
    source: str = ""
    days: int | None = None
    """Seen in the last so many days."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    indicator: Indicator
    shown: str
    """Masked, where it leads to a person."""
    tags: list[str]
    chip: tuple[str, str, str]
    """State of the chip, its words and icon."""
    waits: bool
    """A second person is asked."""


class RegisterPages(Paginator):  # type: ignore[type-arg]  # not generic when it runs
    """Pages that count no further than ``MOST``: counting a million rows would take longer than showing fifty."""

    @cached_property
    def count(self) -> int:
        """Rows, at most ``MOST``."""
        rows = cast("QuerySet[Indicator]", self.object_list)
        return min(rows.order_by()[: MOST + 1].count(), MOST)

    @cached_property
    def is_cut(self) -> bool:
        """Whether there are more than it counts."""
        return self.count >= MOST


def register_for(member: Member) -> QuerySet[Indicator]:
    """The one door: all rows for who may open the register. Raises NotAllowed."""
    if not sees_register(member):
        raise NotAllowed(_("Sổ dấu vết dành cho người tiếp nhận tin, người duyệt, điều phối viên và người kiểm tra."))
    return Indicator.objects.all()


def indicator_for(member: Member, indicator_id: int) -> Indicator:
    """One row through the door. Raises Http404, NotAllowed."""
    return get_object_or_404(register_for(member), pk=indicator_id)


def indicators_list(member: Member, wanted: RegisterFilter, *, sort: str = "") -> QuerySet[Indicator]:
    """The rows narrowed and in order, the latest first. What was only typed halfway is found by who sees whole values.

    Others find exact values only: a search by the first digits would spell a masked number out.
    """
    rows = register_for(member)
    if wanted.q.strip():
        rows = rows.filter(_meant(wanted.q, wanted.kind, prefixes=sees_whole(member)))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.state == "expired":
        rows = rows.filter(expires_on__lt=clock.today())
    elif wanted.state:
        rows = rows.filter(state=int(wanted.state))
    if wanted.tag in TAGS:
        rows = rows.filter(tags__in=_masks("tags", 1 << TAGS.index(wanted.tag)))
    if wanted.source in SOURCES:
        rows = rows.filter(sources__in=_masks("sources", 1 << SOURCES.index(wanted.source)))
    if wanted.days:
        rows = rows.filter(last_seen__gte=clock.now() - dt.timedelta(days=wanted.days))
    if wanted.area is not None:
        seen = Sighting.objects.filter(indicator=OuterRef("pk"), withdrawn_at=None, area__in=_inside(wanted.area))
        rows = rows.filter(Exists(seen))
    field, last = _ORDERS.get(sort.removeprefix("-"), _ORDERS["gan"])
    down = sort.startswith("-") or sort.removeprefix("-") not in _ORDERS
    return rows.order_by(*(f"-{name}" if down else name for name in (field, last)))


def _inside(area: Area) -> list[int]:
    return list(Area.objects.filter(path__startswith=area.path).values_list("pk", flat=True))


def _masks(column: str, bit: int) -> list[int]:
    """The masks in use that hold the bit: a few hundred, found by steps along the index, not by reading all rows."""
    table = Indicator._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE step AS ((SELECT min({column}) AS mask FROM {table}) UNION ALL"  # noqa: S608  # our names
            f" SELECT (SELECT min({column}) FROM {table} WHERE {column} > step.mask) FROM step WHERE mask IS NOT NULL)"
            " SELECT mask FROM step WHERE mask IS NOT NULL"
        )
        return [mask for (mask,) in cursor.fetchall() if mask & bit]


def _meant(typed: str, kind: str, *, prefixes: bool) -> Q:
    """What a person looks for: the thing itself however typed, what stands above it, and what begins so."""
    keys = _keys(typed, kind)
    wanted = Q(pk=None)
    for one in {higher for key in keys for higher in above(key)}:
        wanted |= Q(kind=one.kind.value, value=one.value)
    if prefixes:
        for start in _starts(typed):
            wanted |= Q(value__startswith=start)
    return wanted


def _keys(typed: str, kind: str) -> list[Key]:
    kinds: Sequence[Kind] = [Kind(kind)] if kind in set(Kind) else list(Kind)
    found = keys_in(typed) if not kind else []
    for one in kinds:
        try:
            found.append(key_of(one, typed))
        except BadKeyError:
            continue
    return found


def _starts(typed: str) -> list[str]:
    """Beginnings of values that a half-typed thing could have; none for less than four characters."""
    bare = typed.strip().lower()
    digits = bare.translate(_STEPS).removeprefix("+")
    if len(bare) < 4:
        return []
    if digits.isascii() and digits.isdigit():
        national = digits.removeprefix("84") if digits.startswith("84") else digits.removeprefix("0")
        starts = [f"+84{national}", f"vn:{digits}", f"?:{digits}"]
        return starts + [f"{bank}:{digits}" for bank in BANKS_BY_BIN]
    host = re.sub(r"^(?:https?://)?(?:www\.)?", "", bare)
    return [host, *(f"{platform}:{host}" for platform in ("facebook", "zalo", "telegram", "tiktok", "momo"))]


def rows_of(page: Sequence[Indicator]) -> list[Row]:
    """The lines of a page. One query, however many."""
    asked = {row.pk for row in page}
    open_rows = Decision.objects.filter(indicator__in=asked, outcome=Decision.Outcome.OPEN)
    waiting = set(open_rows.values_list("indicator", flat=True))
    return [Row(row, shown_for(row, whole=False), tag_words(row.tags), chip_of(row), row.pk in waiting) for row in page]


def chip_of(row: Indicator) -> tuple[str, str, str]:
    """How the state looks: an expired one is told to nobody."""
    if row.expires_on is not None and row.expires_on < clock.today() and row.state != Indicator.State.CLEARED:
        return "none", _("Hết hạn"), "clock"
    state, icon = CHIPS[Indicator.State(row.state)]
    return state, str(row.get_state_display()), icon


def estimated_total() -> int:
    """About how many rows there are, from the planner's statistics: no counting. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'indicators_indicator'::regclass")
        (about,) = cursor.fetchone()
    return max(int(about), 0)


def index_state() -> IndexRelease | None:
    """The look-up index that stands, for the line under the list. One query."""
    return IndexRelease.objects.order_by("-version").first()


def headings() -> list[str]:
    """Heads of the file."""
    return [
        _("Loại"), _("Giá trị"), _("Trạng thái"), _("Lý do"), _("Số lần báo"), _("Số nguồn"), _("Thấy lần đầu"),
        _("Thấy gần nhất"), _("Hết hạn"),
    ]  # fmt: skip


def export_rows(rows: QuerySet[Indicator], *, whole: bool) -> Iterator[list[Value]]:
    """The rows for a file, streamed; masked unless ``whole``."""
    for row in rows.iterator(2000):
        yield [
            str(row.get_kind_display()),
            shown_for(row, whole=whole),
            chip_of(row)[1],
            "; ".join(tag_words(row.tags)),
            row.sightings_count,
            row.sources_count,
            row.first_seen,
            row.last_seen,
            row.expires_on,
        ]


def personal(row: Indicator) -> bool:
    """Whether the value leads to a person."""
    return Kind(row.kind) in PERSONAL


def decision_for(member: Member, decision_id: int) -> Decision:
    """One decision through the door. Raises Http404, NotAllowed."""
    row = Decision.objects.select_related("indicator", "proposed_by").filter(pk=decision_id).first()
    if row is None:
        raise Http404
    register_for(member)
    return row
