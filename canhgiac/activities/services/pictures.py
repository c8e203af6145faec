"""Pictures and files as received: what they are by content, and a photo made harmless, small and without its secrets.

Nothing here touches the database. Whatever the bytes, the answer is a result or EvidenceRefused.
"""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from canhgiac.kit import pictures
from canhgiac.kit.pictures import JPEG, LONGEST, Picture, PictureRefused, looks_of
from canhgiac.kit.sniff import media_type

from .record import ActivityRefused

__all__ = [
    "CONTENT_TYPES",
    "JPEG",
    "LONGEST",
    "MAX_PARTS",
    "REPORT_FILES",
    "EvidenceRefused",
    "FileType",
    "Picture",
    "file_type",
    "is_picture",
    "looks_of",
    "picture_read",
]


@dataclass(frozen=True, slots=True)
class FileType:
    """What a file is by its content: its type, and the ending its name should have."""

    content_type: str
    ending: str


_MEDIA = {"application/pdf": "pdf", "video/mp4": "mp4", "audio/mpeg": "mp3"}
_OFFICE_TYPE = "application/vnd.openxmlformats-officedocument."
_OFFICE = {
    r"word/document\d*\.xml": FileType(_OFFICE_TYPE + "wordprocessingml.document", "docx"),
    r"xl/workbook\d*\.xml": FileType(_OFFICE_TYPE + "spreadsheetml.sheet", "xlsx"),
    r"ppt/presentation\d*\.xml": FileType(_OFFICE_TYPE + "presentationml.presentation", "pptx"),
}
"""By the main part of the package; some programs number it."""
CONTENT_TYPES = "[Content_Types].xml"
"""The part that every such package must have (ECMA-376 part 2)."""
MAX_PARTS, MAX_UNPACKED = 5000, 300 * 2**20
"""Parts of a package, and bytes of all together when unpacked."""
EVIDENCE_FILES, REPORT_FILES = ("pdf", "docx", "xlsx", "mp3", "mp4"), ("pdf", "docx", "xlsx", "pptx")
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, MemoryError),
    *pictures.BROKEN,
)


class EvidenceRefused(ActivityRefused):
    """The file cannot be taken as evidence; the message says why in Vietnamese."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "evidence")


def is_picture(data: bytes) -> bool:
    """Whether the content begins as a picture that we read. Raises EvidenceRefused for one that we know but do not."""
    try:
        return pictures.is_picture(data)
    except PictureRefused as refusal:
        raise EvidenceRefused(str(refusal)) from None


def file_type(data: bytes, *, endings: Sequence[str] = EVIDENCE_FILES) -> FileType:
    """What a file other than a picture is, of the kinds named by their endings. Raises EvidenceRefused for another
    kind, and for an Office file that is damaged, locked, has macros, or unpacks to more than a document may be."""
    if not data:
        raise EvidenceRefused(_("Tệp rỗng."))
    found = _office_type(data) if data.startswith(b"PK\x03\x04") else _media_type(data)
    if found is None or found.ending not in endings:
        named = ", ".join(ending.upper() for ending in endings)
        raise EvidenceRefused(_("Chỉ nhận ảnh JPEG, PNG, WebP, GIF và tệp %s.") % named)
    return found


def _media_type(data: bytes) -> FileType | None:
    sniffed = media_type(data) or media_type(data[:1024].lstrip())  # some printers begin a PDF with an empty line
    return FileType(sniffed, _MEDIA[sniffed]) if sniffed in _MEDIA else None


def _office_type(data: bytes) -> FileType:
    names = _package_names(data)
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise EvidenceRefused(_("Tệp có macro. Lưu lại dạng không có macro (DOCX, XLSX, PPTX) rồi gửi."))
    for part, found in _OFFICE.items():
        if any(re.fullmatch(part, name) for name in names):
            if CONTENT_TYPES not in names:
                raise EvidenceRefused(_broken())
            return found
    raise EvidenceRefused(_("Tệp nén thì không nhận. Gửi từng ảnh hoặc tệp PDF, DOCX, XLSX."))


def _broken() -> str:
    return _("Tệp hỏng, không mở được. Gửi lại bản khác.")


def _package_names(data: bytes) -> set[str]:
    """The parts of a package, each read to its end against its checksum. Raises EvidenceRefused for one that is cut
    off, damaged, locked, or larger than a document may be; what it would unpack to is known before it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise EvidenceRefused(_("Tệp giải nén ra quá lớn, không mở. Gửi bản nhỏ hơn, hoặc dạng PDF."))
            if any(part.flag_bits & 1 for part in parts):
                raise EvidenceRefused(_("Tệp có mật khẩu, không mở được. Bỏ mật khẩu rồi gửi lại."))
            if package.testzip() is not None:
                raise EvidenceRefused(_broken())
            return set(package.namelist())
    except _DAMAGED:
        raise EvidenceRefused(_broken()) from None


def picture_read(data: bytes) -> Picture:
    """The photo re-encoded. Raises EvidenceRefused for what is no picture, is broken, or is too large to decode."""
    try:
        return pictures.picture_read(data)
    except PictureRefused as refusal:
        raise EvidenceRefused(str(refusal)) from None
