"""A coordinator urges late agencies by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import AuditEntry, Member
from canhgiac.agencies.selectors import NotAllowed, acting_for
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.plans.models import Assignment, Plan, Reminder
from canhgiac.plans.selectors.scope import scope_of
from canhgiac.plans.selectors.tasks import OPEN, live_assignments

from .digests import Item, Post, urge_send


@dataclass(frozen=True, slots=True)
class Urged:
    """What became of a coordinator's urging."""

    urged: int
    already: int
    """Left alone: urged by hand earlier the same day, finished, or outside the coordinator's reach."""
    silent: list[str]
    """Agencies that have neither a member nor a mail box."""


@transaction.atomic
def tasks_urge(*, by: Member, assignments: Collection[int], message: str = "") -> Urged:
    """Urges the agencies of these open assignments, with the coordinator's own words; once a day each.

    One mail per member. A late one is set on the ladder's second step. Raises NotAllowed.
    """
    scope = scope_of(by)
    if not scope.steered:
        raise NotAllowed(_("Đôn đốc là việc của điều phối viên."))
    now = clock.now()
    rows = [row for row in _urgeable(assignments, now) if scope.steers(row)]
    agencies = {row.agency_id: row.agency for row in rows}
    acting = acting_for(list(agencies.values()))
    silent = sorted(agency.name for pk, agency in agencies.items() if pk not in acting and not agency.email)
    notices: dict[int, int] = {}
    for post in _urge_posts(rows, acting):
        notice = urge_send(post, by=by, message=message.strip(), today=now.date())
        for item in post.own:
            notices.setdefault(item.key, notice.pk)
    told = [row for row in rows if row.pk in notices]
    Reminder.objects.bulk_create(
        [
            Reminder(assignment=row, due_date=row.due_date, rung=Reminder.Rung.URGE, at=now, notice_id=notices[row.pk])
            for row in told
            if row.due_date and row.due_date < now.date()
        ],
        ignore_conflicts=True,
    )
    if told:
        facts = {"assignments": [row.pk for row in told], "message": message.strip()}
        audit_record(by=by, act="plans.tasks_urge", subject=told[0], facts=facts)
    return Urged(len(told), len(set(assignments)) - len(rows), silent)


def _urgeable(assignments: Collection[int], now: dt.datetime) -> list[Assignment]:
    """Those still open and not urged by hand today, locked: the log is read under the lock, so none is urged twice."""
    rows = live_assignments().filter(pk__in=assignments, status__in=OPEN, task__plan__state=Plan.State.ISSUED)
    rows = rows.select_related("task__plan__agency", "agency").order_by("pk").select_for_update(of=("self",))
    locked = list(rows)
    start = dt.datetime.combine(now.date(), dt.time(), clock.VIETNAM)
    urged: set[int] = set()
    for facts in AuditEntry.objects.filter(act="plans.tasks_urge", at__gte=start).values_list("facts", flat=True):
        urged.update(facts["assignments"])
    return [row for row in locked if row.pk not in urged]


def _urge_posts(rows: Collection[Assignment], acting: Mapping[int, list[Member]]) -> list[Post]:
    posts: dict[str, Post] = {}
    for row in rows:
        item = Item(row.pk, Reminder.Rung.URGE, row.due_date, row.agency, row.task.text, row.task.plan.agency)
        standing = acting.get(row.agency_id, [])
        for member in standing:
            posts.setdefault(f"m{member.pk}", Post(member, member.email)).own.append(item)
        if not standing and row.agency.email:
            posts.setdefault(f"a{row.agency_id}", Post(None, row.agency.email)).own.append(item)
    return list(posts.values())
