"""Signing up, saying yes, changing, saying no, being forgotten; addresses and their digests."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction

from canhgiac.agencies.models import AuditEntry
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.outreach.models import Consent, ConsentText, Delivery, SendingRules, Subscriber, Suppression, Way
from canhgiac.outreach.selectors.consents import ASKED_MARK, consent_text_now, consents_of
from canhgiac.outreach.selectors.subscribers import address_masked
from canhgiac.outreach.services import consents as words
from canhgiac.outreach.services import subscribers as services
from canhgiac.outreach.services.digests import AddressRefused, address_canonical, address_digest, address_digests
from canhgiac.outreach.services.refusals import WarningRefused
from canhgiac.outreach.services.subscribers import Choice
from tests.factories import outreach
from tests.factories.agencies import Cast

State, Means = Subscriber.State, Consent.Means
P256DH = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"


@pytest.fixture(autouse=True)
def _words(db: None) -> None:
    outreach.deliveries_empty()
    words.consent_texts_ensure()


def sent(template: str) -> list[Delivery]:
    return list(Delivery.objects.filter(lane__template=template).order_by("id"))


def acts(row: Subscriber) -> list[tuple[str, str]]:
    return [(one.act, one.means) for one in reversed(consents_of(bytes(row.digest)))]


def ago(row: Subscriber, days: float) -> None:
    """Makes the subscriber and the question to it older. Consents refuse a change, so the trigger is off for it."""
    moment = clock.now() - dt.timedelta(days=days)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE outreach_consent DISABLE TRIGGER outreach_consent_kept")
        cursor.execute("UPDATE outreach_consent SET at = %s WHERE digest = %s", [moment, bytes(row.digest)])
        cursor.execute("ALTER TABLE outreach_consent ENABLE TRIGGER outreach_consent_kept")
    Subscriber.objects.filter(pk=row.pk).update(made_at=moment)


@pytest.mark.parametrize(
    ("way", "typed", "kept"),
    [
        (Way.SMS, " 0900.000.123 ", "+84900000123"),
        (Way.SMS, "+84 900 000 123", "+84900000123"),
        (Way.SMS, "900000123", "+84900000123"),
        (Way.EMAIL, " An.Nguyen@VINHAN.test", "an.nguyen@vinhan.test"),
        (Way.EMAIL, "an@vídụ.test", "an@xn--vd-nja3081a.test"),
        (Way.ZALO, " 4572947693969771653 ", "4572947693969771653"),
    ],
)
def test_an_address_has_one_spelling(way: Way, typed: str, kept: str) -> None:
    assert address_canonical(way, typed) == kept
    assert address_canonical(way, kept) == kept


@pytest.mark.parametrize(
    ("way", "typed"),
    [
        (Way.SMS, ""),
        (Way.SMS, "024 3825 1234"),
        (Way.SMS, "1900 1234"),
        (Way.SMS, "0900000*"),
        (Way.SMS, "+44 20 7946 0958"),
        (Way.SMS, "113"),
        (Way.EMAIL, "an@vinhan"),
        (Way.EMAIL, "an@vinhan.test\nBcc: x@vinhan.test"),
        (Way.EMAIL, '"an nguyen"@vinhan.test'),
        (Way.EMAIL, f"{'a' * 250}@vinhan.test"),
        (Way.ZALO, "a b"),
        (Way.PUSH, "[]"),
        (Way.PUSH, '{"endpoint": 1, "keys": {"p256dh": "", "auth": ""}}'),
        (
            Way.PUSH,
            json.dumps({"endpoint": "ftp://x.test/", "keys": {"p256dh": P256DH, "auth": "tBHItJI5svbpez7KI4CCXg"}}),
        ),
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(way: Way, typed: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        address_canonical(way, typed)
    assert len(typed) < 4 or typed not in str(refused.value)


def test_a_push_subscription_has_one_spelling() -> None:
    keys = {"p256dh": P256DH + "=", "auth": "tBHItJI5svbpez7KI4CCXg=="}
    told = {"expirationTime": None, "keys": keys, "endpoint": "https://push.vinhan.test/a/1"}
    kept = address_canonical(Way.PUSH, json.dumps(told))
    assert json.loads(kept) == {
        "endpoint": "https://push.vinhan.test/a/1",
        "keys": {"auth": "tBHItJI5svbpez7KI4CCXg", "p256dh": P256DH},
    }
    assert address_canonical(Way.PUSH, kept) == kept


def test_a_digest_needs_the_server_s_key_and_tells_ways_apart(settings: pytest.FixtureRequest) -> None:
    phone = "+84900000123"
    digest = address_digest(Way.SMS, phone)
    assert len(digest) == 16
    assert digest == address_digest("sms", phone)
    assert digest != address_digest(Way.ZALO, phone)
    assert address_digests(Way.SMS, [phone, "+84900000124"])[0] == digest
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    assert address_digest(Way.SMS, phone) != digest


def test_an_address_is_masked() -> None:
    assert address_masked(Way.SMS, "+84900000123") == "0900 *** 123"
    assert address_masked(Way.EMAIL, "an.nguyen@vinhan.test") == "a***@vinhan.test"
    assert address_masked(Way.ZALO, "4572947693969771653") == "45***53"
    assert address_masked(Way.PUSH, "{}") == "***"


def test_what_is_typed_on_a_page_waits_for_its_owner() -> None:
    outreach.provider()
    made = services.subscribe(way=Way.SMS, address="+84900000123", origin="web", means=Means.WEB)
    row = made.subscriber
    assert row is not None
    assert made.asked
    assert (row.state, row.origin, 0 <= row.lot < 100, len(row.token)) == (State.PENDING, "web", True, 24)
    assert acts(row) == [("asked", "web"), ("asked", "provider")]
    assert consents_of(bytes(row.digest))[1].text == consent_text_now(Way.SMS)
    [question] = sent("optin")
    assert (question.address, question.subscriber_id) == ("+84900000123", row.pk)
    assert f"/{row.token}/" in question.fields[0]
    assert re.fullmatch(r"\d{4}", question.fields[1])
    again = services.subscribe(way=Way.SMS, address="+84900000123", origin="web", means=Means.WEB)
    assert not again.asked
    assert len(sent("optin")) == 1


def test_the_code_of_the_question_says_yes_and_others_do_not() -> None:
    outreach.provider()
    row = outreach.subscriber(active=False)
    code = sent("optin")[0].fields[1]
    digest = bytes(row.digest)
    assert services.subscriber_confirm_code(digest=digest, code=f"{(int(code) + 1) % 10_000:04d}") is None
    assert services.subscriber_confirm_code(digest=bytes(16), code=code) is None
    done = services.subscriber_confirm_code(digest=digest, code=f" {code}")
    assert done is not None
    assert done.state == State.ACTIVE
    assert consents_of(digest)[0].text == consent_text_now(Way.SMS)
    assert not sent("welcome"), "the page tells them"


def test_a_code_is_tried_five_times_a_day() -> None:
    outreach.provider()
    row = outreach.subscriber(active=False)
    code = sent("optin")[0].fields[1]
    for step in range(1, 6):
        assert (
            services.subscriber_confirm_code(digest=bytes(row.digest), code=f"{(int(code) + step) % 10_000:04d}")
            is None
        )
    assert services.subscriber_confirm_code(digest=bytes(row.digest), code=code) is None


def test_a_code_is_good_for_a_week() -> None:
    outreach.provider()
    row = outreach.subscriber(active=False)
    ago(row, 8)
    assert services.subscriber_confirm_code(digest=bytes(row.digest), code=sent("optin")[0].fields[1]) is None


def test_one_question_in_30_days_and_to_a_silent_phone_never_again() -> None:
    outreach.provider()
    outreach.provider(Way.EMAIL)
    phone, mail = outreach.subscriber(active=False), outreach.subscriber(Way.EMAIL, active=False)
    assert len(sent("optin")) == 2
    for row in (phone, mail):
        assert not services.question_send(subscriber=row)
        ago(row, 31)
    assert not services.question_send(subscriber=phone)
    assert services.question_send(subscriber=mail)


def test_no_provider_no_question_and_no_trace_of_one() -> None:
    row = outreach.subscriber(active=False)
    assert row.state == State.PENDING
    assert not Consent.objects.filter(proof__has_key=ASKED_MARK).exists()


def test_what_comes_from_the_address_itself_acts_at_once() -> None:
    outreach.provider()
    row = outreach.subscriber()
    assert (row.state, acts(row)) == (State.ACTIVE, [("given", "sms")])
    [welcome] = sent("welcome")
    assert welcome.fields == [services.own_link("subscriber_settings", row)]
    outreach.subscriber(to=row.address)
    assert acts(row) == [("given", "sms")]
    assert len(sent("welcome")) == 1


def test_a_stranger_changes_nothing_of_an_active_subscription(cast: Cast) -> None:
    outreach.provider()
    row = outreach.subscriber(area=cast.commune_area, groups=("elderly",))
    services.subscribe(way=Way.SMS, address=row.address, choice=Choice(), origin="web", means=Means.WEB)
    now = Subscriber.objects.get(pk=row.pk)
    assert (now.area, now.groups, now.state) == (cast.commune_area, 1, State.ACTIVE)
    assert not sent("optin")


def test_a_refusal_ends_it_at_once_is_confirmed_once_and_twice_is_once() -> None:
    outreach.provider()
    row = outreach.subscriber()
    for _time in range(2):
        services.subscriber_stop(digest=bytes(row.digest), means=Means.SMS, proof={"message": "mo-1"})
    now = Subscriber.objects.get(pk=row.pk)
    assert now.state == State.STOPPED
    assert now.stopped_at is not None
    assert Suppression.objects.get(pk=row.digest).why == Suppression.Why.STOPPED
    assert acts(row) == [("given", "sms"), ("stopped", "sms")]
    assert [one.address for one in sent("stopped")] == [row.address]


def test_who_is_no_subscriber_can_refuse_too() -> None:
    outreach.provider()
    digest = address_digest(Way.SMS, "+84900000123")
    told: dict[str, Any] = {"way": Way.SMS, "address": "+84900000123"}
    assert services.subscriber_stop(digest=digest, means=Means.SMS, **told) is None
    assert Suppression.objects.filter(pk=digest).exists()
    assert len(sent("stopped")) == 1
    made = services.subscribe(way=Way.SMS, address="+84900000123", origin="web", means=Means.WEB)
    assert (made.subscriber, made.asked) == (None, False)
    assert not Subscriber.objects.exists(), "a refused address is not even kept"


def test_a_complaint_is_not_answered_and_weighs_more_than_a_vanished_mailbox() -> None:
    outreach.provider(Way.EMAIL)
    row = outreach.subscriber(Way.EMAIL)
    digest = bytes(row.digest)
    services.subscriber_gone(digest=digest)
    assert (Subscriber.objects.get().state, Suppression.objects.get().why) == (State.GONE, "gone")
    services.subscriber_stop(digest=digest, means=Means.PROVIDER, why=Suppression.Why.COMPLAINT)
    assert (Subscriber.objects.get().state, Suppression.objects.get().why) == (State.STOPPED, "complaint")
    services.subscriber_gone(digest=digest)
    assert (Subscriber.objects.get().state, Suppression.objects.get().why) == (State.STOPPED, "complaint")
    assert not sent("stopped")


def test_the_owner_s_later_yes_lifts_what_stood_against_the_address() -> None:
    row = outreach.subscriber()
    services.subscriber_stop(digest=bytes(row.digest), means=Means.SMS)
    outreach.subscriber(to=row.address)
    assert Subscriber.objects.get().state == State.ACTIVE
    assert not Suppression.objects.exists()
    services.subscriber_stop(digest=bytes(row.digest), means=Means.LINK)
    assert services.subscriber_resume(subscriber=row, means=Means.LINK).state == State.ACTIVE
    assert not Suppression.objects.exists()


def test_a_number_on_the_do_not_call_list_stays_there_while_warnings_are_advertising() -> None:
    phone = "+84900000123"
    Suppression.objects.create(digest=address_digest(Way.SMS, phone), why=Suppression.Why.DO_NOT_CALL)
    rules = SendingRules.objects.create(pk=1, is_advertising=True)
    with pytest.raises(WarningRefused), transaction.atomic():
        outreach.subscriber(to=phone)
    assert not Subscriber.objects.exists()
    rules.is_advertising = False
    rules.save()
    assert outreach.subscriber(to=phone).state == State.ACTIVE


def test_yes_after_no_does_not_count() -> None:
    row = outreach.subscriber(active=False)
    services.subscriber_stop(digest=bytes(row.digest), means=Means.SMS)
    assert services.subscriber_confirm(subscriber=row, means=Means.LINK).state == State.STOPPED
    assert acts(row)[-1] == ("stopped", "sms")


def test_staff_write_down_who_called(cast: Cast) -> None:
    outreach.provider()
    phone = "+84900000123"
    given: dict[str, Any] = {"way": Way.SMS, "address": phone, "origin": "staff", "means": Means.CALL}
    with pytest.raises(NotAllowed):
        services.subscribe(**given, by=cast.officer)
    made = services.subscribe(**given, by=cast.coordinator)
    assert made.subscriber is not None
    assert (made.subscriber.state, made.asked) == (State.PENDING, True)
    digest = made.digest
    with pytest.raises(NotAllowed):
        services.subscriber_stop(digest=digest, means=Means.CALL, by=cast.auditor)
    services.subscriber_stop(digest=digest, means=Means.CALL, by=cast.coordinator)
    assert consents_of(digest)[0].by == cast.coordinator
    again = services.subscribe(**given, by=cast.coordinator)
    assert again.subscriber is not None, "they called, so the refusal is lifted"
    told = json.dumps([entry.facts for entry in AuditEntry.objects.filter(act__startswith="outreach.subscriber")])
    assert digest.hex()[:8] in told
    assert "900000123" not in told
    assert digest.hex() not in told


def test_a_person_changes_what_they_get(cast: Cast) -> None:
    row = outreach.subscriber()
    choice = Choice(area=cast.commune_area, groups=("elderly", "parents"), language="en", with_marks=True)
    now = services.subscriber_change(subscriber=row, choice=choice, means=Means.LINK)
    assert (now.area, now.groups, now.language, now.with_marks) == (cast.commune_area, 1 | 1 << 13, "en", True)
    assert acts(row)[-1] == ("changed", "link")


def test_erased_means_the_address_is_nowhere(cast: Cast) -> None:
    provider = outreach.provider()
    row = outreach.subscriber()
    digest, address = bytes(row.digest), row.address
    heard = outreach.heard(provider, address, "cho tôi hỏi về chồng tôi tên An")
    with pytest.raises(NotAllowed):
        services.subscriber_erase(subscriber=row, means=Means.CALL, by=cast.officer)
    services.subscriber_erase(subscriber=row, means=Means.CALL, by=cast.coordinator)
    assert not Subscriber.objects.exists()
    assert Suppression.objects.filter(pk=digest).exists()
    assert [one.act for one in consents_of(digest)] == ["erased", "given"]
    assert {one.subscriber_id for one in consents_of(digest)} == {None}
    assert {(one.address, one.subscriber_id) for one in Delivery.objects.all()} == {("", None)}
    heard.refresh_from_db()
    assert (heard.sender, heard.text) == ("", "")


def test_who_never_answers_is_forgotten_after_a_week() -> None:
    outreach.provider()
    silent, fresh = outreach.subscriber(active=False), outreach.subscriber(active=False)
    active = outreach.subscriber()
    for row in (silent, active):
        ago(row, 8)
    assert services.subscribers_forget() == 1
    assert set(Subscriber.objects.values_list("pk", flat=True)) == {fresh.pk, active.pk}
    back = services.subscribe(way=Way.SMS, address=silent.address, origin="web", means=Means.WEB)
    assert not back.asked, "the question is remembered by the digest"


def test_who_could_not_be_asked_waits_a_month() -> None:
    row = outreach.subscriber(active=False)
    ago(row, 29)
    assert services.subscribers_forget() == 0
    ago(row, 31)
    assert services.subscribers_forget() == 1


def test_consents_are_append_only_and_dropped_after_two_years() -> None:
    row = outreach.subscriber()
    with pytest.raises(ProgrammingError), transaction.atomic():
        Consent.objects.update(means="web")
    with pytest.raises(ProgrammingError), transaction.atomic():
        Consent.objects.all().delete()
    services.subscriber_erase(subscriber=row, means=Means.LINK)
    ago(row, 3 * 365)
    assert words.consents_forget() == 2


def test_the_words_come_in_versions(cast: Cast) -> None:
    words.consent_texts_ensure()
    assert ConsentText.objects.count() == len(Way)
    told = "Tôi đồng ý nhận cảnh báo lừa đảo của tỉnh qua tin nhắn SMS ở số này."
    with pytest.raises(NotAllowed):
        words.consent_text_add(by=cast.officer, way=Way.SMS, text=told)
    with pytest.raises(WarningRefused):
        words.consent_text_add(by=cast.coordinator, way=Way.SMS, text="ngắn")
    assert words.consent_text_add(by=cast.coordinator, way=Way.SMS, text=told).number == 2
    assert consent_text_now(Way.SMS).text == told
    assert consent_text_now(Way.EMAIL).number == 1


def test_one_address_is_one_subscriber() -> None:
    row = outreach.subscriber()
    with pytest.raises(IntegrityError), transaction.atomic():
        Subscriber.objects.create(way=row.way, address=row.address, digest=row.digest, token="x")


def test_an_installation_begins_with_the_words_of_every_channel() -> None:
    ConsentText.objects.all().delete()
    for _time in range(2):
        call_command("load_consent_texts")
    assert set(ConsentText.objects.values_list("way", "number")) == {(way.value, 1) for way in Way}
