"""Tables of talks, the duty desk, what we could not answer, and what people asked to be told."""

from .duty import CallEntry, DutyHours, DutyTalk
from .figures import DayFigure
from .gaps import GapQuestion, KnowledgeGap
from .talks import Talk, TalkTurn
from .watches import Watch

__all__ = [
    "CallEntry",
    "DayFigure",
    "DutyHours",
    "DutyTalk",
    "GapQuestion",
    "KnowledgeGap",
    "Talk",
    "TalkTurn",
    "Watch",
]
