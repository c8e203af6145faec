"""Bank accounts and e-wallets in one spelling."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from canhgiac.engines.recognition.banks import BANKS_BY_BIN, Bank, account_bank
from canhgiac.engines.recognition.letters import plain
from canhgiac.engines.recognition.vietqr import NAPAS, NotVietQr, read_vietqr
from canhgiac.kit.text import fold

from .model import BadKeyError
from .phones import MOBILE, masked_phone, phone_value, shown_phone

WALLETS = {
    "momo": "MoMo",
    "zalopay": "ZaloPay",
    "viettelmoney": "Viettel Money",
    "vnptmoney": "VNPT Money",
    "mobifonemoney": "MobiFone Money",
    "shopeepay": "ShopeePay",
    "vnpay": "VNPAY",
    "vtcpay": "VTC Pay",
    "smartpay": "SmartPay",
    "payoo": "Payoo",
    "moca": "Moca",
    "9pay": "9Pay",
    "appotapay": "AppotaPay",
    "gpay": "GPay",
}
"""Code to name of the e-wallets of Vietnam (State Bank: list of licensed payment intermediaries)."""
_ALSO = {"viettelpay": "viettelmoney", "airpay": "shopeepay", "vnptpay": "vnptmoney", "appota": "appotapay"}
WALLET_BINS = {"971025": "momo", "971005": "viettelmoney", "971011": "vnptmoney"}
"""Wallets that Napas gave a BIN: their numbers are wallets whichever way they were typed."""
_CANONICAL = re.compile(r"(\d{6}|\?)\s*:\s*([0-9A-Za-z]{5,19})", re.ASCII)
_WALLET = re.compile(r"([a-z0-9]+|\?):(\+84[35789]\d{8}|[a-z0-9](?:[a-z0-9._\-]{1,38}[a-z0-9]))", re.ASCII)
_RUN = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){4,18}(?!\d)", re.ASCII)
_NUMBER = re.compile(r"[0-9A-Z]{5,19}", re.ASCII)
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_BAD = "Số tài khoản chưa đúng: cần 5 đến 19 chữ số, nên kèm tên ngân hàng."
_BAD_BANK = "Chưa rõ ngân hàng nào: hãy viết tên thường gọi, ví dụ Vietcombank."
_BAD_WALLET = "Chưa rõ ví nào hoặc số nào: hãy viết tên ví và số điện thoại, ví dụ MoMo 0900 000 123."


def account_value(text: str, bank: str) -> tuple[str, str]:
    """("account" or "wallet", value) of an account as written, with or without its bank, or of a VietQR code's text.

    ``bank``: BIN or name, when it was asked for in a field of its own. Raises ``BadKeyError``.
    """
    typed = unicodedata.normalize("NFKC", text).strip()
    if typed.startswith("000201") and NAPAS in typed:
        return _of_code(typed)
    where = _bin_of(bank) if bank.strip() else ""
    whole = _CANONICAL.fullmatch(typed)
    if whole:
        return _made(where or whole[1], whole[2].upper())
    bare = plain(typed)
    runs = list(_RUN.finditer(bare))
    if len({_joined(run[0]) for run in runs}) > 1:
        raise BadKeyError("Có nhiều số: hãy nhập từng tài khoản một.")
    if runs:
        return _made(where or _beside(bare, runs[0]), _joined(runs[0][0]))
    if where and _NUMBER.fullmatch(typed.upper()):  # a chosen name in place of the number
        return _made(where, typed.upper())
    raise BadKeyError(_BAD)


def _of_code(text: str) -> tuple[str, str]:
    try:
        code = read_vietqr(text)
    except NotVietQr:
        raise BadKeyError("Mã QR này không phải mã trả tiền VietQR đọc được.") from None
    return _made(code.bin, unicodedata.normalize("NFKC", code.account).strip().upper())


def _made(where: str, number: str) -> tuple[str, str]:
    if not _NUMBER.fullmatch(number) or (where == "?" and not any(char.isdigit() for char in number)):
        raise BadKeyError(_BAD)
    wallet = WALLET_BINS.get(where)
    if wallet:
        return "wallet", f"{wallet}:{_holder(number)}"
    return "account", f"{where}:{number}"


def _joined(run: str) -> str:
    return re.sub(r"[ .\-]", "", run)


def _beside(bare: str, run: re.Match[str]) -> str:
    """The BIN of the bank that the text names around the number, "?" for none."""
    rest = _NOT_WORDS.sub(" ", bare[: run.start()] + " " + bare[run.end() :]).strip()
    named = _names().get(rest)
    if named:
        return named
    before = f"{bare[: run.start()]} stk "
    number = _joined(run[0])
    _, bank = account_bank(f"{before}{number}{bare[run.end() :]}", len(before), len(before) + len(number))
    return bank.bin if bank else "?"


@cache
def _names() -> dict[str, str]:
    return {_NOT_WORDS.sub(" ", fold(bank.name)).strip(): number for number, bank in BANKS_BY_BIN.items()}


def _bin_of(bank: str) -> str:
    """The BIN for a BIN or a name. Raises ``BadKeyError``."""
    typed = unicodedata.normalize("NFKC", bank).strip()
    if re.fullmatch(r"\d{6}|\?", typed, re.ASCII):
        return typed
    wanted = plain(typed)
    named = _names().get(_NOT_WORDS.sub(" ", wanted).strip())
    if named:
        return named
    _, found = account_bank(f"stk 0000000 {wanted}", 4, 11)
    if found is None:
        raise BadKeyError(_BAD_BANK)
    return found.bin


def wallet_value(text: str, wallet: str) -> str:
    """The one spelling of a wallet's number. ``wallet``: its name, when asked for apart. Raises ``BadKeyError``."""
    typed = unicodedata.normalize("NFKC", text).strip()
    whole = _WALLET.fullmatch(typed.casefold())
    if whole and (whole[1] in WALLETS or whole[1] == "?"):
        return f"{whole[1]}:{_holder(whole[2])}"
    code = _wallet_code(plain(wallet)) if wallet.strip() else ""
    rest = plain(typed)
    if not code:
        code, rest = _wallet_in(rest)
    holder = _NOT_HOLDER.sub("", rest).strip(" :,;-.")
    return f"{code}:{_holder(holder)}"


_NOT_HOLDER = re.compile(r"\b(?:vi dien tu|vi|so|stk|sdt|tai khoan|wallet)\b")


def _wallet_code(name: str) -> str:
    code = _NOT_WORDS.sub("", name.removeprefix("vi dien tu ").removeprefix("vi "))
    code = _ALSO.get(code, code)
    if code not in WALLETS:
        raise BadKeyError(_BAD_WALLET)
    return code


def _wallet_in(bare: str) -> tuple[str, str]:
    """The wallet that the text names, and the text without the name."""
    for spelling in sorted((*WALLETS, *_ALSO), key=len, reverse=True):
        spaced = r"\s?".join(map(re.escape, spelling))
        match = re.search(rf"(?<![a-z0-9]){spaced}(?![a-z0-9])", bare)
        if match:
            return _ALSO.get(spelling, spelling), f"{bare[: match.start()]} {bare[match.end() :]}"
    raise BadKeyError(_BAD_WALLET)


def _holder(number: str) -> str:
    """A phone number where it is one, else the wallet's own number or name."""
    try:
        value = phone_value(number)
    except BadKeyError:
        value = ""
    if MOBILE.fullmatch(value):
        return value
    name = number.casefold()
    if not _WALLET.fullmatch(f"?:{name}"):
        raise BadKeyError(_BAD_WALLET)
    return name


def bank_of_value(value: str) -> Bank | None:
    """The bank of an account's value; None where it is unknown."""
    return BANKS_BY_BIN.get(value.partition(":")[0])


def shown_account(value: str) -> str:
    """As people write it: number, then bank. A number with letters or of an unknown bank stays in our spelling."""
    where, _, number = value.partition(":")
    if not number.isdigit():
        return value
    if where == "?":
        return number
    bank = BANKS_BY_BIN.get(where)
    return f"{number} {bank.name}" if bank else value


def masked_account(value: str) -> str:
    """The bank and the last three digits."""
    where, _, number = value.partition(":")
    bank = BANKS_BY_BIN.get(where)
    return f"{bank.name if bank else where} ******{number[-3:]}"


def shown_wallet(value: str) -> str:
    """As people write it: the wallet's name and the phone number."""
    code, _, holder = value.partition(":")
    if code == "?" or not holder.startswith("+84"):
        return value
    return f"{WALLETS[code]} {shown_phone(holder)}"


def masked_wallet(value: str) -> str:
    """The wallet's name and three digits."""
    code, _, holder = value.partition(":")
    covered = masked_phone(holder) if holder.startswith("+84") else f"******{holder[-3:]}"
    return f"{WALLETS.get(code, code)} {covered}"
