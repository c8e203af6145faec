"""Sums as people type them."""

import pytest

from canhgiac.kit.money import money_read


@pytest.mark.parametrize(
    ("typed", "sum_"),
    [
        *(("5.000.000", 5_000_000), ("5 000 000 đ", 5_000_000), ("5,000,000 VND", 5_000_000), ("1tr5", 1_500_000)),
        *(("1,5 triệu", 1_500_000), ("500k", 500_000), ("2 tỷ", 2_000_000_000), ("0", 0), ("15", None)),
        *(("năm triệu", None), ("1.2.3", None), ("", None), ("9" * 40, None)),
    ],
)
def test_sums_as_people_type_them(typed: str, sum_: int | None) -> None:
    assert money_read(typed) == sum_
