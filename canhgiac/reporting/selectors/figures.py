"""What a figure opens: of a round, one row an agency; of one report, the rows it was added up from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DecimalField,
    F,
    FilteredRelation,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextChoices,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Agency, Member
from canhgiac.kit import sheets
from canhgiac.kit.text import fold
from canhgiac.plans.models import Assignment
from canhgiac.reporting.models import FigureSource, FormField, ReportDuty, ReportRound, Submission

from .duties import duties_for
from .prefill import ACTIVITY, ASSIGNMENT, REMARK, SUBMISSION, SourceRow, source_rows
from .proofs import activity_proofs
from .submissions import COUNTED, Report


class FigureState(TextChoices):
    """What an agency's report says of a figure."""

    KNOWN = "known", gettext_lazy("Có số liệu")
    UNKNOWN = "unknown", gettext_lazy("Chưa có số liệu")
    EMPTY = "empty", gettext_lazy("Gửi nhưng trống")
    MISSING = "missing", gettext_lazy("Chưa gửi")
    EXCUSED = "excused", gettext_lazy("Được miễn")


SORTS = {"agency": "agency__folded", "value": "value", "state": "figure_state", "filed": "current__filed_at"}


def figure_rows(
    round: ReportRound,  # noqa: A002  # the word of the trade
    code: str,
    member: Member,
    *,
    reports_to: Agency | None = None,
    state: str = "",
    text: str = "",
    sort: str = "agency",
) -> QuerySet[ReportDuty]:
    """One row an agency that owes a report in the round, as far as the member may read. One query when it is read.

    Those who report to ``reports_to`` (the round's own agency unless told): what a middle agency adds up stands in
    its own report and is not counted twice. Each row carries ``value`` (Decimal, null where nobody knows: not zero),
    ``figure_state`` (a FigureState), ``sources`` (rows kept at filing that the value was added up from),
    ``submission_id`` and ``filed_at`` (null where nothing is filed). Only reports filed or accepted count.
    """
    duties = duties_for(member).filter(round=round, reports_to=reports_to or round.agency)
    rows = figures_of(duties, code).select_related("agency")
    if state in FigureState.values:
        rows = rows.filter(Q(("figure_state", state)))
    for word in fold(text).split():
        rows = rows.filter(agency__folded__contains=word)
    key = SORTS.get(sort.lstrip("-"), "agency__folded")
    order = F(key).desc(nulls_last=True) if sort.startswith("-") else F(key).asc(nulls_last=True)
    return rows.order_by(order, "agency__folded", "pk")


def figures_of(duties: QuerySet[ReportDuty], code: str) -> QuerySet[ReportDuty]:
    """The duties with what their current report says of one figure, as :func:`figure_rows` describes."""
    current = FilteredRelation("submissions", condition=Q(submissions__state__in=COUNTED))
    is_number = Q(answer_type="number")
    kept = FigureSource.objects.filter(submission=OuterRef("submission_id"), code=code).order_by()
    return duties.annotate(current=current).annotate(
        submission_id=F("current__pk"),
        filed_at=F("current__filed_at"),
        answer_type=Func(KeyTransform(code, F("current__answers")), function="jsonb_typeof", output_field=CharField()),
        value=Case(
            When(
                is_number,
                then=Cast(KeyTextTransform(code, F("current__answers")), DecimalField(max_digits=20, decimal_places=2)),
            ),
            output_field=DecimalField(max_digits=20, decimal_places=2),
        ),
        figure_state=Case(
            When(state=ReportDuty.State.EXCUSED, then=Value(FigureState.EXCUSED.value)),
            When(current__pk=None, then=Value(FigureState.MISSING.value)),
            When(current__is_empty=True, then=Value(FigureState.EMPTY.value)),
            When(is_number, then=Value(FigureState.KNOWN.value)),
            default=Value(FigureState.UNKNOWN.value),
            output_field=CharField(),
        ),
        sources=Coalesce(Subquery(kept.values("submission").annotate(n=Count("pk")).values("n")), 0),
    )


_CHIPS = {
    FigureState.KNOWN: "done",
    FigureState.UNKNOWN: "none",
    FigureState.EMPTY: "soon",
    FigureState.MISSING: "none",
    FigureState.EXCUSED: "info",
}


def chipped(rows: Iterable[ReportDuty]) -> list[tuple[ReportDuty, str, str]]:
    """The rows of a page with their state's word and chip."""
    found = []
    for row in rows:
        state = FigureState(str(getattr(row, "figure_state", "")))
        found.append((row, str(state.label), _CHIPS[state]))
    return found


@dataclass(frozen=True)
class FigureTally:
    """A figure added up over its rows."""

    total: Decimal | None
    counts: dict[str, int]
    """FigureState to the number of agencies."""

    @property
    def words(self) -> list[tuple[str, str, int]]:
        """(state, its name, agencies) of those that occur."""
        return [(one.value, str(one.label), self.counts[one]) for one in FigureState if self.counts.get(one)]


def figure_tally(rows: QuerySet[ReportDuty]) -> FigureTally:
    """The sum of what is known, and how many say what. One query."""
    said = rows.order_by().values(*["figure_state"]).annotate(n=Count("pk"), total=Sum("value"))
    found = list(said)
    totals = [row["total"] for row in found if row["total"] is not None]
    return FigureTally(sum(totals, Decimal(0)) if totals else None, {row["figure_state"]: row["n"] for row in found})


def figure_field(round: ReportRound, code: str) -> FormField:  # noqa: A002
    """The field that the round's form asks under this code. Raises Http404."""
    return get_object_or_404(FormField, form_version=round.form_version_id, code=code)


def rows_headings(field: FormField) -> list[str]:
    """The head of the table of a figure's rows."""
    unit = f" ({field.unit})" if field.unit else ""
    return [_("Đơn vị"), f"{field.label}{unit}", _("Trạng thái"), _("Gửi lúc"), _("Số dòng căn cứ")]


def rows_for_sheet(rows: QuerySet[ReportDuty]) -> Iterator[list[sheets.Value]]:
    """The rows of a figure as a table; an unknown value is an empty cell, not zero."""
    for row in rows.iterator(chunk_size=2000):
        given: Any = row  # the annotations of figures_of
        yield [
            row.agency.name,
            given.value,
            str(FigureState(given.figure_state).label),
            given.filed_at,
            given.sources or None,
        ]


def rows_behind(
    report: Report, field: FormField, revision: str = "", *, text: str = "", sort: str = ""
) -> tuple[list[FigureSource | SourceRow], bool]:
    """The rows that one figure of a report is added up from, and whether they are those frozen at filing.

    Of the revision of this number; of the newest filed one where none is given and no draft is being written; else
    as they stand now. ``text`` narrows them by their words; ``sort`` is "on", "label" or "quantity", falling with "-"
    before it, the latest first unless told.
    """
    wanted = fold(text)
    drafting = not revision and (report.current is None or report.current.state == Submission.State.DRAFT)
    shown = None if drafting else report.revision(revision)
    if shown is None:
        live = [row for _code, row in source_rows(report.duty, [field])]
        return _sorted([row for row in live if wanted in fold(row.label)], sort), False
    kept = FigureSource.objects.filter(submission=shown, code=field.code).order_by("-on", "-pk")
    return _sorted([row for row in kept if wanted in fold(row.label)], sort), True


def _sorted(rows: list[FigureSource | SourceRow], sort: str) -> list[FigureSource | SourceRow]:
    keys: dict[str, Callable[[FigureSource | SourceRow], Any]] = {
        "on": lambda row: row.on,
        "label": lambda row: fold(row.label),
        "quantity": lambda row: row.quantity,
    }
    key = keys.get(sort.lstrip("-"))
    return sorted(rows, key=key, reverse=sort.startswith("-")) if key else rows


def total_of(rows: Iterable[FigureSource | SourceRow]) -> Decimal:
    """What the rows add up to."""
    return sum((row.quantity for row in rows), Decimal(0))


def origin_words(origin: str) -> str:
    """What kind of row it is."""
    words = {
        ACTIVITY: _("hoạt động"),
        ASSIGNMENT: _("nhiệm vụ"),
        SUBMISSION: _("báo cáo cấp dưới"),
        REMARK: _("khó khăn, kiến nghị"),
    }
    return words.get(origin, origin)


def linked(rows: Sequence[FigureSource | SourceRow]) -> list[tuple[FigureSource | SourceRow, str, str]]:
    """The rows of a page with the words for their kind and proof ("hoạt động, 2 ảnh") and the address that opens
    each; "" where it has none. At most three queries."""
    proofs = activity_proofs({row.origin_id for row in rows if row.origin == ACTIVITY})
    tasks = {row.origin_id for row in rows if row.origin == ASSIGNMENT}
    task_of = dict(Assignment.objects.filter(pk__in=tasks).values_list("pk", "task")) if tasks else {}
    reports = {row.origin_id for row in rows if row.origin == SUBMISSION}
    duty_of = dict(Submission.objects.filter(pk__in=reports).values_list("pk", "duty")) if reports else {}
    found = []
    for row in rows:
        place: tuple[str, int | None] = ("", None)
        if row.origin == ACTIVITY:
            place = ("activity_detail", row.origin_id)
        elif row.origin == ASSIGNMENT:
            place = ("task_detail", task_of.get(row.origin_id))
        elif row.origin == SUBMISSION:
            place = ("submission_detail", duty_of.get(row.origin_id))
        proof = proofs.get(row.origin_id) if row.origin == ACTIVITY else None
        words = ", ".join(filter(None, [origin_words(row.origin), proof.words if proof else ""]))
        found.append((row, words, reverse(place[0], args=[place[1]]) if place[1] else ""))
    return found
