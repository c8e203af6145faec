"""The filtered list as a workbook or as CSV, streamed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from canhgiac.activities.forms.activities import ActivityFilterForm
from canhgiac.activities.selectors import exports
from canhgiac.activities.selectors.activities import activities_for, filtered, ordered
from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.kit.sheets import CSV, XLSX, Sheet, csv_lines, xlsx


@login_required
@require_safe
def activity_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """All rows of the list as the address narrows and sorts it."""
    form = ActivityFilterForm(request.GET)
    found = filtered(activities_for(acting(request)), form.wanted())
    rows = exports.rows(ordered(found, form.order))
    headers = {"Content-Disposition": f'attachment; filename="hoat-dong-{clock.today():%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(exports.headings(), rows), content_type=CSV, headers=headers)
    sheet = Sheet(_("Hoạt động"), exports.headings(), rows, exports.WIDTHS)
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)
