"""To hear later: the offer taken up, its owner's yes, what we hold of it, and the end of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.assistant.forms.watches import WatchCodeForm, WatchForm
from canhgiac.assistant.selectors import watches as reads
from canhgiac.assistant.services import watches as services
from canhgiac.assistant.services.refusals import AssistantRefused
from canhgiac.outreach.models import Way
from canhgiac.outreach.services.digests import address_canonical, address_digest
from canhgiac.outreach.services.signup import ticket_make, ticket_read

WRITE = ["GET", "HEAD", "POST"]


@never_cache
@require_http_methods(WRITE)
def watch_make(request: HttpRequest) -> HttpResponse:
    """The offer as a page, and what becomes of it. Whatever address is given, the next page is the same."""
    found = reads.offer_read(request.POST.get("ve", "") or request.GET.get("ve", ""))
    if found is None:
        return render(request, "assistant/watch_over.html", status=410)
    offer, about = found
    form = WatchForm(request.POST if request.method == "POST" else None, offer=offer)
    if form.is_bound and form.is_valid():
        way, address = form.cleaned_data["kenh"], form.cleaned_data["dia_chi"]
        try:
            services.watch_make(about=about, way=way, address=address, network=request.META["REMOTE_ADDR"])
        except AssistantRefused as refusal:
            form.refuse(refusal)
        else:
            return redirect(f"{reverse('watch_sent')}?ve={_ticket(way, address)}")
    return render(
        request, "assistant/watch_form.html", {"form": form, "offer": offer}, status=422 if form.errors else 200
    )


def _ticket(way: str, address: str) -> str:
    return ticket_make(way, address_digest(way, address_canonical(way, address)))


@never_cache
@require_http_methods(WRITE)
def watch_sent(request: HttpRequest) -> HttpResponse:
    """What happens next; for SMS the four digits can be typed here."""
    ticket = request.POST.get("ve", "") or request.GET.get("ve", "")
    way, digest = ticket_read(ticket) or ("", b"")
    form = WatchCodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        row = services.watch_confirm_code(digest=digest, code=form.cleaned_data["ma"]) if digest else None
        if row is not None:
            messages.success(request, _("Đã xong. Có tin là chúng tôi báo cho bạn."))
            return redirect("watch_page", row.token)
        form.add_error("ma", _("Mã chưa đúng, hoặc đã quá 2 ngày. Mỗi ngày thử được 5 lần."))
    context = {"form": form, "ticket": ticket, "is_sms": way == Way.SMS}
    return render(request, "assistant/watch_sent.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def watch_page(request: HttpRequest, token: str) -> HttpResponse:
    """What we hold of one wish, to its owner alone."""
    try:
        page = reads.watch_page(reads.watch_by_token(token))
    except Http404:
        return render(request, "assistant/watch_over.html", status=410)
    return render(request, "assistant/watch_page.html", {"page": page})


@never_cache
@require_POST
def watch_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Yes by the link of the question. Opening the link does nothing: mail programs open links by themselves."""
    try:
        services.watch_confirm(watch=reads.watch_by_token(token))
    except Http404:
        return render(request, "assistant/watch_over.html", status=410)
    messages.success(request, _("Đã xong. Có tin là chúng tôi báo cho bạn."))
    return redirect("watch_page", token)


@csrf_exempt
@never_cache
@require_POST
def watch_stop(request: HttpRequest, token: str) -> HttpResponse:
    """No more, and nothing kept. A POST without cookie or second page is enough (RFC 8058)."""
    try:
        services.watch_stop(watch=reads.watch_by_token(token))
    except Http404:
        return render(request, "assistant/watch_over.html", status=410)
    return render(request, "assistant/watch_over.html", {"stopped": True})
