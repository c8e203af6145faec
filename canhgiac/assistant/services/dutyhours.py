"""The week's hours of the duty desk."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.assistant.models import DutyHours
from canhgiac.assistant.selectors.duty import KEEPERS
from canhgiac.assistant.selectors.hours import DAYS, MIDNIGHT, week

from .refusals import AssistantRefused

_LOCK = 7_210_083


@dataclass(frozen=True, slots=True)
class HoursData:
    """Hours of one day of the week, 0 is Monday. ``closes`` at or before ``opens`` is on the next morning."""

    weekday: int
    opens: dt.time
    closes: dt.time


def hours_seen() -> str:
    """What tells two weeks of hours apart, for a form to say which it showed. One query."""
    told = repr(sorted((day, sorted(spans)) for day, spans in week().items()))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@transaction.atomic
def duty_hours_save(*, by: Member, hours: Sequence[HoursData], seen: str | None = None) -> int:
    """Puts these hours in the place of the week's; how many entries it has now. ADMIN or COORDINATOR.

    Hours across midnight become two entries. Raises NotAllowed; AssistantRefused where two of a day overlap, or where
    somebody else changed the week since ``seen``.
    """
    require_role(by, *KEEPERS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if seen is not None and seen != hours_seen():
        raise AssistantRefused(_("Người khác vừa sửa giờ trực. Tải lại trang để xem bản mới."))
    rows = sorted(piece for one in hours for piece in _pieces(one))
    for (day, _opens, closes), (next_day, opens, _closes) in pairwise(rows):
        if day == next_day and opens < closes:
            raise AssistantRefused(_("%(day)s có hai khoảng giờ chồng nhau.") % {"day": str(DAYS[day])}, f"day{day}")
    DutyHours.objects.all().delete()
    made = DutyHours.objects.bulk_create(
        DutyHours(weekday=day, opens=opens, closes=closes) for day, opens, closes in rows
    )
    told = [f"{day}: {opens:%H:%M}-{closes:%H:%M}" for day, opens, closes in rows]
    audit_record(by=by, act="assistant.duty_hours_save", subject=by, facts={"hours": told})
    return len(made)


def _pieces(one: HoursData) -> list[tuple[int, dt.time, dt.time]]:
    """The entries of one day's hours: two where they run past midnight."""
    if not 0 <= one.weekday <= 6:
        raise AssistantRefused(_("Thứ không đúng."))
    start = dt.time()
    if one.closes > one.opens:
        return [(one.weekday, one.opens, one.closes)]
    tonight = (one.weekday, one.opens, MIDNIGHT)
    return [tonight] if one.closes == start else [tonight, ((one.weekday + 1) % 7, start, one.closes)]
