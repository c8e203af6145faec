"""The places kept ready for the maps are those of the activities, whatever is done to them and in whatever order."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from canhgiac.activities.jobs.reached import places_mend as mend_at_night
from canhgiac.activities.models import Activity, ActivityArea, Kind, ReachedPlace
from canhgiac.activities.selectors.land import Land, land_of
from canhgiac.activities.selectors.reached import Areas, Communes, places_wrong
from canhgiac.activities.services.duplicates import activities_join, activity_part
from canhgiac.activities.services.reached import places_mend
from canhgiac.activities.services.record import ActivityRefused, activity_edit, activity_restore, activity_withdraw
from canhgiac.activities.services.review import activities_accept, activity_return
from canhgiac.agencies.models import Area, AreaSuccession
from tests.factories import activities as make
from tests.factories import agencies as make_area
from tests.factories.agencies import Cast

Status = Activity.State
REFORM = dt.date(2025, 7, 1)
BEFORE, DAY = dt.date(2025, 6, 30), dt.date(2026, 3, 5)
WINDOWS = [(dt.date(2025, 1, 1), dt.date(2026, 12, 31)), (dt.date(2025, 2, 10), dt.date(2025, 9, 20))]
ACTS = 12
"""Random acts between two comparisons."""


def places(cast: Cast, chance: random.Random) -> list[Area]:
    """Former and present communes with reforms between them, groups, the province itself and a commune elsewhere."""
    province = cast.province_area
    old = [make_area.area(name=f"Cũ {n}", parent=province, valid_until=BEFORE) for n in range(4)]
    new = [make_area.area(name=f"Mới {n}", parent=province, valid_from=REFORM) for n in range(3)]
    for before, after in {(chance.randrange(4), chance.randrange(3)) for _ in range(5)}:
        AreaSuccession.objects.create(predecessor=old[before], successor=new[after], on=REFORM, whole=False)
    elsewhere = make_area.area(name="Tỉnh Khác", level=Area.Level.PROVINCE)
    communes = [*old, *new, cast.commune_area, make_area.area(name="Xã Khác", parent=elsewhere)]
    groups = [make_area.area(name=f"Tổ {n}", level=Area.Level.GROUP, parent=communes[n % 8]) for n in range(12)]
    return [*communes, *groups, province]


class Acts:
    """What people do to activities, one act drawn by lot at a time."""

    def __init__(self, cast: Cast, chance: random.Random) -> None:
        self.cast, self.chance = cast, chance
        self.areas = places(cast, chance)

    def one(self) -> Activity:
        return self.chance.choice(list(Activity.objects.order_by("pk")))

    def facts(self) -> dict[str, Any]:
        chance = self.chance
        there, *further = chance.sample(self.areas, chance.choice([1, 1, 2, 3]))
        return {
            "area": there,
            "areas": tuple(area.pk for area in further),
            "on": dt.date(2025, 1, 1) + dt.timedelta(days=chance.randrange(600)),
            "people": chance.choice([None, 5, 40]),
            "kind": chance.choice([Kind.CONFERENCE, Kind.TRAINING]),
        }

    def record(self) -> None:
        facts = self.facts()
        make.activity(by=self.cast.officer, state=self.chance.choice([Status.SUBMITTED, Status.ACCEPTED]), **facts)

    def edit(self) -> None:
        row = self.one()
        activity_edit(
            by=self.cast.officer,
            activity=row,
            data=make.data(agency=row.agency, **self.facts()),
            version=row.version,
        )

    def accept(self) -> None:
        activities_accept(by=self.cast.coordinator, activities=[self.one(), self.one()])

    def give_back(self) -> None:
        activity_return(by=self.cast.coordinator, activity=self.one(), reason="Thiếu số người")

    def withdraw(self) -> None:
        activity_withdraw(by=self.cast.officer, activity=self.one())

    def restore(self) -> None:
        activity_restore(by=self.cast.officer, activity=self.one())

    def join(self) -> None:
        activities_join(by=self.cast.officer, keep=self.one(), other=self.one())

    def part(self) -> None:
        activity_part(by=self.cast.officer, activity=self.one())

    def delete(self) -> None:
        self.one().delete()

    def reform(self) -> None:
        row = self.chance.choice([None, *AreaSuccession.objects.order_by("pk")])
        if row is None:
            before, after = self.chance.sample(self.areas[:7], 2)
            AreaSuccession.objects.get_or_create(predecessor=before, successor=after, defaults={"on": REFORM})
        else:
            row.delete()

    def move_group(self) -> None:
        group = self.chance.choice([area for area in self.areas if area.level == Area.Level.GROUP])
        Area.objects.filter(pk=group.pk).update(parent=self.chance.choice(self.areas[:8]))

    def many_at_once(self) -> None:
        """One statement each, past the services."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE activities_activity SET people = coalesce(people, 0) + 1 WHERE mod(id, 3) = 0")
            cursor.execute("UPDATE activities_activityarea SET area_id = %s WHERE mod(id, 7) = 0"
                           " AND activity_id NOT IN"
                           " (SELECT activity_id FROM activities_activityarea WHERE area_id = %s)"
                           " AND id IN (SELECT min(id) FROM activities_activityarea GROUP BY activity_id)",
                           [self.areas[0].pk, self.areas[0].pk])  # fmt: skip
            cursor.execute("DELETE FROM activities_activityarea WHERE mod(id, 11) = 0")

    def any(self) -> None:
        acts = [self.edit, self.accept, self.give_back, self.withdraw, self.restore, self.join, self.part, self.delete]
        acts += [self.reform, self.move_group, self.many_at_once]
        act: Callable[[], None] = self.chance.choice([*acts, *[self.record] * 5])
        try:
            with transaction.atomic():
                act()
        except (ActivityRefused, IndexError):  # not in this state, or nothing there: the next act
            return


def recorded(since: dt.date, until: dt.date) -> Any:
    rows = Activity.objects.filter(on__gte=since, on__lte=until, duplicate_of__isnull=True)
    return rows.exclude(state=Status.WITHDRAWN)


def same(land: Land, *, among: Any, kind: str = "") -> None:
    """What is ready counts as what is counted from the activities, with and without kinds."""
    for since, until in WINDOWS:
        slow = recorded(since, until) if among is None else recorded(since, until) & among
        slow = slow.filter(kind=kind) if kind else slow
        ready, counted = Communes(land, since, until, kind=kind, among=among), Areas(land, slow)
        for by_kind in (False, True):
            told = {(target, kind): reach for target, kind, reach in counted.counted(by_kind=by_kind)}
            assert {(target, kind): reach for target, kind, reach in ready.counted(by_kind=by_kind)} == told
        assert {target for target, _kind in told if target > 0} == set(ready.stands())
        assert {target for target, _kind in told if target > 0 and told[target, _kind].times} == {
            target for target, accepted in ready.stands().items() if accepted
        }


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_after_any_acts_the_places_are_those_of_the_activities(cast: Cast, seed: int) -> None:
    chance = random.Random(seed)
    acts = Acts(cast, chance)
    for _act in range(8):
        acts.record()
    for _turn in range(6):
        for _act in range(ACTS):
            acts.any()
        assert places_wrong() == []
        for on in (BEFORE, DAY):
            land = land_of(cast.province_area, on=on)
            same(land, among=None)
            same(land, among=None, kind=Kind.TRAINING)
            same(land, among=Activity.objects.filter(people=40))
    assert ReachedPlace.objects.filter(is_alone=False).exists()


@pytest.mark.django_db
def test_what_does_not_count_has_no_places(cast: Cast) -> None:
    kept = make.activity(by=cast.officer, area=cast.commune_area)
    other = make.activity(by=cast.officer, area=cast.commune_area)
    assert ReachedPlace.objects.count() == 2
    Activity.objects.filter(pk=kept.pk).update(state=Status.WITHDRAWN)
    Activity.objects.filter(pk=other.pk).update(duplicate_of=kept)
    assert not ReachedPlace.objects.exists()


@pytest.mark.django_db
def test_the_command_names_what_is_wrong_and_mends_it(cast: Cast) -> None:
    one = make.activity(by=cast.officer, area=cast.commune_area)
    two = make.activity(by=cast.officer, area=cast.commune_area)
    out = StringIO()
    call_command("coverage", "check", stdout=out)
    assert "khớp với 2 hoạt động" in out.getvalue()
    ReachedPlace.objects.filter(activity=one).update(people=7)
    ReachedPlace.objects.filter(activity=two).delete()
    with pytest.raises(CommandError, match="lệch ở 2 hoạt động") as refusal:
        call_command("coverage", "check", stdout=out)
    assert refusal.value.returncode == 1
    assert f"hoạt động {two.pk}, địa bàn {cast.commune_area.pk}: thiếu" in out.getvalue()
    call_command("coverage", "mend", stdout=out)
    assert "Đã tính lại 2 hoạt động." in out.getvalue()
    assert places_wrong() == places_mend() == []


@pytest.mark.django_db
def test_each_night_what_is_wrong_is_mended(cast: Cast) -> None:
    make.activity(by=cast.officer, area=cast.commune_area)
    ReachedPlace.objects.update(is_accepted=True)
    mend_at_night(0)
    assert not ReachedPlace.objects.get().is_accepted


@pytest.mark.django_db(transaction=True)
def test_two_at_once_wait_for_each_other(cast: Cast) -> None:
    """One adds an area while the other, not yet committed, withdraws and restores with another day."""
    row = make.activity(by=cast.officer, area=cast.commune_area)
    further = make_area.area(name="Xã Nữa", parent=cast.province_area)
    failures: list[BaseException] = []

    def add() -> None:
        try:
            ActivityArea.objects.create(activity_id=row.pk, area=further)
        except BaseException as failure:  # noqa: BLE001  # shown by the test's own thread
            failures.append(failure)
        finally:
            connection.close()

    thread = threading.Thread(target=add)
    with transaction.atomic():
        Activity.objects.filter(pk=row.pk).update(on=DAY, state=Status.ACCEPTED)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()  # it waits for us
    thread.join(20)
    assert failures == []
    assert places_wrong() == []
    assert set(ReachedPlace.objects.values_list("place", "on", "is_accepted", "is_alone")) == {
        (cast.commune_area.pk, DAY, True, False),
        (further.pk, DAY, True, False),
    }
