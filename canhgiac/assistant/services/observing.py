"""A checked message that alarmed leaves an observation: a keyed sketch, blind tokens, the form. No word, no asker."""

from __future__ import annotations

from django.db import transaction

from canhgiac.assistant.selectors.check import Answer
from canhgiac.engines.lookup.keys import keys_in
from canhgiac.engines.recognition import DANGER, SUSPICIOUS
from canhgiac.kit import clock
from canhgiac.library.selectors.sketches import text_sketch
from canhgiac.tips.models import Observation
from canhgiac.tips.selectors.blind import blind_token, key_tokens

WEIGHT = 0.2
"""Of a tip's: one trick is asked about many times by one person."""


@transaction.atomic
def message_observe(*, text: str, answer: Answer) -> Observation | None:
    """Writes what the radar may know of an alarming message; None for every other, and for the same within a day.

    The message's commune is unknown and stays so. "The same" is told by a keyed digest of the day and the words, which
    is the row's ``origin``: the words cannot be read from it, and the next day's is another.
    """
    if answer.state not in (DANGER, SUSPICIOUS):
        return None
    sketch, keys = text_sketch(text), list(key_tokens(keys_in(text)).values())
    if not sketch and not keys:
        return None
    day = clock.today().isoformat()
    words = " ".join(text.split()).casefold()
    origin = f"message:{blind_token('message', f'{day}|{words}').hex()}"
    row, made = Observation.objects.get_or_create(
        origin=origin,
        defaults={
            "source": Observation.Source.MESSAGE,
            "form": (answer.form.code if answer.form else "")[:8],
            "sketch": sketch,
            "tokens": keys,
            "weight": WEIGHT,
        },
    )
    return row if made else None
