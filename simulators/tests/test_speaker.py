"""A loudspeaker against a programme of ours over a real socket: signatures, hashes, hours, recall, reports."""

from __future__ import annotations

import datetime as dt
import hashlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from canhgiac.channels.feeds.feed import etag
from canhgiac.channels.speech.schedule import (
    PlayReport,
    ScheduledItem,
    report_is_signed,
    report_read,
    schedule_signature,
    schedule_written,
)
from simulators.speaker import VIETNAM, Clock, Playing, Speaker, Speakers

ROOT = Path(__file__).parents[2]
KEY = "5e" * 32
MORNING = dt.datetime(2026, 12, 18, 5, 59, tzinfo=VIETNAM)
DAY = dt.timedelta(days=1)


class Hands(Clock):
    """A clock that a test moves."""

    def __init__(self, at: dt.datetime) -> None:
        super().__init__()
        self.at = at

    def now(self) -> dt.datetime:
        """Where the hands stand."""
        return self.at


class House(ThreadingHTTPServer):
    """Serves one commune's programme and its sounds, and takes reports, as the public pages do."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.sounds: dict[str, bytes] = {}
        self.items: list[ScheduledItem] = []
        self.recalled: list[str] = []
        self.serial, self.key, self.body = 1, KEY, b""
        self.reports: list[PlayReport] = []
        self.answers: list[int] = []
        self.is_closed = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def item(self, id_: str, sound: bytes, **more: object) -> ScheduledItem:
        """Puts a sound up and gives its line of the programme."""
        self.sounds[f"/{id_}.mp3"] = sound
        made = ScheduledItem(
            id=id_,
            title=f"Bài {id_}",
            url=f"{self.url}/{id_}.mp3",
            sha256=hashlib.sha256(sound).hexdigest(),
            size=len(sound),
            seconds=60.0,
            start=MORNING - DAY,
            until=MORNING + 3 * DAY,
        )
        return replace(made, **more)  # type: ignore[arg-type]

    def put(self, *items: ScheduledItem, recalled: tuple[str, ...] = (), serial: int | None = None) -> None:
        """A new programme."""
        self.serial = self.serial + 1 if serial is None else serial
        self.body = schedule_written(
            area="22045",
            name="Xã An Bình",
            items=items,
            serial=self.serial,
            recalled=recalled,
            report_url=f"{self.url}/bao-cao",
        )


class Door(BaseHTTPRequestHandler):
    """Answers one request."""

    server: House

    def do_GET(self) -> None:
        """The programme or a sound."""
        house = self.server
        if self.path == "/lich.json":
            tag = etag(house.body)
            is_known = self.headers.get("If-None-Match") == tag
            house.answers.append(304 if is_known else 200)
            self._send(house.answers[-1], b"" if is_known else house.body, tag)
        else:
            sound = house.sounds.get(self.path)
            self._send(404 if sound is None else 200, sound or b"", "")

    def do_POST(self) -> None:
        """A report."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.is_closed or not report_is_signed(KEY, body, self.headers["Signature"]):
            self._send(403, b"", "")
            return
        self.server.reports.append(report_read(body))
        self._send(204, b"", "")

    def _send(self, status: int, body: bytes, tag: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if tag:
            self.send_header("ETag", tag)
            self.send_header("Signature", schedule_signature(self.server.key, self.server.body))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


@pytest.fixture
def house() -> Iterator[House]:
    server = House()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class Hung:
    """A loudspeaker, its clock, and what sounded."""

    def __init__(self, house: House, name: str = "loa-1", at: dt.datetime = MORNING, key: str = KEY) -> None:
        self.clock, self.log = Hands(at), list[Playing]()
        self.speaker = Speaker(name, f"{house.url}/lich.json", key, clock=self.clock, log=self.log.append)

    def at(self, hour: int, minute: int = 0, *, days: int = 0) -> list[tuple[str, str, bool]]:
        """Moves the hands, polls nothing, and tells all that sounded so far."""
        self.clock.at = dt.datetime(2026, 12, 18, hour, minute, tzinfo=VIETNAM) + days * DAY
        self.speaker.tick()
        return [(one.id, one.at[8:16], one.done) for one in self.log]


def test_a_recording_sounds_at_six_and_at_half_past_five(house: House) -> None:
    house.put(house.item("a", b"mp3 a"))
    hung = Hung(house)
    hung.speaker.poll()
    assert [row["at"][8:16] for row in hung.speaker.queue()] == ["18T06:00", "18T17:30"]
    assert hung.at(5, 59) == hung.at(6, 0) == []
    assert hung.speaker.queue()[0]["now"] is True
    assert hung.at(6, 2) == [("a", "18T06:00", True)]
    assert len(hung.at(17, 30)) == 1
    assert hung.at(17, 32)[1:] == [("a", "18T17:30", True)]
    [first, second] = house.reports
    assert (first.speaker, first.area) == ("loa-1", "22045")
    assert [(play.id, play.at.hour, play.seconds, play.done) for play in first.plays + second.plays] == [
        ("a", 6, 60.0, True),
        ("a", 17, 60.0, True),
    ]


def test_two_recordings_sound_one_after_the_other(house: House) -> None:
    house.put(house.item("a", b"mp3 a"), house.item("b", b"mp3 b"))
    hung = Hung(house)
    hung.speaker.poll()
    hung.at(6, 0)
    assert hung.at(6, 1) == [("a", "18T06:00", True)]
    assert hung.at(6, 2)[1:] == [("b", "18T06:01", True)]


def test_nothing_sounds_before_its_start_nor_after_its_end(house: House) -> None:
    house.put(
        house.item("late", b"1", start=MORNING + DAY),
        house.item("over", b"2", until=MORNING + dt.timedelta(minutes=1)),
    )
    hung = Hung(house)
    hung.speaker.poll()
    hung.at(6, 0)
    hung.at(6, 10)
    hung.at(6, 0, days=1)
    assert hung.at(6, 5, days=1) == [("late", "19T06:00", True)]


def test_an_emergency_sounds_as_soon_as_it_is_there_and_once(house: House) -> None:
    hung = Hung(house, at=MORNING.replace(hour=10))
    house.put(house.item("now", b"mp3", at_once=True, at=()))
    hung.speaker.poll()
    hung.at(10, 1)
    assert hung.at(10, 3) == [("now", "18T10:01", True)]
    hung.speaker.poll()
    assert len(hung.at(10, 30)) == 1


def test_a_recall_breaks_off_what_is_sounding_and_drops_what_waits(house: House) -> None:
    house.put(house.item("a", b"mp3 a"), house.item("b", b"mp3 b"))
    hung = Hung(house)
    hung.speaker.poll()
    hung.at(6, 0)
    hung.clock.at += dt.timedelta(seconds=20)
    house.put(recalled=("a", "b"))
    hung.speaker.poll()
    assert hung.at(7) == [("a", "18T06:00", False)]
    assert (hung.log[0].seconds, hung.log[0].fault) == (20.0, "đã thu hồi")
    assert hung.speaker.queue() == []
    assert house.reports[0].plays[0].fault == "đã thu hồi"


def test_an_update_takes_the_place_of_what_it_replaces(house: House) -> None:
    old = house.item("a", b"mp3 a")
    house.put(old)
    hung = Hung(house)
    hung.speaker.poll()
    house.put(old, house.item("a2", b"mp3 a2", replaces=("a",)))
    hung.speaker.poll()
    hung.at(6, 0)
    assert hung.at(6, 5) == [("a2", "18T06:00", True)]


def test_an_unchanged_programme_is_not_sent_again(house: House) -> None:
    house.put(house.item("a", b"mp3"))
    hung = Hung(house)
    hung.speaker.poll()
    hung.speaker.poll()
    assert house.answers == [200, 304]
    assert hung.speaker.trouble_said == ""


def test_a_programme_signed_by_another_makes_nobody_speak(house: House) -> None:
    house.put(house.item("a", b"mp3"))
    house.key = "c0" * 32
    hung = Hung(house)
    hung.speaker.poll()
    assert hung.speaker.trouble_said == "chữ ký của lịch không đúng"
    assert hung.at(6, 0) == hung.at(6, 5) == []


def test_an_old_programme_cannot_bring_back_what_was_recalled(house: House) -> None:
    house.put(house.item("a", b"mp3"))
    old = house.body
    hung = Hung(house)
    hung.speaker.poll()
    house.put(recalled=("a",))
    hung.speaker.poll()
    house.body = old
    hung.speaker.poll()
    assert hung.speaker.trouble_said == "lịch cũ hơn lịch đang có"
    assert hung.speaker.queue() == []


def test_a_sound_that_was_changed_on_the_way_is_not_played(house: House) -> None:
    house.put(house.item("a", b"mp3 a"))
    house.sounds["/a.mp3"] = b"mp3 X"
    hung = Hung(house)
    hung.speaker.poll()
    assert "mã băm" in hung.speaker.trouble_said
    hung.at(6, 0)
    assert hung.at(6, 5) == []
    house.sounds["/a.mp3"] = b"mp3 a"
    hung.speaker.poll()
    assert hung.speaker.queue()[0]["ready"] is True


def test_without_a_link_it_plays_what_it_has(house: House) -> None:
    house.put(house.item("a", b"mp3"))
    hung = Hung(house)
    hung.speaker.poll()
    house.body = b"{}"
    hung.speaker.poll()
    hung.at(6, 0)
    assert len(hung.at(6, 5)) == 1


def test_a_report_that_was_not_taken_is_told_again(house: House) -> None:
    house.put(house.item("a", b"mp3"))
    hung = Hung(house)
    hung.speaker.poll()
    house.is_closed = True
    hung.at(6, 0)
    hung.at(6, 5)
    assert house.reports == []
    house.is_closed = False
    hung.at(6, 6)
    assert [play.id for report in house.reports for play in report.plays] == ["a"]


@pytest.mark.parametrize(
    ("name", "sounded", "told"),
    [("loa-97", (0.0, "âm ly hỏng"), 1), ("loa-92", (60.0, ""), 0), ("loa-91", (60.0, ""), 2)],
)
def test_names_that_ask_for_trouble_get_it(house: House, name: str, sounded: tuple[float, str], told: int) -> None:
    house.put(house.item("a", b"mp3"))
    hung = Hung(house, name)
    hung.speaker.poll()
    hung.at(6, 0)
    hung.at(6, 5)
    assert [(one.seconds, one.fault) for one in hung.log] == [sounded]
    assert len(house.reports) == told


def test_a_fetch_that_breaks_is_made_again(house: House) -> None:
    house.put(house.item("a", b"mp3"))
    hung = Hung(house, "ngat-1")
    hung.speaker.poll()
    assert hung.speaker.queue()[0]["ready"] is False
    hung.speaker.poll()
    assert hung.speaker.queue()[0]["ready"] is True


def test_all_loudspeakers_of_a_run_stand_in_one_list(house: House) -> None:
    """A day in seconds: the clock runs 3,600 times as fast."""
    house.put(house.item("a", b"mp3 a"))
    speakers = Speakers(every=0.05)
    clock = Clock(MORNING, speed=3600)
    for name in ("loa-1", "loa-2"):
        speakers.hang(name, f"{house.url}/lich.json", KEY, clock)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and {one.speaker for one in speakers.played()} != {"loa-1", "loa-2"}:
        time.sleep(0.05)
    assert {one.id for one in speakers.played()} == {"a"}
    assert {row["speaker"] for row in speakers.queue()} == {"loa-1", "loa-2"}
    speakers.clear()
    speakers.stop()
    assert speakers.all() == []
    with pytest.raises(ValueError, match="hex"):
        speakers.hang("loa-3", house.url, "không phải khóa")


def test_one_loudspeaker_runs_by_itself(house: House) -> None:
    """As docs/loa.md tells makers to try it."""
    house.put(house.item("a", b"mp3 a", start=dt.datetime.now(VIETNAM) - DAY, until=dt.datetime.now(VIETNAM) + 9 * DAY))
    command = [sys.executable, "-m", "simulators.speaker", "--schedule", f"{house.url}/lich.json", "--key", KEY]
    process = subprocess.Popen(
        [*command, "--name", "loa-9", "--speed", "36000"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    process.stdout.close()
    assert line.endswith(" a 60 s xong: Bài a\n")
    assert line[11:16] in {"06:00", "17:30"}
