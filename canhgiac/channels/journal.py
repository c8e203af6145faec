"""Rows of the journal as COPY takes them: one block of text for a chunk, several times quicker than row by row.

The format is PostgreSQL's text format of COPY: tabs between columns, ``\\N`` for null, a backslash before what would be
read as one of its signs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import NamedTuple, TypeAlias

from .columns import Receipts
from .contract import Receipt

ATTEMPT_COLUMNS = (
    *("delivery_id", "tries", "lane_id", "chunk_id", "provider_id"),
    *("area_id", "digest", "outcome", "is_last", "ref", "code"),
)
"""``at`` is the transaction's moment, by the server."""
RECEIPT_COLUMNS = ("provider_id", "ref", "arrival", "code", "at", "address")
"""It came at the transaction's moment and is due at once: the table's own defaults."""
AttemptRow: TypeAlias = tuple[int, int | None, bytes, str, bool, str, str]
"""Delivery, commune, digest of the address, outcome, is_last, reference, code."""
Place: TypeAlias = tuple[int, int | None, bytes]
"""Delivery, commune, digest of the address."""
NULL = "\\N"
_SIGNS = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class ChunkFacts(NamedTuple):
    """What is the same for all attempts of one chunk."""

    tries: int
    lane_id: int
    chunk_id: int
    provider_id: int

    @property
    def columns(self) -> str:
        """The four columns from the second on."""
        return f"\t{self.tries}\t{self.lane_id}\t{self.chunk_id}\t{self.provider_id}\t"


def attempts_block(rows: Iterable[AttemptRow], facts: ChunkFacts) -> str:
    """One line an attempt of one chunk, in the order of ``ATTEMPT_COLUMNS``."""
    common = facts.columns
    return "".join([
        f"{key}{common}{NULL if area is None else area}\t\\\\x{digest.hex()}\t{outcome}\t"
        f"{'t' if is_last else 'f'}\t{plain(ref, 100)}\t{plain(code, 64)}\n"
        for key, area, digest, outcome, is_last, ref, code in rows
    ])  # fmt: skip


def taken_block(places: Iterable[Place], refs: Sequence[str], facts: ChunkFacts) -> str:
    """``attempts_block`` of messages that were all taken: whose, and the provider's numbers of them."""
    common = facts.columns
    return "".join([
        f"{key}{common}{NULL if area is None else area}\t\\\\x{digest.hex()}\ttaken\tt\t{ref}\t\n"
        for (key, area, digest), ref in zip(places, plains(refs, 100), strict=True)
    ])  # fmt: skip


def receipts_block(receipts: Sequence[Receipt], *, provider_id: int) -> str:
    """One line a receipt, in the order of ``RECEIPT_COLUMNS``."""
    if not isinstance(receipts, Receipts):
        receipts = Receipts(
            [one.ref for one in receipts],
            [(one.arrival, one.code, one.at) for one in receipts],
            [one.to for one in receipts],
        )
    said = dict(zip(map(id, receipts.said), receipts.said, strict=True))  # most say the very same
    words = {
        key: f"\t{arrival.value}\t{plain(code, 64)}\t{at.isoformat()}\t" for key, (arrival, code, at) in said.items()
    }
    middles = map(words.__getitem__, map(id, receipts.said))
    lines = zip(repeat(f"{provider_id}\t"), plains(receipts.refs, 100), middles, plains(receipts.to, 200), repeat("\n"))
    return "".join(chain.from_iterable(lines))


def plains(texts: Sequence[str], most: int) -> Sequence[str]:
    """``plain`` of each; at once where none has a sign to be escaped."""
    joined = "".join(texts)
    if joined.isascii() and joined.isprintable() and "\\" not in joined and max(map(len, texts), default=0) <= most:
        return texts
    return [plain(text, most) for text in texts]


def plain(text: str, most: int) -> str:
    """A text for a column of so many characters, with the signs of the format escaped."""
    if text.isascii() and text.isprintable() and "\\" not in text:
        return text[:most]
    return kept(text, most).translate(_SIGNS)


def kept(text: str, most: int) -> str:
    """A text as a column of so many characters takes it: no NUL, no lone surrogate, not too long."""
    return text.replace("\0", "").encode(errors="replace").decode()[:most]
