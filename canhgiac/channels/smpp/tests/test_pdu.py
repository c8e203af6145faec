"""PDUs against octets written by hand, against each other, and against nonsense."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canhgiac.channels.contract import Recipient
from canhgiac.channels.smpp import pdu, text
from canhgiac.channels.smpp.batches import Job, submit
from canhgiac.channels.smpp.pdu import Bind, Command, Message, PduError, Tag
from canhgiac.channels.smpp.text import SmsContent

from .holds import ACCOUNT, WAITING, check, frame, told
from .seeds import RECEIPT, SEEDS, deliver, tlv

OCTET = st.integers(0, 255)
WORD = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=5)
ADDRESS = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=20)
TIME = st.sampled_from(["", "261122103000028+", "000002030000000R"])
MESSAGES = st.builds(
    Message, source=ADDRESS, dest=ADDRESS, text=st.binary(max_size=400), coding=OCTET, esm=OCTET, registered=OCTET,
    source_ton=OCTET, source_npi=OCTET, dest_ton=OCTET, dest_npi=OCTET, service=WORD, protocol=OCTET, priority=OCTET,
    schedule=TIME, validity=TIME, replace=OCTET, canned=OCTET,
    tlvs=st.dictionaries(st.integers(0x1400, 0x3FFF), st.binary(max_size=40), max_size=3),
)  # fmt: skip
COMMANDS = st.one_of(st.sampled_from([int(command) for command in Command]), st.integers(0, 0xFFFFFFFF))


def test_a_bind_by_hand() -> None:
    """The example of SMPP 3.4 §3.2.3 (bind_transmitter)."""
    made = pdu.bind(Command.BIND_TRANSMITTER, 1, Bind("SMPP3TEST", "secret08", "SUBMIT1", 0x00, 1, 1))
    assert made == bytes.fromhex(
        "0000002F00000002000000000000000153 4D50503354455354 00 7365637265743038 00 5355424D495431 00 00 01 01 00"
    )


def test_a_submission_by_hand() -> None:
    content = SmsContent(text="Xin [chao]", sender="CONGAN XA", validity=dt.timedelta(days=2, hours=3))

    async def made() -> bytes:
        return submit(Job(content, [Recipient(1, "+84900000123")], ACCOUNT, 0), 0, 0, 0x0102)

    body = b"\0\x05\0CONGAN XA\0\x01\x0184900000123\0" + b"\0\0\0" + b"\0" + b"000002030000000R\0" + b"\x01\0\0\0"
    assert asyncio.run(made()) == frame(4, 0, 0x0102, body + b"\x0cXin \x1b\x3cchao\x1b\x3e")


@pytest.mark.parametrize("login", [Bind("a" * 16, "b"), Bind("a", "b" * 9), Bind("a", "b", "c" * 13), Bind("a\0", "b")])
def test_a_login_that_no_smsc_can_read_is_refused(login: Bind) -> None:
    with pytest.raises(ValueError, match="octets"):
        pdu.bind(Command.BIND_TRANSCEIVER, 1, login)


@given(MESSAGES, st.sampled_from([Command.SUBMIT_SM, Command.DELIVER_SM]))
def test_what_is_written_can_be_read(content: Message, command: Command) -> None:
    made = pdu.message(command, 7, content)
    assert struct.unpack(">4I", made[:16]) == (len(made), command, 0, 7)
    read = pdu.read_message(command, made[16:])
    assert read._replace(tlvs={}) == content._replace(tlvs={})
    extra: dict[int, bytes] = {Tag.MESSAGE_PAYLOAD: content.text} if len(content.text) > 254 else {}
    assert dict(read.tlvs) == {**content.tlvs, **extra}


@given(MESSAGES, st.integers(0, 600))
def test_a_message_that_breaks_off_is_an_error_and_nothing_worse(content: Message, at: int) -> None:
    body = pdu.message(Command.DELIVER_SM, 7, content._replace(tlvs={}))[16:]
    if at < len(body) and len(content.text) <= 254:
        with pytest.raises(PduError):
            pdu.read_message(Command.DELIVER_SM, body[:at])


@given(st.sampled_from([Command.SUBMIT_SM, Command.DELIVER_SM, Command.DATA_SM]), st.binary(max_size=300))
def test_nonsense_is_an_error_and_nothing_worse(command: Command, body: bytes) -> None:
    with contextlib.suppress(PduError):
        read = pdu.read_message(command, body)
        assert text.unwrap(read.text, read.esm)[0] in read.text
        assert isinstance(text.decode(read.text, read.coding), str)


def test_everything_an_smsc_may_say_at_once() -> None:
    heard = check(b"".join(SEEDS[:10]))
    assert heard.outcomes[:3] == [("taken", "1001"), ("slow", ""), ("later", "")]
    assert heard.outcomes[3:] == [("unsure", "")] * (WAITING - 3)
    assert [(command, status) for command, status, _ in heard.replies] == [
        *[(0x80000005, 0)] * 5, (0x80000015, 0), (0x80000103, 0),
    ]  # fmt: skip
    assert heard.events == sorted(
        [
            ("1001", "delivered", "smpp:DELIVRD", "+84900000123"),
            ("1002", "delivered", "smpp:DELIVRD", "+84900000123"),
            ("+84900000123", "STOP", "8099"),
            ("+84900000123", "Dừng", "8099"),
            ("+84900000123", "Toi muon", "8099"),
            ("+84900000123", "STOP", "8099"),
        ]
    )


def test_what_is_unknown_or_unreadable_is_answered_so() -> None:
    heard = check(frame(0x999, 0, 9, b"?") + frame(5, 0, 10, b"\0\1") + frame(5, 0, 11, deliver(b"x", tlvs=b"\0")))
    assert heard.replies == [(0x80000000, 3, 9), (0x80000005, 0x65, 10), (0x80000005, 0x65, 11)]
    assert not heard.closed


def test_a_receipt_of_nothing_is_acknowledged_and_forgotten() -> None:
    heard = check(frame(5, 0, 10, deliver(b"khong co gi", esm=4)))
    assert (heard.replies, heard.events) == ([(0x80000005, 0, 10)], [])


@pytest.mark.parametrize("length", [0, 15, pdu.MAX_PDU + 1, 0xFFFFFFFF])
def test_an_impossible_length_ends_the_link(length: int) -> None:
    heard = told([struct.pack(">4I", length, 5, 0, 77) + b"?"])
    assert heard.closed
    assert heard.replies == [(0x80000000, 2, 77)]
    assert set(heard.outcomes) == {("unsure", "")}


def test_answers_to_nothing_change_nothing() -> None:
    heard = check(
        frame(0x80000004, 0, 2, b"a\0") * 2 + frame(0x80000004, 0, 999, b"b\0") + frame(0x80000015, 0, 5, b"")
    )
    assert heard.outcomes == [("taken", "a")] + [("unsure", "")] * (WAITING - 1)
    assert heard.replies == []


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.builds(frame, COMMANDS, st.sampled_from([0, 0, 8, 0x58]), st.integers(0, 9), st.binary(max_size=90)),
            st.sampled_from(SEEDS[:-1]),
            st.builds(
                lambda body, tag, value: frame(5, 0, 3, deliver(body, esm=4, tlvs=tlv(tag, value))),
                st.one_of(st.just(RECEIPT), st.binary(max_size=60)),
                st.sampled_from([int(tag) for tag in Tag]),
                st.binary(max_size=9),
            ),
        ),
        max_size=8,
    ),
    st.lists(st.integers(0, 1000), max_size=4),
)
def test_no_stream_breaks_a_link(spoken: list[bytes], cuts: list[int]) -> None:
    check(b"".join(spoken), cuts)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=3))
def test_no_octets_break_a_link(octets: bytes, cuts: list[int]) -> None:
    check(octets, cuts)


def test_the_fuzzer_runs_and_finds_nothing(tmp_path: Path) -> None:
    pytest.importorskip("atheris")
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "canhgiac.channels.smpp.tests.fuzz_link",
            "-runs=2000",
            "-seed=7",
            f"-artifact_prefix={tmp_path}/",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
