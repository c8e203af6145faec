"""The rows behind the counts and sums of difficulties, proposals, commendations and money of a consolidated report."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.kit.sheets import XLSX, Sheet, xlsx
from canhgiac.reporting.models import Consolidation
from canhgiac.reporting.selectors import consolidations as found
from canhgiac.reporting.selectors import records
from canhgiac.reporting.selectors.traces import Live, book_of

from .consolidations import POP, ROWS, attached


@login_required
@require_safe
def consolidated_records(request: HttpRequest, consolidation_id: int, code: str) -> HttpResponse:
    """The records behind one figure: a few of them for the pop-up, all of them as a page."""
    row, live = _asked(request, consolidation_id, code)
    words, pop = request.GET.get("q", ""), bool(request.GET.get("khung"))
    rows = records.record_rows(row, code, words=words, sort=request.GET.get("sort", ""))
    page = Paginator(rows, POP if pop else ROWS).get_page(request.GET.get("page"))
    kind = records.kind_of(code)
    columns = [one for one in records.record_columns(kind) if one.in_pop or not pop]
    lines = records.record_lines(acting(request), row, kind, list(page), pop=pop)
    context = {
        "row": row, "round": row.round, "live": live, "page": page, "q": words, "columns": columns, "lines": lines,
        "kind": kind, "export": [("XLSX", f"xuat.xlsx?{request.GET.urlencode()}")],
    }  # fmt: skip
    return render(request, f"reporting/consolidation_record{'pop' if pop else 's'}.html", context)


@login_required
@require_safe
def consolidated_records_export(request: HttpRequest, consolidation_id: int, code: str) -> StreamingHttpResponse:
    """The records behind one figure as a workbook, with the names that the reader may see."""
    row, live = _asked(request, consolidation_id, code)
    kind = records.kind_of(code)
    rows = records.record_rows(row, code, words=request.GET.get("q", ""), sort=request.GET.get("sort", ""))
    names = records.names_for(acting(request), row) if kind == "commend" else {}
    heads = [column.label for column in records.record_columns(kind)]
    sheet = Sheet(live.title, heads, records.record_table(row, kind, names, rows), (44, 60, *[20] * (len(heads) - 2)))
    headers = attached(f"{_('Căn cứ')} - {live.title[:80]}.xlsx")
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


def _asked(request: HttpRequest, consolidation_id: int, code: str) -> tuple[Consolidation, Live]:
    row = found.consolidation_for(acting(request), consolidation_id)
    live = book_of(row).live.get(f"so:{code}") if records.is_record(code) else None
    if live is None:
        raise Http404
    return row, live
