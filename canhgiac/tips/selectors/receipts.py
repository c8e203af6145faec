"""The receipt: the code in groups, as a QR code, and what happens next."""

from __future__ import annotations

import datetime as dt
from base64 import b64encode
from dataclasses import dataclass, field

from django.urls import reverse

from canhgiac.agencies.selectors import province
from canhgiac.kit.sealing import code_shown
from canhgiac.library.selectors.renderings import qr_svg, site_url
from canhgiac.tips.models import Tip


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """What the receipt shows; lives for one answer."""

    code: str = field(repr=False)
    bare: str = field(repr=False)
    qr: str = field(repr=False)
    """A data: address of the drawing."""
    address: str
    due_on: dt.date | None
    received_at: dt.datetime
    golden: bool


def receipt_page(code: str, tip: Tip) -> ReceiptPage:
    """The receipt of a tip just taken in. The QR code carries the code behind "#": browsers send that to no server."""
    address = site_url(province(), reverse("tip_follow"))
    return ReceiptPage(
        code=code_shown(code),
        bare=code,
        qr=f"data:image/svg+xml;base64,{b64encode(qr_svg(f'{address}#{code}').encode()).decode()}",
        address=address.removeprefix("https://").removeprefix("http://"),
        due_on=tip.due_on,
        received_at=tip.received_at,
        golden=tip.sent_money_at is not None,
    )
