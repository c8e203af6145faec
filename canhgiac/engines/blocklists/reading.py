"""One door to all formats: what stands on a list, as keys, and the lines at fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from canhgiac.engines.lookup.entries import TAGS
from canhgiac.engines.lookup.keys import BadKeyError, key_of

from .misp import misp_read
from .model import MOST_ITEMS, Fault, Listed, ListError, Raw, Raws, fault
from .plain import hosts_read, plain_read
from .stix import stix_read
from .table import table_read

FORMATS: dict[str, Callable[[BinaryIO], Raws]] = {
    "hosts": hosts_read,
    "plain": plain_read,
    "csv": table_read,
    "stix": stix_read,
    "misp": misp_read,
}
_KNOWN_TAGS = frozenset(TAGS)


def read_list(stream: BinaryIO, *, form: str, kind: str) -> Iterator[Listed | Fault]:
    """What the file names, in its order, a thing as often as it stands there.

    ``form``: one of FORMATS. ``kind``: what the things are where the file does not say. Raises ``ListError`` for a
    file that is no such list at all.
    """
    for count, raw in enumerate(FORMATS[form](stream), 1):
        if count > MOST_ITEMS:
            raise ListError(f"Tệp có hơn {MOST_ITEMS} mục; hãy chia nhỏ.")
        yield raw if isinstance(raw, Fault) else _listed(raw, kind)


def _listed(raw: Raw, kind: str) -> Listed | Fault:
    try:
        key = key_of(raw.kind or kind, raw.text, bank=raw.bank)
    except BadKeyError as error:
        return fault(raw.number, raw.text, str(error))
    tags = tuple(tag for tag in raw.tags if tag in _KNOWN_TAGS)
    return Listed(raw.number, key, tags, raw.seen)
