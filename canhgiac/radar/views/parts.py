"""What the radar's views share: trying an act, lists, files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, StreamingHttpResponse

from canhgiac.kit import clock
from canhgiac.kit.sheets import CSV, XLSX, Sheet, Value, csv_lines, xlsx
from canhgiac.radar.services.refusals import RadarRefused

ROWS = 30


def tried(request: HttpRequest, form: Any, act: Callable[[], object], done: str = "") -> bool:
    """Whether the form held and the act was done; a refusal is told at its field."""
    if not form.is_valid():
        return False
    try:
        act()
    except RadarRefused as refusal:
        form.refuse(refusal)
        return False
    if done:
        messages.success(request, done)
    return True


def say_errors(request: HttpRequest, form: Any) -> None:
    """What is wrong, as messages: for forms that have no page of their own."""
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, error)


def page_number(request: HttpRequest) -> int:
    """The page asked for, 1 for nonsense."""
    given = request.GET.get("page", "")
    return int(given) if given.isdecimal() and given.isascii() and len(given) < 7 else 1


def paged(request: HttpRequest, rows: Any) -> Any:
    """The page of a list that is asked for."""
    return Paginator(rows, ROWS).get_page(page_number(request))


def exports(request: HttpRequest) -> list[tuple[str, str]]:
    """Where the list comes as a file, as it is narrowed now."""
    return [(kind.upper(), f"xuat.{kind}?{request.GET.urlencode()}") for kind in ("xlsx", "csv")]


def file_of(name: str, kind: str, heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> StreamingHttpResponse:
    """A list as a workbook or as CSV, streamed."""
    headers = {"Content-Disposition": f'attachment; filename="{name}-{clock.today():%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(heads, rows), content_type=CSV, headers=headers)
    return StreamingHttpResponse(xlsx([Sheet(name, list(heads), rows)]), content_type=XLSX, headers=headers)
