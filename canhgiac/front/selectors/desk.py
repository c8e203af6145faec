"""The staff home: what waits for this member, what is late, what comes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import roles_of
from canhgiac.plans.models import Assignment, Directive, Plan
from canhgiac.plans.selectors.directives import directives_unread, may_upload, plans_visible
from canhgiac.plans.selectors.scope import scope_of
from canhgiac.plans.selectors.subplans import FilingSummary, filing_summary, filings
from canhgiac.plans.selectors.tasks import Coming, LateRow, Overview, late_list, my_work, overview, upcoming

SHOWN = 8
SHOWN_LATE = 6


@dataclass(frozen=True, slots=True)
class Item:
    """One line of "Việc của tôi"."""

    text: str
    url: str
    kind: str
    due: dt.date | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """All of the staff home for one member."""

    roles: bool
    wide: bool
    """Whether the member follows other agencies' work."""
    may_upload: bool
    overview: Overview
    mine: list[Item]
    more: int
    late: list[LateRow]
    upcoming: list[Coming]
    plans_issued: int
    plans_draft: int
    filing_plan: Plan | None
    filing: FilingSummary


def desk(member: Member) -> Desk:
    """What the member sees first. A constant number of queries."""
    scope = scope_of(member)
    plans = plans_visible(member)
    counts = plans.aggregate(
        issued=Count("pk", filter=Q(state=Plan.State.ISSUED, parent__isnull=True)),
        draft=Count("pk", filter=Q(state=Plan.State.DRAFT)),
    )
    work = my_work(member, limit=SHOWN)
    items = [*_reading(member), *_reviewing(member), *(_task(row.assignment) for row in work.rows)]
    latest = plans.filter(state=Plan.State.ISSUED, parent__isnull=True).order_by("-issued_at").first()
    watched = latest if scope.is_wide else None
    return Desk(
        roles=roles_of(member).exists(),
        wide=scope.is_wide,
        may_upload=may_upload(member),
        overview=overview(member),
        mine=items,
        more=work.more,
        late=late_list(member, SHOWN_LATE),
        upcoming=upcoming(member, SHOWN),
        plans_issued=counts["issued"],
        plans_draft=counts["draft"],
        filing_plan=watched,
        filing=filing_summary(filings(watched) if watched else []),
    )


def _task(row: Assignment) -> Item:
    url = reverse("task_detail", args=[row.task_id])
    return Item(Truncator(row.task.text).chars(140), url, _("Nhiệm vụ"), row.due_date, row.agency.name)


def _reading(member: Member) -> list[Item]:
    """Uploads still being read, or that could not be."""
    return [
        Item(
            directive.file_name,
            reverse("directive_progress", args=[directive.pk]),
            _("Không đọc được") if directive.state == Directive.State.FAILED else _("Đang đọc"),
            None,
            directive.error,
        )
        for directive in directives_unread(member)
    ]


def _reviewing(member: Member) -> list[Item]:
    """Drafts waiting to be reviewed by those who steer."""
    drafts = plans_visible(member).filter(state=Plan.State.DRAFT, created_by=member).order_by("-created_at")[:SHOWN]
    return [Item(draft.title, reverse("plan_review", args=[draft.pk]), _("Đối chiếu"), None) for draft in drafts]
