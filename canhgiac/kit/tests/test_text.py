from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.kit.text import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Công an  TỈNH Đắk Lắk", "cong an tinh dak lak"),
        ("  Hoà Bình\t\nHòa Bình ", "hoa binh hoa binh"),
        ("ƯỜNG đường Ờ", "uong duong o"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
