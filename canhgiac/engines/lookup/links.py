"""Links in one spelling: a host, or a host and a path, as browsers ask for them (WHATWG URL, RFC 3492, UTS #46).

Scheme, "www.", port, query, fragment and whatever stands before "@" make no difference to who owns a page and are
left out. On platforms where many people have pages under one host, the first parts of the path say whose page it is.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from contextlib import suppress
from functools import lru_cache
from urllib.parse import parse_qs, quote

import tldextract

from canhgiac.engines.recognition.brands import SHORTENERS
from canhgiac.engines.recognition.words import listed

from .model import BadKeyError

LONGEST_VALUE = 300
"""Characters of host and path. The path is kept in whole parts: the end of a long one is made for one victim."""
SHARED_PATHS = {
    "facebook.com": 1,
    "t.me": 1,
    "zalo.me": 1,
    "tiktok.com": 1,
    "instagram.com": 1,
    "youtube.com": 1,
    "x.com": 1,
    "wa.me": 1,
    "discord.gg": 1,
    "linktr.ee": 1,
    "telegra.ph": 1,
    "pastebin.com": 1,
    "forms.gle": 1,
    "medium.com": 1,
    "github.com": 1,
    "shopee.vn": 1,
    "vt.tiktok.com": 1,
    "vm.tiktok.com": 1,
    "youtu.be": 1,
    "sites.google.com": 2,
    "forms.office.com": 2,
    "canva.com": 3,
    "line.me": 3,
    "drive.google.com": 3,
    "dropbox.com": 3,
    "mediafire.com": 2,
    "mega.nz": 2,
    "discord.com": 2,
    "ipfs.io": 2,
    "docs.google.com": 4,
    "play.google.com": 4,
    "apps.apple.com": 4,
} | dict.fromkeys(SHORTENERS, 1)
"""Host to the number of parts of the path that belong to one owner or one document."""
_ANY_CASE = {"facebook.com", "t.me", "zalo.me", "tiktok.com", "instagram.com", "x.com", "wa.me", "github.com"}
"""Platforms where capital letters in a name make no difference."""
_LONGER = {
    "facebook.com": {"groups": 2, "share": 3, "people": 3, "watch": 2, "reel": 2, "events": 2, "marketplace": 3},
    "t.me": {"joinchat": 2},
    "zalo.me": {"g": 2},
    "youtube.com": {"channel": 2, "c": 2, "user": 2, "shorts": 2},
    "wa.me": {"message": 2},
}
"""First parts that name a section and not an owner, with the parts to take then."""
_SAME = {
    "fb.com": "facebook.com",
    "fb.me": "facebook.com",
    "m.me": "facebook.com",
    "messenger.com": "facebook.com",
    "telegram.me": "t.me",
    "telegram.dog": "t.me",
    "twitter.com": "x.com",
    "bitly.com": "bit.ly",
}
_MOBILE = ("m.", "web.", "mobile.", "vi-vn.", "touch.", "mbasic.", "l.", "lm.")
_ID_PAGES = re.compile(r"(?:[\w.\-]+\.php|details|open|uc)", re.ASCII)
"""Pages that tell in their query whose they are: profile.php?id=…, store/apps/details?id=…"""
SHARED_ENDINGS = frozenset(
    listed(
        "github.io gitlab.io web.app firebaseapp.com pages.dev workers.dev r2.dev netlify.app vercel.app herokuapp.com "
        "onrender.com fly.dev glitch.me replit.app repl.co blogspot.com wordpress.com weebly.com weeblysite.com "
        "wixsite.com webflow.io carrd.co notion.site canva.site mystrikingly.com godaddysites.com square.site "
        "000webhostapp.com myshopify.com myharavan.com mysapo.net duckdns.org ngrok.io ngrok.app ngrok-free.app "
        "trycloudflare.com azurewebsites.net web.core.windows.net s3.amazonaws.com cloudfront.net translate.goog"
    )
)
"""Hosts that give everybody a name of his own to the left of theirs."""
SECOND = frozenset(listed("com net org gov edu ac info biz name pro health int co id io ai or go ne"))
"""Second labels that make a public ending with a country's two letters: "com.vn"."""

_WEB = re.compile(r"h(?:tt|xx|\*\*)ps?\s?:\s?/{1,3}", re.IGNORECASE)
_INSIDE = re.compile(r"(?:h(?:tt|xx|\*\*)ps?://|www\.)[^\s<>\"']+", re.IGNORECASE)
_DEFANGED = re.compile(r"\[\s?(?:\.|dot)\s?\]|\(\s?(?:\.|dot)\s?\)|\{\.\}", re.IGNORECASE)
_DOTS = str.maketrans("。．｡․", "....")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_\-]{0,61}[a-z0-9_])?", re.ASCII)
_GONE = re.compile("[\u00ad\u034f\u180b-\u180f\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
_KEPT = "ßς"
"""Letters that case folding would change though browsers keep them (UTS #46, non-transitional)."""
_HALF_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_BAD = "Đường link chưa đúng: cần tên trang như vidu.test hoặc vidu.test/trang."


def link_value(text: str) -> str:
    """The one spelling of a link: "host" or "host/path". Raises ``BadKeyError``."""
    typed = text.strip()
    if re.search(r"\s", typed):
        inside = _INSIDE.search(typed)
        typed = inside[0].rstrip(".,;:!?)]") if inside else re.sub(r"[\t\r\n]", "", typed)
    typed = _DEFANGED.sub(".", typed).replace("\\", "/")
    scheme = _WEB.match(typed)
    if scheme:
        typed = typed[scheme.end() :]
    elif "://" in typed or typed.startswith("//"):
        typed = typed.partition("//")[2]
    authority, path, query = _split(typed)
    host = _host(authority)
    path = _path(path)
    return _owned(host, path, query)


def _split(typed: str) -> tuple[str, str, str]:
    """Authority, path, query."""
    before = typed.partition("#")[0]
    whole, _, query = before.partition("?")
    authority, _, path = whole.partition("/")
    return authority, path, query


def _host(authority: str) -> str:
    host = authority.rpartition("@")[2].translate(_DOTS)
    bracketed = re.fullmatch(r"\[([0-9a-fA-F:.]{2,45})\](?::\d*)?", host, re.ASCII)
    if bracketed:
        with suppress(ValueError):
            return f"[{ipaddress.IPv6Address(bracketed[1]).compressed}]"
        raise BadKeyError(_BAD)
    host = re.sub(r":\d*$", "", host, flags=re.ASCII).strip(".")
    labels = [_label(label) for label in _same_letters(host).split(".")]
    while len(labels) > 2 and labels[0] == "www":
        labels = labels[1:]
    number = _address(labels)
    if number is not None:
        return number
    name = ".".join(labels)
    if len(labels) < 2 or len(name) > 253 or not re.search(r"[a-z]", labels[-1]):
        raise BadKeyError(_BAD)
    return _one_name(name)


def _one_name(name: str) -> str:
    """The platform's first name for a host that is only another door to it."""
    for lead in _MOBILE:
        bare = name.removeprefix(lead)
        if bare != name and (bare in SHARED_PATHS or bare in _SAME) and bare not in SHORTENERS:
            name = bare
            break
    return _SAME.get(name, name)


def _same_letters(host: str) -> str:
    """Case and style of letters made one, until nothing changes."""
    for _ in range(4):
        folded = "".join(char if char in _KEPT else char.casefold() for char in _GONE.sub("", host))
        folded = unicodedata.normalize("NFKC", folded)
        if folded == host:
            return host
        host = folded
    raise BadKeyError(_BAD)


def _label(label: str) -> str:
    if not label.isascii():
        try:
            label = "xn--" + label.encode("punycode").decode("ascii")
        except UnicodeError:
            raise BadKeyError(_BAD) from None
    if not _LABEL.fullmatch(label):
        raise BadKeyError(_BAD)
    return label


def _address(labels: list[str]) -> str | None:
    """A host that is a number to browsers ("0x7f.1" too) as four numbers; None for a name."""
    if not re.fullmatch(r"\d+|0x[0-9a-f]*", labels[-1], re.ASCII):
        return None
    parts = []
    for label in labels:
        if not re.fullmatch(r"\d{1,12}|0x[0-9a-f]{0,9}", label, re.ASCII):
            raise BadKeyError(_BAD)
        base = 16 if label.startswith("0x") else 8 if len(label) > 1 and label[0] == "0" else 10
        try:
            parts.append(int(label.removeprefix("0x") or "0", base))
        except ValueError:
            raise BadKeyError(_BAD) from None
    if len(parts) > 4 or (len(parts) == 1 and parts[0] < 1 << 24) or any(part > 255 for part in parts[:-1]):
        raise BadKeyError(_BAD)
    value = parts[-1]
    if value >= 1 << 8 * (5 - len(parts)):
        raise BadKeyError(_BAD)
    for place, part in enumerate(parts[:-1]):
        value += part << 8 * (3 - place)
    return str(ipaddress.IPv4Address(value))


def _path(path: str) -> str:
    """Escapes in one spelling (RFC 3986 6.2.2), no empty parts, no "." and ".."."""
    path = _HALF_ESCAPE.sub("%25", path)
    path = _ESCAPE.sub(_one_escape, path)
    path = quote(path, safe="/%!$&'()*+,;=:@~", errors="replace")
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            kept = kept[:-1]
        elif part not in {"", "."}:
            kept.append(part)
    return "/".join(kept)


def _one_escape(escape: re.Match[str]) -> str:
    code = int(escape[1], 16)
    return chr(code) if code in _PLAIN else escape[0].upper()


def _owned(host: str, path: str, query: str) -> str:
    """Host and path, the path cut to its owner's part on a shared platform."""
    most = SHARED_PATHS.get(host)
    parts = path.split("/") if path else []
    if most is None:
        return _short(host, parts)
    if parts and _ID_PAGES.fullmatch(parts[-1]):
        named = re.sub(r"[^\w.\-]", "", (parse_qs(query[:2000]).get("id") or [""])[0], flags=re.ASCII)[:100]
        if named.strip("."):
            parts = [named] if parts[-1].endswith(".php") else [*parts, named]
    if host == "t.me" and len(parts) > 1 and parts[0] == "s":
        parts = parts[1:]  # the preview of a channel
    parts = parts[: max(most, _LONGER.get(host, {}).get(parts[0].lower() if parts else "", most))]
    is_invitation = host == "t.me" and parts and parts[0].startswith(("joinchat", "+"))
    if host in _ANY_CASE and not is_invitation:
        parts = [part.lower() if "%" not in part else part for part in parts]
    return _short(host, parts)


def _short(host: str, parts: list[str]) -> str:
    while len("/".join([host, *parts])) > LONGEST_VALUE:
        parts = parts[:-1]
    return "/".join([host, *parts])


@lru_cache(maxsize=1)
def _suffixes() -> tldextract.TLDExtract:
    """The public suffix list as the library ships it; nothing is fetched and nothing written."""
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


@lru_cache(maxsize=1 << 14)
def registrable(host: str) -> str:
    """The part of a host that somebody registered, also under endings such as "github.io"; an address stays whole."""
    if host.startswith("[") or host.rpartition(".")[2].isdigit():
        return host
    ending = next((end for end in _endings(host) if end in SHARED_ENDINGS), None)
    suffix = ending or _suffixes()(host).suffix or host.rpartition(".")[2]
    if host == suffix:
        return host
    return f"{host.removesuffix(f'.{suffix}').rpartition('.')[2]}.{suffix}"


def _endings(host: str) -> list[str]:
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(1, len(labels) - 1)]


def owner_value(value: str) -> str:
    """Under what a person's report of a link is counted: the owner's part on a shared platform, else the host.

    A trap makes a path for every victim, so reports are joined by host; a list that names single pages of a broken-into
    site keeps ``value`` whole.
    """
    host = value.partition("/")[0]
    return value if host in SHARED_PATHS else host


def parent_values(value: str) -> list[str]:
    """What stands above a link: shorter paths (at most four), the host, its parents down to the registrable domain.

    Nothing above the owner's part on a shared platform: the platform is not to blame for its guests.
    """
    host, _, path = value.partition("/")
    if host in SHARED_PATHS:
        return []
    parts = path.split("/") if path else []
    found = [f"{host}/{'/'.join(parts[:size])}" for size in range(min(len(parts) - 1, 4), 0, -1)]
    if parts:
        found.append(host)
    last = registrable(host)
    while host != last:
        host = host.partition(".")[2]
        if host in SHARED_PATHS or _one_name(host) != host:
            break
        if not host.startswith("www.") or host == last:
            found.append(host)
    return found


def family_value(value: str) -> str:
    """The name that a link shares with all its parents, found by short lists that a small client can hold.

    Links of one family are in one private bucket: see ``buckets``.
    """
    host = value.partition("/")[0]
    if host in SHARED_PATHS:
        return value
    if host.startswith("[") or host.rpartition(".")[2].isdigit():
        return host
    labels = host.split(".")
    for size in range(len(labels) - 1, 0, -1):
        if ".".join(labels[-size:]) in SHARED_ENDINGS:
            return ".".join(labels[-size - 1 :])
    size = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND else 2
    return ".".join(labels[-size:])
