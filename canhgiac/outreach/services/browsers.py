"""Browsers that get warnings by Web Push: the key that they subscribe with, and whose a subscription is."""

from __future__ import annotations

import logging

from canhgiac.channels.push import public_key
from canhgiac.kit.sealing import BrokenSealError
from canhgiac.outreach.models import Subscriber, Way

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
