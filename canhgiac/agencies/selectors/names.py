"""One spelling for the many ways in which documents name a body."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from canhgiac.kit.text import fold

_JOINED = re.compile(r"\b[A-ZĐ]{1,6}(?:[&,\-–/.][A-ZĐ]{1,6})+\b")
_PARENTHESES = re.compile(r"\([^()]*\)")
_BULLET = re.compile(r"^(?:[-+*•–]|\d{1,2}(?:\.\d{1,2})*[.)]|[a-z]\))\s+")
_NOT_WORD = re.compile(r"[^a-z0-9]+")

_LONG = (
    ("uy ban nhan dan", "ubnd"),
    ("hoi dong nhan dan", "hdnd"),
    ("uy ban mat tran to quoc viet nam", "mttq"),
    ("uy ban mat tran to quoc", "mttq"),
    ("mat tran to quoc viet nam", "mttq"),
    ("mat tran to quoc", "mttq"),
    ("uy ban mttq viet nam", "mttq"),
    ("uy ban mttqvn", "mttq"),
    ("uy ban mttq", "mttq"),
    ("ub mttq viet nam", "mttq"),
    ("ub mttq", "mttq"),
    ("ubmttq viet nam", "mttq"),
    ("ubmttqvn", "mttq"),
    ("ubmttq", "mttq"),
    ("doan thanh nien cong san ho chi minh tinh", "tinh doan"),
    ("doan tncs ho chi minh tinh", "tinh doan"),
    ("doan tncs ho chi minh", "doan thanh nien cong san ho chi minh"),
    ("hoi lhpn", "hoi lien hiep phu nu"),
    ("ldld", "lien doan lao dong"),
    ("bo chqs", "bo chi huy quan su"),
    ("bchqs", "bo chi huy quan su"),
    ("bch quan su", "bo chi huy quan su"),
    ("bdbp", "bo doi bien phong"),
    ("vksnd", "vien kiem sat nhan dan"),
    ("tand", "toa an nhan dan"),
    ("nhnn", "ngan hang nha nuoc"),
    ("ngan hang nha nuoc viet nam", "ngan hang nha nuoc"),
    ("bhxh", "bao hiem xa hoi"),
    ("thpt", "trung hoc pho thong"),
    ("thcs", "trung hoc co so"),
    ("ptth", "phat thanh truyen hinh"),
    ("tp", "thanh pho"),
    ("tx", "thi xa"),
)
_LEADING = re.compile(
    r"^(?:(?:de nghi|giao cho|giao|yeu cau|thu truong|lanh dao|giam doc|chu tich|chanh|thuong truc)\s+)+"
)
_REGION = re.compile(r"\bkhu vuc \d+$")  # a province has one regional branch, whatever its number
_POLICE = re.compile(r"^ca (?=tinh|thanh pho|xa|phuong|dac khu|cac|cap|huyen|quan|thi xa)")


def agency_key(printed: str) -> str:
    """The name in one spelling: folded, abbreviations of bodies in one form, no numbering, punctuation or "và".

    >>> agency_key("1. Ủy ban nhân dân tỉnh") == agency_key("UBND tỉnh;")
    True
    >>> agency_key("Sở LĐ-TB&XH") == agency_key("Sở LĐTBXH")
    True
    """
    text = unicodedata.normalize("NFC", printed)
    text = _JOINED.sub(lambda match: re.sub(r"\W", "", match[0]), text)
    text = _BULLET.sub("", fold(text))
    words = f" {_NOT_WORD.sub(' ', text).strip()} "
    words = words.replace(" va ", " ")
    for long, short in _LONG:
        words = words.replace(f" {long} ", f" {short} ")
    return _REGION.sub("khu vuc", _POLICE.sub("cong an ", _LEADING.sub("", words.strip())))


def without_parentheses(printed: str) -> str:
    """The name without what stands in parentheses."""
    return _PARENTHESES.sub(" ", printed)


def localless(key: str, local: Iterable[str]) -> str:
    """The key without the province's own words, given as keys: the full name ("tinh vinh an") and the kind ("tinh").

    A body of the province is called with and without them: "Sở Y tế", "Sở Y tế tỉnh", "Sở Y tế tỉnh Vĩnh An".
    """
    for words in local:
        for tail in (f" tren dia ban {words}", f" cua {words}", f" {words}"):
            if key.endswith(tail):
                return key.removesuffix(tail)
    return key


_AREA_KIND = re.compile(r"(?:^| )(?:xa|phuong|thi tran|dac khu|huyen|quan|thi xa|thanh pho|tinh)$")


def bare_province(key: str, local: Iterable[str]) -> str:
    """The key without the province's bare name at its end, "tinh doan vinh an"; not when it names a place of a kind.

    A town may bear its province's name ("thành phố Vĩnh An"), so this is only for a name not found otherwise.
    """
    for words in local:
        bare = words.removeprefix("thanh pho ").removeprefix("tinh ")
        head = key.removesuffix(f" {bare}")
        if bare != words and head != key and not _AREA_KIND.search(head):
            return head.removesuffix(" chi nhanh")
    return key
