"""What the index holds of a key: its state, why, since when, how often; and how keys become few bytes."""

from __future__ import annotations

import struct
from binascii import unhexlify
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from hashlib import sha256
from typing import TypeAlias

from .links import family_value
from .model import Key, Kind

Raw: TypeAlias = tuple[str, str, int, int, int, int, int]
"""Kind, value, state, tags, first and last day (``date.toordinal``), sightings: a table's row as it comes."""
Meta: TypeAlias = tuple[int, int, int, int, int]
"""State, tags, first and last day since EPOCH, sightings: as the index keeps them."""
EPOCH = 726_468
"""Ordinal of 1 January 1990; two bytes of days reach the year 2169."""


class State(IntEnum):
    """What people made of a key; KNOWN_GOOD: it belongs to whom it says, which is not a promise about a caller."""

    REPORTED = 1
    REVIEW = 2
    CONFIRMED = 3
    CLEARED = 4
    KNOWN_GOOD = 5


REMOVED = 0
"""State that only changes have: the key is gone."""
MARK = b"\xff"
"""Stands before and behind every key of a group; in no key."""

TAGS = (
    *("authority", "bank", "utility", "delivery", "shopping", "investment", "crypto", "job", "loan", "prize"),
    *("romance", "extortion", "threat", "hacked_account", "deep_fake", "malware", "phishing", "gambling", "ticket"),
    *("charity", "recovery", "school", "health", "spam_call", "mule", "account_sale", "sim", "list", "look_alike"),
)
"""Why a key is in the register, in words without personal data. The place of a word is its bit: words are added at the
end, never moved. At most 31, so that a mask fits a signed 32-bit column."""


def tags_of(mask: int) -> list[str]:
    """The words of a mask. Bits without a word are left out."""
    return [tag for place, tag in enumerate(TAGS) if mask >> place & 1]


def mask_of(tags: Iterable[str]) -> int:
    """The mask of words. Raises ValueError for a word that is none of TAGS."""
    mask = 0
    for tag in tags:
        mask |= 1 << TAGS.index(tag)
    return mask


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and what is known of it. ``tags``: a mask over TAGS."""

    key: Key
    state: State
    tags: int
    first: date
    last: date
    sightings: int

    @property
    def tag_names(self) -> list[str]:
        """The words of ``tags``."""
        return tags_of(self.tags)


def entry_of(kind: str, value: str, meta: Meta) -> Entry:
    """The entry of raw values as the index keeps them."""
    state, tags, first, last, sightings = meta
    key = Key(Kind(kind), value)
    days = date.fromordinal(EPOCH + first), date.fromordinal(EPOCH + last)
    return Entry(key, State(state), tags, *days, sightings)


def raw_of(entry: Entry) -> Raw:
    """The row of an entry."""
    first, last = entry.first.toordinal(), entry.last.toordinal()
    return entry.key.kind, entry.key.value, entry.state, entry.tags, first, last, entry.sightings


def family(kind: str, value: str) -> str:
    """The text whose SHA-256 places a key: keys that one question has to see together share it.

    An account is placed by its number alone, as who asks may not know the bank; a link by the name that it shares with
    its parents; every other key by itself.
    """
    if kind == "account":
        return f"account:*:{value.partition(':')[2]}"
    if kind == "link":
        return f"link:{family_value(value)}"
    return f"{kind}:{value}"


def place(kind: str, value: str) -> int:
    """The first 32 bits of the SHA-256 of a key's family: its leading bits are group and private bucket."""
    if kind == "phone":  # most that is asked
        return _first(sha256(b"phone:" + value.encode()).digest())[0]  # type: ignore[no-any-return]
    return _first(sha256(family(kind, value).encode()).digest())[0]  # type: ignore[no-any-return]


_first = struct.Struct(">I28x").unpack


def pack(kind: str, value: str) -> bytes:
    """A value in few bytes, never with 0xFF: digits two to a byte behind a byte below 0x20, all else as text."""
    if kind == "phone":
        if value.startswith("+84"):
            return b"\x01" + _pairs(value[3:])
        return b"\x02" + _pairs(value[3:]) if value.startswith("vn:") else b"\x03" + _pairs(value[1:])
    if kind == "account":
        where, _, number = value.partition(":")
        if number.isdigit():
            return b"\x05" + _pairs(number) if where == "?" else b"\x04" + bytes.fromhex(where) + _pairs(number)
    return value.encode()


def spot(kind: str, value: str) -> tuple[int, bytes]:
    """``place``, and ``pack`` between two marks."""
    if kind == "phone":
        return phone_spot(value)
    return account_spot(value) if kind == "account" else (place(kind, value), MARK + pack(kind, value) + MARK)


def phone_spot(value: str) -> tuple[int, bytes]:
    """``spot`` of a phone, in fewer steps for the numbers that registers are full of."""
    if value[:3] == "+84":
        marked = unhexlify(f"ff01{value[3:]}ff" if len(value) & 1 else f"ff01{value[3:]}eff")
        (where,) = _first(sha256(b"phone:" + value.encode()).digest())
        return where, marked
    return place("phone", value), MARK + pack("phone", value) + MARK


def account_spot(value: str) -> tuple[int, bytes]:
    """``spot`` of an account, likewise."""
    if value[6:7] == ":" and (digits := value[7:]).isdigit():
        marked = unhexlify(f"ff04{value[:6]}{digits}eff" if len(digits) & 1 else f"ff04{value[:6]}{digits}ff")
        (where,) = _first(sha256(b"account:*:" + digits.encode()).digest())
        return where, marked
    return place("account", value), MARK + pack("account", value) + MARK


def bankless(marked: bytes) -> bytes:
    """Of an account between two marks the same number with the bank unknown."""
    if marked[1] == 4:
        return b"\xff\x05" + marked[5:]
    return MARK + b"?:" + marked[1:].partition(b":")[2]


def _pairs(digits: str) -> bytes:
    return bytes.fromhex(f"{digits}e" if len(digits) & 1 else digits)


def unpack(packed: bytes) -> str:
    """The value that ``pack`` made bytes of."""
    match packed[0]:
        case 1:
            return f"+84{packed[1:].hex().rstrip('e')}"
        case 2:
            return f"vn:{packed[1:].hex().rstrip('e')}"
        case 3:
            return f"+{packed[1:].hex().rstrip('e')}"
        case 4:
            return f"{packed[1:4].hex()}:{packed[4:].hex().rstrip('e')}"
        case 5:
            return f"?:{packed[1:].hex().rstrip('e')}"
    return packed.decode()
