"""Receipts as SMSCs write them. All numbers are invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.channels.contract import Arrival
from canhgiac.channels.smpp import pdu, receipts
from canhgiac.channels.smpp.pdu import NO_TLVS, Message, Tag
from canhgiac.kit import clock


def receipt(words: str, tlvs: Mapping[int, bytes] = NO_TLVS, esm: int = 4) -> Message:
    return Message("84900000123", "8099", words.encode("latin-1", "replace"), esm=esm, tlvs=tlvs)


def at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=clock.VIETNAM)  # type: ignore[misc,arg-type]


USUAL = "id:1234567890 sub:001 dlvrd:001 submit date:2611221030 done date:2611221031 stat:DELIVRD err:000 Text:Canh bao"


@pytest.mark.parametrize(
    ("words", "ref", "arrival", "code", "when"),
    [
        (USUAL, "1234567890", Arrival.DELIVERED, "smpp:DELIVRD", at(2026, 11, 22, 10, 31)),
        (USUAL.upper(), "1234567890", Arrival.DELIVERED, "smpp:DELIVRD", at(2026, 11, 22, 10, 31)),
        (
            "id:77 sub:1 dlvrd:0 submit date:261122103015 done date:261122103259 stat:UNDELIV err:011",
            "77", Arrival.FAILED, "smpp:UNDELIV:011", at(2026, 11, 22, 10, 32, 59),
        ),
        (
            "stat:EXPIRED id:8f00AA err:5 done date:202611230000", "8f00aa", Arrival.EXPIRED, "smpp:EXPIRED:5",
            at(2026, 11, 23),
        ),
        ("id: 0042 stat: ACCEPTD err: 000", "42", Arrival.ACCEPTED, "smpp:ACCEPTD", None),
        ("id:9 done_date:2611221031 stat:REJECTD", "9", Arrival.FAILED, "smpp:REJECTD", at(2026, 11, 22, 10, 31)),
        ("id:9 sub: dlvrd: submit date: done date: stat:DELIVRD err:", "9", Arrival.DELIVERED, "smpp:DELIVRD", None),
        ("id:a-b_c.d stat:DELETED err:000", "a-b_c.d", Arrival.FAILED, "smpp:DELETED", None),
        ("id:9 stat:ENROUTE", "9", Arrival.ACCEPTED, "smpp:ENROUTE", None),
        ("id:9 stat:LAMTHINH", "9", Arrival.ACCEPTED, "smpp:LAMTHINH", None),
        ("id:9 done date:2613321031 stat:DELIVRD", "9", Arrival.DELIVERED, "smpp:DELIVRD", None),
        ("id:9 stat:DELIVRD text:id:666 stat:UNDELIV", "9", Arrival.DELIVERED, "smpp:DELIVRD", None),
    ],
)  # fmt: skip
def test_texts_as_they_come(words: str, ref: str, arrival: Arrival, code: str, when: dt.datetime | None) -> None:
    told = receipts.parse(receipt(words), to="+84900000123")
    assert told is not None
    assert (told.ref, told.arrival, told.code, told.to) == (ref, arrival, code, "+84900000123")
    if when is None:
        assert abs(told.at - clock.now()) < dt.timedelta(minutes=1)
    else:
        assert told.at == when


@pytest.mark.parametrize("words", ["", "khong phai giay bao", "stat:DELIVRD err:000", "text:id:5", "id: stat:DELIVRD"])
def test_a_receipt_of_no_message_is_none(words: str) -> None:
    assert receipts.parse(receipt(words)) is None


def test_parameters_are_believed_before_the_text() -> None:
    tlvs: dict[int, bytes] = {
        Tag.RECEIPTED_MESSAGE_ID: b"00FF\0",
        Tag.MESSAGE_STATE: b"\x05",
        Tag.NETWORK_ERROR_CODE: b"\x03\x00\x21",
    }
    told = receipts.parse(receipt("id:1 stat:DELIVRD", tlvs))
    assert told is not None
    assert (told.ref, told.arrival, told.code) == ("ff", Arrival.FAILED, "smpp:UNDELIV:33")
    alone = receipts.parse(receipt("", tlvs, esm=0))
    assert alone is not None
    assert alone._replace(at=told.at) == told
    assert receipts.is_receipt(receipt("", tlvs, esm=0))


def test_an_intermediate_notice_is_not_final() -> None:
    told = receipts.parse(receipt("id:1 stat:UNDELIV err:0", esm=0x20))
    assert told is not None
    assert told.arrival is Arrival.ACCEPTED


def test_words_of_a_person_are_no_receipt() -> None:
    assert not receipts.is_receipt(receipt("id:1 stat:DELIVRD", esm=0))
    assert not receipts.is_receipt(receipt("STOP", esm=0x40))


@given(st.integers(0, 2**64 - 1), st.integers(0, 12))
def test_one_number_has_one_spelling(number: int, zeros: int) -> None:
    """The answer and the receipt of a message meet, whatever bases and paddings the SMSC mixes."""
    pad, plain, hexed = "0" * zeros, str(number), f"{number:X}"
    assert receipts.canonical(pad + plain, "as_is") == receipts.canonical_in_text(plain)
    assert receipts.canonical(pad + hexed, "as_is") == receipts.canonical_in_text(hexed.lower())
    assert receipts.canonical(pad + hexed, "hex_to_dec") == receipts.canonical_in_text(pad + plain)
    assert receipts.canonical(pad + plain, "dec_to_hex") == receipts.canonical_in_text(pad + hexed)


@given(st.binary(max_size=200))
def test_no_text_breaks_the_reading(octets: bytes) -> None:
    told = receipts.parse(Message("84900000123", "8099", octets, esm=4))
    assert told is None or told.ref


FIELD = st.sampled_from(["0", "1", "000", "12ab", "", "-", "DELIVRD", "undeliv", "2611221031", "261122103159", "99"])


@given(
    st.tuples(
        st.sampled_from(["id", "ID"]), *[FIELD] * 5,
        st.sampled_from(["", " text:", " Text:Canh bao", "x", "\0", " id:7"]),
        st.sampled_from([0x04, 0x00, 0x20, 0x44]), st.sampled_from([0, 1]), st.sampled_from([0, 0, 0, 1]),
        st.sampled_from(["84900000123", "0900000123", "8099", "CONGAN"]),
    )
)  # fmt: skip
def test_the_quick_look_sees_what_the_long_one_sees(drawn: tuple[Any, ...]) -> None:
    word, ref, dlvrd, date, state, error, end, esm, ton, cut, source = drawn
    words = f"{word}:{ref} sub:001 dlvrd:{dlvrd} submit date:2611221030 done date:{date} stat:{state} err:{error}{end}"
    message = receipt(words, esm=esm)._replace(source=source, source_ton=ton)
    body = pdu.message(pdu.Command.DELIVER_SM, 1, message)[16:]
    seen = receipts.quick(body[: len(body) - cut])
    if seen is None:
        return
    assert (cut, esm) == (0, 4)
    told = receipts.parse(pdu.read_message(pdu.Command.DELIVER_SM, body), to=source)
    assert told is not None
    assert seen[0]._replace(at=told.at) == told
    assert abs(seen[0].at - told.at) < dt.timedelta(seconds=9)
    assert seen[1] == ton


def test_the_quick_look_knows_the_usual_receipt() -> None:
    for words in (USUAL, USUAL.replace("Text:Canh bao", "text:"), USUAL.replace(" Text:Canh bao", "")):
        assert receipts.quick(pdu.message(pdu.Command.DELIVER_SM, 1, receipt(words))[16:])
