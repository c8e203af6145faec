"""How many people a rule over a million subscribers reaches: counted while a person builds it.

Beside it Mautic, whose users report segments that rebuild in more than five minutes at 700,000 contacts; and, in the
same run on the same tables, a full scan, the same question asked row by row through the ORM, and the SELECT of those
who are meant.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ._province import database, made

if TYPE_CHECKING:
    from canhgiac.outreach.selectors.audiences import Rule

Row = tuple[str, float, str, float]

SUBSCRIBERS = 1_000_000
COUNT_MS, PEOPLE_MS, RATIO = 1000, 2000, 4
_FILL = """
    INSERT INTO outreach_subscriber (way, address, digest, area_id, groups, language, with_marks, state, origin, lot,
        token, made_at, version)
    SELECT CASE WHEN n %% 10 < 6 THEN 'sms' WHEN n %% 10 < 8 THEN 'zalo' WHEN n %% 10 < 9 THEN 'email' ELSE 'push' END,
        'dia-chi-' || n, decode(md5(n::text), 'hex'),
        CASE WHEN n %% 11 = 0 THEN NULL ELSE (%(areas)s::bigint[])[1 + (n * 7919::bigint) %% %(parts)s] END,
        (n / 3 * 31::bigint %% 16384)::int, CASE WHEN n %% 20 = 7 THEN 'tay' ELSE 'vi' END, false,
        CASE WHEN n %% 50 = 0 THEN 'stopped' WHEN n %% 77 = 0 THEN 'pending' ELSE 'active' END, 'web', n %% 100,
        substr(md5('t' || n), 1, 24), now() - n * interval '1 second', 1
    FROM generate_series(1, %(count)s) n"""
_SUPPRESS = """
    INSERT INTO outreach_suppression (digest, why, at)
    SELECT digest, 'stopped', now() FROM outreach_subscriber WHERE state = 'stopped'"""


def main() -> list[Row]:
    """Milliseconds of each count, and how many full scans that is."""
    with database("bench_audiences") as bare:
        province = made(bare, activities=1)
        from canhgiac.agencies.models import Area
        from canhgiac.outreach.selectors.audiences import Rule

        areas = [row.pk for row in (*province.groups, *province.communes)]
        bare.execute(_FILL, {"areas": areas, "parts": len(areas), "count": SUBSCRIBERS})
        bare.execute(_SUPPRESS)
        bare.execute("VACUUM ANALYZE")
        communes = list(Area.objects.filter(level=Area.Level.COMMUNE).order_by("pk").values_list("pk", flat=True))
        elderly = Rule(groups=("elderly",), languages=("tay",))
        rules = {
            "whole_province": Rule(),
            "one_commune": Rule(areas=(communes[0],)),
            "group_and_language": elderly,
            "ten_communes_group_sms": Rule(areas=tuple(communes[:10]), groups=("elderly",), ways=("sms",)),
        }
        scan = _best(lambda: bare.execute("SELECT count(*) FROM outreach_subscriber WHERE state || '' = 'active'"))
        print(f"{SUBSCRIBERS:,} subscribers; a full scan of the table: {scan:,.0f} ms", flush=True)
        rows = [row for name, rule in rules.items() for row in _measures(name, rule)]
        whole = next(row[1] for row in rows if row[0] == "audiences_whole_province_ms")
        return [*rows, ("audiences_whole_to_full_scan", round(whole / scan, 2), "<=", RATIO), _naive(elderly)]


def _best(act: Callable[[], Any], times: int = 5) -> float:
    """Milliseconds of the fastest of several runs."""
    took = []
    for _time in range(times):
        start = time.perf_counter()
        act()
        took.append(time.perf_counter() - start)
    return min(took) * 1000


def _measures(name: str, rule: Rule) -> list[Row]:
    """The count, and the SELECT that the loader wraps: both speak of the same people."""
    from django.db import connection

    from canhgiac.outreach.selectors.audiences import audience_count, audience_sql

    sql, params = audience_sql(rule)

    def people() -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*), max(length(address)) FROM ({sql}) people", params)
            return int(cursor.fetchone()[0])

    count = audience_count(rule)
    if not people() == count.total > 0:
        raise AssertionError(f"{name}: the count is not that of the people")
    print(f"{name}: {count.total:,} people, {count.suppressed:,} left out", flush=True)
    return [
        (f"audiences_{name}_ms", round(_best(lambda: audience_count(rule)), 1), "<=", COUNT_MS),
        (f"audiences_{name}_addresses_ms", round(_best(people, 3), 1), "<=", PEOPLE_MS),
    ]


def _naive(rule: Rule) -> Row:
    """The same question as a loop over objects, on a hundredth of the table."""
    from canhgiac.outreach.models import Subscriber
    from canhgiac.outreach.selectors.audiences import audience_count

    def loop() -> int:
        rows = Subscriber.objects.order_by("pk")[: SUBSCRIBERS // 100]
        return sum(one.state == "active" and one.groups & rule.mask and one.language in rule.languages for one in rows)

    slow = _best(loop, 2) * 100
    print(
        f"row by row through the ORM: about {slow / 1000:,.0f} s; Mautic, as its users report: over 300 s", flush=True
    )
    return ("audiences_times_faster_than_orm_loop", round(slow / _best(lambda: audience_count(rule)), 1), ">=", 20)


if __name__ == "__main__":
    for one in main():
        print("bench", *one)
