"""Everything the review page shows, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member
from canhgiac.kit.text import fold
from canhgiac.plans.models import (
    Assignment,
    Body,
    Deadline,
    Directive,
    Finding,
    Obligation,
    Piece,
    Plan,
    ReviewState,
    ReviewStep,
    Suggestion,
    Target,
    Task,
)

from .directives import may_edit, plan_for
from .due import rule_words
from .lines import Layout, Part
from .marks import finding_title, parts_of

ROWS = 30
"""Rows on one page of a list."""
TABS: dict[str, tuple[str, type[Piece] | None]] = {
    "nhiem-vu": ("task", Task),
    "chi-tieu": ("target", Target),
    "thoi-han": ("deadline", Deadline),
    "bao-cao": ("obligation", Obligation),
    "co-quan": ("body", None),
    "noi-nhan": ("recipient", None),
}
FILTERS = ("", "chua-xem", "loi", "chua-giao", "da-bo")


SHOWN = 20
"""Findings and scanning faults shown at once; the rest on asking."""


@dataclass(slots=True)
class Query:
    """What the page was asked to show."""

    tab: str = "nhiem-vu"
    chosen: str = ""
    """Code of the selected piece, or the printed body on the tab of bodies."""
    page: int = 1
    only: str = ""
    opened: tuple[int, ...] = ()
    """Parts of a long document opened by hand."""
    all_checks: bool = False
    """Show every finding, not the first ones only."""


@dataclass(slots=True)
class BodyRow:
    """A body as printed, with what it stands for in the register."""

    as_printed: str
    tasks: int
    is_group: bool
    note: str
    agencies: list[Agency] = field(default_factory=list)


@dataclass(slots=True)
class ReviewPage:
    plan: Plan
    query: Query
    counts: dict[str, int]
    seen: int
    total: int
    """Pieces of the tab that stand, and how many of them were seen."""
    rows: Page[Piece] | None
    bodies: Page[BodyRow]
    chosen: Piece | None
    previous: Piece | None
    following: Piece | None
    parts: list[Part]
    layout: Layout
    findings: list[Finding]
    suggestions: list[Suggestion]
    findings_done: int
    findings_total: int
    suggestions_total: int
    last_step: ReviewStep | None


def review_for(member: Member, plan_id: int) -> Plan:
    """The plan, with its text, for one of its editors. Raises Http404 for everyone else."""
    plan = plan_for(member, plan_id)
    if not may_edit(member, plan):
        raise Http404(_("Chỉ người đối chiếu mở được trang này."))
    return plan


def piece_for(plan: Plan, table: type[Piece], piece_id: int) -> Piece:
    """A piece of this plan. Raises Http404."""
    piece = table._default_manager.filter(plan=plan, pk=piece_id).first()
    if piece is None:
        raise Http404(_("Phần này không còn trong kế hoạch."))
    return piece


def review_page(plan: Plan, query: Query) -> ReviewPage:
    """The document beside what was found in it."""
    text = Directive.objects.values_list("text", flat=True).get(pk=plan.directive_id)
    layout = Layout(text)
    suggestions = list(Suggestion.objects.filter(plan=plan))
    table = TABS[query.tab][1]
    rows = chosen = previous = following = None
    if table is not None:
        chosen = _chosen(plan, table, query)
        listed = _listed(plan, table, query)
        rows = _page(listed, query, chosen)
        previous, following = _neighbours(plan, table, chosen)
        _dress(rows, layout, suggestions)
        if chosen is not None:
            _dress([chosen], layout, suggestions)
    findings = list(Finding.objects.filter(plan=plan).select_related("handled_by").order_by("state", "severity", "pk"))
    for finding in findings:
        finding.lines = [layout.line_of(start) for start, _end in finding.spans]  # type: ignore[attr-defined]
        finding.title = finding_title(finding.code)  # type: ignore[attr-defined]
    for suggestion in suggestions:
        suggestion.line = layout.line_of(suggestion.span_start)  # type: ignore[attr-defined]
    states = _states(plan, table)
    faults = [one for one in suggestions if one.state == Suggestion.State.OPEN]
    return ReviewPage(
        plan=plan,
        query=query,
        counts=_counts(plan),
        seen=states.get(ReviewState.ACCEPTED, 0),
        total=sum(count for state, count in states.items() if state != ReviewState.REJECTED),
        rows=rows,
        bodies=Paginator(body_rows(plan) if query.tab == "co-quan" else [], ROWS).get_page(query.page or 1),
        chosen=chosen,
        previous=previous,
        following=following,
        parts=parts_of(plan, layout, query.opened, chosen, marks_of=(suggestions, findings)),
        layout=layout,
        findings=findings if query.all_checks else findings[:SHOWN],
        suggestions=faults if query.all_checks else faults[:SHOWN],
        findings_total=len(findings),
        suggestions_total=len(faults),
        findings_done=sum(finding.state != Finding.State.OPEN for finding in findings),
        last_step=ReviewStep.objects.filter(plan=plan).select_related("by").order_by("-version").first(),
    )


def finding_for(plan: Plan, finding_id: int) -> Finding | None:
    """One finding of this plan."""
    return plan.findings.filter(pk=finding_id).first()


def suggestions_open(plan: Plan) -> list[int]:
    """Ids of the scanning faults nobody has decided."""
    return list(plan.suggestions.filter(state=Suggestion.State.OPEN).values_list("pk", flat=True))


def agencies_known(ids: Collection[int]) -> list[int]:
    """Those of the ids that are in the register."""
    return list(Agency.objects.filter(pk__in=ids).values_list("pk", flat=True))


def steps_since(plan: Plan, version: int, *, besides: Member) -> list[ReviewStep]:
    """What others did to the plan after ``version``, latest first."""
    steps = ReviewStep.objects.filter(plan=plan, version__gt=version).exclude(by=besides)
    return list(steps.select_related("by").order_by("-version")[:20])


def agencies_found(q: str, *, limit: int = 12) -> list[Agency]:
    """Registered agencies of today whose name holds every word of ``q``, with or without diacritics."""
    words = fold(q).split()
    if not words:
        return []
    found = Agency.objects.filter(valid_until__isnull=True)
    for word in words:
        found = found.filter(folded__contains=word)
    return list(found.select_related("area").order_by("path")[:limit])


def shares_by_body(task: Task) -> list[tuple[Body | None, str, list[Assignment]]]:
    """The task's shares, grouped by the printed body they come from and by part; those added by hand last."""
    shares = list(
        Assignment.objects.filter(task=task)
        .exclude(status=Assignment.Status.DROPPED)
        .select_related("agency")
        .order_by("agency__path")
    )
    groups: list[tuple[Body | None, str, list[Assignment]]] = [
        (body, body.part, [share for share in shares if share.body_id == body.pk]) for body in task.bodies.all()
    ]
    for part in Body.Part.values:
        by_hand = [share for share in shares if share.body_id is None and share.part == part]
        if by_hand:
            groups.append((None, part, by_hand))
    return groups


def body_rows(plan: Plan) -> list[BodyRow]:
    """The bodies the document names, each once, with the agencies they stand for."""
    bodies = (
        Body.objects.filter(task__plan=plan)
        .exclude(task__review=ReviewState.REJECTED)
        .values("as_printed", "is_group", "note")
        .annotate(tasks=Count("task", distinct=True))
        .order_by("-tasks", "as_printed")
    )
    rows: dict[str, BodyRow] = {}
    for body in bodies:
        row = rows.setdefault(body["as_printed"], BodyRow(body["as_printed"], 0, body["is_group"], body["note"]))
        row.tasks += body["tasks"]
    pairs = (
        Assignment.objects.filter(task__plan=plan, body__isnull=False)
        .exclude(task__review=ReviewState.REJECTED)
        .values_list("body__as_printed", "agency")
        .distinct()
    )
    held = list(pairs)
    agencies = Agency.objects.in_bulk({agency for _printed, agency in held})
    for printed, agency in held:
        if printed in rows:
            rows[printed].agencies.append(agencies[agency])
    for row in rows.values():
        row.agencies.sort(key=lambda agency: agency.path)
    return list(rows.values())


def _counts(plan: Plan) -> dict[str, int]:
    counts = {
        tab: table._default_manager.filter(plan=plan).exclude(review=ReviewState.REJECTED).count()
        for tab, (_kind, table) in TABS.items()
        if table is not None
    }
    standing = Body.objects.filter(task__plan=plan).exclude(task__review=ReviewState.REJECTED)
    counts["co-quan"] = standing.values("as_printed").distinct().count()
    counts["noi-nhan"] = len(plan.directive.recipients)
    return counts


def _states(plan: Plan, table: type[Piece] | None) -> dict[str, int]:
    pieces = (table or Task)._default_manager.filter(plan=plan)
    return dict(pieces.order_by().values_list("review").annotate(count=Count("pk")))


def _chosen(plan: Plan, table: type[Piece], query: Query) -> Piece | None:
    if not query.chosen:
        return None
    return _dressed(table).filter(plan=plan, code=query.chosen).first()


def _dressed(table: type[Piece]) -> QuerySet[Piece]:
    if table is not Task:
        return table._default_manager.order_by("position", "pk")
    tasks = (
        Task.objects.order_by("position", "pk")
        .select_related("merged_into")
        .prefetch_related("bodies")
        .annotate(agencies=Count("assignments", filter=~Q(assignments__status=Assignment.Status.DROPPED)))
    )
    return cast("QuerySet[Piece]", tasks)


def _listed(plan: Plan, table: type[Piece], query: Query) -> QuerySet[Piece]:
    pieces = _dressed(table).filter(plan=plan)
    if query.only == "da-bo":
        return pieces.filter(review=ReviewState.REJECTED)
    pieces = pieces.exclude(review=ReviewState.REJECTED)
    if query.only == "chua-xem":
        return pieces.filter(review=ReviewState.UNSEEN)
    if query.only == "loi":
        faults = Suggestion.objects.filter(
            plan=plan,
            state=Suggestion.State.OPEN,
            span_start__gte=OuterRef("span_start"),
            span_end__lte=OuterRef("span_end"),
        )
        return pieces.filter(Exists(faults))
    if query.only == "chua-giao" and table is Task:
        return pieces.filter(~Exists(Assignment.objects.filter(task=OuterRef("pk"))))
    return pieces


def _page(listed: QuerySet[Piece], query: Query, chosen: Piece | None) -> Page[Piece]:
    """The page asked for, or the one that holds the chosen piece."""
    paginator = Paginator(listed, ROWS)
    number = query.page
    if chosen is not None and not query.page:
        number = listed.filter(position__lt=chosen.position).count() // ROWS + 1
    return paginator.get_page(number or 1)


def _neighbours(plan: Plan, table: type[Piece], chosen: Piece | None) -> tuple[Piece | None, Piece | None]:
    if chosen is None:
        return None, None
    standing = table._default_manager.filter(plan=plan).exclude(review=ReviewState.REJECTED).order_by("position", "pk")
    before = standing.filter(position__lt=chosen.position).last()
    return before, standing.filter(position__gt=chosen.position).first()


def _dress(pieces: Collection[Piece] | Page[Piece], layout: Layout, suggestions: Sequence[Suggestion]) -> None:
    """Gives each piece, for the template, its line and deadline, and whether a scanning fault is open in it."""
    faults = [one.span_start for one in suggestions if one.state == Suggestion.State.OPEN]
    for piece in pieces:
        start, end = piece.span_start or 0, piece.span_end or 0
        piece.line = layout.line_of(piece.span_start)  # type: ignore[attr-defined]
        piece.faulty = any(start <= fault < end for fault in faults)  # type: ignore[attr-defined]
        if isinstance(piece, Target):
            piece.due_shown = f"{piece.due_date:%d/%m/%Y}" if piece.due_date else piece.due_text  # type: ignore[attr-defined]
            continue
        strictly = getattr(piece, "strictly_before", False)
        piece.due_shown = rule_words(rule_of(piece), strictly_before=strictly)  # type: ignore[attr-defined]
        if isinstance(piece, Obligation):
            piece.period_words = rule_words(piece.period)  # type: ignore[attr-defined]


def rule_of(piece: Piece | None) -> str | None:
    """The due rule of a piece that has one."""
    if isinstance(piece, Deadline):
        return piece.rule
    return piece.due_rule if isinstance(piece, (Task, Obligation)) else None
