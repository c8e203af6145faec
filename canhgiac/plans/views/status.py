"""Changes of status, one and many, taken back; urging."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.plans.forms.tasks import StatusSet, StatusSetMany, TasksUrge
from canhgiac.plans.models import Assignment
from canhgiac.plans.selectors import tasks
from canhgiac.plans.selectors.scope import scope_of
from canhgiac.plans.services import status, urging


@login_required
@require_POST
def status_set(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """One change of status; with htmx the row comes back, changed or with the reason why not."""
    member, form = acting(request), StatusSet(request.POST)
    assignment = tasks.assignment_for(member, assignment_id)
    try:
        if not form.is_valid():
            raise status.StatusRefused(_("Chưa rõ đổi sang trạng thái nào. Mở lại trang rồi chọn lại."))
        data = form.cleaned_data
        version, note = data["phien_ban"], data["ghi_chu"]
        change = status.status_set(
            by=member, assignment=assignment, status=data["trang_thai"], note=note, version=version
        )
    except status.StatusRefused as refusal:
        return _answer(request, assignment, error=str(refusal))
    return _answer(request, change.assignment, done=_done_words(change.assignment, data["trang_thai"]))


@login_required
@require_POST
def status_undo(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Takes back the member's own last change."""
    assignment = tasks.assignment_for(acting(request), assignment_id)
    try:
        status.status_undo(by=acting(request), assignment=assignment)
    except status.StatusRefused as refusal:
        return _answer(request, assignment, error=str(refusal))
    return _answer(request, assignment, done=_("Đã hoàn tác."))


@login_required
@require_POST
def statuses_set(request: HttpRequest) -> HttpResponse:
    """One status for all ticked assignments."""
    form = StatusSetMany(request.POST)
    if not form.is_valid():
        messages.error(request, _("Chọn ít nhất một việc và trạng thái cần đổi."))
        return _back(request)
    data = form.cleaned_data
    bulk = status.statuses_set(
        by=acting(request), versions=data["viec"], status=data["trang_thai"], note=data["ghi_chu"]
    )
    if bulk.changed:
        messages.success(request, ngettext("Đã đổi %d việc.", "Đã đổi %d việc.", bulk.changed) % bulk.changed)
    for line in bulk.refused[:5]:
        messages.warning(request, line)
    if len(bulk.refused) > 5:
        messages.warning(request, _("Và %d việc khác không đổi được.") % (len(bulk.refused) - 5))
    return _back(request)


@login_required
@require_POST
def tasks_urge(request: HttpRequest) -> HttpResponse:
    """Urges the agencies of all ticked assignments."""
    form = TasksUrge(request.POST)
    if not form.is_valid():
        messages.error(request, _("Chọn ít nhất một việc để đôn đốc."))
        return _back(request)
    data = form.cleaned_data
    urged = urging.tasks_urge(by=acting(request), assignments=list(data["viec"]), message=data["loi_nhan"])
    if urged.urged:
        messages.success(request, ngettext("Đã đôn đốc %d việc.", "Đã đôn đốc %d việc.", urged.urged) % urged.urged)
    if urged.already:
        messages.info(request, _("%d việc đã xong hoặc đã đôn đốc hôm nay, không gửi lại.") % urged.already)
    if urged.silent:
        names = ", ".join(urged.silent[:5])
        messages.warning(request, _("Chưa có cán bộ đầu mối hay hộp thư: %s.") % names)
    return _back(request)


def _done_words(assignment: Assignment, wanted: str) -> str:
    if wanted == Assignment.Status.DONE and assignment.status != wanted and assignment.due_date:
        return _("Đã xong kỳ này. Kỳ sau đến hạn %s.") % f"{assignment.due_date:%d/%m/%Y}"
    return _("Đã đổi thành “%s”.") % Assignment.Status(wanted).label


def _answer(request: HttpRequest, assignment: Assignment, *, error: str = "", done: str = "") -> HttpResponse:
    """The row as it stands now for htmx; for a plain form the page it came from, with the message."""
    if not request.headers.get("HX-Request"):
        (messages.error if error else messages.success)(request, error or done)
        return _back(request)
    member = acting(request)
    fresh = tasks.assignment_for(member, assignment.pk)
    scope = scope_of(member)
    context = {
        "row": tasks.Work(fresh, clock.today()),
        "scope": scope,
        "steps": status.choices_for(scope, fresh),
        "undo": status.can_undo(member, fresh.changes.first()),
        "error": error,
        "done": done,
        "face": request.POST.get("dang", ""),
    }
    return render(request, "plans/task_work.html", context)


def _back(request: HttpRequest) -> HttpResponse:
    """To the page that the form names, if it is one of ours."""
    there = request.POST.get("ve", "")
    known = url_has_allowed_host_and_scheme(there, allowed_hosts=None) and there.startswith("/")
    return redirect(there if known else reverse("my_tasks"))
