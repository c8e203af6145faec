"""The second person: a warning handed in, taken back, returned, approved. What is approved is frozen by its digest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.library.models import Checklist
from canhgiac.library.selectors.editions import require_standing
from canhgiac.outreach.models import Broadcast
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.linting import linter
from canhgiac.outreach.selectors.renditions import findings_of, renditions_of, warning_sha256

from .refusals import WarningRefused
from .warningnotices import approved, returned, submitted
from .warnings import WRITABLE, require_current, warning_held

State = Alert.State
APPROVERS = (Role.Kind.APPROVER, Role.Kind.COORDINATOR)
NOTE_LENGTH, CHECK_NOTE_LENGTH = 1000, 300


@transaction.atomic
def warning_submit(*, by: Member, warning: Alert, version: int) -> Alert:
    """Hands a warning in for approval and tells those who can be the second person. COORDINATOR or EDITOR.

    Refused without a day of expiry, without advice, and while the linter finds something that blocks.
    Raises NotAllowed, WarningRefused.
    """
    row = warning_held(by, warning, version, *WRITABLE)
    _require_whole(row)
    row.state, row.submitted_by, row.submitted_at = State.IN_REVIEW, by, clock.now()
    row.reviewer, row.reviewed_at, row.checklist, row.version = None, None, {}, row.version + 1
    row.save()
    audit_record(by=by, act="outreach.warning_submit", subject=row, facts={"version": row.version})
    submitted(row, by)
    return row


@transaction.atomic
def warning_take_back(*, by: Member, warning: Alert, version: int) -> Alert:
    """Takes a warning back to go on writing: from review, or approved while nothing of it left.

    A sending that was stopped before it began holds nobody back. COORDINATOR or EDITOR. Raises NotAllowed,
    WarningRefused.
    """
    row = warning_held(by, warning, version, State.IN_REVIEW, State.APPROVED)
    if row.broadcasts.exclude(state=Broadcast.State.STOPPED).exists():
        raise WarningRefused(_("Đang có đợt gửi của cảnh báo này. Dừng hẳn đợt ấy rồi rút về."))
    if row.postings.exists():
        raise WarningRefused(_("Đã có nơi đăng. Lập bản cập nhật thay vì sửa."))
    row.state, row.submitted_at, row.approved_sha256 = State.DRAFT, None, ""
    row.reviewer, row.reviewed_at, row.checklist, row.version = None, None, {}, row.version + 1
    row.save()
    audit_record(by=by, act="outreach.warning_take_back", subject=row, facts={"version": row.version})
    return row


@transaction.atomic
def warning_return(*, by: Member, warning: Alert, note: str, version: int) -> Alert:
    """Sends a warning back to its writers with the reason. APPROVER or COORDINATOR of the standing office.

    Raises NotAllowed, WarningRefused.
    """
    row = _under_review(by, warning, version)
    words = " ".join(note.split())[:NOTE_LENGTH]
    if not words:
        raise WarningRefused(_("Ghi lý do trả lại để người soạn sửa."), "note")
    row.state, row.reviewer, row.reviewed_at = State.RETURNED, by, clock.now()
    row.review_note, row.version = words, row.version + 1
    row.save()
    audit_record(by=by, act="outreach.warning_return", subject=row, facts={"note": words})
    returned(row, by)
    return row


@transaction.atomic
def warning_approve(*, by: Member, warning: Alert, checklist: Mapping[str, Any], note: str, version: int) -> Alert:
    """Approves a warning: numbered, frozen by its digest, ready to leave.

    APPROVER or COORDINATOR of the standing office, nobody who wrote in it; every point of the checklist answered yes;
    the linter is asked once more. Raises NotAllowed, WarningRefused.
    """
    row = _under_review(by, warning, version)
    answers = _answers(checklist)
    if missing := [point for point in Checklist.values if not answers.get(point, {}).get("ok")]:
        said = _("Còn %d điều trong danh mục kiểm tra chưa đạt; chưa duyệt được.")
        raise WarningRefused(said % len(missing), "checklist")
    _require_whole(row)
    row.state, row.reviewer, row.reviewed_at = State.APPROVED, by, clock.now()
    row.checklist, row.review_note = answers, " ".join(note.split())[:NOTE_LENGTH]
    row.number = row.number or _number(row)
    row.approved_sha256 = warning_sha256(row, renditions_of(row))
    row.version += 1
    row.save()
    facts = {"number": row.number, "sha256": row.approved_sha256, "version": row.version}
    audit_record(by=by, act="outreach.warning_approve", subject=row, facts=facts)
    approved(row, by)
    return row


def require_as_approved(row: Alert) -> None:
    """Raises WarningRefused where a word differs from what was approved: nothing unread may leave."""
    if row.approved_sha256 != warning_sha256(row, renditions_of(row)):
        raise WarningRefused(_("Lời đã khác bản được duyệt. Không gửi; hãy duyệt lại."))


def _under_review(by: Member, warning: Alert, version: int) -> Alert:
    require_standing(by, *APPROVERS)
    row = Alert.objects.select_for_update().get(pk=warning.pk)
    require_current(row, version, State.IN_REVIEW)
    if by.pk in row.writers:
        raise WarningRefused(_("Bạn đã viết trong bản này. Người duyệt phải là người thứ hai."))
    return row


def _require_whole(row: Alert) -> None:
    """Raises WarningRefused while something is missing or blocks."""
    if row.expires_at is None:
        raise WarningRefused(_("Ghi lúc hết hiệu lực: cảnh báo cũ làm người ta hết tin."), "expires_at")
    if row.expires_at <= clock.now():
        raise WarningRefused(_("Lúc hết hiệu lực đã qua. Sửa lại rồi gửi duyệt."), "expires_at")
    if not row.advice.strip() and row.kind != Alert.Kind.CANCEL:
        raise WarningRefused(_("Ghi việc người dân cần làm."), "advice")
    findings = findings_of(linter(), renditions_of(row))
    blocking = [(rendition, one) for rendition, many in findings.items() for one in many if one.blocks]
    if blocking:
        rendition, one = blocking[0]
        told = f"{rendition.get_kind_display()}: {one.says}" + (f" “{one.words}”" if one.words else "")
        more = _(" Và %d chỗ khác.") % (len(blocking) - 1) if len(blocking) > 1 else ""
        raise WarningRefused(_("Chưa gửi duyệt được. %s") % told + more, "renditions")


def _answers(checklist: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    known = {point: checklist[point] for point in Checklist.values if point in checklist}
    return {
        point: {"ok": bool(told.get("ok")), "note": str(told.get("note", ""))[:CHECK_NOTE_LENGTH]}
        for point, told in known.items()
    }


def _number(row: Alert) -> str:
    """The next number of the year, "CB-2026-118"; what follows an alert has its number and the next step."""
    with connection.cursor() as cursor:
        # Two approvals at once take their numbers one after the other.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('outreach.warning_number'))")
    if row.first is not None:
        step = Alert.objects.filter(first=row.first, number__isnull=False).count() + 2
        return f"{row.first.number}/{step}"
    year = clock.today().year
    numbers = Alert.objects.filter(first__isnull=True, number__startswith=f"CB-{year}-").values_list(
        "number", flat=True
    )
    last = max((int(str(number).rsplit("-", 1)[1]) for number in numbers), default=0)
    return f"CB-{year}-{last + 1}"
