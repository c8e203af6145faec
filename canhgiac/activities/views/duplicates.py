"""Activities that may be the same, side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from canhgiac.activities.models import Activity
from canhgiac.activities.selectors.activities import activity_for
from canhgiac.activities.selectors.duplicates import PAGE, duplicate_pairs
from canhgiac.activities.services import duplicates
from canhgiac.activities.services.record import ActivityRefused
from canhgiac.agencies.views.access import acting

from .activities import page_number


@login_required
@require_safe
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """The pairs; just decided ones can be taken back."""
    number = page_number(request)
    pairs, total = duplicate_pairs(acting(request), number=max(number, 1))
    page = Paginator(range(total), PAGE).get_page(number)
    undo = request.session.pop("duplicates_undo", None)
    return render(request, "activities/duplicates.html", {"pairs": pairs, "page": page, "total": total, "undo": undo})


@login_required
@require_POST
def activities_join(request: HttpRequest, keep_id: int, other_id: int) -> HttpResponse:
    """The two are one; the first is kept."""
    keep, other = _both(request, keep_id, other_id)
    act = duplicates.activities_join
    return _do(
        request, lambda: act(by=acting(request), keep=keep, other=other), _("Đã gộp."), ["gop", keep_id, other_id]
    )


@login_required
@require_POST
def pair_part(request: HttpRequest, keep_id: int, other_id: int) -> HttpResponse:
    """The two are two."""
    keep, other = _both(request, keep_id, other_id)
    act = duplicates.pair_part
    said = ["khac", keep_id, other_id]
    return _do(request, lambda: act(by=acting(request), first=keep, second=other), _("Đã ghi là khác nhau."), said)


@login_required
@require_POST
def activity_part(request: HttpRequest, keep_id: int, other_id: int) -> HttpResponse:
    """Takes a joining back."""
    _keep, other = _both(request, keep_id, other_id)
    return _do(request, lambda: duplicates.activity_part(by=acting(request), activity=other), _("Đã bỏ gộp."))


@login_required
@require_POST
def pair_recall(request: HttpRequest, keep_id: int, other_id: int) -> HttpResponse:
    """Takes "the two are two" back."""
    keep, other = _both(request, keep_id, other_id)
    act = duplicates.pair_recall
    return _do(request, lambda: act(by=acting(request), first=keep, second=other), _("Đã lấy lại gợi ý."))


def _both(request: HttpRequest, keep_id: int, other_id: int) -> tuple[Activity, Activity]:
    return activity_for(acting(request), keep_id), activity_for(acting(request), other_id)


def _do(request: HttpRequest, act: Callable[[], Any], done: str, undo: list[Any] | None = None) -> HttpResponse:
    try:
        act()
        messages.success(request, done)
        if undo:
            request.session["duplicates_undo"] = undo
    except ActivityRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("duplicate_list")
