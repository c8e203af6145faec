"""The endpoint is asked over a real socket; whatever it does, somebody gets an answer in time."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from canhgiac.channels.phrasing import Endpoint, PhrasingError
from simulators.phrasing import Phrasing, phrasing
from tests.worker import wait_until

WORDS = "Đừng chuyển tiền.\nGọi 113 khi bị ép."


@pytest.fixture
def server() -> Iterator[Phrasing]:
    with phrasing() as running:
        yield running


def test_words_come_back_and_the_key_goes_along(server: Phrasing) -> None:
    endpoint = Endpoint(server.url, "khoa-thu", "nhac-lai")
    assert endpoint.phrase(WORDS, question="có nên chuyển không") == "Đừng chuyển tiền. Gọi 113 khi bị ép."
    (body,) = server.heard
    assert body["model"] == "nhac-lai"
    assert "có nên chuyển không" in body["messages"][-1]["content"]
    assert "khoa-thu" not in repr(endpoint)


@pytest.mark.parametrize(
    ("model", "seconds", "code"),
    [("treo", 0.4, "time"), ("nho-giot", 0.4, "time"), ("loi", 30, "http:503"), ("rac", 30, "shape")],
)
def test_one_that_fails_is_left_alone(server: Phrasing, model: str, seconds: float, code: str) -> None:
    endpoint = Endpoint(server.url, "", model, seconds=seconds)
    begun = time.monotonic()
    with pytest.raises(PhrasingError, match=code):
        endpoint.phrase(WORDS, question="")
    assert time.monotonic() - begun < 15, "it would take half a minute to the end"
    with pytest.raises(PhrasingError, match="rest"):
        endpoint.phrase(WORDS, question="")
    wait_until(lambda: server.heard)  # whoever gave up may have been quicker than the server's thread
    assert len(server.heard) == 1


def test_nobody_there_is_told_as_such() -> None:
    with phrasing() as gone:
        url = gone.url
    with pytest.raises(PhrasingError, match="wire"):
        Endpoint(url, "", "nhac-lai").phrase(WORDS, question="")
