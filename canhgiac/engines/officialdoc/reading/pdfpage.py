"""One page of a PDF as words, drawn lines and pictures. Call under ``pdf.PDFIUM``."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw

from .layout import Line, Word, without_page_number
from .rules import Edge, grids_of, page_lines, take_words

raw: Any = pdfium_raw  # generated bindings, without types

_WORD = re.compile(r"\S+")
_LETTER = re.compile(r"\S")
_SAME_BASELINE = 0.2
_SAME_FLOOR = 0.15
_SPACE = 0.12
"""Narrowest space between words; the boxes of letters touch, as they are as wide as the pen moves."""
_FAR_BACK = 45
"""Letter heights further back is a new line."""
_MOST_JUMPS = 0.02
_SNAP = 2.5
_THIN = 3.0
_SHORT = 6.0
_LEAST_LETTER = 1.0
_DESCENT = 0.22
_MOST_OBJECTS = 50_000
_MOST_SEGMENTS = 4_000
_MOST_FORMS = 4
_ANGLE_SAMPLES = 15

Box = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]
Measured = tuple[float, float, float, float, float, float, str]
"""Box, origin on the baseline, and word, in the page's own space."""
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)

_TURNS: dict[int, Matrix] = {
    # page space (y up) to the space in which letters stand upright (y down)
    0: (1, 0, 0, -1, 0, 0),
    90: (0, 1, 1, 0, 0, 0),
    180: (-1, 0, 0, 1, 0, 0),
    270: (0, -1, -1, 0, 0, 0),
}


@dataclass(slots=True)
class PageContent:
    words: list[Word]
    edges: list[Edge]
    height: float
    picture_share: float
    """Part of the page that pictures cover."""
    text: str = ""
    """All characters as the file gives them, for judging whether they mean anything."""

    def lines(self) -> list[Line]:
        """Lines in reading order, tables as pipe rows between empty lines."""
        grids = grids_of(self.edges, _SNAP)
        return page_lines(without_page_number(take_words(grids, self.words), self.height), grids)


def page_content(document: Any, index: int) -> PageContent:
    """Reads page ``index``. A page that pdfium cannot open is empty."""
    try:
        page = document[index]
    except pdfium.PdfiumError:
        return PageContent([], [], 0.0, 0.0)
    try:
        box = page.get_bbox()
        text_page = raw.FPDFText_LoadPage(page.raw)
        try:
            place = _Place(_text_angle(text_page), box)
            text, aligned = _page_text(text_page)
            words = _words(text_page, text, place, aligned=aligned)
            if _jumbled(words):
                words = _sorted_words(text_page, text, place, aligned=aligned)
        finally:
            raw.FPDFText_ClosePage(text_page)
        edges, pictures = _drawn(page, place)
        _, top, _, bottom = place(*box)
        area = max((box[2] - box[0]) * (box[3] - box[1]), 1.0)
        return PageContent(words, edges, bottom - top, min(1.0, pictures / area), text)
    finally:
        page.close()


class _Place:
    """Maps a box of the page to upright space (y down) whose origin is the page's upper left corner."""

    __slots__ = ("_left", "_top", "_turn", "upright")

    def __init__(self, turn: int, box: Box) -> None:
        self._turn = a, b, c, d, _, _ = _TURNS[turn]
        corners = [(a * x + c * y, b * x + d * y) for x in (box[0], box[2]) for y in (box[1], box[3])]
        self._left, self._top = min(p[0] for p in corners), min(p[1] for p in corners)
        self.upright = turn == 0

    def __call__(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        left, top = self._left, self._top
        if self.upright and x0 <= x1 and y0 <= y1:
            return (x0 - left, -y1 - top, x1 - left, -y0 - top)
        a, b, c, d, _, _ = self._turn
        ax, ay, bx, by = a * x0 + c * y0 - left, b * x0 + d * y0 - top, a * x1 + c * y1 - left, b * x1 + d * y1 - top
        return (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def _text_angle(text_page: object) -> int:
    """Quarter turns of most letters, in degrees against the clock: pages on their side are read by their letters."""
    count = raw.FPDFText_CountChars(text_page)
    step = max(1, count // _ANGLE_SAMPLES)
    angles = [round(-raw.FPDFText_GetCharAngle(text_page, i) * 2 / math.pi) % 4 for i in range(0, count, step)]
    best = max(set(angles), key=angles.count, default=0)
    return best * 90 if angles.count(best) * 3 > len(angles) * 2 else 0


def _page_text(text_page: object) -> tuple[str, bool]:
    """The page's characters in the order of the file, and whether their indexes are those of pdfium's letters."""
    count = raw.FPDFText_CountChars(text_page)
    if count <= 0:
        return "", True
    buffer = (ctypes.c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(text_page, 0, count, buffer) - 1
    text = bytes(buffer)[: max(0, written) * 2].decode("utf-16-le", "replace")
    return text, len(text) == count


def _measured(
    text_page: object, text: str, pattern: re.Pattern[str], *, aligned: bool, upright: bool
) -> Iterator[Measured]:
    """Words with their places. Measuring takes the time, so it is spared: only the first and last letter of each word
    are, and on an ``upright`` page the baseline once for words whose boxes stand equally low."""
    rect, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    box, at_x, at_y = ctypes.byref(rect), ctypes.byref(x), ctypes.byref(y)
    measure, origin = raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetCharOrigin
    index_of = raw.FPDFText_GetCharIndexFromTextIndex
    shift, floor = 0, float("-inf")
    for match in pattern.finditer(text):
        word = match.group()
        start, end = match.span()
        end -= 1
        if not aligned:
            start, end = index_of(text_page, start + shift), index_of(text_page, end + shift)
            shift += sum(ord(c) > 0xFFFF for c in word)
        if not measure(text_page, start, box):
            continue
        left, top, right, bottom = rect.left, rect.top, rect.right, rect.bottom
        if not (upright and abs(bottom - floor) < _SAME_FLOOR * (top - bottom)):
            floor = bottom
            if not origin(text_page, start, at_x, at_y):
                continue
        if end != start and measure(text_page, end, box):
            left, right = min(left, rect.left), max(right, rect.right)
            top, bottom = max(top, rect.top), min(bottom, rect.bottom)
        yield left, bottom, right, top, x.value, y.value, word


def _jumbled(words: list[Word]) -> bool:
    """Whether words of a line often jump back into it: letters from a second font written after the first's."""
    back = 0
    for a, b in pairwise(words):
        height = a.bottom - a.top
        level = abs(a.bottom - b.bottom) < _SAME_BASELINE * height
        back += level and b.x0 < a.x1 - _SPACE * height and a.x0 - b.x0 < _FAR_BACK * height
    return back > max(2, len(words) * _MOST_JUMPS)


def _sorted_words(text_page: object, text: str, place: _Place, *, aligned: bool) -> list[Word]:
    """Words put together from letters by their places, in each run of letters on one baseline."""
    runs: list[list[Word]] = []
    for letter in _words(text_page, text, place, aligned=aligned, pattern=_LETTER):
        if runs and abs(runs[-1][0].bottom - letter.bottom) < _SAME_BASELINE * (letter.bottom - letter.top):
            runs[-1].append(letter)
        else:
            runs.append([letter])
    made: list[Word] = []
    for run in runs:
        run.sort(key=lambda letter: letter.x0)
        word = run[0]
        for letter in run[1:]:
            if letter.x0 - word.x1 < _SPACE * (letter.bottom - letter.top):
                word = Word(word.x0, word.top, max(word.x1, letter.x1), word.bottom, word.text + letter.text)
            else:
                made.append(word)
                word = letter
        made.append(word)
    return made


def _words(
    text_page: object, text: str, place: _Place, *, aligned: bool, pattern: re.Pattern[str] = _WORD
) -> list[Word]:
    """Words in the order of the file, standing on their baselines: boxes differ with the font's subset."""
    made = []
    for left, bottom, right, top, x, y, word in _measured(
        text_page, text, pattern, aligned=aligned, upright=place.upright
    ):
        x0, y0, x1, y1 = place(left, bottom, right, top)
        height = y1 - y0
        if height >= _LEAST_LETTER:
            base = place(x, y, x, y)[3] + _DESCENT * height
            made.append(Word(x0, base - height, x1, base, word))
    return made


def _drawn(page: Any, place: _Place) -> tuple[list[Edge], float]:
    """Level and upright lines, and the area under pictures."""
    edges: list[Edge] = []
    area = 0.0
    for kind, item, matrix in _objects(page.raw, _IDENTITY, 0):
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            box = _bounds(item, matrix)
            area += 0.0 if box is None else (box[2] - box[0]) * (box[3] - box[1])
        else:
            _path_edges(item, matrix, place, edges)
    return edges, area


def _objects(holder: object, matrix: Matrix, depth: int) -> Iterator[tuple[int, object, Matrix]]:
    """Paths and pictures of a page, also inside forms."""
    if depth:
        count, get = raw.FPDFFormObj_CountObjects(holder), raw.FPDFFormObj_GetObject
    else:
        count, get = raw.FPDFPage_CountObjects(holder), raw.FPDFPage_GetObject
    kind_of = raw.FPDFPageObj_GetType
    for i in range(min(count, _MOST_OBJECTS)):
        item = get(holder, i)
        kind = kind_of(item)
        if kind in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE):
            yield kind, item, matrix
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _MOST_FORMS:
            yield from _objects(item, _times(_matrix(item), matrix), depth + 1)


def _matrix(item: object) -> Matrix:
    m = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, ctypes.byref(m)):
        return _IDENTITY
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def _times(m: Matrix, n: Matrix) -> Matrix:
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _point(x: float, y: float, m: Matrix) -> tuple[float, float]:
    return (m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5])


def _bounds(item: object, matrix: Matrix) -> Box | None:
    sides = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(item, *(ctypes.byref(s) for s in sides)):
        return None
    left, bottom, right, top = (s.value for s in sides)
    if matrix is _IDENTITY:
        return (left, bottom, right, top)
    (ax, ay), (bx, by) = _point(left, bottom, matrix), _point(right, top, matrix)
    return (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def _path_edges(item: object, matrix: Matrix, place: _Place, edges: list[Edge]) -> None:
    box = _bounds(item, matrix)
    if box is None:
        return
    width, height = box[2] - box[0], box[3] - box[1]
    if width <= _THIN or height <= _THIN:
        _add(edges, place(*box))
        return
    count = raw.FPDFPath_CountSegments(item)
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, ctypes.byref(fill), ctypes.byref(stroke))
    if count > _MOST_SEGMENTS or (count <= 5 and not stroke.value):
        return  # a drawing, or the shading of a cell
    own = _times(_matrix(item), matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    begun = last = (0.0, 0.0)
    for i in range(count):
        segment = raw.FPDFPath_GetPathSegment(item, i)
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        point = _point(x.value, y.value, own)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            begun = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            _add(edges, place(*last, *point))
        if raw.FPDFPathSegment_GetClose(segment):
            _add(edges, place(*point, *begun))
        last = point


def _add(edges: list[Edge], box: Box) -> None:
    """Keeps a thin box as the line it is seen as; slanted and tiny ones are no rulings."""
    x0, y0, x1, y1 = box
    if y1 - y0 <= _THIN and x1 - x0 >= _SHORT:
        y = (y0 + y1) / 2
        edges.append(Edge(x0, y, x1, y))
    elif x1 - x0 <= _THIN and y1 - y0 >= _SHORT:
        x = (x0 + x1) / 2
        edges.append(Edge(x, y0, x, y1))
