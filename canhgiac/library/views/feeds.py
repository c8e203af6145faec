"""Feeds: Atom and JSON Feed of what is published and what is gone, cheap to ask again."""

from __future__ import annotations

import json
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from canhgiac.library.selectors import feeds as reads

FRESH = 300
"""Seconds for which a reader's program need not ask again."""


@require_safe
def feed_index(request: HttpRequest) -> HttpResponse:
    """Which feeds there are and how to use them."""
    return render(request, "library/feed_index.html", {"feed": reads.feed()})


@gzip_page
@require_safe
def feed_atom(request: HttpRequest) -> HttpResponse:
    """The feed as Atom."""
    told = reads.feed()
    return _answer(request, told, reads.atom(told), "application/atom+xml; charset=utf-8")


@gzip_page
@require_safe
def feed_json(request: HttpRequest) -> HttpResponse:
    """The feed as JSON Feed."""
    told = reads.feed()
    body = json.dumps(reads.json_feed(told), ensure_ascii=False).encode()
    return _answer(request, told, body, "application/feed+json; charset=utf-8")


def _answer(request: HttpRequest, told: reads.Feed, body: bytes, content_type: str) -> HttpResponse:
    """The body with its tag and day, or 304 for who has it (RFC 9110 §13)."""
    response = HttpResponse(body, content_type=content_type)
    tag, changed = reads.tag_of(body), int(told.updated.timestamp())
    response["ETag"], response["Last-Modified"] = tag, http_date(changed)
    response["Cache-Control"] = f"public, max-age={FRESH}"
    response["Access-Control-Allow-Origin"] = "*"  # feeds are public: a portal may read them from a page
    return cast("HttpResponse", get_conditional_response(request, etag=tag, last_modified=changed, response=response))
