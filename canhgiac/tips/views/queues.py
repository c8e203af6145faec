"""The queue of tips: list, file, giving many on."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.tips.forms.triage import AssignManyForm, TipFilterForm
from canhgiac.tips.selectors import queues as reads
from canhgiac.tips.selectors.scope import officers_for, tips_for
from canhgiac.tips.services import triage
from canhgiac.tips.views.parts import scope_here, table, tried


@login_required
@require_safe
def tip_list(request: HttpRequest) -> HttpResponse:
    """The tips within reach, masked; golden hour above them."""
    scope = scope_here(request)
    form = TipFilterForm(request.GET, scope=scope)
    listing = reads.tip_listing(acting(request), form.wanted(), sort=form.order, number=request.GET.get("page"))
    query = request.GET.urlencode()
    context = {
        "form": form,
        "listing": listing,
        "tabs": listing.tabs,
        "officers": officers_for(scope),
        "export": [(kind.upper(), f"{reverse('tip_export', args=[kind])}?{query}") for kind in ("xlsx", "csv")],
    }
    return render(request, "tips/tip_list.html", context)


@login_required
@require_safe
def tip_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file, without anything of a person."""
    scope = scope_here(request)
    form = TipFilterForm(request.GET, scope=scope)
    return table("tin-bao", kind, reads.export_headings(), reads.export_rows(scope, form.wanted(), sort=form.order))


@login_required
@require_POST
def tips_assign(request: HttpRequest) -> HttpResponse:
    """Gives the ticked tips to one officer."""
    form = AssignManyForm(request.POST, scope=scope_here(request))
    pairs = [pair.split(":") for pair in request.POST.getlist("tips") if pair.replace(":", "").isdigit()]
    versions = {int(pair[0]): int(pair[1]) for pair in pairs if len(pair) == 2}
    rows = list(tips_for(acting(request)).filter(pk__in=versions))
    to = form.cleaned_data["to"] if form.is_valid() else None
    if not versions or to is None:
        messages.error(request, _("Đánh dấu ít nhất một tin và chọn người nhận."))
    elif done := tried(
        request, None, lambda: triage.tips_assign(by=acting(request), tips=rows, versions=versions, to=to)
    ):
        messages.success(request, _("Đã giao %(n)d tin cho %(who)s.") % {"n": done.done, "who": to})
        for line in done.refused[:5]:
            messages.warning(request, line)
    there = request.POST.get("ve", "")
    known = url_has_allowed_host_and_scheme(there, allowed_hosts=None) and there.startswith("/")
    return redirect(there if known else reverse("tip_list"))
