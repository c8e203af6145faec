"""The golden hour: what to do first, in order, after money, a code, papers or the phone itself got into wrong hands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.engines.recognition.banks import BANKS_BY_BIN
from canhgiac.kit.text import fold
from canhgiac.library.selectors.contacts import banks

from .lines import Line, called, line_of_bank

MONEY, CODE, APP, PAPERS, CARD = "tien", "ma", "ung-dung", "giay-to", "the"
HAPPENED = {
    MONEY: gettext_lazy("Đã chuyển tiền"),
    CODE: gettext_lazy("Đã đọc mã OTP, mật khẩu"),
    APP: gettext_lazy("Đã cài ứng dụng, chia sẻ màn hình"),
    PAPERS: gettext_lazy("Đã gửi ảnh căn cước, khuôn mặt"),
    CARD: gettext_lazy("Đã nhập số thẻ ngân hàng"),
}
"""What may have happened, the word in addresses first."""
ALL = tuple(HAPPENED)


@dataclass(frozen=True, slots=True)
class Act:
    """One step. ``happened``: for whom it is; ``script``: words to read out; ``words``: the same, open.

    Open are the places {bank} and {at}, which the page's script fills as people choose.
    """

    code: str
    title: str
    text: str
    happened: tuple[str, ...]
    points: tuple[str, ...] = ()
    script: str = ""
    shown: bool = True
    words: str = ""


def bank_lines() -> list[Line]:
    """Every bank and wallet by name, with its real line where the register of lines has one. One query."""
    rows = list(banks())
    lines = [line_of_bank(called(row), row) for row in rows]
    known = {fold(name) for row in rows for name in (row.name, *row.short_names)}
    lines += [line_of_bank(bank.name, None) for bank in BANKS_BY_BIN.values() if fold(bank.name) not in known]
    return sorted({line.name: line for line in lines}.values(), key=lambda line: fold(line.name))


def said_at(time: str) -> str:
    """The time in the words to read out; "{time}" leaves its place open for the page's script."""
    return _("lúc %(time)s hôm nay") % {"time": time}


def golden_acts(bank: str, at: str) -> Iterable[Act]:
    """Every step in order, with the bank's name and the time as it is said (``said_at``) in the words to read out."""
    to_bank = _(
        "Tôi là khách hàng của %(bank)s, vừa bị lừa. Tôi chuyển … đồng vào tài khoản số …, ngân hàng …, %(at)s. "
        "Đề nghị khóa giao dịch trên tài khoản của tôi, tra soát khoản này và liên hệ ngân hàng nhận để giữ tiền. "
        "Xin cho tôi số phiếu tiếp nhận."
    )
    to_police = _(
        "Tôi vừa bị lừa qua mạng, %(at)s. Người lừa dùng số điện thoại …, tài khoản số …, ngân hàng …, xưng là …. "
        "Tôi đã gọi ngân hàng, số phiếu …. Tôi còn giữ tin nhắn, biên lai. Xin được trình báo."
    )
    yield Act(
        "mang",
        _("Tắt mạng của điện thoại"),
        _("Bật chế độ máy bay, rút cáp mạng. Dùng máy khác để gọi: máy này có thể đang bị điều khiển."),
        (APP,),
    )
    yield Act(
        "ngan-hang",
        _("Gọi ngân hàng"),
        _("Số in sau thẻ hoặc trong ứng dụng. Đừng gọi số do người lạ cho, đừng tìm số qua quảng cáo."),
        (MONEY, CODE, APP, CARD),
        (
            _("Khóa ngay giao dịch của tài khoản và thẻ"),
            _("Đề nghị tra soát, liên hệ ngân hàng nhận để giữ khoản tiền"),
            _("Xin số phiếu, tên người trực, giờ gọi"),
        ),
        to_bank % {"bank": bank, "at": at},
        words=to_bank % {"bank": "{bank}", "at": "{at}"},
    )
    yield Act(
        "cong-an",
        _("Gọi 113, hoặc đến công an xã, phường"),
        _("Trình báo càng sớm, ngân hàng càng có căn cứ giữ tiền. Xin giấy tiếp nhận."),
        ALL,
        (),
        to_police % {"at": at},
        words=to_police % {"at": "{at}"},
    )
    yield from _later()


def _later() -> Iterable[Act]:
    """The steps after the two calls."""
    yield Act(
        "bang-chung",
        _("Giữ lại bằng chứng"),
        _("Đừng xóa, đừng chặn vội, đừng nhắn lại với họ."),
        ALL,
        (
            _("Tin nhắn, cuộc trò chuyện: chụp cả tên và số"),
            _("Nhật ký cuộc gọi có giờ gọi"),
            _("Biên lai chuyển tiền, số tài khoản nhận"),
            _("Đường link, tên ứng dụng, tệp đã tải"),
        ),
    )
    yield Act(
        "mat-khau",
        _("Đổi mật khẩu từ một máy khác"),
        _("Ngân hàng, thư điện tử, mạng xã hội, VNeID. Bật xác thực hai bước, đăng xuất các máy lạ."),
        (CODE, APP, CARD),
    )
    yield Act(
        "the",
        _("Khóa thẻ, xin thẻ mới"),
        _("Khóa trong ứng dụng ngân hàng, rồi nhờ ngân hàng phát hành thẻ có số khác."),
        (CARD,),
    )
    yield Act(
        "go-ung-dung",
        _("Gỡ ứng dụng lạ"),
        _("Chụp lại tên ứng dụng trước khi gỡ. Không gỡ được thì mang máy ra nơi sửa tin cậy để đặt lại từ đầu."),
        (APP,),
    )
    yield Act(
        "giay-to",
        _("Đề phòng giấy tờ bị dùng"),
        _("Báo công an xã, phường là ảnh căn cước đã lộ. Nhờ ngân hàng xem có tài khoản, khoản vay mở tên bạn không."),
        (PAPERS,),
    )
    yield Act(
        "nguoi-nha",
        _("Kể với người nhà, bỏ qua lời hứa lấy lại tiền"),
        _("Bị lừa không phải lỗi của bạn. Ai nhận lấy lại tiền có thu phí là lừa thêm lần nữa."),
        ALL,
    )
