"""The invented tips load once, open with the demo's password, join into cases, and can be followed by code."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from canhgiac.agencies.models import Member
from canhgiac.agencies.services import DEMO_PASSWORD
from canhgiac.agencies.services import samples_load as province_load
from canhgiac.kit import clock
from canhgiac.tips.models import Case, Tip
from canhgiac.tips.selectors.deadlines import golden, late
from canhgiac.tips.selectors.samples import SAMPLE_CODES
from canhgiac.tips.services.following import follow
from canhgiac.tips.services.opening import tip_open
from canhgiac.tips.services.samples import OFFICERS, samples_load
from canhgiac.tips.services.vault import vault_unlock

pytestmark = pytest.mark.django_db


def test_without_the_province_it_says_what_to_do() -> None:
    with pytest.raises(CommandError, match="load_samples"):
        call_command("load_sample_tips")


def test_the_sample_tips(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path
    province_load()
    call_command("load_sample_tips")
    assert Tip.objects.count() == 120
    assert samples_load() == 0
    assert Tip.objects.filter(golden(clock.now())).count() == 1
    assert Tip.objects.filter(late(clock.today())).exists()
    assert Case.objects.count() >= 3
    same = Tip.objects.get(pk=Tip.objects.order_by("-received_at").values("pk")[1:2])
    assert same.case is not None
    assert same.case.tips.count() == 3
    officer = Member.objects.get(email=OFFICERS[1])
    held = vault_unlock(by=officer, passphrase=DEMO_PASSWORD)
    opened = tip_open(by=officer, tip=Tip.objects.get(golden(clock.now())), unlocked=held)
    assert "85 triệu" in opened.story
    assert opened.facts.amount == 85_000_000
    assert all(follow(code=code, address="1.2.3.4").steps for code in SAMPLE_CODES)
