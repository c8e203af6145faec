"""The consolidated report as an official document: the same content for the screen, DOCX and PDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Func, IntegerField, QuerySet

from canhgiac.engines.officialdoc.writing import (
    Figure,
    Heading,
    Letterhead,
    OfficialDocument,
    Signature,
    Table,
    number_words,
    roman,
    to_pdf,
)
from canhgiac.engines.officialdoc.writing import Paragraph as Words
from canhgiac.engines.officialdoc.writing.model import Block, Cell, Inline
from canhgiac.kit.templatetags.cg import vn_percent
from canhgiac.reporting.models import (
    Consolidation,
    FormField,
    Paragraph,
)

from .annexes import annexes_of
from .paragraphs import NARRATED, Part, parts_of
from .plots import result_charts, target_chart
from .records import printed_names
from .traces import Book, book_of

TITLES = {
    FormField.Section.SITUATION: "Tình hình, công tác chỉ đạo",
    FormField.Section.RESULTS: "Kết quả thực hiện theo nhóm nhiệm vụ",
    FormField.Section.TARGETS: "Kết quả so với chỉ tiêu",
    FormField.Section.DIFFICULTIES: "Khó khăn, vướng mắc",
    FormField.Section.PROPOSALS: "Kiến nghị, đề xuất",
}
FONTS = "@expo-google-fonts/tinos"
TARGET_HEADS = ("TT", "Chỉ tiêu", "Kết quả", "Mẫu số", "Chưa rõ", "Gửi trống", "Tỷ lệ", "Mục tiêu", "Đánh giá")
NONE_SAID = "Không có nội dung được các đơn vị báo cáo."


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


def report_pdf(consolidation: Consolidation, *, names: bool = True) -> bytes:
    """The edition as PDF; ``names`` as in :func:`document_of`. Raises FileNotFoundError where the fonts are not
    installed (npm ci)."""
    return to_pdf(document_of(consolidation, names=names), fonts=Path(settings.VENDOR_ROOT) / FONTS)


def document_of(consolidation: Consolidation, *, names: bool = True) -> OfficialDocument:
    """The edition as a document, with annexes and charts. The names of private persons are printed where its
    coordinator decided so; never for a reader who does not need them (``names`` False)."""
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
        annexes=tuple(annexes_of(consolidation, book, names=printed_names(consolidation) if names else {})),
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
    """The targets as a table's rows: number, words, reached, whole, unknown, filed empty, share, aim, verdict."""
    verdicts = {True: "Đạt", False: "Chưa đạt", None: "Chưa rõ"}
    rows: list[tuple[Cell, ...]] = []
    for number, row in enumerate(book.consolidation.targets, start=1):
        reached = Figure(f"ct:{row['id']}", number_words(row["reached"]))
        counted = row.get("method", "count") == "count"
        silent = (number_words(row["unknown"]), number_words(row["empty"])) if counted else ("–", "–")
        ends = (_share(row), row.get("aim_words") or "–", verdicts[row["met"]])
        rows.append((str(number), row["text"], reached, _whole(row), *silent, *ends))
    return rows


def share_words(rate: str | None) -> str:
    """A share of 1 as "89,3 %"; "chưa rõ" where it is not known."""
    return "chưa rõ" if rate is None else vn_percent(Decimal(rate))


def _share(row: dict[str, Any]) -> str:
    tally = row.get("method") == "tally"
    return "–" if tally else share_words(row["rate"])


def _whole(row: dict[str, Any]) -> Cell:
    if row["total"] is not None:
        return number_words(row["total"])
    return "–" if row.get("method") == "tally" else "chưa rõ"


def _target_table(book: Book) -> Table:
    return Table(
        headings=TARGET_HEADS,
        rows=target_lines(book),
        widths=(10, 36, 19, 20, 15, 14, 18, 18, 15),
        caption="Kết quả so với chỉ tiêu",
        aligns=("center", "left", "right", "right", "right", "right", "right", "center", "center"),
    )
