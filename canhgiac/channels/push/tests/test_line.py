"""Where notices may go, what push services answer, and what a notice holds."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from canhgiac.channels.contract import Outcome, Recipient, Result
from canhgiac.channels.push import PushContent, PushSettings, is_gone, new_key, open_line
from canhgiac.channels.push.guard import GuardedTransport, is_public
from simulators.api import Reply
from tests.simulated import KEY, World, world

CONTENT = PushContent("Cảnh báo", "Gác máy, gọi 113.", "/canh-bao/12/{0}", "canh-bao-12")


@pytest.fixture
def simulated() -> Iterator[World]:
    with world() as made:
        yield made


async def nobody(events: object) -> None:
    """Hears nothing."""


def sent(settings: PushSettings, *addresses: str, content: PushContent = CONTENT) -> list[Result]:
    async def whole() -> list[Result]:
        line = await open_line(settings, nobody)
        try:
            return list(await line.send(content, [Recipient(at, to, ("a",)) for at, to in enumerate(addresses)]))
        finally:
            await line.close()

    return asyncio.run(whole())


def test_a_notice_arrives_with_its_words_link_and_topic(simulated: World) -> None:
    [result] = sent(simulated.push_settings(), json.dumps(simulated.push.subscribe("may-1")))
    assert (result.outcome, result.code) == (Outcome.TAKEN, "push:201")
    [row] = simulated.push.messages("may-1")
    assert row["text"] == "Cảnh báo\nGác máy, gọi 113."
    assert row["about"] == {
        "url": "/canh-bao/12/a",
        "tag": "canh-bao-12",
        "topic": "canh-bao-12",
        "ttl": "86400",
        "urgency": "normal",
    }
    assert row["ref"] == result.ref


def test_a_browser_that_unsubscribed_is_gone(simulated: World) -> None:
    address = json.dumps(simulated.push.subscribe("may-1"))
    simulated.push.unsubscribe("may-1")
    [result] = sent(simulated.push_settings(), address)
    assert (result.outcome, result.code) == (Outcome.REFUSED, "push:410")
    assert is_gone(result.code)


def test_a_key_that_the_service_does_not_know_is_a_fault_of_the_set_up(simulated: World) -> None:
    simulated.api.books["khac"] = lambda call: Reply(403)
    told = simulated.push.subscribe("may-1")
    told["endpoint"] = f"{simulated.api.url}/khac/may-1"
    [result] = sent(simulated.push_settings(), json.dumps(told))
    assert (result.outcome, result.code) == (Outcome.LATER, "push:403")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (201, "taken"),
        (302, "later"),
        (400, "refused"),
        (404, "refused"),
        (413, "refused"),
        (429, "slow"),
        (500, "later"),
        (502, "unsure"),
        (503, "later"),
        (504, "unsure"),
    ],
)
def test_answers(simulated: World, status: int, outcome: str) -> None:
    calls = []

    def book(call: Any) -> Reply:
        calls.append(call.path)
        return Reply(status, headers={"Location": f"{simulated.api.url}/khac/di-noi-khac"})

    simulated.api.books["khac"] = book
    told = simulated.push.subscribe("may-1")
    told["endpoint"] = f"{simulated.api.url}/khac/may-1"
    [result] = sent(simulated.push_settings(), json.dumps(told))
    assert result.outcome.value == outcome
    assert calls == ["may-1"]  # no redirect is followed


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/a",
        "https://fcm.googleapis.com:8443/a",
        "https://a@fcm.googleapis.com/a",
        "https://fcm.googleapis.com.ke-gian.test/a",
        "https://169.254.169.254/latest/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "http://127.0.0.1:80/",
        "file:///etc/passwd",
        "https://",
    ],
)
def test_an_address_that_is_no_push_service_is_refused_unasked(simulated: World, endpoint: str) -> None:
    told = simulated.push.subscribe("may-1") | {"endpoint": endpoint}
    settings = dataclasses.replace(simulated.push_settings(), allow_loopback=False)
    [result] = sent(settings, json.dumps(told))
    assert (result.outcome, result.code) in {(Outcome.REFUSED, "push:host"), (Outcome.REFUSED, "push:subscription")}


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("10.1.2.3", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("192.168.1.1", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("fe80::1%eth0", False),
        ("vinhan.test", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_a_name_that_leads_into_our_own_network_is_not_connected_to(simulated: World) -> None:
    asked = []
    simulated.api.books["khac"] = lambda call: asked.append(call.path) or Reply(200)  # type: ignore[func-returns-value]

    async def get(allow_loopback: bool) -> int:
        transport = GuardedTransport(allow_loopback=allow_loopback, limits=httpx.Limits())
        async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
            return (await client.get(f"http://localhost:{simulated.api.server_port}/khac/a")).status_code

    with pytest.raises(httpx.ConnectError, match="not allowed"):
        asyncio.run(get(allow_loopback=False))
    assert asked == []
    assert asyncio.run(get(allow_loopback=True)) == 200


GARBAGE = st.text(max_size=60) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=90),
    lambda inner: st.dictionaries(st.sampled_from(["endpoint", "keys", "p256dh", "auth"]), inner, max_size=4),
    max_leaves=6,
).map(json.dumps)


@trying(deadline=None, max_examples=40)
@given(st.lists(GARBAGE, max_size=5))
def test_no_subscription_breaks_it(addresses: list[str]) -> None:
    settings = PushSettings(key=KEY, subject="mailto:canhgiac@vinhan.test")
    results = sent(settings, *addresses)
    assert {result.outcome for result in results} <= {Outcome.REFUSED}


def test_the_key_and_the_endpoints_stay_out_of_logs(simulated: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    settings = simulated.push_settings()
    sent(settings, json.dumps(simulated.push.subscribe("may-bi-mat")))
    assert KEY not in caplog.text + repr(settings)
    assert "may-bi-mat" not in caplog.text


@pytest.mark.parametrize(
    "change", [{"key": "AA"}, {"subject": "canhgiac@vinhan.test"}, {"ttl": -1}, {"ttl": 29 * 86_400}]
)
def test_settings_that_cannot_work_are_said_at_once(change: dict[str, Any]) -> None:
    settings = dataclasses.replace(PushSettings(key=new_key(), subject="mailto:a@vinhan.test"), **change)
    with pytest.raises(ValueError, match=r"\w"):
        asyncio.run(open_line(settings, nobody))
