"""Warnings written: drafts that somebody or the radar starts, rewritten, dropped, taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Area, Audience, Member
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.text import fold, storable
from canhgiac.library.models import ScamForm
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.scope import DRAFTING, WRITING

from .refusals import WarningRefused
from .renditions import renditions_refresh

WRITABLE = (Alert.State.DRAFT, Alert.State.RETURNED)
TITLE_LENGTH, TEXT_LENGTH, REASON_LENGTH = 200, 8000, 300
"""Characters. The title fits one line of a notice, a reason one line of a list, a text 15 sentences of a scam form."""


@dataclass(frozen=True, slots=True)
class WarningData:
    """What a draft says, and what it began with."""

    title: str
    happens: str
    signs: str = ""
    advice: str = ""
    form: ScamForm | None = None
    areas: tuple[Area, ...] = ()
    """Where it is for; none for the whole province."""
    audience: str = ""
    """A code of ``Audience``; empty for everybody."""
    severity: str = Alert.Severity.MODERATE.value
    urgency: str = Alert.Urgency.IMMEDIATE.value
    certainty: str = Alert.Certainty.OBSERVED.value
    expires_at: dt.datetime | None = None
    """From when on it no longer holds; needed before it is handed in for approval."""
    origin: str = ""
    """What it was drafted from, "radar.card:12". Only the beginning sets it."""
    first_seen_at: dt.datetime | None = None
    """When the first tip of the trick came in. Only the beginning sets it."""


@transaction.atomic
def warning_draft(*, by: Member, data: WarningData) -> Alert:
    """Begins a warning: a draft that nobody outside sees. COORDINATOR or EDITOR; with an origin also TIP_OFFICER.

    Drafted twice from the same origin it is the same draft. Raises NotAllowed, WarningRefused.
    """
    require_role(by, *(DRAFTING if data.origin else WRITING))
    known = _draft_of(data.origin)
    if known is not None:
        return known
    row = Alert(origin=data.origin, first_seen_at=data.first_seen_at, made_by=by, writers=[by.pk])
    _fill(row, data)
    renditions_refresh(row)
    facts = {"origin": data.origin, "areas": [area.pk for area in data.areas], "first_seen_at": data.first_seen_at}
    audit_record(by=by, act="outreach.warning_draft", subject=row, facts=facts)
    return row


@transaction.atomic
def warning_edit(*, by: Member, warning: Alert, data: WarningData, version: int) -> Alert:
    """Rewrites a text that is still open; where it came from stays, renditions nobody touched are made anew.

    COORDINATOR or EDITOR. Raises NotAllowed, WarningRefused.
    """
    row = warning_held(by, warning, version, *WRITABLE)
    warning_written(row, by)
    _fill(row, data)
    renditions_refresh(row)
    facts = {"areas": [area.pk for area in data.areas], "version": row.version}
    audit_record(by=by, act="outreach.warning_edit", subject=row, facts=facts)
    return row


@transaction.atomic
def warning_drop(*, by: Member, warning: Alert, reason: str, version: int) -> Alert:
    """Puts a draft aside with a reason; nothing of it is lost. COORDINATOR or EDITOR.

    Raises NotAllowed, WarningRefused.
    """
    row = warning_held(by, warning, version, *WRITABLE, Alert.State.APPROVED)
    words = " ".join(storable(reason).split())[:REASON_LENGTH]
    if not words:
        raise WarningRefused(_("Ghi lý do bỏ, vài chữ cũng được."), "reason")
    row.state, row.dropped_reason = Alert.State.DROPPED, words
    row.dropped_by, row.dropped_at, row.version = by, clock.now(), row.version + 1
    row.save()
    facts = {"reason": words, "version": row.version}
    audit_record(by=by, act="outreach.warning_drop", subject=row, facts=facts)
    return row


@transaction.atomic
def warning_restore(*, by: Member, warning: Alert, version: int) -> Alert:
    """Takes a dropped draft back. COORDINATOR or EDITOR. Raises NotAllowed, WarningRefused.

    Refused where the same origin has another draft by now: one thing seen is one warning.
    """
    row = warning_held(by, warning, version, Alert.State.DROPPED)
    if _draft_of(row.origin) is not None:
        raise WarningRefused(_("Đã có bản nháp khác soạn từ cùng nguồn. Sửa tiếp bản nháp ấy."))
    row.state, row.dropped_reason = Alert.State.DRAFT, ""
    row.dropped_by, row.dropped_at, row.version = None, None, row.version + 1
    row.save()
    audit_record(by=by, act="outreach.warning_restore", subject=row, facts={"version": row.version})
    return row


def _draft_of(origin: str) -> Alert | None:
    return Alert.objects.filter(origin=origin, state__in=Alert.OPEN).first() if origin else None


def warning_held(by: Member, warning: Alert, version: int, *states: Alert.State) -> Alert:
    """The row locked, where the member may write, it is in one of the states, and they saw what stands now.

    Raises NotAllowed, WarningRefused.
    """
    require_role(by, *WRITING)
    row = Alert.objects.select_for_update().get(pk=warning.pk)
    require_current(row, version, *states)
    return row


def require_current(row: Alert, version: int, *states: Alert.State) -> None:
    """Raises WarningRefused where somebody saved since, or the row is in none of the states."""
    if row.version != version:
        raise WarningRefused(_("Người khác vừa sửa bản này. Xem bản mới rồi làm tiếp."), version=row.version)
    if row.state not in states:
        said = _("Không làm được lúc này: cảnh báo đang ở trạng thái “%s”.")
        raise WarningRefused(said % row.get_state_display())


def warning_written(row: Alert, by: Member) -> None:
    """Notes on the unsaved row that ``by`` wrote in it now: they cannot be its second person."""
    row.edited_by, row.edited_at, row.version = by, clock.now(), row.version + 1
    if by.pk not in row.writers:
        row.writers = [*row.writers, by.pk]


def _fill(row: Alert, data: WarningData) -> None:
    """The words into the row; saved with its areas. Raises WarningRefused."""
    row.words_version = row.version
    row.title = " ".join(storable(data.title).split())[:TITLE_LENGTH].strip()
    row.happens, row.signs, row.advice = (storable(text).strip() for text in (data.happens, data.signs, data.advice))
    if not row.title:
        raise WarningRefused(_("Ghi tiêu đề của cảnh báo."), "title")
    if not row.happens:
        raise WarningRefused(_("Ghi chuyện gì đang xảy ra."), "happens")
    for name in ("happens", "signs", "advice"):
        if len(getattr(row, name)) > TEXT_LENGTH:
            raise WarningRefused(_("Dài quá %(most)d ký tự. Rút gọn lại.") % {"most": TEXT_LENGTH}, name)
    if data.audience and data.audience not in Audience.values:
        raise WarningRefused(_("Không có đối tượng này."), "audience")
    row.form, row.audience = data.form, data.audience
    row.severity, row.urgency, row.certainty = data.severity, data.urgency, data.certainty
    if data.expires_at is not None and data.expires_at <= clock.now():
        raise WarningRefused(_("Lúc hết hiệu lực phải ở phía trước."), "expires_at")
    row.expires_at = data.expires_at
    row.folded = fold(" ".join((row.title, row.happens, row.signs, row.advice)))
    row.save()
    row.areas.set(_once(data.areas))


def _once(areas: Iterable[Area]) -> list[Area]:
    return list({area.pk: area for area in areas}.values())
