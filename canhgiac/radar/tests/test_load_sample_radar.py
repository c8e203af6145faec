"""The sample data show a living radar on the first run, once."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from canhgiac.agencies.models import Member
from canhgiac.agencies.services.samples import samples_load
from canhgiac.library.services.starter_load import starter_load
from canhgiac.radar.models import Card, Collaborator, Signal
from canhgiac.radar.services.samples import sample_radar_load


def test_the_first_run_shows_an_outbreak_in_one_commune(db: None) -> None:
    samples_load()
    starter_load()
    told = io.StringIO()
    call_command("load_sample_radar", stdout=told)
    assert "Đã nạp ra-đa mẫu" in told.getvalue()
    card = Card.objects.get(area__name="Xã Sơn Thủy")
    assert card.cluster.form == "N02"
    assert "VNeID" in card.cluster.name
    assert Card.objects.count() <= 2, "at a budget of one a week chance may add one"
    assert Collaborator.objects.get(member=Member.objects.get(email="congtacvien@vinhan.example")).confirmed == 2
    assert Signal.objects.filter(state="new").count() == 1
    assert sample_radar_load() is None
    call_command("load_sample_radar", stdout=told)
    assert "đã có" in told.getvalue()


def test_without_the_sample_province_it_says_what_to_load(db: None) -> None:
    with pytest.raises(CommandError, match="load_samples"):
        call_command("load_sample_radar")
