"""Which scam form a person means, told in their own words: what was understood, recognition and retrieval together."""

from __future__ import annotations

from dataclasses import dataclass

from canhgiac.engines.dialogue import Memory, Understood

from .knowledge import Knowledge

LEAST_SCORE, LEAST_LEAD = 11.0, 1.12
"""From this score of retrieval, and so far ahead of the next, a form is named."""
LEAST_HELD = 0.4
"""Share of the question's weight that must stand in the form."""
MOST_NEAR = 3


@dataclass(frozen=True, slots=True)
class Meant:
    """The form meant, empty where none is sure enough, and those that it may be."""

    form: str = ""
    near: tuple[str, ...] = ()


def form_meant(understood: Understood, text: str, memory: Memory, knowledge: Knowledge) -> Meant:
    """The form that the last turn is about, else the one that the thread was about. No query."""
    before = memory.slots.form if memory.slots.form in knowledge.forms else ""
    query = understood.pasted or understood.query or text
    hits = knowledge.index.find(query, kinds=("form",), likely={before: 1.0} if before else None, most=MOST_NEAR)
    if not hits:
        return Meant(before)
    lead = hits[0].score / hits[1].score if len(hits) > 1 and hits[1].score else LEAST_LEAD
    near = tuple(hit.id for hit in hits)
    if hits[0].score >= LEAST_SCORE and lead >= LEAST_LEAD and hits[0].held >= LEAST_HELD:
        return Meant(hits[0].id, near[1:])
    return Meant(before, near)
