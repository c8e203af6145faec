"""The annexes of a consolidated report on paper: short, with a sentence that says where the rest is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from canhgiac.engines.officialdoc.writing import Annex, Figure, Row, Table, Target, number_words
from canhgiac.engines.officialdoc.writing import Paragraph as Words
from canhgiac.engines.officialdoc.writing.model import Block, Cell
from canhgiac.reporting.models import ConsolidatedRecord, ConsolidatedReport, Consolidation, FormField

from .places import PlaceRow, by_place
from .records import MONEY, kind_of
from .recordtables import LONGEST, cut, record_annexes
from .tables import column_names, filled_count, filled_rows, sheet_titles, tables_of
from .traces import Book, amount

BUDGET = ConsolidatedRecord.Kind.BUDGET
WIDE = 5
"""Figures that fit beside each other in an annex."""
ACROSS = 252
"""Millimetres of a landscape page that a table may take."""


def annexes_of(consolidation: Consolidation, book: Book, *, names: dict[int, str] | None = None) -> Iterator[Annex]:
    """The annexes in order: figures by agency and by area, filled-in tables, commendations, money, who has not
    reported, sources. ``names``, by the id of the commendation, are those printed; none unless given."""
    codes = tuple(book.figures)[:WIDE]
    if book.figures:
        yield Annex("Số liệu theo đơn vị", tuple(_by_agency(consolidation, book, codes)), landscape=True)
        yield Annex(
            f"Số liệu theo địa bàn (theo địa giới ngày {consolidation.area_as_of:%d/%m/%Y})",
            tuple(_by_place(consolidation, book, codes)),
            landscape=True,
        )
    yield from _tables(consolidation)
    yield from record_annexes(consolidation, book, names=names)
    yield Annex("Đơn vị chưa gửi báo cáo", tuple(_missing(consolidation)))
    yield Annex("Căn cứ số liệu", tuple(_sources(book)))


def _by_agency(consolidation: Consolidation, book: Book, codes: Sequence[str]) -> Iterator[Block]:
    rows = ConsolidatedReport.objects.filter(consolidation=consolidation).select_related("agency")
    total = rows.count()
    lines: list[tuple[Cell, ...] | Row] = [
        (str(number), row.agency.name, _state(row), *(_value(row.values.get(code)) for code in codes))
        for number, row in enumerate(rows.order_by("agency__folded", "pk")[:LONGEST], start=1)
    ]
    lines.append(_total(book, codes, extra=2))
    yield from cut(total, len(book.figures), len(codes))
    yield _dash()
    yield _figure_table(book, codes, ("TT", "Đơn vị", "Báo cáo"), (12, 70, 30), lines)


def _state(row: ConsolidatedReport) -> str:
    """What became of the agency's report, and whether it came after its day or is past it."""
    late = "sau hạn" if row.submission_id else "quá hạn"
    return f"{row.get_state_display()}, {late}" if row.is_late else row.get_state_display()


def _by_place(consolidation: Consolidation, book: Book, codes: Sequence[str]) -> Iterator[Block]:
    places: list[PlaceRow] = by_place(consolidation, codes)
    lines: list[tuple[Cell, ...] | Row] = [
        (str(number), row.name, f"{row.received}/{row.owed}", *(_value(row.values.get(code)) for code in codes))
        for number, row in enumerate(places[:LONGEST], start=1)
    ]
    lines.append(_total(book, codes, extra=2))
    yield from cut(len(places), len(book.figures), len(codes))
    yield _dash()
    yield _figure_table(book, codes, ("TT", "Địa bàn", "Đã gửi"), (12, 70, 30), lines)


def _figure_table(
    book: Book, codes: Sequence[str], first: tuple[str, ...], widths: tuple[float, ...], lines: Sequence[Any]
) -> Table:
    labels = tuple(_label(book.figures[code].field) for code in codes)
    each = min((ACROSS - sum(widths)) / max(len(codes), 1), 40)
    aligns: tuple[Any, ...] = ("center", "left", "center", *("right" for _code in codes))
    return Table((*first, *labels), lines, (*widths, *(each for _code in codes)), aligns=aligns)


def _label(asked: FormField) -> str:
    return f"{asked.label} ({asked.unit})" if asked.unit else asked.label


def _total(book: Book, codes: Sequence[str], *, extra: int) -> Row:
    sums: Iterable[Cell] = (Figure(f"so:{code}", amount(book.figures[code].value)) for code in codes)
    return Row(("", "Cộng", *([""] * (extra - 1)), *sums), bold=True)


def _tables(consolidation: Consolidation) -> Iterator[Annex]:
    tables = tables_of(consolidation)
    for table, sheet in zip(tables, sheet_titles(tables), strict=True):
        total = filled_count(consolidation, table)
        if total:
            yield Annex(table.label, tuple(_filled(consolidation, table, total, sheet)), landscape=True)


def _filled(consolidation: Consolidation, table: FormField, total: int, sheet: str) -> Iterator[Block]:
    columns = table.columns[:WIDE]
    lines = [
        (str(number), *(_cell(value) for value in row[: len(columns) + 1]))
        for number, row in enumerate(filled_rows(consolidation, table, most=LONGEST), start=1)
    ]
    yield from cut(total, len(table.columns), len(columns), of="cột", sheet=sheet)
    heads = ("TT", "Đơn vị", *column_names(table)[: len(columns)])
    each = (ACROSS - 12 - 60) / max(len(columns), 1)
    numeric = ("right" if column.get("kind") == "figure" else "left" for column in columns)
    aligns: tuple[Any, ...] = ("center", "left", *numeric)
    yield Table(heads, lines, (12, 60, *(each for _column in columns)), aligns=aligns)


def _cell(value: Any) -> Cell:
    if value is None:
        return "–"
    return value if isinstance(value, str) else _value(value)


def _dash() -> Words:
    return Words("Ô “–”: chưa có số liệu, không phải là 0.", italic=True)


def _value(value: Any) -> Cell:
    return "–" if value is None else amount(Decimal(str(value)))


def _missing(consolidation: Consolidation) -> Iterator[Block]:
    rows = consolidation.summary.get("missing", [])
    if not rows:
        yield Words("Tất cả các đơn vị phải báo cáo đã gửi báo cáo.")
        return
    words = {"missing": "Chưa gửi", "returned": "Trả lại, chưa gửi lại"}
    lines = [
        (str(number), row["name"], words[row["state"]] + (", quá hạn" if row["late"] else ""))
        for number, row in enumerate(rows[:LONGEST], start=1)
    ]
    yield from cut(len(rows))
    yield Table(("TT", "Đơn vị", "Tình trạng"), lines, (14, 100, 51), aligns=("center", "left", "left"))


def _sources(book: Book) -> Iterator[Block]:
    at = f"{book.consolidation.data_at:%d/%m/%Y}" if book.consolidation.data_at else ""
    yield Words(
        f"Số liệu cộng từ báo cáo của các đơn vị, tính đến ngày {at}. “Chưa rõ” là báo cáo có nội dung nhưng không cho "
        "số liệu này; không tính là 0. Từng dòng của mỗi số nằm trong phụ lục XLSX."
    )
    lines: list[tuple[Cell, ...]] = []
    for code, row in book.figures.items():
        said = f"{row.known} báo cáo có số liệu, {row.unknown} chưa rõ, {row.empty} gửi trống, {row.missing} chưa gửi"
        named = Target(f"so:{code}", row.field.label)
        lines.append((str(len(lines) + 1), named, amount(row.value), said, _origin(row.field)))
    origins = {"_khen": "sổ đề xuất khen thưởng", "_khoan_chi": "sổ kinh phí"}
    for code in ("_kho_khan", "_kien_nghi", "_khen", "_khoan_chi", *MONEY):
        count = book.records.counts.get("_khoan_chi" if code in MONEY else code)
        if count:
            live = book.live[f"so:{code}"]
            origin = "sổ kinh phí" if code in MONEY else origins.get(code, "sổ khó khăn, kiến nghị")
            said = f"{number_words(count)} {'khoản' if kind_of(code) == BUDGET else 'bản ghi'}"
            lines.append((str(len(lines) + 1), Target(live.key, live.title), live.text, said, origin))
    for target in book.consolidation.targets:
        named = Target(f"ct:{target['id']}", target["text"])
        reached = number_words(target["reached"])
        lines.append((str(len(lines) + 1), named, reached, target["source"], "sổ mẫu số"))
    aligns: tuple[Any, ...] = ("center", "left", "right", "left", "left")
    yield Table(("TT", "Số liệu", "Giá trị", "Số báo cáo", "Nguồn"), lines, (12, 54, 24, 48, 27), aligns=aligns)


def _origin(asked: FormField) -> str:
    words = {"activities": "hoạt động đã công nhận", "tasks": "nhiệm vụ", "children": "báo cáo cấp dưới"}
    words["remarks"] = "khó khăn, kiến nghị"
    return words.get(str(asked.source.get("from", "")), "đơn vị nhập")
