"""Targets and reporting duties with their owner and next day, filtered and sorted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.kit import clock
from canhgiac.kit.sheets import Value
from canhgiac.kit.text import fold
from canhgiac.plans.models import Obligation, Plan, Target

from .calendar import obligation_rule, obligations_of, plans_for, rule_days, targets_of
from .due import rule_words
from .ledger import TargetRate

HORIZON = dt.timedelta(days=800)
"""Every recurring rule has a day within two years."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A reporting duty with its next day."""

    obligation: Obligation
    next_due: dt.date | None

    @property
    def period_words(self) -> str:
        """The period in people's words; "đột xuất" for a report on demand, empty where none is named."""
        period = self.obligation.period
        return _("đột xuất") if period == "on-demand" else rule_words(period)

    @property
    def rule_words(self) -> str:
        """The named day in people's words."""
        return rule_words(self.obligation.due_rule)


def targets_list(member: Member, *, plan: Plan | None = None, words: str = "", sort: str = "due") -> list[Target]:
    """The targets of the plans within the member's reach. Two queries."""
    rows = targets_of(plans_for(member))
    if plan:
        rows = rows.filter(plan=plan)
    orders: dict[str, tuple[str | OrderBy, ...]] = {
        "due": (F("due_date").asc(nulls_last=True), "plan", "position"),
        "-due": (F("due_date").desc(nulls_last=True), "plan", "position"),
        "owner": (F("owner__folded").asc(nulls_last=True), "plan", "position"),
        "-owner": (F("owner__folded").desc(nulls_last=True), "plan", "position"),
        "plan": ("plan__title", "plan", "position"),
        "-plan": ("-plan__title", "plan", "position"),
    }
    return [
        row
        for row in rows.order_by(*orders.get(sort, orders["due"]))
        if _holds(words, row.text, row.population, row.unit, row.owner.name if row.owner else "", row.plan.title)
    ]


def target_cells(target: Target) -> list[Value]:
    """A target's own words for a file."""
    return [
        target.text, target.get_comparator_display(), float(target.value), target.unit, target.population,
        target.owner.name if target.owner else None, target.due_text, target.due_date, target.plan.title,
    ]  # fmt: skip


def rate_cells(found: TargetRate) -> list[list[Value]]:
    """Its measures for a file, a row each; one empty row where none is set up."""
    return [
        [
            row.reached, row.total, None if row.rate is None else float(row.rate), row.unknown, row.empty, row.line,
        ]
        for row in found.measures
    ] or [[None] * 6]  # fmt: skip


def duties_list(member: Member, *, plan: Plan | None = None, words: str = "", sort: str = "due") -> list[Duty]:
    """The reporting duties of the plans within the member's reach, with their next day. Two queries."""
    rows = obligations_of(plans_for(member))
    if plan:
        rows = rows.filter(plan=plan)
    duties = [
        Duty(row, next_day(row))
        for row in rows.order_by("plan", "position")
        if _holds(words, row.text, row.reporter, row.recipient, row.via, row.plan.title)
    ]
    keys = {
        "due": lambda duty: (duty.next_due is None, duty.next_due or dt.date.max),
        "owner": lambda duty: (not duty.obligation.reporter, fold(duty.obligation.reporter or "")),
        "plan": lambda duty: (fold(duty.obligation.plan.title), duty.obligation.position),
    }
    duties.sort(key=keys.get(sort.lstrip("-"), keys["due"]), reverse=sort.startswith("-"))
    return duties


def next_day(obligation: Obligation) -> dt.date | None:
    """The next day on which the report is due, today included; None where no day can be told or the plan has ended."""
    today = clock.today()
    end = obligation.plan.due_until or today + HORIZON
    found = rule_days(obligation_rule(obligation), today, min(end, today + HORIZON))
    return found[0] if found else None


def _holds(words: str, *texts: str | None) -> bool:
    """Whether every word starts a word of the texts, diacritics or not."""
    found = f" {fold(' '.join(text or '' for text in texts))}"
    return all(f" {word}" in found for word in fold(words).split())
