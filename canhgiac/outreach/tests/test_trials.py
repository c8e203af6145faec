"""One message to ourselves: by the real line, marked, to nobody else, with its result on the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from canhgiac.agencies.models import AuditEntry, Member
from canhgiac.kit import clock
from canhgiac.outreach.models import Attempt, Chunk, Delivery, Lane, Provider, Rendition, Way
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.trials import trial_options, trial_rows
from canhgiac.outreach.services.lines import line_content
from canhgiac.outreach.services.refusals import WarningRefused
from canhgiac.outreach.services.trials import TRIALS, target_of, trial_content, trial_send
from tests.factories import outreach, recognition
from tests.factories.agencies import Cast

from .sending import Centre, centre, sent, standing
from .test_broadcast_pages import lawful

pytestmark = pytest.mark.django_db
MaxQueries = Callable[[int], AbstractContextManager[Any]]
PHONE, DEAD, LOST = "+84900000123", "+84900000197", "+84900000192"


def key_of(warning: Alert, kind: Rendition.Kind) -> str:
    return next(one.key for one in trial_options(warning) if one.rendition.kind == kind)


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def warning(cast: Cast) -> Alert:
    recognition.recognition_ready()
    outreach.deliveries_empty()
    return lawful(cast, standing(cast))


def tried(smsc: Centre, by: Member, warning: Alert, to: str) -> int:
    """A trial by SMS, sent and answered."""
    key = trial_send(by=by, warning=warning, key=key_of(warning, Rendition.Kind.SMS_PLAIN), to=to)
    sent(lambda: Attempt.objects.filter(delivery_id=key).exclude(arrival="", outcome="taken").exists())
    return key


@pytest.mark.django_db(transaction=True)
def test_it_leaves_by_the_real_line_and_tells_what_became_of_it(client: Client, cast: Cast) -> None:
    recognition.recognition_ready()
    outreach.deliveries_empty()
    warning = lawful(cast, standing(cast))
    with centre() as smsc:
        outreach.proven(cast.coordinator, PHONE)
        outreach.proven(cast.officer, DEAD)
        outreach.proven(cast.auditor, LOST)
        for phone in (PHONE, DEAD, LOST):
            tried(smsc, cast.coordinator, warning, phone)
        [got] = smsc.phones.messages(PHONE)
    words = warning.renditions.get(kind=Rendition.Kind.SMS_PLAIN).text
    assert got.text == f"[Thu] {words}"
    lost, refused, arrived = trial_rows(warning)
    assert (arrived.state, refused.state, lost.state) == ("delivered", "refused", "undelivered")
    assert refused.code.startswith("smpp:")
    client.force_login(cast.coordinator)
    page = text(client.get(reverse("trial_create", args=[warning.pk])))
    for shown in ("Đã đến", "Bị từ chối", refused.says, "Không đến", lost.says):
        assert shown in page
    assert DEAD[3:] not in page
    assert "every 2s" not in page, "nothing is on its way any more"
    assert sum(Chunk.objects.values_list("taken", flat=True)) == 2, "the day's cap counts them"


def test_only_addresses_of_ours(cast: Cast, warning: Alert) -> None:
    outreach.provider(Way.SMS)
    sms = key_of(warning, Rendition.Kind.SMS_PLAIN)
    for typed in ("0900 000 777", "1900 1234", "https://vinhan.test/nhan-canh-bao/abcdefghijklmnopqrstuvwx/"):
        with pytest.raises(WarningRefused):
            trial_send(by=cast.coordinator, warning=warning, key=sms, to=typed)
    assert not Delivery.objects.exists()
    with pytest.raises(WarningRefused, match="cán bộ"):
        target_of(way=Way.EMAIL, typed="ai-do@vinhan.test")
    assert target_of(way=Way.EMAIL, typed=cast.officer.email.upper()).token == "gui-thu"
    cast.officer.is_active = False
    cast.officer.save()
    with pytest.raises(WarningRefused, match="cán bộ"):
        target_of(way=Way.EMAIL, typed=cast.officer.email)
    person = outreach.subscriber(Way.ZALO)
    own = f"https://vinhan.test/nhan-canh-bao/{person.token}/"
    assert target_of(way=Way.ZALO, typed=own).address == person.address
    with pytest.raises(WarningRefused, match="trang riêng"):
        target_of(way=Way.PUSH, typed=own)


def test_who_may_and_how_often(client: Client, cast: Cast, warning: Alert) -> None:
    outreach.provider(Way.SMS)
    outreach.proven(cast.coordinator, PHONE)
    url = reverse("trial_create", args=[warning.pk])
    assert client.get(url).status_code == 302
    for who in (cast.auditor, cast.officer):
        client.force_login(who)
        assert client.get(url).status_code == 403
        assert client.post(url, {"key": "1-1"}).status_code == 403
    client.force_login(cast.coordinator)
    key = key_of(warning, Rendition.Kind.SMS_PLAIN)
    assert "Đã đưa tin thử" in text(client.post(url, {"key": key}, follow=True))
    entry = AuditEntry.objects.get(act="outreach.trial_send")
    assert PHONE[3:] not in str(entry.facts)
    for _number in range(TRIALS.most - 1):
        trial_send(by=cast.coordinator, warning=warning, key=key, to=PHONE)
    assert f"gửi thử {TRIALS.most} tin" in text(client.post(url, {"key": key}))
    assert Lane.objects.count() == 1
    assert Delivery.objects.count() == TRIALS.most


def test_what_the_real_sending_would_not_get_past_is_refused(client: Client, cast: Cast, warning: Alert) -> None:
    provider = outreach.provider(Way.SMS)
    outreach.proven(cast.coordinator, PHONE)
    client.force_login(cast.coordinator)
    url, key = reverse("trial_create", args=[warning.pk]), key_of(warning, Rendition.Kind.SMS_PLAIN)
    Provider.objects.update(paused_at=clock.now(), paused_reason="sai mật khẩu")
    assert "sai mật khẩu" in text(client.get(url))
    assert client.post(url, {"key": key, "to": PHONE}).status_code == 422
    Provider.objects.update(paused_at=None, sender_until=clock.today() - dt.timedelta(days=365))
    assert "đã hết hạn" in text(client.post(url, {"key": key, "to": PHONE}))
    Provider.objects.update(sender_until=None)
    warning.renditions.update(text="Bam vao bit.ly/abc de nhan tien gap")
    stopped = client.post(url, {"key": key, "to": PHONE})
    assert stopped.status_code == 422
    assert "disabled" in text(stopped)
    warning.state = Alert.State.EXPIRED
    warning.save()
    with pytest.raises(WarningRefused, match="không còn hiệu lực"):
        trial_send(by=cast.coordinator, warning=warning, key=key, to=PHONE)
    assert "Cảnh báo không còn hiệu lực" in text(client.get(url))
    assert not Delivery.objects.exists()
    provider.delete()


@pytest.mark.parametrize(
    ("way", "wire", "kind"),
    [
        (Way.EMAIL, "smtp", Rendition.Kind.EMAIL),
        (Way.ZALO, "zalo", Rendition.Kind.ZALO),
        (Way.SMS, "zns", Rendition.Kind.ZNS),
        (Way.MESSENGER, "messenger", Rendition.Kind.MESSENGER),
        (Way.PUSH, "push", Rendition.Kind.PUSH),
        (Way.SMS, "smpp", Rendition.Kind.SMS),
    ],
)
def test_every_channel_carries_the_mark(way: Way, wire: str, kind: Rendition.Kind, cast: Cast) -> None:
    standing(cast)
    provider = outreach.provider(way, wire=wire, settings={"template_id": "7"})
    row = outreach.draft(cast.coordinator)
    rendition = row.renditions.get(kind=kind)
    content = trial_content(rendition, provider)
    line_content(provider.wire, content)
    first = content.get("params", content)
    assert str(first.get("subject") or first.get("title") or first["text"]).startswith("[Thử] ")
    assert "[Thử]" not in str(rendition.title + rendition.text), "the words themselves stay as they are"
    if kind == Rendition.Kind.EMAIL:
        assert content["text"].startswith("[Thử] ")


def test_the_link_of_ending_it_says_that_it_was_a_trial(client: Client) -> None:
    url = reverse("trial_stop")
    for answer in (client.get(url), client.post(url)):
        assert "Đây là tin gửi thử" in text(answer)


def test_results_are_read_by_few_queries(
    client: Client, cast: Cast, warning: Alert, django_assert_max_num_queries: MaxQueries
) -> None:
    outreach.provider(Way.SMS)
    client.force_login(cast.coordinator)
    key, url = key_of(warning, Rendition.Kind.SMS_PLAIN), reverse("trial_list", args=[warning.pk])
    outreach.proven(cast.coordinator, PHONE)
    for number in (1, 2):
        for _each in range(number):
            trial_send(by=cast.coordinator, warning=warning, key=key, to=PHONE)
        with django_assert_max_num_queries(14):
            shown = text(client.get(url))
        assert shown.count("Chờ tiến trình gửi") == number * (number + 1) // 2
        assert "every 2s" in shown
