"""What has to hold for a reader of questions whatever the file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

from .. import gift, qti, sheet
from ..items import item_check, item_of
from ..reading import Read
from .seeds import ALL, GIFT


def parts(package: bytes) -> dict[str, bytes]:
    """The files of a ZIP."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    """A ZIP of files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


_PACKAGE = parts(qti.write(ALL[:2]))
_BOOK = parts(sheet.write(ALL))
_ROWS = "xl/worksheets/sheet1.xml"
SEEDS: dict[str, tuple[bytes, ...]] = {
    "gift": (GIFT.encode(), gift.write(ALL).encode()),
    "qti": tuple(data for name, data in parts(qti.write(ALL)).items() if name.startswith("items/")),
    "manifest": (_PACKAGE["imsmanifest.xml"],),
    "package": (qti.write(ALL[:1]),),
    "rows": (_BOOK[_ROWS],),
    "workbook": (sheet.write(ALL[:1]),),
}
READERS: dict[str, Callable[[bytes], Read]] = {
    "gift": gift.read,
    "qti": qti.read,
    "manifest": lambda data: qti.read(packed({**_PACKAGE, "imsmanifest.xml": data})),
    "package": qti.read,
    "rows": lambda data: sheet.read(packed({**_BOOK, _ROWS: data})),
    "workbook": sheet.read,
}
"""By what is odd in the file: all of it, or one part of a sound package or workbook."""


def check(form: str, data: bytes) -> Read:
    """Reads; raises AssertionError where something does not hold."""
    read = READERS[form](data)
    if not read.items and not read.faults:
        raise AssertionError("a file without questions says so")
    places = [place for place, _ in read.items]
    if len(set(places)) < len(places) or not set(read.pictures) | set(read.categories) <= set(places):
        raise AssertionError("each question has a place of its own")
    for _, item in read.items:
        item_check(item)
        kept = json.loads(json.dumps(item.to_json(), allow_nan=False))
        if item_of(item.kind, item.prompt, kept, item.explanation).kind != item.kind:
            raise AssertionError("the bank keeps what was read")
        if "\0" in repr(item) or "\\ud8" in repr(item):
            raise AssertionError("a text that PostgreSQL cannot keep")
    for fault in read.faults:
        if not fault.place or len(fault.text) > 1000 or not fault.text.endswith((".", ".)", "”)", ")")):
            raise AssertionError(f"a fault that cannot be shown: {fault}")
        if not fault.text.isprintable() or not fault.place.isprintable():
            raise AssertionError(f"a fault with control characters: {fault!r}")
    return read
