"""Attachments: what they are, their bytes tell; pictures are drawn anew, all else is contained; sealed before the disk.

Nothing that was sent is ever opened by the server but pictures, which Pillow decodes within bounds. A contained file is
kept as evidence: no preview, no type of its own, handed out only inside a ZIP with a warning.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from canhgiac.kit.files import FileStore
from canhgiac.kit.pictures import JPEG, PictureRefused, is_picture, picture_read
from canhgiac.kit.sealing import box, unbox
from canhgiac.kit.sniff import media_type
from canhgiac.kit.text import storable
from canhgiac.tips.models import Tip, TipFile
from canhgiac.tips.selectors.blind import file_token

MOST_BYTES = 15 * 2**20
MOST_ALL = 40 * 2**20
MOST_OF_TIP = 40
"""Attachments of one tip, first sending and later ones together."""
PAD = 4096
OCTETS = "application/octet-stream"


class FileRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The file cannot be taken; the message names it and says why in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent: its name, which is believed for nothing, and its bytes."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is sealed about a file. ``sha256`` is of the bytes as sent; ``kept_sha256`` of those kept."""

    id: int
    name: str
    type: str
    size: int
    sha256: str
    kept_sha256: str
    done: str
    contained: bool
    from_sender: bool

    @property
    def is_picture(self) -> bool:
        """Whether it may be shown: a picture drawn anew by us."""
        return not self.contained and self.type == JPEG


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file handed to a person: the bytes, under which type and name."""

    name: str
    type: str
    data: bytes = field(repr=False)
    facts: FileFacts


def store() -> FileStore:
    """Where sealed bytes lie."""
    return FileStore(settings.FILES_ROOT)


def sent_check(files: list[Sent]) -> None:
    """Raises FileRefused for a file that is empty or too large, or too much together."""
    for sent in files:
        if not sent.data:
            raise FileRefused(_("Tệp %s rỗng. Chọn lại tệp.") % _name(sent.name))
        if len(sent.data) > MOST_BYTES:
            raise FileRefused(
                _("Tệp %(name)s quá %(most)d MB. Gửi ảnh chụp màn hình thay cho tệp lớn.")
                % {"name": _name(sent.name), "most": MOST_BYTES // 2**20}
            )
    if sum(len(sent.data) for sent in files) > MOST_ALL:
        raise FileRefused(
            _("Các tệp cộng lại quá %d MB. Gửi bớt, rồi gửi thêm bằng mã theo dõi.") % (MOST_ALL // 2**20)
        )


def file_keep(*, tip: Tip, key: bytes, sent: Sent, from_sender: bool = True) -> bytes:
    """Seals a file for the tip and answers its blind token. Raises FileRefused.

    A picture is decoded and drawn anew, so that place, camera and whatever was hidden behind its end are gone. What is
    no picture, or none that decodes, is contained as it came.
    """
    sent_check([sent])
    if tip.files.count() >= MOST_OF_TIP:
        raise FileRefused(_("Tin này đã có %d tệp, không nhận thêm được.") % MOST_OF_TIP)
    digest = hashlib.sha256(sent.data).hexdigest()
    data, kind, done, state = _examined(sent.data)
    told = {
        "name": _name(sent.name),
        "type": kind,
        "size": len(data),
        "sha256": digest,
        "kept_sha256": hashlib.sha256(data).hexdigest(),
        "done": done,
    }
    blob = store().put(box(key, data, what="file", pad=PAD))
    sealed = box(key, json.dumps(told, ensure_ascii=False).encode(), what="file-facts")
    TipFile.objects.create(tip=tip, blob_sha256=blob, sealed=sealed, state=state, from_sender=from_sender)
    return file_token(digest)


def _examined(data: bytes) -> tuple[bytes, str, str, TipFile.State]:
    """What is kept, as which type, what was done, and whether it is contained."""
    try:
        if is_picture(data):
            return picture_read(data).data, JPEG, "redrawn", TipFile.State.KEPT
    except PictureRefused:
        return data, OCTETS, "undecodable", TipFile.State.CONTAINED
    return data, media_type(data) or OCTETS, "untouched", TipFile.State.CONTAINED


def _name(name: str) -> str:
    """The last part of a name without what turns its direction or breaks a line."""
    bare = "".join(char for char in storable(PurePath(name.replace("\\", "/")).name) if char.isprintable())
    return bare.strip()[:120] or "tep"


def file_facts(file: TipFile, key: bytes) -> FileFacts:
    """What is sealed about a file. Raises BrokenSealError."""
    told: dict[str, Any] = json.loads(unbox(key, bytes(file.sealed), what="file-facts"))
    return FileFacts(
        id=file.pk,
        name=told["name"],
        type=told["type"],
        size=told["size"],
        sha256=told["sha256"],
        kept_sha256=told["kept_sha256"],
        done=told["done"],
        contained=file.state == TipFile.State.CONTAINED,
        from_sender=file.from_sender,
    )


def file_bytes(file: TipFile, key: bytes) -> bytes:
    """The clear bytes. Raises BrokenSealError, FileNotFoundError."""
    return unbox(key, store().get(file.blob_sha256), what="file", pad=PAD)


def file_open(file: TipFile, key: bytes) -> OpenFile:
    """A file as it may leave: a redrawn picture as JPEG; what is contained as a ZIP with a warning."""
    facts, data = file_facts(file, key), file_bytes(file, key)
    if facts.is_picture:
        return OpenFile(f"anh-{file.pk}.jpg", JPEG, data, facts)
    return OpenFile(f"tep-cach-ly-{file.pk}.zip", "application/zip", _contained(facts, data), facts)


def _contained(facts: FileFacts, data: bytes) -> bytes:
    held = io.BytesIO()
    warning = _(
        "Tệp do người báo tin gửi, chưa được kiểm tra và có thể chứa mã độc.\n"
        "Chỉ mở trên máy tách biệt, không nối mạng. Không bấm đúp, không bật macro.\n"
        "Tên gốc: %(name)s\nSHA-256: %(sha)s\n"
    ) % {"name": facts.name, "sha": facts.sha256}
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("DOC-TRUOC.txt", warning)
        archive.writestr(f"{facts.name}.khong-mo", data)
    return held.getvalue()
