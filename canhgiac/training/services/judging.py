"""Judging entries by number: promised first, conflicts excluded, points kept as they are typed."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.training.models import Conflict, Contest, Criterion, Judge, Score, Work

from .contests import HOLDING, contest_held
from .refusals import TrainingRefused


@transaction.atomic
def judge_add(*, by: Member, contest: Contest, member: Member) -> Judge:
    """Somebody becomes a judge; works of their own unit are marked as a conflict. Twice is once.

    Raises NotAllowed, TrainingRefused: one who takes part, a contest of questions.
    """
    row = contest_held(by, contest, *HOLDING)
    if row.kind != Contest.Kind.ENTRIES:
        raise TrainingRefused(_("Cuộc thi kiến thức do máy chấm."), "member")
    if row.contestants.filter(learner__member=member).exists():
        raise TrainingRefused(_("Người dự thi không làm giám khảo."), "member")
    judge, made = Judge.objects.get_or_create(contest=row, member=member)
    if made:
        if member.agency_id is not None:
            works = Work.objects.filter(contest=row, contestant__learner__agency=member.agency_id)
            told = _("Cùng đơn vị với người dự thi")
            found = [Conflict(judge=judge, work=one, is_found=True, reason=told) for one in works]
            Conflict.objects.bulk_create(found, ignore_conflicts=True)
        audit_record(by=by, act="training.judge_add", subject=judge, facts={"member": member.pk})
    return judge


@transaction.atomic
def judge_promise(*, by: Member, judge: Judge) -> Judge:
    """The judge confirms the rule on conflicts of interest; before that they see no work. Raises NotAllowed."""
    row = _own(by, judge)
    if row.promised_at is None:
        row.promised_at = clock.now()
        row.save(update_fields=["promised_at"])
        audit_record(by=by, act="training.judge_promise", subject=row)
    return row


@transaction.atomic
def conflict_declare(*, by: Member, judge: Judge, work: Work, reason: str) -> Conflict:
    """The judge has to do with a work: no score of theirs counts for it. Raises NotAllowed, TrainingRefused."""
    row = _own(by, judge)
    if not reason.strip():
        raise TrainingRefused(_("Ghi bạn liên quan thế nào."), "reason")
    if work.contest_id != row.contest_id:
        raise NotAllowed(_("Bài này thuộc cuộc thi khác."))
    made, new = Conflict.objects.get_or_create(judge=row, work=work, defaults={"reason": reason.strip()[:200]})
    Score.objects.filter(judge=row, work=work).delete()
    if new:
        audit_record(by=by, act="training.conflict_declare", subject=made)
    return made


@transaction.atomic
def score_save(*, by: Member, judge: Judge, work: Work, criterion: Criterion, points: str, note: str = "") -> Score:
    """Keeps one number of the sheet; saved again, the last one stands. Decimal comma or point.

    Raises NotAllowed (another's sheet, not promised, a conflict, a contest that is over), TrainingRefused (no number,
    more than the criterion gives).
    """
    row = _own(by, judge)
    if row.promised_at is None:
        raise NotAllowed(_("Đọc và cam kết quy tắc xung đột lợi ích trước."))
    if {work.contest_id, criterion.contest_id} != {row.contest_id} or work.state != Work.State.RECEIVED:
        raise NotAllowed(_("Bài này không chấm ở đây."))
    if row.contest.state not in (Contest.State.OPEN, Contest.State.CLOSED):
        raise NotAllowed(_("Cuộc thi này không còn chấm."))
    if Conflict.objects.filter(judge=row, work=work).exists():
        raise NotAllowed(_("Bạn có liên quan đến bài này nên không chấm."))
    try:
        value = Decimal(points.strip().replace(",", "."))
    except InvalidOperation:
        raise TrainingRefused(_("Ghi điểm bằng số."), "points") from None
    if not value.is_finite() or not 0 <= value <= criterion.most:
        raise TrainingRefused(_("Điểm từ 0 đến %d.") % criterion.most, "points")
    facts = {"points": round(value, 2), "note": note.strip()[:500], "at": clock.now()}
    kept, _new = Score.objects.update_or_create(judge=row, work=work, criterion=criterion, defaults=facts)
    return kept


def _own(by: Member, judge: Judge) -> Judge:
    row = Judge.objects.select_for_update(of=("self",)).select_related("contest").get(pk=judge.pk)
    if row.member_id != by.pk or not by.is_active:
        raise NotAllowed(_("Phiếu chấm này của giám khảo khác."))
    return row
