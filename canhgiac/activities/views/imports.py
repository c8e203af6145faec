"""Importing activities from a sheet: upload, preview, take in, undo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.activities.forms.imports import ImportUpload, choices_of
from canhgiac.activities.models import ImportBatch
from canhgiac.activities.selectors.imports import SHOWN, Preview, import_for, imports_for
from canhgiac.activities.selectors.records import writing_agencies
from canhgiac.activities.services import imports
from canhgiac.activities.services.importfiles import fault_book, template_book
from canhgiac.activities.services.record import ActivityRefused
from canhgiac.activities.services.sheetrows import COLUMNS
from canhgiac.agencies.views.access import acting
from canhgiac.kit.sheets import XLSX

SAMPLE = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def activities_import_check(request: HttpRequest) -> HttpResponse:
    """The upload; the sheet is read and shown, nothing is recorded."""
    member = acting(request)
    agencies = writing_agencies(member)
    own = agencies.filter(pk=member.agency_id or 0).first() or agencies.first()
    initial = {"agency": own.pk if own else None}
    form = ImportUpload(request.POST or None, request.FILES or None, agencies=agencies, initial=initial)
    if form.is_valid():
        file, agency = form.cleaned_data["file"], form.cleaned_data["agency"]
        try:
            batch = imports.activities_import_check(by=member, agency=agency, file=file, file_name=file.name)
            return redirect("activities_import_preview", batch.pk)
        except ActivityRefused as refusal:
            form.add_error("file", str(refusal))
    context = {"form": form, "own": own, "recent": imports_for(member)[:10], "columns": COLUMNS.values()}
    return render(request, "activities/import.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def activities_import_template(request: HttpRequest, agency_id: int) -> HttpResponse:
    """The template for one agency."""
    agency = get_object_or_404(writing_agencies(acting(request)).select_related("area"), pk=agency_id)
    return _book(template_book(agency), "mau-hoat-dong")


@login_required
@require_safe
def activities_import_preview(request: HttpRequest, batch_id: int) -> HttpResponse:
    """What the sheet holds: good rows, rows at fault, names to be made clear."""
    batch = import_for(acting(request), batch_id)
    preview = Preview(batch)
    faults = [
        (line["row"], COLUMNS.get(error["column"], ""), line["values"].get(error["column"], ""), error["message"])
        for line in preview.bad[:SHOWN]
        for error in line["errors"]
    ]
    context: dict[str, Any] = {
        "batch": batch,
        "preview": preview,
        "faults": faults,
        "sample": preview.good[:SAMPLE],
        "before": imports.same_file(batch) if batch.state == ImportBatch.State.CHECKED else None,
    }
    return render(request, "activities/import_preview.html", context)


@login_required
@require_safe
def activities_import_faults(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The rows at fault as a workbook to mend."""
    return _book(fault_book(import_for(acting(request), batch_id)), "dong-loi")


@login_required
@require_POST
def activities_import_settle(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Which area each unclear name means."""
    batch, choices = import_for(acting(request), batch_id), choices_of(request.POST)
    try:
        imports.activities_import_settle(by=acting(request), batch=batch, choices=choices)
    except ActivityRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("activities_import_preview", batch.pk)


@login_required
@require_POST
def activities_import(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Takes the good rows in."""
    batch = import_for(acting(request), batch_id)
    try:
        count = imports.activities_import(by=acting(request), batch=batch)
        messages.success(request, _("Đã nhập %d hoạt động, gửi cấp trên xem xét.") % count)
    except ActivityRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("activities_import_preview", batch.pk)


@login_required
@require_POST
def activities_import_undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Withdraws what an import recorded."""
    batch = import_for(acting(request), batch_id)
    try:
        count = imports.activities_import_undo(by=acting(request), batch=batch)
        messages.success(request, _("Đã rút %d hoạt động của lần nhập này.") % count)
    except ActivityRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("activities_import_preview", batch.pk)


def _book(data: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return HttpResponse(data, content_type=XLSX, headers=headers)
