"""Reads of the recognition workshop: examples, the province's own messages, doubts. Every staff member may read."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from canhgiac.agencies.models import Member
from canhgiac.kit.text import fold
from canhgiac.library.models import Doubt, Edition, ExampleMessage, FormEdition, OfficialMessage, ScamForm

from .editions import may_approve, may_write

GENUINE = "that"
"""Stands for "of no form" where a form's code is asked for."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """How recognition stands: counts for its first page."""

    scams: int
    genuine: int
    proposed: int
    doubts: int
    official: int
    thin: list[tuple[str, str, int]]
    """Forms with few examples: code, name, how many."""


ENOUGH = 15
"""Examples by which a form is known well enough."""


def workshop() -> Workshop:
    """Counts in four queries."""
    in_use = Q(state=ExampleMessage.State.IN_USE)
    counts = ExampleMessage.objects.aggregate(
        scams=Count("pk", filter=in_use & Q(form__isnull=False)),
        genuine=Count("pk", filter=in_use & Q(form__isnull=True)),
        proposed=Count("pk", filter=Q(state=ExampleMessage.State.PROPOSED)),
    )
    thin = (
        ScamForm.objects.filter(published__isnull=False)
        .annotate(held=Count("examples", filter=Q(examples__state=ExampleMessage.State.IN_USE)))
        .filter(held__lt=ENOUGH)
        .order_by("held", "code")
        .values_list("code", "published__name", "held")
    )
    return Workshop(
        **counts,
        doubts=Doubt.objects.filter(state=Doubt.State.OPEN).count(),
        official=OfficialMessage.objects.filter(withdrawn_at=None).count(),
        thin=list(thin),
    )


def examples_list(*, q: str = "", form: str = "", state: str = "", source: str = "") -> QuerySet[ExampleMessage]:
    """Examples narrowed, newest first. ``form`` is a code, or ``GENUINE``."""
    rows = ExampleMessage.objects.select_related("form__published", "added_by", "approved_by")
    if form:
        rows = rows.filter(form__isnull=True) if form == GENUINE else rows.filter(form__code=form)
    rows = rows.filter(state=state) if state else rows.exclude(state=ExampleMessage.State.REMOVED)
    if source:
        rows = rows.filter(source=source)
    for word in fold(q).split():
        rows = rows.filter(folded__contains=word)
    return rows.order_by("-added_at", "-pk")


def examples_of(ids: list[int]) -> QuerySet[ExampleMessage]:
    """The ticked ones."""
    return ExampleMessage.objects.filter(pk__in=ids)


def official_list(*, q: str = "", gone: bool = False) -> QuerySet[OfficialMessage]:
    """Own messages, newest first; ``gone``: the withdrawn ones."""
    rows = OfficialMessage.objects.select_related("added_by").filter(withdrawn_at__isnull=not gone)
    for word in fold(q).split():
        rows = rows.filter(folded__contains=word)
    return rows.order_by("-sent_on", "-pk")


def official_for(message_id: int) -> OfficialMessage:
    """One own message. Raises Http404."""
    return get_object_or_404(OfficialMessage, pk=message_id)


def doubts_list(*, state: str = "", thinks: str = "") -> QuerySet[Doubt]:
    """Doubted verdicts; those still open first."""
    rows = Doubt.objects.select_related("given_form__published", "decided_by")
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(thinks=thinks) if thinks else rows
    return rows.order_by(Case(When(state=Doubt.State.OPEN, then=0), default=1), "-at", "-pk")


def doubt_for(doubt_id: int) -> Doubt:
    """One doubted verdict. Raises Http404."""
    return get_object_or_404(Doubt.objects.select_related("given_form__published"), pk=doubt_id)


def form_choices() -> list[tuple[str, str]]:
    """Code and name of each form, by name. One that is not public is named as last written, with its state."""
    last = FormEdition.objects.filter(form=OuterRef("pk")).order_by("-number")
    rows = ScamForm.objects.annotate(
        named=Coalesce("published__name", Subquery(last.values("name")[:1])), last=Subquery(last.values("state")[:1])
    ).exclude(named=None)
    return [
        (row.code, row.named if row.published_id else f"{row.named} ({Edition.State(row.last).label})")
        for row in rows.order_by("named", "code")
    ]


def form_coded(code: str) -> ScamForm | None:
    """The form with this code; None for ``GENUINE``."""
    return None if code == GENUINE else ScamForm.objects.get(code=code)


def may_teach(member: Member) -> tuple[bool, bool]:
    """Whether the member may propose examples, and whether they may take them into use."""
    approves = may_approve(member)
    return approves or may_write(member), approves
