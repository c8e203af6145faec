"""The handbook for members: its pages, their pictures, a search."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from canhgiac.front.selectors import handbook


@login_required
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The front page; ``?tim=`` looks for words, ``?trang=`` goes to a page chosen in the list of a phone."""
    if chosen := request.GET.get("trang"):
        if chosen not in handbook.names():
            raise Http404
        return redirect("staff_handbook_page", chosen)
    if words := request.GET.get("tim", "").strip()[:120]:
        context = {"words": words, "hits": handbook.search(words), "most": handbook.MOST}
        return render(request, "front/handbook.html", context | {"chapters": handbook.chapters()})
    return _shown(request, handbook.FRONT)


@login_required
@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One page."""
    if name not in handbook.names():
        raise Http404
    return _shown(request, name)


@login_required
@require_safe
def picture(request: HttpRequest, name: str) -> FileResponse:
    """A picture of a page."""
    found = handbook.picture(name)
    if found is None:
        raise Http404
    path, kind = found
    return FileResponse(path.open("rb"), content_type=kind, headers={"Cache-Control": "private, max-age=3600"})


def _shown(request: HttpRequest, name: str) -> HttpResponse:
    read, is_front = handbook.page(name), name == handbook.FRONT
    parts = [part for part in read.sections if part.level == 2] if read and not is_front else []
    context = {"page": read, "name": name, "is_front": is_front and read, "parts": parts}
    return render(request, "front/handbook.html", context | {"chapters": handbook.chapters()})
