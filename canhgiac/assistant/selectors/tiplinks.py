"""The link by which a person on Zalo or Messenger opens the tip drafted from their talk: signed, for half an hour."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import uuid as uuids

from django.conf import settings
from django.core import signing
from django.urls import reverse

from canhgiac.assistant.models import Talk
from canhgiac.kit import clock
from canhgiac.tips.models import Tip
from canhgiac.tips.selectors.blind import device_stored
from canhgiac.tips.selectors.vault import vault_ready

LASTS = dt.timedelta(minutes=30)
TWICE = dt.timedelta(minutes=2)
"""So long the same form sent again shows the receipt again: a finger that tapped twice."""
_SALT = "canhgiac.assistant.tip-link"


def tip_link(talk: Talk) -> str:
    """The address of the draft on our own site; empty while no tips can be received, and once this talk's was sent.

    Whoever holds it within its half hour sees the draft, so it is sent to the person's own thread and nowhere else.
    """
    if not vault_ready() or tip_sent_at(talk) is not None:
        return ""
    token = signing.TimestampSigner(salt=_SALT).sign(str(talk.pk))
    return settings.BASE_URL.rstrip("/") + reverse("talk_tip_linked", args=[token])


def talk_by_link(token: str) -> Talk | None:
    """The talk whose draft the link opens; None for one not ours, past its half hour, or of a talk that is gone."""
    try:
        number = signing.TimestampSigner(salt=_SALT).unsign(token, max_age=LASTS)
    except signing.BadSignature:
        return None
    return Talk.objects.exclude(state=Talk.State.ENDED).filter(pk=int(number), forget_at__gt=clock.now()).first()


def tip_key_of(talk: Talk) -> uuids.UUID:
    """The sender's key of a talk's tip: the same for the same talk, so that there is one, and known to nobody without
    the server's secret: the receipt code comes of it."""
    told = f"canhgiac.assistant.tip|{talk.pk}|{talk.begun_at.isoformat()}|{bytes(talk.person).hex()}"
    return uuids.UUID(bytes=hmac.new(settings.SECRET_KEY.encode(), told.encode(), hashlib.sha256).digest()[:16])


def tip_sent_at(talk: Talk) -> dt.datetime | None:
    """When the talk's tip was received; None while it was not. One query."""
    key = device_stored(tip_key_of(talk))
    return Tip.objects.filter(client_key=key).values_list("received_at", flat=True).first()


def was_just_sent(talk: Talk) -> bool:
    """Whether the tip came in within the last two minutes."""
    at = tip_sent_at(talk)
    return at is not None and clock.now() - at <= TWICE
