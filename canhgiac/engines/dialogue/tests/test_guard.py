"""Words that an outside model wrote are refused wherever they hold what ours do not, or lose what comes first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.engines.dialogue.guard import refusal

OURS = (
    "Công an thật không làm việc qua điện thoại. Đừng chuyển tiền, đừng đọc mã OTP.",
    "Dấu hiệu: xưng công an; đòi giữ kín; bắt chuyển tiền. Gọi 113 khi bị ép.",
    "Điều 174 Bộ luật Hình sự nói về lừa đảo chiếm đoạt tài sản.",
)
FIRST = "Công an thật không làm việc qua điện thoại. Đừng chuyển tiền, đừng đọc mã OTP."


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (f"{FIRST} Gọi 113 khi bị ép.", ""),
        (f"{FIRST} Họ xưng công an, đòi giữ kín, bắt chuyển tiền thì gọi 113 nhé.", ""),
        (f"{FIRST} Gọi 0900 000 999 khi bị ép.", "number"),
        (f"{FIRST} Xem thêm tại ho-tro.test.", "link"),
        (f"{FIRST} Điều 175 Bộ luật Hình sự.", "number"),
        (f"{FIRST} Theo Nghị định 113.", "law"),
        (f"{FIRST} Bạn yên tâm nhé.", "safe"),
        (f"{FIRST} Người gọi là tội phạm.", "blame"),
        (f"{FIRST} Khi bị ép thì chuyển khoản trước.", "risk"),
        (f"{FIRST} Khi bị ép, gọi anh Tám.", "name"),
        ("Gọi 113 khi bị ép.", "first"),
        ("Công an thật làm việc qua điện thoại. Chuyển tiền, đọc mã OTP.", "risk"),
        (f"{FIRST} Hàng xóm tuần trước trồng rau bán ngoài chợ.", "claim"),
        (f"{FIRST} " + "Gọi 113 khi bị ép. " * 40, "long"),
        (f"{FIRST} <b>Gọi 113</b>", "markup"),
    ],
)
def test_what_is_added_or_lost_is_noticed(told: str, why: str) -> None:
    assert refusal(told, ours=OURS) == why


def test_our_own_words_may_stand() -> None:
    assert refusal("\n".join(OURS), ours=OURS) == ""


@given(st.text(max_size=300))
def test_any_words_get_an_answer(told: str) -> None:
    assert isinstance(refusal(told, ours=OURS), str)


@given(st.from_regex(r"09\d{2} \d{3} \d{3}", fullmatch=True))
def test_no_number_of_its_own_ever_passes(number: str) -> None:
    assert refusal(f"{FIRST} Gọi {number} khi bị ép.", ours=OURS) != ""
