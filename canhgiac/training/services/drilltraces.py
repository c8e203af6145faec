"""Who opened a drill's link: a person, or a machine that looks at links for a living.

A request is a machine's until a person shows: the lesson's page, once it was seen for a moment, tells so by itself, or
somebody presses "Tôi hiểu". Neither address nor agent is kept, and no body of any request is ever read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac.kit import clock
from canhgiac.outreach.models import Attempt
from canhgiac.training.models import DrillTarget, DrillTrace, Paper, QuestionKind, Sitting
from canhgiac.training.selectors.drills import LESSON_QUESTIONS
from canhgiac.training.selectors.papers import editions_fitting

from .learners import learner_of
from .papers import DrawData, paper_for
from .refusals import TrainingRefused
from .sittings import sitting_begin

Maker = DrillTrace.Maker
SOON = dt.timedelta(seconds=5)
"""After so short a time from sending a link is opened by a checker on the way, not by who got it."""
TOGETHER = dt.timedelta(seconds=1)
"""Links of several people opened by one agent within this time are opened by a machine."""
SEEN_LEAST, SEEN_MOST = dt.timedelta(seconds=1), dt.timedelta(minutes=30)
"""How long after the request its page may say that it was seen."""
MARKS_KEPT = dt.timedelta(minutes=2)
TRACES_KEPT = dt.timedelta(days=400)
WAITS = "no-beacon"
"""The rule of a request of which nothing is known yet: a machine's, until its page says that somebody saw it."""
_LOCK = 0x6472_0001
_LESSON = uuid.UUID("6f0c5b1e-5b0e-4c53-9d2a-0d1d6f1a9e55")
_MACHINES = re.compile(
    r"bot\b|crawl|spider|scan|preview|proxy|safelinks|urldefense|proofpoint|mimecast|barracuda|ironport|trendmicro"
    r"|forcepoint|fortinet|sophos|symantec|kaspersky|bitdefender|virustotal|facebookexternalhit|whatsapp|telegram"
    r"|skypeuri|zalo-?(?:link|bot|crawler)|google-safety|googleimageproxy|apis-google|curl|wget|python|java/|okhttp|go-http"
    r"|libwww|httpclient|axios|node-fetch|headless(?!chrome)|phantom",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Visit:
    """What of a request the rules look at. Lives no longer than the request."""

    method: str
    agent: str = ""
    purpose: str = ""
    """Purpose, Sec-Purpose, X-Purpose and X-Moz as sent, one after another."""
    fetch_dest: str = ""
    """Sec-Fetch-Dest: what the browser wants it for; empty where it does not say."""


def machine_rule(visit: Visit, *, since_sent: dt.timedelta | None, others: int) -> tuple[str, str]:
    """Maker and rule of a request: ("prefetch" or "scanner", name of the rule). Pure.

    ``since_sent`` is the time since a provider took the letter (None: it has not yet); ``others`` how many other
    people's links of the drill the same agent opened within a second.
    """
    rules = (
        (Maker.PREFETCH, "prefetch", re.search(r"prefetch|prerender|preview", visit.purpose, re.IGNORECASE)),
        (Maker.SCANNER, "head", visit.method == "HEAD"),
        (Maker.SCANNER, "agent", not visit.agent.strip() or _MACHINES.search(visit.agent)),
        (Maker.PREFETCH, "not-a-page", visit.fetch_dest not in {"", "document"}),
        (Maker.SCANNER, "soon", since_sent is None or since_sent < SOON),
        (Maker.SCANNER, "several", others),
    )
    return next(((maker, why) for maker, why, holds in rules if holds), (Maker.SCANNER, WAITS))


@transaction.atomic
def visit_note(*, target: DrillTarget, visit: Visit, now: dt.datetime | None = None) -> DrillTrace:
    """Writes a request down with the rule that took it for a machine."""
    at = now or clock.now()
    mark = _mark(target.drill_id, visit.agent)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, target.drill_id % 2**31])
    near = DrillTrace.objects.filter(
        target__drill=target.drill_id, agent_mark=mark, at__gt=at - TOGETHER, at__lte=at
    ).exclude(target=target)
    others = near.values("target").distinct().count()
    sent = _sent_at(target)
    maker, why = machine_rule(visit, since_sent=at - sent if sent else None, others=others)
    if others:
        near.filter(why=WAITS).update(why="several")
    return DrillTrace.objects.create(target=target, at=at, maker=maker, why=why, agent_mark=mark)


def _mark(drill_id: int, agent: str) -> bytes:
    """Eight bytes that are the same for the same agent within a drill and say nothing elsewhere."""
    key = f"canhgiac.training.drill.{drill_id}.{settings.SECRET_KEY}".encode()
    return hmac.new(key, agent.encode(errors="replace"), hashlib.sha256).digest()[:8]


def _sent_at(target: DrillTarget) -> dt.datetime | None:
    """When a provider took the letter; asked of the journal where the target's row does not know yet."""
    if target.sent_at is not None or target.delivery is None:
        return target.sent_at
    gone = Attempt.objects.filter(delivery_id=target.delivery, outcome__in=["taken", "unsure"]).order_by("at")
    return gone.values_list("at", flat=True).first()


@transaction.atomic
def seen_note(*, target: DrillTarget, now: dt.datetime | None = None) -> bool:
    """The lesson's page says that it was on somebody's screen for a moment; returns whether that makes a person of it.

    Only of a request that no rule took for a machine: a scanner that runs scripts says so too.
    """
    at = now or clock.now()
    recent = target.traces.filter(at__gt=at - SEEN_MOST, at__lte=at - SEEN_LEAST)
    row = recent.select_for_update().filter(why=WAITS).order_by("-at").first()
    if row is None:
        return False
    _person(target, row, "beacon")
    return True


@transaction.atomic
def understood_note(*, target: DrillTarget, now: dt.datetime | None = None) -> None:
    """Somebody pressed "Tôi hiểu": a person, whatever the rules said of the request before."""
    at = now or clock.now()
    row = target.traces.select_for_update().order_by("-at").first()
    if row is None:
        row = DrillTrace(target=target, at=at)
    _person(target, row, "button")


def _person(target: DrillTarget, row: DrillTrace, why: str) -> None:
    row.maker, row.why, row.agent_mark = Maker.PERSON, why, None
    row.save()
    DrillTarget.objects.filter(pk=target.pk, clicked_at=None).update(clicked_at=row.at)


@transaction.atomic
def marks_forget(*, now: dt.datetime | None = None) -> int:
    """Empties the marks of agents that are a few minutes old; returns how many."""
    old = DrillTrace.objects.filter(at__lt=(now or clock.now()) - MARKS_KEPT, agent_mark__isnull=False)
    return old.update(agent_mark=None)


@transaction.atomic
def lesson_begin(*, target: DrillTarget) -> Sitting:
    """The receiver's three questions: about the lure's form first. The same ones however often it is asked.

    None of them is answered in words, so nothing can be typed. Raises TrainingRefused where the bank has none.
    """
    uid = lesson_uid(target.token)
    learner = learner_of(target.member)
    known = Sitting.objects.filter(uid=uid).select_related("paper").first()
    if known is not None:
        return known
    chosen = lesson_questions(target.lure.form_id)
    if not chosen:
        raise TrainingRefused(_("Ngân hàng chưa có câu hỏi nào dùng được."))
    return sitting_begin(paper=_paper(chosen), learner=learner, uid=uid, questions=chosen)


def lesson_uid(token: str) -> uuid.UUID:
    """The number of the sitting that belongs to a link."""
    return uuid.uuid5(_LESSON, token)


def lesson_questions(form_id: int) -> list[int]:
    """Ids of three questions, drawn: those of the form first, then any. Two queries."""
    found: list[int] = []
    for wanted_form in (form_id, None):
        rows = editions_fitting(form_id=wanted_form).exclude(kind=QuestionKind.SHORT)
        wanted = rows.exclude(question__in=found).order_by("?").values_list("question_id", flat=True)
        found += list(wanted[: LESSON_QUESTIONS - len(found)])
    return found


def _paper(questions: list[int]) -> Paper:
    """The one paper of drills, made when it is first needed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_LOCK])
    row = Paper.objects.filter(purpose=Paper.Purpose.DRILL, state=Paper.State.READY, agency=None).first()
    if row is not None:
        return row
    draws = [DrawData(count=len(questions))]
    return paper_for(purpose=Paper.Purpose.DRILL, title=_("Ba câu sau diễn tập"), draws=draws)


@transaction.atomic
def lessons_settle(*, now: dt.datetime | None = None) -> int:
    """Writes down whose three questions are answered; returns how many."""
    since = (now or clock.now()) - dt.timedelta(days=60)
    open_rows = DrillTarget.objects.filter(lesson_done_at=None, sent_at__gt=since)
    noticed = open_rows.filter(pk__in=DrillTrace.objects.filter(at__gt=since).values("target"))
    by_uid = {lesson_uid(token): key for key, token in noticed.values_list("pk", "token")}
    done = Sitting.objects.filter(uid__in=by_uid, ended_at__isnull=False).values_list("uid", "ended_at")
    rows = [DrillTarget(pk=by_uid[uid], lesson_done_at=at) for uid, at in done]
    return DrillTarget.objects.bulk_update(rows, ["lesson_done_at"]) if rows else 0


@transaction.atomic
def traces_forget(*, now: dt.datetime | None = None) -> int:
    """Deletes traces past their time; returns how many. What they said is in the targets' own columns."""
    gone, _each = DrillTrace.objects.filter(at__lt=(now or clock.now()) - TRACES_KEPT).delete()
    return gone


def traces_tidy() -> None:
    """Marks of agents and old traces go; finished lessons are noted."""
    marks_forget()
    traces_forget()
    lessons_settle()
