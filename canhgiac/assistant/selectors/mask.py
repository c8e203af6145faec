"""Third parties' phones, accounts, names, codes, mail addresses covered before a message is shown, kept, passed on.

What is covered keeps just enough for a person who holds the original to know which one is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from canhgiac.engines.recognition.words import listed
from canhgiac.kit.text import fold

DOT = "•"
_DIGITS = re.compile(r"(?<![\w.,/])\+?\d(?:(?! -\d)[ .\-()]{0,3}\d){5,24}(?![\d])")
"""A minus right before digits begins an amount: "TK 1234567890 -500,000VND" is two numbers."""
_MONEY_AFTER = re.compile(
    r"\s?(?:đ|d|vnd|vnđ|đồng|dong|k|tr|triệu|trieu|tỷ|ty|nghìn|nghin|ngàn|ngan|usd)\b", re.IGNORECASE
)
_DATE = re.compile(r"\d{1,2}[.\-]\d{1,2}[.\-]\d{2,4}(?: \d{1,4}){0,2}|(?:19|20)\d{6}")
_GROUPED_MONEY = re.compile(r"\d{1,3}(?:\.\d{3}){1,4}")
_CODE = re.compile(
    r"(?:\b(?:otp|pin|m[aã]|code|xac thuc|xác thực)\b[^\d\n]{0,40}?)(?<!\d)(\d(?:[ -]?\d){3,7})(?![\d.,]?\d)",
    re.IGNORECASE,
)
_CODE_FIRST = re.compile(r"(?<![\w.,/-])(\d{4,8})(?= (?:l[aà] (?:m[aã]|otp)|is your|is the)\b)", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]{1,64}@(?=(?:[\w-]{1,63}\.){1,4}[a-z]{2,24}\b)", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']{1,2000}", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_LONG_IN_LINK = re.compile(r"\d{8,24}")
_SURNAMES = listed(
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Đoàn Trịnh Mai Trương Lâm Phùng Tạ "
    "Chu Châu Quách Lương Vương Thái Cao Hà Đào Tô Giàng Sùng Lò Nông Triệu Hứa Kiều Thạch Kim Sơn Danh"
)
_LONE = frozenset(map(fold, listed("Mai Cao Hà Kim Sơn Danh Lý Thái Lâm Châu Đào Tô Chu Lò Hồ Lê Vũ Võ")))
"""Family names that are common words or places too: a name only when two or more capitalised words follow."""
_SPELLED = "|".join(
    sorted({form for name in _SURNAMES for bare in (name, fold(name).title()) for form in (bare, bare.upper())})
)
_CAPITAL = r"[A-ZÀ-ỸĐ][A-Za-zÀ-ỹĐđ]*"
_NAME = re.compile(rf"(?<!\w)({_SPELLED})((?:[ ]{_CAPITAL}){{1,4}})(?!\w)")
_FULL_NAME = re.compile(
    rf"(?<!\w)(?:{_SPELLED}) (?:v[aăâ]n|th[iị]) [a-zà-ỹđ]{{1,7}}(?:(?<= )[a-zà-ỹđ]{{1,7}})?(?!\w)", re.IGNORECASE
)
"""With the middle name it is a name in any case of letters."""
_PLACES = tuple(
    map(
        fold,
        (
            *("Hồ Chí Minh", "Lê Lợi", "Trần Hưng Đạo", "Lý Thường Kiệt", "Nguyễn Huệ", "Lê Duẩn", "Lê Thánh Tông"),
            *("Hà Nội", "Hà Giang", "Hà Nam", "Hà Tĩnh", "Thái Bình", "Thái Nguyên", "Cao Bằng", "Sơn La", "Lâm Đồng"),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Mask:
    """What covers ``start`` to ``end`` of a text."""

    start: int
    end: int
    shown: str


def mask(text: str) -> str:
    """The text with everything covered that ``masks`` finds.

    >>> mask("Lien he 0900 000 214, STK 1234567890123 NGUYEN VAN AN")
    'Lien he 09•• ••• 214, STK •••••• 123 N••••• V•• A•'
    """
    parts, at = [], 0
    for found in masks(text):
        parts += [text[at : found.start], found.shown]
        at = found.end
    return "".join([*parts, text[at:]])


def harmless(text: str) -> str:
    """The words of others for people to read: numbers covered, links such that nobody can press them.

    >>> harmless("Vào http://vcb.test/kh hoặc gọi 0900 000 214")
    'Vào http://vcb[.]test/kh hoặc gọi 09•• ••• 214'
    """
    return _ADDRESS.sub(lambda match: match[0].replace(".", "[.]"), mask(text))


def without_codes(text: str) -> str:
    """The text with one-time codes covered and all else as it is: for its owner to hand over.

    >>> without_codes("Ma OTP la 482913, goi 0900000214")
    'Ma OTP la ••••••, goi 0900000214'
    """
    for cover in sorted(_codes(text), key=lambda one: -one.start):
        text = text[: cover.start] + cover.shown + text[cover.end :]
    return text


def masks(text: str) -> list[Mask]:
    """What has to be covered, in order and apart. Amounts, dates, hotlines and short numbers of services stay."""
    found: list[Mask] = []
    links = [match.span() for match in _LINK.finditer(text)]
    for one in sorted(
        (*_codes(text), *_mails(text), *_numbers(text, links), *_in_links(text, links), *_names(text)),
        key=lambda one: (one.start, -one.end),
    ):
        if not found or one.start >= found[-1].end:
            found.append(one)
    return found


def mask_number(number: str) -> str:
    """A phone, account or card: the first two digits of a phone and the last three stay.

    >>> mask_number("0900000214"), mask_number("+84900000214"), mask_number("19001234"), mask_number("1234567890123")
    ('09•• ••• 214', '+849•• ••• 214', '1900 1234', '•••••• 123')
    """
    digits = re.sub(r"\D", "", number)
    if digits[:4] in {"1800", "1900"} and len(digits) <= 10:
        return f"{digits[:4]} {digits[4:]}"
    if len(digits) == 11 and digits.startswith("84"):
        return f"+849•• ••• {digits[-3:]}" if digits[2] == "9" else f"+84{digits[2]}•• ••• {digits[-3:]}"
    if len(digits) in {10, 11} and digits.startswith("0"):
        return f"{digits[:2]}•• ••• {digits[-3:]}"
    return f"{DOT * 6} {digits[-3:]}"


def mask_name(name: str) -> str:
    """A person's name as its first letters."""
    return " ".join(word[0] + DOT * (len(word) - 1) for word in name.split())


def _codes(text: str) -> Iterator[Mask]:
    """One-time codes: nobody has to see them, we neither."""
    for match in (*_CODE.finditer(text), *_CODE_FIRST.finditer(text)):
        yield Mask(match.start(1), match.end(1), DOT * len(re.sub(r"\D", "", match[1])))


def _mails(text: str) -> Iterator[Mask]:
    for match in _MAIL.finditer(text):
        yield Mask(match.start(), match.end(), f"{match[0][0]}{DOT * 3}@")


def _numbers(text: str, links: list[tuple[int, int]]) -> Iterator[Mask]:
    inside = iter(links)
    link = next(inside, None)
    for match in _DIGITS.finditer(text):
        while link and link[1] <= match.start():
            link = next(inside, None)
        if link and link[0] <= match.start():
            continue
        digits = re.sub(r"\D", "", match[0])
        is_money = bool(_MONEY_AFTER.match(text, match.end())) or bool(_GROUPED_MONEY.fullmatch(match[0]))
        is_hotline = digits[:4] in {"1800", "1900"} and len(digits) <= 10
        if len(digits) < 8 or is_hotline or _DATE.fullmatch(match[0]) or (is_money and not digits.startswith("0")):
            continue
        yield Mask(match.start(), match.end(), mask_number(match[0]))


def _in_links(text: str, links: list[tuple[int, int]]) -> Iterator[Mask]:
    """Long numbers in a link's path are somebody's number or a key to somebody's page."""
    for start, end in links:
        for match in _LONG_IN_LINK.finditer(text, start, end):
            yield Mask(match.start(), match.end(), DOT * 4)


def _names(text: str) -> Iterator[Mask]:
    """People's names: a family name and one to four more words, all with capitals; or with "Văn", "Thị" in any case.

    Where everything is in capitals, capitals say nothing and only the second kind counts.
    """
    for match in _FULL_NAME.finditer(text):
        yield Mask(match.start(), match.end(), mask_name(match[0]))
    letters = [char for char in text if char.isalpha()]
    if sum(map(str.isupper, letters)) * 2 > len(letters):
        return
    for match in _NAME.finditer(text):
        whole = fold(match[0])
        is_lone = fold(match[1]) in _LONE and len(match[2].split()) < 2
        if not is_lone and not whole.startswith(_PLACES):
            yield Mask(match.start(), match.end(), mask_name(match[0]))
