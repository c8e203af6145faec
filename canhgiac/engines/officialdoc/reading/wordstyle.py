"""What a Word style or run says about how its letters are to be read."""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from .legacy import Legacy, font_encoding
from .numbering import W

_VAL = W + "val"
_OFF = frozenset({"0", "false", "off", "none"})
_MOST_PARENTS = 20


class Look(NamedTuple):
    """How a run's letters are read: the old encoding its font stands for, capitals, hidden text."""

    encoding: Legacy | None = None
    capital_font: bool = False
    caps: bool = False
    hidden: bool = False


class Style(NamedTuple):
    """A style with what it inherits; ``number`` is (num id, level)."""

    look: Look = Look()
    number: tuple[str | None, int | None] = (None, None)


def is_on(element: etree._Element | None, default: bool) -> bool:
    """Value of a toggle such as w:caps; ``default`` where absent."""
    return default if element is None else str(element.get(_VAL, "1")) not in _OFF


def run_look(properties: etree._Element | None, base: Look) -> Look:
    """``base`` as changed by run properties (w:rPr)."""
    if properties is None or not len(properties):
        return base
    encoding, capital, caps, hidden = base
    for child in properties:
        tag = child.tag
        if tag == W + "rFonts":
            font = child.get(W + "ascii") or child.get(W + "hAnsi")
            if font is not None:
                encoding, capital = font_encoding(font)
            elif child.get(W + "asciiTheme") is not None:
                encoding, capital = None, False
        elif tag == W + "caps":
            caps = is_on(child, caps)
        elif tag == W + "vanish":
            hidden = is_on(child, hidden)
    return Look(encoding, capital, caps, hidden)


def paragraph_number(properties: etree._Element | None) -> tuple[str | None, int | None]:
    """The list and level that paragraph properties (w:pPr) or a style name; None for what they leave open."""
    numbering = None if properties is None else properties.find(f"{W}numPr")
    if numbering is None:
        return None, None
    num = numbering.find(f"{W}numId")
    level = numbering.find(f"{W}ilvl")
    text = "" if level is None else str(level.get(_VAL, ""))
    return (None if num is None else num.get(_VAL)), (int(text) if text.isdecimal() else None)


class Styles:
    """The styles part of a document; looks are resolved once a style."""

    def __init__(self, root: etree._Element | None) -> None:
        self._elements: dict[str, etree._Element] = {}
        self._resolved: dict[str, Style] = {}
        self._default = Style()
        self.default_paragraph: str | None = None
        if root is None:
            return
        self._default = Style(run_look(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"), Look()))
        for element in root.iterchildren(f"{W}style"):
            style_id = str(element.get(f"{W}styleId"))
            self._elements[style_id] = element
            if element.get(f"{W}type") == "paragraph" and element.get(f"{W}default") in ("1", "true", "on"):
                self.default_paragraph = style_id

    def element(self, style_id: str) -> etree._Element | None:
        """The style's own element."""
        return self._elements.get(style_id)

    def paragraph(self, style_id: str | None) -> Style:
        """What a paragraph style means; None is the default style."""
        style_id = style_id or self.default_paragraph
        return self._default if style_id is None else self._resolve(style_id, 0)

    def _resolve(self, style_id: str, depth: int) -> Style:
        found = self._resolved.get(style_id)
        if found is not None:
            return found
        element = self._elements.get(style_id)
        if element is None or depth > _MOST_PARENTS:
            return self._default
        based = element.find(f"{W}basedOn")
        parent = self._default if based is None else self._resolve(str(based.get(_VAL)), depth + 1)
        num, level = paragraph_number(element.find(f"{W}pPr"))
        made = Style(
            run_look(element.find(f"{W}rPr"), parent.look),
            (parent.number[0] if num is None else num, parent.number[1] if level is None else level),
        )
        self._resolved[style_id] = made
        return made

    def character(self, style_id: str, base: Look) -> Look:
        """``base`` as changed by a character style."""
        chain: list[etree._Element] = []
        element = self._elements.get(style_id)
        while element is not None and len(chain) < _MOST_PARENTS:
            chain.append(element)
            based = element.find(f"{W}basedOn")
            element = None if based is None else self._elements.get(str(based.get(_VAL)))
        for each in reversed(chain):
            base = run_look(each.find(f"{W}rPr"), base)
        return base
