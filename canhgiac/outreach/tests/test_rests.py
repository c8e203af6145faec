"""A rest that begins while a sending is under way, and one that ends before the next: who gets what."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from canhgiac.kit import clock
from canhgiac.outreach.models import Attempt, Consent, Subscriber, Way
from canhgiac.outreach.selectors.progress import broadcast_progress
from canhgiac.outreach.services.digests import address_digest
from canhgiac.outreach.services.subscribers import subscriber_erase, subscriber_rest, subscriber_stop
from tests.factories.agencies import Cast

from .sending import approved, centre, is_done, people, sent, standing, started, tally
from .test_broadcasts import cancelling

pytestmark = pytest.mark.django_db(transaction=True)
LINK = Consent.Means.LINK


def row_of(phone: str) -> Subscriber:
    return Subscriber.objects.get(digest=address_digest(Way.SMS, phone))


def rests(phone: str, days: int = 9) -> None:
    subscriber_rest(subscriber=row_of(phone), until=clock.today() + dt.timedelta(days=days), means=LINK)


def test_who_rests_stops_or_is_erased_in_the_middle_gets_nothing_and_the_page_says_why(
    client: Client, cast: Cast
) -> None:
    approver = standing(cast)
    phones = people(40)
    with centre() as smsc:
        row = started(cast.coordinator, approved(cast, approver))
        for phone in phones[3:6]:
            rests(phone)
        subscriber_stop(digest=address_digest(Way.SMS, phones[9]), means=Consent.Means.CALL)
        subscriber_erase(subscriber=row_of(phones[11]), means=LINK)
        sent(is_done(row))
        got = smsc.phones.counts()
    left_out = {*phones[3:6], phones[11]}
    assert [got[phone] for phone in left_out] == [0, 0, 0, 0]
    assert got[phones[9]] == 1, "the confirmation of the refusal"
    assert tally(row) | {"total": 40} == {
        "taken": 35, "refused": 0, "unsure": 0, "skipped": 5, "waiting": 0, "total": 40,
    }  # fmt: skip
    codes = Attempt.objects.filter(lane__broadcast=row, outcome="skipped").values_list("code", flat=True)
    assert sorted(codes) == ["resting"] * 3 + ["stopped"] * 2
    told = broadcast_progress(row)
    assert dict(told.skipped_since) == {"đã từ chối nhận": 2, "đang tạm nghỉ": 3}
    client.force_login(cast.coordinator)
    page = client.get(reverse("broadcast_detail", args=[row.pk])).content.decode()
    assert "Có trong danh sách mà không gửi: 2 đã từ chối nhận; 3 đang tạm nghỉ." in page


def test_an_emergency_wakes_nobody_who_rests(cast: Cast) -> None:
    approver = standing(cast)
    phones = people(6)
    with centre() as smsc:
        row = started(approver, approved(cast, approver), emergency_reason="Đang lan nhanh.")
        rests(phones[2])
        sent(is_done(row))
        assert smsc.phones.count(phones[2]) == 0
    assert tally(row)["taken"] == 5


def test_a_recall_reaches_who_rests_since(cast: Cast) -> None:
    """What they got is taken back, rest or no rest."""
    approver = standing(cast)
    phones = people(4)
    with centre() as smsc:
        first = started(cast.coordinator, approved(cast, approver))
        sent(is_done(first))
        rests(phones[1])
        second = started(cast.coordinator, cancelling(cast, approver, first.warning), follows=True)
        sent(is_done(second))
        assert smsc.phones.count(phones[1]) == 2
    assert tally(second)["skipped"] == 0


def test_who_is_back_is_reached_by_the_next_also_before_the_job_woke_them(cast: Cast) -> None:
    approver = standing(cast)
    phones = people(6)
    with centre() as smsc:
        rests(phones[0])
        rests(phones[1])
        first = started(cast.coordinator, approved(cast, approver))
        assert first.lanes.get().total == 4
        # One rest ends before the next list is written, another while its people wait.
        Subscriber.objects.filter(pk=row_of(phones[0]).pk).update(paused_until=clock.now())
        second = started(cast.coordinator, approved(cast, approver))
        assert second.lanes.get().total == 5
        rests(phones[4])
        rests(phones[5])
        Subscriber.objects.filter(pk=row_of(phones[5]).pk).update(paused_until=clock.now())
        sent(lambda: is_done(first)() and is_done(second)())
        counts = [smsc.phones.count(phone) for phone in phones]
    assert counts == [1, 0, 2, 2, 0, 2]
