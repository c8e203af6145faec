"""The staff home and what every staff page's frame needs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors.members import notices_unread
from canhgiac.agencies.views.access import acting
from canhgiac.front.forms import DeskForm
from canhgiac.front.selectors import Nav, desk, part_for, parts_shown
from canhgiac.front.selectors.paper import PDF, desk_paper
from canhgiac.front.selectors.sheets import desk_sheets
from canhgiac.front.selectors.wanted import choices_for
from canhgiac.front.selectors.watch import watch
from canhgiac.kit import clock
from canhgiac.kit.sheets import XLSX, xlsx
from canhgiac.plans.selectors.scope import scope_of


def vietnamese_first(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a page is in Vietnamese until the reader chooses otherwise.

    Most browsers here are set to English without their owner's choice, so what they ask for says nothing.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        return get_response(request)

    return respond


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what the staff frame shows; each part is read only when a template asks for it."""
    member = getattr(request, "user", None)
    if not isinstance(member, Member):
        return {}
    return {
        "nav": Nav(member, request.path),
        "search_url": reverse("task_list"),
        "notices_unread": partial(notices_unread, member),
    }


def _asked(request: HttpRequest) -> tuple[Member, DeskForm]:
    """Who asks, and the filter in the address."""
    member = acting(request)
    return member, DeskForm(request.GET or {}, member=member, choices=choices_for(member, scope_of(member)))


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The staff home; ``?day-du=1`` has every part at once, for paper and for browsers without JavaScript."""
    member, form = _asked(request)
    found = desk(member, wanted := form.wanted())
    rows = parts_shown(member, found, wanted, full="day-du" in request.GET)
    waits = watch(member)
    context = {"desk": found, "rows": rows, "form": form, "wanted": wanted, "today": clock.today()}
    context |= {"watch": waits, "watches": waits is not None}
    return render(request, "front/home.html", context)


@login_required
@require_safe
def desk_part(request: HttpRequest, part: str) -> HttpResponse:
    """One part of the staff home."""
    member, form = _asked(request)
    found = part_for(member, part, wanted := form.wanted())
    return render(request, found.template, {"data": found.data, "part": found, "wanted": wanted})


@login_required
@require_safe
def desk_xlsx(request: HttpRequest) -> StreamingHttpResponse:
    """The figures of the staff home as a workbook."""
    member, form = _asked(request)
    sheets = desk_sheets(member, form.wanted())
    return StreamingHttpResponse(xlsx(sheets), content_type=XLSX, headers=_attached("xlsx"))


@login_required
@require_safe
def desk_pdf(request: HttpRequest) -> HttpResponse:
    """The staff home on one A4 page."""
    member, form = _asked(request)
    return HttpResponse(desk_paper(member, form.wanted()), content_type=PDF, headers=_attached("pdf"))


def _attached(ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="ban-lam-viec-{clock.today():%Y-%m-%d}.{ending}"'}
