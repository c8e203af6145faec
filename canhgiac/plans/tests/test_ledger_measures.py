"""Counts from agencies' own plans, the trend and its forecast, who is missing, populations made of lists."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from canhgiac.agencies.models import Area
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit.rates import Forecast
from canhgiac.plans.models import Counted, MeasurePoint, Plan, Population, TargetMeasure, Unit
from canhgiac.plans.selectors.ledger import rates_for
from canhgiac.plans.selectors.populations import listed_read, pasted, strata_read
from canhgiac.plans.selectors.rates import measure_rates
from canhgiac.plans.selectors.setups import Choice
from canhgiac.plans.selectors.trend import forecast_of, forecast_words, gap_agencies, points_of
from canhgiac.plans.services.ledger import CountedRow, LedgerRefused, counted_put
from canhgiac.plans.services.measures import Rule, gap_urge, measure_set_up, sub_plans_count, sub_plans_count_all
from canhgiac.plans.services.populations import Made, population_make, population_replace
from tests.factories import agencies, ledger, plans
from tests.factories.agencies import Cast

DAY = dt.date(2026, 9, 1)
SUB_PLANS = TargetMeasure.Counting.SUB_PLANS


@pytest.fixture
def plan(cast: Cast) -> Plan:
    """The province's plan, which gives a task to the department and to the commune."""
    row = plans.plan(by=cast.coordinator, agency=cast.province)
    task = plans.task(row)
    plans.assignment(task, cast.department)
    plans.assignment(task, cast.commune)
    return row


def bodies(**changes: object) -> Made:
    given: dict[str, object] = {
        "name": "Các sở, địa phương", "unit": Unit.AGENCY, "basis": Population.Basis.AGENCIES, "as_of": DAY,
        "choice": Choice(kinds=("department", "ubnd_commune")),
    }  # fmt: skip
    return Made(**(given | changes))  # type: ignore[arg-type]


def test_own_plans_issued_are_counted_and_those_taken_back_are_not(cast: Cast, plan: Plan) -> None:
    own = plans.plan(by=cast.commune_officer, agency=cast.commune, parent=plan)
    plans.plan(by=cast.officer, agency=cast.department, parent=plan, state=Plan.State.DRAFT)
    measure = measure_set_up(
        by=cast.coordinator, target=ledger.target(plan), method="count", rule=Rule(counting=SUB_PLANS), made=bodies()
    )
    counted = Counted.objects.get(measure=measure)
    assert counted.part.agency == cast.commune
    assert counted.sources.get().origin_id == own.pk
    assert sub_plans_count_all() == 1
    Plan.objects.filter(pk=own.pk).update(state=Plan.State.CLOSED)
    sub_plans_count(measure=measure)
    assert not Counted.objects.exists()


def test_an_own_plan_outside_the_window_does_not_count(cast: Cast, plan: Plan) -> None:
    plans.plan(by=cast.commune_officer, agency=cast.commune, parent=plan)
    rule = Rule(counting=SUB_PLANS, until=timezone.localdate() - dt.timedelta(days=2))
    measure_set_up(by=cast.coordinator, target=ledger.target(plan), method="count", rule=rule, made=bodies())
    assert not Counted.objects.exists()


def test_a_population_of_the_register_is_as_of_its_date(cast: Cast) -> None:
    gone = agencies.agency(name="Sở Cũ", parent=cast.province, valid_until=dt.date(2025, 6, 30))
    before = population_make(by=cast.coordinator, agency=cast.province, made=bodies(as_of=dt.date(2025, 1, 1)))
    after = population_make(by=cast.coordinator, agency=cast.province, made=bodies())
    assert before.parts.filter(agency=gone).exists()
    assert not after.parts.filter(agency=gone).exists()
    assert after.source == "Sổ cơ quan"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"choice": Choice(kinds=("bank",))}, "chưa có gì"),
        ({"as_of": dt.date(2190, 1, 1)}, "tương lai"),
        ({"basis": Population.Basis.COUNT}, "chưa có gì"),
    ],
)
def test_a_population_of_nothing_is_refused(cast: Cast, changes: dict[str, object], words: str) -> None:
    with pytest.raises(LedgerRefused, match=words):
        population_make(by=cast.coordinator, agency=cast.province, made=bodies(**changes))
    with pytest.raises(NotAllowed):
        population_make(by=cast.officer, agency=cast.province, made=bodies())


def test_a_replacement_keeps_its_unit_and_goes_forward_once(cast: Cast, plan: Plan) -> None:
    first = population_make(by=cast.coordinator, agency=cast.province, made=bodies())
    for changes, words in (
        ({"unit": Unit.FIRM}, "cùng đơn vị tính"),
        ({"as_of": DAY - dt.timedelta(days=1)}, "hoặc sau"),
    ):
        with pytest.raises(LedgerRefused, match=words):
            population_replace(by=cast.coordinator, population=first, made=bodies(**changes))
    population_replace(by=cast.coordinator, population=first, made=bodies(name="Mới"))
    with pytest.raises(LedgerRefused, match="đã được thay"):
        population_replace(by=cast.coordinator, population=first, made=bodies())


def test_a_list_knows_the_bodies_of_the_register(cast: Cast) -> None:
    read = listed_read(
        pasted("Sở Giáo dục và Đào tạo\nCông ty Lạ; Xã Đồi Mây\nCông ty Lạ; Xã Đồi Mây\nMột; Xã Không"), on=DAY
    )
    assert [(part.label, part.agency, part.area) for part in read.parts] == [
        ("Sở Giáo dục và Đào tạo", cast.department.pk, None),
        ("Công ty Lạ", None, cast.commune_area.pk),
    ]
    assert len(read.faults) == 2


def test_a_commune_of_one_name_in_two_provinces_is_that_of_the_own(cast: Cast) -> None:
    elsewhere = agencies.area(name="Tỉnh Khác", level=Area.Level.PROVINCE)
    agencies.area(name="Xã Đồi Mây", parent=elsewhere)
    both = strata_read(pasted("Xã Đồi Mây; 5"), on=DAY)
    assert "có 2 địa bàn" in both.faults[0]
    own = strata_read(pasted("Xã Đồi Mây\t1.200"), on=DAY, within=cast.province_area.path)
    assert [(part.size, part.area) for part in own.parts] == [(1200, cast.commune_area.pk)]


@pytest.fixture
def counted(cast: Cast, plan: Plan) -> TargetMeasure:
    """Ten groups, a point a week: 2, 4, 6 reached; four more known not to be."""
    groups = [agencies.area(level=Area.Level.GROUP, parent=cast.commune_area) for _ in range(10)]
    target = ledger.target(plan, due=dt.date(2026, 12, 31))
    measure = ledger.measure(target, ledger.population(cast.coordinator, areas=groups), by=cast.coordinator)
    for week, reached in enumerate((2, 4, 6)):
        MeasurePoint.objects.create(measure=measure, on=DAY + dt.timedelta(weeks=week), reached=reached, total=10)
    rows = [CountedRow(area=group.pk, value=int(n < 6), on=DAY, source="báo") for n, group in enumerate(groups[:8])]
    counted_put(measure=measure, rows=rows, origin="")
    return measure


def test_the_pace_leads_to_a_day(counted: TargetMeasure) -> None:
    rate = measure_rates([counted])[counted.pk]
    found = forecast_of(rate, points_of(counted))
    assert found is not None
    assert (found.state, found.on) == ("in_time", dt.date(2026, 9, 29))
    assert "kịp: đạt vào 29/09/2026" in forecast_words(found)
    counted.until = dt.date(2026, 9, 20)
    late = forecast_of(rate, points_of(counted))
    assert late is not None
    assert "không kịp" in forecast_words(late)
    assert "Muốn kịp cần 24,4 mỗi tháng" in forecast_words(late)  # 0,8 a day
    slow = Forecast("in_time", dt.date(2026, 12, 20), 1 / 28, 1 / 39)
    assert "(1,1 mỗi tháng)" in forecast_words(slow)  # never "0,0"
    fast = Forecast("late", dt.date(2027, 1, 9), 12.3, 20.0)
    assert "(12,3 mỗi ngày)" in forecast_words(fast)
    assert "cần 20,0 mỗi ngày" in forecast_words(fast)
    assert "Chưa đủ dữ liệu" in forecast_words(forecast_of(rate, points_of(counted)[:2]))
    assert forecast_words(None) == ""


def test_the_missing_are_summed_by_commune_largest_first(cast: Cast, counted: TargetMeasure) -> None:
    (gap,) = gap_agencies(counted)
    assert (gap.agency, gap.missing, gap.unknown, gap.place) == (cast.commune, 4, 2, "Xã Đồi Mây")
    with pytest.raises(NotAllowed):
        gap_urge(by=cast.officer, measure=counted, agencies=[cast.commune.pk])
    assert gap_urge(by=cast.coordinator, measure=counted, agencies=[cast.commune.pk, cast.department.pk]) == 1


def test_two_years_are_two_measures_and_the_present_one_decides(cast: Cast, plan: Plan) -> None:
    target = ledger.target(plan, value="50")
    for year in (2025, 2026):
        people = ledger.population(cast.coordinator, agencies=[cast.department], unit=Unit.AGENCY)
        measure = ledger.measure(
            target, people, by=cast.coordinator, since=dt.date(year, 1, 1), until=dt.date(year, 12, 31)
        )
        if year == 2026:
            row = CountedRow(agency=cast.department.pk, value=1, on=DAY, source="báo")
            counted_put(measure=measure, rows=[row], origin="")
    (found,) = rates_for(cast.coordinator, on=DAY)
    assert [rate.reached for rate in found.measures] == [0, 1]
    assert found.met is True
    assert rates_for(cast.coordinator, on=dt.date(2025, 7, 1))[0].met is None


def test_a_place_without_people_never_hides_a_rate(cast: Cast, plan: Plan) -> None:
    empty = ledger.measure(ledger.target(plan), ledger.population(cast.coordinator, sizes=[0]), by=cast.coordinator)
    rate = measure_rates([empty])[empty.pk]
    assert (rate.rate, rate.met, rate.total) == (None, None, 0)
