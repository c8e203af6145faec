"""Monthly parts of the large tables: made ahead, dropped whole when their time is over."""

from __future__ import annotations

import datetime as dt
import re

from django.db import connection, transaction

from canhgiac.kit import clock

AHEAD = 2
"""Months after this one for which parts stand ready: a job that fails for weeks breaks nothing."""
KEEP_MONTHS = 13
"""Months that addresses and attempts are kept after theirs: a year for complaints and comparisons, and one to spare."""
TABLES = ("outreach_delivery", "outreach_attempt")
_NAME = re.compile(r"outreach_(?:delivery|attempt)_(\d{4})_(\d{2})")


def partitions_make(*, on: dt.date | None = None) -> None:
    """Makes the parts of the month of ``on`` (today) and of those after it, where they are missing."""
    day = on or clock.today()
    with connection.cursor() as cursor:
        for ahead in range(AHEAD + 1):
            cursor.execute("SELECT outreach_partitions(%s)", [_month(day, ahead)])


@transaction.atomic
def partitions_drop(*, on: dt.date | None = None) -> list[str]:
    """Drops the parts whose month ended more than KEEP_MONTHS ago, with all addresses in them; returns their names.

    What broadcasts added up to stays: the sums stand in their lanes and chunks.
    """
    last = _month(on or clock.today(), -KEEP_MONTHS)
    dropped = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = ANY(%s::regclass[]) ORDER BY 1",
            [list(TABLES)],
        )
        for (name,) in cursor.fetchall():
            found = _NAME.fullmatch(name)
            if found is not None and dt.date(int(found[1]), int(found[2]), 1) < last:
                cursor.execute(f'DROP TABLE "{name}"')
                dropped.append(name)
        for table, column in zip(TABLES, ("made_at", "at"), strict=True):  # what a wrong clock put aside
            cursor.execute(f"DELETE FROM {table}_default WHERE {column} < %s", [last])  # noqa: S608  # of constants
    return dropped


def _month(day: dt.date, ahead: int) -> dt.date:
    """The first day of the month so many after that of the day; before it, for a negative number."""
    at = day.year * 12 + day.month - 1 + ahead
    return dt.date(at // 12, at % 12 + 1, 1)
