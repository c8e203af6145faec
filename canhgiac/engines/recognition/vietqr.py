"""Payment codes as banks print them: EMVCo merchant-presented QR with VietQR's account inside.

Format: EMV QRCPS Merchant-Presented Mode 1.1 (two digits of name, two of length, value); account data as in Napas's
VietQR: field 38 with the identifier A000000727. Checksum: CRC-16/CCITT-FALSE over everything before it.
"""

from __future__ import annotations

from dataclasses import dataclass

from .banks import bank_of_bin

NAPAS = "A000000727"
MOST = 1024
"""Characters read; EMV codes have at most 512."""
_SERVICES = {"QRIBFTTA": "account", "QRIBFTTC": "card", "QRPUSH": "merchant", "QRCASH": "cash"}


class NotVietQr(ValueError):  # noqa: N818  # said of a text, not of a fault
    """The text is no VietQR code. ``code``: "not-emv" (something else), "broken" (fields do not add up),
    "not-vietqr" (a payment code of another scheme)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class VietQr:
    """Whom a code pays. A code is only what somebody printed: a right checksum proves nothing about the receiver."""

    bin: str
    account: str
    amount: int | None = None
    """In đồng; None where the payer types it."""
    purpose: str = ""
    name: str = ""
    service: str = "account"
    """"account", "card", "merchant", "cash", or the code's own word."""
    is_static: bool = True
    """False for a code made for one payment."""
    crc_ok: bool = True
    """False: damaged, or changed by hand after it was made."""

    @property
    def bank(self) -> str:
        """The bank's name today; empty for a BIN we do not know."""
        bank = bank_of_bin(self.bin)
        return bank.name if bank else ""


def crc16(data: bytes) -> int:
    """CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, no reflection, no final change."""
    value = 0xFFFF
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return value


def read_vietqr(payload: str) -> VietQr:
    """Reads the text of a QR code. Raises ``NotVietQr``; a wrong or missing checksum is told in ``crc_ok``."""
    payload = payload.strip()[:MOST]
    if not payload.startswith("000201"):
        raise NotVietQr("not-emv")
    top = _fields(payload)
    account = _fields(top.get("38", ""))
    if account.get("00") != NAPAS:
        raise NotVietQr("not-vietqr")
    receiver = _fields(account.get("01", ""))
    number, where = receiver.get("01", ""), receiver.get("00", "")
    if not number or not (len(where) == 6 and where.isascii() and where.isdigit()):
        raise NotVietQr("broken")
    service = account.get("02", "QRIBFTTA")
    return VietQr(
        where,
        number,
        _amount(top.get("54", "")),
        _inside(top.get("62", ""), "08"),
        top.get("59", ""),
        _SERVICES.get(service, service),
        top.get("01") != "12",
        _is_whole(payload),
    )


def write_vietqr(code: VietQr) -> str:
    """The text that a code is printed from; the other way round of ``read_vietqr``."""
    services = {word: name for name, word in _SERVICES.items()}
    receiver = _field("00", code.bin) + _field("01", code.account)
    account = _field("00", NAPAS) + _field("01", receiver) + _field("02", services.get(code.service, code.service))
    parts = [_field("00", "01"), _field("01", "11" if code.is_static else "12"), _field("38", account)]
    parts.append(_field("53", "704"))
    if code.amount is not None:
        parts.append(_field("54", str(code.amount)))
    parts.append(_field("58", "VN"))
    if code.name:
        parts.append(_field("59", code.name))
    if code.purpose:
        parts.append(_field("62", _field("08", code.purpose)))
    text = "".join(parts) + "6304"
    return f"{text}{crc16(text.encode()):04X}"


def _field(name: str, value: str) -> str:
    if len(value) > 99:
        raise ValueError(f"field {name}: {len(value)} characters, at most 99 fit")
    return f"{name}{len(value):02}{value}"


def _fields(text: str) -> dict[str, str]:
    """Name to value. Lengths count characters; some banks' codes count the bytes of marked letters instead."""
    try:
        return _split(text)
    except NotVietQr:
        if text.isascii():
            raise
    raw = _split(text.encode("utf-8", "surrogatepass").decode("latin-1"))
    return {name: value.encode("latin-1").decode("utf-8", "replace") for name, value in raw.items()}


def _split(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        head = text[place : place + 4]
        if len(head) < 4 or not (head.isascii() and head.isdigit()):
            raise NotVietQr("broken")
        size = int(head[2:])
        value = text[place + 4 : place + 4 + size]
        if len(value) < size:
            raise NotVietQr("broken")
        found.setdefault(head[:2], value)
        place += 4 + size
    return found


def _inside(text: str, name: str) -> str:
    """A part of a field that may be written carelessly; empty where it cannot be read."""
    try:
        return _fields(text).get(name, "")
    except NotVietQr:
        return ""


def _amount(text: str) -> int | None:
    whole, _, rest = text.partition(".")
    if not (whole.isascii() and whole.isdigit()) or rest.strip("0") or len(whole) > 13:
        return None
    return int(whole)


def _is_whole(payload: str) -> bool:
    body, mark, checksum = payload[:-4], payload[-8:-4], payload[-4:]
    return mark == "6304" and checksum.upper() == f"{crc16(body.encode('utf-8', 'surrogatepass')):04X}"
