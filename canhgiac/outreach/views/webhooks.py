"""The doors by which Zalo and Facebook tell us things. Whoever calls is believed by the signature alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from canhgiac.outreach.services.webhooks import MOST_BYTES, Unbelieved, facebook_challenge, facebook_take, zalo_take


@csrf_exempt
@never_cache
@require_POST
def webhook_zalo(request: HttpRequest) -> HttpResponse:
    """Follows, words and receipts from Zalo."""
    return _taken(request, lambda headers, body: zalo_take(headers=headers, body=body))


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def webhook_facebook(request: HttpRequest) -> HttpResponse:
    """Words and receipts from Messenger; the GET is Meta's question when the address is set up."""
    if request.method == "POST":
        return _taken(request, lambda headers, body: facebook_take(headers=headers, body=body))
    try:
        told = facebook_challenge(query=request.GET.dict())
    except Unbelieved:
        return HttpResponse(status=401)
    return HttpResponse(told, content_type="text/plain; charset=utf-8")


def _taken(request: HttpRequest, take: Callable[[Mapping[str, str], bytes], object]) -> HttpResponse:
    """200 once the rows are on disk; a fault of ours is a 500, and the platform calls again."""
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return HttpResponse(status=413 if length.isdecimal() else 411)
    try:
        take(request.headers, request.body)
    except Unbelieved:
        return HttpResponse(status=401)
    return HttpResponse(status=200, content_type="text/plain")
