"""The report's workbook: every figure, every agency, targets, who has not reported, sources, words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from canhgiac.kit.sheets import Sheet, Value
from canhgiac.reporting.models import ConsolidatedRecord, ConsolidatedReport, Consolidation, FigureSource, FormField

from .places import by_place
from .records import printed_names, record_columns, record_table
from .tables import column_names, filled_rows, sheet_titles, tables_of
from .traces import Book, book_of

LABEL_WIDTH, FIGURE_WIDTH = 44, 16
RECORD_WIDTHS = {
    "remark": (LABEL_WIDTH, 100, 18, 12, 18),
    "commend": (LABEL_WIDTH, 44, 80, 24, 12, 36),
    "budget": (LABEL_WIDTH, 60, 12, 26, 8, 18, 18, 18),
}


def workbook(consolidation: Consolidation, *, names: bool = True) -> Iterator[Sheet]:
    """The sheets in order; rows are streamed from the database. Names of private persons as in the document."""
    book = book_of(consolidation)
    codes = list(book.figures)
    heads = [
        f"{row.field.label} ({row.field.unit})" if row.field.unit else row.field.label for row in book.figures.values()
    ]
    verdicts = {True: _("Đạt"), False: _("Chưa đạt"), None: _("Chưa rõ")}
    wide = [FIGURE_WIDTH] * len(codes)
    yield _figures(book)
    yield Sheet(
        _("Theo đơn vị"),
        [_("Đơn vị"), _("Báo cáo"), _("Gửi lúc"), _("Muộn"), *heads],
        _agencies(consolidation, codes),
        (LABEL_WIDTH, 18, 18, 8, *wide),
    )
    yield Sheet(
        _("Theo địa bàn"),
        [
            _("Địa bàn, theo địa giới ngày %s") % f"{consolidation.area_as_of:%d/%m/%Y}",
            _("Phải gửi"),
            _("Đã gửi"),
            *heads,
        ],
        ([row.name, row.owed, row.received, *map(row.values.get, codes)] for row in by_place(consolidation, codes)),
        (LABEL_WIDTH, 10, 10, *wide),
    )
    yield Sheet(
        _("Chỉ tiêu"),
        [
            _("Chỉ tiêu"), _("Kết quả"), _("Mẫu số"), _("Chưa rõ"), _("Gửi trống"), _("Tỷ lệ (%)"), _("Mục tiêu"),
            _("Đánh giá"), _("Căn cứ"),
        ],
        ([
            row["text"], row["reached"], row["total"], row["unknown"], row["empty"],
            None if row["rate"] is None else Decimal(row["rate"]) * 100, row.get("aim_words", ""),
            verdicts[row["met"]], row["source"],
        ] for row in consolidation.targets),
        (60, 12, 12, 12, 12, 12, 16, 12, 70),
    )  # fmt: skip
    words = {"missing": _("Chưa gửi"), "returned": _("Trả lại, chưa gửi lại")}
    yield Sheet(
        _("Chưa gửi"),
        [_("Đơn vị"), _("Tình trạng"), _("Quá hạn")],
        (
            [row["name"], words[row["state"]], _("có") if row["late"] else ""]
            for row in consolidation.summary["missing"]
        ),
        (LABEL_WIDTH, 24, 10),
    )
    yield Sheet(
        _("Căn cứ"),
        [_("Đơn vị"), _("Số liệu"), _("Ngày"), _("Nội dung"), _("Số lượng")],
        _sources(consolidation, book),
        (LABEL_WIDTH, 40, 12, 70, 14),
    )
    tables = tables_of(consolidation)
    for table, title in zip(tables, sheet_titles(tables), strict=True):
        sizes = [FIGURE_WIDTH if one.get("kind") == "figure" else 40 for one in table.columns]
        heads = [_("Đơn vị"), *column_names(table)]
        yield Sheet(title, heads, filled_rows(consolidation, table), (LABEL_WIDTH, *sizes))
    yield Sheet(_("Lời của đơn vị"), [_("Đơn vị"), _("Mục"), _("Nguyên văn")], _words(consolidation), (44, 36, 100))
    printed = printed_names(consolidation) if names else {}
    titles = (_("Khó khăn, kiến nghị"), _("Khen thưởng"), _("Kinh phí"))
    for kind, title in zip(ConsolidatedRecord.Kind.values, titles, strict=True):
        heads = [column.label for column in record_columns(kind)]
        yield Sheet(title, heads, record_table(consolidation, kind, printed), RECORD_WIDTHS[kind])


def _figures(book: Book) -> Sheet:
    heads = [
        _("Mã"), _("Số liệu"), _("Đơn vị tính"), _("Giá trị"), _("Kỳ trước"), _("Báo cáo có số"), _("Chưa rõ"),
        _("Gửi trống"), _("Chưa gửi"),
    ]  # fmt: skip
    rows: list[list[Value]] = [
        [code, row.field.label, row.field.unit, row.value, row.before, row.known, row.unknown, row.empty, row.missing]
        for code, row in book.figures.items()
    ]
    return Sheet(_("Số liệu"), heads, rows, (24, 50, 14, 16, 16, 12, 12, 12, 12))


def _agencies(consolidation: Consolidation, codes: list[str]) -> Iterator[list[Value]]:
    rows = ConsolidatedReport.objects.filter(consolidation=consolidation).select_related("agency")
    for row in rows.order_by("agency__folded", "pk").iterator(chunk_size=2000):
        values: dict[str, Any] = row.values
        late = _("có") if row.is_late else ""
        yield [row.agency.name, row.get_state_display(), row.filed_at, late, *map(values.get, codes)]


def _sources(consolidation: Consolidation, book: Book) -> Iterator[list[Value]]:
    kept = FigureSource.objects.filter(
        submission__in=ConsolidatedReport.objects.filter(consolidation=consolidation).values("submission")
    )
    names = {code: row.field.label for code, row in book.figures.items()}
    rows = kept.order_by("code", "submission", "on", "pk").values_list(
        "submission__duty__agency__name", "code", "on", "label", "quantity"
    )
    for agency, code, on, label, quantity in rows.iterator(chunk_size=2000):
        yield [agency, names.get(code, code), on, label, quantity]


_SAID = """
SELECT a.name, f.label, e.value FROM reporting_consolidatedreport r
JOIN agencies_agency a ON a.id = r.agency_id JOIN reporting_submission s ON s.id = r.submission_id
CROSS JOIN LATERAL jsonb_each_text(s.answers) e
JOIN reporting_formfield f ON f.form_version_id = s.form_version_id AND f.code = e.key AND f.kind = %s
WHERE r.consolidation_id = %s AND btrim(e.value) <> '' ORDER BY f.position, a.folded, r.id
"""


def _words(consolidation: Consolidation) -> Iterator[list[Value]]:
    with connection.cursor() as cursor:
        cursor.execute(_SAID, [FormField.Kind.TEXT.value, consolidation.pk])
        while rows := cursor.fetchmany(2000):
            yield from map(list, rows)
