"""One suite for every adapter that carries messages to people: whatever the wire, a line behaves alike.

A channel's tests subclass ``ContractSuite`` and give a fixture ``trial``: the channel's simulator, running, and how to
reach it. What a wire cannot do (no receipts, no throttling) is said by a ``Case`` without an address, and skipped.

    class TestContract(ContractSuite):
        @pytest.fixture
        def trial(self) -> Iterator[SmppTrial]: ...
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Any

import pytest

from canhgiac.channels.contract import Arrival, Event, Line, OnEvents, Outcome, Receipt, Recipient, Result

PATIENCE = 90.0
"""Seconds that any of these may take before the test fails; none is a measure of speed."""


class Case(StrEnum):
    """What the simulator does with an address."""

    TAKEN = "taken"
    REFUSED = "refused"
    LATER = "later"
    """Refused the first time with a fault of the moment, then taken."""
    THROTTLED = "throttled"
    """"Too fast" the first two times, then taken."""
    SLOW = "slow"
    """Taken, but answered late."""
    LOST = "lost"
    """The link breaks and the message was not taken."""
    SILENT = "silent"
    """Taken, the answer never comes, but the receipt does."""
    UNDELIVERED = "undelivered"
    """Taken, and the receipt says that it failed."""
    TWICE = "twice"
    """Taken, and the same receipt comes two times."""


class Trial(ABC):
    """A channel and its simulator."""

    content: Any
    """A content that the channel can carry to everybody."""
    unfit: Any = None
    """A content that it cannot carry (ValueError); None where there is no such thing."""
    gives_refs = True

    @abstractmethod
    async def open(self, on_events: OnEvents) -> Line[Any]:
        """A line to the simulator."""

    @abstractmethod
    async def open_nowhere(self, on_events: OnEvents) -> Line[Any]:
        """A line to an address where nobody listens."""

    @abstractmethod
    def address(self, case: Case, number: int) -> str | None:
        """The ``number``-th address (from 0) with which the simulator does so; None where the wire has no such case."""

    @abstractmethod
    def received(self, address: str) -> int:
        """How many whole messages this address has got."""


class Events:
    """What came in, in its order."""

    def __init__(self) -> None:
        self.seen: list[Event] = []
        self._more = asyncio.Condition()

    async def __call__(self, events: Sequence[Event]) -> None:
        async with self._more:
            self.seen += events
            self._more.notify_all()

    async def until(self, enough: Callable[[list[Event]], bool]) -> list[Event]:
        """The events once there are enough of them. Raises TimeoutError when that never is."""
        async with asyncio.timeout(PATIENCE), self._more:
            await self._more.wait_for(lambda: enough(self.seen))
            return list(self.seen)

    def receipts(self, to: str) -> list[Receipt]:
        """The receipts that name this address."""
        return [event for event in self.seen if isinstance(event, Receipt) and event.to == to]


def run(trial: Trial, what: Callable[[Line[Any], Events], Awaitable[None]]) -> None:
    """Opens a line, does it, closes the line."""

    async def whole() -> None:
        events = Events()
        line = await trial.open(events)
        try:
            await what(line, events)
        finally:
            async with asyncio.timeout(PATIENCE):
                await line.close()

    asyncio.run(whole())


def people(*addresses: str) -> list[Recipient]:
    """A batch to these, with keys that are no indexes."""
    return [Recipient(7_000_000_000 + 3 * at, address) for at, address in enumerate(addresses)]


def needed(trial: Trial, case: Case, number: int = 0) -> str:
    """The address, or the test is skipped."""
    found = trial.address(case, number)
    if found is None:
        pytest.skip(f"this channel knows no case {case.value!r}")
    return found


async def sent(line: Line[Any], trial: Trial, *addresses: str) -> list[Result]:
    """The results of one batch, which came in the batch's order."""
    batch = people(*addresses)
    async with asyncio.timeout(PATIENCE):
        results = await line.send(trial.content, batch)
    assert [result.key for result in results] == [person.key for person in batch]
    return list(results)


class ContractSuite:
    """The rules of ``canhgiac.channels.contract``, each as a test."""

    @pytest.fixture
    def trial(self) -> Any:
        """The channel's simulator, running."""
        raise NotImplementedError

    def test_what_is_taken_arrived_once_and_has_a_number(self, trial: Trial) -> None:
        addresses = [needed(trial, Case.TAKEN, at) for at in range(20)]

        async def what(line: Line[Any], events: Events) -> None:
            results = await sent(line, trial, *addresses)
            assert {result.outcome for result in results} == {Outcome.TAKEN}
            if trial.gives_refs:
                assert len({result.ref for result in results} - {""}) == len(addresses)

        run(trial, what)
        assert [trial.received(address) for address in addresses] == [1] * len(addresses)

    def test_nothing_to_send_is_nothing_sent(self, trial: Trial) -> None:
        async def what(line: Line[Any], events: Events) -> None:
            assert await line.send(trial.content, []) == []

        run(trial, what)

    def test_a_refusal_is_that_persons_alone_and_holds(self, trial: Trial) -> None:
        refused = needed(trial, Case.REFUSED)
        others = [needed(trial, Case.TAKEN, at) for at in range(2)]

        async def what(line: Line[Any], events: Events) -> None:
            for _ in range(2):
                first, middle, last = await sent(line, trial, others[0], refused, others[1])
                assert (first.outcome, middle.outcome, last.outcome) == (Outcome.TAKEN, Outcome.REFUSED, Outcome.TAKEN)
                assert ":" in middle.code

        run(trial, what)
        assert trial.received(refused) == 0
        assert [trial.received(address) for address in others] == [2, 2]

    def test_a_fault_of_the_moment_passes(self, trial: Trial) -> None:
        address = needed(trial, Case.LATER)

        async def what(line: Line[Any], events: Events) -> None:
            [first] = await sent(line, trial, address)
            assert first.outcome is Outcome.LATER
            assert ":" in first.code
            assert trial.received(address) == 0
            [second] = await sent(line, trial, address)
            assert second.outcome is Outcome.TAKEN

        run(trial, what)
        assert trial.received(address) == 1

    def test_too_fast_is_said_and_passes(self, trial: Trial) -> None:
        address = needed(trial, Case.THROTTLED)

        async def what(line: Line[Any], events: Events) -> None:
            outcomes = [(await sent(line, trial, address))[0].outcome for _ in range(3)]
            assert outcomes == [Outcome.SLOW, Outcome.SLOW, Outcome.TAKEN]

        run(trial, what)
        assert trial.received(address) == 1

    def test_a_late_answer_keeps_its_place(self, trial: Trial) -> None:
        slow, quick = needed(trial, Case.SLOW), needed(trial, Case.TAKEN)

        async def what(line: Line[Any], events: Events) -> None:
            results = await sent(line, trial, slow, quick)
            assert [result.outcome for result in results] == [Outcome.TAKEN] * 2

        run(trial, what)
        assert (trial.received(slow), trial.received(quick)) == (1, 1)

    def test_a_lost_link_leaves_doubt_and_the_line_mends_itself(self, trial: Trial) -> None:
        lost, others = needed(trial, Case.LOST), [needed(trial, Case.TAKEN, at) for at in range(30)]

        async def what(line: Line[Any], events: Events) -> None:
            first, *rest = await sent(line, trial, lost, *others)
            assert first.outcome is Outcome.UNSURE
            assert {result.outcome for result in rest} <= {Outcome.TAKEN, Outcome.LATER, Outcome.UNSURE}
            for address, result in zip(others, rest, strict=True):
                if result.outcome is Outcome.TAKEN:
                    assert trial.received(address) == 1
                if result.outcome is Outcome.LATER:
                    assert trial.received(address) == 0
            extra = needed(trial, Case.TAKEN, 40)
            [again] = await sent(line, trial, extra)
            assert again.outcome is Outcome.TAKEN

        run(trial, what)
        assert max(trial.received(address) for address in others) <= 1

    def test_a_lost_answer_leaves_doubt_that_the_receipt_settles(self, trial: Trial) -> None:
        address = needed(trial, Case.SILENT)

        async def what(line: Line[Any], events: Events) -> None:
            [result] = await sent(line, trial, address)
            assert result.outcome is Outcome.UNSURE
            await events.until(lambda seen: bool(events.receipts(address)))
            assert events.receipts(address)[0].arrival is Arrival.DELIVERED

        run(trial, what)
        assert trial.received(address) == 1

    def test_a_receipt_bears_the_number_that_was_given(self, trial: Trial) -> None:
        bad, good = needed(trial, Case.UNDELIVERED), needed(trial, Case.TAKEN)

        async def what(line: Line[Any], events: Events) -> None:
            results = await sent(line, trial, bad, good)
            refs = {result.ref for result in results}

            def all_came(seen: list[Event]) -> bool:
                return refs <= {event.ref for event in seen if isinstance(event, Receipt)}

            seen = await events.until(all_came)
            said = {event.ref: event.arrival for event in seen if isinstance(event, Receipt)}
            assert [said[result.ref] for result in results] == [Arrival.FAILED, Arrival.DELIVERED]

        run(trial, what)

    def test_a_receipt_that_comes_twice_is_handed_on_alike(self, trial: Trial) -> None:
        address = needed(trial, Case.TWICE)

        async def what(line: Line[Any], events: Events) -> None:
            [result] = await sent(line, trial, address)
            seen = await events.until(lambda seen: sum(event.ref == result.ref for event in seen) == 2)
            first, second = (event for event in seen if event.ref == result.ref)
            assert first == second

        run(trial, what)

    def test_the_same_address_twice_is_two_messages(self, trial: Trial) -> None:
        address = needed(trial, Case.TAKEN)

        async def what(line: Line[Any], events: Events) -> None:
            results = await sent(line, trial, address, address)
            assert [result.outcome for result in results] == [Outcome.TAKEN] * 2

        run(trial, what)
        assert trial.received(address) == 2

    def test_two_batches_at_once_share_the_line(self, trial: Trial) -> None:
        halves = [[needed(trial, Case.TAKEN, at + start) for at in range(10)] for start in (0, 10)]

        async def what(line: Line[Any], events: Events) -> None:
            answers = await asyncio.gather(*(sent(line, trial, *half) for half in halves))
            assert {result.outcome for results in answers for result in results} == {Outcome.TAKEN}

        run(trial, what)
        assert {trial.received(address) for half in halves for address in half} == {1}

    def test_a_cancelled_batch_leaves_a_line_that_works(self, trial: Trial) -> None:
        slow, quick = needed(trial, Case.SLOW), needed(trial, Case.TAKEN)

        async def what(line: Line[Any], events: Events) -> None:
            sending = asyncio.create_task(line.send(trial.content, people(slow)))
            await asyncio.sleep(0.2)
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending
            [result] = await sent(line, trial, quick)
            assert result.outcome is Outcome.TAKEN

        run(trial, what)
        assert trial.received(quick) == 1

    def test_a_closed_line_sends_nothing(self, trial: Trial) -> None:
        address = needed(trial, Case.TAKEN)

        async def what(line: Line[Any], events: Events) -> None:
            await line.close()
            [result] = await sent(line, trial, address)
            assert result.outcome is Outcome.LATER
            await line.close()

        run(trial, what)
        assert trial.received(address) == 0

    def test_closing_waits_for_what_is_on_the_wire(self, trial: Trial) -> None:
        addresses = [needed(trial, Case.TAKEN, at) for at in range(20)]

        async def what(line: Line[Any], events: Events) -> None:
            sending = asyncio.create_task(sent(line, trial, *addresses))
            await asyncio.sleep(0)
            await line.close()
            results = await sending
            assert {result.outcome for result in results} <= {Outcome.TAKEN, Outcome.LATER}
            for address, result in zip(addresses, results, strict=True):
                assert trial.received(address) == (result.outcome is Outcome.TAKEN)

        run(trial, what)

    def test_nobody_there_is_later(self, trial: Trial) -> None:
        addresses = [needed(trial, Case.TAKEN, at) for at in range(3)]

        async def what() -> None:
            async with asyncio.timeout(PATIENCE):
                line = await trial.open_nowhere(Events())
                results = await sent(line, trial, *addresses)
                await line.close()
            assert {result.outcome for result in results} == {Outcome.LATER}

        asyncio.run(what())

    def test_content_that_cannot_be_carried_is_refused_before_anything_leaves(self, trial: Trial) -> None:
        if trial.unfit is None:
            pytest.skip("this channel carries any content")
        address = needed(trial, Case.TAKEN)

        async def what(line: Line[Any], events: Events) -> None:
            with pytest.raises(ValueError, match=r"\w"):
                await line.send(trial.unfit, people(address))

        run(trial, what)
        assert trial.received(address) == 0
