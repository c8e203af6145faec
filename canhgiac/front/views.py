"""The staff home and what every staff page's frame needs."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the navigation of the staff frame."""
    return {"nav": []}


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The staff home."""
    return render(request, "front/home.html")
