"""The public door: one box to ask, the golden hour, how to report, what is kept."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from canhgiac.agencies.selectors import province
from canhgiac.front.selectors.public import about_links, foot_lines, office_line, public_nav


def public_shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what the public frame shows; each part is read only when a template asks for it."""
    match = request.resolver_match
    profile = cache(province)  # one reading a page
    return {
        "public_nav": SimpleLazyObject(lambda: public_nav(match.url_name if match else None)),
        "province": SimpleLazyObject(lambda: profile().name),
        "contacts": SimpleLazyObject(lambda: foot_lines(profile())),
        "standing_office": SimpleLazyObject(lambda: office_line(profile())),
        "about_links": SimpleLazyObject(about_links),
    }


@require_safe
def public_home(request: HttpRequest) -> HttpResponse:
    """The public door: one box to ask."""
    return render(request, "front/public_home.html")


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """What a pasted message, number, account, link or picture is."""
    return render(request, "front/public_home.html")


@require_safe
def golden_hour(request: HttpRequest) -> HttpResponse:
    """What to do in the first minutes after money or a code is gone, in order."""
    return render(request, "front/public_home.html")


@require_safe
def tip_how(request: HttpRequest) -> HttpResponse:
    """How to report to the police."""
    return render(request, "front/public_home.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What we keep and do not keep."""
    return render(request, "front/public_home.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How the site can be used, and what still falls short."""
    return render(request, "front/public_home.html")


@require_safe
def doubt_make(request: HttpRequest) -> HttpResponse:
    """A person disagrees with a verdict."""
    return render(request, "front/public_home.html")


@require_safe
def doubt_thanks(request: HttpRequest) -> HttpResponse:
    """What happens with a disagreement."""
    return render(request, "front/public_home.html")
