"""Issued tasks: the list in four faces, its export, one task in full, an officer's own."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.kit.sheets import CSV, XLSX, Sheet, csv_lines, xlsx
from canhgiac.plans.forms.tasks import VIEWS, TaskFilterForm
from canhgiac.plans.models import Assignment
from canhgiac.plans.selectors import taskexports, tasklists
from canhgiac.plans.selectors.calendar import plans_for
from canhgiac.plans.selectors.due import rule_words
from canhgiac.plans.selectors.scope import scope_of
from canhgiac.plans.selectors.tasks import assignments_for, filtered, my_work
from canhgiac.plans.services.status import can_undo, choices_for


@login_required
@require_safe
def task_list(request: HttpRequest) -> HttpResponse:
    """The tasks within the member's reach, narrowed by the address, as a list, a board, by agency or by deadline."""
    member, today = acting(request), clock.today()
    scope = scope_of(member)
    form = TaskFilterForm(request.GET, plans=plans_for(member, scope=scope))
    found = filtered(assignments_for(member, scope=scope), form.wanted(), today=today)
    context = {
        "form": form,
        "face": form.face,
        "tabs": _tabs(request, form.face, wide=scope.is_wide),
        "scope": scope,
        "export": [(kind.upper(), f"xuat.{kind}?{request.GET.urlencode()}") for kind in ("xlsx", "csv")],
        "listing": _listing(found, form, today, _page_number(request)),
    }
    return render(request, "plans/task_list.html", context)


def _listing(
    found: QuerySet[Assignment], form: TaskFilterForm, today: dt.date, number: int
) -> tasklists.Board | tasklists.Listing[Any]:
    if form.face == "bang":
        return tasklists.board(found, today=today)
    if form.face == "co-quan":
        return tasklists.agencies_page(found, today=today, sort=form.order, number=number)
    if form.face == "han":
        return tasklists.deadlines_page(found, today=today, number=number)
    return tasklists.tasks_page(found, today=today, sort=form.order, number=number)


def _tabs(request: HttpRequest, face: str, *, wide: bool) -> list[dict[str, Any]]:
    tabs = []
    for key, label in VIEWS.items():
        query = request.GET.copy()
        for other in ("page", "sort"):
            query.pop(other, None)
        query["xem"] = key
        if wide or key != "co-quan":
            tabs.append({"url": f"?{query.urlencode()}", "label": label, "count": None, "active": key == face})
    return tabs


def _page_number(request: HttpRequest) -> int:
    given = request.GET.get("page", "")
    return int(given) if given.isdecimal() and len(given) < 7 else 1


@login_required
@require_safe
def task_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The filtered list as a workbook or as CSV, streamed."""
    member, today = acting(request), clock.today()
    form = TaskFilterForm(request.GET, plans=plans_for(member))
    found = filtered(assignments_for(member), form.wanted(), today=today)
    rows = taskexports.rows(found, today=today, sort=form.order)
    headers = {"Content-Disposition": f'attachment; filename="nhiem-vu-{today:%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(taskexports.headings(), rows), content_type=CSV, headers=headers)
    sheet = Sheet(_("Nhiệm vụ"), taskexports.headings(), rows, taskexports.WIDTHS)
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


@login_required
@require_safe
def task_detail(request: HttpRequest, task_id: int) -> HttpResponse:
    """One task: its words in the document, its agencies, its history. 404 where none of it is the reader's."""
    member, today = acting(request), clock.today()
    scope = scope_of(member)
    mine = assignments_for(member, past=True, scope=scope)
    if not mine.filter(task=task_id).exists():
        raise Http404
    full = tasklists.task_full(tasklists.task_with_bodies(task_id), mine, today=today, number=_page_number(request))
    undo = {change.assignment_id for change in tasklists.latest_changes(full.page) if can_undo(member, change)}
    context = {
        "full": full,
        "task": full.task,
        "rows": [(row, choices_for(scope, row.assignment), row.assignment.pk in undo) for row in full.page],
        "rule_words": rule_words(full.task.due_rule, strictly_before=full.task.strictly_before),
        "scope": scope,
        "today": today,
    }
    return render(request, "plans/task_detail.html", context)


@login_required
@require_safe
def my_tasks(request: HttpRequest) -> HttpResponse:
    """What the member's own agencies have to do: late first, due within a week, then the rest."""
    member = acting(request)
    scope = scope_of(member)
    work = my_work(member)
    groups = [
        ("late", _("Quá hạn"), work.late),
        ("soon", _("Đến hạn trong 7 ngày"), work.soon),
        ("rest", _("Còn lại"), work.rest),
    ]
    context = {
        "groups": [
            (key, label, [(row, choices_for(scope, row.assignment)) for row in rows])
            for key, label, rows in groups
            if rows
        ],
        "work": work,
        "recent": [(change, can_undo(member, change)) for change in work.done],
        "scope": scope,
        "today": clock.today(),
    }
    return render(request, "plans/my_tasks.html", context)
