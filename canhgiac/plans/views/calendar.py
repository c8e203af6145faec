"""The month of deadlines, and the feed of a member's own calendar program."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.selectors.tokens import token_member
from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.plans.forms.calendar import CalendarForm, month_of
from canhgiac.plans.selectors import feeds
from canhgiac.plans.selectors.calendar import AGENDA_SHOWN, SHOWN, month_days, plans_for, weekdays
from canhgiac.plans.services.feeds import feed_close, feed_open


@login_required
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """One month of deadlines within the member's reach: a grid on a desk, a list of days on a phone."""
    member, month = acting(request), month_of(request.GET.get("thang", ""))
    form = CalendarForm(request.GET, plans=plans_for(member))
    agenda = request.GET.get("xem") == "danh-sach"
    shown = AGENDA_SHOWN if agenda else SHOWN
    weeks = month_days(member, month.year, month.month, form.wanted(), shown=shown)
    context = {
        "form": form,
        "weeks": weeks,
        "month": month,
        "previous": f"{month - clock.DAY:%Y-%m}",
        "next": f"{month + dt.timedelta(days=31):%Y-%m}",
        "agenda": agenda,
        "weekdays": weekdays(),
        "count": sum(len(day.entries) + day.more for week in weeks for day in week if day.inside),
    }
    return render(request, "plans/calendar.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_subscribe(request: HttpRequest) -> HttpResponse:
    """The member's secret link and how to add it; POST makes a new link, which is shown this once."""
    context: dict[str, Any] = {}
    if request.method == "POST":
        path = reverse("calendar_feed", args=[feed_open(by=acting(request))])
        context["address"] = settings.BASE_URL.rstrip("/") + path
    context["token"] = feeds.feed_token(acting(request))
    response = render(request, "plans/calendar_subscribe.html", context)
    patch_cache_control(response, no_store=True, private=True)
    return response


@login_required
@require_POST
def calendar_unsubscribe(request: HttpRequest) -> HttpResponse:
    """Withdraws the link."""
    if feed_close(by=acting(request)):
        messages.success(request, _("Đã thu hồi liên kết. Lịch đã thêm sẽ thôi cập nhật."))
    return redirect("calendar_subscribe")


@require_safe
def calendar_feed(request: HttpRequest, key: str) -> HttpResponse:
    """The calendar of the member for whom the key stands, as iCalendar; 404 for a key not in force."""
    member = token_member(key, feeds.SCOPE)
    if member is None:
        raise Http404
    entries = feeds.feed_entries(member)
    tag, changed = feeds.feed_tag(entries), feeds.feed_changed(entries)
    modified = int(changed.timestamp()) if changed else None
    response = get_conditional_response(request, etag=tag, last_modified=None)
    if response is None:
        body = feeds.feed_ics(entries, language=member.language)
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="canh-giac.ics"'
    response["ETag"] = tag
    if modified:
        response["Last-Modified"] = http_date(modified)
    patch_cache_control(response, private=True, max_age=600)
    return response
