"""The staff home and what every staff page's frame needs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors.members import notices_unread
from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock

from .selectors import Nav, desk


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


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The staff home."""
    return render(request, "front/home.html", {"desk": desk(acting(request)), "today": clock.today()})
