"""What stands behind a drill's link: the lesson, and nothing that could take anything.

No function here looks at the body or the query of a request; the forms of the page are buttons without fields. They are
exempt from the CSRF check because that check would read the body.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from canhgiac.training.models import DrillTarget
from canhgiac.training.selectors.drills import target_by_token
from canhgiac.training.selectors.lures import lure_face
from canhgiac.training.services.drilltraces import Visit, lesson_begin, seen_note, understood_note, visit_note
from canhgiac.training.services.refusals import TrainingRefused

_PURPOSES = ("Purpose", "Sec-Purpose", "X-Purpose", "X-Moz")


@never_cache
@csrf_exempt
def drill_landing(request: HttpRequest, token: str, rest: str = "") -> HttpResponse:
    """GET shows the lesson; the page's own buttons press; everything else is answered with the lesson as well."""
    target = target_by_token(token)
    if target is None:
        raise Http404
    if request.method == "POST" and _is_own(request):
        return _pressed(request, target, rest)
    if request.method in {"GET", "HEAD"} and not rest:
        visit_note(target=target, visit=_visit(request))
    return _lesson(request, target)


def _pressed(request: HttpRequest, target: DrillTarget, rest: str) -> HttpResponse:
    if rest == "da-xem/":
        seen_note(target=target)
        return HttpResponse(status=204)
    if rest == "da-hieu/":
        understood_note(target=target)
        return redirect("drill_landing", target.token, "da-hieu/")
    if rest == "cau-hoi/":
        try:
            understood_note(target=target)
            return redirect("sitting_show", lesson_begin(target=target).uid)
        except TrainingRefused:
            pass
    return _lesson(request, target)


def _lesson(request: HttpRequest, target: DrillTarget) -> HttpResponse:
    understood = request.path.endswith("/da-hieu/")
    context = {"target": target, "face": lure_face(target.lure), "understood": understood}
    answer = render(request, "training/drill_lesson.html", context)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


def _visit(request: HttpRequest) -> Visit:
    heads = request.headers
    purpose = " ".join(heads.get(name, "") for name in _PURPOSES)
    return Visit(
        request.method or "", heads.get("User-Agent", ""), purpose.strip(), heads.get("Sec-Fetch-Dest", "").lower()
    )


def _is_own(request: HttpRequest) -> bool:
    """Whether our own page sent it: browsers say so in a header that scripts of others cannot set (Fetch metadata)."""
    site = request.headers.get("Sec-Fetch-Site", "")
    if site:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()
