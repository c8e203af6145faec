"""What an answer means for the delivery, its chunk and its provider. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from canhgiac.channels.columns import Answers
from canhgiac.channels.contract import Outcome, Result

MOST_TRIES = 6
LATER_WAITS = (30, 120, 600, 3600, 14_400)
"""Seconds before the 2nd, 3rd … try after a fault of the moment: five hours and a half in all."""
SLOW_FIRST, SLOW_LONGEST = 5, 600
"""Seconds after "too fast": doubled with each try. The line slows down by itself as well."""
AWAY = re.compile(
    r"content:held|smpp:(link|closed)|smtp:(connect|closed|tls|timeout|auth|421.*)|zalo:token.*"
    r"|http:(closed|held|ConnectError|ConnectTimeout|PoolTimeout|ProxyError)"
)
"""Codes that come with LATER or SLOW while the provider cannot be reached: nothing left, so nobody's try is spent."""
REFUSED_US = re.compile(r"smpp:0x000000(0d|0e|0f|53)|smtp:(auth|53[0458].*)|zalo:token-?\d+|facebook:190.*")
"""Codes by which a provider refuses our log-in: whoever goes on knocking gets locked out."""
CONTENT = "content"
"""The person's own values do not fit the message."""
HELD_BACK = "content:held"
"""The channel cannot carry the words of this lane to anybody: the broadcast is paused."""
LOST = "sender-lost"
"""The sender died while it held the message."""
STOPPED, RESTING = "stopped", "resting"
"""Why somebody on the list got nothing: refused, or asked to be forgotten; takes a rest."""
IN_ROW = 50
"""So many answers alike, none of them a taken one, are no chance: our set-up is refused (a barred brandname)."""


def is_away(result: Result) -> bool:
    """Whether nothing left because there is no working link to the provider."""
    waits = result.outcome in {Outcome.LATER, Outcome.SLOW}
    return waits and bool(AWAY.fullmatch(result.code) or REFUSED_US.fullmatch(result.code))


def wait_seconds(outcome: Outcome, tries: int) -> int:
    """Seconds before the next try, after so many (1 for the first)."""
    if outcome is Outcome.SLOW:
        return min(SLOW_FIRST << (tries - 1), SLOW_LONGEST)
    return LATER_WAITS[min(tries, len(LATER_WAITS)) - 1]


@dataclass(frozen=True, slots=True)
class Person:
    """A delivery as the sender holds it between claim and close."""

    key: int
    to: str = field(repr=False)
    fields: tuple[str, ...] = field(repr=False)
    digest: bytes = field(repr=False)
    area_id: int | None = None


@dataclass(slots=True)
class Held:
    """A chunk in our hands: claimed, committed as WIRE."""

    id: int
    lane_id: int
    tries: int
    size: int
    priority: int
    resends: bool
    people: list[Person] = field(default_factory=list)
    spared: list[tuple[Person, str]] = field(default_factory=list)
    """Whose owner wants nothing now, since the list was written, and why: STOPPED or RESTING."""
    arrived: int = 0
    """Settled as taken by a receipt while they waited for a second try."""
    results: Sequence[Result] = field(default_factory=list)


@dataclass(slots=True)
class Again:
    """Deliveries that go into a new chunk."""

    tries: int
    seconds: float
    ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Verdict:
    """What is written down of a chunk."""

    taken: int = 0
    refused: int = 0
    again: int = 0
    unsure: int = 0
    skipped: int = 0
    took: list[Person] = field(default_factory=list)
    refs: list[str] = field(default_factory=list)
    """Whose message was taken, and the provider's numbers of these."""
    attempts: list[tuple[Person, Outcome, bool, Result]] = field(default_factory=list)
    """Of all others to whom it was tried: person, outcome, is_last, result."""
    chunks: list[Again] = field(default_factory=list)

    @property
    def is_untouched(self) -> bool:
        """Whether nothing of the chunk left: it waits again as it was."""
        return bool(self.again) and not (self.taken or self.skipped or self.attempts)


def judge(held: Held, *, rest: float, spares_away: bool = True) -> Verdict:
    """The books of one chunk. ``rest`` is how many seconds a provider that is away is left alone.

    ``spares_away``: where it cannot be reached nobody's try is spent, and no attempt is written.
    """
    verdict = Verdict(taken=held.arrived, skipped=len(held.spared))
    verdict.took, verdict.refs, others = _parted(held)
    verdict.taken += len(verdict.took)
    tries = held.tries + 1
    waits: dict[tuple[Outcome, bool], Again] = {}
    for person, result in others:
        outcome, is_last, away = result.outcome, True, spares_away and is_away(result)
        if outcome is Outcome.TAKEN:
            verdict.taken += 1
        elif outcome is Outcome.UNSURE:
            verdict.unsure += 1
            is_last = not held.resends or tries >= MOST_TRIES
        elif outcome is Outcome.REFUSED or (tries >= MOST_TRIES and not away):
            verdict.refused += 1
        else:
            verdict.again += 1
            is_last = False
            if (outcome, away) not in waits:
                waits[outcome, away] = Again(held.tries, rest) if away else Again(tries, wait_seconds(outcome, tries))
            waits[outcome, away].ids.append(person.key)
            if away:
                continue
        verdict.attempts.append((person, outcome, is_last, result))
    verdict.chunks = list(waits.values())
    return verdict


def _parted(held: Held) -> tuple[list[Person], list[str], list[tuple[Person, Result]]]:
    """Whose message was taken with nothing more to say, the provider's numbers of these; all others and their answers.

    Whoever has no answer is unsure.
    """
    if isinstance(held.results, Answers) and len(held.results) == len(held.people):
        if not held.results.others:
            return held.people, held.results.parted()[0].refs, []
        answers = list(zip(held.people, held.results, strict=True))
    else:
        by_key = {result.key: result for result in held.results}
        answers = [
            (person, by_key.get(person.key) or Result(person.key, Outcome.UNSURE, code="line:no-answer"))
            for person in held.people
        ]
    plain = [(person, one.ref) for person, one in answers if one.outcome is Outcome.TAKEN and not one.code]
    others = [(person, one) for person, one in answers if one.outcome is not Outcome.TAKEN or one.code]
    return [person for person, _ in plain], [ref for _, ref in plain], others


class Trouble:
    """Watches a provider's answers for a fault of our set-up, and says how long to leave it alone."""

    def __init__(self) -> None:
        self.code, self._row = "", 0
        self.away = ""
        """Our code of why it cannot be reached; empty when the last answers came from it."""
        self.rest = 0.0
        """Seconds to wait before the next claim: doubled while it is away or asks us to slow down."""

    def hear(self, results: Sequence[Result]) -> str:
        """Takes in answers; returns the code for which the provider must be paused, or nothing."""
        if isinstance(results, Answers) and results and not results.others:
            self._row, self.rest, self.away = 0, 0.0, ""
            return ""
        away = slow = False
        for result in results:
            if result.outcome in {Outcome.LATER, Outcome.SLOW} and REFUSED_US.fullmatch(result.code):
                return result.code
            if is_away(result):
                away = True
            elif result.outcome is Outcome.LATER:
                self._row = self._row + 1 if result.code == self.code else 1
                self.code = result.code
            else:
                self._row = 0
                slow = slow or result.outcome is Outcome.SLOW
        if away or slow:
            self.rest = min(max(1.0, self.rest * 2), 60.0 if away else 15.0)
        elif results:
            self.rest = 0.0
        self._look_away(results)
        return self.code if self._row >= IN_ROW else ""

    def _look_away(self, results: Sequence[Result]) -> None:
        """One answer of its own shows that it is there; of a message without an answer nobody knows."""
        said = [result for result in results if result.outcome is not Outcome.UNSURE and result.code != HELD_BACK]
        if said:
            away = all(map(is_away, said))
            self.away = said[-1].code if away else ""
