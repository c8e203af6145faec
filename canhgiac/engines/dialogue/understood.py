"""What was understood of a talk, and what is remembered of it between two messages."""

from __future__ import annotations

from dataclasses import dataclass, field

from canhgiac.engines.lookup.keys import Key

ACTS = (
    *("check", "happened", "protect", "law", "report", "warnings", "subscribe", "unsubscribe"),
    *("quiz", "human", "staff", "smalltalk", "unknown"),
)
"""check: what is this (something received, a number, a link, an account, a picture); happened: it happened to me or
mine; protect: how do I protect myself or others, how does this trick work; law: what does the law say; report: where
and how do I report; warnings: what is going round near me; subscribe, unsubscribe: warnings to me; quiz: test me;
human: let me talk to a person; staff: a member's own work; smalltalk: greeting, thanks, who are you; unknown."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What somebody says they lost or gave away."""

    what: tuple[str, ...] = ()
    """Any of "money", "code" (OTP, password), "app" (installed, screen shared), "papers", "card", "account"."""
    amount: int | None = None
    """Đồng."""


@dataclass(frozen=True, slots=True)
class Slots:
    """The particulars, as far as they were told."""

    form: str = ""
    """Code of the scam form meant: "F07"; empty where none is sure enough."""
    loss: Loss | None = None
    perhaps: Loss | None = None
    """What was told to be given while it was still taken for a question: the loss, should it turn out to be one."""
    minutes_ago: int | None = None
    """How long ago it happened; None where it was not said."""
    indicators: tuple[Key, ...] = ()
    """Phones, accounts, links in canonical spelling."""
    bank: str = ""
    """BIN of the bank that the person names as theirs."""
    area: str = ""
    """The place as it was typed."""
    law: str = ""
    """An act or an article as it was typed: "điều 174"."""
    work: str = ""
    """Of staff: "tasks", "reports" or "activity"."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What the thread carries from one message to the next: no words, only what was understood."""

    act: str = ""
    slots: Slots = field(default_factory=Slots)
    asked: str = ""
    """What the assistant asked last: "loss", "when", "bank", "area", "words", "confirm"; empty: nothing."""
    offered: tuple[str, ...] = ()
    """The choices shown last, by what each says: a bare "2" means the second."""


@dataclass(frozen=True, slots=True)
class Understood:
    """The last turn, in the light of those before."""

    act: str
    slots: Slots
    sure: float
    """0 to 1: how sure of the act."""
    query: str
    """The words to look up with: the question without greetings and quoted messages."""
    pasted: str = ""
    """The part that is somebody else's message, to be judged and never obeyed; empty where nothing was pasted."""
    about: str = ""
    """Whom it is about: "self", "family", "other"; empty where unknown."""
