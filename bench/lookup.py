"""Look-up among five million keys over HTTP, beside granian with nothing to do and beside Django, all in one run.

One worker each, 32 connections kept open, one request at a time on each, the same requests to all three: phones and
accounts, half of them listed, with a token. Load comes from wrk where it is installed, else from a small client of ours
on plain sockets, which is slower than the servers and so makes them look alike. The three take turns; a row is the
median over the turns of the ratio within one turn, so that what disturbs one turn disturbs all three. Ratios are of
requests for each second of the server's processor time: one worker that is kept busy answers just so many, and other
work on the machine does not count. Requests by the clock are printed beside them.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from canhgiac.engines.lookup.index import Index, Raw, write_index
from tests.ports import free_ports

Row = tuple[str, float, str, float]

KEYS = 5_000_000
CONNECTIONS = 32
TURNS, SECONDS = 5, 3
ASKED = 2_000
"""Different requests, asked round and round."""
TOKEN = "bench-token"
DAY = 739_940
ROOT = Path(__file__).parents[1]
BANKS = ("970436", "970418", "970422", "970415", "970407", "970405")


def rows(count: int) -> Iterator[Raw]:
    """Half phones, a third accounts, the rest hosts; all invented."""
    for number in range(count):
        facts = (1 + number % 3, number & 0xFFFF, DAY - number % 900, DAY - number % 90, 1 + number % 40)
        if number % 10 < 5:
            yield ("phone", f"+849{number * 17 % 10**8:08}", *facts)
        elif number % 10 < 8:
            yield ("account", f"{BANKS[number % 6]}:{number * 7919 % 10**10:010}", *facts)
        else:
            yield ("link", f"trang-{number}.vidu{number % 99_991}.test", *facts)


def questions() -> list[str]:
    """Paths that are asked: numbers of the register and numbers beside it, in turn."""
    draw = random.Random(9)  # invented numbers, no secret
    listed = [row for row in rows(ASKED * 3) if row[0] in {"phone", "account"}][:ASKED]
    paths = []
    for kind, value, *_ in listed:
        if draw.random() < 0.5:
            paths.append(f"/v1/check/{kind}/{value}")
        elif kind == "phone":
            paths.append(f"/v1/check/phone/+843{draw.randrange(10**8):08}")
        else:
            paths.append(f"/v1/check/account/{draw.choice(BANKS)}:{draw.randrange(10**12):012}")
    return paths


@contextlib.contextmanager
def serving(target: str, interface: str, *, factory: bool) -> Iterator[tuple[int, int]]:
    """A server of one worker; gives its port and its process."""
    [port] = free_ports(1)
    line = [str(Path(sys.executable).with_name("granian")), target, "--interface", interface, "--port", str(port)]
    line += ["--workers", "1", "--runtime-mode", "st", "--http", "1", "--no-ws", "--log-level", "warning"]
    line += ["--factory"] if factory else []
    process = subprocess.Popen([*line, "--workers-kill-timeout", "5"], cwd=ROOT)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise
                time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def requests(paths: list[str]) -> list[bytes]:
    head = f" HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
    return [f"GET {path}{head}".encode() for path in paths]


class Turn(NamedTuple):
    """What one server did in its turn."""

    rate: float
    """Requests a second by the clock."""
    p99: float
    """Milliseconds."""
    busy: float
    """Requests for each second of its processor time."""


def turn(port: int, process: int, folder: Path) -> Turn:
    """One server under load. Raises RuntimeError when an answer was no 200."""
    before = processor_seconds(process)
    rate, p99 = load(port, folder)
    return Turn(rate, p99, rate * SECONDS / (processor_seconds(process) - before))


def processor_seconds(parent: int) -> float:
    """What a server's worker has used, in user and kernel (proc(5): fields 14 and 15)."""
    used = Path(f"/proc/{worker(parent)}/stat").read_text().rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


def worker(parent: int) -> int:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=True)
    return int(listed.stdout.split()[0])


def load(port: int, folder: Path) -> tuple[float, float]:
    """Requests a second and the 99th percentile in milliseconds."""
    if shutil.which("wrk"):
        return _wrk(port, folder / "questions.lua")
    ran = subprocess.run(
        [sys.executable, "-m", "bench.lookup", str(port)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    rate, p99 = map(float, ran.stdout.split())
    return rate, p99


def _wrk(port: int, script: Path) -> tuple[float, float]:
    line = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", "-s", str(script)]
    told = subprocess.run([*line, f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise RuntimeError(told)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", told)
    if rate is None or p99 is None:
        raise RuntimeError(told)
    return float(rate[1]), float(p99[1]) * {"us": 0.001, "ms": 1, "s": 1000}[p99[2]]


def script(paths: list[str]) -> str:
    """The questions for wrk (Lua), written out before the first is sent."""
    listed = ",\n".join(f'"{path}"' for path in paths)
    return (
        f"local paths = {{{listed}}}\nlocal made = {{}}\nlocal at = 0\n"
        f'local head = {{["Authorization"]="Bearer {TOKEN}"}}\n'
        "init = function() for i, p in ipairs(paths) do made[i] = wrk.format('GET', p, head) end end\n"
        "request = function() at = at % #made + 1 return made[at] end\n"
    )


def ask(port: int) -> tuple[float, float]:
    """The small client: as wrk, in Python."""
    made = requests(questions())
    picker = selectors.DefaultSelector()
    begun: dict[int, float] = {}
    for number in range(CONNECTIONS):
        wire = socket.create_connection(("127.0.0.1", port))
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        picker.register(wire, selectors.EVENT_READ, wire)
        begun[wire.fileno()] = time.perf_counter()
        wire.sendall(made[number])
    taken: list[float] = []
    at, start = CONNECTIONS, time.perf_counter()
    while time.perf_counter() - start < SECONDS:
        for key, _ in picker.select():
            wire = key.data
            if not wire.recv(65536).startswith(b"HTTP/1.1 200"):
                raise RuntimeError("not every answer was 200")
            now = time.perf_counter()
            taken.append(now - begun[key.fd])
            begun[key.fd] = now
            wire.sendall(made[at % len(made)])
            at += 1
    return len(taken) / (time.perf_counter() - start), statistics.quantiles(taken, n=100)[98] * 1000


def private_mb(parent: int) -> float:
    """Memory of the worker that it shares with nobody."""
    text = Path(f"/proc/{worker(parent)}/smaps_rollup").read_text()
    return sum(int(kb) for kb in re.findall(r"^Private_\w+:\s+(\d+) kB", text, re.MULTILINE)) / 1024


def main() -> list[Row]:
    """The measures, each with its aim."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        start = time.process_time()
        written = write_index(folder / "index.cgi", rows(KEYS), version=1)
        rebuilding = time.process_time() - start
        start = time.perf_counter()
        Index.open(folder / "index.cgi")
        opening = time.perf_counter() - start
        token = sha256(TOKEN.encode()).hexdigest()
        (folder / "tokens.json").write_text(
            f'{{"{token}": {{"scopes": ["indicators:check"], "quota_per_minute": 100000000, "partner": "bench"}}}}'
        )
        (folder / "questions.lua").write_text(script(questions()))
        os.environ |= {"LOOKUP_INDEX": str(folder / "index.cgi"), "LOOKUP_TOKENS": str(folder / "tokens.json")}
        with (
            serving("bench._lookup_peers:hello", "rsgi", factory=False) as hello,
            serving("canhgiac.engines.lookup.server:server", "rsgi", factory=True) as ours,
            serving("bench._lookup_peers:django", "wsgi", factory=True) as django,
        ):
            load(ours[0], folder)  # warm
            turns = [[turn(*server, folder) for server in (hello, ours, django)] for _ in range(TURNS)]
            private = private_mb(ours[1])
    for name, one in zip(("hello", "ours", "Django"), zip(*turns, strict=True), strict=True):
        rate, p99, busy = (statistics.median(part) for part in zip(*one, strict=True))
        print(f"{name}: {rate:.0f} requests/s, p99 {p99:.1f} ms, {busy:.0f} requests/s of processor time", flush=True)
    return [
        ("part_of_hello", statistics.median(own.busy / bare.busy for bare, own, _ in turns), ">=", 0.8),
        ("times_django", statistics.median(own.busy / slow.busy for _, own, slow in turns), ">=", 4),
        ("p99_ms", statistics.median(own.p99 for _, own, _ in turns), "<=", 5),
        ("shared_mb", written.size / 1e6, "<=", 150),
        ("private_mb_a_worker", private, "<=", 60),
        ("rebuild_processor_seconds", rebuilding, "<=", 30),
        ("open_seconds", opening, "<=", 1),
    ]


if __name__ == "__main__":
    print(*ask(int(sys.argv[1])))
