"""What search engines are told: the pages there are and when they changed, and the doors that are not for them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from canhgiac.library.selectors.sitemap import HIDDEN, pages_public
from canhgiac.library.selectors.structured import absolute

A_QUARTER = 900


@require_safe
@gzip_page
@cache_control(public=True, max_age=A_QUARTER)
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page with the day of its last change (sitemaps.org protocol 0.9)."""
    return render(request, "library/sitemap.xml", {"pages": pages_public()}, content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=A_QUARTER)
def robots(request: HttpRequest) -> HttpResponse:
    """The doors that robots leave alone (RFC 9309), and where the list of pages is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in HIDDEN), f"Sitemap: {absolute('/sitemap.xml')}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
