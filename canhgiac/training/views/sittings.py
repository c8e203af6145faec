"""The player: one question a page, with and without script; the end and what came of it.

Who knows the uid of a sitting is the one who sits: there is no cookie and so nothing for another site to forge.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from canhgiac.kit import clock
from canhgiac.kit.files import FileStore
from canhgiac.training.models import Sitting
from canhgiac.training.selectors import playing as reads
from canhgiac.training.selectors.sittings import feedback_given, is_late, question_shown, result_of, seconds_left
from canhgiac.training.services import sittings as services
from canhgiac.training.services.progress import sitting_counted
from canhgiac.training.services.refusals import SittingOver, SittingRefused
from canhgiac.training.services.rounds import other_device

from .frames import drawn, spoken

BACK_TO = ("/hoc/", "/cuoc-thi/", "/dien-tap/", "/tap-huan/")
"""Where a sitting may lead back to (``ve`` in the address)."""


def own_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of the person who sits: nothing between keeps it."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "uid" in kwargs and other_device(uid=kwargs["uid"], key=request.COOKIES.get("may", "")):
            return render(request, "training/round_other_device.html", status=403)
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    return answer


def way_back(request: HttpRequest) -> str:
    """The page of ours that the sitting came from, as the address says; empty for any other."""
    told = request.GET.get("ve", "")
    ours = told.startswith(BACK_TO) and url_has_allowed_host_and_scheme(told, allowed_hosts=None)
    return told if ours else ""


def sitting_url(name: str, uid: UUID, request: HttpRequest, *further: int, **query: object) -> str:
    """The address of a page of this sitting, with the way back kept."""
    back = way_back(request)
    told = {name: value for name, value in (query | ({"ve": back} if back else {})).items() if value != ""}
    return reverse(name, args=[uid, *further]) + (f"?{urlencode(told)}" if told else "")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _context(request: HttpRequest, sitting: Sitting, **facts: Any) -> dict[str, Any]:
    back = way_back(request)
    return {"sitting": sitting, "back": back, "query": f"?{urlencode({'ve': back})}" if back else ""} | facts


@require_safe
@own_page
@spoken
def sitting_show(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One question: that of the address, or the first without an answer."""
    sitting = reads.sitting_by_uid(uid)
    if sitting.state != Sitting.State.OPEN or is_late(sitting, clock.now()):
        return redirect(sitting_url("sitting_result", uid, request))
    number, order = _number(request.GET.get("cau", "")), request.GET.get("thu_tu", "")
    play = reads.play_of(sitting, number=number, order=order[:200])
    return drawn(request, "training/sitting_show.html", _context(request, sitting, play=play))


@require_safe
@own_page
def sitting_questions(request: HttpRequest, uid: UUID) -> HttpResponse:
    """All questions as pieces of a page, for a device that goes on while it has no line."""
    sitting = reads.sitting_by_uid(uid)
    if sitting.state != Sitting.State.OPEN:
        raise Http404
    return drawn(request, "training/player_questions.html", _context(request, sitting, plays=reads.plays_of(sitting)))


@csrf_exempt
@require_POST
@own_page
def sitting_answer(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    """Keeps one answer, then the next question; without script a button also moves what is put in order."""
    sitting = reads.sitting_by_uid(uid)
    if not 1 <= number <= len(sitting.items):
        raise Http404
    if move := request.POST.get("chuyen"):
        order = ",".join(reads.moved(request.POST.getlist("thu_tu"), move))
        return redirect(sitting_url("sitting_show", uid, request, cau=number, thu_tu=order))
    given = reads.given_from(question_shown(sitting, number - 1)["kind"], request.POST)
    try:
        services.answer_give(sitting=sitting, position=number - 1, given=given, seconds=_seconds(request))
    except SittingRefused as refusal:
        return _refused(request, sitting, number, refusal)
    return _kept(request, sitting, number)


def _seconds(request: HttpRequest) -> float | None:
    try:
        return float(request.POST.get("giay", ""))
    except ValueError:
        return None


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _kept(request: HttpRequest, sitting: Sitting, number: int) -> HttpResponse:
    """The answer is kept: said to the script with what was right where that is told, else on to the next page."""
    feedback = feedback_given(sitting, number - 1)
    if _wants_json(request):
        told = render_to_string("training/player_feedback.html", {"feedback": feedback}) if feedback else ""
        return JsonResponse({"kept": True, "left": seconds_left(sitting), "feedback": told})
    following = number if feedback else number + 1 if number < len(sitting.items) else 0
    return redirect(sitting_url("sitting_show", sitting.uid, request, cau=following or number))


def _refused(request: HttpRequest, sitting: Sitting, number: int, refusal: SittingRefused) -> HttpResponse:
    over = isinstance(refusal, SittingOver)
    if _wants_json(request):
        return JsonResponse({"kept": False, "error": str(refusal), "over": over}, status=409 if over else 422)
    if over:
        _ended(sitting)
        return redirect(sitting_url("sitting_result", sitting.uid, request))
    play = reads.play_of(sitting, number=number, error=str(refusal))
    return drawn(request, "training/sitting_show.html", _context(request, sitting, play=play), status=422)


@require_safe
@own_page
def sitting_picture(request: HttpRequest, uid: UUID, number: int) -> HttpResponseBase:
    """The picture of one question of this sitting."""
    sitting = reads.sitting_by_uid(uid)
    if not 1 <= number <= len(sitting.items):
        raise Http404
    try:
        path = FileStore(settings.FILES_ROOT).path(question_shown(sitting, number - 1)["picture"])
        with path.open("rb") as file:
            kind = "image/png" if file.read(4) == b"\x89PNG" else "image/jpeg"
        return FileResponse(path.open("rb"), content_type=kind)
    except (ValueError, FileNotFoundError):
        raise Http404 from None


def _ended(sitting: Sitting) -> Sitting:
    """Ends it; whoever learns by it has it counted in their course."""
    row = services.sitting_end(sitting=sitting)
    sitting_counted(sitting=row)
    return row


@csrf_exempt
@require_POST
@own_page
def sitting_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Hands it in."""
    _ended(reads.sitting_by_uid(uid))
    return redirect(sitting_url("sitting_result", uid, request))


@require_safe
@own_page
@spoken
def sitting_result(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What came of it: points, each question with its explanation, what to learn next."""
    sitting = reads.sitting_by_uid(uid)
    if sitting.state == Sitting.State.OPEN and is_late(sitting, clock.now()):
        sitting = _ended(sitting)
    if sitting.state == Sitting.State.OPEN:
        return redirect(sitting_url("sitting_show", uid, request))
    return drawn(request, "training/sitting_result.html", _context(request, sitting, result=result_of(sitting)))
