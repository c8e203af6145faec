"""Messages that were once told wrong: each state, and the reasons that must or must not be given for it."""

from __future__ import annotations

import random

import pytest

from canhgiac.engines.recognition import DANGER, SUSPICIOUS, UNCLEAR, Model, judge
from canhgiac.engines.recognition.verdict import LONG


def codes(message: str, model: Model) -> set[str]:
    return {reason.code for reason in judge(message, model).reasons}


@pytest.mark.parametrize(
    "message",
    [
        "Con mày đang ở trong tay tao. Chuẩn bị 500 triệu chuyển vào tài khoản tao gửi, cấm báo công an",
        "Muốn gặp lại con thì chuẩn bị 300tr tiền chuộc, cấm báo công an. Báo là tao xử nó luôn",
        "chau nha dang bi bat coc, chuyen 200 trieu vao stk 0123456789 trong 1 gio, cam bao cong an",
    ],
)
def test_a_kidnapper_is_dangerous_and_does_not_pose_as_police(model: Model, message: str) -> None:
    assert judge(message, model).state == DANGER
    found = codes(message, model)
    assert {"secrecy", "debt-threat"} <= found
    assert "authority" not in found


def test_police_that_are_named_elsewhere_still_pose(model: Model) -> None:
    assert "authority" in codes("Tôi là cán bộ công an tỉnh, anh tuyệt đối không tắt máy", model)


@pytest.mark.parametrize(
    ("message", "never"),
    [
        ("[TB] Quý khách được miễn phí 30 phút gọi nội mạng và 500MB. Kiểm tra bấm *098#. LH 18001091", "greed"),
        ("VinaPhone thong bao: goi D15 duoc mien phi 500MB, han dung 3 ngay. Chi tiet lien he 18001091", "greed"),
        ("Tổng đài xin nghe: bấm phím 1 để gặp tư vấn viên, bấm phím 2 để nghe thông tin gói cước", "ask-code"),
        ("Chỉ bấm phím theo hướng dẫn của tổng đài 18001091, không cần làm gì thêm", "ask-code"),
        ("TK hội viên thư viện tỉnh của bạn sắp hết hạn, mời ghé quầy để gia hạn", "parcel"),
        ("TK 0123xxx789 +5,000,000VND luc 10:20 02/03. SD: 12,300,000VND. ND: NGUYEN VAN A CK tien nha", "ask-pay"),
        ("So du TK 00110000 -200,000 VND. So du 1,000,000 VND. Noi dung: MAI CHUYEN KHOAN tien hoc", "caution"),
    ],
)
def test_a_genuine_notice_is_not_told_as_a_lure_or_a_request(model: Model, message: str, never: str) -> None:
    assert judge(message, model).state == UNCLEAR
    assert never not in codes(message, model)


def test_free_is_a_lure_where_the_message_alarms(model: Model) -> None:
    message = "Nhận miễn phí điện thoại, bấm vào link qua-tang.test nhập mã OTP ngay hôm nay"
    assert judge(message, model).state in {DANGER, SUSPICIOUS}
    assert "greed" in codes(message, model)


def test_a_transfer_that_is_asked_for_after_a_balance_is_still_asked_for(model: Model) -> None:
    assert "ask-pay" in codes("Số dư của chị là 0đ, chuyển khoản trước 2 triệu để mở khóa", model)


def test_a_rank_is_marked_whole(model: Model) -> None:
    reasons = judge("Em là sĩ quan quân y đang công tác ở Syria, muốn làm quen và gửi quà cho anh", model).reasons
    assert [reason.words for reason in reasons if reason.code == "romance"] == ["sĩ quan quân y"]


@pytest.mark.parametrize(
    "message",
    [
        "Your account has been suspended. Please verify at http://secure-bank-login.test/verify",
        (
            "Dear customer, your bank account has been locked due to unusual activity. Verify your identity at "
            "http://account-check.example.com within 24 hours"
        ),
        "Your parcel could not be delivered, pay the fee at http://post-redelivery.test",
    ],
)
def test_a_scam_in_plain_english_alarms(model: Model, message: str) -> None:
    assert judge(message, model).state in {DANGER, SUSPICIOUS}


@pytest.mark.parametrize(
    "message",
    [
        "Hi team, your account has been created. See you at the meeting on Monday, slides are in the folder",
        "Your verification code is 482913. Do not share it with anyone.",
        "Thank you for your order. Track your parcel at https://www.lazada.vn/orders",
        "The library will be closed on Monday. Please return the books by Friday.",
    ],
)
def test_a_genuine_english_message_does_not_alarm(model: Model, message: str) -> None:
    assert judge(message, model).state == UNCLEAR


SCAM = "Chúc mừng bạn trúng thưởng xe máy, chuyển khoản phí hồ sơ 3 triệu vào STK 0123456789 để nhận, không cho ai biết"


@pytest.mark.parametrize("before", [0, 2_000, 15_000])
def test_words_around_a_trap_do_not_make_it_harmless(model: Model, before: int) -> None:
    assert judge(SCAM, model).state == DANGER
    chance = random.Random(4)
    padding = " ".join("".join(chance.choices("abcdeghiklmn", k=5)) for _ in range(3_400))
    verdict = judge(f"{padding[:before]} {SCAM} {padding[before:]}", model)
    assert verdict.state == DANGER
    assert {"prize", "ask-pay"} <= {reason.code for reason in verdict.reasons}


def test_a_long_warning_that_quotes_a_trick_is_no_trick(model: Model) -> None:
    warning = (
        "Công an tỉnh khuyến cáo người dân cảnh giác với thủ đoạn lừa đảo mới. Đối tượng nhắn tin trúng thưởng xe máy, "
        "yêu cầu chuyển khoản phí hồ sơ. Không chuyển tiền, không cung cấp mã OTP cho bất kỳ ai. "
    ) * 6
    verdict = judge(warning, model)
    assert len(verdict.words) > LONG
    assert verdict.state == UNCLEAR
