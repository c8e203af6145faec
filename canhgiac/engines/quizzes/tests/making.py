"""Questions of every kind drawn by hypothesis, with texts that look like markup of every format."""

from __future__ import annotations

from hypothesis import strategies as st

from ..items import LOOKS, Item, ItemRefused, Line, Option, Shown, Spot, item_check
from ..plainer import key_at

_ODD = st.sampled_from(
    [
        "=",
        "~",
        "#",
        "{",
        "}",
        ":",
        "\\",
        "->",
        "::",
        "%50%",
        "//",
        "\n",
        "[html]",
        "<b>",
        "&amp;",
        " ",
        "T",
        "*",
        "|| ",
        "?>",
    ]
)
TEXTS = st.lists(st.one_of(_ODD, st.text(max_size=6)), min_size=1, max_size=6).map("".join)


@st.composite
def _drawn(draw: st.DrawFn) -> Item:
    kind = draw(st.sampled_from(["single", "multiple", "true_false", "order", "match", "verdict", "hotspot", "short"]))
    told = {"prompt": draw(TEXTS), "explanation": draw(st.one_of(st.just(""), TEXTS))}
    texts = draw(st.lists(TEXTS, min_size=3, max_size=5, unique=True))
    keys = [key_at(place) for place in range(len(texts))]
    plain = tuple(Option(key, text) for key, text in zip(keys, texts, strict=True))
    if kind in ("single", "multiple"):
        right = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=1 if kind == "single" else 3, unique=True))
        options = tuple(Option(one.key, one.text, draw(st.one_of(st.just(""), TEXTS))) for one in plain)
        return Item(kind, **told, options=options, right=tuple(right))  # type: ignore[arg-type]  # both are kinds
    if kind == "true_false":
        return Item("true_false", **told, right=(draw(st.sampled_from(["true", "false"])),))
    if kind == "order":
        return Item("order", **told, options=plain)
    if kind == "match":
        pairs = tuple(Option(one.key, one.text, "", draw(TEXTS)) for one in plain)
        return Item("match", **told, options=pairs, extra=tuple(draw(st.lists(TEXTS, max_size=2))))
    if kind == "verdict":
        lines = tuple(Line(draw(st.sampled_from(["them", "me"])), text) for text in texts)
        shown = Shown(draw(st.sampled_from(LOOKS)), draw(st.text(max_size=8)), lines)
        return Item("verdict", **told, shown=shown, right=(draw(st.sampled_from(["scam", "genuine"])),))
    if kind == "hotspot":
        side = st.integers(1, 90)
        spots = tuple(
            Spot(key, text, draw(side), draw(side), draw(side), draw(side))
            for key, text in zip(keys, texts, strict=True)
        )
        return Item("hotspot", **told, spots=spots, right=(draw(st.sampled_from(keys)),))
    if draw(st.booleans()):
        number = draw(st.floats(-1e6, 1e6, allow_nan=False))
        return Item("short", **told, number=number, tolerance=draw(st.floats(0, 100)))
    return Item("short", **told, accepted=tuple(texts))


def _can_be_asked(item: Item) -> bool:
    try:
        item_check(item)
    except ItemRefused:
        return False
    return item.prompt == item.prompt.strip() and "\0" not in repr(item)


def items() -> st.SearchStrategy[Item]:
    """Questions that can be asked and marked."""
    return _drawn().filter(_can_be_asked)
