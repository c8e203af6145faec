"""What agencies say besides: difficulties answered by the superior, commendations decided, money written down."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.activities.models import BudgetLine, Commendation, Remark
from canhgiac.activities.selectors.records import may_answer, may_write
from canhgiac.activities.selectors.scope import scope_of
from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import NotAllowed, members_to_notify, require_role, superior_of
from canhgiac.agencies.services import audit_record, notice_send
from canhgiac.kit import clock
from canhgiac.plans.models import Plan, Task

_WRITERS = (Role.Kind.OFFICER, Role.Kind.COORDINATOR)
TEXT_LENGTH = 5000
MOST_DONG = Decimal(10) ** 15
Row = TypeVar("Row", bound=models.Model)


class RecordRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The act cannot be done; the message says why in Vietnamese, ``field`` names the fact at fault if one is."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


# Remarks ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class RemarkData:
    """What a person states in a remark."""

    kind: str
    agency: Agency
    text: str
    on: dt.date
    plan: Plan | None = None
    task: Task | None = None
    addressed_to: Agency | None = None
    """The superior when left empty."""


@transaction.atomic
def remark_make(*, by: Member, data: RemarkData) -> Remark:
    """Writes a difficulty or proposal down and tells those it is addressed to. Officer or coordinator of the agency."""
    require_role(by, *_WRITERS, agency=data.agency)
    row = _remark_set(Remark(by=by), data)
    row.save(force_insert=True)
    if row.addressed_to is not None:
        subject = _("%(kind)s của %(agency)s") % {"kind": row.get_kind_display(), "agency": row.agency.name}
        for member in members_to_notify(row.addressed_to):
            notice_send(
                kind="activities.remark_made",
                member=member,
                subject=subject,
                body=row.text,
                link=reverse("remark_detail", args=[row.pk]),
            )
    audit_record(by=by, act="activities.remark_make", subject=row, facts={"kind": row.kind, "agency": row.agency_id})
    return row


@transaction.atomic
def remark_edit(*, by: Member, remark: Remark, data: RemarkData, version: int) -> Remark:
    """Corrects a remark that nobody has answered yet. Raises RecordRefused, NotAllowed."""
    row = _locked(Remark, remark.pk, version)
    _require_write(by, row.agency)
    require_role(by, *_WRITERS, agency=data.agency)
    if row.state != Remark.State.OPEN:
        raise RecordRefused(_("Đã có trả lời, không sửa được nữa. Ghi khó khăn, kiến nghị mới."))
    _remark_set(row, data).save()
    audit_record(by=by, act="activities.remark_edit", subject=row)
    return row


@transaction.atomic
def remark_answer(*, by: Member, remark: Remark, answer: str, closed: bool = False, version: int) -> Remark:
    """Answers a remark and tells who made it. Whoever speaks for the addressed agency or coordinates the other one."""
    row = _locked(Remark, remark.pk, version)
    if not may_answer(by, row):
        raise NotAllowed(_("Trả lời là việc của cơ quan được gửi tới."))
    text = answer.strip()
    if not text:
        raise RecordRefused(_("Ghi nội dung trả lời."), "answer")
    if len(text) > TEXT_LENGTH:
        raise RecordRefused(_("Dài nhất %d ký tự.") % TEXT_LENGTH, "answer")
    row.answer, row.answered_by, row.answered_at = text, by, clock.now()
    row.state = Remark.State.CLOSED if closed else Remark.State.ANSWERED
    row.save()
    told = [row.by] if row.by.is_active else list(members_to_notify(row.agency))
    for member in told:
        notice_send(
            kind="activities.remark_answered",
            member=member,
            subject=_("Đã có trả lời: %s") % row.text[:120],
            body=text,
            link=reverse("remark_detail", args=[row.pk]),
        )
    audit_record(by=by, act="activities.remark_answer", subject=row, facts={"state": row.state})
    return row


@transaction.atomic
def remark_state_set(*, by: Member, remark: Remark, closed: bool, version: int) -> Remark:
    """Says that a remark is settled, or takes it up again. Who made it or may answer it."""
    row = _locked(Remark, remark.pk, version)
    if not (may_answer(by, row) or may_write(by, row.agency)):
        raise NotAllowed(_("Việc này không thuộc cơ quan của bạn."))
    reopened = Remark.State.ANSWERED if row.answer else Remark.State.OPEN
    row.state = Remark.State.CLOSED if closed else reopened
    row.save()
    audit_record(by=by, act="activities.remark_state_set", subject=row, facts={"state": row.state})
    return row


def _remark_set(row: Remark, data: RemarkData) -> Remark:
    if data.kind not in Remark.Kind.values:
        raise RecordRefused(_("Chọn loại."), "kind")
    row.kind, row.agency, row.text, row.on = data.kind, data.agency, _text(data.text, "text"), _day(data.on)
    row.plan, row.task = _plan_task(data.plan, data.task)
    row.addressed_to = data.addressed_to or superior_of(data.agency)
    if row.addressed_to == row.agency:
        raise RecordRefused(_("Nơi nhận là chính đơn vị; chọn cơ quan khác."), "addressed_to")
    return row


# Commendations ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class CommendationData:
    """What a person states in a commendation proposal."""

    agency: Agency
    nominee_kind: str
    nominee: str
    achievement: str
    form: str
    on: dt.date
    plan: Plan | None = None


_NEXT = {
    Commendation.State.PROPOSED: {Commendation.State.ENDORSED, Commendation.State.AWARDED, Commendation.State.DECLINED},
    Commendation.State.ENDORSED: {Commendation.State.AWARDED, Commendation.State.DECLINED, Commendation.State.PROPOSED},
    Commendation.State.AWARDED: {Commendation.State.ENDORSED},
    Commendation.State.DECLINED: {Commendation.State.PROPOSED},
}


def commendation_choices(row: Commendation) -> list[Commendation.State]:
    """The states that may follow, in their order; the way back undoes a slip."""
    return [state for state in Commendation.State if state in _NEXT[Commendation.State(row.state)]]


@transaction.atomic
def commendation_propose(*, by: Member, data: CommendationData) -> Commendation:
    """Writes a proposal down. Officer or coordinator of the agency. The log holds no person's name."""
    require_role(by, *_WRITERS, agency=data.agency)
    row = _commendation_set(Commendation(by=by), data)
    row.save(force_insert=True)
    facts = {"agency": row.agency_id, "nominee_kind": row.nominee_kind}
    audit_record(by=by, act="activities.commendation_propose", subject=row, facts=facts)
    return row


@transaction.atomic
def commendation_edit(*, by: Member, commendation: Commendation, data: CommendationData, version: int) -> Commendation:
    """Corrects a proposal that was not taken further yet."""
    row = _locked(Commendation, commendation.pk, version)
    _require_write(by, row.agency)
    require_role(by, *_WRITERS, agency=data.agency)
    if row.state != Commendation.State.PROPOSED:
        raise RecordRefused(_("Đề xuất đã được xử lý, không sửa được nữa."))
    _commendation_set(row, data).save()
    audit_record(by=by, act="activities.commendation_edit", subject=row)
    return row


@transaction.atomic
def commendation_decide(
    *, by: Member, commendation: Commendation, state: str, decision: str = "", version: int
) -> Commendation:
    """Takes a proposal to its next state, or back. A coordinator above the agency."""
    row = _locked(Commendation, commendation.pk, version)
    steered = scope_of(by).steered
    if not (steered and row.agency.path.startswith(steered)):
        raise NotAllowed(_("Xét khen thưởng là việc của điều phối viên."))
    if state not in commendation_choices(row):
        raise RecordRefused(_("Không chuyển được từ “%s” sang trạng thái này.") % row.get_state_display(), "state")
    if state == Commendation.State.AWARDED and not decision.strip():
        raise RecordRefused(_("Ghi số, ngày của quyết định khen thưởng."), "decision")
    before, row.state, row.decision = row.state, Commendation.State(state), decision.strip()[:120]
    row.save()
    audit_record(by=by, act="activities.commendation_decide", subject=row, facts={"before": before, "after": row.state})
    return row


def _commendation_set(row: Commendation, data: CommendationData) -> Commendation:
    if data.nominee_kind not in Commendation.Nominee.values:
        raise RecordRefused(_("Chọn tập thể hay cá nhân."), "nominee_kind")
    row.agency, row.plan, row.on = data.agency, data.plan, _day(data.on)
    row.nominee_kind, row.nominee = data.nominee_kind, _text(data.nominee, "nominee", 200)
    row.achievement, row.form = _text(data.achievement, "achievement"), _text(data.form, "form", 120)
    return row


# Money --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class BudgetData:
    """One line, in đồng; what is not known is None, which is not zero."""

    agency: Agency
    plan: Plan
    year: int
    source: str
    content: str
    planned: Decimal
    task: Task | None = None
    allocated: Decimal | None = None
    spent: Decimal | None = None
    note: str = ""


@transaction.atomic
def budget_line_add(*, by: Member, data: BudgetData) -> BudgetLine:
    """Writes a line down. Officer or coordinator of the agency."""
    require_role(by, *_WRITERS, agency=data.agency)
    row = _budget_set(BudgetLine(by=by), data)
    row.save(force_insert=True)
    audit_record(by=by, act="activities.budget_line_add", subject=row, facts=_sums(row))
    return row


@transaction.atomic
def budget_line_edit(*, by: Member, line: BudgetLine, data: BudgetData, version: int) -> BudgetLine:
    """Corrects a line; the log keeps the sums before and after."""
    row = _locked(BudgetLine, line.pk, version)
    _require_write(by, row.agency)
    require_role(by, *_WRITERS, agency=data.agency)
    before = _sums(row)
    _budget_set(row, data).save()
    audit_record(by=by, act="activities.budget_line_edit", subject=row, facts={"before": before, "after": _sums(row)})
    return row


@transaction.atomic
def budget_line_remove(*, by: Member, line: BudgetLine, version: int) -> None:
    """Takes a line out; the log keeps its sums."""
    row = _locked(BudgetLine, line.pk, version)
    _require_write(by, row.agency)
    audit_record(by=by, act="activities.budget_line_remove", subject=row, facts=_sums(row))
    row.delete()


def _budget_set(row: BudgetLine, data: BudgetData) -> BudgetLine:
    if data.source not in BudgetLine.Source.values:
        raise RecordRefused(_("Chọn nguồn kinh phí."), "source")
    if not 2015 <= data.year <= clock.today().year + 10:
        raise RecordRefused(_("Năm không hợp lệ."), "year")
    for field in ("planned", "allocated", "spent"):
        value = getattr(data, field)
        if value is not None and not 0 <= value < MOST_DONG:
            raise RecordRefused(_("Số tiền từ 0 đến dưới 1 triệu tỷ đồng."), field)
        setattr(row, field, value)
    row.agency, row.year, row.source = data.agency, data.year, data.source
    plan, row.task = _plan_task(data.plan, data.task)
    assert plan is not None
    row.plan, row.content, row.note = plan, _text(data.content, "content", 250), data.note.strip()[:300]
    return row


def _sums(row: BudgetLine) -> dict[str, object]:
    sums = {name: getattr(row, name) for name in ("planned", "allocated", "spent")}
    return {"agency": row.agency_id, "plan": row.plan_id, "year": row.year, "source": row.source, **sums}


# What they share ----------------------------------------------------------------------------------------------------


def _locked(model: type[Row], pk: int, version: int) -> Row:
    """The row locked, one version on. Raises RecordRefused when somebody changed it since it was shown."""
    row = model._default_manager.select_for_update(of=("self",)).get(pk=pk)
    if row.version != version:  # type: ignore[attr-defined]  # all three have one
        raise RecordRefused(_("Người khác vừa sửa mục này. Xem bản mới rồi làm tiếp."))
    row.version += 1  # type: ignore[attr-defined]
    return row


def _require_write(by: Member, agency: Agency) -> None:
    if not may_write(by, agency):
        raise NotAllowed(_("Việc này không thuộc cơ quan của bạn."))


def _text(text: str, field: str, most: int = TEXT_LENGTH) -> str:
    clean = text.replace("\0", "").strip()
    if not clean:
        raise RecordRefused(_("Không được để trống."), field)
    if len(clean) > most:
        raise RecordRefused(_("Dài nhất %d ký tự.") % most, field)
    return clean


def _day(on: dt.date) -> dt.date:
    if on > clock.today():
        raise RecordRefused(_("Ngày ở tương lai."), "on")
    return on


def _plan_task(plan: Plan | None, task: Task | None) -> tuple[Plan | None, Task | None]:
    if task is not None and plan is not None and task.plan_id != plan.pk:
        raise RecordRefused(_("Nhiệm vụ không thuộc kế hoạch này."), "task")
    return (plan or (task.plan if task else None)), task
