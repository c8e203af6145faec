"""DOCX: the text as the paper shows it, without headers and footers.

Insertions are kept and deletions dropped; automatic numbers are written out; text boxes follow the paragraph
they hang on; footnotes are marked by superscript digits and stand as lines at the end. See ``wordtable`` for tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby

from lxml import etree

from ..model import Source
from . import limits
from .failures import failure
from .legacy import convert
from .normalise import normalise, squeeze_blank_lines
from .numbering import Numbering, W, symbol
from .package import Package
from .plain import convert_hidden_legacy, encoding_note
from .tabbed import untangled
from .wordstyle import Look, Styles, paragraph_number, run_look
from .wordtable import read_table

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_UNICODE_VIETNAMESE = re.compile("[ĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
_PRIVATE = re.compile("[\uf000-\uf0ff]")
_LEGACY_NAME = re.compile(rb'"[._]Vn[A-Z]|"VNI[- ]')
_SKIPPED = frozenset(
    W + name
    for name in (
        *(
            "del",
            "moveFrom",
            "delText",
            "instrText",
            "rPr",
            "pPr",
            "proofErr",
            "bookmarkStart",
            "bookmarkEnd",
            "fldChar",
        ),
        *("lastRenderedPageBreak", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr", "sdtEndPr", "customXmlPr"),
        *("smartTagPr", "annotationRef", "commentReference", "footnoteRef", "endnoteRef", "separator", "rt"),
        *("continuationSeparator", "numberingChange"),
    )
)
_CHARACTERS = {W + "tab": "\t", W + "ptab": "\t", W + "cr": "\n", W + "noBreakHyphen": "-", W + "br": "\n"}
_T, _R, _P, _TBL = W + "t", W + "r", W + "p", W + "tbl"
_CHECK_EVERY = 2_000

Piece = tuple[str, Look]


def read_word(package: Package) -> Source:
    """Reads the main part of a DOCX. Raises ReadError as ``Package`` does, ``damaged`` where there is no body."""
    main = package.related("", "officeDocument") or "word/document.xml"
    root = package.xml(main)
    body = None if root is None else root.find(f"{W}body")
    if body is None:
        raise failure("damaged")
    reader = WordReader(package, main)
    reader.blocks(body)
    reader.notes_at_end()
    text, hidden = convert_hidden_legacy("\n".join(reader.lines))
    text = squeeze_blank_lines("\n".join(untangled(normalise(text).split("\n"))))
    encodings = sorted(reader.encodings | ({hidden} if hidden else set()))
    notes = tuple(encoding_note(encoding) for encoding in encodings)
    if reader.foreign_chunks:
        notes += ("Có phần nội dung nhúng từ tệp khác không đọc được.",)
    return Source(text=text, format="docx", encoding=encodings[0] if encodings else "utf-8", notes=notes)


class WordReader:
    """Walks a story (body, cell, text box, note) and gathers ``lines``."""

    def __init__(self, package: Package, main: str) -> None:
        self._package = package
        self._main = main
        self.styles = Styles(self._part("styles"))
        self.numbering = Numbering(self._part("numbering"))
        self._legacy_fonts = any(
            _LEGACY_NAME.search(package.read(name) or b"") for name in (main, package.related(main, "styles") or "")
        )
        self._stories: dict[str, dict[str, etree._Element]] = {}
        self._noted: dict[tuple[str, str], str] = {}
        self._boxes: list[etree._Element] = []
        self._carried: list[Piece] = []
        self._deadline = limits.Deadline(limits.MAX_TEXT_SECONDS)
        self._paragraphs = 0
        self.lines: list[str] = []
        self.encodings: set[str] = set()
        self.foreign_chunks = False
        self.in_cell = False

    def _part(self, kind: str) -> etree._Element | None:
        name = self._package.related(self._main, kind)
        return None if name is None else self._package.xml(name)

    # blocks

    def blocks(self, parent: etree._Element) -> None:
        """Appends the lines of every paragraph and table in ``parent``."""
        for child in parent:
            tag = child.tag
            if tag == _P:
                self._paragraph(child)
            elif tag == _TBL:
                read_table(self, child)
            elif tag in _SKIPPED:
                continue
            elif tag == f"{W}altChunk":
                self.foreign_chunks = True
            elif tag == f"{_MC}AlternateContent":
                self._choose(child, self.blocks)
            else:
                self.blocks(child)

    def _choose(self, alternate: etree._Element, read: Callable[[etree._Element], None]) -> None:
        """Of two forms of one thing only the first is read."""
        chosen = alternate.find(f"{_MC}Choice")
        if chosen is None or (chosen.find(f".//{W}txbxContent") is None and chosen.find(f".//{_P}") is None):
            fallback = alternate.find(f"{_MC}Fallback")
            chosen = chosen if fallback is None else fallback
        if chosen is not None:
            read(chosen)

    def _paragraph(self, element: etree._Element) -> None:
        self._paragraphs += 1
        if self._paragraphs % _CHECK_EVERY == 0:
            self._deadline.check()
        properties = element.find(f"{W}pPr")
        named = None if properties is None else properties.find(f"{W}pStyle")
        style_id = None if named is None else named.get(W + "val")
        style = self.styles.paragraph(style_id)
        pieces, self._carried = self._carried, []
        self._inline(element, style.look, pieces)
        if properties is not None and properties.find(f"{W}rPr/{W}del") is not None:
            self._carried = pieces  # the paragraph's end was deleted: it runs on into the next
            return
        text = self._join(pieces).strip(" ")
        label = self._label(properties, style_id, style.number)  # counts also where the paragraph is empty
        self.lines.extend((label + text if text else "").split("\n"))
        while self._boxes:
            box = self._boxes.pop(0)
            self.blocks(box)

    def _label(
        self, properties: etree._Element | None, style_id: str | None, inherited: tuple[str | None, int | None]
    ) -> str:
        num, level = paragraph_number(properties)
        if num is None:
            num = inherited[0]
            level = inherited[1] if level is None else level
            by_style = self.numbering.by_style.get(style_id or "")
            if by_style is not None and num is not None:
                level = by_style[1]
        return "" if num in (None, "0") else self.numbering.label(str(num), level or 0)

    # what stands inside a paragraph

    def _inline(self, parent: etree._Element, look: Look, pieces: list[Piece]) -> None:
        for child in parent:
            tag = child.tag
            if tag == _R:
                self._run(child, look, pieces)
            elif tag in _SKIPPED:
                continue
            elif tag == _MATH_TEXT:
                pieces.append((child.text or "", look))
            elif tag in (f"{W}txbxContent", f"{_MC}AlternateContent"):
                self._drawing(child)
            else:
                self._inline(child, look, pieces)

    def _run(self, run: etree._Element, look: Look, pieces: list[Piece]) -> None:
        properties = run.find(f"{W}rPr")
        if properties is not None:
            named = properties.find(f"{W}rStyle")
            if named is not None:
                look = self.styles.character(str(named.get(W + "val")), look)
            look = run_look(properties, look)
        if look.hidden:
            return
        for child in run:
            tag = child.tag
            if tag == _T:
                pieces.append((child.text or "", look))
            elif tag in _SKIPPED:
                continue
            elif tag in _CHARACTERS:
                pieces.append((_CHARACTERS[tag], look))
            elif tag == f"{W}softHyphen":
                pieces.append(("\xad", look))
            elif tag == f"{W}sym":
                pieces.append((_symbol(str(child.get(f"{W}char", ""))), Look()))
            elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
                pieces.append((self._note(child), Look()))
            elif tag in (f"{W}drawing", f"{W}pict", f"{W}object", f"{_MC}AlternateContent"):
                self._drawing(child)
            else:
                self._inline(child, look, pieces)

    def _drawing(self, element: etree._Element) -> None:
        if element.tag == f"{_MC}AlternateContent":
            self._choose(element, self._drawing)
        elif element.tag == f"{W}txbxContent":
            self._boxes.append(element)
        else:
            for child in element:
                self._drawing(child)

    def _join(self, pieces: list[Piece]) -> str:
        if len(pieces) == 1 and not self._legacy_fonts:
            text, look = pieces[0]
            text = text.upper() if look.caps else text
        elif not self._legacy_fonts:
            text = "".join(text.upper() if look.caps else text for text, look in pieces)
        else:
            text = "".join(
                self._decoded("".join(p[0] for p in group), look) for look, group in groupby(pieces, _look_of)
            )
        return _PRIVATE.sub(lambda m: symbol(ord(m.group())), text) if _PRIVATE.search(text) else text

    def _decoded(self, text: str, look: Look) -> str:
        if look.encoding and not text.isascii() and not _UNICODE_VIETNAMESE.search(text):
            text = _PRIVATE.sub(lambda m: chr(ord(m.group()) - 0xF000), text)
            text = convert(text, look.encoding, capital_font=look.capital_font)
            self.encodings.add(look.encoding)
        elif look.capital_font:
            text = text.upper()
        return text.upper() if look.caps else text

    # notes

    def _note(self, reference: etree._Element) -> str:
        kind = "footnote" if reference.tag == f"{W}footnoteReference" else "endnote"
        if kind not in self._stories:
            root = self._part(kind + "s")
            notes = [] if root is None else list(root.iterchildren(W + kind))
            self._stories[kind] = {str(n.get(f"{W}id")): n for n in notes if n.get(f"{W}type") in (None, "normal")}
        key = (kind, str(reference.get(f"{W}id")))
        if key[1] not in self._stories[kind]:
            return ""
        return self._noted.setdefault(key, str(len(self._noted) + 1).translate(_SUPERSCRIPT))

    def notes_at_end(self) -> None:
        """Appends the notes referred to so far, one after another, each behind its mark."""
        position = 0
        while position < len(self._noted):  # a note may refer to another
            (kind, note_id), mark = list(self._noted.items())[position]
            body, self.lines = self.lines, []
            self.blocks(self._stories[kind][note_id])
            text = " ".join(line.strip() for line in self.lines if line.strip())
            self.lines = body
            if text:
                self.lines.append(f"{mark} {text}")
            position += 1


def _look_of(piece: Piece) -> Look:
    return piece[1]


def _symbol(code: str) -> str:
    try:
        return symbol(int(code, 16))
    except ValueError:
        return ""
