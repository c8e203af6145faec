"""Sketches of texts: the same trick told otherwise is alike, another is not; the same text is the same everywhere."""

from __future__ import annotations

import itertools
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.engines.recognition.sketching import covered, plain_words, sketch_of
from canhgiac.engines.similarity.sketch import SIZE, bands, is_sketch, likeness, sketch, slots_likeness, slots_of

KEY = b"a key of the tests, 32 bytes long"
VNEID = (
    "Anh Nguyễn Văn An ơi, bên công an phường yêu cầu anh cập nhật VNeID mức 2 trong hôm nay, "
    "chuyển 500k vào 0900 000 001 rồi bấm https://vneid-capnhat.test/a"
)
OTHER_NUMBERS = (
    "Chị Lê Thị Bích ơi, bên công an phường yêu cầu chị cap nhat VNeID mức 2 trong hôm nay, "
    "chuyển 2tr vào 0900000002 rồi bấm https://dinhdanh.test/xyz"
)
PARCEL = (
    "Em giao hàng đây ạ, nhà mình vắng nên em gửi hàng xóm, chị chuyển khoản giúp em tiền ship 30k vào tài khoản "
    "em nhắn bên dưới nhé, chuyển xong chị chụp màn hình cho em"
)
words_of_texts = st.lists(st.sampled_from([f"w{n}" for n in range(300)]), min_size=8, max_size=80)


def test_the_same_trick_with_other_numbers_names_and_links_is_alike() -> None:
    assert likeness(sketch_of(VNEID, key=KEY), sketch_of(OTHER_NUMBERS, key=KEY)) > 0.55
    assert likeness(sketch_of(VNEID, key=KEY), sketch_of(PARCEL, key=KEY)) < 0.15


def test_what_differs_each_time_becomes_a_class_word() -> None:
    words = plain_words(VNEID)
    assert words[:3] == ["anh", "<name>", "oi"]
    assert words[-5:] == ["vao", "<number>", "roi", "bam", "<link>"]
    assert "<money>" in words
    assert "<name>" in plain_words("bạn nhận tiền từ chị Bích hôm qua")
    assert "<name>" not in plain_words("NGUYEN VAN AN OI CHUYEN TIEN DI NHE ANH")


def test_what_names_or_reaches_a_person_is_covered() -> None:
    told = covered("Anh Nguyễn Văn An, STK 0123456789 Vietcombank, gọi 0900 000 001 hoặc a@thu.example, xem vneid.test")
    assert "Nguyễn" not in told
    assert "0123456789" not in told
    assert "0900" not in told
    assert "a@thu" not in told
    assert "vneid.test" in told
    assert told.startswith("Anh •••, STK •••")
    assert covered("Họ bảo chuyển 500k rồi im luôn") == "Họ bảo chuyển 500k rồi im luôn"


def test_hidden_words_are_put_together_before_the_sketch() -> None:
    hidden = VNEID.replace("công an", "c.ô.n.g a.n").replace("yêu", "y\u200bêu").replace("chuyển", "chuy3n")
    assert likeness(sketch_of(VNEID, key=KEY), sketch_of(hidden, key=KEY)) > 0.6


def test_short_texts_get_no_sketch_and_are_alike_to_none() -> None:
    assert sketch_of("alo em ơi", key=KEY) == b""
    assert likeness(b"", b"") == 0
    assert likeness(b"", sketch_of(VNEID, key=KEY)) == 0


def test_a_sketch_is_the_same_in_another_process_and_small() -> None:
    made = sketch_of(VNEID, key=KEY)
    program = (
        "import sys; from canhgiac.engines.recognition.sketching import sketch_of; "
        "print(sketch_of(sys.argv[1], key=sys.argv[2].encode()).hex())"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, VNEID, KEY.decode()],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONHASHSEED": "77", "PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "1"},
    )
    assert told.stdout.strip() == made.hex()
    assert len(made) == SIZE <= 512


def test_the_bytes_of_a_known_text_do_not_change_with_a_library() -> None:
    """Sketches lie in databases for years: when this fails, the version byte must change."""
    made = sketch(["mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam"], key=b"k")
    assert made[:10].hex() == "2107af763a8f660403d3"


def test_another_key_makes_another_sketch() -> None:
    assert likeness(sketch_of(VNEID, key=KEY), sketch_of(VNEID, key=b"other")) < 0.15


def test_altered_bytes_are_no_sketch() -> None:
    made = sketch_of(VNEID, key=KEY)
    assert is_sketch(made)
    assert not is_sketch(made[:-1])
    assert not is_sketch(bytes((made[0] + 1,)) + made[1:])
    with pytest.raises(ValueError, match="not a sketch"):
        slots_of(b"abc")


@given(words_of_texts)
def test_a_text_is_wholly_like_itself(words: list[str]) -> None:
    made = sketch(words, key=KEY)
    assert likeness(made, made) == (1.0 if made else 0.0)


@given(words_of_texts, words_of_texts)
def test_the_estimate_is_near_the_true_likeness(first: list[str], second: list[str]) -> None:
    """Five standard errors: the chance of a false failure is below one in a million."""
    one, other = sketch(first, key=KEY), sketch(second, key=KEY)
    if not (one and other):
        return
    pairs, others = (set(itertools.pairwise(words)) for words in (first, second))
    truth = len(pairs & others) / len(pairs | others)
    estimate = likeness(one, other)
    assert abs(estimate - truth) < 0.17
    assert estimate == likeness(other, one) == slots_likeness(slots_of(one), slots_of(other))


def test_bands_are_shared_by_texts_alike() -> None:
    one, other, parcel = (slots_of(sketch_of(text, key=KEY)) for text in (VNEID, OTHER_NUMBERS, PARCEL))
    assert len(set(bands(one))) == 64
    assert set(bands(one)) & set(bands(other))
    assert len(set(bands(one)) & set(bands(parcel))) <= 2
