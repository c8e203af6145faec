"""Cases: list, one case, joining and parting by hand."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.tips.forms import triage as forms
from canhgiac.tips.forms.cases import CaseFilterForm
from canhgiac.tips.selectors import cases as reads
from canhgiac.tips.selectors.lookup import case_or_tip
from canhgiac.tips.selectors.scope import case_for, tip_for, tips_for
from canhgiac.tips.services import cases as acts
from canhgiac.tips.services import joining
from canhgiac.tips.views.parts import back_to_tip, scope_here, tried

ROWS = 50


@login_required
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases within reach."""
    scope, form = scope_here(request), CaseFilterForm(request.GET)
    rows = reads.cases_narrowed(scope, form.wanted(), sort=form.order)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    named = [(case, reads.case_name(case)) for case in page]
    return render(request, "tips/case_list.html", {"form": form, "page": page, "named": named})


@login_required
@require_safe
def case_detail(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case with its tips and why they belong together."""
    scope_here(request)
    return _page(request, case_id)


def _page(request: HttpRequest, case_id: int, status: int = 200, **bad: object) -> HttpResponse:
    page = reads.case_page(acting(request), case_id)
    seen = {"version": page.case.version}
    context = {"page": page, "case": page.case}
    context |= {"merge": forms.MergeForm(initial=seen), "close": forms.CaseCloseForm(initial=seen)}
    return render(request, "tips/case_detail.html", context | bad, status=status)


@login_required
@require_POST
def tip_link(request: HttpRequest, tip_id: int) -> HttpResponse:
    """Puts a tip into a case, or together with another tip."""
    by, tip, form = acting(request), tip_for(acting(request), tip_id), forms.LinkForm(request.POST)
    if form.is_valid():
        case, other = case_or_tip(by, form.cleaned_data["number"])
        words = form.cleaned_data["reason"]
        done = tried(request, None, lambda: joining.tip_link(by=by, tip=tip, case=case, other=other, reason=words))
        if done:
            messages.success(request, _("Đã ghép vào vụ %s.") % done)
    else:
        messages.error(request, _("Ghi số vụ hoặc số tin."))
    return back_to_tip(request, tip_id)


@login_required
@require_POST
def tip_unlink(request: HttpRequest, tip_id: int) -> HttpResponse:
    """Takes a tip out of its case."""
    by, tip = acting(request), tip_for(acting(request), tip_id)
    if tried(request, None, lambda: joining.tip_unlink(by=by, tip=tip)):
        messages.success(request, _("Đã bỏ ghép. Ghép lại bằng số vụ nếu lỡ tay."))
    return back_to_tip(request, tip_id)


@login_required
@require_POST
def case_merge(request: HttpRequest, case_id: int) -> HttpResponse:
    """Makes this case part of another."""
    by, case, form = acting(request), case_for(acting(request), case_id), forms.MergeForm(request.POST)
    if not form.is_valid():
        return _page(request, case_id, 422, merge=form)
    into = reads.case_numbered(by, form.cleaned_data["number"])
    if done := tried(request, form, lambda: joining.case_merge(by=by, case=case, into=into)):
        messages.success(request, _("Đã gộp vào vụ %s. Mở vụ cũ để bỏ gộp nếu lỡ tay.") % done)
        return redirect("case_detail", done.pk)
    return _page(request, case_id, 422, merge=form)


@login_required
@require_POST
def case_unmerge(request: HttpRequest, case_id: int) -> HttpResponse:
    """Takes a merging back."""
    by, case = acting(request), case_for(acting(request), case_id)
    if tried(request, None, lambda: joining.case_unmerge(by=by, case=case)):
        messages.success(request, _("Đã bỏ gộp."))
    return redirect("case_detail", case_id)


@login_required
@require_POST
def case_split(request: HttpRequest, case_id: int) -> HttpResponse:
    """Takes the ticked tips into a case of their own."""
    by, case = acting(request), case_for(acting(request), case_id)
    ids = [int(text) for text in request.POST.getlist("tips") if text.isdigit()]
    rows = list(tips_for(by).filter(pk__in=ids))
    done = tried(request, None, lambda: joining.case_split(by=by, case=case, tips=rows))
    if done:
        messages.success(request, _("Đã tách %(n)d tin sang vụ %(case)s.") % {"n": len(rows), "case": done})
    return redirect("case_detail", done.pk if done else case_id)


@login_required
@require_POST
def case_close(request: HttpRequest, case_id: int) -> HttpResponse:
    """Ends the case."""
    by, case, form = acting(request), case_for(acting(request), case_id), forms.CaseCloseForm(request.POST)
    if tried(request, form, lambda: acts.case_close(by=by, case=case, **form.cleaned_data)):
        messages.success(request, _("Đã kết thúc vụ việc."))
        return redirect("case_detail", case_id)
    return _page(request, case_id, 422, close=form)


@login_required
@require_POST
def case_reopen(request: HttpRequest, case_id: int) -> HttpResponse:
    """Opens the case again."""
    by, case = acting(request), case_for(acting(request), case_id)
    if tried(request, None, lambda: acts.case_reopen(by=by, case=case)):
        messages.success(request, _("Đã mở lại vụ việc."))
    return redirect("case_detail", case_id)
