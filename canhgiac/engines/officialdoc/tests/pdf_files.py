"""PDF files set by reportlab in a font that has all Vietnamese letters."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

_FOLDERS = (Path("/usr/share/fonts/truetype/dejavu"), Path("/usr/share/fonts/TTF"), Path("/usr/share/fonts/dejavu"))
_FILES = {"Serif": "DejaVuSerif.ttf", "Serif-Bold": "DejaVuSerif-Bold.ttf"}
WIDTH, HEIGHT = A4


@cache
def fonts() -> None:
    """Registers "Serif" and "Serif-Bold"; without them tests are skipped, in CI they fail."""
    for name, file in _FILES.items():
        path = next((folder / file for folder in _FOLDERS if (folder / file).exists()), None)
        if path is None:
            reason = "needs Debian's fonts-dejavu-core"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
        pdfmetrics.registerFont(TTFont(name, str(path)))


class Paper:
    """A PDF written line by line; y is counted from the top, in points."""

    def __init__(self, size: tuple[float, float] = A4, **options: Any) -> None:
        fonts()
        self._buffer = io.BytesIO()
        self.canvas = Canvas(self._buffer, pagesize=size, **options)
        self.size = size

    def text(self, x: float, y: float, text: str, size: float = 12, font: str = "Serif") -> None:
        """One run of text starting at x."""
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, self.size[1] - y, text)

    def centred(self, x: float, y: float, text: str, size: float = 12, font: str = "Serif") -> None:
        """One run of text centred on x."""
        self.canvas.setFont(font, size)
        self.canvas.drawCentredString(x, self.size[1] - y, text)

    def lines(self, x: float, y: float, lines: Sequence[str], size: float = 12, pitch: float = 16) -> float:
        """Lines below each other; returns y of the next."""
        for line in lines:
            self.text(x, y, line, size)
            y += pitch
        return y

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A drawn line."""
        self.canvas.line(x0, self.size[1] - y0, x1, self.size[1] - y1)

    def grid(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        """All lines of a table."""
        for x in xs:
            self.line(x, ys[0], x, ys[-1])
        for y in ys:
            self.line(xs[0], y, xs[-1], y)

    def picture(self, image: Image.Image) -> None:
        """An image over the whole page."""
        from reportlab.lib.utils import ImageReader

        self.canvas.drawImage(ImageReader(image), 0, 0, *self.size)

    def page(self) -> None:
        """Ends the page."""
        self.canvas.showPage()

    def data(self) -> bytes:
        """The file."""
        self.canvas.save()
        return self._buffer.getvalue()


BODY = (
    "Thực hiện Chỉ thị số 21/CT-TTg ngày 25 tháng 5 năm 2020 của Thủ tướng",
    "Chính phủ về tăng cường phòng ngừa, xử lý hoạt động lừa đảo chiếm đoạt",
    "tài sản, Ủy ban nhân dân tỉnh ban hành Kế hoạch với các nội dung sau:",
)


def letterhead(paper: Paper, *, step: float = 0) -> float:
    """Two columns as every official document begins; ``step`` sets the right one lower. Returns the next y."""
    paper.centred(150, 70, "ỦY BAN NHÂN DÂN", 10)
    paper.centred(150, 85, "TỈNH AN HẢI", 10, "Serif-Bold")
    paper.centred(400, 70 + step, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 10, "Serif-Bold")
    paper.centred(400, 85 + step, "Độc lập - Tự do - Hạnh phúc", 10, "Serif-Bold")
    paper.line(120, 90, 180, 90)
    paper.line(320, 90 + step, 480, 90 + step)
    paper.centred(150, 110, "Số: 12/KH-UBND", 10)
    paper.centred(400, 110, "An Hải, ngày 05 tháng 3 năm 2025", 10)
    paper.centred(298, 145, "KẾ HOẠCH", 12, "Serif-Bold")
    paper.centred(298, 161, "Tuyên truyền phòng, chống lừa đảo trên không gian mạng", 12, "Serif-Bold")
    return 195


LETTERHEAD_LINES = [
    "ỦY BAN NHÂN DÂN",
    "TỈNH AN HẢI",
    "Số: 12/KH-UBND",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "An Hải, ngày 05 tháng 3 năm 2025",
    "KẾ HOẠCH",
    "Tuyên truyền phòng, chống lừa đảo trên không gian mạng",
]

RECIPIENTS = (
    "Nơi nhận:",
    "- Bộ Công an;",
    "- Thường trực Tỉnh ủy;",
    "- Các sở, ban, ngành;",
    "- UBND các xã;",
    "- Lưu: VT, NC.",
)
SIGNATURE = ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")


def signature(paper: Paper, y: float) -> None:
    """Recipients on the left, signature on the right."""
    for i, text in enumerate(RECIPIENTS):
        paper.text(85, y + 13 * i, text, 9.5)
    for i, text in enumerate(SIGNATURE):
        paper.centred(430, y + 16 * i, text, 12, "Serif-Bold")
    paper.centred(430, y + 130, "Trần Văn Mẫu", 12, "Serif-Bold")


def solid(lines: Sequence[str]) -> list[str]:
    """Without empty lines."""
    return [line for line in lines if line]
