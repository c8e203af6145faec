"""Intake: sealed on the way in, one tip however often sent, tokens and sightings, spam kept apart."""

from __future__ import annotations

import pytest

from canhgiac.tips.models import Tip
from canhgiac.tips.services.opening import tip_open
from tests.factories import tips
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


def test_a_tip_is_sealed_and_opens_for_the_officer(cast: Cast) -> None:
    vault = tips.vault_made(cast)
    receipt = tips.received(area=cast.commune_area, amount=15_000_000)
    opened = tip_open(by=vault.officer, tip=receipt.tip, unlocked=vault.unlocked)
    assert opened.story == tips.STORY
    assert {key.kind.value for key in opened.facts.keys} == {"phone", "account", "link"}
    assert receipt.tip.loss == Tip.Loss.UNDER_50M
    assert receipt.tip.banks == ["970436"]
