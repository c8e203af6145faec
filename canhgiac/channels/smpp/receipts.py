"""Delivery receipts: an SMSC's later word on a message, by optional parameters or by the text that everybody writes
differently.

SMPP 3.4 §5.3.2.12 and .35 (receipted_message_id, message_state) and appendix B ("id:IIIIIIIIII sub:SSS dlvrd:DDD submit
date:YYMMDDhhmm done date:YYMMDDhhmm stat:DDDDDDD err:E Text: …"), which is only a recommendation: fields are missing,
in another order, in capitals, with blanks behind the colon, with seconds or without.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from canhgiac.channels.columns import Said
from canhgiac.channels.contract import Arrival, Receipt
from canhgiac.kit import clock

from .pdu import ESM_INTERMEDIATE, ESM_KIND, Message, Tag

RefBase = Literal["as_is", "hex_to_dec", "dec_to_hex"]
"""How an SMSC writes one number: the same in the answer and in the receipt, in the answer in hexadecimal and in the
receipt's text in decimal, or the other way round. The canonical one is the receipt's."""

_WORDS = (
    rb"id:([^\s\0]{1,65}) sub:\d{0,5} dlvrd:\d{0,5} submit date:\d{8,14} done date:(\d{8,14}) stat:([A-Za-z]{1,10}) "
    rb"err:([0-9A-Za-z]{0,8})(?:\s|\Z)"
)
_USUAL = re.compile(_WORDS)
_USUAL_BODY = re.compile(rb"[^\0]{0,5}\0(.).([^\0]{0,64})\0..[^\0]{0,64}\0\x04..\0\0....(.)" + _WORDS, re.DOTALL)
_FIELD = re.compile(
    rb"\b(id|sub|dlvrd|submit[ _]?date|done[ _]?date|stat|err)\s*:[ \t]*([^\s:]*(?!\S*:))", re.IGNORECASE
)
_OWN_WORDS = re.compile(rb"\btext[ \t]*:", re.IGNORECASE)
_BY_STATE = {1: Arrival.ACCEPTED, 2: Arrival.DELIVERED, 3: Arrival.EXPIRED, 4: Arrival.FAILED, 5: Arrival.FAILED}
_BY_STATE |= {6: Arrival.ACCEPTED, 7: Arrival.FAILED, 8: Arrival.FAILED}
_STATE_WORDS = {1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD", 7: "UNKNOWN"}
_STATE_WORDS |= {8: "REJECTD"}
_BY_WORD = {
    "ENROUT": Arrival.ACCEPTED, "DELIVR": Arrival.DELIVERED, "EXPIRE": Arrival.EXPIRED, "DELETE": Arrival.FAILED,
    "UNDELI": Arrival.FAILED, "ACCEPT": Arrival.ACCEPTED, "UNKNOW": Arrival.FAILED, "REJECT": Arrival.FAILED,
    "BUFFER": Arrival.ACCEPTED, "FAILED": Arrival.FAILED, "BLACKL": Arrival.FAILED,
}  # fmt: skip
"""By the first six letters: SMSCs write DELIVRD, DELIVERED, UNDELIV, UNDELIVERABLE …"""
_HEX = re.compile(r"[0-9A-Fa-f]+")
_DECIMAL = re.compile(r"[0-9]+")


def canonical(ref: str, base: RefBase) -> str:
    """The one spelling of a number as the answer and ``receipted_message_id`` write it.

    Leading zeros and the case of hexadecimal digits do not count: SMSCs pad the one and not the other.

    >>> canonical("00C0FFEE", "as_is"), canonical("0a", "hex_to_dec"), canonical("255", "dec_to_hex")
    ('c0ffee', '10', 'ff')
    """
    ref = ref.strip()
    if base == "hex_to_dec" and _HEX.fullmatch(ref):
        return str(int(ref, 16))
    if base == "dec_to_hex" and _DECIMAL.fullmatch(ref):
        return f"{int(ref):x}"
    return canonical_in_text(ref)


def canonical_in_text(ref: str) -> str:
    """The same for the number in a receipt's text, which needs no change of base."""
    if ref.isdigit() and ref[0] != "0":
        return ref
    if not _HEX.fullmatch(ref):
        return ref
    return ref.lower().lstrip("0") or "0"


def is_receipt(message: Message) -> bool:
    """Whether a deliver_sm or data_sm speaks of a message of ours (§5.2.12), an intermediate notice included.

    Some SMSCs leave esm_class at 0; one parameter alone does not make somebody's words a receipt.
    """
    if message.esm & ESM_KIND:
        return True
    return Tag.RECEIPTED_MESSAGE_ID in message.tlvs and Tag.MESSAGE_STATE in message.tlvs


def parse(message: Message, *, base: RefBase = "as_is", zone: ZoneInfo = clock.VIETNAM, to: str = "") -> Receipt | None:
    """What a receipt says, or None when it does not say of which message.

    The present moment stands in for a date that is missing or no date; ``zone`` is that of the SMSC's clock.
    """
    usual = _USUAL.match(message.text)
    if usual is not None:
        name, date, state, error = usual.groups()
    else:
        found = _fields(message.text)
        name, date = found.get("id", b""), found.get("donedate", b"")
        state, error = found.get("stat", b""), found.get("err", b"")
    ref = canonical_in_text(name.decode("latin-1"))
    arrival, word = _said(state)
    if message.tlvs:
        ref = _ref_of(message, base) or ref
        octet = message.tlvs.get(Tag.MESSAGE_STATE, b"")
        if len(octet) == 1 and octet[0] in _BY_STATE:
            arrival, word = _BY_STATE[octet[0]], _STATE_WORDS[octet[0]]
        network = message.tlvs.get(Tag.NETWORK_ERROR_CODE, b"")
        if not error and len(network) == 3:
            error = str(int.from_bytes(network[1:], "big")).encode()
    if not ref:
        return None
    if message.esm & ESM_KIND == ESM_INTERMEDIATE and arrival is not Arrival.DELIVERED:
        arrival = Arrival.ACCEPTED
    return Receipt(ref, arrival, _code(word, error), _moment(date, zone) or clock.now(), to)


def quick(body: bytes, zone: ZoneInfo = clock.VIETNAM) -> tuple[Receipt, int] | None:
    """A deliver_sm's whole body in one look: what ``parse`` would make of it, and the source's type of number.

    None when it is anything but a receipt without optional parameters and with the usual text; a million receipts cost
    half as much for it. The receipt's ``to`` are the bare digits.
    """
    found = _USUAL_BODY.match(body)
    if found is None:
        return None
    ton, source, length, name, date, state, error = found.groups()
    if found.end(3) + length[0] != len(body):
        return None
    ref = canonical_in_text(name.decode("latin-1"))
    return Receipt(ref, *said_of(state, error, date, zone), source.decode("latin-1")), ton[0]


def said_of(state: bytes, error: bytes, date: bytes, zone: ZoneInfo) -> Said:
    """What the text's ``stat``, ``err`` and ``done date`` say; the present moment for a date that is none."""
    arrival, word = _said(state)
    return arrival, _code(word, error), _moment(date, zone) or clock.now()


@lru_cache(maxsize=256)
def _code(word: str, error: bytes) -> str:
    return f"smpp:{word}:{error.decode('latin-1')}" if error.strip(b"0") else f"smpp:{word}"


def _ref_of(message: Message, base: RefBase) -> str:
    raw = message.tlvs.get(Tag.RECEIPTED_MESSAGE_ID, b"").partition(b"\0")[0]
    return canonical(raw.decode("latin-1"), base)


@lru_cache(maxsize=64)
def _said(word: bytes) -> tuple[Arrival, str]:
    """A state that nobody knows is not final: the truth may still come."""
    spelled = word.decode("latin-1").upper()
    return _BY_WORD.get(spelled[:6], Arrival.ACCEPTED), spelled or "UNKNOWN"


def _fields(text: bytes) -> dict[str, bytes]:
    """Fields by their names without blanks; what stands behind ``text:`` is the message's own and is not read."""
    found: dict[str, bytes] = {}
    for field in _FIELD.finditer(_OWN_WORDS.split(text, maxsplit=1)[0]):
        name = field[1].lower().replace(b" ", b"").replace(b"_", b"").decode()
        found.setdefault(name, field[2])
    return found


@lru_cache(maxsize=4096)
def _moment(date: bytes, zone: ZoneInfo) -> dt.datetime | None:
    """YYMMDDhhmm, YYMMDDhhmmss, or either with a four-digit year; None for anything else."""
    form = {10: "%y%m%d%H%M", 12: "%y%m%d%H%M%S", 14: "%Y%m%d%H%M%S"}.get(len(date))
    if form is None:
        return None
    if len(date) == 12 and date[:2] == b"20" and not _is_date(date, form):
        form = "%Y%m%d%H%M"
    try:
        return dt.datetime.strptime(date.decode("ascii"), form).replace(tzinfo=zone)
    except ValueError:
        return None


def _is_date(date: bytes, form: str) -> bool:
    try:
        dt.datetime.strptime(date.decode("ascii"), form)  # noqa: DTZ007  # only asked whether it is one
    except ValueError:
        return False
    return True
