"""Questions of every kind drawn by hypothesis, with texts that look like markup of every format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from ..items import KINDS, LOOKS, Item, ItemRefused, Kind, Line, Option, Shown, Spot, item_of
from ..plainer import key_at

_ODD = st.sampled_from(
    [
        *("=", "~", "#", "{", "}", ":", "\\", "->", "::", "%50%", "//", "\n", "[html]", "<b>", "&amp;", " ", "T", "*"),
        *("|| ", "?>", "canhgiac:", "\u2028", "đ"),
    ]
)
TEXTS = st.lists(st.one_of(_ODD, st.text(max_size=6)), min_size=1, max_size=6).map("".join)
MAYBE = st.one_of(st.just(""), TEXTS)
SIDE = st.integers(1, 90)


def _options(texts: list[str]) -> tuple[Option, ...]:
    return tuple(Option(key_at(place), text) for place, text in enumerate(texts))


def _choice(draw: st.DrawFn, kind: Kind, texts: list[str]) -> Item:
    options = tuple(replace(one, feedback=draw(MAYBE)) for one in _options(texts))
    keys = st.sampled_from([one.key for one in options])
    right = draw(st.lists(keys, min_size=1, max_size=1 if kind == "single" else 3, unique=True))
    return Item(kind, "", options=options, right=tuple(right))


def _match(draw: st.DrawFn, kind: Kind, texts: list[str]) -> Item:
    pairs = tuple(replace(one, partner=draw(TEXTS)) for one in _options(texts))
    return Item(kind, "", options=pairs, extra=tuple(draw(st.lists(TEXTS, max_size=2))))


def _verdict(draw: st.DrawFn, kind: Kind, texts: list[str]) -> Item:
    lines = tuple(Line("me" if draw(st.booleans()) else "them", text) for text in texts)
    shown = Shown(draw(st.sampled_from(LOOKS)), draw(st.text(max_size=8)), lines, draw(MAYBE))
    return Item(kind, "", shown=shown, right=(draw(st.sampled_from(["scam", "genuine"])),), marks=tuple(texts[:1]))


def _hotspot(draw: st.DrawFn, kind: Kind, texts: list[str]) -> Item:
    spots = tuple(Spot(key_at(at), text, *(draw(SIDE) for _ in range(4))) for at, text in enumerate(texts))
    return Item(kind, "", spots=spots, right=(draw(st.sampled_from(spots)).key,))


def _short(draw: st.DrawFn, kind: Kind, texts: list[str]) -> Item:
    if draw(st.booleans()):
        return Item(kind, "", accepted=tuple(texts))
    return Item(kind, "", number=draw(st.floats(-1e6, 1e6, allow_nan=False)), tolerance=draw(st.floats(0, 100)))


_DRAWS: dict[Kind, Callable[[st.DrawFn, Kind, list[str]], Item]] = {
    "single": _choice,
    "multiple": _choice,
    "true_false": lambda draw, kind, texts: Item(kind, "", right=(draw(st.sampled_from(["true", "false"])),)),
    "order": lambda draw, kind, texts: Item(kind, "", options=_options(texts)),
    "match": _match,
    "verdict": _verdict,
    "hotspot": _hotspot,
    "short": _short,
}


@st.composite
def _drawn(draw: st.DrawFn) -> Item:
    kind = draw(st.sampled_from(KINDS))
    texts = draw(st.lists(TEXTS, min_size=3, max_size=5, unique=True))
    return replace(_DRAWS[kind](draw, kind, texts), prompt=draw(TEXTS).strip(), explanation=draw(MAYBE).strip())


def _can_be_asked(item: Item) -> bool:
    try:
        return item_of(item.kind, item.prompt, item.to_json(), item.explanation) == item
    except ItemRefused:
        return False


def items() -> st.SearchStrategy[Item]:
    """Questions that can be asked, marked and kept."""
    return _drawn().filter(_can_be_asked)
