"""A warning's notice, leaflet and card as files."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.library.services.renderings import SettingRefused
from canhgiac.outreach.selectors.warnings import warning_for
from canhgiac.outreach.services.prints import warning_print as made

TYPES = {"pdf": "application/pdf", "png": "image/png"}


@login_required
@require_safe
def warning_print(request: HttpRequest, warning_id: int, name: str, ext: str) -> HttpResponse:
    """The file, to be printed or shared; a draft says on it that it is one."""
    warning = warning_for(acting(request), warning_id)
    try:
        data = made(warning, name, picture=ext == "png")
    except SettingRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("warning_detail", warning.pk)
    disposition = f'inline; filename="canh-bao-{warning.pk}-{name}.{ext}"'
    return HttpResponse(data, content_type=TYPES[ext], headers={"Content-Disposition": disposition})
