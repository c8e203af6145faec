"""Phone numbers in one spelling: E.164, the country's own service numbers, and ranges of numbers.

Numbering plan: Thông tư 22/2014/TT-BTTTT and its amendments (02 landline, 03 05 07 08 09 mobile, 069 police and army,
1800 and 1900 services). Whether a number is in use is not asked: what a telephone showed may have been forged.
"""

from __future__ import annotations

import re
import unicodedata

import phonenumbers

from .model import BadKeyError

MOBILE = re.compile(r"\+84[35789]\d{8}", re.ASCII)
_HOME = re.compile(r"[35789]\d{8}|2\d{9}|69\d{4,8}|6[57]\d{7,8}", re.ASCII)
"""National numbers without their 0; 065 and 067 are internet telephony."""
_SERVICE = re.compile(r"1[89]00\d{4,6}|[1-9]\d{2,5}", re.ASCII)
_RANGE = re.compile(r"(.*?)\s*[*xX×•]+\s*", re.DOTALL)
_LEAD = re.compile(r"\s*(?:tel:|s[oố]\s|s[dđ]t|đt|điện thoại)?\s*:?\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s.\-()\[\]/_\u2010-\u2015]+")
HOME_LEAST, ABROAD_LEAST, SERVICE_LEAST = 6, 5, 5
"""Digits a range must have at least, country code included: fewer would cover a whole network or country."""
ABROAD_MOST = 14
_BAD = "Số điện thoại chưa đúng: cần 10 chữ số bắt đầu bằng 0, số tổng đài như 1900 1234, hoặc +mã nước."
_BAD_RANGE = "Dải số quá rộng hoặc chưa đúng: cần ít nhất 5 chữ số đầu rồi dấu *, ví dụ 09000*."


def phone_value(text: str) -> str:
    """The one spelling of a number or a range ("0900 00*"). Raises ``BadKeyError``."""
    if MOBILE.fullmatch(text):
        return text
    typed = unicodedata.normalize("NFKC", text).strip()
    typed = typed[_LEAD.match(typed).end() :]  # type: ignore[union-attr]  # matches nothing at least
    ranged = _RANGE.fullmatch(typed)
    if ranged:
        return _range_value(ranged[1])
    return _number_value(typed)


def _number_value(typed: str) -> str:
    if typed.startswith("vn:"):
        if _SERVICE.fullmatch(typed, 3):
            return typed
        raise BadKeyError(_BAD)
    plus, digits = _digits(typed, _BAD)
    if not plus and _SERVICE.fullmatch(digits):
        return f"vn:{digits}"
    if not plus and digits.startswith("00"):
        plus, digits = True, digits[2:]
    home = _home(plus, digits)
    if home is not None:
        if _HOME.fullmatch(home):
            return f"+84{home}"
        if home[:4] in {"1800", "1900"} and _SERVICE.fullmatch(home):
            return f"vn:{home}"
        raise BadKeyError(_BAD)
    return _abroad(digits) if plus else _bare(digits)


def _bare(digits: str) -> str:
    """Nine digits whose 0 a spreadsheet has eaten."""
    if len(digits) == 9 and _HOME.fullmatch(digits):
        return f"+84{digits}"
    raise BadKeyError(_BAD)


def _digits(typed: str, error: str) -> tuple[bool, str]:
    """Whether a plus leads, and the digits. Raises ``BadKeyError`` with that sentence where there is anything else."""
    bare = _BETWEEN.sub("", typed)
    plus = bare.startswith("+")
    digits = bare.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 17:
        raise BadKeyError(error)
    return plus, digits


def _home(plus: bool, digits: str) -> str | None:
    """The national number without 0; None for a number of another country."""
    if plus:
        return digits[2:].removeprefix("0") if digits.startswith("84") else None
    if digits.startswith("0"):
        return digits[1:]
    return digits[2:].removeprefix("0") if digits.startswith("84") and len(digits) > 10 else None


def _abroad(digits: str) -> str:
    value = f"+{digits}"
    for _ in range(3):  # a national prefix may be dropped on the way; what is left must read as itself
        try:
            number = phonenumbers.parse(value)
        except phonenumbers.NumberParseException:
            break
        if not phonenumbers.is_possible_number(number):
            break
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if written == value:
            return value
        value = written
    raise BadKeyError("Số nước ngoài chưa đúng: cần dấu +, mã nước và số, ví dụ +44 20 7946 0958.")


def _range_value(typed: str) -> str:
    service = typed.startswith("vn:")
    plus, digits = _digits(typed.removeprefix("vn:"), _BAD_RANGE)
    if not plus and (service or digits[:3] in {"180", "190"}):
        if not SERVICE_LEAST <= len(digits) <= 9 or digits[:4] not in {"1800", "1900"}:
            raise BadKeyError(_BAD_RANGE)
        return f"vn:{digits}*"
    if not plus and digits.startswith("00"):
        plus, digits = True, digits[2:]
    home = _home(plus, digits)
    if home is None and plus:
        if not ABROAD_LEAST <= len(digits) <= ABROAD_MOST or digits.startswith("0"):
            raise BadKeyError(_BAD_RANGE)
        return f"+{digits}*"
    if home is None or not HOME_LEAST - 2 <= len(home) <= (9 if home[0] in "26" else 8) or home[0] not in "2356789":
        raise BadKeyError(_BAD_RANGE)
    return f"+84{home}*"


def range_values(value: str) -> list[str]:
    """The ranges that could cover a number or a narrower range, the narrowest first."""
    digits = value.removesuffix("*")
    if digits.startswith("vn:"):
        shortest = 3 + SERVICE_LEAST if digits[3:7] in {"1800", "1900"} else len(digits)
    else:
        shortest = 1 + (HOME_LEAST if digits.startswith("+84") else ABROAD_LEAST)
    longest = min(len(digits) - 1, 1 + ABROAD_MOST)
    return [f"{digits[:size]}*" for size in range(longest, shortest - 1, -1)]


def shown_phone(value: str) -> str:
    """As people in Vietnam write it; reads back as the same number."""
    if value.endswith("*"):
        return f"0{value[3:]}" if value.startswith("+84") else value.removeprefix("vn:")
    if value.startswith("vn:"):
        digits = value[3:]
        return f"{digits[:4]} {digits[4:]}" if len(digits) > 6 else digits
    if not value.startswith("+84"):
        return value
    home = f"0{value[3:]}"
    cut = (3, 7) if home[1] in "26" else (4, 7)
    return f"{home[: cut[0]]} {home[cut[0] : cut[1]]} {home[cut[1] :]}".strip()


def masked_phone(value: str) -> str:
    """Enough to know it again for who holds the number. Ranges and service numbers are nobody's and stay whole."""
    if value.endswith("*") or value.startswith("vn:"):
        return shown_phone(value)
    if value.startswith("+84"):
        return f"0{value[3:6]} *** {value[-3:]}"
    return f"{value[:3]} *** {value[-3:]}"
