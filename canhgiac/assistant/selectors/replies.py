"""What the assistant says: one shape for the page, the API, Zalo and Messenger. No HTML."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field, replace

from canhgiac.engines.dialogue import Memory, Slots

from .advice import Step
from .check import Answer
from .lines import Line
from .shapes import read, told


@dataclass(frozen=True, slots=True)
class Source:
    """What an answer rests on."""

    id: str
    """Code of a form ("F07"), number of a law ("100/2015/QH13"), "M12" for a material, "W7" for a warning."""
    kind: str
    """form, law, material, warning."""
    title: str
    url: str
    day: dt.date | None
    """Published, in force from, or last looked at."""
    note: str = ""
    """What the reader must know of it: no longer in force, waits for review."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tap instead of typing: either words said for the person, or a page."""

    label: str
    say: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of the assistant."""

    act: str
    slots: Slots
    says: tuple[str, ...]
    """Short paragraphs, the one to act on first."""
    steps: tuple[Step, ...] = ()
    lines: tuple[Line, ...] = ()
    """Whom to call."""
    checked: Answer | None = None
    """The verdict on what was pasted."""
    sources: tuple[Source, ...] = ()
    ask: str = ""
    """One question back; empty where nothing more is needed."""
    choices: tuple[Choice, ...] = ()
    tip_offered: bool = False
    """Whether to offer a tip drafted from the talk, in one tap."""
    human_offered: bool = False
    is_good: bool = True
    """False where the library had no answer or nothing was understood: it becomes a question for the editors."""
    memory: Memory = field(default_factory=Memory)

    @property
    def text(self) -> str:
        """All of it as plain words, in the order of the page: for Zalo, Messenger, screen readers and tests."""
        parts = [
            *self.says,
            *(f"{number}. {step.act} {step.text}".strip() for number, step in enumerate(self.steps, 1)),
        ]
        parts += [f"{line.name}: {', '.join(line.phones)}" for line in self.lines if line.phones]
        parts += [f"({source.title})" for source in self.sources]
        return "\n".join([*parts, *([self.ask] if self.ask else [])])


def reply_told(reply: Reply) -> str:
    """The reply as JSON, to be boxed and kept with its turn.

    Third parties' numbers in full are left behind: ``Found.value`` is for the answer's own page and never kept.
    """
    if reply.checked is not None:
        found = tuple(replace(thing, value="") for thing in reply.checked.found)
        reply = replace(reply, checked=replace(reply.checked, found=found))
    return json.dumps(told(reply), ensure_ascii=False, separators=(",", ":"))


def reply_read(text: str) -> Reply:
    """The reply that ``reply_told`` made the text of. Raises ValueError, KeyError, TypeError for any other text."""
    return read(Reply, json.loads(text))
