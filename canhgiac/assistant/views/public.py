"""The page where anybody asks: a form without JavaScript, the same pieces put in place with it."""

from __future__ import annotations

from itertools import chain

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.services import Limit, quota_take
from canhgiac.assistant.forms.talks import SayForm, TipForm
from canhgiac.assistant.models import Talk
from canhgiac.assistant.selectors.pictures import PictureRefused
from canhgiac.assistant.selectors.talkpages import TalkPage, talk_now, talk_page_of, turn_for, why_asked
from canhgiac.assistant.selectors.talks import talk_open, talk_shown
from canhgiac.assistant.selectors.watches import watch_offer_of_tip
from canhgiac.assistant.services import duty, talks
from canhgiac.assistant.services.refusals import AssistantRefused
from canhgiac.assistant.services.tipping import talk_tip as tip_hand_over
from canhgiac.engines.recognition.pictures import MOST_BYTES
from canhgiac.kit import uploads
from canhgiac.tips.selectors.consent import consent_current
from canhgiac.tips.selectors.receipts import receipt_page
from canhgiac.tips.selectors.vault import vault_ready
from canhgiac.tips.services.errors import TipRefused
from canhgiac.tips.services.gate import gate_pass

from .persons import key_begun, key_of, keyed, member_of, unkeyed

SAYS, PICTURES, HUMANS = Limit("talk", 60, 60), Limit("picture", 10, 60), Limit("talk-human", 20, 3600)
"""A school or an office asks from one address; reading a picture takes seconds; a person on duty has two hands."""
NEWEST = "#moi"
PART = "X-Talk-Part"
"""The header by which our script asks for the talk alone; its value is the version that the page shows."""


HAVE = "X-Talk-Have"
"""The header that tells how many turns the script has: a long talk is not sent again with each word."""


class OnePicture(uploads.InMemory):
    """Keeps one picture of at most ``MOST_BYTES`` in memory; nothing of it touches the disk."""

    most = MOST_BYTES


@gzip_page
@never_cache
@require_safe
def talk_page(request: HttpRequest) -> HttpResponse:
    """The talk; with the script's header only its part, and 204 while nothing is new."""
    page = talk_page_of(_shown(request))
    if request.headers.get(PART) == page.version and page.version:
        return HttpResponse(status=204)
    return shown(request, page)


@gzip_page
@never_cache
@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def talk_panel(request: HttpRequest) -> HttpResponse:
    """The same talk in the panel beside our public pages; a page of somebody else's cannot frame it."""
    return render(request, "assistant/talk_panel.html", {"page": talk_page_of(_shown(request))})


@gzip_page
@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def talk_say(request: HttpRequest) -> HttpResponse:
    """Takes a message and answers it. The token is checked below, once the picture stays in memory."""
    request.upload_handlers = [OnePicture(request)]
    return _say(request) if request.method == "POST" else redirect("talk_page")


@csrf_protect
def _say(request: HttpRequest) -> HttpResponse:
    form = SayForm(request.POST, request.FILES)
    typed = request.POST.get("noi_dung", "")
    if not form.is_valid():
        return refused(request, typed, " ".join(map(str, chain(*form.errors.values()))), 422)
    if not quota_take(limit=PICTURES if request.FILES else SAYS, address=request.META["REMOTE_ADDR"]):
        return refused(request, typed, _("Mạng của bạn vừa gửi rất nhiều tin. Đợi một phút rồi bấm lại."), 429)
    key, cookie = key_begun(request)
    talk = talks.talk_of(channel=Talk.Channel.WEB, key=key, member=member_of(request))
    try:
        talks.talk_say(talk=talk, text=typed, picture=form.picture())
    except (AssistantRefused, PictureRefused) as refusal:
        return keyed(refused(request, typed, str(refusal), 422, talk), cookie)
    return keyed(_again(request, talk), cookie)


@never_cache
@require_POST
def talk_mark(request: HttpRequest, number: int) -> HttpResponse:
    """Whether an answer helped, by the person themselves."""
    talk = _shown(request)
    turn = turn_for(talk, number) if talk is not None else None
    if turn is not None:
        talks.turn_mark(turn=turn, helpful=request.POST.get("giup") == "1")
    return _again(request, talk, f"#luot-{number}")


@never_cache
@require_POST
def talk_human(request: HttpRequest) -> HttpResponse:
    """Asks for a person, or no longer; the answer tells the place in the queue and the hours."""
    talk = _talk(request)
    if talk is None:
        return refused(request, "", _("Viết vài câu chuyện đang xảy ra, rồi gặp người trực."), 422)
    if "thoi" in request.POST:
        duty.duty_leave(talk=talk)
    elif not quota_take(limit=HUMANS, address=request.META["REMOTE_ADDR"]):
        return refused(request, "", _("Mạng của bạn vừa gọi người trực nhiều lần. Việc gấp thì gọi 113."), 429, talk)
    else:
        duty.duty_ask(talk=talk, why=why_asked(talk))
    return _again(request, talk)


@never_cache
@require_POST
def talk_erase(request: HttpRequest) -> HttpResponse:
    """Erases the talk at once, and the browser's key with it."""
    talk = _shown(request)
    if talk is not None:
        talks.talk_erase(talk=talk)
    return unkeyed(_again(request, None, ""))


@gzip_page
@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def talk_tip(request: HttpRequest) -> HttpResponse:
    """The tip drafted from the talk: shown first, sent when the person says so."""
    request.upload_handlers = [uploads.InMemory(request)]
    return _tip(request)


@csrf_protect
def _tip(request: HttpRequest) -> HttpResponse:
    talk = _talk(request)
    if talk is None:
        return redirect("talk_page")
    if request.method != "POST":
        return _draft(request, TipForm.of_talk(talk))
    form = TipForm(request.POST)
    if not form.is_valid():
        return _draft(request, form, 422)
    data = form.told(request.LANGUAGE_CODE or "vi")
    try:
        gate_pass(
            address=request.META["REMOTE_ADDR"],
            challenge=form.cleaned_data["thu_thach"],
            answer=form.cleaned_data["loi_giai"],
        )
        receipt = tip_hand_over(talk=talk, data=data, client_key=form.cleaned_data["khoa"])
    except (TipRefused, AssistantRefused) as refusal:
        form.add_error(None, str(refusal))
        return _draft(request, form, 429)
    context = {"receipt": receipt_page(receipt.code, receipt.tip), "offer": watch_offer_of_tip(receipt.tip)}
    return render(request, "assistant/talk_receipt.html", context)


def _draft(request: HttpRequest, form: TipForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "ready": vault_ready(), "consent": consent_current()}
    return render(request, "assistant/talk_tip.html", context, status=status)


def shown(request: HttpRequest, page: TalkPage, status: int = 200) -> HttpResponse:
    """The whole page, or for our script the talk alone."""
    name = "assistant/talk_part.html" if PART in request.headers else "assistant/talk_page.html"
    return render(request, name, {"page": page}, status=status)


def refused(request: HttpRequest, typed: str, error: str, status: int, talk: Talk | None = None) -> HttpResponse:
    """The page with what was typed still in its box, and what to do."""
    return shown(request, talk_page_of(talk or _shown(request), typed=typed, error=error), status)


def _talk(request: HttpRequest) -> Talk | None:
    """The person's open talk; nobody else's key opens it."""
    key = key_of(request)
    return talk_open(channel=Talk.Channel.WEB, key=key) if key else None


def _shown(request: HttpRequest) -> Talk | None:
    """The same, or the one that ended last, to be read again."""
    key = key_of(request)
    return talk_shown(channel=Talk.Channel.WEB, key=key) if key else None


def _again(request: HttpRequest, talk: Talk | None, place: str = NEWEST) -> HttpResponse:
    """After an act: the script gets the talk as it is now, a plain form is sent back to the page."""
    if PART in request.headers:
        had = request.headers.get(HAVE, "")
        return shown(request, talk_page_of(talk_now(talk), after=int(had) if had.isdecimal() and len(had) < 6 else 0))
    return redirect(f"{reverse('talk_page')}{place}")
