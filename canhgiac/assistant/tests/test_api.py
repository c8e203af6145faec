"""The check for other programs."""

from __future__ import annotations

import pytest
from django.test import Client

from canhgiac.assistant.api import ASKS
from tests.factories.library import library
from tests.factories.recognition import recognition_ready

URL = "/api/v1/check"


@pytest.fixture
def ready(db: None) -> None:
    library()
    recognition_ready()


@pytest.mark.usefixtures("ready")
def test_a_program_gets_the_same_answer_without_a_token() -> None:
    text = "Cong an thong bao ban lien quan vu an rua tien, chuyen tien vao STK 0900000111 VCB de kiem tra, giu bi mat"
    answer = Client().post(URL, {"text": text}, content_type="application/json")

    assert answer.status_code == 200
    told = answer.json()
    assert told["state"] == "danger"
    assert told["word"] == "Nguy hiểm"
    assert told["form"]["url"].startswith("/hinh-thuc/")
    assert "0900000111" not in answer.content.decode()
    assert {why["number"] for why in told["reasons"]} == {s["number"] for s in told["segments"]} - {None}


@pytest.mark.usefixtures("ready")
def test_too_long_and_too_often_are_refused_in_words() -> None:
    client = Client()
    assert client.post(URL, {"text": "x" * 100_001}, content_type="application/json").status_code == 422
    for _ in range(ASKS.most):
        answer = client.post(URL, {"text": "alo"}, content_type="application/json")
    assert answer.status_code == 200
    refused = client.post(URL, {"text": "alo"}, content_type="application/json")
    assert refused.status_code == 429
    assert "Đợi một phút" in refused.json()["detail"]
