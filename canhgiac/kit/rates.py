"""Honest rates: what is reached of a known whole, an interval for a sample, and the pace towards a goal.

Pure arithmetic on whole things. A rate above 100 % cannot be built, a share of an unknown whole is unknown, and
rounding never turns "nearly" into "all" or "met".
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import NormalDist, median

STEP = Decimal("0.001")
"""A share is shown to a tenth of a percent."""
LEAST_POINTS = 3
"""Fewer points make no forecast."""
RECENT = dt.timedelta(days=90)
"""How far back the pace looks from the last point."""
MOST_POINTS = 60
"""The pace compares every pair of points: so many at most, the latest ones."""
HORIZON_DAYS = 3650
"""A date further away than ten years is not given as a date."""


class ImpossibleRate(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """More was counted than there is."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Whole things: ``reached`` of ``total``; ``unknown`` and ``empty`` are things nothing is known of.

    ``unsized`` counts the strata whose size the source does not know: with one of them the whole is unknown, and so
    is the share. Raises ImpossibleRate for a part below zero or parts that exceed the whole.
    """

    reached: int
    total: int
    unknown: int = 0
    empty: int = 0
    unsized: int = 0

    def __post_init__(self) -> None:
        if min(self.reached, self.total, self.unknown, self.empty, self.unsized) < 0:
            raise ImpossibleRate("a number below zero")
        if self.reached + self.unknown + self.empty > self.total:
            raise ImpossibleRate(f"{self.reached} + {self.unknown} + {self.empty} of {self.total}")

    @property
    def missing(self) -> int:
        """Things known not to be reached."""
        return self.total - self.reached - self.unknown - self.empty

    @property
    def share(self) -> Fraction | None:
        """Reached over the whole, exact, 0 to 1; None where the whole is unknown or empty."""
        return None if self.unsized or not self.total else Fraction(self.reached, self.total)

    @property
    def best(self) -> Fraction | None:
        """The share if everything unknown or empty turned out to be reached."""
        return None if self.unsized or not self.total else Fraction(self.total - self.missing, self.total)

    def met(self, aim: Fraction, comparator: str = "=") -> bool | None:
        """Whether the aim (0 to 1) is met; None while what is unknown could still decide it.

        A plan's "đạt 100 %" ("=") asks for at least that share.
        """
        if self.share is None or self.best is None:
            return None
        low, high = compare(self.share, aim, comparator), compare(self.best, aim, comparator)
        return low if low == high else None

    def shown(self, aim: Fraction | None = None, comparator: str = "=") -> Decimal | None:
        """The share to a tenth of a percent, as ``shown_share``."""
        return None if self.share is None else shown_share(self.share, aim, comparator)


def compare(value: Fraction, aim: Fraction, comparator: str) -> bool:
    """``value`` held against the aim: "=" and ">=" ask for at least it, ">" for more, "<=" and "<" for no more, less.

    Raises ValueError for another comparator.
    """
    if comparator in ("=", ">="):
        return value >= aim
    if comparator == ">":
        return value > aim
    if comparator == "<=":
        return value <= aim
    if comparator == "<":
        return value < aim
    raise ValueError(f"no comparator {comparator!r}")


def shown_share(share: Fraction, aim: Fraction | None = None, comparator: str = "=") -> Decimal:
    """The share (0 to 1) rounded half up to a tenth of a percent, unless that would say what is not so.

    Only all is 100 %, only nothing is 0 %, and a share that misses the aim is never shown as one that meets it: it is
    then rounded away from what it is not.
    """
    exact = Decimal(share.numerator) / Decimal(share.denominator)
    down, up = exact.quantize(STEP, ROUND_FLOOR), exact.quantize(STEP, ROUND_CEILING)
    if share and not down:
        return up if up < 1 or share == 1 else exact
    if up >= 1 and share < 1:
        return down
    if aim is not None and not compare(share, aim, comparator):
        rounded = exact.quantize(STEP, ROUND_HALF_UP)
        if compare(Fraction(rounded), aim, comparator):
            return down if comparator in ("=", ">=", ">") else up
        return rounded
    return exact.quantize(STEP, ROUND_HALF_UP)


def wilson(positive: int, sample: int, confidence: float = 0.95) -> tuple[float, float]:
    """The interval of the true share behind ``positive`` of ``sample``, both ends 0 to 1.

    Wilson's score interval (E. B. Wilson, JASA 1927), which stays inside 0 to 1 and holds for small samples.
    Raises ImpossibleRate for an empty sample or more positives than answers.
    """
    if sample <= 0 or not 0 <= positive <= sample:
        raise ImpossibleRate(f"{positive} of {sample}")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, z2 = positive / sample, z * z
    middle = (share + z2 / (2 * sample)) / (1 + z2 / sample)
    half = z / (1 + z2 / sample) * math.sqrt(share * (1 - share) / sample + z2 / (4 * sample * sample))
    low = 0.0 if positive == 0 else max(0.0, min(share, middle - half))
    high = 1.0 if positive == sample else min(1.0, max(share, middle + half))
    return low, high


def wilson_met(interval: tuple[float, float], aim: Fraction, comparator: str = "=") -> bool | None:
    """Met only when the whole interval meets the aim; missed when none of it does; else None, the sample cannot tell.

    Thus an aim of 100 % is never met by a sample: its lower end is below 1.
    """
    ends = {compare(Fraction(end), aim, comparator) for end in interval}
    return ends.pop() if len(ends) == 1 else None


@dataclass(frozen=True, slots=True)
class Point:
    """How many things were reached at the end of a day."""

    on: dt.date
    reached: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where the present pace leads."""

    state: str
    """ "few": under LEAST_POINTS points; "done"; "in_time"; "late"; "dated": no due date; "never": no pace to speak of,
    or more than ten years away."""
    on: dt.date | None = None
    """The day the goal is reached at this pace; None where there is none."""
    pace: float = 0.0
    """Things a day over the recent points."""
    needed: float | None = None
    """Things a day needed from the last point to the due date; None without one, or once it has passed."""


def forecast(points: Sequence[Point], goal: int, due: dt.date | None) -> Forecast:
    """Carries the recent pace on to the goal (in things).

    The pace is the median of the slopes between every two points of the 90 days before the last one (Theil and Sen),
    so that one day of catching up, or one mistake put right, does not bend it.
    """
    recent = sorted(points, key=lambda point: point.on)
    recent = [point for point in recent if recent[-1].on - point.on <= RECENT][-MOST_POINTS:]
    if len({point.on for point in recent}) < LEAST_POINTS:
        return Forecast("done" if recent and recent[-1].reached >= goal else "few")
    last = recent[-1]
    left = goal - last.reached
    pace = median(
        (later.reached - earlier.reached) / (later.on - earlier.on).days
        for index, earlier in enumerate(recent)
        for later in recent[index + 1 :]
        if later.on > earlier.on
    )
    if left <= 0:
        return Forecast("done", last.on, pace, None)
    days = (due - last.on).days if due else 0
    needed = left / days if due and days > 0 else None
    if pace <= 0 or left / pace > HORIZON_DAYS:
        return Forecast("never", None, pace, needed)
    on = last.on + dt.timedelta(days=math.ceil(left / pace))
    if due is None:
        return Forecast("dated", on, pace, None)
    return Forecast("in_time" if on <= due else "late", on, pace, needed)
