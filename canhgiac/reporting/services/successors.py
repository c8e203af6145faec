"""Agencies that merged or closed: whoever carries on their work is asked once."""

from __future__ import annotations

from django.db.models import F, Q
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency
from canhgiac.kit import clock
from canhgiac.reporting.models import ReportDuty, ReportRound
from canhgiac.reporting.selectors.owing import successors
from canhgiac.reporting.selectors.summary import OWING


def duties_follow(row: ReportRound) -> list[int]:
    """Moves what ended agencies still owe to their successors; returns the ids of the ended agencies.

    A report already received stands as it is. A single successor that does not owe yet takes the duty over with its
    draft; otherwise each successor's own duty covers the ended agency, and a draft stays readable in a duty that is
    excused. An agency that ended and left nobody is excused. Duties to be sent to an ended agency go to its successor,
    or to the round's agency. The caller holds the round's lock.
    """
    today = clock.today()
    gone = Q(agency__valid_until__lt=today)
    open_rows = ReportDuty.objects.select_for_update(of=("self",)).filter(round=row, state__in=OWING)
    ended = list(open_rows.filter(gone).select_related("agency").order_by("pk"))
    heirs = successors([duty.agency for duty in ended], on=today)
    for duty in ended:
        _hand_over(row, duty, [heir for heir in heirs[duty.agency_id] if heir.pk != row.agency_id])
    _reroute(row)
    return [duty.agency_id for duty in ended]


def _hand_over(row: ReportRound, duty: ReportDuty, heirs: list[Agency]) -> None:
    former = duty.agency
    asked = {one.agency_id: one for one in ReportDuty.objects.filter(round=row, agency__in=heirs)}
    if len(heirs) == 1 and not asked:
        duty.agency = heirs[0]
        duty.save(update_fields=["agency"])
        duty.covers.add(former)
        return
    covered = [former, *duty.covers.all()]
    for heir in heirs:
        own = asked.get(heir.pk) or ReportDuty.objects.create(
            round=row, agency=heir, reports_to=duty.reports_to, due_date=duty.due_date
        )
        own.covers.add(*(one for one in covered if one.pk != heir.pk))
    if heirs and not duty.submissions.exists():
        duty.delete()
        return
    names = ", ".join(heir.name for heir in heirs)
    duty.state = ReportDuty.State.EXCUSED
    duty.excuse = (_("Đã sáp nhập; %(names)s gửi thay.") % {"names": names} if names else _("Đã giải thể."))[:300]
    duty.save(update_fields=["state", "excuse"])


def _reroute(row: ReportRound) -> None:
    """Reports addressed to an ended agency go to its successor; nobody reports to itself."""
    today = clock.today()
    rows = ReportDuty.objects.filter(round=row, reports_to__valid_until__lt=today).select_related("reports_to")
    lost = list(rows)
    heirs = successors(list({duty.reports_to_id: duty.reports_to for duty in lost}.values()), on=today)
    for duty in lost:
        onward = [heir for heir in heirs[duty.reports_to_id] if heir.pk != duty.agency_id]
        duty.reports_to = onward[0] if onward else row.agency
        duty.save(update_fields=["reports_to"])
    themselves = ReportDuty.objects.filter(round=row, reports_to=F("agency"))
    themselves.update(reports_to=row.agency)
