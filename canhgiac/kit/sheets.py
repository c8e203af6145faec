"""Tables out as XLSX and CSV, row by row and safe to open."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from canhgiac.kit import clock

Value: TypeAlias = str | int | float | Decimal | bool | dt.date | dt.datetime | None

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
CHUNK = 64 * 1024
_HEAD_FONT = Font(bold=True)
_HEAD_FILL = PatternFill("solid", fgColor="E2F0EC")
_WRAP = Alignment(wrap_text=True, vertical="top")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its title (31 characters are kept), headings, rows, and column widths in characters."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Value]]
    widths: Sequence[int] = ()


def xlsx(sheets: Iterable[Sheet]) -> Iterator[bytes]:
    """The workbook in pieces. Memory does not grow with the rows; text is never taken for a formula."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.title[:31])
        page.freeze_panes = "A2"
        for column, width in enumerate(sheet.widths, start=1):
            page.column_dimensions[get_column_letter(column)].width = width
        head = [WriteOnlyCell(page, value=heading) for heading in sheet.headings]
        for cell in head:
            cell.font, cell.fill, cell.alignment = _HEAD_FONT, _HEAD_FILL, _WRAP
        page.append(head)
        for row in sheet.rows:
            page.append([_cell(page, value) for value in row])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def _cell(page: WriteOnlyWorksheet, value: Value) -> Any:
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(clock.VIETNAM).replace(tzinfo=None)  # a sheet's moment knows no zone; people read ours
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(page, value=ILLEGAL_CHARACTERS_RE.sub("", value)[:32_767])
    cell.data_type = "s"  # openpyxl takes a leading "=" for a formula
    if "\n" in value or len(value) > 60:
        cell.alignment = _WRAP
    return cell


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """The table as CSV with a byte order mark, which Excel needs to read Vietnamese.

    A text that a spreadsheet would run as a formula is kept from it by a leading apostrophe (OWASP, CSV injection).
    """
    yield b"\xef\xbb\xbf"
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in _with_head(headings, rows):
        writer.writerow([_plain(value) for value in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def _with_head(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[Sequence[Value]]:
    yield headings
    yield from rows


def _plain(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = value.astimezone(clock.VIETNAM) if value.tzinfo is not None else value
        return value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, dt.date):
        return value.strftime("%d/%m/%Y")
    text = str(value)
    return "'" + text if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
