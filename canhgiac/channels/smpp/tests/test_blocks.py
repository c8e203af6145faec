"""A read taken in at once says what its PDUs say one by one. All numbers are invented."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.channels.columns import Answers, Receipts
from canhgiac.channels.contract import Arrival, Outcome, Receipt, Recipient, Result
from canhgiac.channels.smpp import blocks
from canhgiac.kit import clock

from .holds import check, frame
from .seeds import deliver

AT = dt.datetime(2026, 11, 22, 10, 31, tzinfo=clock.VIETNAM)


def receipt(ref: str, state: str = "DELIVRD", end: str = " text:", source: bytes = b"84900000123") -> bytes:
    words = f"id:{ref} sub:001 dlvrd:001 submit date:2611221030 done date:2611221031 stat:{state} err:000{end}"
    return deliver(words.encode(), esm=4, source=source)


TAKEN = frame(0x80000004, 0, 2, b"1001\0")
LATER = frame(0x80000004, 0x58, 3, b"")
ARRIVED = frame(0x05, 0, 7, receipt("1001"))


def test_answers_and_receipts_of_one_read() -> None:
    failed = frame(0x80000004, 0x64, 4, b"\0")
    lost = frame(0x05, 0, 8, receipt("8f00aa", "UNDELIV", "", b"0900000124"))
    half = ARRIVED[:-3]
    stream = TAKEN + ARRIVED + LATER + failed + lost + half
    block = blocks.read_block(stream)
    assert block is not None
    assert (block.end, block.statuses) == (len(stream) - len(half), (0, 0x58, 0x64))
    assert (block.sequences, block.refs) == ((2, 3, 4), (b"1001", b"", b""))
    assert block.delivered == [ARRIVED, lost]
    assert blocks.refs_of(block.refs[:1], "as_is") == ["1001"]
    assert blocks.refs_of(block.refs[:1], "dec_to_hex") == ["3e9"]


def test_receipts_of_the_usual_form_among_others() -> None:
    lost = frame(0x05, 0, 8, receipt("8f00aa", "UNDELIV", "", b"0900000124"))
    words = frame(0x05, 0, 9, deliver(b"STOP"))
    acks, told, odd = blocks.receipts_of([ARRIVED, lost], clock.VIETNAM, "84")
    assert (acks, odd) == ([b"\0\0\0\7", b"\0\0\0\x08"], [])
    said = [
        Receipt("1001", Arrival.DELIVERED, "smpp:DELIVRD", AT, "+84900000123"),
        Receipt("8f00aa", Arrival.FAILED, "smpp:UNDELIV", AT, "+0900000124"),
    ]
    assert list(told) == said
    again, told, odd = blocks.receipts_of([ARRIVED, words, lost], clock.VIETNAM, "84")
    assert (again, list(told), odd) == (acks, said, [words])
    none, told, odd = blocks.receipts_of([words], clock.VIETNAM, "84")
    assert (none, list(told), odd) == ([], [], [words])


@pytest.mark.parametrize(
    "odd",
    [
        receipt("0042"),
        receipt("1001")[:-1],
        receipt("1001", end=" text:\0\0"),
        receipt("1001") + b"\0\x1e\0\0",
        receipt("1001").replace(b"\4\0", b"\x24\0", 1),
        receipt("1001").replace(b" sub:001", b""),
        receipt("1001").replace(b"err:000", b"err:?"),
    ],
)
def test_an_odd_receipt_is_read_by_itself(odd: bytes) -> None:
    pdus = [ARRIVED, frame(0x05, 0, 8, odd), ARRIVED]
    acks, told, others = blocks.receipts_of(pdus, clock.VIETNAM, "84")
    assert (len(acks), len(told), others) == (2, 2, [pdus[1]])
    check(b"".join(pdus))


@pytest.mark.parametrize(
    "odd",
    [
        frame(0x15, 0, 7, b""),
        frame(0x80000004, 0, 2, b"0042\0"),
        frame(0x80000004, 0, 2, b"1001"),
        frame(0x80000004, 0, 2, b"1001\0\0"),
        LATER[:-1] + TAKEN[12:16],
        frame(0x05, 0, 8, receipt("1001") + b"\0\x1e\0\0"),
        frame(0x05, 0, 8, receipt("1001").replace(b"\4\0", b"\x24\0", 1)),
    ],
)
def test_what_is_odd_is_left_to_who_reads_pdu_by_pdu(odd: bytes) -> None:
    block = blocks.read_block(TAKEN + odd + ARRIVED)
    assert block is None or block.end <= len(TAKEN)
    check(TAKEN + odd + ARRIVED)


@pytest.mark.parametrize("answer", [b"", b"\0"])
def test_a_message_may_be_taken_without_a_number(answer: bytes) -> None:
    told = check(TAKEN + frame(0x80000004, 0, 3, answer) + frame(0x80000004, 0, 4, b"1002\0") + ARRIVED)
    assert told.outcomes[:3] == [("taken", "1001"), ("taken", ""), ("taken", "1002")]
    assert told.outcomes[3] == ("unsure", "")


PIECES = st.lists(
    st.tuples(
        st.sampled_from([TAKEN, LATER, ARRIVED, frame(0x80000004, 0, 4, b"9f\0"), frame(0x80000004, 8, 2, b"\0")]),
        st.integers(0, 400),
        st.binary(max_size=1),
    ),
    max_size=12,
)


@given(PIECES, st.lists(st.integers(0, 2000), max_size=4))
def test_any_stream_says_the_same_read_at_once_and_pdu_by_pdu(
    pieces: list[tuple[bytes, int, bytes]], cuts: list[int]
) -> None:
    stream = b"".join(one[: at % 200] + octet + one[at % 200 + len(octet) :] for one, at, octet in pieces)
    check(stream, cuts)


def test_a_large_read_is_taken_in_pieces() -> None:
    told = check((TAKEN + ARRIVED) * 200)
    assert told.outcomes[1:] == [("unsure", "")] * 4
    assert (told.outcomes[0], len(told.events)) == (("taken", "1001"), 200)


def test_columns_are_sequences_of_the_contracts_tuples() -> None:
    batch = [Recipient(at, "+84900000123") for at in (5, 6, 7)]
    later = Result(6, Outcome.LATER, "", "smpp:link")
    answers = Answers(batch, ["a", None, "c"], {1: later})
    assert list(answers) == [Result(5, Outcome.TAKEN, "a"), later, Result(7, Outcome.TAKEN, "c")]
    assert answers == list(answers)
    assert list(answers[1:]) == [later, answers[-1]]
    assert answers[2:].others == {}
    assert answers.parted() == (([batch[0], batch[2]], ["a", "c"]), [later])
    with pytest.raises(IndexError):
        answers[3]
    said = (Arrival.DELIVERED, "smpp:DELIVRD", AT)
    receipts = Receipts(["a", "b"], [said, said], ["+84900000123", "+84900000124"])
    assert list(receipts[1:]) == [receipts[1]] == [Receipt("b", *said, "+84900000124")]
    assert len(receipts) == 2
