"""What recognition thinks of a story, and what can be looked up in it: for the form's suggestions."""

from __future__ import annotations

from dataclasses import dataclass

from canhgiac.engines.lookup.keys import BadKeyError, Key, Kind, key_of, keys_in, shown
from canhgiac.library.selectors.forms import FormCard, forms_published
from canhgiac.library.selectors.recognition import NoBuildError, judge_now

KIND_ICONS = {
    Kind.ACCOUNT: "building-bank",
    Kind.WALLET: "wallet",
    Kind.PHONE: "phone",
    Kind.LINK: "link",
    Kind.APP: "device-mobile",
    Kind.SOCIAL: "user-circle",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing found in the words, for the sender to confirm. ``sent`` is what the form carries."""

    key: Key
    sent: str
    shown: str
    icon: str


@dataclass(frozen=True, slots=True)
class Guess:
    """What the machine makes of the typed words."""

    chips: list[Chip]
    forms: list[FormCard]
    """At most three, the likeliest first."""


def chip_of(key: Key) -> Chip:
    """A key as it is shown and sent."""
    return Chip(key, str(key), shown(key), KIND_ICONS[key.kind])


def key_read(sent: str) -> Key | None:
    """The key of a chip's value; None for what is none."""
    kind, mark, value = sent.partition(":")
    try:
        return key_of(kind, value) if mark else None
    except BadKeyError:
        return None


def form_guess(story: str) -> str:
    """Code of the form that recognition names; empty where it names none, or before the first model."""
    codes = _codes(story)
    return codes[0] if codes else ""


def _codes(story: str) -> list[str]:
    if not story.strip():
        return []
    try:
        verdict = judge_now().judge(story)
    except NoBuildError:
        return []
    return list(dict.fromkeys([*([verdict.form] if verdict.form else []), *(code for code, _ in verdict.near)]))


def guess(story: str) -> Guess:
    """Chips and likely forms of a story. Nothing is kept and nothing is fetched. Two queries at most."""
    codes = _codes(story)
    cards = {card.code: card for card in forms_published()} if codes else {}
    return Guess([chip_of(key) for key in keys_in(story)], [cards[code] for code in codes if code in cards][:3])
