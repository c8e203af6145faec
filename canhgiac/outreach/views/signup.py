"""The public pages of signing up, and a person's own page behind the link that only they have."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.library.views.reading import public_page, shown
from canhgiac.outreach.forms.subscribers import CodeForm, OwnForm, RestForm, SignUpForm
from canhgiac.outreach.models import Consent, Subscriber, Way
from canhgiac.outreach.selectors import subscribers as reads
from canhgiac.outreach.selectors.consents import consent_wording, text_agreed
from canhgiac.outreach.selectors.rules import waits_until
from canhgiac.outreach.services import browsers
from canhgiac.outreach.services import signup as door
from canhgiac.outreach.services import subscribers as services
from canhgiac.outreach.services.refusals import WarningRefused

from .acts import done

WRITE = ["GET", "HEAD", "POST"]
LINK = Consent.Means.LINK


@never_cache
@require_http_methods(WRITE)
def subscriber_new(request: HttpRequest) -> HttpResponse:
    """The sign-up page. Whatever address is given, the next page is the same."""
    form = SignUpForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        form.initial["xa"] = reads.commune_of_code(request.GET.get("xa", ""))
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, 422)
    if form.is_trapped:
        return redirect("subscriber_sent")
    told = form.cleaned_data
    facts = {"network": request.META["REMOTE_ADDR"], "challenge": told["thu_thach"], "answer": told["loi_giai"]}
    try:
        ticket = door.sign_up(way=told["kenh"], address=told["address"], choice=form.choice(), **facts)
    except WarningRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, 429)
    if told["kenh"] == Way.PUSH:
        return subscriber_browser(request)
    return redirect(f"{reverse('subscriber_sent')}?ve={ticket}")


def _page(request: HttpRequest, form: SignUpForm, status: int = 200) -> HttpResponse:
    key = browsers.push_public_key() if Way.PUSH in form.ways else ""
    context = {"form": form, "page": reads.signup_page(), "push_key": key}
    return render(request, "outreach/signup_form.html", context, status=status)


@never_cache
@require_POST
def subscriber_browser(request: HttpRequest) -> HttpResponse:
    """From a browser's subscription to its owner's own page; a browser that nobody signed up may do so."""
    row = browsers.browser_subscriber(request.POST.get("trinh_duyet", ""))
    if row is None:
        messages.info(request, _("Trình duyệt này chưa đăng ký nhận cảnh báo."))
        return redirect("subscriber_new")
    return redirect("subscriber_settings", row.token)


@csrf_exempt
@never_cache
@require_POST
def browser_renew(request: HttpRequest) -> HttpResponse:
    """A browser's service worker says that its push service gave it another subscription; the old one is its proof."""
    row = browsers.browser_renew(old=request.POST.get("cu", ""), new=request.POST.get("moi", ""))
    return HttpResponse(status=404 if row is None else 204)


@public_page
def consent_text(request: HttpRequest, way: str, number: str) -> HttpResponse:
    """The words that people agreed to, in the version asked for; it stays under its address."""
    return shown(request, "outreach/consent_text", {"told": consent_wording(way, int(number))})


@never_cache
@require_http_methods(WRITE)
def subscriber_sent(request: HttpRequest) -> HttpResponse:
    """What happens next; for SMS the four digits can be typed here."""
    ticket = request.POST.get("ve", "") or request.GET.get("ve", "")
    way, digest = door.ticket_read(ticket) or ("", b"")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            row = services.subscriber_confirm_code(digest=digest, code=form.cleaned_data["ma"]) if digest else None
        except WarningRefused as refusal:
            form.add_error("ma", str(refusal))
        else:
            if row is not None:
                messages.success(request, _("Đã xong. Từ nay bạn nhận được cảnh báo."))
                return redirect("subscriber_settings", row.token)
            form.add_error("ma", _("Mã chưa đúng, hoặc đã quá 7 ngày. Mỗi ngày thử được 5 lần."))
    context = {"form": form, "ticket": ticket, "is_sms": way == Way.SMS, "number": reads.inbound_number()}
    context |= {"opens": waits_until(way)}
    return render(request, "outreach/signup_sent.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(WRITE)
def subscriber_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Yes by the link of the question. Opening it does nothing: mail programs open links by themselves."""
    row = reads.subscriber_by_token(token)
    if request.method == "POST":
        try:
            services.subscriber_confirm(subscriber=row, means=LINK)
        except WarningRefused as refusal:
            messages.error(request, str(refusal))
        return redirect("subscriber_settings", token)
    return render(request, "outreach/signup_confirm.html", _own(row) | {"agreed": text_agreed(bytes(row.digest))})


@never_cache
@require_http_methods(WRITE)
def subscriber_settings(request: HttpRequest, token: str) -> HttpResponse:
    """A person's own page: area, groups, language; their data; no more; forget me."""
    row = reads.subscriber_by_token(token)
    form = OwnForm(request.POST if request.method == "POST" else None, subscriber=row)
    if form.is_bound and form.is_valid():
        services.subscriber_change(subscriber=row, choice=form.choice(), means=LINK)
        messages.success(request, _("Đã lưu."))
        return redirect("subscriber_settings", token)
    context = {**_own(row), "form": form, "rest": RestForm(), "agreed": text_agreed(bytes(row.digest))}
    return render(request, "outreach/signup_own.html", context, status=422 if form.errors else 200)


@csrf_exempt
@never_cache
@require_http_methods(WRITE)
def subscriber_stop(request: HttpRequest, token: str) -> HttpResponse:
    """No more. A POST without cookie or second page is enough (RFC 8058); a GET only asks."""
    row = reads.subscriber_by_token(token)
    if request.method != "POST":
        return render(request, "outreach/signup_stop.html", _own(row))
    services.subscriber_stop(digest=bytes(row.digest), means=LINK)
    return render(request, "outreach/signup_stopped.html", _own(row))


@never_cache
@require_POST
def subscriber_resume(request: HttpRequest, token: str) -> HttpResponse:
    """Who stopped wants it again."""
    try:
        services.subscriber_resume(subscriber=reads.subscriber_by_token(token), means=LINK)
        messages.success(request, _("Đã xong. Từ nay bạn lại nhận được cảnh báo."))
    except WarningRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("subscriber_settings", token)


@never_cache
@require_POST
def subscriber_rest(request: HttpRequest, token: str) -> HttpResponse:
    """No warnings until a day of the person's choice."""
    row, form = reads.subscriber_by_token(token), RestForm(request.POST)
    if done(form, lambda: services.subscriber_rest(subscriber=row, means=LINK, **form.cleaned_data)):
        messages.success(request, _("Đã ghi. Đến ngày ấy bạn lại nhận được cảnh báo."))
        return redirect("subscriber_settings", token)
    context = {**_own(row), "form": OwnForm(subscriber=row), "rest": form, "agreed": text_agreed(bytes(row.digest))}
    return render(request, "outreach/signup_own.html", context, status=422)


@never_cache
@require_safe
def subscriber_data(request: HttpRequest, token: str) -> JsonResponse:
    """All that is kept of a person, as a file of theirs."""
    headers = {"Content-Disposition": 'attachment; filename="du-lieu-cua-toi.json"'}
    told = reads.own_data(reads.subscriber_by_token(token))
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 2}, headers=headers)


@never_cache
@require_http_methods(WRITE)
def subscriber_forget(request: HttpRequest, token: str) -> HttpResponse:
    """Forgets a person on their own word; a GET asks first."""
    row = reads.subscriber_by_token(token)
    if request.method != "POST":
        return render(request, "outreach/signup_forget.html", _own(row))
    services.subscriber_erase(subscriber=row, means=LINK)
    return render(request, "outreach/signup_forgotten.html")


@never_cache
@require_safe
def subscriber_challenge(request: HttpRequest) -> JsonResponse:
    """A little work for the browser, so that a machine does not sign up thousands."""
    return JsonResponse({"challenge": door.signup_challenge()})


@require_safe
def subscriber_poster(request: HttpRequest) -> HttpResponse:
    """A notice to print for a board, of one commune if its code is given."""
    return render(request, "outreach/signup_poster.html", {"poster": reads.poster(request.GET.get("xa", "")[:24])})


def _own(row: Subscriber) -> dict[str, object]:
    return {"row": row, "masked": reads.address_masked(row.way, row.address)}
