"""Private look-up: who asks fetches a bucket of many keys and looks inside at home; nobody learns which was meant.

A key's bucket is the first ``BITS[kind]`` bits of the SHA-256 of its family, a text (UTF-8):

- "phone:+84900000123", "wallet:…", "app:…", "social:…": the key as ``str(key)`` writes it;
- "account:*:<number>": the number without its bank, as who asks may not know the bank;
- "link:<name>": the name that a link shares with its parents (``links.family_value``), so that host and path are
  asked for with one bucket.

**How many bits.** A bucket hides the asker among all keys that could have been meant, so bits are chosen by the size
of the space, not of the list. Fourteen bits is the least that keeps a bucket small enough to fetch on a phone:

- phone: 14. Vietnam has about 5 × 10⁸ possible mobile numbers: some 30,000 in each bucket;
- wallet: 14. The same numbers at each of a dozen wallets;
- account: 15. About 2 × 10⁸ accounts are open: some 6,000 in each bucket, and far more numbers that could be;
- link: 14. Some 3.5 × 10⁸ registered domains: 21,000 in each bucket, but only some 40 of those under .vn;
- social: 14. Some 7 × 10⁷ Vietnamese accounts on the largest platform: 4,000 in each bucket;
- app: 14. Some 3 × 10⁶ apps: only about 180 in each bucket, and it is said so to who asks.

**What a bucket does not hide.** The list: whoever fetches all buckets and tries all numbers learns what is listed. So
no bucket holds what was cleared, and none holds more than the province tells anybody who asks for one number. The
address that asks, and that something of this kind was asked, are seen as with any request.

**Bytes** (big-endian). All buckets of a kind are equally long while the index stays the same; the rest is filled with
bytes that do not compress.

====== ===== ==========================================================================
offset bytes what
====== ===== ==========================================================================
0      4     "CGB1"
4      1     kind: 1 account, 2 wallet, 3 phone, 4 link, 5 app, 6 social
5      1     bits of the prefix
6      2     prefix
8      8     version of the index
16     4     n: entries
20     4     r: entries of phone ranges; 0 for other kinds
24     15 n  entries, sorted by digest
…      15 r  ranges, sorted by digest: the same in every phone bucket, so they tell nothing of who asks
…            filling
====== ===== ==========================================================================

An entry: 8 bytes of digest (bytes 8 to 15 of the SHA-256 of the key as ``str(key)`` writes it), 1 byte state
(``entries.State``), 4 bytes tags (mask over ``entries.TAGS``), 2 bytes week last seen (days since 1970 div 7).
A range's key is "phone:+8490000*": who asks tries the prefixes of the own number, from one digit less than the number
down to ``phones.HOME_LEAST`` digits.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from datetime import date
from hashlib import sha256, shake_128
from typing import TypeAlias

from .entries import EPOCH, Meta, State, place
from .model import Key, Kind

BITS = {Kind.ACCOUNT: 15, Kind.WALLET: 14, Kind.PHONE: 14, Kind.LINK: 14, Kind.APP: 14, Kind.SOCIAL: 14}
"""Kind to the bits of its prefix."""
SHARED = frozenset({State.REPORTED, State.REVIEW, State.CONFIRMED, State.KNOWN_GOOD})
"""States that buckets hold."""
HEAD = struct.Struct(">4sBBHQII")
ENTRY = struct.Struct(">8sBIH")
_KINDS = {kind: number for number, kind in enumerate(Kind, 1)}
_DAYS = EPOCH - date(1970, 1, 1).toordinal()
_ROUND = 8
"""Entries by which the length of buckets grows, so that it does not follow every change."""

Row: TypeAlias = tuple[str, Meta]
"""Value and what is known of it."""


def prefix_of(key: Key) -> int:
    """The number of a key's bucket."""
    return place(key.kind, key.value) >> 32 - BITS[key.kind]


def digest_of(kind: Kind, value: str) -> bytes:
    """By what a key is found inside its bucket."""
    return sha256(f"{kind.value}:{value}".encode()).digest()[8:16]


def bucket_length(entries: int, ranges: int) -> int:
    """Bytes of every bucket of a kind whose fullest holds so many entries beside so many ranges."""
    return HEAD.size + ENTRY.size * (_rounded(entries) + _rounded(ranges))


def _rounded(number: int) -> int:
    return -(-number // _ROUND) * _ROUND


def bucket_bytes(
    kind: Kind, prefix: int, version: int, *, rows: Iterable[Row], ranges: Iterable[Row], length: int
) -> bytes:
    """One bucket as it is sent. Raises ValueError when the rows do not fit into ``length``."""
    inside, covering = _entries(kind, rows), _entries(kind, ranges)
    head = HEAD.pack(b"CGB1", _KINDS[kind], BITS[kind], prefix, version, len(inside), len(covering))
    body = b"".join([head, *inside, *covering])
    if len(body) > length:
        raise ValueError("more entries than the length of buckets allows")
    return body + shake_128(head).digest(length - len(body))


def _entries(kind: Kind, rows: Iterable[Row]) -> list[bytes]:
    return sorted(
        ENTRY.pack(digest_of(kind, value), state, tags, (_DAYS + last) // 7)
        for value, (state, tags, _, last, _) in rows
        if state in SHARED
    )


def read_bucket(content: bytes) -> tuple[dict[bytes, tuple[State, int, int]], dict[bytes, tuple[State, int, int]]]:
    """Entries and ranges of a bucket: digest to state, tags, week. Raises ValueError for bytes that are no bucket."""
    try:
        mark, _, _, _, _, entries, ranges = HEAD.unpack_from(content)
        if mark != b"CGB1":
            raise ValueError("no bucket")
        found = [
            (digest, (State(state), tags, week))
            for digest, state, tags, week in ENTRY.iter_unpack(
                content[HEAD.size : HEAD.size + ENTRY.size * (entries + ranges)]
            )
        ]
    except struct.error as error:
        raise ValueError("no bucket") from error
    if len(found) != entries + ranges:
        raise ValueError("a bucket cut off")
    return dict(found[:entries]), dict(found[entries:])
