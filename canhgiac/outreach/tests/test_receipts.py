"""Receipts to their attempts, in sets: repeated, upgraded, early, of nobody, by address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from django.db import connection

from canhgiac.agencies.models import Member
from canhgiac.channels.contract import Arrival, Inbound, Receipt
from canhgiac.kit import clock
from canhgiac.outreach.models import (
    Attempt,
    Broadcast,
    Chunk,
    InboundMessage,
    Lane,
    Provider,
    ReceiptRow,
    Subscriber,
    Way,
)
from canhgiac.outreach.selectors.progress import broadcast_progress, failures, progress_by_area, unsure_list
from canhgiac.outreach.services.gone import addresses_gone, is_gone
from canhgiac.outreach.services.receipts import events_keep, receipts_fold, receipts_forget
from tests.factories import outreach
from tests.factories.agencies import Cast

from .sending import approved, people, standing, started, tally

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider() -> Provider:
    return outreach.provider(Way.SMS, window=80)


@pytest.fixture
def row(cast: Cast, provider: Provider) -> Broadcast:
    """Ten people who were written to in one chunk."""
    approver: Member = standing(cast)
    people(10, area=cast.commune_area)
    return started(cast.coordinator, approved(cast, approver))


def attempts(row: Broadcast, outcomes: Sequence[str], *, code: str = "", refs: bool = True) -> None:
    """One attempt a delivery, in order, as a sender writes them; refs "r0", "r1" …"""
    chunk = Chunk.objects.get(lane__broadcast=row)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, digest, area_id FROM outreach_delivery WHERE lane_id = %s ORDER BY address", [chunk.lane_id]
        )
        for at, ((key, digest, area), outcome) in enumerate(zip(cursor.fetchall(), outcomes, strict=False)):
            cursor.execute(
                "INSERT INTO outreach_attempt (delivery_id, tries, lane_id, chunk_id, provider_id, area_id, digest,"
                " outcome, is_last, ref, code, at) VALUES (%s, 1, %s, %s, %s, %s, %s, %s, true, %s, %s, now())",
                [key, chunk.lane_id, chunk.pk, chunk.provider_id, area, digest, outcome,
                 f"r{at}" if refs and outcome == "taken" else "", code if outcome != "taken" else ""],
            )  # fmt: skip
    Chunk.objects.filter(pk=chunk.pk).update(
        state="done", at=clock.now(), taken=outcomes.count("taken"), unsure=outcomes.count("unsure"),
        refused=outcomes.count("refused"),
    )  # fmt: skip


def receipt(provider: Provider, ref: str, arrival: str = "delivered", **given: object) -> None:
    """Due already: the database's clock stands still within a test's transaction."""
    facts = {"arrival": arrival, "at": clock.now(), "look_at": clock.now() - dt.timedelta(minutes=1)}
    ReceiptRow.objects.create(provider=provider, ref=ref, **(facts | given))


def lane(row: Broadcast) -> tuple[int, int]:
    found = Lane.objects.get(broadcast=row)
    return found.delivered, found.undelivered


def test_each_counts_once_and_the_better_word_wins(row: Broadcast, provider: Provider) -> None:
    attempts(row, ["taken"] * 10)
    for ref in ("r0", "r0", "r1", "r2"):
        receipt(provider, ref)
    receipt(provider, "r3", "failed", code="smpp:UNDELIV")
    receipt(provider, "r4", "accepted")
    assert receipts_fold() == 6
    assert lane(row) == (3, 1)
    receipt(provider, "r0")  # once more, days later
    receipt(provider, "r3", "delivered")  # the operator changed its mind
    receipt(provider, "r4", "expired")
    receipt(provider, "r1", "seen")
    receipt(provider, "r2", "accepted")  # came late: says less than we know
    receipts_fold()
    assert lane(row) == (4, 1)
    assert not ReceiptRow.objects.exists()
    told = dict(Attempt.objects.exclude(arrival="").values_list("ref", "arrival"))
    assert told == {"r0": "delivered", "r1": "seen", "r2": "delivered", "r3": "delivered", "r4": "expired"}


def test_one_that_comes_early_waits(row: Broadcast, provider: Provider) -> None:
    receipt(provider, "r0")
    receipts_fold()
    assert ReceiptRow.objects.get().looked == 1
    assert receipts_fold() == 0  # not yet again
    attempts(row, ["taken"])
    ReceiptRow.objects.update(look_at=clock.now() - dt.timedelta(minutes=1))
    receipts_fold()
    assert lane(row) == (1, 0)


def test_a_webhook_keeps_receipts_and_words(row: Broadcast, provider: Provider) -> None:
    attempts(row, ["taken"])
    receipts = [Receipt("r0", Arrival.DELIVERED, "zalo:ok\0", clock.now())] * 2
    heard = Inbound("+84900000000", "TC", clock.now(), "m1")
    events_keep(provider=provider, events=[*receipts, heard, heard])
    assert InboundMessage.objects.count() == 1
    ReceiptRow.objects.update(look_at=clock.now() - dt.timedelta(minutes=1))
    receipts_fold()
    assert lane(row) == (1, 0)


def test_refs_of_two_providers_are_two(row: Broadcast, provider: Provider) -> None:
    attempts(row, ["taken"])
    receipt(outreach.provider(Way.SMS), "r0")
    receipts_fold()
    assert lane(row) == (0, 0)
    assert ReceiptRow.objects.count() == 1


def test_of_nobody_it_is_forgotten_after_three_days(provider: Provider) -> None:
    receipt(provider, "nobody's")
    receipt(provider, "old", came_at=clock.now() - dt.timedelta(hours=73))
    assert receipts_forget() == 1
    assert ReceiptRow.objects.get().ref == "nobody's"


def test_an_uncertain_one_is_settled_by_its_address(row: Broadcast, provider: Provider) -> None:
    attempts(row, ["unsure", "unsure", "taken"], code="sender-lost")
    assert [one.words for one in unsure_list(row)] == ["tiến trình gửi dừng đột ngột khi tin đang trên đường"] * 2
    receipt(provider, "unknown", address="+84900000000", looked=2)
    receipt(provider, "stranger", address="+84900000099", looked=2)
    for _ in range(2):
        receipts_fold()
        ReceiptRow.objects.update(look_at=clock.now() - dt.timedelta(minutes=1))
    receipts_fold()
    settled = Attempt.objects.get(ref="unknown")
    assert (settled.outcome, settled.arrival, settled.code) == ("taken", "delivered", "sender-lost")
    chunk = Chunk.objects.get(lane__broadcast=row)
    assert (chunk.taken, chunk.unsure) == (2, 1)
    assert lane(row) == (1, 0)
    assert ReceiptRow.objects.get().ref == "stranger"


def test_the_books_in_words(row: Broadcast, provider: Provider, cast: Cast) -> None:
    attempts(row, ["refused"] * 2 + ["unsure"] + ["taken"] * 7, code="smpp:0x0000000b")
    receipt(provider, "r3")
    receipt(provider, "r4", "failed", code="smpp:UNDELIV")
    receipts_fold()
    progress = broadcast_progress(row)
    assert (progress.total, progress.done, progress.taken, progress.refused, progress.unsure) == (10, 10, 7, 2, 1)
    assert (progress.delivered, progress.undelivered, progress.waiting, progress.minutes_left) == (1, 1, 0, None)
    assert progress.per_minute > 0
    assert tally(row)["taken"] == 7
    found = {(one.code, one.count): one.words for one in failures(row)}
    assert found["smpp:0x0000000b", 2] == "số không tồn tại hoặc không nhận được tin"
    assert found["smpp:UNDELIV", 1] == "máy người nhận không nhận được"
    [commune] = progress_by_area(row)
    assert (commune.area, commune.total, commune.taken, commune.delivered, commune.unsure) == (
        cast.commune_area, 10, 7, 1, 1,
    )  # fmt: skip


def test_an_address_that_is_no_more_leaves_the_list(row: Broadcast) -> None:
    attempts(row, ["refused"] * 3 + ["taken"], code="smtp:550 5.1.1")
    Subscriber.objects.update(made_at=clock.now() - dt.timedelta(days=1))
    assert addresses_gone() == 3
    assert addresses_gone() == 0
    assert Subscriber.objects.filter(state=Subscriber.State.GONE).count() == 3
    known = {"push:410": True, "zalo:-227": True, "facebook:100/2018001": True, "smpp:0x0000000b": False, "": False}
    assert {code: is_gone(code) for code in known} == known


def test_progress_asks_three_times_whatever_the_number(row: Broadcast, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(3):  # type: ignore[operator]
        broadcast_progress(row)
