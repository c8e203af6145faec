"""What people send: kept once, acted on once, in the words that people use."""

from __future__ import annotations

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from canhgiac.agencies.selectors import NotAllowed
from canhgiac.channels.contract import Inbound
from canhgiac.kit import clock
from canhgiac.outreach import jobs
from canhgiac.outreach.models import Delivery, InboundMessage, Subscriber, Suppression, Way
from canhgiac.outreach.services import consents as words
from canhgiac.outreach.services.digests import address_digest
from canhgiac.outreach.services.inbound import (
    commune_meant,
    inbound_again,
    inbound_answer,
    inbound_handle,
    inbound_keep,
    is_stop,
)
from canhgiac.outreach.services.refusals import WarningRefused
from tests.factories import agencies, outreach
from tests.factories.agencies import Cast

State = Subscriber.State
PHONE = "+84900000123"


@pytest.fixture(autouse=True)
def _words(db: None) -> None:
    outreach.deliveries_empty()
    words.consent_texts_ensure()


def test_a_message_is_kept_once_and_acted_on_by_the_worker() -> None:
    provider = outreach.provider()
    event = Inbound(PHONE, "DK", clock.now(), "mo-1")
    kept = inbound_keep(provider=provider, way=Way.SMS, events=[event, event])
    assert len(kept) == 1
    [queued] = ProcrastinateJob.objects.filter(task_name="outreach.inbound_handle")
    assert queued.args == {"inbound_ids": kept}
    assert inbound_keep(provider=provider, way=Way.SMS, events=[event]) == []
    assert inbound_keep(provider=provider, way=Way.SMS, events=[]) == []
    jobs.inbound_handle(**queued.args)
    jobs.inbound_handle(**queued.args)
    assert Subscriber.objects.get().state == State.ACTIVE
    assert InboundMessage.objects.get().act == "subscribe"


def test_what_a_provider_sends_without_a_number_is_told_apart_by_its_words() -> None:
    provider, at = outreach.provider(), clock.now()
    events = [Inbound(PHONE, text, at, "") for text in ("mot", "hai", "mot", "ba\0\ud800")]
    assert len(inbound_keep(provider=provider, way=Way.SMS, events=events)) == 3


@pytest.mark.parametrize(
    "text",
    ["TC", "tc", "  Từ chối. ", "STOP", "Hủy", "HUY DK", "TC CA VINH AN", "tuchoi", "Không nhận nữa!", "ngừng nhận"],
)
def test_a_refusal_in_any_spelling_stops(text: str) -> None:
    row = outreach.subscriber()
    heard = outreach.heard(outreach.provider(), row.address, text)
    assert heard.act == "stop"
    assert Subscriber.objects.get().state == State.STOPPED
    assert Suppression.objects.filter(pk=row.digest).exists()
    assert [one.lane.template for one in Delivery.objects.all()] == ["stopped"]
    assert inbound_handle(inbound_id=heard.pk) == "stop"
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    "words", ["huy oi con ve chua", "dung tin ho", "tc la gi the ban oi nhi", "", "toi khong nhan duoc tin"]
)
def test_a_sentence_is_no_refusal(words: str) -> None:
    assert not is_stop(words)


def test_a_word_signs_up_for_a_commune_by_code_or_name(cast: Cast) -> None:
    provider = outreach.provider()
    named = {"DK": None, f"dk {cast.commune_area.code}": cast.commune_area, "ĐK Đồi Mây": cast.commune_area}
    named |= {"Dang ky xa doi may": cast.commune_area, "DK xã Không Có": None}
    for number, (text, area) in enumerate(named.items()):
        phone = f"+8490000010{number}"
        assert outreach.heard(provider, phone, text).act == "subscribe"
        row = Subscriber.objects.get(address=phone)
        assert (row.state, row.area, row.origin) == (State.ACTIVE, area, "sms"), text
    assert {one.lane.template for one in Delivery.objects.all()} == {"welcome"}
    agencies.area(name="Xã Đồi Mây", parent=cast.province_area)
    assert commune_meant("Đồi Mây") is None, "two of one name"


def test_signing_up_again_moves_to_the_commune_named_and_keeps_the_rest(cast: Cast) -> None:
    provider = outreach.provider()
    row = outreach.subscriber(area=cast.commune_area, groups=("elderly",))
    outreach.heard(provider, row.address, "DK")
    assert (Subscriber.objects.get().area, Subscriber.objects.get().groups) == (cast.commune_area, 1)
    other = agencies.area(name="Phường Suối Trong", kind="phường", parent=cast.province_area)
    outreach.heard(provider, row.address, "DK Suối Trong")
    assert Subscriber.objects.get().area == other


@pytest.mark.parametrize("text", ["Y", "dy", "ĐỒNG Ý", "Có."])
def test_yes_in_any_spelling_confirms_who_waits_and_nobody_else(text: str) -> None:
    provider = outreach.provider()
    row = outreach.subscriber(active=False)
    assert outreach.heard(provider, "+84900999999", text).act == "kept"
    assert outreach.heard(provider, row.address, text).act == "confirm"
    assert Subscriber.objects.get().state == State.ACTIVE
    assert outreach.heard(provider, row.address, text).act == "kept"


def test_the_code_sent_back_by_sms_confirms() -> None:
    provider = outreach.provider()
    row = outreach.subscriber(active=False)
    code = Delivery.objects.get(lane__template="optin").fields[1]
    assert outreach.heard(provider, row.address, f"{(int(code) + 1) % 10_000:04d}").act == "kept"
    assert outreach.heard(provider, row.address, code).act == "confirm"


def test_following_and_leaving_a_page() -> None:
    provider = outreach.provider(Way.ZALO)
    assert outreach.heard(provider, "user-00000001", kind="follow").act == "subscribe"
    row = Subscriber.objects.get()
    assert (row.way, row.state, row.origin) == (Way.ZALO, State.ACTIVE, "zalo")
    assert outreach.heard(provider, "user-00000001", kind="unfollow").act == "stop"
    assert Subscriber.objects.get().state == State.STOPPED
    assert {one.lane.template for one in Delivery.objects.all()} == {"welcome"}, "who left gets no answer"
    assert outreach.heard(provider, "user-00000001", kind="follow").act == "subscribe"
    assert Subscriber.objects.get().state == State.ACTIVE


def test_a_dead_mailbox_and_a_complaint() -> None:
    provider = outreach.provider(Way.EMAIL)
    gone, angry = outreach.subscriber(Way.EMAIL), outreach.subscriber(Way.EMAIL)
    assert outreach.heard(provider, gone.address, kind="bounce").act == "gone"
    assert outreach.heard(provider, angry.address, kind="complaint").act == "stop"
    assert dict(Subscriber.objects.values_list("pk", "state")) == {gone.pk: State.GONE, angry.pk: State.STOPPED}
    assert set(Suppression.objects.values_list("why", flat=True)) == {"gone", "complaint"}


def test_what_says_nothing_we_know_is_kept_for_a_person(cast: Cast) -> None:
    provider = outreach.provider()
    heard = outreach.heard(provider, PHONE, "Có người gọi xưng công an bảo chuyển tiền, tôi làm sao?")
    assert heard.act == "kept"
    assert outreach.heard(provider, "VINAPHONE", "TC").act == "kept", "no number that could be a subscriber's"
    with pytest.raises(NotAllowed):
        inbound_answer(by=cast.officer, message=heard)
    assert inbound_answer(by=cast.coordinator, message=heard).act == "answered"
    assert inbound_answer(by=cast.coordinator, message=heard).act == "answered"
    stopped = outreach.heard(provider, PHONE, "TC")
    with pytest.raises(WarningRefused):
        inbound_answer(by=cast.coordinator, message=stopped)


def test_a_stranger_s_refusal_counts_before_any_list_brings_them() -> None:
    outreach.heard(outreach.provider(), PHONE, "TC")
    assert Suppression.objects.get().digest == address_digest(Way.SMS, PHONE)
    assert Delivery.objects.get().address == PHONE


@pytest.mark.django_db(transaction=True)
def test_a_message_that_fails_keeps_no_stop_behind_it(caplog: pytest.LogCaptureFixture) -> None:
    """All messages share one lock: a job that waited to be tried again would keep everybody's STOP unheard."""
    provider, row = outreach.provider(), outreach.subscriber()
    odd, at = "+84900000199", clock.now()
    told = [Inbound(odd, "DK", at, "mo-1"), Inbound(row.address, "TC", at, "mo-2"), Inbound(odd, "TC", at, "mo-3")]
    first, _stop, _last = inbound_keep(provider=provider, way=Way.SMS, events=told)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE outreach_subscriber ADD CONSTRAINT odd CHECK (address <> '{odd}') NOT VALID")
    jobs.inbound_handle([first, _stop, _last])
    assert Subscriber.objects.get(pk=row.pk).state == State.STOPPED
    [queued] = ProcrastinateJob.objects.filter(task_name="outreach.inbound_again")
    assert (queued.lock, queued.args) == (None, {"inbound_id": first})
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE outreach_subscriber DROP CONSTRAINT odd")
    jobs.inbound_again(**queued.args)
    assert InboundMessage.objects.get(pk=first).act == "kept", "who wrote DK and then TC has stopped"
    assert not Subscriber.objects.filter(address=odd).exists()
    assert "TC" not in caplog.text
    assert odd not in caplog.text


def test_a_message_that_failed_once_is_acted_on_later() -> None:
    told = [Inbound(PHONE, "DK", clock.now(), "mo-1")]
    [kept] = inbound_keep(provider=outreach.provider(), way=Way.SMS, events=told)
    assert [inbound_again(inbound_id=kept) for _time in "ab"] == ["subscribe", ""]
    assert inbound_again(inbound_id=kept + 1) == ""
