"""IP loudspeakers: each polls its commune's programme, checks it, fetches the recordings and "plays" them into a log.

What a loudspeaker must do is written in docs/loa.md; this is that page carried out with the standard library, so that a
maker can hold a device beside it. ``python -m simulators.speaker --schedule ADDRESS --key KEY`` runs one.

Names that ask for trouble (simulators.magic): ``...97`` a broken amplifier: nothing sounds, and it says so; ``...94``
fetches three seconds late; ``...93`` loses the first fetch of each recording in the middle; ``...92`` plays and never
tells; ``...91`` and ``...90`` tell the same playing twice.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import hmac
import http.client
import itertools
import json
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from simulators.magic import SLOW_SECONDS, Times, Trouble, trouble

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
CAPACITY = 2_000
"""Playings kept; the oldest go first."""
MOST_SCHEDULE, MOST_SOUND = 1 << 20, 64 << 20
TIMEOUT = 10.0
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_SCHEDULE, _REPORT = b"canhgiac-loa-lich-1\n", b"canhgiac-loa-bao-cao-1\n"


class RefusedError(Exception):
    """What came is not to be trusted or not to be had; the words say why."""


class Clock:
    """The time of day, or one that runs ``speed`` times as fast from ``start`` on."""

    def __init__(self, start: dt.datetime | None = None, speed: float = 1) -> None:
        self.speed = speed
        self._begun, self._start = time.monotonic(), start or dt.datetime.now(VIETNAM)

    def now(self) -> dt.datetime:
        """The moment, in Vietnamese time."""
        passed = (time.monotonic() - self._begun) * self.speed
        return self._start.astimezone(VIETNAM) + dt.timedelta(seconds=passed)


@dataclass(frozen=True)
class Playing:
    """One playing, done, broken off or failed."""

    number: int
    speaker: str
    area: str
    id: str
    title: str
    at: str
    seconds: float
    done: bool
    sha256: str
    fault: str = ""


@dataclass(frozen=True)
class Recording:
    """One item of the programme, with its sound once it was fetched."""

    id: str
    title: str
    url: str
    sha256: str
    size: int
    seconds: float
    start: dt.datetime
    until: dt.datetime
    at: tuple[dt.time, ...]
    at_once: bool
    replaces: tuple[str, ...]
    sound: bytes | None = None

    def due(self, after: dt.datetime, before: dt.datetime) -> list[dt.datetime]:
        """Its times of day from ``after`` (left out) to ``before``, within its validity."""
        days = range((before.date() - after.date()).days + 1)
        moments = [
            dt.datetime.combine(after.date() + dt.timedelta(days=day), at, VIETNAM) for day in days for at in self.at
        ]
        return sorted(one for one in moments if after < one <= before and self.start <= one < self.until)


@dataclass
class Programme:
    """The last programme that was taken."""

    serial: int = -1
    etag: str = ""
    area: str = ""
    name: str = ""
    report: str = ""
    poll_seconds: float = 60
    items: dict[str, Recording] = field(default_factory=dict)


class Speaker:
    """One loudspeaker. ``tick`` does what is due and returns; ``run`` does so until it is stopped."""

    def __init__(
        self, name: str, schedule_url: str, key: str, *, clock: Clock | None = None, log: Callable[[Playing], None]
    ) -> None:
        self.name, self.url, self.key = name, schedule_url, bytes.fromhex(key)
        self.clock = clock or Clock()
        self.programme = Programme()
        self.trouble_said = ""
        """Why the last poll brought nothing; empty when it did."""
        self.polls = 0
        self._log, self._trouble, self._times = log, trouble(name), Times()
        self._waiting: deque[tuple[dt.datetime, str]] = deque()
        self._now: tuple[dt.datetime, Recording] | None = None
        self._told: list[Playing] = []
        self._seen = self._free = self.clock.now()
        """Plays were begun up to here; the last one ended there."""
        self._once: set[str] = set()
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()

    # Polling ----------------------------------------------------------------------------------------------------------

    def poll(self) -> None:
        """Asks for the programme and takes it if it is signed and no older than the last; then fetches its sounds."""
        self.polls += 1
        if self._trouble is Trouble.SLOW:
            time.sleep(SLOW_SECONDS)
        try:
            asked = self._asked()
            if asked is not None:
                body, etag = asked
                self._take(json.loads(body), etag)
            self.trouble_said = ""
        except (RefusedError, OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
            self.trouble_said = str(error) or type(error).__name__
        self._fetch_all()

    def _asked(self) -> tuple[bytes, str] | None:
        """The programme's bytes, their signature checked, and their ETag; None where nothing changed."""
        request = urllib.request.Request(self.url, headers={"User-Agent": "loa-thu/1"})  # noqa: S310  # the operator's
        if self.programme.etag:
            request.add_header("If-None-Match", self.programme.etag)
        try:
            with _OPENER.open(request, timeout=TIMEOUT) as answer:
                body: bytes = answer.read(MOST_SCHEDULE + 1)
                signature, etag = answer.headers.get("Signature", ""), answer.headers.get("ETag", "")
        except urllib.error.HTTPError as error:
            if error.code == http.HTTPStatus.NOT_MODIFIED:
                return None
            raise RefusedError(f"HTTP {error.code}") from error
        if len(body) > MOST_SCHEDULE:
            raise RefusedError("lịch quá dài")
        wanted = hmac.new(self.key, _SCHEDULE + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted, signature.strip().lower()):
            raise RefusedError("chữ ký của lịch không đúng")
        return body, etag

    def _take(self, told: dict[str, Any], etag: str) -> None:
        if told["version"] != 1 or told["serial"] < self.programme.serial:
            raise RefusedError("lịch cũ hơn lịch đang có")
        with self._lock:
            had = self.programme.items
            items = {item["id"]: _recording(item) for item in told["items"]}
            dropped = {one for item in items.values() for one in item.replaces} | set(told["recalled"])
            self.programme = Programme(
                serial=told["serial"],
                etag=etag,
                area=told["area"]["code"],
                name=told["area"]["name"],
                report=told["report"],
                poll_seconds=told["poll_seconds"],
                items={
                    id_: replace(item, sound=had[id_].sound if id_ in had and had[id_].sha256 == item.sha256 else None)
                    for id_, item in items.items()
                    if id_ not in dropped
                },
            )
            self._drop()

    def _drop(self) -> None:
        """What the programme no longer holds is not played, and broken off where it is being played."""
        self._waiting = deque(one for one in self._waiting if one[1] in self.programme.items)
        if self._now is not None and self._now[1].id not in self.programme.items:
            at, item = self._now
            self._now, self._free = None, self.clock.now()
            self._played(at, item, (self.clock.now() - at).total_seconds(), fault="đã thu hồi")

    def _fetch_all(self) -> None:
        for id_, item in list(self.programme.items.items()):
            if item.sound is None and item.until > self.clock.now():
                try:
                    self.programme.items[id_] = replace(item, sound=self._fetched(item))
                except (RefusedError, OSError, http.client.HTTPException) as error:
                    self.trouble_said = f"{id_}: {error}"

    def _fetched(self, item: Recording) -> bytes:
        if not item.url.startswith(("http://", "https://")):
            raise RefusedError("địa chỉ âm thanh không phải http")
        with _OPENER.open(item.url, timeout=TIMEOUT) as answer:
            if self._trouble is Trouble.LOST and self._times.passes(item.id, Trouble.PUT_OFF) is False:
                answer.read(100)
                raise RefusedError("mất kết nối giữa chừng")
            sound: bytes = answer.read(min(item.size, MOST_SOUND) + 1)
        if len(sound) != item.size or hashlib.sha256(sound).hexdigest() != item.sha256:
            raise RefusedError("âm thanh tải về không đúng mã băm")
        return sound

    # Playing ----------------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Begins what is due, ends what has played out, tells what was played."""
        with self._lock:
            now = self.clock.now()
            ready = [item for item in self.programme.items.values() if item.sound is not None]
            for item in ready:
                if item.at_once and item.id not in self._once and item.start <= now < item.until:
                    self._once.add(item.id)
                    self._waiting.appendleft((now, item.id))
            self._waiting.extend(sorted((at, item.id) for item in ready for at in item.due(self._seen, now)))
            self._seen = now
            self._advance(now)
        self._tell()

    def _advance(self, now: dt.datetime) -> None:
        """Plays one after the other up to this moment; a fast clock may pass several."""
        while True:
            if self._now is not None:
                at, item = self._now
                end = at + dt.timedelta(seconds=item.seconds)
                if end > now:
                    return
                self._now = None
                self._played(at, item, item.seconds)
                self._free = end
            if not self._waiting:
                return
            due, id_ = self._waiting.popleft()
            begin = max(due, self._free) if self.clock.speed > 1 else now
            self._now = (begin, self.programme.items[id_])

    def _played(self, at: dt.datetime, item: Recording, seconds: float, fault: str = "") -> None:
        if self._trouble is Trouble.REFUSED:
            seconds, fault = 0.0, "âm ly hỏng"
        playing = Playing(
            number=next(self._numbers),
            speaker=self.name,
            area=self.programme.area,
            id=item.id,
            title=item.title,
            at=at.isoformat(timespec="seconds"),
            seconds=round(seconds, 1),
            done=not fault,
            sha256=item.sha256,
            fault=fault,
        )
        self._log(playing)
        if self._trouble is not Trouble.UNDELIVERED:
            self._told.append(playing)

    def _tell(self) -> None:
        """Hands over what was played; what is not taken is told again at the next tick."""
        if not self._told or not self.programme.report:
            return
        plays = [
            {"id": one.id, "at": one.at, "seconds": one.seconds, "done": one.done, "sha256": one.sha256}
            | ({"fault": one.fault} if one.fault else {})
            for one in self._told[:100]
        ]
        body = json.dumps({"speaker": self.name, "area": self.programme.area, "plays": plays}).encode()
        times = 2 if self._trouble in {Trouble.TWICE, Trouble.SILENT} else 1
        try:
            for _time in range(times):
                self._post(body)
        except (OSError, http.client.HTTPException) as error:
            self.trouble_said = f"báo cáo: {error}"
            return
        self._told = self._told[len(plays) :]

    def _post(self, body: bytes) -> None:
        signature = hmac.new(self.key, _REPORT + body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "Signature": signature, "User-Agent": "loa-thu/1"}
        request = urllib.request.Request(self.programme.report, body, headers)  # noqa: S310  # a signed address
        _OPENER.open(request, timeout=TIMEOUT).close()

    def queue(self) -> list[dict[str, Any]]:
        """What it would play in the next 24 hours, and what it is playing (``now``), in order."""
        now = self.clock.now()
        with self._lock:
            rows = [(*self._now, True)] if self._now else []
            for item in self.programme.items.values():
                rows += [(at, item, False) for at in item.due(now, now + dt.timedelta(days=1))]
        return [
            {
                "speaker": self.name,
                "area": self.programme.area,
                "id": item.id,
                "title": item.title,
                "at": at.isoformat(timespec="seconds"),
                "seconds": item.seconds,
                "ready": item.sound is not None,
                "now": is_now,
            }
            for at, item, is_now in sorted(rows, key=lambda row: row[0])
        ]

    def run(self, stop: threading.Event, every: float | None = None) -> None:
        """Polls and plays until stopped; ``every`` overrides the programme's own pace, in seconds."""
        last = -1e9
        while not stop.is_set():
            pace = every if every is not None else self.programme.poll_seconds / self.clock.speed
            if time.monotonic() - last >= pace:
                last = time.monotonic()
                self.poll()
            self.tick()
            stop.wait(min(0.2, pace))


def _recording(told: dict[str, Any]) -> Recording:
    return Recording(
        id=told["id"],
        title=told["title"],
        url=told["url"],
        sha256=told["sha256"],
        size=told["size"],
        seconds=told["seconds"],
        start=dt.datetime.fromisoformat(told["from"]),
        until=dt.datetime.fromisoformat(told["until"]),
        at=tuple(dt.time.fromisoformat(one) for one in told["at"]),
        at_once=told["at_once"],
        replaces=tuple(told["replaces"]),
    )


class Speakers:
    """All loudspeakers of a run, for the web inbox. Safe to use from several threads."""

    def __init__(self, every: float | None = 2.0) -> None:
        self._every = every
        self._lock = threading.Lock()
        self._speakers: dict[str, tuple[Speaker, threading.Event, threading.Thread]] = {}
        self._played: deque[Playing] = deque(maxlen=CAPACITY)

    def hang(self, name: str, schedule_url: str, key: str, clock: Clock | None = None) -> Speaker:
        """Puts a loudspeaker up; one of the same name is taken down. Raises ValueError for a key that is not hex."""
        speaker = Speaker(name, schedule_url, key, clock=clock, log=self._note)
        self.take_down(name)
        stop = threading.Event()
        thread = threading.Thread(target=speaker.run, args=(stop, self._every), daemon=True, name=f"loa {name}")
        with self._lock:
            self._speakers[name] = (speaker, stop, thread)
        thread.start()
        return speaker

    def take_down(self, name: str) -> None:
        """Stops one; nothing for an unknown name."""
        with self._lock:
            found = self._speakers.pop(name, None)
        if found is not None:
            found[1].set()
            found[2].join(TIMEOUT)

    def stop(self) -> None:
        """Takes all down."""
        for name in [one.name for one in self.all()]:
            self.take_down(name)

    def all(self) -> list[Speaker]:
        """Those that hang, by name."""
        with self._lock:
            return [one[0] for _name, one in sorted(self._speakers.items())]

    def played(self) -> list[Playing]:
        """What sounded, newest first."""
        with self._lock:
            return list(reversed(self._played))

    def queue(self) -> list[dict[str, Any]]:
        """What is to sound within a day, by time."""
        rows = [row for speaker in self.all() for row in speaker.queue()]
        return sorted(rows, key=lambda row: (row["at"], row["speaker"]))

    def clear(self) -> None:
        """Forgets what sounded; the loudspeakers stay."""
        with self._lock:
            self._played.clear()

    def _note(self, playing: Playing) -> None:
        with self._lock:
            self._played.append(playing)


def main() -> int:
    """Runs one loudspeaker and prints what it plays, until stopped."""
    parser = argparse.ArgumentParser(
        prog="simulators.speaker", description="Một loa thử: hỏi lịch, tải và ghi lượt phát."
    )
    parser.add_argument("--schedule", required=True, metavar="ĐỊA-CHỈ")
    parser.add_argument("--key", required=True, metavar="KHÓA", help="64 chữ số thập lục phân")
    parser.add_argument("--name", default="loa-1", metavar="TÊN")
    parser.add_argument("--speed", type=float, default=1, metavar="LẦN", help="đồng hồ chạy nhanh gấp mấy lần")
    options = parser.parse_args()
    clock = Clock(speed=options.speed)
    speaker = Speaker(
        options.name,
        options.schedule,
        options.key,
        clock=clock,
        log=lambda one: print(f"{one.at} {one.id} {one.seconds:g} s {one.fault or 'xong'}: {one.title}", flush=True),
    )
    try:
        speaker.run(threading.Event())
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
