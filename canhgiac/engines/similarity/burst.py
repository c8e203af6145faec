"""Which trick rises in which area more than its own past explains, within a stated budget of false alarms.

A *subject* (a cluster, a scam form) is counted by day and area. What to expect of a day is learned from its own past:

- a rate per subject and area, past days counting half as much after four weeks, pulled towards the subject's rate times
  the area's share of everything where the pair has little past of its own (empirical Bayes, gamma-Poisson; Gelman and
  others 2013, section 2.7, and DuMouchel 1999 for sparse tables);
- a pattern of weekdays, common to all; the last seven days are left out of the past so that a slow rise does not become
  its own baseline, and single high days are capped (Farrington and others 1996; Noufaily and others 2013);
- scatter beyond chance, estimated over all subjects, so that the count is negative binomial.

A day, three days and seven days together are tested in every area and in the whole. The budget is a number of false
alarms expected in a week when nothing happens (per-family error rate, Tukey 1953). It is spent over all tests of a day:
a test costs no more than its level, and no more than the chance of the least count that may alarm at all, so rare pairs
cost next to nothing (the idea of Tarone 1990). Expectations add up whatever depends on what, so the budget holds for
overlapping windows and neighbouring areas too. Counts only grow within a day and the levels are fixed by the past, so
looking every hour costs no more than looking once at midnight.

The first observation of a subject founds it and is not counted as evidence about it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

WINDOWS = ((1, 0.5), (3, 0.25), (7, 0.25))
"""Days tested together and the share of the budget each may spend."""
_PLACES = ((False, 0.75), (True, 0.25))
"""Shares of the budget: single areas, the whole."""
LEAST = 3
"""Fewer observations than this never alarm, however rare the trick."""
GUARD = 7
"""Last days that are left out of the past."""
ACTIVE = 28
"""Days after its last observation in which a subject is tested."""
_HALF_LIFE = 28.0
"""Days after which a past day counts half."""
_PRIOR_DAYS = 14.0
"""Weight of what a pair is pulled towards, in days of its own past."""
_LEAST_SCATTER, _MOST_SCATTER = 0.02, 2.0
_CAP = 4.0
"""Standard deviations above the expected at which a past day is capped."""

Pair = tuple[int, int]
"""Subject and area."""
WHOLE = 0
"""The area's number of an alarm about all areas together."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A subject rose in an area. All that a sentence about it needs."""

    subject: int
    area: int
    """``WHOLE`` for all areas together."""
    day: dt.date
    days: int
    """Length of the window that ends on ``day``."""
    count: float
    """Observations in it, by weight."""
    expected: float
    chance: float
    """Of as many or more by chance alone, of this one test."""
    by_chance_per_week: float
    """Alarms as strong as this that chance gives in a week over all tests: corrected for them, at most the budget."""

    @property
    def ratio(self) -> float:
        """How many times the expected was seen."""
        return self.count / self.expected if self.expected else math.inf


@dataclass(slots=True)
class _Subject:
    first: int
    last: int
    area: int
    """Where it was first seen: its founder stands there."""
    past: float = 0.0
    """Weighted sum of its past days, in units of the first day's weight."""
    exposure_before: float = 0.0
    """Weighted days before it was founded, in the same units."""


@dataclass(slots=True)
class _Test:
    subject: int
    area: int
    size: float
    """Of the negative binomial."""
    mean: float
    count: float


@dataclass(slots=True)
class _Past:
    """Sums over the days that are the past already, scaled so that they need no decay: see ``Watch._scale``."""

    subjects: dict[int, _Subject] = field(default_factory=dict)
    pairs: dict[Pair, float] = field(default_factory=dict)
    areas: dict[int, float] = field(default_factory=dict)
    exposure: float = 0.0
    total: float = 0.0
    subject_days: float = 0.0
    """Weighted number of days on which a subject was alive."""
    weekdays: list[float] = field(default_factory=lambda: [0.0] * 7)
    beyond: float = 0.0
    squares: float = 0.0
    """Numerator and denominator of the scatter beyond chance (moments; Cameron and Trivedi 1990)."""


class Watch:
    """Watches counts day by day. Days are given in order, each once; a day without observations is given too.

    ``areas``: those that are tested, with anything that says how large they are (people; all 1 where not known).
    ``budget``: false alarms a week that chance may give, in expectation.
    """

    def __init__(self, areas: Mapping[int, float], *, budget: float = 1.0) -> None:
        if not areas or min(areas.values()) <= 0 or budget <= 0:
            message = "areas with a size above zero and a budget above zero are needed"
            raise ValueError(message)
        whole = sum(areas.values())
        self._areas = {area: size / whole for area, size in areas.items()}
        self._budget = budget
        self._past = _Past()
        self._recent: deque[tuple[int, dict[Pair, float]]] = deque()
        self._start: dt.date | None = None
        self._at = -1

    def day(self, day: dt.date, counts: Mapping[Pair, float]) -> list[Alarm]:
        """Takes in a whole day and tells what rises on it. Raises ValueError where a day is left out or repeated."""
        at = self._index(day)
        if at != self._at + 1:
            message = f"{day} does not follow the day before"
            raise ValueError(message)
        self._take_in(at, counts)
        return self._alarms(day, at)

    def learn(self, day: dt.date, counts: Mapping[Pair, float]) -> None:
        """Takes in a whole day without testing it: for the days before the one that matters."""
        at = self._index(day)
        if at != self._at + 1:
            message = f"{day} does not follow the day before"
            raise ValueError(message)
        self._take_in(at, counts)

    @property
    def budget(self) -> float:
        """False alarms a week that chance may give, in expectation."""
        return self._budget

    def expected(self, subject: int, area: int, day: dt.date) -> float:
        """What the past says of one subject in one area (or ``WHOLE``) on a day; 0 for a subject not known."""
        known = self._past.subjects.get(subject)
        if known is None:
            return 0.0
        at = self._index(day)
        return self._test((subject, area), known, at, self._exposure(at, 1)).mean

    def _index(self, day: dt.date) -> int:
        if self._start is None:
            self._start = day
        return (day - self._start).days

    def _scale(self, at: int) -> float:
        """The weight of a day in units of the first day's: later days weigh more, and nothing has to decay."""
        return float(2 ** (at / _HALF_LIFE))

    def _take_in(self, at: int, counts: Mapping[Pair, float]) -> None:
        kept = {pair: count for pair, count in counts.items() if count > 0 and pair[1] in self._areas}
        for subject, area in kept:
            known = self._past.subjects.get(subject)
            if known is None:
                self._past.subjects[subject] = _Subject(at, at, area, exposure_before=self._past.exposure)
            else:
                known.last = at
        self._recent.append((at, kept))
        self._at = at
        if len(self._recent) > GUARD:
            self._fold(*self._recent.popleft())

    def _fold(self, at: int, counts: Mapping[Pair, float]) -> None:
        """A day older than the guard becomes past."""
        past, weight = self._past, self._scale(at)
        factor = self._weekday(at)
        by_subject: dict[int, float] = {}
        for (subject, area), count in counts.items():
            known = past.subjects[subject]
            seen = _without_founder(known, at, area, count)
            test = self._test((subject, area), known, at, factor)
            capped = min(seen, _cap(test))
            past.pairs[subject, area] = past.pairs.get((subject, area), 0.0) + capped * weight
            past.areas[area] = past.areas.get(area, 0.0) + capped * weight
            by_subject[subject] = by_subject.get(subject, 0.0) + seen
        day_total = 0.0
        for subject, known in past.subjects.items():
            if not known.first <= at <= known.last + ACTIVE:
                continue
            test = self._test((subject, WHOLE), known, at, factor)
            seen = min(by_subject.get(subject, 0.0), _cap(test))
            known.past += seen * weight
            day_total += seen
            past.subject_days += weight
            if known.first < at - ACTIVE:
                past.beyond += ((seen - test.mean) ** 2 - test.mean) * weight
                past.squares += test.mean**2 * weight
        past.exposure += factor * weight
        past.total += day_total * weight
        past.weekdays[at % 7] += day_total * weight
        if at % ACTIVE == 0:
            self._forget(at)

    def _forget(self, at: int) -> None:
        """Subjects unseen for four times the active days are forgotten, and pairs that weigh next to nothing."""
        past = self._past
        gone = {number for number, known in past.subjects.items() if known.last < at - 4 * ACTIVE}
        least = 0.01 * self._scale(at)
        past.pairs = {pair: kept for pair, kept in past.pairs.items() if pair[0] not in gone and kept >= least}
        for number in gone:
            del past.subjects[number]

    def _weekday(self, at: int) -> float:
        """How much of an average day this weekday sees; 1 until four weeks are known."""
        days = self._past.weekdays
        whole = sum(days)
        if at < 4 * 7 or not whole:
            return 1.0
        share = 0.2 * whole / 7
        return 7 * (days[at % 7] + share) / (whole + 7 * share)

    def _exposure(self, at: int, days: int) -> float:
        return sum(self._weekday(one) for one in range(at - days + 1, at + 1))

    def _scatter(self) -> float:
        past = self._past
        if past.squares <= 0:
            return _LEAST_SCATTER
        return min(max(past.beyond / past.squares, _LEAST_SCATTER), _MOST_SCATTER)

    def _test(self, pair: Pair, known: _Subject, at: int, exposure: float, count: float = 0.0) -> _Test:
        """What the past expects of a window with this exposure, as a negative binomial."""
        subject, area = pair
        past, scale = self._past, self._scale(self._at if self._at >= 0 else at)
        typical = (past.total + 0.1 * scale) / (past.subject_days + scale)
        alive = max(past.exposure - known.exposure_before, 0.0) / scale
        shape, days = 0.5 + known.past / scale, 0.5 / typical + alive
        if area != WHOLE:
            mine = past.areas.get(area, 0.0)
            share = (mine + 2 * scale * self._areas[area]) / (past.total + 2 * scale)
            shape, days = (
                shape / days * share * _PRIOR_DAYS + past.pairs.get((subject, area), 0.0) / scale,
                _PRIOR_DAYS + alive,
            )
        size = 1 / (1 / shape + self._scatter())
        return _Test(subject, area, size, shape / days * exposure, count)

    def _alarms(self, day: dt.date, at: int) -> list[Alarm]:
        found: dict[Pair, Alarm] = {}
        for days, window_share in WINDOWS:
            exposure = self._exposure(at, days)
            counts = self._counts(at, days)
            for is_whole, place_share in _PLACES:
                tests = list(self._tests(at, exposure, counts, is_whole=is_whole))
                spend = self._budget / 7 * window_share * place_share
                for alarm in _over(tests, spend, day, days, self._budget):
                    kept = found.get((alarm.subject, alarm.area))
                    if kept is None or alarm.by_chance_per_week < kept.by_chance_per_week:
                        found[alarm.subject, alarm.area] = alarm
        return sorted(_told_once(found), key=lambda one: one.by_chance_per_week)

    def _counts(self, at: int, days: int) -> dict[Pair, float]:
        """What was seen in the window without the founders, also of all areas together."""
        counts: dict[Pair, float] = {}
        for one, seen in self._recent:
            if one > at - days:
                for (subject, area), count in seen.items():
                    known = self._past.subjects[subject]
                    without = _without_founder(known, one, area, count)
                    counts[subject, area] = counts.get((subject, area), 0.0) + without
                    counts[subject, WHOLE] = counts.get((subject, WHOLE), 0.0) + without
        return counts

    def _tests(self, at: int, exposure: float, counts: Mapping[Pair, float], *, is_whole: bool) -> Iterator[_Test]:
        areas: Iterable[int] = (WHOLE,) if is_whole else self._areas
        for subject, known in self._past.subjects.items():
            if known.last >= at - ACTIVE:
                for area in areas:
                    yield self._test((subject, area), known, at, exposure, counts.get((subject, area), 0.0))


def _over(tests: list[_Test], spend: float, day: dt.date, days: int, budget: float) -> Iterator[Alarm]:
    """The tests whose chance is within the level that spends no more than ``spend``."""
    if not any(test.count >= LEAST for test in tests):
        return
    tails = sorted(tail(LEAST, test.size, test.mean) for test in tests)
    level = level_for(tails, spend)
    for test in tests:
        if test.count < LEAST:
            continue
        chance = tail(math.ceil(test.count - 1e-9), test.size, test.mean)
        if chance <= level:
            spent = sum(min(one, chance) for one in tails)
            yield Alarm(
                test.subject, test.area, day, days, test.count, test.mean, chance, min(spent / spend, 1.0) * budget
            )


def _told_once(found: Mapping[Pair, Alarm]) -> Iterator[Alarm]:
    """All areas together are told apart only where no single area explains at least half of what is too much."""
    for (subject, area), alarm in found.items():
        if area == WHOLE:
            excess = (alarm.count - alarm.expected) / 2
            if any(
                one.subject == subject and one.area != WHOLE and one.count - one.expected >= excess
                for one in found.values()
            ):
                continue
        yield alarm


def level_for(tails: list[float], spend: float) -> float:
    """The level at which tests cost ``spend`` in all; a test costs the level or its tail, whichever is less.

    ``tails`` in rising order: each test's chance of the least count that may alarm at all.
    """
    left, free = spend, len(tails)
    for one in tails:
        if one * free > left:
            return left / free
        left -= one
        free -= 1
    return 1.0


def tail(count: int, size: float, mean: float) -> float:
    """Chance of ``count`` or more of a negative binomial with this mean and size (variance mean + mean²/size)."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    share = mean / (size + mean)
    below: float = 1.0 - share
    if count <= LEAST and mean > 1e-4:
        term = math.pow(below, size)
        rest = 1.0 - term
        for one in range(1, count):
            term *= share * (size + one - 1) / one
            rest -= term
        if rest > 1e-9:
            return rest
    term = math.exp(
        math.lgamma(size + count)
        - math.lgamma(size)
        - math.lgamma(count + 1)
        + size * math.log(below)
        + count * math.log(share)
    )
    whole, one = 0.0, count
    while term > whole * 1e-12 and one < count + 10_000:
        whole += term
        term *= share * (size + one) / (one + 1)
        one += 1
    return min(whole, 1.0)


def _without_founder(known: _Subject, at: int, area: int, count: float) -> float:
    """What a day and area count without the observation that founded the subject; weights may be below one."""
    return max(count - 1, 0.0) if (known.first, known.area) == (at, area) else count


def _cap(test: _Test) -> float:
    return max(LEAST, math.ceil(test.mean + _CAP * math.sqrt(test.mean + test.mean**2 / test.size)))


def reliability(confirmed: int, refuted: int) -> float:
    """How much a collaborator's signal weighs, 0 to 1: the mean of Beta(confirmed + 3, refuted + 1).

    A newcomer weighs 0.75. How many signals somebody sends changes nothing, only what they turned out to be.
    """
    return (confirmed + 3) / (confirmed + refuted + 4)
