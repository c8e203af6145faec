"""Keeping and erasing: what would be erased, what was, a person's copy and erasure."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.tips.forms.handover import DayForm
from canhgiac.tips.forms.triage import ActForm
from canhgiac.tips.selectors import retention as reads
from canhgiac.tips.selectors.consent import consent_versions
from canhgiac.tips.selectors.queues import outcome_words
from canhgiac.tips.selectors.scope import tip_for
from canhgiac.tips.selectors.unlocked import unlocked
from canhgiac.tips.services import retention as services
from canhgiac.tips.views.parts import back_to_tip, scope_here, tried

ROWS = 30


@login_required
@require_safe
def retention_home(request: HttpRequest) -> HttpResponse:
    """The rule, what it would erase by a day, and what was erased."""
    scope_here(request)
    form = DayForm(request.GET or None, initial={"day": clock.today()})
    day = (form.cleaned_data.get("day") if form.is_valid() else None) or clock.today()
    context = {
        "form": form,
        "preview": reads.erasure_preview(day),
        "rules": [(outcome_words(code), days) for code, days in reads.KEPT_DAYS.items()],
        "withdrawn": reads.WITHDRAWN_WORKING_DAYS,
        "whys": dict(reads.WHY),
        "page": Paginator(reads.erasures(), ROWS).get_page(request.GET.get("page")),
        "consents": consent_versions(),
    }
    return render(request, "tips/retention.html", context)


@login_required
@never_cache
@require_safe
def tip_person_export(request: HttpRequest, tip_id: int) -> HttpResponse:
    """The sender's copy of what they told."""
    by, tip, key = acting(request), tip_for(acting(request), tip_id), unlocked(request)
    data = tried(request, None, lambda: services.person_export(by=by, tip=tip, unlocked=key))
    if not data:
        return redirect("tip_detail", tip_id)
    headers = {"Content-Disposition": f'attachment; filename="du-lieu-{tip}.zip"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(data, content_type="application/zip", headers=headers)


@login_required
@require_POST
def tip_erase(request: HttpRequest, tip_id: int) -> HttpResponse:
    """Erasure at the sender's request."""
    by, tip, form = acting(request), tip_for(acting(request), tip_id), ActForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    if tried(request, None, lambda: services.tip_erase(by=by, tip=tip, version=version)):
        messages.success(request, _("Đã xóa nội dung tin báo. Báo cáo xóa ở trang Lưu và xóa."))
    return back_to_tip(request, tip_id)
