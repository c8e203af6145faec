"""Recognition of scans by tesseract, with the reading order of ``layout``."""

from __future__ import annotations

import functools
import os
import re
from statistics import median
from typing import Any

import pytesseract
from PIL import Image, ImageOps, ImageStat

from . import limits
from .failures import failure
from .layout import Line, Word, bands_of, columns_of, segments_of, usual_pitch, without_page_number
from .rules import Edge, Grid, grids_of, page_lines, take_words
from .scanlines import Stroke, strokes_of, without_strokes
from .skew import levelled

os.environ.setdefault("OMP_THREAD_LIMIT", "1")
# tesseract's own threads wait for each other: one thread reads a page two to three times as fast

LANGUAGE = "vie"
_LEAST_CONFIDENCE = 10.0
_SURE = 75.0
_SPECK = re.compile(r"[|_¬.'‘’`“”\"?~—-]+")
"""What dirt and rests of drawn lines are taken for."""
_PARAGRAPH_GAP = 1.28
"""Places in a scan are rougher than in a PDF."""

_WHOLE_PAGE, _ONE_COLUMN, _ONE_BLOCK = "--psm 3", "--psm 4", "--psm 6"
_SNAP = 0.012
"""How far line ends may miss, as a part of the page's width: ``scanlines`` measures in hundredths."""
_MOST_CELLS = 40
_INSET, _FRAME = 4, 40
_BLANK = 254.0

Picture = Image.Image
Lines = dict[tuple[int, int, int], list[Word]]
_tesseract: Any = pytesseract  # published without types


@functools.cache
def available() -> bool:
    """Whether tesseract and its Vietnamese data are installed."""
    try:
        return LANGUAGE in _tesseract.get_languages(config="")
    except (_tesseract.TesseractError, _tesseract.TesseractNotFoundError, OSError, ValueError):
        return False


def picture_lines(picture: Picture) -> list[Line]:
    """Lines of one page in grey, tables as pipe rows. Raises ReadError ``ocr-failed``.

    The page is recognised once as a whole. Then two places are looked at again: columns side by side, whose lines
    of unequal height tesseract mixes, and cells with ink but no words (lone figures).
    """
    picture = levelled(picture)
    level, upright = strokes_of(picture)
    grids: list[Grid] = []
    if len(level) > 1 and len(upright) > 1:
        picture = without_strokes(picture, [*level, *upright])
        grids = grids_of([*map(_edge, level), *map(_edge, upright)], _SNAP * picture.width)
    words = without_page_number(_evened(_recognised(picture, _WHOLE_PAGE)), float(picture.height))
    words = take_words(grids, words)
    left = _MOST_CELLS
    for grid in grids:
        left -= _read_missed_cells(picture, grid, left)
    return page_lines(_columns_read_apart(picture, words), grids, _PARAGRAPH_GAP)


def _edge(stroke: Stroke) -> Edge:
    if stroke.x1 - stroke.x0 > stroke.y1 - stroke.y0:
        y = (stroke.y0 + stroke.y1) / 2
        return Edge(stroke.x0, y, stroke.x1, y)
    x = (stroke.x0 + stroke.x1) / 2
    return Edge(x, stroke.y0, x, stroke.y1)


def _columns_read_apart(picture: Picture, words: list[Word]) -> list[Word]:
    """Reads each of two columns by itself, and puts what was read in place of the first reading."""
    bands = bands_of(segments_of(words))
    for columns in columns_of(bands, usual_pitch(bands) * _PARAGRAPH_GAP):
        run = bands[columns.start : columns.end]
        room = run[0].segments[0].height
        ceiling = bands[columns.start - 1].bottom if columns.start else 0.0
        floor = bands[columns.end].top if columns.end < len(bands) else float(picture.height)
        top = max(run[0].top - room, (ceiling + run[0].top) / 2)
        bottom = min(max(b.bottom for b in run) + room, (floor + max(b.bottom for b in run)) / 2)
        middle = sum(columns.corridor) / 2
        made: list[Word] = []
        for x0, x1 in ((0.0, middle), (middle, float(picture.width))):
            part = picture.crop((round(x0), round(top), round(x1), round(bottom)))
            if min(part.size) > _INSET:
                level = _evened(_recognised(part, _ONE_COLUMN))
                made += [Word(w.x0 + x0, w.top + top, w.x1 + x0, w.bottom + top, w.text, w.sure) for w in level]
        before = [w for w in words if top <= (w.top + w.bottom) / 2 <= bottom]
        if _certainty(made) > _certainty(before):
            words = [w for w in words if not top <= (w.top + w.bottom) / 2 <= bottom] + made
    return words


def _certainty(words: list[Word]) -> float:
    return sum(len(w.text) * w.sure for w in words)


def _recognised(picture: Picture, mode: str) -> Lines:
    """What tesseract saw, by the lines it made."""
    try:
        data = _tesseract.image_to_data(
            picture,
            lang=LANGUAGE,
            config=mode,
            output_type=_tesseract.Output.DICT,
            timeout=limits.MAX_OCR_PAGE_SECONDS,
        )
    except (_tesseract.TesseractError, RuntimeError, OSError, ValueError) as error:
        raise failure("ocr-failed") from error
    lines: Lines = {}
    for i, raw in enumerate(data["text"]):
        text, sure = raw.strip().strip("_|¬"), float(data["conf"][i])
        if sure >= _LEAST_CONFIDENCE and text and (sure >= _SURE or not _SPECK.fullmatch(text)):
            x, y = data["left"][i], data["top"][i]
            word = Word(x, y, x + data["width"][i], y + data["height"][i], text, sure)
            key = (data["block_num"][i], data["par_num"][i], data["line_num"][i])
            lines.setdefault(key, []).append(word)
    return lines


def _evened(lines: Lines) -> list[Word]:
    """Words of one line set to one height, whatever their letters."""
    if not lines:
        return []
    usual = median(word.bottom - word.top for line in lines.values() for word in line)
    made = []
    for line in lines.values():
        height = min(max(median(w.bottom - w.top for w in line), 0.7 * usual), 1.5 * usual)
        base = median(w.bottom for w in line)
        made += [Word(w.x0, base - height, w.x1, base, w.text, w.sure) for w in line]
    return made


def _read_missed_cells(picture: Picture, grid: Grid, most: int) -> int:
    """Reads cells that hold ink but no words: tesseract skips lone figures. Returns how many it read."""
    done = 0
    for cell, (x0, y0, x1, y1) in grid.cells().items():
        if cell in grid.words or done >= most:
            continue
        if x1 - x0 < 3 * _INSET or y1 - y0 < 3 * _INSET:
            continue
        part = picture.crop((round(x0) + _INSET, round(y0) + _INSET, round(x1) - _INSET, round(y1) - _INSET))
        if ImageStat.Stat(part).mean[0] > _BLANK:
            continue
        done += 1
        found = _recognised(ImageOps.expand(part, _FRAME, 255), _ONE_BLOCK)
        words = [w for line in found.values() for w in line if not _SPECK.fullmatch(w.text)]
        if words:
            grid.words[cell] = [
                Word(w.x0 + x0 - _FRAME, w.top + y0 - _FRAME, w.x1 + x0 - _FRAME, w.bottom + y0 - _FRAME, w.text)
                for w in words
            ]
    return done
