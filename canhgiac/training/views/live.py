"""Live events: the host's pages and big screen, and what phones ask for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.selectors import province, require_role
from canhgiac.agencies.views.access import acting
from canhgiac.engines.quizzes.marking import AnswerRefused
from canhgiac.kit.sheets import XLSX, Sheet, xlsx
from canhgiac.library.selectors.renderings import readable, site_url
from canhgiac.outreach.selectors.subscribers import qr_picture
from canhgiac.training.forms.contests import JoinForm, LiveFilterForm, LiveForm, PinForm
from canhgiac.training.models import LiveEvent
from canhgiac.training.selectors import live as reads
from canhgiac.training.services import live as services
from canhgiac.training.services.refusals import TrainingRefused

WRITE = ["GET", "HEAD", "POST"]
ROWS = 50
COOKIE = "phong"
BODY_MOST = 4000
"""Bytes of one answer."""

# The host -----------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def live_list(request: HttpRequest) -> HttpResponse:
    """Live events of the member's agencies, the newest first."""
    member, form = acting(request), LiveFilterForm(request.GET)
    require_role(member, *reads.RUNNING)
    page = Paginator(reads.events_for(member, **form.wanted()), ROWS).get_page(request.GET.get("page"))
    return render(request, "training/live_list.html", {"form": form, "page": page})


@login_required
@require_http_methods(WRITE)
def live_create(request: HttpRequest) -> HttpResponse:
    """A new event; then its screen."""
    member = acting(request)
    require_role(member, *reads.RUNNING)
    form = LiveForm(request.POST if request.method == "POST" else None, member=member)
    if form.is_bound and form.is_valid():
        try:
            row = services.live_make(by=member, **form.cleaned_data)
            return redirect("live_screen", row.pk)
        except TrainingRefused as refusal:
            form.refuse(refusal)
    return render(request, "training/live_form.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@never_cache
@require_safe
def live_screen(request: HttpRequest, event_id: int) -> HttpResponse:
    """The big screen. With ``phan``, its changing part; 204 while the stamp in ``co`` stands."""
    event = reads.event_for(acting(request), event_id)
    screen = reads.screen_of(event)
    if request.GET.get("phan") and request.GET.get("co") == screen.stamp:
        return HttpResponse(status=204)
    template = "training/live_screen_part.html" if request.GET.get("phan") else "training/live_screen.html"
    return render(request, template, {"screen": screen, "event": event, **_door(event)})


def _door(event: LiveEvent) -> dict[str, Any]:
    """The way in for phones: its address in words and as a code."""
    url = site_url(province(), f"/cuoc-thi/phong/{event.pin}/")
    return {"url": readable(site_url(province(), "/cuoc-thi/phong/")), "qr": qr_picture(url)}


@login_required
@require_POST
def live_step(request: HttpRequest, event_id: int) -> HttpResponse:
    """One step on; the screen asks for its part again by itself."""
    event = reads.event_for(acting(request), event_id)
    seen = request.POST.get("version", "")
    services.live_next(by=acting(request), event=event, version=int(seen) if seen.isdecimal() else 0)
    return _screen_again(request, event_id)


@login_required
@require_POST
def live_stop(request: HttpRequest, event_id: int) -> HttpResponse:
    """Ends the event."""
    services.live_end(by=acting(request), event=reads.event_for(acting(request), event_id))
    return _screen_again(request, event_id)


@login_required
@require_POST
def live_remove(request: HttpRequest, event_id: int, player_id: int) -> HttpResponse:
    """Takes a name off the screen."""
    event = reads.event_for(acting(request), event_id)
    services.live_player_remove(by=acting(request), event=event, player_id=player_id)
    return _screen_again(request, event_id)


def _screen_again(request: HttpRequest, event_id: int) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect("live_screen", event_id)
    event = reads.event_for(acting(request), event_id)
    context = {"screen": reads.screen_of(event), "event": event, **_door(event)}
    return render(request, "training/live_screen_part.html", context)


@login_required
@require_safe
def live_detail(request: HttpRequest, event_id: int) -> HttpResponse:
    """How the event went: players by points, questions by how many knew them."""
    event = reads.event_for(acting(request), event_id)
    page = Paginator(reads.standing(event.pk), ROWS).get_page(request.GET.get("page"))
    context = {"event": event, "page": page, "questions": reads.question_shares(event)}
    return render(request, "training/live_detail.html", context)


@login_required
@require_safe
def live_export(request: HttpRequest, event_id: int) -> StreamingHttpResponse:
    """The result as a workbook."""
    event = reads.event_for(acting(request), event_id)
    headings = [_("Hạng"), _("Tên hiện trên màn hình"), _("Lớp, tổ, đội"), _("Điểm")]
    sheet = Sheet(_("Kết quả"), headings, reads.result_rows(event), [8, 40, 30, 10])
    headers = {"Content-Disposition": f'attachment; filename="thi-tai-cho-{event.pk}.xlsx"'}
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


# The phones ---------------------------------------------------------------------------------------------------------


@never_cache
@require_safe
def live_door(request: HttpRequest) -> HttpResponse:
    """Where the six digits of the big screen are typed."""
    form = PinForm(request.GET if "pin" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("live_room", form.cleaned_data["pin"])
    return render(request, "training/live_door.html", {"form": form})


@never_cache
@require_http_methods(WRITE)
def live_room(request: HttpRequest, pin: str) -> HttpResponse:
    """One phone: a name first, then questions. The cookie is the phone's place, also after the connection was lost."""
    event, key = reads.event_by_pin(pin), request.COOKIES.get(COOKIE, "")
    form = JoinForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if not key:
            form.add_error(None, _("Trình duyệt đang chặn cookie của trang này. Cho phép cookie rồi vào lại."))
        else:
            try:
                services.player_join(event=event, key=key, **form.cleaned_data)
                return redirect("live_room", pin)
            except TrainingRefused as refusal:
                form.refuse(refusal)
    player = reads.player_of(event, key)
    template = "training/live_phone.html" if player and not player.removed_at else "training/live_join.html"
    context = {"event": event, "form": form, "player": player, "told": reads.phone_told(pin, key) if player else {}}
    answer = render(request, template, context, status=422 if form.errors else 200)
    if not key:
        path, secure = f"/cuoc-thi/phong/{pin}/", request.is_secure()
        answer.set_cookie(
            COOKIE, services.phone_key(), max_age=12 * 3600, path=path, httponly=True, samesite="Lax", secure=secure
        )
    return answer


@require_POST
def live_room_answer(request: HttpRequest, pin: str) -> HttpResponse:
    """One answer of a phone without a script; its page then says whether it is kept."""
    position, several = request.POST.get("position", ""), request.POST.getlist("several")
    given = several or request.POST.get("given", "")
    if position.isdecimal() and len(position) < 4:
        with suppress(AnswerRefused):
            services.live_answer(pin=pin, key=request.COOKIES.get(COOKIE, ""), position=int(position), given=given)
    return redirect("live_room", pin)


def _json(told: dict[str, Any], status: int = 200) -> JsonResponse:
    answer = JsonResponse(told, status=status)
    answer["Cache-Control"], answer["X-Content-Type-Options"] = "no-store", "nosniff"
    answer["Content-Length"] = str(len(answer.content))  # the middleware that would say it is not asked
    return answer


@require_safe
def live_state(request: HttpRequest, pin: str) -> HttpResponse:
    """What a phone is to show now; little where it shows it already."""
    seen = request.GET.get("co", "")
    told = reads.phone_state(pin, request.COOKIES.get(COOKIE, ""), int(seen) if seen.isdecimal() else 0)
    return _json(told) if told is not None else _json({"state": "none"}, 404)


@csrf_exempt  # the phone's own key in a SameSite cookie, and a type that no form can send
@require_POST
def live_answer(request: HttpRequest, pin: str) -> HttpResponse:
    """One answer. 200 says that it is kept, or why it cannot be; anything else that it has to be sent again."""
    if request.content_type != "application/json" or int(request.META.get("CONTENT_LENGTH") or 0) > BODY_MOST:
        return _json({"answer": "refused"}, 400)
    try:
        told = json.loads(request.body)
        position, given = int(told["position"]), told["given"]
        return _json(
            {
                "answer": services.live_answer(
                    pin=pin, key=request.COOKIES.get(COOKIE, ""), position=position, given=given
                )
            }
        )
    except (ValueError, KeyError, TypeError, RecursionError, AnswerRefused):
        return _json({"answer": "refused"}, 400)


_HOT = re.compile(r"/cuoc-thi/phong/(\d{6})/(trang-thai|tra-loi)\.json")


def live_first(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware before all others: answers the two questions that hundreds of phones ask all the time.

    Sessions, languages, messages and the rest are of no use to them and cost several times the answer itself.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/cuoc-thi/phong/") and (hot := _HOT.fullmatch(request.path_info)):
            return (live_state if hot[2] == "trang-thai" else live_answer)(request, hot[1])
        return get_response(request)

    return respond
