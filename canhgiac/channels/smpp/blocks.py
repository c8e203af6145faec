"""A whole read from the wire in one look: answers to submit_sm and receipts of the usual form, by columns.

Most of what an SMSC says are these two, thousands a second; read one by one they cost four times as much. What is not
of the usual form is left to ``Link``, which reads any PDU: both make the same of the same octets.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from functools import lru_cache
from itertools import compress
from operator import add, not_
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

from canhgiac.channels.columns import Receipts, Said

from .receipts import RefBase, canonical, said_of

# A reference in its canonical spelling: a number without leading zeros, decimal or in small hexadecimal digits.
_REF = rb"([1-9a-f][0-9a-f]{0,63})"
_BLOCK = re.compile(
    rb"(\0\0\0(.)(?:"
    rb"\x80\0\0\x04(.{8})(?:"  # submit_sm_resp: status and sequence number
    + _REF
    + rb"\0|(?<=\x10\x80\0\0\x04.{8})|(?<=\x11\x80\0\0\x04.{8})\0)"
    rb"|\0\0\0\x05\0{4}.{4}[^\0]*\0..[^\0]*\0..[^\0]*\0\x04..\0\0.....[^\0]*"  # deliver_sm: where a receipt ends
    rb"))",
    re.DOTALL,
)
_RECEIPT = re.compile(
    rb"(\0\0\0.\0\0\0\x05\0{4}(.{4})[^\0]{0,5}\0(.).([0-9]{1,20})\0..[^\0]{0,64}\0\x04..\0\0....(.)"
    rb"id:" + _REF + rb" (sub:[^\0]*))",
    re.DOTALL,
)
_BETWEEN = 4
"""Octets of a receipt's text before its number and behind it."""
_SAID = re.compile(
    rb"sub:\d{0,5} dlvrd:\d{0,5} submit date:\d{8,14} done date:(\d{8,14}) stat:([A-Za-z]{1,10}) "
    rb"err:([0-9A-Za-z]{0,8})(?:\s.*)?",
    re.DOTALL,
)


class Block(NamedTuple):
    """What a read said, up to ``end``."""

    end: int
    statuses: tuple[int, ...]
    sequences: tuple[int, ...]
    """Of the answers to submit_sm."""
    refs: tuple[bytes, ...]
    """The SMSC's numbers in these; empty where one has none."""
    delivered: list[bytes]
    """The others, whole, for ``receipts_of``."""


def read_block(stream: bytes) -> Block | None:
    """The PDUs of the usual forms at the beginning of a stream; None when others stand between them.

    What follows ``end`` (half a PDU, or one of another form) is for who reads PDU by PDU. Words are left as they are,
    so that answers make room in the window first.
    """
    found = _BLOCK.findall(stream)
    if found and len(found[-1][0]) < found[-1][1][0]:
        found.pop()  # the rest of it is still on its way
    if not found:
        return None
    whole, lengths, heads, refs = zip(*found, strict=True)
    read = b"".join(whole)
    if list(map(len, whole)) != list(b"".join(lengths)) or not stream.startswith(read):
        return None
    answers = numbers(b"".join(heads))
    statuses, sequences = answers[::2], answers[1::2]
    if len(sequences) == len(whole):
        return Block(len(read), statuses, sequences, refs, [])
    return Block(len(read), statuses, sequences, tuple(compress(refs, heads)), list(compress(whole, map(not_, heads))))


def refs_of(found: Sequence[bytes], base: RefBase) -> list[str]:
    """The SMSC's numbers of what it took, in their canonical spelling."""
    refs = _words(found)
    return refs if base == "as_is" else [canonical(ref, base) for ref in refs]


def receipts_of(pdus: Sequence[bytes], zone: ZoneInfo, country: str) -> tuple[list[bytes], Receipts, list[bytes]]:
    """The receipts among deliver_sm, their sequence numbers as they stand on the wire, and what is of another form."""
    columns, odd = _columns(pdus, zone), []
    if columns is None:
        fits = [_columns([one], zone) is not None for one in pdus]
        columns, odd = _columns(list(compress(pdus, fits)), zone), list(compress(pdus, map(not_, fits)))
    if columns is None:
        return [], Receipts([], [], []), odd
    return columns.acks, Receipts(columns.refs, columns.says, _addresses(columns.sources, columns.tons, country)), odd


class _Columns(NamedTuple):
    acks: list[bytes]
    refs: list[str]
    says: list[Said]
    tons: bytes
    sources: tuple[bytes, ...]


def _columns(pdus: Sequence[bytes], zone: ZoneInfo) -> _Columns | None:
    """What receipts say; None where one is of another form, and where there are none."""
    rows = _RECEIPT.findall(b"".join(pdus))
    if not rows or len(rows) < len(pdus):
        return None
    whole, acks, tons, sources, sizes, names, said = zip(*rows, strict=True)
    lengths = map(add, map(len, names), map(len, said))
    known = {words: _said(words, zone) for words in set(said)}
    if whole != tuple(pdus) or [one + _BETWEEN for one in lengths] != list(b"".join(sizes)) or None in known.values():
        return None
    says = cast(list[Said], list(map(known.__getitem__, said)))
    return _Columns(list(acks), _words(names), says, b"".join(tons), sources)


def _said(words: bytes, zone: ZoneInfo) -> Said | None:
    """Most receipts that come together say the very same, so they are read once."""
    found = _SAID.fullmatch(words)
    if found is None:
        return None
    date, state, error = found.groups()
    return said_of(state, error, date, zone)


def numbers(octets: bytes) -> tuple[int, ...]:
    """Numbers of four octets each, in network order."""
    return _form(f">{len(octets) // 4}I").unpack(octets)


def spelled_out(sequences: range) -> tuple[bytes, ...]:
    """Sequence numbers as they stand on the wire, four octets each."""
    count = len(sequences)
    return _form("4s" * count).unpack(_form(f">{count}I").pack(*sequences))


@lru_cache(maxsize=4096)
def _form(form: str) -> struct.Struct:
    return struct.Struct(form)


def _words(column: Sequence[bytes]) -> list[str]:
    """The words of a column; none of them holds a blank."""
    return b" ".join(column).decode("ascii").split(" ")


def _addresses(sources: Sequence[bytes], tons: bytes, country: str) -> list[str]:
    """``address_of`` of each; of international numbers at once."""
    if tons.count(1) == len(tons):
        return ("+" + b" +".join(sources).decode("ascii")).split(" ")
    return [address_of(one.decode("ascii"), ton, country) for one, ton in zip(sources, tons, strict=True)]


def address_of(address: str, ton: int, country: str) -> str:
    """An address in E.164 where it is a number of the telephone network; a short number or a name as it is."""
    if not address.isdigit():
        return address
    if ton == 1 or (address.startswith(country) and len(address) > 8):
        return f"+{address}"
    return f"+{country}{address[1:]}" if address.startswith("0") and len(address) > 8 else address
