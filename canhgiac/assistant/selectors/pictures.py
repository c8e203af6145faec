"""A picture of a message, read for ``check``: its words to be put right by the asker, its codes. Nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from canhgiac.engines.recognition.pictures import MOST_BYTES, PictureError, QrRead, read_picture

_UNSURE = 0.75
"""Confidence of reading below which people are asked to compare more closely."""


class PictureRefused(ValueError):  # noqa: N818  # said of a picture, not of a fault
    """The picture cannot be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class PictureText:
    """What was read. ``note`` tells the asker how far to trust it."""

    text: str
    codes: tuple[QrRead, ...]
    note: str


def picture_text(data: bytes) -> PictureText:
    """Reads a picture's words and codes. Raises PictureRefused, with a sentence for people."""
    try:
        read = read_picture(data)
    except PictureError as error:
        raise PictureRefused(_why(error.code)) from None
    return PictureText(read.text, read.qr, _note(read.text, read.qr, read.ocr, read.confidence, late=read.timed_out))


def _note(text: str, codes: tuple[QrRead, ...], ocr: bool, confidence: float, *, late: bool) -> str:
    if late:
        return _("Ảnh quá nhiều chữ, máy đọc chưa kịp. Cắt lấy phần tin nhắn rồi gửi lại, hoặc gõ lại vào ô.")
    if text:
        return (
            _("Chữ máy đọc từ ảnh. So với ảnh, sửa chỗ sai trong ô rồi kiểm tra lại.")
            if confidence >= _UNSURE
            else _("Ảnh hơi mờ, chữ máy đọc có thể sai nhiều. Sửa trong ô rồi kiểm tra lại.")
        )
    if codes:
        return _("Trong ảnh có mã QR.")
    if not ocr:
        return _("Máy chủ này chưa cài phần đọc chữ trong ảnh. Gõ lại nội dung vào ô giúp chúng tôi.")
    return _("Không thấy chữ hay mã QR trong ảnh. Chụp rõ hơn, thẳng hơn, hoặc gõ lại nội dung vào ô.")


def _why(code: str) -> str:
    told = {
        "empty": _("Tệp trống. Chọn lại ảnh."),
        "too-large": _("Ảnh nặng hơn %(most)s MB. Chụp lại màn hình, hoặc cắt lấy phần tin nhắn.")
        % {"most": MOST_BYTES // 1024 // 1024},
        "too-many-pixels": _("Ảnh quá lớn. Cắt lấy phần tin nhắn rồi gửi lại."),
        "heic": _("Ảnh kiểu HEIC của iPhone chưa mở được ở đây. Chụp lại màn hình rồi gửi ảnh chụp đó."),
        "unknown-format": _("Tệp này không phải ảnh. Gửi ảnh PNG hoặc JPEG, hoặc gõ lại nội dung vào ô."),
    }
    return told.get(code) or _("Ảnh bị hỏng, không mở được. Chụp lại rồi gửi, hoặc gõ lại nội dung vào ô.")
