"""An alarming question leaves a sketch and tokens, once a day, and no word; every other leaves nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from canhgiac.tips.models import Observation
from tests.factories import recognition, tips
from tests.factories.library import library

pytestmark = pytest.mark.django_db


def test_the_public_check_leaves_a_sketch_of_an_alarm_alone() -> None:
    library()
    recognition.recognition_ready()
    client = Client()
    client.raise_request_exception = True
    for _ in range(2):
        answer = client.post("/kiem-tra/", {"noi_dung": tips.STORY})
        assert answer.status_code == 200
    row = Observation.objects.get()
    assert (row.source, row.weight, row.words, row.area) == ("message", 0.2, "", None)
    assert len(bytes(row.sketch)) == 130
    assert len(row.tokens) == 3
    client.post("/kiem-tra/", {"noi_dung": "Chiều nay cả nhà mình về quê ăn giỗ nhé, nhớ mua trái cây cho bà ngoại."})
    assert Observation.objects.count() == 1
    assert "message:" in row.origin
