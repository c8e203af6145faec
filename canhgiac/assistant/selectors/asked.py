"""One question with everything an answer is made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from canhgiac.agencies.models import Area, Member
from canhgiac.engines.dialogue import Memory, Slots, Understood
from canhgiac.engines.recognition.pictures import QrRead
from canhgiac.kit import clock

from .knowledge import FormTold, Knowledge
from .replies import Source

NEAR_MOST = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """The last turn as understood, and what answers may be made from."""

    understood: Understood
    slots: Slots
    """Of the thread: with the form that is meant, as far as one is sure enough."""
    words: str
    """The last turn as it was typed."""
    knowledge: Knowledge
    memory: Memory
    earlier: tuple[str, ...] = ()
    """The turns before, as far as their words are known."""
    near: tuple[str, ...] = ()
    """Forms that it may be about where none is sure enough, the likeliest first."""
    member: Member | None = None
    area: Area | None = None
    codes: Sequence[QrRead] = ()
    now: dt.datetime = field(default_factory=clock.now)

    @property
    def form(self) -> FormTold | None:
        """The published form that is meant."""
        return self.knowledge.forms.get(self.slots.form)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The form that is meant; where none is sure enough those that it may be, the likeliest first."""
        codes = [self.slots.form] if self.slots.form else self.near[:NEAR_MOST]
        forms = self.knowledge.forms
        return tuple(forms[code].source for code in codes if code in forms)

    @property
    def today(self) -> dt.date:
        """The day in Vietnam."""
        return self.now.astimezone(clock.VIETNAM).date()
