"""What is covered in a message, and what stays."""

from __future__ import annotations

import pytest

from canhgiac.assistant.selectors.mask import mask, mask_name, mask_number


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Lien he 0900 000 214", "Lien he 09•• ••• 214"),
        ("goi +84900000214 nhe", "goi +849•• ••• 214 nhe"),
        ("STK 1234567890123 NGUYEN VAN AN", "STK •••••• 123 N••••• V•• A•"),
        ("VCB Trần Thị Bé", "VCB T••• T•• B•"),
        ("ck cho nguyen thi hoa nhe", "ck cho n••••• t•• h•• nhe"),
        ("Ma OTP cua ban la 123456. Khong chia se", "Ma OTP cua ban la ••••••. Khong chia se"),
        ("Mã 123456 là mã xác thực", "Mã •••••• là mã xác thực"),
        ("thu toi an.b@xyz.test", "thu toi a•••@xyz.test"),
        ("http://abc.test/u/0900000111?x=1", "http://abc.test/u/••••?x=1"),
        ("CCCD 001099000111", "CCCD •••••• 111"),
        ("TK 1234567890 -500,000VND", "TK •••••• 890 -500,000VND"),
        ("goi 0900 - 000 - 214", "goi 09•• ••• 214"),
    ],
)
def test_third_parties_are_covered(text: str, shown: str) -> None:
    assert mask(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "nop phi 1.200.000d, goi 19001234",
        "so tien 50,000,000 VND luc 10:24 ngay 12/11/2026",
        "12.500.000 đồng, 2.000.000.000",
        "Phường Trần Hưng Đạo, TP Hồ Chí Minh",
        "soạn LD gửi 156 hoặc 5656, gọi 113",
        "THONG BAO CHU KY SO LE PHI 5000",
    ],
)
def test_amounts_dates_places_and_hotlines_stay(text: str) -> None:
    assert mask(text) == text


def test_numbers_keep_enough_to_be_told_apart() -> None:
    assert mask_number("0900000214") == "09•• ••• 214"
    assert mask_number("1234567890123") == "•••••• 123"
    assert mask_name("Trần Văn B") == "T••• V•• B"
