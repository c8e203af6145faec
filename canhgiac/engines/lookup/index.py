"""Reads the look-up index (``writing`` has its layout): mapped, checked when opened, changes laid over it."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from hashlib import sha256
from itertools import chain
from pathlib import Path

from .buckets import BITS, Row, bucket_bytes, bucket_length
from .entries import (
    MARK,
    REMOVED,
    TAGS,
    Entry,
    Meta,
    Raw,
    State,
    account_spot,
    bankless,
    entry_of,
    mask_of,
    phone_spot,
    place,
    spot,
    tags_of,
    unpack,
)
from .links import parent_values
from .model import Key, Kind
from .names import social_of_link
from .phones import range_values
from .writing import (
    DIGEST,
    FORMAT,
    HEADER,
    MAGIC,
    META,
    PAIR,
    RANGES,
    SECTION,
    SECTIONS,
    Written,
    changes_path,
    write_changes,
    write_index,
)

__all__ = [
    "REMOVED",
    "TAGS",
    "BadIndexError",
    "Entry",
    "Index",
    "Raw",
    "State",
    "Written",
    "changes_path",
    "mask_of",
    "tags_of",
    "write_changes",
    "write_index",
]
Hit = tuple[str, str, Meta]
"""Kind, value, what is known."""
_ends, _meta = PAIR.unpack_from, META.unpack_from


class BadIndexError(Exception):
    """The file is missing, no index of ours, cut off, or altered."""


class _File:
    """One file, mapped. Ranges, few and asked for with every phone, are kept as a dictionary."""

    def __init__(self, path: Path) -> None:
        self.map, self.seen = _mapped(path)
        magic, form, sections, _, self.version, self.since, self.count, size = HEADER.unpack_from(self.map)
        if magic != MAGIC or form != FORMAT or sections != len(SECTIONS):
            raise BadIndexError(f"{path.name}: not an index of this format")
        if size != len(self.map):
            raise BadIndexError(f"{path.name}: {len(self.map)} bytes instead of {size}")
        with memoryview(self.map) as view:
            if sha256(view[:-DIGEST]).digest() != view[-DIGEST:]:
                raise BadIndexError(f"{path.name}: its content does not match its digest")
        self.digest = self.map[-DIGEST:].hex()
        heads = [SECTION.unpack_from(self.map, HEADER.size + SECTION.size * number) for number in range(sections)]
        self.sections = {SECTIONS[head[0]]: (32 - head[1], head[4], head[5]) for head in heads}
        self.fullest = {SECTIONS[head[0]]: head[3] for head in heads}
        self.ranges = dict(self.rows(RANGES, 0, 0))

    def find(self, kind: str, where: int, marked: bytes) -> Meta | None:
        """What is known of a key, by what ``spot`` says of it; its full bytes are compared."""
        shift, groups, directory = self.sections[kind]
        at, rows = _ends(self.map, directory + PAIR.size * (where >> shift))
        records = groups + rows
        found = self.map.find(marked, groups + at, records)
        if found < 0:
            return None
        return _meta(self.map, records + META.size * self.map[groups + at : found].count(MARK))

    def find_two(self, kind: str, where: int, one: bytes, other: bytes) -> tuple[Meta | None, Meta | None]:
        """``find`` for two keys of one place."""
        shift, groups, directory = self.sections[kind]
        at, rows = _ends(self.map, directory + PAIR.size * (where >> shift))
        at, records, find = groups + at, groups + rows, self.map.find
        found, beside = find(one, at, records), find(other, at, records)
        return (
            None if found < 0 else _meta(self.map, records + META.size * self.map[at:found].count(MARK)),
            None if beside < 0 else _meta(self.map, records + META.size * self.map[at:beside].count(MARK)),
        )

    def accounts(self, number: str) -> Iterator[str]:
        """The values of all accounts with this number, whatever the bank."""
        shift, groups, directory = self.sections["account"]
        at, rows = _ends(self.map, directory + PAIR.size * (place("account", f"?:{number}") >> shift))
        for packed in self.map[groups + at : groups + rows].split(MARK)[1:-1]:
            value = unpack(packed)
            if value.endswith(f":{number}"):
                yield value

    def rows(self, section: str, bits: int, prefix: int) -> Iterator[Row]:
        """The keys whose place begins with these bits."""
        shift, groups, directory = self.sections[section]
        each = 32 - shift - bits
        for group in range(prefix << each, prefix + 1 << each):
            at, rows = _ends(self.map, directory + PAIR.size * group)
            for number, packed in enumerate(self.map[groups + at : groups + rows].split(MARK)[1:-1]):
                yield unpack(packed), _meta(self.map, groups + rows + META.size * number)


Seen = tuple[int, int, int]
"""File number, time of change, length: whether a file is still the one that was read."""


def seen(path: Path) -> Seen | None:
    """What tells a file from the one that takes its place; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _mapped(path: Path) -> tuple[mmap.mmap, Seen]:
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            if found.st_size < HEADER.size + SECTION.size * len(SECTIONS) + DIGEST:
                raise BadIndexError(f"{path.name}: cut off")
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            return mapped, (found.st_ino, found.st_mtime_ns, found.st_size)
    except OSError as error:
        raise BadIndexError(f"{path.name}: {error.strerror}") from error


class Index:
    """The register as it answers. Made by ``open``; never changes; safe for several threads."""

    def __init__(self, base: _File, changes: _File | None) -> None:
        applies = changes is not None and changes.since <= base.version < changes.version
        self.base = base
        self.changes = changes if applies else None
        self._at = self._laid_over if applies else base.find
        self._two_at = self._two_laid_over if applies else base.find_two
        self.version: int = changes.version if changes is not None and applies else base.version
        """What it is as of, changes included."""
        self.base_version: int = base.version
        """The version of the large file alone."""
        self.count: int = base.count
        """Keys in the large file."""
        self.digest: str = base.digest
        """SHA-256 of the large file's content."""
        over = self.changes.ranges if self.changes else {}
        self.ranges = {value: meta for value, meta in (base.ranges | over).items() if meta[0] != REMOVED}

    @classmethod
    def open(cls, path: Path | str, *, known: Index | None = None, changes: bool = True) -> Index:
        """Opens an index with the changes beside it, after checking all of both. Raises ``BadIndexError``.

        Reads each file once from end to end, about 0.15 s for 130 MB; a large file that is still the one of ``known``
        is not read again. ``changes`` False: without what changed since.
        """
        beside = changes_path(path)
        base = known.base if known is not None and known.base.seen == seen(Path(path)) else _File(Path(path))
        return cls(base, _File(beside) if changes and beside.exists() else None)

    def find(self, kind: str, value: str) -> Meta | None:
        """What is known of exactly this key, given by kind and canonical value; None for nothing."""
        if value[-1:] == "*":
            return self.ranges.get(value) if kind == "phone" else None
        return self._at(kind, *spot(kind, value))

    def _laid_over(self, kind: str, where: int, marked: bytes) -> Meta | None:
        changed = self.changes.find(kind, where, marked)  # type: ignore[union-attr]  # called where there are some
        if changed is None:
            return self.base.find(kind, where, marked)
        return changed if changed[0] != REMOVED else None

    def _two_laid_over(self, kind: str, where: int, one: bytes, other: bytes) -> tuple[Meta | None, Meta | None]:
        return self._laid_over(kind, where, one), self._laid_over(kind, where, other)

    def get(self, key: Key) -> Entry | None:
        """The entry of exactly this key. Raises ValueError for a key that is not canonical."""
        meta = self.find(key.kind.value, key.value)
        return entry_of(key.kind.value, key.value, meta) if meta else None

    def look(self, key: Key) -> list[Entry]:
        """All that says something about a key, the nearest first.

        The key itself; of a phone the ranges that cover it; of a link its parents and the social account behind it; of
        an account the same number with the bank unknown, or, where the bank was not given, at every bank.
        """
        return [entry_of(*hit) for hit in self.hits(key.kind.value, key.value)]

    def hits(self, kind: str, value: str) -> list[Hit]:
        """``look`` with raw values, for the server."""
        if kind == "phone":
            if value[-1] != "*":
                where, marked = phone_spot(value)
                meta = self._at(kind, where, marked)
            else:
                meta = self.ranges.get(value)
            hits = [] if meta is None else [(kind, value, meta)]
            if self.ranges:
                hits += [(kind, wide, self.ranges[wide]) for wide in range_values(value) if wide in self.ranges]
            return hits
        if kind == "account" and value[0] != "?":
            return self._account_hits(value)
        others: list[tuple[str, str]] = []
        if kind == "account":
            others = [(kind, other) for other in self._accounts(value[2:]) if other != value]
        elif kind == "link":
            others = [(kind, parent) for parent in parent_values(value)]
            social = social_of_link(value)
            others += [("social", social)] if social is not None else []
        found = ((*key, self.find(*key)) for key in [(kind, value), *others])
        return [(kind, value, meta) for kind, value, meta in found if meta is not None]

    def _account_hits(self, value: str) -> list[Hit]:
        """Accounts with one number are at one place whatever the bank, so the number is hashed once."""
        where, marked = account_spot(value)
        meta, unknown = self._two_at("account", where, marked, bankless(marked))
        hits = [] if meta is None else [("account", value, meta)]
        if unknown is not None:
            hits.append(("account", f"?:{value[7:]}", unknown))
        return hits

    def _accounts(self, number: str) -> list[str]:
        changed = self.changes.accounts(number) if self.changes else ()
        return sorted({*self.base.accounts(number), *changed})

    def bucket(self, kind: Kind, prefix: int) -> bytes:
        """The private bucket with this number (``buckets`` has its bytes). Raises ValueError for a number too large."""
        if not 0 <= prefix < 1 << BITS[kind]:
            raise ValueError("no such bucket")
        rows = dict(self.base.rows(kind.value, BITS[kind], prefix))
        if self.changes:
            rows.update(self.changes.rows(kind.value, BITS[kind], prefix))
        covering = self.ranges.items() if kind is Kind.PHONE else ()
        return bucket_bytes(
            kind, prefix, self.version, rows=rows.items(), ranges=covering, length=self.bucket_length(kind)
        )

    def bucket_length(self, kind: Kind) -> int:
        """Bytes of every bucket of this kind."""
        entries = self.base.fullest[kind.value] + (self.changes.fullest[kind.value] if self.changes else 0)
        return bucket_length(entries, len(self.ranges) if kind is Kind.PHONE else 0)

    def __iter__(self) -> Iterator[Entry]:
        """Every entry, in no order that means anything."""
        for section in SECTIONS:
            kind = "phone" if section == RANGES else section
            for value in chain((value for value, _ in self.base.rows(section, 0, 0)), self._added(section)):
                current = self.find(kind, value)
                if current is not None:
                    yield entry_of(kind, value, current)

    def _added(self, section: str) -> Iterator[str]:
        if self.changes:
            kind = "phone" if section == RANGES else section
            for value, _ in self.changes.rows(section, 0, 0):
                known = self.base.ranges.get(value) if section == RANGES else self.base.find(kind, *spot(kind, value))
                if known is None:
                    yield value
