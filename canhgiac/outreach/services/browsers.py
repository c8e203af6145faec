"""Browsers that get warnings by Web Push: the key that they subscribe with, and whose a subscription is."""

from __future__ import annotations

import logging

from django.db import connection, transaction

from canhgiac.channels.push import public_key
from canhgiac.kit.sealing import BrokenSealError
from canhgiac.outreach.models import Consent, Subscriber, Suppression, Way

from .consents import consent_write
from .digests import AddressRefused, address_canonical, address_digest
from .providers import provider_for, provider_secret

logger = logging.getLogger(__name__)


def push_public_key() -> str:
    """What a browser subscribes with (RFC 8292 section 3.2), of the push provider in use; empty where there is none.

    One query.
    """
    provider = provider_for(Way.PUSH)
    if provider is None:
        return ""
    try:
        return public_key(str(provider_secret(provider).get("key", "")))
    except (ValueError, BrokenSealError) as error:
        logger.warning("push provider %s has no key that is of use (%s)", provider.pk, type(error).__name__)
        return ""


def browser_subscriber(subscription: str) -> Subscriber | None:
    """Who subscribed with this; None for nobody, or for words that are no subscription.

    Its endpoint and keys are known to the browser and to its push service alone, so they are proof enough for a
    person's own page.
    """
    try:
        address = address_canonical(Way.PUSH, subscription)
    except AddressRefused:
        return None
    return Subscriber.objects.filter(digest=address_digest(Way.PUSH, address)).first()


@transaction.atomic
def browser_renew(*, old: str, new: str) -> Subscriber | None:
    """Puts the subscription that a browser's push service gave it anew in the place of the old one (Push API, event
    ``pushsubscriptionchange``). Twice is once.

    None where nobody has the old one, or its owner wants no more; then the browser forgets the new one. What waits to
    leave, and what a recall has to reach, goes to the new one. Whoever signed the new one up meanwhile stays as they
    are. The old address was proof of its owner; the consent goes on and its record names the address before.
    """
    try:
        before, after = (address_canonical(Way.PUSH, one) for one in (old, new))
    except AddressRefused:
        return None
    was, now = address_digest(Way.PUSH, before), address_digest(Way.PUSH, after)
    rows = {bytes(row.digest): row for row in Subscriber.objects.select_for_update().filter(digest__in=[was, now])}
    row, there = rows.get(was), rows.get(now)
    if row is None or was == now:
        return there
    if row.state == Subscriber.State.STOPPED or _refused(now):
        return None
    if there is not None:
        row.state = Subscriber.State.GONE
        row.save(update_fields=["state"])
        return there
    Suppression.objects.filter(digest=now).delete()
    row.address, row.digest, row.version = after, now, row.version + 1
    if row.state == Subscriber.State.GONE:  # the push service was quicker to say that the old one is no more
        row.state, row.stopped_at = Subscriber.State.ACTIVE, None
    row.save()
    with connection.cursor() as cursor:
        moved = "UPDATE outreach_delivery SET address = %s, digest = %s WHERE digest = %s"
        cursor.execute(moved, [after, now, was])
    act, means = Consent.Act.MOVED, Consent.Means.WEB
    consent_write(digest=now, act=act, means=means, subscriber=row, proof={"before": was.hex()})
    return row


def _refused(digest: bytes) -> bool:
    return Suppression.objects.filter(digest=digest).exclude(why=Suppression.Why.GONE).exists()
