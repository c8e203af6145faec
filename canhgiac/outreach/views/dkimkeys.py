"""The keys that sign a provider's mails: the list with what to publish, one more, put to work, taken away."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from canhgiac.agencies.views.access import acting
from canhgiac.outreach.forms.dkimkeys import DkimActForm, DkimForm
from canhgiac.outreach.models import Provider
from canhgiac.outreach.selectors import sendrules as reads
from canhgiac.outreach.selectors.dkimkeys import dkim_keys
from canhgiac.outreach.selectors.providers import provider_list
from canhgiac.outreach.services import dkimkeys as services

from .acts import done, told


def _mail_provider(provider_id: int) -> Provider:
    return get_object_or_404(provider_list(), pk=provider_id, wire=Provider.Wire.SMTP)


@login_required
@sensitive_post_parameters("pem")
@require_http_methods(["GET", "HEAD", "POST"])
def provider_dkim(request: HttpRequest, provider_id: int) -> HttpResponse:
    """All keys; a form for one more."""
    member = acting(request)
    reads.require_keeping(member)
    row = _mail_provider(provider_id)
    form = DkimForm(request.POST or None, provider=row)
    if done(form, lambda: services.dkim_add(by=member, provider=row, data=form.facts())):
        messages.success(request, _("Đã cất khóa. Đăng bản ghi TXT, rồi mới bấm “Ký bằng khóa này”."))
        return redirect("provider_dkim", row.pk)
    context = {"one": row, "keys": dkim_keys(row), "form": form}
    return render(request, "outreach/provider_dkim.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def provider_dkim_sign(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Lets a key sign, or rest."""
    member, row, form = acting(request), _mail_provider(provider_id), DkimActForm(request.POST)
    if not form.is_valid():
        raise Http404
    wanted = form.cleaned_data
    said = (
        _("Thư gửi từ lúc này được ký bằng khóa này.")
        if wanted["signs"]
        else _("Khóa này thôi ký. Vẫn giữ bản ghi TXT một tuần.")
    )
    told_one = lambda: services.dkim_sign(by=member, provider=row, name=wanted["key"], signs=wanted["signs"])  # noqa: E731  # one expression
    told(request, form, told_one, said)
    return redirect("provider_dkim", row.pk)


@login_required
@require_POST
def provider_dkim_remove(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Destroys a key."""
    member, row, form = acting(request), _mail_provider(provider_id), DkimActForm(request.POST)
    if not form.is_valid():
        raise Http404
    name = form.cleaned_data["key"]
    told(request, form, lambda: services.dkim_remove(by=member, provider=row, name=name), _("Đã bỏ khóa."))
    return redirect("provider_dkim", row.pk)
