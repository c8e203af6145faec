"""What becomes of one agency's duty: a later date, asked for and granted; excused; rerouted; urged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, AuditEntry, Member, Role
from canhgiac.agencies.selectors import NotAllowed, acting_for, has_role, members_to_notify
from canhgiac.agencies.services import audit_record, notice_send
from canhgiac.kit import clock
from canhgiac.plans.selectors.scope import scope_of
from canhgiac.reporting.models import DueExtension, DueRequest, DutyReminder, ReportDuty, ReportRound
from canhgiac.reporting.selectors.duties import answers_for, receives
from canhgiac.reporting.selectors.summary import OWING

from .digests import items_of, posts_of, urge_send
from .refusals import Refused, duty_locked

State = ReportDuty.State


@dataclass(frozen=True, slots=True)
class Bulk:
    """What became of an act on many duties."""

    changed: int
    refused: list[str]
    """One Vietnamese line for each duty left as it was."""


def _steered(by: Member, duty: ReportDuty) -> ReportDuty:
    """The duty, if the member coordinates the round or the agency it reports to. Raises NotAllowed."""
    if not any(has_role(by, Role.Kind.COORDINATOR, agency=one) for one in (duty.round.agency, duty.reports_to)):
        raise NotAllowed(_("Việc này là của điều phối viên cơ quan nhận báo cáo."))
    return duty


def _begun(duty: ReportDuty) -> None:
    if duty.round.state == ReportRound.State.CLOSED:
        raise Refused(_("Kỳ đã chốt. Mở lại kỳ trước."))


def _many(duties: Collection[int], act: Callable[[int], object]) -> Bulk:
    """Does the act on each duty that still stands, each in a transaction of its own."""
    changed, refused = 0, []
    names = dict(ReportDuty.objects.filter(pk__in=duties).order_by("agency__folded").values_list("pk", "agency__name"))
    for pk, name in names.items():
        try:
            with transaction.atomic():
                act(pk)
            changed += 1
        except (Refused, NotAllowed) as refusal:
            refused.append(f"{name}: {refusal}")
    return Bulk(changed, refused)


# A later date -------------------------------------------------------------------------------------------------------


@transaction.atomic
def duty_extend(*, by: Member, duty: ReportDuty, until: dt.date, reason: str) -> DueExtension:
    """Grants a later due date, as often as needed; the agency is told, the ladder starts anew.

    Raises NotAllowed, Refused for a day that is not later, without a reason, or once the report is in.
    """
    row = _steered(by, duty_locked(duty.pk))
    extension = _extend(by, row, until, reason)
    audit_record(by=by, act="reporting.duty_extend", subject=row, facts={"before": extension.before, "until": until})
    return extension


def _extend(by: Member, row: ReportDuty, until: dt.date, reason: str) -> DueExtension:
    _begun(row)
    if row.state not in OWING:
        raise Refused(_("Báo cáo đã gửi hoặc được miễn, không cần gia hạn."))
    if until <= row.due_date:
        raise Refused(_("Hạn mới phải sau hạn hiện nay, %s.") % f"{row.due_date:%d/%m/%Y}", "until")
    if not reason.strip():
        raise Refused(_("Ghi lý do gia hạn."), "reason")
    extension = DueExtension.objects.create(
        duty=row, before=row.due_date, until=until, reason=reason.strip()[:300], by=by
    )
    row.due_date = until
    row.save(update_fields=["due_date"])
    if row.round.state == ReportRound.State.OPEN:
        facts = {"title": row.round.title, "until": f"{until:%d/%m/%Y}", "reason": extension.reason}
        _tell_agency(
            row,
            kind="reporting.duty_extend",
            subject=_("Gia hạn đến %(until)s: %(title)s") % facts,
            body=_("Hạn gửi “%(title)s” được lùi đến %(until)s. Lý do: %(reason)s.") % facts,
        )
    return extension


def duties_extend(*, by: Member, duties: Collection[int], until: dt.date, reason: str) -> Bulk:
    """``duty_extend`` for many; those that cannot be are left and named. Each is an act of its own."""
    return _many(duties, lambda pk: duty_extend(by=by, duty=ReportDuty(pk=pk), until=until, reason=reason))


@transaction.atomic
def due_request(*, by: Member, duty: ReportDuty, until: dt.date, reason: str) -> DueRequest:
    """An officer asks for a later due date; those who receive the report are told. One open request a duty.

    Raises NotAllowed, Refused.
    """
    row = duty_locked(duty.pk)
    if not answers_for(scope_of(by), row):
        raise NotAllowed(_("Báo cáo này không thuộc đơn vị của bạn."))
    if row.round.state != ReportRound.State.OPEN or row.state not in OWING:
        raise Refused(_("Chỉ xin gia hạn khi kỳ đang thu và báo cáo chưa gửi."))
    if until <= row.due_date:
        raise Refused(_("Hạn mới phải sau hạn hiện nay, %s.") % f"{row.due_date:%d/%m/%Y}", "until")
    if not reason.strip():
        raise Refused(_("Ghi lý do xin gia hạn."), "reason")
    if row.due_requests.filter(state=DueRequest.State.OPEN).exists():
        raise Refused(_("Đơn vị đã có đề nghị gia hạn đang chờ trả lời."))
    request = DueRequest.objects.create(duty=row, until=until, reason=reason.strip()[:300], by=by)
    facts = {
        "agency": row.agency.name,
        "until": f"{until:%d/%m/%Y}",
        "reason": request.reason,
        "title": row.round.title,
    }
    for member in members_to_notify(row.reports_to):
        with translation.override(member.language):
            notice_send(
                kind="reporting.due_request",
                member=member,
                subject=_("%(agency)s xin gia hạn đến %(until)s") % facts,
                body=_("%(title)s. Lý do: %(reason)s.") % facts,
                link=reverse("round_detail", args=[row.round_id]),
            )
    audit_record(by=by, act="reporting.due_request", subject=row, facts={"until": until})
    return request


@transaction.atomic
def due_request_answer(*, by: Member, request: DueRequest, grant: bool, answer: str = "") -> DueRequest:
    """Grants or refuses a request; the agency is told either way. Raises NotAllowed, Refused."""
    duty = _steered(by, duty_locked(request.duty_id))
    row = DueRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if row.state != DueRequest.State.OPEN:
        raise Refused(_("Đề nghị này đã được trả lời."))
    if not grant and not answer.strip():
        raise Refused(_("Ghi lý do không đồng ý."), "answer")
    row.state = DueRequest.State.GRANTED if grant else DueRequest.State.REFUSED
    row.answer, row.answered_by, row.answered_at = answer.strip()[:300], by, clock.now()
    row.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    if grant:
        _extend(by, duty, row.until, row.reason)
    else:
        facts = {"title": duty.round.title, "answer": row.answer}
        _tell_agency(
            duty,
            kind="reporting.due_request_answer",
            subject=_("Không gia hạn: %(title)s") % facts,
            body=_("Đề nghị gia hạn không được đồng ý. Lý do: %(answer)s.") % facts,
        )
    facts_kept = {"state": row.state, "until": row.until}
    audit_record(by=by, act="reporting.due_request_answer", subject=duty, facts=facts_kept)
    return row


def _tell_agency(duty: ReportDuty, *, kind: str, subject: str, body: str) -> None:
    members = list(members_to_notify(duty.agency))
    for member in members:
        notice_send(kind=kind, member=member, subject=subject, body=body, link=reverse("my_reports"))
    if not members and duty.agency.email:
        notice_send(kind=kind, address=duty.agency.email, subject=subject, body=body, link=reverse("my_reports"))


# Excused, removed, rerouted -----------------------------------------------------------------------------------------


@transaction.atomic
def duty_excuse(*, by: Member, duty: ReportDuty, reason: str) -> ReportDuty:
    """Excuses the agency from this report; what it wrote stays. Raises NotAllowed, Refused."""
    row = _steered(by, duty_locked(duty.pk))
    _begun(row)
    if row.state not in OWING:
        raise Refused(_("Báo cáo đã gửi hoặc đã được miễn."))
    if not reason.strip():
        raise Refused(_("Ghi lý do miễn."), "reason")
    before = row.state
    row.state, row.excuse = State.EXCUSED, reason.strip()[:300]
    row.save(update_fields=["state", "excuse"])
    row.due_requests.filter(state=DueRequest.State.OPEN).update(
        state=DueRequest.State.REFUSED, answer=_("Được miễn báo cáo."), answered_by=by, answered_at=clock.now()
    )
    audit_record(by=by, act="reporting.duty_excuse", subject=row, facts={"before": before, "reason": row.excuse})
    return row


def duties_excuse(*, by: Member, duties: Collection[int], reason: str) -> Bulk:
    """``duty_excuse`` for many; those that cannot be are left and named. Each is an act of its own."""
    return _many(duties, lambda pk: duty_excuse(by=by, duty=ReportDuty(pk=pk), reason=reason))


@transaction.atomic
def duty_unexcuse(*, by: Member, duty: ReportDuty) -> ReportDuty:
    """Takes an excuse back: the report is owed again. Raises NotAllowed, Refused."""
    row = _steered(by, duty_locked(duty.pk))
    _begun(row)
    if row.state != State.EXCUSED:
        raise Refused(_("Đơn vị này không được miễn."))
    last = row.submissions.order_by("-number").first()
    row.state = State.RETURNED if last is not None and last.state == "returned" else State.WAITING
    row.excuse = ""
    row.save(update_fields=["state", "excuse"])
    audit_record(by=by, act="reporting.duty_unexcuse", subject=row)
    return row


@transaction.atomic
def duty_remove(*, by: Member, duty: ReportDuty) -> None:
    """Takes an agency off those who owe; refused once it has begun to write: excuse it then. Raises NotAllowed."""
    row = _steered(by, duty_locked(duty.pk))
    _begun(row)
    if row.submissions.exists():
        raise Refused(_("Đơn vị đã bắt đầu làm báo cáo; hãy miễn kèm lý do thay vì bỏ."))
    facts = {"agency": row.agency_id, "round": row.round_id}
    audit_record(by=by, act="reporting.duty_remove", subject=row, facts=facts)
    row.delete()


def duties_remove(*, by: Member, duties: Collection[int]) -> Bulk:
    """``duty_remove`` for many; those that cannot be are left and named."""
    return _many(duties, lambda pk: duty_remove(by=by, duty=ReportDuty(pk=pk)))


@transaction.atomic
def duty_route(*, by: Member, duty: ReportDuty, reports_to: Agency) -> ReportDuty:
    """Changes to whom the agency reports: the round's agency, or one between that owes a report itself.

    Raises NotAllowed, Refused for itself, a stranger to the round, or a circle.
    """
    row = _steered(by, duty_locked(duty.pk))
    _begun(row)
    above = dict(ReportDuty.objects.filter(round=row.round_id).values_list("agency", "reports_to"))
    if reports_to.pk != row.round.agency_id and reports_to.pk not in above:
        raise Refused(_("Chỉ gửi tới cơ quan tổng hợp của kỳ, hoặc tới đơn vị cũng phải gửi báo cáo trong kỳ."))
    step: int | None = reports_to.pk
    seen: set[int] = set()
    while step is not None and step != row.round.agency_id and step not in seen:
        if step == row.agency_id:
            raise Refused(_("Gửi như vậy thì thành vòng tròn."))
        seen.add(step)
        step = above.get(step)
    before = row.reports_to_id
    row.reports_to = reports_to
    row.save(update_fields=["reports_to"])
    audit_record(by=by, act="reporting.duty_route", subject=row, facts={"before": before, "after": reports_to.pk})
    return row


def duties_route(*, by: Member, duties: Collection[int], reports_to: Agency) -> Bulk:
    """``duty_route`` for many; those that cannot be are left and named."""
    return _many(duties, lambda pk: duty_route(by=by, duty=ReportDuty(pk=pk), reports_to=reports_to))


# Urged by hand ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Urged:
    """What became of an urging."""

    urged: int
    already: int
    """Left alone: in already, urged by hand earlier the same day, or not the member's to urge."""
    silent: list[str]
    """Agencies that have neither a member nor a mail box."""


@transaction.atomic
def duties_urge(*, by: Member, duties: Collection[int], message: str = "") -> Urged:
    """Urges the agencies that still owe, with the person's own words; once a day each, one mail a member.

    A late one is set on the ladder's second step. For those who receive the reports. Raises NotAllowed.
    """
    scope = scope_of(by)
    now = clock.now()
    rows = [row for row in _urgeable(duties, now) if receives(scope, row)]
    if not rows and not (scope.steered or scope.own):
        raise NotAllowed(_("Đôn đốc là việc của nơi nhận báo cáo."))
    keys = {row.pk: (row.pk, str(DutyReminder.Rung.URGE)) for row in rows}
    items = items_of(ReportDuty.objects.filter(pk__in=keys), keys)
    acting = acting_for([item.agency for item in items])
    notices: dict[int, int] = {}
    for post in posts_of(items, acting).values():
        notice = urge_send(post, by=by, message=message.strip(), today=now.date())
        for item in post.own:
            notices.setdefault(item.key, notice.pk)
    silent = sorted({item.agency.name for item in items if item.agency.pk not in acting and not item.agency.email})
    told = [row for row in rows if row.pk in notices]
    rung = DutyReminder.Rung.URGE
    DutyReminder.objects.bulk_create(
        [
            DutyReminder(duty=row, due_date=row.due_date, rung=rung, at=now, notice_id=notices[row.pk])
            for row in told
            if row.due_date < now.date()
        ],
        ignore_conflicts=True,
    )
    if told:
        facts = {"duties": [row.pk for row in told], "message": message.strip()[:500]}
        audit_record(by=by, act="reporting.duties_urge", subject=told[0].round, facts=facts)
    return Urged(len(told), len(set(duties)) - len(rows), silent)


def _urgeable(duties: Collection[int], now: dt.datetime) -> list[ReportDuty]:
    """Those still owing and not urged by hand today, locked: the log is read under the lock, so none is urged twice."""
    rows = ReportDuty.objects.filter(pk__in=duties, state__in=OWING, round__state=ReportRound.State.OPEN)
    rows = rows.select_related("round__agency", "agency", "reports_to").order_by("pk").select_for_update(of=("self",))
    locked = list(rows)
    start = dt.datetime.combine(now.date(), dt.time(), clock.VIETNAM)
    urged: set[int] = set()
    for facts in AuditEntry.objects.filter(act="reporting.duties_urge", at__gte=start).values_list("facts", flat=True):
        urged.update(facts["duties"])
    return [row for row in locked if row.pk not in urged]
