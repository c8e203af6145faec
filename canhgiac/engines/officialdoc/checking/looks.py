"""Effective formatting: what a run and a paragraph look like after defaults, themes, tables and styles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from .units import VAL, W, is_on, length, points, value

_MOST_PARENTS = 20
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DARK = frozenset({"text1", "dark1", "windowText"})
_SINGLE = 240


@dataclass(frozen=True, slots=True)
class Look:
    """How letters look. ``font`` None is a font that the file does not name."""

    font: str | None = None
    size: float = 10.0
    bold: bool = False
    italic: bool = False
    underline: bool = False
    caps: bool = False
    hidden: bool = False
    colour: str = "auto"
    """"auto", or six hexadecimal digits; a colour of the theme other than its dark text by its name."""

    @property
    def is_black(self) -> bool:
        """Whether the colour is black, or left to the paper's."""
        return self.colour in {"auto", "000000"} | _DARK


@dataclass(frozen=True, slots=True)
class Form:
    """How a paragraph stands. Lengths in millimetres, spaces in points."""

    align: str = "left"
    left: float = 0.0
    right: float = 0.0
    first: float = 0.0
    """First line against the others; negative where it hangs."""
    before: float = 0.0
    after: float = 0.0
    contextual: bool = False
    line: float = 1.0
    """Multiple of a single line, or points where ``line_rule`` is "exact" or "atLeast"."""
    line_rule: str = "auto"
    top: bool = False
    bottom: bool = False
    boxed: bool = False


class Looks:
    """The styles of a document, resolved once each."""

    def __init__(self, styles: etree._Element | None, theme: etree._Element | None) -> None:
        self._fonts = _theme_fonts(theme)
        self._styles: dict[str, etree._Element] = {}
        self._paragraphs: dict[tuple[str | None, str | None], tuple[Form, Look]] = {}
        self._numbered: dict[str | None, etree._Element | None] = {}
        self.default_paragraph: str | None = None
        self._default_table: str | None = None
        self._base_look, self._base_form = Look(), Form()
        if styles is None:
            return
        defaults = styles.find(f"{W}docDefaults")
        if defaults is not None:
            self._base_look = self.run(defaults.find(f"{W}rPrDefault/{W}rPr"), Look())
            self._base_form = form_of(defaults.find(f"{W}pPrDefault/{W}pPr"), Form())
        for element in styles.iterchildren(f"{W}style"):
            key = str(element.get(f"{W}styleId"))
            self._styles[key] = element
            if str(element.get(f"{W}default")) in {"1", "true", "on"}:
                kind = element.get(f"{W}type")
                if kind == "paragraph":
                    self.default_paragraph = key
                elif kind == "table":
                    self._default_table = key

    def paragraph(self, style: str | None, table: str | None = None) -> tuple[Form, Look]:
        """What a paragraph style means (None the default one), inside a table of the given style."""
        key = (style, table)
        if key not in self._paragraphs:
            form, look = self._base_form, self._base_look
            chains = self._chain(table or self._default_table) if table is not None else []
            for each in (*chains, *self._chain(style or self.default_paragraph)):
                form = form_of(each.find(f"{W}pPr"), form)
                look = self.run(each.find(f"{W}rPr"), look)
            self._paragraphs[key] = form, look
        return self._paragraphs[key]

    def numbered_by(self, style: str | None) -> etree._Element | None:
        """The nearest w:numPr of a paragraph style."""
        if style not in self._numbered:
            chain = reversed(self._chain(style or self.default_paragraph))
            found = (each.find(f"{W}pPr/{W}numPr") for each in chain)
            self._numbered[style] = next((each for each in found if each is not None), None)
        return self._numbered[style]

    def table_draws(self, style: str | None) -> bool:
        """Whether a table style draws lines."""
        for each in reversed(self._chain(style)):
            borders = each.find(f"{W}tblPr/{W}tblBorders")
            if borders is not None:
                return draws(borders)
        return False

    def _chain(self, style: str | None) -> list[etree._Element]:
        """A style and what it is based on, the furthest first."""
        found: list[etree._Element] = []
        while style is not None and len(found) < _MOST_PARENTS:
            element = self._styles.get(style)
            if element is None:
                break
            found.insert(0, element)
            style = value(element.find(f"{W}basedOn"))
        return found

    def run(self, properties: etree._Element | None, base: Look) -> Look:
        """``base`` as changed by run properties (w:rPr)."""
        if properties is None or not len(properties):
            return base
        change: dict[str, Any] = {}
        named = properties.find(f"{W}rStyle")
        if named is not None:
            for each in self._chain(value(named)):
                base = self.run(each.find(f"{W}rPr"), base)
        for child in properties:
            match child.tag.rpartition("}")[2] if isinstance(child.tag, str) else "":
                case "rFonts":
                    change["font"] = self._font(child) or base.font
                case "sz":
                    size = points(child.get(VAL), per_unit=0.5)
                    change["size"] = base.size if size is None else size
                case "b":
                    change["bold"] = bool(is_on(child))
                case "i":
                    change["italic"] = bool(is_on(child))
                case "caps":
                    change["caps"] = bool(is_on(child))
                case "vanish":
                    change["hidden"] = bool(is_on(child))
                case "u":
                    change["underline"] = bool(is_on(child))
                case "color":
                    themed = child.get(f"{W}themeColor")
                    colour = str(child.get(VAL, "auto"))
                    change["colour"] = themed if themed in _DARK else colour if colour == "auto" else colour.upper()
        return replace(base, **change) if change else base

    def _font(self, fonts: etree._Element) -> str | None:
        for name in ("ascii", "hAnsi"):
            themed = fonts.get(f"{W}{name}Theme")
            if themed is not None:
                return self._fonts.get("major" if themed.startswith("major") else "minor")
            own = fonts.get(W + name)
            if own is not None:
                return own.strip()
        return None


def _theme_fonts(theme: etree._Element | None) -> dict[str, str]:
    found = {}
    if theme is not None:
        for name in ("major", "minor"):
            latin = theme.find(f".//{_A}{name}Font/{_A}latin")
            if latin is not None and latin.get("typeface"):
                found[name] = str(latin.get("typeface"))
    return found


def draws(borders: etree._Element) -> bool:
    """Whether any side of w:tblBorders or w:tcBorders is drawn."""
    return any(side.get(VAL, "nil") not in {"nil", "none"} for side in borders)


def form_of(properties: etree._Element | None, base: Form) -> Form:
    """``base`` as changed by paragraph properties (w:pPr)."""
    if properties is None or not len(properties):
        return base
    change: dict[str, Any] = {}
    for child in properties:
        match child.tag.rpartition("}")[2] if isinstance(child.tag, str) else "":
            case "jc":
                align = str(child.get(VAL, "left"))
                change["align"] = {"start": "left", "end": "right", "distribute": "both"}.get(align, align)
            case "ind":
                _indents(child, change)
            case "spacing":
                _spaces(child, change)
            case "contextualSpacing":
                change["contextual"] = bool(is_on(child))
            case "pBdr":
                drawn = {side.tag.rpartition("}")[2] for side in child if side.get(VAL, "nil") not in {"nil", "none"}}
                change["boxed"] = {"top", "bottom", "left", "right"} <= drawn
                change["top"], change["bottom"] = "top" in drawn, "bottom" in drawn
    return replace(base, **change) if change else base


def _indents(child: etree._Element, change: dict[str, Any]) -> None:
    for key, names in (("left", ("left", "start")), ("right", ("right", "end"))):
        for name in names:
            found = length(child.get(W + name))
            if found is not None:
                change[key] = found
    first, hanging = length(child.get(f"{W}firstLine")), length(child.get(f"{W}hanging"))
    if first is not None:
        change["first"] = first
    if hanging is not None:
        change["first"] = -hanging


def _spaces(child: etree._Element, change: dict[str, Any]) -> None:
    for name in ("before", "after"):
        own = points(child.get(W + name))
        if str(child.get(f"{W}{name}Autospacing")) in {"1", "true", "on"}:
            own = 14.0
        if own is not None:
            change[name] = own
    rule = child.get(f"{W}lineRule")
    line = points(child.get(f"{W}line"))
    if rule is not None:
        change["line_rule"] = rule
    if line is not None:
        change["line"] = line if (rule or "auto") in {"exact", "atLeast"} else line * 20 / _SINGLE
        change.setdefault("line_rule", "auto")
