"""The time as the people of the simulated province read it, whatever the zone of the machine."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def stamp() -> str:
    """This moment, to the millisecond, with its zone."""
    return dt.datetime.now(VIETNAM).isoformat(timespec="milliseconds")


def seconds(stamped: str) -> float:
    """Seconds since 1970 of what ``stamp`` gave."""
    return dt.datetime.fromisoformat(stamped).timestamp()


def clock(at: float) -> str:
    """Hours, minutes and seconds of a moment in seconds since 1970; of another day with the day before."""
    moment = dt.datetime.fromtimestamp(at, VIETNAM)
    today = dt.datetime.now(VIETNAM).date()
    return f"{moment:%H:%M:%S}" if moment.date() == today else f"{moment:%d/%m %H:%M}"
