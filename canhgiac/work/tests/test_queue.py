"""The queue on a real PostgreSQL, with real worker processes."""

from __future__ import annotations

import datetime as dt
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob, ProcrastinateWorker
from procrastinate.jobs import Job

from canhgiac import work
from canhgiac.work.jobs import jobs_prune
from canhgiac.work.queue import MAX_ATTEMPTS, RETRY
from canhgiac.work.state import queue_state
from canhgiac.work.tests import trial
from tests.worker import wait_until

Start = Callable[..., subprocess.Popen[bytes]]
TRIAL = [sys.executable, "-m", "canhgiac.work.tests.trial"]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes"
    path.touch()
    return path


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


def statuses() -> dict[str, str]:
    return dict(ProcrastinateJob.objects.values_list("task_name", "status"))


@pytest.mark.django_db
def test_enqueue_belongs_to_the_transaction() -> None:
    with transaction.atomic():
        work.enqueue("trial.note", path="x", text="y")
        assert ProcrastinateJob.objects.count() == 1
        transaction.set_rollback(True)
    assert ProcrastinateJob.objects.count() == 0


@pytest.mark.django_db
def test_enqueue_keeps_lock_moment_and_arguments() -> None:
    at = timezone.now() + dt.timedelta(hours=3)
    number = work.enqueue("trial.note", lock="plan-7", at=at, path="x", text="nhắc việc")
    job = ProcrastinateJob.objects.get(pk=number)
    assert (job.lock, job.scheduled_at, job.args) == ("plan-7", at, {"path": "x", "text": "nhắc việc"})


@pytest.mark.django_db
def test_news_is_put_on_the_queue_of_each_that_hears_it() -> None:
    trial.declare()
    work.tell("trial.happened", path="x", text="y")
    work.tell("trial.nobody_hears", path="x")
    assert [job.task_name for job in ProcrastinateJob.objects.all()] == ["trial.hear"]


@pytest.mark.django_db
def test_arguments_must_be_json() -> None:
    with pytest.raises(TypeError), transaction.atomic():
        work.enqueue("trial.note", path=object(), text="y")


def test_a_job_of_a_killed_worker_is_done_by_another(start_worker: Start, notes: Path) -> None:
    first = start_worker(*TRIAL, "5", "1")
    work.enqueue("trial.slow", path=str(notes), text="thư", seconds=4)
    wait_until(lambda: lines(notes))
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    second = start_worker(*TRIAL, "5", "1")
    wait_until(lambda: f"end thư {second.pid}" in lines(notes))
    wait_until(lambda: statuses() == {"trial.slow": "succeeded"})
    assert lines(notes) == [f"begin thư {first.pid}", f"begin thư {second.pid}", f"end thư {second.pid}"]


def test_a_job_that_kills_its_workers_is_given_up(start_worker: Start, notes: Path) -> None:
    from django.db import connection

    number = work.enqueue("trial.deadly", path=str(notes))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = %s WHERE id = %s", [MAX_ATTEMPTS - 2, number])
    for attempt in range(2):
        process = start_worker(*TRIAL, "0.5", "1")
        assert process.wait(60) == 9
        assert len(lines(notes)) == attempt + 1
    start_worker(*TRIAL, "0.5", "1")
    wait_until(lambda: statuses() == {"trial.deadly": "failed"})
    assert len(lines(notes)) == 2
    assert ProcrastinateJob.objects.get(pk=number).attempts == MAX_ATTEMPTS


def test_a_failed_job_is_tried_again_later(start_worker: Start, notes: Path) -> None:
    number = work.enqueue("trial.fail", path=str(notes))
    process = start_worker(*TRIAL, "5", "1")
    wait_until(lambda: ProcrastinateJob.objects.get(pk=number).attempts == 1)
    process.terminate()  # before it tries again
    process.wait(60)
    job = ProcrastinateJob.objects.get(pk=number)
    assert (job.status, lines(notes)) == ("todo", ["tried"])
    assert job.scheduled_at is not None
    begun = ProcrastinateEvent.objects.filter(job=job, type="started").get().at
    assert 4 < (job.scheduled_at - begun).total_seconds() < 20
    assert [event.type for event in ProcrastinateEvent.objects.filter(job=job).order_by("id")][-1] in {
        "deferred_for_retry",
        "scheduled",
    }


def test_waits_grow_fivefold_and_end() -> None:
    def waits(attempts: int, seconds: int) -> bool:
        job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="trial.fail", attempts=attempts)
        before = timezone.now()
        decision = RETRY.get_retry_decision(exception=ConnectionError(), job=job)
        assert decision is not None
        assert decision.retry_at is not None
        return before <= decision.retry_at - dt.timedelta(seconds=seconds) <= timezone.now()

    assert MAX_ATTEMPTS == 6
    assert all(waits(attempts, 5 ** (attempts + 1)) for attempts in range(MAX_ATTEMPTS))
    job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="trial.fail", attempts=MAX_ATTEMPTS)
    assert RETRY.get_retry_decision(exception=ConnectionError(), job=job) is None


def test_what_somebody_waits_for_is_done_beside_long_jobs(start_worker: Start, notes: Path) -> None:
    for number in range(3):
        work.enqueue("trial.slow", path=str(notes), text=str(number), seconds=8)
    process = start_worker(*TRIAL, "5", "1")
    wait_until(lambda: lines(notes))
    work.enqueue("trial.quick", path=str(notes), text="trả lời")
    wait_until(lambda: "trả lời" in lines(notes))
    assert lines(notes) == [f"begin 0 {process.pid}", "trả lời"], "the first long job is not through, two more wait"
    process.terminate()
    assert process.wait(60) == 0
    assert lines(notes)[-1] == f"end 0 {process.pid}", "both lanes end what they began"
    assert statuses()["trial.quick"] == "succeeded"
    assert ProcrastinateJob.objects.filter(status="doing").count() == 0


def test_one_lock_one_after_another(start_worker: Start, notes: Path) -> None:
    for number in range(3):
        work.enqueue("trial.slow", lock="mot-nguoi", path=str(notes), text=str(number), seconds=0.3)
    start_worker(*TRIAL, "5", "3")
    wait_until(lambda: len(lines(notes)) == 6)
    assert [line.rsplit(" ", 1)[0] for line in lines(notes)] == [
        f"{edge} {number}" for number in range(3) for edge in ("begin", "end")
    ]


def test_jobs_without_a_lock_run_side_by_side(start_worker: Start, notes: Path) -> None:
    for number in range(2):
        work.enqueue("trial.slow", path=str(notes), text=str(number), seconds=4)
    start_worker(*TRIAL, "5", "2")
    wait_until(lambda: len(lines(notes)) == 4)
    assert [line.split(" ", 1)[0] for line in lines(notes)] == ["begin", "begin", "end", "end"]


def test_what_a_job_enqueues_falls_with_its_transaction(start_worker: Start, notes: Path) -> None:
    work.enqueue("trial.enqueue_and_fail", path=str(notes))
    start_worker(*TRIAL, "5", "1")
    wait_until(lambda: statuses() == {"trial.enqueue_and_fail": "failed"})
    assert lines(notes) == []


def test_the_state_counts_what_an_operator_asks_for(start_worker: Start, notes: Path) -> None:
    assert queue_state().is_healthy is False
    start_worker(*TRIAL, "5", "1")
    wait_until(lambda: queue_state().workers == 2)  # lanes of one process
    assert queue_state().is_healthy
    work.enqueue("trial.enqueue_and_fail", path=str(notes))
    work.enqueue("trial.note", at=timezone.now() + dt.timedelta(days=1), path=str(notes), text="mai")
    wait_until(lambda: queue_state().failed == 1)
    state = queue_state()
    assert (state.waiting, state.doing, state.late, state.failed) == (0, 0, 0, 1)


def test_late_jobs_are_counted(queue: None) -> None:
    number = work.enqueue("trial.note", path="x", text="y")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '1 hour' WHERE job_id = %s", [number])
    assert queue_state().late == 1
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("queue", stdout=out)
    assert (ended.value.code, out.getvalue()) == (1, "chờ 1\nđang làm 0\ntrễ 1\nhỏng 0\nworker 0\n")
    assert ProcrastinateWorker.objects.count() == 0


def test_old_jobs_are_forgotten(queue: None) -> None:
    from django.db import connection

    numbers = [work.enqueue("trial.note", path="x", text=str(number)) for number in range(4)]
    ends = [("succeeded", 8), ("succeeded", 6), ("failed", 8), ("failed", 91)]
    with connection.cursor() as cursor:
        for number, (status, days) in zip(numbers, ends, strict=True):
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [number])
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, number])
            cursor.execute(
                "UPDATE procrastinate_events SET at = at - make_interval(days => %s) WHERE job_id = %s", [days, number]
            )
    jobs_prune(timestamp=0)
    assert list(ProcrastinateJob.objects.order_by("id").values_list("id", flat=True)) == numbers[1:3]
