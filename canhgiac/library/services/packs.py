"""Packs of materials: put together, changed, and streamed as one ZIP that explains itself."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.text import slugify
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member
from canhgiac.agencies.selectors import NotAllowed, province
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock, markdown
from canhgiac.kit.sheets import csv_lines
from canhgiac.kit.text import fold, storable
from canhgiac.library.models import Layout, Material, MaterialEdition, Pack, PackItem, Taking
from canhgiac.library.selectors.materials import licence_of, public_url
from canhgiac.library.selectors.packs import PackPage, may_edit
from canhgiac.library.selectors.renderings import SLUGS, layouts_of, site_url

from .editions import EditionRefused
from .materialfiles import store
from .renderings import SettingRefused, rendering
from .takings import takings_note

MOST_MATERIALS = 60
TITLE_LENGTH, NOTE_LENGTH = 160, 400
BESIDES = (Layout.POSTER_A4, Layout.SOCIAL_CARD)
"""Layouts put in besides the one a material was written for, where they suit it."""
DAY_ZERO = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP can hold: the same pack gives the same bytes on any day."""
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\u200e\u200f\u202a-\u202e\u2066-\u2069]+')
_STORED = (".png", ".jpg", ".mp3", ".ogg", ".mp4", ".pdf")
CHUNK = 256 * 1024


@dataclass(frozen=True, kw_only=True)
class PackData:
    """What a person states of a pack."""

    title: str
    codes: Sequence[str]
    """Codes of its materials, in order."""
    note: str = ""
    is_public: bool = True


@transaction.atomic
def pack_create(*, by: Member, data: PackData, agency: Agency | None = None) -> Pack:
    """A new pack of the member's agency. Any member of an agency. Raises NotAllowed, EditionRefused."""
    holder = agency or by.agency
    if holder is None:
        raise NotAllowed(_("Tài khoản chưa thuộc đơn vị nào, không lập bộ được."))
    pack = Pack(agency=holder, created_by=by)
    if not may_edit(by, pack):
        raise NotAllowed(_("Bạn không thuộc đơn vị này."))
    _fill(pack, data)
    audit_record(by=by, act="library.pack_create", subject=pack, facts={"materials": list(data.codes)})
    return pack


@transaction.atomic
def pack_edit(*, by: Member, pack: Pack, data: PackData, version: int) -> Pack:
    """Changes a pack. A member of the agency that made it. Raises NotAllowed, EditionRefused when it is stale."""
    row = _locked(by, pack)
    if row.version != version:
        raise EditionRefused(_("Người khác vừa sửa bộ này. Xem bản mới rồi sửa tiếp."))
    row.version += 1
    _fill(row, data)
    audit_record(by=by, act="library.pack_edit", subject=row, facts={"materials": list(data.codes)})
    return row


@transaction.atomic
def pack_delete(*, by: Member, pack: Pack) -> None:
    """Removes a pack; its materials stay, and so does what was noted of takings. Raises NotAllowed."""
    row = _locked(by, pack)
    audit_record(by=by, act="library.pack_delete", subject=row, facts={"title": row.title})
    row.delete()


def _locked(by: Member, pack: Pack) -> Pack:
    row = Pack.objects.select_for_update(of=("self",)).get(pk=pack.pk)
    if not may_edit(by, row):
        raise NotAllowed(_("Bộ tài liệu này của đơn vị khác."))
    return row


def _fill(pack: Pack, data: PackData) -> None:
    """The facts into the row and its items; saved. Raises EditionRefused."""
    title, note = " ".join(storable(data.title).split()), " ".join(storable(data.note).split())
    for name, text, most in (("title", title, TITLE_LENGTH), ("note", note, NOTE_LENGTH)):
        if len(text) > most:
            raise EditionRefused(_("Dài nhất %d ký tự.") % most, name)
    if not title:
        raise EditionRefused(_("Đặt tên cho bộ tài liệu."), "title")
    codes = list(dict.fromkeys(data.codes))
    found = {material.code: material for material in Material.objects.filter(code__in=codes)}
    chosen = [found[code] for code in codes if code in found]
    if not chosen:
        raise EditionRefused(_("Chọn ít nhất một tài liệu."), "codes")
    if len(chosen) > MOST_MATERIALS:
        raise EditionRefused(_("Một bộ nhiều nhất %d tài liệu.") % MOST_MATERIALS, "codes")
    pack.title, pack.note, pack.is_public, pack.updated_at = title, note, data.is_public, clock.now()
    pack.save()
    pack.items.all().delete()
    PackItem.objects.bulk_create(
        PackItem(pack=pack, material=material, position=number) for number, material in enumerate(chosen)
    )


# The ZIP ------------------------------------------------------------------------------------------------------------


def pack_take(*, page: PackPage, by: Member | None) -> Iterator[bytes]:
    """The ZIP in pieces, the takings noted at once: for the member's agency, or for somebody unknown."""
    takings_note(how=Taking.How.PACK, editions=page.editions, by=by, pack=page.pack)
    return zip_stream(pack_files(page))


class _Sink(io.RawIOBase):
    """What ``zipfile`` writes to and the stream takes from: nothing is held but the piece being made."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]  # any buffer
        self._pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        piece = b"".join(self._pieces)
        self._pieces.clear()
        return piece


def zip_stream(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """A ZIP of the files in pieces, one file in memory at a time; the same files give the same bytes.

    Names are UTF-8 (APPNOTE 6.3.10 appendix D, flag bit 11). What is compressed already is stored.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name, DAY_ZERO)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(_STORED) else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            with archive.open(entry, "w", force_zip64=True) as out:
                for at in range(0, len(data), CHUNK):
                    out.write(data[at : at + CHUNK])
                    yield sink.taken()
    yield sink.taken()


def pack_files(page: PackPage) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the files of a pack: what explains it first, then a folder for each material."""
    root = folder_name(page.pack.title)
    folders = [f"{number:02}-{folder_name(edition.title)}" for number, edition in enumerate(page.editions, 1)]
    yield f"{root}/DOC-TRUOC.html", _readme(page, folders)
    yield f"{root}/giay-phep.txt", _licences(page)
    yield f"{root}/chu-thich.csv", b"".join(csv_lines(_headings(), _captions(page, folders)))
    for edition, folder in zip(page.editions, folders, strict=True):
        for name, data in material_files(edition):
            yield f"{root}/{folder}/{name}", data


def material_files(edition: MaterialEdition) -> Iterator[tuple[str, bytes]]:
    """A material as files: its text, its renderings, what was attached."""
    yield "noi-dung.txt", _text(edition).encode()
    first, *others = layouts_of(edition)
    for layout in (first, *(other for other in others if other in BESIDES)):
        try:
            yield f"{SLUGS[layout]}.pdf", rendering(edition, layout)
            if layout != Layout.ARTICLE:
                yield f"{SLUGS[layout]}.png", rendering(edition, layout, 1)
        except SettingRefused as refusal:
            yield f"{SLUGS[layout]}-khong-dung-duoc.txt", str(refusal).encode()
    for number, file in enumerate(edition.files.all(), 1):
        yield f"tep/{number:02}-{file_name(file.file_name)}", store().get(file.sha256)


def folder_name(title: str) -> str:
    """A folder's name of a title: letters without diacritics, digits, hyphens; every system opens it.

    >>> folder_name("Không làm theo: 5 việc / ../nhớ")
    'khong-lam-theo-5-viec-nho'
    """
    return slugify(fold(title))[:60].strip("-") or "tai-lieu"


def file_name(name: str) -> str:
    """The sender's name as it may stand in a ZIP: diacritics kept, no path, no sign that Windows refuses.

    >>> file_name("../ảnh: bìa?.jpg")
    'ảnh bìa.jpg'
    """
    clean = " ".join(_UNSAFE.sub(" ", name).split()).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    return f"{stem.strip(' .')[:100]}.{ending}" if dot and stem else clean[:100] or "tep"


def _text(edition: MaterialEdition) -> str:
    """The words, a part a paragraph."""
    parts = [
        edition.title,
        edition.lead,
        "\n".join(f"- {point}" for point in edition.points),
        markdown.plain(edition.body),
        edition.call,
        edition.link,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _headings() -> list[str]:
    return [
        _("Thư mục"), _("Mã"), _("Tên"), _("Loại"), _("Ngôn ngữ"), _("Tệp"), _("Chú thích"), _("Nguồn, tác giả"),
        _("Quyền dùng lại"), _("Bản số"), _("Đăng ngày"), _("Xem lại trước"), _("Hết hạn sau"), _("Trang gốc"),
    ]  # fmt: skip


def _captions(page: PackPage, folders: Sequence[str]) -> Iterator[list[str | int | None]]:
    """A line for each material and each of its files."""
    profile = province()
    for edition, folder in zip(page.editions, folders, strict=True):
        for name, caption in [("", edition.lead), *((file.file_name, file.caption) for file in edition.files.all())]:
            yield [
                folder, edition.material.code, edition.title, str(edition.material.get_kind_display()),
                str(edition.material.get_language_display()), name, caption, edition.credit, licence_of(edition),
                edition.number, _day(edition.published_at), _day(edition.review_by), _day(edition.expires_on),
                site_url(profile, public_url(edition)),
            ]  # fmt: skip


def _day(on: object) -> str:
    return f"{on:%d/%m/%Y}" if on else ""


def _licences(page: PackPage) -> bytes:
    """Who may do what with it, and whom to name."""
    profile = province()
    lines = [page.pack.title, "", _("Nguồn: %s") % (profile.office.name if profile.office else profile.name), ""]
    for edition in page.editions:
        lines += [f"{edition.material.code}  {edition.title}", f"  {licence_of(edition)}"]
        lines += [f"  {edition.credit}"] if edition.credit else []
    lines += ["", _("Khi tài liệu bị thu hồi hoặc có bản mới, xin gỡ bản đã dùng và lấy bản mới ở trang gốc.")]
    return "\r\n".join(lines).encode("utf-8-sig") + b"\r\n"


def _readme(page: PackPage, folders: Sequence[str]) -> bytes:
    """The page to open first: it stands alone, without a network."""
    profile = province()
    rows = [
        {"edition": edition, "folder": folder, "url": site_url(profile, public_url(edition))}
        for edition, folder in zip(page.editions, folders, strict=True)
    ]
    return render_to_string("library/pack_readme.html", {"page": page, "rows": rows, "province": profile}).encode()
