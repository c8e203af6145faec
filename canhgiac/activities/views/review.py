"""The superior's queue: photos large, accept or return, one after another or many at once."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from canhgiac.activities.forms.activities import AcceptForm, ReturnForm
from canhgiac.activities.selectors.activities import activities_for, activity_for
from canhgiac.activities.selectors.queue import review_queue
from canhgiac.activities.services import review
from canhgiac.activities.services.record import ActivityRefused
from canhgiac.agencies.views.access import acting

from .activities import page_number


@login_required
@require_safe
def activity_review(request: HttpRequest) -> HttpResponse:
    """What waits for this member's review, the longest waiting first."""
    queue = review_queue(acting(request), number=page_number(request))
    return render(request, "activities/review.html", {"queue": queue})


@login_required
@require_POST
def activities_accept(request: HttpRequest) -> HttpResponse:
    """Accepts all ticked activities, as the person saw them."""
    member, form = acting(request), AcceptForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Chọn ít nhất một hoạt động để công nhận."))
        return _back(request)
    versions = form.cleaned_data["activities"]
    done = review.activities_accept(
        by=member, activities=activities_for(member).filter(pk__in=versions), versions=versions
    )
    if done.accepted:
        words = ngettext("Đã công nhận %d hoạt động.", "Đã công nhận %d hoạt động.", done.accepted)
        messages.success(request, words % done.accepted)
    for line in done.refused[:5]:
        messages.warning(request, line)
    if len(done.refused) > 5:
        messages.warning(request, _("Và %d hoạt động khác chưa công nhận được.") % (len(done.refused) - 5))
    return _back(request)


@login_required
@require_POST
def activity_return(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Returns one activity with a reason."""
    member, form = acting(request), ReturnForm(request.POST)
    activity = activity_for(member, activity_id)
    try:
        if not form.is_valid():
            raise ActivityRefused(_("Lý do dài nhất 500 ký tự."))
        told = form.cleaned_data
        review.activity_return(by=member, activity=activity, reason=told["reason"], version=told["version"])
        messages.success(request, _("Đã trả lại và báo cho người ghi."))
    except ActivityRefused as refusal:
        messages.error(request, f"{activity.title}: {refusal}")
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the page that the form names, if it is one of ours."""
    there = request.POST.get("ve", "")
    known = url_has_allowed_host_and_scheme(there, allowed_hosts=None) and there.startswith("/")
    return redirect(there if known else reverse("activity_list"))
