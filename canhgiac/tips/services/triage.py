"""What an officer does with a tip: takes it, gives it on, asks, puts the day off, answers, spam, reopened.

None of these acts reads what is sealed; those that write to the sender need the opened vault, for the words are sealed
under the tip's content key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Area, Member, Role
from canhgiac.agencies.selectors import NotAllowed, has_role
from canhgiac.agencies.services import audit_record, notice_send
from canhgiac.indicators.services.sightings import sightings_withdraw
from canhgiac.kit import clock
from canhgiac.library.models import ScamForm
from canhgiac.tips.models import Observation, Tip
from canhgiac.tips.selectors.deadlines import OPEN_STATES, latest_of
from canhgiac.tips.selectors.queues import OUTCOMES
from canhgiac.tips.selectors.retention import erase_day
from canhgiac.tips.selectors.scope import officers_for, scope_of
from canhgiac.tips.selectors.unlocked import Unlocked

from .errors import TipRefused, TipStale, locked
from .opening import tip_say
from .parts import event_add

MOST = 500
"""Tips that one act gives on at most."""
_ENDED = (Tip.State.CLOSED, Tip.State.SPAM)


@transaction.atomic
def tip_take(*, by: Member, tip: Tip, version: int | None = None) -> Tip:
    """The member takes the tip upon themselves. Raises TipStale, TipRefused, NotAllowed."""
    row = _worked(by, tip, version)
    _require_open(row)
    return _given(row, by, by, by.agency)


@transaction.atomic
def tip_assign(
    *, by: Member, tip: Tip, to: Member | None = None, agency: Agency | None = None, version: int | None = None
) -> Tip:
    """Gives the tip to an officer, or to an agency whose officers choose among themselves; tells the officer.

    Raises TipStale, TipRefused, NotAllowed.
    """
    row = _worked(by, tip, version)
    _require_open(row)
    _check_receiver(by, to, agency)
    row = _given(row, by, to, agency or (to.agency if to else None))
    if to is not None and to != by:
        _tell(to, [row])
    return row


@dataclass(frozen=True, slots=True)
class Assigned:
    """How many were given on, and why the others were not."""

    done: int
    refused: list[str]


@transaction.atomic
def tips_assign(
    *, by: Member, tips: Sequence[Tip], versions: dict[int, int], to: Member | None = None, agency: Agency | None = None
) -> Assigned:
    """Gives many tips on; one that somebody changed in between, or that is closed, is left and named."""
    _check_receiver(by, to, agency)
    done, refused = [], []
    for tip in sorted(tips, key=lambda one: one.pk)[:MOST]:
        try:
            row = _worked(by, tip, versions.get(tip.pk))
            _require_open(row)
        except (TipRefused, NotAllowed) as error:
            refused.append(f"{tip}: {error}")
        else:
            done.append(_given(row, by, to, agency or (to.agency if to else None)))
    if done and to is not None and to != by:
        _tell(to, done)
    return Assigned(len(done), refused)


@transaction.atomic
def tip_classify(
    *, by: Member, tip: Tip, form: ScamForm | None, area: Area | None, loss: int | None, version: int | None = None
) -> Tip:
    """Sets the form, the commune and the step of the loss that the officer read. Raises as ``tip_take``."""
    row = _worked(by, tip, version)
    was = {"form": row.form_id, "area": row.area_id, "loss": row.loss}
    row.form, row.area, row.loss = form, area, loss
    row.save()
    facts = {"form": row.form_id, "area": row.area_id, "loss": row.loss, "was": was}
    event_add(tip=row, what="classified", by=by, facts=facts)
    Observation.objects.filter(origin=f"tips.tip:{row.pk}").update(
        form=form.code if form else row.form_guess, area=area
    )
    audit_record(by=by, act="tips.tip_classify", subject=row, facts=facts)
    return row


@transaction.atomic
def tip_ask(*, by: Member, tip: Tip, unlocked: Unlocked | None, text: str, version: int | None = None) -> Tip:
    """Asks the sender for more; the question goes into the talk and the tip waits for them. Raises as ``tip_take``."""
    row = _worked(by, tip, version)
    _require_open(row)
    _say(by, row, unlocked, text, asks=True)
    row.state, row.waits_for_us = Tip.State.ASKED, False
    _own_if_new(row, by)
    row.save()
    audit_record(by=by, act="tips.tip_ask", subject=row)
    return row


@transaction.atomic
def tip_extend(*, by: Member, tip: Tip, until: dt.date, reason: str, version: int | None = None) -> Tip:
    """Puts the last day off, to two months after receipt at most (Criminal Procedure Code, Article 147, clause 2).

    Raises TipRefused without a reason or beyond that day; else as ``tip_take``.
    """
    row = _worked(by, tip, version)
    _require_open(row)
    words, latest = " ".join(reason.split()), latest_of(row.received_at)
    if not words:
        raise TipRefused(_("Ghi lý do: vì sao vụ việc phức tạp, cần xác minh gì thêm."), "reason")
    if row.due_on is not None and until <= row.due_on:
        raise TipRefused(_("Ngày mới phải sau hạn hiện tại %s.") % f"{row.due_on:%d/%m/%Y}", "until")
    if until > latest:
        raise TipRefused(_("Không quá 2 tháng kể từ ngày nhận: muộn nhất %s.") % f"{latest:%d/%m/%Y}", "until")
    was, row.due_on, row.extended_reason = row.due_on, until, words[:500]
    row.save()
    event_add(tip=row, what="extended", by=by, public=True, facts={"until": until.isoformat()})
    audit_record(by=by, act="tips.tip_extend", subject=row, facts={"was": was, "until": until})
    return row


@transaction.atomic
def tip_answer(
    *, by: Member, tip: Tip, unlocked: Unlocked | None, outcome: str, text: str, version: int | None = None
) -> Tip:
    """Answers the sender and closes the tip. ``text`` goes into the talk.

    A tip that names nobody still gets an answer: it is read by the receipt code. Raises as ``tip_take``.
    """
    row = _worked(by, tip, version)
    if row.state not in (*OPEN_STATES, Tip.State.HANDED):
        raise TipRefused(_("Tin này đã kết thúc. Mở lại trước khi trả lời."))
    if outcome not in {code for code, _label in OUTCOMES if code != "spam"}:
        raise TipRefused(_("Chọn kết quả."), "outcome")
    _say(by, row, unlocked, text)
    row.state, row.outcome, row.closed_at, row.waits_for_us = Tip.State.CLOSED, outcome, clock.now(), False
    _own_if_new(row, by)
    row.erase_on = erase_day(row)
    row.save()
    event_add(tip=row, what="closed", by=by, public=True, facts={"outcome": outcome})
    audit_record(by=by, act="tips.tip_answer", subject=row, facts={"outcome": outcome})
    return row


@transaction.atomic
def tip_spam(*, by: Member, tip: Tip, version: int | None = None) -> Tip:
    """Calls the tip spam: it leaves its case and the queues, what it named counts no more. ``tip_reopen`` undoes."""
    row = _worked(by, tip, version)
    if row.state in (*_ENDED, Tip.State.WITHDRAWN):
        raise TipRefused(_("Tin này đã kết thúc."))
    was, case = row.state, row.case_id
    row.state, row.outcome, row.closed_at, row.case, row.waits_for_us = Tip.State.SPAM, "spam", clock.now(), None, False
    row.erase_on = erase_day(row)
    row.save()
    event_add(tip=row, what="spam", by=by, facts={"was": was, "case": case})
    Observation.objects.filter(origin=f"tips.tip:{row.pk}").delete()
    sightings_withdraw(origin=f"tips.tip:{row.pk}")
    audit_record(by=by, act="tips.tip_spam", subject=row, facts={"was": was})
    return row


@transaction.atomic
def tip_reopen(*, by: Member, tip: Tip, version: int | None = None) -> Tip:
    """Takes a closing, a hand-over or "spam" back. What is erased stays erased. Raises as ``tip_take``."""
    row = _worked(by, tip, version)
    if row.erased_at is not None:
        raise TipRefused(_("Nội dung tin này đã xóa theo quy định, không mở lại được."))
    if row.state not in (*_ENDED, Tip.State.HANDED):
        raise TipRefused(_("Tin này đang được xử lý."))
    was = row.state
    row.state, row.outcome, row.closed_at, row.erase_on = Tip.State.TRIAGE, "", None, None
    row.save()
    event_add(tip=row, what="reopened", by=by, public=was != Tip.State.SPAM, facts={"was": was})
    audit_record(by=by, act="tips.tip_reopen", subject=row, facts={"was": was})
    return row


def tip_worked(by: Member, tip: Tip, version: int | None = None) -> Tip:
    """The tip, locked for an act of this member, its version raised. Raises TipStale, NotAllowed."""
    return _worked(by, tip, version)


def _worked(by: Member, tip: Tip, version: int | None) -> Tip:
    row = locked(Tip, tip.pk, version)
    if not scope_of(by).works(row):
        raise NotAllowed(_("Việc này cần vai trò %s ở địa bàn của tin báo.") % Role.Kind.TIP_OFFICER.label)
    return row


def _require_open(row: Tip) -> None:
    if row.state not in OPEN_STATES:
        raise TipRefused(_("Tin này đã %s. Mở lại trước.") % row.get_state_display().lower())


def _check_receiver(by: Member, to: Member | None, agency: Agency | None) -> None:
    if to is None and agency is None:
        raise TipRefused(_("Chọn người hoặc đơn vị xử lý."), "to")
    if to is not None and not officers_for(scope_of(by)).filter(pk=to.pk).exists():
        raise TipRefused(_("Người này không phải cán bộ tiếp nhận tin báo thuộc đơn vị của bạn."), "to")
    if agency is not None and not agency.kind.startswith("police") and agency.kind != Agency.Kind.UNIT:
        raise TipRefused(_("Chỉ giao cho cơ quan công an. Nơi khác: lập hồ sơ chuyển giao."), "agency")


def _given(row: Tip, by: Member, to: Member | None, agency: Agency | None) -> Tip:
    was = {"to": row.assigned_to_id, "agency": row.assigned_agency_id}
    row.assigned_to, row.assigned_agency = to, agency
    if row.state == Tip.State.NEW and to is not None:
        row.state = Tip.State.TRIAGE
    row.save()
    facts: dict[str, Any] = {"to": row.assigned_to_id, "agency": row.assigned_agency_id, "was": was}
    what = "taken" if to == by else "assigned"
    event_add(tip=row, what=what, by=by, public=was["to"] is None and was["agency"] is None, facts=facts)
    audit_record(by=by, act="tips.tip_take" if to == by else "tips.tip_assign", subject=row, facts=facts)
    return row


def _own_if_new(row: Tip, by: Member) -> None:
    """Who answers or asks first has taken it."""
    if row.assigned_to_id is None and has_role(by, Role.Kind.TIP_OFFICER):
        row.assigned_to, row.assigned_agency = by, row.assigned_agency or by.agency


def _say(by: Member, row: Tip, unlocked: Unlocked | None, text: str, *, asks: bool = False) -> None:
    if unlocked is None:
        raise TipRefused(_("Mở niêm phong trước: lời gửi người báo được niêm phong cùng tin báo."))
    if not text.strip():
        raise TipRefused(_("Viết lời gửi người báo."), "text")
    tip_say(by=by, tip=row, unlocked=unlocked, text=text, asks=asks)


def _tell(to: Member, tips: Sequence[Tip]) -> None:
    """A notice that names numbers alone."""
    first = tips[0]
    subject = _("Bạn được giao tin báo %s") % first if len(tips) == 1 else _("Bạn được giao %d tin báo") % len(tips)
    link = reverse("tip_detail", args=[first.pk]) if len(tips) == 1 else f"{reverse('tip_list')}?xem=cua-toi"
    lines = [f"{tip}: " + _("hạn %s") % (f"{tip.due_on:%d/%m/%Y}" if tip.due_on else "–") for tip in tips[:50]]
    notice_send(kind="tips.tip_assigned", member=to, subject=subject, body="\n".join(lines), link=link)


__all__ = [
    "Assigned",
    "TipRefused",
    "TipStale",
    "tip_answer",
    "tip_ask",
    "tip_assign",
    "tip_classify",
    "tip_extend",
    "tip_reopen",
    "tip_spam",
    "tip_take",
    "tip_worked",
    "tips_assign",
]
