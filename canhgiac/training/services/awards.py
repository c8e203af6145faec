"""Awards: proposed by the organiser when the result stands."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.services import audit_record
from canhgiac.training.models import Award, Contest, Contestant, Team

from .contests import HOLDING, contest_held
from .refusals import TrainingRefused


@transaction.atomic
def award_propose(
    *,
    by: Member,
    contest: Contest,
    name: str,
    position: int,
    reason: str,
    contestant: Contestant | None = None,
    team: Team | None = None,
) -> Award:
    """An award for a person or a team of the contest; the same one twice is one. Raises NotAllowed, TrainingRefused."""
    row = contest_held(by, contest, *HOLDING)
    if row.state not in (Contest.State.CLOSED, Contest.State.ANNOUNCED):
        raise TrainingRefused(_("Đề xuất giải khi kết quả đã rõ: đóng cuộc thi trước."))
    if not name.strip() or not reason.strip():
        raise TrainingRefused(_("Ghi tên giải và thành tích."), "reason" if name.strip() else "name")
    winner = contestant or team
    if winner is None or winner.contest_id != row.pk:
        raise TrainingRefused(_("Chọn người hoặc đội của cuộc thi này."), "contestant")
    facts = {"name": name.strip()[:80], "contestant": contestant, "team": team}
    made, new = Award.objects.get_or_create(
        contest=row, **facts, defaults={"position": position, "reason": reason.strip()[:300], "by": by}
    )
    if new:
        audit_record(by=by, act="training.award_propose", subject=made, facts={"position": position})
    return made


@transaction.atomic
def award_drop(*, by: Member, award: Award) -> None:
    """Takes a proposal back before the result is announced. Raises NotAllowed, TrainingRefused."""
    row = contest_held(by, award.contest, *HOLDING)
    if row.state != Contest.State.CLOSED:
        raise TrainingRefused(_("Kết quả đã công bố, không bỏ giải được nữa."))
    audit_record(by=by, act="training.award_drop", subject=award, facts={"contest": row.pk})
    award.delete()
