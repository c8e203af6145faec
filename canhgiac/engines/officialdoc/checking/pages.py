"""A DOCX as paragraphs with their effective look, in reading order, with the place of each and the lines drawn."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby

from lxml import etree

from ..reading import limits
from ..reading.failures import failure
from ..reading.legacy import convert, font_encoding
from ..reading.normalise import normalise
from ..reading.numbering import Numbering
from ..reading.package import Package
from ..reading.sniff import kind_of
from .looks import Form, Look, Looks, draws, form_of
from .units import W, is_on, length, value

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V = "{urn:schemas-microsoft-com:vml}"
_EMU = 1 / 36_000
_LINES = frozenset({"line", "straightConnector1", "flowChartProcess"})
_SKIPPED = frozenset(
    {"del", "moveFrom", "pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr", "instrText"}
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters of one look."""

    text: str
    look: Look


@dataclass(frozen=True, slots=True)
class Para:
    """One printed line or paragraph: Word's paragraph is split at its line breaks, so that a letterhead typed with
    Shift+Enter or tabs is seen as people see it."""

    pieces: tuple[Piece, ...]
    form: Form
    number: int
    """Place among the document's paragraphs, from 1."""
    table: int = 0
    """Number of the innermost table that holds it; 0 outside."""
    cell: tuple[int, int] = (0, 0)
    ruled: bool = False
    """In a table that draws lines."""
    width: float = 0.0
    """Millimetres of the cell or the text area; 0 where unknown."""
    rule: float | None = None
    """Length of a line drawn with it, 0.0 where it cannot be known; None without a line."""
    boxed: bool = False
    style: str | None = None
    in_box: bool = False

    @property
    def text(self) -> str:
        """Its words, trimmed."""
        return "".join(piece.text for piece in self.pieces).strip()

    @property
    def look(self) -> Look:
        """The look of most of its letters."""
        counts: dict[Look, int] = {}
        for piece in self.pieces:
            weight = sum(not c.isspace() for c in piece.text)
            counts[piece.look] = counts.get(piece.look, 0) + weight
        return max(counts, key=lambda look: counts[look]) if counts else Look()

    def all_of(self, wanted: str) -> bool:
        """Whether all letters are "bold" or "italic"."""
        return all(getattr(p.look, wanted) for p in self.pieces if any(c.isalpha() for c in p.text))

    def none_of(self, wanted: str) -> bool:
        """Whether no letter is "bold" or "italic"."""
        return not any(getattr(p.look, wanted) for p in self.pieces if any(c.isalpha() for c in p.text))


@dataclass(frozen=True, slots=True)
class Section:
    """Pages of one size."""

    width: float | None
    height: float | None
    margins: dict[str, float]
    first_differs: bool
    headers: dict[str, str]
    footers: dict[str, str]
    starts_at: int
    """Number of the first paragraph."""

    @property
    def room(self) -> float:
        """Width of the text."""
        return (self.width or 210.0) - self.margins.get("left", 30.0) - self.margins.get("right", 15.0)


@dataclass(slots=True)
class Story:
    """Paragraphs of the body, of a header or of a footer; ``fields`` are the codes of its fields."""

    paras: list[Para] = field(default_factory=list)
    fields: list[tuple[str, int]] = field(default_factory=list)
    """(code, number of the paragraph)."""
    numbered: dict[int, Para] = field(default_factory=dict)
    """Paragraphs that hold a field, by number, also where they hold no words."""


@dataclass(frozen=True, slots=True)
class Pages:
    """A document to check."""

    body: Story
    sections: tuple[Section, ...]
    parts: dict[str, Story]
    """Headers and footers by relationship id."""
    legacy: frozenset[str]
    """Fonts of TCVN3 or VNI that letters use."""


def read_pages(data: bytes) -> Pages:
    """The document of a DOCX. Raises ReadError for what is no DOCX, is damaged, locked or would harm the server."""
    if not data:
        raise failure("empty")
    if len(data) > limits.MAX_BYTES:
        raise failure("too-large", limit=limits.MAX_BYTES >> 20)
    if kind_of(data) != "docx":
        raise failure("not-docx")
    package = Package(data)
    main = package.related("", "officeDocument") or "word/document.xml"
    root = package.xml(main)
    body = None if root is None else root.find(f"{W}body")
    if body is None:
        raise failure("damaged")
    reader = _Reader(package, main)
    return reader.pages(body)


class _Reader:
    def __init__(self, package: Package, main: str) -> None:
        self._package, self._main = package, main
        self._looks = Looks(self._part("styles"), self._part("theme"))
        self._numbering = Numbering(self._part("numbering"))
        self._legacy: set[str] = set()
        self._story = Story()
        self._paragraphs = self._tables = 0
        self._room = 165.0
        self._in_box = False
        self._field_look: Look | None = None

    def _part(self, kind: str) -> etree._Element | None:
        name = self._package.related(self._main, kind)
        return None if name is None else self._package.xml(name)

    def pages(self, body: etree._Element) -> Pages:
        ends = [element for element in body.iter(f"{W}sectPr") if not _inside(element, f"{W}sectPrChange")]
        first = _section(ends[0], 1) if ends else None
        self._room = first.room if first else 165.0
        starts: dict[etree._Element, int] = {}
        self._blocks(body, 0, (0, 0), self._room, None, ruled=False, starts=starts)
        sections, start = [], 1
        for element in ends:
            sections.append(_section(element, start))
            start = starts.get(element, self._paragraphs) + 1
        story = self._story
        parts = {key: self._other(key) for s in sections for key in (*s.headers.values(), *s.footers.values())}
        return Pages(story, tuple(sections), parts, frozenset(self._legacy))

    def _other(self, key: str) -> Story:
        """A header or footer."""
        self._story = Story()
        name = _target(self._package, self._main, key)
        root = self._package.xml(name) if name else None
        if root is not None:
            self._blocks(root, 0, (0, 0), self._room, None, ruled=False, starts={})
        return self._story

    def _blocks(
        self,
        parent: etree._Element,
        table: int,
        cell: tuple[int, int],
        width: float,
        table_style: str | None,
        *,
        ruled: bool,
        starts: dict[etree._Element, int],
    ) -> None:
        for child in parent:
            if child.tag == f"{W}p":
                self._paragraph(child, table, cell, width, table_style, ruled=ruled)
                end = child.find(f"{W}pPr/{W}sectPr")
                if end is not None:
                    starts[end] = self._paragraphs
            elif child.tag == f"{W}tbl":
                self._table(child, width, starts)
            elif child.tag == f"{_MC}AlternateContent":
                chosen = child.find(f"{_MC}Choice")
                if chosen is not None:
                    self._blocks(chosen, table, cell, width, table_style, ruled=ruled, starts=starts)
            elif isinstance(child.tag, str) and child.tag.rpartition("}")[2] not in _SKIPPED:
                self._blocks(child, table, cell, width, table_style, ruled=ruled, starts=starts)

    def _table(self, element: etree._Element, room: float, starts: dict[etree._Element, int]) -> None:
        self._tables += 1
        number = self._tables
        properties = element.find(f"{W}tblPr")
        style = None if properties is None else value(properties.find(f"{W}tblStyle"))
        own = None if properties is None else properties.find(f"{W}tblBorders")
        ruled = draws(own) if own is not None else self._looks.table_draws(style)
        grid = [length(column.get(f"{W}w")) or 0.0 for column in element.iterfind(f"{W}tblGrid/{W}gridCol")]
        inner = 2 * _cell_margin(properties)
        for row_number, row in enumerate(element.iter(f"{W}tr")):
            if next(row.iterancestors(f"{W}tbl"), None) is not element:
                continue
            column = 0
            for place, cell in enumerate(row.iter(f"{W}tc")):
                if next(cell.iterancestors(f"{W}tr"), None) is not row:
                    continue
                about = cell.find(f"{W}tcPr")
                borders = None if about is None else about.find(f"{W}tcBorders")
                width = None if about is None else _width(about.find(f"{W}tcW"))
                span = 1 if about is None else _count(about.find(f"{W}gridSpan"))
                wide = width or sum(grid[column : column + span]) or room
                column += span
                boxed = (
                    borders is not None and sum(s.get(f"{W}val", "nil") not in {"nil", "none"} for s in borders) >= 2
                )
                self._blocks(
                    cell, number, (row_number, place), wide - inner, style or "", ruled=ruled or boxed, starts=starts
                )
                under = None if borders is None else borders.find(f"{W}bottom")
                if under is not None and under.get(f"{W}val", "nil") not in {"nil", "none"} and not (ruled or boxed):
                    self._mark(wide)

    def _mark(self, rule: float) -> None:
        """A line under the last paragraph with words."""
        for place in range(len(self._story.paras) - 1, max(len(self._story.paras) - 4, -1), -1):
            if self._story.paras[place].text:
                self._story.paras[place] = replace(self._story.paras[place], rule=rule)
                return

    def _paragraph(
        self,
        element: etree._Element,
        table: int,
        cell: tuple[int, int],
        width: float,
        table_style: str | None,
        *,
        ruled: bool,
    ) -> None:
        self._paragraphs += 1
        number = self._paragraphs
        properties = element.find(f"{W}pPr")
        style = None if properties is None else value(properties.find(f"{W}pStyle"))
        form, look = self._looks.paragraph(style, table_style)
        form = form_of(properties, form)
        pieces: list[Piece] = []
        drawn: list[float] = []
        boxes: list[etree._Element] = []
        self._inline(element, look, pieces, drawn, boxes)
        label = self._label(properties, style)
        if label and pieces:
            pieces.insert(0, Piece(label, pieces[0].look))
        room = max(width - form.left - form.right, 0.0)
        rule = drawn[-1] if drawn else None
        if form.bottom and not form.boxed:
            rule = room
        lines = _lines(pieces)
        made = [
            Para(
                line,
                form,
                number,
                table,
                cell,
                ruled,
                room,
                rule if place == len(lines) - 1 else None,
                boxed=form.boxed,
                style=style,
                in_box=self._in_box,
            )
            for place, line in enumerate(lines)
        ]
        words = [para for para in made if para.text]
        dashes = [para for para in words if _is_line(para.text)]
        if dashes:
            self._mark(0.0)
            words = [para for para in words if not _is_line(para.text)]
        # An empty paragraph with a line on it draws the line under the words before it.
        if not words and (rule is not None or (form.top and not form.boxed)):
            self._mark(room if rule is None or form.bottom else rule)
        elif words and form.top and not form.boxed:
            self._mark(room)
        self._story.paras += words
        if any(number == place for _, place in self._story.fields[-4:]):
            field_look = next((piece.look for piece in pieces if piece.text.strip()), self._field_look or look)
            self._story.numbered[number] = Para((Piece("", field_look),), form, number)
        for box in boxes:
            inside, self._in_box = self._in_box, True
            self._blocks(box, table, cell, 0.0, table_style, ruled=False, starts={})
            self._in_box = inside

    def _label(self, properties: etree._Element | None, style: str | None) -> str:
        numbered = None if properties is None else properties.find(f"{W}numPr")
        if numbered is None:
            numbered = self._looks.numbered_by(style)
        if numbered is None:
            found = self._numbering.by_style.get(style or "")
            return self._numbering.label(*found) if found else ""
        num, level = value(numbered.find(f"{W}numId")), value(numbered.find(f"{W}ilvl"))
        if num is None or num == "0":
            return ""
        return self._numbering.label(num, int(level) if level and level.isdecimal() and len(level) < 3 else 0)

    def _inline(
        self, parent: etree._Element, look: Look, pieces: list[Piece], drawn: list[float], boxes: list[etree._Element]
    ) -> None:
        for child in parent:
            tag = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
            if child.tag == f"{W}r":
                self._run(child, self._looks.run(child.find(f"{W}rPr"), look), pieces, drawn, boxes)
            elif tag in _SKIPPED or tag in {"Fallback"}:
                continue
            elif child.tag == f"{W}fldSimple":
                self._story.fields.append((str(child.get(f"{W}instr", "")), self._paragraphs))
                self._inline(child, look, pieces, drawn, boxes)
            else:
                self._inline(child, look, pieces, drawn, boxes)

    def _run(
        self, run: etree._Element, look: Look, pieces: list[Piece], drawn: list[float], boxes: list[etree._Element]
    ) -> None:
        if look.hidden:
            return
        for child in run:
            match child.tag:
                case _ if child.tag == f"{W}t":
                    self._words(child.text or "", look, pieces)
                case _ if child.tag == f"{W}tab":
                    pieces.append(Piece("\t", look))
                case _ if child.tag in (f"{W}br", f"{W}cr"):
                    if child.get(f"{W}type") != "page":
                        pieces.append(Piece("\n", look))
                case _ if child.tag == f"{W}noBreakHyphen":
                    pieces.append(Piece("-", look))
                case _ if child.tag == f"{W}instrText":
                    self._story.fields.append((child.text or "", self._paragraphs))
                    self._field_look = look
                case _ if child.tag in (f"{W}drawing", f"{W}pict", f"{W}object", f"{_MC}AlternateContent"):
                    self._drawing(child, drawn, boxes)

    def _words(self, text: str, look: Look, pieces: list[Piece]) -> None:
        encoding, capital = font_encoding(look.font) if look.font else (None, False)
        if encoding is not None and any(c.isalpha() for c in text):
            self._legacy.add(str(look.font))
            text = convert(text, encoding, capital_font=capital)
        pieces.append(Piece(text.upper() if look.caps else text, look))

    def _drawing(self, element: etree._Element, drawn: list[float], boxes: list[etree._Element]) -> None:
        """Lines and text boxes; of two forms of one drawing only the first."""
        chosen = element.find(f"{_MC}Choice") if element.tag == f"{_MC}AlternateContent" else None
        element = element if chosen is None else chosen
        for shape in element.iter(f"{_A}prstGeom"):
            if shape.get("prst") in _LINES:
                extent = element.find(f".//{_WP}extent")
                drawn.append(length(None if extent is None else extent.get("cx"), per_unit=_EMU) or 0.0)
        drawn += [0.0 for _ in element.iter(f"{_V}line")]
        drawn += [0.0 for shape in element.iter(f"{_V}shape") if "#_x0000_t32" in str(shape.get("type"))]
        boxes += list(element.iter(f"{W}txbxContent"))


def _is_line(text: str) -> bool:
    """Words that stand for a drawn line."""
    return len(text) >= 3 and not text.strip("_-–—―¯=*~. ") and text.strip(". ") != ""


def _lines(pieces: list[Piece]) -> list[tuple[Piece, ...]]:
    """The pieces of each line."""
    broken: list[list[Piece]] = [[]]
    for piece in pieces:
        parts = piece.text.split("\n")
        for place, part in enumerate(parts):
            if place:
                broken.append([])
            if part:
                broken[-1].append(Piece(part, piece.look))
    return [_joined(line) for line in broken]


def _joined(line: list[Piece]) -> tuple[Piece, ...]:
    made = []
    for look, group in groupby(line, key=lambda piece: piece.look):
        made.append(Piece(normalise("".join(piece.text for piece in group)), look))
    return tuple(made)


def _inside(element: etree._Element, tag: str) -> bool:
    return next(element.iterancestors(tag), None) is not None


def _target(package: Package, main: str, key: str) -> str | None:
    folder, _, name = main.rpartition("/")
    rels = package.xml(f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels")
    if rels is None:
        return None
    for relation in rels:
        if relation.get("Id") == key and relation.get("TargetMode") != "External":
            target = str(relation.get("Target", ""))
            return target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".lstrip("/")
    return None


def _section(element: etree._Element, start: int) -> Section:
    size, edges = element.find(f"{W}pgSz"), element.find(f"{W}pgMar")
    margins = {}
    if edges is not None:
        for side in ("top", "right", "bottom", "left", "header", "gutter"):
            found = length(edges.get(W + side))
            if found is not None:
                margins[side] = abs(found)
    named: dict[str, dict[str, str]] = {"headerReference": {}, "footerReference": {}}
    for tag, table in named.items():
        for reference in element.iterchildren(W + tag):
            table[str(reference.get(f"{W}type", "default"))] = str(reference.get(f"{_R}id"))
    return Section(
        None if size is None else length(size.get(f"{W}w")),
        None if size is None else length(size.get(f"{W}h")),
        margins,
        bool(is_on(element.find(f"{W}titlePg"))),
        named["headerReference"],
        named["footerReference"],
        start,
    )


def _cell_margin(properties: etree._Element | None) -> float:
    side = None if properties is None else properties.find(f"{W}tblCellMar/{W}left")
    found = None if side is None else length(side.get(f"{W}w"))
    return 1.9 if found is None else found


def _width(element: etree._Element | None) -> float | None:
    if element is None or element.get(f"{W}type", "dxa") != "dxa":
        return None
    return length(element.get(f"{W}w"))


def _count(element: etree._Element | None) -> int:
    text = value(element) or ""
    return min(int(text), 64) if text.isdecimal() and len(text) < 4 else 1
