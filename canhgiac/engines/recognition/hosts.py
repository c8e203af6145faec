"""Links in a message: which host they truly lead to, and whether it borrows a name that is not its own."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache

from .brands import BRANDS, CHAT_HOSTS, CHEAP_ENDINGS, DEEP_LINKS, OFFICIAL_HOSTS, RESERVED_ENDINGS, SHORTENERS, Brand
from .letters import plain
from .words import listed

_SECOND = frozenset(listed("com net org gov edu ac info biz name pro health int co"))
_SWAPS = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g", "i": "l"})
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"))
_PART = re.compile(r"[a-z0-9]+")
_OWN_WORD: dict[str, Brand] = {word: brand for brand in BRANDS for word in brand.words}
_SKELETONS: dict[str, Brand] = {}
_SHORT_SKELETONS: dict[str, Brand] = {}
_SHORT = 4
"""Letters up to which a name must be a whole part of the host ("acb-online"), not a piece of a word ("vacbon")."""


SIGNS = (
    *("borrowed", "look-alike", "sub-domain", "userinfo", "punycode", "mixed-script"),
    *("address", "shortener", "chat", "cheap"),
)
"""What a host can be told by."""


@dataclass(frozen=True, slots=True)
class HostJudgement:
    """What a host name alone tells.

    ``sign`` is "" or one of ``SIGNS``: "borrowed" (a brand's name outside its own addresses), "look-alike" (letters or
    digits swapped), "sub-domain" (the name stands left of somebody else's), "userinfo" (a name before "@", which no
    browser goes to), "punycode", "mixed-script", "address" (bare number), "shortener", "chat", "cheap" (throw-away
    ending). ``official``: an address whose owner we know.
    """

    host: str
    """As browsers ask for it: small ASCII letters, other scripts in punycode (RFC 3492)."""
    owner: str
    """The part that somebody registered: the page's true name."""
    sign: str = ""
    brand: Brand | None = None
    """Whose name is borrowed; for an official address its owner."""
    official: bool = False
    shown: str = ""
    """As people see it, where that differs from ``host``: punycode decoded, the name before "@"."""


def registered(host: str) -> str:
    """The part of a host that somebody registered: "a.b.vietcombank.com.vn" → "vietcombank.com.vn"."""
    labels = host.split(".")
    if len(labels) >= 3 and len(labels[-1]) == 2 and labels[-2] in _SECOND:
        return ".".join(labels[-3:])
    joined = ".".join(labels[-2:])
    if joined in CHEAP_ENDINGS and len(labels) >= 3:
        return ".".join(labels[-3:])
    return joined


def is_official(host: str) -> bool:
    """Whether the host is a known owner's, or stands under an ending that only proven bodies get."""
    if {host, registered(host)} & (CHAT_HOSTS | SHORTENERS):
        return False
    ends = host
    while ends:
        if ends in OFFICIAL_HOSTS:
            return True
        ends = ends.partition(".")[2]
    return any(host.endswith("." + ending) or host == ending for ending in RESERVED_ENDINGS)


def skeleton(word: str) -> str:
    """What a word looks like at a glance: digits and letters that are mistaken for each other made one."""
    word = word.translate(_SWAPS)
    for pair, single in _PAIRS:
        word = word.replace(pair, single)
    return word


for _brand in BRANDS:
    for _word in _brand.words:
        (_SKELETONS if len(_word) > _SHORT else _SHORT_SKELETONS).setdefault(skeleton(_word), _brand)


_DOTS = str.maketrans("。．｡․", "....")


@lru_cache(maxsize=1 << 14)
def judge_host(raw: str, user: str = "") -> HostJudgement:
    """Judges one host name as written, any script, any case. ``user`` is what stood before "@" in the address."""
    if user:
        judged = judge_host(raw)
        shown = plain(user).replace(" ", "")
        brand = _borrowed(shown.split(".")) or _inside(f"{shown}.x") or judged.brand
        return replace(judged, sign="userinfo", brand=brand, official=False, shown=f"{shown}@{judged.host}")
    return _judge_name(raw)


def _judge_name(raw: str) -> HostJudgement:
    typed = unicodedata.normalize("NFKC", raw.translate(_DOTS)).casefold().strip(".").replace(" ", "")
    if not typed.isascii() or "xn--" in typed:
        return _other_script(typed)
    host = plain(typed).strip(".").replace(" ", "")
    owner = registered(host)
    if re.fullmatch(r"[\d.]+|0x[0-9a-f]{1,8}|\[?[0-9a-f:]*:[0-9a-f:.]*\]?", host):
        return HostJudgement(host, host, "address")
    if is_official(host):
        return HostJudgement(host, owner, official=True, brand=_owner_brand(host))
    if {host, owner} & CHAT_HOSTS:
        return HostJudgement(host, owner, "chat")
    return HostJudgement(host, owner, "shortener") if {host, owner} & SHORTENERS else _not_known(host, owner)


def _other_script(typed: str) -> HostJudgement:
    """A name in letters beside ASCII: whose name it looks like when it is read, and what it is to a browser."""
    decoded = unicodedata.normalize("NFC", _decoded(typed))
    host = ".".join(map(_encoded, decoded.split(".")))
    shown = plain(decoded).replace(" ", "")
    labels = shown.split(".")
    brand = _borrowed(labels) or _look_alike(_labels(shown)) or (_owner_brand(shown) if is_official(shown) else None)
    return HostJudgement(
        host, registered(host), "punycode" if "xn--" in typed else "mixed-script", brand, shown=decoded
    )


def _encoded(label: str) -> str:
    """A label in punycode; one that cannot be written so stays as it is."""
    if label.isascii():
        return label
    try:
        return "xn--" + label.encode("punycode").decode("ascii")
    except UnicodeError:
        return plain(label)


def _not_known(host: str, owner: str) -> HostJudgement:
    if owner in DEEP_LINKS:
        return HostJudgement(host, owner)
    left = host[: len(host) - len(owner)].rstrip(".")
    for sign, brand in (
        ("sub-domain", _inside(host) or _borrowed(_labels(left))),
        ("borrowed", _borrowed(_labels(owner))),
        ("look-alike", _look_alike(_labels(host))),
    ):
        if brand is not None:
            return HostJudgement(host, owner, sign, brand)
    cheap = host.rpartition(".")[2] in CHEAP_ENDINGS or host.partition(".")[2] in CHEAP_ENDINGS
    if re.match(r"(vn|gov|vns?ms|gov-?vn)[-.]|.*\b(vn|gov)-[a-z]{2,4}\.", host) and cheap:
        return HostJudgement(host, owner, "look-alike")
    return HostJudgement(host, owner, "cheap" if cheap else "")


def _inside(host: str) -> Brand | None:
    """The owner of an address written in the middle of another: "zaloapp.com.660316.abc.com"."""
    labels = host.split(".")
    for start in range(len(labels) - 2):
        for end in range(start + 2, min(start + 4, len(labels))):
            name = ".".join(labels[start:end])
            if name in OFFICIAL_HOSTS:
                return _owner_brand(name)
    return None


def _labels(name: str) -> list[str]:
    """The labels but the last ending: "vietcombank.vn-ms.top" → vietcombank, vn-ms."""
    labels = name.split(".")
    return labels[:-1] if len(labels) > 1 else labels


def _borrowed(labels: list[str]) -> Brand | None:
    """The brand whose name stands in one of the labels, whole or at the start or end of a part."""
    for label in labels:
        joined = label.replace("-", "").replace("_", "")
        for part in (*_PART.findall(label), joined):
            brand = _OWN_WORD.get(part)
            if brand is not None:
                return brand
            for size in range(min(len(part), 24), _SHORT, -1):
                brand = _OWN_WORD.get(part[:size]) or _OWN_WORD.get(part[-size:])
                if brand is not None:
                    return brand
    return None


def _look_alike(labels: list[str]) -> Brand | None:
    """The brand that a label nearly spells: swapped letters, or one letter more, less or other."""
    for label in labels:
        for part in {*_PART.findall(label), label.replace("-", "")}:
            seen = skeleton(part)
            if len(part) <= _SHORT:
                if (len(part) == _SHORT or any(char.isdigit() for char in part)) and seen in _SHORT_SKELETONS:
                    return _SHORT_SKELETONS[seen]
                continue
            if seen in _SKELETONS:
                return _SKELETONS[seen]
            for word, brand in _SKELETONS.items():
                if len(word) > 6 and abs(len(word) - len(seen)) <= 1 and word[0] == seen[0] and _one_off(word, seen):
                    return brand
    return None


def _one_off(a: str, b: str) -> bool:
    """Whether one insertion, deletion, change or swap of neighbours makes one word of the other."""
    if len(a) > len(b):
        a, b = b, a
    start = 0
    while start < len(a) and a[start] == b[start]:
        start += 1
    if len(a) == len(b):
        if a[start + 1 :] == b[start + 1 :]:
            return True
        return a[start : start + 2] == b[start : start + 2][::-1] and a[start + 2 :] == b[start + 2 :]
    return a[start:] == b[start + 1 :]


def _owner_brand(host: str) -> Brand | None:
    for brand in BRANDS:
        if any(host == own or host.endswith("." + own) for own in brand.hosts):
            return brand
    return None


def _decoded(host: str) -> str:
    """Punycode labels as they are shown (RFC 3492); a broken one stays as it is."""
    if "xn--" not in host:
        return host
    labels = []
    for label in host.split("."):
        shown = label
        if label.startswith("xn--"):
            with suppress(UnicodeError, ValueError):
                shown = label[4:].encode("ascii").decode("punycode")
        labels.append(shown)
    return ".".join(labels)
