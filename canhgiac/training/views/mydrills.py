"""A member's own page of drills, and the button by which a suspicious message is reported."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.training.forms.drills import SuspicionForm
from canhgiac.training.selectors import drills as reads
from canhgiac.training.services import drillconsents as services
from canhgiac.training.services.drillreports import suspicion_report
from canhgiac.training.services.refusals import TrainingRefused


@never_cache
@login_required
@require_safe
def drill_own(request: HttpRequest) -> HttpResponse:
    """What the member said to the rule, proven addresses, own results."""
    return render(request, "training/mydrill_home.html", {"page": reads.own_page(acting(request))})


@login_required
@require_POST
def drill_own_consent(request: HttpRequest) -> HttpResponse:
    """Yes or no to the rule."""
    accepts = request.POST.get("accepts") == "yes"
    services.drill_consent_give(by=acting(request), accepts=accepts)
    told = _("Bạn đã đồng ý tham gia.") if accepts else _("Bạn đã rút. Không tin diễn tập nào gửi cho bạn nữa.")
    messages.success(request, told)
    return redirect("drill_own")


@login_required
@require_POST
def drill_own_contact(request: HttpRequest, way: str) -> HttpResponse:
    """A code for a phone or account, or taking one back."""
    try:
        if request.POST.get("act") == "drop":
            services.drill_contact_drop(by=acting(request), way=way)
        else:
            services.drill_contact_ask(by=acting(request), way=way)
    except TrainingRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("drill_own")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def drill_report(request: HttpRequest) -> HttpResponse:
    """The button “Báo tin đáng ngờ”: a drill's message is praised, a possibly real one goes on to the tip's form."""
    form, found = SuspicionForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        found = suspicion_report(by=acting(request), text=form.cleaned_data["text"])
    return render(request, "training/mydrill_report.html", {"form": form, "found": found})
