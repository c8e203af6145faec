"""What can be looked up: a kind and a value in one spelling."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LONGEST = 4096
"""Characters of a text that may hold a key; nobody types more into a field for one number or link."""


class Kind(StrEnum):
    """Kinds of things that scams are recognised by again."""

    ACCOUNT = "account"
    WALLET = "wallet"
    PHONE = "phone"
    LINK = "link"
    APP = "app"
    SOCIAL = "social"


class BadKeyError(ValueError):
    """The text is no such thing. The message is a Vietnamese sentence for the person who typed it."""


@dataclass(frozen=True, slots=True)
class Key:
    """One thing in its one spelling; made by ``key_of``. Two spellings of one thing give equal keys."""

    kind: Kind
    value: str

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.value}"
