"""Payment codes: read as the standard says, damaged ones told apart, no text that does harm."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.engines.recognition.banks import BANKS_BY_BIN
from canhgiac.engines.recognition.vietqr import NotVietQr, VietQr, crc16, read_vietqr, write_vietqr

CODE = VietQr("970436", "0011000000001", 150_000, "Ung ho quy", "NGUYEN VAN A", is_static=False)

codes = st.builds(
    VietQr,
    bin=st.sampled_from(sorted(BANKS_BY_BIN)) | st.from_regex(r"[0-9]{6}", fullmatch=True),
    account=st.from_regex(r"[0-9A-Z]{4,19}", fullmatch=True),
    amount=st.none() | st.integers(0, 10**12),
    purpose=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), max_size=25),
    name=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), max_size=25),
    service=st.sampled_from(["account", "card", "merchant", "cash"]),
    is_static=st.booleans(),
)


def test_the_checksum_is_the_standard_s() -> None:
    """Check value of CRC-16/CCITT-FALSE in the catalogue of parametrised CRC algorithms."""
    assert crc16(b"123456789") == 0x29B1


def test_a_code_written_by_hand_from_the_standard() -> None:
    """Put together field by field, without our writer."""
    account = "0010A000000727" + "0127" + "0006970415" + "0113113366668888X" + "0208QRIBFTTA"
    body = "000201" + "010211" + f"38{len(account):02}{account}" + "5303704" + "5802VN" + "6304"
    read = read_vietqr(body + f"{crc16(body.encode()):04x}")
    assert read == VietQr("970415", "113366668888X")
    assert read.bank == "VietinBank"


@given(codes)
def test_what_is_written_is_read_back(code: VietQr) -> None:
    assert read_vietqr(write_vietqr(code)) == code


@given(codes, st.data())
def test_a_changed_digit_never_passes_the_checksum(code: VietQr, data: st.DataObject) -> None:
    text = write_vietqr(code)
    place = data.draw(st.integers(6, len(text) - 5))
    digit = data.draw(st.sampled_from("0123456789"))
    changed = text[:place] + digit + text[place + 1 :]
    if changed == text:
        return
    try:
        read = read_vietqr(changed)
    except NotVietQr:
        return
    assert not read.crc_ok


def test_a_code_whose_account_was_changed_is_read_and_told() -> None:
    changed = write_vietqr(CODE).replace("0011000000001", "0011000000002")
    read = read_vietqr(changed)
    assert (read.account, read.crc_ok) == ("0011000000002", False)


def test_lengths_that_count_bytes_are_understood() -> None:
    name = "NGUYỄN VĂN Ấ"
    text = write_vietqr(dataclasses.replace(CODE, name=""))[:-8]
    text += f"59{len(name.encode()):02}{name}" + "6304"
    read = read_vietqr(text + f"{crc16(text.encode()):04X}")
    assert (read.name, read.account, read.crc_ok) == (name, CODE.account, True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not-emv"),
        ("https://vietcombank.test", "not-emv"),
        ("000201", "not-vietqr"),
        ("000201010211" + "26140010A000000775" + "6304ABCD", "not-vietqr"),
        ("00020101021138", "broken"),
        ("000201" + "3899" + "0010A000000727", "broken"),
        ("000201" + "38220010A0000007270104AB12", "broken"),
    ],
)
def test_what_is_no_payment_to_an_account_says_why(text: str, reason: str) -> None:
    with pytest.raises(NotVietQr) as refused:
        read_vietqr(text)
    assert refused.value.code == reason


@given(st.text() | st.from_regex(r"000201(\d\d\d\d[A-Z0-9]{0,20}){0,9}", fullmatch=True))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        said = "read" if read_vietqr(text).account else "no account"
    except NotVietQr as refused:
        said = refused.code
    assert said in {"read", "not-emv", "broken", "not-vietqr"}


def test_each_bank_has_one_name() -> None:
    names = [bank.name for bank in BANKS_BY_BIN.values()]
    assert len(set(names)) == len(names)
    assert all(len(number) == 6 for number in BANKS_BY_BIN)
