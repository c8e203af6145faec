"""The PDUs of SMPP 3.4 (Short Message Peer to Peer Protocol Specification v3.4, issue 1.2), written and read.

What comes from the wire is never trusted: a body that is not as the specification says raises PduError, and nothing
else, whatever the bytes.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple

HEADER = struct.Struct(">IIII")
"""command_length, command_id, command_status, sequence_number (§3.2)."""
HEAD = HEADER.size
MAX_PDU = 128 * 1024
"""No PDU of 3.4 is longer: a message_payload is at most 64 kB."""
MAX_SEQUENCE = 0x7FFFFFFF
RESPONSE = 0x80000000
VERSION = 0x34


class PduError(ValueError):
    """Bytes that are no PDU of SMPP 3.4; ``status`` is what to answer with."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Command(IntEnum):
    """command_id (§5.1.2.1)."""

    GENERIC_NACK = 0x80000000
    BIND_RECEIVER = 0x00000001
    BIND_RECEIVER_RESP = 0x80000001
    BIND_TRANSMITTER = 0x00000002
    BIND_TRANSMITTER_RESP = 0x80000002
    QUERY_SM = 0x00000003
    QUERY_SM_RESP = 0x80000003
    SUBMIT_SM = 0x00000004
    SUBMIT_SM_RESP = 0x80000004
    DELIVER_SM = 0x00000005
    DELIVER_SM_RESP = 0x80000005
    UNBIND = 0x00000006
    UNBIND_RESP = 0x80000006
    BIND_TRANSCEIVER = 0x00000009
    BIND_TRANSCEIVER_RESP = 0x80000009
    ENQUIRE_LINK = 0x00000015
    ENQUIRE_LINK_RESP = 0x80000015
    DATA_SM = 0x00000103
    DATA_SM_RESP = 0x80000103


class Tag(IntEnum):
    """Optional parameters that we use (§5.3.2)."""

    RECEIPTED_MESSAGE_ID = 0x001E
    NETWORK_ERROR_CODE = 0x0423
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427


OK = 0x00000000
INVALID_LENGTH = 0x00000002
INVALID_COMMAND = 0x00000003
SYSTEM_ERROR = 0x00000008
TEMPORARY_APP_ERROR = 0x00000064
PERMANENT_APP_ERROR = 0x00000065
INVALID_OPTION = 0x000000C0

ESM_KIND = 0x3C
"""Bits of esm_class that say what a deliver_sm is (§5.2.12)."""
ESM_INTERMEDIATE = 0x20
ESM_UDHI = 0x40

NO_TLVS: Mapping[int, bytes] = MappingProxyType({})


class Bind(NamedTuple):
    """Body of the three binds (§4.1)."""

    system_id: str
    password: str
    system_type: str = ""
    version: int = VERSION
    ton: int = 0
    npi: int = 0
    addresses: str = ""


class Message(NamedTuple):
    """Body of submit_sm, deliver_sm and data_sm (§4.4, §4.6, §4.7)."""

    source: str
    dest: str
    text: bytes = b""
    """short_message, or message_payload when the body has that instead."""
    coding: int = 0
    esm: int = 0
    registered: int = 0
    source_ton: int = 0
    source_npi: int = 0
    dest_ton: int = 0
    dest_npi: int = 0
    service: str = ""
    protocol: int = 0
    priority: int = 0
    schedule: str = ""
    validity: str = ""
    replace: int = 0
    canned: int = 0
    """sm_default_msg_id."""
    tlvs: Mapping[int, bytes] = NO_TLVS


_ADDRESSES = rb"([^\0]{0,5})\0(..)([^\0]{0,64})\0(..)([^\0]{0,64})\0"
# Lengths: 3.4 allows 20 octets of address in submit_sm and 64 in data_sm; SMSCs mix them up, so the longer holds.
_MESSAGE = re.compile(_ADDRESSES + rb"(...)(\0|[^\0]{16}\0)(\0|[^\0]{16}\0)(.....)", re.DOTALL)
_DATA = re.compile(_ADDRESSES + rb"(...)", re.DOTALL)


def pdu(command: int, sequence: int, body: bytes = b"", status: int = OK) -> bytes:
    """One whole PDU."""
    return HEADER.pack(HEAD + len(body), command, status, sequence) + body


def cstring(text: str, limit: int) -> bytes:
    """A C-octet string of at most ``limit`` octets with its NUL. Raises ValueError for what does not fit."""
    raw = text.encode("latin-1")
    if len(raw) >= limit or b"\0" in raw:
        raise ValueError(f"longer than {limit - 1} octets, or with a NUL in it")
    return raw + b"\0"


def tlv(tag: int, value: bytes) -> bytes:
    """One optional parameter. Raises ValueError above 65 535 octets."""
    if len(value) > 0xFFFF:
        raise ValueError("an optional parameter holds at most 65535 octets")
    return struct.pack(">HH", tag, len(value)) + value


def bind(command: int, sequence: int, login: Bind) -> bytes:
    """bind_receiver, bind_transmitter or bind_transceiver. Raises ValueError when a field is too long."""
    body = cstring(login.system_id, 16) + cstring(login.password, 9) + cstring(login.system_type, 13)
    return pdu(command, sequence, body + bytes([login.version, login.ton, login.npi]) + cstring(login.addresses, 41))


def head(message: Message) -> bytes:
    """A submit_sm's body from its beginning up to the destination's digits; raises ValueError."""
    source = bytes([message.source_ton, message.source_npi]) + cstring(message.source, 21)
    return cstring(message.service, 6) + source + bytes([message.dest_ton, message.dest_npi])


def tail(message: Message) -> bytes:
    """A submit_sm's body from the NUL behind the destination's digits to its end; raises ValueError.

    A text above 254 octets travels as message_payload, which the SMSC must know.
    """
    short, tlvs = message.text, dict(message.tlvs)
    if len(short) > 254:
        short, tlvs[Tag.MESSAGE_PAYLOAD] = b"", short
    times = b""
    for time in (message.schedule, message.validity):
        if len(time) not in {0, 16}:
            raise ValueError("a time of SMPP has sixteen signs")
        times += cstring(time, 17)
    return (
        b"\0"
        + bytes([message.esm, message.protocol, message.priority])
        + times
        + bytes([message.registered, message.replace, message.coding, message.canned, len(short)])
        + short
        + b"".join(tlv(tag, value) for tag, value in tlvs.items())
    )


def message(command: int, sequence: int, content: Message) -> bytes:
    """submit_sm or deliver_sm. Raises ValueError when a field is too long."""
    return pdu(command, sequence, head(content) + cstring(content.dest, 21)[:-1] + tail(content))


def read_message(command: int, body: bytes) -> Message:
    """Body of submit_sm, deliver_sm or data_sm."""
    if command == Command.DATA_SM:
        return _read_data(body)
    found = _MESSAGE.match(body)
    if found is None:
        raise PduError("a message that breaks off", INVALID_LENGTH)
    service, kind, source, dest_kind, dest, what, schedule, validity, how = found.groups()
    registered, replace, coding, canned, length = how
    start = found.end()
    end = start + length
    if end > len(body):
        raise PduError("a message shorter than it says", INVALID_LENGTH)
    text, tlvs = body[start:end], NO_TLVS
    if end < len(body):
        tlvs = read_tlvs(body, end)
        if not text and Tag.MESSAGE_PAYLOAD in tlvs:
            text = tlvs[Tag.MESSAGE_PAYLOAD]
    return Message(
        source.decode("latin-1"), dest.decode("latin-1"), text, coding, what[0], registered, kind[0], kind[1],
        dest_kind[0], dest_kind[1], service.decode("latin-1"), what[1], what[2], schedule[:-1].decode("latin-1"),
        validity[:-1].decode("latin-1"), replace, canned, tlvs,
    )  # fmt: skip


def _read_data(body: bytes) -> Message:
    found = _DATA.match(body)
    if found is None:
        raise PduError("a message that breaks off", INVALID_LENGTH)
    service, kind, source, dest_kind, dest, (esm, registered, coding) = found.groups()
    tlvs = read_tlvs(body, found.end())
    text = tlvs.get(Tag.MESSAGE_PAYLOAD, b"")
    return Message(
        source.decode("latin-1"), dest.decode("latin-1"), text, coding, esm, registered, kind[0], kind[1],
        dest_kind[0], dest_kind[1], service.decode("latin-1"), tlvs=tlvs,
    )  # fmt: skip


def read_tlvs(body: bytes, at: int) -> dict[int, bytes]:
    """Optional parameters from ``at`` to the end; of a tag that comes twice the last."""
    found = {}
    while at < len(body):
        if at + 4 > len(body):
            raise PduError("an optional parameter that breaks off", INVALID_OPTION)
        tag, length = struct.unpack_from(">HH", body, at)
        at += 4 + length
        if at > len(body):
            raise PduError("an optional parameter longer than its PDU", INVALID_OPTION)
        found[tag] = body[at - length : at]
    return found
