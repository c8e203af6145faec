"""An assignment's status: set, undone, set for many; a task that comes back opens its next occurrence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.plans.models import Assignment, Plan, StatusChange
from canhgiac.plans.selectors.scope import Scope, scope_of

Status = Assignment.Status
UNDO_MINUTES = 10
"""How long a tap by mistake can be taken back."""
NOTE_LIMIT = 2000

TRANSITIONS: Mapping[str, frozenset[str]] = {
    Status.NOT_STARTED: frozenset({Status.IN_PROGRESS, Status.DONE, Status.DROPPED}),
    Status.IN_PROGRESS: frozenset({Status.NOT_STARTED, Status.DONE, Status.DROPPED}),
    Status.DONE: frozenset({Status.IN_PROGRESS}),
    Status.DROPPED: frozenset({Status.NOT_STARTED, Status.IN_PROGRESS}),
}
"""From each status to which. To drop a task, or to take a dropped one up again, is the coordinator's."""


class StatusRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The change cannot be made; the message says why in Vietnamese."""


class StatusStale(StatusRefused):
    """Someone changed the assignment after the page was opened; the message says who and to what."""


@dataclass(frozen=True, slots=True)
class _Wish:
    status: str
    note: str
    version: int


@dataclass(frozen=True, slots=True)
class Bulk:
    """What became of a change of many."""

    changed: int
    refused: list[str]
    """One Vietnamese line for each assignment left as it was."""


def may_set(scope: Scope, assignment: Assignment) -> bool:
    """Whether the member may change this assignment's status."""
    return scope.answers_for(assignment) or scope.steers(assignment)


def choices_for(scope: Scope, assignment: Assignment) -> list[Assignment.Status]:
    """The statuses the member may set now, in the order of work; empty when none."""
    if not may_set(scope, assignment):
        return []
    return [
        status
        for status in Status
        if status in TRANSITIONS[assignment.status]
        and (scope.steers(assignment) or Status.DROPPED not in (status, assignment.status))
    ]


@transaction.atomic
def status_set(*, by: Member, assignment: Assignment, status: str, note: str = "", version: int) -> StatusChange:
    """Changes the status, or adds a note where ``status`` is the present one, and keeps the step in the history.

    ``version`` is the one the person saw. Done closes the present occurrence of a recurring task and opens the
    next, unless the plan ends before it. Raises NotAllowed, StatusRefused, StatusStale.
    """
    change = _change(scope_of(by), by, _locked(assignment.pk), _wish(status, note, version))
    audit_record(by=by, act="plans.status_set", subject=change.assignment, facts=_facts(change))
    return change


@transaction.atomic
def statuses_set(*, by: Member, versions: Mapping[int, int], status: str, note: str = "") -> Bulk:
    """Changes many assignments at once (id to the version seen); those that cannot be are left and named.

    Raises NotAllowed when the member coordinates nothing.
    """
    scope = scope_of(by)
    if not scope.steered:
        raise NotAllowed(_("Đổi trạng thái nhiều việc một lúc là việc của điều phối viên."))
    changed: list[int] = []
    refused: list[str] = []
    for row in _rows().filter(pk__in=versions).order_by("pk"):
        try:
            changed.append(_change(scope, by, row, _wish(status, note, versions[row.pk])).assignment_id)
        except (StatusRefused, NotAllowed) as refusal:
            refused.append(f"{row.task.code}, {row.agency}: {refusal}")
    if changed:
        audit_record(
            by=by, act="plans.statuses_set", subject=row, facts={"status": status, "assignments": changed, "note": note}
        )
    return Bulk(len(changed), refused)


@transaction.atomic
def status_undo(*, by: Member, assignment: Assignment) -> Assignment:
    """Takes back the member's own last change while it is minutes old; the log keeps both. Raises StatusRefused."""
    row = _locked(assignment.pk)
    change = row.changes.first()
    if not can_undo(by, change):
        raise StatusRefused(_("Không còn hoàn tác được. Hãy đổi trạng thái lần nữa."))
    assert change is not None
    before = row.changes.exclude(pk=change.pk).first()
    row.status, row.due_date = change.before, change.due_date
    row.status_at, row.version = before.at if before else None, row.version + 1
    row.save(update_fields=["status", "due_date", "status_at", "version"])
    change.delete()
    audit_record(by=by, act="plans.status_undo", subject=row, facts=_facts(change))
    return row


def can_undo(by: Member, change: StatusChange | None) -> bool:
    """Whether the member may still take this latest change back."""
    return change is not None and change.by_id == by.pk and change.at > clock.now() - dt.timedelta(minutes=UNDO_MINUTES)


def _rows() -> QuerySet[Assignment]:
    return Assignment.objects.select_for_update(of=("self",)).select_related("task__plan__agency", "agency")


def _locked(assignment_id: int) -> Assignment:
    return _rows().get(pk=assignment_id)


def _wish(status: str, note: str, version: int) -> _Wish:
    return _Wish(status, note.strip()[:NOTE_LIMIT], version)


def _change(scope: Scope, by: Member, row: Assignment, wish: _Wish) -> StatusChange:
    _check(scope, row, wish)
    change = StatusChange(
        assignment=row, before=row.status, after=wish.status, note=wish.note, by=by, due_date=row.due_date
    )
    change.at = row.status_at = clock.now()
    row.status, row.version = wish.status, row.version + 1
    if wish.status == Status.DONE and change.before != Status.DONE:
        _open_next(row, change.at.date())
    row.save(update_fields=["status", "due_date", "status_at", "version"])
    change.save()
    return change


def _check(scope: Scope, row: Assignment, wish: _Wish) -> None:
    if not may_set(scope, row):
        raise NotAllowed(_("Việc này không thuộc cơ quan của bạn."))
    if row.task.plan.state != Plan.State.ISSUED:
        raise StatusRefused(_("Kế hoạch không còn thực hiện, không đổi trạng thái được."))
    if row.version != wish.version:
        raise StatusStale(_stale(row))
    if wish.status == row.status:
        if not wish.note:
            raise StatusRefused(_("Việc đã ở trạng thái này. Ghi chú để thêm vào lịch sử."))
        return
    if wish.status not in TRANSITIONS[row.status]:
        raise StatusRefused(
            _("Không chuyển được từ “%(before)s” sang trạng thái này.") % {"before": row.get_status_display()}
        )
    if Status.DROPPED in (wish.status, row.status) and not scope.steers(row):
        raise NotAllowed(_("Chỉ điều phối viên cho thôi thực hiện hoặc giao lại một việc đã thôi."))
    if wish.status == Status.DROPPED and not wish.note:
        raise StatusRefused(_("Ghi rõ lý do thôi thực hiện."))


def _stale(row: Assignment) -> str:
    last = row.changes.select_related("by").first()
    who = str(last.by) if last and last.by else _("Hệ thống")
    return _("%(who)s vừa đổi việc này thành “%(status)s”. Xem lại rồi đổi tiếp nếu cần.") % {
        "who": who,
        "status": row.get_status_display(),
    }


def _open_next(row: Assignment, done_on: dt.date) -> None:
    """Moves a recurring task to its next day and back to the start; the history keeps the day that was closed."""
    task = row.task
    if not clock.is_recurring(task.due_rule):
        return
    rule, before = str(task.due_rule), task.strictly_before
    closed = row.due_date or clock.next_occurrence(rule, done_on - clock.DAY, before)
    following = clock.next_occurrence(rule, closed, before) if closed else None
    if following is None or (task.plan.due_until and following > task.plan.due_until):
        return
    row.status, row.due_date = Status.NOT_STARTED, following


def _facts(change: StatusChange) -> dict[str, object]:
    return {
        "before": change.before,
        "after": change.after,
        "due_date": change.due_date,
        "task": change.assignment.task_id,
        "agency": change.assignment.agency_id,
    }
