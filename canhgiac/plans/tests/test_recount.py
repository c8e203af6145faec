"""Counts written from a query: the earliest day, what others counted, and parts of which nobody knows the size."""

from __future__ import annotations

import datetime as dt

import pytest

from canhgiac.agencies.models import Area
from canhgiac.plans.models import Counted, CountedSource, TargetMeasure, Unit
from canhgiac.plans.services.ledger import CountedRow, Put, Source, counted_put
from canhgiac.plans.services.recount import counted_refresh
from tests.factories import agencies, ledger, plans
from tests.factories.agencies import Cast

DAY = dt.date(2026, 9, 1)
EARLIER = DAY - dt.timedelta(days=3)
ORIGIN = "activities.activity"


@pytest.fixture
def groups(cast: Cast) -> list[Area]:
    """Four residential groups of the commune."""
    return [agencies.area(level=Area.Level.GROUP, parent=cast.commune_area) for _ in range(4)]


@pytest.fixture
def measure(cast: Cast, groups: list[Area]) -> TargetMeasure:
    """A measure over the groups; the last one's size is not known, the third holds nothing."""
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    people = ledger.population(cast.coordinator, areas=groups, sizes=[5, 1, 0, None], unit=Unit.HOUSEHOLD)
    return ledger.measure(ledger.target(plan), people, by=cast.coordinator)


def refresh(measure: TargetMeasure, *rows: tuple[int, int, dt.date], only: list[int] | None = None) -> Put:
    """Refreshes the measure with (number of the part, origin id, day)."""
    assert measure.population
    parts = list(measure.population.parts.order_by("pk"))
    given = [(parts[number].pk, origin_id, f"Việc {origin_id}", on) for number, origin_id, on in rows]
    # No rows: a query that finds none.
    query = " UNION ALL ".join("SELECT %s::bigint, %s::bigint, %s::text, %s::date" for _row in given)
    query = query or "SELECT 1, 1, 'x', now()::date WHERE false"
    params = [value for row in given for value in row]
    return counted_refresh(measure=measure, query=query, params=params, origin=ORIGIN, only=only)


def standing(measure: TargetMeasure) -> list[tuple[object, ...]]:
    return list(Counted.objects.filter(measure=measure).order_by("part").values_list("value", "on", "source"))


def test_a_part_is_reached_on_the_earliest_day_and_the_same_again_writes_nothing(measure: TargetMeasure) -> None:
    rows = [(0, 7, DAY), (0, 8, EARLIER), (0, 8, EARLIER), (1, 7, DAY)]
    assert refresh(measure, *rows) == Put(2, 0, [])
    assert standing(measure) == [(1, EARLIER, ""), (1, DAY, "")]
    assert CountedSource.objects.count() == 3
    assert refresh(measure, *rows) == Put(0, 0, [])
    assert refresh(measure, (0, 7, DAY)) == Put(1, 1, [])
    assert standing(measure) == [(1, DAY, "")]


def test_only_looks_at_the_rows_named(measure: TargetMeasure) -> None:
    refresh(measure, (0, 7, DAY), (0, 8, EARLIER), (1, 9, DAY))
    assert refresh(measure, (1, 8, EARLIER), only=[8]) == Put(2, 0, [])
    assert standing(measure) == [(1, DAY, ""), (1, EARLIER, "")]
    assert refresh(measure, only=[7]) == Put(0, 1, [])


def test_what_others_counted_stays_and_a_persons_entry_is_replaced(measure: TargetMeasure, groups: list[Area]) -> None:
    theirs = CountedRow(area=groups[0].pk, value=4, on=DAY, sources=(Source(3, "Kế hoạch", DAY),))
    counted_put(measure=measure, rows=[theirs], origin="plans.plan")
    counted_put(measure=measure, rows=[CountedRow(area=groups[1].pk, value=0, on=DAY, source="Báo cáo")], origin="")
    refresh(measure)
    assert standing(measure) == [(4, DAY, ""), (0, DAY, "Báo cáo")]
    refresh(measure, (1, 7, EARLIER))
    assert standing(measure) == [(4, DAY, ""), (1, EARLIER, "")]


def test_a_part_without_a_known_size_is_refused_in_words(measure: TargetMeasure, groups: list[Area]) -> None:
    put = refresh(measure, (0, 7, DAY), (2, 7, DAY), (3, 7, DAY))
    assert put.written == 1
    assert len(put.refused) == 2
    assert groups[2].name in put.refused[0]
    assert groups[3].name in put.refused[1]
