"""Records of a JSON file one at a time, however large the file: only the record at hand is held in memory.

Brackets and strings are followed; what stands between is parsed once a record is whole, by ``json``. A record that
does not parse is a fault of its own and the next one is read.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Collection, Iterator
from typing import Any, BinaryIO

from .model import DEEPEST, LONGEST_RECORD, Fault, ListError, fault

_CHUNK = 64 * 1024
_MARK = re.compile(r'["\[\]{}\n]')
_STRING_END = re.compile(r'(?:[^"\\]|\\.)*"', re.DOTALL)
_KEY = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:\s*$', re.DOTALL)
_UNFINISHED = "Tệp JSON bị cụt hoặc hỏng giữa chừng; các mục trước chỗ hỏng vẫn đọc được."


def records(stream: BinaryIO, under: Collection[str]) -> Iterator[tuple[int, dict[str, Any]] | Fault]:
    """The objects that stand in arrays of one of these names, the outermost only, with their lines.

    Raises ``ListError`` for what is no JSON or is nested too deep.
    """
    yield from _Scan(stream, frozenset(under)).run()


class _Scan:
    """One pass over the file."""

    def __init__(self, stream: BinaryIO, under: frozenset[str]) -> None:
        self._stream, self._under = stream, under
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._text, self._at, self._ended = "", 0, False
        self._stack: list[tuple[str, bool]] = []
        """Bracket, and whether objects directly in it are records."""
        self._line, self._start, self._began, self._level = 1, -1, 0, 0
        self._dropped = False

    def run(self) -> Iterator[tuple[int, dict[str, Any]] | Fault]:
        seen = False
        while (mark := self._next()) is not None:
            sign = self._text[mark]
            self._at = mark + 1
            if sign == "\n":
                self._line += 1
            elif sign == '"':
                if not self._pass_string():
                    break
            elif sign in "[{":
                seen = True
                self._open(sign, mark)
            else:
                if not self._stack or self._stack[-1][0] != ("[" if sign == "]" else "{"):
                    break
                if (found := self._close(mark)) is not None:
                    yield found
                if not self._stack:
                    return
        if not seen:
            raise ListError("Tệp này không phải JSON.")
        yield fault(self._line, self._text[max(0, self._at - 80) : self._at], _UNFINISHED)

    def _open(self, sign: str, mark: int) -> None:
        if len(self._stack) >= DEEPEST:
            raise ListError("Tệp JSON lồng quá nhiều lớp.")
        named = _KEY.search(self._text, max(0, mark - 100), mark) if sign == "[" else None
        is_home = bool(named and named[1] in self._under)
        if sign == "{" and self._start < 0 and not self._dropped and self._stack and self._stack[-1][1]:
            self._start, self._began, self._level = mark, self._line, len(self._stack)
        self._stack.append((sign, is_home))

    def _close(self, mark: int) -> tuple[int, dict[str, Any]] | Fault | None:
        self._stack.pop()
        if len(self._stack) != self._level or (self._start < 0 and not self._dropped):
            return None
        if self._dropped:
            self._dropped = False
            return fault(self._began, "", "Mục quá lớn.")
        text, self._start = self._text[self._start : mark + 1], -1
        try:
            record = json.loads(text)
        except (ValueError, RecursionError):
            return fault(self._began, text, "Mục này không phải JSON đúng.")
        return self._began, record

    def _pass_string(self) -> bool:
        """Steps over a string; False when the file ends inside it."""
        while True:
            end = _STRING_END.match(self._text, self._at)
            if end:
                self._line += self._text.count("\n", self._at, end.end())
                self._at = end.end()
                return True
            if len(self._text) - self._at > LONGEST_RECORD:
                raise ListError("Một chuỗi trong tệp JSON dài quá mức.")
            if not self._more():
                return False

    def _next(self) -> int | None:
        """Where the next sign stands; None at the end of the file."""
        while True:
            mark = _MARK.search(self._text, self._at)
            if mark:
                return mark.start()
            self._at = len(self._text)
            if not self._more():
                return None

    def _more(self) -> bool:
        """Reads on, letting go of what is no longer needed; False at the end."""
        if self._ended:
            return False
        if self._start >= 0 and len(self._text) - self._start > LONGEST_RECORD:
            self._start, self._dropped = -1, True
        keep = self._start if self._start >= 0 else max(0, self._at - 200)
        data = self._stream.read(_CHUNK)
        self._ended = not data
        new = self._decoder.decode(data, final=self._ended)
        self._text, self._at = self._text[keep:] + new, self._at - keep
        self._start = min(0, self._start)
        return bool(new) or not self._ended
