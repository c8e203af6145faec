"""What agencies wrote into the tables of a form, row by row with the agency, as a consolidated report gathers it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection

from canhgiac.reporting.models import Consolidation, FormField

_FROM = """
FROM reporting_consolidatedreport r
JOIN agencies_agency a ON a.id = r.agency_id
JOIN reporting_submission s ON s.id = r.submission_id
CROSS JOIN LATERAL jsonb_array_elements(
    CASE WHEN jsonb_typeof(s.answers -> %(code)s) = 'array' THEN s.answers -> %(code)s ELSE '[]'::jsonb END
) WITH ORDINALITY AS t(line, at)
WHERE r.consolidation_id = %(consolidation)s AND r.state = 'filed'
    AND CASE WHEN jsonb_typeof(t.line) = 'array' THEN EXISTS (
        SELECT FROM jsonb_array_elements_text(t.line) AS c(cell) WHERE btrim(coalesce(cell, '')) <> ''
    ) ELSE false END
"""
_ROWS = f"SELECT a.name, t.line {_FROM} ORDER BY a.folded, r.id, t.at LIMIT %(most)s"
_COUNT = f"SELECT count(*) {_FROM}"
_NOT_IN_A_TITLE = re.compile(r"[\\*?:/\[\]]")


def tables_of(consolidation: Consolidation) -> list[FormField]:
    """The tables that the round's form asks, in its order. One query."""
    rows = FormField.objects.filter(form_version=consolidation.round.form_version_id, kind=FormField.Kind.TABLE)
    return list(rows.order_by("position", "pk"))


def filled_count(consolidation: Consolidation, table: FormField) -> int:
    """How many rows agencies filled in; rows without a word are none. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"consolidation": consolidation.pk, "code": table.code})
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def filled_rows(consolidation: Consolidation, table: FormField, *, most: int | None = None) -> Iterator[list[Any]]:
    """The rows with the agency's name first, by agency, as each wrote them; at most ``most``. One query.

    A cell is a text, a Decimal or int, or None where nothing was given; a row is as wide as the table's columns.
    """
    facts: dict[str, Any] = {"consolidation": consolidation.pk, "code": table.code, "most": most}
    width = len(table.columns)
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, facts)
        while found := cursor.fetchmany(2000):
            for name, line in found:
                cells = json.loads(line, parse_float=Decimal) if isinstance(line, str) else line
                yield [name, *cells[:width], *([None] * (width - len(cells)))]


def column_names(table: FormField) -> list[str]:
    """The heads of the table's columns."""
    return [str(column.get("label") or column.get("code", "")) for column in table.columns]


def sheet_titles(tables: Sequence[FormField]) -> list[str]:
    """What each table's sheet of the workbook is called: its label as far as a sheet's name may hold it; no two
    alike."""
    found: list[str] = []
    for number, table in enumerate(tables, start=1):
        words = " ".join(_NOT_IN_A_TITLE.sub(" ", table.label).split())[:27].strip() or table.code[:27]
        found.append(words if words.casefold() not in {one.casefold() for one in found} else f"{words} {number}")
    return found
