"""Files of materials: what they are by content, pictures made harmless, all kept by hash."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.utils.translation import gettext as _

from canhgiac.kit.files import FileStore
from canhgiac.kit.pictures import JPEG, PictureRefused, is_picture, picture_read
from canhgiac.kit.sniff import media_type
from canhgiac.kit.text import storable
from canhgiac.library.models import MaterialEdition, MaterialFile

MEGABYTE = 1024 * 1024
Role = MaterialFile.Role
MOST_FILES = 20
MOST_BYTES = {Role.PICTURE: 20 * MEGABYTE, Role.AUDIO: 30 * MEGABYTE, Role.ORIGINAL: 50 * MEGABYTE}
AUDIO = {"audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/wav": "wav"}
_OOXML = "application/vnd.openxmlformats-officedocument"
_OFFICE = {
    "word/document.xml": (f"{_OOXML}.wordprocessingml.document", "docx"),
    "ppt/presentation.xml": (f"{_OOXML}.presentationml.presentation", "pptx"),
    "xl/workbook.xml": (f"{_OOXML}.spreadsheetml.sheet", "xlsx"),
}
_ORIGINAL = {"application/pdf": "pdf", "video/mp4": "mp4", **AUDIO}


class FileRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The file cannot be taken; the message says why in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file as it was sent."""

    role: str
    name: str
    data: bytes
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it will be kept."""

    data: bytes
    content_type: str
    ending: str


def store() -> FileStore:
    """Where files are kept."""
    return FileStore(settings.FILES_ROOT)


def file_read(role: str, data: bytes) -> Kept:
    """What the file is and how it is kept: a picture re-encoded without metadata, others as they are.

    Raises FileRefused for a kind that the role does not take, a damaged, an empty or a too large file.
    """
    if not data:
        raise FileRefused(_("Tệp rỗng."))
    if len(data) > MOST_BYTES[Role(role)]:
        raise FileRefused(_("Tệp quá %d MB. Gửi bản nhỏ hơn.") % (MOST_BYTES[Role(role)] // MEGABYTE))
    if role == Role.PICTURE:
        return _picture(data)
    sniffed = media_type(data) or ""
    if role == Role.AUDIO:
        if sniffed not in AUDIO:
            raise FileRefused(_("Tiếng đọc phải là tệp MP3, OGG hoặc WAV."))
        return Kept(data, sniffed, AUDIO[sniffed])
    if sniffed in _ORIGINAL:
        return Kept(data, sniffed, _ORIGINAL[sniffed])
    if data.startswith(b"PK\x03\x04"):
        return Kept(data, *_office_type(data))
    return _picture(data)


def _picture(data: bytes) -> Kept:
    try:
        if not is_picture(data):
            raise FileRefused(_("Chưa nhận loại tệp này. Ảnh: JPEG, PNG, WebP; tệp gốc: PDF, DOCX, PPTX, XLSX, MP4."))
        return Kept(picture_read(data).data, JPEG, "jpg")
    except PictureRefused as refusal:
        raise FileRefused(str(refusal)) from None


def _office_type(data: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError, UnicodeDecodeError):
        raise FileRefused(_("Tệp hỏng, không mở được. Gửi lại bản khác.")) from None
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise FileRefused(_("Tệp có macro. Lưu lại dạng thường rồi gửi."))
    for part, kind in _OFFICE.items():
        if part in names:
            return kind
    raise FileRefused(_("Tệp nén thì không nhận. Gửi từng tệp."))


def files_change(
    row: MaterialEdition, *, added: Sequence[Incoming], removed: set[int], captions: Mapping[int, str]
) -> list[str]:
    """Takes files out, in, and sets captions of an edition that the caller holds for writing.

    Answers a Vietnamese line for each file that was refused; the others are kept. The bytes of one taken out stay in
    the store, where an earlier edition may point at them.
    """
    row.files.filter(pk__in=removed).delete()
    files = list(row.files.order_by("position", "pk"))
    for file in files:
        file.caption = _caption(captions.get(file.pk, file.caption))
    MaterialFile.objects.bulk_update(files, ["caption"])
    have, position, refused = {(file.role, file.sha256) for file in files}, len(files), []
    for incoming in added:
        try:
            if position >= MOST_FILES:
                raise FileRefused(_("Mỗi tài liệu nhiều nhất %d tệp.") % MOST_FILES)
            kept = file_read(incoming.role, incoming.data)
        except FileRefused as refusal:
            refused.append(f"{incoming.name}: {refusal}")
            continue
        sha256 = store().put(kept.data)
        if (incoming.role, sha256) in have:
            continue
        have.add((incoming.role, sha256))
        MaterialFile.objects.create(
            edition=row,
            role=incoming.role,
            sha256=sha256,
            file_name=_name(incoming.name, kept.ending),
            content_type=kept.content_type,
            size=len(kept.data),
            caption=_caption(incoming.caption),
            position=position,
        )
        position += 1
    return refused


def _name(name: str, ending: str) -> str:
    """The sender's name without folders, with the ending that the content has."""
    stem = PurePath(storable(name).replace("\\", "/")).stem.strip()[:180]
    return f"{stem or 'tep'}.{ending}"


def _caption(text: str) -> str:
    return " ".join(storable(text).split())[:300]
