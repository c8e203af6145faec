"""Bytes of one file to one ``Source``: txt, Markdown, DOCX, PDF, scans, saved web pages.

``read`` decides the kind by content. Whatever goes wrong leaves as ``ReadError`` with a stable code and one
Vietnamese sentence; no other exception escapes. Data tables become pipe rows without a rule line; cells merged
downwards are repeated in each row. PDF keeps physical lines, with an empty line where paragraphs stand apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..model import ReadError, Source
from . import limits
from .failures import failure
from .normalise import normalise
from .package import Package
from .plain import decode
from .sniff import EXPECTED, is_markdown, kind_of
from .web import read_web, tables_as_rows
from .word import read_word

__all__ = ["ReadError", "Source", "read", "read_path"]

_KIND_NAMES = {"docx": "Word (.docx)", "pdf": "PDF", "picture": "ảnh", "html": "trang web", "text": "chữ thuần"}


def read(data: bytes, name: str, *, ocr: bool = True, progress: Callable[[int, int], None] | None = None) -> Source:
    """Reads one file. ``name`` is the file's name as given, used for notes and to tell Markdown from text.

    ``ocr`` allows recognition of scans; ``progress`` is called with pages done and pages in all. Raises ReadError.
    """
    try:
        source = _read(data, name, ocr=ocr, progress=progress)
    except ReadError:
        raise
    except Exception as error:
        raise failure("damaged") from error
    if not source.text.strip():
        raise failure("no-text")
    return source


def read_path(path: Path, *, ocr: bool = True, progress: Callable[[int, int], None] | None = None) -> Source:
    """Reads the file at ``path``; see ``read``. Raises OSError where the file cannot be opened."""
    if path.stat().st_size > limits.MAX_BYTES:
        raise failure("too-large", limit=limits.MAX_BYTES >> 20)
    return read(path.read_bytes(), path.name, ocr=ocr, progress=progress)


def _read(data: bytes, name: str, *, ocr: bool, progress: Callable[[int, int], None] | None) -> Source:
    if not data.strip(b"\0 \t\r\n"):
        raise failure("empty")
    if len(data) > limits.MAX_BYTES:
        raise failure("too-large", limit=limits.MAX_BYTES >> 20)
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    kind = kind_of(data)
    if kind == "docx":
        source = read_word(Package(data))
    elif kind == "pdf":
        from .pdf import read_pdf  # noqa: PLC0415 - loads pdfium and numpy, half a second that DOCX does not need

        source = read_pdf(data, recognise=ocr, progress=progress)
    elif kind == "picture":
        from .picture import read_picture  # noqa: PLC0415 - the same

        source = read_picture(data, recognise=ocr, progress=progress)
    elif kind == "html":
        source = read_web(data)
    else:
        source = _plain(data, extension)
    if extension in EXPECTED[kind] or (kind == "text" and not _known(extension)):
        return source
    note = f"Tên tệp có đuôi .{extension} nhưng nội dung là {_KIND_NAMES[kind]}." if extension else ""
    return replace(source, notes=(*source.notes, note)) if note else source


def _known(extension: str) -> bool:
    return extension in ("doc", "rtf") or any(extension in names for names in EXPECTED.values())


def _plain(data: bytes, extension: str) -> Source:
    decoded = decode(data)
    text = tables_as_rows(normalise(decoded.text))
    markdown = is_markdown(text, extension)
    return Source(text=text, format="md" if markdown else "txt", encoding=decoded.encoding, notes=decoded.notes)
