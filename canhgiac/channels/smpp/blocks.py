"""A whole read from the wire in one look: answers to submit_sm and receipts of the usual form, by columns.

Most of what an SMSC says are these two, thousands a second; read one by one they cost four times as much. What is not
of the usual form is left to ``Link``, which reads any PDU: both make the same of the same octets.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, compress
from operator import sub
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from canhgiac.channels.columns import Receipts, Said

from .receipts import RefBase, canonical, said_of

# A reference in its canonical spelling: a number without leading zeros, decimal or in small hexadecimal digits.
_REF = rb"([1-9a-f][0-9a-f]{0,63})"
_BLOCK = re.compile(
    rb"(\0\0\0(.)(?:"
    rb"\x80\0\0\x04\0\0\0\0(....)" + _REF + rb"\0"  # submit_sm_resp: taken
    rb"|(?<=[\x10\x11])\x80\0\0\x04(....)(....)(?:(?<=\x10.{12})|(?<=\x11.{12})\0)"  # the same with an error
    rb"|(\0\0\0\x05\0\0\0\0(....)[^\0]{0,5}\0(.).([0-9]{1,20})\0..[^\0]{0,64}\0\x04..\0\0....)(.)"  # deliver_sm
    rb"id:" + _REF + rb" sub:\d{0,5} dlvrd:\d{0,5} submit date:\d{8,14} done date:"
    rb"(\d{8,14} stat:[A-Za-z]{1,10} err:[0-9A-Za-z]{0,8})(?:\s[^\0]*)?"
    rb"))",
    re.DOTALL,
)
_LENGTH = 5
"""Octets of a deliver_sm that stand neither in its beginning nor in its text: four of command_length, sm_length."""
Columns: TypeAlias = tuple[tuple[bytes, ...], ...]
"""Of PDUs in their order: sequence number, source's type of number, source, reference, and what the text says. Of one
that is no receipt all are empty."""


class Block(NamedTuple):
    """What a read said, up to ``end``."""

    end: int
    taken: tuple[int, ...]
    """Sequence numbers of messages that were taken."""
    refs: list[str]
    """The SMSC's numbers of these."""
    errors: list[tuple[int, int]]
    """Status and sequence number of the others."""
    columns: Columns
    """Receipts, for ``receipts_of``; nothing where there are none."""


def read_block(stream: bytes, base: RefBase) -> Block | None:
    """The PDUs of the usual forms at the beginning of a stream; None when others stand between them.

    What follows ``end`` (half a PDU, or one of another form) is for who reads PDU by PDU. Receipts are left as they
    are, so that answers make room in the window first.
    """
    found = _BLOCK.findall(stream)
    if found and len(found[-1][0]) < found[-1][1][0]:
        found.pop()  # the rest of it is still on its way
    if not found:
        return None
    whole, lengths, taken, refs, statuses, failed, starts, *columns, sizes, names, said = zip(*found, strict=True)
    read = b"".join(whole)
    if list(map(len, whole)) != list(b"".join(lengths)) or not stream.startswith(read):
        return None
    if any(starts):
        ends = map(sub, map(len, compress(whole, starts)), map(len, filter(None, starts)))
        if [end - _LENGTH for end in ends] != list(b"".join(sizes)):
            return None
        columns += names, said
    else:
        columns = []
    sequences = numbers(b"".join(taken))
    failures = list(zip(numbers(b"".join(statuses)), numbers(b"".join(failed)), strict=True)) if any(failed) else []
    if any(not status or sequence in sequences for status, sequence in failures):
        return None
    spelled = _words(refs)
    if base != "as_is":
        spelled = [canonical(ref, base) for ref in spelled]
    return Block(len(read), sequences, spelled, failures, tuple(columns))


def receipts_of(blocks: Sequence[Columns], zone: ZoneInfo, country: str) -> tuple[list[bytes], Receipts]:
    """The receipts of blocks, and their sequence numbers as they stand on the wire."""
    if not blocks:
        return [], Receipts([], [], [])
    acks, tons, sources, names, said = ([*chain.from_iterable(column)] for column in zip(*blocks, strict=True))
    told = list(filter(None, said))
    known = {one: _said(one, zone) for one in set(told)}
    says = [known[told[0]]] * len(told) if len(known) == 1 else [known[one] for one in told]
    to = _addresses(list(filter(None, sources)), b"".join(tons), country)
    return list(filter(None, acks)), Receipts(_words(names), says, to)


def _said(words: bytes, zone: ZoneInfo) -> Said:
    date, state, error = words.split(b" ")
    return said_of(state.removeprefix(b"stat:"), error.removeprefix(b"err:"), date, zone)


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
    """The words of a column where it has any; none of them holds a blank."""
    joined = b" ".join(filter(None, column))
    return joined.decode("ascii").split(" ") if joined else []


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
