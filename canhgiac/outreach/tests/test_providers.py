"""Contracts with providers: who keeps them, what they refuse, secrets, and the line of each wire."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from canhgiac.agencies.models import AuditEntry, Notice
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.channels.contract import Event, Outcome, Result
from canhgiac.channels.push import new_key
from canhgiac.channels.zalo import Tokens
from canhgiac.kit import clock
from canhgiac.kit.sealing import BrokenSealError
from canhgiac.outreach.models import Chunk, Lane, Provider, Rendition, SenderNode, SendingRules, Way
from canhgiac.outreach.selectors.providers import provider_for, provider_list, senders_alive
from canhgiac.outreach.selectors.renditions import content_of
from canhgiac.outreach.services.lines import ProviderTokens, bounce_secret, line_content, line_open
from canhgiac.outreach.services.providers import (
    AWAY_TOLD_AFTER,
    ProviderData,
    provider_pause,
    provider_reached,
    provider_resume,
    provider_save,
    provider_secret,
    provider_secret_keep,
    provider_stop_by_itself,
    providers_away_tell,
)
from canhgiac.outreach.services.refusals import ProviderRefused
from canhgiac.outreach.services.sender.facts import facts_read, provider_refuses
from canhgiac.outreach.services.sender.results import Trouble
from canhgiac.outreach.services.templates import TEMPLATES, template_content
from tests.factories import outreach
from tests.factories.agencies import Cast

SMS: dict[str, Any] = {"name": "Nhà mạng A", "way": "sms", "wire": "smpp", "sender": "CA VINHAN"}


@pytest.mark.django_db
def test_set_up_changed_and_its_secret_sealed(cast: Cast) -> None:
    data = ProviderData(**SMS, settings={"host": "smsc.test"}, secret={"password": "mat-khau-bi-mat"})
    row = provider_save(by=cast.admin, data=data)
    assert provider_secret(row) == {"password": "mat-khau-bi-mat"}
    assert b"bi-mat" not in bytes(Provider.objects.get().secret_sealed or b"")
    changed = ProviderData(**SMS, settings={"host": "smsc2.test"}, rate=50)
    row = provider_save(by=cast.coordinator, data=changed, provider=row, version=1)
    assert (row.version, row.rate, provider_secret(row)["password"]) == (2, 50, "mat-khau-bi-mat")
    with pytest.raises(ProviderRefused) as refused:
        provider_save(by=cast.admin, data=changed, provider=row, version=1)
    assert refused.value.version == 2
    with pytest.raises(NotAllowed):
        provider_save(by=cast.officer, data=changed)
    assert not any("bi-mat" in str(entry.facts) for entry in AuditEntry.objects.all())
    with override_settings(SECRET_KEY="another"), pytest.raises(BrokenSealError):
        provider_secret(row)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "Có rồi"}, "name"),
        ({"way": "fax"}, "way"),
        ({"wire": "smtp"}, "wire"),
        ({"sender": "QUA DAI QUA DAI"}, "sender"),
        ({"sender": "12345"}, "sender"),
        ({"sender": "CÔNG AN"}, "sender"),
        ({"rate": -1}, "rate"),
        ({"window": 0}, "window"),
        ({"connections": 0}, "connections"),
        ({"daily_cap": -1}, "daily_cap"),
    ],
)
def test_what_no_contract_says(cast: Cast, change: dict[str, Any], field: str) -> None:
    outreach.provider(Way.SMS, name="Có rồi")
    with pytest.raises(ProviderRefused) as refused:
        provider_save(by=cast.admin, data=ProviderData(**(SMS | change)))
    assert refused.value.field == field


@pytest.mark.django_db
def test_paused_by_a_person_and_by_the_sender(cast: Cast) -> None:
    row = outreach.provider(Way.SMS)
    with pytest.raises(ProviderRefused):
        provider_pause(by=cast.admin, provider=row, reason=" ")
    row = provider_pause(by=cast.coordinator, provider=row, reason="Đổi hợp đồng")
    assert (row.paused_at is not None, row.paused_reason) == (True, "Đổi hợp đồng")
    assert not provider_stop_by_itself(provider_id=row.pk, reason="smpp:0x0000000e")
    row = provider_resume(by=cast.admin, provider=row)
    assert row.paused_at is None
    assert provider_stop_by_itself(provider_id=row.pk, reason="smpp:0x0000000e")
    assert AuditEntry.objects.filter(act="outreach.provider_pause", actor=None).count() == 1
    for act in (provider_resume, provider_pause):
        with pytest.raises(NotAllowed):
            act(by=cast.officer, provider=row, **({"reason": "x"} if act is provider_pause else {}))


@pytest.mark.django_db
def test_a_channel_is_carried_by_the_first_that_works() -> None:
    assert provider_for("sms") is None
    first, second = outreach.provider(Way.SMS), outreach.provider(Way.SMS)
    assert provider_for("sms") == first
    Provider.objects.filter(pk=first.pk).update(paused_at=clock.now())
    assert provider_for("sms") == second
    Provider.objects.filter(pk=second.pk).update(is_active=False)
    assert provider_for("sms") == first
    assert list(provider_list()) == [first, second]


@pytest.mark.django_db
def test_another_server_key_pauses_what_it_cannot_open() -> None:
    row = outreach.provider(Way.SMS)
    provider_secret_keep(provider_id=row.pk, secret={"password": "x"})
    assert len(facts_read(silent=dt.timedelta(seconds=5)).carriers) == 1
    with override_settings(SECRET_KEY="another"):
        assert not facts_read(silent=dt.timedelta(seconds=5)).carriers
    row.refresh_from_db()
    assert "khóa máy chủ" in row.paused_reason


@pytest.mark.django_db
def test_senders_share_a_rate_and_are_counted() -> None:
    outreach.provider(Way.SMS)
    now = clock.now()
    for seen in (now, now, now - dt.timedelta(minutes=5)):
        SenderNode.objects.create(name="máy", seen_at=seen)
    SenderNode.objects.create(name="đã dừng", seen_at=now, ended_at=now)
    assert facts_read(silent=dt.timedelta(seconds=10)).carriers[0].share == 2
    assert senders_alive().alive == 2


async def ignore(events: Any) -> None:
    assert all(isinstance(event, Event) for event in events)


SETTINGS: dict[str, tuple[Way, dict[str, Any], dict[str, Any]]] = {
    "smpp": (Way.SMS, {"host": "127.0.0.1", "port": 1, "system_id": "a", "refusals": [1030], "reply_to": "8099"}, {}),
    "smtp": (Way.EMAIL, {"host": "127.0.0.1", "port": 1}, {}),
    "zalo": (Way.ZALO, {"app_id": "1", "api": "http://127.0.0.1:1"}, {"secret": "s"}),
    "zns": (Way.SMS, {"app_id": "1", "template_id": "7"}, {"secret": "s"}),
    "messenger": (Way.MESSENGER, {}, {"token": "t", "app_secret": "s"}),
    "push": (Way.PUSH, {"subject": "mailto:an@vinhan.test"}, {"key": new_key()}),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("wire", SETTINGS)
def test_every_wire_opens_from_its_row_and_takes_its_words(wire: str, cast: Cast) -> None:
    way, settings, secret = SETTINGS[wire]
    row = outreach.provider(way, wire=wire, settings=settings)
    warning = outreach.draft(cast.coordinator)
    kind = {"smpp": "sms_plain", "smtp": "email"}.get(wire, wire)
    rendition = warning.renditions.filter(kind=kind).first() or Rendition(
        warning=warning, kind=kind, title="Tiêu đề", text="Lời", extra={"params": {"noi_dung": "Lời"}}
    )
    assert line_content(wire, content_of(rendition, row))
    if wire != "zns":
        for template in TEMPLATES:
            assert line_content(wire, template_content(template, way, "vi", row))

    async def whole() -> None:
        line = await line_open(row, secret, ignore, share=2)
        await line.close()

    asyncio.run(whole())


@pytest.mark.django_db(transaction=True)
def test_zalo_tokens_stay_with_the_provider_and_one_renews_at_a_time() -> None:
    row = outreach.provider(Way.ZALO)
    provider_secret_keep(provider_id=row.pk, secret={"secret": "s", "access": "a", "refresh": "r"})
    store = ProviderTokens(row.pk)
    fresh = Tokens("a2", "r2", dt.datetime(2026, 11, 24, tzinfo=dt.UTC))
    order: list[str] = []

    async def renew(name: str) -> None:
        async with store.lock():
            order.append(f"{name} in")
            await asyncio.sleep(0.05)
            order.append(f"{name} out")

    async def whole() -> Tokens:
        await asyncio.gather(renew("one"), renew("two"))
        await store.save(fresh)
        return await store.load()

    assert asyncio.run(whole()) == fresh
    assert [word.split()[1] for word in order] == ["in", "out", "in", "out"]
    row.refresh_from_db()
    assert provider_secret(row)["secret"] == "s"
    assert bounce_secret(row.pk) != bounce_secret(row.pk + 1)


def _waiting(cast: Cast) -> Provider:
    """A provider for which a message waits, at any hour."""
    SendingRules.objects.update_or_create(pk=1, defaults={"sms_from": 0, "sms_until": 24})
    row = outreach.provider()
    outreach.subscriber(active=False)
    assert Chunk.objects.filter(provider_id=row.pk).exists()
    return row


@pytest.mark.django_db
def test_of_a_provider_that_is_away_for_long_somebody_is_told_once(cast: Cast) -> None:
    row = _waiting(cast)
    provider_reached(provider_id=row.pk, away="smpp:link")
    provider_reached(provider_id=row.pk, away="smpp:timeout")
    row.refresh_from_db()
    assert (row.away_code, row.version) == ("smpp:link", 1), "since when, and the senders go on as they are"
    assert providers_away_tell() == 0, "a minute mends itself"
    later = clock.now() + AWAY_TOLD_AFTER
    assert [providers_away_tell(now=later) for _time in "ab"] == [1, 0]
    told = Notice.objects.filter(kind="outreach.provider_away")
    assert {one.member for one in told} == {cast.admin, cast.coordinator}
    assert f"không gửi được qua {row.name}: đứt kết nối với nhà mạng" in told[0].body
    provider_reached(provider_id=row.pk, away="")
    row.refresh_from_db()
    assert (row.away_at, row.away_code, row.is_away_told) == (None, "", False)
    provider_reached(provider_id=row.pk, away="smpp:link")
    assert providers_away_tell(now=clock.now() + AWAY_TOLD_AFTER) == 1, "another absence"


@pytest.mark.django_db
def test_of_a_provider_nobody_waits_for_nobody_is_told(cast: Cast) -> None:
    row = outreach.provider()
    provider_reached(provider_id=row.pk, away="smpp:link")
    assert providers_away_tell() == 0
    row.refresh_from_db()
    assert row.away_code == "smpp:link"
    assert providers_away_tell(now=clock.now() + AWAY_TOLD_AFTER) == 0
    row.refresh_from_db()
    assert (row.away_at, row.away_code) == (None, ""), "nobody tried since: nobody knows"


@pytest.mark.django_db
def test_of_a_provider_whose_messages_wait_for_the_morning_nobody_is_told(cast: Cast) -> None:
    row = _waiting(cast)
    outreach.night()
    provider_reached(provider_id=row.pk, away="smpp:link")
    assert Lane.objects.get(provider=row).keeps_hours
    assert providers_away_tell(now=clock.now() + AWAY_TOLD_AFTER) == 0


@pytest.mark.django_db
def test_who_keeps_providers_hears_of_one_that_refuses_us(cast: Cast) -> None:
    row = outreach.provider()
    provider_refuses(provider_id=row.pk, code="smpp:0x0000000e")
    provider_refuses(provider_id=row.pk, code="smpp:0x0000000e")
    row.refresh_from_db()
    assert row.paused_reason == "Bị từ chối: nhà mạng không nhận mật khẩu (smpp:0x0000000e)."
    told = Notice.objects.filter(kind="outreach.provider_stopped")
    assert {one.member for one in told} == {cast.admin, cast.coordinator}
    assert len(told) == 2
    assert all(one.link == reverse("provider_detail", args=[row.pk]) for one in told)


def test_one_answer_of_its_own_shows_that_a_provider_is_there() -> None:
    def heard(*said: tuple[Outcome, str]) -> str:
        trouble.hear([Result(at, outcome, "", code) for at, (outcome, code) in enumerate(said)])
        return trouble.away

    trouble = Trouble()
    assert heard((Outcome.TAKEN, "")) == ""
    assert heard((Outcome.LATER, "smpp:link"), (Outcome.LATER, "smpp:link")) == "smpp:link"
    assert heard((Outcome.UNSURE, "smpp:timeout")) == "smpp:link", "silence says nothing"
    assert heard((Outcome.LATER, "content:held")) == "smpp:link", "nobody asked it"
    assert heard((Outcome.LATER, "smpp:link"), (Outcome.REFUSED, "smpp:0x0000000b")) == ""
    assert heard((Outcome.SLOW, "http:held"), (Outcome.LATER, "http:ConnectError")) == "http:ConnectError"
    assert heard((Outcome.TAKEN, "")) == ""


@pytest.mark.django_db
def test_the_page_of_a_provider_speaks_as_its_form_does(cast: Cast, client: Client) -> None:
    settings = {"host": "smsc.nhamang.test", "bind": "split", "tls": True, "patience": 3}
    row = outreach.provider(settings=settings)
    client.force_login(cast.coordinator)
    told = client.get(reverse("provider_detail", args=[row.pk])).content.decode()
    for label, value in (
        *(("Máy chủ", "smsc.nhamang.test"), ("Cách nối", "Gửi và nhận riêng")),
        *(("Mã hóa TLS", "có"), ("patience", "3")),
    ):
        assert f'<dt>{label}</dt><dd class="text-break">{value}</dd>' in told
