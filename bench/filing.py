"""A thousand officers file in the last ten minutes: the real web process, real sessions, connections that break.

``canhgiac web`` serves on the loopback, and the officers come thicker towards the end, as they do. By default a sixth
of them come, twice as densely as in life; ``python -m bench.filing 1000 600`` is the whole ten minutes. Each opens
the form (24 figures, a part of them prefilled from activities), saves the draft once and files. One in ten loses the
connection after sending and sends the same again. Afterwards the tables are counted: nothing lost, nothing doubled.
The peer is the bare rows of one filing, written by psycopg in one transaction; both are held against each other by
processor time, since how long people wait depends on what else the machine does.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.plans import spent as processor_ms
from tests.ports import free_ports

Row = tuple[str, float, str, float]

ROOT = Path(__file__).parents[1]
DATABASE = "bench_filing"
OFFICERS, SPAN = 150, 45.0
"""How many come, in how many seconds."""
LIFE = 1_000 / 600
"""Officers a second, when a thousand come in ten minutes."""
FIGURES, SOURCED, ACTIVITIES = 24, 6, 5
BREAK_EVERY = 10
THREADS = 64
PATIENCE = 120
"""Seconds after the last arrival in which the run is ended, whatever happens."""
P95_MS = 1_000
CORES = 1.0
"""What the ten minutes may take of two cores: the processor time of the web processes and of their database."""
RATIO = 300
"""An officer's three requests check, prefill, show, freeze, tell and write the log, in HTTP; the peer only writes."""
HIDDEN = re.compile(r'<input type="hidden" name="(csrfmiddlewaretoken|phien_ban|uid|nen)" value="([^"]*)"')


def main(count: int = OFFICERS, span: float = SPAN) -> list[Row]:
    """Lost and doubled filings, the 95th percentile, the ratio to the bare rows."""
    import psycopg

    from canhgiac.kit import embedded

    url = embedded.start(ROOT / "var" / "pg-bench", DATABASE)
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "canhgiac.settings", "LOG_LEVEL": "ERROR"}
    os.environ |= {"STATIC_MANIFEST": "0", "REQUIRE_MFA": "0", "SECRET_KEY": "bench-" + "7" * 50}
    try:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["CANHGIAC_VAR"] = folder
            return measures(url, count, span)
    finally:
        from django.db import connections

        connections.close_all()
        with psycopg.connect(embedded.start(ROOT / "var" / "pg-bench", "postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


@dataclass(frozen=True)
class Officer:
    """One who files: a session, a duty, and the names of the inputs."""

    session: str
    duty: int
    inputs: tuple[int, ...]


@dataclass
class Times:
    """What was measured, in seconds."""

    opened: list[float] = field(default_factory=list)
    saved: list[float] = field(default_factory=list)
    filed: list[float] = field(default_factory=list)
    broken: int = 0
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def measures(url: str, count: int, span: float) -> list[Row]:
    """Builds the province, lets the officers come, counts."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    officers = made(count)
    connections.close_all()
    [port] = free_ports(1)
    web = [str(Path(sys.executable).with_name("canhgiac")), "web"]
    environment = os.environ | {"PORT": str(port), "BASE_URL": f"http://127.0.0.1:{port}"}
    process = subprocess.Popen(web, env=environment, cwd=ROOT)
    try:
        until_open(port, process)
        before = spent(process.pid, url)
        times = rush(port, officers, span)
        taken = spent(process.pid, url) - before
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
    for fault in times.faults[:5]:
        print(fault, file=sys.stderr)
    lost, doubled = counted(count)
    bare = bare_rows(url)
    p95 = percentile(times.filed)
    ms = {"p50": statistics.median(times.filed), "p95": p95, "worst": max(times.filed)}
    ms |= {"form p95": percentile(times.opened), "draft p95": percentile(times.saved), "bare rows": bare}
    said = ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in ms.items())
    rate = count / span
    print(
        f"{len(times.filed)} filings in {span:.0f} s: {rate:.2f} officers a second, {rate / LIFE:.1f} times a thousand"
        f" in ten minutes; {times.broken} connections broken; the machine's load {os.getloadavg()[0]:.1f}; {said}"
    )
    return [
        ("filing_lost", lost, "<=", 0),
        ("filing_doubled", doubled, "<=", 0),
        ("filing_faults", len(times.faults), "<=", 0),
        ("filing_p95_ms", round(p95 * 1000), "<=", P95_MS),
        ("filing_arrivals_to_life", round(rate / LIFE, 2), ">=", 1),
        ("filing_cores_for_a_thousand", round(taken / count * LIFE, 2), "<=", CORES),
        ("filing_form_p95_ms", round(percentile(times.opened) * 1000), "<=", P95_MS),
        ("filing_processor_to_bare_rows", round(taken / count / bare), "<=", RATIO),
    ]


def spent(web: int, url: str) -> float:
    """Seconds of processor time of the web processes and of all backends of the bench's database server so far."""
    import psycopg

    with psycopg.connect(url) as connection:
        backends = connection.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()").fetchall()
    ours = {web, *(pid for (pid,) in backends)}
    tick = os.sysconf("SC_CLK_TCK")
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            name, _paren, rest = stat.read_text().rpartition(")")
            facts = rest.split()
            pid, parent = int(name.split()[0]), int(facts[1])
            if pid in ours or parent == web:
                total += (int(facts[11]) + int(facts[12])) / tick
    return total


def percentile(times: list[float], share: int = 95) -> float:
    """The time that this share of a hundred stays under."""
    return sorted(times)[max(0, len(times) * share // 100 - 1)]


def made(count: int) -> list[Officer]:
    """A round of so many communes, each with an officer logged in and a few activities."""
    from django.db import connection
    from django.test import Client

    from canhgiac.activities.models import Activity
    from canhgiac.agencies.models import Agency, Role
    from canhgiac.kit import clock
    from canhgiac.reporting.models import ReportDuty
    from tests.factories import agencies, reporting

    root = agencies.agency(name="UBND tỉnh Giờ Chót", kind=Agency.Kind.PEOPLES_COMMITTEE_PROVINCE)
    area = agencies.area()
    boss = agencies.member(agency=root)
    agencies.role(boss, Role.Kind.COORDINATOR, root)
    communes = [agencies.agency(name=f"UBND xã số {at}", parent=root, area=area) for at in range(count)]
    form = reporting.form(by=boss, codes=["dau"])
    for at in range(FIGURES - 1):
        source = reporting.LEAFLETS if at < SOURCED else {}
        reporting.field(form, f"muc_{at}", source=source, unit="bản", jump_percent=50)
    of = reporting.report_round(by=boss, agencies=communes, form_version=form)
    Activity.objects.bulk_create(
        Activity(
            agency=commune, kind="leaflet", title=f"Phát tờ rơi {at}", on=clock.today(), area=area, copies=100 + at,
            state="accepted",
        )
        for commune in communes
        for at in range(ACTIVITIES)
    )  # fmt: skip
    inputs = tuple(form.fields.values_list("pk", flat=True))
    duties = dict(ReportDuty.objects.filter(round=of).values_list("agency", "pk"))
    officers = []
    for commune in communes:
        member = agencies.member(agency=commune)
        agencies.role(member, Role.Kind.OFFICER, commune)
        client = Client()
        client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
        officers.append(Officer(client.cookies["sessionid"].value, duties[commune.pk], inputs))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return officers


def until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    """Waits until the web process answers. Raises RuntimeError when it ends or takes a minute."""
    for _ in range(240):
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.25)
    raise RuntimeError("canhgiac web did not start")


def rush(port: int, officers: list[Officer], span: float) -> Times:
    """Everyone comes once, at times that grow denser towards the end."""
    times, chance = Times(), random.Random(63)
    arrivals = sorted(span * chance.random() ** 0.7 for _ in officers)
    start = time.monotonic()

    def come(at: int) -> None:
        wait = start + arrivals[at] - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        if time.monotonic() - start > span + PATIENCE:
            times.faults.append("out of time")
            return
        try:
            visit(port, officers[at], at, times)
        except (OSError, http.client.HTTPException, AssertionError) as error:
            with times.lock:
                times.faults.append(f"officer {at}: {error!r}")

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(come, range(len(officers))))
    return times


def visit(port: int, officer: Officer, number: int, times: Times) -> None:
    """One officer opens the form, saves, and files; one in ten is cut off and sends again."""
    path = f"/bao-cao/nop/{officer.duty}/"
    cookies = f"sessionid={officer.session}"
    status, headers, page = timed(times.opened, times, lambda: ask(port, "GET", path, cookies))
    assert status == 200, f"form answered {status}"
    token = re.search(r"csrftoken=([^;]+)", headers.get("set-cookie", ""))
    assert token, "no token"
    cookies += f"; csrftoken={token[1]}"
    hidden = {name: unescape(value) for name, value in HIDDEN.findall(page)}
    typed = {f"f{pk}": str(number + at) for at, pk in enumerate(officer.inputs)}
    came = dict(re.findall(r'name="(f\d+)" value="([\d.]+)"', page))
    saving = hidden | typed | came
    status, _headers, text = timed(times.saved, times, lambda: ask(port, "POST", path + "luu/", cookies, saving))
    assert status == 200, f"draft answered {status}: {text[:200]}"
    filing = saving | {"viec": "gui"}
    if number % BREAK_EVERY == 0:
        ask(port, "POST", path, cookies, filing, cut=True)
        with times.lock:
            times.broken += 1
    status, headers, text = timed(times.filed, times, lambda: ask(port, "POST", path, cookies, filing))
    assert status == 302, f"filing answered {status}"
    assert "/bao-cao/phieu/" in headers.get("location", ""), headers.get("location")


Answer = tuple[int, dict[str, str], str]


def timed(into: list[float], times: Times, act: Callable[[], Answer]) -> Answer:
    """Runs the act and notes how long it took."""
    begun = time.perf_counter()
    answer = act()
    with times.lock:
        into.append(time.perf_counter() - begun)
    return answer


def ask(
    port: int, verb: str, path: str, cookies: str, form: dict[str, str] | None = None, *, cut: bool = False
) -> Answer:
    """One request on a connection of its own; ``cut`` closes it before the answer is read."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    body = urlencode(form) if form is not None else None
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request(verb, path, body, headers)
        if cut:
            return 0, {}, ""
        answer = connection.getresponse()
        text = answer.read().decode()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text
    finally:
        connection.close()


def counted(count: int) -> tuple[int, int]:
    """Reports lost and doubled, as the tables tell it."""
    from canhgiac.agencies.models import Notice
    from canhgiac.reporting.models import FigureSource, Submission, SubmissionStep

    filed = Submission.objects.filter(state="filed")
    whole = sum(1 for answers in filed.values_list("answers", flat=True) if len(answers) == FIGURES)
    steps = SubmissionStep.objects.filter(act="file").count()
    receipts = Notice.objects.filter(kind="reporting.receipt").count()
    rows = FigureSource.objects.count()
    lost = count - min(whole, steps, receipts, rows // (SOURCED * ACTIVITIES))
    doubled = max(Submission.objects.count(), steps, receipts, rows // (SOURCED * ACTIVITIES)) - count
    return lost, max(doubled, 0)


def bare_rows(url: str) -> float:
    """Processor seconds of one transaction that writes what one filing writes, on average of two hundred."""
    import psycopg

    from canhgiac.reporting.models import Submission

    sample = Submission.objects.order_by("pk").values_list("pk", "duty", "filed_by").first()
    assert sample
    pk, duty, member = sample
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE reporting_figuresource DROP CONSTRAINT figure_source_once")
        processes = os.getpid(), connection.info.backend_pid
        begun = processor_ms(*processes)
        for _ in range(200):
            with connection.transaction():
                _write(connection, pk, duty, member)
        taken = processor_ms(*processes) - begun
        connection.rollback()
    return taken / 200 / 1000


def _write(connection: Any, pk: int, duty: int, member: int) -> None:
    given = {"pk": pk, "duty": duty, "member": member}
    connection.execute("SELECT id FROM reporting_reportduty WHERE id = %(duty)s FOR UPDATE", given)
    connection.execute(
        "INSERT INTO reporting_submission (duty_id, number, form_version_id, uid, state, answers, origins, touched,"
        " version, is_empty, edited_at) SELECT duty_id,"
        " (SELECT max(number) + 1 FROM reporting_submission WHERE duty_id = %(duty)s), form_version_id,"
        " gen_random_uuid(), 'returned', answers, origins, touched, 1, false, now()"
        " FROM reporting_submission WHERE id = %(pk)s",
        given,
    )
    connection.execute("UPDATE reporting_submission SET filed_at = now(), on_time = true WHERE id = %(pk)s", given)
    connection.execute("UPDATE reporting_reportduty SET state = 'filed' WHERE id = %(duty)s", given)
    connection.execute(
        'INSERT INTO reporting_figuresource (submission_id, code, origin, origin_id, label, "on", quantity)'
        " SELECT %(pk)s, 'x', 'activities.activity', n, 'Phát tờ rơi', now(), 100 FROM generate_series(1, 30) n",
        given,
    )
    connection.execute(
        "INSERT INTO reporting_submissionstep (submission_id, act, by_id, at, note)"
        " VALUES (%(pk)s, 'file', %(member)s, now(), '')",
        given,
    )
    connection.execute(
        "INSERT INTO agencies_notice (member_id, address, kind, subject, body, link, state, attempts, error,"
        " created_at) VALUES (%(member)s, 'a@b.example', 'x', 'x', 'x', '', 'queued', 0, '', now())",
        given,
    )


if __name__ == "__main__":
    for name, value, sign, aim in main(*(int(argument) for argument in sys.argv[1:3])):
        print(f"bench {name} {value} {sign} {aim}")
