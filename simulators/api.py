"""One HTTP server for the simulated Zalo, Facebook and push service, and the caller that brings their webhooks.

Zalo lives under ``/zalo/``, the Graph API under ``/facebook/``, push endpoints under ``/push/``.
"""

from __future__ import annotations

import hashlib
import heapq
import itertools
import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MOST_BODY = 6_000_000
REPEATS = (0.5, 2.0, 5.0, 15.0, 30.0, 60.0, 120.0)
"""Seconds until an event that was not taken is brought again; the real ones wait longer."""


@dataclass(frozen=True)
class Call:
    """A request as the books read it."""

    method: str
    path: str
    query: str
    headers: Any
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What a book answers. ``hang_up``: the connection closes without a word."""

    status: int = 200
    body: bytes = b"{}"
    kind: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    hang_up: bool = False


def reply(told: Any, status: int = 200, **more: Any) -> Reply:
    """An answer in JSON."""
    return Reply(status, json.dumps(told, ensure_ascii=False).encode(), **more)


HANG_UP = Reply(hang_up=True)
Book = Callable[[Call], Reply]


class ApiServer(ThreadingHTTPServer):
    """Hands each request to the book of its first folder."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, host: str, port: int) -> None:
        self.books: dict[str, Book] = {}
        super().__init__((host, port), _Exchange)

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}"

    def start(self) -> None:
        """Serves in a thread of its own."""
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True, name="simulators-api").start()


class _Exchange(BaseHTTPRequestHandler):
    server: ApiServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65_536

    def do_GET(self) -> None:
        """Answers by the book."""
        self._do()

    def do_POST(self) -> None:
        """Answers by the book."""
        self._do()

    def do_DELETE(self) -> None:
        """Answers by the book."""
        self._do()

    def _do(self) -> None:
        length = self.headers.get("Content-Length", "0")
        size = int(length) if length.isdigit() else 0
        if size > MOST_BODY:
            self.close_connection = True
            self._answer(reply({"error": "too long"}, 413))
            return
        path, _, query = self.path.partition("?")
        name, _, rest = path.lstrip("/").partition("/")
        book = self.server.books.get(name)
        call = Call(self.command, rest, query, self.headers, self.rfile.read(size))
        self._answer(book(call) if book else reply({"error": "no such path"}, 404))

    def _answer(self, told: Reply) -> None:
        if told.delay:
            time.sleep(told.delay)
        if told.hang_up:
            self.close_connection = True
            return
        self.send_response(told.status)
        for name, value in told.headers.items():
            self.send_header(name, value)
        if told.status != 204:
            self.send_header("Content-Type", told.kind)
        self.send_header("Content-Length", str(0 if told.status == 204 else len(told.body)))
        self.end_headers()
        if told.status != 204:
            self.wfile.write(told.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Says nothing: the pages tell enough."""


class Caller:
    """Brings events to the product's webhooks until they are taken, in a thread of its own.

    ``base`` "" keeps them to itself. ``shuffle`` brings events of the same moment in any order, as the real ones do.
    """

    def __init__(self, base: str = "", *, shuffle: bool = False, seed: int = 1) -> None:
        self.base = base.rstrip("/")
        self.shuffle = shuffle
        self._random = random.Random(seed)  # noqa: S311  # an order, no secret
        self._queue: list[tuple[float, int, int, str, dict[str, str], bytes]] = []
        self._numbers = itertools.count()
        self._more = threading.Condition()
        self._held = False
        self._threads = [threading.Thread(target=self._run, daemon=True, name=f"webhooks-{n}") for n in range(4)]
        for thread in self._threads:
            thread.start()

    def hold(self) -> None:
        """Keeps events back until ``let_go``, so that a test sees several come at once."""
        with self._more:
            self._held = True

    def let_go(self, *, backwards: bool = False) -> None:
        """Brings what was kept back, the newest first where so wished."""
        with self._more:
            self._held = False
            if backwards:
                kept = sorted(self._queue)
                now = time.monotonic()
                self._queue = [(now + 0.15 * at, *row[1:]) for at, row in enumerate(reversed(kept))]
                heapq.heapify(self._queue)
            self._more.notify_all()

    def bring(self, path: str, headers: dict[str, str], body: bytes, *, after: float = 0.0, times: int = 1) -> None:
        """Brings one event to ``base``/``path`` after so many seconds; ``times`` 2: the same one twice."""
        if not self.base:
            return
        late = self._random.random() * 0.3 if self.shuffle else 0.0
        with self._more:
            for _ in range(times):
                due = time.monotonic() + after + late
                heapq.heappush(self._queue, (due, next(self._numbers), 0, path, headers, body))
            self._more.notify_all()

    def _run(self) -> None:
        while True:
            with self._more:
                while self._held or not self._queue or self._queue[0][0] > time.monotonic():
                    waits = self._queue and not self._held
                    self._more.wait(max(self._queue[0][0] - time.monotonic(), 0) if waits else None)
                _, number, tries, path, headers, body = heapq.heappop(self._queue)
            if not self._taken(path, headers | {"num_retry": str(tries)}, body) and tries < len(REPEATS):
                with self._more:
                    due = time.monotonic() + REPEATS[tries]
                    heapq.heappush(self._queue, (due, number, tries + 1, path, headers, body))
                    self._more.notify()

    def _taken(self, path: str, headers: dict[str, str], body: bytes) -> bool:
        request = urllib.request.Request(f"{self.base}/{path}", body, headers, method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  # the base was given by who started us
                return 200 <= int(answer.status) < 300
        except (OSError, ValueError):
            return False


def form_parts(kind: str, body: bytes) -> tuple[dict[str, str], bytes, str]:
    """The fields of a multipart form, and its file with its type; empty where there is none."""
    given: dict[str, str] = {}
    file, file_kind = b"", ""
    parsed = BytesParser(policy=policy.HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    for part in parsed.iter_parts():
        payload = part.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
        if part.get_filename():
            file, file_kind = data, part.get_content_type()
        else:
            given[str(part.get_param("name", "", "content-disposition"))] = data.decode(errors="replace")
    return given, file, file_kind


class Album:
    """Pictures that people sent, served as the platforms serve them: to whoever has the address."""

    def __init__(self, most: int = 200) -> None:
        self._most = most
        self._held: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def add(self, data: bytes) -> str:
        """Keeps a picture; its name in the address."""
        name = hashlib.sha256(data).hexdigest()[:24]
        with self._lock:
            self._held[name] = data
            while len(self._held) > self._most:
                del self._held[next(iter(self._held))]
        return name

    def get(self, name: str) -> bytes | None:
        """The picture of that name."""
        with self._lock:
            return self._held.get(name)

    def answer(self, name: str) -> Reply:
        """The answer to whoever asks for it."""
        found = self.get(name)
        return Reply(404, b"") if found is None else Reply(200, found, kind_of(found))

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._held.clear()


def kind_of(data: bytes) -> str:
    """The media type of what somebody sent, by its first bytes."""
    if data.startswith(b"\x89PNG"):
        return "image/png"
    if data.startswith(b"\xff\xd8"):
        return "image/jpeg"
    return "image/webp" if data[8:12] == b"WEBP" else "application/octet-stream"


@dataclass
class Message:
    """One thing that a person, or we from their phone, sent."""

    number: int
    at: float
    person: str
    text: str
    ours: bool
    """True: sent by the product; False: typed on the phone."""
    ref: str = ""
    about: dict[str, Any] = field(default_factory=dict)


class Messages:
    """Conversations by person. Safe to use from several threads."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._rows: list[Message] = []
        self._numbers = itertools.count(1)
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def add(self, person: str, text: str, *, ours: bool, ref: str = "", about: dict[str, Any] | None = None) -> Message:
        """Keeps one message; beyond ``most`` the oldest tenth goes."""
        with self._lock:
            row = Message(next(self._numbers), time.time(), person, text, ours, ref, about or {})
            self._rows.append(row)
            if ours:
                self._counts[person] = self._counts.get(person, 0) + 1
            if len(self._rows) > self._most:
                del self._rows[: self._most // 10]
            return row

    def rows(self, person: str = "") -> list[Message]:
        """All messages, or those with one person, oldest first."""
        with self._lock:
            return [row for row in self._rows if not person or row.person == person]

    def count(self, person: str) -> int:
        """How many messages this person has got, those that went included."""
        with self._lock:
            return self._counts.get(person, 0)

    def total(self) -> int:
        """How many messages everybody has got."""
        with self._lock:
            return sum(self._counts.values())

    def latest(self) -> list[tuple[Message, int]]:
        """Each person's newest message and how many there are, the newest first."""
        found: dict[str, tuple[Message, int]] = {}
        for row in self.rows():
            found[row.person] = (row, found[row.person][1] + 1 if row.person in found else 1)
        return sorted(found.values(), key=lambda pair: -pair[0].number)

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._rows.clear()
            self._counts.clear()
