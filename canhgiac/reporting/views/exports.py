"""The whole round as one wide table."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.kit.sheets import CSV, XLSX
from canhgiac.reporting.selectors import exports
from canhgiac.reporting.selectors.rounds import round_for


@login_required
@require_safe
def wide_export(request: HttpRequest, round_id: int, kind: str) -> HttpResponseBase:
    """The round's filed reports as CSV or a workbook, streamed: one row a report, one column a field."""
    member = acting(request)
    of = round_for(member, round_id)
    headers = {"Content-Disposition": f'attachment; filename="bao-cao-{of.pk}-{clock.today():%Y%m%d}.{kind}"'}
    table = exports.wide_table(of, member)
    if kind == "csv":
        return StreamingHttpResponse(exports.wide_csv(table), content_type=CSV, headers=headers)
    if too_large := exports.xlsx_refusal(table):
        messages.error(request, too_large)
        return redirect("round_reviews", of.pk)
    return StreamingHttpResponse(exports.wide_xlsx(table), content_type=XLSX, headers=headers)
