"""The radar's engine: clustering beside a library and beside comparing each with each; the burst test's promise.

Clustering: messages with a tenth of their words changed, sketched and put into clusters one at a time. Peers in the
same run: exact Jaccard against each leader; rensa's R-MinHash with its own LSH index, all compiled, which has no key,
keeps 1,024 bytes a text and tells no reason: of its speed we keep a share, enough for what a province can send.

The burst test: 210 weeks of 25 tricks in 30 communes where nothing happens (weekdays, communes of unequal size, tricks
that come, drift and go, days that scatter beyond chance) count its false alarms beside the stated budget. Then
outbreaks of two reports a day for a week in one commune are put in; a plain threshold and a Poisson CUSUM (Lucas 1985),
each tuned on the quiet weeks to as many false alarms as ours or the next fewer, have to find the same ones.
"""

from __future__ import annotations

import datetime as dt
import math
import random
import statistics
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from canhgiac.engines.similarity.burst import GUARD, WHOLE, Watch
from canhgiac.engines.similarity.leader import Item, Leaders
from canhgiac.engines.similarity.sketch import sketch

Row = tuple[str, float, str, float]
Pair = tuple[int, int]
Counts = dict[Pair, float]

_TRICKS, _TOLD = 400, 10
_SEED = 11
_COMMUNES, _SUBJECTS = 30, 25
_WARM, _WEEKS = 84, 210
_SCATTER = 0.15
_EXTRA, _LASTS, _EVERY = 2.0, 7, 10
"""Reports a day that an outbreak adds, its days, and days from one to the next."""
_OUTBREAKS = 80
_WEEKDAYS = (1.1, 1.1, 1.05, 1.0, 1.0, 0.8, 0.7)
_MONDAY = dt.date(2020, 1, 6)


# Clustering ---------------------------------------------------------------------------------------------------------


def _messages() -> list[list[str]]:
    chance = random.Random(_SEED)
    vocabulary = [f"tu{number}" for number in range(3000)]
    told = []
    for _trick in range(_TRICKS):
        words = [chance.choice(vocabulary) for _ in range(40)]
        for _ in range(_TOLD):
            changed = list(words)
            for _word in range(4):
                changed[chance.randrange(40)] = chance.choice(vocabulary)
            told.append(changed)
    chance.shuffle(told)
    return told


def _ours(messages: Sequence[list[str]]) -> int:
    leaders = Leaders()
    for words in messages:
        leaders.place(Item(sketch(words, key=b"bench")))
    return len(leaders)


def _each_with_each(messages: Sequence[list[str]]) -> int:
    leaders: list[set[tuple[str, str]]] = []
    for words in messages:
        pairs = set(pairwise(words))
        best = max((len(pairs & known) / len(pairs | known) for known in leaders), default=0.0)
        if best < 0.35:
            leaders.append(pairs)
    return len(leaders)


def _library(messages: Sequence[list[str]]) -> int:
    from rensa import RMinHash, RMinHashLSH  # type: ignore[import-untyped]

    index = RMinHashLSH(0.35, 256, 64)
    leaders: list[RMinHash] = []
    for words in messages:
        made = RMinHash(256, 1)
        made.update([f"{first} {second}" for first, second in pairwise(words)])
        if not any(made.jaccard(leaders[found]) >= 0.35 for found in index.query(made)):
            index.insert(len(leaders), made)
            leaders.append(made)
    return len(leaders)


def _taken(act: Callable[[Sequence[list[str]]], int], messages: Sequence[list[str]]) -> tuple[float, int]:
    start = time.process_time()
    clusters = act(messages)
    return time.process_time() - start, clusters


def _clustering() -> list[Row]:
    messages = _messages()
    ours, library, each = [], [], []
    clusters = 0
    for _ in range(3):
        seconds, clusters = _taken(_ours, messages)
        ours.append(seconds)
        library.append(_taken(_library, messages)[0])
        each.append(_taken(_each_with_each, messages)[0])
    half = statistics.median(_taken(_ours, messages[: len(messages) // 2])[0] for _ in range(3))
    return [
        ("observations_clustered_a_second", len(messages) / statistics.median(ours), ">=", 2_000),
        ("share_of_the_speed_of_rensa_alone", statistics.median(library) / statistics.median(ours), ">=", 0.1),
        ("times_faster_than_each_with_each", statistics.median(each) / statistics.median(ours), ">=", 3),
        ("time_of_double_over_time_of_half", statistics.median(ours) / half, "<=", 2.6),
        ("clusters_over_true_tricks", clusters / _TRICKS, "<=", 1.15),
    ]


# The burst test -----------------------------------------------------------------------------------------------------


def _poisson(chance: random.Random, mean: float) -> int:
    limit, count, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        count += 1
        product *= chance.random()
    return count


def _quiet(days: int, seed: int) -> list[Counts]:
    """Days on which nothing happens but chance, tricks drifting, going and coming."""
    chance = random.Random(seed)
    sizes = [1 / (number + 1) ** 0.7 for number in range(_COMMUNES)]
    rates = {subject: 36 / (subject * 4.0) for subject in range(1, _SUBJECTS + 1)}
    whole, made, newest = sum(sizes), [], _SUBJECTS
    for day in range(days):
        rates = {subject: rate * math.exp(chance.gauss(0, 0.01)) for subject, rate in rates.items()}
        if chance.random() < 0.12:
            newest += 1
            rates[newest] = rates.pop(chance.choice(list(rates)))
        counts: Counts = {}
        for subject, rate in rates.items():
            mean = rate * _WEEKDAYS[day % 7] * chance.gammavariate(1 / _SCATTER, _SCATTER)
            for area, size in enumerate(sizes, 1):
                if count := _poisson(chance, mean * size / whole):
                    counts[subject, area] = count
        made.append(counts)
    return made


def _with_outbreaks(days: Sequence[Counts], seed: int) -> tuple[list[Counts], list[tuple[int, Pair]]]:
    """The same days with outbreaks of tricks already seen, each in one commune; when and where each begins."""
    chance = random.Random(seed)
    made, begun = [dict(counts) for counts in days], []
    for number in range(_OUTBREAKS):
        start = _WARM + number * _EVERY
        known = sorted({subject for counts in days[start - 28 : start] for subject, _area in counts})
        pair = (chance.choice(known), chance.randrange(1, _COMMUNES + 1))
        begun.append((start, pair))
        for day in range(start, start + _LASTS):
            extra = _poisson(chance, _EXTRA)
            if extra:
                made[day][pair] = made[day].get(pair, 0) + extra
    return made, begun


Detector = Callable[[Sequence[Counts]], list[set[Pair]]]


def _watch(days: Sequence[Counts]) -> list[set[Pair]]:
    watch = Watch(dict.fromkeys(range(1, _COMMUNES + 1), 1.0), budget=1.0)
    return [
        {(alarm.subject, alarm.area) for alarm in watch.day(_MONDAY + dt.timedelta(day), counts)}
        for day, counts in enumerate(days)
    ]


def _threshold(least: float) -> Detector:
    return lambda days: [{pair for pair, count in counts.items() if count >= least} for counts in days]


def _cusum(height: float) -> Detector:
    """One Poisson CUSUM a pair, to find a rise by one a day; the usual is learned from 56 days before the last 7."""

    def alarms(days: Sequence[Counts]) -> list[set[Pair]]:
        sums: defaultdict[Pair, float] = defaultdict(float)
        levels: dict[Pair, float] = {}
        window: deque[Counts] = deque()
        found = []
        for day, counts in enumerate(days):
            hit = set()
            for pair in {*counts, *levels}:
                usual = max(sums[pair] / min(max(day - GUARD, 1), 56), 0.01)
                drift = 1 / math.log((usual + 1) / usual)
                level = max(0.0, levels.pop(pair, 0.0) + counts.get(pair, 0) - drift)
                if level >= height:
                    hit.add(pair)
                elif level > 0:
                    levels[pair] = level
            found.append(hit)
            window.append(counts)
            if len(window) > GUARD:
                for pair, count in window[-GUARD - 1].items():
                    sums[pair] += count
            if len(window) > GUARD + 56:
                for pair, count in window.popleft().items():
                    sums[pair] -= count
        return found

    return alarms


def _false_alarms_a_week(found: Sequence[set[Pair]]) -> float:
    """Alarms after the first weeks; one that goes on within seven days is the same alarm."""
    last: dict[Pair, int] = {}
    number = 0
    for day, pairs in enumerate(found):
        for pair in pairs:
            number += day >= _WARM and day - last.get(pair, -99) > 7
            last[pair] = day
    return number / ((len(found) - _WARM) / 7)


def _delays(found: Sequence[set[Pair]], begun: Iterable[tuple[int, Pair]]) -> list[float]:
    """Days from an outbreak's begin to the end of the day of its alarm; a missed one counts twice its length."""
    delays = []
    for start, (subject, area) in begun:
        days = (day for day in range(start, start + _LASTS) if found[day] & {(subject, area), (subject, WHOLE)})
        delays.append(float(next(days, start + 2 * _LASTS - 1) - start + 1))
    return delays


def _tuned(make: Callable[[float], Detector], days: Sequence[Counts], most: float, values: Iterable[float]) -> Detector:
    """The most sensitive setting with no more false alarms than ``most``; the values rise."""
    chosen = None
    for value in values:
        chosen = make(value)
        if _false_alarms_a_week(chosen(days)) <= most:
            return chosen
    assert chosen is not None
    return chosen


def _bursts() -> list[Row]:
    quiet = _quiet(_WARM + 7 * _WEEKS, _SEED)
    start = time.process_time()
    alarms = _false_alarms_a_week(_watch(quiet))
    a_day = (time.process_time() - start) / len(quiet)
    troubled, begun = _with_outbreaks(quiet[: _WARM + _OUTBREAKS * _EVERY + _LASTS], _SEED + 1)
    ours = _delays(_watch(troubled), begun)
    threshold = _tuned(_threshold, quiet, alarms, range(2, 60))
    cusum = _tuned(_cusum, quiet, alarms, (1 + step / 4 for step in range(400)))
    by_threshold, by_cusum = _delays(threshold(troubled), begun), _delays(cusum(troubled), begun)
    found = sum(delay <= _LASTS for delay in ours) / len(ours)
    return [
        ("false_alarms_a_week_of_a_budget_of_one", alarms, "<=", 1.0),
        ("share_of_outbreaks_found_in_their_week", found, ">=", 0.9),
        ("days_to_an_alarm", statistics.mean(ours), "<=", 3.5),
        ("threshold_delay_over_ours", statistics.mean(by_threshold) / statistics.mean(ours), ">=", 1.5),
        ("cusum_delay_over_ours", statistics.mean(by_cusum) / statistics.mean(ours), ">=", 1.0),
        ("seconds_a_day_of_750_pairs", a_day, "<=", 0.5),
    ]


def main() -> list[Row]:
    return [*_clustering(), *_bursts()]
