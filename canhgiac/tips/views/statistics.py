"""Figures of the tips."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.kit.sheets import XLSX, xlsx
from canhgiac.tips.forms.handover import WindowForm
from canhgiac.tips.selectors import statistics as reads
from canhgiac.tips.views.parts import scope_here

DAYS = 90


@login_required
@require_safe
def tip_statistics(request: HttpRequest) -> HttpResponse:
    """The figures of a window; of the last 90 days unless asked otherwise."""
    scope_here(request)
    form, since, until = _window(request)
    figures = reads.statistics(acting(request), since, until)
    url = f"{reverse('tip_statistics_export')}?since={since}&until={until}"
    return render(request, "tips/statistics.html", {"form": form, "figures": figures, "export": [("XLSX", url)]})


@login_required
@require_safe
def tip_statistics_export(request: HttpRequest) -> StreamingHttpResponse:
    """The same as a workbook."""
    scope_here(request)
    _form, since, until = _window(request)
    headers = {"Content-Disposition": f'attachment; filename="so-lieu-tin-bao-{since:%Y%m%d}-{until:%Y%m%d}.xlsx"'}
    sheets = reads.sheets(reads.statistics(acting(request), since, until))
    return StreamingHttpResponse(xlsx(sheets), content_type=XLSX, headers=headers)


def _window(request: HttpRequest) -> tuple[WindowForm, dt.date, dt.date]:
    form, today = WindowForm(request.GET or None), clock.today()
    told = form.cleaned_data if form.is_valid() else {}
    until = told.get("until") or today
    since = told.get("since") or until - dt.timedelta(days=DAYS)
    if not form.is_bound:
        form = WindowForm(initial={"since": since, "until": until})
    return form, since, until
