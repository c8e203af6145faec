"""Pages of the register of agencies."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies import services
from canhgiac.agencies.forms.register import (
    AgencyCloseForm,
    AgencyFilterForm,
    AgencyForm,
    AgencyImportConfirmForm,
    AgencyImportForm,
    AgencyMergeForm,
)
from canhgiac.agencies.models import Agency, Role
from canhgiac.agencies.selectors import has_role, require_role
from canhgiac.agencies.selectors.register import (
    AgencyFilter,
    agency_for,
    agency_page,
    agency_rows,
)
from canhgiac.agencies.selectors.register import (
    agency_list as agencies_listed,
)
from canhgiac.agencies.selectors.wording import named_many
from canhgiac.agencies.services import Refused
from canhgiac.agencies.services.imports import COLUMNS
from canhgiac.kit import clock
from canhgiac.kit.sheets import CSV, XLSX, Sheet, csv_lines, xlsx

from .access import acting, typed

ROWS = 50
SHOWN_FAULTS = 500
"""Faults on the preview page; more than that are counted."""


@login_required
@require_safe
def agency_list(request: HttpRequest) -> HttpResponse:
    """The register, narrowed, sorted, by pages."""
    form = AgencyFilterForm(request.GET)
    page = Paginator(agencies_listed(form.narrowed()), ROWS).get_page(request.GET.get("page"))
    query = request.GET.urlencode()
    context = {
        "form": form,
        "page": page,
        "today": clock.today(),
        "export": [(name, f"xuat.{kind}?{query}") for name, kind in (("Excel", "xlsx"), ("CSV", "csv"))],
        "may_edit": has_role(acting(request), Role.Kind.ADMIN),
    }
    return render(request, "agencies/agency_list.html", context)


@login_required
@require_safe
def agency_export(request: HttpRequest, ending: str) -> StreamingHttpResponse:
    """The list as a file, in the columns that the import reads, streamed."""
    rows = agency_rows(agencies_listed(AgencyFilterForm(request.GET).narrowed()))
    headings = [str(heading) for _key, heading in COLUMNS]
    return table_response(f"co-quan-{clock.today():%Y%m%d}", ending, Sheet(_("Cơ quan"), headings, rows, _WIDTHS))


_WIDTHS = (8, 45, 18, 22, 12, 24, 36, 50, 28, 12, 12, 45)


def table_response(name: str, ending: str, sheet: Sheet) -> StreamingHttpResponse:
    """The sheet as XLSX or CSV."""
    body = xlsx([sheet]) if ending == "xlsx" else csv_lines(sheet.headings, sheet.rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    return StreamingHttpResponse(body, content_type=XLSX if ending == "xlsx" else CSV, headers=headers)


@login_required
@require_safe
def agency_suggest(request: HttpRequest) -> HttpResponse:
    """Suggestions while a person types an agency's name, as options of a list."""
    text = typed(request)
    found = agencies_listed(AgencyFilter(text=text, on=clock.today()))[:20] if len(text) > 1 else []
    return render(request, "agencies/suggest.html", {"options": named_many(list(found))})


@login_required
@require_safe
def agency_detail(request: HttpRequest, agency_id: int) -> HttpResponse:
    """One agency: dates, names, who came before and after, what is below, who acts for it."""
    try:
        page = agency_page(agency_id)
    except Agency.DoesNotExist:
        raise Http404 from None
    may_edit = has_role(acting(request), Role.Kind.ADMIN, agency=page.agency)
    context = {"page": page, "agency": page.agency, "may_edit": may_edit, "today": clock.today()}
    return render(request, "agencies/agency_detail.html", context)


def refuse(form: Any, refusal: Refused) -> None:
    """Shows a service's refusal at its field."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agency_create(request: HttpRequest) -> HttpResponse:
    """A new agency."""
    require_role(acting(request), Role.Kind.ADMIN)
    initial = {"parent": agency_for(int(under)) if (under := request.GET.get("duoi", "")).isdecimal() else None}
    form = AgencyForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            agency = services.agency_create(by=acting(request), facts=form.facts())
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Đã thêm %(name)s.") % {"name": agency.name})
            return redirect("agency_detail", agency.pk)
    return _form(request, form, title=_("Thêm cơ quan"), do=_("Thêm"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agency_edit(request: HttpRequest, agency_id: int) -> HttpResponse:
    """Corrections to an agency."""
    agency = agency_for(agency_id)
    require_role(acting(request), Role.Kind.ADMIN, agency=agency)
    form = AgencyForm(request.POST or None, initial=AgencyForm.of(agency))
    if form.is_valid():
        try:
            services.agency_edit(by=acting(request), agency=agency, facts=form.facts())
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("agency_detail", agency.pk)
    return _form(request, form, title=_("Sửa %(name)s") % {"name": agency.name}, do=_("Lưu"), agency=agency)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agency_close(request: HttpRequest, agency_id: int) -> HttpResponse:
    """The end of an agency, and who carries on."""
    agency = agency_for(agency_id)
    require_role(acting(request), Role.Kind.ADMIN, agency=agency)
    form = AgencyCloseForm(request.POST or None)
    if form.is_valid():
        try:
            services.agency_close(by=acting(request), agency=agency, **form.cleaned_data)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Đã ghi ngày kết thúc của %(name)s.") % {"name": agency.name})
            return redirect("agency_detail", agency.pk)
    return _form(request, form, title=_("Kết thúc %(name)s") % {"name": agency.name}, do=_("Lưu"), agency=agency)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agency_merge(request: HttpRequest) -> HttpResponse:
    """Several agencies into one."""
    require_role(acting(request), Role.Kind.ADMIN)
    form = AgencyMergeForm(request.POST or None)
    if form.is_valid():
        try:
            into = services.agency_merge(by=acting(request), **form.cleaned_data)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Đã nhập vào %(name)s.") % {"name": into.name})
            return redirect("agency_detail", into.pk)
    return _form(request, form, title=_("Nhập cơ quan"), do=_("Nhập"))


def _form(request: HttpRequest, form: Any, **context: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "agencies/agency_form.html", {"form": form} | context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agency_import(request: HttpRequest) -> HttpResponse:
    """A table is read and shown, with every fault by line and column; nothing is stored."""
    require_role(acting(request), Role.Kind.ADMIN)
    form = AgencyImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "columns": COLUMNS, "kinds": Agency.Kind.labels}
    if form.is_valid():
        try:
            sha256, preview = services.agencies_import_read(by=acting(request), file=form.cleaned_data["file"])
        except Refused as refusal:
            refuse(form, refusal)
        else:
            confirm = AgencyImportConfirmForm(initial={"table": AgencyImportConfirmForm.sign(sha256)})
            context |= {"preview": preview, "faults": preview.faults[:SHOWN_FAULTS], "confirm": confirm}
    return render(request, "agencies/agency_import.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def agency_import_confirm(request: HttpRequest) -> HttpResponse:
    """Stores the table that was shown, all of it or nothing."""
    form = AgencyImportConfirmForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for error in form["table"].errors))
        return redirect("agency_import")
    try:
        done = services.agencies_import(by=acting(request), sha256=form.cleaned_data["table"])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("agency_import")
    told = {"created": len(done.created), "changed": len(done.changed)}
    messages.success(request, _("Đã nhập: thêm %(created)d, sửa %(changed)d cơ quan.") % told)
    return redirect("agency_list")
