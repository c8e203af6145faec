"""Draft warnings as the radar or a person begins them; providers, subscribers and what they sent."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from django.db import connection

from canhgiac.agencies.models import Area, Member
from canhgiac.channels.contract import Inbound
from canhgiac.kit import clock
from canhgiac.outreach.models import Consent, InboundMessage, Provider, SendingRules, Subscriber, Way
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.rules import next_opening, sending_rules
from canhgiac.outreach.services.consents import consent_texts_ensure
from canhgiac.outreach.services.inbound import inbound_handle, inbound_keep
from canhgiac.outreach.services.subscribers import Choice, subscribe
from canhgiac.outreach.services.warnings import WarningData, warning_draft
from canhgiac.training.models import DrillContact

_number = itertools.count(1)
_OWN = {Way.SMS: "sms", Way.EMAIL: "link", Way.ZALO: "zalo", Way.MESSENGER: "messenger", Way.PUSH: "web"}


def draft(by: Member, *, title: str = "Cảnh báo: giả danh công an tại Xã Đồi Mây", **given: Any) -> Alert:
    """A draft through the service."""
    given.setdefault("happens", "Có người gọi xưng công an xã, bảo cài ứng dụng lạ.")
    return warning_draft(by=by, data=WarningData(title=title, **given))


def provider(way: Way | str = Way.SMS, *, wire: str = "", **given: Any) -> Provider:
    """A provider of the channel that nothing listens behind; SMS with a number that people can answer to."""
    wires = {Way.SMS: "smpp", Way.EMAIL: "smtp"}
    given.setdefault("name", f"Nhà mạng {next(_number)}")
    given.setdefault("sender", "CA THU" if way == Way.SMS else "canh-bao@vinhan.test")
    given.setdefault("settings", {"reply_to": "8099"} if way == Way.SMS else {})
    return Provider.objects.create(way=way, wire=wire or wires.get(Way(way), str(way)), **given)


def address(way: Way | str = Way.SMS) -> str:
    """An invented address, each time another."""
    number = next(_number)
    phones = {Way.SMS: f"+84900{number:06d}", Way.EMAIL: f"nguoi{number}@vinhan.test"}
    return phones.get(Way(way), f"ma-{number:08d}")


def subscriber(
    way: Way | str = Way.SMS, *, to: str = "", area: Area | None = None, active: bool = True, **choice: Any
) -> Subscriber:
    """A subscriber through the service: active by an act of their own, or pending after the page."""
    consent_texts_ensure()
    means = Consent.Means(_OWN[Way(way)]) if active else Consent.Means.WEB
    wanted = Choice(area=area, **choice)
    made = subscribe(way=way, address=to or address(way), choice=wanted, origin="web", means=means)
    assert made.subscriber is not None
    return made.subscriber


def proven(member: Member, address: str, way: Way | str = Way.SMS) -> None:
    """A phone or account that the member showed to be theirs."""
    DrillContact.objects.create(member=member, way=way, address=address, proven_at=clock.now())


def heard(provider: Provider, sender: str, text: str = "", *, kind: str = "text", ref: str = "") -> InboundMessage:
    """What somebody sent to us, kept and acted on."""
    consent_texts_ensure()
    told = Inbound(sender, text, clock.now(), ref or f"mo-{next(_number)}", kind)
    [kept] = inbound_keep(provider=provider, way=provider.way, events=[told])
    inbound_handle(inbound_id=kept)
    return InboundMessage.objects.get(pk=kept)


def night() -> dt.datetime:
    """It is out of the hours of SMS now and for hours to come, so a test may look ahead; returns when they begin."""
    first = (clock.now().hour + 12) % 24
    SendingRules.objects.update_or_create(pk=1, defaults={"sms_from": first, "sms_until": first + 1})
    return next_opening(Way.SMS, sending_rules(), clock.now())


def deliveries_empty() -> None:
    """Empties the partitioned tables: Django does not know them, so tests that commit leave their rows behind."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM outreach_attempt")
        cursor.execute("DELETE FROM outreach_delivery")
