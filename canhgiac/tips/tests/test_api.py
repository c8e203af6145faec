"""A partner passes on what a customer tells: scope, receipt, one tip for one key."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from canhgiac.indicators.models import Partner
from canhgiac.tips.models import Tip
from canhgiac.tips.services.following import follow
from canhgiac.tips.services.opening import tip_open
from tests.factories import exchange, tips
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
TOLD: dict[str, Any] = {
    "story": "Khách hàng báo bị gọi điện giả công an, đã chuyển tiền.",
    "indicators": [{"kind": "account", "value": "1234567890123", "bank": "970436"}],
    "amount": 60_000_000,
    "client_key": "0f8fad5b-d9cb-469f-a165-70867728950e",
}


def post(key: str, told: dict[str, Any]) -> Any:
    return Client().post(
        "/api/v1/tips", told, content_type="application/json", headers={"Authorization": f"Bearer {key}"}
    )


def test_a_bank_sends_a_tip_once(cast: Cast) -> None:
    vault = tips.vault_made(cast)
    bank = exchange.partner(by=cast.admin)
    key = exchange.partner_key(by=cast.admin, partner=bank, scopes=[Partner.Scope.TIPS])
    answer = post(key, TOLD)
    assert answer.status_code == 201, answer.content
    tip = Tip.objects.get()
    assert (tip.channel, tip.partner, tip.loss, tip.banks) == ("partner", bank.agency, 3, ["970436"])
    assert tip_open(by=vault.officer, tip=tip, unlocked=vault.unlocked).story == TOLD["story"]
    assert follow(code=answer.json()["code"], address="192.0.2.3").tip == tip
    assert post(key, TOLD).json()["code"] == answer.json()["code"]
    assert Tip.objects.count() == 1


def test_without_the_scope_or_with_a_bad_number_it_is_refused(cast: Cast) -> None:
    tips.vault_made(cast)
    bank = exchange.partner(by=cast.admin)
    wrong = exchange.partner_key(by=cast.admin, partner=bank, scopes=[Partner.Scope.CHECK])
    assert post(wrong, TOLD).status_code == 403
    assert post("khong-co", TOLD).status_code == 401
    right = exchange.partner_key(by=cast.admin, partner=bank, scopes=[Partner.Scope.TIPS])
    bad = post(right, TOLD | {"indicators": [{"kind": "phone", "value": "abc"}]})
    assert bad.status_code == 422
    assert "indicators[0]" in bad.json()["detail"]
    assert not Tip.objects.exists()


def test_before_the_vault_is_made_it_says_so(cast: Cast) -> None:
    bank = exchange.partner(by=cast.admin)
    answer = post(exchange.partner_key(by=cast.admin, partner=bank), TOLD)
    assert answer.status_code == 409
    assert "chưa mở" in answer.json()["detail"]
