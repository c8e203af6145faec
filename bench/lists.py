"""Taking a blocklist in: lines a second, beside the row-by-row import that such tools begin with.

Ours is all of it: reading, one spelling, refusal of what is genuine, the difference to what stands, sightings by COPY,
listings, expiry. The peer does less: for each line of the same file ``get_or_create`` of the indicator, a sighting and
a listing, in one transaction, without a preview.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

Row = tuple[str, float, str, float]

ROOT = Path(__file__).parents[1]
DATABASE = "bench_lists"
LINES, NAIVE_LINES = 50_000, 1_000
PER_SECOND, RATIO = 2_000, 5


def main() -> list[Row]:
    """Lines a second of a first import, of the same file again, and the ratio to the peer."""
    import psycopg

    from canhgiac.kit import embedded

    def drop() -> None:
        with psycopg.connect(embedded.start(ROOT / "var" / "pg-bench", "postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")

    drop()  # a run that was stopped leaves its rows
    url = embedded.start(ROOT / "var" / "pg-bench", DATABASE)
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "canhgiac.settings", "LOG_LEVEL": "ERROR"}
    try:
        return measures()
    finally:
        from django.db import connections

        connections.close_all()
        drop()


def measures() -> list[Row]:
    """The measures on a fresh database."""
    import django

    django.setup()
    from django.core.management import call_command

    from canhgiac.agencies.models import Role
    from tests.factories import agencies, exchange

    call_command("migrate", verbosity=0)
    cast = agencies.cast()
    member = agencies.member(agency=cast.police)
    agencies.role(member, Role.Kind.TIP_OFFICER, cast.police)
    source = exchange.list_source(by=member, format="hosts")
    lines = "\n".join(f"0.0.0.0 trang-{number}.gia-mao-{number % 9973}.test" for number in range(LINES))

    first = _seconds(lambda: exchange.list_import(by=member, source=source, lines=lines))
    again = _seconds(lambda: exchange.list_import(by=member, source=source, lines=lines))
    naive = _seconds(lambda: _naive(member, lines.splitlines()[:NAIVE_LINES]))
    ours, theirs = LINES / first, NAIVE_LINES / naive
    return [
        ("lists: lines a second, first file", round(ours), ">=", PER_SECOND),
        ("lists: lines a second, the same file again", round(LINES / again), ">=", PER_SECOND),
        ("lists: times a row-by-row import", round(ours / theirs, 1), ">=", RATIO),
    ]


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _naive(member: object, lines: list[str]) -> None:
    """The peer."""
    from django.db import transaction

    from canhgiac.indicators.models import Indicator, ListImport, Listing, ListSource, Sighting
    from canhgiac.kit import clock

    now = clock.now()
    source = ListSource.objects.create(name="Danh sách so sánh", licence="MIT", format="hosts")
    one = ListImport.objects.create(source=source, file_sha256="0" * 64)
    with transaction.atomic():
        for line in lines:
            seen = {"first_seen": now, "last_seen": now}
            row, _new = Indicator.objects.get_or_create(kind="link", value="x-" + line.split()[1], defaults=seen)
            Sighting.objects.create(indicator=row, at=now, source="list")
            row.sightings_count += 1
            row.save()
            Listing.objects.get_or_create(
                source=source, indicator=row, defaults={"first_import": one, "last_import": one}
            )
