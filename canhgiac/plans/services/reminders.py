"""The ladder of reminders: before, on the day, nudge, urge, report to the superior."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from canhgiac.agencies.models import Agency, AuditEntry, Member, Role
from canhgiac.agencies.selectors import acting_for
from canhgiac.agencies.selectors.access import in_force
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.plans.models import Reminder

from .digests import Item, Post, digest_send

Rung = Reminder.Rung
BEFORE_DAYS = 3
"""Working days ahead of the deadline for the first reminder."""
NUDGE_DAYS, URGE_DAYS, SUPERIOR_DAYS = 1, 5, 10
"""Working days past the deadline for each step of the ladder."""
REMINDERS_LOCK = 0x72756E67  # "rung": one sender at a time

_CLAIM = """
INSERT INTO plans_reminder (assignment_id, due_date, rung, at)
SELECT a.id, a.due_date,
       CASE WHEN a.due_date > %(on_until)s THEN 'before'
            WHEN a.due_date >= %(today)s THEN 'on'
            WHEN a.due_date <= %(superior_since)s AND urged.at < %(urged_by)s THEN 'superior'
            WHEN a.due_date <= %(urge_since)s AND nudged.at < %(nudged_by)s THEN 'urge'
            ELSE 'nudge' END,
       %(now)s
FROM plans_assignment a
JOIN plans_task t ON t.id = a.task_id
JOIN plans_plan p ON p.id = t.plan_id
LEFT JOIN plans_reminder nudged ON nudged.assignment_id = a.id AND nudged.due_date = a.due_date
     AND nudged.rung = 'nudge'
LEFT JOIN plans_reminder urged ON urged.assignment_id = a.id AND urged.due_date = a.due_date AND urged.rung = 'urge'
WHERE p.state = 'issued' AND t.review <> 'rejected' AND t.merged_into_id IS NULL
  AND a.status IN ('not_started', 'in_progress') AND a.due_date <= %(before_until)s
ON CONFLICT (assignment_id, due_date, rung) DO NOTHING
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """What one run did."""

    reminders: int
    notices: int


@transaction.atomic
def reminders_send(*, now: dt.datetime) -> Sent:
    """Claims every rung reached this morning and sends one mail per member, all in one transaction.

    Nothing on a day off, nor twice on one day. The unique rung and the single transaction make it safe to run
    again after a kill, and in two workers at once. No step is skipped: urging follows a nudge four working days
    old, reporting follows an urging five working days old, so a plan imported late begins at the foot of the ladder.
    """
    today = now.astimezone(clock.VIETNAM).date()
    if not clock.is_working_day(today):
        return Sent(0, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REMINDERS_LOCK])
        if _sent_on(today):
            return Sent(0, 0)
        cursor.execute(_CLAIM, _cutoffs(today, now))
        claimed = [row[0] for row in cursor.fetchall()]
    if not claimed:
        return Sent(0, 0)
    items = _items(claimed)
    posts = _posts(items)
    first: dict[int, int] = {}
    for post in posts:
        notice = digest_send(post, today)
        for item in post.own:
            first.setdefault(item.key, notice.pk)
    _link(first)
    counted = {rung: sum(item.rung == rung for item in items) for rung in Rung.values}
    audit_record(
        by=None,
        act="plans.reminders_send",
        subject=Reminder(pk=claimed[0]),
        facts={"day": today.isoformat(), "rungs": counted, "notices": len(posts)},
    )
    return Sent(len(claimed), len(posts))


def _sent_on(day: dt.date) -> bool:
    return AuditEntry.objects.filter(act="plans.reminders_send", facts__day=day.isoformat()).exists()


def _cutoffs(today: dt.date, now: dt.datetime) -> dict[str, dt.date]:
    """The days that part the rungs. A deadline on a day off is reminded on the working day before it."""

    def end_of(day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day + clock.DAY, dt.time(), clock.VIETNAM)

    return {
        "now": now,
        "today": today,
        "on_until": clock.add_working_days(today, 1) - clock.DAY,
        "before_until": clock.add_working_days(today, BEFORE_DAYS + 1) - clock.DAY,
        "urge_since": clock.overdue_since(today, URGE_DAYS),
        "superior_since": clock.overdue_since(today, SUPERIOR_DAYS),
        "nudged_by": end_of(clock.overdue_since(today, URGE_DAYS - NUDGE_DAYS)),
        "urged_by": end_of(clock.overdue_since(today, SUPERIOR_DAYS - URGE_DAYS)),
    }


def _items(claimed: Collection[int]) -> list[Item]:
    rows = list(
        Reminder.objects.filter(pk__in=claimed)
        .order_by("due_date", "assignment__task__position", "pk")
        .values_list(
            "pk", "rung", "due_date", "assignment__agency", "assignment__task__text", "assignment__task__plan__agency"
        )
    )
    named = {row[3] for row in rows} | {row[5] for row in rows if row[5]}
    agencies = Agency.objects.select_related("parent").in_bulk(named)
    return [
        Item(pk, rung, due, agencies[agency], text, agencies.get(steering))
        for pk, rung, due, agency, text, steering in rows
    ]


def _posts(items: Iterable[Item]) -> list[Post]:
    """One post per member, or per mail box of an agency nobody stands for."""
    items = list(items)
    reported = [item for item in items if item.rung == Rung.SUPERIOR]
    agencies = {item.agency.pk: item.agency for item in items}
    superiors = {item.agency.parent.pk: item.agency.parent for item in reported if item.agency.parent}
    acting = acting_for([*agencies.values(), *superiors.values()])
    steering = _coordinators() if reported else []
    posts: dict[str, Post] = {}

    def post(member: Member) -> Post:
        return posts.setdefault(f"m{member.pk}", Post(member, member.email))

    for item in items:
        standing = acting.get(item.agency.pk, [])
        for member in standing:
            post(member).own.append(item)
        if not standing and item.agency.email:
            posts.setdefault(f"a{item.agency.pk}", Post(None, item.agency.email)).own.append(item)
        if item.rung == Rung.SUPERIOR:
            above = acting.get(item.agency.parent_id, []) if item.agency.parent_id else []
            told = {member.pk: member for member in [*above, *_steers(steering, item)] if member not in standing}
            for member in told.values():
                post(member).below.append(item)
    return list(posts.values())


def _coordinators() -> list[tuple[str, Member]]:
    roles = Role.objects.filter(
        in_force(clock.today()), kind=Role.Kind.COORDINATOR, member__is_active=True
    ).select_related("member", "agency")
    return [(role.agency.path, role.member) for role in roles]


def _steers(coordinators: Iterable[tuple[str, Member]], item: Item) -> list[Member]:
    """The coordinators over the plan's own agency; over the late agency where the plan names none."""
    path = (item.steering or item.agency).path
    return [member for reach, member in coordinators if path.startswith(reach)]


def _link(notices: dict[int, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE plans_reminder r SET notice_id = v.notice"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS v (reminder, notice) WHERE r.id = v.reminder",
            [list(notices), list(notices.values())],
        )
