"""Changing many activities: choose, see what changes, do, undo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from canhgiac.activities.forms.activities import ActivityFilterForm
from canhgiac.activities.forms.bulk import BulkForm, ids_of, tasks_of
from canhgiac.activities.models import Activity
from canhgiac.activities.selectors.activities import activities_for, filtered, ordered
from canhgiac.activities.selectors.scope import scope_of
from canhgiac.activities.services import bulk
from canhgiac.activities.services.record import ActivityRefused
from canhgiac.agencies.views.access import acting
from canhgiac.plans.selectors.calendar import plans_for

SESSION = "bulk_undo"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def activities_edit_many(request: HttpRequest) -> HttpResponse:
    """The activities of a filter with ticks; ``xem`` shows what would change, ``luu`` does it."""
    form = BulkForm(request.POST or None, tasks=_tasks(request))
    context: dict[str, Any] = {"form": form, "most": bulk.MOST, "query": request.GET.urlencode()}
    if request.method == "POST" and form.is_valid():
        ids = ids_of(request.POST.getlist("hd"))
        context["ticked"] = set(ids)
        if not ids or form.change().is_empty:
            form.add_error(None, _("Đánh dấu hoạt động và chọn ít nhất một điều cần đổi."))
        elif "luu" in request.POST:
            return _do(request, ids, form)
        else:
            rows = bulk.bulk_rows(activities_for(acting(request)).filter(pk__in=ids[: bulk.MOST]))
            context["preview"] = bulk.bulk_preview(rows, form.change())
    context |= {"rows": _rows(request), "undo": len(request.session.get(SESSION, []))}
    return render(request, "activities/bulk.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def activities_edit_many_undo(request: HttpRequest) -> HttpResponse:
    """Takes the last change of many back."""
    undo = [tuple(row) for row in request.session.pop(SESSION, [])]
    done = bulk.activities_edit_many_undo(by=acting(request), undo=undo)
    messages.success(request, _("Đã hoàn tác %d hoạt động.") % done.changed)
    _say(request, done.refused)
    return redirect("activities_edit_many")


def _do(request: HttpRequest, ids: list[int], form: BulkForm) -> HttpResponse:
    try:
        done = bulk.activities_edit_many(by=acting(request), ids=ids, change=form.change())
    except ActivityRefused as refusal:
        messages.error(request, str(refusal))
    else:
        request.session[SESSION] = done.undo
        messages.success(request, _("Đã sửa %d hoạt động, gửi cấp trên xem xét lại.") % done.changed)
        _say(request, done.refused)
    return redirect(request.get_full_path())


def _rows(request: HttpRequest) -> list[Activity]:
    """Those of the filter that the member may change, the latest first."""
    member = acting(request)
    scope, wanted = scope_of(member), ActivityFilterForm(request.GET)
    rows = filtered(activities_for(member, scope=scope), wanted.wanted()).select_related("agency", "area")
    paths = (*scope.own, *scope.steered)
    found = ordered(rows, wanted.order).defer("description", "folded")[: bulk.MOST]
    return [row for row in found if paths and row.agency.path.startswith(paths)]


def _tasks(request: HttpRequest) -> Any:
    return tasks_of(plans_for(acting(request)))


def _say(request: HttpRequest, refused: list[str]) -> None:
    for line in refused[:20]:
        messages.warning(request, line)
