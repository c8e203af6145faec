"""What an announcer says for what is written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canhgiac.channels.speech.numerals import number_said, roman_value
from canhgiac.channels.speech.script import Pause, Script, Speech, reading_time, script_read
from canhgiac.channels.speech.spoken import spoken
from canhgiac.kit.speech import SYLLABLES_A_MINUTE

CASES = [
    # numbers
    ("21 người", "hai mươi mốt người."),
    ("15 vụ, 24 vụ, 25 vụ", "mười lăm vụ, hai mươi tư vụ, hai mươi lăm vụ."),
    ("105 hộ", "một trăm linh năm hộ."),
    ("1.240 hộ", "một nghìn hai trăm bốn mươi hộ."),
    ("1,5 tỷ", "một phẩy năm tỷ."),
    ("5-10 người; 20–30%", "năm đến mười người; hai mươi đến ba mươi phần trăm."),
    ("97,5%", "chín mươi bảy phẩy năm phần trăm."),
    ("khoảng 1/3 dân số", "khoảng một trên ba dân số."),
    ("trực 24/7", "trực hai mươi tư trên bảy."),
    ("4 không, 2 phải", "bốn không, hai phải."),
    # money
    ("2.000.000 đ", "hai triệu đồng."),
    ("2.000.000đ", "hai triệu đồng."),
    ("10.000.000.000 VNĐ", "mười tỷ đồng."),
    ("500k và 2tr", "năm trăm nghìn và hai triệu."),
    ("500.000 đồng/tháng", "năm trăm nghìn đồng mỗi tháng."),
    ("$500", "năm trăm đô la Mỹ."),
    # days and hours
    ("Ngày 18/12/2026", "Ngày mười tám tháng mười hai năm hai nghìn không trăm hai mươi sáu."),
    ("18/12/2026", "ngày mười tám tháng mười hai năm hai nghìn không trăm hai mươi sáu."),
    ("2026-12-18", "ngày mười tám tháng mười hai năm hai nghìn không trăm hai mươi sáu."),
    ("mùng 2/9", "mùng hai tháng chín."),
    ("ngày 5/4", "ngày mùng năm tháng tư."),
    ("18-20/12", "ngày mười tám đến ngày hai mươi tháng mười hai."),
    ("tháng 12/2026", "tháng mười hai năm hai nghìn không trăm hai mươi sáu."),
    ("31/2/2026", "ba mươi mốt, hai, hai nghìn không trăm hai mươi sáu."),
    ("17:30", "mười bảy giờ ba mươi phút."),
    ("từ 7h-22h", "từ bảy giờ đến hai mươi hai giờ."),
    ("06:00 và 17h05.", "sáu giờ và mười bảy giờ năm phút."),
    ("25:61", "hai mươi lăm, sáu mươi mốt."),
    # phones, accounts, codes
    ("0900 000 123", "không chín không không, không không không, một hai ba."),
    ("0900000123", "không chín không không, không không không, một hai ba."),
    ("+84 900 000 123", "không chín không không, không không không, một hai ba."),
    ("069.219.4053", "không sáu chín, hai một chín, bốn không năm ba."),
    ("1900 1234", "một chín không không, một hai ba bốn."),
    ("Gọi 113 hoặc 156!", "Gọi một một ba hoặc một năm sáu."),
    ("113 người bị lừa", "một trăm mười ba người bị lừa."),
    ("nhắn tin đến 5656", "nhắn tin đến năm sáu năm sáu."),
    ("mã 482913", "mã bốn tám hai, chín một ba."),
    ("STK 123456789012", "số tài khoản một hai ba, bốn năm sáu, bảy tám chín, không một hai."),
    # ordinals
    ("lần thứ 1, thứ 4", "lần thứ nhất, thứ tư."),
    ("quý IV", "quý tư."),
    ("khóa XIV", "khóa mười bốn."),
    ("1. không chuyển tiền", "Một là, không chuyển tiền."),
    # abbreviations and foreign words
    ("mã OTP", "mã ô tê pê."),
    ("CCCD, UBND xã", "căn cước công dân, ủy ban nhân dân xã."),
    ("SMS", "ét em ét."),
    ("app VNeID", "ứng dụng vê en e i đê."),
    ("qua Zalo, Facebook", "qua da lô, phây búc."),
    ("đường link lạ; bấm link", "đường dẫn lạ; bấm đường dẫn."),
    ("Sở GD&ĐT, TP.HCM", "Sở giáo dục và đào tạo, thành phố Hồ Chí Minh."),
    ("A05 và 5G", "a không năm và năm giê."),
    ("Công văn 12/KH-UBND", "Công văn mười hai ca hát ủy ban nhân dân."),
    ("phường/xã", "phường hoặc xã."),
    ("CẢNH BÁO LỪA ĐẢO QUA TIN NHẮN", "CẢNH BÁO LỪA ĐẢO QUA TIN NHẮN."),
    # addresses
    ("canhgiac.vinhan.gov.vn", "canhgiac chấm vinhan chấm gov chấm vn."),
    (
        "Xem https://www.canhgiac.vinhan.test/bao-tin/?a=1.",
        "Xem canhgiac chấm vinhan chấm test gạch chéo bao gạch ngang tin.",
    ),
    ("a1.example", "a một chấm example."),
    ("truc_ban@vinhan.test", "truc gạch dưới ban a còng vinhan chấm test."),
    # signs
    ("💥 “Chào” bà con… [QC] (xem ảnh)", "Chào bà con, quảng cáo, xem ảnh."),
    ("Bà con có biết không?", "Bà con có biết không?"),
    ("Nhanh lên!!!", "Nhanh lên."),
    ("- Gọi công an", "Gọi công an."),
    ("→ ★ ***", ""),
    ("", ""),
]


@pytest.mark.parametrize(("written", "said"), CASES)
def test_what_is_written_is_said(written: str, said: str) -> None:
    assert spoken(written) == said


@pytest.mark.parametrize(("written", "said"), CASES)
def test_what_is_already_words_stays(written: str, said: str) -> None:
    assert spoken(said) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "không"),
        (10, "mười"),
        (11, "mười một"),
        (1_000, "một nghìn"),
        (1_005, "một nghìn không trăm linh năm"),
        (1_000_001, "một triệu không nghìn không trăm linh một"),
        (2_000_000_105, "hai tỷ một trăm linh năm"),
        (1_000_000_000_000, "một nghìn tỷ"),
        (-4, "âm bốn"),
        (10**20, "một" + " không" * 20),
    ],
)
def test_numbers_in_words(number: int, said: str) -> None:
    assert number_said(number) == said


def test_roman_numerals() -> None:
    assert [roman_value(text) for text in ("I", "IV", "IX", "XIV", "XL")] == [1, 4, 9, 14, 40]


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_two_numbers_never_sound_the_same(first: int, second: int) -> None:
    assert (number_said(first) == number_said(second)) == (first == second)


@settings(max_examples=1000)
@given(st.text(max_size=300))
def test_any_text_is_said_without_digits_or_odd_signs(text: str) -> None:
    said = spoken(text)
    assert not set(said) & set("0123456789[]()<>\"'%/\\@#\0")
    assert len(said.splitlines()) <= len(unicodedata.normalize("NFKC", text).splitlines())


@settings(max_examples=1000)
@given(st.text(alphabet="0123456789/.-:,% đhkg+()thứnăm\n", max_size=80))
def test_any_play_of_digits_is_said(text: str) -> None:
    assert not any(sign.isdigit() for sign in spoken(text))


def test_pauses_stand_where_they_were_asked_for() -> None:
    script = script_read("Kính thưa bà con. [nghỉ 2 giây] Có 2 vụ.\n\nGọi 113.\nHết.\n[nghỉ 3 giây]")
    assert script.pieces == (
        Speech("Kính thưa bà con.", "Kính thưa bà con."),
        Pause(2),
        Speech("Có 2 vụ.", "Có hai vụ."),
        Pause(1),
        Speech("Gọi 113.", "Gọi một một ba."),
        Pause(0.4),
        Speech("Hết.", "Hết."),
    )
    assert script.said.splitlines()[1] == "[nghỉ 2 giây]"


@pytest.mark.parametrize(
    ("mark", "seconds"),
    [("[nghỉ]", 1), ("[Nghỉ 0,5 giây]", 0.5), ("[ nghỉ 1.5 s ]", 1.5), ("[nghỉ 999 giây]", 10)],
)
def test_a_pause_may_be_written_in_several_ways(mark: str, seconds: float) -> None:
    assert script_read(f"Một {mark} hai").pieces[1] == Pause(seconds)


def test_pauses_beside_each_other_are_one() -> None:
    assert script_read("Một [nghỉ 2 giây] [nghỉ 3 giây]\n\n hai").pieces[1:2] == (Pause(5),)


def test_another_language_is_left_as_written() -> None:
    assert script_read("Call  113 [nghỉ 1 giây] now", "en").said == "Call 113\n[nghỉ 1 giây]\nnow"


def test_a_minute_of_words_and_its_pauses_take_their_time() -> None:
    words = "bà " * SYLLABLES_A_MINUTE
    assert reading_time(script_read(f"{words}[nghỉ 2,5 giây] con")) == 63
    assert reading_time(Script(())) == 0
    assert reading_time(script_read("0900 000 123")) == reading_time(
        script_read("không chín không không, không không không, một hai ba")
    )
