"""Automatic numbering of Word: the label that the reader of the paper sees before a paragraph."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL = W + "val"
_PLACE = re.compile(r"%([1-9])")
_BULLETS = {0xF0B7: "•", 0xF0A7: "▪", 0xF0A8: "◦", 0xF0D8: "➢", 0xF0FC: "✓", 0xF076: "❖", 0xF0E0: "→", 0xF06F: "o"}
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_ORDINALS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
_MOST = 32_000
_MOST_LABEL = 100
"""A label is written before every item, so a long one would swell the text."""


@dataclass(slots=True)
class Level:
    """One level of a list as numbering.xml defines it."""

    number_format: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None
    legal: bool = False
    tight: bool = False
    """No space between label and text."""


@dataclass(slots=True)
class _List:
    """A num: its levels, and the counters it shares with every num of the same abstract list."""

    levels: dict[int, Level]
    counters: dict[int, int]
    starts: dict[int, int] = field(default_factory=dict)
    """Levels that this num starts anew at its first use."""


def number_words(value: int, number_format: str) -> str:
    """``value`` in a Word number format; a format not known is decimal."""
    value = max(0, min(value, _MOST))
    if number_format == "none":
        return ""
    if number_format in ("upperRoman", "lowerRoman"):
        text = ""
        for unit, sign in _ROMAN:
            text += sign * (value // unit)
            value %= unit
        return text.upper() if number_format == "upperRoman" else text
    if number_format in ("upperLetter", "lowerLetter") and value:
        text = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return text.upper() if number_format == "upperLetter" else text
    if number_format == "decimalZero":
        return f"{value:02d}"
    if number_format == "vietnameseCounting" and value < len(_ORDINALS):
        return _ORDINALS[value]
    return str(value)


def symbol(code: int) -> str:
    """What a private-use code of a symbol font looks like."""
    if not 0xF000 <= code <= 0xF0FF:
        return chr(code) if 0x20 <= code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
    plain = chr(code - 0xF000)
    return _BULLETS.get(code) or (plain if plain in "-+*" else "•")


def _number(element: etree._Element | None, default: int | None = None) -> int | None:
    text = None if element is None else element.get(_VAL)
    try:
        return default if text is None else int(text)
    except ValueError:
        return default


def _level(element: etree._Element) -> Level:
    fmt = element.find(f"{W}numFmt")
    text = element.find(f"{W}lvlText")
    suffix = element.find(f"{W}suff")
    return Level(
        number_format="decimal" if fmt is None else str(fmt.get(_VAL, "decimal")),
        text="" if text is None else str(text.get(_VAL, ""))[:_MOST_LABEL],
        start=_number(element.find(f"{W}start"), 1) or 0,
        restart=_number(element.find(f"{W}lvlRestart")),
        legal=element.find(f"{W}isLgl") is not None,
        tight=suffix is not None and suffix.get(_VAL) == "nothing",
    )


def _index(element: etree._Element) -> int:
    try:
        return int(str(element.get(f"{W}ilvl", "0")))
    except ValueError:
        return 0


class Numbering:
    """Counts through a document. Call ``label`` once for each numbered paragraph, in order."""

    def __init__(self, root: etree._Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self.by_style: dict[str, tuple[str, int]] = {}
        """Paragraph styles that a list level names as its own: style id to (num id, level)."""
        if root is not None:
            self._load(root)

    def _load(self, root: etree._Element) -> None:
        abstract: dict[str, dict[int, Level]] = {}
        style_of: dict[str, str] = {}
        link_of: dict[str, str] = {}
        styles: dict[str, dict[int, str]] = {}
        for element in root.iterchildren(f"{W}abstractNum"):
            key = str(element.get(f"{W}abstractNumId"))
            abstract[key] = {}
            for child in element.iterchildren(f"{W}lvl"):
                abstract[key][_index(child)] = _level(child)
                style = child.find(f"{W}pStyle")
                if style is not None:
                    styles.setdefault(key, {})[_index(child)] = str(style.get(_VAL))
            for name, table in (("styleLink", style_of), ("numStyleLink", link_of)):
                link = element.find(W + name)
                if link is not None:
                    table[key] = str(link.get(_VAL))
        owners = {style: key for key, style in style_of.items()}
        counters: dict[str, dict[int, int]] = {}
        for num in root.iterchildren(f"{W}num"):
            reference = num.find(f"{W}abstractNumId")
            key = "" if reference is None else str(reference.get(_VAL))
            key = owners.get(link_of.get(key, ""), key)
            num_id = str(num.get(f"{W}numId"))
            self._lists[num_id] = self._num(num, abstract.get(key, {}), counters.setdefault(key, {}))
            for level, style_id in styles.get(key, {}).items():
                self.by_style.setdefault(style_id, (num_id, level))

    @staticmethod
    def _num(num: etree._Element, levels: dict[int, Level], counters: dict[int, int]) -> _List:
        made = _List(levels, counters)
        for override in num.iterchildren(f"{W}lvlOverride"):
            index = _index(override)
            own = override.find(f"{W}lvl")
            if own is not None:
                made.levels = {**made.levels, index: _level(own)}
            start = _number(override.find(f"{W}startOverride"))
            if start is not None:
                made.starts[index] = start
        return made

    def label(self, num_id: str, index: int) -> str:
        """The next label of level ``index`` (0 the outermost) with its following space; "" where it has none."""
        found = self._lists.get(num_id)
        if found is None or index not in found.levels:
            return ""
        level = found.levels[index]
        counters = found.counters
        if index in found.starts:
            counters[index] = found.starts.pop(index)
        else:
            counters[index] = counters.get(index, level.start - 1) + 1
        for deeper in [k for k in counters if k > index]:
            rule = found.levels[deeper].restart if deeper in found.levels else None
            if rule is None or (rule and index < rule):
                del counters[deeper]
        text = self._render(found, level)
        return text if level.tight or not text else text + " "

    @staticmethod
    def _render(found: _List, level: Level) -> str:
        if level.number_format == "bullet":
            return "".join(symbol(ord(c)) if 0xF000 <= ord(c) <= 0xF0FF else c for c in level.text).strip()

        def value(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            of = found.levels.get(index, Level())
            count = found.counters.get(index, of.start)
            return number_words(count, "decimal" if level.legal else of.number_format)

        return _PLACE.sub(value, level.text).strip()
