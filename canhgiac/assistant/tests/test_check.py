"""The answer: the right kind and state, sentences that fit, masked words, nothing that reads as "safe"."""

from __future__ import annotations

import logging
import re

import pytest
from pytest_django import DjangoAssertNumQueries

from canhgiac.assistant.selectors.check import Answer, check
from canhgiac.assistant.selectors.reasons import OWN_CODES, TEXTS, WEIGHT
from canhgiac.engines.recognition.pictures import read_code
from canhgiac.engines.recognition.reasons import CALMING, REASON_CODES
from canhgiac.engines.recognition.vietqr import VietQr, write_vietqr
from canhgiac.indicators.models import Indicator
from canhgiac.kit import clock
from canhgiac.library.models import Contact, OfficialMessage
from canhgiac.library.selectors.recognition import judge_forget
from tests.factories import indicators
from tests.factories.agencies import Cast
from tests.factories.library import library
from tests.factories.recognition import recognition_ready

SCAM = (
    "Vietcombank: Tai khoan cua Quy khach vua dang nhap tren thiet bi la. Vui long xac minh trong 2 gio tai "
    "https://vietcombank.vn-xacminh.test/kh de khong bi khoa va tru phi 1.200.000d. Lien he 0900 000 214"
)
OTP = (
    "Ma OTP cua Quy khach la 482913, hieu luc 2 phut. Tuyet doi khong cung cap ma nay cho bat ky ai. Vietcombank",
    "VCB: Ma xac thuc giao dich 482913. Khong chia se voi bat ky ai ke ca nhan vien ngan hang.",
    "482913 la ma xac nhan dang nhap Zalo cua ban. Khong chia se ma nay.",
)


@pytest.fixture
def ready(db: None) -> None:
    library()
    recognition_ready()


def words_of(answer: Answer) -> str:
    """Everything that the answer says to people."""
    parts = [answer.word, answer.say, answer.base, answer.lookup]
    parts += [text for why in answer.reasons for text in (why.title, why.text)]
    parts += [text for step in answer.steps for text in (step.act, step.text)]
    return " ".join([*parts, *(thing.told for thing in answer.found)])


def test_every_reason_of_the_engine_has_its_words() -> None:
    assert set(TEXTS) == {*REASON_CODES, *OWN_CODES}
    assert set(WEIGHT) == set(TEXTS) - CALMING
    for title, text in TEXTS.values():
        assert str(title)
        assert str(text).endswith(".")
        assert "!" not in f"{title}{text}"


@pytest.mark.usefixtures("ready")
def test_a_scam_is_told_with_its_words_numbered_and_masked() -> None:
    answer = check(SCAM)

    assert (answer.kind, answer.state, answer.word) == ("message", "danger", "Nguy hiểm")
    assert answer.say == ("Tin này có dấu hiệu rõ của lừa đảo. Đừng bấm link, đừng gọi lại, đừng chuyển tiền.")
    assert "0900 000 214" not in answer.masked
    assert "09•• ••• 214" in answer.masked
    marked = {segment.number: segment.text for segment in answer.segments if segment.number}
    shown = {why.number: why.code for why in answer.reasons if why.number}
    assert set(marked) == set(shown)
    assert marked[next(n for n, code in shown.items() if code == "contact-mobile")] == "09•• ••• 214"
    link = next(why for why in answer.reasons if why.code.startswith("link-"))
    assert "vn-xacminh.test" in link.text
    assert "Vietcombank" in link.title
    assert answer.form is not None
    assert len(answer.steps) == 3
    assert "Vietcombank" in {line.name for line in answer.lines}


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("text", OTP)
def test_a_code_is_never_an_alarm_and_never_shown(text: str) -> None:
    answer = check(text)

    assert answer.state in {"unclear", "official"}
    assert "Đừng đọc mã cho ai" in answer.say
    assert "482913" not in answer.masked
    assert all(why.calms for why in answer.reasons)


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    ("text", "kind", "state", "label", "part"),
    [
        ("0900000214", "phone", "unclear", "Số di động", "di động cá nhân"),
        ("0900 000 214 la so lua dao phai khong", "phone", "unclear", "Số di động", "di động"),
        ("+233 24 000 0000", "phone", "suspicious", "Số nước ngoài", "đừng gọi lại"),
        ("0023324000000", "phone", "suspicious", "Số nước ngoài", "đừng gọi lại"),
        ("19001234", "phone", "unclear", "Số dịch vụ 1900", "tính cước"),
        ("024 3900 0000", "phone", "unclear", "Số cố định", "cố định"),
        ("STK 0123456789012 Vietcombank", "account", "unclear", "Số tài khoản", "Vietcombank"),
        ("0123456789012", "account", "unclear", "Số tài khoản", "Chưa rõ ngân hàng"),
        ("https://vietcombank-vn.test/dang-nhap", "link", "danger", "Đường link", "vietcombank-vn.test"),
        ("vietcombank.com.vn", "link", "unclear", "Đường link", "thuộc Vietcombank"),
        ("http://192.0.2.7/nhan-thuong", "link", "suspicious", "Đường link", "dãy số"),
        (write_vietqr(VietQr("970436", "0123456789", 500000)), "qr", "unclear", "Mã QR trả tiền", "500.000 đồng"),
    ],
)
def test_a_thing_asked_for_alone_gets_an_answer_of_its_own(
    text: str, kind: str, state: str, label: str, part: str
) -> None:
    answer = check(text)

    assert (answer.kind, answer.state) == (kind, state)
    assert answer.found[0].label == label
    assert part in answer.found[0].told
    assert "không có nghĩa là đáng tin" in answer.lookup
    assert len(answer.steps) == 3


@pytest.mark.usefixtures("ready")
def test_a_damaged_payment_code_is_told() -> None:
    whole = write_vietqr(VietQr("970436", "0123456789", 500000))
    answer = check(whole.replace("500000", "900000"))

    assert (answer.kind, answer.state) == ("qr", "suspicious")
    assert "sửa tay" in answer.found[0].told


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    "text",
    [
        *(SCAM, *OTP, "0900000214", "STK 0123456789012 VCB", "vietcombank.com.vn", "bit.ly/x", "alo", "Chào em"),
        *("Chieu nay 5h hop phu huynh nhe anh chi", "Me oi con o vien, chuyen gap 20 trieu vao STK 0900000111 MB"),
    ],
)
def test_nothing_reads_as_safe(text: str) -> None:
    answer = check(text)
    said = words_of(answer)

    assert answer.word in {"Nguy hiểm", "Đáng ngờ", "Chưa đủ căn cứ", "Thông báo chính thức"}
    assert not re.search(r"(?<!không có nghĩa là )an toàn", said)
    assert "đáng tin" not in said.replace("không có nghĩa là đáng tin", "")
    assert "!" not in said
    assert answer.say


@pytest.mark.usefixtures("ready")
def test_a_known_bodys_own_message_is_known_and_a_copy_of_it_is_not() -> None:
    text = (
        "Cong an tinh canh bao: gan day co doi tuong goi dien xung can bo dien luc doa cat dien trong hai gio. "
        "Nguoi dan khong cai ung dung la, goi 113 khi nghi ngo. Chi tiet tai https://canhbao.vinhan.gov.vn"
    )
    OfficialMessage.objects.create(text=text, sender="CA VINH AN", channel="SMS", sent_on=clock.today())
    judge_forget()
    answer = check(text)

    assert answer.state == "official"
    assert answer.official is not None
    assert answer.official.sender == "CA VINH AN"
    copied = check(text.replace("https://canhbao.vinhan.gov.vn", "https://canhbao-vinhan.test"))
    assert copied.state == "danger"
    assert "copied-official" in {why.code for why in copied.reasons}


@pytest.mark.usefixtures("ready")
def test_a_banks_number_is_told_only_with_its_source(cast: Cast) -> None:
    Contact.objects.filter(short_names__contains=["Vietcombank"]).delete()
    row = Contact.objects.create(
        code="thu-vcb", kind=Contact.Kind.BANK, name="Ngân hàng thử", short_names=["Vietcombank"], phones=["1900 0000"]
    )
    assert check(SCAM).numbers == []
    row.source, row.checked_on = "trang của ngân hàng", clock.today()
    row.save()
    line = next(line for line in check(SCAM).numbers if line.is_bank)
    assert (line.phones, line.is_confirmed) == (("1900 0000",), False)
    row.confirmed_by, row.confirmed_at = cast.admin, clock.now()
    row.save()
    assert check(SCAM).numbers[0].is_confirmed


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "\x00",
        "\u202e" * 50,
        "\ud800 chào",
        "a" * 200_000,
        "0900000214 " * 5000,
        "https://a.test/ " * 3000,
    ],
)
def test_any_input_is_answered(text: str) -> None:
    answer = check(text)
    answer.masked.encode()
    assert answer.say


@pytest.mark.usefixtures("ready")
def test_a_long_message_says_that_it_was_cut() -> None:
    assert check("Chao ban, day la mot tin dai. " * 2000).cut


def test_before_the_first_model_the_answer_is_honest(db: None) -> None:
    judge_forget()
    answer = check(SCAM)

    assert (answer.state, answer.version) == ("unclear", "")
    assert "đang được chuẩn bị" in answer.say


@pytest.mark.usefixtures("ready")
def test_the_message_leaves_no_trace(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        check(SCAM)
    assert "xacminh" not in caplog.text


@pytest.mark.usefixtures("ready")
def test_an_answer_takes_few_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    check(SCAM)
    with django_assert_max_num_queries(10):
        check(SCAM)


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    "text",
    [
        "tôi vừa chuyển 20 triệu cho nó rồi giờ phải làm sao",
        "em lỡ bấm vào link rồi nhập mật khẩu ngân hàng rồi ạ",
        "Tôi bị lừa mất 5 triệu, lấy lại được không",
        "e lo cai app la r gio lam sao",
        "mẹ em vừa đọc mã otp cho người ta, giờ phải làm gì ạ",
    ],
)
def test_who_tells_of_a_loss_is_told_whom_to_call(text: str) -> None:
    answer = check(text)

    assert answer.say.startswith("Gọi ngân hàng ngay")
    assert answer.is_alarm
    assert answer.form is None
    assert [why.code for why in answer.reasons] == ["own-loss"]
    assert "113" in answer.steps[1].act


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    "text",
    [
        "em lỡ chuyển nhầm vào tài khoản chị, chị chuyển lại giúp em với",
        "mẹ ơi con bị mất điện thoại, mẹ chuyển cho con 15 triệu gấp",
        "Nếu lỡ bấm link thì phải làm sao, tôi hỏi cho biết",
        "con vừa thi xong, mẹ nấu gì vậy",
    ],
)
def test_what_others_write_is_no_telling_of_a_loss(text: str) -> None:
    assert "own-loss" not in {why.code for why in check(text).reasons}


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(("number", "owner"), [("113", "Cảnh sát 113"), ("5656", "Đầu số 156")])
def test_a_line_of_the_register_is_known_and_still_may_be_worn(number: str, owner: str) -> None:
    answer = check(number)

    assert answer.state == "unclear"
    assert owner in answer.say
    assert "giả" in answer.say
    assert "owner" not in words_of(answer)


@pytest.mark.usefixtures("ready")
def test_the_bank_s_own_number_is_not_warned_of() -> None:
    contact = Contact.objects.filter(kind=Contact.Kind.BANK).exclude(phones=[]).first()
    assert contact is not None
    contact.phones = ["1900000000"]
    contact.checked_on, contact.edited_by = clock.today(), None
    contact.save()
    answer = check("Ngan hang bao tri he thong toi 25/11, quy khach sap xep giao dich. Hotline 1900000000")

    assert any(thing.owner for thing in answer.found)
    assert "không gọi số" not in words_of(answer)


@pytest.mark.usefixtures("ready")
def test_a_script_that_was_not_learned_is_not_called_short() -> None:
    answer = check("您的账户已被锁定，请立即点击链接")

    assert "chưa đọc được chữ này" in answer.base
    assert "quá ngắn" not in answer.base


@pytest.mark.usefixtures("ready")
def test_a_bare_address_is_shown_as_it_is() -> None:
    assert check("http://203.0.113.9/login").found[0].shown == "203.0.113.9"


@pytest.mark.usefixtures("ready")
def test_words_in_a_code_are_read_as_a_message() -> None:
    answer = check("", codes=[read_code("Hen gap luc 8h o cong cho, nho mang theo cai non la nhe")])

    assert (answer.kind, answer.state) == ("message", "unclear")
    assert "tài khoản" not in answer.say


@pytest.mark.usefixtures("ready")
def test_what_people_reported_is_told_as_a_report_and_raises_no_more_than_it_may() -> None:
    phone = indicators.key("phone", "0900 000 214")
    assert "không có nghĩa là đáng tin" in check("0900 000 214").lookup
    row = indicators.indicator(phone)
    answer = check("0900 000 214")
    assert (answer.state, answer.found[0].state) == ("suspicious", "suspicious")
    assert "1 lần báo" in answer.found[0].noted
    assert "không phải kết luận" in answer.found[0].noted
    row.state = row.State.CONFIRMED
    row.save()
    assert check("0900 000 214").state == "danger"
    row.state = row.State.CLEARED
    row.save()
    cleared = check("0900 000 214")
    assert (cleared.state, cleared.found[0].noted) == ("unclear", "")


@pytest.mark.usefixtures("ready")
def test_a_message_with_a_reported_account_or_link_is_warned_of() -> None:
    text = "Chị ơi em gửi số tài khoản Vietcombank 9990001112 nhé, xem thêm ở shop-nha-minh.test/hang"
    before = check(text)
    indicators.indicator(indicators.key("account", "Vietcombank 9990001112"))
    indicators.indicator(indicators.key("link", "shop-nha-minh.test"))
    answer = check(text)
    assert answer.state in {"suspicious", "danger"}
    assert "trong sổ bị báo" in answer.base
    assert sum(bool(thing.noted) for thing in answer.found) == 2
    assert sum(bool(thing.noted) for thing in before.found) == 0
    assert "!" not in words_of(answer)


@pytest.mark.usefixtures("ready")
def test_a_code_that_pays_a_confirmed_account_is_dangerous() -> None:
    indicators.indicator(indicators.key("account", "Vietcombank 9990001112"), state=Indicator.State.CONFIRMED)
    code = read_code(write_vietqr(VietQr("970436", "9990001112")))
    answer = check("", codes=(code,))
    assert (answer.kind, answer.state) == ("qr", "danger")
