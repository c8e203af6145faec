from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..reading import read
from ..reading.legacy import font_encoding, from_tcvn3, from_vni
from ..reading.syllable import is_syllable, vietnamese_share
from .old_encodings import ALPHABET, TONED, to_tcvn3, to_tcvn5712_vn1, to_vni, western

PLAN = """ỦY BAN NHÂN DÂN
TỈNH AN HẢI
Số: 12/KH-UBND
KẾ HOẠCH
Tuyên truyền phòng, chống lừa đảo trên không gian mạng
1. Công an tỉnh chủ trì, phối hợp với Sở Khoa học và Công nghệ tổ chức tuyên truyền về "4 không, 2 phải".
a) Đẩy mạnh hướng dẫn kỹ năng số cho người cao tuổi, học sinh, sinh viên; hoàn thành trước ngày 10/6 hằng năm.
b) Quý I/2025: mở 50 lớp; tỷ lệ người dân được tiếp cận đạt 90%.
"""


def test_tcvn3_covers_the_alphabet() -> None:
    for letter in ALPHABET:
        assert from_tcvn3(western(to_tcvn3(letter))) == letter
    for letter in "ĂÂÊÔƠƯĐ":
        assert from_tcvn3(western(to_tcvn3(letter))) == letter


def test_tcvn3_capitals_come_from_font_or_neighbours() -> None:
    for letter in ALPHABET:
        assert from_tcvn3(western(to_tcvn3(letter)), capital_font=True) == letter.upper()
        assert from_tcvn3(western(to_tcvn3(f"H{letter}CH".upper()))) == f"H{letter}CH".upper()


def test_vn1_covers_both_cases() -> None:
    for letter in TONED + TONED.upper():
        assert from_tcvn3(western(to_tcvn5712_vn1(letter)), vn1=True) == letter


def test_vni_covers_both_cases() -> None:
    for letter in ALPHABET + ALPHABET.upper():
        assert from_vni(western(to_vni(letter))) == letter


@given(st.text(alphabet=[c for c in ALPHABET if c not in "iìỉĩíị"], max_size=30))
def test_vni_reads_back_any_small_text(text: str) -> None:
    assert from_vni(western(to_vni(text))) == text


@given(st.text(alphabet=ALPHABET + " .,;0123456789-/", max_size=60))
def test_tcvn3_reads_back_any_small_text(text: str) -> None:
    assert from_tcvn3(western(to_tcvn3(text))) == text


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (PLAN.encode("utf-8"), "utf-8"),
        (PLAN.encode("utf-8-sig"), "utf-8"),
        (PLAN.encode("utf-16"), "utf-16"),
        (PLAN.encode("utf-16-le"), "utf-16-le"),
        (PLAN.encode("utf-16-be"), "utf-16-be"),
        (b"\xfe\xff" + PLAN.encode("utf-16-be"), "utf-16"),
        (PLAN.encode("utf-32"), "utf-32"),
        (to_vni(PLAN), "vni"),
        (to_tcvn3(PLAN), "tcvn3"),
        (to_tcvn5712_vn1(PLAN), "tcvn3"),
        (western(to_vni(PLAN)).encode("utf-8"), "vni"),
        (western(to_tcvn3(PLAN)).encode("utf-8"), "tcvn3"),
        (western(to_tcvn3(PLAN)).encode("utf-16"), "tcvn3"),
        (unicodedata.normalize("NFD", PLAN).encode("utf-8"), "utf-8"),
    ],
)
def test_encodings_are_told_apart(data: bytes, encoding: str) -> None:
    source = read(data, "ke-hoach.txt")
    assert source.text == PLAN
    assert source.encoding == encoding
    assert (source.notes == ()) == (encoding in ("utf-8", "utf-32"))


def to_windows_1258(text: str) -> bytes:
    """cp1258 has letters with their shape; tones follow as marks."""
    out = b""
    for letter in text:
        for size in (1, 2):
            parts = unicodedata.normalize("NFD", letter)
            shape = unicodedata.normalize("NFC", parts[: len(parts) - size + 1])
            try:
                out += (letter if size == 1 else shape + parts[-1]).encode("cp1258")
                break
            except UnicodeEncodeError:
                if size == 2:  # the tone comes before the shape: ậ, ặ, ệ, ộ
                    tone = next(c for c in parts if c in "\u0300\u0301\u0303\u0309\u0323")
                    out += (unicodedata.normalize("NFC", parts.replace(tone, "")) + tone).encode("cp1258")
    return out


def test_windows_1258() -> None:
    source = read(to_windows_1258(PLAN), "ke-hoach.txt")
    assert (source.text, source.encoding) == (PLAN, "windows-1258")
    assert source.notes == ("Đã chuyển bảng mã Windows-1258 sang Unicode.",)


def test_a_pasted_old_passage_inside_unicode_text_is_converted_alone() -> None:
    passage = "Sở Khoa học và Công nghệ chủ trì, phối hợp với các sở, ban, ngành tuyên truyền."
    text = f"KẾ HOẠCH\n{western(to_tcvn3(passage))}\nCông an tỉnh chủ trì.\nVà là khi ấy.\n"
    source = read(text.encode(), "a.txt")
    assert source.text == f"KẾ HOẠCH\n{passage}\nCông an tỉnh chủ trì.\nVà là khi ấy.\n"


@pytest.mark.parametrize(
    "text", ["Là và mà: hà, tà, bò, né.\n", "Giá 5 £ – 10 £, 20 °C, § 5, «trích»\n", "Müller, Françoise và José\n"]
)
def test_unicode_text_is_left_alone(text: str) -> None:
    assert read(text.encode(), "a.txt").text == text


def test_damaged_utf8_is_read_with_a_note() -> None:
    source = read(PLAN.encode().replace("tuyên".encode(), b"tuy\xc3n", 1), "a.txt")
    assert "tuy\ufffdn" in source.text
    assert source.notes == ("Có 1 ký tự hỏng không đọc được.",)


def test_a_cut_last_letter_is_dropped() -> None:
    assert read("Kế hoạch ở xã".encode()[:-1], "a.txt").text == "Kế hoạch ở x"


@pytest.mark.parametrize(
    ("font", "expected"),
    [
        (".VnTime", ("tcvn3", False)),
        (".VnTimeH", ("tcvn3", True)),
        (".VnArial NarrowH", ("tcvn3", True)),
        ("VNI-Times", ("vni", False)),
        ("VNI Times", ("vni", False)),
        ("Times New Roman", (None, False)),
        ("Vni", (None, False)),
    ],
)
def test_fonts_name_encodings(font: str, expected: tuple[str | None, bool]) -> None:
    assert font_encoding(font) == expected


def test_syllables() -> None:
    for word in (
        "nghiêng",
        "quyết",
        "giữ",
        "gì",
        "quý",
        "khuya",
        "ngoằn",
        "Đắk",
        "uỷ",
        "hoà",
        "hòa",
        "ý",
        "rượu",
        "phường",
    ):
        assert is_syllable(word), word
    for word in ("ViÖt", "héi" + "x", "nghÜa", "Coâng", "hôïp", "xyz", "toà́"):
        assert not is_syllable(word), word
    assert vietnamese_share("abc 123") == (0.0, 0)
    assert vietnamese_share("được ViÖt") == (0.5, 2)
