"""Alphabets, parts and places: the parts are those the composer counted, and a phone reads what was written."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from canhgiac.channels.smpp import text
from canhgiac.channels.smpp.text import SmsContent
from canhgiac.kit import sms
from simulators.phones import Phones

GSM_TEXT = st.text(st.sampled_from(sorted(sms.BASIC | sms.EXTENDED)), max_size=900)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=500)
WORDS = st.one_of(GSM_TEXT, ANY_TEXT).filter(str.strip)


def content(words: str, **given: object) -> SmsContent:
    return SmsContent(text=words, sender="CONGAN", **given)  # type: ignore[arg-type]


def shown(cut: text.Cut) -> str:
    """What a phone that we did not write puts together from the parts, the last one first."""
    phones = Phones()
    for raw in reversed(cut.texts):
        phones.part("CONGAN", "84900000123", raw, esm=cut.esm, coding=cut.coding)
    [message] = phones.messages("+84900000123")
    assert phones.unfinished() == 0
    return message.text


@given(WORDS, st.integers(0, 0xFFFF))
@example("a" * 152 + "[" + "a" * 20, 1)
@example("ă" * 66 + "😀" + "ă" * 66, 1)
def test_the_parts_are_those_the_composer_counted(words: str, ref: int) -> None:
    told = sms.length(words)
    cut = text.cut(content(words), words, ref)
    assert cut.parts == len(cut.texts) == told.parts
    assert max(len(raw) for raw in cut.texts) <= (160 if told.alphabet == sms.GSM7 else 140)
    assert shown(cut) == words


@given(WORDS, st.integers(0, 0xFFFF))
def test_a_sixteen_bit_reference_carries_the_same(words: str, ref: int) -> None:
    cut = text.cut(content(words, long="udh16"), words, ref)
    assert max(len(raw) for raw in cut.texts) <= (159 if cut.coding == 0 else 140)
    assert shown(cut) == words
    if len(cut.texts) > 1:
        pieces = [text.unwrap(raw, cut.esm)[1] for raw in cut.texts]
        assert pieces == [text.Piece(ref, len(pieces), number) for number in range(1, len(pieces) + 1)]


@given(WORDS)
def test_a_payload_goes_whole_and_costs_its_parts(words: str) -> None:
    cut = text.cut(content(words, long="payload"), words, 1)
    assert (len(cut.texts), cut.parts) == (1, sms.length(words).parts)
    assert text.decode(cut.texts[0], cut.coding) == words


@given(WORDS, st.integers(2, 200), st.sampled_from([sms.GSM7, sms.UCS2]))
def test_no_sign_is_cut_in_two(words: str, limit: int, alphabet: str) -> None:
    pieces = text.split(words, alphabet, limit)
    assert "".join(pieces) == words
    assert max(sum(sms.cost(sign, alphabet) for sign in piece) for piece in pieces) <= limit


def test_an_alphabet_may_be_demanded() -> None:
    assert text.cut(content("Xin chao", alphabet="ucs2"), "Xin chao", 1).coding == 8
    assert text.cut(content("Xin chao", alphabet="gsm7"), "Xin chao", 1).coding == 0
    with pytest.raises(ValueError, match="ạ"):
        text.cut(content("Cảnh giác, bạn", alphabet="gsm7"), "bạn", 1)


def test_the_euro_and_the_accents_of_the_default_alphabet() -> None:
    assert text.encode("@à€", sms.GSM7) == b"\x00\x7f\x1be"
    assert text.decode(b"\x00\x7f\x1be", 0) == "@à€"
    with pytest.raises(ValueError, match="alphabet"):
        text.encode("ạ", sms.GSM7)


@pytest.mark.parametrize(
    ("raw", "coding", "words"),
    [
        (b"STOP", 0x00, "STOP"),
        (b"STOP\xe0", 0x01, "STOPà"),
        (b"STOP\xe0", 0x03, "STOPà"),
        ("Dừng".encode("utf-16-be"), 0x08, "Dừng"),
        ("Dừng".encode("utf-16-be"), 0x18, "Dừng"),
        (b"\x01\x02", 0x04, ""),
        (b"A\xffB", 0x00, "A\ufffdB"),
        (b"A\x1b", 0x00, "A"),
        (b"\xd8\x3dA", 0x08, "\ufffd"),
        (b"STOP", 0xF0, "STOP"),
    ],
)
def test_what_comes_in_is_read_by_its_coding(raw: bytes, coding: int, words: str) -> None:
    assert text.decode(raw, coding) == words


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"text": " "}, "words"),
        ({"sender": ""}, "sender"),
        ({"sender": "CONG AN TINH VINH AN"}, "sender"),
        ({"sender": "CÔNG AN"}, "sender"),
        ({"validity": dt.timedelta(seconds=5)}, "minute"),
        ({"validity": dt.timedelta(days=60)}, "thirty"),
    ],
)
def test_a_content_that_nobody_could_get_is_refused(given: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        text.check(SmsContent(**{"text": "Canh bao", "sender": "CONGAN", **given}))  # type: ignore[arg-type]


@pytest.mark.parametrize("long", ["udh", "udh16", "payload"])
def test_more_than_255_parts_are_no_sms(long: str) -> None:
    words = "a" * 153 * 256
    with pytest.raises(ValueError, match="255"):
        text.cut(content(words, long=long), words, 1)


def test_places_are_filled_in_one_pass() -> None:
    assert text.filled("Chao {0}, {1} va {0}", ("{1}", "xa")) == "Chao {1}, xa va {1}"
    assert text.places("{x} {0} {12}") == 13
    with pytest.raises(ValueError, match="2 places"):
        text.filled("{1}", ("a",))


def test_senders_have_their_kinds() -> None:
    assert [text.type_of(sender) for sender in ("CONGAN", "8099", "+84900000123")] == [(5, 0), (3, 0), (1, 1)]
