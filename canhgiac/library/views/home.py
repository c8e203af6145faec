"""The library's home: what waits for me, what runs out, what there is."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.library.selectors.reviews import library_desk


@login_required
@require_safe
def library_home(request: HttpRequest) -> HttpResponse:
    """What waits and what the library holds."""
    return render(request, "library/home.html", {"desk": library_desk(acting(request))})
