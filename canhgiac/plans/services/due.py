"""The day by which each agency's share of a task is due."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db.models import F, Q, QuerySet

from canhgiac.plans.models import Assignment, Task
from canhgiac.plans.selectors.due import next_day


def due_dates_set(tasks: QuerySet[Task]) -> int:
    """Sets ``due_date`` of the shares of these tasks from their due rules; returns how many distinct days."""
    by_day: dict[dt.date | None, list[int]] = defaultdict(list)
    for pk, rule, strictly_before in tasks.values_list("pk", "due_rule", "strictly_before"):
        by_day[next_day(rule, strictly_before=strictly_before)].append(pk)
    for day, ids in by_day.items():
        same = Q(due_date__isnull=True) if day is None else Q(due_date=day)
        Assignment.objects.filter(~same, task__in=ids).update(due_date=day, version=F("version") + 1)
    return len(by_day)
