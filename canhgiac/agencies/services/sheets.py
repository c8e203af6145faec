"""Rows of a spreadsheet file that a person uploads: XLSX or CSV, read row by row within limits."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import IO
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from .register import Refused

MOST_ROWS = 20_000
MOST_COLUMNS = 40
MOST_LINES = 200_000
"""Lines looked at, empty ones too: a sheet whose last cell is a million rows down is refused in a moment."""
MOST_UNPACKED = 300 * 1024 * 1024
"""Bytes: an XLSX that unpacks to more is refused before it is opened."""
_ENCODINGS = ("utf-8-sig", "utf-16", "cp1258")
_ESCAPED = ("'=", "'+", "'-", "'@")

Line = tuple[int, list[str]]


def sheet_lines(data: bytes, *, most: int = MOST_ROWS) -> Iterator[Line]:
    """The rows of the first sheet with their numbers as the program shows them, from 1; empty rows are left out.

    At most ``most`` rows.

    Dates come as dd/mm/yyyy. Raises Refused, in Vietnamese, for what is no table or is too large.
    """
    if data[:4] == b"PK\x03\x04":
        lines = _xlsx(data)
    elif data[:4] == b"\xd0\xcf\x11\xe0":
        raise Refused(_("Tệp kiểu .xls cũ hoặc có mật khẩu. Hãy lưu lại thành .xlsx không mật khẩu."), "file")
    else:
        lines = _csv(data)
    kept = 0
    for number, cells in lines:
        if number > MOST_LINES:
            raise Refused(_("Tệp có quá nhiều dòng trống ở giữa; hãy xóa rồi lưu lại."), "file")
        if not any(cells):
            continue
        kept += 1
        if kept > most:
            raise Refused(_("Tệp có hơn %(count)d dòng; hãy chia nhỏ.") % {"count": most}, "file")
        yield number, cells


def _xlsx(data: bytes) -> Iterator[Line]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise Refused(_("Tệp giải nén ra quá lớn."), "file")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
        for number, values in enumerate(rows, start=1):
            yield number, [_text(value) for value in values]
    except Refused:
        raise
    except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, IndexError, OSError) as error:
        raise Refused(_("Không đọc được tệp Excel này; có thể tệp bị hỏng."), "file") from error
    except (
        SyntaxError,
        TypeError,
        AttributeError,
        NotImplementedError,
        zipfile.LargeZipFile,
        EOFError,
        zlib.error,
    ) as error:
        # What the libraries below raise for XML that is well packed but is no workbook.
        raise Refused(_("Không đọc được tệp Excel này; có thể tệp bị hỏng."), "file") from error


def _text(value: object) -> str:
    """The cell as a person sees it."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _unescaped(str(value))


def _unescaped(text: str) -> str:
    """Trimmed, and without the apostrophe that our own export puts before what looks like a formula."""
    text = " ".join(text.replace("\0", "").split())
    return text[1:] if text.startswith(_ESCAPED) else text


def _csv(data: bytes) -> Iterator[Line]:
    text = _decoded(data)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, [_unescaped(cell) for cell in islice(cells, MOST_COLUMNS)]
    except csv.Error as error:
        raise Refused(_("Không đọc được tệp CSV ở dòng %(line)d.") % {"line": reader.line_num}, "file") from error


def _decoded(data: bytes) -> str:
    if b"\0" in data and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise Refused(_("Đây không phải tệp Excel hay CSV."), "file")
    for encoding in _ENCODINGS:
        if encoding == "utf-16" and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(_("Không nhận ra bảng mã chữ của tệp; hãy lưu lại thành CSV UTF-8."), "file")


def stored(file: IO[bytes], limit: int) -> bytes:
    """The upload's bytes. Raises Refused when there are none or more than ``limit``."""
    data = file.read(limit + 1)
    if not data.strip():
        raise Refused(_("Tệp rỗng."), "file")
    if len(data) > limit:
        raise Refused(_("Tệp quá lớn."), "file")
    return data
