"""Targets counted from activities: 20,000 and 100,000 activities that reached 4,000 residential groups.

Counting a measure writes each part reached with every activity it rests on. The peer writes the same rows by two bare
INSERT … SELECT and takes them back. Counting again after nothing changed is what a night does; rates are those of 14
measures over 4,000 parts each. Times are processor time of this process and of its database backend.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from bench._province import Province, database, made
from bench.plans import backend_of, best, spent

Row = tuple[str, float, str, float]

ACTIVITIES = 100_000
MEASURES = 14
COUNT_MS, RATES_MS = 2_000, 100
FIRST_MS = {"20k": COUNT_MS, "100k": 4_000}
"""A first count of the 100,000 writes 200,000 rows, which takes the bare statements two seconds."""
RATIO = 2
"""The ledger compares what stands with what is true and leaves the rest alone; the peer only writes."""

_RULE = "AND a.kind = 'leaflet'"
_REACHED = """
    FROM plans_populationpart p JOIN activities_activityarea l ON l.area_id = p.area_id
    JOIN activities_activity a ON a.id = l.activity_id
    WHERE p.population_id = %(population)s AND a.state = 'accepted' AND a.duplicate_of_id IS NULL """
_COUNTED = """
    INSERT INTO plans_counted (measure_id, part_id, value, empty, "on", source, at)
    SELECT %(measure)s, p.id, 1, false, min(a."on"), '', now() """
_SOURCES = """
    INSERT INTO plans_countedsource (counted_id, origin, origin_id, label, "on")
    SELECT c.id, 'activities.activity', a.id, a.title, a."on"
    FROM plans_counted c JOIN plans_populationpart p ON p.id = c.part_id
    JOIN activities_activityarea l ON l.area_id = p.area_id JOIN activities_activity a ON a.id = l.activity_id
    WHERE c.measure_id = %(measure)s AND a.state = 'accepted' AND a.duplicate_of_id IS NULL """
_COPIED = """
    INSERT INTO plans_counted (measure_id, part_id, value, empty, "on", source, at)
    SELECT m.id, c.part_id, c.value, c.empty, c."on", '', now() FROM plans_counted c, plans_targetmeasure m
    WHERE c.measure_id = %(measure)s AND m.id <> c.measure_id
    ON CONFLICT DO NOTHING"""


def main() -> list[Row]:
    """Milliseconds and ratios of counting, of counting again, of one more activity, and of all rates."""
    with database("bench_ledger") as bare:
        return _measures(bare, made(bare, activities=ACTIVITIES))


def _measures(bare: Any, province: Province) -> list[Row]:
    from django.db import connection

    from canhgiac.activities.models import Activity
    from canhgiac.activities.services.counting import measure_count, targets_count
    from canhgiac.plans.models import Counted, CountedSource
    from canhgiac.plans.selectors.ledger import rates_for
    from tests.factories import ledger, plans

    plan = plans.plan(by=province.coordinator, agency=province.root)
    everywhere = ledger.population(province.coordinator, areas=province.groups, agency=province.root)
    facts: dict[str, Any] = {"by": province.coordinator, "counting": "activities"}
    some = ledger.measure(ledger.target(plan), everywhere, rule={"kinds": ["leaflet"]}, **facts)
    every = ledger.measure(ledger.target(plan), everywhere, **facts)
    for _ in range(MEASURES - 2):
        ledger.measure(ledger.target(plan), everywhere, by=province.coordinator)
    bare.execute("ANALYZE")
    backend = backend_of(connection)
    rows: list[Row] = []
    for name, measure, rule in (("20k", some, _RULE), ("100k", every, "")):
        own = cost(partial(measure_count, measure=measure), backend)
        held = CountedSource.objects.filter(counted__measure=measure).count()
        given = {"measure": measure.pk, "population": everywhere.pk}
        peer = _bare(bare, given, rule, held)
        again = cost(partial(measure_count, measure=measure), backend)
        rows += [
            (f"ledger_count_{name}_ms", round(own), "<=", FIRST_MS[name]),
            (f"ledger_count_{name}_to_bare_sql", round(own / peer, 1), "<=", RATIO),
            (f"ledger_count_{name}_again_ms", round(again), "<=", COUNT_MS),
        ]
    last = Activity.objects.latest("pk")
    Activity.objects.filter(pk=last.pk).update(state=Activity.State.RETURNED)
    one = cost(lambda: targets_count(activity_ids=[last.pk]), backend)
    assert not CountedSource.objects.filter(origin_id=last.pk).exists()
    rows.append(("ledger_one_activity_ms", round(one), "<=", RATES_MS))
    bare.execute(_COPIED, {"measure": some.pk})
    bare.execute("ANALYZE")
    assert Counted.objects.count() == MEASURES * len(province.groups)

    def rates() -> None:
        assert len(rates_for(province.coordinator)) == MEASURES

    rows.append(("ledger_rates_14_ms", round(best(rates, backend)), "<=", RATES_MS))
    return rows


def cost(work: Callable[[], object], backend: int) -> float:
    """Milliseconds of one run, ours and the database's: the rows are new only once."""
    begun, start = time.monotonic(), spent(os.getpid(), backend)
    work()
    times = spent(os.getpid(), backend) - start
    print(f"  {times:.0f} ms of processor time in {(time.monotonic() - begun) * 1000:.0f} ms")
    return times


def _bare(bare: Any, given: dict[str, int], rule: str, held: int) -> float:
    """Milliseconds of writing the same rows by two statements, taken back at the end."""
    backend = bare.info.backend_pid
    with bare.transaction(force_rollback=True):
        bare.execute("DELETE FROM plans_countedsource")
        bare.execute("DELETE FROM plans_counted")
        start = spent(backend)
        bare.execute(_COUNTED + _REACHED + rule + " GROUP BY p.id", given)
        written = bare.execute(_SOURCES + rule, given).rowcount
        taken = spent(backend) - start
    assert written == held, f"the peer counted {written} rows, the ledger {held}"
    return taken


if __name__ == "__main__":
    for name, value, sign, aim in main():
        print(f"bench {name} {value} {sign} {aim}")
