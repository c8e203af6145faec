"""The consolidated report as an official document: the same content for the screen, DOCX and PDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Func, IntegerField, QuerySet

from canhgiac.engines.officialdoc.writing import (
    Annex,
    Chart,
    Figure,
    Heading,
    Letterhead,
    OfficialDocument,
    Row,
    Series,
    Signature,
    Table,
    Target,
    number_words,
    roman,
    to_pdf,
)
from canhgiac.engines.officialdoc.writing import Paragraph as Words
from canhgiac.engines.officialdoc.writing.model import Block, Cell, Inline
from canhgiac.reporting.models import (
    ConsolidatedFigure,
    ConsolidatedReport,
    Consolidation,
    FormField,
    Paragraph,
    ReportRound,
)

from .paragraphs import NARRATED, Part, parts_of
from .places import PlaceRow, by_place
from .traces import Book, amount, book_of

TITLES = {
    FormField.Section.SITUATION: "Tình hình, công tác chỉ đạo",
    FormField.Section.RESULTS: "Kết quả thực hiện theo nhóm nhiệm vụ",
    FormField.Section.TARGETS: "Kết quả so với chỉ tiêu",
    FormField.Section.DIFFICULTIES: "Khó khăn, vướng mắc",
    FormField.Section.PROPOSALS: "Kiến nghị, đề xuất",
}
FONTS = "@expo-google-fonts/tinos"
NONE_SAID = "Không có nội dung được các đơn vị báo cáo."
LONGEST = 150
"""Rows of an annex on paper; where there are more, the annex says so and the workbook has them all."""
WIDE = 5
"""Figures that fit beside each other in an annex."""
TREND = 8
"""Periods of the trend."""


def shown_paragraphs(consolidation: Consolidation) -> QuerySet[Any]:
    """The paragraphs with ``source_count``, how many sayings of agencies each was made from."""
    count = Func("sources", function="jsonb_array_length", output_field=IntegerField())
    rows = Paragraph.objects.filter(consolidation=consolidation).defer("sources").annotate(source_count=count)
    return rows.select_related("edited_by").order_by("position", "pk")


@dataclass(frozen=True)
class Printed:
    """A paragraph of the page: the row and its parts."""

    row: Any
    parts: list[Part]


@dataclass(frozen=True)
class SectionText:
    """One numbered section of the report."""

    section: str
    numeral: str
    title: str
    paragraphs: list[Printed]


def sections_of(consolidation: Consolidation, book: Book) -> list[SectionText]:
    """The sections in order with the paragraphs that are printed. One query."""
    blocks: dict[str, list[Printed]] = {section: [] for section in NARRATED}
    for row in shown_paragraphs(consolidation).filter(left_out=False):
        blocks.setdefault(row.section, []).append(Printed(row, parts_of(row, book, sources=row.source_count)))
    return [
        SectionText(section, roman(number), TITLES[section], blocks[section])
        for number, section in enumerate(NARRATED, start=1)
    ]


def report_pdf(consolidation: Consolidation) -> bytes:
    """The edition as PDF. Raises FileNotFoundError where the fonts are not installed (npm ci)."""
    return to_pdf(document_of(consolidation), fonts=Path(settings.VENDOR_ROOT) / FONTS)


def document_of(consolidation: Consolidation) -> OfficialDocument:
    """The edition as a document, with annexes and charts."""
    book = book_of(consolidation)
    header = consolidation.header
    body: list[Block] = [Words(header.get("opening", ""))]
    for section in sections_of(consolidation, book):
        body.append(Heading(section.title, 1, numbered=True))
        body += _section(section, book)
    body.append(Words(header.get("closing", "")))
    return OfficialDocument(
        letterhead=Letterhead(
            superior=header.get("superior") or None,
            issuer=header.get("issuer", ""),
            number=header.get("number") or None,
            symbol=header.get("symbol", "BC"),
            place=header.get("place", ""),
            date=dt.date.fromisoformat(header["date"]) if header.get("date") else None,
        ),
        type_name="Báo cáo",
        subject=header.get("subject", ""),
        body=tuple(body),
        signature=Signature(
            power=header.get("power") or None,
            title=header.get("signer_title", ""),
            name=header.get("signer_name") or None,
        ),
        recipients=tuple(header.get("recipients", ())),
        to=tuple(line for line in [header.get("to", "")] if line),
        annexes=tuple(_annexes(consolidation, book)),
    )


def _section(section: SectionText, book: Book) -> Iterator[Block]:
    for block in section.paragraphs:
        if block.row.heading:
            yield Heading(block.row.heading, 2, numbered=True)
        for line in _lines(block.parts):
            yield Words(line)
    if section.section == FormField.Section.TARGETS and book.consolidation.targets:
        yield _target_table(book)
        if chart := target_chart(book):
            yield chart
    elif not section.paragraphs:
        yield Words(NONE_SAID)
    if section.section == FormField.Section.RESULTS:
        yield from result_charts(book)


def _lines(parts: Sequence[Part]) -> Iterator[tuple[Inline, ...]]:
    line: list[Inline] = []
    for part in parts:
        if part.key and part.key != "nguon":
            line.append(Figure(part.key, part.text))
            continue
        first, *more = part.text.split("\n")
        line.append(first)
        for one in more:
            yield tuple(line)
            line = [one]
    yield tuple(line)


def target_lines(book: Book) -> list[tuple[Cell, ...]]:
    """The targets as a table's rows: number, words, reached, whole, share, verdict."""
    verdicts = {True: "Đạt", False: "Chưa đạt", None: "Chưa rõ"}
    rows: list[tuple[Cell, ...]] = []
    for number, row in enumerate(book.consolidation.targets, start=1):
        reached = Figure(f"ct:{row['id']}", number_words(row["reached"]))
        share = share_words(row["rate"])
        rows.append((str(number), row["text"], reached, _whole(row["total"]), share, verdicts[row["met"]]))
    return rows


def share_words(rate: str | None) -> str:
    """A share of 1 as "89,3 %"; "–" where it is unknown."""
    return "–" if rate is None else f"{number_words((Decimal(rate) * 100).quantize(Decimal('0.1')))} %"


def _whole(total: int | None) -> Cell:
    return "–" if total is None else total


def _target_table(book: Book) -> Table:
    return Table(
        headings=("TT", "Chỉ tiêu", "Kết quả", "Mẫu số", "Tỷ lệ", "Đánh giá"),
        rows=target_lines(book),
        widths=(10, 67, 24, 24, 19, 21),
        caption="Kết quả so với chỉ tiêu",
        aligns=("center", "left", "right", "right", "right", "center"),
    )


# Charts -------------------------------------------------------------------------------------------------------------


def target_chart(book: Book) -> Chart | None:
    """Targets in percent against their aims."""
    rated = [(n, row) for n, row in enumerate(book.consolidation.targets, start=1) if row["rate"] is not None][:10]
    if not rated:
        return None
    reached = tuple((Decimal(row["rate"]) * 100).quantize(Decimal("0.1")) for _n, row in rated)
    aims = tuple(_percent(row["aim"]) for _n, row in rated)
    names = tuple(f"CT {number}" for number, _row in rated)
    return Chart(
        "grouped", names, (Series("Kết quả", reached), Series("Chỉ tiêu", aims)), "Kết quả so với chỉ tiêu", "%"
    )


def _percent(aim: str) -> Decimal | None:
    return Decimal(aim) * 100 if Decimal(aim) <= 1 else None


def result_charts(book: Book) -> Iterator[Chart]:
    """Who sent a report, by communes' groups; and the leading figure over the periods."""
    main = next((row for row in book.figures.values() if row.value is not None and row.value > 0), None)
    if main is None:
        return
    places = [row for row in by_place(book.consolidation, (main.code,)) if row.values.get(main.code) is not None]
    top = sorted(places, key=lambda row: -(row.values[main.code] or 0))[:10]
    if len(top) > 1:
        values = Series(main.field.label, tuple(row.values[main.code] for row in top))
        title = f"{main.field.label} theo địa bàn, nhiều nhất trước"
        yield Chart("bar", tuple(row.name for row in top), (values,), title, main.field.unit)
    periods = trend(book.consolidation, main)
    if len(periods) > 1:
        series = Series(main.field.label, tuple(value for _name, value in periods))
        title = f"{main.field.label} qua các kỳ"
        yield Chart("line", tuple(name for name, _value in periods), (series,), title, main.field.unit)


def trend(consolidation: Consolidation, main: ConsolidatedFigure) -> list[tuple[str, Decimal | None]]:
    """The figure in this period and those before it, oldest first; None where it is unknown."""
    found: list[tuple[str, Decimal | None]] = []
    current: ReportRound | None = consolidation.round
    while current is not None and len(found) < TREND:
        if current.pk == consolidation.round_id:
            value = main.value
        else:
            rows = ConsolidatedFigure.objects.filter(consolidation__round=current, code=main.code)
            held = rows.order_by("-consolidation__number").values_list("value", flat=True).first()
            value = held if held is not None or current.pk != consolidation.round.previous_id else main.before
        found.append((f"{current.data_until:%m/%Y}", value))
        current = current.previous
    return found[::-1]


# Annexes ------------------------------------------------------------------------------------------------------------


def _annexes(consolidation: Consolidation, book: Book) -> Iterator[Annex]:
    codes = tuple(book.figures)[:WIDE]
    if book.figures:
        yield Annex("Số liệu theo đơn vị", tuple(_by_agency(consolidation, book, codes)), landscape=True)
        yield Annex(
            f"Số liệu theo địa bàn (theo địa giới ngày {consolidation.area_as_of:%d/%m/%Y})",
            tuple(_by_place(consolidation, book, codes)),
            landscape=True,
        )
    yield Annex("Đơn vị chưa gửi báo cáo", tuple(_missing(consolidation)))
    yield Annex("Căn cứ số liệu", tuple(_sources(book)))


def _by_agency(consolidation: Consolidation, book: Book, codes: Sequence[str]) -> Iterator[Block]:
    rows = ConsolidatedReport.objects.filter(consolidation=consolidation).select_related("agency")
    total = rows.count()
    lines: list[tuple[Cell, ...] | Row] = [
        (str(number), row.agency.name, row.get_state_display(), *(_value(row.values.get(code)) for code in codes))
        for number, row in enumerate(rows.order_by("agency__folded", "pk")[:LONGEST], start=1)
    ]
    lines.append(_total(book, codes, extra=2))
    yield from _cut(total, len(book.figures), codes)
    yield _figure_table(book, codes, ("TT", "Đơn vị", "Báo cáo"), (12, 70, 30), lines)


def _by_place(consolidation: Consolidation, book: Book, codes: Sequence[str]) -> Iterator[Block]:
    places: list[PlaceRow] = by_place(consolidation, codes)
    lines: list[tuple[Cell, ...] | Row] = [
        (str(number), row.name, f"{row.received}/{row.owed}", *(_value(row.values.get(code)) for code in codes))
        for number, row in enumerate(places[:LONGEST], start=1)
    ]
    lines.append(_total(book, codes, extra=2))
    yield from _cut(len(places), len(book.figures), codes)
    yield _figure_table(book, codes, ("TT", "Địa bàn", "Đã gửi"), (12, 70, 30), lines)


def _figure_table(
    book: Book, codes: Sequence[str], first: tuple[str, ...], widths: tuple[float, ...], lines: Sequence[Any]
) -> Table:
    labels = tuple(_label(book.figures[code].field) for code in codes)
    each = min((252 - sum(widths)) / max(len(codes), 1), 40)
    aligns: tuple[Any, ...] = ("center", "left", "center", *("right" for _code in codes))
    return Table((*first, *labels), lines, (*widths, *(each for _code in codes)), aligns=aligns)


def _label(asked: FormField) -> str:
    return f"{asked.label} ({asked.unit})" if asked.unit else asked.label


def _total(book: Book, codes: Sequence[str], *, extra: int) -> Row:
    sums: Iterable[Cell] = (Figure(f"so:{code}", amount(book.figures[code].value)) for code in codes)
    return Row(("", "Cộng", *([""] * (extra - 1)), *sums), bold=True)


def _cut(total: int, figures: int, codes: Sequence[str]) -> Iterator[Block]:
    if total > LONGEST or figures > len(codes):
        said = f"Phụ lục này in {number_words(min(total, LONGEST))}/{number_words(total)} dòng, "
        said += f"{len(codes)}/{figures} số liệu; bảng đủ nằm trong phụ lục XLSX kèm theo. Ô “–”: chưa có số liệu."
        yield Words(said, italic=True)


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
    yield from _cut(len(rows), 1, ("",))
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
        lines.append((Target(f"so:{code}", row.field.label), code, amount(row.value), said, _origin(row.field)))
    lines += [
        (
            Target(f"ct:{row['id']}", row["text"]),
            f"ct.{row['id']}",
            number_words(row["reached"]),
            row["source"],
            "sổ mẫu số",
        )
        for row in book.consolidation.targets
    ]
    aligns: tuple[Any, ...] = ("left", "left", "right", "left", "left")
    yield Table(("Số liệu", "Mã", "Giá trị", "Số báo cáo", "Nguồn"), lines, (46, 25, 22, 47, 25), aligns=aligns)


def _origin(asked: FormField) -> str:
    words = {"activities": "hoạt động đã công nhận", "tasks": "nhiệm vụ", "children": "báo cáo cấp dưới"}
    words["remarks"] = "khó khăn, kiến nghị"
    return words.get(str(asked.source.get("from", "")), "đơn vị nhập")
