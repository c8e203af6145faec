"""The receiver's pages: the reports of a round, one beside the period before, return, accept; a figure's rows."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from canhgiac.agencies.models import Agency
from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.kit.sheets import XLSX, Sheet, Value, xlsx
from canhgiac.reporting.forms.filing import FigureFilterForm, ReviewFilterForm, ReviewForm
from canhgiac.reporting.selectors import figures
from canhgiac.reporting.selectors.asked import asked_fields
from canhgiac.reporting.selectors.differences import differences
from canhgiac.reporting.selectors.filling import items_of, sections_of
from canhgiac.reporting.selectors.prefill import previous_answers
from canhgiac.reporting.selectors.reviewing import (
    comments_of,
    faults_of,
    receivers_of,
    review_page,
    review_rows,
)
from canhgiac.reporting.selectors.rounds import round_for
from canhgiac.reporting.selectors.submissions import Report, fields_of, files_by_code, report_for, steps_of
from canhgiac.reporting.services import review
from canhgiac.reporting.services.drafts import ReportRefused

ROWS = 50


@login_required
@require_safe
def review_list(request: HttpRequest, round_id: int) -> HttpResponse:
    """The filed reports of a round that the member may read, with what needs a second look."""
    of = round_for(acting(request), round_id)
    form = ReviewFilterForm(request.GET)
    rows = review_rows(acting(request), of, form.wanted())
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "round": of,
        "form": form,
        "page": page,
        "rows": review_page(acting(request), list(page)),
        "receivers": list(receivers_of(of)),
        "is_open": of.state == "open",
    }
    return render(request, "reporting/review_list.html", context)


@login_required
@require_safe
def submission_review(request: HttpRequest, duty_id: int) -> HttpResponse:
    """One filed report beside the period before, with its warnings, and boxes for comments at the fields."""
    return _review(request, report_for(acting(request), duty_id))


def _review(
    request: HttpRequest, report: Report, *, typed: ReviewForm | None = None, refusal: str = ""
) -> HttpResponse:
    shown = report.revision("")
    if shown is None:
        return redirect("submission_detail", report.duty.pk)
    fields = asked_fields(report.duty, shown.form_version_id, report=shown)
    shown.duty = report.duty
    faults = faults_of([shown]).get(shown.pk, [])
    previous = previous_answers([report.duty]).get(report.duty.pk)
    said = comments_of(shown)
    items = items_of(fields, shown, previous=previous, files=files_by_code(shown), comments=said.by_code)
    for fault in faults:
        items[fault.code].faults.append(fault)
    for code, item in items.items():
        item.raw = {"y": typed.comments.get(code, "") if typed else ""}
    before = report.before(shown)
    context: dict[str, Any] = {
        "report": report,
        "duty": report.duty,
        "shown": shown,
        "sections": sections_of(items),
        "faults": [(items[fault.code], fault) for fault in faults],
        "changed": differences(before, shown, fields),
        "before": before,
        "answered": comments_of(before),
        "comments": said,
        "steps": steps_of(report),
        "may_act": report.may_review and report.is_open and shown.state in ("filed", "accepted"),
        "note": typed.note if typed else "",
        "refusal": refusal,
    }
    return render(request, "reporting/review_detail.html", context, status=422 if refusal else 200)


@login_required
@require_POST
def submission_return(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Sends the report back with the comments typed at its fields."""
    report = report_for(acting(request), duty_id)
    shown = report.revision(request.POST.get("lan", ""))
    if shown is None:
        raise Http404
    typed = ReviewForm(fields_of(shown.form_version_id), request.POST)
    try:
        review.submission_return(by=acting(request), submission=shown, comments=typed.comments, note=typed.note)
    except ReportRefused as refusal:
        return _review(request, report, typed=typed, refusal=str(refusal))
    messages.success(request, _("Đã trả lại báo cáo của %(agency)s.") % {"agency": report.duty.agency})
    return redirect("round_reviews", report.duty.round_id)


@login_required
@require_POST
def submission_accept(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Accepts the report and goes on to the next one."""
    report = report_for(acting(request), duty_id)
    shown = report.revision(request.POST.get("lan", ""))
    if shown is None:
        raise Http404
    try:
        review.submission_accept(by=acting(request), submission=shown)
    except ReportRefused as refusal:
        return _review(request, report, refusal=str(refusal))
    messages.success(request, _("Đã nhận báo cáo của %(agency)s.") % {"agency": report.duty.agency})
    return redirect("round_reviews", report.duty.round_id)


@login_required
@require_POST
def submissions_accept(request: HttpRequest, round_id: int) -> HttpResponse:
    """Accepts the ticked reports that carry no warning."""
    of = round_for(acting(request), round_id)
    ticked = [int(pk) for pk in request.POST.getlist("bao_cao") if pk.isdecimal() and len(pk) < 19]
    done = review.submissions_accept(by=acting(request), submissions=ticked)
    if done.accepted:
        words = ngettext("Đã nhận %(n)s báo cáo.", "Đã nhận %(n)s báo cáo.", done.accepted)
        messages.success(request, words % {"n": done.accepted})
    for line in done.left:
        messages.warning(request, line)
    if not ticked:
        messages.info(request, _("Chưa chọn báo cáo nào."))
    return redirect("round_reviews", of.pk)


# What a figure opens ------------------------------------------------------------------------------------------------


@login_required
@require_safe
def figure_rows(request: HttpRequest, round_id: int, code: str) -> HttpResponse:
    """The rows of one figure of a round, one an agency; for htmx the list alone."""
    of = round_for(acting(request), round_id)
    field = figures.figure_field(of, code)
    form = FigureFilterForm(request.GET)
    wanted = form.wanted()
    above = get_object_or_404(Agency, pk=form.reports_to) if form.reports_to else None
    rows = figures.figure_rows(of, code, acting(request), reports_to=above, **wanted)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "round": of,
        "field": field,
        "form": form,
        "above": above,
        "tally": figures.figure_tally(rows),
        "page": page,
        "rows": figures.chipped(page),
        "export": [("XLSX", f"xuat.xlsx?{request.GET.urlencode()}")],
    }
    partial = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]  # set by its middleware
    return render(request, f"reporting/figure_{'fragment' if partial else 'rows'}.html", context)


@login_required
@require_safe
def figure_export(request: HttpRequest, round_id: int, code: str) -> StreamingHttpResponse:
    """The same rows as a workbook."""
    of = round_for(acting(request), round_id)
    field = figures.figure_field(of, code)
    form = FigureFilterForm(request.GET)
    wanted = form.wanted()
    above = get_object_or_404(Agency, pk=form.reports_to) if form.reports_to else None
    rows = figures.figure_rows(of, code, acting(request), reports_to=above, **wanted)
    sheet = Sheet(code, figures.rows_headings(field), figures.rows_for_sheet(rows), (44, 20, 18, 18, 14))
    headers = {"Content-Disposition": f'attachment; filename="so-lieu-{clock.today():%Y%m%d}.xlsx"'}
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


@login_required
@require_safe
def figure_sources(request: HttpRequest, duty_id: int, field_id: int) -> HttpResponse:
    """The rows behind one figure of one report: as they stand for a draft, as they were frozen for a filed one."""
    report = report_for(acting(request), duty_id)
    field = next((one for one in fields_of(report.form_version_id) if one.pk == field_id), None)
    if field is None:
        raise Http404
    rows, frozen = figures.rows_behind(
        report, field, request.GET.get("lan", ""), text=request.GET.get("q", ""), sort=request.GET.get("sort", "")
    )
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "report": report,
        "duty": report.duty,
        "field": field,
        "frozen": frozen,
        "page": page,
        "lines": figures.linked(list(page)),
        "total": figures.total_of(rows),
        "q": request.GET.get("q", ""),
        "export": [("XLSX", f"xuat.xlsx?{request.GET.urlencode()}")],
    }
    return render(request, "reporting/figure_sources.html", context)


@login_required
@require_safe
def figure_sources_export(request: HttpRequest, duty_id: int, field_id: int) -> StreamingHttpResponse:
    """The same rows as a workbook."""
    report = report_for(acting(request), duty_id)
    field = next((one for one in fields_of(report.form_version_id) if one.pk == field_id), None)
    if field is None:
        raise Http404
    rows, _frozen = figures.rows_behind(
        report, field, request.GET.get("lan", ""), text=request.GET.get("q", ""), sort=request.GET.get("sort", "")
    )
    heads = [_("Ngày"), _("Nội dung"), _("Số lượng"), _("Loại")]
    lines: list[list[Value]] = [[row.on, row.label, row.quantity, figures.origin_words(row.origin)] for row in rows]
    headers = {"Content-Disposition": f'attachment; filename="can-cu-{clock.today():%Y%m%d}.xlsx"'}
    return StreamingHttpResponse(
        xlsx([Sheet(field.code, heads, lines, (12, 80, 14, 18))]), content_type=XLSX, headers=headers
    )
