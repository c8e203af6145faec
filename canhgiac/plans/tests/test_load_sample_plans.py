"""The first run: a living plan of the invented province, loaded once."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from canhgiac.plans.models import Assignment, Plan, SubPlanMatch


@pytest.fixture(autouse=True)
def files_root(settings: Settings, tmp_path: Path) -> None:
    """A file store of the test's own."""
    settings.FILES_ROOT = tmp_path / "files"


@pytest.mark.django_db
def test_without_the_sample_province_it_says_what_to_do() -> None:
    with pytest.raises(CommandError, match="load_samples"):
        call_command("load_sample_plans")


@pytest.mark.django_db
def test_the_first_run_shows_a_living_plan_and_the_second_adds_nothing() -> None:
    call_command("load_samples", stdout=StringIO())
    call_command("load_sample_plans", stdout=StringIO())
    flagship = Plan.objects.get(directive__number="214/KH-UBND")
    assert flagship.state == Plan.State.ISSUED
    shares = Assignment.objects.filter(task__plan=flagship)
    assert set(shares.values_list("status", flat=True)) >= {"not_started", "in_progress", "done"}
    assert shares.values("agency").distinct().count() >= 64 + 15
    assert not flagship.tasks.filter(assignments__isnull=True).exclude(review="rejected").exists()
    own = Plan.objects.get(parent=flagship)
    assert own.agency is not None
    assert own.agency.name == "UBND xã Sơn Thủy"
    assert SubPlanMatch.objects.filter(sub_plan=own).exists()
    assert Plan.objects.filter(state=Plan.State.DRAFT).count() == 1
    said = StringIO()
    call_command("load_sample_plans", stdout=said)
    assert said.getvalue() == "Kế hoạch mẫu đã có.\n"
    assert Plan.objects.count() == 3
