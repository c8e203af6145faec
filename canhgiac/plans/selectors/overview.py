"""What the page of one plan shows, to the member who reads it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import agencies_of, has_role
from canhgiac.plans.models import Deadline, Finding, Obligation, Plan, ReviewState, Target

from .directives import (
    AgencyProgress,
    Progress,
    agency_progress,
    filing_agencies,
    may_edit,
    own_plans_of,
    progress_of,
)
from .due import next_day, rule_words


@dataclass(frozen=True, slots=True)
class Dated:
    """A deadline or a reporting duty with its next day."""

    piece: Deadline | Obligation
    words: str
    next_day: dt.date | None


@dataclass(frozen=True, slots=True)
class Overview:
    progress: Progress
    agencies: list[AgencyProgress]
    own_only: bool
    """The member sees the shares of their own agencies alone."""
    targets: list[Target]
    obligations: list[Dated]
    deadlines: list[Dated]
    filers: int
    """Agencies that owe an own plan under this one; 0 where nobody does, or it is not the member's to see."""
    filed: int
    own_plans: list[Plan]
    """Plans that the member's own agencies filed, or are preparing, under this one."""
    own_filing: bool
    """The member may file an own plan under this one for an agency that has filed none."""
    findings_open: int
    may_edit: bool
    may_close: bool
    newer: Plan | None
    """A draft of the next version."""


def plan_overview(member: Member, plan: Plan) -> Overview:
    """Everything on the page of a plan. Constant number of queries."""
    editor = may_edit(member, plan)
    wide = editor or has_role(member, Role.Kind.COORDINATOR, Role.Kind.AUDITOR, agency=plan.agency)
    own = agencies_of(member)
    gone = Q(review=ReviewState.REJECTED)
    own_plans = list(own_plans_of(member).filter(parent=plan).select_related("agency"))
    may_file = plan.state == Plan.State.ISSUED and not plan.parent_id and not wide
    agencies = agency_progress(plan, only=None if wide else own)
    asked = wide and plan.state != Plan.State.DRAFT and not plan.parent_id
    return Overview(
        progress=progress_of([plan])[plan.pk],
        agencies=agencies,
        own_only=not wide,
        targets=list(Target.objects.filter(plan=plan).exclude(gone).select_related("owner")),
        obligations=[
            _dated(row, row.due_rule or row.period) for row in Obligation.objects.filter(plan=plan).exclude(gone)
        ],
        deadlines=[
            _dated(row, row.rule, strictly=row.strictly_before)
            for row in Deadline.objects.filter(plan=plan).exclude(gone)
        ],
        filers=sum(row.agency_id != plan.agency_id for row in agencies) if asked else 0,
        filed=plan.sub_plans.filter(state=Plan.State.ISSUED).values("agency").distinct().count() if asked else 0,
        own_plans=own_plans,
        own_filing=may_file
        and filing_agencies(member, parent=plan).exclude(pk__in=[own.agency_id or 0 for own in own_plans]).exists(),
        findings_open=Finding.objects.filter(plan=plan, state=Finding.State.OPEN).exclude(severity="info").count()
        if editor
        else 0,
        may_edit=editor,
        may_close=editor and has_role(member, Role.Kind.COORDINATOR, agency=plan.agency),
        newer=Plan.objects.filter(replaces=plan).first() if editor else None,
    )


def _dated(piece: Deadline | Obligation, rule: str | None, *, strictly: bool = False) -> Dated:
    return Dated(piece, rule_words(rule, strictly_before=strictly), next_day(rule, strictly_before=strictly))
