"""Materials written: a new one, its open text with its files changed, its place on the shelf set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Agency, Audience, Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import audit_record
from canhgiac.kit.text import fold, storable
from canhgiac.library.models import Channel, Language, Material, MaterialEdition, MaterialKind, ScamForm
from canhgiac.library.selectors.editions import may_write

from .editions import EditionRefused, edition_for_writing
from .materialfiles import Incoming, files_change
from .materialwords import folded_of

PREFIX = {
    MaterialKind.ARTICLE: "BV", MaterialKind.POSTER: "AP", MaterialKind.LEAFLET: "TR", MaterialKind.BANNER: "BR",
    MaterialKind.SLIDE: "TC", MaterialKind.SMS: "TN", MaterialKind.RADIO: "PT", MaterialKind.INFOGRAPHIC: "DH",
    MaterialKind.VIDEO: "VD",
}  # fmt: skip
"""First letters of a code, by kind: BV-1, AP-2 …"""
CODE_LOCK = 0x6D61_7465  # "mate": held while a code is chosen
LOOKS = {
    "calm": gettext_lazy("Thường"),
    "alert": gettext_lazy("Cảnh báo: tiền đang mất"),
    "paper": gettext_lazy("Giấy, ít mực"),
}
LENGTHS = {"title": 160, "lead": 400, "call": 160, "credit": 200, "licence": 200, "link": 300}
BODY_LENGTH, POINT_LENGTH, MOST_POINTS = 40_000, 200, 12


@dataclass(frozen=True, kw_only=True)
class MaterialData:
    """What a writer states of a material: its place on the shelf and its text."""

    kind: str
    title: str
    language: str = Language.VI
    audiences: Sequence[str] = ()
    channels: Sequence[str] = ()
    forms: Sequence[ScamForm] = ()
    translation_of: Material | None = None
    lead: str = ""
    body: str = ""
    points: Sequence[str] = ()
    call: str = ""
    link: str = ""
    credit: str = ""
    licence: str = ""
    look: str = "calm"


@dataclass(frozen=True, kw_only=True)
class FileChanges:
    """What is to happen to the files of an edition, besides its text."""

    added: Sequence[Incoming] = ()
    removed: Iterable[int] = ()
    """Ids of files to take out."""
    captions: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Saved:
    """The text as saved, and a Vietnamese line for each file that was refused while all else was kept."""

    edition: MaterialEdition
    refused: list[str]


@transaction.atomic
def material_create(
    *, by: Member, data: MaterialData, agency: Agency | None = None, files: FileChanges | None = None
) -> Saved:
    """A new material with its first draft, kept by ``agency`` (the writer's own when None).

    Raises NotAllowed for who is no editor there, EditionRefused.
    """
    keeper = agency or by.agency
    code, slug = _code(data), _slug(data.title)
    material = Material(code=code, slug=slug, agency=keeper, created_by=by)
    if not may_write(by, material):
        raise NotAllowed(_("Soạn tài liệu là việc của biên tập viên hoặc điều phối viên."))
    _place(material, data)
    edition = MaterialEdition(material=material, number=1, author=by, writers=[by.pk])
    _text(edition, data)
    edition.save(force_insert=True)
    refused = files_change(edition, added=files.added if files else (), removed=set(), captions={})
    audit_record(by=by, act="library.material_create", subject=material, facts={"code": code, "kind": material.kind})
    return Saved(edition, refused)


@transaction.atomic
def material_edit(
    *, by: Member, edition: MaterialEdition, data: MaterialData, version: int, files: FileChanges | None = None
) -> Saved:
    """Saves the open text and its files.

    ``version`` is the one the writer saw. The place on the shelf (audiences, channels, forms) holds at once; the text
    only once published. Raises NotAllowed, EditionRefused, EditionStale.
    """
    row = edition_for_writing(by=by, edition=edition, version=version)
    published = row.material.editions.exclude(published_at=None).exists()
    if published and (data.kind, data.language) != (row.material.kind, row.material.language):
        raise EditionRefused(_("Tài liệu đã từng đăng: không đổi loại, ngôn ngữ. Tạo tài liệu mới."), "kind")
    _place(row.material, data)
    _text(row, data)
    changes = files or FileChanges()
    refused = files_change(row, added=changes.added, removed=set(changes.removed), captions=changes.captions)
    row.save()
    audit_record(
        by=by,
        act="library.material_edit",
        subject=row,
        facts={"material": row.material.code, "number": row.number, "version": row.version},
    )
    return Saved(row, refused)


def _place(material: Material, data: MaterialData) -> None:
    """Kind, language and whom it is for; saved. Raises EditionRefused."""
    if data.kind not in MaterialKind.values:
        raise EditionRefused(_("Chọn loại tài liệu."), "kind")
    if data.language not in Language.values:
        raise EditionRefused(_("Chọn ngôn ngữ."), "language")
    source = data.translation_of
    if source is not None:
        if source.pk == material.pk or source.translation_of_id is not None:
            raise EditionRefused(_("Chọn bản gốc, không chọn một bản dịch khác."), "translation_of")
        if source.language == data.language:
            raise EditionRefused(_("Bản gốc cùng ngôn ngữ; đây không phải bản dịch."), "translation_of")
        if material.pk is not None and material.translations.exists():
            raise EditionRefused(
                _("Tài liệu này có bản dịch khác dựa vào, không đặt làm bản dịch được."), "translation_of"
            )
    material.kind, material.language, material.translation_of = data.kind, data.language, source
    material.audiences = [code for code in Audience.values if code in data.audiences]
    material.channels = [code for code in Channel.values if code in data.channels]
    material.save()
    material.forms.set(data.forms)


def _text(row: MaterialEdition, data: MaterialData) -> None:
    """The text into the unsaved row. Raises EditionRefused."""
    for name, most in LENGTHS.items():
        words = " ".join(storable(getattr(data, name)).split())
        if len(words) > most:
            raise EditionRefused(_("Dài nhất %d ký tự.") % most, name)
        setattr(row, name, words)
    if not row.title:
        raise EditionRefused(_("Đặt tên cho tài liệu."), "title")
    row.body = storable(data.body).replace("\r\n", "\n").strip()
    if len(row.body) > BODY_LENGTH:
        raise EditionRefused(_("Dài nhất %d ký tự.") % BODY_LENGTH, "body")
    row.points = [line for point in data.points if (line := " ".join(storable(point).split()))]
    if len(row.points) > MOST_POINTS or any(len(point) > POINT_LENGTH for point in row.points):
        words = _("Nhiều nhất %(count)d ý, mỗi ý dài nhất %(length)d ký tự.")
        raise EditionRefused(words % {"count": MOST_POINTS, "length": POINT_LENGTH}, "points")
    if data.look not in LOOKS:
        raise EditionRefused(_("Chọn kiểu trình bày."), "look")
    row.look = data.look
    _check_link(row.link)
    row.folded = folded_of(row)


def _check_link(link: str) -> None:
    """A clip's address: https, a named host, no login in it."""
    if not link:
        return
    try:
        parts = urlsplit(link)
        host, odd = parts.hostname or "", parts.username or parts.password
    except ValueError:
        host, odd = "", None
    if not link.startswith("https://") or "." not in host or odd:
        raise EditionRefused(_("Liên kết phải bắt đầu bằng https:// và có tên miền."), "link")


def _code(data: MaterialData) -> str:
    """The next free code of the kind; a lock keeps two writers from the same one."""
    if data.kind not in PREFIX:
        raise EditionRefused(_("Chọn loại tài liệu."), "kind")
    prefix = f"{PREFIX[MaterialKind(data.kind)]}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CODE_LOCK])
    taken = Material.objects.filter(code__startswith=prefix).values_list("code", flat=True)
    numbers = [int(code.removeprefix(prefix)) for code in taken if code.removeprefix(prefix).isdecimal()]
    return f"{prefix}{max(numbers, default=0) + 1}"


def _slug(title: str) -> str:
    """An address of the title without diacritics; a number behind it where it is taken."""
    base = slugify(fold(title))[:70].strip("-") or "tai-lieu"
    taken = set(Material.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
