"""Drills: the list with its trend, one with its score, planning, approving, pausing, calls by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.views.access import acting
from canhgiac.kit import sheets
from canhgiac.training.forms.drills import DrillActForm, DrillFilterForm, DrillForm
from canhgiac.training.models import Drill
from canhgiac.training.selectors import drills as reads
from canhgiac.training.selectors import drillscores as scores
from canhgiac.training.services import drills as services
from canhgiac.training.services import drillsending as sending

from .acts import done, tried

ROWS = 30
Act = Callable[[Member, Drill, dict[str, Any]], Any]
ACTS: dict[str, tuple[Act, Any]] = {
    "gui-duyet": (
        lambda by, row, told: services.drill_submit(by=by, drill=row, version=told["version"]),
        gettext_lazy("Đã gửi hai bên duyệt."),
    ),
    "duyet": (
        lambda by, row, told: services.drill_approve(
            by=by, drill=row, side=told["side"], version=told["version"], note=told["words"]
        ),
        gettext_lazy("Đã duyệt."),
    ),
    "tra-lai": (
        lambda by, row, told: services.drill_return(by=by, drill=row, version=told["version"], note=told["words"]),
        gettext_lazy("Đã trả lại người lập."),
    ),
    "tam-dung": (
        lambda by, row, told: services.drill_pause(by=by, drill=row, version=told["version"], held=True),
        gettext_lazy("Đã tạm dừng. Tin chưa gửi được giữ lại."),
    ),
    "chay-tiep": (
        lambda by, row, told: services.drill_pause(by=by, drill=row, version=told["version"], held=False),
        gettext_lazy("Đợt chạy tiếp."),
    ),
    "dung-han": (
        lambda by, row, told: services.drill_stop(by=by, drill=row, version=told["version"], reason=told["words"]),
        gettext_lazy("Đã dừng hẳn. Tin chưa gửi sẽ không gửi nữa."),
    ),
}


@login_required
@require_safe
def drill_list(request: HttpRequest) -> HttpResponse:
    """The drills that the member's roles cover, and how reporting went from one to the next."""
    member, form = acting(request), DrillFilterForm(request.GET)
    rows = reads.drill_list(member, **form.wanted(), sort=request.GET.get("sort", ""))
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "trend": scores.drill_trend(member), "may_make": reads.may_make(member)}
    context["export"] = [("XLSX", f"{reverse('drill_list_export')}?{request.GET.urlencode()}")]
    return render(request, "training/drill_list.html", context)


@login_required
@require_safe
def drill_list_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list as filtered, each drill with its figures where five or more got a message."""
    member, form = acting(request), DrillFilterForm(request.GET)
    found = reads.drill_list(member, **form.wanted(), sort=request.GET.get("sort", ""))
    rows = scores.list_rows(found)
    book = sheets.xlsx([sheets.Sheet(_("Diễn tập"), scores.list_headings(), rows, (40, 40, *[16] * 8))])
    headers = {"Content-Disposition": 'attachment; filename="dien-tap.xlsx"'}
    return StreamingHttpResponse(book, content_type=sheets.XLSX, headers=headers)


@login_required
@require_safe
def drill_detail(request: HttpRequest, drill_id: int) -> HttpResponse:
    """One drill: plan, approvals, figures by unit."""
    page = reads.drill_page(acting(request), drill_id)
    context = {"page": page, "drill": page.drill, "score": scores.drill_score(page.drill)}
    return render(request, "training/drill_detail.html", context | {"lures": scores.lure_figures(page.drill)})


@login_required
@require_safe
def drill_export(request: HttpRequest, drill_id: int) -> StreamingHttpResponse:
    """The figures as a workbook."""
    drill = reads.drill_for(acting(request), drill_id)
    rows = scores.score_rows(scores.drill_score(drill))
    book = sheets.xlsx([sheets.Sheet(_("Diễn tập"), scores.headings(), rows, (40, *[14] * 9))])
    headers = {"Content-Disposition": f'attachment; filename="dien-tap-{drill.pk}.xlsx"'}
    return StreamingHttpResponse(book, content_type=sheets.XLSX, headers=headers)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def drill_create(request: HttpRequest) -> HttpResponse:
    """A new plan."""
    require_role(acting(request), *reads.MAKERS)
    return _planned(request, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def drill_edit(request: HttpRequest, drill_id: int) -> HttpResponse:
    """Another plan, before it has begun."""
    require_role(acting(request), *reads.MAKERS)
    return _planned(request, reads.drill_for(acting(request), drill_id))


def _planned(request: HttpRequest, drill: Drill | None) -> HttpResponse:
    agency = acting(request).agency
    first = {"agency": agency, "units": agency.name if agency else ""}
    form = DrillForm(request.POST if request.method == "POST" else None, drill=drill, initial=first)
    if row := done(form, lambda: _save(request, form, drill)):
        messages.success(request, _("Đã lưu bản nháp. Gửi duyệt khi xong."))
        return redirect("drill_detail", row.pk)
    context = {"form": form, "drill": drill}
    return render(request, "training/drill_form.html", context, status=422 if form.errors else 200)


def _save(request: HttpRequest, form: DrillForm, drill: Drill | None) -> Drill:
    by, data = acting(request), form.facts()
    if drill is None:
        return services.drill_new(by=by, data=data)
    return services.drill_edit(by=by, drill=drill, data=data, version=form.cleaned_data["version"] or 0)


@login_required
@require_POST
def drill_act(request: HttpRequest, drill_id: int, act: str) -> HttpResponse:
    """Hand in, approve, return, pause, go on, stop."""
    member, form = acting(request), DrillActForm(request.POST)
    if act not in ACTS or not form.is_valid():
        raise Http404
    service, said = ACTS[act]
    drill = reads.drill_for(member, drill_id)
    tried(request, lambda: service(member, drill, form.cleaned_data), str(said))
    return redirect("drill_detail", drill_id)


@login_required
@require_safe
def drill_calls(request: HttpRequest, drill_id: int) -> HttpResponse:
    """Calls that a trainer makes by hand: phones and the script, no names."""
    member = acting(request)
    drill = reads.drill_for(member, drill_id)
    rows = sending.drill_calls_see(by=member, drill=drill)
    return render(request, "training/drill_calls.html", {"drill": drill, "rows": rows})


@login_required
@require_POST
def drill_call_note(request: HttpRequest, drill_id: int, target_id: int) -> HttpResponse:
    """What became of one call."""
    member = acting(request)
    drill = reads.drill_for(member, drill_id)
    target = get_object_or_404(drill.targets, pk=target_id)
    outcome = request.POST.get("outcome", "")
    tried(request, lambda: sending.drill_call_note(by=member, target=target, outcome=outcome), _("Đã ghi."))
    return redirect("drill_calls", drill_id)
