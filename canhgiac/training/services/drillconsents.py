"""A member's own yes or no, and the addresses that they prove to be theirs by writing to us from them."""

from __future__ import annotations

import datetime as dt
import re
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.outreach.models import InboundMessage
from canhgiac.outreach.services.digests import AddressRefused, address_canonical, address_digest
from canhgiac.training.models import DrillConsent, DrillContact
from canhgiac.training.selectors.drills import RULE_VERSION, agrees

from .refusals import TrainingRefused

CODE_LASTS = dt.timedelta(hours=1)
CODE = re.compile(r"dt ?(\d{8})")
"""What a member sends: "DT 12345678"."""


@transaction.atomic
def drill_consent_give(*, by: Member, accepts: bool) -> DrillConsent:
    """The member's own word about the rule as it stands. Said again unchanged, nothing is written.

    A no forgets the addresses that were proven; what is drawn and has not left is never sent.
    """
    Member.objects.select_for_update(no_key=True).get(pk=by.pk)
    newest = DrillConsent.objects.filter(member=by).order_by("-at", "-pk").first()
    if newest is not None and newest.accepts == accepts and newest.rule_version == RULE_VERSION:
        return newest
    row = DrillConsent.objects.create(member=by, accepts=accepts, rule_version=RULE_VERSION, at=clock.now())
    if not accepts:
        DrillContact.objects.filter(member=by).delete()
    audit_record(by=by, act="training.drill_consent_give", subject=row, facts={"accepts": accepts})
    return row


@transaction.atomic
def drill_contact_ask(*, by: Member, way: str) -> DrillContact:
    """A fresh code that the member sends us from the phone or account to be used. Raises TrainingRefused."""
    if way not in DrillContact.Way.values or not agrees(by):
        raise TrainingRefused(_("Đồng ý quy tắc diễn tập trước đã."))
    row, _made = DrillContact.objects.select_for_update().get_or_create(member=by, way=way)
    row.code, row.code_until = f"{secrets.randbelow(10**8):08}", clock.now() + CODE_LASTS
    row.save(update_fields=["code", "code_until"])
    return row


@transaction.atomic
def drill_contact_drop(*, by: Member, way: str) -> None:
    """The member takes an address of theirs back."""
    DrillContact.objects.filter(member=by, way=way).delete()


@transaction.atomic
def contact_prove(*, message: InboundMessage) -> bool:
    """Whether the message was a member's code; then its sender is the member's proven address.

    The address is what the network says the message came from; one that another member proved stays theirs.
    """
    found = CODE.fullmatch(fold(message.text))
    if found is None or message.way not in DrillContact.Way.values:
        return False
    rows = DrillContact.objects.select_for_update().filter(
        way=message.way, code=found[1], code_until__gte=message.came_at
    )
    row = rows.first()
    if row is None:
        return False
    try:
        address = address_canonical(message.way, message.sender)
    except AddressRefused:
        return False
    digest = address_digest(message.way, address)
    if DrillContact.objects.filter(digest=digest).exclude(pk=row.pk).exists():
        return False
    row.address, row.digest, row.proven_at, row.code, row.code_until = address, digest, clock.now(), None, None
    row.save()
    return True
