"""The ladder of reminders about reports: opened, seven days before, on the day, nudge, urge, report to the superior."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from canhgiac.agencies.models import AuditEntry, Member, Role
from canhgiac.agencies.selectors import acting_for
from canhgiac.agencies.selectors.access import in_force
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.reporting.models import DutyReminder, ReportDuty, ReportRound

from .digests import Item, Post, digest_send, items_of, opened_send, posts_of

Rung = DutyReminder.Rung
BEFORE_DAYS = 7
"""Calendar days ahead of the due date for the first reminder after the opening."""
NUDGE_DAYS, URGE_DAYS, SUPERIOR_DAYS = 1, 3, 7
"""Working days past the due date for each step of the ladder."""
REMINDERS_LOCK = 0x7265_706F  # "repo": one sender at a time

_CLAIM = """
INSERT INTO reporting_dutyreminder (duty_id, due_date, rung, at)
SELECT d.id, d.due_date,
       CASE WHEN d.due_date > %(on_until)s THEN 'before'
            WHEN d.due_date >= %(today)s THEN 'on'
            WHEN d.due_date <= %(superior_since)s AND urged.at < %(urged_by)s THEN 'superior'
            WHEN d.due_date <= %(urge_since)s AND nudged.at < %(nudged_by)s THEN 'urge'
            ELSE 'nudge' END,
       %(now)s
FROM reporting_reportduty d
JOIN reporting_reportround r ON r.id = d.round_id
LEFT JOIN reporting_dutyreminder nudged ON nudged.duty_id = d.id AND nudged.due_date = d.due_date
     AND nudged.rung = 'nudge'
LEFT JOIN reporting_dutyreminder urged ON urged.duty_id = d.id AND urged.due_date = d.due_date AND urged.rung = 'urge'
WHERE r.state = 'open' AND d.state IN ('waiting', 'returned') AND d.due_date <= %(before_until)s
ON CONFLICT (duty_id, due_date, rung) DO NOTHING
RETURNING id, duty_id, rung
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """What one run did."""

    reminders: int
    notices: int


def round_announce(of: ReportRound, *, duties: Collection[ReportDuty] | None = None) -> int:
    """Tells those who owe that the round is open, once each; returns how many notices went out.

    ``duties`` narrows it to agencies added later. In the caller's transaction, which opens the round.
    """
    owing = ReportDuty.objects.filter(round=of).exclude(state=ReportDuty.State.EXCUSED)
    if duties is not None:
        owing = owing.filter(pk__in=[duty.pk for duty in duties])
    told = DutyReminder.objects.filter(rung=Rung.OPENED).values("duty")
    fresh = list(owing.exclude(pk__in=told).order_by("pk"))
    now = clock.now()
    rows = DutyReminder.objects.bulk_create(
        [DutyReminder(duty=duty, due_date=duty.due_date, rung=Rung.OPENED, at=now) for duty in fresh]
    )
    rungs = {row.duty_id: (row.pk, str(Rung.OPENED)) for row in rows}
    items = items_of(ReportDuty.objects.filter(pk__in=rungs), rungs)
    posts = posts_of(items, acting_for(list({item.agency.pk: item.agency for item in items}.values())))
    notices: dict[int, int] = {}
    for post in posts.values():
        notice = opened_send(post, of)
        for item in post.own:
            notices.setdefault(item.key, notice.pk)
    _link(notices)
    return len(posts)


@transaction.atomic
def reminders_send(*, now: dt.datetime) -> Sent:
    """Claims every rung reached this morning and sends one mail per member, all in one transaction.

    Nothing on a day off, nor twice on one day. The unique rung and the single transaction make it safe to run again
    after a kill, and in two workers at once. No step is skipped: urging follows a nudge two working days old,
    reporting follows an urging four working days old. Each duty goes by its own due date, so that an extension
    starts the ladder anew.
    """
    today = now.astimezone(clock.VIETNAM).date()
    if not clock.is_working_day(today):
        return Sent(0, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REMINDERS_LOCK])
        if AuditEntry.objects.filter(act="reporting.reminders_send", facts__day=today.isoformat()).exists():
            return Sent(0, 0)
        cursor.execute(_CLAIM, _cutoffs(today, now))
        claimed = cursor.fetchall()
    if not claimed:
        return Sent(0, 0)
    rungs = {duty: (pk, rung) for pk, duty, rung in claimed}
    items = items_of(ReportDuty.objects.filter(pk__in=rungs), rungs)
    posts = _posts(items)
    notices: dict[int, int] = {}
    for post in posts:
        notice = digest_send(post, today)
        for item in post.own:
            notices.setdefault(item.key, notice.pk)
    _link(notices)
    counted = {rung: sum(item.rung == rung for item in items) for rung in Rung.values if rung != Rung.OPENED}
    audit_record(
        by=None,
        act="reporting.reminders_send",
        subject=DutyReminder(pk=claimed[0][0]),
        facts={"day": today.isoformat(), "rungs": counted, "notices": len(posts)},
    )
    return Sent(len(claimed), len(posts))


def _cutoffs(today: dt.date, now: dt.datetime) -> dict[str, dt.date]:
    """The days that part the rungs. What falls on a day off is done on the working day before it."""

    def end_of(day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day + clock.DAY, dt.time(), clock.VIETNAM)

    until_work = clock.add_working_days(today, 1) - clock.DAY
    return {
        "now": now,
        "today": today,
        "on_until": until_work,
        "before_until": until_work + dt.timedelta(days=BEFORE_DAYS),
        "urge_since": clock.overdue_since(today, URGE_DAYS),
        "superior_since": clock.overdue_since(today, SUPERIOR_DAYS),
        "nudged_by": end_of(clock.overdue_since(today, URGE_DAYS - NUDGE_DAYS)),
        "urged_by": end_of(clock.overdue_since(today, SUPERIOR_DAYS - URGE_DAYS)),
    }


def _posts(items: list[Item]) -> list[Post]:
    """What goes to those who owe, and of the highest step to their superiors, receivers and coordinators."""
    reported = [item for item in items if item.rung == Rung.SUPERIOR]
    named = {item.agency.pk: item.agency for item in items} | {item.receiver.pk: item.receiver for item in reported}
    named |= {item.agency.parent.pk: item.agency.parent for item in reported if item.agency.parent}
    acting = acting_for(list(named.values()))
    posts = posts_of(items, acting)
    steering = _coordinators() if reported else []
    for item in reported:
        for member in _superiors(item, acting, steering):
            posts.setdefault(f"m{member.pk}", Post(member, member.email)).below.append(item)
    return list(posts.values())


def _superiors(item: Item, acting: Mapping[int, list[Member]], steering: Iterable[tuple[str, Member]]) -> list[Member]:
    standing = {member.pk for member in acting.get(item.agency.pk, [])}
    above = acting.get(item.agency.parent_id, []) if item.agency.parent_id else []
    collecting = [member for reach, member in steering if item.collector.path.startswith(reach)]
    told = {member.pk: member for member in (*above, *acting.get(item.receiver.pk, []), *collecting)}
    return [member for pk, member in told.items() if pk not in standing]


def _coordinators() -> list[tuple[str, Member]]:
    roles = Role.objects.filter(
        in_force(clock.today()), kind=Role.Kind.COORDINATOR, member__is_active=True
    ).select_related("member", "agency")
    return [(role.agency.path, role.member) for role in roles]


def _link(notices: Mapping[int, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reporting_dutyreminder r SET notice_id = v.notice"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS v (reminder, notice) WHERE r.id = v.reminder",
            [list(notices), list(notices.values())],
        )
