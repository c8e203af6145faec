"""Recording an activity, once whatever the network does; correcting it, taking it back, logging it for the system."""

from __future__ import annotations

import datetime as dt
import uuid as uuids
from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.activities.models import (
    KIND_MEASURES,
    Activity,
    ActivityArea,
    ActivityStep,
    ActivityTask,
    Audience,
    Kind,
    Measure,
)
from canhgiac.activities.selectors.scope import may_change, scope_of
from canhgiac.agencies.models import Agency, Area, Member, Role
from canhgiac.agencies.selectors import NotAllowed, require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.plans.models import Assignment

Act, Origin, State = ActivityStep.Act, Activity.Origin, Activity.State
EARLIEST = dt.date(2015, 1, 1)
MOST = 2_000_000_000
"""Above the country's population twenty times: a slip of the finger, and the column's own limit."""
MAX_LINKS, MAX_AREAS, MAX_TASKS = 20, 2000, 50
TITLE_LENGTH, TEXT_LENGTH = 200, 10_000
_KINDS, _AUDIENCES = frozenset(Kind.values), tuple(Audience.values)
"""Taken once: Django builds them anew, labels and all, whenever they are asked for."""
_is_url = URLValidator(schemes=["http", "https"])


class ActivityRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The act cannot be done; the message says why in Vietnamese. ``field`` is the fact at fault, if one is."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class ActivityStale(ActivityRefused):
    """Somebody changed the activity after the page was opened; the message says who."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityData:
    """All facts of an activity that a person gives. A measure left None was not counted, which is not zero."""

    agency: Agency
    kind: str
    on: dt.date
    area: Area
    title: str = ""
    """Made of kind and area when empty."""
    description: str = ""
    until: dt.date | None = None
    place: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    audiences: tuple[str, ...] = ()
    people: int | None = None
    copies: int | None = None
    minutes: int | None = None
    times: int | None = None
    views: int | None = None
    messages: int | None = None
    households: int | None = None
    links: tuple[str, ...] = ()
    tasks: tuple[int, ...] = ()
    """Ids of tasks that the agency, or one above or below it, has a share in."""
    areas: tuple[int, ...] = ()
    """Ids of areas reached besides ``area``."""


COLUMNS = tuple(field.name for field in fields(ActivityData) if field.name not in ("tasks", "areas"))
"""Facts that are columns of the activity."""


@transaction.atomic
def activity_record(
    *,
    by: Member,
    data: ActivityData,
    uid: uuids.UUID | None = None,
    origin: Activity.Origin = Origin.FORM,
    created_at: dt.datetime | None = None,
) -> Activity:
    """Records an activity for review by the superior; the same ``uid`` sent again answers the one already recorded.

    ``created_at`` is when the phone recorded it, where that was earlier. An OFFICER or COORDINATOR of the agency or
    above. Raises ActivityRefused, NotAllowed.
    """
    uid = uid or uuids.uuid4()
    _meet(uid)
    if (known := Activity.objects.select_related("agency", "area").filter(uid=uid).first()) is not None:
        if known.created_by_id != by.pk:
            raise ActivityRefused(_("Mã của hoạt động này đã có người khác dùng. Hãy ghi lại từ đầu."))
        return known
    require_role(by, Role.Kind.OFFICER, Role.Kind.COORDINATOR, agency=data.agency)
    now = clock.now()
    activity = Activity(uid=uid, origin=origin, created_by=by, received_at=now)
    activity.created_at = min(created_at or now, now)
    tasks, areas = facts_apply(activity, data)
    activity.save(force_insert=True)
    _link(activity, tasks, areas)
    ActivityStep.objects.create(activity=activity, act=Act.RECORD, by=by, at=activity.created_at)
    audit_record(by=by, act="activities.activity_record", subject=activity, facts=_facts(activity))
    return activity


@transaction.atomic
def activity_edit(*, by: Member, activity: Activity, data: ActivityData, version: int) -> Activity:
    """Corrects an activity; one that was accepted or returned goes to the superior again.

    ``version`` is the one the person saw. Raises ActivityRefused, ActivityStale, NotAllowed.
    """
    row = changeable(by, activity)
    if row.origin == Origin.SYSTEM:
        raise ActivityRefused(_("Hoạt động này do hệ thống tự ghi, không sửa được."))
    if row.state == State.WITHDRAWN:
        raise ActivityRefused(_("Hoạt động đã rút. Lấy lại trước khi sửa."))
    if row.version != version:
        raise ActivityStale(stale_words(row))
    if data.agency != row.agency:
        require_role(by, Role.Kind.OFFICER, Role.Kind.COORDINATOR, agency=data.agency)
    before = _told(row)
    was = row.state
    tasks, areas = facts_apply(row, data)
    row.state, row.version = State.SUBMITTED, row.version + 1
    row.reviewed_by, row.reviewed_at, row.return_reason = None, None, ""
    row.save()
    _link(row, tasks, areas)
    after = _told(row)
    changed = {key: before[key] for key in after if before[key] != after[key]}
    ActivityStep.objects.create(activity=row, act=Act.EDIT, by=by, at=clock.now(), before=changed)
    if was == State.ACCEPTED:
        counting_enqueue([row.pk])
    audit_record(by=by, act="activities.activity_edit", subject=row, facts={"changed": sorted(changed)})
    return row


@transaction.atomic
def activity_withdraw(*, by: Member, activity: Activity, note: str = "") -> Activity:
    """Takes an activity back: it is no longer shown as done nor counted, and can be restored. Raises as the edit."""
    row = changeable(by, activity)
    if row.state == State.WITHDRAWN:
        raise ActivityRefused(_("Hoạt động này đã rút rồi."))
    was, row.state, row.version = row.state, State.WITHDRAWN, row.version + 1
    row.save(update_fields=["state", "version"])
    ActivityStep.objects.create(
        activity=row, act=Act.WITHDRAW, by=by, at=clock.now(), note=note.strip()[:500], before={"state": was}
    )
    if was == State.ACCEPTED:
        counting_enqueue([row.pk])
    audit_record(by=by, act="activities.activity_withdraw", subject=row, facts={"before": was})
    return row


@transaction.atomic
def activity_restore(*, by: Member, activity: Activity) -> Activity:
    """Puts a withdrawn activity back into the state it had. Raises ActivityRefused, NotAllowed."""
    row = changeable(by, activity)
    if row.state != State.WITHDRAWN:
        raise ActivityRefused(_("Hoạt động này chưa rút."))
    last = row.steps.filter(act=Act.WITHDRAW).first()
    row.state = State(last.before["state"]) if last and "state" in last.before else State.SUBMITTED
    row.version += 1
    row.save(update_fields=["state", "version"])
    ActivityStep.objects.create(activity=row, act=Act.RESTORE, by=by, at=clock.now())
    if row.state == State.ACCEPTED:
        counting_enqueue([row.pk])
    audit_record(by=by, act="activities.activity_restore", subject=row, facts={"state": row.state})
    return row


@transaction.atomic
def activity_log(*, origin_key: str, data: ActivityData) -> Activity:
    """Records what another capability did, accepted as it is: "outreach.broadcast:12" logs itself once.

    The same ``origin_key`` again brings the facts up to date (more were reached) without a second row. Raises
    ActivityRefused for facts that cannot be.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [origin_key])
    known = Activity.objects.select_for_update(of=("self",)).select_related("agency", "area")
    activity = known.filter(origin_key=origin_key).first() or Activity(origin_key=origin_key)
    is_new = activity._state.adding
    before = {} if is_new else _told(activity)
    tasks, areas = facts_apply(activity, data)
    if is_new:
        activity.origin, activity.state, activity.reviewed_at = Origin.SYSTEM, State.ACCEPTED, clock.now()
        activity.save(force_insert=True)
    _link(activity, tasks, areas)
    if not is_new:
        after = _told(activity)
        changed = {key: before[key] for key in after if before[key] != after[key]}
        if not changed:
            return activity
        activity.version += 1
        activity.save()
        ActivityStep.objects.create(activity=activity, act=Act.EDIT, at=clock.now(), before=changed)
    else:
        ActivityStep.objects.create(activity=activity, act=Act.RECORD, at=clock.now())
    counting_enqueue([activity.pk])
    audit_record(by=None, act="activities.activity_log", subject=activity, facts={"origin_key": origin_key})
    return activity


# What the acts share ------------------------------------------------------------------------------------------------


def changeable(by: Member, activity: Activity) -> Activity:
    """The activity locked for a change by this member. Raises NotAllowed."""
    row = Activity.objects.select_for_update(of=("self",)).select_related("agency", "area").get(pk=activity.pk)
    if not may_change(scope_of(by), row):
        raise NotAllowed(_("Hoạt động này không thuộc cơ quan của bạn."))
    return row


def counting_enqueue(activities: Iterable[int]) -> None:
    """Has the targets counted anew after these activities began or ceased to count."""
    work.enqueue("activities.targets_count", lock="activities.targets_count", activity_ids=sorted(activities))


def stale_words(row: Activity) -> str:
    """Who changed it last."""
    last = row.steps.select_related("by").first()
    who = str(last.by) if last and last.by else _("Hệ thống")
    return _("%(who)s vừa thay đổi hoạt động này (%(act)s). Xem bản mới rồi làm tiếp.") % {
        "who": who,
        "act": str(last.get_act_display()).lower() if last else "",
    }


def _meet(uid: uuids.UUID) -> None:
    """Two sendings of one record at once wait for each other here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(uid.bytes[:8], "big", signed=True)])


def default_title(kind: str, area: Area) -> str:
    """Kind and area in words."""
    return _("%(kind)s tại %(area)s") % {"kind": Kind(kind).label, "area": area.name}


def facts_apply(activity: Activity, data: ActivityData) -> tuple[set[int], set[int]]:
    """Sets the columns from the facts, checked; answers the ids of tasks and areas to link."""
    kind = _kind(data)
    title = " ".join(data.title.split()) or default_title(kind, data.area)
    description, place = data.description.strip(), " ".join(data.place.split())
    for text, most, field in ((title, TITLE_LENGTH, "title"), (place, 200, "place"), (description, TEXT_LENGTH, "")):
        if len(text) > most:
            raise ActivityRefused(
                _("Dài %(n)d ký tự, nhiều nhất là %(most)d.") % {"n": len(text), "most": most}, field or "description"
            )
        if "\0" in text:
            raise ActivityRefused(_("Có ký tự không viết được. Xóa rồi gõ lại."), field or "description")
    _check_days(data)
    _check_position(data)
    activity.agency, activity.kind, activity.area = data.agency, kind, data.area
    activity.title, activity.description, activity.place = title, description, place
    activity.on, activity.until = data.on, data.until if data.until != data.on else None
    activity.latitude, activity.longitude = data.latitude, data.longitude
    activity.audiences, activity.links = _audiences(data), _links(data)
    for measure, value in _measures(data, kind).items():
        setattr(activity, measure, value)
    activity.folded = fold(f"{title} {description} {place} {data.area.name} {kind.label}")
    return _tasks(activity, data), _areas(data)


def _kind(data: ActivityData) -> Kind:
    if data.kind not in _KINDS:
        raise ActivityRefused(_("Chọn một hình thức."), "kind")
    return Kind(data.kind)


def _check_days(data: ActivityData) -> None:
    if data.on > clock.today():
        raise ActivityRefused(_("Ngày hoạt động ở tương lai. Chỉ ghi việc đã làm."), "on")
    if data.on < EARLIEST:
        raise ActivityRefused(_("Ngày hoạt động từ năm %d trở đi.") % EARLIEST.year, "on")
    if data.until is not None and data.until < data.on:
        raise ActivityRefused(_("Ngày kết thúc trước ngày bắt đầu."), "until")
    if data.until is not None and data.until > data.on + dt.timedelta(days=3660):
        raise ActivityRefused(_("Ngày kết thúc quá xa."), "until")


def _check_position(data: ActivityData) -> None:
    if (data.latitude is None) != (data.longitude is None):
        raise ActivityRefused(_("Vị trí cần cả vĩ độ và kinh độ."), "latitude")
    if data.latitude is None or data.longitude is None:
        return
    if not (abs(data.latitude) <= 90 and abs(data.longitude) <= 180):
        raise ActivityRefused(_("Vị trí nằm ngoài bản đồ."), "latitude")


def _audiences(data: ActivityData) -> list[str]:
    if unknown := set(data.audiences) - set(_AUDIENCES):
        raise ActivityRefused(_("Không có đối tượng “%s”.") % min(unknown)[:40], "audiences")
    return [audience for audience in _AUDIENCES if audience in data.audiences]


def _links(data: ActivityData) -> list[str]:
    links = list(dict.fromkeys(link.strip() for link in data.links if link.strip()))
    if len(links) > MAX_LINKS:
        raise ActivityRefused(_("Nhiều nhất %d liên kết.") % MAX_LINKS, "links")
    for link in links:
        try:
            _is_url(link.replace("\0", " "))  # which no address holds
        except ValidationError:
            raise ActivityRefused(_("“%s” không phải địa chỉ trang web.") % link[:80], "links") from None
        if len(link) > 500:
            raise ActivityRefused(_("Liên kết dài quá 500 ký tự."), "links")
    return links


def _measures(data: ActivityData, kind: Kind) -> dict[str, int | None]:
    """Every measure's column; only those of the kind may hold a number."""
    values: dict[str, int | None] = {}
    for measure in Measure:
        value = getattr(data, measure.value)
        if value is not None and measure not in KIND_MEASURES[kind]:
            raise ActivityRefused(
                _("Hình thức “%(kind)s” không đếm bằng %(measure)s.") % {"kind": kind.label, "measure": measure.label},
                measure.value,
            )
        if value is not None and not 0 <= value <= MOST:
            raise ActivityRefused(_("Số từ 0 đến %(most)d.") % {"most": MOST}, measure.value)
        values[measure.value] = value
    return values


def _tasks(activity: Activity, data: ActivityData) -> set[int]:
    """The tasks to link: known ones stay, new ones must be shared by the agency or one above or below it."""
    wanted = set(data.tasks)
    if len(wanted) > MAX_TASKS:
        raise ActivityRefused(_("Nhiều nhất %d nhiệm vụ.") % MAX_TASKS, "tasks")
    kept = set() if activity._state.adding else set(activity.task_links.values_list("task", flat=True))
    if new := wanted - kept:
        above = [int(step) for step in data.agency.path.split("/") if step]
        shares = Assignment.objects.filter(task__in=new)
        near = shares.filter(agency__in=above) | shares.filter(agency__path__startswith=data.agency.path)
        if new - set(near.values_list("task", flat=True)):
            raise ActivityRefused(_("Có nhiệm vụ không giao cho đơn vị này. Chọn lại."), "tasks")
    return wanted


def _areas(data: ActivityData) -> set[int]:
    wanted = {*data.areas, data.area.pk}
    if len(wanted) > MAX_AREAS:
        raise ActivityRefused(_("Nhiều nhất %d địa bàn.") % MAX_AREAS, "areas")
    if len(wanted) > 1 and Area.objects.filter(pk__in=wanted).count() != len(wanted):
        raise ActivityRefused(_("Có địa bàn không còn trong sổ. Chọn lại."), "areas")
    return wanted


def _link(activity: Activity, tasks: set[int], areas: set[int]) -> None:
    """Sets the links to exactly these. Few queries whatever the number."""
    activity.task_links.exclude(task__in=tasks).delete()
    activity.area_links.exclude(area__in=areas).delete()
    ActivityTask.objects.bulk_create(
        (ActivityTask(activity=activity, task_id=pk) for pk in sorted(tasks)), ignore_conflicts=True
    )
    ActivityArea.objects.bulk_create(
        (ActivityArea(activity=activity, area_id=pk) for pk in sorted(areas)), ignore_conflicts=True
    )


def _told(activity: Activity) -> dict[str, Any]:
    """Every fact as it stands, in types that JSON holds; tasks and areas as sorted ids."""
    told: dict[str, Any] = {}
    for name in COLUMNS:
        value = getattr(activity, name)
        told[name] = value.pk if isinstance(value, (Agency, Area)) else value
    told["tasks"] = sorted(activity.task_links.values_list("task", flat=True))
    told["areas"] = sorted(activity.area_links.values_list("area", flat=True))
    for name in ("latitude", "longitude"):
        told[name] = None if told[name] is None else f"{Decimal(told[name]):.5f}"
    return told


def _facts(activity: Activity) -> dict[str, object]:
    return {
        "uid": activity.uid,
        "agency": activity.agency_id,
        "kind": activity.kind,
        "on": activity.on,
        "origin": activity.origin,
    }
