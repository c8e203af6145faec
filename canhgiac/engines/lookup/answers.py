"""What the look-up server answers: one line of JSON for a key, worded so that nobody takes silence for a promise."""

from __future__ import annotations

import json
import re
from datetime import date
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
STATES_TOLD = {
    int(state): f'"state":"{state.name.lower()}","note":{json.dumps(note, ensure_ascii=False)},"tags":'.encode()
    for state, note in NOTES.items()
}
JSON_HEAD = [("content-type", "application/json; charset=utf-8"), ("cache-control", "no-store")]
"""Headers of an answer."""
NOT_FOUND = json.dumps({"found": False, "note": NOTHING}, ensure_ascii=False, separators=(",", ":")).encode()
_NONE = False, NOT_FOUND


class _Tags(dict[int, bytes]):
    """The tags of a mask in JSON, made when they are first needed; few masks are in use."""

    def __missing__(self, mask: int) -> bytes:
        if len(self) >= 1 << 14:
            self.clear()
        told = self[mask] = json.dumps(tags_of(mask), separators=(",", ":")).encode()
        return told


TAGS_TOLD = _Tags()
DAYS_TOLD = b"".join(date.fromordinal(EPOCH + day).isoformat().encode() for day in range(1 << 16))
"""Every day that a record can hold, ten bytes each: the days of most answers lie side by side in the processor's cache,
which single objects would not."""


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


def answer(index: Index, kind: str, value: str, today: int) -> tuple[bool, bytes]:
    """Whether anything is known, and the JSON object that says what.

    The nearest hit answers: the key itself, else what covers it ("covered_by" then names it); the others follow in
    "also". ``today``: as ``date.toordinal`` counts.
    """
    hits = index.hits(kind, value)
    if not hits:
        return _NONE
    asked = f'{{"found":true,"kind":"{kind}","value":{encode_basestring(value)},'.encode()
    first = hits[0]
    if len(hits) == 1 and first[1] == value:
        return True, b"%b%b}" % (asked, _facts(first[2], today))
    covered = b"" if first[:2] == (kind, value) else f'"covered_by":{_name(first)},'.encode()
    also = b",".join([_other(hit, today) for hit in hits[1:]])
    return True, b"".join((asked, covered, _facts(first[2], today), b',"also":[', also, b"]}"))


def _other(hit: Hit, today: int) -> bytes:
    return b'{"key":%b,%b}' % (_name(hit).encode(), _facts(hit[2], today))


def _name(hit: Hit) -> str:
    return encode_basestring(f"{hit[0]}:{hit[1]}")


def _facts(meta: Meta, today: int) -> bytes:
    state, tags, first, last, times = meta
    return b'%b%b,"first":"%b","last":"%b","age_days":%d,"sightings":%d' % (
        STATES_TOLD[state],
        TAGS_TOLD[tags],
        DAYS_TOLD[first * 10 : first * 10 + 10],
        DAYS_TOLD[last * 10 : last * 10 + 10],
        max(today - EPOCH - last, 0),
        times,
    )


LONGEST_LINE = 8192
"""Bytes of one question in a bulk request."""


def line_answer(index: Index, line: bytes, today: int) -> tuple[bool, bytes]:
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
        found, told = answer(index, *raw_key(*texts), today)
    except BadKeyError as error:
        return False, b"{%b%b\n" % (name, error_object(str(error))[1:])
    except (ValueError, RecursionError):
        return False, error_object("Không đọc được dòng này: cần JSON có kind và value.") + b"\n"
    return found, b"{%b%b\n" % (name, told[1:])


def error_object(sentence: str) -> bytes:
    """{"error": …} in UTF-8."""
    return f'{{"error":{json.dumps(sentence, ensure_ascii=False)}}}'.encode("utf-8", "replace")
