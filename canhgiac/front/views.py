"""The staff home and what every staff page's frame needs."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from canhgiac.agencies.models import Member
from canhgiac.kit import clock

from .selectors import Nav, desk


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the navigation of the staff frame, built only when a template shows it."""
    member = getattr(request, "user", None)
    return {"nav": Nav(member, request.path) if isinstance(member, Member) else ()}


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The staff home."""
    assert isinstance(request.user, Member)
    return render(request, "front/home.html", {"desk": desk(request.user), "today": clock.today()})
