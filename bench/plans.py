"""Pages of tasks at full size, 10,000 tasks in 100,000 shares of 4,000 agencies, beside the bare SQL of the same rows.

The page's time is the server's own: from request to rendered answer, through all middleware, without the network, as
processor time of the web process and of its database backend together. On a machine with nothing else to do that is
what the clock shows; on a busy one it is still what the page costs. The peer is one SELECT by psycopg that fetches
the rows the page shows, without counts, tally or HTML.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

Row = tuple[str, float, str, float]

ROOT = Path(__file__).parents[1]
DATABASE = "bench_plans"
LIMIT_MS = 200
RATIO = 6
"""A page counts, tallies and renders besides; what it adds must stay within a few times the bare SELECT."""
HEAVY_MS = 15
"""Below this the bare SELECT is too quick for a ratio to say anything: there the milliseconds must do."""
ROUNDS = 8

_LIVE = """
FROM plans_assignment a JOIN plans_task t ON t.id = a.task_id JOIN plans_plan p ON p.id = t.plan_id
JOIN agencies_agency g ON g.id = a.agency_id
WHERE p.state = 'issued' AND t.review <> 'rejected' AND t.merged_into_id IS NULL
"""
_GROUPED = f"""
SELECT t.id, t.code, t.text, count(*), count(*) FILTER (WHERE a.status = 'done'),
       min(a.due_date) FILTER (WHERE a.status IN ('not_started', 'in_progress')) AS due
{_LIVE} %s GROUP BY t.id ORDER BY due NULLS LAST, t.id LIMIT 50
"""
_BY_DAY = f"SELECT a.id, a.due_date, a.status, t.text, g.name {_LIVE} ORDER BY a.due_date NULLS LAST, a.id LIMIT 50"
PAGES: dict[str, tuple[str, str]] = {
    "list": ("/nhiem-vu/", _GROUPED % ""),
    "search": (
        "/nhiem-vu/?q=lừa+đảo+sinh+viên",
        _GROUPED % "AND t.search @@ to_tsquery('simple', '''lua'':* & ''dao'':* & ''sinh'':* & ''vien'':*')",
    ),
    "late": (
        "/nhiem-vu/?cham=on",
        _GROUPED % "AND a.due_date < current_date AND a.status IN ('not_started', 'in_progress')",
    ),
    "board": (
        "/nhiem-vu/?xem=bang",
        (
            f"SELECT * FROM (SELECT a.status, t.id, t.text, count(*), min(a.due_date),"
            f" row_number() OVER (PARTITION BY a.status ORDER BY min(a.due_date), t.id) AS n {_LIVE}"
            " GROUP BY a.status, t.id) cards WHERE n <= 20"
        ),
    ),
    "by_agency": (
        "/nhiem-vu/?xem=co-quan",
        (
            "SELECT g.id, g.name, count(*), count(*) FILTER (WHERE a.status = 'done'), count(*) FILTER (WHERE"
            f" a.due_date < current_date AND a.status IN ('not_started', 'in_progress')) AS late {_LIVE}"
            " GROUP BY g.id ORDER BY late DESC LIMIT 50"
        ),
    ),
    "by_day": ("/nhiem-vu/?xem=han", _BY_DAY),
    "by_day_far": ("/nhiem-vu/?xem=han&page=1500", f"{_BY_DAY} OFFSET 74950"),
    "calendar": (
        "/lich/",
        (
            f"SELECT a.due_date, t.id, count(*) {_LIVE} AND a.due_date BETWEEN date_trunc('month', current_date)"
            " - interval '7 days' AND date_trunc('month', current_date) + interval '38 days' GROUP BY a.due_date, t.id"
        ),
    ),
    "my_tasks": (
        "/viec-cua-toi/",
        (
            f"SELECT a.id, a.due_date, a.status, t.text {_LIVE} AND a.agency_id = %(agency)s"
            " AND a.status IN ('not_started', 'in_progress') ORDER BY a.due_date LIMIT 200"
        ),
    ),
}


def main() -> list[Row]:
    """The measures, each with its aim: milliseconds of our page, and their ratio to the bare SELECT."""
    import psycopg

    from canhgiac.kit import embedded

    url = embedded.start(ROOT / "var" / "pg-bench", DATABASE)
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "canhgiac.settings", "LOG_LEVEL": "ERROR"}
    os.environ |= {"STATIC_MANIFEST": "0", "REQUIRE_MFA": "0"}
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            return measures(connection)
    finally:
        from django.db import connections

        connections.close_all()
        with psycopg.connect(embedded.start(ROOT / "var" / "pg-bench", "postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def measures(bare: Any) -> list[Row]:
    """Builds the province, then times each page and its peer in turn."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.test import Client

    from tests.factories import plans

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        many = plans.many()
    bare.execute("ANALYZE")
    bare.execute("SET max_parallel_workers_per_gather = 0")
    rows: list[Row] = []
    for name, (path, select) in PAGES.items():
        client = Client(SERVER_NAME="localhost")
        member = many.officer if name == "my_tasks" else many.coordinator
        client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")

        def page(client: Client = client, path: str = path) -> None:
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.status_code)

        def peer(select: str = select) -> None:
            bare.execute(select, {"agency": many.commune.pk}).fetchall()

        ours, theirs = best(page, backend_of(connection)), best(peer, bare.info.backend_pid)
        rows.append((f"plans_{name}_ms", round(ours, 1), "<=", LIMIT_MS))
        if theirs > HEAVY_MS:
            rows.append((f"plans_{name}_to_bare_select", round(ours / theirs, 2), "<=", RATIO))
    return rows


def backend_of(connection: Any) -> int:
    """The process that answers this connection, kept from spreading its work over others we could not see."""
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def spent(*processes: int) -> float:
    """Milliseconds that these processes have spent on a processor."""
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in processes) / 1e6


def best(work: Callable[[], None], backend: int) -> float:
    """Milliseconds of the best round after one to warm up, ours and the database's."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = spent(os.getpid(), backend)
        work()
        times.append(spent(os.getpid(), backend) - start)
    return min(times)


if __name__ == "__main__":
    for name, value, sign, aim in main():
        print(f"bench {name} {value} {sign} {aim}")
