"""What the look-up server answers: one line of JSON for a key, worded so that nobody takes silence for a promise."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import lru_cache
from json.encoder import encode_basestring

from .entries import Meta, State, tags_of
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
_NAMES = {state: state.name.lower() for state in State}
_WORDS = {
    state: f'"state":"{_NAMES[state]}","note":{json.dumps(note, ensure_ascii=False)}' for state, note in NOTES.items()
}
NOT_FOUND = json.dumps({"found": False, "note": NOTHING}, ensure_ascii=False, separators=(",", ":"))


_ACCOUNT = re.compile(r"(?!97(?:1005|1011|1025))\d{6}:\d{5,19}", re.ASCII)
"""But for wallets, which ``key_of`` makes of their BINs."""


def raw_key(kind: str, text: str, bank: str = "") -> tuple[str, str]:
    """Kind and canonical value of what was asked. Raises ``BadKeyError``."""
    if (kind == "phone" and MOBILE.fullmatch(text)) or (kind == "account" and not bank and _ACCOUNT.fullmatch(text)):
        return kind, text  # already as we write it, as partners' programs do
    key = key_of(kind, text, bank=bank)
    return key.kind.value, key.value


def answer(index: Index, kind: str, value: str, today: int) -> tuple[bool, str]:
    """Whether anything is known, and the JSON object that says what.

    The nearest hit answers: the key itself, else what covers it ("covered_by" then names it); the others follow in
    "also". ``today``: ordinal of the day, from which "age_days" counts back to the last sighting.
    """
    hits = index.hits(kind, value)
    if not hits:
        return False, NOT_FOUND
    first = hits[0]
    facts = _facts(first[2], today)
    asked = f'"found":true,"kind":"{kind}","value":{encode_basestring(value)}'
    if len(hits) == 1 and first[1] == value:
        return True, f"{{{asked},{facts}}}"
    covered = "" if first[:2] == (kind, value) else f',"covered_by":"{first[0]}:{encode_basestring(first[1])[1:]}'
    also = ",".join(_other(hit, today) for hit in hits[1:])
    return True, f'{{{asked}{covered},{facts},"also":[{also}]}}'


def _other(hit: Hit, today: int) -> str:
    return f'{{"key":"{hit[0]}:{encode_basestring(hit[1])[1:]},{_facts(hit[2], today)}}}'


def _facts(meta: Meta, today: int) -> str:
    state, tags, first, last, times = meta
    return (
        f'{_WORDS[state]},"tags":{_tags(tags)},"first":"{_day(first)}","last":"{_day(last)}",'  # type: ignore[index]
        f'"sightings":{times},"age_days":{max(today - last, 0)}'
    )


@lru_cache(maxsize=1 << 12)
def _tags(mask: int) -> str:
    return json.dumps(tags_of(mask), separators=(",", ":"))


@lru_cache(maxsize=1 << 12)
def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


LONGEST_LINE = 8192
"""Bytes of one question in a bulk request."""


def line_answer(index: Index, line: bytes, today: int) -> tuple[bool, str]:
    """The answer to one line of a bulk request: {"kind", "value", "bank"?, "id"?}; "id" is given back as it came.

    A line that cannot be read gets {"error": …} and disturbs no other.
    """
    name = ""
    try:
        if len(line) > LONGEST_LINE:
            raise BadKeyError("Dòng quá dài.")
        asked = json.loads(line)
        if not isinstance(asked, dict):
            raise BadKeyError("Mỗi dòng là một đối tượng JSON có kind và value.")
        if "id" in asked:
            name = f'"id":{json.dumps(asked["id"], ensure_ascii=False)},'
        texts = [asked.get(field, "") for field in ("kind", "value", "bank")]
        if not all(isinstance(text, str) for text in texts):
            raise BadKeyError("kind, value và bank là chuỗi ký tự.")
        found, told = answer(index, *raw_key(*texts), today)
    except BadKeyError as error:
        return False, f"{{{name}{_error(str(error))}}}\n"
    except (ValueError, RecursionError):
        return False, f"{{{_error('Không đọc được dòng này: cần JSON có kind và value.')}}}\n"
    return found, f"{{{name}{told[1:]}\n"


def _error(sentence: str) -> str:
    return f'"error":{json.dumps(sentence, ensure_ascii=False)}'


def error_object(sentence: str) -> bytes:
    """{"error": …} in UTF-8."""
    return f"{{{_error(sentence)}}}".encode("utf-8", "replace")
