"""A number, account or link that the register knows is answered by what the register knows."""

from __future__ import annotations

import pytest

from canhgiac.assistant.selectors.check import check
from canhgiac.engines.lookup.keys import key_of
from canhgiac.indicators.models import Indicator
from tests.factories import indicators as factory
from tests.factories.recognition import recognition_ready

pytestmark = pytest.mark.django_db
State = Indicator.State


@pytest.mark.parametrize(
    ("kind", "text", "state", "verdict", "say"),
    [
        ("phone", "0900 000 220", State.CONFIRMED, "danger", "Số này đã được xác nhận"),
        ("phone", "0900 000 220", State.REPORTED, "suspicious", "Đã có người báo số này"),
        ("link", "https://hoan-tien-mau.test/nhan", State.CONFIRMED, "danger", "Trang này đã được xác nhận"),
        ("link", "https://hoan-tien-mau.test/nhan", State.REPORTED, "suspicious", "Đã có người báo trang này"),
    ],
)
def test_the_sentence_rests_on_the_register(kind: str, text: str, state: State, verdict: str, say: str) -> None:
    recognition_ready()
    factory.indicator(key_of(kind, text), state=state)
    answer = check(text)
    assert (answer.state, answer.say.startswith(say)) == (verdict, True)
    assert answer.base == answer.found[0].noted
    assert "chưa biết" not in answer.say.lower()


def test_what_nobody_reported_is_no_promise() -> None:
    recognition_ready()
    answer = check("0900 000 221")
    assert answer.state == "unclear"
    assert "không có nghĩa là" in answer.say
