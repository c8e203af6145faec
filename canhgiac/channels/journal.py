"""Rows of the journal as COPY takes them: one block of text for a chunk, several times quicker than row by row.

The format is PostgreSQL's text format of COPY: tabs between columns, ``\\N`` for null, a backslash before what would be
read as one of its signs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from canhgiac.channels.contract import Receipt

ATTEMPT_COLUMNS = (
    *("delivery_id", "tries", "lane_id", "chunk_id", "provider_id", "at"),
    *("area_id", "digest", "outcome", "is_last", "ref", "code"),
)
RECEIPT_COLUMNS = ("provider_id", "ref", "arrival", "code", "at", "address", "came_at", "look_at", "looked")
AttemptRow: TypeAlias = tuple[int, int | None, bytes, str, bool, str, str]
"""Delivery, commune, digest of the address, outcome, is_last, reference, code."""
NULL = "\\N"
_SIGNS = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def attempts_block(
    rows: Iterable[AttemptRow], *, tries: int, lane_id: int, chunk_id: int, provider_id: int, at: dt.datetime
) -> str:
    """One line an attempt of one chunk, in the order of ``ATTEMPT_COLUMNS``."""
    common = f"\t{tries}\t{lane_id}\t{chunk_id}\t{provider_id}\t{at.isoformat()}\t"
    return "".join([
        f"{key}{common}{NULL if area is None else area}\t\\\\x{digest.hex()}\t{outcome}\t"
        f"{'t' if is_last else 'f'}\t{plain(ref, 100)}\t{plain(code, 64)}\n"
        for key, area, digest, outcome, is_last, ref, code in rows
    ])  # fmt: skip


def receipts_block(receipts: Sequence[Receipt], *, provider_id: int, now: dt.datetime) -> str:
    """One line a receipt, due to be matched at once, in the order of ``RECEIPT_COLUMNS``."""
    seen: dict[dt.datetime, str] = {}
    tail = f"\t{(came := now.isoformat())}\t{came}\t0\n"
    lines = []
    for ref, arrival, code, at, to in receipts:
        when = seen.get(at) or seen.setdefault(at, at.isoformat())
        lines.append(
            f"{provider_id}\t{plain(ref, 100)}\t{arrival.value}\t{plain(code, 64)}\t{when}\t{plain(to, 200)}{tail}"
        )
    return "".join(lines)


def plain(text: str, most: int) -> str:
    """A text for a column of so many characters, with the signs of the format escaped."""
    if text.isascii() and text.isprintable() and "\\" not in text:
        return text[:most]
    return kept(text, most).translate(_SIGNS)


def kept(text: str, most: int) -> str:
    """A text as a column of so many characters takes it: no NUL, no lone surrogate, not too long."""
    return text.replace("\0", "").encode(errors="replace").decode()[:most]
