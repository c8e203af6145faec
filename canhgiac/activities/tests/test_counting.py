"""Activities counted into the ledger: what they reached, once, and uncounted when they no longer count."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from canhgiac.activities.models import Activity, Kind
from canhgiac.activities.services.counting import measure_count, targets_count
from canhgiac.activities.services.record import activity_withdraw
from canhgiac.activities.services.review import activities_accept
from canhgiac.agencies.models import Agency, Area
from canhgiac.plans.models import Counted, CountedSource, TallyItem, TargetMeasure, Unit
from canhgiac.plans.selectors.ledger import rates_for
from canhgiac.work.worker import run_worker
from tests.factories import activities, agencies, ledger, plans
from tests.factories.agencies import Cast

DAY = dt.date(2026, 9, 1)
ACCEPTED = Activity.State.ACCEPTED
ACTIVITIES = TargetMeasure.Counting.ACTIVITIES


@pytest.fixture
def groups(cast: Cast) -> list[Area]:
    """Five residential groups of the commune."""
    return [agencies.area(level=Area.Level.GROUP, parent=cast.commune_area) for _ in range(5)]


def measured(cast: Cast, groups: list[Area], **rule: object) -> TargetMeasure:
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    people = ledger.population(cast.coordinator, areas=groups)
    return ledger.measure(
        ledger.target(plan), people, by=cast.coordinator, counting=ACTIVITIES, rule={"by": "area"} | rule
    )


def leaflets(cast: Cast, *areas: Area, on: dt.date = DAY, state: Activity.State = ACCEPTED) -> Activity:
    return activities.activity(
        by=cast.commune_officer, kind=Kind.LEAFLET, copies=200, area=areas[0], areas=tuple(row.pk for row in areas),
        on=on, state=state,
        links=("https://vinhan.example/to-roi",),
    )  # fmt: skip


def reached(measure: TargetMeasure) -> set[int | None]:
    return set(Counted.objects.filter(measure=measure, value=1).values_list("part__area", flat=True))


def test_a_group_reached_counts_and_its_commune_does_not_count_all(cast: Cast, groups: list[Area]) -> None:
    measure = measured(cast, groups, kinds=["leaflet"])
    leaflets(cast, groups[0], groups[1])
    leaflets(cast, cast.commune_area)
    measure_count(measure=measure)
    assert reached(measure) == {groups[0].pk, groups[1].pk}
    measure.rule |= {"below": True}
    measure.save()
    measure_count(measure=measure)
    assert reached(measure) == {group.pk for group in groups}


def test_a_commune_is_reached_by_what_happens_inside_it(cast: Cast, groups: list[Area]) -> None:
    other = agencies.area(parent=cast.province_area)
    measure = measured(cast, [cast.commune_area, other])
    leaflets(cast, groups[0])
    measure_count(measure=measure)
    assert reached(measure) == {cast.commune_area.pk}


def test_only_what_the_rule_means_counts_first_on_the_earliest_day(cast: Cast, groups: list[Area]) -> None:
    measure = measured(cast, groups, kinds=["leaflet"], evidence=True)
    measure.since, measure.until = DAY, DAY + dt.timedelta(days=30)
    measure.save()
    leaflets(cast, groups[0], on=DAY + dt.timedelta(days=9))
    leaflets(cast, groups[0], on=DAY + dt.timedelta(days=3))
    leaflets(cast, groups[1], on=DAY - dt.timedelta(days=1))
    leaflets(cast, groups[2], state=Activity.State.SUBMITTED)
    activities.activity(by=cast.commune_officer, area=groups[3], on=DAY, state=ACCEPTED)
    activities.activity(by=cast.commune_officer, kind=Kind.LEAFLET, copies=1, area=groups[4], on=DAY, state=ACCEPTED)
    measure_count(measure=measure)
    counted = Counted.objects.get()
    assert (counted.part.area, counted.on, counted.sources.count()) == (groups[0], DAY + dt.timedelta(days=3), 2)


def test_by_the_acting_agency(cast: Cast) -> None:
    school = agencies.agency(name="Trường THCS Đồi Mây", kind=Agency.Kind.SCHOOL, parent=cast.commune)
    other = agencies.agency(name="Trường THPT Suối Trúc", kind=Agency.Kind.SCHOOL, parent=cast.commune)
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    schools = ledger.population(cast.coordinator, agencies=[school, other], unit=Unit.SCHOOL)
    measure = ledger.measure(
        ledger.target(plan, value="50", population="trường"), schools, by=cast.coordinator, counting=ACTIVITIES,
        rule={"by": "agency"},
    )  # fmt: skip
    activities.activity(by=cast.commune_officer, agency=school, area=cast.commune_area, on=DAY, state=ACCEPTED)
    activities.activity(by=cast.commune_officer, on=DAY, state=ACCEPTED)
    measure_count(measure=measure)
    assert rates_for(cast.coordinator)[0].met is True
    assert Counted.objects.get().part.agency == school


def test_a_tally_of_activities_keeps_what_people_added(cast: Cast, groups: list[Area]) -> None:
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    target = ledger.target(plan, value="2", unit="chiến dịch", population=None)
    measure = ledger.measure(
        target, None, by=cast.coordinator, method=TargetMeasure.Method.TALLY, counting=ACTIVITIES,
        rule={"kinds": ["leaflet"]},
    )  # fmt: skip
    TallyItem.objects.create(measure=measure, label="Chiến dịch hè", on=DAY, source="Công an tỉnh")
    done = leaflets(cast, groups[0])
    for _ in range(2):
        measure_count(measure=measure)
    assert TallyItem.objects.count() == 2
    Activity.objects.filter(pk=done.pk).update(state=Activity.State.WITHDRAWN)
    measure_count(measure=measure)
    assert TallyItem.objects.get().label == "Chiến dịch hè"


def test_what_no_longer_counts_is_uncounted(cast: Cast, groups: list[Area]) -> None:
    measure = measured(cast, groups)
    one, two = leaflets(cast, groups[0]), leaflets(cast, groups[0], groups[1])
    assert targets_count(activity_ids=[one.pk, two.pk]) == 1
    assert reached(measure) == {groups[0].pk, groups[1].pk}
    Activity.objects.filter(pk=two.pk).update(duplicate_of=one)
    assert targets_count(activity_ids=[two.pk]) == 1
    assert reached(measure) == {groups[0].pk}
    Activity.objects.filter(pk=one.pk).update(state=Activity.State.WITHDRAWN)
    targets_count()
    assert not Counted.objects.exists()
    assert not CountedSource.objects.exists()
    assert targets_count(activity_ids=[one.pk]) == 0


def test_counting_a_few_anew_gives_what_counting_all_gives(cast: Cast, groups: list[Area]) -> None:
    measure = measured(cast, [*groups, cast.commune_area], below=True)
    chance = random.Random(7)
    done = [leaflets(cast, *chance.sample(groups, 2), on=DAY + dt.timedelta(days=at)) for at in range(9)]
    measure_count(measure=measure)
    for _ in range(12):
        few = chance.sample(done, 3)
        for one in few:
            state = chance.choice([ACCEPTED, Activity.State.RETURNED, Activity.State.WITHDRAWN])
            Activity.objects.filter(pk=one.pk).update(state=state)
        measure_count(measure=measure, activity_ids=[one.pk for one in few])
        after_few = written(measure)
        measure_count(measure=measure)
        assert written(measure) == after_few
    assert after_few


def written(measure: TargetMeasure) -> set[tuple[object, ...]]:
    """The measure's ledger: each part, its day, and each activity that it rests on."""
    rows = CountedSource.objects.filter(counted__measure=measure)
    return set(rows.values_list("counted__part", "counted__value", "counted__on", "origin_id", "on"))


@pytest.mark.django_db(transaction=True)
def test_acceptance_counts_by_the_worker_and_withdrawal_uncounts(cast: Cast, groups: list[Area]) -> None:
    measure = measured(cast, groups)
    activity = leaflets(cast, groups[2], state=Activity.State.SUBMITTED)
    activities_accept(by=cast.coordinator, activities=[activity])
    run_worker(until_empty=True)
    assert reached(measure) == {groups[2].pk}
    activity.refresh_from_db()
    activity_withdraw(by=cast.commune_officer, activity=activity)
    run_worker(until_empty=True)
    assert reached(measure) == set()
