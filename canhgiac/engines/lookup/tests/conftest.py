"""A look-up server really started, and a client on a plain socket that sees what goes over the wire."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.ports import free_ports

from ..index import Raw, write_index
from ..partners import BULK, CHECK

DAY = 739_940
"""Ordinal of 20 November 2026."""
BANK, BULKY, POOR = "the-bank-asks", "the-bank-asks-much", "ten-a-minute"
TOKENS = {
    BANK: {"scopes": [CHECK], "quota_per_minute": 1_000_000, "partner": "Ngân hàng Ví Dụ"},
    BULKY: {"scopes": [CHECK, BULK], "quota_per_minute": 1_000_000, "partner": "Nhà mạng Ví Dụ"},
    POOR: {"scopes": [CHECK, BULK], "quota_per_minute": 10, "partner": "Ví Ví Dụ", "expires_at": None},
}


def raw(kind: str, value: str, state: int = 3, tags: int = 2) -> Raw:
    return kind, value, state, tags, DAY - 100, DAY, 3


@dataclass
class Answer:
    """Status, headers, content."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.content.splitlines()]


@dataclass
class Started:
    """A running server and its files."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    errors: Path

    @property
    def index(self) -> Path:
        return self.folder / "index.cgi"

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(
        self, path: str, *, token: str | None = BANK, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> Answer:
        connection = self.connect()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            named["Authorization"] = f"Bearer {token}"
        connection.request(method, path, body, named)
        got = connection.getresponse()
        answer = Answer(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read())
        connection.close()
        return answer

    def wait(self, is_so: Callable[[], bool]) -> None:
        """Waits for something that is a matter of the server's next look."""
        deadline = time.monotonic() + 90
        while not is_so():
            assert time.monotonic() < deadline, self.errors.read_text()
            time.sleep(0.05)

    def version(self) -> int:
        return int(self.ask("/v1/health").json.get("version", 0))

    def tokens(self, tokens: dict[str, dict[str, Any]]) -> None:
        put_tokens(self.folder, tokens)


def put_tokens(folder: Path, tokens: dict[str, dict[str, Any]]) -> None:
    """Writes the file of tokens as the web side does: beside, then renamed."""
    beside = folder / "tokens.new"
    beside.write_text(json.dumps({sha256(token.encode()).hexdigest(): facts for token, facts in tokens.items()}))
    beside.replace(folder / "tokens.json")


def start(folder: Path, *, workers: int = 1) -> Started:
    [port] = free_ports(1)
    errors = folder / "errors.txt"
    with errors.open("wb") as sink:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "canhgiac.cli", "lookup", "--port", str(port), "--workers", str(workers)),
                *("--index", str(folder / "index.cgi"), "--tokens", str(folder / "tokens.json")),
            ],
            stderr=sink,
            env=os.environ | {"CANHGIAC_VAR": str(folder)},
        )
    started = Started(folder, port, process, errors)

    def answers() -> bool:
        assert process.poll() is None, errors.read_text()
        try:
            started.ask("/v1/health")
        except OSError:
            return False
        return True

    started.wait(answers)
    return started


def stop(started: Started) -> None:
    started.process.terminate()
    try:
        started.process.wait(60)
    except subprocess.TimeoutExpired:
        started.process.kill()
        started.process.wait()


def _begun(folder: Path) -> Started:
    write_index(
        folder / "index.cgi",
        [
            raw("phone", "+84900000123"),
            raw("phone", "+8490000*", 2),
            raw("account", "970436:0123456789", 1),
            raw("link", "evil.test", 3, 1 << 16),
            raw("link", "facebook.com/ten.ai", 4),
            raw("social", "facebook:nguoi.tot", 5),
        ],
        version=1,
    )
    put_tokens(folder, TOKENS)
    return start(folder)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Started]:
    """One worker with the tokens above and a small index, version 1: a test may do with it what it wants."""
    started = _begun(tmp_path)
    yield started
    stop(started)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """The same for tests that only ask."""
    started = _begun(tmp_path_factory.mktemp("standing"))
    yield started
    stop(started)
