"""Feeds of warnings and CAP documents, cheap to ask again."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from canhgiac.channels.feeds import atom, cap, jsonfeed, rss
from canhgiac.channels.feeds.feed import Feed, etag
from canhgiac.channels.feeds.websub import link_header
from canhgiac.outreach.selectors import feeds as reads

FRESH = 60
"""Seconds for which a program need not ask again: a recall must not wait."""


@gzip_page
@require_safe
def warning_rss(request: HttpRequest) -> HttpResponse:
    """As RSS 2.0."""
    told = _feed(request, "warning_rss")
    return _answer(request, told, rss.rss(told), rss.TYPE)


@gzip_page
@require_safe
def warning_atom(request: HttpRequest) -> HttpResponse:
    """As Atom, with what ended."""
    told = _feed(request, "warning_atom")
    return _answer(request, told, atom.atom(told), atom.TYPE)


@gzip_page
@require_safe
def warning_json(request: HttpRequest) -> HttpResponse:
    """As JSON Feed, with what ended."""
    told = _feed(request, "warning_json")
    return _answer(request, told, jsonfeed.json_feed(told), jsonfeed.TYPE)


@gzip_page
@require_safe
def warning_cap_index(request: HttpRequest) -> HttpResponse:
    """Every CAP message of the last months, as an Atom feed."""
    with translation.override("vi"):
        told = reads.cap_index(reads.area_of(request.GET.get("xa", "")))
    return _answer(request, told, atom.atom(told), atom.TYPE)


@gzip_page
@require_safe
def warning_cap(request: HttpRequest, number: str) -> HttpResponse:
    """One message as CAP 1.2."""
    row = reads.warning_by_slug(number)
    changed = row.issued_at or row.made_at
    return _conditional(request, reads.cap_written(row), cap.TYPE, int(changed.timestamp()))


def _feed(request: HttpRequest, name: str) -> Feed:
    with translation.override("vi"):
        return reads.feed(name, reads.area_of(request.GET.get("xa", "")))


def _answer(request: HttpRequest, told: Feed, body: bytes, kind: str) -> HttpResponse:
    response = _conditional(request, body, kind, int(told.changed.timestamp()))
    if told.hub:
        response["Link"] = link_header(told.hub, told.own_url)
    return response


def _conditional(request: HttpRequest, body: bytes, kind: str, changed: int) -> HttpResponse:
    """The body with its tag and day, or 304 for who has it (RFC 9110 §13)."""
    response = HttpResponse(body, content_type=f"{kind}; charset=utf-8")
    response["ETag"], response["Last-Modified"] = etag(body), http_date(changed)
    response["Cache-Control"] = f"public, max-age={FRESH}"
    response["Access-Control-Allow-Origin"] = "*"  # public: a portal may read it from a page
    tag = response["ETag"]
    return cast("HttpResponse", get_conditional_response(request, etag=tag, last_modified=changed, response=response))
