"""Staff write down what they hear by telephone, at the desk or read in a letter."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from canhgiac.agencies.models import Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.views.access import acting
from canhgiac.kit.uploads import InMemory
from canhgiac.tips.forms.intake import TakeDownForm
from canhgiac.tips.models import Tip
from canhgiac.tips.selectors.consent import consent_current
from canhgiac.tips.selectors.receipts import receipt_page
from canhgiac.tips.selectors.vault import vault_ready
from canhgiac.tips.services.errors import TipRefused
from canhgiac.tips.services.intake import tip_receive


@never_cache
@csrf_exempt
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tip_take_down(request: HttpRequest) -> HttpResponse:
    """One page with every field, quick to fill while somebody speaks; then the code to read out or print."""
    request.upload_handlers = [InMemory(request)]
    return _take_down(request)


@csrf_protect
def _take_down(request: HttpRequest) -> HttpResponse:
    by = acting(request)
    require_role(by, Role.Kind.TIP_OFFICER, Role.Kind.OFFICER)
    form = TakeDownForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and request.POST.get("viec") != "tim" and form.is_valid():
        try:
            receipt = tip_receive(
                data=form.told(),
                files=form.cleaned_data["anh"],
                channel=Tip.Channel(form.cleaned_data["kenh"]),
                by=by,
                client_key=form.cleaned_data["khoa"],
            )
            return render(request, "tips/taken_down.html", {"receipt": receipt_page(receipt.code, receipt.tip)})
        except TipRefused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "tips/take_down.html", {"form": form, "ready": vault_ready(), "consent": consent_current()})
