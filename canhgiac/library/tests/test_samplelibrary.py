"""The invented province's library: loaded once, every state there, nobody approved their own text."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from canhgiac.agencies.models import Member, Province
from canhgiac.agencies.services import samples_load
from canhgiac.library.models import ExampleMessage, FormEdition, OfficialMessage
from canhgiac.library.services.samplelibrary import sample_library_load
from tests.factories.library import library

pytestmark = pytest.mark.django_db


def test_it_is_loaded_once_with_every_state() -> None:
    samples_load()
    library()
    assert sample_library_load() == 7
    states = FormEdition.objects.values_list("state", flat=True)
    assert {"published", "superseded", "in_review", "returned", "withdrawn"} <= set(states)
    assert FormEdition.objects.filter(form__code="T01", state="in_review").exists()
    assert not FormEdition.objects.filter(reviewer=F("author")).exists()
    profile = Province.objects.get()
    assert (profile.is_demo, profile.name) == (True, "tỉnh Vĩnh An")
    assert OfficialMessage.objects.count() == 3
    assert ExampleMessage.objects.filter(source="editor", state="in_use").count() == 1
    assert sample_library_load() == 0


def test_without_the_province_it_says_what_to_run() -> None:
    library()
    assert not Member.objects.exists()
    with pytest.raises(CommandError, match="load_samples"):
        call_command("load_sample_library")
