"""What the pages of tips share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.kit.sealing import BrokenSealError
from canhgiac.kit.sheets import CSV, XLSX, Sheet, csv_lines, xlsx
from canhgiac.tips.selectors.scope import TipScope, scope_of
from canhgiac.tips.services.errors import TipRefused

OPEN = "mo"
"""Query key that asks for the page with the tip lying open."""


def scope_here(request: HttpRequest) -> TipScope:
    """The reach of the one who asks. Raises PermissionDenied for who has nothing to do with tips."""
    scope = scope_of(acting(request))
    if not scope.sees_any:
        raise PermissionDenied(_("Tin báo chỉ cán bộ tiếp nhận, điều phối viên và người kiểm tra xem được."))
    return scope


def tried(request: HttpRequest, form: BaseForm | None, act: Callable[[], Any]) -> Any:
    """What the act answers where the form is good; a refusal is shown at its field, or said above the page."""
    if form is not None and not form.is_valid():
        return None
    try:
        return act()
    except (TipRefused, NotAllowed, BrokenSealError) as refusal:
        field = getattr(refusal, "field", "")
        if form is None:
            messages.error(request, str(refusal))
        else:
            form.add_error(field if field in form.fields else None, str(refusal))
        return None


def back_to_tip(request: HttpRequest, tip_id: int) -> HttpResponse:
    """To the tip's page, open where it lay open."""
    query = f"?{OPEN}=1" if request.POST.get(OPEN) else ""
    return redirect(f"{reverse('tip_detail', args=[tip_id])}{query}")


def table(name: str, kind: str, heads: Sequence[str], rows: Iterable[list[Any]]) -> StreamingHttpResponse:
    """A list as a file."""
    headers = {"Content-Disposition": f'attachment; filename="{name}-{clock.today():%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(heads, rows), content_type=CSV, headers=headers)
    sheet = Sheet(name, heads, rows, [22] * len(heads))
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)
