"""How a case ends, and how that is taken back."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.tips.models import Case, CaseEvent, Tip
from canhgiac.tips.selectors.scope import scope_of

from .errors import TipRefused, locked


@transaction.atomic
def case_close(
    *,
    by: Member,
    case: Case,
    outcome: str,
    loss_confirmed: int | None = None,
    held_amount: int | None = None,
    version: int | None = None,
) -> Case:
    """Ends a case with its outcome; the sums are in đồng, None where not known. Its tips are answered one by one.

    Raises TipStale, TipRefused, NotAllowed.
    """
    row = _worked(by, case, version)
    if row.state not in (Case.State.OPEN, Case.State.HANDED):
        raise TipRefused(_("Vụ này đã kết thúc hoặc đã nhập vào vụ khác."))
    words = " ".join(outcome.split())
    if not words:
        raise TipRefused(_("Ghi kết quả của vụ việc."), "outcome")
    row.state, row.outcome, row.closed_at = Case.State.CLOSED, words[:500], clock.now()
    row.loss_confirmed, row.held_amount = loss_confirmed, held_amount
    row.save()
    CaseEvent.objects.create(case=row, what="closed", by=by)
    audit_record(by=by, act="tips.case_close", subject=row)
    return row


@transaction.atomic
def case_reopen(*, by: Member, case: Case, version: int | None = None) -> Case:
    """Takes an ending back. Raises as ``case_close``."""
    row = _worked(by, case, version)
    if row.state != Case.State.CLOSED:
        raise TipRefused(_("Vụ này đang được xử lý."))
    row.state, row.closed_at = Case.State.OPEN, None
    row.save()
    CaseEvent.objects.create(case=row, what="reopened", by=by)
    audit_record(by=by, act="tips.case_reopen", subject=row)
    return row


def _worked(by: Member, case: Case, version: int | None) -> Case:
    row = locked(Case, case.pk, version)
    scope = scope_of(by)
    tips = () if scope.works_all else Tip.objects.filter(case=row).select_related("area", "assigned_agency")
    if not scope.works_all and not any(scope.works(tip) for tip in tips):
        raise NotAllowed(_("Vụ này không có tin báo nào thuộc địa bàn của bạn."))
    return row
