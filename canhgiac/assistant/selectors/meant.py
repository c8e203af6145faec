"""Which scam form a person means, told in their own words: retrieval and recognition together, across turns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from canhgiac.engines.dialogue import Memory, Understood
from canhgiac.engines.dialogue.reading import Said, read
from canhgiac.engines.dialogue.rules import is_bare_answer
from canhgiac.engines.recognition.cues import find_cues, word_pairs
from canhgiac.engines.retrieval import NONE, Hit, Word, joined, speaks_for
from canhgiac.kit.text import fold
from canhgiac.library.selectors.recognition import NoBuildError, judge_now

from .knowledge import Knowledge

SURE, LEAD = 12.0, 1.05
"""From this score, and so far ahead of the next, a form is named as the one meant."""
PERHAPS = 9.0
"""From this score forms are told as those that it may be."""
NAMED = 8.0
"""What recognition's form adds when it is sure: it knows the words of those who write, not of those who tell."""
LEARNED = 35.0
"""What words add that were learned to speak for a form, where they are as plain as can be twice over."""
NOTHING = 0.25
"""So much more than for any form, as learned, do words speak for none where no form is named."""
PLAIN, PLAIN_HELD, PLAIN_SHARE = 20.0, 0.5, 0.3
"""From this score by its texts alone, this share of what was said, and so much as learned, words are about a trick even
where nobody knows what is asked."""
WHOLE, WHOLE_LEAD = 0.9, 1.5
"""A form whose texts hold this share of what was said, and so many times as much as the likeliest's by themselves,
comes first: from what an editor has just published nothing was learned yet."""
TELLTALES = Path(__file__).with_name("telltale.toml")
TELLTALE, MOST_WORDS = 4.0, 3
"""What the first telling word adds, and how many are counted."""
BEFORE, BEFORE_READ = 6.0, 1.0
"""What the form adds that the thread was about; where the words are read again in which it was told."""
MOST_NEAR, MOST_TURNS = 3, 4
_ONLY_WITH = {
    "F18": re.compile(
        r" (?:lay|thu|doi|hoan|rut|truy|keo|cuu)(?: \S+){0,2} (?:lai|hoi|tra|ve|ho|giup|gium)(?= ) "
        r"| (?:treo tien|luat su|thu hoi|hoan tien|ho tro nan nhan|get(?: \S+){0,3} back|recover\w*|refund) "
    ),
}
"""Forms whose words any victim uses: meant only where what makes them that trick is told too."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The form meant, empty where none is sure enough, and those that it may be, the likeliest first."""

    form: str = ""
    near: tuple[str, ...] = ()
    is_plain: bool = False
    """Whether the words tell the trick so plainly that they are about it, whatever else is unclear."""


def form_meant(understood: Understood, turns: Sequence[str], memory: Memory, knowledge: Knowledge) -> Meant:
    """The form that the last turn is about, else the one that the thread was about. No query mostly.

    ``turns``: of those before the last one, what is still known in words.
    """
    before = memory.slots.form if memory.slots.form in knowledge.forms else ""
    if before and not understood.pasted and is_bare_answer(read(turns[-1])):
        return Meant(before)  # "2", "hôm qua", "20 phút trước": an answer is about what was told before
    said = read(understood.pasted or "\n".join(turns[-MOST_TURNS:]))
    shares = speaks_for("forms", said)
    if _names_none(shares, by=0.0 if before and len(turns) == 1 else NOTHING):
        return Meant(before)  # "kiểu lừa này", "bị lừa rồi": of no trick by itself
    likely = _likely(said, shares)
    if before:
        likely[before] = likely.get(before, 0.0) + (BEFORE if len(turns) == 1 else BEFORE_READ)
    found = knowledge.find("form", _words(said), likely=likely, most=MOST_NEAR + len(_ONLY_WITH))
    hits = _by_own_words([hit for hit in found if hit.id == before or _may_be(hit.id, said)][:MOST_NEAR], likely)
    if not hits or hits[0].score < PERHAPS:
        return Meant(before)
    near = tuple(hit.id for hit in hits if hit.score >= PERHAPS)
    if hits[0].score >= SURE and _leads(hits):
        by_texts = hits[0].score - likely.get(hits[0].id, 0.0)
        is_plain = by_texts >= PLAIN and hits[0].held >= PLAIN_HELD and shares.get(hits[0].id, 0.0) >= PLAIN_SHARE
        return Meant(hits[0].id, near[1:], is_plain=is_plain)
    return Meant(before, near)


def _names_none(shares: Mapping[str, float], *, by: float) -> bool:
    """Whether the words speak for no trick in particular, by so much more than for any."""
    best = max((share for code, share in shares.items() if code != NONE), default=0.0)
    return bool(shares) and shares.get(NONE, 0.0) - best >= by


def _likely(said: Said, shares: Mapping[str, float]) -> dict[str, float]:
    """What speaks for each form beside the words that stand in its texts; ``shares`` as learned."""
    likely = {code: share * LEARNED for code, share in shares.items() if share > 0}
    for code, sure in _named(said):
        likely[code] = likely.get(code, 0.0) + sure * NAMED
    for code, weight in _told_by_words(said.line):
        likely[code] = likely.get(code, 0.0) + weight
    return likely


def _may_be(code: str, said: Said) -> bool:
    needed = _ONLY_WITH.get(code)
    return needed is None or bool(needed.search(said.line))


def _told_by_words(line: str) -> Iterator[tuple[str, float]]:
    """Forms that telling words of the line speak for, and how much: most for the first, less for each more."""
    for code, pattern in _telltales().items():
        words = {match[1] for match in pattern.finditer(line)}
        if words:
            yield code, sum(TELLTALE / (place + 1) for place in range(min(len(words), MOST_WORDS)))


@cache
def _telltales() -> Mapping[str, re.Pattern[str]]:
    told: Mapping[str, str] = tomllib.loads(TELLTALES.read_text("utf-8"))
    return {code: re.compile(rf" ({words})(?= )") for code, words in told.items()}


def _by_own_words(hits: list[Hit], likely: Mapping[str, float]) -> list[Hit]:
    """The hits with that one first whose own texts hold all that was said, if there is one."""
    by_texts = {hit.id: hit.score - likely.get(hit.id, 0.0) for hit in hits}
    best = max(hits, key=lambda hit: by_texts[hit.id], default=None)
    if best is None or best.held < WHOLE or by_texts[best.id] < WHOLE_LEAD * by_texts[hits[0].id]:
        return hits
    return [best, *(hit for hit in hits if hit is not best)]


def _leads(hits: Sequence[Hit]) -> bool:
    return len(hits) < 2 or hits[0].score >= LEAD * hits[1].score


def _named(said: Said) -> list[tuple[str, float]]:
    """What recognition takes it for; nothing before the first model."""
    try:
        model = judge_now().model
    except NoBuildError:
        return []
    tokens = said.tokens
    pairs = word_pairs(tokens.words)
    weighed = model.weigh(tokens, pairs, find_cues(tokens.words, pairs))
    return model.nearest(weighed, set())


def _words(said: Said) -> list[Word]:
    """The words read, each with its marks where it was typed with some."""
    marked = {fold(word): word for word in said.text.casefold().split()}
    return joined([Word(word, marked.get(word, word)) for word in said.words if word[0] != "<"])
