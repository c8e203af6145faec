"""PDUs of SMSCs, well-formed, from which the fuzzer starts. All numbers are invented."""

from __future__ import annotations

import struct

from .holds import frame

RECEIPT = (
    b"id:0000001001 sub:001 dlvrd:001 submit date:2611221030 done date:2611221031 stat:DELIVRD err:000 text:Canh bao"
)


def deliver(text: bytes, *, esm: int = 0, coding: int = 0, tlvs: bytes = b"", source: bytes = b"84900000123") -> bytes:
    """The body of a deliver_sm."""
    head = b"\0\1\1" + source + b"\0\0\0" + b"8099\0"
    return head + bytes([esm, 0, 0, 0, 0, 0, 0, coding, 0, len(text)]) + text + tlvs


def tlv(tag: int, value: bytes) -> bytes:
    """One optional parameter."""
    return struct.pack(">HH", tag, len(value)) + value


SEEDS = [
    frame(0x80000004, 0, 2, b"1001\0"),
    frame(0x80000004, 0x58, 3, b""),
    frame(0x80000000, 3, 4, b""),
    frame(0x05, 0, 1, deliver(RECEIPT, esm=4)),
    frame(0x05, 0, 2, deliver(b"STOP")),
    frame(0x05, 0, 3, deliver("Dừng".encode("utf-16-be"), coding=8)),
    frame(0x05, 0, 4, deliver(b"", esm=4, tlvs=tlv(0x1E, b"1002\0") + tlv(0x427, b"\2"))),
    frame(0x05, 0, 5, deliver(b"\5\0\3\7\2\1Toi muon", esm=0x40)),
    frame(0x103, 0, 6, b"\0\1\1" + b"84900000123\0" + b"\0\0" + b"8099\0" + b"\0\0\0" + tlv(0x424, b"STOP")),
    frame(0x15, 0, 7, b""),
    frame(0x06, 0, 8, b""),
    frame(0x999, 0, 9, b"?"),
    frame(0x80000004, 0x64, 5, b"\0"),
    frame(0x05, 0, 9, deliver(RECEIPT.replace(b"0000001001", b"1001"), esm=4)),
    b"\0\0\0\7nonsense",
]
