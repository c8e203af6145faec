"""What a person decides about a document's faults: findings, scanning faults, the header."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction

from canhgiac.agencies.models import Member
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.plans.models import (
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

from .extraction import directive_folded
from .steps import Stale, kind_of, plan_lock, step_write, touch

HEADER = frozenset(
    {"number", "symbol", "date", "place", "issuer", "superior", "document_type", "title", "signer_name", "signer_title"}
)
Worded = Task | Target | Deadline | Obligation
"""The kinds of piece: each has a text."""
_STATES = (Plan.State.DRAFT, Plan.State.ISSUED)


@transaction.atomic
def finding_handle(*, by: Member, finding: Finding, version: int, state: Finding.State, note: str = "") -> Finding:
    """Marks a finding as mended, kept on purpose, or open again, with a note. Raises Stale, NotAllowed."""
    plan = plan_lock(by=by, plan_id=finding.plan_id, states=_STATES)
    finding = Finding.objects.select_for_update().get(pk=finding.pk, plan=plan)
    if finding.version != version:
        raise Stale(finding, by=finding.handled_by.full_name if finding.handled_by else "")
    finding.state, finding.note = state, note[:300]
    finding.handled_by, finding.handled_at = by, clock.now()
    finding.version += 1
    finding.save()
    step_write(
        by=by,
        plan=plan,
        act=ReviewStep.Act.FINDING,
        service="finding_handle",
        facts={"finding": finding.pk, "state": state},
    )
    return finding


@transaction.atomic
def suggestions_handle(*, by: Member, plan: Plan, ids: Collection[int], accept: bool) -> tuple[int, ReviewStep | None]:
    """Accepts or turns down likely scanning faults; returns how many were still open.

    Accepted ones correct the words of the tasks, targets and other pieces whose span holds them. The text of the
    directive stays as it was received.
    """
    plan = plan_lock(by=by, plan_id=plan.pk)
    opened = list(Suggestion.objects.select_for_update().filter(plan=plan, pk__in=ids, state=Suggestion.State.OPEN))
    if not opened:
        return 0, None
    touched: dict[tuple[str, int], Worded] = {}
    if accept:
        # From the end of the text to its start, so that a corrected word does not move the count of those before it.
        for suggestion in sorted(opened, key=lambda one: -one.span_start):
            for piece in _holders(plan, suggestion, touched):
                corrected = correct(piece.text, suggestion, plan.directive.text, piece)
                if corrected is not None:
                    touched[kind_of(piece), piece.pk] = piece
                    piece.text = corrected
    for piece in touched.values():
        if isinstance(piece, Task):
            piece.folded = fold(piece.text)
        touch(piece, ["text", "folded"] if isinstance(piece, Task) else ["text"])
    state = Suggestion.State.ACCEPTED if accept else Suggestion.State.KEPT
    Suggestion.objects.filter(pk__in=[one.pk for one in opened]).update(state=state, handled_by=by)
    step = step_write(
        by=by,
        plan=plan,
        act=ReviewStep.Act.SUGGESTION,
        service="suggestions_handle",
        pieces=list(touched.values()),
        facts={"suggestions": [one.pk for one in opened], "state": state},
    )
    return len(opened), step


def correct(text: str, suggestion: Suggestion, source: str, piece: Piece) -> str | None:
    """The piece's words with the fault mended at its own place; None where the words are no longer there."""
    start = piece.span_start or 0
    earlier = source[start : suggestion.span_start].count(suggestion.text)
    at = -1
    for _index in range(min(earlier, text.count(suggestion.text) - 1) + 1):
        at = text.find(suggestion.text, at + 1)
    return None if at < 0 else text[:at] + suggestion.replacement + text[at + len(suggestion.text) :]


@transaction.atomic
def header_correct(*, by: Member, plan: Plan, version: int, **changes: Any) -> Directive:
    """Corrects what the document says of itself (see HEADER), typed from the paper original where the file lacks it.

    ``version`` is the plan's on the page. Raises Stale, NotAllowed.
    """
    plan = plan_lock(by=by, plan_id=plan.pk, states=_STATES)
    if plan.version != version:
        raise Stale(plan)
    unknown = set(changes) - HEADER
    if unknown:
        raise ValueError(f"not a header field: {', '.join(sorted(unknown))}")
    directive = plan.directive
    fields = [name for name, value in changes.items() if getattr(directive, name) != value]
    for name in fields:
        setattr(directive, name, changes[name])
    directive.folded = directive_folded(directive)
    directive.save(update_fields=[*fields, "folded"])
    if "title" in fields and directive.title:
        plan.title = directive.title
        plan.save(update_fields=["title"])
    found = {"missing-number": directive.number, "missing-date": directive.date}
    mended = [code for code, value in found.items() if value]
    Finding.objects.filter(plan=plan, code__in=mended, state=Finding.State.OPEN).update(
        state=Finding.State.DONE, handled_by=by, handled_at=clock.now()
    )
    step_write(by=by, plan=plan, act=ReviewStep.Act.HEADER, service="header_correct", facts={"fields": sorted(fields)})
    return directive


def _holders(plan: Plan, suggestion: Suggestion, touched: dict[tuple[str, int], Worded]) -> list[Worded]:
    """The pieces whose span holds the suggestion; one already corrected in this act comes as corrected."""
    around = {"plan": plan, "span_start__lte": suggestion.span_start, "span_end__gte": suggestion.span_end}
    held: list[Worded] = []
    for table in (Task, Target, Deadline, Obligation):
        held += table.objects.filter(**around).exclude(review=ReviewState.REJECTED)
    return [touched.get((kind_of(row), row.pk), row) for row in held]
