"""Kind, area, audiences and tasks of many activities at once, with what would change shown first, and undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.activities.models import Activity, ActivityStep, Audience, Kind, Measure
from canhgiac.activities.selectors.activities import activities_for
from canhgiac.agencies.models import Area, Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import audit_record
from canhgiac.plans.models import Task

from .record import COLUMNS, Act, ActivityData, ActivityRefused, State, activity_edit, counting_enqueue, default_title

MOST = 500
"""Activities changed at once."""


@dataclass(frozen=True, kw_only=True)
class BulkChange:
    """What to set; a field left empty stays as it is in each activity."""

    kind: str = ""
    area: Area | None = None
    audiences: tuple[str, ...] = ()
    """In place of the present ones."""
    tasks: tuple[int, ...] = ()
    """Besides the present ones."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be set."""
        return not (self.kind or self.area or self.audiences or self.tasks)


@dataclass(frozen=True, slots=True)
class Before:
    """One activity that would change: each fact as it is and as it would be, in words."""

    activity: Activity
    changes: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class BulkDone:
    """What became of a change of many, and what it takes to undo it."""

    changed: int
    refused: list[str]
    """One Vietnamese line for each left as it was."""
    undo: list[tuple[int, int, str, int | None, str]]
    """Activity, its step, the state before, who had accepted it and when."""


def bulk_preview(activities: Iterable[Activity], change: BulkChange) -> list[Before]:
    """Those of the activities that the change would touch."""
    tasks = dict(Task.objects.filter(pk__in=change.tasks).values_list("pk", "code"))
    found = []
    for activity in activities:
        data = _data(activity)
        wanted = _changed(data, change)
        told = [
            (_("Hình thức"), Kind(data.kind).label, Kind(wanted.kind).label),
            (_("Địa bàn"), data.area.name, wanted.area.name),
            (_("Đối tượng"), _audiences(data.audiences), _audiences(wanted.audiences)),
            (_("Nhiệm vụ"), "", ", ".join(tasks.get(pk, "") for pk in wanted.tasks if pk not in data.tasks)),
        ]
        changes = [(label, str(before), str(after)) for label, before, after in told if before != after]
        if changes:
            found.append(Before(activity, changes))
    return found


@transaction.atomic
def activities_edit_many(*, by: Member, ids: Collection[int], change: BulkChange) -> BulkDone:
    """Changes many activities by the rules of one; those that cannot be are left and named.

    An accepted one goes to the superior again. At most MOST. Raises ActivityRefused when nothing is to be set.
    """
    if change.is_empty:
        raise ActivityRefused(_("Chọn ít nhất một điều cần đổi."))
    if len(ids) > MOST:
        raise ActivityRefused(_("Mỗi lần nhiều nhất %d hoạt động. Lọc bớt rồi làm tiếp.") % MOST)
    undo: list[tuple[int, int, str, int | None, str]] = []
    refused: list[str] = []
    for activity in bulk_rows(activities_for(by).filter(pk__in=ids)):
        data = _data(activity)
        wanted = _changed(data, change)
        if wanted == data:
            continue
        try:
            with transaction.atomic():
                activity_edit(by=by, activity=activity, data=wanted, version=activity.version)
        except (ActivityRefused, NotAllowed) as refusal:
            refused.append(f"{activity.title}: {refusal}")
            continue
        step = ActivityStep.objects.filter(activity=activity, act=Act.EDIT).latest("pk")
        reviewed = activity.reviewed_at.isoformat() if activity.reviewed_at else ""
        undo.append((activity.pk, step.pk, activity.state, activity.reviewed_by_id, reviewed))
    if undo:
        facts = {"activities": [row[0] for row in undo], "kind": change.kind, "tasks": list(change.tasks)}
        subject = Activity.objects.get(pk=undo[0][0])
        audit_record(by=by, act="activities.activities_edit_many", subject=subject, facts=facts)
    return BulkDone(len(undo), refused, undo)


@transaction.atomic
def activities_edit_many_undo(*, by: Member, undo: Iterable[tuple[int, int, str, int | None, str]]) -> BulkDone:
    """Takes a change of many back, states too; what somebody changed since is left and named.

    ``undo`` is what the change answered, kept where nobody can alter it.
    """
    rows = {row[0]: row for row in undo}
    refused: list[str] = []
    restored: list[int] = []
    for activity in bulk_rows(activities_for(by).filter(pk__in=rows)):
        _pk, step_id, state, reviewer, reviewed = rows[activity.pk]
        last = activity.steps.first()
        if last is None or last.pk != step_id:
            refused.append(_("%s: có người vừa thay đổi, để nguyên.") % activity.title)
            continue
        activity_edit(by=by, activity=activity, data=_restored(_data(activity), last.before), version=activity.version)
        at = dt.datetime.fromisoformat(reviewed) if reviewed else None
        Activity.objects.filter(pk=activity.pk).update(state=state, reviewed_by=reviewer, reviewed_at=at)
        restored.append(activity.pk)
    if restored:
        counting_enqueue([pk for pk in restored if rows[pk][2] == State.ACCEPTED] or restored[:1])
        subject = Activity.objects.get(pk=restored[0])
        facts = {"activities": restored}
        audit_record(by=by, act="activities.activities_edit_many_undo", subject=subject, facts=facts)
    return BulkDone(len(restored), refused, [])


def bulk_rows(activities: Any) -> Any:
    """The activities with all that a change reads. Three queries."""
    return activities.select_related("agency", "area").prefetch_related("task_links", "area_links").order_by("pk")


def _data(activity: Activity) -> ActivityData:
    facts = {name: getattr(activity, name) for name in COLUMNS}
    facts["audiences"], facts["links"] = tuple(activity.audiences), tuple(activity.links)
    facts["tasks"] = tuple(link.task_id for link in activity.task_links.all())
    facts["areas"] = tuple(link.area_id for link in activity.area_links.all())
    return ActivityData(**facts)


def _changed(data: ActivityData, change: BulkChange) -> ActivityData:
    facts: dict[str, Any] = {}
    if change.kind:
        facts["kind"] = change.kind
    if change.audiences:
        facts["audiences"] = tuple(value for value in Audience.values if value in change.audiences)
    if change.area and change.area != data.area:
        facts["area"] = change.area
        facts["areas"] = (*(pk for pk in data.areas if pk != data.area.pk), change.area.pk)
    if set(change.tasks) - set(data.tasks):
        facts["tasks"] = (*data.tasks, *(pk for pk in change.tasks if pk not in data.tasks))
    if ("kind" in facts or "area" in facts) and data.title == default_title(data.kind, data.area):
        facts["title"] = ""  # made of kind and area: made anew
    return replace(data, **facts)


def _restored(data: ActivityData, before: dict[str, Any]) -> ActivityData:
    facts = {name: value for name, value in before.items() if name in ("kind", "title")}
    facts |= {name: tuple(before[name]) for name in ("audiences", "tasks", "areas") if name in before}
    facts |= {measure: before[measure] for measure in Measure.values if measure in before}
    if "area" in before:
        facts["area"] = Area.objects.get(pk=before["area"])
    return replace(data, **facts)


def _audiences(values: Iterable[str]) -> str:
    return ", ".join(str(Audience(value).label) for value in values) or _("chưa ghi")
