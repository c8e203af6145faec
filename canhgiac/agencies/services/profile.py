"""Who speaks: the province's profile, with its emblem."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from canhgiac.agencies.models import Agency, Area, Member, Province, Role
from canhgiac.agencies.selectors.access import NotAllowed, has_role, lineage, roles_of
from canhgiac.agencies.selectors.province import province
from canhgiac.kit.files import FileStore
from canhgiac.kit.pictures import BROKEN, FORMATS
from canhgiac.kit.text import storable

from .audit import audit_record

EMBLEM_BYTES = 5_000_000
EMBLEM_PIXELS = 40_000_000
EMBLEM_LONGEST = 800
"""Pixels of the longest side that is kept: 60 mm in print at 300 dots an inch."""
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")


class ProfileRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The profile cannot be saved; the message says why in Vietnamese, ``field`` names the fact at fault if one is."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class ProfileData:
    """What the province says of itself."""

    name: str
    area: Area | None = None
    office: Agency | None = None
    responsible: Member | None = None
    address: str = ""
    domain: str = ""
    hotline: str = ""
    hotline_hours: str = ""
    emblem: bytes | None = None
    """A picture as it was sent; None keeps the one there is."""
    drop_emblem: bool = False


def profile_editors() -> tuple[Role.Kind, ...]:
    """Roles of those who keep the profile; where they must hold them says ``profile_may_edit``."""
    return (Role.Kind.ADMIN, Role.Kind.COORDINATOR)


def profile_may_edit(member: Member) -> bool:
    """Whether the member keeps it: a role at the standing office or above it, always at the top of the register.

    A commune's coordinator does not set the province's name or the number that people call. Two queries.
    """
    office = province().office
    reach = Q(agency__parent__isnull=True) | (Q(agency__in=lineage(office)) if office is not None else Q())
    return roles_of(member, *profile_editors()).filter(reach).exists()


@transaction.atomic
def province_edit(*, by: Member, data: ProfileData, version: int) -> Province:
    """Saves the profile, the first time too. Administrator or coordinator.

    ``version`` is what the person saw, 1 of one never saved. Raises NotAllowed, ProfileRefused.
    """
    if not profile_may_edit(by):
        raise NotAllowed(_("Trang tỉnh do quản trị viên hoặc điều phối viên cấp tỉnh giữ."))
    row = Province.objects.select_for_update().filter(pk=1).first() or Province(pk=1)
    fresh = row._state.adding
    if not fresh and row.version != version:
        raise ProfileRefused(_("Người khác vừa sửa trang tỉnh. Mở lại trang để xem bản mới, rồi sửa tiếp."))
    _set(row, data)
    if data.drop_emblem:
        row.emblem_sha256, row.emblem_type = "", ""
    if data.emblem is not None:
        row.emblem_sha256, row.emblem_type = FileStore(settings.FILES_ROOT).put(emblem_read(data.emblem)), "image/png"
    row.version = 1 if fresh else row.version + 1
    row.save(force_insert=fresh)
    facts = {"name": row.name, "responsible": row.responsible_id, "emblem": row.emblem_sha256[:12]}
    audit_record(by=by, act="agencies.province_edit", subject=row, facts=facts)
    return row


def _set(row: Province, data: ProfileData) -> None:
    row.name = storable(data.name).strip()
    if not row.name:
        raise ProfileRefused(_("Ghi tên tỉnh, thành phố, như trong câu: tỉnh Vĩnh An."), "name")
    if data.area is not None and data.area.level != Area.Level.PROVINCE:
        raise ProfileRefused(_("Chọn địa bàn cấp tỉnh."), "area")
    if data.responsible is not None and not _may_answer(data.responsible):
        raise ProfileRefused(_("Người chịu trách nhiệm cần tài khoản đang dùng và có vai trò."), "responsible")
    row.area, row.office, row.responsible = data.area, data.office, data.responsible
    row.address, row.hotline = storable(data.address).strip(), data.hotline.strip()
    row.hotline_hours = storable(data.hotline_hours).strip()
    row.domain = data.domain.strip().lower()
    if row.domain and not _HOST.fullmatch(row.domain):
        raise ProfileRefused(_("Chỉ ghi tên miền, ví dụ canhgiac.vinhan.gov.vn."), "domain")
    if row.hotline and not re.fullmatch(r"\+?[\d .\-]{3,20}", row.hotline):
        raise ProfileRefused(_("Số đường dây chỉ gồm chữ số, dấu cách, dấu chấm."), "hotline")


def _may_answer(member: Member) -> bool:
    """Whether somebody can be named as who answers for what is published: an active member with any role."""
    return member.is_active and has_role(member)


def emblem_read(data: bytes) -> bytes:
    """The emblem as a PNG of its pixels alone, at most EMBLEM_LONGEST a side, with its transparency.

    Raises ProfileRefused for what is no picture, is broken or too large.
    """
    if len(data) > EMBLEM_BYTES:
        raise ProfileRefused(_("Tệp lớn quá 5 MB. Thu nhỏ rồi gửi lại."), "emblem")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > EMBLEM_PIXELS:
                raise ProfileRefused(_("Ảnh có quá nhiều điểm ảnh. Thu nhỏ ảnh rồi gửi lại."), "emblem")
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except (Image.DecompressionBombError, MemoryError, *BROKEN):
        raise ProfileRefused(_("Không đọc được ảnh. Gửi tệp PNG, JPEG hoặc WEBP khác."), "emblem") from None
    if min(upright.size) < 64:
        raise ProfileRefused(_("Ảnh quá nhỏ, in sẽ vỡ. Cần ít nhất 64 điểm mỗi chiều."), "emblem")
    upright.thumbnail((EMBLEM_LONGEST, EMBLEM_LONGEST))
    out = io.BytesIO()
    upright.save(out, "PNG", optimize=True)
    return out.getvalue()
