"""The body of knowledge that every installation starts with: written by us, invented, reviewed by people later.

``examples/<form>.txt`` holds a form's messages, ``genuine/<kind>.txt`` what looks like them and is not one; each line
is "register | message". Addresses end in .test (RFC 2606), phone numbers are of a range not in use.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class StarterMessage:
    """One message. ``form`` is the scam form's code ("F01"), None for a genuine one; ``register`` how it is written."""

    form: str | None
    register: str
    text: str


def starter_messages() -> Iterator[StarterMessage]:
    """Every message of the starter library, forms first, in a fixed order."""
    for folder, genuine in (("examples", False), ("genuine", True)):
        for path in sorted((FOLDER / folder).glob("*.txt")):
            for line in path.read_text("utf-8").splitlines():
                register, _, text = line.partition(" | ")
                yield StarterMessage(None if genuine else path.stem.upper(), register, text)
