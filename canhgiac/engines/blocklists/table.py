"""CSV: the delimiter is counted, the columns are found by their Vietnamese or English names."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain, islice
from typing import BinaryIO

from canhgiac.kit.text import fold

from .lines import text_lines
from .model import Fault, Lines, Raw, Raws, fault

_DELIMITERS = ",;\t|"
_LOOKED_AT = 20
_MOST_JOINED = 10
"""Lines that one quoted cell may span; a quote left open takes no more of the file with it."""
_HEADS = {
    "value": (
        *("value", "gia tri", "indicator", "ioc", "noi dung", "muc", "dau vet", "url", "link", "duong link", "domain"),
        *("ten mien", "host", "website", "trang web", "phone", "so dien thoai", "sdt", "account", "so tai khoan"),
        *("tai khoan", "stk", "dia chi", "wallet", "vi dien tu", "app", "ung dung"),
    ),
    "kind": ("kind", "type", "loai", "phan loai", "category type"),
    "bank": ("bank", "ngan hang", "bin", "vi", "platform", "nen tang", "mang xa hoi"),
    "tags": ("tags", "tag", "reason", "reasons", "ly do", "nhan", "category", "nhom"),
    "seen": ("date", "ngay", "last seen", "thay gan nhat", "last_seen", "lastseen", "ngay bao", "date added"),
}
_COLUMN = {head: column for column, heads in _HEADS.items() for head in heads}
_IMPLIED = {
    **dict.fromkeys(("url", "link", "duong link", "domain", "ten mien", "host", "website", "trang web"), "link"),
    **dict.fromkeys(("phone", "so dien thoai", "sdt"), "phone"),
    **dict.fromkeys(("account", "so tai khoan", "stk"), "account"),
    **dict.fromkeys(("wallet", "vi dien tu"), "wallet"),
    **dict.fromkeys(("app", "ung dung"), "app"),
}
_KINDS = {
    **{kind: kind for kind in ("account", "wallet", "phone", "link", "app", "social")},
    **dict.fromkeys(
        ("url", "uri", "domain", "hostname", "host", "website", "duong link", "trang web", "ten mien"), "link"
    ),
    **dict.fromkeys(("phone number", "so dien thoai", "sdt", "dien thoai", "duong link, trang web"), "phone"),
    **dict.fromkeys(("tai khoan", "tai khoan ngan hang", "so tai khoan", "stk", "bank account", "bank"), "account"),
    **dict.fromkeys(("vi", "vi dien tu", "e wallet", "ewallet"), "wallet"),
    **dict.fromkeys(("ung dung", "package", "apk", "sha256", "mobile app"), "app"),
    **dict.fromkeys(("mang xa hoi", "tai khoan mang xa hoi", "facebook", "zalo", "telegram", "tiktok"), "social"),
}
_PLATFORMS = frozenset(("facebook", "zalo", "telegram", "tiktok"))
_PARTS = re.compile(r"[;,|\s]+")
_ESCAPED = re.compile(r"'[=+\-@]")


def table_read(stream: BinaryIO) -> Raws:
    """The rows of a table with or without a line of headings; without one the first column holds the things."""
    lines = text_lines(stream)
    first = list(islice(lines, _LOOKED_AT))
    delimiter = _delimiter([row[1] for row in first if not isinstance(row, Fault)])
    columns: dict[str, int] | None = None
    implied = ""
    for row in _rows(chain(first, lines), delimiter):
        if isinstance(row, Fault):
            yield row
            continue
        number, cells = row
        if not any(cells) or cells[0].startswith("#"):
            continue
        if columns is None:
            columns, implied = _columns(cells)
            if columns:
                continue
            columns = {"value": 0}
        yield _raw(number, cells, columns, implied)


def _delimiter(lines: list[str]) -> str:
    """The sign that stands in most lines, of those the one that stands there oftenest."""
    told = [line for line in lines if line.strip() and not line.startswith("#")]

    def weight(sign: str) -> tuple[int, int]:
        return sum(sign in line for line in told), sum(line.count(sign) for line in told)

    return max(_DELIMITERS, key=weight)


def _rows(lines: Lines, delimiter: str) -> Iterator[tuple[int, list[str]] | Fault]:
    """Cells of each row. A quoted cell may span lines; a quote that never closes spoils its own line only."""
    waiting: list[tuple[int, str] | Fault] = []
    while row := (waiting.pop(0) if waiting else next(lines, None)):
        if isinstance(row, Fault):
            yield row
            continue
        number, text = row
        joined, taken = text, list[tuple[int, str] | Fault]()
        while joined.count('"') % 2 and len(taken) < _MOST_JOINED:
            more = waiting.pop(0) if waiting else next(lines, None)
            if more is None:
                break
            taken.append(more)
            if isinstance(more, Fault):
                break
            joined = f"{joined}\n{more[1]}"
        if joined.count('"') % 2:
            waiting[:0] = taken
            yield fault(number, text, "Dấu ngoặc kép mở mà không đóng.")
            continue
        try:
            cells = next(csv.reader(joined.splitlines(keepends=True), delimiter=delimiter), [])
        except csv.Error:
            yield fault(number, text, "Không tách được dòng này thành các cột.")
            continue
        yield number, [_cell(cell) for cell in cells[:40]]


def _cell(text: str) -> str:
    """Trimmed, and without the apostrophe that keeps spreadsheets from running a number as a formula."""
    text = " ".join(text.replace("\0", "").split())
    return text[1:] if _ESCAPED.match(text) else text


def _columns(cells: list[str]) -> tuple[dict[str, int], str]:
    """Column to its place, and the kind that the heading of the values implies; empty for a row that is no heading."""
    found: dict[str, int] = {}
    implied = ""
    for place, cell in enumerate(cells):
        name = fold(cell).replace("_", " ").rstrip(" *:")
        column = _COLUMN.get(name)
        if column and column not in found:
            found[column] = place
            implied = _IMPLIED.get(name, "") if column == "value" else implied
    return (found, implied) if "value" in found else ({}, "")


def _raw(number: int, cells: list[str], columns: dict[str, int], implied: str) -> Raw | Fault:
    def cell(column: str) -> str:
        place = columns.get(column, len(cells))
        return cells[place] if place < len(cells) else ""

    if not cell("value"):
        return fault(number, " | ".join(cells), "Ô giá trị trống.")
    named = fold(cell("kind")).replace("_", " ").replace("-", " ")
    kind = _KINDS.get(named, "") if named else implied
    if named and not kind:
        return fault(number, " | ".join(cells), f"Không rõ loại “{cell('kind')[:40]}”.")
    bank = cell("bank") or (named if named in _PLATFORMS else "")
    tags = tuple(part for part in _PARTS.split(cell("tags").casefold()) if part)
    return Raw(number, kind, cell("value"), bank, tags, day_of(cell("seen")))


def day_of(text: str) -> date | None:
    """The day of "2026-11-22", "22/11/2026" or a moment of either; None for anything else."""
    for pattern, cut in (("%Y-%m-%d", 10), ("%d/%m/%Y", 10), ("%d-%m-%Y", 10), ("%Y%m%d", 8)):
        try:
            return datetime.strptime(text[:cut], pattern).date()  # noqa: DTZ007  # a day without a time
        except ValueError:
            continue
    return None
