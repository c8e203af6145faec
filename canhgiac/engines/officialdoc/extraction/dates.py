"""Calendar dates as Vietnamese documents write them."""

from __future__ import annotations

import re
from datetime import date

DMY_SLASH = re.compile(r"(?<![\d/.-])(?P<d>\d{1,2})\s?[/.-]\s?(?P<m>\d{1,2})\s?[/.-]\s?(?P<y>\d{4})(?![\d])")
DMY_WORDS = re.compile(r"(?<!\d)(?P<d>\d{1,2})\s{1,2}tháng\s{1,2}(?P<m>\d{1,2})\s{1,2}năm\s{1,2}(?P<y>\d{4})")


def iso(day: str, month: str, year: str) -> str | None:
    """The ISO date; None where the three are blank or no day of the calendar."""
    if not (day.isdigit() and month.isdigit() and year.isdigit() and len(year) == 4):
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def month_end(year: int, month: int) -> str | None:
    """The last day of a month as ISO date."""
    if not (1 <= month <= 12 and 1000 <= year <= 9998):
        return None
    after = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(after.toordinal() - 1).isoformat()


def quarter_end(year: int, quarter: int) -> str | None:
    """The last day of a quarter as ISO date."""
    return month_end(year, quarter * 3) if 1 <= quarter <= 4 else None
