"""What the look-up server answers: one line of JSON for a key, worded so that nobody takes silence for a promise."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from json.encoder import encode_basestring

from .entries import EPOCH, Meta, State, tags_of
from .index import Hit, Index
from .keys import BadKeyError, key_of
from .phones import MOBILE

NOTHING = (
    "Chưa có ai báo với chúng tôi. Điều đó không có nghĩa là đáng tin: "
    "số và trang mới dùng để lừa đảo luôn chưa có trong sổ."
)
NOTES = {
    State.REPORTED: "Có người báo, chưa ai kiểm tra. Đây là lời báo, không phải kết luận.",
    State.REVIEW: "Có người báo và đang được xem xét. Chưa phải kết luận.",
    State.CONFIRMED: "Đã xác nhận được dùng để lừa đảo. Không nói lên ai là chủ.",
    State.CLEARED: "Từng có người báo, đã xem xét và gỡ khỏi danh sách nghi vấn.",
    State.KNOWN_GOOD: "Có trong danh sách địa chỉ chính thức. Số và tên hiện trên máy vẫn có thể bị giả.",
}
_WORDS = {
    int(state): f'"state":"{state.name.lower()}","note":{json.dumps(note, ensure_ascii=False)},"tags":'.encode()
    for state, note in NOTES.items()
}
NOT_FOUND = json.dumps({"found": False, "note": NOTHING}, ensure_ascii=False, separators=(",", ":")).encode()
_NONE = False, NOT_FOUND
_MOST = 1 << 14
"""Pieces of one sort kept ready: the days of forty years."""


class Pieces(dict[int, bytes]):
    """A field's text in JSON by its number, made when it is first needed. Answers are put together from such pieces."""

    def __init__(self, made: Callable[[int], str]) -> None:
        self._made = made

    def __missing__(self, number: int) -> bytes:
        if len(self) >= _MOST:
            self.clear()
        piece = self[number] = self._made(number).encode()
        return piece


def _day(number: int) -> str:
    return date.fromordinal(EPOCH + number).isoformat()


_TAGS = Pieces(lambda mask: json.dumps(tags_of(mask), separators=(",", ":")))
_FIRST = Pieces(lambda day: f',"first":"{_day(day)}","last":"')


@lru_cache(maxsize=2)
def lasts(today: int) -> Pieces:
    """The texts of last sightings on a day (``date.toordinal``), which are counted back from it in "age_days"."""
    return Pieces(lambda day: f'{_day(day)}","age_days":{max(today - EPOCH - day, 0)},"sightings":')


_ACCOUNT = r"(?!97(?:1005|1011|1025))\d{6}:\d{5,19}"
"""But for wallets, which ``key_of`` makes of their BINs."""
CANONICAL = re.compile(rf"phone/(?P<phone>{MOBILE.pattern})|account/(?P<account>{_ACCOUNT})", re.ASCII).fullmatch
"""Kind and value as partners' programs write them, which ``key_of`` would give back as they are."""


def raw_key(kind: str, text: str, bank: str = "") -> tuple[str, str]:
    """Kind and canonical value of what was asked. Raises ``BadKeyError``."""
    if not bank and CANONICAL(f"{kind}/{text}"):
        return kind, text
    key = key_of(kind, text, bank=bank)
    return key.kind.value, key.value


def answer(index: Index, kind: str, value: str, seen: Pieces) -> tuple[bool, bytes]:
    """Whether anything is known, and the JSON object that says what.

    The nearest hit answers: the key itself, else what covers it ("covered_by" then names it); the others follow in
    "also". ``seen``: ``lasts`` of the day.
    """
    hits = index.hits(kind, value)
    if not hits:
        return _NONE
    asked = f'{{"found":true,"kind":"{kind}","value":{encode_basestring(value)},'.encode()
    first = hits[0]
    if len(hits) == 1 and first[1] == value:
        state, tags, begun, last, times = first[2]
        return True, b"".join((asked, _WORDS[state], _TAGS[tags], _FIRST[begun], seen[last], b"%d}" % times))
    covered = b"" if first[:2] == (kind, value) else f'"covered_by":{_name(first)},'.encode()
    also = b",".join([_other(hit, seen) for hit in hits[1:]])
    return True, b"".join((asked, covered, _facts(first[2], seen), b',"also":[', also, b"]}"))


def _other(hit: Hit, seen: Pieces) -> bytes:
    return b'{"key":%b,%b}' % (_name(hit).encode(), _facts(hit[2], seen))


def _name(hit: Hit) -> str:
    return encode_basestring(f"{hit[0]}:{hit[1]}")


def _facts(meta: Meta, seen: Pieces) -> bytes:
    state, tags, first, last, times = meta
    return b"".join((_WORDS[state], _TAGS[tags], _FIRST[first], seen[last], b"%d" % times))


LONGEST_LINE = 8192
"""Bytes of one question in a bulk request."""


def line_answer(index: Index, line: bytes, seen: Pieces) -> tuple[bool, bytes]:
    """The answer to one line of a bulk request: {"kind", "value", "bank"?, "id"?}; "id" is given back as it came.

    A line that cannot be read gets {"error": …} and disturbs no other.
    """
    name = b""
    try:
        if len(line) > LONGEST_LINE:
            raise BadKeyError("Dòng quá dài.")
        asked = json.loads(line)
        if not isinstance(asked, dict):
            raise BadKeyError("Mỗi dòng là một đối tượng JSON có kind và value.")
        if "id" in asked:
            name = f'"id":{json.dumps(asked["id"], ensure_ascii=False)},'.encode("utf-8", "replace")
        texts = [asked.get(field, "") for field in ("kind", "value", "bank")]
        if not all(isinstance(text, str) for text in texts):
            raise BadKeyError("kind, value và bank là chuỗi ký tự.")
        found, told = answer(index, *raw_key(*texts), seen)
    except BadKeyError as error:
        return False, b"{%b%b\n" % (name, error_object(str(error))[1:])
    except (ValueError, RecursionError):
        return False, error_object("Không đọc được dòng này: cần JSON có kind và value.") + b"\n"
    return found, b"{%b%b\n" % (name, told[1:])


def error_object(sentence: str) -> bytes:
    """{"error": …} in UTF-8."""
    return f'{{"error":{json.dumps(sentence, ensure_ascii=False)}}}'.encode("utf-8", "replace")
