"""The talk as a window in other portals: no cookie, no tip, no login; what leads on opens a page of our own."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST

from canhgiac.agencies.services import quota_take
from canhgiac.assistant.models import Talk
from canhgiac.assistant.selectors.talkpages import talk_page_of
from canhgiac.assistant.selectors.talks import talk_open
from canhgiac.assistant.services import talks
from canhgiac.assistant.services.refusals import AssistantRefused
from canhgiac.training.views.quiz import THEMES, framed

from .persons import frame_key_read, frame_key_signed, is_own, key_begun, key_new, keyed, member_of
from .public import SAYS

FRAMED = "khung|"
"""Before the key of a talk in a frame: no cookie's key is ever one of these."""


@gzip_page
@never_cache
@csrf_exempt  # a frame has no cookie; its key comes with the form, and the form from a page of ours (``is_own``)
@require_http_methods(["GET", "HEAD", "POST"])
@framed
def talk_frame(request: HttpRequest) -> HttpResponse:
    """The talk in a frame: the whole thread comes back with each answer, its key in the form alone."""
    key = frame_key_read(request.POST.get("khoa", ""))
    if request.method != "POST" or not key:
        return _drawn(request, key_new(), None)
    if not is_own(request):
        raise PermissionDenied
    text = request.POST.get("noi_dung", "")
    if not quota_take(limit=SAYS, address=request.META["REMOTE_ADDR"]):
        busy = _("Mạng của bạn vừa gửi rất nhiều tin. Đợi một phút rồi bấm lại.")
        return _drawn(request, key, talk_open(channel=Talk.Channel.WEB, key=FRAMED + key), text, busy, 429)
    talk = talks.talk_of(channel=Talk.Channel.WEB, key=FRAMED + key)
    try:
        talks.talk_say(talk=talk, text=text)
    except AssistantRefused as refusal:
        return _drawn(request, key, talk, text, str(refusal), 422)
    return _drawn(request, key, talk)


@never_cache
@csrf_exempt  # the same: without a cookie the key in the form is what the browser proves
@require_POST
def talk_move(request: HttpRequest) -> HttpResponse:
    """Takes a frame's talk along to our own page, under a fresh key: the frame's no longer opens it."""
    key = frame_key_read(request.POST.get("khoa", ""))
    if not key or not is_own(request):
        raise PermissionDenied
    talk = talk_open(channel=Talk.Channel.WEB, key=FRAMED + key)
    person, cookie = key_begun(request)
    if talk is not None:
        talks.talk_move(talk=talk, key=person, member=member_of(request))
    return keyed(redirect("talk_page"), cookie)


def _drawn(  # noqa: PLR0917  # what the page shows, each by its place
    request: HttpRequest, key: str, talk: Talk | None, typed: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "page": talk_page_of(talk, typed=typed, error=error),
        "key": frame_key_signed(key),
        "theme": THEMES.get(request.GET.get("nen", ""), ""),
    }
    return render(request, "assistant/talk_frame.html", context, status=status)
