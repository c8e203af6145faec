"""Which of 3,000 communes were reached by 100,000 activities: the map, its numbers alone, by the boundaries of before.

Every commune has a residential group and came of two former communes; a third of the activities reached a second one.
A time is what it costs: processor time of this process and of its database backend, without the network and without
drawing. The peer is one SELECT … GROUP BY of the communes of today, which knows neither former boundaries nor that the
people of an activity in several places cannot be divided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from bench._province import Province, database, made
from bench.plans import backend_of, best

Row = tuple[str, float, str, float]

ACTIVITIES, COMMUNES = 100_000, 3_000
MAP_MS, FORMER_MS, NUMBERS_MS, ONE_MS = 500, 1000, 350, 100
RATIO = 4

_PEER = """
SELECT c.parent_id, count(DISTINCT a.id), max(a."on"), sum(a.people)
FROM activities_activity a JOIN activities_activityarea l ON l.activity_id = a.id
JOIN agencies_area c ON c.id = l.area_id
WHERE a.state = 'accepted' AND a.duplicate_of_id IS NULL AND a."on" BETWEEN %(since)s AND %(until)s GROUP BY 1"""


def main() -> list[Row]:
    """Milliseconds of each question, and the map beside the bare SELECT."""
    with database("bench_coverage") as bare:
        province = made(bare, activities=ACTIVITIES, communes=COMMUNES, groups=1)
        _reform(province)
        bare.execute("DELETE FROM activities_activityarea l USING activities_activity a"
                     " WHERE a.id = l.activity_id AND a.id % 3 > 0 AND l.area_id <> a.area_id")  # fmt: skip
        bare.execute("VACUUM ANALYZE")
        return _measures(bare, province)


def _reform(province: Province) -> None:
    """Two former communes for each one of today, a year ago."""
    from canhgiac.agencies.models import Area, AreaSuccession
    from canhgiac.agencies.services import paths_refresh
    from canhgiac.kit import clock

    day = clock.today() - dt.timedelta(days=365)
    Area.objects.filter(pk__in=[row.pk for row in province.communes]).update(valid_from=day)
    former = Area.objects.bulk_create(
        Area(code=f"c{row.pk}.{half}", name=f"{row.name} cũ {half}", folded=f"xa cu {row.pk} {half}", kind="xã",
             level=Area.Level.COMMUNE, parent=province.area, valid_until=day - dt.timedelta(days=1))
        for row in province.communes
        for half in (1, 2)
    )  # fmt: skip
    paths_refresh(Area)
    AreaSuccession.objects.bulk_create(
        AreaSuccession(predecessor=old, successor=province.communes[at // 2], on=day) for at, old in enumerate(former)
    )


def _measures(bare: Any, province: Province) -> list[Row]:
    from django.db import connection

    from canhgiac.activities.models import Kind
    from canhgiac.activities.selectors.coverage import CoverageFilter, State, coverage, coverage_counts
    from canhgiac.kit import clock

    today, by, root = clock.today(), province.coordinator, province.area
    asked = CoverageFilter(today - dt.timedelta(days=364), today)
    before = today - dt.timedelta(days=400)
    backend = backend_of(connection)
    whole = coverage(by, asked, root=root, on=today)
    if len(whole.rows) != COMMUNES or coverage_counts(by, asked, root=root, on=today)[State.REACHED] != whole.count(
        State.REACHED
    ):
        raise AssertionError("the numbers alone are not those of the map")
    works: dict[str, tuple[Callable[[], object], float]] = {
        "map": (lambda: coverage(by, asked, root=root, on=today), MAP_MS),
        "map_of_leaflets": (
            lambda: coverage(by, CoverageFilter(asked.since, today, kind=Kind.LEAFLET), root=root, on=today), MAP_MS
        ),
        "matrix": (lambda: coverage(by, asked, root=root, on=today, by_kind=True), MAP_MS),
        "former_boundaries": (lambda: coverage(by, asked, root=root, on=before), FORMER_MS),
        "numbers_alone": (lambda: coverage_counts(by, asked, root=root, on=today), NUMBERS_MS),
        "one_commune": (lambda: coverage(by, asked, root=province.communes[7], on=today), ONE_MS),
    }  # fmt: skip

    def once(work: Callable[[], object]) -> None:
        work()

    times = {name: best(partial(once, work), backend) for name, (work, _limit) in works.items()}
    facts = {"since": asked.since, "until": today}

    def peer() -> None:
        assert len(bare.execute(_PEER, facts).fetchall()) == COMMUNES

    plain = best(peer, bare.info.backend_pid)
    rows: list[Row] = [(f"coverage_{name}_ms", round(times[name], 1), "<=", works[name][1]) for name in works]
    return [*rows, ("coverage_map_to_bare_group_by", round(times["map"] / plain, 2), "<=", RATIO)]


if __name__ == "__main__":
    for name, value, sign, aim in main():
        print(f"bench {name} {value} {sign} {aim}")
