"""Saved web pages: the text as a browser shows it, tables as pipe rows. Site chrome stays: the extractor trims it."""

from __future__ import annotations

import contextlib
import re

from lxml import etree, html

from ..model import Source
from . import limits
from .failures import failure
from .normalise import normalise, squeeze_blank_lines
from .pipes import FURNITURE, MOST_REPEATED, pipe_row
from .plain import decode

_HIDDEN = frozenset(
    ("script", "style", "head", "noscript", "template", "svg", "iframe", "object", "select", "button", "input")
)
_INLINE = frozenset(
    (
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i"),
        *("ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time"),
        *("u", "var", "wbr", "br", "html", "img", "o:p"),
    )
)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{2,40})""", re.IGNORECASE)
_FURNITURE_ROWS = 8
_MOST_SPANNED = 200
_TABLE = re.compile(r"<table[\s>]", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")


def read_web(data: bytes) -> Source:
    """Reads HTML. Raises ReadError ``no-text``, ``damaged`` or what ``plain.decode`` raises."""
    if data.count(b"<") > limits.MAX_TAGS:
        raise failure("too-complex")
    text, encoding, notes = _decoded(data)
    try:
        root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*>", "", text), parser=html.HTMLParser(no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise failure("no-text") from error
    page = _Page()
    page.walk(root)
    made = squeeze_blank_lines(normalise("\n".join(line.strip() for line in "".join(page.parts).split("\n"))))
    return Source(text=made, format="txt", encoding=encoding, notes=notes)


def _decoded(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    named = _CHARSET.search(data[:4096])
    if named is not None and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        name = named[1].decode("ascii").lower()
        with contextlib.suppress(LookupError, UnicodeError):
            data = data.decode(name).encode("utf-8")
    decoded = decode(data)
    return decoded.text, decoded.encoding, decoded.notes


class _Page:
    """Walks the tree with its own stack, as pages may nest deeper than Python recurses."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def walk(self, root: etree._Element) -> None:
        """Appends the text of ``root`` to ``parts``."""
        stack: list[tuple[etree._Element, bool]] = [(root, False)]
        while stack:
            element, done = stack.pop()
            tag = element.tag if isinstance(element.tag, str) else "script"
            if done:
                if tag not in _INLINE:
                    self.parts.append("\n")
                self._text(element.tail)
                continue
            stack.append((element, True))
            if tag in _HIDDEN:
                continue
            if tag == "br":
                self.parts.append("\n")
            elif tag == "table" and (rows := _data_rows(element)):
                self.parts.append("\n\n" + "\n".join(rows) + "\n")
                continue
            elif tag not in _INLINE:
                self.parts.append("\n\n" if tag == "p" else "\n")
            self._text(element.text)
            stack.extend((child, False) for child in reversed(element))

    def _text(self, text: str | None) -> None:
        if text:
            self.parts.append(_SPACE.sub(" ", text))


def _data_rows(table: etree._Element) -> list[str]:
    """Pipe rows of a table that holds data; [] for one that only lays out the page."""
    if table.find(".//table") is not None:
        return []
    rows = _grid(table)
    width = max((len(row) for row in rows), default=0)
    letterhead = len(rows) <= _FURNITURE_ROWS and any(FURNITURE.search(cell) for row in rows for cell in row)
    if width < 2 or len(rows) < 2 or letterhead:
        return []
    return [pipe_row(row + [""] * (width - len(row))) for row in rows if any(row)]


def _grid(table: etree._Element) -> list[list[str]]:
    """The cells in their columns: one merged downwards stands in each row it spans, sideways in its first column."""
    rows: list[list[str]] = []
    held: dict[int, tuple[str, int]] = {}
    for row in table.iter("tr"):
        cells: list[str] = []
        waiting = [cell for cell in row if cell.tag in ("td", "th")]
        while waiting or held.get(len(cells), ("", 0))[1]:
            text, left = held.get(len(cells), ("", 0))
            if left:
                held[len(cells)] = (text, left - 1)
                cells.append(text)
                continue
            cell = waiting.pop(0)
            text, down, across = _cell(cell), _span(cell, "rowspan"), _span(cell, "colspan")
            for column in range(across):
                shown = "" if column else text
                held[len(cells)] = (shown if len(shown) <= MOST_REPEATED else "", down - 1)
                cells.append(shown)
        rows.append(cells)
    return rows


def _span(cell: etree._Element, name: str) -> int:
    given = (cell.get(name) or "").strip()
    return min(max(int(given), 1), _MOST_SPANNED) if given.isascii() and given.isdecimal() and len(given) < 6 else 1


def tables_as_rows(text: str) -> str:
    """Text with the HTML tables in it, as Markdown may hold them, written as pipe rows. The rest stays verbatim."""
    found = list(_TABLE.finditer(text))
    if not found or text.count("<") > limits.MAX_TAGS:
        return text
    parts, at = [], 0
    for start in found:
        end = text.find("</table>", start.end())
        if start.start() < at or end < 0:
            continue
        with contextlib.suppress(etree.ParserError, etree.XMLSyntaxError, ValueError):
            page = _Page()
            page.walk(html.fragment_fromstring(text[start.start() : end + 8]))
            parts += [text[at : start.start()], squeeze_blank_lines("".join(page.parts))]
            at = end + 8
    return "".join([*parts, text[at:]])


def _cell(cell: etree._Element) -> str:
    page = _Page()
    tail, cell.tail = cell.tail, None
    page.walk(cell)
    cell.tail = tail
    return "\n".join(line.strip() for line in "".join(page.parts).split("\n") if line.strip())
