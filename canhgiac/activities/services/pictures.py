"""Pictures and files as received: what they are by content, and a photo made harmless, small and without its secrets.

Nothing here touches the database. Whatever the bytes, the answer is a result or EvidenceRefused.
"""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import dataclass

from django.utils.translation import gettext as _

from canhgiac.kit import pictures
from canhgiac.kit.pictures import JPEG, LONGEST, Picture, PictureRefused, looks_of
from canhgiac.kit.sniff import media_type

from .record import ActivityRefused

__all__ = [
    "JPEG",
    "LONGEST",
    "EvidenceRefused",
    "FileType",
    "Picture",
    "file_type",
    "is_picture",
    "looks_of",
    "picture_read",
]

_MEDIA = {"application/pdf": "pdf", "video/mp4": "mp4", "audio/mpeg": "mp3"}
_OFFICE = {
    "word/document.xml": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
    ),
    "xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
}


class EvidenceRefused(ActivityRefused):
    """The file cannot be taken as evidence; the message says why in Vietnamese."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "evidence")


@dataclass(frozen=True, slots=True)
class FileType:
    """What a file is by its content: its type, and the ending its name should have."""

    content_type: str
    ending: str


def is_picture(data: bytes) -> bool:
    """Whether the content begins as a picture that we read. Raises EvidenceRefused for one that we know but do not."""
    try:
        return pictures.is_picture(data)
    except PictureRefused as refusal:
        raise EvidenceRefused(str(refusal)) from None


def file_type(data: bytes) -> FileType:
    """What a file other than a picture is. Raises EvidenceRefused for any kind but PDF, DOCX, XLSX, MP3, MP4."""
    if not data:
        raise EvidenceRefused(_("Tệp rỗng."))
    if data.startswith(b"PK\x03\x04"):
        return _office_type(data)
    sniffed = media_type(data)
    if sniffed in _MEDIA:
        return FileType(sniffed, _MEDIA[sniffed])
    raise EvidenceRefused(_("Chỉ nhận ảnh JPEG, PNG, WebP, GIF và tệp PDF, DOCX, XLSX, MP3, MP4."))


def _office_type(data: bytes) -> FileType:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError, UnicodeDecodeError):
        raise EvidenceRefused(_("Tệp hỏng, không mở được. Gửi lại bản khác.")) from None
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise EvidenceRefused(_("Tệp có macro. Lưu lại dạng DOCX hoặc XLSX thường rồi gửi."))
    for part, (content_type, ending) in _OFFICE.items():
        if part in names:
            return FileType(content_type, ending)
    raise EvidenceRefused(_("Tệp nén thì không nhận. Gửi từng ảnh hoặc tệp PDF, DOCX, XLSX."))


def picture_read(data: bytes) -> Picture:
    """The photo re-encoded. Raises EvidenceRefused for what is no picture, is broken, or is too large to decode."""
    try:
        return pictures.picture_read(data)
    except PictureRefused as refusal:
        raise EvidenceRefused(str(refusal)) from None
