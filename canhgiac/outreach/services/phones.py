"""The code by which a member proves their own phone, sent by the same road as every SMS."""

from __future__ import annotations

from django.db import transaction

from canhgiac.agencies.models import Member
from canhgiac.agencies.services import Refused, phone_ask
from canhgiac.outreach.models import Way

from .digests import AddressRefused, address_canonical, address_digest
from .refusals import WarningRefused
from .singles import single_send
from .templates import PHONE_CODE


@transaction.atomic
def phone_code_send(*, by: Member, number: str) -> None:
    """Sends a code to the number that the member typed; it leaves at any hour, since they wait for it.

    In the journal the code stands as any message's words do; it is worth nothing after minutes, or once typed. Raises
    WarningRefused at ``number`` for what is no Vietnamese mobile number and beyond the limits, and ProviderRefused
    where nobody carries SMS; then nothing counts.
    """
    try:
        to = address_canonical(Way.SMS, number)
        code = phone_ask(by=by, number=to)
    except (AddressRefused, Refused) as refusal:
        raise WarningRefused(str(refusal), "number") from refusal
    digest = address_digest(Way.SMS, to)
    single_send(template=PHONE_CODE, way=Way.SMS, language=by.language, to=to, digest=digest, fields=("", code))
