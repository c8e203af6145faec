"""People who disagree with a verdict: what they tell is kept for the editors, their message only if they let us."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from canhgiac.kit.text import storable
from canhgiac.library.models import Doubt, ScamForm

MOST_TEXT, MOST_NOTE = 3000, 1000
"""Characters kept of the message and of the note."""


@transaction.atomic
def doubt_make(
    *, given_state: str, form_code: str, build: str, thinks: Doubt.Thinks, note: str, consented: bool, text: str
) -> Doubt:
    """Keeps a disagreement. ``text`` is the masked message; without consent it is dropped here and never stored.

    ``given_state`` is the engine's word; ``build`` the model's version. Anybody may do this, without a name.
    """
    return Doubt.objects.create(
        text=storable(text)[:MOST_TEXT] if consented else "",
        consented=consented,
        given_state=given_state[:12],
        given_form=ScamForm.objects.filter(code=form_code).first() if form_code else None,
        build=build[:12],
        thinks=thinks,
        note=storable(note)[:MOST_NOTE],
    )


def doubts_erase(*, now: dt.datetime) -> int:
    """Erases the messages of doubts older than ``Doubt.ERASE_AFTER`` days; what was decided stays. How many."""
    old = Doubt.objects.filter(at__lt=now - dt.timedelta(days=Doubt.ERASE_AFTER)).exclude(text="", note="")
    return old.update(text="", note="")
