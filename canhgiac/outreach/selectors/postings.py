"""The places of a warning as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import has_role
from canhgiac.library.models import Language
from canhgiac.outreach.models import Posting, Provider, Rendition, Way
from canhgiac.outreach.models import Warning as Alert

from .scope import require_reading

Place, State = Posting.Place, Posting.State
OUTSIDE = frozenset({Place.FACEBOOK, Place.ZALO})
"""Pages of ours on other people's platforms."""
_MOVING = frozenset({State.QUEUED, State.POSTING, State.REMOVING, State.UNSURE})
_CHIPS = {
    State.QUEUED: ("none", "clock"),
    State.POSTING: ("info", "progress-check"),
    State.UP: ("done", "circle-check"),
    State.FAILED: ("late", "alert-triangle"),
    State.REMOVING: ("soon", "progress-check"),
    State.DOWN: ("none", "circle-off"),
    State.UNSURE: ("soon", "help-circle"),
}
_NEEDS = ((Place.FACEBOOK, Way.MESSENGER, Rendition.Kind.FACEBOOK), (Place.ZALO, Way.ZALO, Rendition.Kind.PORTAL))


@dataclass(frozen=True, slots=True)
class Option:
    """A place that can be chosen; ``lacks`` says why not."""

    value: str
    name: str
    lacks: str


@dataclass(frozen=True, slots=True)
class Line:
    """One place with what may be done about it."""

    posting: Posting
    chip: tuple[str, str]
    may_retry: bool
    may_take_down: bool
    may_settle: bool


@dataclass(frozen=True, slots=True)
class PlacesCard:
    """Everything the card shows."""

    lines: tuple[Line, ...]
    communes: int
    """Communes whose loudspeakers read it."""
    options: tuple[Option, ...]
    may_post: bool
    is_moving: bool
    """Whether the card is worth asking for again in a few seconds."""

    @property
    def may_add(self) -> bool:
        """Whether a place on another platform can be chosen."""
        return any(not option.lacks for option in self.options)


def places_card(member: Member, warning: Alert) -> PlacesCard | None:
    """The card; None while nothing may stand anywhere. Up to five queries."""
    if warning.state != Alert.State.APPROVED and warning.state not in Alert.OUT:
        return None
    rows = list(warning.postings.order_by("place", "pk"))
    outside = [row for row in rows if row.place != Place.LOUDSPEAKER]
    open_now = warning.state in {Alert.State.APPROVED, Alert.State.ISSUED}
    may = open_now and has_role(member, Role.Kind.COORDINATOR)
    coordinates = has_role(member, Role.Kind.COORDINATOR)
    return PlacesCard(
        lines=tuple(_line(row, coordinates) for row in outside),
        communes=sum(row.place == Place.LOUDSPEAKER and row.state == State.UP for row in rows),
        options=_options(warning, outside) if may else (),
        may_post=may,
        is_moving=any(row.state in _MOVING for row in outside),
    )


def _line(row: Posting, may: bool) -> Line:
    kind, icon = _CHIPS[State(row.state)]
    acts = may and row.place in OUTSIDE
    return Line(
        posting=row,
        chip=(kind, icon),
        may_retry=acts and row.state in {State.FAILED, State.UNSURE, State.REMOVING},
        may_take_down=acts and row.state == State.UP,
        may_settle=acts and bool(row.error) and row.state in {State.REMOVING, State.UNSURE},
    )


def _options(warning: Alert, rows: list[Posting]) -> tuple[Option, ...]:
    ways = set(Provider.objects.filter(is_active=True).values_list("way", flat=True))
    words = set(warning.renditions.filter(language=Language.VI).exclude(text="").values_list("kind", flat=True))
    taken = {row.place for row in rows if row.state not in {State.FAILED, State.DOWN}}
    found = []
    for place, way, kind in _NEEDS:
        if place in taken:
            continue
        lacks = _("chưa nối trang, tài khoản") if way not in ways else _("chưa có lời") if kind not in words else ""
        found.append(Option(place.value, str(place.label), lacks))
    return tuple(found)


def posting_for(member: Member, posting_id: int) -> Posting:
    """A place that the member may see. Raises NotAllowed, Http404."""
    require_reading(member)
    rows: QuerySet[Posting] = Posting.objects.select_related("warning")
    return get_object_or_404(rows, pk=posting_id)
