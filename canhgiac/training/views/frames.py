"""What the public pages of training share: no cookie but the reader's own choice of language, no form token."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation

from canhgiac.library.views.reading import REMEMBERED, canonical, with_choice

View = Callable[..., HttpResponseBase]


def spoken(view: View) -> View:
    """A page in the language asked for in the address, which is then remembered."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = request.GET.get("ngon-ngu", "")
        if language not in dict(settings.LANGUAGES):
            return view(request, *args, **kwargs)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = view(request, *args, **kwargs)
        kept: dict[str, Any] = {"max_age": REMEMBERED, "samesite": "Lax", "secure": settings.SECURE, "httponly": True}
        if isinstance(response, HttpResponse):
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, **kept)
        return response

    return answer


def drawn(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page in the public frame. Languages are links, because a form would need a token and so a cookie."""
    other = "en" if translation.get_language() == "vi" else "vi"
    frame = {"language_link": with_choice(request, ngon_ngu=other), "canonical": canonical(request)}
    return render(request, template, frame | context, status=status)
