"""A round of reports: made, changed, opened, closed, opened again; who owes is settled before it opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, fields

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.plans.models import Obligation, Plan
from canhgiac.reporting.models import FormVersion, ReportDuty, ReportRound, Submission
from canhgiac.reporting.selectors.owing import Owing, heirs_of, owing_routed, owing_suggested

from .refusals import Refused, round_locked
from .reminders import round_announce
from .successors import duties_follow

State = ReportRound.State


@dataclass(frozen=True, kw_only=True)
class RoundData:
    """The facts of a round."""

    agency: Agency
    title: str
    period: str
    data_from: dt.date
    data_until: dt.date
    due_date: dt.date
    area_as_of: dt.date
    form_version: FormVersion | None = None
    plan: Plan | None = None
    obligation: Obligation | None = None
    previous: ReportRound | None = None
    scoreboard: bool = False


@transaction.atomic
def round_create(*, by: Member, data: RoundData) -> ReportRound:
    """A planned round with the suggestion of who owes; nobody is told yet. Raises NotAllowed, Refused."""
    require_role(by, Role.Kind.COORDINATOR, agency=data.agency)
    _checked(data)
    known = {"obligation": data.obligation, "agency": data.agency, "due_date": data.due_date}
    if data.obligation and ReportRound.objects.filter(**known).exists():
        raise Refused(_("Chế độ báo cáo này đã có kỳ với hạn %s.") % f"{data.due_date:%d/%m/%Y}", "due_date")
    row = ReportRound(made_by=by, **{fact.name: getattr(data, fact.name) for fact in fields(data)})
    row.save()
    owing_fill(row)
    audit_record(by=by, act="reporting.round_create", subject=row, facts={"due_date": row.due_date})
    return row


def owing_fill(row: ReportRound) -> int:
    """Writes the suggestion of who owes into a round that has no duties; returns how many."""
    return _owing_store(row, owing_suggested(row, on=clock.today()).owing)


def _owing_store(row: ReportRound, owing: Collection[Owing]) -> int:
    made = ReportDuty.objects.bulk_create(
        (ReportDuty(round=row, agency=one.agency, reports_to=one.reports_to, due_date=row.due_date) for one in owing),
        batch_size=5000,
        ignore_conflicts=True,
    )
    covering = {one.agency.pk: one.covers for one in owing if one.covers}
    stored = dict(ReportDuty.objects.filter(round=row, agency__in=covering).values_list("agency_id", "pk"))
    links = ReportDuty.covers.through
    links.objects.bulk_create(
        (links(reportduty_id=stored[pk], agency_id=merged.pk) for pk, covers in covering.items() for merged in covers),
        ignore_conflicts=True,
    )
    return len(made)


def _checked(data: RoundData) -> None:
    """Raises Refused where dates or the form make no sense."""
    if data.data_until < data.data_from:
        raise Refused(_("Ngày cuối của số liệu phải từ ngày đầu trở đi."), "data_until")
    if data.due_date < data.data_from:
        raise Refused(_("Hạn gửi nằm trước cả ngày đầu của số liệu."), "due_date")
    if data.form_version and data.form_version.state != FormVersion.State.PUBLISHED:
        raise Refused(_("Mẫu này còn đang soạn. Ban hành mẫu trước."), "form_version")


@transaction.atomic
def round_edit(*, by: Member, round_id: int, data: RoundData, version: int) -> ReportRound:
    """Changes a round. Once it is open only its title, due date and scoreboard still change.

    Duties that had the round's due date follow it; those with one of their own keep it. Raises NotAllowed, Stale,
    Refused.
    """
    row = round_locked(by, round_id, State.PLANNED, State.OPEN, version=version)
    before = row.due_date
    names = {"title", "due_date", "scoreboard"}
    if row.state == State.PLANNED:
        _checked(data)
        require_role(by, Role.Kind.COORDINATOR, agency=data.agency)
        names |= {fact.name for fact in fields(data)} - {"obligation", "agency"}
    elif data.due_date < row.data_from:
        raise Refused(_("Hạn gửi nằm trước cả ngày đầu của số liệu."), "due_date")
    changed = sorted(name for name in names if getattr(row, name) != getattr(data, name))
    for name in changed:
        setattr(row, name, getattr(data, name))
    if "due_date" in changed:
        clash = ReportRound.objects.filter(obligation=row.obligation, agency=row.agency, due_date=row.due_date)
        if row.obligation_id and clash.exclude(pk=row.pk).exists():
            raise Refused(_("Chế độ báo cáo này đã có kỳ với hạn %s.") % f"{row.due_date:%d/%m/%Y}", "due_date")
        ReportDuty.objects.filter(round=row, due_date=before).update(due_date=row.due_date)
    row.version += 1
    row.save()
    audit_record(by=by, act="reporting.round_edit", subject=row, facts={"changed": changed, "due_date": row.due_date})
    return row


@transaction.atomic
def round_open(*, by: Member, round_id: int) -> ReportRound:
    """Opens a planned round: who owes is fixed to the register of today, and each is told once.

    Raises NotAllowed, Refused without a published form, without anyone who owes, or with a due date gone by.
    """
    row = round_locked(by, round_id, State.PLANNED)
    if row.form_version is None:
        raise Refused(_("Chọn mẫu báo cáo đã ban hành trước khi mở kỳ."), "form_version")
    if row.due_date < clock.today():
        raise Refused(_("Hạn gửi đã qua. Đặt hạn mới rồi mở kỳ."), "due_date")
    duties_follow(row)
    owed = ReportDuty.objects.filter(round=row).count()
    if not owed:
        raise Refused(_("Chưa có đơn vị nào phải gửi. Thêm đơn vị rồi mở kỳ."))
    row.state, row.opened_at = State.OPEN, clock.now()
    row.version += 1
    row.save(update_fields=["state", "opened_at", "version"])
    told = round_announce(row)
    audit_record(by=by, act="reporting.round_open", subject=row, facts={"duties": owed, "notices": told})
    return row


@transaction.atomic
def round_close(*, by: Member, round_id: int) -> ReportRound:
    """Closes the round (chốt): from now on nothing is filed in it, nobody is reminded. Raises NotAllowed, Refused."""
    row = round_locked(by, round_id, State.OPEN)
    row.state, row.closed_by, row.closed_at = State.CLOSED, by, clock.now()
    row.version += 1
    row.save(update_fields=["state", "closed_by", "closed_at", "version"])
    audit_record(by=by, act="reporting.round_close", subject=row)
    return row


@transaction.atomic
def round_reopen(*, by: Member, round_id: int, reason: str) -> ReportRound:
    """Opens a closed round again, with the reason in the log. Raises NotAllowed, Refused."""
    row = round_locked(by, round_id)
    if row.state != State.CLOSED:
        raise Refused(_("Kỳ này chưa chốt."))
    if not reason.strip():
        raise Refused(_("Ghi lý do mở lại kỳ."), "reason")
    row.state, row.closed_by, row.closed_at = State.OPEN, None, None
    row.version += 1
    row.save(update_fields=["state", "closed_by", "closed_at", "version"])
    audit_record(by=by, act="reporting.round_reopen", subject=row, facts={"reason": reason.strip()[:300]})
    return row


@transaction.atomic
def round_discard(*, by: Member, round_id: int) -> None:
    """Removes a round that was never opened. Raises NotAllowed, Refused."""
    row = round_locked(by, round_id, State.PLANNED)
    audit_record(by=by, act="reporting.round_discard", subject=row, facts={"title": row.title})
    row.delete()


@transaction.atomic
def round_form_change(*, by: Member, round_id: int, form_version: FormVersion, seen: int) -> int:
    """Gives a round another version of the same form; drafts go over with all that was typed. Returns how many.

    Reports already filed keep the version they were filed with. Answers stay by their code, also those that the new
    version no longer asks. ``seen`` is the round's version on the page. Raises NotAllowed, Stale, Refused.
    """
    row = round_locked(by, round_id, State.PLANNED, State.OPEN, version=seen)
    if form_version.state != FormVersion.State.PUBLISHED:
        raise Refused(_("Phiên bản này còn đang soạn. Ban hành trước."))
    before = row.form_version
    if before is not None and row.state == State.OPEN and before.form_id != form_version.form_id:
        raise Refused(_("Kỳ đang thu chỉ đổi được sang phiên bản khác của cùng một mẫu."))
    row.form_version = form_version
    row.version += 1
    row.save(update_fields=["form_version", "version"])
    drafts = Submission.objects.filter(duty__round=row, state=Submission.State.DRAFT)
    carried = drafts.exclude(form_version=form_version).update(form_version=form_version)
    facts = {"before": before.pk if before else None, "after": form_version.pk, "drafts": carried}
    audit_record(by=by, act="reporting.round_form_change", subject=row, facts=facts)
    return carried


# Who owes -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def duties_add(
    *, by: Member, round_id: int, agencies: Collection[Agency], reports_to: Agency | None = None
) -> list[ReportDuty]:
    """Adds agencies to those who owe; in an open round they are told at once. Those that owe already stay as they are.

    An ended agency is replaced by the one that carries on its work. Without ``reports_to`` each reports to the
    nearest one above it that owes too, else to the round's agency. Raises NotAllowed, Refused.
    """
    row = round_locked(by, round_id, State.PLANNED, State.OPEN)
    today = clock.today()
    owed = set(ReportDuty.objects.filter(round=row).values_list("agency", flat=True))
    present: dict[int, tuple[Agency, list[Agency]]] = {
        pk: (agency, []) for pk, agency in Agency.objects.in_bulk(owed).items()
    }
    wanted = heirs_of([one for one in agencies if one.pk != row.agency_id], on=today)
    routed = owing_routed(present | wanted, collector=row.agency, since=row.data_from)
    fresh = [one for one in routed if one.agency.pk in wanted and one.agency.pk not in owed]
    if reports_to is not None:
        fresh = [Owing(one.agency, reports_to, one.covers) for one in fresh if one.agency.pk != reports_to.pk]
    _owing_store(row, fresh)
    added = list(ReportDuty.objects.filter(round=row, agency__in=[one.agency.pk for one in fresh]))
    if row.state == State.OPEN and added:
        round_announce(row, duties=added)
    if added:
        facts = {"agencies": [one.agency.pk for one in fresh]}
        audit_record(by=by, act="reporting.duties_add", subject=row, facts=facts)
    return added


@transaction.atomic
def duties_suggest(*, by: Member, round_id: int) -> int:
    """Adds whom the plan suggests and the round does not ask yet. Returns how many. Raises NotAllowed, Refused."""
    row = round_locked(by, round_id, State.PLANNED)
    owed = set(ReportDuty.objects.filter(round=row).values_list("agency", flat=True))
    fresh = [one for one in owing_suggested(row, on=clock.today()).owing if one.agency.pk not in owed]
    _owing_store(row, fresh)
    audit_record(by=by, act="reporting.duties_suggest", subject=row, facts={"added": len(fresh)})
    return len(fresh)


@transaction.atomic
def duties_refresh(*, by: Member, round_id: int) -> int:
    """Brings the round's duties into line with the register of today: merged agencies are asked once.

    Returns how many duties changed. Raises NotAllowed, Refused for a closed round.
    """
    row = round_locked(by, round_id, State.PLANNED, State.OPEN)
    followed = duties_follow(row)
    audit_record(by=by, act="reporting.duties_refresh", subject=row, facts={"agencies": followed})
    return len(followed)
