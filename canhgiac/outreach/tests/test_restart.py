"""PostgreSQL itself goes away in mid-send and comes back: the sender's process goes on, nobody is lost or told twice.

On a server of its own with its safety on, because the other tests share theirs and turn fsync off.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import Error, connection

from canhgiac.kit import embedded
from canhgiac.outreach.models import Attempt, Lane
from tests.database import template
from tests.factories.agencies import cast
from tests.worker import wait_until

from .sending import Centre, approved, centre, is_done, people, standing, started, tally

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROOT = Path(__file__).parents[3]
PEOPLE = 1200


@pytest.fixture
def own_server(server_folder: Path) -> Iterator[Path]:
    """A server of this test alone with today's tables, which Django uses as long as the test lasts."""
    folder = server_folder / "pg"
    url = embedded.start(folder)
    _copied(os.environ["DATABASE_URL"], url)
    shared = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict |= {"NAME": "canhgiac", "HOST": parse_qs(urlsplit(url).query)["host"][0]}
    yield folder
    connection.close()
    connection.settings_dict |= shared
    embedded.stop(folder)


def _copied(source: str, target: str) -> None:
    """The template's tables, by PostgreSQL's own tools."""
    given = urlsplit(source)._replace(path=f"/{template(source)}").geturl()
    programs = embedded.binaries()
    dump = subprocess.run([programs / "pg_dump", "--no-owner", given], check=True, capture_output=True)
    command: list[str | Path] = [programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", target]
    subprocess.run(command, check=True, input=dump.stdout, stdout=subprocess.DEVNULL)


def restart(folder: Path, how: signal.Signals) -> None:
    """SIGINT ends the sessions and writes all down; SIGQUIT drops everything at once, as a power cut does."""
    pid = folder / "postmaster.pid"
    number = int(pid.read_text().split("\n", 1)[0])
    os.kill(number, how)
    wait_until(lambda: not Path(f"/proc/{number}").exists(), 60)
    connection.close()
    embedded.start(folder)


def test_the_sender_goes_on_after_postgresql_was_restarted_and_after_it_crashed(own_server: Path) -> None:
    given = cast()
    approver = standing(given)
    phones = people(PEOPLE)
    with centre(answer_after=0.05) as smsc:
        row = started(given.coordinator, approved(given, approver))
        command = [sys.executable, "-m", "canhgiac.cli", "sender"]
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": embedded.url(own_server)})
        try:
            for share, how in ((0.2, signal.SIGINT), (0.5, signal.SIGQUIT)):
                wait_until(partial(_got_more, smsc, share * PEOPLE), 180)
                assert not is_done(row)(), "all was sent before the restart: more people are needed"
                restart(own_server, how)
            wait_until(lambda: _delivered(row.pk) == PEOPLE and is_done(row)(), 180)
            assert process.poll() is None
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        assert smsc.phones.counts() == Counter(phones)
    assert tally(row)["taken"] == PEOPLE
    assert set(Attempt.objects.filter(lane__broadcast=row).values_list("outcome", flat=True)) == {"taken"}


def _got_more(smsc: Centre, least: float) -> bool:
    return smsc.phones.counts().total() > least


def _delivered(broadcast: int) -> int:
    try:
        return Lane.objects.get(broadcast=broadcast).delivered
    except Error:  # the server is not back yet
        connection.close()
        return 0
