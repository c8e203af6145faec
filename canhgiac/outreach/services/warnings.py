"""Warnings begun: a draft that somebody or the radar starts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from canhgiac.agencies.models import Area, Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.library.models import ScamForm
from canhgiac.outreach.models import Warning as Alert

DRAFTERS = (Role.Kind.COORDINATOR, Role.Kind.EDITOR, Role.Kind.TIP_OFFICER)


@dataclass(frozen=True, slots=True)
class WarningData:
    """What a draft begins with."""

    title: str
    happens: str
    signs: str = ""
    advice: str = ""
    form: ScamForm | None = None
    areas: tuple[Area, ...] = ()
    origin: str = ""
    """What it was drafted from, "radar.card:12"."""
    first_seen_at: dt.datetime | None = None
    """When the first tip of the trick came in."""


@transaction.atomic
def warning_draft(*, by: Member, data: WarningData) -> Alert:
    """Begins a warning: a draft that nobody outside sees. COORDINATOR, EDITOR or TIP_OFFICER.

    Drafted twice from the same origin it is the same draft.
    """
    require_role(by, *DRAFTERS)
    known = Alert.objects.filter(origin=data.origin, state=Alert.State.DRAFT).first() if data.origin else None
    if known is not None:
        return known
    row = Alert.objects.create(
        title=data.title[:200],
        happens=data.happens,
        signs=data.signs,
        advice=data.advice,
        form=data.form,
        origin=data.origin,
        first_seen_at=data.first_seen_at,
        made_by=by,
    )
    row.areas.set(_once(data.areas))
    facts = {"origin": data.origin, "areas": [area.pk for area in data.areas], "first_seen_at": data.first_seen_at}
    audit_record(by=by, act="outreach.warning_draft", subject=row, facts=facts)
    return row


def _once(areas: Iterable[Area]) -> list[Area]:
    return list({area.pk: area for area in areas}.values())
