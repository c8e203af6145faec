"""Local time of Viet Nam and the one place that reads the clock."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> dt.datetime:
    """The present moment, aware, in Vietnamese time."""
    return dt.datetime.now(VIETNAM)


def today() -> dt.date:
    """The present date in Viet Nam."""
    return now().date()
