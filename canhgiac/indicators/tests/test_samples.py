"""The invented register loads once and is nobody's."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from canhgiac.agencies.services import samples_load
from canhgiac.engines.lookup.keys import Key, Kind, key_of, shown
from canhgiac.indicators.models import Appeal, Decision, Indicator
from canhgiac.indicators.services.samples import sample_indicators_load


@pytest.mark.django_db
def test_the_sample_register_loads_once_with_invented_things_only() -> None:
    call_command("load_known_good")
    assert sample_indicators_load() == 0
    samples_load()
    assert sample_indicators_load() == 160
    assert sample_indicators_load() == 0
    assert Indicator.objects.filter(state=3).count() == 18
    assert Decision.objects.filter(outcome="open").count() == 6
    assert Appeal.objects.count() == 2
    for row in Indicator.objects.all():
        key = Key(Kind(row.kind), row.value)
        assert key_of(row.kind, shown(key)) == key
        assert row.kind != "phone" or row.value.startswith("+84900000")
        assert row.kind != "link" or row.value.partition("/")[0].endswith(".test")
