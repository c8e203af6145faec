"""The register at full size: 1,000,000 indicators with 10,000,000 sightings; reports in, pages, a look at twenty keys.

Ingest: reports a second by COPY with de-duplication (a quarter repeat their own origin), beside the same reports row by
row through the ORM, in one transaction each way. Pages: from request to rendered answer through all middleware, as
processor time of the web process and its database backend together (``bench.plans``). Links between tips need no table
of pairs: a thing has one row and its sightings, so the tables grow with the reports, not with their square; the last
line is bytes for each sighting with all its indexes.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from bench._province import database
from bench.plans import backend_of, best

Row = tuple[str, float, str, float]

INDICATORS, EACH = 1_000_000, 10
REPORTS, BY_ORM = 60_000, 600
PER_SECOND, TIMES, PAGE_MS, LOOKUP_MS = 2_000, 10, 200, 20
BYTES_EACH = 400
_INDEXES = ("sighting_by_indicator", "sighting_by_area", "sighting_by_origin", "sighting_once")

_MADE = """
INSERT INTO indicators_indicator (kind, value, is_range, state, tags, sightings_count, sources_count, sources,
    first_seen, last_seen, expires_on, changed_at, version)
SELECT kind, CASE kind WHEN 'phone' THEN '+849' || lpad(n::text, 8, '0')
           WHEN 'link' THEN 'trang-' || n || '.test'
           WHEN 'account' THEN '970436:' || lpad((n::bigint * 7919 %% 100000000)::text, 10, '9')
           ELSE 'facebook:mau.' || n END,
       false, CASE WHEN n %% 20 = 0 THEN 3 WHEN n %% 9 = 0 THEN 2 WHEN n %% 50 = 1 THEN 4 ELSE 1 END,
       1 << (n %% 28), %(each)s, 2, (1 << (n %% 8)) | (1 << (n / 8 %% 8)),
       %(now)s::timestamptz - interval '300 days', %(now)s::timestamptz - (n %% 259200) * interval '1 minute',
       %(now)s::date + (n %% 300), %(now)s::timestamptz - interval '20 days', 1
FROM (SELECT n, (ARRAY['phone', 'phone', 'account', 'link', 'account', 'social'])[1 + n %% 6] AS kind
      FROM generate_series(1, %(count)s::int) n) made
ON CONFLICT DO NOTHING"""
_SEEN = """
INSERT INTO indicators_sighting (indicator_id, at, source, area_id, tags, weight, origin_key)
SELECT i.id, i.last_seen - k * interval '9 days', (ARRAY['tip', 'bank', 'signal', 'list'])[1 + ((i.id + k) %% 4)::int],
       (%(areas)s::bigint[])[1 + ((i.id * 31 + k) %% %(of)s)::int], i.tags, 100,
       CASE WHEN k %% 2 = 0 THEN md5(i.id::text || k) || md5(k::text) END
FROM indicators_indicator i, generate_series(0, %(each)s - 1) k"""


def main() -> list[Row]:
    """Reports a second, milliseconds of pages and look-ups, bytes of a sighting."""
    with database("bench_indicators") as bare:
        who, areas = _people()
        rows = _ingest()
        _fill(bare, areas)
        return [*rows, *_pages(bare, who, areas), *_lookups(), *_size(bare)]


def _people() -> tuple[Any, list[Any]]:
    from canhgiac.agencies.models import Agency, Area, Role
    from tests.factories import agencies as factory

    province = factory.area(name="Tỉnh Cỡ Lớn", level=Area.Level.PROVINCE)
    root = factory.agency(name="UBND tỉnh Cỡ Lớn", kind=Agency.Kind.PEOPLES_COMMITTEE_PROVINCE, area=province)
    communes = [factory.area(name=f"Xã {at}", parent=province) for at in range(100)]
    officer = factory.member(full_name="Tiếp Nhận Lớn", agency=root)
    factory.role(officer, Role.Kind.TIP_OFFICER, root)
    return officer, [*communes, province]


def _reports(count: int, start: int) -> Iterator[Any]:
    """Reports of invented phones; every fourth repeats what its origin told before."""
    from canhgiac.engines.lookup.keys import key_of
    from canhgiac.indicators.services import Report
    from canhgiac.kit import clock

    now = clock.now()
    for number in range(count):
        told = number - 1 if number % 4 == 3 else number
        key = key_of("phone", f"09{start + told // 2:08}")
        yield Report(key, "bank", now - dt.timedelta(minutes=told % 999), origin=f"bench:{start}:{told}")


def _ingest() -> list[Row]:
    """Through the engine's normalising, the digest, COPY and the sets; beside the ORM row by row."""
    from canhgiac.indicators.services import sightings_copy

    began = time.perf_counter()
    added = sightings_copy(_reports(REPORTS, 10_000_000))
    copied = REPORTS / (time.perf_counter() - began)
    if (added.new, added.again) != (REPORTS * 3 // 4, REPORTS // 4):
        raise AssertionError(f"what was sent is not what came: {added}")
    began = time.perf_counter()
    _row_by_row(BY_ORM)
    rowed = BY_ORM / (time.perf_counter() - began)
    return [
        ("indicators_reports_a_second", round(copied), ">=", PER_SECOND),
        ("indicators_copy_to_orm_row_by_row", round(copied / rowed, 1), ">=", TIMES),
    ]


def _row_by_row(count: int) -> None:
    """The same reports as one would write them first: get or create, once for each origin, counts set."""
    from django.db import transaction

    from canhgiac.indicators.models import Indicator, Sighting
    from canhgiac.indicators.selectors.origins import origin_digest

    with transaction.atomic():
        for report in _reports(count, 20_000_000):
            facts = {"first_seen": report.at, "last_seen": report.at}
            row, _made = Indicator.objects.get_or_create(
                kind=report.key.kind.value, value=report.key.value, defaults=facts
            )
            _seen, is_new = Sighting.objects.get_or_create(
                indicator=row, origin_key=origin_digest(report.origin), defaults={"at": report.at, "source": "bank"}
            )
            if is_new:
                row.sightings_count += 1
                row.first_seen, row.last_seen = min(row.first_seen, report.at), max(row.last_seen, report.at)
                row.save()


def _fill(bare: Any, areas: list[Any]) -> None:
    """The register at full size. Sightings are written without their indexes, which are then made as they were."""
    from canhgiac.kit import clock

    facts = {"count": INDICATORS, "each": EACH, "now": clock.now(), "areas": [row.pk for row in areas[:-1]]}
    facts["of"] = len(areas) - 1
    bare.execute(_MADE, facts)
    made = dict(
        bare.execute(
            "SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_class c JOIN pg_index x ON x.indexrelid = c.oid"
            " WHERE x.indrelid = 'indicators_sighting'::regclass AND NOT x.indisprimary"
        ).fetchall()
    )
    missing = set(_INDEXES) - set(made)
    if missing:
        raise AssertionError(f"indexes that the register is to have: {missing}")
    bare.execute("ALTER TABLE indicators_sighting DROP CONSTRAINT sighting_once")
    for name in made:
        bare.execute(f"DROP INDEX IF EXISTS {name}")
    bare.execute("SET session_replication_role = replica")  # the keys are right: no look-up of each row's parents
    bare.execute(_SEEN, facts)
    bare.execute("SET session_replication_role = origin")
    bare.execute("SET maintenance_work_mem = '512MB'")
    for definition in made.values():
        bare.execute(definition)
    bare.execute("VACUUM ANALYZE")


def _pages(bare: Any, who: Any, areas: list[Any]) -> list[Row]:
    from django.db import connection
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(who)
    busiest, value = bare.execute(
        "SELECT id, value FROM indicators_indicator WHERE kind = 'phone' ORDER BY sightings_count DESC, id LIMIT 1"
    ).fetchone()
    pages = {
        "list": "/dau-vet/",
        "page_200": "/dau-vet/?page=200",
        "confirmed_accounts": "/dau-vet/?state=3&kind=account",
        "by_tag": "/dau-vet/?tag=loan",
        "by_source": "/dau-vet/?source=public",
        "by_commune": f"/dau-vet/?area={areas[3].code}",
        "most_reported": "/dau-vet/?sort=-lan",
        "exact": f"/dau-vet/?q={value.replace('+84', '0')}",
        "prefix": f"/dau-vet/?q={value.replace('+84', '0')[:6]}",
        "detail": f"/dau-vet/{busiest}/",
    }

    def ask(url: str) -> None:
        page = client.get(url)
        if page.status_code != 200 or b"cg-value" not in page.content:
            raise AssertionError(f"{url}: {page.status_code}, no rows")

    backend = backend_of(connection)
    return [
        (f"indicators_{name}_ms", round(best(partial(ask, url), backend), 1), "<=", PAGE_MS)
        for name, url in pages.items()
    ]


def _lookups() -> list[Row]:
    from django.db import connection

    from canhgiac.engines.lookup.keys import Key, Kind, key_of
    from canhgiac.indicators.selectors.lookup import lookup

    keys = [key_of("phone", f"09{number * 6:08}") for number in range(1, 7)]
    keys += [key_of("link", f"https://trang-{number * 6 + 3}.test/a/b") for number in range(1, 8)]
    keys += [Key(Kind.ACCOUNT, f"970436:999{number:07}") for number in range(7)]

    def ask() -> None:
        if len(lookup(keys)) < 10:
            raise AssertionError("what is listed was not found")

    work: Callable[[], None] = ask
    return [("indicators_lookup_20_keys_ms", round(best(work, backend_of(connection)), 2), "<=", LOOKUP_MS)]


def _size(bare: Any) -> list[Row]:
    """Nothing grows with the square of the reports."""
    (size, count) = bare.execute(
        "SELECT pg_total_relation_size('indicators_sighting'), count(*) FROM indicators_sighting"
    ).fetchone()
    return [("indicators_bytes_a_sighting", round(size / count), "<=", BYTES_EACH)]


if __name__ == "__main__":
    for name, value, sign, aim in main():
        print(f"bench {name} {value} {sign} {aim}")
