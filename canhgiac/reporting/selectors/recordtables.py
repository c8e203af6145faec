"""The annexes of commendations and of money in a consolidated report, and what an annex says of what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from canhgiac.activities.models import BudgetLine, Commendation
from canhgiac.activities.selectors.records import MASKED
from canhgiac.engines.officialdoc.writing import Annex, Figure, Row, Table, number_words, roman
from canhgiac.engines.officialdoc.writing import Paragraph as Words
from canhgiac.engines.officialdoc.writing.model import Block, Cell
from canhgiac.reporting.models import ConsolidatedRecord, Consolidation

from .records import MONEY, ONE_PERSON, Sums, record_rows, state_words, told
from .traces import Book, amount

LONGEST = 150
"""Rows of an annex on paper; where there are more, the annex says so and the workbook has them all."""
TITLES = {"_khen": "Danh sách đề xuất khen thưởng", "_khoan_chi": "Kinh phí theo nguồn và nhiệm vụ"}


def record_annexes(consolidation: Consolidation, book: Book, *, names: dict[int, str] | None = None) -> Iterator[Annex]:
    """The annexes of what there is: commendations, money. ``names`` are those printed, by the commendation's id."""
    counts = book.records.counts
    if counts.get("_khen"):
        body = tuple(_commendations(consolidation, counts, names or {}))
        yield Annex(TITLES["_khen"], body, landscape=True)
    if book.records.money:
        yield Annex(TITLES["_khoan_chi"], tuple(_money(book)), landscape=True)


def _commendations(consolidation: Consolidation, counts: dict[str, int], names: dict[int, str]) -> Iterator[Block]:
    yield from cut(counts["_khen"], sheet="Khen thưởng")
    if counts["_khen_ca_nhan"] and not names:
        yield Words("Không in họ tên cá nhân; họ tên có trong hồ sơ đề xuất của đơn vị.", italic=True)
    lines: list[tuple[Cell, ...]] = []
    for row in record_rows(consolidation, "_khen").order_by("sort", "agency__folded", "on", "pk")[:LONGEST]:
        name = names.get(row.origin_id, "")
        is_person = row.sort == Commendation.Nominee.PERSON
        nominee = (name or ONE_PERSON) if is_person else row.facts.get("nominee", "")
        words = (_told(row, name), row.facts.get("form", ""), state_words(row))
        lines.append((str(len(lines) + 1), nominee, row.agency.name, *words))
    heads = ("TT", "Tập thể, cá nhân", "Đơn vị đề xuất", "Thành tích", "Hình thức khen", "Tình trạng")
    aligns: tuple[Any, ...] = ("center", "left", "left", "left", "left", "left")
    yield Table(heads, lines, (12, 50, 50, 74, 32, 34), aligns=aligns)


def _told(row: ConsolidatedRecord, name: str) -> str:
    """The achievement; on paper a masked name is spelt out as what it stands for."""
    words = told(row, name).replace(MASKED, "cá nhân này")
    return words[:1].upper() + words[1:]


def _money(book: Book) -> Iterator[Block]:
    records = book.records
    yield from cut(len(records.money), sheet="Kinh phí")
    yield Words("Ô “–”: chưa có số liệu, không phải là 0.", italic=True)
    lines: list[tuple[Cell, ...] | Row] = []
    shown = records.money[:LONGEST]
    for number, source in enumerate(dict.fromkeys(one.source for one in shown), start=1):
        label = str(BudgetLine.Source(source).label)
        lines.append(Row((roman(number), label, *_sums(records.sums(source), f".{source}")), bold=True))
        tasks = [one for one in shown if one.source == source]
        if any(one.task for one in tasks):  # otherwise the line above says it all
            rows = enumerate(tasks, start=1)
            lines += [
                (str(place), one.task_words, *_sums(one.sums, f".{source}.{one.task or 0}")) for place, one in rows
            ]
    lines.append(Row(("", "Cộng", *_sums(records.sums(), "")), bold=True))
    heads = ("TT", "Nguồn, nhiệm vụ", "Dự toán", "Được giao", "Đã chi", "Số khoản", "Chưa có số đã chi")
    aligns: tuple[Any, ...] = ("center", "left", *["right"] * 5)
    yield Table(heads, lines, (12, 98, 32, 32, 32, 20, 26), aligns=aligns, unit="đồng")


def _sums(sums: Sums, ending: str) -> tuple[Cell, ...]:
    given: list[tuple[str, Decimal | None]] = [(code, getattr(sums, column)) for code, column in MONEY.items()]
    figures = (Figure(f"so:{code}{ending}", "–" if value is None else amount(value)) for code, value in given)
    return (*figures, number_words(sums.rows), number_words(sums.unspent))


@dataclass(frozen=True, slots=True)
class PageCell:
    """A cell of an annex on the page: what is printed, and the rows that it opens."""

    text: str
    url: str
    align: str


@dataclass(frozen=True, slots=True)
class PageTable:
    """An annex as the page shows it: made of the very annex that the files print."""

    title: str
    notes: list[str]
    headings: tuple[str, ...]
    rows: list[tuple[bool, list[PageCell]]]
    """Whether in bold, and the cells."""


def page_tables(consolidation: Consolidation, book: Book, *, names: dict[int, str]) -> list[PageTable]:
    """The annexes of commendations and money for the page. One query."""
    found = []
    for annex in record_annexes(consolidation, book, names=names):
        table = next(block for block in annex.body if isinstance(block, Table))
        notes = [str(block.text) for block in annex.body if isinstance(block, Words)]
        notes += [f"Đơn vị tính: {table.unit}."] if table.unit else []
        rows = [(isinstance(line, Row), _page_cells(line, table, book)) for line in table.rows]
        found.append(PageTable(annex.title, notes, table.headings, rows))
    return found


def _page_cells(line: tuple[Cell, ...] | Row, table: Table, book: Book) -> list[PageCell]:
    cells = line.cells if isinstance(line, Row) else line
    return [
        PageCell(cell.text, book.live[cell.id].url, align)
        if isinstance(cell, Figure)
        else PageCell(str(cell), "", align)
        for cell, align in zip(cells, table.aligns, strict=True)
    ]


def cut(total: int, whole: int = 1, shown: int = 1, *, of: str = "số liệu", sheet: str = "") -> Iterator[Block]:
    """The sentence that says what of a long or wide table is not printed, and where it all is."""
    said = []
    if total > LONGEST:
        said.append(f"{number_words(LONGEST)}/{number_words(total)} dòng")
    if whole > shown:
        said.append(f"{shown}/{whole} {of}")
    if said:
        where = f"tờ “{sheet}” của phụ lục XLSX" if sheet else "phụ lục XLSX"
        yield Words(f"Phụ lục này in {', '.join(said)}; bảng đủ nằm trong {where} kèm theo.", italic=True)
