"""Questions without a good answer: kept masked and tied to nobody."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from canhgiac.assistant.models import GapQuestion
from canhgiac.assistant.selectors.questions import question_masked
from canhgiac.library.selectors.sketches import text_sketch

MOST_SOURCES = 10


@transaction.atomic
def gap_note(
    *, words: str, why: GapQuestion.Why | str, act: str = "", sources: Sequence[str] = ()
) -> GapQuestion | None:
    """Keeps a question that had no good answer, in the caller's transaction; None where nothing is left to read.

    ``why`` is one of ``GapQuestion.Why``; ``act`` one of ``engines.dialogue.ACTS``; ``sources`` ids of what was answered
    from. Nobody's talk, address or number is written: the words are masked and cut before they reach the row. The
    grouping looks at it within a quarter of an hour. Raises ValueError for another ``why``.
    """
    told = question_masked(words)
    if not any(char.isalpha() for char in told):
        return None
    return GapQuestion.objects.create(
        why=GapQuestion.Why(why),
        words=told,
        sketch=text_sketch(told),
        act=act[:12],
        sources=[str(one)[:80] for one in sources][:MOST_SOURCES],
    )
