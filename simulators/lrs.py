"""A learning record store that speaks xAPI 1.0.3 on a socket, for demo and tests.

- ``GET /xapi/about`` its versions, without a password
- ``POST /xapi/statements`` a list or one, all or none; ``PUT /xapi/statements?statementId=`` one
- ``GET /xapi/statements`` all, or one by ``statementId``

It answers as the specification says: 400 without the version's header or for a broken statement, 401 for a wrong
password, 409 for a kept id with another content (part three, 2.1.2; compared as 2.3.1 of part two says, without what a
store may set). ``Lrs.trouble`` makes it busy by request: so many calls answer with that status first.
"""

from __future__ import annotations

import base64
import json
import sys
import threading
import uuid
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

VERSION = "1.0.3"
USER, SECRET = "canhgiac", "mat-khau-cua-kho-mo-phong"
_SET_BY_STORE = ("stored", "authority", "timestamp", "version", "id", "attachments")


class Lrs(ThreadingHTTPServer):
    """One store with its book of statements. Safe to use from several threads."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        self.book: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []
        self.trouble: list[int] = []
        """Statuses that the next calls to statements get, one each."""
        self.keeps_then_breaks = 0
        """So many batches are kept and the connection then closed without an answer."""
        self.on_batch: Callable[[], None] | None = None
        """Called after a batch was kept and before it is answered."""
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Call)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        """The endpoint to be told to the programme."""
        return f"http://127.0.0.1:{self.server_port}/xapi"

    def keep(self, bodies: list[dict[str, Any]]) -> tuple[int, Any]:
        """Status and answer for a batch: all of it is kept or nothing."""
        with self.lock:
            fresh: dict[str, dict[str, Any]] = {}
            ids = []
            for body in bodies:
                if fault := _fault(body):
                    return 400, {"error": fault}
                uid = str(uuid.UUID(body.get("id") or str(uuid.uuid4())))
                if uid in fresh:
                    return 400, {"error": "the same id twice in one batch"}
                held = self.book.get(uid)
                if held is not None and _compared(held) != _compared(body):
                    return 409, {"error": f"{uid} is kept with another content"}
                if held is None:
                    fresh[uid] = body | {"id": uid}
                ids.append(uid)
            self.book |= fresh
        return 200, ids


class _Call(BaseHTTPRequestHandler):
    server: Lrs
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        if path.path == "/xapi/about":
            return self._answer(200, {"version": ["1.0.0", "1.0.3"]})
        if not self._may("GET", path.path):
            return None
        wanted = parse_qs(path.query).get("statementId", [""])[0]
        with self.server.lock:
            if wanted:
                body = self.server.book.get(wanted)
                return self._answer(200, body) if body else self._answer(404, {"error": "no such statement"})
            return self._answer(200, {"statements": list(self.server.book.values()), "more": ""})

    def do_POST(self) -> None:
        told = self._read()
        if not self._may("POST", urlsplit(self.path).path):
            return
        bodies = told if isinstance(told, list) else [told]
        if not all(isinstance(one, dict) for one in bodies):
            self._answer(400, {"error": "statements are objects"})
            return
        status, answer = self.server.keep(bodies)
        if status == 200 and self.server.on_batch is not None:
            self.server.on_batch()
        if status == 200 and self.server.keeps_then_breaks > 0:
            self.server.keeps_then_breaks -= 1
            self.close_connection = True
            self.connection.close()
            return
        self._answer(status, answer)

    def do_PUT(self) -> None:
        told, path = self._read(), urlsplit(self.path)
        if not self._may("PUT", path.path):
            return
        uid = parse_qs(path.query).get("statementId", [""])[0]
        if not uid or not isinstance(told, dict) or told.get("id", uid) != uid:
            self._answer(400, {"error": "statementId and the statement's id have to agree"})
            return
        status, answer = self.server.keep([told | {"id": uid}])
        self._answer(204 if status == 200 else status, None if status == 200 else answer)

    def _may(self, method: str, path: str) -> bool:
        self.server.calls.append(f"{method} {path}")
        if path != "/xapi/statements":
            self._answer(404, {"error": "no such resource"})
            return False
        if not self.headers.get("X-Experience-API-Version", "").startswith("1.0"):
            self._answer(400, {"error": "X-Experience-API-Version is missing or not spoken here"})
            return False
        pair = base64.b64encode(f"{USER}:{SECRET}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {pair}":
            self._answer(401, {"error": "user or password"})
            return False
        with self.server.lock:
            status = self.server.trouble.pop(0) if self.server.trouble else 0
        if status:
            self._answer(status, {"error": "busy"}, {"Retry-After": "7"} if status == 429 else {})
        return not status

    def _read(self) -> Any:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            return json.loads(data)
        except ValueError:
            return None

    def _answer(self, status: int, told: Any, headers: dict[str, str] | None = None) -> None:
        body = b"" if told is None else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("X-Experience-API-Version", VERSION)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Says nothing."""


def _fault(body: dict[str, Any]) -> str:
    """What a statement lacks (part two, 2.2); "" for nothing."""
    for name in ("actor", "verb", "object"):
        if not isinstance(body.get(name), dict):
            return f"{name} is missing"
    if not str(body["verb"].get("id", "")).startswith("http"):
        return "verb.id is no IRI"
    if not str(body["object"].get("id", "")).startswith("http"):
        return "object.id is no IRI"
    try:
        uuid.UUID(body.get("id") or str(uuid.uuid4()))
    except (ValueError, AttributeError, TypeError):
        return "id is no UUID"
    return ""


def _compared(body: dict[str, Any]) -> str:
    return json.dumps({k: v for k, v in body.items() if k not in _SET_BY_STORE}, sort_keys=True)


if __name__ == "__main__":
    store = Lrs(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(store.url, flush=True)
    threading.Event().wait()
