"""Appeals: the public form and its code; the officers' list and answer."""

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
from canhgiac.indicators.forms.register import AppealAnswerForm, AppealFilterForm, AppealForm, CodeForm
from canhgiac.indicators.models import Appeal
from canhgiac.indicators.selectors import appeals as reads
from canhgiac.indicators.selectors.scope import may_propose
from canhgiac.indicators.services import IndicatorRefused
from canhgiac.indicators.services import appeals as services
from canhgiac.kit.sealing import code_shown

ROWS = 50
WRITE = ["GET", "HEAD", "POST"]


@never_cache
@require_http_methods(WRITE)
def appeal_make(request: HttpRequest) -> HttpResponse:
    """Anybody says that something is listed wrongly. A page that asked brings the value along (``mo``)."""
    brought = "mo" in request.POST
    form = AppealForm(None if brought else request.POST or None, initial=request.POST.dict() if brought else None)
    if form.is_valid():
        try:
            made = services.appeal_make(**form.facts(), address=request.META["REMOTE_ADDR"])
        except IndicatorRefused as refusal:
            form.refuse(refusal)
        else:
            context = {"code": code_shown(made.code), "appeal": made.appeal}
            return render(request, "indicators/public_appeal_made.html", context)
    context = {"form": form, "days": services.DAYS}
    return render(request, "indicators/public_appeal.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(WRITE)
def appeal_follow(request: HttpRequest) -> HttpResponse:
    """What became of it, by the code."""
    form, followed = CodeForm(request.POST or None), None
    if form.is_valid():
        try:
            followed = services.appeal_follow(code=form.cleaned_data["code"], address=request.META["REMOTE_ADDR"])
        except IndicatorRefused as refusal:
            form.refuse(refusal)
    context = {"form": form, "followed": followed}
    return render(request, "indicators/public_appeal_follow.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_safe
def appeal_list(request: HttpRequest) -> HttpResponse:
    """Appeals by their deadline."""
    form = AppealFilterForm(request.GET)
    page = Paginator(reads.appeals_list(acting(request), **form.wanted()), ROWS).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": reads.appeal_rows(list(page))}
    return render(request, "indicators/appeal_list.html", context)


@never_cache
@login_required
@require_http_methods(WRITE)
def appeal_detail(request: HttpRequest, appeal_id: int) -> HttpResponse:
    """One appeal and its answer."""
    member, appeal = acting(request), reads.appeal_for(acting(request), appeal_id)
    form = AppealAnswerForm(request.POST or None)
    if form.is_valid():
        try:
            services.appeal_decide(by=member, appeal=appeal, **form.cleaned_data)
        except IndicatorRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Đã trả lời. Thay đổi có hiệu lực ở mọi nơi trong một phút."))
            return redirect("appeal_detail", appeal_id)
    context = {"appeal": appeal, "form": form, "shown": reads.appeal_shown(appeal), "listed": reads.listed_now(appeal)}
    context |= {"may_answer": may_propose(member), "is_open": appeal.state == Appeal.State.OPEN}
    context["contact"] = services.contact_of(by=member, appeal=appeal) if context["may_answer"] else ""
    return render(request, "indicators/appeal_detail.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def appeal_take(request: HttpRequest, appeal_id: int) -> HttpResponse:
    """The member looks after it, or gives it back."""
    try:
        services.appeal_take(by=acting(request), appeal=reads.appeal_for(acting(request), appeal_id))
    except IndicatorRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("appeal_detail", appeal_id)
