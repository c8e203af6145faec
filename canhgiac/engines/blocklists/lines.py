"""Lines of a text file of unknown encoding: UTF-8, UTF-16 with its mark, Vietnamese Windows-1258."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from .model import LONGEST_LINE, Lines, ListError, fault

_MARKS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_TOO_LONG = "Dòng quá dài."
_BINARY = "Tệp này không phải tệp chữ: hãy tải lên đúng định dạng đã chọn."


def text_lines(stream: BinaryIO) -> Lines:
    """The lines with their numbers from 1, without line ends. A line too long is a fault. Raises ``ListError``."""
    head = stream.read(4)
    rest = _Joined(head, stream)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            yield from _numbered(_wide(rest, encoding))
            return
    yield from _numbered(_narrow(rest))


class _Joined:
    """A stream whose first bytes were looked at already."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head, self._stream = io.BytesIO(head), stream

    def readline(self, most: int) -> bytes:
        """At most ``most`` bytes, up to and with the line's end."""
        line = self._head.readline(most)
        if line.endswith(b"\n") or len(line) == most:
            return line
        return line + self._stream.readline(most - len(line))

    def read(self, most: int) -> bytes:
        """At most ``most`` bytes."""
        return self._head.read(most) or self._stream.read(most)


def _narrow(stream: _Joined) -> Iterator[str | None]:
    """Lines; None for one too long."""
    first = True
    while line := stream.readline(LONGEST_LINE):
        if b"\0" in line:
            raise ListError(_BINARY)
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            while (more := stream.readline(LONGEST_LINE)) and not more.endswith(b"\n"):
                pass
            yield None
        else:
            yield _decoded(line.removeprefix(codecs.BOM_UTF8) if first else line)
        first = False


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1258", "replace")


def _wide(stream: _Joined, encoding: str) -> Iterator[str | None]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    held, lost, first = "", False, True
    while data := stream.read(64 * 1024):
        text = decoder.decode(data)
        if first and text:
            text, first = text.removeprefix("\ufeff"), False
        *whole, held = (held + text).split("\n")
        for line in whole:
            yield None if lost or len(line) > LONGEST_LINE else line
            lost = False
        if len(held) > LONGEST_LINE:
            held, lost = "", True
    held += decoder.decode(b"", final=True)
    if held or lost:
        yield None if lost else held


def _numbered(lines: Iterator[str | None]) -> Lines:
    for number, line in enumerate(lines, 1):
        yield fault(number, "", _TOO_LONG) if line is None else (number, line.rstrip("\r\n"))
