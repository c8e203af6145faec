"""What Zalo and Facebook tell us of their own accord: believed by its signature, on disk before they hear that we have
it, acted on by others.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from canhgiac.channels import facebook, zalo
from canhgiac.channels.contract import Arrival, Event, Inbound, Receipt
from canhgiac.channels.facebook import webhook as facebook_webhook
from canhgiac.channels.zalo import webhook as zalo_webhook
from canhgiac.kit import clock
from canhgiac.kit.sealing import BrokenSealError
from canhgiac.kit.text import storable
from canhgiac.outreach.models import Provider, ReceiptRow, Way

from .inbound import inbound_keep
from .providers import provider_secret

logger = logging.getLogger(__name__)
Wire = Provider.Wire
MOST_BYTES = facebook_webhook.MOST_BYTES
"""A longer call is not read."""


class Unbelieved(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """Not signed by any account of ours: nothing of it is kept, nothing of it is told."""


@transaction.atomic
def zalo_take(*, headers: Mapping[str, str], body: bytes) -> int:
    """Keeps the events of one call of Zalo; how many were read. The same call twice counts once.

    The account is the one whose application the call names and whose key signed it. Raises Unbelieved.
    """
    app_id = str(_json(body).get("app_id", ""))
    events: list[Event] = []
    believed: dict[str, Provider] = {}
    for provider in Provider.objects.filter(wire__in=[Wire.ZALO, Wire.ZNS]).order_by("-is_active", "pk"):
        secret = _secret(provider, "oa_secret")
        if not secret or not app_id or str(provider.settings.get("app_id")) != app_id or provider.wire in believed:
            continue
        try:
            events = zalo_webhook.read(headers, body, app_id=app_id, oa_secret=secret, now=clock.now())
        except zalo.BadSignatureError:
            continue
        believed[provider.wire] = provider
    if not believed:
        raise Unbelieved
    account = believed.get(Wire.ZALO) or believed[Wire.ZNS]
    templates = believed.get(Wire.ZNS, account)
    inbound_keep(provider=account, way=Way.ZALO, events=[one for one in events if isinstance(one, Inbound)])
    receipts = [one for one in events if isinstance(one, Receipt)]
    receipts_keep(provider=templates, receipts=[one for one in receipts if one.code.startswith("zns:")])
    receipts_keep(provider=account, receipts=[one for one in receipts if not one.code.startswith("zns:")])
    return len(events)


@transaction.atomic
def facebook_take(*, headers: Mapping[str, str], body: bytes) -> int:
    """The same of Facebook. One call may speak of several pages of one application; those not ours are left out."""
    named = _pages_named(_json(body))
    events: list[Event] = []
    believed: dict[str, Provider] = {}
    for page_id, provider in _pages():
        secret = _secret(provider, "app_secret")
        if not secret or page_id not in named or page_id in believed:
            continue
        try:
            events = facebook_webhook.read(headers, body, app_secret=secret, now=clock.now())
        except facebook.BadSignatureError:
            continue
        believed[page_id] = provider
    if not believed:
        raise Unbelieved
    receipts = [one for one in events if isinstance(one, Receipt)]
    for page_id, provider in believed.items():
        said = [one for one in events if isinstance(one, Inbound) and one.to == page_id]
        inbound_keep(provider=provider, way=Way.MESSENGER, events=said)
        receipts_keep(provider=provider, receipts=receipts)
    return len(events)


def facebook_challenge(*, query: Mapping[str, str]) -> str:
    """The answer to Meta's question whether this address is ours. Raises Unbelieved for a token that no page has."""
    for _page_id, provider in _pages():
        token = _secret(provider, "verify_token")
        try:
            return facebook_webhook.challenge(query, verify_token=token)
        except facebook.BadSignatureError:
            continue
    raise Unbelieved


def receipts_keep(*, provider: Provider, receipts: Sequence[Receipt]) -> None:
    """Writes receipts down to be matched within seconds (``services.receipts``).

    One without a number says of everything to that person that it arrived: kept for messages of which nobody knows
    whether they left. That somebody read the conversation settles nothing, so it is kept with a number alone.
    """
    now = clock.now()
    ReceiptRow.objects.bulk_create(
        ReceiptRow(
            provider=provider,
            ref=storable(one.ref)[:100],
            arrival=one.arrival.value,
            code=one.code[:64],
            at=one.at,
            address=storable(one.to)[:200],
            came_at=now,
            look_at=now,
        )
        for one in receipts
        if one.ref or one.arrival != Arrival.SEEN
    )


def _secret(provider: Provider, name: str) -> str:
    """One of its keys; empty where it has none, or where the server's key changed since: another account's call is
    believed all the same."""
    try:
        return str(provider_secret(provider).get(name, ""))
    except BrokenSealError:
        logger.error("provider %s: its keys were sealed by another key of the server", provider.pk)
        return ""


def _pages() -> Iterable[tuple[str, Provider]]:
    rows = Provider.objects.filter(wire=Wire.MESSENGER).order_by("-is_active", "pk")
    return [(str(row.settings.get("page_id") or row.sender), row) for row in rows]


def _pages_named(told: Mapping[str, Any]) -> set[str]:
    entries = told.get("entry")
    return {str(one.get("id")) for one in entries if isinstance(one, dict)} if isinstance(entries, list) else set()


def _json(body: bytes) -> dict[str, Any]:
    """What the call says of itself, to find whose key it must carry; believed only after that."""
    try:
        told = json.loads(body) if len(body) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Unbelieved
    return told
