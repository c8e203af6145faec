"""What a report came from, kept so that a stolen table does not say it."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from django.conf import settings

_PURPOSE = b"canhgiac.indicators.origin"


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    """A key of this purpose alone, derived from the server's secret (HKDF-extract, RFC 5869)."""
    return hmac.new(_PURPOSE, secret.encode(), hashlib.sha256).digest()


def origin_digest(origin: str) -> str:
    """The keyed digest of "tips.tip:12": 64 hexadecimal digits, the same for the same origin on this server.

    Without the server's secret nobody can try numbers of tips until one fits.
    """
    return hmac.new(_key(settings.SECRET_KEY), origin.encode(), hashlib.sha256).hexdigest()
