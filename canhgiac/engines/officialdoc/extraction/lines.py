"""From the source text to cleaned physical lines: marks, tags and rulers gone, offsets kept."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from canhgiac.engines.officialdoc.model import Source

from .mapped import Mapped, joined


@dataclass(frozen=True, slots=True)
class Line:
    """One physical line. ``level`` is its Markdown heading level (0: none), ``gap`` the empty lines above it."""

    text: Mapped
    indent: int = 0
    level: int = 0
    bold: bool = False
    gap: int = 0
    row: bool = False
    """A row of a table: Markdown pipes as they stand, or ``cells`` put together from other layouts."""
    cells: tuple[Mapped, ...] = ()
    sign: Literal["", "number", "bar"] = ""
    """A line that is no text: a lone number (a page's, or a row's) or a lone cell border."""


# What a line may hold that is not its text. Each branch is bounded, so a hostile line costs linear time.
_MARK = re.compile(
    r"(?P<escape>\\(?=[\\`*_{}\[\]()#+\-.!|<>~&]))"
    r"|(?P<image>!\[[^\]\n]{0,200}\]\([^()\s]{0,500}\))"
    r"|(?P<link>\[(?P<label>[^\[\]\n]{1,300})\]\((?:https?:|mailto:|/|#)[^()\s]{0,500}\))"
    r"|(?P<auto><(?P<url>(?:https?://|mailto:)[^<>\s]{1,500})>)"
    r"|(?P<tag></?(?:br|b|i|u|p|em|strong|span|div|font|center|sup|sub|h[1-6]|a|mark|del|ins)\b[^<>]{0,200}>)"
    r"|(?P<entity>&(?:nbsp|amp|lt|gt|quot|ensp|emsp);)"
    r"|(?P<fused>\*{4})"
    r"|(?P<stars>\*{1,3}|~~|`+|__+|(?<!\w)_(?=\S)|(?<=\S)_(?!\w))"
    r"|(?P<zero>[\u200b-\u200f\u2060\ufeff\u00ad])"
    r"|(?P<space>[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\r\x0b\x1c-\x1f\x85])"
)
_ENTITY = {"&nbsp;": " ", "&ensp;": " ", "&emsp;": " ", "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"'}
_PLAIN = re.compile(r"[\\*_`~<&\[\]\u00a0\u00ad\u1680\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff\r\x0b\x1c-\x1f\x85]")
_BREAK = re.compile(r"<br\s*/?>", re.I)
_RULER = re.compile(r"[-_=*~.…—–─━·\s|:+]{3,}$")
_PAGE = re.compile(r"(?:[-–—]\s?)?\d{1,3}(?:\s?[-–—])?$|(?:Trang|Page)\s{0,3}\d{1,4}(?:\s?(?:/|of)\s?\d{1,4})?$", re.I)
_HEADING = re.compile(r"(#{1,6})\s+")
_STAR_BULLET = re.compile(r"\s{0,12}\*\s+(?=\S)")
# "PHẦN I**TÌNH HÌNH": the mark is the only thing between the numeral and its title.
_NUMERAL_THEN_MARK = re.compile(r"(?:PHẦN|Phần|CHƯƠNG|Chương|MỤC|Mục)\s{1,3}(?:[IVX]{1,5}|\d{1,2})$")


def _mapped(source: str, start: int, end: int) -> Mapped:
    raw = source[start:end]
    if unicodedata.is_normalized("NFC", raw):
        return Mapped(raw, array("I", range(start, end)), source)
    text: list[str] = []
    at: array[int] = array("I")
    place = start
    while place < end:
        stop = place + 1
        while stop < end and unicodedata.combining(source[stop]) and stop - place < 8:
            stop += 1
        for letter in unicodedata.normalize("NFC", source[place:stop]):
            text.append(letter)
            at.append(place)
        place = stop
    return Mapped("".join(text), at, source)


def _clean(line: Mapped) -> list[Mapped]:
    """The line without marks; two lines where a closing and an opening bold mark meet."""
    if not _PLAIN.search(line.text):
        return [line]
    out: list[Mapped] = []
    text: list[str] = []
    at: array[int] = array("I")

    def keep(start: int, end: int) -> None:
        text.append(line.text[start:end])
        at.extend(line.at[start:end])

    last = 0
    bullet = _STAR_BULLET.match(line.text)
    if bullet:
        keep(0, bullet.end())
        last = bullet.end()
    for match in _MARK.finditer(line.text, last):
        keep(last, match.start())
        last = match.end()
        kind = match.lastgroup
        if match["label"] is not None:
            keep(*match.span("label"))
        elif match["url"] is not None:
            keep(*match.span("url"))
        elif kind == "fused":
            out.append(Mapped("".join(text), at, line.source))
            text, at = [], array("I")
        elif kind in {"space", "entity"} or (kind == "tag" and match[0].startswith(("<br", "<p", "</p"))):
            text.append(_ENTITY.get(match[0], " "))
            at.append(line.at[match.start()])
        elif kind == "stars" and len(text) == 1 and _NUMERAL_THEN_MARK.search(text[0][-20:]):
            text.append(" ")
            at.append(line.at[match.start()])
    keep(last, len(line.text))
    out.append(Mapped("".join(text), at, line.source))
    return out


def clean_cell(cell: Mapped) -> Mapped:
    """A table cell without marks; ``<br>`` stays, for it parts the cell's paragraphs."""
    if not _PLAIN.search(cell.text):
        return cell
    pieces: list[Mapped] = []
    place = 0
    for found in _BREAK.finditer(cell.text):
        pieces += _clean(cell.cut(place, found.start()))
        pieces.append(cell.cut(found.start(), found.end()))
        place = found.end()
    pieces += _clean(cell.cut(place))
    return joined(pieces).cut(0)


def _lines_of(raw: Mapped, gap: int) -> list[Line]:
    stripped = raw.text.strip()
    if stripped.startswith("|") and stripped.count("|") >= 2:
        return [Line(raw.cut(0), gap=gap, row=True)]
    level = 0
    # "UBND TỈNH X |": a cell border that a web page's text kept.
    body = raw.cut(len(raw.text) - len(raw.text.lstrip(" |")), len(raw.text.rstrip(" |")))
    while body.text.startswith(">"):
        body = body.cut(1)
    heading = _HEADING.match(body.text)
    if heading:
        level = len(heading[1])
        body = body.cut(heading.end())
    bold = body.text.startswith("**") and body.text.rstrip(".:; ").endswith("**")
    indent = len(raw.text) - len(raw.text.lstrip())
    found = [part for piece in _clean(body) if (part := piece.cut(0)).text]
    return [
        Line(part, indent, level, bold, gap if number == 0 else 0)
        for number, part in enumerate(found)
        if not _RULER.match(part.text)
    ]


def read_lines(source: Source) -> list[Line]:
    """The lines of the document; rulers leave a gap, lone numbers and cell borders are kept with their sign."""
    lines: list[Line] = []
    gap = 0
    place = 0
    text = source.text
    while place <= len(text):
        stop = text.find("\n", place)
        stop = len(text) if stop < 0 else stop
        found: list[Line] = []
        for start, end in _pages(text, place, stop):
            found += _read_line(text, start, end, gap)
        if found:
            lines += found
            gap = 0
        else:
            gap += 1
        place = stop + 1
    return lines


def _read_line(text: str, start: int, end: int, gap: int) -> list[Line]:
    whole = text[start:end].strip()
    bare = whole.strip("| \t")
    if not bare:
        if not whole:
            return []
        return [Line(_mapped(text, start, end).cut(0), gap=gap, sign="bar")]
    if _RULER.match(bare):
        return []
    if _PAGE.match(bare):
        return [Line(_mapped(text, start, end).cut(0), gap=gap, sign="number")]
    out = _lines_of(_mapped(text, start, end), gap)
    if whole.endswith("|") and out and not out[-1].row:
        out.append(Line(out[-1].text.cut(0, 0), sign="bar"))
    return out


def words_only(lines: Sequence[Line]) -> list[Line]:
    """The lines that carry words; a page number leaves a gap behind it."""
    out: list[Line] = []
    gap = 0
    for line in lines:
        if line.sign:
            gap += line.gap + (line.sign == "number")
        else:
            out.append(replace(line, gap=line.gap + gap) if gap else line)
            gap = 0
    return out


def _pages(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The line cut at form feeds, which PDF readers put between pages."""
    cuts = [start]
    place = text.find("\f", start, end)
    while place >= 0:
        cuts.append(place + 1)
        place = text.find("\f", place + 1, end)
    return [(a, (cuts[n + 1] - 1 if n + 1 < len(cuts) else end)) for n, a in enumerate(cuts)]
