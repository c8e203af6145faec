"""Providers: the list, one in full, set up, changed, paused, taken up again."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.outreach.forms.providers import PauseForm, ProviderForm, secrets_told, settings_told
from canhgiac.outreach.models import Provider
from canhgiac.outreach.selectors import sendrules as reads
from canhgiac.outreach.selectors.dkimkeys import dkim_keys
from canhgiac.outreach.selectors.providers import provider_list as all_providers
from canhgiac.outreach.services import providers as services
from canhgiac.outreach.services.refusals import WarningRefused

from .acts import done

WRITE = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def provider_list(request: HttpRequest) -> HttpResponse:
    """All contracts, and whether anybody sends."""
    page = reads.providers_page(acting(request))
    return render(request, "outreach/provider_list.html", {"page": page, "wires": Provider.Wire.choices})


@login_required
@require_safe
def provider_detail(request: HttpRequest, provider_id: int) -> HttpResponse:
    """One contract: settings, what went wrong lately."""
    member = acting(request)
    reads.require_seeing(member)
    row = get_object_or_404(all_providers(), pk=provider_id)
    context = {
        "one": row,
        "row": reads.provider_row(row),
        "settings": settings_told(row),
        "secrets": secrets_told(row),
        "keys": dkim_keys(row),
        "troubles": reads.provider_troubles(row),
        "may_keep": reads.may_keep(member),
    }
    return render(request, "outreach/provider_detail.html", context)


@login_required
@require_http_methods(WRITE)
def provider_create(request: HttpRequest, wire: str) -> HttpResponse:
    """A new contract on this wire."""
    if wire not in Provider.Wire.values:
        raise Http404
    return _editor(request, ProviderForm(request.POST or None, wire=wire), None)


@login_required
@require_http_methods(WRITE)
def provider_edit(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Changes a contract."""
    row = get_object_or_404(all_providers(), pk=provider_id)
    return _editor(request, ProviderForm(request.POST or None, wire=row.wire, provider=row), row)


@login_required
@require_POST
def provider_pause(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Nothing more leaves by it."""
    member, form = acting(request), PauseForm(request.POST)
    row = get_object_or_404(all_providers(), pk=provider_id)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        services.provider_pause(by=member, provider=row, reason=reason)
        messages.success(request, _("Đã tạm dừng. Tin đang chờ vẫn còn nguyên."))
    except WarningRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("provider_detail", row.pk)


@login_required
@require_POST
def provider_resume(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Goes on."""
    row = get_object_or_404(all_providers(), pk=provider_id)
    services.provider_resume(by=acting(request), provider=row)
    messages.success(request, _("Đã cho gửi tiếp."))
    return redirect("provider_detail", row.pk)


def _editor(request: HttpRequest, form: ProviderForm, row: Provider | None) -> HttpResponse:
    member = acting(request)
    reads.require_keeping(member)
    act: Callable[[], Provider] = lambda: services.provider_save(  # noqa: E731  # one expression, two callers
        by=member, data=form.facts(), provider=row, version=form.seen
    )
    if made := done(form, act):
        messages.success(request, _("Đã lưu. Máy gửi dùng thiết lập mới trong vài giây."))
        return redirect("provider_detail", made.pk)
    context = {"form": form, "one": row, "wire": Provider.Wire(form.wire).label}
    return render(request, "outreach/provider_form.html", context, status=422 if form.errors else 200)
