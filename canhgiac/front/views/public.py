"""The public door: one box to ask, the golden hour, how to report, what is kept."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from canhgiac.agencies.selectors import province
from canhgiac.agencies.services import Limit, quota_take
from canhgiac.assistant.services import message_observe
from canhgiac.front.forms.public import CheckForm, DoubtForm
from canhgiac.front.forms.uploads import InMemory
from canhgiac.front.selectors.asking import Asked, ask
from canhgiac.front.selectors.golden import golden
from canhgiac.front.selectors.public import about_links, foot_lines, office_line, public_nav
from canhgiac.front.selectors.publichome import below_the_box
from canhgiac.library.services import doubts
from canhgiac.outreach.selectors.public import strips

ASKS, PICTURES, DOUBTS = Limit("check", 60, 60), Limit("picture", 10, 60), Limit("doubt", 10, 3600)
"""A school or an office asks from one address, so words have room; reading a picture takes seconds."""


def public_shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what the public frame shows; each part is read only when a template asks for it."""
    match = request.resolver_match
    profile = cache(province)  # one reading a page
    return {
        "public_nav": SimpleLazyObject(lambda: public_nav(match.url_name if match else None)),
        "province": SimpleLazyObject(lambda: profile().name),
        "contacts": SimpleLazyObject(lambda: foot_lines(profile())),
        "standing_office": SimpleLazyObject(lambda: office_line(profile())),
        "about_links": SimpleLazyObject(about_links),
        "warning_strips": SimpleLazyObject(strips),
    }


@gzip_page
@require_safe
def public_home(request: HttpRequest) -> HttpResponse:
    """The public door: one box to ask."""
    return _home(request, Asked(""))


@gzip_page
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """What a message, number, account, link or picture is. The token is checked below, once files stay in memory."""
    request.upload_handlers = [InMemory(request)]
    return _check(request)


@csrf_protect
def _check(request: HttpRequest) -> HttpResponse:
    form = CheckForm(request.POST, request.FILES)
    if request.method != "POST" or not form.is_valid():
        return _home(request, Asked(""))
    text, picture = form.cleaned_data["noi_dung"], form.picture()
    if not quota_take(limit=ASKS if picture is None else PICTURES, address=request.META["REMOTE_ADDR"]):
        busy = _("Mạng của bạn vừa hỏi rất nhiều lượt. Đợi một phút rồi bấm lại; nội dung vẫn còn trong ô.")
        return _home(request, Asked(text, error=busy), status=429)
    asked = ask(text, picture)
    if asked.answer is None:
        return _home(request, asked, status=422)
    message_observe(text=asked.text, answer=asked.answer)
    return _private(render(request, "front/public_answer.html", {"asked": asked, "answer": asked.answer}))


def _home(request: HttpRequest, asked: Asked, status: int = 200) -> HttpResponse:
    page = render(request, "front/public_home.html", {"asked": asked, "below": below_the_box()}, status=status)
    return _private(page) if asked.text else page


def _private(page: HttpResponse) -> HttpResponse:
    """No cache between keeps a page with somebody's message; the browser's own way back stays open."""
    page["Cache-Control"] = "private, no-cache"
    return page


@gzip_page
@require_safe
def golden_hour(request: HttpRequest) -> HttpResponse:
    """What to do in the first minutes after money or a code is gone, in order."""
    return render(request, "front/public_golden.html", {"golden": golden(request.GET)})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What we keep and do not keep."""
    return render(request, "front/public_privacy.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How the site can be used, and what still falls short."""
    return render(request, "front/public_accessibility.html")


@require_http_methods(["GET", "HEAD", "POST"])
def doubt_make(request: HttpRequest) -> HttpResponse:
    """A person disagrees with a verdict; the answer's page brings the masked message along (``mo``)."""
    opened = "mo" in request.POST
    form = DoubtForm(None if opened else request.POST or None, initial=request.POST.dict() if opened else None)
    if request.method == "POST" and not opened and form.is_valid():
        if quota_take(limit=DOUBTS, address=request.META["REMOTE_ADDR"]):
            doubts.doubt_make(**form.told())
            return redirect("doubt_thanks")
        form.add_error(None, _("Mạng của bạn vừa gửi nhiều ý kiến. Một giờ nữa gửi tiếp giúp chúng tôi."))
    return _private(render(request, "front/public_doubt.html", {"form": form}))


@require_safe
def doubt_thanks(request: HttpRequest) -> HttpResponse:
    """What happens with a disagreement."""
    return render(request, "front/public_doubt_thanks.html")
