"""What a person asked staff to change of their subscription, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from canhgiac.agencies.views.access import acting
from canhgiac.outreach.forms.requests import REQUESTS
from canhgiac.outreach.forms.warnings import VersionForm
from canhgiac.outreach.models import Subscriber
from canhgiac.outreach.selectors import people as reads
from canhgiac.outreach.selectors.rules import waits_words
from canhgiac.outreach.services import requests as services
from canhgiac.outreach.services.subscribers import Subscribed

from .acts import done, told

WRITE = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(WRITE)
def subscriber_request(request: HttpRequest, subscriber_id: int, act: str) -> HttpResponse:
    """One change that the person asked for; how they asked is part of it."""
    member = acting(request)
    reads.require_managing(member)
    row = reads.subscriber_for(member, subscriber_id)
    words = {one.code: one for one in reads.requests_open(row)}.get(act)
    if words is None and request.method != "POST":
        raise Http404
    form = REQUESTS[act](request.POST if request.method == "POST" else None, subscriber=row)
    if made := done(form, lambda: form.act(member)):
        messages.success(request, _said(made))
        return redirect("subscriber_list") if act == "xoa" else redirect("subscriber_detail", row.pk)
    context = {"form": form, "words": words, "told": reads.subscriber_rows([row])[0], "row": row, "act": act}
    return render(request, "outreach/subscriber_request.html", context, status=422 if form.errors else 200)


def _said(made: object) -> str:
    if isinstance(made, Subscribed):
        if made.subscriber is None or not made.asked:
            return _("Địa chỉ ấy đang nhận, hoặc đã được hỏi.")
        return f"{_('Đã ghi và gửi tin hỏi địa chỉ mới.')} {waits_words(made.subscriber.way)}".strip()
    if isinstance(made, services.Changed):
        if not made.is_told:
            return _("Đã ghi. Không gửi tin xác nhận: chưa xác nhận đăng ký, hoặc kênh không có ai gửi.")
        has_stopped = made.subscriber.state == Subscriber.State.STOPPED  # that is confirmed at any hour
        when = "" if has_stopped else waits_words(made.subscriber.way)
        return f"{_('Đã ghi. Người ấy nhận một tin xác nhận trên kênh của mình.')} {when}".strip()
    return _("Đã xóa dữ liệu của người này.")


@login_required
@require_POST
def subscriber_undo(request: HttpRequest, subscriber_id: int) -> HttpResponse:
    """Takes back what the member just wrote down."""
    member, form = acting(request), VersionForm(request.POST)
    row = reads.subscriber_for(member, subscriber_id)
    act = services.subscriber_undo
    said = _("Đã hoàn tác. Lựa chọn trở lại như trước.")
    told(request, form, lambda: act(by=member, subscriber=row, version=form.cleaned_data["version"]), said)
    return redirect("subscriber_detail", row.pk)
