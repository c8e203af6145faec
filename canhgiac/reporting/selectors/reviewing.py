"""Filed reports as their receiver looks at them: what needs a second look, the period before, the list of a round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member
from canhgiac.kit.templatetags.cg import vn_number
from canhgiac.kit.text import fold
from canhgiac.plans.selectors.scope import Scope, scope_of
from canhgiac.reporting.models import FieldComment, FormField, ReportRound, Submission, SubmissionFile

from .duties import duties_for, receives
from .prefill import is_number, previous_answers
from .validation import Beside, Fault, check

State = Submission.State


def faults_of(submissions: Sequence[Submission]) -> dict[int, list[Fault]]:
    """What a receiver should look at in each filed report, by its id: warnings of the form's rules, and every figure
    that differs from its source, with the writer's reason. The same few queries for any number of reports."""
    rows = list(submissions)
    if not rows:
        return {}
    versions = {row.form_version_id for row in rows}
    fields: dict[int, list[FormField]] = {}
    for one in FormField.objects.filter(form_version__in=versions).order_by("position", "pk"):
        fields.setdefault(one.form_version_id, []).append(one)
    attached: dict[int, set[str]] = {}
    for pk, code in SubmissionFile.objects.filter(submission__in=rows).values_list("submission", "code"):
        attached.setdefault(pk, set()).add(code)
    previous = _previous(rows)
    return {
        row.pk: [*_overridden(row), *_broken(row, fields[row.form_version_id], previous, attached)]
        for row in rows
        if row.form_version_id in fields
    }


def _previous(rows: Sequence[Submission]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    duties = {row.duty_id: row.duty for row in rows}
    by_round: dict[int, list[Any]] = {}
    for duty in duties.values():
        by_round.setdefault(duty.round_id, []).append(duty)
    for together in by_round.values():
        found |= previous_answers(together)
    return found


def _broken(
    row: Submission,
    fields: Sequence[FormField],
    previous: Mapping[int, dict[str, Any]],
    attached: Mapping[int, set[str]],
) -> Iterable[Fault]:
    beside = Beside(
        prefilled={},
        previous=previous.get(row.duty_id, {}),
        reasons={},
        jumps={code: str(origin.get("jump", "")) for code, origin in row.origins.items()},
        files=attached.get(row.pk, set()),
    )
    for fault in check(fields, row.answers, beside):
        if fault.rule == "jump":
            reason = str(row.origins.get(fault.code, {}).get("jump", "")).strip()
            yield Fault(fault.code, "jump", f"{fault.message} {reason}".strip(), blocks=False)


def _overridden(row: Submission) -> Iterable[Fault]:
    for code, origin in row.origins.items():
        came, given = origin.get("value"), row.answers.get(code)
        if not is_number(came) or code not in row.answers or (is_number(given) and Decimal(given) == Decimal(came)):
            continue
        words = _("Nguồn cho %(came)s, đơn vị ghi %(given)s. Lý do: %(reason)s") % {
            "came": vn_number(came),
            "given": vn_number(given) if is_number(given) else _("chưa có số liệu"),
            "reason": origin.get("reason") or _("không ghi"),
        }
        yield Fault(code, "override", words, blocks=False)


@dataclass(frozen=True)
class ReviewFilter:
    """What the list of a round's reports is narrowed to."""

    q: str = ""
    state: str = "filed"
    """A state of Submission; "all"."""
    reports_to: int | None = None
    late: bool = False
    empty: bool = False
    sort: str = "gui"


REVIEW_SORTS = {"don-vi": "duty__agency__folded", "gui": "filed_at", "trang-thai": "state"}


def review_rows(member: Member, of: ReportRound, wanted: ReviewFilter) -> QuerySet[Submission]:
    """The filed, accepted and returned reports of a round that the member may read, the newest revision of each."""
    rows = Submission.objects.filter(duty__in=duties_for(member).filter(round=of).values("pk"))
    if wanted.state in (State.FILED, State.ACCEPTED, State.RETURNED):
        rows = rows.filter(state=wanted.state)
    else:
        rows = rows.exclude(state=State.DRAFT)
    # A returned revision counts only while its correction is not filed.
    rows = rows.filter(~Q(state=State.RETURNED) | Q(duty__state="returned"))
    for word in fold(wanted.q).split():
        rows = rows.filter(duty__agency__folded__contains=word)
    if wanted.reports_to:
        rows = rows.filter(duty__reports_to=wanted.reports_to)
    if wanted.late:
        rows = rows.filter(on_time=False)
    if wanted.empty:
        rows = rows.filter(is_empty=True)
    column = F(REVIEW_SORTS.get(wanted.sort.lstrip("-"), "filed_at"))
    order = column.desc(nulls_last=True) if wanted.sort.startswith("-") else column.asc(nulls_last=True)
    return rows.select_related("duty__agency", "duty__reports_to", "duty__round__agency", "filed_by").order_by(
        order, "pk"
    )


@dataclass(frozen=True)
class ReviewRow:
    """A report in the list, with what needs a second look."""

    submission: Submission
    faults: list[Fault]
    may_accept: bool

    @property
    def is_clean(self) -> bool:
        """Whether it may be accepted together with others."""
        return not self.faults and not self.submission.is_empty


def review_page(member: Member, submissions: Sequence[Submission], *, scope: Scope | None = None) -> list[ReviewRow]:
    """The rows of one page of the list."""
    scope = scope or scope_of(member)
    faults = faults_of(submissions)
    return [
        ReviewRow(row, faults.get(row.pk, []), row.state == State.FILED and receives(scope, row.duty))
        for row in submissions
    ]


@dataclass(frozen=True)
class Comments:
    """What receivers said about a report, by field's code."""

    by_code: dict[str, list[FieldComment]] = field(default_factory=dict)

    @property
    def whole(self) -> list[FieldComment]:
        """About the report as a whole."""
        return self.by_code.get("", [])

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(map(len, self.by_code.values()))


def comments_of(submission: Submission | None) -> Comments:
    """The comments on one revision. One query."""
    found: dict[str, list[FieldComment]] = {}
    if submission is not None:
        rows = FieldComment.objects.filter(submission=submission).select_related("by", "resolved_in")
        for row in rows.order_by("at", "pk"):
            found.setdefault(row.code, []).append(row)
    return Comments(found)


def receivers_of(of: ReportRound) -> QuerySet[Agency]:
    """The agencies to which reports of the round go."""
    return Agency.objects.filter(pk__in=of.duties.values("reports_to")).order_by("folded")
