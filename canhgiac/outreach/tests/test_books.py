"""The sender's books where two truths meet: dead and alive, a COMMIT without an answer, answers that differ."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from canhgiac.channels.columns import Answers
from canhgiac.channels.contract import Outcome, Recipient, Result
from canhgiac.kit import clock
from canhgiac.outreach.models import Attempt, Broadcast, Chunk, Consent, Lane, SenderNode, Subscriber, Way
from canhgiac.outreach.services.lines import database_dsn
from canhgiac.outreach.services.sender.results import (
    IN_ROW,
    MOST_TRIES,
    RESTING,
    Held,
    Person,
    Trouble,
    is_away,
    judge,
    wait_seconds,
)
from canhgiac.outreach.services.sender.runner import in_thread
from canhgiac.outreach.services.sender.store import Connection, Store, Wish, claim, close
from canhgiac.outreach.services.sender.upkeep import lanes_through, senders_lost, unsure_resend
from canhgiac.outreach.services.subscribers import subscriber_rest
from tests.factories import outreach
from tests.factories.agencies import Cast

from .sending import approved, people, standing, started, tally


@pytest.fixture
def row(cast: Cast) -> Broadcast:
    """Ten people in one chunk."""
    approver = standing(cast)
    outreach.provider(Way.SMS, window=80)
    people(10)
    return started(cast.coordinator, approved(cast, approver), unsure=Lane.Unsure.RESEND, unsure_minutes=0)


def wish(row: Broadcast, node: SenderNode) -> Wish:
    return Wish(Lane.objects.get(broadcast=row).provider_id, node.pk, 10, hours_ok=True)


def silent() -> SenderNode:
    """A sender that was last heard of a minute ago; nobody holds its lock."""
    return SenderNode.objects.create(name="máy thử", seen_at=clock.now() - dt.timedelta(minutes=1))


def answers(held: Held, *outcomes: Outcome) -> None:
    held.results = [
        Result(
            person.key, outcome, f"r{at}" if outcome is Outcome.TAKEN else "", "" if outcome is Outcome.TAKEN else "x"
        )
        for at, (person, outcome) in enumerate(zip(held.people, outcomes, strict=True))
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_sent_again", [False, True])
def test_a_sender_taken_for_dead_puts_its_books_right(row: Broadcast, is_sent_again: bool) -> None:
    """It lost the database for long, others wrote its messages down as uncertain; it holds the answers."""
    wanted = wish(row, silent())

    async def whole() -> None:
        store = Store(database_dsn())
        [held] = await store.run(lambda c, again: claim(c, wanted, {}, [], is_repeated=again))
        assert await in_thread(senders_lost, seconds=10) == 1
        assert (await in_thread(tally, row=row))["unsure"] == 10
        if is_sent_again:
            assert await in_thread(unsure_resend) == 1
        answers(held, *[Outcome.TAKEN] * 7, Outcome.REFUSED, Outcome.LATER, Outcome.UNSURE)

        async def books(connection: Connection, _again: bool) -> None:
            await close(connection, wanted, [held], rest=1)

        await store.run(books)
        await store.run(books)  # the COMMIT had taken place, its answer was lost
        await store.drop()

    asyncio.run(whole())
    first = Attempt.objects.filter(lane__broadcast=row, tries=1).order_by("delivery_id")
    assert [attempt.outcome for attempt in first] == ["taken"] * 7 + ["refused", "later", "unsure"]
    assert [attempt.ref for attempt in first][:3] == ["r0", "r1", "r2"]
    books = tally(row)
    if is_sent_again:  # the rule was quicker: whoever arrived is left out when the new chunk is claimed
        assert (books["waiting"], books["taken"]) == (10, 0)

        async def again() -> Held:
            store = Store(database_dsn())
            [held] = await store.run(lambda c, repeated: claim(c, wanted, {}, [], is_repeated=repeated))
            await store.drop()
            return held

        held = asyncio.run(again())
        assert (held.arrived, len(held.people), held.tries) == (7, 3, 1)
    else:
        assert (books["taken"], books["refused"], books["unsure"], books["waiting"]) == (7, 1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_who_rests_is_no_more_uncertain_when_the_books_are_put_right(row: Broadcast) -> None:
    wanted = wish(row, silent())
    resting = Subscriber.objects.first()
    assert resting is not None
    until = clock.today() + dt.timedelta(days=3)
    subscriber_rest(subscriber=resting, until=until, means=Consent.Means.LINK)

    async def whole() -> None:
        store = Store(database_dsn())
        [held] = await store.run(lambda c, again: claim(c, wanted, {}, [], is_repeated=again))
        assert (len(held.people), [why for _person, why in held.spared]) == (9, [RESTING])
        assert await in_thread(senders_lost, seconds=10) == 1
        answers(held, *[Outcome.TAKEN] * 9)
        await store.run(lambda c, _again: close(c, wanted, [held], rest=1))
        await store.drop()

    asyncio.run(whole())
    books = tally(row)
    assert (books["taken"], books["skipped"], books["unsure"]) == (9, 1, 0)
    assert Attempt.objects.get(outcome="skipped").code == RESTING


@pytest.mark.django_db(transaction=True)
def test_a_claim_whose_commit_was_not_answered_is_found_again(row: Broadcast) -> None:
    wanted = wish(row, silent())

    async def whole() -> None:
        store = Store(database_dsn())
        [first] = await store.run(lambda c, again: claim(c, wanted, {}, [], is_repeated=again))
        [again] = await store.run(lambda c, _: claim(c, wanted, {}, [], is_repeated=True))
        assert (again.id, len(again.people)) == (first.id, 10)
        assert await store.run(lambda c, _: claim(c, wanted, {}, [first.id], is_repeated=True)) == []
        await store.drop()

    asyncio.run(whole())


@pytest.mark.django_db(transaction=True)
def test_a_chunk_that_never_left_and_one_that_did_are_closed_together(cast: Cast) -> None:
    """The link went away between two chunks: one waits as it was, the other is done."""
    approver = standing(cast)
    outreach.provider(Way.SMS, window=80)
    people(20)
    row = started(cast.coordinator, approved(cast, approver))
    wanted = Wish(Lane.objects.get(broadcast=row).provider_id, silent().pk, 20, hours_ok=True)

    async def whole() -> None:
        store = Store(database_dsn())
        done, away = await store.run(lambda c, again: claim(c, wanted, {}, [], is_repeated=again))
        answers(done, *[Outcome.TAKEN] * 10)
        away.results = [Result(person.key, Outcome.LATER, "", "smpp:link") for person in away.people]
        await store.run(lambda c, _: close(c, wanted, [done, away], rest=1.5))
        await store.drop()

    asyncio.run(whole())
    books = tally(row)
    assert (books["taken"], books["waiting"]) == (10, 10)


@pytest.mark.django_db(transaction=True)
def test_who_holds_their_lock_is_not_dead(row: Broadcast) -> None:
    """Silent because the machine is busy, but connected."""
    node = silent()

    async def whole() -> None:
        store = Store(database_dsn())

        async def held(connection: Connection, _again: bool) -> int:
            await connection.execute("SELECT pg_advisory_lock(%s, %s)", [0x6F61_0001, node.pk])
            return await in_thread(senders_lost, seconds=10)

        assert await store.run(held) == 0
        await store.drop()
        async with asyncio.timeout(10):
            while not await in_thread(senders_lost, seconds=10):
                await asyncio.sleep(0.05)  # PostgreSQL lets go of the lock a moment after the connection is gone

    asyncio.run(whole())


@pytest.mark.django_db
def test_a_lane_is_through_when_nothing_of_it_can_move(row: Broadcast) -> None:
    assert lanes_through() == 0
    chunk = Chunk.objects.get(lane__broadcast=row)
    chunk.state, chunk.unsure, chunk.taken = Chunk.State.DONE, 3, 7
    chunk.save()
    assert lanes_through() == 0  # three are to be sent again
    chunk.tries = MOST_TRIES - 1
    chunk.save()
    assert lanes_through() == 1
    row.refresh_from_db()
    assert (row.state, row.finished_at is not None) == (Broadcast.State.DONE, True)


def held(tries: int = 0, count: int = 4, *, resends: bool = False) -> Held:
    made = Held(1, 1, tries, count, 5, resends)
    made.people = [Person(at, "+84900000123", (), b"") for at in range(count)]
    return made


def test_the_last_try_is_the_last() -> None:
    one = held(MOST_TRIES - 1)
    answers(one, Outcome.LATER, Outcome.SLOW, Outcome.UNSURE, Outcome.TAKEN)
    verdict = judge(one, rest=1)
    assert (verdict.refused, verdict.unsure, verdict.taken, verdict.again) == (2, 1, 1, 0)
    assert all(is_last for _person, _outcome, is_last, _result in verdict.attempts)


def test_waits_grow_by_the_kind_of_fault() -> None:
    one = held()
    answers(one, Outcome.LATER, Outcome.LATER, Outcome.SLOW, Outcome.TAKEN)
    assert [(chunk.tries, chunk.seconds, chunk.ids) for chunk in judge(one, rest=1).chunks] == [
        (1, 30, [0, 1]),
        (1, 5, [2]),
    ]
    assert [wait_seconds(Outcome.LATER, tries) for tries in (1, 2, 3, 4, 5, 9)] == [30, 120, 600, 3600, 14_400, 14_400]
    assert [wait_seconds(Outcome.SLOW, tries) for tries in (1, 2, 9)] == [5, 10, 600]


def test_an_answer_that_is_missing_is_no_refusal() -> None:
    verdict = judge(held(), rest=1)
    assert (verdict.unsure, verdict.refused) == (4, 0)


def test_answers_by_columns_are_judged_as_one_by_one() -> None:
    one = held(count=3)
    batch = [Recipient(person.key, person.to) for person in one.people]
    one.results = Answers(batch, ["a", None, "c"], {1: Result(1, Outcome.LATER, "", "x")})
    told = judge(one, rest=1)
    one.results = list(one.results)
    assert told == judge(one, rest=1)
    assert ([person.key for person in told.took], told.refs, told.taken, told.again) == ([0, 2], ["a", "c"], 2, 1)
    one.results = Answers(batch, ["a", "b", "c"], {})
    assert judge(one, rest=1).refs == ["a", "b", "c"]
    trouble = Trouble()
    trouble.hear([Result(0, Outcome.SLOW)])
    assert trouble.rest
    assert (trouble.hear(one.results), trouble.rest) == ("", 0)


def test_what_never_left_is_no_try() -> None:
    one = held(count=2)
    one.results = [Result(0, Outcome.LATER, "", "smpp:link"), Result(1, Outcome.SLOW, "", "http:held")]
    verdict = judge(one, rest=7)
    assert (verdict.is_untouched, verdict.attempts) == (True, [])
    one.results[1] = Result(1, Outcome.TAKEN, "r")
    verdict = judge(one, rest=7)
    assert [(chunk.tries, chunk.seconds, chunk.ids) for chunk in verdict.chunks] == [(0, 7, [0])]
    assert not is_away(Result(1, Outcome.UNSURE, "", "smpp:link"))
    assert not judge(held(count=0), rest=1).is_untouched  # its people were forgotten: done


def test_a_run_of_one_refusal_is_a_fault_of_ours() -> None:
    barred = Result(0, Outcome.LATER, "", "smpp:0x0000000a")
    trouble = Trouble()
    assert trouble.hear([barred] * (IN_ROW - 1)) == ""
    assert trouble.hear([Result(0, Outcome.TAKEN, "r")]) == ""
    assert trouble.hear([barred] * (IN_ROW - 1)) == ""
    assert trouble.hear([barred]) == "smpp:0x0000000a"


def test_a_provider_that_is_away_is_left_alone_for_longer_and_longer() -> None:
    trouble, rests = Trouble(), []
    for _ in range(8):
        assert trouble.hear([Result(0, Outcome.LATER, "", "smtp:connect")]) == ""
        rests.append(trouble.rest)
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60]
    trouble.hear([Result(0, Outcome.TAKEN, "r")])
    assert trouble.rest == 0
