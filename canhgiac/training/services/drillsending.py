"""A drill's way out: targets drawn by one statement, letters in working hours, and the end."""

from __future__ import annotations

import datetime as dt
import random
import secrets
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.outreach.services.mailings import Letter, Words, mailing_send, mailings_stop
from canhgiac.outreach.services.refusals import ProviderRefused
from canhgiac.training.models import Drill, DrillContact, DrillTarget, Lure
from canhgiac.training.selectors.drills import (
    ELIGIBLE,
    MAKERS,
    RULE_VERSION,
    eligible,
    is_work_time,
    moments,
    sending_ends,
    voice_calls,
    work_slots,
)
from canhgiac.training.selectors.lures import LINK, NAME

from .drills import drill_repeat, mailing_name, mailing_names
from .refusals import TrainingRefused

AT_ONCE = 200
"""Letters handed over in one step of the job."""
_chance = random.SystemRandom()

_DRAW = """
    INSERT INTO training_drilltarget (drill_id, member_id, agency_id, lure_id, token, due_at, report_door)
    SELECT %(drill)s, e.id, e.agency_id, u.lure, u.token, u.due, ''
    FROM unnest(%(members)s::bigint[], %(lures)s::bigint[], %(tokens)s::text[], %(dues)s::timestamptz[])
        AS u(member, lure, token, due)
    JOIN (@) e ON e.id = u.member
    ON CONFLICT (drill_id, member_id) DO NOTHING""".replace("@", ELIGIBLE)
_DUE = """
    SELECT t.id, t.lure_id, t.token, l.way, m.email, m.full_name, c.address
    FROM training_drilltarget t JOIN training_drill d ON d.id = t.drill_id
    JOIN training_lure l ON l.id = t.lure_id JOIN agencies_member m ON m.id = t.member_id AND m.is_active
    LEFT JOIN training_drillcontact c ON c.member_id = m.id AND c.way = l.way AND c.proven_at IS NOT NULL
    WHERE t.drill_id = %(drill)s AND d.state = 'running' AND d.paused_at IS NULL
      AND t.delivery IS NULL AND t.sent_at IS NULL AND t.due_at <= %(now)s
      AND l.way <> 'voice' AND (l.way = 'email' OR c.address IS NOT NULL) AND drill_member_agrees(m.id)
    ORDER BY t.due_at, t.id LIMIT %(most)s FOR UPDATE OF t SKIP LOCKED"""
_TAKEN = """
    UPDATE training_drilltarget t SET sent_at = a.at FROM outreach_attempt a
    WHERE a.delivery_id = t.delivery AND t.sent_at IS NULL AND a.outcome IN ('taken', 'unsure')"""


@transaction.atomic
def drill_begin(*, drill_id: int, now: dt.datetime) -> int:
    """Draws who gets which lure when, and lets the drill run; returns how many. A second call does nothing.

    The statement that makes the targets asks again for each one's consent, and so does the database (migration 0002).
    """
    row = Drill.objects.select_for_update().get(pk=drill_id)
    if row.state != Drill.State.APPROVED or row.starts_at > now:
        return 0
    units = list(row.unit_links.values_list("agency_id", flat=True))
    lures = list(row.lures.filter(state=Lure.State.APPROVED).order_by("pk"))
    slots = work_slots(max(row.starts_at, now), sending_ends(row))
    drawn: list[tuple[int, int]] = []
    for person in eligible(units) if slots else ():
        fitting = [lure for lure in lures if lure.way in person.ways]
        if fitting:
            drawn.append((person.member_id, _chance.choice(fitting).pk))
    row.state, row.started_at = Drill.State.RUNNING, now
    row.save(update_fields=["state", "started_at"])
    facts: dict[str, Any] = {
        "drill": row.pk,
        "rule": RULE_VERSION,
        "units": units,
        "members": [one[0] for one in drawn],
    }
    facts |= {"lures": [one[1] for one in drawn], "tokens": [secrets.token_urlsafe(18) for _one in drawn]}
    facts |= {"dues": moments(slots, len(drawn), _chance)}
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, facts)
        made = int(cursor.rowcount)
    audit_record(by=None, act="training.drill_begin", subject=row, facts={"targets": made})
    return made


@transaction.atomic
def drill_letters_send(*, drill_id: int, now: dt.datetime | None = None) -> int:
    """Hands letters that are due to outreach's journal, in working hours alone; returns how many.

    Who withdrew or left since the drawing gets none: the statement asks, and the database asks again.
    """
    at = now or clock.now()
    if not is_work_time(at):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"drill": drill_id, "now": at, "most": AT_ONCE})
        rows = cursor.fetchall()
    lures = Lure.objects.in_bulk({row[1] for row in rows})
    handed = 0
    for key, lure in lures.items():
        mine = [row for row in rows if row[1] == key]
        letters = [Letter(row[6] or row[4], (landing(row[2]), row[5])) for row in mine]
        try:
            name = mailing_name(drill_id, key)
            deliveries = mailing_send(name=name, way=lure.way, words=lure_words(lure), letters=letters)
        except ProviderRefused:
            continue  # the page says which channel nobody carries; the letter waits for one
        for row, delivery in zip(mine, deliveries, strict=True):
            if delivery is not None:
                DrillTarget.objects.filter(pk=row[0]).update(delivery=delivery)
                handed += 1
    return handed


def landing(token: str) -> str:
    """The address of one person's lesson: the only link that a lure can carry."""
    return f"{settings.BASE_URL.rstrip('/')}/dien-tap/{token}/"


def lure_words(lure: Lure) -> Words:
    """The lure as outreach sends it: {0} is the lesson's address, {1} the receiver's name."""
    return Words(lure.body.replace(LINK, "{0}").replace(NAME, "{1}"), lure.subject, lure.sender_name)


@transaction.atomic
def drill_letters_settle() -> int:
    """Writes down when a provider took a letter; returns how many. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN)
        return int(cursor.rowcount)


@transaction.atomic
def drill_finish(*, drill_id: int, now: dt.datetime) -> bool:
    """Ends a running drill whose time is over; its repetition, if any, is drafted. Twice is once."""
    row = Drill.objects.select_for_update(of=("self",)).select_related("agency").get(pk=drill_id)
    if row.state != Drill.State.RUNNING or row.ends_at > now:
        return False
    row.state, row.ended_at, row.paused_at = Drill.State.ENDED, now, None
    row.save(update_fields=["state", "ended_at", "paused_at"])
    mailings_stop(names=mailing_names(row))
    if row.repeat_days:
        drill_repeat(drill=row, now=now)
    audit_record(by=None, act="training.drill_finish", subject=row, facts={})
    return True


def drills_move(now: dt.datetime | None = None) -> None:
    """What the clock does to all drills: begin, send, note what left, end."""
    at = now or clock.now()
    for key in Drill.objects.filter(state=Drill.State.APPROVED, starts_at__lte=at).values_list("pk", flat=True):
        drill_begin(drill_id=key, now=at)
    running = Drill.objects.filter(state=Drill.State.RUNNING)
    for key in running.filter(paused_at=None).values_list("pk", flat=True):
        drill_letters_send(drill_id=key, now=at)
    drill_letters_settle()
    for key in running.filter(ends_at__lte=at).values_list("pk", flat=True):
        drill_finish(drill_id=key, now=at)


@transaction.atomic
def drill_calls_see(*, by: Member, drill: Drill) -> list[tuple[DrillTarget, str]]:
    """Calls that a trainer still has to make: each with the phone that its owner proved. No name; seeing is logged.

    Raises NotAllowed.
    """
    rows = voice_calls(by, drill)
    phones = DrillContact.objects.filter(member__in=[row.member_id for row in rows], way="sms")
    by_member = {one.member_id: one.address for one in phones.exclude(proven_at=None)}
    if rows:
        audit_record(by=by, act="training.drill_calls_see", subject=drill, facts={"calls": len(rows)})
    return [(row, by_member[row.member_id]) for row in rows if row.member_id in by_member]


@transaction.atomic
def drill_call_note(*, by: Member, target: DrillTarget, outcome: str) -> DrillTarget:
    """What became of a call that a trainer made by hand: "told" (refused or reported it), "did" (did as asked), "none".

    The software makes no call. Raises NotAllowed, TrainingRefused.
    """
    row = DrillTarget.objects.select_for_update(of=("self",)).select_related("drill__agency", "lure").get(pk=target.pk)
    require_role(by, *MAKERS, agency=row.drill.agency)
    if row.lure.way != Lure.Way.VOICE or row.sent_at is not None or outcome not in {"told", "did", "none"}:
        raise TrainingRefused(_("Cuộc gọi này đã ghi rồi."))
    now = clock.now()
    row.sent_at = now
    row.clicked_at = now if outcome == "did" else None
    if outcome == "told":
        row.reported_at, row.report_door = now, "voice"
    row.save(update_fields=["sent_at", "clicked_at", "reported_at", "report_door"])
    audit_record(by=by, act="training.drill_call_note", subject=row.drill, facts={"outcome": outcome})
    return row
