"""PDF: text pages through pdfium, pages without text through recognition.

pdfium is not safe for threads, so every call into it happens under one lock.
"""

from __future__ import annotations

import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2 as pdfium

from ..model import ReadError, Source
from . import limits, ocr
from .failures import failure
from .layout import MARGIN, PAGE_NUMBER, Line
from .normalise import normalise
from .pdfpage import PageContent, page_content, raw
from .plain import convert_hidden_legacy, encoding_note
from .syllable import vietnamese_share

_open_document: Any = pdfium.PdfDocument
PDFIUM = threading.Lock()
_LEAST_LETTERS = 12
_PICTURE_SHARE, _ANY_PICTURE, _WHOLE_PICTURE = 0.4, 0.05, 0.7
"""Part of a page under pictures that makes it a scan: with hardly any letters, with none, with some."""
_STAMP_LETTERS = 300
"""What a visible digital signature may lay over a scan."""
_LEAST_VIETNAMESE = 0.7
_MOST_WORKERS = 4
_GARBAGE = re.compile("[\ufffd\ue000-\uf8ff\x00\x01\x03-\x08]")
_MARGIN_LINES = 4
_DIGITS = re.compile(r"\d+")
_RENDER_DPI = 300
_MOST_RENDERED = 25_000_000

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Page:
    lines: list[Line]
    height: float
    recognised: bool = False
    texts: list[str] = field(default_factory=list)


def read_pdf(data: bytes, *, recognise: bool, progress: Progress | None) -> Source:
    """Reads a PDF; pages that are pictures are recognised where ``recognise`` allows.

    Raises ReadError: ``password``, ``damaged``, ``too-many-pages``, ``time-limit``; ``ocr-off`` and ``no-ocr`` where
    no page has text and recognition is switched off or not installed.
    """
    document = _open(data)
    try:
        with PDFIUM:
            count = len(document)
        if count > limits.MAX_PAGES:
            raise failure("too-many-pages", pages=count, limit=limits.MAX_PAGES)
        if count == 0:
            raise failure("no-text")
        pages, pictures = _text_pages(document, count, progress)
        notes = _picture_pages(document, pages, pictures, recognise=recognise, progress=progress)
    finally:
        with PDFIUM:
            document.close()
    return _assemble(pages, notes)


def _open(data: bytes) -> Any:
    with PDFIUM:
        try:
            return _open_document(data)
        except pdfium.PdfiumError as error:
            locked = getattr(error, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
            raise failure("password" if locked or "assword" in str(error) else "damaged") from error


def _text_pages(document: Any, count: int, progress: Progress | None) -> tuple[list[Page], list[int]]:
    deadline = limits.Deadline(limits.MAX_TEXT_SECONDS)
    pages, pictures = [], []
    for index in range(count):
        deadline.check()
        with PDFIUM:
            content = page_content(document, index)
        if _is_picture(content):
            pictures.append(index)
        elif progress is not None:
            progress(index + 1 - len(pictures), count)
        pages.append(Page(content.lines(), content.height))
    return pages, pictures


def _is_picture(content: PageContent) -> bool:
    """A scan, also with a signature's stamp or foreign recognition over it; or a font that hides its letters."""
    letters = sum(map(len, content.text.split()))
    if letters < _LEAST_LETTERS:
        return content.picture_share > (_PICTURE_SHARE if letters else _ANY_PICTURE)
    if content.picture_share > _WHOLE_PICTURE:
        return letters < _STAMP_LETTERS or vietnamese_share(content.text)[0] < _LEAST_VIETNAMESE
    return len(_GARBAGE.findall(content.text)) * 5 > letters


def _picture_pages(
    document: Any, pages: list[Page], pictures: list[int], *, recognise: bool, progress: Progress | None
) -> tuple[str, ...]:
    """Recognises the pages that are pictures, in place. Returns what to tell the reader."""
    if not pictures:
        return ()
    if not recognise or not ocr.available():
        if sum(len(line.text) for page in pages for line in page.lines) < _STAMP_LETTERS:
            raise failure("no-ocr" if recognise else "ocr-off")
        return (f"Trang {_spoken(pictures)} là ảnh, chưa nhận dạng chữ.",)
    if len(pictures) > limits.MAX_OCR_PAGES:
        raise failure("too-many-pages", pages=len(pictures), limit=limits.MAX_OCR_PAGES)
    failed: list[int] = []
    for done, (index, found) in enumerate(_recognised(document, pictures), len(pages) - len(pictures) + 1):
        if found is None:
            failed.append(index)
        else:
            pages[index] = found
        if progress is not None:
            progress(done, len(pages))
    if len(failed) == len(pages):
        raise failure("ocr-failed")
    good = [index for index in pictures if index not in failed]
    notes = (f"Đã nhận dạng chữ từ ảnh ở trang {_spoken(good)}.",) if good else ()
    return notes + ((f"Trang {_spoken(failed)} không nhận dạng được.",) if failed else ())


def _recognised(document: Any, pictures: list[int]) -> Iterator[tuple[int, Page | None]]:
    """Pages in order, as many at once as there are processors; None where recognition failed."""
    deadline = limits.Deadline(limits.MAX_OCR_SECONDS)

    def one(index: int) -> Page | None:
        try:
            deadline.check()
            with PDFIUM:
                picture = _render(document, index)
            return Page(ocr.picture_lines(picture), float(picture.height), recognised=True)
        except ReadError as error:
            if error.code != "ocr-failed":
                raise
            return None

    pool = ThreadPoolExecutor(max_workers=min(len(pictures), os.cpu_count() or 1, _MOST_WORKERS))
    try:
        yield from zip(pictures, pool.map(one, pictures), strict=True)
    finally:
        pool.shutdown(cancel_futures=True)


def _render(document: Any, index: int) -> ocr.Picture:
    page = document[index]
    try:
        width, height = page.get_size()
        scale = min(_RENDER_DPI / 72, (_MOST_RENDERED / max(width * height, 1)) ** 0.5)
        picture: ocr.Picture = page.render(scale=scale, grayscale=True).to_pil()
        return picture
    except (pdfium.PdfiumError, ValueError, MemoryError) as error:
        raise failure("ocr-failed") from error
    finally:
        page.close()


def _spoken(indexes: list[int]) -> str:
    """Page numbers as people write them: "1–4, 7"."""
    ranges: list[list[int]] = []
    for number in (i + 1 for i in indexes):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in ranges)


def _assemble(pages: list[Page], notes: tuple[str, ...]) -> Source:
    _drop_margins(pages)
    for page in pages:
        page.texts = _trimmed([_with_hyphens(line.text) for line in page.lines])
    _join_tables(pages)
    converted, legacy = convert_hidden_legacy("\n".join("\n".join(page.texts) for page in pages))
    lines = iter(normalise(converted).split("\n"))
    starts, parts, position = [], [], 0
    for page in pages:
        text = "\n".join(next(lines) for _ in range(max(1, len(page.texts))))
        starts.append(position)
        parts.append(text)
        position += len(text) + 1
    text = "\n".join(parts)
    if not text.strip():
        raise failure("no-text")
    recognised = sum(page.recognised for page in pages)
    return Source(
        text=text,
        format="scan" if recognised * 2 > len(pages) else "pdf",
        encoding=legacy or "utf-8",
        pages=tuple(starts),
        notes=notes + ((encoding_note(legacy),) if legacy else ()),
    )


def _with_hyphens(text: str) -> str:
    """A line with the hyphens that pdfium marks; soft ones stay, as TCVN3 uses their code for ư."""
    return text.replace("\x02", "-").replace("\ufffe", "-")


def _trimmed(texts: list[str]) -> list[str]:
    """Without empty lines at either end and without two in a row."""
    made: list[str] = []
    for text in texts:
        if text or (made and made[-1]):
            made.append(text)
    while made and not made[-1]:
        made.pop()
    return made


def _drop_margins(pages: list[Page]) -> None:
    """Removes page numbers, and what repeats at one place in the top or bottom margin of half the pages."""
    edges = [(_margin(page, from_top=True), _margin(page, from_top=False)) for page in pages]
    seen = Counter(key for page_edges in edges for key in {_key(line) for edge in page_edges for line in edge})
    least = max(3, len(pages) // 2)
    for page, page_edges in zip(pages, edges, strict=True):
        dropped = {id(line) for edge in page_edges for line in _removable(edge, page, seen, least)}
        page.lines = [line for line in page.lines if id(line) not in dropped]


def _margin(page: Page, *, from_top: bool) -> list[Line]:
    """The lines in a margin, from the page's edge inwards; empty ones say what stands apart."""
    lines = page.lines if from_top else page.lines[::-1]
    made: list[Line] = []
    for line in lines[: _MARGIN_LINES + 1]:
        if (line.bottom if from_top else page.height - line.top) > MARGIN * page.height:
            break
        made.append(line)
    return made


def _removable(edge: list[Line], page: Page, seen: Counter[tuple[str, int]], least: int) -> list[Line]:
    """From the page's edge inwards: numbers, and repeated lines that stand apart from the body."""
    made: list[Line] = []
    waiting: list[Line] = []
    for line in edge:
        if not line.text or PAGE_NUMBER.fullmatch(line.text):
            made += [*waiting, line] if line.text else waiting
            waiting = []
        elif seen[_key(line)] >= least:
            waiting.append(line)
        else:
            break
    alone = len(made) + len(waiting) == sum(1 for line in page.lines if line.text)
    return made + waiting if alone else made


def _key(line: Line) -> tuple[str, int]:
    return _DIGITS.sub("#", line.text), round(line.top / 4)


def _join_tables(pages: list[Page]) -> None:
    """A table that runs on: its repeated head is dropped, and a row cut by the page end is made whole."""
    head: str | None = None  # of the table that reaches the end of the page before
    for before, after in pairwise(pages):
        if not (before.texts and before.texts[-1].startswith("| ") and after.texts):
            head = None
            continue
        if not after.texts[0].startswith("| "):
            before.texts.append("")  # what follows a table is a new paragraph
            head = None
            continue
        if head is None or "" in before.texts:
            head = before.texts[_table_start(before.texts)]
        if after.texts[0] == head:
            after.texts.pop(0)
        if not (after.texts and after.texts[0].startswith("| ")):
            continue
        last, first = _cells(before.texts[-1]), _cells(after.texts[0])
        if len(first) == len(last) and not first[0] and last[0] and any(first[1:]):
            before.texts[-1] = "| " + " | ".join(f"{a} {b}".strip() for a, b in zip(last, first, strict=True)) + " |"
            after.texts.pop(0)


def _table_start(texts: list[str]) -> int:
    """Index of the first row of the table that ends ``texts``."""
    start = len(texts) - 1
    while start and texts[start - 1].startswith("| "):
        start -= 1
    return start


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
