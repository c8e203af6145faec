"""The register of collaborators."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Area, Member
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.radar.models import Collaborator
from canhgiac.radar.selectors.scope import KEEPING

from .refusals import RadarRefused


@dataclass(frozen=True, slots=True)
class CollaboratorData:
    """What the register says of a collaborator."""

    areas: Collection[Area]
    """Where they live and listen: communes, residential groups."""
    standing: str = ""


@transaction.atomic
def collaborator_add(*, by: Member, member: Member, data: CollaboratorData) -> Collaborator:
    """Makes a member a collaborator, or one who had ended one again. COORDINATOR or ADMIN.

    The role COLLABORATOR itself is granted by an ADMIN among the members; without it they cannot send.
    """
    require_role(by, *KEEPING)
    _check(data)
    row = Collaborator.objects.select_for_update().filter(member=member).first()
    if row is not None and row.ended_on is None:
        raise RadarRefused(_("Người này đã là cộng tác viên."), "member")
    row = row or Collaborator(member=member, added_by=by)
    row.standing, row.ended_on = data.standing.strip()[:120], None
    row.save()
    row.areas.set(data.areas)
    audit_record(by=by, act="radar.collaborator_add", subject=row, facts={"member": member.pk, "areas": _ids(data)})
    return row


@transaction.atomic
def collaborator_edit(*, by: Member, collaborator: Collaborator, data: CollaboratorData, version: int) -> Collaborator:
    """Sets areas and standing. COORDINATOR or ADMIN."""
    row = _kept(by, collaborator, version)
    _check(data)
    row.standing, row.version = data.standing.strip()[:120], row.version + 1
    row.save(update_fields=["standing", "version"])
    row.areas.set(data.areas)
    audit_record(by=by, act="radar.collaborator_edit", subject=row, facts={"areas": _ids(data)})
    return row


@transaction.atomic
def collaborator_end(*, by: Member, collaborator: Collaborator, version: int) -> Collaborator:
    """Ends the collaboration today; what was sent stays. COORDINATOR or ADMIN."""
    row = _kept(by, collaborator, version)
    row.ended_on, row.version = clock.today(), row.version + 1
    row.save(update_fields=["ended_on", "version"])
    audit_record(by=by, act="radar.collaborator_end", subject=row, facts={"on": row.ended_on})
    return row


def _kept(by: Member, collaborator: Collaborator, version: int) -> Collaborator:
    require_role(by, *KEEPING)
    row = Collaborator.objects.select_for_update().get(pk=collaborator.pk)
    if row.ended_on is not None:
        raise RadarRefused(_("Người này đã thôi làm cộng tác viên."))
    if row.version != version:
        raise RadarRefused(_("Người khác vừa sửa. Xem lại rồi làm tiếp."))
    return row


def _check(data: CollaboratorData) -> None:
    if not data.areas:
        raise RadarRefused(_("Chọn ít nhất một địa bàn."), "areas")


def _ids(data: CollaboratorData) -> list[int]:
    return sorted(area.pk for area in data.areas)
