"""What the look-up server is measured beside: granian with nothing to do, and the same answer through bare Django."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

_JSON = [("content-type", "application/json; charset=utf-8"), ("cache-control", "no-store")]


async def hello(scope: Any, proto: Any) -> None:
    """The least an RSGI application can do."""
    proto.response_bytes(200, _JSON, b'{"found":false}')


def django() -> Any:
    """Django by WSGI with one view, no middleware, no database: all that it costs here is Django itself."""
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    from canhgiac.engines.lookup.answers import answer, raw_key
    from canhgiac.engines.lookup.index import Index
    from canhgiac.engines.lookup.partners import Partners

    index = Index.open(os.environ["LOOKUP_INDEX"])
    partners = Partners(Path(os.environ["LOOKUP_TOKENS"]))
    partners.tick()
    today = date.today().toordinal()  # noqa: DTZ011

    def check(request: HttpRequest, kind: str, text: str) -> HttpResponse:
        header = request.headers.get("authorization", "")
        partner = partners.by_header.get(header) or partners.of(header)
        if partner is None or not partner.take():
            return HttpResponse(status=401)
        found, told = answer(index, *raw_key(kind, text), today)
        partners.count(partner, "check").found += found
        return HttpResponse(told, content_type="application/json; charset=utf-8", headers={"cache-control": "no-store"})

    urls = type("urls", (), {"urlpatterns": [path("v1/check/<str:kind>/<path:text>", check)]})
    settings.configure(ROOT_URLCONF=urls, MIDDLEWARE=[], ALLOWED_HOSTS=["*"], SECRET_KEY="b" * 50, DATABASES={})
    return get_wsgi_application()
