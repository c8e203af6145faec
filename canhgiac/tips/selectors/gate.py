"""How much work the public form asks for: little on a quiet day, more while many tips come in."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

from django.conf import settings

from canhgiac.kit import clock
from canhgiac.kit.proofofwork import challenge_make
from canhgiac.tips.models import Tip

QUIET_BITS, BUSIEST_BITS = 14, 20
"""16,000 and 1,000,000 hashes in the mean: a tenth of a second and some seconds on an old phone."""
QUIET = 20
"""Tips in ten minutes up to which the day is quiet; each doubling asks for one bit more."""
WINDOW = dt.timedelta(minutes=10)


def gate_secret() -> bytes:
    """What challenges are signed with."""
    return hmac.new(settings.SECRET_KEY.encode(), b"tips.gate", hashlib.sha256).digest()


def difficulty() -> int:
    """Bits asked for now. One query."""
    lately = Tip.objects.filter(received_at__gt=clock.now() - WINDOW, channel__in=("web", "assistant")).count()
    return min(QUIET_BITS + (lately // QUIET).bit_length(), BUSIEST_BITS)


def challenge_now() -> str:
    """A challenge for one sending."""
    return challenge_make(gate_secret(), bits=difficulty(), now=clock.now())
