"""Two people, or two workers, at the same moment: each test holds one in the middle and lets the other come."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from canhgiac.agencies.models import MemberPhone, Notice
from canhgiac.agencies.services import phone_prove
from canhgiac.kit import clock
from canhgiac.outreach.models import Broadcast, Chunk, Delivery, Lane, SendingRules, Subscriber, Way
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.audiences import Rule
from canhgiac.outreach.services import approval, loading, subscribers
from canhgiac.outreach.services import consents as words
from canhgiac.outreach.services.broadcasts import broadcasts_due
from canhgiac.outreach.services.sender.facts import lane_unfit
from tests.factories import outreach, recognition
from tests.factories.agencies import Cast

from .sending import approved, make, people, standing, started
from .test_broadcast_pages import lawful
from .test_phones import PHONE, asked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _empty(db: None) -> None:
    outreach.deliveries_empty()
    words.consent_texts_ensure()


def came_second(act: Callable[[], Any], *, while_open: Callable[[], Any]) -> Any:
    """What ``act`` gave in another thread that began while ``while_open`` was done and not committed.

    It must have waited: otherwise it saw a world in which the first had not happened.
    """
    got: list[Any] = []

    def whole() -> None:
        try:
            got.append(act())
        except Exception as error:  # noqa: BLE001  # shown to the test
            got.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=whole)
    with transaction.atomic():
        while_open()
        thread.start()
        thread.join(0.7)
        assert thread.is_alive(), f"it did not wait for the first: {got}"
    thread.join(120)
    [result] = got
    return result


def test_two_who_prove_one_number_at_the_same_moment_both_get_an_answer(client: Client, cast: Cast) -> None:
    outreach.provider()
    codes = {member.pk: asked(member) for member in (cast.officer, cast.auditor)}

    def second() -> Any:
        other = Client()
        other.force_login(cast.auditor)
        return other.post(reverse("phone_own_prove"), {"code": codes[cast.auditor.pk]}, follow=True)

    answer = came_second(second, while_open=lambda: phone_prove(by=cast.officer, code=codes[cast.officer.pk]))
    assert answer.status_code == 200
    assert "Đã xác nhận số của bạn" in answer.content.decode()
    assert list(MemberPhone.objects.exclude(number="").values_list("member", "number")) == [(cast.auditor.pk, PHONE)]
    assert Notice.objects.get(kind="agencies.phone_handed_on").member == cast.officer


def test_two_lists_of_one_channel_count_each_other(cast: Cast) -> None:
    approver = standing(cast)
    SendingRules.objects.update(most_in_day=1)
    outreach.provider(Way.SMS, window=80)
    people(9)
    rows = [make(cast.coordinator, approved(cast, approver, title=f"Cảnh báo {at}")) for at in (1, 2)]
    for row in rows:
        Broadcast.objects.filter(pk=row.pk).update(state=Broadcast.State.LOADING)
    first, second = (Lane.objects.get(broadcast=row) for row in rows)

    def written() -> None:
        lane = Lane.objects.select_for_update().get(pk=first.pk)
        loading._write(rows[0], lane, loading._choice(first, [first]), [])

    came_second(lambda: loading.broadcast_load(broadcast_id=rows[1].pk), while_open=written)
    assert Delivery.objects.filter(lane=first).count() == 9
    assert Delivery.objects.filter(lane=second).count() == 0, "each had their one message of the day"
    assert Broadcast.objects.get(pk=rows[1].pk).skipped == {"often": 9}


def test_two_follow_ups_approved_at_once_have_two_numbers(cast: Cast) -> None:
    approver = standing(cast)
    first = approved(cast, approver)
    followers = []
    for kind in (Alert.Kind.UPDATE, Alert.Kind.CANCEL):
        row = outreach.draft(cast.coordinator)
        Alert.objects.filter(pk=row.pk).update(kind=kind, refers_to=first, first=first)
        followers.append(Alert.objects.get(pk=row.pk))

    def numbered(row: Alert) -> str:
        with transaction.atomic():
            number = approval._number(row)
            Alert.objects.filter(pk=row.pk).update(number=number)
            return number

    second = came_second(lambda: numbered(followers[1]), while_open=lambda: numbered(followers[0]))
    assert second == f"{first.number}/3"


def test_a_question_without_its_mark_never_leaves(cast: Cast) -> None:
    """A worker killed between the message and the mark would make another ask the same person again."""
    standing(cast)
    row = outreach.subscriber(active=False)
    outreach.provider()
    Subscriber.objects.filter(pk=row.pk).update(origin="import")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE outreach_consent ADD CONSTRAINT no_marks CHECK (act <> 'asked') NOT VALID")
    try:
        with pytest.raises(IntegrityError):
            subscribers.subscribers_ask()
        assert not Chunk.objects.exists()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE outreach_consent DROP CONSTRAINT no_marks")
    assert subscribers.subscribers_ask() == 1
    assert Chunk.objects.count() == 1


def test_a_sending_that_a_person_just_stopped_stays_stopped(cast: Cast) -> None:
    approver = standing(cast)
    outreach.provider(Way.SMS, window=80)
    people(3)
    row = started(cast.coordinator, approved(cast, approver), rule=Rule())
    lane = Lane.objects.get(broadcast=row)

    def stopped() -> None:
        Broadcast.objects.select_for_update().get(pk=row.pk)
        Broadcast.objects.filter(pk=row.pk).update(state=Broadcast.State.STOPPED, finished_at=clock.now())

    came_second(lambda: lane_unfit(lane_id=lane.pk), while_open=stopped)
    assert Broadcast.objects.get(pk=row.pk).state == Broadcast.State.STOPPED
    assert not Notice.objects.filter(kind="outreach.broadcast_held").exists()


def test_whose_sending_stopped_by_itself_is_told(cast: Cast) -> None:
    approver = standing(cast)
    outreach.provider(Way.SMS, window=80)
    people(3)
    row = started(cast.coordinator, approved(cast, approver))
    for _again in range(2):
        lane_unfit(lane_id=Lane.objects.get(broadcast=row).pk)
    told = Notice.objects.get(kind="outreach.broadcast_held")
    assert told.member == cast.coordinator
    assert "không nhận nội dung này" in told.body


def test_a_scheduled_sending_that_fails_keeps_no_other_from_its_hour(cast: Cast) -> None:
    recognition.recognition_ready()
    approver = standing(cast)
    outreach.provider(Way.SMS, window=80)
    people(3)
    hour = clock.now() + dt.timedelta(minutes=5)
    odd, good = (make(cast.coordinator, lawful(cast, approver), scheduled_at=hour) for _each in "ab")
    Broadcast.objects.update(scheduled_at=clock.now())
    with connection.cursor() as cursor:
        held = f"CHECK (id <> {odd.pk} OR state <> 'loading')"
        cursor.execute(f"ALTER TABLE outreach_broadcast ADD CONSTRAINT odd_one {held} NOT VALID")
    try:
        with pytest.raises(IntegrityError):
            broadcasts_due()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE outreach_broadcast DROP CONSTRAINT odd_one")
    assert Broadcast.objects.get(pk=good.pk).state == Broadcast.State.LOADING
    assert Broadcast.objects.get(pk=odd.pk).state == Broadcast.State.READY
