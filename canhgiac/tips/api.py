"""Partners pass on what their customers tell them: one tip a call, sealed like every other."""

from __future__ import annotations

import datetime as dt
import uuid

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from canhgiac.agencies.api import Invalid, Refusal
from canhgiac.engines.lookup.keys import BadKeyError, Key, key_of
from canhgiac.indicators.api import PartnerAuth, partner
from canhgiac.indicators.models import Partner

from .models import Tip
from .services.errors import TipRefused
from .services.intake import TipData, tip_receive
from .services.parts import Facts, Identity

router = Router(tags=["tips"])


class TellingIn(Schema):
    """A number, account, link, app or name that the tip is about."""

    kind: str = Field(description="account, wallet, phone, link, app, social")
    value: str = Field(max_length=400)
    bank: str = Field("", max_length=80, description="Tên hoặc BIN, nếu giá trị không kèm")


class TipIn(Schema):
    """What a customer told the partner."""

    story: str = Field(min_length=1, max_length=20_000)
    indicators: list[TellingIn] = Field(default_factory=list, max_length=60)
    amount: int | None = Field(None, ge=0, le=10**13, description="Đồng")
    happened_on: dt.date | None = None
    sent_money_at: dt.datetime | None = Field(None, description="Giờ chuyển tiền, ISO 8601 có múi giờ")
    name: str = Field("", max_length=120)
    phone: str = Field("", max_length=40)
    may_call: bool = False
    client_key: uuid.UUID | None = Field(None, description="Gửi lại cùng mã này vẫn là một tin")


class TipOut(Schema):
    """The receipt: the code goes to the customer and is told this once."""

    code: str
    received_at: dt.datetime
    due_on: dt.date | None


@router.post(
    "/tips",
    response={201: TipOut, 401: Refusal, 403: Refusal, 409: Refusal, 422: Invalid, 429: Refusal},
    auth=PartnerAuth(Partner.Scope.TIPS, "tips"),
)
def tip_send(request: HttpRequest, payload: TipIn) -> tuple[int, TipOut]:
    """Takes in a tip that a bank, carrier or other partner passes on for a customer. Scope: tips:send."""
    keys = tuple(_key(one, place) for place, one in enumerate(payload.indicators))
    data = TipData(
        story=payload.story,
        facts=Facts(amount=payload.amount, keys=keys, confirmed=bool(keys)),
        identity=Identity(payload.name, payload.phone, may_call=payload.may_call),
        happened_on=payload.happened_on,
        sent_money_at=payload.sent_money_at,
    )
    try:
        receipt = tip_receive(
            data=data,
            channel=Tip.Channel.PARTNER,
            partner=partner(request).partner.agency,
            client_key=payload.client_key,
        )
    except TipRefused as refusal:
        raise HttpError(409, str(refusal)) from None
    return 201, TipOut(code=receipt.code, received_at=receipt.tip.received_at, due_on=receipt.tip.due_on)


def _key(told: TellingIn, place: int) -> Key:
    try:
        return key_of(told.kind, told.value, bank=told.bank)
    except BadKeyError as error:
        raise HttpError(422, _("indicators[%(place)d]: %(why)s") % {"place": place, "why": error}) from None
