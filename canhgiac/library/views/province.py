"""The province's profile: who speaks, and the emblem."""

from __future__ import annotations

from contextlib import suppress

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from canhgiac.agencies.selectors import province
from canhgiac.agencies.services.profile import ProfileRefused, profile_may_edit, province_edit
from canhgiac.agencies.views.access import acting
from canhgiac.kit.files import FileStore
from canhgiac.library.forms.province import ProvinceForm

EMBLEM_HEADERS = {"Cache-Control": "public, max-age=86400, immutable", "X-Content-Type-Options": "nosniff"}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def province_profile(request: HttpRequest) -> HttpResponse:
    """What the province says of itself, for whoever keeps it to change and for all staff to read."""
    profile, may_edit = province(), profile_may_edit(acting(request))
    form = ProvinceForm(request.POST or None, request.FILES or None, profile=profile)
    if form.is_valid():
        try:
            province_edit(by=acting(request), data=form.facts(), version=form.seen)
        except ProfileRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Đã lưu. Trang công khai và bản in dùng thông tin mới ngay."))
            return redirect("province_profile")
    context = {"profile": profile, "form": form, "may_edit": may_edit}
    return render(request, "library/province.html", context, status=422 if form.errors else 200)


@require_safe
def province_emblem(request: HttpRequest, sha256: str) -> HttpResponse:
    """The emblem in use, for pages; any other picture is not found."""
    profile = province()
    if not sha256 or profile.emblem_sha256 != sha256:
        raise Http404
    with suppress(FileNotFoundError):
        data = FileStore(settings.FILES_ROOT).get(sha256)
        return HttpResponse(data, content_type=profile.emblem_type or "image/png", headers=EMBLEM_HEADERS)
    raise Http404
