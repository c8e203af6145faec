"""The first run: invented activities of the sample province, loaded once."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from canhgiac.activities.models import Activity, BudgetLine, Commendation, Evidence, Remark
from canhgiac.activities.services.samplepictures import picture
from canhgiac.activities.services.samples import groups_of, sample_activities_load
from canhgiac.agencies.models import Area, Member
from canhgiac.kit import clock
from canhgiac.plans.models import Reminder
from canhgiac.plans.selectors.ledger import rates_for

State = Activity.State


@pytest.fixture(autouse=True)
def files_root(settings: Settings, tmp_path: Path) -> None:
    """A file store of the test's own."""
    settings.FILES_ROOT = tmp_path / "files"


@pytest.mark.django_db
def test_without_the_sample_province_it_says_what_to_do() -> None:
    with pytest.raises(CommandError, match="load_samples"):
        call_command("load_sample_activities")


@pytest.mark.django_db
def test_the_first_run_shows_activities_in_every_state_and_the_second_adds_nothing() -> None:
    for command in ("load_samples", "load_sample_plans"):
        call_command(command, stdout=StringIO())
    call_command("load_sample_activities", stdout=StringIO())
    rows = Activity.objects.all()
    assert 450 <= rows.count() <= 900
    assert set(rows.values_list("state", flat=True)) == set(State.values)
    assert rows.filter(duplicate_of__isnull=False).exists()
    assert not rows.filter(on__gt=clock.today()).exists()
    assert rows.filter(task_links__isnull=False).exists()
    assert Evidence.objects.filter(same_as__isnull=False).exists()
    communes = Area.objects.filter(path__startswith=Area.objects.get(code="99", level=1).path, level=Area.Level.COMMUNE)
    reached = communes.filter(activity_links__activity__state=State.ACCEPTED).distinct().count()
    assert 50 <= reached < communes.count() == 64
    assert (Remark.objects.count(), Commendation.objects.count(), BudgetLine.objects.count()) == (18, 6, 14)

    rates = {rate.target.text: rate for rate in rates_for(Member.objects.get(email="dieuphoi@vinhan.example"))}
    measured = [one for rate in rates.values() for one in rate.measures]
    assert len(measured) == 7
    assert {one.measure.method for one in measured} == {"count", "survey", "tally"}
    assert any(one.unknown and one.empty and one.reached for one in measured)
    assert {rate.met for rate in rates.values()} == {True, False, None}
    assert Reminder.objects.filter(rung="urge").exists()

    assert sample_activities_load() == 0
    assert "đã có" in _said("load_sample_activities")


@pytest.mark.django_db
def test_every_commune_has_groups_and_they_are_made_once() -> None:
    call_command("load_samples", stdout=StringIO())
    province = Area.objects.get(code="99", level=Area.Level.PROVINCE)
    first = groups_of(province)

    assert len(first) == 64
    assert all(len(groups) >= 5 for groups in first.values())
    assert all(group.path.startswith(province.path) for groups in first.values() for group in groups)
    assert groups_of(province) == first


def test_a_drawn_picture_is_the_same_for_its_seed_alone() -> None:
    assert picture(1) == picture(1) != picture(2)


def _said(command: str) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()
