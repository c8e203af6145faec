"""Boxing what a talk keeps; reads open the same boxes, so the work is done in ``selectors.boxes``."""

from __future__ import annotations

from canhgiac.assistant.selectors.boxes import (
    address_box,
    address_unbox,
    memory_box,
    memory_unbox,
    person_digest,
    words_box,
    words_unbox,
)

__all__ = [
    "address_box",
    "address_unbox",
    "memory_box",
    "memory_unbox",
    "person_digest",
    "words_box",
    "words_unbox",
]
