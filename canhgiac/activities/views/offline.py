"""What a phone needs without a network: the service worker, the manifest, and doors that its queue sends to.

The doors answer in JSON and never by a redirect: a queue must tell "log in again" from "sent".
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from canhgiac.activities.forms.activities import ActivityForm
from canhgiac.activities.models import Activity
from canhgiac.activities.selectors import choices
from canhgiac.activities.selectors.activities import activities_for
from canhgiac.activities.services.evidence import evidence_add
from canhgiac.activities.services.record import ActivityRefused, activity_record
from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed

WORKER, QUEUE = "canhgiac/js/sw.js", "canhgiac/js/queue.js"
PUBLIC = (
    "/hinh-thuc/",
    "/tai-lieu/",
    "/cam-nang/",
    "/canh-bao/",
    "/gio-vang/",
    "/bao-tin/",
    "/khong-co-mang/",
    "/hoc/",
)
"""Where the public pages begin whose kept copies may be shown without a network."""
Door = Callable[..., HttpResponse]


@require_safe
@never_cache
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from the root so that its scope is the whole site, told the addresses it must know."""
    told = {
        "queue": static(QUEUE),
        "static": f"/{settings.STATIC_URL.lstrip('/')}",
        "session": reverse("record_session"),
        "send": reverse("record_send"),
        "forgetAfter": [reverse("account_logout"), reverse("account_login")],
        "sync": "activities",
        "renew": reverse("browser_renew"),
        "public": PUBLIC,
        "offline": reverse("offline_page"),
        "precache": [reverse(view) for view in ("public_home", "golden_hour", "offline_page")],
    }
    script = f"self.CANHGIAC = {json.dumps(told)};\n{_static_text(WORKER)}"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers={"Service-Worker-Allowed": "/"})


def _static_text(name: str) -> str:
    """A static file's text: from its source, or as ``canhgiac prepare`` gathered it."""
    found = finders.find(name)
    if isinstance(found, str):
        return Path(found).read_text(encoding="utf-8")
    with staticfiles_storage.open(name) as stored:
        return bytes(stored.read()).decode()


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone shows when the site is installed; it opens at the form."""
    icons = [
        {"src": static(f"canhgiac/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    masked = {"src": static("canhgiac/icon-mask-512.png"), "sizes": "512x512", "type": "image/png"}
    told = {
        "id": "/",
        "name": _("Cảnh Giác"),
        "short_name": _("Cảnh Giác"),
        "description": _("Ghi hoạt động phòng, chống lừa đảo trực tuyến, cả khi không có mạng."),
        "lang": "vi",
        "start_url": reverse("activity_record"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf8f2",
        "theme_color": "#0a5c55",
        "icons": [*icons, masked | {"purpose": "maskable"}],
        "shortcuts": [{"name": _("Ghi hoạt động"), "url": reverse("activity_record")}],
    }
    return JsonResponse(told, content_type="application/manifest+json")


def door(view: Door) -> Door:
    """A view for the queue: 401 without a session, refusals as JSON with the field at fault."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, Member):
            return JsonResponse({"detail": _("Phiên đăng nhập đã hết. Đăng nhập lại để gửi.")}, status=401)
        try:
            return view(request, *args, **kwargs)
        except ActivityRefused as refusal:
            return JsonResponse({"errors": {refusal.field or "__all__": [str(refusal)]}}, status=422)
        except NotAllowed as refusal:
            return JsonResponse({"errors": {"__all__": [str(refusal)]}}, status=422)

    return answer


@require_safe
@never_cache
@door
def record_session(request: HttpRequest) -> HttpResponse:
    """Who is logged in here, and a fresh token for sending."""
    assert isinstance(request.user, Member)
    return JsonResponse({"member": request.user.pk, "name": str(request.user), "token": get_token(request)})


@require_POST
@never_cache
@door
def record_send(request: HttpRequest) -> HttpResponse:
    """One record from the queue; sent again it answers the activity already recorded."""
    assert isinstance(request.user, Member)
    form = ActivityForm(request.POST, agencies=choices.recording_agencies(request.user))
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    told = form.cleaned_data
    origin = Activity.Origin.OFFLINE if request.POST.get("offline") == "1" else Activity.Origin.FORM
    activity = activity_record(
        by=request.user, data=form.facts(), uid=told["uid"], origin=origin, created_at=told["created_at"]
    )
    url = reverse("activity_detail", args=[activity.pk])
    return JsonResponse({"id": activity.pk, "url": url, "title": activity.title})


@require_POST
@never_cache
@door
def record_send_evidence(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One photo or file of a record sent before; says so where it was seen in another activity."""
    assert isinstance(request.user, Member)
    activity = activities_for(request.user).filter(uid=uid).first()
    file = request.FILES.get("file")
    if activity is None or file is None:
        raise ActivityRefused(_("Không tìm thấy hoạt động hoặc tệp để gửi."), "evidence")
    piece = evidence_add(
        by=request.user,
        activity=activity,
        data=file.read(),
        file_name=file.name or "",
        uid=_uid(request.POST.get("uid", "")),
        keep_original=request.POST.get("keep_original") == "1",
    )
    flag = _("Giống minh chứng của hoạt động “%s”.") % piece.same_as.activity.title if piece.same_as else ""
    return JsonResponse({"id": piece.pk, "flag": flag})


def _uid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise ActivityRefused(_("Mã của tệp không đúng. Chọn lại tệp."), "evidence") from None


@login_required
@require_safe
def record_areas(request: HttpRequest) -> HttpResponse:
    """The areas to tick below the one typed, as a part of the form."""
    offered = choices.areas_offered(request.GET.get("area", "")[:300], ticked=request.GET.getlist("areas")[:2000])
    return render(request, "activities/form_areas.html", {"areas": offered})
