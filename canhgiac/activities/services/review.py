"""The superior looks over an activity: accepts it, one or many, or returns it with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.activities.models import Activity, ActivityStep
from canhgiac.activities.selectors.scope import reviewable, scope_of
from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed, members_to_notify
from canhgiac.agencies.services import audit_record, notice_send
from canhgiac.kit import clock

from .record import Act, ActivityRefused, ActivityStale, State, counting_enqueue, stale_words

REASON_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of accepting many."""

    accepted: int
    refused: list[str]
    """One Vietnamese line for each left as it was."""


@transaction.atomic
def activities_accept(
    *, by: Member, activities: Iterable[Activity], versions: Mapping[int, int] | None = None
) -> Accepted:
    """Accepts activities that wait for review; those that cannot be are left and named.

    ``versions`` (id to the version the person saw) keeps one from accepting what was changed since. Whoever
    coordinates the agency, or is an officer of one above it; never one's own.
    """
    ids = [activity.pk for activity in activities]
    rows = list(Activity.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    allowed = set(
        Activity.objects.filter(reviewable(scope_of(by), by), pk__in=ids).order_by().values_list("pk", flat=True)
    )
    accepted: list[Activity] = []
    refused: list[str] = []
    for row in rows:
        if why := _why_not(by, row, allowed, versions):
            refused.append(f"{row.title}: {why}")
        else:
            accepted.append(row)
    now = clock.now()
    for row in accepted:
        row.state, row.version, row.return_reason = State.ACCEPTED, row.version + 1, ""
        row.reviewed_by, row.reviewed_at = by, now
    Activity.objects.bulk_update(accepted, ["state", "version", "return_reason", "reviewed_by", "reviewed_at"])
    ActivityStep.objects.bulk_create(ActivityStep(activity=row, act=Act.ACCEPT, by=by, at=now) for row in accepted)
    if accepted:
        counting_enqueue(row.pk for row in accepted)
        facts = {"activities": [row.pk for row in accepted]}
        audit_record(by=by, act="activities.activities_accept", subject=accepted[0], facts=facts)
    return Accepted(len(accepted), refused)


@transaction.atomic
def activity_return(*, by: Member, activity: Activity, reason: str, version: int | None = None) -> Activity:
    """Sends an activity back to whoever recorded it, who is told why. As for accepting; accepted ones too.

    Raises ActivityRefused without a reason or in a state that cannot be returned, ActivityStale, NotAllowed.
    """
    reason = reason.strip()
    row = Activity.objects.select_for_update(of=("self",)).select_related("agency", "created_by").get(pk=activity.pk)
    if not Activity.objects.filter(reviewable(scope_of(by), by), pk=row.pk).exists():
        raise NotAllowed(_not_yours(by, row))
    if not reason:
        raise ActivityRefused(_("Ghi rõ lý do trả lại để đơn vị biết cần sửa gì."), "reason")
    if len(reason) > REASON_LENGTH:
        raise ActivityRefused(_("Lý do dài nhất %d ký tự.") % REASON_LENGTH, "reason")
    if row.state not in (State.SUBMITTED, State.ACCEPTED):
        raise ActivityRefused(_("Hoạt động “%s” không ở bước xem xét.") % row.get_state_display().lower())
    if version is not None and row.version != version:
        raise ActivityStale(stale_words(row))
    was = row.state
    row.state, row.version, row.return_reason = State.RETURNED, row.version + 1, reason
    row.reviewed_by, row.reviewed_at = by, clock.now()
    row.save(update_fields=["state", "version", "return_reason", "reviewed_by", "reviewed_at"])
    ActivityStep.objects.create(activity=row, act=Act.RETURN, by=by, at=row.reviewed_at, note=reason)
    _tell(row, by)
    if was == State.ACCEPTED:
        counting_enqueue([row.pk])
    audit_record(by=by, act="activities.activity_return", subject=row, facts={"before": was})
    return row


def _why_not(by: Member, row: Activity, allowed: set[int], versions: Mapping[int, int] | None) -> str:
    if row.pk not in allowed:
        return _not_yours(by, row)
    if row.state == State.ACCEPTED:
        return _("đã được công nhận.")
    if row.state != State.SUBMITTED:
        return _("không còn chờ xem xét.")
    if versions is not None and versions.get(row.pk) != row.version:
        return stale_words(row)
    return ""


def _not_yours(by: Member, row: Activity) -> str:
    if row.created_by_id == by.pk:
        return _("Không ai xem xét hoạt động do chính mình ghi.")
    return _("Xem xét là việc của cấp trên của đơn vị.")


def _tell(row: Activity, by: Member) -> None:
    """A notice to the recorder; to those who act for the agency when the recorder is gone."""
    recorder = row.created_by
    told = [recorder] if recorder and recorder.is_active else list(members_to_notify(row.agency))
    words = {"title": row.title, "by": by, "reason": row.return_reason}
    for member in told:
        notice_send(
            kind="activities.activity_returned",
            member=member,
            subject=_("Hoạt động bị trả lại: %s") % row.title,
            body=_("%(by)s trả lại hoạt động “%(title)s”.\n\nLý do: %(reason)s\n\nMở trang, sửa rồi gửi lại.") % words,
            link=reverse("activity_edit", args=[row.pk]),
        )
