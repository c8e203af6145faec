"""A round as one wide table: one row a report, one column a field, as fast as PostgreSQL writes it.

The database lays each report's answers out into columns (``jsonb_to_record``) and writes the CSV itself (COPY), so
Python only passes pieces on and memory does not grow. Asking for each answer by its key (``->>``) would unpack the
whole document once a column: 26 times slower at 510 columns.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from canhgiac.agencies.models import Agency, Member
from canhgiac.kit.sheets import Sheet, xlsx
from canhgiac.kit.templatetags.cg import vn_number
from canhgiac.reporting.models import FormField, ReportRound, Submission

from .duties import duties_for
from .submissions import COUNTED, fields_of

MAX_FIELDS = 1500
"""A row of PostgreSQL holds 1,600 columns; some are ours."""
XLSX_CELLS = 1_000_000
"""About half a minute of writing; more goes out as CSV, which has no limit."""
PIECE = 256 * 1024
NAME_BYTES = 63
"""PostgreSQL cuts longer names of columns off."""
FACTS = 8
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class WideTable:
    """What is asked for: the fields as columns, the reports as rows of a query."""

    round: ReportRound
    fields: list[FormField]
    source: sql.Composable
    """FROM … WHERE … ORDER BY, with placeholders for ``params``."""
    params: tuple[Any, ...]

    @property
    def headings(self) -> list[str]:
        """The head: eight facts about the report, then each field with its unit."""
        facts = [
            _("Đơn vị"), _("Loại"), _("Gửi tới"), _("Trạng thái"), _("Lần"), _("Gửi lúc"), _("Đúng hạn"), _("Trống"),
        ]  # fmt: skip
        labels = [f"{field.label} ({field.unit})" if field.unit else field.label for field in self.fields]
        often = Counter(labels)
        return facts + [
            f"{label} [{field.code}]" if often[label] > 1 else label
            for field, label in zip(self.fields, labels, strict=True)
        ]


class TooWide(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """The form has more fields than a table can have columns."""


def wide_table(of: ReportRound, member: Member) -> WideTable:
    """The round's filed and accepted reports that the member may read, in the order of the agencies' names.

    Files are left out. An unknown figure is an empty cell, not zero. Raises TooWide. No query of the answers yet.
    """
    fields = [field for field in fields_of(of.form_version_id or 0) if field.kind != FormField.Kind.FILE]
    if len(fields) > MAX_FIELDS or any(len(field.code.encode()) > NAME_BYTES for field in fields):
        raise TooWide(_("Mẫu quá rộng để xuất thành một bảng: nhiều nhất %(n)s mục.") % {"n": vn_number(MAX_FIELDS)})
    duties = duties_for(member).filter(round=of).values("pk").order_by()
    try:
        inside, params = duties.query.sql_with_params()
    except EmptyResultSet:  # the member reads nothing here
        inside, params = "SELECT NULL::bigint WHERE false", ()
    source = sql.SQL(
        " FROM {submission} s JOIN {duty} d ON d.id = s.duty_id JOIN {agency} a ON a.id = d.agency_id"
        " JOIN {agency} t ON t.id = d.reports_to_id {record}"
        " WHERE s.state = ANY(%s) AND d.round_id = %s AND d.id IN ({inside}) ORDER BY a.folded, s.id"
    ).format(
        submission=sql.Identifier(Submission._meta.db_table),
        duty=sql.Identifier("reporting_reportduty"),
        agency=sql.Identifier(Agency._meta.db_table),
        record=_record(fields),
        inside=sql.SQL(inside),
    )
    return WideTable(of, fields, source, ([*COUNTED], of.pk, *params))


def _record(fields: list[FormField]) -> sql.Composable:
    if not fields:
        return sql.SQL("")
    columns = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(field.code)) for field in fields)
    return sql.SQL(", jsonb_to_record(s.answers) AS r({columns})").format(columns=columns)


def _facts(*, safe: bool) -> list[sql.Composable]:
    """The columns about the report itself; ``safe`` keeps names from being run as formulas."""
    kinds = _words("a.kind", dict(Agency.Kind.choices))
    states = _words("s.state", dict(Submission.State.choices))
    yes = {"true": _("có"), "false": _("không")}
    moment = "to_char(s.filed_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'DD/MM/YYYY HH24:MI')"
    return [
        _text(sql.SQL("a.name")) if safe else sql.SQL("a.name"),
        kinds,
        _text(sql.SQL("t.name")) if safe else sql.SQL("t.name"),
        states,
        sql.SQL("s.number"),
        sql.SQL(moment),
        _words("s.on_time::text", yes),
        _words("s.is_empty::text", {"true": _("có")}),
    ]


def _words(column: str, words: dict[str, Any]) -> sql.Composable:
    cases = sql.SQL(" ").join(
        sql.SQL("WHEN {} THEN {}").format(sql.Literal(key), sql.Literal(str(word))) for key, word in words.items()
    )
    return sql.SQL("CASE {column} {cases} END").format(column=sql.SQL(column), cases=cases)


def _text(column: sql.Composable, signs: tuple[str, ...] = _FORMULA) -> sql.Composable:
    """The text with an apostrophe before what a spreadsheet would run (OWASP, CSV injection)."""
    starts = sql.SQL(", ").join(sql.Literal(sign) for sign in signs)
    return sql.SQL("CASE WHEN left({column}, 1) IN ({starts}) THEN '''' || {column} ELSE {column} END").format(
        column=column, starts=starts
    )


def wide_csv(table: WideTable) -> Iterator[bytes]:
    """The table as CSV in pieces, with a byte order mark for Excel."""
    head = io.StringIO()
    csv.writer(head).writerow(f"'{text}" if text[:1] in _FORMULA else text for text in table.headings)
    yield b"\xef\xbb\xbf" + head.getvalue().encode()
    columns = _facts(safe=True)
    for field in table.fields:
        name = sql.SQL("r.{}").format(sql.Identifier(field.code))
        # A figure may be negative; anything else that starts with a minus is a text.
        signs = tuple(sign for sign in _FORMULA if sign != "-") if field.kind == FormField.Kind.FIGURE else _FORMULA
        columns.append(_text(name, signs))
    query = sql.SQL("COPY (SELECT {columns} {source}) TO STDOUT (FORMAT csv)").format(
        columns=sql.SQL(", ").join(columns), source=table.source
    )
    with connection.cursor() as cursor, cursor.copy(query.as_string(cursor.connection), table.params) as copy:
        pieces: list[bytes] = []
        size = 0
        for piece in copy:  # one row each
            pieces.append(bytes(piece))
            size += len(piece)
            if size >= PIECE:
                yield b"".join(pieces)
                pieces, size = [], 0
        yield b"".join(pieces)


def rows_count(table: WideTable) -> int:
    """How many reports the table holds. One query."""
    with connection.cursor() as cursor:
        query = sql.SQL("SELECT count(*) FROM (SELECT 1 {source}) rows").format(source=table.source)
        cursor.execute(query.as_string(cursor.connection), table.params)
        return int(cursor.fetchone()[0])


def xlsx_refusal(table: WideTable) -> str:
    """Why the table is too large for a workbook, in Vietnamese; "" when it is not."""
    rows, width = rows_count(table), len(table.fields) + FACTS
    if rows * width <= XLSX_CELLS:
        return ""
    return _(
        "Bảng có %(rows)s báo cáo × %(width)s cột, quá lớn cho XLSX (nhiều nhất %(limit)s ô). Hãy tải CSV; Excel mở"
        " được CSV này."
    ) % {"rows": vn_number(rows), "width": vn_number(width), "limit": vn_number(XLSX_CELLS)}


def wide_xlsx(table: WideTable) -> Iterator[bytes]:
    """The table as a workbook; figures are numbers. For at most XLSX_CELLS cells."""
    return xlsx([Sheet(table.round.title, table.headings, _rows(table), (40, 18, 30, 12))])


def _rows(table: WideTable) -> Iterator[tuple[Any, ...]]:
    columns = _facts(safe=False)
    for field in table.fields:
        cast = "::numeric" if field.kind == FormField.Kind.FIGURE else ""
        columns.append(sql.SQL("r.{}" + cast).format(sql.Identifier(field.code)))
    query = sql.SQL("SELECT {columns} {source}").format(columns=sql.SQL(", ").join(columns), source=table.source)
    with connection.chunked_cursor() as cursor:
        cursor.execute(query.as_string(connection.connection), table.params)
        while found := cursor.fetchmany(2000):
            yield from found
