"""Where a warning stands: chosen, tried again, taken down."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.outreach.forms.postings import PlacesForm
from canhgiac.outreach.selectors.postings import places_card, posting_for
from canhgiac.outreach.selectors.warnings import warning_for
from canhgiac.outreach.services import postings as services
from canhgiac.outreach.services.refusals import WarningRefused


@login_required
@require_safe
def posting_list(request: HttpRequest, warning_id: int) -> HttpResponse:
    """The card of one warning's places, asked for again while something moves."""
    member = acting(request)
    warning = warning_for(member, warning_id)
    return render(request, "outreach/posting_card.html", {"warning": warning, "places": places_card(member, warning)})


@login_required
@require_POST
def postings_make(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Puts the warning up at the chosen places."""
    member, form = acting(request), PlacesForm(request.POST)
    warning = warning_for(member, warning_id)
    said = _("Đã đăng trang cảnh báo. Nơi khác đang đăng, xem ở “Nơi đăng”.")
    _told(request, said, lambda: services.postings_make(by=member, warning=warning, places=form.wanted()))
    return redirect("warning_detail", warning_id)


@login_required
@require_POST
def posting_retry(request: HttpRequest, posting_id: int) -> HttpResponse:
    """Tries a place again."""
    member = acting(request)
    row = posting_for(member, posting_id)
    _told(request, _("Đang thử lại."), lambda: services.posting_retry(by=member, posting=row))
    return redirect("warning_detail", row.warning_id)


@login_required
@require_POST
def posting_take_down(request: HttpRequest, posting_id: int) -> HttpResponse:
    """Deletes a post on another platform."""
    member = acting(request)
    row = posting_for(member, posting_id)
    _told(request, _("Đang gỡ bài."), lambda: services.posting_take_down(by=member, posting=row))
    return redirect("warning_detail", row.warning_id)


@login_required
@require_POST
def posting_settle(request: HttpRequest, posting_id: int) -> HttpResponse:
    """Somebody looked: nothing stands there."""
    member = acting(request)
    row = posting_for(member, posting_id)
    _told(request, _("Đã ghi là không còn ở đó."), lambda: services.posting_settle(by=member, posting=row))
    return redirect("warning_detail", row.warning_id)


def _told(request: HttpRequest, said: str, act: Callable[[], object]) -> None:
    try:
        act()
    except WarningRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
