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
    def today(self) -> dt.date:
        """The day in Vietnam."""
        return self.now.astimezone(clock.VIETNAM).date()
