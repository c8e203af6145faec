"""Why an act on forms and rounds cannot be done, and the locks under which it is decided."""

from __future__ import annotations

from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.reporting.models import FormVersion, ReportDuty, ReportRound


class Refused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The act cannot be done; the message says why in Vietnamese, ``field`` where a form field is at fault."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Stale(Refused):
    """Someone changed it after the page was opened; nothing was overwritten."""

    def __init__(self) -> None:
        super().__init__(_("Người khác vừa sửa. Xem bản hiện nay rồi sửa tiếp; chưa ghi gì của bạn."))


def round_locked(by: Member, round_id: int, *states: ReportRound.State, version: int | None = None) -> ReportRound:
    """The round, locked, for a coordinator of its agency. Raises NotAllowed, Stale, Refused in another state."""
    rows = ReportRound.objects.select_for_update(of=("self",)).select_related("agency", "plan", "obligation")
    found = rows.get(pk=round_id)
    require_role(by, Role.Kind.COORDINATOR, agency=found.agency)
    if version is not None and found.version != version:
        raise Stale
    if states and found.state not in states:
        words = {
            ReportRound.State.PLANNED: _("Kỳ chưa mở, chưa làm được việc này."),
            ReportRound.State.OPEN: _("Kỳ đang thu, không làm được việc này nữa."),
            ReportRound.State.CLOSED: _("Kỳ đã chốt. Mở lại kỳ trước."),
        }
        raise Refused(words[ReportRound.State(found.state)])
    return found


def duty_locked(duty_id: int) -> ReportDuty:
    """The duty with its round, locked."""
    rows = ReportDuty.objects.select_for_update(of=("self",))
    return rows.select_related("round__agency", "agency", "reports_to").get(pk=duty_id)


def version_locked(by: Member, version_id: int, seen: int) -> FormVersion:
    """A form's draft, locked, for a coordinator of its agency. Raises NotAllowed, Refused when published, Stale."""
    rows = FormVersion.objects.select_for_update(of=("self",)).select_related("form__agency", "form__plan")
    found = rows.get(pk=version_id)
    require_role(by, Role.Kind.COORDINATOR, agency=found.form.agency)
    if found.state != FormVersion.State.DRAFT:
        raise Refused(_("Phiên bản này đã ban hành, không sửa được nữa. Tạo phiên bản mới để sửa."))
    if found.version != seen:
        raise Stale
    return found
