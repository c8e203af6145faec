"""Sixty phones answer while the web server is killed and started again: no answer is lost."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.live import Server
from canhgiac.agencies.models import Role
from canhgiac.training.models import LiveAnswer, LivePlayer
from canhgiac.training.selectors.live import key_digest
from canhgiac.training.services.live import live_make, live_next
from tests.factories import agencies, papers
from tests.factories.agencies import Cast
from tests.ports import free_ports
from tests.worker import database_url, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PHONES = 60
PACE = 12
"""Seconds over which they answer: a busy machine still kills in the middle."""
ROOT = Path(__file__).parents[3]


def test_no_answer_is_lost_when_the_server_is_killed(cast: Cast) -> None:
    agencies.role(cast.officer, Role.Kind.TRAINER, cast.department)
    paper = papers.paper(papers.question("single"))
    event = live_make(by=cast.officer, agency=cast.department, title="Thử", paper=paper, seconds=120)
    LivePlayer.objects.bulk_create(
        LivePlayer(event=event, name=f"Máy {number}", folded=f"may{number}", key=key_digest(f"k{number}"))
        for number in range(PHONES)
    )
    server = Server(free_ports(1)[0])
    server.environment |= {"DATABASE_URL": database_url(), "STATIC_MANIFEST": "0"}
    server.start()
    try:
        server.wait()
        told = ("127.0.0.1", str(server.port), event.pin, str(PHONES), str(PACE))
        command = [sys.executable, "-m", "tests.livephones", *told]
        phones = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        time.sleep(1)
        event = live_next(by=cast.officer, event=event, version=1)
        wait_until(lambda: LiveAnswer.objects.count() >= PHONES // 6)
        server.kill()
        assert LiveAnswer.objects.count() < PHONES, "killed in the middle"
        server.start()
        wait_until(lambda: LiveAnswer.objects.count() == PHONES, 150)
        event = live_next(by=cast.officer, event=event, version=2)
        live_next(by=cast.officer, event=event, version=3)
        heard = json.loads(phones.communicate(timeout=120)[0])
    finally:
        server.kill()
    assert sorted(number for number, _question in heard["taken"]) == list(range(PHONES)), "every phone was told"
    assert heard["broken"] > 0
    assert heard["late"] == 0
