"""What was learned, told to the province's learning record store: written down first, then sent, each once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence

from django.db import transaction

from canhgiac.agencies.selectors import province
from canhgiac.channels.lrs import LrsClient, LrsError
from canhgiac.engines.quizzes import xapi
from canhgiac.kit import clock
from canhgiac.library.selectors.renderings import site_url
from canhgiac.training.models import Enrolment, Learner, RecordStore, Sitting, Statement
from canhgiac.training.selectors.statements import STORE_ON, activity, actor, registration

from .recordstore import client_of

BATCH = 50
MOST_BATCHES = 40
"""Of one run: two thousand statements, then the next run goes on."""
FIRST_WAIT, LONGEST_WAIT = dt.timedelta(seconds=30), dt.timedelta(hours=6)
ONE_BY_ONE = {400, 409, 413}
"""Statuses that say something of the statements and not of us: the batch is then sent one by one."""


@transaction.atomic
def statement_queue(
    *,
    learner: Learner,
    verb: str,
    about: str,
    title: str,
    enrolment: Enrolment | None = None,
    sitting: Sitting | None = None,
    at: dt.datetime | None = None,
) -> Statement | None:
    """Writes one statement in the caller's transaction; None while no store is on, for then nothing is to be told.

    ``verb``: completed, passed, failed, attended, initialized. ``about``: "course:12", "lesson:30", "paper:4",
    "meeting:7". ``sitting``: where passed and failed take their points from. The actor is an account by pseudonym.
    Raises ValueError for another verb.
    """
    if not STORE_ON.exists():
        return None
    uid, profile = uuid.uuid4(), province()
    home = site_url(profile, "/")
    occasion = xapi.Occasion(
        uid=uid,
        actor=actor(learner, home),
        at=at or clock.now(),
        registration=registration(learner, enrolment),
        parents=(activity(f"course:{enrolment.course_id}", enrolment.course.title, home),)
        if enrolment is not None and not about.startswith("course:")
        else (),
    )
    body = _body(verb, occasion, activity(about, title, home), sitting)
    return Statement.objects.create(uid=uid, learner=learner, verb=verb, about=about, body=body)


def _body(verb: str, occasion: xapi.Occasion, about: xapi.Activity, sitting: Sitting | None) -> xapi.Body:
    if verb in ("passed", "failed") and sitting is not None and sitting.points_most:
        most = float(sitting.points_most)
        points = min(max(float(sitting.points or 0), 0.0), most)
        return xapi.judged(occasion, about, passed=verb == "passed", points=points, most=most)
    plain: dict[str, Callable[[xapi.Occasion, xapi.Activity], xapi.Body]] = {
        "completed": xapi.completed,
        "attended": xapi.attended,
        "initialized": xapi.initialized,
    }
    if verb not in plain:
        raise ValueError(f"no verb {verb!r}, or nothing to judge by")
    return plain[verb](occasion, about)


def statements_send(*, now: dt.datetime | None = None) -> int:
    """Sends what waits, in batches; returns how many the store took. Safe to run at any time and to be killed.

    A row is marked as sent after the store took it; who dies in between sends it again under the same id, which the
    store keeps once. Two runs at once do not take the same rows.
    """
    store = RecordStore.objects.filter(is_on=True).first()
    if store is None:
        return 0
    client, moment, taken = client_of(store), now or clock.now(), 0
    for _batch in range(MOST_BATCHES):
        count, goes_on = _batch_send(client, moment)
        taken += count
        if not goes_on:
            break
    return taken


@transaction.atomic
def _batch_send(client: LrsClient, now: dt.datetime) -> tuple[int, bool]:
    rows = list(
        Statement.objects.select_for_update(skip_locked=True)
        .filter(state=Statement.State.WAITING, due_at__lte=now)
        .order_by("due_at", "pk")[:BATCH]
    )
    if not rows:
        return 0, False
    try:
        client.send([row.body for row in rows])
    except LrsError as error:
        if error.status in ONE_BY_ONE and len(rows) > 1:
            return _each_send(client, rows, now), True
        if error.status in ONE_BY_ONE:
            _refuse(rows[0], error)
            return 0, True
        _put_off(rows, error, now)
        return 0, False
    _took(rows)
    return len(rows), True


def _each_send(client: LrsClient, rows: Sequence[Statement], now: dt.datetime) -> int:
    """One bad statement does not hold the others back."""
    taken = 0
    for place, row in enumerate(rows):
        try:
            client.send([row.body])
        except LrsError as error:
            if error.status not in ONE_BY_ONE:
                _put_off(rows[place:], error, now)
                return taken
            _refuse(row, error)
            continue
        _took([row])
        taken += 1
    return taken


def _took(rows: Sequence[Statement]) -> None:
    Statement.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=Statement.State.SENT, sent_at=clock.now(), error=""
    )


def _refuse(row: Statement, error: LrsError) -> None:
    Statement.objects.filter(pk=row.pk).update(state=Statement.State.REFUSED, error=str(error)[:300])


def _put_off(rows: Sequence[Statement], error: LrsError, now: dt.datetime) -> None:
    """Later, twice as long each time; a wrong password too, for it is mended on the settings page."""
    for row in rows:
        wait = min(FIRST_WAIT * 2 ** min(row.attempts, 12), LONGEST_WAIT)
        if error.after is not None:
            wait = max(wait, dt.timedelta(seconds=error.after))
        row.attempts, row.due_at, row.error = min(row.attempts + 1, 32_000), now + wait, str(error)[:300]
    Statement.objects.bulk_update(rows, ["attempts", "due_at", "error"])
