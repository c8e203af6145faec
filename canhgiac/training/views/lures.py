"""Lures: the list, one with its worksheet and its look on each channel, writing, the second person."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.views.access import acting
from canhgiac.kit import sheets
from canhgiac.training.forms.drills import DrillActForm, LureFilterForm, LureForm
from canhgiac.training.models import Lure
from canhgiac.training.selectors import lures as reads
from canhgiac.training.services import lures as services

from .acts import done, tried

ROWS = 30
ACTS = {
    "duyet": (services.lure_approve, gettext_lazy("Đã duyệt. Mồi dùng được trong đợt diễn tập.")),
    "sua-lai": (services.lure_rework, gettext_lazy("Đã đưa về bản nháp.")),
    "thoi-dung": (services.lure_end, gettext_lazy("Đã thôi dùng mồi này.")),
}


@login_required
@require_safe
def lure_list(request: HttpRequest) -> HttpResponse:
    """All lures."""
    member, form = acting(request), LureFilterForm(request.GET)
    rows = reads.lure_list(member, **form.wanted(), sort=request.GET.get("sort", ""))
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": [(one, reads.lure_sheet(one)) for one in page]}
    context |= {"export": [("XLSX", f"{reverse('lure_list_export')}?{request.GET.urlencode()}")]}
    return render(request, "training/lure_list.html", context | {"may_write": reads.may_write(member)})


@login_required
@require_safe
def lure_list_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list as filtered, with the worksheet's figures."""
    form = LureFilterForm(request.GET)
    rows = reads.lure_rows(reads.lure_list(acting(request), **form.wanted(), sort=request.GET.get("sort", "")))
    book = sheets.xlsx([sheets.Sheet(_("Mồi diễn tập"), reads.lure_headings(), rows, (10, 40, 16, 40, *[12] * 5))])
    headers = {"Content-Disposition": 'attachment; filename="moi-dien-tap.xlsx"'}
    return StreamingHttpResponse(book, content_type=sheets.XLSX, headers=headers)


@login_required
@require_safe
def lure_detail(request: HttpRequest, lure_id: int) -> HttpResponse:
    """One lure."""
    member = acting(request)
    lure = reads.lure_for(member, lure_id)
    context = {"lure": lure, "sheet": reads.lure_sheet(lure), "face": reads.lure_face(lure)}
    context |= {"may_write": reads.may_write(member), "may_approve": reads.may_approve(member, lure)}
    return render(request, "training/lure_detail.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lure_create(request: HttpRequest) -> HttpResponse:
    """A new one."""
    require_role(acting(request), *reads.WRITERS)
    return _written(request, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lure_edit(request: HttpRequest, lure_id: int) -> HttpResponse:
    """Other words for a draft."""
    require_role(acting(request), *reads.WRITERS)
    return _written(request, reads.lure_for(acting(request), lure_id))


def _written(request: HttpRequest, lure: Lure | None) -> HttpResponse:
    form = LureForm(request.POST if request.method == "POST" else None, lure=lure)
    if row := done(form, lambda: _save(request, form, lure)):
        messages.success(request, _("Đã lưu. Người thứ hai duyệt thì mồi mới dùng được."))
        return redirect("lure_detail", row.pk)
    context = {"form": form, "lure": lure}
    return render(request, "training/lure_form.html", context, status=422 if form.errors else 200)


def _save(request: HttpRequest, form: LureForm, lure: Lure | None) -> Lure:
    by, data = acting(request), form.facts()
    if lure is None:
        return services.lure_new(by=by, data=data)
    return services.lure_edit(by=by, lure=lure, data=data, version=form.cleaned_data["version"] or 0)


@login_required
@require_POST
def lure_copy(request: HttpRequest, lure_id: int) -> HttpResponse:
    """A draft from one in use."""
    member = acting(request)
    row = services.lure_copy(by=member, lure=reads.lure_for(member, lure_id))
    messages.success(request, _("Đã lập bản nháp mới."))
    return redirect("lure_edit", row.pk)


@login_required
@require_POST
def lure_act(request: HttpRequest, lure_id: int, act: str) -> HttpResponse:
    """Approve, rework, end."""
    member, form = acting(request), DrillActForm(request.POST)
    if act not in ACTS or not form.is_valid():
        raise Http404
    service, said = ACTS[act]
    lure, version = reads.lure_for(member, lure_id), form.cleaned_data["version"]
    tried(request, lambda: service(by=member, lure=lure, version=version), str(said))
    return redirect("lure_detail", lure_id)
