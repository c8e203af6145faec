"""The day by which each agency's share of a task is due."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db.models import F, Q, QuerySet

from canhgiac.kit import clock
from canhgiac.plans.models import Assignment, Task


def first_due(rule: str | None, *, strictly_before: bool, today: dt.date) -> dt.date | None:
    """Last good day of a task that starts being followed today: a single date even if passed, else the next one.

    None without a rule, and for a rule that names no day (P1W, P5Y): no day is better than a guessed one.
    """
    if not rule:
        return None
    if not clock.is_recurring(rule):
        try:
            return dt.date.fromisoformat(rule) - dt.timedelta(days=1 if strictly_before else 0)
        except ValueError:
            return None
    return clock.next_occurrence(rule, today - clock.DAY, strictly_before)


def due_dates_set(tasks: QuerySet[Task]) -> int:
    """Sets ``due_date`` of the shares of these tasks from their due rules; returns how many distinct days."""
    today = clock.today()
    by_day: dict[dt.date | None, list[int]] = defaultdict(list)
    for pk, rule, strictly_before in tasks.values_list("pk", "due_rule", "strictly_before"):
        by_day[first_due(rule, strictly_before=strictly_before, today=today)].append(pk)
    for day, ids in by_day.items():
        same = Q(due_date__isnull=True) if day is None else Q(due_date=day)
        Assignment.objects.filter(~same, task__in=ids).update(due_date=day, version=F("version") + 1)
    return len(by_day)
