"""Evidence: photos shown, files handed out, added on the activity's page, taken out."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from canhgiac.activities.models import Evidence
from canhgiac.activities.selectors.activities import activity_for
from canhgiac.activities.selectors.evidence import evidence_for
from canhgiac.activities.services import evidence as services
from canhgiac.activities.services.pictures import JPEG
from canhgiac.agencies.views.access import acting

PRIVATE = {"Cache-Control": "private, max-age=86400, immutable", "X-Content-Type-Options": "nosniff"}
"""The bytes behind an id never change; a shared cache must not keep them."""


@login_required
@require_safe
def evidence_photo(request: HttpRequest, evidence_id: int, size: str) -> FileResponse:
    """A photo as we encoded it ("anh"), or its thumbnail ("nho"); nothing a visitor sent is shown as it came."""
    piece = evidence_for(acting(request), evidence_id)
    if piece.kind != Evidence.Kind.PHOTO:
        raise Http404
    sha256 = piece.thumb_sha256 if size == "nho" else piece.sha256
    return FileResponse(services.store().path(sha256).open("rb"), content_type=JPEG, headers=PRIVATE)


@login_required
@require_safe
def evidence_file(request: HttpRequest, evidence_id: int) -> FileResponse:
    """The piece as a download, never shown by the browser as a page of ours."""
    piece = evidence_for(acting(request), evidence_id)
    return _attached(piece.sha256, piece.file_name, piece.content_type)


@login_required
@require_safe
def evidence_original(request: HttpRequest, evidence_id: int) -> FileResponse:
    """The untouched original, where it was kept on purpose."""
    piece = evidence_for(acting(request), evidence_id)
    if not piece.original_sha256:
        raise Http404
    return _attached(piece.original_sha256, f"goc-{piece.file_name}", "application/octet-stream")


def _attached(sha256: str, name: str, content_type: str) -> FileResponse:
    file = services.store().path(sha256).open("rb")
    return FileResponse(file, as_attachment=True, filename=name, content_type=content_type, headers=PRIVATE)


@login_required
@require_POST
def evidence_add(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Adds photos and files from the activity's own page."""
    activity = activity_for(acting(request), activity_id)
    files = [(file.name or "", file.read()) for file in request.FILES.getlist("evidence")]
    keep = request.POST.get("keep_original") == "on"
    refused = services.evidence_add_many(by=acting(request), activity=activity, files=files, keep_original=keep)
    for line in refused:
        messages.error(request, line)
    if len(files) > len(refused):
        messages.success(request, _("Đã thêm %d ảnh, tệp.") % (len(files) - len(refused)))
    return redirect("activity_detail", activity.pk)


@login_required
@require_POST
def evidence_remove(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """Takes one piece out."""
    piece = evidence_for(acting(request), evidence_id)
    services.evidence_remove(by=acting(request), evidence=piece)
    messages.success(request, _("Đã bỏ %s.") % piece.file_name)
    return redirect("activity_detail", piece.activity_id)
