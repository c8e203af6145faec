"""The drawings that "hotspot" questions ask about: screens and papers that we invented, drawn the same each time.

A drawing is a list of boxes at fixed places, so that its areas are known without drawing it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from canhgiac.library.selectors.glyphs import face_files

WIDTH = 720
"""Pixels of every drawing: two for each of a narrow phone's."""
INK, QUIET, PAPER, GROUND, LINE = "#1d2733", "#5b6875", "#ffffff", "#eef1f4", "#cfd6dd"
BLUE, PALE, WARM, GREEN = "#1f5fa8", "#dfeaf6", "#fdf0d8", "#e3f1e7"


@dataclass(frozen=True, slots=True)
class Box:
    """A box with its text; with a ``key`` it is an area to find or to leave, called by its ``label``."""

    x: int
    y: int
    width: int
    height: int
    text: str = ""
    size: int = 28
    bold: bool = False
    ink: str = INK
    fill: str = ""
    line: str = ""
    round: int = 0
    centred: bool = False
    key: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of one picture."""

    height: int
    ground: str
    boxes: tuple[Box, ...]


def _bar(title: str) -> tuple[Box, ...]:
    """The head of a phone's screen."""
    return (
        Box(0, 0, WIDTH, 96, fill=PAPER),
        Box(24, 20, 60, 56, "‹", 44, bold=True, ink=BLUE),
        Box(84, 20, 560, 56, title, 30, bold=True),
        Box(0, 95, WIDTH, 2, fill=LINE),
    )


_FINE = Drawing(
    860,
    GROUND,
    (
        *_bar("Tin nhắn"),
        Box(24, 116, 672, 72, "0900 000 612", 30, bold=True, centred=True, key="gui", label="Số gửi 0900 000 612"),
        Box(24, 196, 672, 44, "Hôm nay 09:41", 24, ink=QUIET, centred=True, key="gio", label="Giờ nhận tin"),
        Box(40, 260, 600, 520, fill=PAPER, line=LINE, round=28),
        Box(64, 284, 552, 56, "Thông báo vi phạm giao thông", 28, bold=True, key="dau", label="Dòng đầu của tin"),
        Box(64, 352, 552, 84, "Phương tiện của ông/bà có 01\nbiên bản chưa nộp phạt.", key="loi", label="Lời báo lỗi"),
        Box(64, 452, 552, 84, "Nộp trong 2 giờ, quá hạn\nkhóa đăng kiểm.", key="han", label="Hạn hai giờ"),
        Box(64, 560, 552, 60, "csgt-nopphat.test/bb01", ink=BLUE, key="duong-dan", label="Đường dẫn csgt-nopphat.test"),
        Box(64, 644, 552, 96, "Nhập số thẻ và mã OTP\nđể được giảm 50%.", key="ma", label="Lời xin số thẻ, mã OTP"),
    ),
)

_PAGE = Drawing(
    1000,
    PAPER,
    (
        Box(0, 0, WIDTH, 108, fill=GROUND),
        Box(24, 22, 672, 64, fill=PAPER, line=LINE, round=32),
        Box(44, 22, 620, 64, "bhxh-nhantien.test/tro-cap", 28, key="dia-chi", label="Địa chỉ trang"),
        Box(0, 108, WIDTH, 120, fill=BLUE),
        Box(24, 124, 672, 88, "CỔNG NHẬN TRỢ CẤP", 36, bold=True, ink=PAPER, centred=True, key="ten",
            label="Tên trang"),
        Box(40, 252, 640, 72, "Còn 09:58 để nhận", 30, bold=True, fill=WARM, round=16, centred=True, key="dong-ho",
            label="Đồng hồ đếm ngược"),
        Box(40, 352, 640, 40, "Họ và tên", 24, ink=QUIET),
        Box(40, 392, 640, 72, "", fill=PAPER, line=LINE, round=12, key="ho-ten", label="Ô họ và tên"),
        Box(40, 488, 640, 40, "Số thẻ ngân hàng", 24, ink=QUIET),
        Box(40, 528, 640, 72, "", fill=PAPER, line=LINE, round=12, key="so-the", label="Ô số thẻ ngân hàng"),
        Box(40, 624, 640, 40, "Mã OTP vừa gửi về máy", 24, ink=QUIET),
        Box(40, 664, 640, 72, "", fill=PAPER, line=LINE, round=12, key="otp", label="Ô mã OTP"),
        Box(40, 776, 640, 80, "Tiếp tục", 30, bold=True, ink=PAPER, fill=BLUE, round=16, centred=True, key="nut",
            label="Nút Tiếp tục"),
        Box(40, 890, 640, 60, "© 2026 · Điều khoản · Trợ giúp", 24, ink=QUIET, centred=True, key="chan",
            label="Dòng chân trang"),
    ),
)  # fmt: skip

_PAY = Drawing(
    900,
    GROUND,
    (
        Box(0, 0, WIDTH, 132, fill=GREEN),
        Box(24, 20, 672, 92, "Biển quán: PHỞ CÔ HẠNH", 34, bold=True, centred=True, key="bien", label="Biển tên quán"),
        Box(32, 164, 656, 700, fill=PAPER, line=LINE, round=28),
        Box(64, 188, 592, 56, "Xác nhận chuyển tiền", 30, bold=True, centred=True),
        Box(64, 268, 592, 40, "Người nhận", 24, ink=QUIET),
        Box(64, 308, 592, 64, "LE QUOC DAT", 32, bold=True, key="ten", label="Tên người nhận LE QUOC DAT"),
        Box(64, 396, 592, 40, "Số tiền", 24, ink=QUIET),
        Box(64, 436, 592, 64, "95.000 đ", 32, bold=True, key="tien", label="Số tiền 95.000 đồng"),
        Box(64, 524, 592, 40, "Nội dung", 24, ink=QUIET),
        Box(64, 564, 592, 64, "hai bat pho", 30, key="noi-dung", label="Nội dung chuyển khoản"),
        Box(64, 652, 592, 40, "Nguồn tiền: tài khoản của bạn", 24, ink=QUIET, key="nguon", label="Nguồn tiền"),
        Box(64, 744, 592, 84, "Chuyển tiền", 30, bold=True, ink=PAPER, fill=BLUE, round=16, centred=True, key="nut",
            label="Nút Chuyển tiền"),
    ),
)  # fmt: skip

_SUMMONS = Drawing(
    980,
    GROUND,
    (
        *_bar("Ảnh gửi qua Zalo"),
        Box(32, 124, 656, 820, fill=PAPER, line=LINE),
        Box(60, 152, 600, 52, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 24, bold=True, centred=True, key="quoc-hieu",
            label="Quốc hiệu"),
        Box(60, 228, 600, 64, "GIẤY TRIỆU TẬP", 38, bold=True, centred=True, key="ten", label="Tên giấy"),
        Box(60, 316, 600, 84, "Ông/bà có liên quan một vụ án\nđang điều tra.", 28, key="ly-do", label="Lý do"),
        Box(60, 420, 600, 84, "Nội dung là mật, không được nói\nvới người nhà và ngân hàng.", 28, key="mat",
            label="Lời dặn giữ kín với người nhà"),
        Box(60, 528, 600, 84, "Chuyển tiền vào tài khoản tạm giữ\nđể xác minh trong hôm nay.", 28, key="tien",
            label="Lời bảo chuyển tiền"),
        Box(60, 636, 600, 56, "Làm việc qua Zalo 0900 000 149", 28, key="zalo", label="Lời hẹn làm việc qua Zalo"),
        Box(60, 736, 260, 60, "Nơi nhận: như trên", 22, ink=QUIET, key="noi-nhan", label="Dòng nơi nhận"),
        Box(430, 736, 180, 180, "dấu\nđỏ", 30, bold=True, ink="#b3473c", line="#b3473c", round=90, centred=True,
            key="dau", label="Dấu đỏ"),
    ),
)  # fmt: skip

_POST = Drawing(
    960,
    GROUND,
    (
        *_bar("Mạng xã hội"),
        Box(24, 120, 672, 500, fill=PAPER, line=LINE, round=20),
        Box(48, 140, 72, 72, "Đ", 34, bold=True, ink=PAPER, fill=BLUE, round=36, centred=True),
        Box(136, 136, 536, 48, "Điện Máy Tri Ân Khách Hàg", 28, bold=True, key="ten", label="Tên trang"),
        Box(136, 184, 536, 40, "Trang lập hôm qua · 3 bài viết", 24, ink=QUIET, key="moi", label="Dòng dưới tên trang"),
        Box(48, 248, 624, 92, "Tặng 500 tủ lạnh nhân kỷ niệm\nthành lập.", 28, key="qua", label="Lời tặng quà"),
        Box(48, 360, 624, 160, "Ảnh tủ lạnh", 28, ink=QUIET, fill=PALE, centred=True, key="anh", label="Ảnh tủ lạnh"),
        Box(48, 540, 624, 60, "nhanqua-dienmay.test", 28, ink=BLUE, key="duong-dan", label="Đường dẫn nhận quà"),
        Box(24, 648, 672, 280, fill=PAPER, line=LINE, round=20),
        Box(48, 660, 624, 40, "Bình luận", 24, ink=QUIET),
        Box(48, 708, 624, 196, "An Nhiên: Mình nhận được rồi ạ\nHải Hà: Mình nhận được rồi ạ\n"
            "Minh Tú: Mình nhận được rồi ạ", 28, key="binh-luan", label="Ba bình luận"),
    ),
)  # fmt: skip

DRAWINGS = {
    "tin-phat-nguoi": _FINE,
    "trang-tro-cap": _PAGE,
    "ma-qr-quan-pho": _PAY,
    "giay-trieu-tap": _SUMMONS,
    "bai-tang-qua": _POST,
}


def spots_of(name: str) -> list[dict[str, Any]]:
    """The areas of a drawing as ``engines.quizzes.items.Spot`` has them, in its pixels. Raises KeyError."""
    return [
        {"key": one.key, "label": one.label, "x": one.x, "y": one.y, "width": one.width, "height": one.height}
        for one in DRAWINGS[name].boxes
        if one.key
    ]


def drawable() -> bool:
    """Whether the faces are installed; without them no picture is drawn and its question waits."""
    return all(path.exists() for path in face_files())


def draw(name: str) -> bytes:
    """The drawing as PNG, the same bytes each time. Raises KeyError for no drawing, OSError without the faces."""
    drawing = DRAWINGS[name]
    image = Image.new("RGB", (WIDTH, drawing.height), drawing.ground)
    pen = ImageDraw.Draw(image)
    for box in drawing.boxes:
        _draw_box(pen, box)
    kept = io.BytesIO()
    image.quantize(64).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _draw_box(pen: ImageDraw.ImageDraw, box: Box) -> None:
    edge = (box.x, box.y, box.x + box.width, box.y + box.height)
    if box.fill or box.line:
        pen.rounded_rectangle(edge, radius=box.round, fill=box.fill or None, outline=box.line or None, width=2)
    if not box.text:
        return
    middle = box.y + box.height / 2
    x, anchor = (box.x + box.width / 2, "mm") if box.centred else (box.x + 8, "lm")
    pen.multiline_text(
        (x, middle),
        box.text,
        fill=box.ink,
        font=_font(box.size, bold=box.bold),
        anchor=anchor,
        spacing=10,
        align="center" if box.centred else "left",
    )


@cache
def _font(size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    name = "600SemiBold.ttf" if bold else "400Regular.ttf"
    path = next(path for path in face_files() if path.name.endswith(name))
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
