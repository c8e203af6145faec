"""Reporting duties of issued plans become rounds: by the clock each night, and at once when a person asks."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import members_to_notify, require_role
from canhgiac.agencies.services import audit_record, notice_send
from canhgiac.kit import clock
from canhgiac.kit.periods import Kind, period_of, period_title, plan_window
from canhgiac.plans.models import Obligation, Plan
from canhgiac.plans.selectors.aims import next_day
from canhgiac.plans.selectors.calendar import obligation_rule, obligations_of, rule_days
from canhgiac.reporting.models import FormVersion, ReportRound
from canhgiac.reporting.selectors.owing import obligation_collector
from canhgiac.reporting.selectors.schedule import period_kind

from .refusals import Refused
from .rounds import owing_fill
from .successors import duties_follow

AHEAD = dt.timedelta(days=60)
"""How long before its due date a round is made."""


@transaction.atomic
def rounds_schedule(*, today: dt.date) -> list[ReportRound]:
    """Makes the planned rounds of every obligation that falls due within AHEAD, and follows mergers in those begun.

    Run twice it makes nothing twice: a round is one of its obligation, agency and due date. Coordinators of the
    collecting agency are told of a new round, which a person still looks through and opens.
    """
    made = []
    for obligation in obligations_of(Plan.objects.filter(state=Plan.State.ISSUED)).select_related("plan__agency"):
        end = min(today + AHEAD, obligation.plan.due_until or dt.date.max)
        for due in rule_days(obligation_rule(obligation), today, end):
            row = _make(obligation, due)
            if row is not None:
                _tell(row)
                made.append(row)
    begun = ReportRound.objects.exclude(state=ReportRound.State.CLOSED).select_related("agency")
    moved = [row for row in begun.order_by("pk").select_for_update(of=("self",)) if duties_follow(row)]
    if made or moved:
        facts = {"rounds": [row.pk for row in made], "followed": [row.pk for row in moved]}
        audit_record(by=None, act="reporting.rounds_schedule", subject=(made + moved)[0], facts=facts)
    return made


@transaction.atomic
def obligation_round_make(*, by: Member, obligation: Obligation) -> ReportRound:
    """Makes the round of the obligation's next due date now, however far ahead. Raises NotAllowed, Refused."""
    collector = obligation_collector(obligation, on=clock.today())
    if collector is None:
        raise Refused(_("Chưa rõ cơ quan nào tổng hợp. Tạo kỳ riêng và chọn cơ quan."))
    require_role(by, Role.Kind.COORDINATOR, agency=collector)
    due = next_day(obligation)
    if due is None:
        raise Refused(_("Chế độ báo cáo này không nêu ngày. Tạo kỳ riêng với hạn tự chọn."))
    row = _make(obligation, due, by=by)
    if row is None:
        raise Refused(_("Kỳ với hạn %s đã có.") % f"{due:%d/%m/%Y}")
    audit_record(by=by, act="reporting.obligation_round_make", subject=row, facts={"due_date": due})
    return row


def _make(obligation: Obligation, due: dt.date, *, by: Member | None = None) -> ReportRound | None:
    """The planned round of one due date, with who owes; None where it exists or nobody would collect it."""
    collector = obligation_collector(obligation, on=clock.today())
    if collector is None:
        return None
    facts = round_facts(obligation, collector, due)
    row, created = ReportRound.objects.get_or_create(
        obligation=obligation, agency=collector, due_date=due, defaults=facts | {"made_by": by}
    )
    if not created:
        return None
    owing_fill(row)
    return row


def round_facts(obligation: Obligation, collector: Agency, due: dt.date) -> dict[str, object]:
    """Title, period, data window, form and the round to compare with, as the schedule proposes them.

    The window closes on the plan's own day: the decree's 14th would come after a report due on the 10th.
    """
    period = period_kind(obligation, due)
    earlier = ReportRound.objects.filter(agency=collector, plan=obligation.plan, due_date__lt=due)
    previous = earlier.filter(period=period).order_by("-due_date", "-pk").first()
    title, window = own_title(due), plan_window("half_year", due)
    if period in KINDS:
        kind = KINDS[period]
        window = plan_window(kind, due)
        title = period_title(kind, *period_of(kind, due))
    elif before := earlier.order_by("-due_date").first():
        window = window._replace(since=before.data_until + clock.DAY) if before.data_until < due else window
    return {
        "plan": obligation.plan,
        "title": title[:200],
        "period": period,
        "data_from": window.since,
        "data_until": window.until,
        "area_as_of": window.until,
        "previous": previous,
        "form_version": _form_of(obligation.plan, collector, previous),
    }


KINDS: dict[str, Kind] = {
    ReportRound.Period.MONTH: "month",
    ReportRound.Period.QUARTER: "quarter",
    ReportRound.Period.HALF_YEAR: "half_year",
    ReportRound.Period.NINE_MONTHS: "nine_months",
    ReportRound.Period.YEAR: "year",
}


def own_title(due: dt.date) -> str:
    """The title of a round of its own date."""
    return _("Báo cáo đến ngày %(day)s") % {"day": f"{due:%d/%m/%Y}"}


def _form_of(plan: Plan, collector: Agency, previous: ReportRound | None) -> FormVersion | None:
    """The newest published version of the form used last time, else of the plan's own form, else of the agency's."""
    versions = FormVersion.objects.filter(state=FormVersion.State.PUBLISHED, form__retired_at=None)
    versions = versions.order_by("-published_at", "-pk")
    if previous is not None and previous.form_version is not None:
        return versions.filter(form=previous.form_version.form_id).first()
    return versions.filter(form__plan=plan).first() or versions.filter(form__plan=None, form__agency=collector).first()


def _tell(row: ReportRound) -> None:
    for member in members_to_notify(row.agency):
        with translation.override(member.language):
            facts = {"title": row.title, "due": f"{row.due_date:%d/%m/%Y}"}
            notice_send(
                kind="reporting.rounds_schedule",
                member=member,
                subject=_("Sắp đến kỳ: %(title)s, hạn %(due)s") % facts,
                body=_("Xem danh sách đơn vị phải gửi, chọn mẫu rồi mở kỳ."),
                link=reverse("round_detail", args=[row.pk]),
            )
