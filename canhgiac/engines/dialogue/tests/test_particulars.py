"""Sums, times and the other particulars, as people tell them."""

from __future__ import annotations

import datetime as dt

import pytest

from canhgiac.engines.dialogue import Loss, understand
from canhgiac.engines.dialogue.particulars import (
    about_of,
    area_of,
    bank_of,
    denies_loss,
    is_done,
    law_of,
    loss_of,
    work_of,
)
from canhgiac.engines.dialogue.reading import read, untelexed
from canhgiac.engines.dialogue.sums import number_of, sums_in
from canhgiac.engines.dialogue.times import minutes_ago

NOW = dt.datetime(2026, 3, 12, 14, 30)  # a Thursday  # noqa: DTZ001  # the person's own clock


@pytest.mark.parametrize(
    ("text", "dong"),
    [
        ("5tr", [5_000_000]),
        ("5tr5", [5_500_000]),
        ("1tr9, coc 50%", [1_900_000]),
        ("15 cu", [15_000_000]),
        ("50k", [50_000]),
        ("500 ngan", [500_000]),
        ("muoi lam trieu", [15_000_000]),
        ("hai tram trieu dong", [200_000_000]),
        ("2 ty ruoi", [2_500_000_000]),
        ("1 ty 2", [1_200_000_000]),
        ("nua ty", [500_000_000]),
        ("5 trieu 200", [5_200_000]),
        ("1 trieu 500 nghin", [1_500_000]),
        ("1,5 trieu", [1_500_000]),
        ("5.000.000d", [5_000_000]),
        ("mat 2500000 roi", [2_500_000]),
        ("10 million vnd", [10_000_000]),
        ("5tr roi them 3tr", [5_000_000, 3_000_000]),
        ("ba me toi", []),
        ("0900000123", []),
        ("may chuc trieu", []),
        ("5 trieu ba toi dua", [5_000_000]),
        ("ngan hang 5 ngay", []),
        ("trieu ruoi", [1_500_000]),
        ("cong ty hai nguoi", []),
        ("mat ty hai roi", [1_200_000_000]),
        ("mot tram hai muoi trieu", [120_000_000]),
        ("ham lam trieu", [25_000_000]),
        ("2 tram trieu", [200_000_000]),
        ("the con 3tr2 gio con 2 ngan", [3_200_000, 2_000]),
        ("mat hon 2 chuc", [20_000_000]),
        ("chuyen hai tram roi", [200_000]),
        ("hai tram nguoi", []),
        ("20 000 000d", [20_000_000]),
    ],
)
def test_sums(text: str, dong: list[int]) -> None:
    assert [one.dong for one in sums_in(text)] == dong


def test_numbers_in_words() -> None:
    assert number_of(["hai", "tram", "nam", "muoi", "lam"]) == 255
    assert number_of(["muoi"]) == 10
    assert number_of(["mot", "tram", "linh", "hai"]) == 102


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("vừa xong", 5),
        ("hồi nãy", 30),
        ("nửa tiếng trước", 30),
        ("mới 10 phút", 10),
        ("cách đây tầm 40p", 40),
        ("2 tiếng rưỡi trước", 150),
        ("cách đây hơn 2 tiếng", 120),
        ("hôm qua", 1440),
        ("hôm kia", 2880),
        ("2 ngày trước", 2880),
        ("tuần trước", 10080),
        ("50tr, từ hôm qua", 1440),
        ("sáng nay", 6 * 60 + 30),
        ("lúc 9h sáng", 5 * 60 + 30),
        ("lúc 9h tối qua", 17 * 60 + 30),
        ("hôm thứ hai", 3 * 1440),
        ("9h30", None),
        ("2 tiếng nữa khóa sim", None),
        ("con tôi 5 tuổi", None),
        ("nãy em chuyển", 30),
        ("tới nay 3 ngày chưa thấy", 3 * 1440),
        ("hơn tháng nay", 30 * 1440),
        ("hổm rày", 3 * 1440),
        ("40p trc", 40),
        ("hôm 10/3", 2 * 1440),
        ("thứ 7 vừa rồi", 5 * 1440),
        ("15 phút sau bạn gọi", 15),
        ("hôm kia nó gọi, sáng nay mới biết", 2 * 1440),
        ("hôm kia nó gọi, sáng nay em chuyển", 6 * 60 + 30),
    ],
)
def test_times(text: str, minutes: int | None) -> None:
    assert minutes_ago(text, now=NOW) == minutes


def test_times_without_a_clock() -> None:
    assert minutes_ago("sang nay") == 240
    assert minutes_ago("toi qua") == 720
    assert minutes_ago("luc 9h sang") is None


@pytest.mark.parametrize(
    ("text", "what", "amount"),
    [
        ("em lỡ chuyển 5tr cho nó", {"money"}, 5_000_000),
        ("đọc otp cho nó rồi", {"code"}, None),
        ("em nhập mật khẩu vào trang giả", {"code"}, None),
        ("lỡ cài app dịch vụ công giả", {"app"}, None),
        ("em gửi ảnh căn cước hai mặt cho họ rồi", {"papers"}, None),
        ("mất nick facebook rồi", {"account"}, None),
        ("bị lừa mất 2 tỷ rưỡi", {"money"}, 2_500_000_000),
        ("chuyển lần đầu 5tr, lần sau chuyển thêm 7tr", {"money"}, 12_000_000),
        ("chuyển nhiều lần, tổng cộng 30 triệu, lần cuối 5 triệu", {"money"}, 30_000_000),
        ("đóng 2tr rồi nó đòi thêm 10tr", {"money"}, 2_000_000),
        ("vay 50 triệu, em đóng phí 3tr rồi", {"money"}, 3_000_000),
        ("kêu đọc otp để hủy, mình đọc rồi", {"code"}, None),
        ("mượn thêm được 80 triệu gửi đi", {"money"}, 80_000_000),
        ("mở ra toàn cục gạch, đặt hàng trên mạng", {"money"}, None),
        ("sáng giờ ai cũng hỏi sao em mượn tiền", {"account"}, None),
    ],
)
def test_losses(text: str, what: set[str], amount: int | None) -> None:
    loss = loss_of(read(text), surely=True)
    assert loss is not None
    assert what <= set(loss.what)
    assert loss.amount == amount


@pytest.mark.parametrize("text", ["em chưa chuyển", "chưa mất gì", "tôi chưa làm gì cả", "không mất gì hết"])
def test_nothing_lost(text: str) -> None:
    assert denies_loss(read(text))
    assert loss_of(read(text)) is None


def test_words_that_are_others_without_their_marks() -> None:
    loss = loss_of(read("tiền dưỡng già nạp hết vô cái app đó rồi"), surely=True)
    assert loss == Loss(("money",))


def test_what_is_asked_for_is_not_lost() -> None:
    assert loss_of(read("nó đòi em nạp 5 triệu")) is None
    assert understand(["họ bắt nạp 10tr mới cho rút, có phải lừa không"]).slots.loss is None
    assert is_done(read("chuyển rồi"))
    assert not is_done(read("có nên chuyển không"))


def test_banks() -> None:
    assert bank_of(read("chuyển qua vietcombank")) == "970436"
    assert bank_of(read("em dùng vcb")) == "970436"
    assert bank_of(read("mb"), alone=True) == "970422"
    assert bank_of(read("mạng 500 mb")) == ""


def test_areas() -> None:
    assert area_of("ở xã Ea Kao có gì không") == "xã Ea Kao"
    assert area_of("tôi ở Buôn Ma Thuột muốn hỏi") == "Buôn Ma Thuột"
    assert area_of("báo công an ở đâu") == ""


def test_laws() -> None:
    assert law_of(read("Điều 174 nói gì")) == "Điều 174"
    assert law_of(read("nghị định 13 thì sao")) == "nghị định 13"
    assert law_of(read("phạt bao nhiêu")) == ""


def test_work() -> None:
    assert work_of(read("ghi hoạt động tuyên truyền 50 người")) == "activity"
    assert work_of(read("báo cáo nào sắp đến hạn")) == "reports"
    assert work_of(read("việc của tôi tuần này")) == "tasks"


def test_about_whom() -> None:
    assert about_of(read("mẹ em bị lừa")) == "family"
    assert about_of(read("hàng xóm tôi bị lừa")) == "other"
    assert about_of(read("em bị lừa")) == "self"
    assert about_of(read("cách nhận biết")) == ""


def test_keyboard_slips() -> None:
    assert read("nạp 6tr8 với mười hai triệu rưỡi").words == ("nap", "<money>", "voi", "<money>")
    assert read("hai ngân hàng").words == ("hai", "ngan", "hang")
    assert read("chuyen5tr rồiiii").words == ("chuyen", "<money>", "roi")
    assert read("k biết cóphải lừađảo").words == ("khong", "biet", "co", "phai", "lua", "dao")
    assert untelexed("chuyeern") == "chuyen"
    assert read("gửi cccd").words == ("gui", "can", "cuoc")
    assert "khong" not in read("nó bấm rồi").words
    assert read("mất cả rồi").words == ("mat", "ca", "roi")
    assert read("báo ca").words == ("bao", "cong", "an")


def test_particulars_of_a_talk() -> None:
    slots = understand(["em lỡ chuyển 15 củ qua vcb cho stk 0123456789 agribank hồi nãy, em ở xã Ea Kao"]).slots
    assert slots.loss == Loss(("money",), 15_000_000)
    assert slots.minutes_ago == 30
    assert slots.bank == "970436"
    assert slots.area == "xã Ea Kao"
    assert [key.value for key in slots.indicators] == ["970405:0123456789"]
