"""Rules over subscribers kept under a name."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.text import storable
from canhgiac.outreach.models import SavedAudience
from canhgiac.outreach.selectors.audiences import Rule
from canhgiac.outreach.selectors.scope import WRITING

from .refusals import WarningRefused

NAME_LENGTH = 120


@transaction.atomic
def audience_save(
    *, by: Member, name: str, rule: Rule, audience: SavedAudience | None = None, version: int = 0
) -> SavedAudience:
    """Keeps a rule under a name, or changes one (``version`` is what the person saw). COORDINATOR or EDITOR.

    Broadcasts made before keep the rule they had. Raises NotAllowed, WarningRefused.
    """
    require_role(by, *WRITING)
    words = " ".join(storable(name).split())
    if not words or len(words) > NAME_LENGTH:
        raise WarningRefused(_("Đặt tên nhóm, không quá 120 ký tự."), "name")
    row = SavedAudience(made_by=by) if audience is None else _held(audience, version)
    row.name, row.rule = words, rule.to_json()
    row.version = 1 if row.pk is None else row.version + 1
    _store(row)
    facts = {"rule": row.rule, "version": row.version}
    audit_record(by=by, act="outreach.audience_save", subject=row, facts=facts)
    return row


@transaction.atomic
def audience_drop(*, by: Member, audience: SavedAudience) -> SavedAudience:
    """Puts a saved audience aside; ``audience_restore`` takes it back. COORDINATOR or EDITOR. Raises NotAllowed."""
    require_role(by, *WRITING)
    row = SavedAudience.objects.select_for_update().get(pk=audience.pk)
    if row.dropped_at is None:
        row.dropped_at, row.version = clock.now(), row.version + 1
        row.save(update_fields=["dropped_at", "version"])
        audit_record(by=by, act="outreach.audience_drop", subject=row, facts={"version": row.version})
    return row


@transaction.atomic
def audience_restore(*, by: Member, audience: SavedAudience) -> SavedAudience:
    """Takes a dropped audience back. COORDINATOR or EDITOR.

    Raises NotAllowed, and WarningRefused where another has its name by now.
    """
    require_role(by, *WRITING)
    row = SavedAudience.objects.select_for_update().get(pk=audience.pk)
    if row.dropped_at is not None:
        row.dropped_at, row.version = None, row.version + 1
        _store(row)
        audit_record(by=by, act="outreach.audience_restore", subject=row, facts={"version": row.version})
    return row


def _store(row: SavedAudience) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise WarningRefused(_("Đã có nhóm mang tên này. Đặt tên khác."), "name") from None


def _held(audience: SavedAudience, version: int) -> SavedAudience:
    row = SavedAudience.objects.select_for_update().get(pk=audience.pk)
    if row.version != version:
        raise WarningRefused(_("Người khác vừa sửa nhóm này. Xem bản mới rồi sửa tiếp."), version=row.version)
    return row
