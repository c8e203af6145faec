"""Banks by their BIN and by the names people write: "STK 0123… Vietin" is an account at VietinBank."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank or wallet that takes transfers by account number. ``bin`` is Napas's six digits for it."""

    bin: str
    name: str


def _read() -> tuple[dict[str, Bank], dict[str, Bank], dict[str, Bank]]:
    """Banks by BIN, by spelling, and by the spellings that mean one only beside an account."""
    banks: dict[str, Bank] = {}
    spellings: dict[str, Bank] = {}
    beside: dict[str, Bank] = {}
    for number, (name, *written) in tomllib.loads((Path(__file__).parent / "banks.toml").read_text("utf-8")).items():
        bank = banks[number] = Bank(number, name)
        for spelling in written:
            (beside if spelling.startswith("?") else spellings)[spelling.removeprefix("?")] = bank
    return banks, spellings, beside


BANKS_BY_BIN, _SPELLINGS, _BESIDE = _read()
_EVERY = _SPELLINGS | _BESIDE


def _pattern(spellings: dict[str, Bank]) -> re.Pattern[str]:
    """By their first letter, so that where a word begins the few of that letter are tried and not all; the longest
    first."""
    after: dict[str, list[str]] = {}
    for spelling in sorted(spellings, key=len, reverse=True):
        after.setdefault(re.escape(spelling[0]), []).append(re.escape(spelling[1:]))
    either = "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in after.items())
    return re.compile(rf"(?<![a-z0-9])(?:{either})(?![a-z0-9.])")


_SURE, _ANY = _pattern(_SPELLINGS), _pattern(_EVERY)
_ACCOUNT = re.compile(
    r"(?<![a-z])(?:s\.?t\.?k|so tai khoan|so tk|tai khoan(?: so)?|tk|tkhoan|acc(?:ount)?(?: number| no)?)(?![a-z])"
)
_OTHER = re.compile(r"\d{5}")
"""Another number begins."""
_GAP = re.compile(r"[ \n:.,;()-]*(?:(?:ngan hang|nh|tai|bank|ct|chu tk)[ :.-]*)*")
_NEAR = 48
"""Characters before and after a number among which its bank is looked for: one line of a message."""
_JUST = 26
"""Characters before a number among which the word "account" makes it one."""


def bank_of_bin(number: str) -> Bank | None:
    """The bank with a BIN (six digits), None for an unknown one."""
    return BANKS_BY_BIN.get(number)


def account_bank(plain: str, start: int, end: int) -> tuple[bool, Bank | None]:
    """Whether the number at ``start`` to ``end`` of a text in plain letters is an account, and at which bank.

    The text says so by the word itself ("STK", "số tài khoản", "tk") shortly before, or by a bank's name beside it.
    """
    before = plain[max(0, start - _NEAR) : start]
    after = plain[end : end + _NEAR]
    said = list(_ACCOUNT.finditer(before, max(0, len(before) - _JUST)))
    between = before[said[-1].end() :] if said else ""
    is_said = bool(said) and not any(char.isdigit() for char in between)
    pattern = _ANY if is_said else _SURE
    follows = pattern.search(_OTHER.split(after, maxsplit=1)[0])
    leads = list(pattern.finditer(_OTHER.split(before)[-1]))
    bank = follows or (leads[-1] if leads else None)
    if not is_said and not (bank and _touches(follows, leads, before, after)):
        return False, None
    return True, _EVERY[bank[0]] if bank else None


def named_bank(plain: str, *, alone: bool = False) -> Bank | None:
    """The first bank that a text in plain letters names; ``alone``: the text is little else, so short names count."""
    match = (_ANY if alone else _SURE).search(plain)
    return _EVERY[match[0]] if match else None


def _touches(follows: re.Match[str] | None, leads: list[re.Match[str]], before: str, after: str) -> bool:
    """Whether the bank's name stands right beside the number: "0123456789 vietcombank", "VCB: 0123456789"."""
    if follows and _GAP.fullmatch(after[: follows.start()]):
        return True
    last = before[-(len(_OTHER.split(before)[-1])) :] if leads else ""
    return bool(leads) and bool(_GAP.fullmatch(last[leads[-1].end() :]))
