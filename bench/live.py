"""A live event with 500 phones against the real web server and a real database, killed twice on the way.

The phones come in by the page, all within DOOR seconds: the page of the room, a name, the page again. Then they play.
Ten questions, the answers of each within four seconds of its opening. During the third the server's worker processes
are killed (``kill -9``; granian starts others), during the sixth the whole server, which is started again. Phones send
again what they got no word for, as the page does. An answer is lost when a phone was told that it is kept and the
database has none, or when a phone answered and the question ended without its answer.

The peer is granian with an application that says hello, to the same phones at the same pace. Its figure says what the
machine and the sockets cost; ours adds reading, marking, and a row on the disk for each answer.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bench._province import database
from tests.ports import free_ports

Row = tuple[str, float, str, float]
ROOT = Path(__file__).parents[1]
PHONES, QUESTIONS, PACE, DOOR = 500, 10, 4.0, 60.0
WORKERS_KILLED, SERVER_KILLED = 2, 5
"""Positions of the questions during which that happens."""
KEPT_MS = 300
JOIN_MS = 1500
"""A name is sent, kept, and the page of the room is there."""
HELLO = """
def application(environ, start_response):
    environ["wsgi.input"].read()
    body = b'{"answer": "taken"}'
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
"""


class Server:
    """``canhgiac web`` as a process that can be killed with all that it started."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.command = [sys.executable, "-m", "canhgiac.cli", "web"]
        self.environment = {**os.environ, "PORT": str(port), "WEB_WORKERS": "2", "LOG_LEVEL": "ERROR"}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, cwd=ROOT, env=self.environment, start_new_session=True)

    def wait(self) -> None:
        """Until it answers."""
        from urllib.error import HTTPError, URLError
        from urllib.request import urlopen

        for _try in range(1800):
            try:
                urlopen(f"http://127.0.0.1:{self.port}/cuoc-thi/phong/000000/trang-thai.json", timeout=5)
            except HTTPError:
                return
            except (URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError("the server does not answer")

    def kill(self) -> None:
        """``kill -9`` of all of it."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        with suppress(ProcessLookupError):
            for _try in range(100):  # the port is free when the last of them is gone
                os.killpg(self.process.pid, 0)
                time.sleep(0.05)

    def kill_workers(self) -> int:
        """``kill -9`` of the processes that answer; how many."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        workers = [int(number) for path in children for number in path.read_text().split()]
        for number in workers:
            os.kill(number, signal.SIGKILL)
        return len(workers)


def _event() -> Any:
    """The event in its waiting room."""
    from canhgiac.agencies.models import Role
    from canhgiac.training.services.live import live_make
    from tests.factories import agencies, papers

    cast = agencies.cast()
    agencies.role(cast.officer, Role.Kind.TRAINER, cast.department)
    kinds = ("single", "true_false", "verdict")
    asked = [papers.question(kinds[number % 3]) for number in range(QUESTIONS)]
    return live_make(by=cast.officer, agency=cast.department, title="Đo", paper=papers.paper(*asked), seconds=20)


def _all_in(event: Any) -> float:
    """Waits until all phones are in the room, two minutes at most; how many seconds that took."""
    from canhgiac.training.models import LivePlayer

    began = time.monotonic()
    while LivePlayer.objects.filter(event=event).count() < PHONES and time.monotonic() < began + 120:
        time.sleep(0.5)
    return time.monotonic() - began


def _answers(event: Any, position: int) -> int:
    from canhgiac.training.models import LiveAnswer

    return LiveAnswer.objects.filter(player__event=event, position=position).count()


def _hosted(event: Any, server: Server) -> None:
    """The host's steps, and the two murders."""
    from canhgiac.training.services.live import live_next

    time.sleep(4)  # the phones find their room
    for position in range(QUESTIONS):
        event = live_next(by=event.host, event=event, version=event.version)
        opened = time.monotonic() + 3
        time.sleep(3 + PACE / 2)
        if position == WORKERS_KILLED:
            print(f"  killed {server.kill_workers()} workers during question {position + 1}", flush=True)
        if position == SERVER_KILLED:
            server.kill()
            server.start()
            print(f"  killed the server during question {position + 1}", flush=True)
        while time.monotonic() < opened + PACE + 0.5 or (
            _answers(event, position) < PHONES and time.monotonic() < opened + 20
        ):
            time.sleep(0.25)
        event = live_next(by=event.host, event=event, version=event.version)
        time.sleep(1)
    live_next(by=event.host, event=event, version=event.version)


def _phones(port: int, pin: str, count: int, door: float = 0) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.livephones", "127.0.0.1", str(port), pin, str(count), str(PACE), str(door)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def _heard(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    out, _errors = process.communicate(timeout=300)
    return dict(json.loads(out))


def _quantile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


@contextmanager
def _hello(port: int) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "hello.py").write_text(HELLO)
        line = [str(Path(sys.executable).with_name("granian")), "hello:application", "--interface", "wsgi"]
        line += ["--port", str(port), "--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "error"]
        process = subprocess.Popen(line, cwd=folder, start_new_session=True)
        try:
            time.sleep(3)
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def main() -> list[Row]:
    """Measures."""
    [port] = free_ports(1)
    with _hello(port):
        peer = [took for _question, took in _heard(_phones(port, "hello", PHONES))["milliseconds"]]
    with database("bench_live"):
        from canhgiac.training.models import LiveAnswer

        event = _event()
        server = Server(free_ports(1)[0])
        server.start()
        try:
            server.wait()
            phones = _phones(server.port, event.pin, PHONES, DOOR)
            filled = _all_in(event)
            _hosted(event, server)
            heard = _heard(phones)
        finally:
            server.kill()
        kept = set(LiveAnswer.objects.values_list("player__name", "position"))
        said = {(f"Máy {number}", position) for number, position in heard["taken"]}
    disturbed = {WORKERS_KILLED, SERVER_KILLED}
    calm = [took for question, took in heard["milliseconds"] if question not in disturbed]
    again = [took for _question, took in heard["again"]]
    p95, hello, joins = _quantile(calm, 95), _quantile(peer, 95), heard["joins"]
    print(
        f"  by the page into the room: {len(joins)} phones in {filled:.1f} s; the page in ms: p50"
        f" {_quantile(heard['doors'], 50):.0f}, p95 {_quantile(heard['doors'], 95):.0f}; from the name to the room: p50"
        f" {_quantile(joins, 50):.0f}, p95 {_quantile(joins, 95):.0f}, longest {max(joins):.0f}"
    )
    print(
        f"  answers in ms: p50 {_quantile(calm, 50):.1f}, p95 {p95:.1f}, p99 {_quantile(calm, 99):.1f} of {len(calm)};"
        f" hello p50 {_quantile(peer, 50):.1f}, p95 {hello:.1f} of {len(peer)}; asked for the state {heard['asked']}"
        f" times; connections broken {heard['broken']}, answers sent again {len(again)}"
        f" (the longest took {max(again, default=0) / 1000:.1f} s), late {heard['late']};"
        f" load of the machine {os.getloadavg()[0]:.1f}"
    )
    return [
        ("live_join_by_the_page_p95_ms_500_phones", _quantile(joins, 95), "<=", JOIN_MS),
        ("live_phones_not_in_the_room", PHONES - len(joins), "<=", 0),
        ("live_answer_p95_ms_500_phones", p95, "<=", KEPT_MS),
        ("live_answer_p95_over_hello", p95 / hello, "<=", 60),
        ("live_answers_acknowledged_and_lost", len(said - kept), "<=", 0),
        ("live_answers_never_kept", PHONES * QUESTIONS - len(kept), "<=", 0),
    ]
