"""Which fields of a form an agency is asked: of a plan's groups of tasks, only those in which it has a task."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from canhgiac.plans.models import Assignment, ReviewState, Task
from canhgiac.plans.selectors.scope import under
from canhgiac.reporting.models import FormField, ReportDuty, ReportForm, Submission

from .starter import bare_heading
from .submissions import fields_of


def asked_fields(duty: ReportDuty, form_version_id: int, *, report: Submission | None = None) -> list[FormField]:
    """The fields of the form's version that this duty is asked, in order. Three queries at most.

    A paragraph among the results that stands under a group of tasks of the form's plan is asked of an agency only
    where it, a merged one that it stands for, or one below it has a task of that group. What ``report`` answers
    already is always shown, and while the plan's tasks are given to nobody everything is asked.
    """
    fields = fields_of(form_version_id)
    grouped = {field.group for field in fields if _is_of_group(field)}
    if not grouped:
        return fields
    shut = _groups(duty, form_version_id) & grouped
    answers = report.answers if report else {}
    return [one for one in fields if not (_is_of_group(one) and one.group in shut) or answers.get(one.code)]


def _is_of_group(field: FormField) -> bool:
    in_results = field.section == FormField.Section.RESULTS and field.kind == FormField.Kind.TEXT
    return in_results and bool(field.group)


def _groups(duty: ReportDuty, form_version_id: int) -> set[str]:
    """The groups of tasks of the form's plan in which the duty's agencies have none."""
    paths = (duty.agency.path, *(merged.path for merged in duty.covers.all()))
    given = Assignment.objects.filter(task=OuterRef("pk"))
    plans = ReportForm.objects.filter(versions=form_version_id).values("plan")
    tasks = Task.objects.filter(plan__in=plans, merged_into=None)
    rows = list(
        tasks.exclude(review=ReviewState.REJECTED)
        .annotate(given=Exists(given), own=Exists(given.filter(under(paths))))
        .values_list("heading", "given", "own")
    )
    if not any(given for _heading, given, _own in rows):
        return set()
    named = [(bare_heading(heading or ""), own) for heading, _given, own in rows]
    return {name for name, _own in named} - {name for name, own in named if own}
