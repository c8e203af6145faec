"""A text as SMPP carries it: which alphabet, how many parts, and the octets of each; and back.

3GPP TS 23.038 §6.2.1 (GSM 7-bit default alphabet, here one septet an octet as SMPP wants it: the SMSC packs), TS 23.040
§9.2.3.24.1 and .8 (concatenation by an 8-bit or 16-bit reference). The count of parts is that of ``canhgiac.kit.sms``,
so what the composer showed is what leaves.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from canhgiac.kit import sms

from . import pdu

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = {"\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40}
_EXTENDED |= {"€": 0x65}
_ESCAPE = 0x1B
_TO_GSM = {ord(sign): bytes([at]).decode("latin-1") for at, sign in enumerate(_BASIC) if at != _ESCAPE} | {
    ord(sign): bytes([_ESCAPE, at]).decode("latin-1") for sign, at in _EXTENDED.items()
}
_FROM_EXTENDED = {at: sign for sign, at in _EXTENDED.items()}

CODING = {sms.GSM7: 0x00, sms.UCS2: 0x08}
"""data_coding (SMPP 3.4 §5.2.19): the SMSC's default alphabet, and UCS-2."""
HEADER_UNITS = {"udh": sms.PART, "udh16": {sms.GSM7: 152, sms.UCS2: 66}}
"""Units that a part holds behind a header of six octets (8-bit reference) or seven (16-bit)."""
MAX_PARTS = 255
MAX_PAYLOAD = 0xFFFF
MAX_VALIDITY = dt.timedelta(days=30)
_PLACE = re.compile(r"\{(\d{1,2})\}")
_SENDER_NAME = re.compile(r"[A-Za-z0-9 ._&-]{1,11}")
_SENDER_NUMBER = re.compile(r"\+?[0-9]{3,20}")


@dataclass(frozen=True, kw_only=True)
class SmsContent:
    """What a batch says to everybody; ``{0}``, ``{1}`` … in the text stand for a recipient's own fields."""

    text: str
    sender: str
    """A brand name of at most 11 signs, a short number, or a number in E.164."""
    alphabet: Literal["auto", "gsm7", "ucs2"] = "auto"
    registered: bool = True
    """Whether a receipt is asked for."""
    validity: dt.timedelta | None = None
    """How long the SMSC may go on trying; None leaves it to the SMSC."""
    long: Literal["udh", "udh16", "payload"] = "udh"
    """How a long text travels: in parts of ours with an 8-bit or 16-bit reference, or whole as message_payload."""


class Cut(NamedTuple):
    """A text ready for the wire."""

    coding: int
    esm: int
    texts: tuple[bytes, ...]
    """short_message of each part, header included; a single one longer than 254 octets goes as message_payload."""
    parts: int
    """What the operator bills; more than the texts when the SMSC cuts a payload itself."""


def check(content: SmsContent) -> None:
    """Raises ValueError for a content that cannot be sent to anybody."""
    if not content.text.strip():
        raise ValueError("an SMS needs words")
    if not (_SENDER_NAME.fullmatch(content.sender) or _SENDER_NUMBER.fullmatch(content.sender)):
        raise ValueError("a sender is a name of at most 11 signs or a number")
    if content.validity is not None and not dt.timedelta(minutes=1) <= content.validity <= MAX_VALIDITY:
        raise ValueError("an SMS lives between a minute and thirty days")


def places(text: str) -> int:
    """How many fields a recipient must bring: one more than the highest place."""
    return max((int(found) + 1 for found in _PLACE.findall(text)), default=0)


def filled(text: str, fields: Sequence[str]) -> str:
    """The text with one recipient's fields. Raises ValueError when a field is missing."""
    if places(text) > len(fields):
        raise ValueError(f"the text has {places(text)} places, a recipient brought {len(fields)} fields")
    return _PLACE.sub(lambda found: fields[int(found[1])], text)


def alphabet_of(text: str, wanted: str) -> str:
    """``sms.GSM7`` or ``sms.UCS2``. Raises ValueError when GSM-7 is demanded and cannot write the text."""
    if wanted == "ucs2":
        return sms.UCS2
    told = sms.length(text)
    if wanted == "gsm7" and told.alphabet != sms.GSM7:
        raise ValueError(f"not in the GSM-7 alphabet: {''.join(told.forcing)}")
    return told.alphabet


def encode(text: str, alphabet: str) -> bytes:
    """The octets of a text: a septet an octet, or UTF-16 in network order. Raises ValueError outside the alphabet."""
    if alphabet == sms.UCS2:
        return text.encode("utf-16-be")
    septets = text.translate(_TO_GSM)
    if len(septets) != sms.length(text).units or not septets.isascii():
        raise ValueError("not in the GSM-7 alphabet")
    return septets.encode("ascii")


def decode(raw: bytes, coding: int) -> str:
    """The text of a short_message by its data_coding; what cannot be read becomes U+FFFD, never an error."""
    if coding in {0x01, 0x03}:  # IA5, Latin-1
        return raw.decode("latin-1")
    if coding & 0xCC == 0x08 or coding & 0xF0 == 0xE0:  # UCS-2 by the general and the message-waiting groups
        return raw.decode("utf-16-be", "replace")
    if coding in {0x02, 0x04}:  # octets that are no text
        return ""
    signs, escaped = [], False
    for octet in raw:
        if escaped:
            signs.append(_FROM_EXTENDED.get(octet, " "))
            escaped = False
        elif octet == _ESCAPE:
            escaped = True
        else:
            signs.append(_BASIC[octet] if octet < len(_BASIC) else "\ufffd")
    return "".join(signs)


def split(text: str, alphabet: str, limit: int) -> list[str]:
    """The text in pieces of at most ``limit`` units; an escape or a surrogate pair is never cut in two."""
    pieces: list[str] = []
    start, used = 0, 0
    for at, sign in enumerate(text):
        units = sms.cost(sign, alphabet)
        if used + units > limit:
            pieces.append(text[start:at])
            start, used = at, 0
        used += units
    return [*pieces, text[start:]]


def cut(content: SmsContent, text: str, ref: int) -> Cut:
    """One text on the wire; ``ref`` marks parts that belong together. Raises ValueError when it is too long."""
    alphabet = alphabet_of(text, content.alphabet)
    coding = CODING[alphabet]
    units = sum(sms.cost(sign, alphabet) for sign in text)
    if units <= sms.ALONE[alphabet]:
        return Cut(coding, 0, (encode(text, alphabet),), 1)
    if content.long == "payload":
        raw = encode(text, alphabet)
        parts = len(split(text, alphabet, sms.PART[alphabet]))
        if len(raw) > MAX_PAYLOAD or parts > MAX_PARTS:
            raise ValueError("an SMS of more than 255 parts")
        return Cut(coding, 0, (raw,), parts)
    pieces = split(text, alphabet, HEADER_UNITS[content.long][alphabet])
    if len(pieces) > MAX_PARTS:
        raise ValueError("an SMS of more than 255 parts")
    mark = bytes([5, 0, 3, ref & 0xFF]) if content.long == "udh" else bytes([6, 8, 4, ref >> 8 & 0xFF, ref & 0xFF])
    texts = tuple(
        mark + bytes([len(pieces), number]) + encode(piece, alphabet) for number, piece in enumerate(pieces, 1)
    )
    return Cut(coding, pdu.ESM_UDHI, texts, len(pieces))


class Piece(NamedTuple):
    """Where an incoming part belongs."""

    ref: int
    total: int
    number: int


def unwrap(raw: bytes, esm: int) -> tuple[bytes, Piece | None]:
    """The octets of a text without its user data header, and its place among the parts of a long message."""
    if not esm & pdu.ESM_UDHI or not raw or raw[0] >= len(raw):
        return raw, None
    header, text, piece = raw[1 : raw[0] + 1], raw[raw[0] + 1 :], None
    at = 0
    while at + 2 <= len(header):
        kind, length = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + length]
        at += 2 + length
        if kind == 0x00 and len(value) == 3:
            piece = Piece(*value)
        elif kind == 0x08 and len(value) == 4:
            piece = Piece(value[0] << 8 | value[1], value[2], value[3])
    return text, piece


def validity(span: dt.timedelta) -> str:
    """A relative time of SMPP (§7.1.1): "000002030000000R" is two days and three hours.

    >>> validity(dt.timedelta(days=2, hours=3))
    '000002030000000R'
    """
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"0000{days:02}{hours:02}{minutes:02}{seconds:02}000R"


def type_of(sender: str) -> tuple[int, int]:
    """source_addr_ton and _npi of a sender: alphanumeric, international, or a short number of the network."""
    if not _SENDER_NUMBER.fullmatch(sender):
        return 5, 0
    return (1, 1) if len(sender) > 8 else (3, 0)
