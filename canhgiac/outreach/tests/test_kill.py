"""``kill -9`` of senders at random moments, fifty times, against an SMSC that counts what each phone got.

The promise: nobody is lost. Of a killed sender at most the provider's window is uncertain, each of these people is
listed, and is settled by a receipt or by the lane's rule; nobody else gets anything twice.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from canhgiac.kit import clock
from canhgiac.outreach.models import Attempt, Broadcast, Lane, SenderNode
from canhgiac.outreach.services.sender.results import LOST
from tests.factories.agencies import Cast
from tests.worker import database_url, wait_until

from .killable import Nest
from .sending import Centre, approved, centre, hurry, is_done, people, standing, started, tally

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
KILLS, WINDOW, PEOPLE, AT_ONCE = 25, 16, 6000, 3
PATIENCE = 180
"""Seconds that a busy machine may take; none is a measure of speed."""
ROOT = Path(__file__).parents[3]


@contextmanager
def nest() -> Iterator[Nest]:
    made = Nest(database_url(), lost_after=0.8)
    try:
        yield made
    finally:
        made.end()


def on_wire() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM outreach_chunk WHERE state = 'wire'")
        return int(cursor.fetchone()[0])


def massacre(senders: Nest, row: Broadcast, chance: random.Random) -> int:
    """Kills one of several senders after another while they send; returns how many had something on the wire."""
    busy = 0
    for _ in range(KILLS):
        while len(senders.alive) < AT_ONCE:
            senders.hatch()
        wait_until(lambda: on_wire() > 1 or is_done(row)(), PATIENCE)
        time.sleep(chance.uniform(0, 0.25))
        assert not is_done(row)(), "all was sent before the last kill: more people are needed"
        busy += on_wire() > 0
        senders.kill(chance.choice(senders.alive))
    return busy


def finish(smsc: Centre, row: Broadcast) -> None:
    """The rest by the command itself, to the end: no more haste, a wide window."""
    smsc.tune(window=400)
    command = [sys.executable, "-m", "canhgiac.cli", "sender", "--lost-after", "0.8"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": database_url()})

    def settled() -> bool:
        hurry(row)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE outreach_receiptrow SET look_at = now() WHERE looked < 9")
            cursor.execute("SELECT count(*) FROM outreach_receiptrow WHERE looked < 9")
            waiting = cursor.fetchone()[0]
        return is_done(row)() and not waiting and not smsc.server.outbox

    try:
        wait_until(settled, PATIENCE)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def uncertain_by_sender(row: Broadcast) -> Counter[int]:
    """How many deliveries of each dead sender were written down as uncertain, settled since or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.sender_id, count(*) FROM outreach_attempt a JOIN outreach_chunk c ON c.id = a.chunk_id"
            " JOIN outreach_lane l ON l.id = a.lane_id WHERE l.broadcast_id = %s AND a.code = %s GROUP BY 1",
            [row.pk, LOST],
        )
        return Counter(dict(cursor.fetchall()))


def phones_of(row: Broadcast, **facts: object) -> set[str]:
    """Phones of the deliveries that have such an attempt."""
    keys = list(Attempt.objects.filter(lane__broadcast=row, **facts).values_list("delivery_id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM outreach_delivery WHERE id = ANY(%s)", [keys])
        return {address for (address,) in cursor.fetchall()}


def table(what: str, row: Broadcast, busy: int, got: Counter[str], phones: list[str]) -> None:
    by_sender = uncertain_by_sender(row)
    books = tally(row)
    print(
        f"\n{what}: kills {KILLS}, of them in mid-send {busy}; people {len(phones)}; got it {len(got)},"
        f" twice {sum(1 for number in got.values() if number > 1)}; uncertain at first {sum(by_sender.values())}"
        f" (most of one sender {max(by_sender.values(), default=0)}, window {WINDOW}), in the end {books['unsure']};"
        f" lost {len(set(phones) - set(got) - phones_of(row, outcome='unsure'))}"
    )


def test_several_processes_share_one_sending_without_doubling(cast: Cast) -> None:
    approver = standing(cast)
    phones = people(1500)
    with centre(answer_after=0.3) as smsc:
        smsc.tune(paused_at=clock.now())
        row = started(cast.coordinator, approved(cast, approver))
        with nest() as senders:
            for _ in range(3):
                senders.hatch()
            wait_until(lambda: SenderNode.objects.count() == 3, PATIENCE)  # else the quickest may send all alone
            smsc.tune(paused_at=None)
            wait_until(lambda: is_done(row)() and Lane.objects.get(broadcast=row).delivered == len(phones), PATIENCE)
        assert smsc.phones.counts() == Counter(phones)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT sender_id), count(*) FROM outreach_chunk")
        by, chunks = cursor.fetchone()
    assert (by, chunks) == (3, 150)
    assert tally(row)["taken"] == len(phones)


@pytest.mark.parametrize("rule", [Lane.Unsure.LEAVE, Lane.Unsure.RESEND])
def test_killed_at_random_nobody_is_lost(cast: Cast, rule: Lane.Unsure) -> None:
    chance = random.Random(f"kill {rule}")
    approver = standing(cast)
    phones = people(PEOPLE)
    with centre(answer_after=0.08, receipt_after=0.02) as smsc:
        smsc.tune(window=WINDOW)
        row = started(cast.coordinator, approved(cast, approver), unsure=rule, unsure_minutes=0)
        with nest() as senders:
            busy = massacre(senders, row, chance)
        finish(smsc, row)
        got = smsc.phones.counts()
    table(rule, row, busy, got, phones)

    assert busy > KILLS * 0.8
    by_sender = uncertain_by_sender(row)
    assert 0 < max(by_sender.values()) <= WINDOW
    assert len(by_sender) <= SenderNode.objects.count()
    listed = phones_of(row, outcome="unsure")
    assert set(phones) - set(got) <= listed  # 0 lost
    books = tally(row)
    assert books["waiting"] == books["refused"] == books["skipped"] == 0
    twice = {phone for phone, number in got.items() if number > 1}
    if rule == Lane.Unsure.LEAVE:
        assert not twice
        assert listed == set(phones) - set(got)  # receipts settled all that arrived: what is listed did not
        assert books["unsure"] == len(listed)
    else:
        assert set(got) == set(phones)
        assert books["taken"] == PEOPLE
        assert twice <= phones_of(row, tries=2)  # only who was uncertain and was sent to again
