"""How people look for a form: by what happens to them, by who they are, by group; each with its word in addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import TextChoices

from canhgiac.agencies.models import Audience
from canhgiac.kit.text import fold
from canhgiac.library.models import Channel, Group, Language, MaterialKind, Situation

Choice = TypeVar("Choice", bound=TextChoices)

SITUATIONS: dict[Situation, tuple[str, str]] = {
    Situation.CALL_AUTHORITY: ("goi-xung-co-quan", "gavel"),
    Situation.CALL_COMPANY: ("goi-xung-doanh-nghiep", "phone-incoming"),
    Situation.MESSAGE_LINK: ("tin-nhan-co-link", "link"),
    Situation.ASKED_INSTALL: ("bao-cai-ung-dung", "device-mobile"),
    Situation.ASKED_CODE: ("hoi-ma-otp", "key"),
    Situation.JOB: ("ru-lam-viec", "clipboard-list"),
    Situation.INVEST: ("ru-dau-tu", "chart-line"),
    Situation.LOAN: ("vay-tien-doi-no", "coin"),
    Situation.FRIEND: ("nguoi-quen-muon-tien", "users"),
    Situation.STRANGER_LOVE: ("lam-quen-qua-mang", "message-2"),
    Situation.SHOPPING: ("mua-ban-giao-hang", "tag"),
    Situation.PRIZE: ("trung-thuong", "star"),
    Situation.EMERGENCY: ("nguoi-than-gap-nan", "alert-circle"),
    Situation.QR_CODE: ("ma-qr-la", "qrcode"),
    Situation.TRANSFERRED: ("tien-la-chuyen-vao", "arrows-exchange"),
    Situation.LOST_BEFORE: ("hua-lay-lai-tien", "restore"),
    Situation.GAMBLING: ("co-bac", "target"),
    Situation.RUMOR: ("tin-don", "speakerphone"),
}
"""Situation to its word in addresses and its icon."""

AUDIENCES: dict[Audience, str] = {
    Audience.ELDERLY: "nguoi-cao-tuoi",
    Audience.PUPILS: "hoc-sinh",
    Audience.STUDENTS: "sinh-vien",
    Audience.WORKERS: "nguoi-lao-dong",
    Audience.HOUSEHOLDS: "gia-dinh",
    Audience.YOUTH: "thanh-nien",
    Audience.OFFICIALS: "can-bo",
    Audience.TEACHERS: "giao-vien",
    Audience.FIRMS: "doanh-nghiep",
    Audience.BANK_CUSTOMERS: "khach-hang-ngan-hang",
    Audience.BANK_STAFF: "nhan-vien-ngan-hang",
    Audience.MINORITIES: "dan-toc-thieu-so",
    Audience.INTERNET_USERS: "nguoi-dung-internet",
}
"""The groups that the public pages offer as ways in, the ones hurt most first."""

GROUP_SLUGS: dict[Group, str] = {
    Group.IMPERSONATION: "gia-mao",
    Group.TAKEOVER: "chiem-tai-khoan",
    Group.MONEY: "tien-bac",
    Group.TRADE: "mua-ban",
    Group.FEELINGS: "tinh-cam",
    Group.OTHER: "khac",
}

KINDS: dict[MaterialKind, tuple[str, str]] = {
    MaterialKind.ARTICLE: ("bai-viet", "file-text"),
    MaterialKind.POSTER: ("ap-phich", "photo"),
    MaterialKind.LEAFLET: ("to-roi", "notes"),
    MaterialKind.BANNER: ("bang-ron", "flag"),
    MaterialKind.SLIDE: ("trinh-chieu", "table"),
    MaterialKind.SMS: ("tin-nhan", "message"),
    MaterialKind.RADIO: ("phat-thanh", "speakerphone"),
    MaterialKind.INFOGRAPHIC: ("do-hoa", "chart-bar"),
    MaterialKind.VIDEO: ("video", "video"),
}

CHANNELS: dict[Channel, str] = {
    Channel.PORTAL: "cong-thong-tin",
    Channel.SOCIAL: "mang-xa-hoi",
    Channel.SMS: "tin-nhan",
    Channel.LOUDSPEAKER: "loa",
    Channel.BROADCAST: "phat-thanh-truyen-hinh",
    Channel.PRINT: "in-treo",
    Channel.MEETING: "hoi-nghi",
    Channel.SCHOOL: "truong-hoc",
    Channel.COUNTER: "quay-giao-dich",
    Channel.WORKPLACE: "noi-lam-viec",
}

LANGUAGES: dict[Language, str] = {language: language.value for language in Language}

SIGN_ICONS: tuple[tuple[str, str], ...] = (
    ("video", r"sac phuc|goi video|video"),
    ("lock", r"bi mat|giu kin|khong duoc (noi|ke)|dung (noi|ke) (voi|cho)|khong (noi|ke) voi|giau"),
    ("qrcode", r"\bqr\b"),
    ("key", r"\botp\b|mat khau|ma xac|ma pin|doc ma"),
    ("device-mobile", r"ung dung|chia se man hinh|\bapk\b|dieu khien|quyen tro nang|\bapp\b"),
    ("link", r"\blink\b|duong dan|trang web|website|ten mien|dia chi trang|trang gia"),
    ("file-alert", r"lenh bat|trieu tap|dau do|giay to|giay phep|hop dong|bien lai|quyet dinh|van ban|giay"),
    ("clock", r"giuc|gap gap|ngay lap tuc|trong ngay|trong vai gio|het han|sap het|vai phut|dem nguoc|\bvoi vang\b"),
    ("building-bank", r"chuyen tien|chuyen khoan|tai khoan|ngan hang|dat coc|\bcoc\b|nop tien|nap tien|tra truoc"),
    ("coin", r"\blai\b|loi nhuan|hoa hong|gia (re|thap)|thuong|mien phi|luong cao|\bphi\b|re bat thuong|tien"),
    ("user-question", r"xung|mao danh|gia danh|doc dung|tu nhan|nick|anh dai dien|khong gap|nguoi la"),
    ("phone-incoming", r"cuoc goi|goi dien|so la|so may|goi tu|goi"),
    ("users-group", r"\bnhom\b|hoi nhom"),
    ("id", r"can cuoc|cccd|thong tin ca nhan|khuon mat"),
    ("message", r"tin nhan|nhan tin|zalo|telegram|messenger"),
    ("photo", r"\banh\b|hinh"),
    ("flag", r"de doa|doa|bat giam|xu phat"),
)
"""Icon and the folded words that call for it; the first that fits wins, so the telling ones stand first."""


def sign_icon(title: str, text: str = "") -> str:
    """The icon of a sign, by its words: the title is asked first, then the sentence under it.

    >>> sign_icon("Bắt giữ bí mật")
    'lock'
    >>> sign_icon("Điều gì đó", "không ai biết")
    'alert-triangle'
    """
    for words in (fold(title), fold(text)):
        for icon, pattern in SIGN_ICONS:
            if re.search(pattern, words):
                return icon
    return "alert-triangle"


@dataclass(frozen=True, slots=True)
class Facet:
    """One value that a list can be narrowed to."""

    value: str
    slug: str
    label: str
    icon: str = ""
    count: int = 0


def facet(known: dict[Choice, str], slug: str) -> Choice | None:
    """The value whose word in addresses this is; none for any other text."""
    return next((value for value, word in known.items() if word == slug), None)


SITUATION_SLUGS = {value: slug for value, (slug, _icon) in SITUATIONS.items()}
KIND_SLUGS = {value: slug for value, (slug, _icon) in KINDS.items()}
