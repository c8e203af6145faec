"""What staff change of a subscription because its owner asked: on the telephone, at the counter, on paper.

Each change says how the person asked, stands in the consent record with what was before, and in the audit log. The
person hears of it on their own channel, in the hours of sending, so that a change that nobody asked for is noticed.
For ``selectors.people.UNDO`` the member who did it can take it back.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Area, Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.text import storable
from canhgiac.outreach.models import Consent, Subscriber, Suppression, Way
from canhgiac.outreach.selectors.audiences import groups_of
from canhgiac.outreach.selectors.people import undoable
from canhgiac.outreach.selectors.subscribers import digest_told

from .consents import consent_write
from .digests import address_digest
from .refusals import WarningRefused
from .subscribers import (
    Choice,
    Subscribed,
    choose,
    pause_end,
    subscribe,
    subscriber_erase,
    subscriber_stop,
    subscriber_tell,
)
from .templates import CHANGED

State, Act, Means = Subscriber.State, Consent.Act, Consent.Means
ASKED_BY = (Means.CALL, Means.COUNTER, Means.PAPER)
"""How a person may have asked staff."""
CHANGEABLE = (State.PENDING, State.ACTIVE, State.PAUSED)
NOTE_LENGTH = 200
_NAMES = {
    Act.CHANGED: "outreach.subscriber_change",
    Act.PAUSED: "outreach.subscriber_pause",
    Act.RESUMED: "outreach.subscriber_unpause",
}
_ADDRESS = re.compile(r"(?:\d[ .-]?){8,}|@")
"""What would name somebody in a note: a consent row is kept for years without the address."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How the person asked, and what the member saw when they wrote it down."""

    means: str
    version: int
    """``Subscriber.version`` on the page."""
    note: str = ""
    """Where the proof lies ("sổ tiếp dân trang 12"), without any address."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a request."""

    subscriber: Subscriber
    is_told: bool
    """A confirmation is on its way to the person, or waits for the hours of the channel."""


@transaction.atomic
def subscriber_edit(*, by: Member, subscriber: Subscriber, choice: Choice, asked: Asked) -> Changed:
    """Another area, groups, language, signs. COORDINATOR. Raises NotAllowed, WarningRefused."""
    row = _held(by, subscriber, asked, *CHANGEABLE)
    was = _standing(row)
    choose(row, choice)
    if _standing(row) == was:
        raise WarningRefused(_("Chưa đổi gì so với lựa chọn đang có."))
    return _done(by, row, asked, Act.CHANGED, was)


@transaction.atomic
def subscriber_pause(*, by: Member, subscriber: Subscriber, until: dt.date, asked: Asked) -> Changed:
    """Nothing new until the beginning of a day in Viet Nam. COORDINATOR. Raises NotAllowed, WarningRefused."""
    row = _held(by, subscriber, asked, State.ACTIVE, State.PAUSED)
    was = _standing(row)
    row.state, row.paused_until = State.PAUSED, pause_end(until)
    return _done(by, row, asked, Act.PAUSED, was)


@transaction.atomic
def subscriber_unpause(*, by: Member, subscriber: Subscriber, asked: Asked) -> Changed:
    """Warnings again before the pause is over. COORDINATOR. Raises NotAllowed, WarningRefused."""
    row = _held(by, subscriber, asked, State.PAUSED)
    was = _standing(row)
    row.state, row.paused_until = State.ACTIVE, None
    return _done(by, row, asked, Act.RESUMED, was)


@transaction.atomic
def subscriber_end(*, by: Member, subscriber: Subscriber, asked: Asked) -> Changed:
    """No more, at once (``subscriber_stop``); the one confirmation of it goes to the person. COORDINATOR.

    Raises NotAllowed, WarningRefused.
    """
    row = _held(by, subscriber, asked, *CHANGEABLE)
    proof = {"was": _standing(row), "note": _note(asked)}
    ended = subscriber_stop(digest=bytes(row.digest), means=asked.means, proof=proof, by=by)
    return Changed(ended or row, is_told=True)


@transaction.atomic
def subscriber_forget(*, by: Member, subscriber: Subscriber, asked: Asked) -> None:
    """Erases all that is kept (``subscriber_erase``), for good. COORDINATOR. Raises NotAllowed, WarningRefused."""
    row = _held(by, subscriber, asked, *State)
    subscriber_erase(subscriber=row, means=asked.means, by=by, proof={"note": _note(asked)})


@transaction.atomic
def subscriber_channel_add(
    *, by: Member, subscriber: Subscriber, way: Way | str, address: str, asked: Asked
) -> Subscribed:
    """The same choices at another canonical address of the person, whose owner is asked first; this one goes on.

    COORDINATOR. Raises NotAllowed; WarningRefused for the same address, or one that may not be asked.
    """
    row = _held(by, subscriber, asked, *CHANGEABLE)
    if address_digest(way, address) == bytes(row.digest):
        raise WarningRefused(_("Đây chính là địa chỉ đang xem."), "address")
    choice = Choice(row.area, groups_of(row.groups), row.language, row.with_marks)
    proof = {"beside": digest_told(bytes(row.digest)), "note": _note(asked)}
    made = subscribe(way=way, address=address, choice=choice, origin="staff", means=asked.means, proof=proof, by=by)
    if made.subscriber is None:
        raise WarningRefused(_("Số này nằm trong danh sách không quảng cáo: không ghi được."), "address")
    return made


@transaction.atomic
def subscriber_undo(*, by: Member, subscriber: Subscriber, version: int) -> Changed:
    """Takes back what this member just wrote down, as ``selectors.people.undoable`` allows. COORDINATOR.

    A stop that is taken back lifts the suppression that it made: the person had not asked for it. Raises NotAllowed,
    WarningRefused.
    """
    require_role(by, Role.Kind.COORDINATOR)
    row = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    _require_seen(row, version)
    last = undoable(by, row)
    if last is None:
        raise WarningRefused(_("Không hoàn tác được nữa: đã quá giờ, hoặc sau đó có thay đổi khác."))
    was = last.proof["was"]
    row.area = Area.objects.filter(pk=was["area"]).first()
    row.groups, row.language, row.with_marks = was["groups"], was["language"], was["with_marks"]
    row.state, row.stopped_at = was["state"], None
    row.paused_until = dt.datetime.fromisoformat(was["until"]) if was["until"] else None
    row.version += 1
    row.save()
    digest = bytes(row.digest)
    if last.act == Act.STOPPED:
        Suppression.objects.filter(digest=digest, why=Suppression.Why.STOPPED).delete()
    consent_write(digest=digest, act=Act.UNDONE, means=Means.STAFF, subscriber=row, proof={"of": last.pk}, by=by)
    is_told = _tell(row)
    audit_record(by=by, act="outreach.subscriber_undo", subject=row, facts={"consent": last.pk, "of": last.act})
    return Changed(row, is_told)


def subscribers_wake(*, now: dt.datetime | None = None) -> int:
    """Ends the pauses whose time is over; how many. One statement."""
    over = Subscriber.objects.filter(state=State.PAUSED, paused_until__lte=now or clock.now())
    return over.update(state=State.ACTIVE, paused_until=None, version=F("version") + 1)


def _held(by: Member, subscriber: Subscriber, asked: Asked, *states: Subscriber.State) -> Subscriber:
    """The row locked, where it stands as the member saw it. Raises NotAllowed, WarningRefused."""
    require_role(by, Role.Kind.COORDINATOR)
    if asked.means not in ASKED_BY:
        raise WarningRefused(_("Chọn người ấy yêu cầu bằng cách nào."), "means")
    if _ADDRESS.search(asked.note):
        raise WarningRefused(_("Đừng ghi số điện thoại, địa chỉ thư hay số giấy tờ vào ghi chú."), "note")
    row = Subscriber.objects.select_for_update(of=("self",)).select_related("area").get(pk=subscriber.pk)
    if row.state not in states:
        raise WarningRefused(_("Không làm được khi đang ở trạng thái: %s.") % row.get_state_display())
    _require_seen(row, asked.version)
    return row


def _require_seen(row: Subscriber, version: int) -> None:
    if row.version != version:
        raise WarningRefused(_("Lựa chọn này vừa đổi. Xem lại rồi làm tiếp."), version=row.version)


def _standing(row: Subscriber) -> dict[str, Any]:
    """What a change can be taken back to."""
    until = row.paused_until.isoformat() if row.paused_until else ""
    told = {"area": row.area.pk if row.area else None, "groups": row.groups, "language": str(row.language)}
    return told | {"with_marks": row.with_marks, "state": str(row.state), "until": until}


def _note(asked: Asked) -> str:
    return " ".join(storable(asked.note).split())[:NOTE_LENGTH]


def _done(by: Member, row: Subscriber, asked: Asked, act: Consent.Act, was: dict[str, Any]) -> Changed:
    """The change kept, in the consent record, told to the person, in the audit log."""
    row.version += 1
    row.save()
    proof = {"was": was, "note": _note(asked)}
    if row.paused_until:
        proof["until"] = row.paused_until.isoformat()
    consent_write(digest=bytes(row.digest), act=act, means=asked.means, subscriber=row, proof=proof, by=by)
    is_told = _tell(row)
    audit_record(by=by, act=_NAMES[act], subject=row, facts={"version": row.version, "means": asked.means})
    return Changed(row, is_told)


def _tell(row: Subscriber) -> bool:
    """The confirmation, but not to a pending one, who was asked once already."""
    return row.state in {State.ACTIVE, State.PAUSED} and subscriber_tell(row, CHANGED)
