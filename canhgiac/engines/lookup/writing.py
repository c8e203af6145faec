"""Writes the look-up index: one file, made to be mapped into memory and shared, that confirms the full key.

Layout (little-endian): a header; for each section (the six kinds, then phone ranges) its groups one after another and
its directory; at the end the SHA-256 of everything before. A key's group is given by the leading bits of the SHA-256
of its family (``entries.place``). A group holds its keys, each between two bytes 0xFF that no key contains, then a
record of 13 bytes for each key in the same order. To look up is to find the key's bytes between two marks: no hash
stands for a key, so none can collide. The leading bits are at the same time the private bucket, so a bucket is a
stretch of neighbouring groups (``buckets``).

Why not open addressing: its empty slots and hashes cost 8 to 16 bytes a key; the directory here costs less than one.

Changes since the base are a small file of the same format beside it, written anew each time, with tombstones for what
was removed. A file of changes tells since which version it is complete and up to which it goes, and counts only for a
base between the two. Files are replaced by rename; who has an old one open keeps reading it undisturbed.
"""

from __future__ import annotations

import os
import struct
import sys
import tempfile
from array import array
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple

from .buckets import BITS
from .entries import EPOCH, MARK, Entry, Raw, raw_of, spot
from .model import Kind

MAGIC = b"CGLOOKUP"
FORMAT = 1
HEADER = struct.Struct("<8sHHIQQQQ")
"""Magic, format, sections, spare, version, since, keys, length of the file."""
SECTION = struct.Struct("<BBHIQQ")
"""Section, bits of its directory, spare, most keys in one bucket, offset of its groups, offset of its directory."""
PAIR = struct.Struct("<II")
META = struct.Struct("<BIHHI")
"""State, tags, first and last day since EPOCH, sightings."""
_DAYS, _TIMES = 0xFFFF, 0xFFFF_FFFF
RANGES = "range"
"""The section of phone ranges, which belong to no bucket and to every one."""
SECTIONS = (*(kind.value for kind in Kind), RANGES)
_MOST_BITS = 17
_FULL = 12
"""Keys in a group, on average, before there are twice as many groups."""
DIGEST = 32
_AT_ONCE = 1 << 14
"""Pieces that are joined for one write."""


class Written(NamedTuple):
    """What was written."""

    keys: int
    """Different keys."""
    size: int
    """Bytes of the file."""
    sha256: str
    """Digest of the file's content, as it stands at its end."""


Group = tuple[bytearray, bytearray]
"""Keys with their marks, and their records."""


def write_index(path: Path | str, entries: Iterable[Entry | Raw], *, version: int) -> Written:
    """Writes the whole index to ``path``: to a file beside it first, then renamed, so that nobody sees half of it.

    ``entries`` may be raw rows (fastest) or entries; of two rows with one key the later counts. ``version``: what the
    rows are as of, in any unit that grows (milliseconds, a transaction number). Raises ValueError for a value that is
    not in canonical form; the old file then stays.
    """
    return _write(Path(path), entries, version, version)


def write_changes(path: Path | str, entries: Iterable[Entry | Raw], *, since: int, version: int) -> Written:
    """Writes the file of changes: every key that changed after version ``since``, as it is at ``version``.

    State REMOVED (0) in a raw row says that the key is gone. It counts for a base with since <= version of the base <
    version; for any other it is passed over, so the order in which base and changes are replaced makes no difference.
    """
    if since > version:
        raise ValueError("changes cannot end before they begin")
    return _write(Path(path), entries, version, since)


def changes_path(path: Path | str) -> Path:
    """Where the changes of an index stand."""
    return Path(path).with_suffix(".delta")


def _write(path: Path, entries: Iterable[Entry | Raw], version: int, since: int) -> Written:
    sections = _grouped(entries)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            written = _put(file, sections, version, since)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o640)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return written


def _grouped(entries: Iterable[Entry | Raw]) -> dict[str, dict[int, Group]]:
    """Section to group to its keys and records, at the finest division."""
    sections: dict[str, dict[int, Group]] = {section: {} for section in SECTIONS}
    shift, record, epoch = 32 - _MOST_BITS, META.pack, EPOCH
    for row in entries:
        kind, value, state, tags, first, last, times = row if type(row) is tuple else raw_of(row)  # type: ignore[arg-type]
        if kind == "phone" and value[-1:] == "*":
            kind = RANGES
        try:
            number, marked = spot(kind, value)
            groups = sections[kind]
        except (ValueError, KeyError):
            marked = b""
        if len(marked) <= 2:
            raise ValueError(f"a value of kind {kind} is not in canonical form")
        number >>= shift
        try:
            group = groups[number]
        except KeyError:
            group = groups[number] = (bytearray(MARK), bytearray())
        group[0].extend(marked[1:])
        try:
            group[1].extend(record(state, tags, first - epoch, last - epoch, times))
        except struct.error:  # beyond what the record holds: as far as it goes
            group[1].extend(_nearest((state, tags, first, last, times)))
    return sections


def _nearest(facts: tuple[int, int, int, int, int]) -> bytes:
    state, tags, first, last, times = facts
    days = [min(max(day - EPOCH, 0), _DAYS) for day in (first, last)]
    if not 0 <= tags <= _TIMES:
        raise ValueError("tags are a mask of 32 bits")
    return META.pack(state, tags, *days, min(max(times, 0), _TIMES))


def _put(file: BinaryIO, sections: dict[str, dict[int, Group]], version: int, since: int) -> Written:
    """Writes header, sections, directories and the digest of them all."""
    at = HEADER.size + SECTION.size * len(SECTIONS)
    heads: list[bytes] = []
    laid: list[tuple[list[bytes | bytearray], bytes]] = []
    count = 0
    for number, section in enumerate(SECTIONS):
        groups = {place_: _once(group) for place_, group in sections.pop(section).items()}
        keys = sum(len(rows) for _, rows in groups.values()) // META.size
        bucket_bits = BITS[Kind(section)] if section != RANGES else 0
        bits = min(max(bucket_bits, (keys // _FULL).bit_length()), _MOST_BITS)
        pieces, directory, length = _laid(groups, bits)
        heads.append(SECTION.pack(number, bits, 0, _fullest(groups, bucket_bits), at, at + length))
        laid.append((pieces, directory))
        at += length + len(directory)
        count += keys
    digest = sha256()
    head = HEADER.pack(MAGIC, FORMAT, len(SECTIONS), 0, version, since, count, at + DIGEST)
    for chunk in (head, *heads):
        digest.update(chunk)
        file.write(chunk)
    for pieces, directory in laid:
        for start in range(0, len(pieces), _AT_ONCE):
            chunk = b"".join(pieces[start : start + _AT_ONCE])
            digest.update(chunk)
            file.write(chunk)
        digest.update(directory)
        file.write(directory)
    file.write(digest.digest())
    return Written(count, at + DIGEST, digest.hexdigest())


def _once(group: Group) -> Group:
    """The group with each key once: of two records the later."""
    keys = bytes(group[0]).split(MARK)[1:-1]
    if len(set(keys)) == len(keys):
        return group
    records = {key: group[1][at * META.size :][: META.size] for at, key in enumerate(keys)}
    return bytearray(MARK + MARK.join(records) + MARK), bytearray().join(records.values())


def _fullest(groups: dict[int, Group], bits: int) -> int:
    """The most keys that one bucket holds."""
    held: Counter[int] = Counter()
    for number, (_, rows) in groups.items():
        held[number >> _MOST_BITS - bits] += len(rows) // META.size
    return max(held.values(), default=0)


def _laid(groups: dict[int, Group], bits: int) -> tuple[list[bytes | bytearray], bytes, int]:
    """The groups one after another, neighbours joined until ``bits`` tell them apart; the directory; the length.

    The directory has for each group where its keys and its records begin, and at its end where all ends.
    """
    joined: dict[int, list[Group]] = {}
    for number in sorted(groups):
        joined.setdefault(number >> _MOST_BITS - bits, []).append(groups[number])
    pieces: list[bytes | bytearray] = []
    directory, at = array("I"), 0
    for number in range(1 << bits):
        parts = joined.get(number, ())
        keys = [part[0] for part in parts]
        if len(keys) > 1:
            keys = [bytearray(MARK), *(part[1:] for part in keys)]
        directory.append(at)
        at += sum(map(len, keys))
        directory.append(at)
        pieces += keys
        for part in parts:
            pieces.append(part[1])
            at += len(part[1])
    directory.append(at)
    directory.append(at)
    if sys.byteorder == "big":
        directory.byteswap()
    return pieces, directory.tobytes(), at
