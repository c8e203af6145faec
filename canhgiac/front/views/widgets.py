"""Windows for other portals: a box to ask in, a list of what is new, and the page that says how to put them in.

Any site may frame these paths and no others. They set no cookie and read none, so a page laid over them gains nothing:
there is no login, no token, no choice of the visitor's to be stolen. A province that wants to name the portals lists
them in the setting EMBED_HOSTS.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from canhgiac.agencies.services import quota_take
from canhgiac.front.selectors.asking import Asked, ask
from canhgiac.front.selectors.widgets import codes, theme_of
from canhgiac.front.views.public import ASKS
from canhgiac.library.selectors.publicmaterials import news
from canhgiac.library.views.reading import public_page, shown
from canhgiac.outreach.selectors.public import newest

LOADER, BUTTON = "canhgiac/js/nhung.js", "canhgiac/js/nut.js"
LISTED = 6
View = Callable[..., HttpResponseBase]


def framed(view: View) -> View:
    """A page that other sites may show in a frame: without cookies, without the header that forbids it."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.COOKIES.clear()  # whoever sits before the portal is nobody to us
        return view(request, *args, **kwargs)

    return xframe_options_exempt(csp_replace({"frame-ancestors": settings.EMBED_HOSTS})(answer))


@public_page
def widget_index(request: HttpRequest) -> HttpResponse:
    """How a portal puts the windows into its pages, with the code to copy."""
    return shown(request, "widget_index", {"codes": codes()})


@csrf_exempt  # nothing is changed and nobody is logged in: there is nothing to forge
@require_http_methods(["GET", "HEAD", "POST"])
@framed
def widget_check(request: HttpRequest) -> HttpResponse:
    """A small box to ask in, and the short answer in its place."""
    text = request.POST.get("noi_dung", "").strip()
    context: dict[str, Any] = {"asked": Asked(text), "theme": theme_of(request.GET)}
    if not text:
        return _private(render(request, "front/widget_check.html", context))
    if not quota_take(limit=ASKS, address=request.META["REMOTE_ADDR"]):
        return _private(render(request, "front/widget_check.html", context | {"busy": True}, status=429))
    asked = ask(text, None)
    return _private(render(request, "front/widget_check.html", context | {"asked": asked, "answer": asked.answer}))


@require_safe
@gzip_page
@cache_control(public=True, max_age=300)
@framed
def widget_news(request: HttpRequest) -> HttpResponse:
    """Warnings that hold, then what was last made public, as a short list."""
    context = {"warnings": newest(LISTED), "news": news(LISTED), "theme": theme_of(request.GET)}
    return render(request, "front/widget_news.html", context)


@require_safe
@gzip_page
@cache_control(public=True, max_age=3600)
def widget_loader(request: HttpRequest) -> HttpResponse:
    """The script that portals name: under one lasting address, whatever the file is called inside."""
    return _script(LOADER)


@require_safe
@gzip_page
@cache_control(public=True, max_age=3600)
def widget_button(request: HttpRequest) -> HttpResponse:
    """The script that draws a button on a portal's page and opens the talk beside it."""
    return _script(BUTTON)


def _script(name: str) -> HttpResponse:
    found = finders.find(name)
    if isinstance(found, str):
        text = Path(found).read_text(encoding="utf-8")
    else:
        with staticfiles_storage.open(name) as stored:
            text = bytes(stored.read()).decode()
    headers = {"Cross-Origin-Resource-Policy": "cross-origin"}
    return HttpResponse(text, content_type="text/javascript; charset=utf-8", headers=headers)


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
