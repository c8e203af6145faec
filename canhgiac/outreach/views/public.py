"""What everybody reads of warnings: the list, one in full, those that ended, the picture to share."""

from __future__ import annotations

from functools import lru_cache

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from canhgiac.library.services.renderings import SettingRefused
from canhgiac.library.views.reading import public_page, shown
from canhgiac.outreach.selectors import public as reads
from canhgiac.outreach.services.prints import warning_print

ROWS = 30
PICTURES = 64
"""Pictures kept by each process: setting one takes a second, and whoever shares a page makes others fetch it."""
AN_HOUR = 3600


@public_page
def warning_public_list(request: HttpRequest) -> HttpResponse:
    """Warnings that hold now, of one commune if asked, and what was taken back lately."""
    return shown(request, "outreach/public_warning_list", {"listed": reads.listed(request.GET.get("xa", ""))})


@public_page
def warning_public_archive(request: HttpRequest) -> HttpResponse:
    """Warnings that do not hold any more."""
    page = Paginator(reads.with_words(reads.ended()), ROWS).get_page(request.GET.get("page"))
    return shown(request, "outreach/public_warning_archive", {"page": page})


@public_page
def warning_public(request: HttpRequest, warning_id: int) -> HttpResponse:
    """One warning in full; it stays under its address with its state told, whatever became of it."""
    told = reads.Told(reads.warning_public(warning_id), request.GET.get("tieng", ""))
    return shown(request, "outreach/public_warning", {"told": told, "warning": told.warning})


@require_safe
@cache_control(public=True, max_age=AN_HOUR)
def warning_public_card(request: HttpRequest, warning_id: int) -> HttpResponse:
    """The picture that goes with a shared link."""
    row = reads.warning_public(warning_id)
    return HttpResponse(_card(row.pk, row.approved_sha256, row.state), content_type="image/png")


@lru_cache(maxsize=PICTURES)
def _card(warning_id: int, sha256: str, state: str) -> bytes:
    try:
        return warning_print(reads.warning_public(warning_id), "anh-chia-se", picture=True)
    except SettingRefused:
        raise Http404 from None
