"""No order of acts, and no two writers at once, builds a rate above the whole."""

from __future__ import annotations

import datetime as dt
import itertools
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import IntegrityError, close_old_connections, connection, connections
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canhgiac.agencies.models import Area
from canhgiac.plans.models import Counted, Population, PopulationPart, TargetMeasure, Unit
from canhgiac.plans.selectors.ledger import GROUPS, PartFilter, parts_list, rates_for
from canhgiac.plans.selectors.populations import Part
from canhgiac.plans.services.ledger import CountedRow, LedgerRefused, Source, counted_put, counts_enter
from canhgiac.plans.services.populations import Made, population_replace
from tests.factories import agencies, ledger, plans
from tests.factories.agencies import Cast

DAY = dt.date(2026, 9, 1)
_numbers = itertools.count(1)

sizes = st.lists(st.one_of(st.none(), st.integers(0, 50)), min_size=1, max_size=6)
rows = st.lists(
    st.tuples(st.integers(0, 7), st.one_of(st.none(), st.integers(-1, 60)), st.booleans()), min_size=1, max_size=6
)
acts = st.lists(
    st.one_of(
        st.tuples(st.just("put"), rows),
        st.tuples(st.just("whole"), rows),
        st.tuples(st.just("enter"), rows),
        st.tuples(st.just("replace"), sizes),
    ),
    min_size=1,
    max_size=8,
)


def counted_rows(given: list[tuple[int, int | None, bool]], parts: list[int]) -> list[CountedRow]:
    """Rows of these parts, and of some outside the population."""
    return [
        CountedRow(
            part=parts[index] if index < len(parts) else 10**9 + index,
            value=value,
            empty=empty,
            on=DAY,
            source="Báo cáo",
            sources=(Source(index, "Hoạt động", DAY),),
        )
        for index, value, empty in given
    ]


def holds(cast: Cast, measure: TargetMeasure) -> None:
    """What must hold after every act."""
    for row in Counted.objects.filter(measure=measure).select_related("part"):
        assert row.part.population_id == measure.population_id
        assert row.value is None or (row.part.size is not None and 0 <= row.value <= row.part.size)
    found = next(one for one in rates_for(cast.coordinator) if one.target == measure.target)
    (rate,) = found.measures
    assert rate.reached + rate.unknown + rate.empty + rate.missing == rate.known_total
    assert rate.rate is None or 0 <= rate.rate <= 1
    assert (rate.rate == 1) == (rate.total is not None and rate.total > 0 and rate.reached == rate.total)
    assert found.met is not True or (rate.total is not None and rate.reached == rate.total)
    parts = PopulationPart.objects.filter(population=measure.population_id)
    listed = {group: set(parts_list(cast.coordinator, measure, PartFilter(group))) for group in GROUPS}
    assert len(listed["chua-ro"]) + Counted.objects.filter(measure=measure).count() == parts.count()
    assert not listed["trong"] & (listed["da-dat"] | listed["chua-dat"] | listed["chua-ro"])


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=sizes, done=acts)
def test_no_order_of_acts_builds_more_than_the_whole(
    cast: Cast, first: list[int | None], done: list[tuple[str, list[object]]]
) -> None:
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    population = ledger.population(cast.coordinator, sizes=first, unit=Unit.HOUSEHOLD)
    measure = ledger.measure(ledger.target(plan), population, by=cast.coordinator)
    for act, given_rows in done:
        measure.refresh_from_db()
        parts = list(PopulationPart.objects.filter(population=measure.population_id).values_list("pk", flat=True))
        if act == "replace":
            assert measure.population is not None
            strata = tuple(Part(f"Phần {n}", size) for n, size in enumerate(given_rows))  # type: ignore[arg-type]
            made = Made(
                name="Số mới", unit=Unit.HOUSEHOLD, basis=Population.Basis.COUNT, as_of=DAY, source="Thống kê",
                parts=strata,
            )  # fmt: skip
            population_replace(by=cast.coordinator, population=measure.population, made=made)
            measure.refresh_from_db()
        elif act == "enter":
            with suppress(LedgerRefused):  # all or none: what stands is checked below
                counts_enter(by=cast.coordinator, measure=measure, rows=counted_rows(given_rows, parts))  # type: ignore[arg-type]
        else:
            counted_put(
                measure=measure,
                rows=counted_rows(given_rows, parts),  # type: ignore[arg-type]
                origin="activities.activity",
                whole=act == "whole",
            )
        holds(cast, measure)


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_leave_a_ledger_within_bounds(cast: Cast) -> None:
    groups = [agencies.area(level=Area.Level.GROUP, parent=cast.commune_area) for _ in range(8)]
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    measure = ledger.measure(
        ledger.target(plan), ledger.population(cast.coordinator, areas=groups), by=cast.coordinator
    )

    def write(turn: int) -> None:
        close_old_connections()
        try:
            if turn % 4 == 3:
                current = Population.objects.filter(replaced_by=None, measures=measure.pk).get()
                made = Made(
                    name="Mới", unit=current.unit, basis=Population.Basis.LIST, as_of=DAY, source="Danh sách",
                    parts=tuple(Part(group.name, 1, area=group.pk) for group in groups[: 8 - turn % 3]),
                )  # fmt: skip
                population_replace(by=cast.coordinator, population=current, made=made)
            else:
                reached = [
                    CountedRow(area=group.pk, value=1, on=DAY, sources=(Source(turn, "Hoạt động", DAY),))
                    for group in groups[turn % 5 :]
                ]
                counted_put(measure=measure, rows=reached, origin="activities.activity", whole=turn % 2 == 0)
        except (LedgerRefused, Population.DoesNotExist):
            pass  # another writer replaced it first: refused, not half done
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(24)))
    measure.refresh_from_db()
    holds(cast, measure)


@pytest.mark.django_db(transaction=True)
def test_a_size_lowered_while_it_is_counted_is_refused_on_one_side(cast: Cast) -> None:
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    measure = ledger.measure(ledger.target(plan), ledger.population(cast.coordinator, sizes=[10]), by=cast.coordinator)
    part = PopulationPart.objects.get()
    refused = []

    def count(value: int) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    'INSERT INTO plans_counted (measure_id, part_id, value, empty, "on", source, at)'
                    " VALUES (%s, %s, %s, false, now(), '', now())",
                    [measure.pk, part.pk, value],
                )
        except IntegrityError:
            refused.append("counted")
        finally:
            connections.close_all()

    def shrink(size: int) -> None:
        try:
            PopulationPart.objects.filter(pk=part.pk).update(size=size)
        except IntegrityError:
            refused.append("size")
        finally:
            connections.close_all()

    for turn in range(8):
        refused.clear()
        Counted.objects.all().delete()
        PopulationPart.objects.filter(pk=part.pk).update(size=10)
        with ThreadPoolExecutor(2) as pool:
            jobs = [pool.submit(count, 8), pool.submit(shrink, 5)]
            for job in jobs if turn % 2 else reversed(jobs):
                job.result()
        assert len(refused) == 1
        assert not Counted.objects.filter(value__gt=F("part__size")).exists()
