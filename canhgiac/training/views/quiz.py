"""The public quiz and the question of the day: nothing of the person is asked, kept or sent along."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from canhgiac.agencies.services import Limit, quota_take
from canhgiac.engines.quizzes.marking import AnswerRefused
from canhgiac.library.services.renderings import SettingRefused
from canhgiac.library.views.reading import canonical
from canhgiac.training.selectors import quiz as reads
from canhgiac.training.services.papers import public_paper_ensure
from canhgiac.training.services.quizpicture import result_picture
from canhgiac.training.services.refusals import TrainingRefused
from canhgiac.training.services.sittings import sitting_begin

from .frames import drawn, spoken

BEGINS = Limit("quiz", 600, 600)
"""A school begins from one address: 600 in ten minutes are twelve classes at once."""
A_DAY = 24 * 3600
ASK = ["GET", "HEAD", "POST"]
THEMES = {"sang": "light", "toi": "dark"}


@gzip_page
@csrf_exempt  # beginning needs no login and changes nothing of anybody
@require_http_methods(ASK)
@spoken
def quiz_home(request: HttpRequest) -> HttpResponse:
    """What the quiz is, and its beginning."""
    if request.method != "POST":
        return _home(request)
    if not quota_take(limit=BEGINS, address=request.META["REMOTE_ADDR"]):
        return _home(request, _("Mạng của bạn vừa bắt đầu rất nhiều bài. Đợi vài phút rồi bấm lại."), 429)
    try:
        sitting = sitting_begin(paper=public_paper_ensure(), learner=None, uid=_uid(request))
    except TrainingRefused as refusal:
        return _home(request, str(refusal), 409)
    return redirect("sitting_show", sitting.uid)


def _home(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    context = {"error": error, "paper": reads.public_paper()}
    return drawn(request, "training/quiz_home.html", context, status=status)


def _uid(request: HttpRequest) -> uuid.UUID:
    """The device's own, so that a beginning sent twice is one sitting; without script one of ours."""
    try:
        return uuid.UUID(request.POST.get("ma", ""))
    except ValueError:
        return uuid.uuid4()


@require_safe
@spoken
def quiz_shared(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """A score as it is shared: how many were right, the picture, the way to the quiz. Kept for a day."""
    result = reads.shared_result(uid)
    picture = canonical(request, reverse("quiz_picture", args=[uid]))
    context = {"result": result, "picture": picture, "uid": uid}
    return drawn(request, "training/quiz_shared.html", context)


@require_safe
@cache_control(public=True, max_age=A_DAY)
def quiz_picture(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Its picture."""
    result = reads.shared_result(uid)
    try:
        picture = result_picture(right=result.right, count=result.count)
    except SettingRefused:
        raise Http404 from None
    headers = {"Content-Disposition": 'inline; filename="ket-qua-do-vui.png"'}
    return HttpResponse(picture, content_type="image/png", headers=headers)


@gzip_page
@csrf_exempt  # an answer is marked and forgotten
@require_http_methods(ASK)
@spoken
def quiz_daily(request: HttpRequest) -> HttpResponse:
    """The question of the day."""
    return _daily(request, "training/quiz_daily.html", {})


def framed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page that other sites may show in a frame: it reads no cookie and sets none."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.COOKIES.clear()
        return view(request, *args, **kwargs)

    return xframe_options_exempt(csp_replace({"frame-ancestors": settings.EMBED_HOSTS})(answer))


@gzip_page
@csrf_exempt
@require_http_methods(ASK)
@framed
def quiz_daily_frame(request: HttpRequest) -> HttpResponse:
    """The same as a window in another portal, without any script."""
    context = {"theme": THEMES.get(request.GET.get("nen", ""), "")}
    return _daily(request, "training/quiz_daily_frame.html", context)


def _daily(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    try:
        told = reads.daily(request.POST.get("tra_loi", ""))
    except AnswerRefused:
        told = reads.daily()  # yesterday's page sent after midnight: today's question
    response = drawn(request, template, context | {"daily": told, "query": request.GET.urlencode()})
    if request.method == "POST":
        response["Cache-Control"] = "no-store"
    return response
