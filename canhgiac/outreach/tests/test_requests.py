"""What staff change because a person asked: how they asked, what is kept, who hears of it, taking it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from canhgiac.agencies.models import AuditEntry
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.outreach.models import Chunk, Consent, Delivery, SendingRules, Subscriber, Suppression, Way
from canhgiac.outreach.selectors.audiences import Rule, audience_count
from canhgiac.outreach.selectors.consents import consents_of
from canhgiac.outreach.services import consents as words
from canhgiac.outreach.services import requests as services
from canhgiac.outreach.services import subscribers as own
from canhgiac.outreach.services.refusals import WarningRefused
from canhgiac.outreach.services.requests import Asked
from canhgiac.outreach.services.subscribers import Choice
from tests.factories import outreach
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
MaxQueries = Callable[[int], AbstractContextManager[Any]]
State, Act = Subscriber.State, Consent.Act


@pytest.fixture(autouse=True)
def _words(db: None) -> None:
    outreach.deliveries_empty()
    words.consent_texts_ensure()
    SendingRules.objects.update_or_create(pk=1, defaults={"sms_from": 0, "sms_until": 24})


@pytest.fixture
def page(client: Client, cast: Cast) -> Client:
    outreach.provider()
    client.force_login(cast.coordinator)
    return client


def asked(row: Subscriber, means: str = "call", note: str = "") -> Asked:
    row.refresh_from_db()
    return Asked(means, row.version, note)


def confirmations(row: Subscriber) -> int:
    return Delivery.objects.filter(lane__template="changed", digest=row.digest).count()


def url(act: str, row: Subscriber) -> str:
    return reverse("subscriber_request", args=[row.pk, act])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_choices_are_changed_kept_confirmed_and_taken_back(page: Client, cast: Cast) -> None:
    row = outreach.subscriber(groups=("elderly",))
    form = text(page.get(url("sua", row)))
    assert "Người ấy yêu cầu bằng cách nào" in form
    told = {"xa": "Xã Đồi Mây", "nhom": ["parents"], "ngon_ngu": "en", "co_dau": "on", "version": row.version}
    unsaid = page.post(url("sua", row), told)
    assert unsaid.status_code == 422
    assert "Chọn người ấy yêu cầu" in text(unsaid)
    assert "Xã Đồi Mây" in text(unsaid), "nothing typed is lost"
    done = text(page.post(url("sua", row), told | {"means": "counter", "note": "sổ tiếp dân trang 12"}, follow=True))
    row.refresh_from_db()
    assert (row.area, row.groups, row.language, row.with_marks) == (cast.commune_area, 1 << 13, "en", True)
    kept = consents_of(bytes(row.digest))[0]
    assert (kept.act, kept.means, kept.by, kept.proof["note"]) == (
        Act.CHANGED,
        "counter",
        cast.coordinator,
        "sổ tiếp dân trang 12",
    )
    assert confirmations(row) == 1
    assert "nhận một tin xác nhận" in done
    assert "sổ tiếp dân trang 12" in done
    assert "Hoàn tác" in done
    back = text(page.post(reverse("subscriber_undo", args=[row.pk]), {"version": row.version}, follow=True))
    row.refresh_from_db()
    assert (row.area, row.groups, row.language, row.with_marks) == (None, 1, "vi", False)
    assert "Đã hoàn tác" in back
    assert "Hoàn tác</button>" not in back
    acts = set(AuditEntry.objects.values_list("act", flat=True))
    assert {"outreach.subscriber_change", "outreach.subscriber_undo"} <= acts


def test_a_pause_ends_by_itself_by_staff_or_by_the_person(page: Client, cast: Cast) -> None:
    row = outreach.subscriber()
    until = clock.today() + dt.timedelta(days=10)
    told = {"means": "call", "version": row.version}
    assert page.post(url("nghi", row), told | {"until": clock.today().isoformat()}).status_code == 422
    shown = text(page.post(url("nghi", row), told | {"until": until.isoformat()}, follow=True))
    row.refresh_from_db()
    assert row.state == State.PAUSED
    assert "Tạm nghỉ" in shown
    assert audience_count(Rule()).total == 0, "nothing new is sent"
    assert confirmations(row) == 1
    own_page = text(page.get(reverse("subscriber_settings", args=[row.token])))
    assert "Nhận lại cảnh báo" in own_page
    assert "Ngừng nhận" in own_page
    assert row.paused_until is not None
    assert services.subscribers_wake(now=row.paused_until - dt.timedelta(seconds=1)) == 0
    assert services.subscribers_wake(now=row.paused_until) == 1
    assert audience_count(Rule()).total == 1
    services.subscriber_pause(by=cast.coordinator, subscriber=row, until=until, asked=asked(row))
    assert page.post(url("nhan-lai", row), {"means": "paper", "version": row.version + 1}).status_code == 302
    row.refresh_from_db()
    assert row.state == State.ACTIVE
    services.subscriber_pause(by=cast.coordinator, subscriber=row, until=until, asked=asked(row))
    own.subscriber_resume(subscriber=row, means=Consent.Means.LINK)
    row.refresh_from_db()
    assert (row.state, row.paused_until or "") == (State.ACTIVE, "")


def test_a_stranger_does_not_end_a_pause_and_its_owner_does(cast: Cast) -> None:
    outreach.provider()
    row = outreach.subscriber()
    until = clock.today() + dt.timedelta(days=10)
    services.subscriber_pause(by=cast.coordinator, subscriber=row, until=until, asked=asked(row))
    own.subscribe(way=Way.SMS, address=row.address, origin="web", means=Consent.Means.WEB)
    row.refresh_from_db()
    assert row.state == State.PAUSED
    own.subscribe(way=Way.SMS, address=row.address, origin="sms", means=Consent.Means.SMS)
    row.refresh_from_db()
    assert (row.state, row.paused_until or "") == (State.ACTIVE, "")


def test_a_stop_by_mistake_is_taken_back_and_only_then(page: Client, cast: Cast) -> None:
    row = outreach.subscriber()
    page.post(url("ngung", row), {"means": "paper", "version": row.version})
    row.refresh_from_db()
    assert row.state == State.STOPPED
    assert Suppression.objects.exists()
    assert page.get(url("sua", row)).status_code == 404, "who stopped has no choices to change"
    services.subscriber_undo(by=cast.coordinator, subscriber=row, version=row.version)
    row.refresh_from_db()
    assert row.state == State.ACTIVE
    assert not Suppression.objects.exists()
    with pytest.raises(WarningRefused, match="Không hoàn tác được"):
        services.subscriber_undo(by=cast.coordinator, subscriber=row, version=row.version)
    services.subscriber_end(by=cast.coordinator, subscriber=row, asked=asked(row))
    row.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE outreach_consent DISABLE TRIGGER outreach_consent_kept")
        cursor.execute("UPDATE outreach_consent SET at = at - interval '16 minutes'")
        cursor.execute("ALTER TABLE outreach_consent ENABLE TRIGGER outreach_consent_kept")
    with pytest.raises(WarningRefused, match="Không hoàn tác được"):
        services.subscriber_undo(by=cast.coordinator, subscriber=row, version=row.version)
    assert Suppression.objects.exists(), "the person's no stands"


def test_what_the_person_did_since_is_not_taken_back(cast: Cast) -> None:
    outreach.provider()
    row = outreach.subscriber()
    choice = Choice(groups=("elderly",))
    services.subscriber_edit(by=cast.coordinator, subscriber=row, choice=choice, asked=asked(row))
    own.subscriber_stop(digest=bytes(row.digest), means=Consent.Means.SMS)
    row.refresh_from_db()
    with pytest.raises(WarningRefused, match="Không hoàn tác được"):
        services.subscriber_undo(by=cast.coordinator, subscriber=row, version=row.version)
    assert Suppression.objects.exists()


def test_another_channel_is_asked_first(page: Client, cast: Cast) -> None:
    row = outreach.subscriber(area=cast.commune_area, groups=("elderly",))
    outreach.provider(Way.EMAIL)
    told = {"means": "call", "version": row.version, "way": "email", "address": "an@vinhan.test"}
    assert "Đã ghi và gửi tin hỏi" in text(page.post(url("kenh", row), told, follow=True))
    other = Subscriber.objects.get(way=Way.EMAIL)
    assert (other.state, other.area, other.groups) == (State.PENDING, row.area, row.groups)
    row.refresh_from_db()
    assert row.state == State.ACTIVE
    same = page.post(url("kenh", row), told | {"way": "sms", "address": row.address})
    assert "chính là địa chỉ đang xem" in text(same)


def test_who_may_what_may_be_noted_and_what_moved_meanwhile(client: Client, cast: Cast) -> None:
    row = outreach.subscriber()
    choice = Choice(groups=("elderly",))
    with pytest.raises(NotAllowed):
        services.subscriber_edit(by=cast.officer, subscriber=row, choice=choice, asked=asked(row))
    with pytest.raises(WarningRefused, match="bằng cách nào"):
        services.subscriber_edit(by=cast.coordinator, subscriber=row, choice=choice, asked=asked(row, "sms"))
    for note in ("gọi từ 0900 000 123", "thư an@vinhan.test"):
        with pytest.raises(WarningRefused, match="Đừng ghi"):
            services.subscriber_end(by=cast.coordinator, subscriber=row, asked=asked(row, note=note))
    with pytest.raises(WarningRefused, match="vừa đổi"):
        services.subscriber_end(by=cast.coordinator, subscriber=row, asked=Asked("call", row.version + 1))
    with pytest.raises(WarningRefused, match="Chưa đổi gì"):
        services.subscriber_edit(by=cast.coordinator, subscriber=row, choice=Choice(), asked=asked(row))
    client.force_login(cast.auditor)
    assert client.get(url("sua", row)).status_code == 403
    assert "Người ấy yêu cầu" not in text(client.get(reverse("subscriber_detail", args=[row.pk])))
    assert client.post(reverse("subscriber_undo", args=[row.pk]), {"version": 1}).status_code == 403


def test_out_of_hours_one_confirmation_waits_and_the_page_says_until_when(page: Client) -> None:
    opens = outreach.night()
    row = outreach.subscriber()
    for groups in (["parents"], ["elderly"]):
        row.refresh_from_db()
        told = {"nhom": groups, "ngon_ngu": "vi", "version": row.version, "means": "call"}
        said = text(page.post(url("sua", row), told, follow=True))
        assert f"tin ấy đi lúc {opens:%H:%M} ngày {opens:%d/%m/%Y}" in said
    chunks = Chunk.objects.filter(lane__template="changed").order_by("pk")
    assert [(one.state, one.skipped) for one in chunks] == [(Chunk.State.DROPPED, 1), (Chunk.State.WAITING, 0)]
    assert chunks[1].due_at == opens
    row.refresh_from_db()
    ended = text(page.post(url("ngung", row), {"version": row.version, "means": "call"}, follow=True))
    assert "Người ấy nhận một tin xác nhận" in ended
    assert "Ngoài giờ gửi" not in ended, "a refusal is confirmed at once"
    assert Chunk.objects.get(lane__template="stopped").due_at <= clock.now()


def test_a_page_of_one_needs_few_queries(page: Client, cast: Cast, django_assert_max_num_queries: MaxQueries) -> None:
    row = outreach.subscriber()
    for groups in (("elderly",), ("parents",), ("youth",)):
        services.subscriber_edit(by=cast.coordinator, subscriber=row, choice=Choice(groups=groups), asked=asked(row))
        with django_assert_max_num_queries(11):
            page.get(reverse("subscriber_detail", args=[row.pk]))
