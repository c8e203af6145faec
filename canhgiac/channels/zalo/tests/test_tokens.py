"""Access tokens that run out, and refresh tokens that are good once."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import logging
from collections.abc import Iterator

import pytest

from canhgiac.channels.contract import Outcome, Recipient, Result
from canhgiac.channels.zalo import Tokens, ZaloMessage, open_line
from simulators.zalo import FIRST_REFRESH, SECRET
from tests.simulated import Store, World, world

CONTENT = ZaloMessage("Cảnh báo số 12")


@pytest.fixture
def simulated() -> Iterator[World]:
    with world() as made:
        yield made


async def nobody(events: object) -> None:
    """Hears nothing."""


def people(count: int) -> list[Recipient]:
    return [Recipient(at, f"36700{at:03d}") for at in range(count)]


async def sent(simulated: World, store: Store, count: int = 1) -> list[Result]:
    line = await open_line(simulated.zalo_settings(store), nobody)
    try:
        return list(await line.send(CONTENT, people(count)))
    finally:
        await line.close()


def test_a_token_that_ran_out_is_renewed_once_for_all_and_each_message_goes_once(simulated: World) -> None:
    store = Store(simulated.tokens())
    simulated.zalo.expire()
    results = asyncio.run(sent(simulated, store, 50))
    assert {result.outcome for result in results} == {Outcome.TAKEN}
    assert simulated.zalo.renewals == 1
    assert simulated.zalo.talk.total() == 50


def test_a_token_about_to_run_out_is_renewed_before_it_is_used(simulated: World) -> None:
    store = Store(Tokens("", FIRST_REFRESH, dt.datetime.now(dt.UTC)))
    [result] = asyncio.run(sent(simulated, store))
    assert result.outcome is Outcome.TAKEN
    assert len(store.saved) == 2
    assert store.tokens.expires > dt.datetime.now(dt.UTC) + dt.timedelta(hours=20)


def test_two_senders_with_one_store_renew_once(simulated: World) -> None:
    store = Store(simulated.tokens())
    simulated.zalo.expire()

    async def both() -> list[list[Result]]:
        return list(await asyncio.gather(sent(simulated, store, 10), sent(simulated, store, 10)))

    results = asyncio.run(both())
    assert {result.outcome for batch in results for result in batch} == {Outcome.TAKEN}
    assert simulated.zalo.renewals == 1


def test_new_tokens_are_on_disk_before_their_first_use_and_outlive_a_cancelled_batch(simulated: World) -> None:
    class SlowStore(Store):
        """Takes its time to save."""

        asked, may = asyncio.Event(), asyncio.Event()

        async def save(self, tokens: Tokens) -> None:
            self.asked.set()
            await self.may.wait()
            await super().save(tokens)

    async def whole() -> None:
        store = SlowStore(simulated.tokens())
        simulated.zalo.expire()
        line = await open_line(simulated.zalo_settings(store), nobody)
        sending = asyncio.create_task(line.send(CONTENT, people(5)))
        await asyncio.wait_for(store.asked.wait(), 10)
        assert simulated.zalo.talk.total() == 0
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        store.may.set()
        await line.close()
        assert len(store.saved) == 2
        [result] = await sent(simulated, store)
        assert result.outcome is Outcome.TAKEN

    asyncio.run(whole())
    assert simulated.zalo.renewals == 1


def test_without_a_good_refresh_token_all_is_for_later_and_the_refusal_is_asked_for_once(
    simulated: World, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(dataclasses.replace(simulated.tokens(), refresh="refresh-1-khong-dung"))
    simulated.zalo.expire()
    results = asyncio.run(sent(simulated, store, 10))
    assert {result.outcome for result in results} == {Outcome.LATER}
    assert {result.code for result in results} == {"zalo:token-14014", "zalo:token"}
    assert [record.levelname for record in caplog.records if record.name.startswith("canhgiac")] == ["ERROR"]
    assert simulated.zalo.talk.total() == 0
    assert len(store.saved) == 1


def test_no_secret_stands_in_a_log_or_a_repr(simulated: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    store = Store(simulated.tokens())
    settings = simulated.zalo_settings(store)
    simulated.zalo.expire()
    asyncio.run(sent(simulated, store))
    told = caplog.text + repr(settings) + repr(store.saved)
    for secret in (SECRET, *(part for tokens in store.saved for part in (tokens.access, tokens.refresh))):
        assert secret not in told


def test_an_application_that_proves_its_secret_sends_the_proof(simulated: World) -> None:
    async def whole() -> Result:
        settings = dataclasses.replace(simulated.zalo_settings(), prove=True)
        line = await open_line(settings, nobody)
        [result] = await line.send(CONTENT, people(1))
        await line.close()
        return result

    simulated.zalo.demands_proof = True
    assert asyncio.run(whole()).outcome is Outcome.TAKEN
    [unproved] = asyncio.run(sent(simulated, Store(simulated.tokens())))
    assert (unproved.outcome, unproved.code) == (Outcome.LATER, "zalo:-242")


class AwayStore(Store):
    """A database that goes away for some calls."""

    def __init__(self, tokens: Tokens, *, loads: int = 0, saves: int = 0) -> None:
        super().__init__(tokens)
        self._loads, self._saves = loads, saves

    async def load(self) -> Tokens:
        """Away for the first ``loads`` calls."""
        self._loads -= 1
        if self._loads >= 0:
            raise ConnectionError("the database is away")
        return await super().load()

    async def save(self, tokens: Tokens) -> None:
        """Away for the first ``saves`` calls."""
        self._saves -= 1
        if self._saves >= 0:
            raise ConnectionError("the database is away")
        await super().save(tokens)


def test_a_message_whose_token_is_not_at_hand_did_not_leave(simulated: World) -> None:
    store = AwayStore(simulated.tokens(), loads=1)

    async def twice() -> list[Result]:
        line = await open_line(simulated.zalo_settings(store), nobody)
        first = await line.send(CONTENT, people(1))
        second = await line.send(CONTENT, people(1))
        await line.close()
        return [*first, *second]

    first, second = asyncio.run(twice())
    assert (first.outcome, first.code) == (Outcome.LATER, "zalo:token-store")
    assert second.outcome is Outcome.TAKEN
    assert simulated.zalo.talk.total() == 1


def test_tokens_that_could_not_be_saved_are_saved_later_and_not_lost(simulated: World) -> None:
    """Zalo gives the next pair once: the account would be shut out until a person came with new ones."""
    store = AwayStore(simulated.tokens(), saves=1)
    simulated.zalo.expire()

    async def twice() -> list[Result]:
        line = await open_line(simulated.zalo_settings(store), nobody)
        first = await line.send(CONTENT, people(1))
        second = await line.send(CONTENT, people(1))
        await line.close()
        return [*first, *second]

    first, second = asyncio.run(twice())
    assert (first.outcome, first.code) == (Outcome.LATER, "zalo:token-store")
    assert second.outcome is Outcome.TAKEN
    assert simulated.zalo.renewals == 1
    assert len(store.saved) == 2


def test_tokens_not_saved_are_saved_before_the_line_is_closed(simulated: World) -> None:
    store = AwayStore(simulated.tokens(), saves=1)
    simulated.zalo.expire()
    [result] = asyncio.run(sent(simulated, store))
    assert result.outcome is Outcome.LATER
    assert len(store.saved) == 2
    assert simulated.zalo.renewals == 1
