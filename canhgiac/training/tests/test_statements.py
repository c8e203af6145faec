"""Statements leave once and only once, whatever the store and the machine do."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from canhgiac.agencies.models import AuditEntry
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.training.models import Answer, Enrolment, QuestionEdition, RecordStore, Sitting, Statement
from canhgiac.training.services.attendance import attend_checked, attendance_list
from canhgiac.training.services.completion import completion_check
from canhgiac.training.services.recordstore import client_of, record_store_save, record_store_try
from canhgiac.training.services.refusals import TrainingRefused
from canhgiac.training.services.sittings import answer_give, sitting_end, sittings_close
from canhgiac.training.services.statements import FIRST_WAIT, statement_queue, statements_send
from canhgiac.training.services.telling import attendances_told, enrolments_told, sittings_told
from simulators.lrs import SECRET, USER, Lrs
from tests.factories import courses, papers
from tests.factories.agencies import Cast
from tests.worker import database_url, wait_until

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[3]
SEND = "import django; django.setup(); from canhgiac.training.services.statements import statements_send as s; s()"


@pytest.fixture
def lrs() -> Iterator[Lrs]:
    store = Lrs()
    yield store
    store.shutdown()
    store.server_close()


def set_up(cast: Cast, lrs: Lrs, secret: str = SECRET) -> RecordStore:
    held = RecordStore.objects.first()
    version = held.version if held else 0
    return record_store_save(by=cast.admin, endpoint=lrs.url, user=USER, secret=secret, is_on=True, version=version)


def enrolled(cast: Cast) -> Enrolment:
    room = courses.room(courses.trainer(cast.department), courses.course())
    row = courses.joined(room, "Nguyễn Thị Bí Mật")
    Statement.objects.all().delete()  # that it began: what is told from here on is the test's own
    return row


def queued(row: Enrolment, count: int) -> list[Statement]:
    made = [
        statement_queue(learner=row.learner, verb="completed", about=f"lesson:{n}", title="Bài", enrolment=row)
        for n in range(count)
    ]
    return [one for one in made if one is not None]


def states() -> dict[str, int]:
    return {state: Statement.objects.filter(state=state).count() for state in ("waiting", "sent", "refused")}


def test_nothing_is_written_while_no_store_is_on(cast: Cast) -> None:
    assert queued(enrolled(cast), 1) == []


def test_completion_is_told_by_pseudonym(cast: Cast, lrs: Lrs) -> None:
    set_up(cast, lrs)
    row = enrolled(cast)
    row.progress.all().delete()
    for lesson in row.course.lessons.all():
        row.progress.create(lesson=lesson, opened_at=clock.now(), read_at=clock.now(), done_at=clock.now())
    for meeting in row.training_class.meetings.all() if row.training_class else ():
        row.attendances.create(meeting=meeting, how="list")
    assert completion_check(enrolment=row)
    assert row.certificates.count() == 1
    assert statements_send() == 1
    body = next(iter(lrs.book.values()))
    assert body["object"]["id"].endswith(f"xapi/course/{row.course_id}")
    assert body["verb"]["id"].endswith("/completed")
    told = str(body)
    assert "Bí Mật" not in told
    assert row.learner.token not in told


def test_batches_of_fifty_and_one_bad_statement(cast: Cast, lrs: Lrs) -> None:
    set_up(cast, lrs)
    rows = queued(enrolled(cast), 120)
    bad = rows[70]
    Statement.objects.filter(pk=bad.pk).update(body=bad.body | {"verb": {"id": "không phải IRI"}})
    assert statements_send() == 119
    assert states() == {"waiting": 0, "sent": 119, "refused": 1}
    assert len(lrs.book) == 119
    assert lrs.calls.count("POST /xapi/statements") == 3 + 50
    bad.refresh_from_db()
    assert "400" in bad.error


def test_a_busy_store_is_asked_again_later(cast: Cast, lrs: Lrs) -> None:
    set_up(cast, lrs)
    queued(enrolled(cast), 3)
    lrs.trouble = [503, 429]
    now = clock.now()
    assert statements_send(now=now) == 0
    assert statements_send(now=now) == 0  # not due yet: no second call
    assert len(lrs.calls) == 1
    assert statements_send(now=now + FIRST_WAIT) == 0
    row = Statement.objects.first()
    assert row is not None
    assert (row.attempts, row.due_at) == (2, now + FIRST_WAIT + 2 * FIRST_WAIT)
    assert statements_send(now=row.due_at) == 3
    assert len(lrs.book) == 3


def test_a_broken_line_after_the_store_kept_it_doubles_nothing(cast: Cast, lrs: Lrs) -> None:
    set_up(cast, lrs)
    queued(enrolled(cast), 3)
    lrs.keeps_then_breaks = 1
    now = clock.now()
    assert statements_send(now=now) == 0
    assert len(lrs.book) == 3
    assert statements_send(now=now + FIRST_WAIT) == 3
    assert len(lrs.book) == 3


def test_the_same_id_with_another_content_is_refused(cast: Cast, lrs: Lrs) -> None:
    store = set_up(cast, lrs)
    row = queued(enrolled(cast), 1)[0]
    client_of(store).put(str(row.uid), row.body | {"verb": {"id": "http://adlnet.gov/expapi/verbs/failed"}})
    assert statements_send() == 0
    row.refresh_from_db()
    assert (row.state, "409" in row.error) == ("refused", True)


def test_a_wrong_password_waits_until_it_is_mended(cast: Cast, lrs: Lrs) -> None:
    set_up(cast, lrs, secret="sai")
    queued(enrolled(cast), 2)
    assert statements_send() == 0
    assert states()["waiting"] == 2
    with pytest.raises(TrainingRefused, match="mật khẩu"):
        record_store_try(by=cast.admin)
    set_up(cast, lrs)
    assert record_store_try(by=cast.admin) == ["1.0.0", "1.0.3"]
    assert statements_send() == 2


def whole_course(cast: Cast) -> tuple[Enrolment, Sitting]:
    """Joined, there, and half way through the final."""
    final = papers.paper(papers.question(), papers.question("short"), papers.question("match"))
    room = courses.room(courses.trainer(cast.department), courses.course(final=final))
    row = courses.joined(room, "Nguyễn Thị Bí Mật")
    meeting = room.meetings.get()
    attend_checked(learner=row.learner, meeting=meeting)
    sitting = papers.sitting(final, row.learner)
    for position, entry in enumerate(sitting.items):
        kind = QuestionEdition.objects.get(pk=entry["edition"]).kind
        given = "Tên tôi là Bí Mật, 0900000123" if kind == "short" else papers.RIGHT[kind]
        answer_give(sitting=sitting, position=position, given=given)
    return row, sitting


def test_begun_attended_answered_and_judged_are_told_once_by_pseudonym(cast: Cast, lrs: Lrs) -> None:
    set_up(cast, lrs)
    row, sitting = whole_course(cast)
    sitting_end(sitting=sitting)
    assert sittings_told([sitting.pk]) == 4  # told before: the same ids
    enrolments_told([row])
    attend_checked(learner=row.learner, meeting=row.training_class.meetings.get())  # type: ignore[union-attr]
    verbs = Counter(Statement.objects.values_list("verb", flat=True))
    judged = "passed" if Sitting.objects.get().passed else "failed"
    assert verbs == {"initialized": 1, "attended": 1, "answered": 3, judged: 1}
    assert statements_send() == 6
    assert states() == {"waiting": 0, "sent": 6, "refused": 0}
    told = json.dumps(list(lrs.book.values()), ensure_ascii=False)
    for secret in ("Bí Mật", "0900000123", row.learner.token, str(sitting.uid)):
        assert secret not in told
    bodies = {body["verb"]["id"].rpartition("/")[2]: body for body in lrs.book.values()}
    assert bodies[judged]["result"]["score"]["max"] == 3
    assert bodies[judged]["context"]["contextActivities"]["parent"][0]["id"].endswith(f"xapi/course/{row.course_id}")
    assert len({body["context"]["registration"] for body in lrs.book.values()}) == 1


def test_without_a_store_the_end_asks_nothing_more_and_nothing_is_written(
    cast: Cast, lrs: Lrs, django_assert_num_queries: Any
) -> None:
    row, sitting = whole_course(cast)
    Answer.objects.all().delete()  # not passed: nothing is carried into the course
    with django_assert_num_queries(3 + 2 + 2):  # two savepoints
        sitting_end(sitting=sitting)
    with django_assert_num_queries(1 + 2):
        assert enrolments_told([row]) == 0
    assert not Statement.objects.exists()
    set_up(cast, lrs)
    again = papers.sitting(sitting.paper, row.learner)
    with django_assert_num_queries(7 + 9):  # what the store is told costs nine, however many questions
        sitting_end(sitting=again)
    assert list(Statement.objects.values_list("verb", flat=True)) == ["failed"]


def test_out_of_time_is_told_too_and_what_is_no_course_is_not(cast: Cast, lrs: Lrs) -> None:
    set_up(cast, lrs)
    long_ago = clock.now() - dt.timedelta(hours=2)
    paper = papers.paper(papers.question(), seconds=60)
    row = courses.joined(courses.room(courses.trainer(cast.department), courses.course(paper=paper)))
    papers.sitting(paper, row.learner, now=long_ago)
    papers.sitting(paper, now=long_ago)  # nobody's
    papers.sitting(papers.paper(papers.question(), seconds=60), row.learner, now=long_ago)  # of no course
    assert sittings_close() == 3
    assert sorted(Statement.objects.values_list("verb", flat=True)) == ["failed", "initialized"]


def test_a_whole_list_is_told_in_as_many_statements_as_one_person(cast: Cast, lrs: Lrs) -> None:
    set_up(cast, lrs)
    trainer, costs = courses.trainer(cast.department), []
    for size in (1, 12):
        room = courses.room(trainer, courses.course())
        rows = [courses.joined(room) for _one in range(size)]
        meeting = room.meetings.get()
        with CaptureQueriesContext(connection) as caught:
            at = clock.now()
            assert attendances_told(meeting=meeting, enrolments=[one.pk for one in rows], at=at) == size
            assert enrolments_told(rows) == size
        costs.append(len(caught))
    assert costs[0] == costs[1]
    marked = [row.pk for row in rows]
    attendance_list(by=trainer, meeting=meeting, ticked=marked, was=[])
    assert Statement.objects.filter(verb="attended").count() == 13


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_loses_and_doubles_nothing(cast: Cast, lrs: Lrs) -> None:
    """The process dies by SIGKILL after the store kept its second batch and before it heard so."""
    set_up(cast, lrs)
    queued(enrolled(cast), 130)
    batches: list[int] = []
    process: list[subprocess.Popen[bytes]] = []

    def shoot() -> None:
        batches.append(1)
        if len(batches) == 2:
            os.kill(process[0].pid, signal.SIGKILL)

    lrs.on_batch = shoot
    told = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "canhgiac.settings"}
    process.append(subprocess.Popen([sys.executable, "-c", SEND], cwd=ROOT, env=told))
    assert process[0].wait(60) == -signal.SIGKILL
    assert len(lrs.book) == 100
    assert states()["waiting"] >= 80
    lrs.on_batch = None

    def all_sent() -> bool:
        statements_send()
        return states()["waiting"] == 0

    wait_until(all_sent)  # the dead one's rows are free when the database has noticed that it is gone
    assert states() == {"waiting": 0, "sent": 130, "refused": 0}
    assert set(lrs.book) == {str(uid) for uid in Statement.objects.values_list("uid", flat=True)}


def test_the_store_is_set_up_on_its_page(cast: Cast, lrs: Lrs, client: Client) -> None:
    client.force_login(cast.officer)
    assert client.get("/tap-huan/kho-ket-qua/").status_code == 403
    client.force_login(cast.admin)
    told = {"endpoint": lrs.url, "user": USER, "secret": SECRET, "is_on": "on", "version": "0"}
    wrong = client.post("/tap-huan/kho-ket-qua/", told | {"endpoint": "http://lrs.test/xapi"})
    assert wrong.status_code == 422
    assert "http://lrs.test/xapi" in wrong.content.decode()
    assert client.post("/tap-huan/kho-ket-qua/", told).status_code == 302
    store = RecordStore.objects.get()
    assert SECRET.encode() not in bytes(store.secret)
    page = client.get("/tap-huan/kho-ket-qua/").content.decode()
    assert SECRET not in page
    assert 'href="/tap-huan/kho-ket-qua/"' in page  # an administrator's menu leads here
    assert client.post("/tap-huan/kho-ket-qua/thu/", follow=True).content.decode().count("Kho trả lời") == 1
    stale = client.post("/tap-huan/kho-ket-qua/", told)
    assert stale.status_code == 422
    assert AuditEntry.objects.filter(act="training.record_store_save").count() == 1
    moved: dict[str, Any] = {"by": cast.admin, "user": USER, "secret": None, "is_on": True, "version": 1}
    with pytest.raises(TrainingRefused) as caught:  # a kept password never goes to another host
        record_store_save(endpoint="https://ke-gian.test/xapi", **moved)
    assert caught.value.field == "secret"
    with pytest.raises(NotAllowed):
        record_store_save(endpoint=lrs.url, **moved | {"by": cast.officer})
