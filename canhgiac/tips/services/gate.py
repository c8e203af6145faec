"""Who may send from the public page: some a day from one address, more for a browser that did a little work."""

from __future__ import annotations

from django.utils.translation import gettext as _

from canhgiac.agencies.services import Limit, quota_take
from canhgiac.kit import clock
from canhgiac.kit.proofofwork import VALID, proof_holds
from canhgiac.tips.selectors.gate import gate_secret

from .errors import TipRefused

WORKED, PLAIN = Limit("tip-worked", 12, 3600), Limit("tip-plain", 3, 3600)
"""Sendings an hour from one address, with and without the work. A commune behind one address calls, or sends later."""
ONCE = Limit("tip-proof", 1, int(VALID.total_seconds()))


class GateClosed(TipRefused):
    """Too many from this address; nothing typed is lost."""


def gate_pass(*, address: str, challenge: str = "", answer: str = "") -> None:
    """Counts one sending. Raises GateClosed beyond the limit. A proof counts once: used again it is none."""
    worked = proof_holds(gate_secret(), challenge, answer, now=clock.now()) and quota_take(
        limit=ONCE, address=challenge
    )
    if not quota_take(limit=WORKED if worked else PLAIN, address=address):
        raise GateClosed(
            _("Mạng của bạn vừa gửi nhiều tin. Nội dung vẫn còn: một giờ nữa bấm gửi lại, hoặc gọi 113 nếu gấp.")
        )
