"""The TAXII 2.1 server (OASIS TAXII Version 2.1): partners read the register, nobody writes."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from canhgiac.agencies.selectors import province
from canhgiac.indicators.models import Partner
from canhgiac.indicators.selectors import taxii
from canhgiac.indicators.selectors.partners import Caller
from canhgiac.indicators.selectors.stix import moment
from canhgiac.indicators.selectors.taxii import MEDIA, ROOT, Page, TaxiiRefused
from canhgiac.indicators.services.exchange import PartnerRefused, partner_enter, partner_used

_ACCEPTED = ("application/taxii+json", "application/*", "*/*")
_VERSIONS = {"", "2.1"}
Answer = Callable[..., HttpResponse]


def _told(body: dict[str, Any], status: int = 200, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    text = json.dumps(body, ensure_ascii=False)
    told = {"Cache-Control": "private", **(headers or {})}
    return HttpResponse(text, status=status, content_type=MEDIA, headers=told)


def _error(status: int, title: str, **headers: str) -> HttpResponse:
    """An error message (§3.6.1)."""
    return _told({"title": title, "http_status": str(status)}, status, headers=headers)


def _acceptable(header: str) -> bool:
    """Whether the client takes TAXII 2.1 (§1.6.8.1)."""
    for part in (header or "*/*").split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        told = dict(one.partition("=")[::2] for one in parameters)
        if name in _ACCEPTED and told.get("version", "").strip('"') in _VERSIONS:
            return True
    return False


def _key(request: HttpRequest) -> str:
    """The token: as Basic's password, or after "Bearer" or "Token"."""
    scheme, _space, rest = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() in {"bearer", "token"}:
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(rest, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _entered(view: Answer) -> Answer:
    """Lets partners with the scope EXPORT in; answers refusals as TAXII says them."""

    @csrf_exempt
    @wraps(view)
    def entered(request: HttpRequest, **given: Any) -> HttpResponse:
        if not _acceptable(request.headers.get("Accept", "")):
            return _error(406, _("Máy chủ chỉ trả lời %s.") % MEDIA)
        try:
            caller = partner_enter(key=_key(request), scope=Partner.Scope.EXPORT, route="taxii")
            if caller is None:
                return _error(401, _("Cần mã của đối tác."), **{"WWW-Authenticate": 'Basic realm="taxii"'})
            if request.method not in {"GET", "HEAD"}:
                return _error(403, _("Chỉ đọc."))
            return view(request, caller, **given)
        except PartnerRefused as refusal:
            headers = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {}
            return _error(refusal.status, str(refusal), **headers)
        except TaxiiRefused as refusal:
            return _error(refusal.status, str(refusal))

    return entered


@_entered
def taxii_discovery(request: HttpRequest, caller: Caller) -> HttpResponse:
    """What server this is (§4.1)."""
    root = f"{settings.BASE_URL}/taxii2/{ROOT}/"
    return _told({"title": str(province().name or _("Cảnh Giác")), "default": root, "api_roots": [root]})


@_entered
def taxii_root(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The one API root (§4.2)."""
    told = {"title": _("Sổ dấu vết nghi vấn"), "versions": [MEDIA], "max_content_length": 1}
    return _told(told)


@_entered
def taxii_collections(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The collections that this partner may read (§5.1)."""
    return _told({"collections": taxii.collections_told(caller)})


@_entered
def taxii_collection(request: HttpRequest, caller: Caller, collection: str) -> HttpResponse:
    """One collection (§5.2)."""
    return _told(taxii.collection_told(taxii.kind_of(caller, collection)))


@_entered
def taxii_manifest(request: HttpRequest, caller: Caller, collection: str) -> HttpResponse:
    """Ids and versions of a page (§5.3)."""
    page = taxii.taxii_page(taxii.kind_of(caller, collection), taxii.asked(request.GET.dict()))
    return _page(caller, page, taxii.manifest_told(page))


@_entered
def taxii_objects(request: HttpRequest, caller: Caller, collection: str) -> HttpResponse:
    """A page of objects (§5.4)."""
    page = taxii.taxii_page(taxii.kind_of(caller, collection), taxii.asked(request.GET.dict()))
    return _page(caller, page, [told for _at, told in page.items])


@_entered
def taxii_object(request: HttpRequest, caller: Caller, collection: str, number: str) -> HttpResponse:
    """One object (§5.6)."""
    page = _one(request, caller, collection, number)
    return _page(caller, page, [told for _at, told in page.items])


@_entered
def taxii_versions(request: HttpRequest, caller: Caller, collection: str, number: str) -> HttpResponse:
    """The versions of one object: here always one (§5.8)."""
    page = _one(request, caller, collection, number)
    return _page(caller, page, [told["modified"] for _at, told in page.items], "versions")


def _one(request: HttpRequest, caller: Caller, collection: str, number: str) -> Page:
    query = {**request.GET.dict(), "match[id]": number}
    page = taxii.taxii_page(taxii.kind_of(caller, collection), taxii.asked(query))
    if not page.items:
        raise TaxiiRefused(404, _("Không có đối tượng này."))
    return page


def _page(caller: Caller, page: Page, objects: list[Any], name: str = "objects") -> HttpResponse:
    partner_used(caller=caller, route="taxii", asked=1, found=len(page.items))
    headers = {}
    if page.items:
        headers["X-TAXII-Date-Added-First"] = moment(page.items[0][0])
        headers["X-TAXII-Date-Added-Last"] = moment(page.items[-1][0])
    return _told(taxii.envelope(page, objects, name), headers=headers)
