"""The call log: what the officer with the telephone in hand writes down."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Area, Member, Role
from canhgiac.agencies.selectors import NotAllowed, has_role, require_role
from canhgiac.agencies.services import audit_record
from canhgiac.assistant.models import CallEntry
from canhgiac.assistant.selectors.boxes import address_box, address_unbox
from canhgiac.assistant.selectors.calls import ABOUT_LENGTH
from canhgiac.assistant.selectors.duty import OFFICERS
from canhgiac.assistant.selectors.mask import mask
from canhgiac.kit import clock
from canhgiac.kit.text import storable
from canhgiac.library.models import ScamForm
from canhgiac.tips.models import Tip

from .refusals import AssistantRefused

KEPT = dt.timedelta(days=90)
"""How long name and number of a caller are kept; the rest of the entry stays for the figures."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who called, as far as they said."""

    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class CallData:
    """One call as it was written down. ``about`` may hold numbers: they are masked before anything is kept."""

    at: dt.datetime
    about: str = ""
    act: str = ""
    minutes: int | None = None
    caller: Caller = Caller()
    form: ScamForm | None = None
    verdict: str = ""
    area: Area | None = None
    tip: Tip | None = None
    outcome: CallEntry.Outcome | str = CallEntry.Outcome.ADVISED


@transaction.atomic
def call_log(*, by: Member, data: CallData) -> CallEntry:
    """Writes down a call. TIP_OFFICER or COORDINATOR. Raises NotAllowed, AssistantRefused for a time still ahead."""
    require_role(by, *OFFICERS)
    row = CallEntry(by=by)
    _write(row, data)
    row.caller_sealed = _boxed(data.caller)
    row.save()
    audit_record(by=by, act="assistant.call_log", subject=row, facts={"outcome": str(row.outcome)})
    return row


@transaction.atomic
def call_edit(
    *, by: Member, call: CallEntry, data: CallData, version: int | None = None, caller_kept: bool = False
) -> CallEntry:
    """Corrects an entry: who wrote it, or a coordinator. With ``caller_kept`` who called stays as it is.

    Raises NotAllowed, AssistantRefused where somebody else corrected it meanwhile.
    """
    row = CallEntry.objects.select_for_update(of=("self",)).get(pk=call.pk)
    require_role(by, *OFFICERS)
    if row.by_id != by.pk and not has_role(by, Role.Kind.COORDINATOR):
        raise NotAllowed(_("Người ghi hoặc điều phối viên mới sửa được cuộc gọi này."))
    if version is not None and row.version != version:
        raise AssistantRefused(_("Người khác vừa sửa cuộc gọi này. Xem bản mới rồi sửa lại; chữ bạn ghi vẫn còn."))
    _write(row, data)
    if not caller_kept:
        row.caller_sealed = _boxed(data.caller)
    row.version += 1
    row.save()
    audit_record(by=by, act="assistant.call_edit", subject=row, facts={"outcome": str(row.outcome)})
    return row


@transaction.atomic
def call_caller_open(*, by: Member, call: CallEntry) -> Caller | None:
    """Who called; None where nobody was named or it is erased. Every opening is in the audit log. Raises NotAllowed."""
    require_role(by, *OFFICERS)
    if call.caller_sealed is None:
        return None
    audit_record(by=by, act="assistant.call_caller_open", subject=call)
    return Caller(**json.loads(address_unbox(bytes(call.caller_sealed))))


@transaction.atomic
def calls_forget(*, now: dt.datetime | None = None) -> int:
    """Erases who called from entries older than ``KEPT``; how many. A second run finds none."""
    old = CallEntry.objects.filter(at__lt=(now or clock.now()) - KEPT).exclude(caller_sealed=None)
    first = old.order_by("pk").first()
    if first is None:
        return 0
    erased = old.update(caller_sealed=None)
    audit_record(by=None, act="assistant.calls_forget", subject=first, facts={"count": erased})
    return erased


def _write(row: CallEntry, data: CallData) -> None:
    if data.at > clock.now() + dt.timedelta(minutes=5):
        raise AssistantRefused(_("Giờ gọi chưa tới."), "at")
    about = " ".join(mask(storable(data.about)).split())
    row.about = about if len(about) <= ABOUT_LENGTH else about[: ABOUT_LENGTH - 1] + "…"
    row.at, row.minutes, row.act, row.verdict = data.at, data.minutes, data.act, data.verdict
    row.form, row.area, row.tip = data.form, data.area, data.tip
    row.outcome = CallEntry.Outcome.TIP if data.tip is not None else CallEntry.Outcome(data.outcome)


def _boxed(caller: Caller) -> bytes | None:
    told = {"name": " ".join(caller.name.split()), "phone": " ".join(caller.phone.split())}
    return address_box(json.dumps(told, ensure_ascii=False)) if any(told.values()) else None
