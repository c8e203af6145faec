"""The public door of signing up: who may try how often, and a ticket that says nothing of who is known."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.services import Limit, quota_take
from canhgiac.kit import clock
from canhgiac.kit.proofofwork import VALID, challenge_make, proof_holds
from canhgiac.outreach.models import Consent, Way

from .digests import address_digest
from .refusals import WarningRefused
from .subscribers import WAITS, Choice, subscribe

WORKED, PLAIN = Limit("signup-worked", 30, 3600), Limit("signup-plain", 6, 3600)
"""Sign-ups an hour from one network address, with and without the work: a meeting in a village hall shares one."""
ONCE = Limit("signup-proof", 1, int(VALID.total_seconds()))
QUESTIONS = Limit("signup-sms", 1000, 3600)
"""Numbers an hour from all over: each question costs the province an SMS."""
BITS = 14
TICKET = int(WAITS.total_seconds())
"""Seconds for which a code can be typed on the page."""
_SALT = "canhgiac.outreach.signup"


def signup_secret() -> bytes:
    """What challenges are signed with."""
    return hmac.new(settings.SECRET_KEY.encode(), b"outreach.signup", hashlib.sha256).digest()


def signup_challenge() -> str:
    """A little work for the browser."""
    return challenge_make(signup_secret(), bits=BITS, now=clock.now())


@transaction.atomic
def sign_up(
    *, way: Way | str, address: str, choice: Choice, network: str, challenge: str = "", answer: str = ""
) -> str:
    """Signs a canonical address up from the page and gives the ticket of what follows.

    The answer is the same for an address that is new, known, waiting, or refused. Raises WarningRefused beyond the
    limits; nothing typed is lost by it.
    """
    worked = proof_holds(signup_secret(), challenge, answer, now=clock.now()) and quota_take(
        limit=ONCE, address=challenge
    )
    if not quota_take(limit=WORKED if worked else PLAIN, address=network):
        raise WarningRefused(_("Mạng của bạn vừa đăng ký nhiều lần. Những gì bạn nhập vẫn còn: một giờ nữa bấm lại."))
    if way == Way.SMS and not quota_take(limit=QUESTIONS, address=""):
        raise WarningRefused(_("Đang có quá nhiều người đăng ký qua tin nhắn. Một giờ nữa bấm lại giúp chúng tôi."))
    subscribe(way=way, address=address, choice=choice, origin="web", means=Consent.Means.WEB)
    return ticket_make(way, address_digest(way, address))


def ticket_make(way: Way | str, digest: bytes) -> str:
    """A signed word for the page after signing up."""
    return signing.dumps([str(way), digest.hex()], salt=_SALT)


def ticket_read(ticket: str) -> tuple[str, bytes] | None:
    """Channel and digest of a ticket; None for one that is not ours or too old."""
    try:
        way, digest = signing.loads(ticket, salt=_SALT, max_age=TICKET)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return way, bytes.fromhex(digest)
