"""Packs: making, list, one pack, taking it out, what became of it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.tips.forms import handover as forms
from canhgiac.tips.models import Case, Handover, Tip
from canhgiac.tips.selectors.handovers import handover_for, handovers_for
from canhgiac.tips.selectors.scope import case_for, tip_for
from canhgiac.tips.selectors.unlocked import unlocked
from canhgiac.tips.services import handovers as services
from canhgiac.tips.views.parts import scope_here, tried

ROWS = 50


@login_required
@require_safe
def handover_list(request: HttpRequest) -> HttpResponse:
    """The packs within reach."""
    scope_here(request)
    form = forms.HandoverFilterForm(request.GET)
    chosen = {name: form.cleaned_data.get(name, "") for name in ("to", "state")}
    page = Paginator(handovers_for(acting(request), **chosen), ROWS).get_page(request.GET.get("page"))
    return render(request, "tips/handover_list.html", {"form": form, "page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tip_handover(request: HttpRequest, tip_id: int) -> HttpResponse:
    """A pack of one tip."""
    return _make(request, tip=tip_for(acting(request), tip_id))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case_handover(request: HttpRequest, case_id: int) -> HttpResponse:
    """A pack of a case's tips."""
    return _make(request, case=case_for(acting(request), case_id))


def _make(request: HttpRequest, *, tip: Tip | None = None, case: Case | None = None) -> HttpResponse:
    scope_here(request)
    form = forms.HandoverForm(request.POST or None, initial={"to": Handover.To.POLICE, "with_files": True})
    key, by = unlocked(request), acting(request)

    def act() -> Handover:
        return services.handover_make(by=by, unlocked=key, data=form.facts(), tip=tip, case=case)

    if request.method == "POST" and (done := tried(request, form, act)):
        messages.success(request, _("Đã lập hồ sơ và niêm phong. Tải về để gửi, rồi ghi lại là đã chuyển."))
        return redirect("handover_detail", done.pk)
    context = {"form": form, "tip": tip, "case": case, "unlocked": key}
    return render(request, "tips/handover_form.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_safe
def handover_detail(request: HttpRequest, handover_id: int) -> HttpResponse:
    """One pack; of VNeID's the words to paste, on request."""
    scope_here(request)
    row, key = handover_for(acting(request), handover_id), unlocked(request)
    words = None
    if row.to == Handover.To.VNEID and key is not None and request.GET.get("mo"):
        words = tried(request, None, lambda: services.vneid_words(by=acting(request), handover=row, unlocked=key))
    return _page(request, row, forms.StateForm(), words=words)


def _page(
    request: HttpRequest, row: Handover, form: forms.StateForm, *, words: str | None = None, status: int = 200
) -> HttpResponse:
    steps = [(state.value, state.label) for state in services.NEXT[row.state]]
    context = {"pack": row, "form": form, "steps": steps, "words": words, "unlocked": unlocked(request)}
    context["may_work"] = scope_here(request).works_any
    return render(request, "tips/handover_detail.html", context, status=status)


@login_required
@never_cache
@require_safe
def handover_download(request: HttpRequest, handover_id: int) -> HttpResponse:
    """The clear ZIP."""
    row, key = handover_for(acting(request), handover_id), unlocked(request)
    file = tried(request, None, lambda: services.handover_open(by=acting(request), handover=row, unlocked=key))
    if not file:
        return redirect("handover_detail", handover_id)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(file.data, content_type="application/zip", headers=headers)


@login_required
@require_POST
def handover_state_set(request: HttpRequest, handover_id: int) -> HttpResponse:
    """Handed, received, answered, or one step back."""
    by, row, form = acting(request), handover_for(acting(request), handover_id), forms.StateForm(request.POST)
    if tried(request, form, lambda: services.handover_state_set(by=by, handover=row, **form.cleaned_data)):
        messages.success(request, _("Đã ghi."))
        return redirect("handover_detail", handover_id)
    return _page(request, row, form, status=422)
