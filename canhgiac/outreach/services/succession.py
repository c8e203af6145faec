"""One warning after another: issued, updated, cancelled, expired. As in CAP 1.2, what was issued is never changed."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import province, require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.library.services.official import OfficialData, OfficialRefused, official_add
from canhgiac.outreach.models import Rendition
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.renditions import words_of
from canhgiac.outreach.selectors.scope import WRITING

from .approval import require_as_approved
from .refusals import WarningRefused
from .renditions import renditions_refresh
from .warnings import REASON_LENGTH, TITLE_LENGTH

State, Kind = Alert.State, Alert.Kind
KNOWN_KINDS = {
    Rendition.Kind.SMS: "SMS",
    Rendition.Kind.SMS_PLAIN: "SMS",
    Rendition.Kind.ZALO: "Zalo",
    Rendition.Kind.MESSENGER: "Messenger",
    Rendition.Kind.EMAIL: "thư",
}
"""What people paste into the check box: a copy of it is known as ours."""


@transaction.atomic
def warning_update_begin(*, by: Member, warning: Alert) -> Alert:
    """A draft that says what is new about an issued warning; its words are a copy to be changed.

    COORDINATOR or EDITOR. The same open draft when one was begun already. Raises NotAllowed, WarningRefused.
    """
    return _follow(by, warning, Kind.UPDATE, "")


@transaction.atomic
def warning_cancel_begin(*, by: Member, warning: Alert, reason: str) -> Alert:
    """A draft that takes an issued warning back, with the reason that people will read. Raises as an update."""
    words = " ".join(reason.split())[:REASON_LENGTH]
    if not words:
        raise WarningRefused(_("Ghi lý do thu hồi; người đã nhận sẽ đọc."), "reason")
    return _follow(by, warning, Kind.CANCEL, words)


def _follow(by: Member, warning: Alert, kind: Alert.Kind, reason: str) -> Alert:
    require_role(by, *WRITING)
    old = Alert.objects.select_for_update().get(pk=warning.pk)
    if old.state not in {State.ISSUED, State.EXPIRED}:
        said = _("Chỉ cập nhật, thu hồi được cảnh báo đang phát; bản này: %s.")
        raise WarningRefused(said % old.get_state_display().lower())
    if (begun := old.followers.filter(kind=kind, state__in=(*Alert.OPEN, State.APPROVED)).first()) is not None:
        return begun
    cancels = kind == Kind.CANCEL
    title = (_("Thu hồi cảnh báo: %s") % old.title)[:TITLE_LENGTH] if cancels else old.title
    row = Alert.objects.create(
        kind=kind, refers_to=old, first=old.first or old, title=title, happens=reason if cancels else old.happens,
        signs="" if cancels else old.signs,
        advice=old.advice, form=old.form, audience=old.audience, severity=old.severity, urgency=old.urgency,
        certainty=old.certainty, expires_at=_later(old), end_reason=reason, made_by=by, writers=[by.pk],
        folded=old.folded,
    )  # fmt: skip
    row.areas.set(old.areas.all())
    renditions_refresh(row)
    audit_record(by=by, act=f"outreach.warning_{kind}_begin", subject=row, facts={"refers_to": old.pk})
    return row


def _later(old: Alert) -> dt.datetime | None:
    return old.expires_at if old.expires_at and old.expires_at > clock.now() else None


def warning_issue(*, by: Member | None, warning: Alert) -> Alert:
    """The first thing of a warning leaves: from now on it is public, and what it refers to has ended.

    Called inside the transaction of the act that lets something leave (a broadcast, a posting); a second call does
    nothing. Raises WarningRefused where it is not approved or differs from what was approved.
    """
    row = Alert.objects.select_for_update().get(pk=warning.pk)
    if row.state == State.ISSUED:
        require_as_approved(row)
        return row
    if row.state != State.APPROVED:
        raise WarningRefused(_("Cảnh báo chưa được duyệt nên chưa gửi, đăng được."))
    require_as_approved(row)
    now = clock.now()
    if row.expires_at is not None and row.expires_at <= now:
        raise WarningRefused(_("Cảnh báo đã hết hiệu lực. Lập bản mới."))
    row.state, row.issued_at, row.version = State.ISSUED, now, row.version + 1
    row.save()
    _end_former(row, by)
    _remember(row)
    audit_record(by=by, act="outreach.warning_issue", subject=row, facts={"number": row.number, "kind": row.kind})
    work.enqueue("outreach.warning_places", warning_id=row.pk)
    return row


def _end_former(row: Alert, by: Member | None) -> None:
    if row.refers_to_id is None:
        return
    former = Alert.objects.select_for_update().get(pk=row.refers_to_id)
    if former.state not in {State.ISSUED, State.EXPIRED}:
        return
    former.state = State.CANCELLED if row.kind == Kind.CANCEL else State.SUPERSEDED
    former.ended_at, former.ended_by, former.end_reason = row.issued_at, by, row.end_reason
    former.version += 1
    former.save()


def _remember(row: Alert) -> None:
    """A pasted copy of what we send is known as ours; a copy with another link is known as false."""
    profile = province()
    speaker = profile.office.name if profile.office else profile.name
    for rendition in row.renditions.filter(kind__in=KNOWN_KINDS).exclude(text=""):
        data = OfficialData(
            text=words_of(rendition),
            sender=speaker or _("Chương trình của tỉnh"),
            channel=KNOWN_KINDS[Rendition.Kind(rendition.kind)],
            sent_on=clock.today(),
        )
        with suppress(OfficialRefused):  # too short to be told from what anybody writes
            official_add(by=None, data=data, origin_key=f"outreach.rendition:{rendition.pk}")


@transaction.atomic
def warnings_expire() -> int:
    """Ends issued warnings whose time is over and takes them off their places; how many. A second run finds none."""
    now, ended = clock.now(), 0
    due = Alert.objects.select_for_update(skip_locked=True).filter(state=State.ISSUED, expires_at__lte=now)
    for row in due:
        row.state, row.ended_at, row.version = State.EXPIRED, now, row.version + 1
        row.save()
        audit_record(by=None, act="outreach.warning_expire", subject=row, facts={"expires_at": row.expires_at})
        work.enqueue("outreach.warning_places", warning_id=row.pk)
        ended += 1
    return ended
