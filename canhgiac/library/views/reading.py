"""How every public knowledge page answers: in the reader's language, in full or as words alone, cheap to ask again.

A page carries nothing of the person who asked: no form token, no cookie but the two that remember their own choice.
So its address, its language and its mode make its text, and a browser that has it gets 304.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

PLAIN_COOKIE = "che_do"
REMEMBERED = 365 * 24 * 3600
"""Seconds for which a reader's choice of language or mode is kept in a cookie of ours."""
CHOICES = ("ngon-ngu", "che-do")
KEEP = "X-Canhgiac-Keep"
"""Answer header that lets the service worker keep the page: it says the same to everybody."""

View = Callable[..., HttpResponseBase]


def is_plain(request: HttpRequest) -> bool:
    """Whether words alone were asked for: in the address, else as remembered."""
    asked = request.GET.get("che-do", request.COOKIES.get(PLAIN_COOKIE, ""))
    return asked == "chu"


def with_choice(request: HttpRequest, **choice: str) -> str:
    """This page's address with a language or a mode chosen; hyphens of names are written as underscores."""
    kept = [(key, value) for key, value in request.GET.items() if key not in CHOICES]
    return f"{request.path}?{urlencode([*kept, *((key.replace('_', '-'), value) for key, value in choice.items())])}"


def shown(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page in the mode asked for: ``library/NAME.html`` or, as words alone, ``library/NAME_plain.html``.

    A name with a folder, "outreach/public_warning", is taken from there.
    """
    plain = is_plain(request)
    other = "en" if translation.get_language() == "vi" else "vi"
    frame = {
        "plain": plain,
        "plain_link": with_choice(request, che_do="day-du" if plain else "chu"),
        "language_link": with_choice(request, ngon_ngu=other),
        "canonical": canonical(request),
    }
    folder = "" if "/" in template else "library/"
    name = f"{folder}{template}{'_plain' if plain else ''}.html"
    return render(request, name, frame | context, status=status)


def canonical(request: HttpRequest, path: str = "") -> str:
    """The one address of a page, without modes and filters."""
    return f"{settings.BASE_URL.rstrip('/')}{path or request.path}"


def public_page(view: View) -> View:
    """A knowledge page: read only, compressed, in the language asked for, answered 304 when nothing changed."""

    @require_safe
    @gzip_page
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = request.GET.get("ngon-ngu", "")
        if language in dict(settings.LANGUAGES):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        response = view(request, *args, **kwargs)
        if not isinstance(response, HttpResponse):
            return response
        return _remembering(request, _conditional(request, response), language)

    return answer


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with its tag, or 304 for a browser that has it."""
    response["Cache-Control"] = "no-cache"  # kept, but asked about each time: a withdrawn text must go at once
    patch_vary_headers(response, ["Cookie"])
    if response.status_code != 200:
        return response
    if "sessionid" not in request.COOKIES and not request.GET:
        response[KEEP] = "public"
    tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = tag
    held = get_conditional_response(request, etag=tag, response=response)
    return held if isinstance(held, HttpResponse) else response


def _remembering(request: HttpRequest, response: HttpResponse, language: str) -> HttpResponse:
    """Keeps the choices in the address in cookies that hold nothing else."""
    kept: dict[str, Any] = {"max_age": REMEMBERED, "samesite": "Lax", "secure": settings.SECURE, "httponly": True}
    if language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, **kept)
    mode = request.GET.get("che-do")
    if mode == "chu":
        response.set_cookie(PLAIN_COOKIE, mode, **kept)
    elif mode == "day-du":
        response.delete_cookie(PLAIN_COOKIE)
    return response
