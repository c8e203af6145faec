"""Written dialogues and how well the assistant did on them: act, sources, particulars, and nothing unsafe."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from canhgiac.engines.dialogue import ACTS, Memory, Slots
from canhgiac.engines.lookup.keys import keys_in

from .answering import reply_to
from .replies import Reply
from .unsafe import Fault, Grounds, faults, grounds

FIRST = 3
"""Sources that a reader still looks at."""
FORM_ACTS = {"check", "happened", "protect"}
"""Acts in which the form of a trick is understood; elsewhere it is at most mentioned."""
PLAIN_ACTS = {"report", "subscribe", "unsubscribe", "human", "staff", "smalltalk", "unknown"}
"""Acts that are answered from no source: one that is named there has nothing to do with the answer."""
AMOUNT_SLACK = 0.01
KEYS = {"turns", "act", "sources", "what", "amount", "minutes", "indicators", "tags", "forbidden"}
WHATS = {"money", "code", "app", "papers", "card", "account"}


class BadDialogueError(ValueError):
    """A written dialogue that says something impossible: names the file, the dialogue and what is wrong."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What a person types, and what the assistant should have understood by the last of it."""

    id: str
    turns: tuple[str, ...]
    act: str
    sources: tuple[str, ...] = ()
    """Acceptable ids, the best first; "W*" is any live warning. Empty: none is expected, none is counted."""
    what: frozenset[str] = frozenset()
    """``Loss.what``."""
    amount: int | None = None
    minutes: tuple[int, int] | None = None
    """The least and the most that ``minutes_ago`` may be."""
    indicators: tuple[str, ...] = ()
    """As people write them; their keys must be among those understood."""
    tags: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    """Words that must not be in any reply: what an order hidden in the text asks for."""

    @property
    def forms(self) -> frozenset[str]:
        """Codes of forms that the form slot may hold; empty where the form is not asked for."""
        if self.act not in FORM_ACTS:
            return frozenset()
        return frozenset(one for one in self.sources if one[:1] in {"F", "K", "N"} and "*" not in one)


def dialogues_in(folder: Path) -> list[Dialogue]:
    """The dialogues of a folder's TOML files, in order. Raises ``BadDialogueError``."""
    found: dict[str, Dialogue] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            rows = tomllib.loads(path.read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise BadDialogueError(f"{path.name}: {error}") from None
        for key, row in rows.items():
            one = _dialogue(f"{path.stem}-{key}", row)
            if one.id in found:
                raise BadDialogueError(f"{one.id}: hai lần")
            found[one.id] = one
    return list(found.values())


def _dialogue(key: str, row: dict[str, Any]) -> Dialogue:
    if unknown := row.keys() - KEYS:
        raise BadDialogueError(f"{key}: không có {', '.join(sorted(unknown))}")
    what = frozenset(row.get("what", ()))
    if row.get("act") not in ACTS or not row.get("turns") or what - WHATS:
        raise BadDialogueError(f"{key}: thiếu hoặc sai act, turns, what")
    least, most = row.get("minutes", (None, None))
    indicators = tuple(row.get("indicators", ()))
    if any(not keys_in(one) for one in indicators):
        raise BadDialogueError(f"{key}: indicators không đọc được")
    return Dialogue(
        id=key,
        turns=tuple(row["turns"]),
        act=row["act"],
        sources=tuple(row.get("sources", ())),
        what=what,
        amount=row.get("amount"),
        minutes=None if least is None else (least, most),
        indicators=indicators,
        tags=tuple(row.get("tags", "").split()),
        forbidden=tuple(row.get("forbidden", ())),
    )


@dataclass(frozen=True, slots=True)
class Mark:
    """How one dialogue went."""

    dialogue: Dialogue
    act: str
    thread_act: str
    """The act of the last turn when each turn was answered in its own time, with only the memory between them."""
    sources: tuple[str, ...]
    slots: dict[str, bool]
    """Of each particular that was expected, whether it was right."""
    got: Slots
    faults: tuple[Fault, ...]

    @property
    def act_right(self) -> bool:
        """Whether the act is the expected one."""
        return self.act == self.dialogue.act

    @property
    def source_right(self) -> bool | None:
        """Whether the first source is an acceptable one; None where none was expected."""
        return _any_of(self.sources[:1], self.dialogue.sources)

    @property
    def source_near(self) -> bool | None:
        """Whether one of the first three is."""
        return _any_of(self.sources[:FIRST], self.dialogue.sources)


def _any_of(found: Sequence[str], wanted: Sequence[str]) -> bool | None:
    if not wanted:
        return None
    return any(fnmatchcase(one, pattern) for one in found for pattern in wanted)


Answerer = Callable[[Sequence[str], Memory | None], Reply]
"""The turns so far and what is remembered of those before them, to the reply."""


def mark(dialogue: Dialogue, answer: Answerer, grounds: Grounds) -> Mark:
    """Answers a dialogue twice, as one list of turns and turn by turn, and compares; every reply is judged.

    A live warning is expected as a source only where one holds.
    """
    if not grounds.has_warnings:
        dialogue = replace(dialogue, sources=tuple(one for one in dialogue.sources if not one.startswith("W")))
    whole = answer(dialogue.turns, None)
    found = list(_faults(dialogue, whole, grounds))
    memory: Memory | None = None
    last = whole
    if len(dialogue.turns) > 1:
        for turn in dialogue.turns:
            last = answer((turn,), memory)
            memory = last.memory
            found.extend(_faults(dialogue, last, grounds))
    return Mark(
        dialogue,
        whole.act,
        last.act,
        tuple(source.id for source in whole.sources),
        dict(_slots(dialogue, whole.slots)),
        whole.slots,
        tuple(dict.fromkeys(found)),
    )


def measured(dialogues: Iterable[Dialogue]) -> Score:
    """The assistant as it stands, on these dialogues. Nine queries, and those of the answers."""
    allowed = grounds()
    return Score(tuple(mark(one, _answer, allowed) for one in dialogues))


def _answer(turns: Sequence[str], memory: Memory | None) -> Reply:
    return reply_to(turns, memory=memory)


def said(reply: Reply) -> str:
    """Everything a reader sees of a reply: its words, its choices, whom to call."""
    lines = [line.note for line in reply.lines] + [choice.label for choice in reply.choices]
    return "\n".join([reply.text, *lines])


def _faults(dialogue: Dialogue, reply: Reply, grounds: Grounds) -> Iterator[Fault]:
    text = said(reply)
    yield from faults(text, grounds)
    for words in dialogue.forbidden:
        if words.casefold() in text.casefold():
            yield Fault("obeys", words)


def _slots(wanted: Dialogue, got: Slots) -> Iterator[tuple[str, bool]]:
    loss = got.loss
    if wanted.forms:
        yield "form", got.form in wanted.forms
    if wanted.what:
        yield "what", loss is not None and frozenset(loss.what) == wanted.what
    if wanted.amount is not None:
        told = loss.amount if loss else None
        yield "amount", told is not None and abs(told - wanted.amount) <= AMOUNT_SLACK * wanted.amount
    if wanted.minutes is not None:
        least, most = wanted.minutes
        yield "minutes", got.minutes_ago is not None and least <= got.minutes_ago <= most
    if wanted.indicators:
        yield "indicators", all(set(keys_in(one)) & set(got.indicators) for one in wanted.indicators)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """0 to 1; of nothing 1."""
        return self.part / self.whole if self.whole else 1.0

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.part}/{self.whole})"


def share(answers: Iterable[bool | None]) -> Share:
    """Of those that were asked (not None), how many are right.

    >>> str(share([True, None, False]))
    '0.500 (1/2)'
    """
    asked = [one for one in answers if one is not None]
    return Share(sum(asked), len(asked))


@dataclass(frozen=True, slots=True)
class Score:
    """How a set of dialogues went."""

    marks: tuple[Mark, ...]

    @property
    def acts(self) -> Share:
        """Acts right."""
        return share(one.act_right for one in self.marks)

    @property
    def threads(self) -> Share:
        """Acts right where a dialogue of several turns was answered turn by turn."""
        return share(one.thread_act == one.dialogue.act for one in self.marks if len(one.dialogue.turns) > 1)

    @property
    def sources(self) -> Share:
        """First sources right, of those dialogues that want one."""
        return share(one.source_right for one in self.marks)

    @property
    def sources_near(self) -> Share:
        """A right source among the first three."""
        return share(one.source_near for one in self.marks)

    @property
    def plain(self) -> Share:
        """No source where none is wanted."""
        rows = (one for one in self.marks if one.dialogue.act in PLAIN_ACTS and not one.dialogue.sources)
        return share(not one.sources for one in rows)

    @property
    def unsafe(self) -> int:
        """Dialogues in which a reply broke a rule of ``unsafe``."""
        return sum(bool(one.faults) for one in self.marks)

    def slot(self, name: str) -> Share:
        """How often one particular was right where it was expected."""
        return share(one.slots.get(name) for one in self.marks)


SLOTS = ("form", "what", "amount", "minutes", "indicators")


def told(name: str, score: Score, *, detail: bool) -> Iterator[str]:
    """The lines that ``canhgiac dialogues`` prints; ``detail`` names the wrong ones, for sets that may be read."""
    yield f"{name}: {len(score.marks)} hội thoại"
    yield f"  act đúng           {score.acts}"
    yield f"  act, từng lượt     {score.threads}"
    yield f"  nguồn đầu đúng     {score.sources}"
    yield f"  trong {FIRST} nguồn đầu  {score.sources_near}"
    yield f"  không nguồn thừa   {score.plain}"
    yield from (f"  slot {slot:<13} {score.slot(slot)}" for slot in SLOTS)
    rules = Counter(fault.rule for one in score.marks for fault in one.faults)
    told_of = ", ".join(f"{rule} {times}" for rule, times in rules.most_common())
    yield f"  không được phép    {score.unsafe}" + (f" ({told_of})" if told_of else "")
    yield "  theo act: " + _by(score.marks, lambda one: [one.dialogue.act])
    yield "  theo nhãn: " + _by(score.marks, lambda one: one.dialogue.tags)
    pairs = Counter((one.dialogue.act, one.act) for one in score.marks if not one.act_right)
    if pairs:
        yield "  nhầm: " + ", ".join(f"{wanted}→{got} {times}" for (wanted, got), times in pairs.most_common())
    forms = Counter(
        (one.dialogue.sources[0], one.got.form or "-")
        for one in score.marks
        if one.act_right and not one.slots.get("form", True)
    )
    if detail and forms:
        yield "  nhầm hình thức: " + ", ".join(
            f"{wanted}→{got} {times}" for (wanted, got), times in forms.most_common()
        )
    if detail:
        yield from (line for one in score.marks if (line := _wrong(one)))


def _by(marks: Iterable[Mark], names: Callable[[Mark], Iterable[str]]) -> str:
    groups: dict[str, list[Mark]] = {}
    for one in marks:
        for name in names(one):
            groups.setdefault(name, []).append(one)
    return "; ".join(
        f"{name} {acts.part}/{acts.whole}" + (f", nguồn {sources.part}/{sources.whole}" if sources.whole else "")
        for name, rows in sorted(groups.items())
        for acts, sources in [(share(one.act_right for one in rows), share(one.source_right for one in rows))]
    )


def _wrong(one: Mark) -> str:
    """What is wrong with a dialogue in one line; empty where nothing is."""
    wanted, parts = one.dialogue, []
    if not one.act_right:
        parts.append(f"{wanted.act}→{one.act}")
    elif one.thread_act != wanted.act:
        parts.append(f"từng lượt {wanted.act}→{one.thread_act}")
    if wanted.act in PLAIN_ACTS and one.sources and not wanted.sources:
        parts.append(f"nguồn thừa {','.join(one.sources[:FIRST])}")
    if one.source_right is False:
        parts.append(f"nguồn {'|'.join(wanted.sources)}→{','.join(one.sources[:FIRST]) or '-'}")
    if wrong := [name for name, right in one.slots.items() if not right]:
        loss = one.got.loss
        got = {
            "form": one.got.form or "-",
            "what": "+".join(loss.what) if loss else "-",
            "amount": str(loss.amount) if loss else "-",
            "minutes": str(one.got.minutes_ago),
            "indicators": ",".join(f"{key.kind}:{key.value}" for key in one.got.indicators) or "-",
        }
        parts.append("slot " + ", ".join(f"{name}={got[name]}" for name in wrong))
    parts += [f"KHÔNG ĐƯỢC PHÉP {fault.rule}: {fault.words}" for fault in one.faults]
    return f"  sai {wanted.id}: {'; '.join(parts)}" if parts else ""
