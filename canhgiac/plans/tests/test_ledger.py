"""What is counted: written once, with its sources, never outside the population."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from canhgiac.agencies.models import Area
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.plans.models import Counted, CountedSource, MeasurePoint, PopulationPart, Target, TargetMeasure
from canhgiac.plans.selectors.ledger import GROUPS, PartFilter, parts_list, rates_for
from canhgiac.plans.services.ledger import (
    CountedRow,
    LedgerRefused,
    Source,
    counted_put,
    counts_clear,
    counts_enter,
    points_keep,
    survey_add,
    tally_add,
    tally_remove,
)
from tests.factories import agencies, ledger, plans
from tests.factories.agencies import Cast

DAY = dt.date(2026, 9, 1)


@pytest.fixture
def groups(cast: Cast) -> list[Area]:
    """Ten residential groups of the commune."""
    return [agencies.area(level=Area.Level.GROUP, parent=cast.commune_area) for _ in range(10)]


@pytest.fixture
def measure(cast: Cast, groups: list[Area]) -> TargetMeasure:
    """A target over them."""
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    people = ledger.population(cast.coordinator, areas=groups)
    return ledger.measure(ledger.target(plan), people, by=cast.coordinator, phrase="đã được phát tờ rơi")


def put(measure: TargetMeasure, *areas: Area, whole: bool = True) -> list[str]:
    rows = [
        CountedRow(area=area.pk, value=1, on=DAY, sources=(Source(area.pk, f"Phát tờ rơi {area}", DAY),))
        for area in areas
    ]
    return counted_put(measure=measure, rows=rows, origin="activities.activity", whole=whole).refused


def test_the_line_explains_the_figure(cast: Cast, measure: TargetMeasure, groups: list[Area]) -> None:
    put(measure, *groups[:6])
    counted_put(
        measure=measure, rows=[CountedRow(area=groups[6].pk, empty=True, on=DAY)], origin="reporting.submission"
    )
    counted_put(measure=measure, rows=[CountedRow(area=groups[7].pk, value=0, on=DAY, source="báo")], origin="")
    (found,) = rates_for(cast.coordinator)
    (rate,) = found.measures
    assert (rate.reached, rate.total, rate.unknown, rate.empty, rate.missing) == (6, 10, 2, 1, 1)
    assert rate.rate == Decimal("0.600")
    assert found.met is False
    assert rate.line == (
        "6 trên 10 tổ dân phố, thôn (Sở Nội vụ, 01/07/2026) đã được phát tờ rơi; 2 chưa rõ, 1 gửi nhưng trống; "
        "đạt 60,0\N{NO-BREAK SPACE}%, mục tiêu 100\N{NO-BREAK SPACE}%"
    )
    assert [parts_list(cast.coordinator, measure, PartFilter(group)).count() for group in GROUPS] == [6, 1, 2, 1]


def test_before_the_first_count_all_is_unknown_and_nothing_is_decided(cast: Cast, measure: TargetMeasure) -> None:
    (found,) = rates_for(cast.coordinator)
    assert (found.measures[0].unknown, found.met) == (10, None)


def test_the_same_rows_twice_are_the_same_ledger(measure: TargetMeasure, groups: list[Area]) -> None:
    put(measure, *groups[:3])
    before = list(Counted.objects.order_by("pk").values())
    put(measure, *groups[:3])
    assert list(Counted.objects.order_by("pk").values()) == before
    assert CountedSource.objects.count() == 3


def test_what_the_origin_no_longer_knows_is_uncounted(measure: TargetMeasure, groups: list[Area]) -> None:
    put(measure, *groups[:3])
    kept = CountedRow(area=groups[9].pk, value=1, on=DAY, source="Báo cáo 5/BC-UBND")
    counted_put(measure=measure, rows=[kept], origin="")
    put(measure, groups[1])
    assert set(Counted.objects.values_list("part__area", flat=True)) == {groups[1].pk, groups[9].pk}
    put(measure)
    assert set(Counted.objects.values_list("part__area", flat=True)) == {groups[9].pk}


def test_a_row_outside_the_population_is_refused_in_words(cast: Cast, measure: TargetMeasure) -> None:
    other = agencies.area(level=Area.Level.GROUP, parent=cast.commune_area)
    assert put(measure, other) == ["Dòng 1: nằm ngoài tổng thể của chỉ tiêu này."]
    assert not Counted.objects.exists()


def test_an_officer_enters_their_own_parts_with_a_source(
    cast: Cast, measure: TargetMeasure, groups: list[Area]
) -> None:
    part = PopulationPart.objects.get(area=groups[0])
    row = CountedRow(part=part.pk, value=1, on=DAY, source="Báo cáo 7/BC-UBND ngày 01/9/2026")
    assert counts_enter(by=cast.commune_officer, measure=measure, rows=[row]).written == 1
    for stranger in (cast.officer, cast.auditor, cast.outsider):
        with pytest.raises(NotAllowed):
            counts_enter(by=stranger, measure=measure, rows=[row])
    with pytest.raises(LedgerRefused, match="nguồn"):
        counts_enter(by=cast.coordinator, measure=measure, rows=[CountedRow(part=part.pk, value=1, on=DAY)])
    with pytest.raises(LedgerRefused, match="đã đạt 2 nhưng tổng số chỉ có 1"):
        counts_enter(
            by=cast.coordinator, measure=measure, rows=[CountedRow(part=part.pk, value=2, on=DAY, source="báo")]
        )
    assert Counted.objects.get().value == 1
    assert counts_clear(by=cast.commune_officer, measure=measure, parts=[part.pk]) == 1
    assert not Counted.objects.exists()


def test_a_stratum_of_unknown_size_makes_the_rate_unknown(cast: Cast, measure: TargetMeasure) -> None:
    households = ledger.population(cast.coordinator, sizes=[400, None])
    own = ledger.measure(measure.target, households, by=cast.coordinator)
    known, unknown = PopulationPart.objects.filter(population=households).order_by("pk")
    counts_enter(
        by=cast.coordinator, measure=own, rows=[CountedRow(part=known.pk, value=300, on=DAY, source="Thống kê tỉnh")]
    )
    rate = rates_for(cast.coordinator)[0].measures[1]
    assert (rate.reached, rate.total, rate.rate, rate.met, rate.unsized) == (300, None, None, None, 1)
    assert "1 nơi chưa có số lượng; chưa tính được tỷ lệ" in rate.line
    with pytest.raises(LedgerRefused, match="chưa biết tổng số"):
        counts_enter(
            by=cast.coordinator,
            measure=own,
            rows=[CountedRow(part=unknown.pk, value=1, on=DAY, source="Thống kê tỉnh")],
        )


def test_the_database_itself_refuses_what_exceeds_or_lies_outside(cast: Cast, measure: TargetMeasure) -> None:
    part = PopulationPart.objects.filter(population=measure.population).first()
    assert part is not None
    other = ledger.population(cast.coordinator, sizes=[5])
    stratum = PopulationPart.objects.get(population=other)

    def refused(act: str, params: list[int | None]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act, params)

    insert = 'INSERT INTO plans_counted (measure_id, part_id, value, empty, "on", source, at)'
    insert += " VALUES (%s, %s, %s, false, now(), '', now())"
    refused(insert, [measure.pk, part.pk, 2])
    refused(insert, [measure.pk, stratum.pk, 1])
    refused("UPDATE plans_populationpart SET size = 2 WHERE id = %s", [part.pk])
    refused("UPDATE plans_populationpart SET population_id = %s WHERE id = %s", [other.pk, part.pk])
    refused("UPDATE plans_population SET basis = 'count' WHERE id = %s", [measure.population_id])
    counts = ledger.measure(measure.target, other, by=cast.coordinator)
    Counted.objects.create(measure=counts, part=stratum, value=5, on=DAY)
    refused("UPDATE plans_counted SET value = 6 WHERE part_id = %s", [stratum.pk])
    refused("UPDATE plans_populationpart SET size = 4 WHERE id = %s", [stratum.pk])
    refused("UPDATE plans_populationpart SET size = NULL WHERE id = %s", [stratum.pk])
    refused("UPDATE plans_targetmeasure SET population_id = %s WHERE id = %s", [measure.population_id, counts.pk])
    PopulationPart.objects.filter(pk=stratum.pk).update(size=6)


def test_a_survey_is_met_only_by_its_whole_interval(cast: Cast, measure: TargetMeasure) -> None:
    own = ledger.measure(
        ledger.target(measure.target.plan, value="70", comparator=Target.Comparator.MORE, population="người sử dụng"),
        ledger.population(cast.coordinator, sizes=[90_000]),
        by=cast.coordinator,
        method=TargetMeasure.Method.SURVEY,
    )
    survey_add(by=cast.coordinator, measure=own, on=DAY, sample_size=400, positive=290, source="Cục Thống kê")
    rate = next(found for found in rates_for(cast.coordinator) if found.target == own.target)
    assert rate.met is None
    assert "chỉ tính là đạt khi cả khoảng đạt" in rate.measures[0].line
    survey_add(by=cast.coordinator, measure=own, on=DAY, sample_size=400, positive=340, source="Cục Thống kê")
    assert next(found for found in rates_for(cast.coordinator) if found.target == own.target).met is True
    for sample, positive in ((10, 11), (0, 0), (90_001, 5)):
        with pytest.raises(LedgerRefused):
            survey_add(by=cast.coordinator, measure=own, on=DAY, sample_size=sample, positive=positive, source="x")
    with pytest.raises(NotAllowed):
        survey_add(by=cast.officer, measure=own, on=DAY, sample_size=10, positive=1, source="x")


def test_a_tally_counts_things_without_a_rate(cast: Cast, measure: TargetMeasure) -> None:
    target = ledger.target(measure.target.plan, value="1", unit="chiến dịch", population=None)
    own = ledger.measure(target, None, by=cast.coordinator, method=TargetMeasure.Method.TALLY)
    items = [
        tally_add(by=cast.coordinator, measure=own, label=f"Chiến dịch {n}", on=DAY, source="Công an tỉnh")
        for n in range(2)
    ]
    found = next(row for row in rates_for(cast.coordinator) if row.target == target)
    assert (found.met, found.measures[0].reached, found.measures[0].rate) == (True, 2, None)
    assert found.measures[0].line == "2 chiến dịch đã có; mục tiêu 1 chiến dịch"
    for item in items:
        tally_remove(by=cast.coordinator, measure=own, item_id=item.pk)
    assert next(row for row in rates_for(cast.coordinator) if row.target == target).met is False


def test_a_past_day_shows_what_held_then(cast: Cast, measure: TargetMeasure, groups: list[Area]) -> None:
    put(measure, *groups[:4])
    assert rates_for(cast.coordinator, on=DAY - dt.timedelta(days=1))[0].measures[0].reached == 0
    assert rates_for(cast.coordinator, on=DAY)[0].measures[0].reached == 4


def test_points_are_kept_once_a_day(measure: TargetMeasure, groups: list[Area]) -> None:
    put(measure, *groups[:4])
    assert points_keep(on=DAY) == points_keep(on=DAY) == 1
    point = MeasurePoint.objects.get()
    assert (point.reached, point.total, point.unknown) == (4, 10, 6)


def test_many_targets_take_as_many_queries_as_one(cast: Cast, measure: TargetMeasure, groups: list[Area]) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            rates_for(cast.coordinator)
        return len(queries)

    put(measure, *groups[:4])
    one = cost()
    for _ in range(12):
        other = ledger.target(measure.target.plan)
        ledger.measure(other, ledger.population(cast.coordinator, areas=groups), by=cast.coordinator)
    assert cost() == one <= 8
