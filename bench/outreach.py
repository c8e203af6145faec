"""One million SMS from an approved warning to the last receipt, stage by stage, by the command as it runs in service.

The list is written by INSERT … SELECT; beside it the same rows by COPY through Python, into the same table with the
same indexes. ``canhgiac sender`` claims, sends to the sink of ``bench.smpp`` (C, answers at next to no cost, a receipt
for each message), keeps books and receipts and folds them; its memory is the peak that the kernel tells. At the end
phones are not asked but numbers: each delivery has one attempt, taken and delivered, or the run fails.

What others tell of theirs: listmonk issue 2624 "finished" at 304 of 483, Mautic issue 2381 sent 32,000 of 180,000 and
its segments took over five minutes at 700,000 contacts. ``canhgiac/outreach/tests/test_kill.py`` kills ours.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench._province import ROOT, database, made
from bench.smpp import sink

if TYPE_CHECKING:
    from canhgiac.outreach.models import Broadcast

Row = tuple[str, float, str, float]

PEOPLE, COMPARED = 1_000_000, 200_000
WINDOW, CONNECTIONS = 1000, 2
PATIENCE = 1800
MEMORY_MB, LOAD, SEND, FOLD, TIMES = 500, 20_000, 2_000, 4_000, 1.1
_FILL = """
    INSERT INTO outreach_subscriber (way, address, digest, area_id, groups, language, with_marks, state, origin, lot,
        token, made_at, version)
    SELECT 'sms', '+849' || lpad(n::text, 8, '0'), decode(md5(n::text), 'hex'),
        (%(areas)s::bigint[])[1 + (n * 7919::bigint) %% %(parts)s], n %% 16384, 'vi', false, 'active', 'import',
        n %% 100, substr(md5('t' || n), 1, 24), now(), 1
    FROM generate_series(1, %(count)s) n"""


def main() -> list[Row]:
    """Seconds and rows a second of each stage, the sender's peak memory, and what was lost."""
    with ExitStack() as stack:
        bare = stack.enter_context(database("bench_outreach"))
        program = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "sink"
        subprocess.run(["gcc", "-O2", "-o", str(program), str(ROOT / "bench" / "_smpp_sink.c")], check=True)
        port = stack.enter_context(sink(program, receipts=True)).port
        broadcast = _prepare(bare, port)
        rows = _load(broadcast)
        bare.execute("VACUUM ANALYZE")
        rows += _copied(bare, broadcast)
        return [*rows, *_send(bare, broadcast), *_checked(bare)]


def _timed(what: str, act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    took = time.perf_counter() - began
    print(f"{what}: {took:.1f} s", flush=True)
    return took


def _prepare(bare: Any, port: int) -> Broadcast:
    """A province, its subscribers, a provider, a warning with an SMS of one part that a second person approved."""
    from canhgiac.outreach.models import Provider, SendingRules, Way
    from canhgiac.outreach.selectors.audiences import Rule, audience_count
    from canhgiac.outreach.selectors.gates import gates
    from canhgiac.outreach.selectors.linting import linter
    from canhgiac.outreach.selectors.renditions import findings_of, renditions_of
    from canhgiac.outreach.selectors.rules import sending_rules
    from canhgiac.outreach.services.broadcasts import BroadcastData, WayPlan, broadcast_make, broadcast_start
    from canhgiac.outreach.services.partitions import partitions_make
    from canhgiac.outreach.tests.sending import approved, standing
    from tests.factories import agencies, recognition

    province = made(bare, activities=1)
    partitions_make()
    recognition.recognition_ready()
    cast = agencies.cast()
    areas = [row.pk for row in (*province.groups, *province.communes)]
    facts = {"areas": areas, "parts": len(areas), "count": PEOPLE}
    _timed("subscribers made by SQL", lambda: bare.execute(_FILL, facts))
    bare.execute("VACUUM ANALYZE")
    approver = standing(cast)
    SendingRules.objects.update(sms_from=0, sms_until=24)
    provider = Provider.objects.create(
        name="Bồn", way=Way.SMS, wire="smpp", sender="CA THU", window=WINDOW, connections=CONNECTIONS, rate=0,
        settings={"host": "127.0.0.1", "port": port, "system_id": "canhgiac"},
    )  # fmt: skip
    warning = approved(cast, approver)
    data = BroadcastData(ways=(WayPlan(Way.SMS),), rule=Rule())

    def look() -> None:
        found = gates(warning, findings_of(linter(), renditions_of(warning)), [provider], sending_rules())
        assert found
        assert audience_count(Rule()).total == PEOPLE

    _timed("gates and the count of the audience", look)
    row = broadcast_make(by=cast.coordinator, warning=warning, data=data)
    return broadcast_start(by=cast.coordinator, broadcast=row, version=row.version)


def _load(broadcast: Broadcast) -> list[Row]:
    from canhgiac.outreach.models import Lane
    from canhgiac.outreach.services.loading import broadcast_load

    took = _timed("the list written", lambda: broadcast_load(broadcast_id=broadcast.pk))
    assert Lane.objects.get(broadcast=broadcast).total == PEOPLE
    return [("outreach_load_rows_a_second", round(PEOPLE / took), ">=", LOAD)]


def _copied(bare: Any, broadcast: Broadcast) -> list[Row]:
    """A part of the list both ways, each rolled back: the loader's statement, and COPY of rows read by Python."""
    import psycopg

    from canhgiac.outreach.services.lines import database_dsn

    one = bare.execute("SELECT started_at FROM outreach_lane WHERE broadcast_id = %s", [broadcast.pk]).fetchone()[0]
    people = (
        "SELECT id, digest, address, area_id, token FROM outreach_subscriber"
        f" WHERE state = 'active' AND id <= {COMPARED}"
    )
    into = "lane_id, chunk_number, subscriber_id, digest, address, area_id, fields, made_at"
    select = (
        f"INSERT INTO outreach_delivery ({into})"
        " SELECT -1, (row_number() OVER (ORDER BY hashbyteaextended(f.digest, 7)) - 1) / 500 + 1, f.id, f.digest,"
        f" f.address, f.area_id, ARRAY[f.token], %s FROM ({people}) f"
    )

    def by_select() -> None:
        with psycopg.connect(database_dsn()) as connection:
            connection.execute(select, [one])
            connection.rollback()

    def by_copy() -> None:
        with psycopg.connect(database_dsn()) as connection:
            found = connection.execute(f"{people} ORDER BY hashbyteaextended(digest, 7)").fetchall()
            with connection.cursor() as cursor, cursor.copy(f"COPY outreach_delivery ({into}) FROM STDIN") as copy:
                for at, (key, digest, address, area, token) in enumerate(found):
                    copy.write_row((-1, at // 500 + 1, key, digest, address, area, [token], one))
            connection.rollback()

    pairs = [(_timed("COPY through Python", by_copy), _timed("INSERT … SELECT", by_select)) for _turn in range(3)]
    times = sorted(copy / select for copy, select in pairs)[1]
    return [("outreach_copy_to_insert_select_time", round(times, 2), ">=", TIMES)]


def _send(bare: Any, broadcast: Broadcast) -> list[Row]:
    """The sender as a process of its own, until the last receipt is folded."""
    command = [sys.executable, "-m", "canhgiac.cli", "sender"]
    process = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ))
    try:
        _until(process, lambda: _number(bare, "SELECT count(*) FROM outreach_chunk WHERE state <> 'waiting'") > 0)
        began = time.perf_counter()
        done = "SELECT count(*) FROM outreach_chunk WHERE state <> 'done'"
        _until(process, lambda: _number(bare, done) == 0)
        sent = time.perf_counter() - began
        folded = _number(bare, "SELECT sum(delivered) FROM outreach_lane")
        print(f"claimed, sent, booked: {sent:.1f} s; receipts folded meanwhile: {folded:,}", flush=True)
        _until(process, lambda: _number(bare, "SELECT sum(delivered) FROM outreach_lane") == PEOPLE)
        whole = time.perf_counter() - began
        print(f"the last receipt folded after {whole:.1f} s", flush=True)
        memory = _peak(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    return [
        ("outreach_sent_a_second", round(PEOPLE / sent), ">=", SEND),
        ("outreach_to_last_receipt_a_second", round(PEOPLE / whole), ">=", FOLD / 4),
        ("outreach_sender_peak_mb", memory, "<=", MEMORY_MB),
    ]


def _checked(bare: Any) -> list[Row]:
    once = _number(
        bare,
        "SELECT count(*) FROM (SELECT delivery_id FROM outreach_attempt GROUP BY 1 HAVING count(*) = 1"
        " AND bool_and(outcome = 'taken' AND arrival = 'delivered')) a",
    )
    return [("outreach_lost_or_doubled", PEOPLE - once, "<=", 0)]


def _number(bare: Any, sql: str) -> int:
    return int(bare.execute(sql).fetchone()[0] or 0)


def _until(process: subprocess.Popen[bytes], what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError("the sender ended, or does not get on")
        time.sleep(0.2)


def _peak(pid: int) -> int:
    """Megabytes of the process's peak, as the kernel tells."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    raise AssertionError("no such figure")
