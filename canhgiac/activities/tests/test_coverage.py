"""Which areas were reached: states, old and new boundaries, people told once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canhgiac.activities.models import Activity, Audience, Kind
from canhgiac.activities.selectors.coverage import (
    AreaReach,
    Coverage,
    CoverageFilter,
    Reach,
    State,
    activities_reaching,
    coverage,
    coverage_counts,
    root_of,
)
from canhgiac.activities.selectors.coveragemaps import sorted_rows
from canhgiac.activities.services.evidence import evidence_add
from canhgiac.agencies.models import Area, AreaSuccession
from tests.factories import activities as make
from tests.factories import agencies as make_area
from tests.factories import plans as make_plan
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
Status = Activity.State
REFORM = dt.date(2025, 7, 1)
BEFORE = dt.date(2025, 6, 30)
DAY = dt.date(2026, 3, 5)
YEAR = CoverageFilter(since=dt.date(2025, 1, 1), until=dt.date(2026, 12, 31))


def wanted(**facts: Any) -> CoverageFilter:
    return CoverageFilter(**({"since": YEAR.since, "until": YEAR.until} | facts))


def look(cast: Cast, filter_: CoverageFilter = YEAR, *, on: dt.date = DAY, **more: Any) -> Coverage:
    return coverage(more.pop("by", cast.coordinator), filter_, root=more.pop("root", cast.province_area), on=on, **more)


def of(found: Coverage, area: Area) -> Reach:
    [reach] = [row.reach for row in found.rows if row.area == area]
    return reach


def done(
    cast: Cast, area: Area, *, state: Activity.State = Status.ACCEPTED, on: dt.date = DAY, **facts: Any
) -> Activity:
    return make.activity(by=cast.officer, area=area, state=state, on=on, **facts)


def commune(cast: Cast, name: str, **dates: Any) -> Area:
    return make_area.area(name=name, parent=cast.province_area, **dates)


def went(before: Area, after: Area, *, whole: bool = True) -> None:
    AreaSuccession.objects.create(predecessor=before, successor=after, on=REFORM, whole=whole)


def test_an_area_is_reached_waiting_not_reached_or_unknown(cast: Cast) -> None:
    reached, waiting, other, unknown = (commune(cast, f"Xã {name}") for name in ("Một", "Hai", "Ba", "Bốn"))
    done(cast, reached, people=40)
    done(cast, reached, people=2, on=DAY + dt.timedelta(days=9))
    done(cast, waiting, state=Status.SUBMITTED)
    done(cast, other, kind=Kind.SOCIAL)
    found = look(cast, wanted(kind=Kind.CONFERENCE))
    assert of(found, reached) == Reach(times=2, last=DAY + dt.timedelta(days=9), people=42, known=True)
    assert of(found, waiting).state == State.WAITING
    assert of(found, other).state == State.NOT_REACHED
    assert of(found, unknown).state == State.UNKNOWN
    assert of(look(cast), other).state == State.REACHED
    assert [found.count(state) for state in State] == [1, 1, 1, 2]  # the cast has a commune of its own


def test_what_is_withdrawn_or_a_duplicate_or_outside_the_window_reaches_nobody(cast: Cast) -> None:
    here = cast.commune_area
    kept = done(cast, here, people=1)
    done(cast, here, state=Status.WITHDRAWN)
    done(cast, here, on=dt.date(2024, 12, 31))
    twin = done(cast, here)
    twin.duplicate_of = kept
    twin.save()
    assert of(look(cast), here) == Reach(times=1, last=DAY, people=1, known=True)


def test_every_filter_narrows(cast: Cast) -> None:
    here = cast.commune_area
    plan = make_plan.plan(by=cast.coordinator, agency=cast.province)
    task = make_plan.task(plan)
    make_plan.assignment(task, cast.department)
    linked = done(cast, here, tasks=(task.pk,), audiences=(Audience.PUPILS,))
    evidence_add(by=cast.officer, activity=linked, data=make.photo(1), file_name="anh.jpg")
    done(cast, here)
    for facts in ({"task": task}, {"plan": plan}, {"audience": Audience.PUPILS}, {"with_evidence": True}):
        assert of(look(cast, wanted(**facts)), here).times == 1, facts
        assert activities_reaching(cast.coordinator, wanted(**facts), area=here, on=DAY).get() == linked
    other = make_plan.task(plan)
    assert of(look(cast, wanted(task=other)), here) == Reach(known=True)


def test_people_of_an_activity_in_several_areas_are_in_no_areas_sum(cast: Cast) -> None:
    one, two = commune(cast, "Xã Một"), commune(cast, "Xã Hai")
    group = make_area.area(name="Tổ 1", level=Area.Level.GROUP, parent=one)
    other = make_area.area(name="Tổ 2", level=Area.Level.GROUP, parent=one)
    done(cast, group, areas=(other.pk,), people=30)
    done(cast, one, areas=(two.pk,), people=500)
    done(cast, two, kind=Kind.SOCIAL)
    found = look(cast)
    assert of(found, one) == Reach(times=2, last=DAY, people=30, shared=1, known=True)
    assert of(found, two) == Reach(times=2, last=DAY, people=None, uncounted=1, shared=1, known=True)


def test_what_is_recorded_for_the_whole_province_is_said_apart(cast: Cast) -> None:
    done(cast, cast.province_area)
    found = look(cast)
    assert found.above.times == 1
    assert of(found, cast.commune_area).state == State.UNKNOWN


# Boundaries ---------------------------------------------------------------------------------------------------------


def test_a_former_commune_counts_for_its_successor_and_the_other_way_round(cast: Cast) -> None:
    old = commune(cast, "Xã Cũ", valid_until=BEFORE)
    older = commune(cast, "Xã Cũ Hơn", valid_until=BEFORE)
    new = commune(cast, "Xã Mới", valid_from=REFORM)
    renamed_before = commune(cast, "Xã Tên Cũ", valid_until=BEFORE)
    renamed = commune(cast, "Xã Tên Mới", valid_from=REFORM)
    went(old, new)
    went(older, new)
    went(renamed_before, renamed)
    done(cast, old, on=dt.date(2025, 3, 1), people=5)
    done(cast, renamed, people=7)
    today = look(cast)
    assert {row.area for row in today.rows} == {new, renamed, cast.commune_area}
    assert of(today, new) == Reach(times=1, last=dt.date(2025, 3, 1), people=5, known=True)
    then = look(cast, on=BEFORE)
    assert {row.area for row in then.rows} == {old, older, renamed_before, cast.commune_area}
    assert of(then, old).people == 5
    assert of(then, renamed_before).people == 7
    assert activities_reaching(cast.coordinator, YEAR, area=renamed_before, on=BEFORE).get().area == renamed


def test_what_went_to_several_is_not_guessed(cast: Cast) -> None:
    old = commune(cast, "Xã Cũ", valid_until=BEFORE)
    left, right = commune(cast, "Xã Trái", valid_from=REFORM), commune(cast, "Xã Phải", valid_from=REFORM)
    went(old, left, whole=False)
    went(old, right, whole=False)
    done(cast, old, on=dt.date(2025, 3, 1))
    done(cast, old, on=dt.date(2025, 3, 2), state=Status.SUBMITTED)
    done(cast, left)
    found = look(cast)
    assert [(split.area, split.times, split.waiting) for split in found.split] == [(old, 1, 1)]
    assert {area.name for area in found.split[0].into} == {"Xã Trái", "Xã Phải"}
    assert of(found, left).times == 1
    assert of(found, right).state == State.UNKNOWN
    before = look(cast, on=BEFORE)
    assert of(before, old).times == 2  # left's land lay in the old commune alone
    assert before.split == []


def test_a_group_of_a_former_commune_counts_where_the_commune_went(cast: Cast) -> None:
    old, new = commune(cast, "Xã Cũ", valid_until=BEFORE), commune(cast, "Xã Mới", valid_from=REFORM)
    went(old, new)
    group = make_area.area(name="Thôn 1", level=Area.Level.GROUP, parent=old)
    done(cast, group, on=dt.date(2025, 3, 1))
    assert of(look(cast), new).times == 1
    assert activities_reaching(cast.coordinator, YEAR, area=new, on=DAY).count() == 1


def test_a_chain_of_reforms_is_followed_and_a_ring_ends(cast: Cast) -> None:
    first = commune(cast, "Xã A", valid_until=dt.date(2019, 12, 31))
    second = commune(cast, "Xã B", valid_from=dt.date(2020, 1, 1), valid_until=BEFORE)
    third = commune(cast, "Xã C", valid_from=REFORM)
    AreaSuccession.objects.create(predecessor=first, successor=second, on=dt.date(2020, 1, 1))
    went(second, third)
    AreaSuccession.objects.create(predecessor=third, successor=first, on=REFORM)
    done(cast, first, on=dt.date(2025, 3, 1))
    assert of(look(cast), third).times == 1


def test_a_former_province_is_shown_inside_the_one_that_holds_its_land(cast: Cast) -> None:
    merged = make_area.area(name="Tỉnh Gộp", level=Area.Level.PROVINCE, valid_from=REFORM)
    former = make_area.area(name="Tỉnh Cũ", level=Area.Level.PROVINCE, valid_until=BEFORE)
    old = make_area.area(name="Xã Cũ", parent=former, valid_until=BEFORE)
    new = make_area.area(name="Xã Mới", parent=merged, valid_from=REFORM)
    for before, after in ((former, merged), (old, new)):
        went(before, after)
    done(cast, old, on=dt.date(2025, 3, 1))
    assert [(row.area, row.reach.times) for row in look(cast, root=merged).rows] == [(new, 1)]
    assert [(row.area, row.reach.times) for row in look(cast, root=merged, on=BEFORE).rows] == [(old, 1)]
    assert [(row.area, row.reach.times) for row in look(cast, root=former).rows] == [(new, 1)]


# Groups, kinds, readers ---------------------------------------------------------------------------------------------


def test_a_commune_shows_its_groups_and_what_names_none(cast: Cast) -> None:
    here = cast.commune_area
    group = make_area.area(name="Tổ 1", level=Area.Level.GROUP, parent=here)
    quiet = make_area.area(name="Tổ 2", level=Area.Level.GROUP, parent=here)
    done(cast, group)
    done(cast, here)
    done(cast, commune(cast, "Xã Khác"))
    found = look(cast, root=here)
    assert [(row.area, row.reach.state) for row in found.rows] == [(group, State.REACHED), (quiet, State.UNKNOWN)]
    assert found.above.times == 1


def test_the_matrix_tells_each_kind_apart(cast: Cast) -> None:
    done(cast, cast.commune_area)
    done(cast, cast.commune_area, kind=Kind.SOCIAL, on=DAY + dt.timedelta(days=1))
    [row] = look(cast, by_kind=True).rows
    assert {kind: reach.times for kind, reach in row.kinds.items()} == {Kind.CONFERENCE: 1, Kind.SOCIAL: 1}
    assert (row.reach.times, row.reach.last, row.reach.people) == (2, DAY + dt.timedelta(days=1), 40)


def test_each_reader_sees_the_reach_of_what_they_may_read(cast: Cast) -> None:
    done(cast, cast.commune_area)
    seen = {name: of(look(cast, by=member), cast.commune_area).times for name, member in cast.everyone.items()}
    assert seen == {"coordinator": 1, "officer": 1, "commune_officer": 0, "auditor": 1, "admin": 0, "outsider": 0}
    assert root_of(cast.commune_officer) == cast.province_area
    assert root_of(cast.outsider) == cast.province_area


def test_the_number_of_questions_does_not_grow(cast: Cast) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            look(cast)
        return len(queries)

    done(cast, cast.commune_area)
    one = asked()
    for number in range(4):
        done(cast, commune(cast, f"Xã {number}"))
    assert asked() == one <= 9


def test_the_numbers_alone_are_those_of_the_whole(cast: Cast) -> None:
    """Also with a filter, for residential groups, and for who may read nothing."""
    here, other, far = cast.commune_area, commune(cast, "Xã Khác"), commune(cast, "Xã Xa")
    group = make_area.area(name="Tổ 1", level=Area.Level.GROUP, parent=here)
    make_area.area(name="Tổ 2", level=Area.Level.GROUP, parent=here)
    done(cast, group)
    done(cast, other, kind=Kind.SOCIAL)
    done(cast, far, state=Activity.State.SUBMITTED)
    for member in cast.everyone.values():
        for asked in (YEAR, wanted(kind=Kind.SOCIAL)):
            for root in (cast.province_area, here):
                whole = coverage(member, asked, root=root, on=DAY)
                counts = coverage_counts(member, asked, root=root, on=DAY)
                assert counts == {state: whole.count(state) for state in State}
    counts = coverage_counts(cast.coordinator, YEAR, root=cast.province_area, on=DAY)
    assert (counts[State.REACHED], counts[State.WAITING]) == (2, 1)


def test_rows_are_sorted_as_asked(cast: Cast) -> None:
    for name, times in (("Xã B", 1), ("Xã A", 3), ("Xã C", 2)):
        area = commune(cast, name)
        for _time in range(times):
            done(cast, area)

    def names(sort: str) -> list[str]:
        return [row.area.name for row in sorted_rows(look(cast), sort).rows]

    assert names("") == ["Xã A", "Xã B", "Xã C", "Xã Đồi Mây"]
    assert names("-lan") == ["Xã A", "Xã C", "Xã B", "Xã Đồi Mây"]
    assert names("trang-thai")[0] == names("nguoi")[0] == names("gan-nhat")[0] == "Xã Đồi Mây"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=10), st.lists(st.integers(0, 11), max_size=8))
def test_no_reform_counts_an_activity_twice_or_loses_it(
    cast: Cast, changes: list[tuple[int, int]], places: list[int]
) -> None:
    Activity.objects.all().delete()
    AreaSuccession.objects.all().delete()
    old = [commune(cast, f"Cũ {number}", valid_until=BEFORE) for number in range(6)]
    new = [commune(cast, f"Mới {number}", valid_from=REFORM) for number in range(6)]
    for before, after in set(changes):
        went(old[before], new[after], whole=False)
    for place in places:
        done(cast, [*old, *new][place])
    for on in (BEFORE, DAY):
        found = look(cast, on=on)
        told = sum(row.reach.times for row in found.rows) + sum(split.times for split in found.split)
        assert told + found.above.times == len(places)
        counts = coverage_counts(cast.coordinator, YEAR, root=cast.province_area, on=on)
        assert counts == {state: found.count(state) for state in State}


def test_an_empty_row_says_so() -> None:
    assert AreaReach(Area(name="Xã"), Reach()).reach.state == State.UNKNOWN
