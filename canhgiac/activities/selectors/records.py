"""Difficulties and proposals, commendations, money: as each member may see them, and as the report draws on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from django.db.models import Count, F, Q, QuerySet, Sum
from django.shortcuts import get_object_or_404

from canhgiac.activities.models import BudgetLine, Commendation, Remark
from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import agencies_of
from canhgiac.agencies.selectors.areas import words_query
from canhgiac.kit.text import fold
from canhgiac.plans.models import Plan
from canhgiac.plans.selectors.scope import Scope, scope_of, under

MASKED = "•••"
Order: TypeAlias = tuple[str, ...]
_WRITERS = (Role.Kind.OFFICER, Role.Kind.COORDINATOR)


def writing_agencies(member: Member) -> QuerySet[Agency]:
    """The living agencies for which the member may write records."""
    return agencies_of(member, *_WRITERS).filter(valid_until__isnull=True).order_by("path")


@dataclass(frozen=True)
class RecordFilter:
    """What a list of records is narrowed to."""

    q: str = ""
    kind: str = ""
    """Of remarks the kind, of commendations the nominee's, of budget lines the source."""
    state: str = ""
    agency: Agency | None = None
    plan: Plan | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    year: int | None = None


# Remarks ------------------------------------------------------------------------------------------------------------


def remarks_for(member: Member) -> QuerySet[Remark]:
    """The one door: remarks of the own agencies and below, and those addressed to them."""
    scope = scope_of(member)
    reach = _reach(scope)
    rows = Remark.objects.select_related("agency", "plan", "task", "addressed_to", "answered_by", "by")
    return rows.filter(under(reach) | under(reach, "addressed_to"))


def remark_for(member: Member, remark_id: int) -> Remark:
    """One remark through the door. Raises Http404."""
    return get_object_or_404(remarks_for(member), pk=remark_id)


def remarks_list(member: Member, wanted: RecordFilter, *, sort: str = "") -> QuerySet[Remark]:
    """Remarks narrowed and in order; the latest first, or those still open first."""
    rows = _narrowed(remarks_for(member), wanted)
    rows = rows.filter(**_set(kind=wanted.kind, state=wanted.state))
    if wanted.q:
        rows = rows.filter(_holds(wanted.q, "text", "answer"))
    orders: dict[str, Order] = {
        "ngay": ("on", "pk"),
        "don-vi": ("agency__folded", "-on", "-pk"),
        "trang-thai": ("-state", "-on", "-pk"),
    }
    return rows.order_by(*_turned(orders.get(sort.removeprefix("-"), ("-on", "-pk")), sort))


def may_answer(member: Member, remark: Remark) -> bool:
    """Whether the member speaks for the agency the remark is addressed to, or coordinates the one that made it."""
    scope = scope_of(member)
    if remark.addressed_to is not None and remark.addressed_to.path.startswith((*scope.own, *scope.steered)):
        return True
    return remark.agency.path.startswith(scope.steered) if scope.steered else False


def may_write(member: Member, agency: Agency) -> bool:
    """Whether the member may write records of this agency."""
    scope = scope_of(member)
    return agency.path.startswith((*scope.own, *scope.steered))


def remarks_between(
    *, within: Agency | None, since: dt.date, until: dt.date, plan: Plan | None = None
) -> QuerySet[Remark]:
    """What was said in the window, both days included, at or below an agency or to it (anywhere, for None): for a
    report. Of a plan: what is of that plan or of none. No query yet."""
    rows = _between(Remark.objects.select_related("agency", "plan", "task"), since, until, plan)
    if within is not None:
        rows = rows.filter(under((within.path,)) | under((within.path,), "addressed_to"))
    return rows.order_by("kind", "agency__path", "on", "pk")


# Commendations ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CommendationRow:
    """A commendation and the nominee as this reader may see it."""

    row: Commendation
    nominee: str
    is_masked: bool
    may_edit: bool
    may_decide: bool


def commendations_for(member: Member) -> QuerySet[Commendation]:
    """The one door: those of the own agencies and below."""
    rows = Commendation.objects.select_related("agency", "plan", "by")
    return rows.filter(under(_reach(scope_of(member))))


def commendation_for(member: Member, commendation_id: int) -> Commendation:
    """One commendation through the door. Raises Http404."""
    return get_object_or_404(commendations_for(member), pk=commendation_id)


def commendations_list(member: Member, wanted: RecordFilter, *, sort: str = "") -> QuerySet[Commendation]:
    """Commendations narrowed and in order. A private person's name is not searched by who may not see it."""
    scope = scope_of(member)
    rows = _narrowed(commendations_for(member), wanted)
    rows = rows.filter(**_set(nominee_kind=wanted.kind, state=wanted.state))
    if wanted.q:
        named = under(_named(scope)) | Q(nominee_kind=Commendation.Nominee.COLLECTIVE)
        rows = rows.filter(_holds(wanted.q, "achievement", "form") | (named & _holds(wanted.q, "nominee")))
    orders: dict[str, Order] = {
        "ngay": ("on", "pk"),
        "don-vi": ("agency__folded", "-on", "-pk"),
        "trang-thai": ("state", "-on", "-pk"),
    }
    return rows.order_by(*_turned(orders.get(sort.removeprefix("-"), ("-on", "-pk")), sort))


def commendation_row(scope: Scope, row: Commendation) -> CommendationRow:
    """The commendation as a reader of this reach sees it.

    A private person's name is for the proposing agency and those who decide, not for an auditor (Law 91/2025/QH15 on
    the protection of personal data: no more than the purpose needs).
    """
    needs = row.agency.path.startswith(_named(scope)) if _named(scope) else False
    masked = row.nominee_kind == Commendation.Nominee.PERSON and not needs
    return CommendationRow(
        row=row,
        nominee=MASKED if masked else row.nominee,
        is_masked=masked,
        may_edit=needs and row.state == Commendation.State.PROPOSED,
        may_decide=row.agency.path.startswith(scope.steered) if scope.steered else False,
    )


def commendations_between(
    *, within: Agency | None, since: dt.date, until: dt.date, plan: Plan | None = None
) -> QuerySet[Commendation]:
    """What was proposed in the window, both days included, at or below an agency (anywhere, for None), and not
    declined: for a report. Of a plan: what is of that plan or of none. No query yet."""
    rows = _between(Commendation.objects.select_related("agency", "plan"), since, until, plan)
    rows = rows.exclude(state=Commendation.State.DECLINED)
    rows = rows if within is None else rows.filter(under((within.path,)))
    return rows.order_by("nominee_kind", "agency__path", "on", "pk")


def _named(scope: Scope) -> tuple[str, ...]:
    return (*scope.own, *scope.steered)


# Money --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BudgetTotal:
    """Sums in đồng; None where no line says. ``unknown`` counts lines that do not say what was spent."""

    planned: Decimal
    allocated: Decimal | None
    spent: Decimal | None
    lines: int
    unallocated: int
    """Lines without an allocated sum."""
    unknown: int
    source: str = ""
    plan_id: int | None = None
    plan_title: str = ""
    year: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether more was spent than allocated."""
        return self.spent is not None and self.allocated is not None and self.spent > self.allocated

    @property
    def source_words(self) -> str:
        """The source as people read it."""
        return str(BudgetLine.Source(self.source).label) if self.source else ""


def budget_for(member: Member) -> QuerySet[BudgetLine]:
    """The one door: lines of the own agencies and below, and those of plans that a steered agency runs."""
    scope = scope_of(member)
    rows = BudgetLine.objects.select_related("agency", "plan", "task")
    return rows.filter(under(_reach(scope)) | under(scope.watched, "plan__agency"))


def budget_line_for(member: Member, line_id: int) -> BudgetLine:
    """One line through the door. Raises Http404."""
    return get_object_or_404(budget_for(member), pk=line_id)


def budget_list(member: Member, wanted: RecordFilter, *, sort: str = "") -> QuerySet[BudgetLine]:
    """Lines narrowed and in order; ``over`` tells those that spent more than allocated."""
    rows = budget_for(member).annotate(over=Q(spent__gt=F("allocated")))
    rows = rows.filter(**_set(source=wanted.kind, plan=wanted.plan, year=wanted.year))
    if wanted.agency:
        rows = rows.filter(agency__path__startswith=wanted.agency.path)
    if wanted.q:
        rows = rows.filter(_holds(wanted.q, "content", "note"))
    if wanted.state == "vuot":
        rows = rows.filter(over=True)
    orders: dict[str, Order] = {
        "du-toan": ("planned", "pk"),
        "duoc-giao": ("allocated", "pk"),
        "da-chi": ("spent", "pk"),
        "don-vi": ("agency__folded", "-year", "pk"),
    }
    keys = orders.get(sort.removeprefix("-"), ("-year", "plan", "agency__folded", "pk"))
    first, *rest = _turned(keys, sort)
    if first.startswith("-"):
        return rows.order_by(F(first[1:]).desc(nulls_last=True), *rest)
    return rows.order_by(F(first).asc(nulls_last=True), *rest)


def budget_sum(lines: QuerySet[BudgetLine]) -> BudgetTotal:
    """The sums of these lines. One query."""
    return BudgetTotal(**_sums_of(lines.order_by().aggregate(**_SUMS)))


def budget_years(since: dt.date, until: dt.date) -> range:
    """The budget years that a report's window is about. A window that opens in December belongs to the year after it:
    the half-year and the year begin on 15 December (Decree 09/2019, article 12)."""
    return range(min(since.year + (since.month == 12), until.year), until.year + 1)


def budget_between(
    *, within: Agency | None, since: dt.date, until: dt.date, plan: Plan | None = None
) -> QuerySet[BudgetLine]:
    """The lines of the window's budget years at or below an agency, and of plans that it runs (anywhere, for None):
    for a report. No query yet."""
    years = budget_years(since, until)
    rows = BudgetLine.objects.select_related("agency", "plan", "task").filter(year__in=years, **_set(plan=plan))
    if within is not None:
        rows = rows.filter(under((within.path,)) | under((within.path,), "plan__agency"))
    return rows.order_by("source", "task__position", "agency__path", "pk")


def budget_groups(lines: QuerySet[BudgetLine]) -> list[BudgetTotal]:
    """The sums of these lines by plan, source and year. One query."""
    groups = lines.order_by().values("plan_id", "plan__title", "source", "year").annotate(**_SUMS)
    return [
        BudgetTotal(
            **_sums_of(row),
            source=row["source"],
            plan_id=row["plan_id"],
            plan_title=row["plan__title"],
            year=row["year"],
        )
        for row in groups.order_by("-year", "plan__title", "source")
    ]


_SUMS = {
    "sum_planned": Sum("planned", default=Decimal(0)),
    "sum_allocated": Sum("allocated"),
    "sum_spent": Sum("spent"),
    "sum_lines": Count("pk"),
    "sum_unallocated": Count("pk", filter=Q(allocated__isnull=True)),
    "sum_unknown": Count("pk", filter=Q(spent__isnull=True)),
}


def _sums_of(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removeprefix("sum_"): row[name] for name in _SUMS}


# What they share ----------------------------------------------------------------------------------------------------


def _reach(scope: Scope) -> tuple[str, ...]:
    return tuple(sorted({*scope.own, *scope.watched}))


def _set(**wanted: Any) -> dict[str, Any]:
    return {name: value for name, value in wanted.items() if value not in ("", None)}


def _between(rows: QuerySet, since: dt.date, until: dt.date, plan: Plan | None) -> QuerySet:  # type: ignore[type-arg]
    rows = rows.filter(on__gte=since, on__lte=until)
    return rows if plan is None else rows.filter(Q(plan=plan) | Q(plan=None))


def _narrowed(rows: QuerySet, wanted: RecordFilter) -> QuerySet:  # type: ignore[type-arg]  # of either model
    rows = rows.filter(**_set(plan=wanted.plan, on__gte=wanted.since, on__lte=wanted.until))
    return rows.filter(agency__path__startswith=wanted.agency.path) if wanted.agency else rows


def _holds(words: str, *fields: str) -> Q:
    """Rows that hold the words as typed in a field, or whose agency's name does, with or without diacritics."""
    found = Q()
    for name in fields:
        found |= Q(**{f"{name}__icontains": words.strip()})
    query = words_query(fold(words))
    return found | Q(agency__in=Agency.objects.filter(search=query).values("pk")) if query else found


def _turned(keys: Order, sort: str) -> Order:
    """The order the other way round for "-key"."""
    if not sort.startswith("-"):
        return keys
    first, *rest = keys
    return (first[1:] if first.startswith("-") else f"-{first}", *rest)
