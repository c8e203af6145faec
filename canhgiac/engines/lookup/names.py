"""Apps and accounts on social platforms in one spelling."""

from __future__ import annotations

import re
import unicodedata

from canhgiac.engines.recognition.letters import plain

from .links import link_value
from .model import BadKeyError
from .phones import masked_phone, phone_value, shown_phone

PLATFORMS = {
    "facebook": "Facebook",
    "zalo": "Zalo",
    "telegram": "Telegram",
    "tiktok": "TikTok",
    "instagram": "Instagram",
    "youtube": "YouTube",
    "whatsapp": "WhatsApp",
    "viber": "Viber",
    "x": "X",
    "line": "LINE",
    "wechat": "WeChat",
    "discord": "Discord",
    "skype": "Skype",
    "threads": "Threads",
}
"""Code to name."""
_ALSO = {"fb": "facebook", "face": "facebook", "messenger": "facebook", "tele": "telegram", "insta": "instagram"}
_ALSO |= {"ig": "instagram", "twitter": "x", "tik tok": "tiktok", "yt": "youtube", "zl": "zalo"}
_TAKEN = PLATFORMS.keys() | _ALSO.keys()
_BY_PHONE = {"zalo", "telegram", "whatsapp", "viber", "wechat"}
_HOSTS = {
    "facebook.com": "facebook",
    "t.me": "telegram",
    "zalo.me": "zalo",
    "tiktok.com": "tiktok",
    "instagram.com": "instagram",
    "youtube.com": "youtube",
    "x.com": "x",
    "wa.me": "whatsapp",
}
_SECTIONS = {
    "facebook": {"groups", "share", "watch", "reel", "events", "marketplace", "story.php", "login", "permalink.php"},
    "telegram": {"joinchat", "share", "addstickers", "proxy"},
    "zalo": {"g", "pc", "s", "oa"},
    "youtube": {"watch", "shorts", "playlist", "live"},
    "tiktok": {"t", "music", "tag", "discover", "embed"},
    "instagram": {"p", "reel", "reels", "stories", "explore", "tv"},
    "x": {"i", "home", "search", "hashtag", "intent", "share"},
    "whatsapp": {"message", "qr"},
}
"""First parts of a path that are no account's name."""
_PACKAGE = re.compile(r"[a-z]\w*(?:\.[a-z]\w*)+", re.ASCII)
_SHA256 = re.compile(r"(?:sha-?256\s*[:=]\s*)?([0-9a-f]{64})", re.ASCII)
_APPLE = re.compile(r"(?:apple:|id)(\d{6,12})", re.ASCII)
_HANDLE = re.compile(r"[\w.~][\w.~\-]{1,99}")
_EASY = re.compile(r"[a-z0-9][a-z0-9._]+", re.ASCII)
_CANONICAL = re.compile(r"([a-z]+):([^\s/:].*)", re.DOTALL)
_BAD_APP = "Ứng dụng chưa đúng: cần tên gói như vn.vidu.app, link ở kho ứng dụng, hoặc mã SHA-256 của tệp."
_BAD_SOCIAL = "Chưa rõ tài khoản nào: hãy dán link trang cá nhân, hoặc viết tên mạng rồi tên tài khoản."


def app_value(text: str) -> str:
    """An Android package name, "apple:<store id>", or "sha256:<hex>" of a file. Raises ``BadKeyError``."""
    typed = unicodedata.normalize("NFKC", text).strip()
    small = typed.lower()
    for pattern, lead in ((_SHA256, "sha256:"), (_APPLE, "apple:")):
        match = pattern.fullmatch(small)
        if match:
            return f"{lead}{match[1]}"
    if "/" in typed or "?" in typed:
        return _of_store(typed)
    if _PACKAGE.fullmatch(small) and len(small) <= 150:
        return small
    raise BadKeyError(_BAD_APP)


def _of_store(link: str) -> str:
    host, _, path = link_value(link).partition("/")
    last = path.rpartition("/")[2].lower()
    if host == "play.google.com" and _PACKAGE.fullmatch(last) and len(last) <= 150:
        return last
    apple = _APPLE.fullmatch(last) if host == "apps.apple.com" else None
    if apple:
        return f"apple:{apple[1]}"
    raise BadKeyError(_BAD_APP)


def social_value(text: str, platform: str) -> str:
    """ "<platform>:<name or number>" of a profile's link, or of a name with its platform. Raises ``BadKeyError``."""
    typed = unicodedata.normalize("NFKC", text).strip()
    if platform.strip():
        return _made(_platform(platform), typed)
    whole = _CANONICAL.fullmatch(typed)
    if whole and whole[1] in PLATFORMS:
        return _made(whole[1], whole[2])
    if "/" in typed:
        found = social_of_link(link_value(typed))
        if found is None:
            raise BadKeyError(_BAD_SOCIAL)
        return found
    words = re.split(r"[\s:,]+", typed)
    named = [word for word in words if plain(word) in _TAKEN]
    if len(named) != 1:
        raise BadKeyError(_BAD_SOCIAL)
    return _made(_platform(named[0]), " ".join(word for word in words if word != named[0]))


def social_of_link(value: str) -> str | None:
    """The account that a link's value leads to; None for every other page."""
    host, _, path = value.partition("/")
    code = _HOSTS.get(host)
    parts = path.split("/")
    if code is None or not parts[0]:
        return None
    name = parts[0]
    if code == "facebook" and name == "people" and len(parts) == 3:
        name = parts[2]
    elif code == "youtube" and name in {"channel", "c", "user"} and len(parts) == 2:
        name = parts[1]
    elif name in _SECTIONS[code] or name == "people" or name.startswith("+") or "%" in name:
        return None
    try:
        return _made(code, name)
    except BadKeyError:
        return None


def _platform(name: str) -> str:
    wanted = " ".join(plain(name).split())
    code = _ALSO.get(wanted, wanted)
    if code not in PLATFORMS:
        raise BadKeyError(_BAD_SOCIAL)
    return code


def _made(code: str, name: str) -> str:
    if code in _BY_PHONE:
        digits = name if name.startswith("+") or not name.startswith("84") else f"+{name}"
        try:
            value = phone_value(digits)
        except BadKeyError:
            value = ""
        if value.startswith("+") and not value.endswith("*"):
            return f"{code}:{value}"
    for _ in range(4):
        folded = unicodedata.normalize("NFKC", name.casefold()).strip().lstrip("@").strip()
        if folded == name:
            break
        name = folded
    else:
        raise BadKeyError(_BAD_SOCIAL)
    if not _HANDLE.fullmatch(name) or not any(char.isalnum() for char in name):
        raise BadKeyError(_BAD_SOCIAL)
    return f"{code}:{name}"


def shown_social(value: str) -> str:
    """As people write it: the platform's name, then the account's."""
    code, _, name = value.partition(":")
    if name.startswith("+84"):
        return f"{PLATFORMS[code]} {shown_phone(name)}"
    return f"{PLATFORMS[code]} {name}" if _EASY.fullmatch(name) and name not in _TAKEN else value


def masked_social(value: str) -> str:
    """The platform, and the ends of the account's name."""
    code, _, name = value.partition(":")
    if name.startswith("+"):
        return f"{PLATFORMS[code]} {masked_phone(name)}"
    return f"{PLATFORMS[code]} {name[:2]}***{name[-2:] if len(name) > 5 else ''}"
