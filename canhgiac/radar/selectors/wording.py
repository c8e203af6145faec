"""What a card says in one sentence, and how sure it is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canhgiac.kit import clock
from canhgiac.tips.models import Observation

if TYPE_CHECKING:
    from canhgiac.radar.models import Card

VERY_SURE, SURE = 0.01, 0.1
"""Alarms as strong that chance gives in a week: one in two years, one in ten weeks."""


def number_words(value: float) -> str:
    """A figure as people write it: 6, 0,4, dưới 0,1."""
    if value < 0.05:
        return _("dưới 0,1")
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return text.replace(".", ",")


def place_words(card: Card) -> str:
    """Where: the commune, or the whole province."""
    return card.area.name if card.area else _("toàn tỉnh")


def window_words(card: Card) -> str:
    """When: "trong ngày 22/11", "trong 7 ngày đến 22/11"."""
    day = dt.date.fromisoformat(card.facts["day"]) if "day" in card.facts else clock.today()
    days = int(card.facts.get("days", 1))
    if days == 1:
        return _("trong ngày %(day)s") % {"day": f"{day:%d/%m}"}
    return _("trong %(n)d ngày đến %(day)s") % {"n": days, "day": f"{day:%d/%m}"}


def card_sentence(card: Card) -> str:
    """Why the card is there: what, where, when, how much, against what is usual."""
    return _("%(window)s, ở %(place)s có %(seen)s lượt “%(name)s”; bình thường chỉ khoảng %(usual)s.") % {
        "window": window_words(card)[:1].upper() + window_words(card)[1:],
        "place": place_words(card),
        "seen": card.facts.get("seen") or number_words(card.observed),
        "name": card.cluster.name,
        "usual": number_words(card.expected),
    }


def sure_words(card: Card) -> str:
    """How sure, in a word."""
    if card.q_value <= VERY_SURE:
        return _("Rất rõ")
    return _("Rõ") if card.q_value <= SURE else _("Khá rõ")


def sure_explained(card: Card) -> str:
    """How sure, as what chance would do."""
    if card.q_value <= 0:
        return _("Ngẫu nhiên gần như không thể có.")
    weeks = round(1 / card.q_value)
    if weeks > 520:
        return _("Ngẫu nhiên thì hơn mười năm mới có một lần như vậy trên toàn ra-đa.")
    if weeks <= 1:
        return _("Ngẫu nhiên thì khoảng một tuần có một lần như vậy trên toàn ra-đa.")
    return ngettext(
        "Ngẫu nhiên thì khoảng %(n)d tuần mới có một lần như vậy trên toàn ra-đa.",
        "Ngẫu nhiên thì khoảng %(n)d tuần mới có một lần như vậy trên toàn ra-đa.",
        weeks,
    ) % {"n": weeks}


def sources_words(card: Card) -> str:
    """Who saw it: "3 tin báo, 2 cộng tác viên"."""
    sources = card.facts.get("sources", {})
    labels = dict(Observation.Source.choices)
    parts = [
        f"{count} {str(labels[source]).lower()}" for source, count in sources.items() if count and source in labels
    ]
    return ", ".join(parts)
