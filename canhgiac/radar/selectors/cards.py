"""Cards as people look at them: the list, one in full, the map of open ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canhgiac.agencies.models import Area, Member
from canhgiac.agencies.selectors.boundaries import outlines_of
from canhgiac.kit.maps import NONE, Drawing, Mark, draw
from canhgiac.kit.sheets import Value
from canhgiac.outreach.models import Warning as Alert
from canhgiac.radar.models import Card

from .days import DayCounts, day_counts
from .land import communes_watched
from .scope import require_reading
from .wording import card_sentence, place_words, sources_words, sure_explained, sure_words

State = Card.State
OPEN = (State.NEW, State.WATCHED)
CHIPS = {
    State.NEW: ("late", "radar-2"),
    State.WATCHED: ("soon", "eye"),
    State.DRAFTED: ("done", "speakerphone"),
    State.DISMISSED: ("none", "circle-dashed"),
}
SORTS = {
    "luc": ("raised_at",),
    "chac": ("q_value",),
    "noi": ("area__folded",),
    "cum": ("cluster__name",),
    "so": ("observed",),
    "trang-thai": ("state",),
}


@dataclass(frozen=True)
class CardFilter:
    """What the list is narrowed to; without a state only open cards, "all" for every state."""

    q: str = ""
    state: str = ""
    form: str = ""
    area: Area | None = None
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card with its words and its small chart."""

    card: Card
    sentence: str
    sure: str
    chip: tuple[str, str]
    counts: DayCounts

    @property
    def limit(self) -> float:
        """What is usual, for the small chart."""
        return self.card.expected / max(int(self.card.facts.get("days", 1)), 1)


def cards_for(member: Member, wanted: CardFilter | None = None, *, sort: str = "") -> QuerySet[Card]:
    """The one door: cards, the latest first. Raises NotAllowed for who may not read the radar."""
    require_reading(member)
    rows = Card.objects.select_related("cluster", "area")
    wanted = wanted or CardFilter(state="all")
    if wanted.state != "all":
        rows = rows.filter(state=wanted.state) if wanted.state else rows.filter(state__in=OPEN)
    if wanted.q:
        rows = rows.filter(Q(cluster__name__icontains=wanted.q) | Q(area__name__icontains=wanted.q))
    if wanted.form:
        rows = rows.filter(cluster__form=wanted.form)
    if wanted.area:
        rows = rows.filter(Q(area__path__startswith=wanted.area.path) | Q(area__isnull=True))
    if wanted.since:
        rows = rows.filter(raised_at__date__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(raised_at__date__lte=wanted.until)
    keys = SORTS.get(sort.removeprefix("-"))
    if keys is None:
        return rows.order_by("-raised_at", "-pk")
    first = F(keys[0])
    return rows.order_by(first.desc(nulls_last=True) if sort.startswith("-") else first.asc(nulls_last=True), "-pk")


def card_for(member: Member, card_id: int) -> Card:
    """One card. Raises Http404, NotAllowed."""
    return get_object_or_404(cards_for(member).select_related("decided_by"), pk=card_id)


def card_rows(cards: list[Card]) -> list[CardRow]:
    """The cards with their words and the days before them. One query more."""
    counts = day_counts(
        [(card.cluster_id, card.cluster.form if is_of_form(card) else "", card.area_id) for card in cards]
    )
    return [
        CardRow(card, card_sentence(card), sure_words(card), CHIPS[State(card.state)], counts[place])
        for place, card in enumerate(cards)
    ]


def is_of_form(card: Card) -> bool:
    """Whether the card is about a form as a whole."""
    return bool(card.facts.get("of_form"))


def card_tally(member: Member) -> dict[str, int]:
    """How many cards stand in each state. Two queries."""
    require_reading(member)
    states = list(Card.objects.values_list("state", flat=True))
    return {state: states.count(state) for state in State.values}


def card_draft_of(card: Card) -> Alert | None:
    """The draft warning made of the card."""
    return Alert.objects.filter(origin=f"radar.card:{card.pk}").order_by("-pk").first()


def hours_to_draft(card: Card, alert: Alert | None) -> float | None:
    """Hours from the first observation to the draft; None while there is none."""
    return round((alert.made_at - card.first_seen_at).total_seconds() / 3600, 1) if alert else None


def card_sure(card: Card) -> str:
    """How sure the card is, in a sentence about chance."""
    return sure_explained(card)


def card_sources(card: Card) -> str:
    """Who saw what the card is about."""
    return sources_words(card)


def cards_map(member: Member) -> Drawing | None:
    """Communes by their open cards; None where the register knows no commune. Three queries."""
    open_cards: dict[int, int] = {}
    for area in cards_for(member, CardFilter()).filter(area__isnull=False).values_list("area_id", flat=True):
        open_cards[area] = open_cards.get(area, 0) + 1
    communes = list(communes_watched())
    if not communes or not open_cards:
        return None
    marks = [
        Mark(
            area.pk,
            area.name,
            _step(open_cards.get(area.pk, 0)),
            str(open_cards.get(area.pk, "")),
            *_told(area, open_cards),
        )
        for area in communes
    ]
    legend = [(5, _("3 thẻ trở lên")), (3, _("2 thẻ")), (1, _("1 thẻ")), (NONE, _("không có thẻ mở"))]
    return draw(marks, legend=legend, outlines=outlines_of([area.pk for area in communes]))


def _step(number: int) -> int:
    return NONE if not number else 1 if number == 1 else 3 if number == 2 else 5


def _told(area: Area, open_cards: dict[int, int]) -> tuple[str, str]:
    number = open_cards.get(area.pk, 0)
    if not number:
        return _("không có thẻ mở"), ""
    words = ngettext("%(n)d thẻ đang mở", "%(n)d thẻ đang mở", number) % {"n": number}
    return words, f"{reverse('card_list')}?area={area.code}"


def headings() -> list[str]:
    """The columns of the file."""
    return [
        *(_("Mã"), _("Trạng thái"), _("Cụm"), _("Hình thức"), _("Địa bàn"), _("Nêu lúc"), _("Từ lúc"), _("Số lượt")),
        *(_("Bình thường"), _("Báo nhầm mỗi tuần ở mức này"), _("Nguồn"), _("Vì sao"), _("Quyết định")),
    ]


def file_rows(cards: QuerySet[Card]) -> Iterator[list[Value]]:
    """The rows of the file."""
    for card in cards.iterator(chunk_size=1000):
        yield [
            card.pk, str(card.get_state_display()), card.cluster.name, card.cluster.form, place_words(card),
            card.raised_at, card.since, int(card.facts.get("seen") or card.observed), round(card.expected, 3),
            round(card.q_value, 5), sources_words(card), card_sentence(card), card.decision,
        ]  # fmt: skip
