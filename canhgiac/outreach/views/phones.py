"""A member's own phone: entered, proven by a code, taken back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from canhgiac.agencies.selectors.phones import own_phone
from canhgiac.agencies.services import phone_ask_drop, phone_drop, phone_prove
from canhgiac.agencies.views.access import acting
from canhgiac.outreach.forms.phones import PhoneCodeForm, PhoneForm
from canhgiac.outreach.models import Way
from canhgiac.outreach.selectors.providers import provider_for
from canhgiac.outreach.selectors.subscribers import inbound_number
from canhgiac.outreach.services.phones import phone_code_send

from .acts import done

WRITE = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(WRITE)
def phone_own(request: HttpRequest) -> HttpResponse:
    """The member's own number; POST sends a code to the one typed."""
    member, form = acting(request), PhoneForm(request.POST if request.method == "POST" else None)

    def send() -> bool:
        phone_code_send(by=member, number=form.cleaned_data["number"])
        return True

    if done(form, send):
        messages.success(request, _("Đã gửi mã. Nhập mã vào ô dưới đây."))
        return redirect("phone_own")
    return _page(request, form, PhoneCodeForm())


def _page(request: HttpRequest, form: PhoneForm, code: PhoneCodeForm) -> HttpResponse:
    context = {"phone": own_phone(acting(request)), "form": form, "code": code}
    context |= {"carried": provider_for(Way.SMS) is not None, "inbound": inbound_number()}
    return render(request, "outreach/phone_own.html", context, status=422 if form.errors or code.errors else 200)


@never_cache
@login_required
@require_POST
def phone_own_prove(request: HttpRequest) -> HttpResponse:
    """The code that came."""
    member, code = acting(request), PhoneCodeForm(request.POST)
    if code.is_valid():
        if phone_prove(by=member, code=code.cleaned_data["code"]):
            messages.success(request, _("Đã xác nhận số của bạn."))
            return redirect("phone_own")
        code.add_error("code", _("Mã chưa đúng, hoặc đã hết hạn."))
    return _page(request, PhoneForm(), code)


@login_required
@require_POST
def phone_own_drop(request: HttpRequest) -> HttpResponse:
    """Takes the number back, or gives up the one that waits for its code."""
    if request.POST.get("so") == "cho":
        phone_ask_drop(by=acting(request))
    else:
        phone_drop(by=acting(request))
        messages.success(request, _("Đã xóa số của bạn."))
    return redirect("phone_own")
