"""The form builder: the list, one version with its fields, the preview, publishing, a workbook in and out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.kit.sheets import XLSX, Sheet, xlsx
from canhgiac.plans.selectors.scope import scope_of
from canhgiac.reporting.forms.forms import (
    FieldForm,
    FieldsImportForm,
    FormCreateForm,
    FormFilterForm,
    TitleForm,
    VersionSeen,
)
from canhgiac.reporting.models import FormField, FormVersion
from canhgiac.reporting.selectors import forms as found
from canhgiac.reporting.selectors.filling import items_of, sections_of
from canhgiac.reporting.services import forms as act
from canhgiac.reporting.services.fieldimport import FaultyFile, fields_import
from canhgiac.reporting.services.refusals import Refused

PER_PAGE = 25


@login_required
@require_safe
def form_list(request: HttpRequest) -> HttpResponse:
    """The report forms within reach."""
    member, form = acting(request), FormFilterForm(request.GET)
    page = Paginator(found.forms_list(member, form.wanted()), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "scope": scope_of(member),
        "export": [("XLSX", f"xuat.xlsx?{request.GET.urlencode()}")],
    }
    return render(request, "reporting/form_list.html", context)


@login_required
@require_safe
def form_export(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered list of forms as a workbook."""
    rows = found.form_rows(found.forms_list(acting(request), FormFilterForm(request.GET).wanted()))
    return _workbook("mau-bao-cao", Sheet(_("Mẫu báo cáo"), found.form_headings(), rows, (60, 36, 40, 12, 16, 10)))


def _workbook(name: str, sheet: Sheet) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}-{clock.today():%Y%m%d}.xlsx"'}
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


@login_required
def form_create(request: HttpRequest) -> HttpResponse:
    """A new form: from the starter, from a plan, or empty."""
    member = acting(request)
    form = FormCreateForm(request.POST or None, member=member)
    if request.method == "POST" and form.is_valid():
        version = _create(request, form.cleaned_data)
        messages.success(request, _("Đã tạo mẫu. Sửa các mục, xem thử rồi ban hành."))
        return redirect("form_version", version.pk)
    return render(request, "reporting/form_create.html", {"form": form})


def _create(request: HttpRequest, given: dict[str, Any]) -> FormVersion:
    member, agency = acting(request), given["co_quan"]
    if given["tu"] == "ke_hoach":
        version = act.form_from_plan(by=member, plan=given["ke_hoach"], agency=agency)
    elif given["tu"] == "mau_san":
        version = act.form_starter(by=member, agency=agency)
    else:
        return act.form_create(by=member, agency=agency, title=given["ten"])
    if given["ten"]:
        act.form_rename(by=member, form=version.form, title=given["ten"])
    return version


@login_required
@require_safe
def form_version(request: HttpRequest, version_id: int) -> HttpResponse:
    """One version: its fields; for a coordinator of its agency what can be done with it."""
    version = found.version_for(acting(request), version_id)
    return render(request, "reporting/form_version.html", _context(request, version))


def _context(request: HttpRequest, version: FormVersion, **more: Any) -> dict[str, Any]:
    before = found.published_before(version)
    steered = found.form_steered(scope_of(acting(request)), version.form)
    return {
        "version": version,
        "form_of": version.form,
        "versions": version.form.versions.order_by("-number"),
        "sections": found.sections_of(version),
        "editable": steered and version.state == FormVersion.State.DRAFT,
        "steered": steered,
        "before": before,
        "changes": found.version_changes(version, before) if before else [],
        "rounds": found.rounds_using(version),
        "title": TitleForm(initial={"ten": version.form.title}),
        "load": FieldsImportForm(initial={"version": version.version}),
    } | more


@login_required
@require_safe
def form_preview(request: HttpRequest, version_id: int) -> HttpResponse:
    """The form as the officer sees it; nothing can be sent from here."""
    version = found.version_for(acting(request), version_id)
    context = {"version": version, "sections": sections_of(items_of(list(version.fields.all()), None))}
    return render(request, "reporting/form_preview.html", context)


@login_required
def field_add(request: HttpRequest, version_id: int) -> HttpResponse:
    """Adds a field."""
    member = acting(request)
    version = found.version_for(member, version_id)
    form = FieldForm(request.POST or None, version=version)
    if "section" in request.GET and not request.POST:
        form.initial["section"] = request.GET["section"]
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["version"]

        def do() -> FormField:
            return act.field_add(by=member, version=version, data=form.facts(), seen=seen)

        if (field := _tried(form, do)) is not None:
            messages.success(request, _("Đã thêm “%s”.") % field.label)
            again = "them" if request.POST.get("then") == "add" else ""
            return redirect(_at(version, field, again))
    return render(request, "reporting/field_form.html", {"form": form, "version": version})


@login_required
def field_edit(request: HttpRequest, version_id: int, field_id: int) -> HttpResponse:
    """Changes a field."""
    member = acting(request)
    version = found.version_for(member, version_id)
    field = found.field_for(version, field_id)
    form = FieldForm(request.POST or None, version=version, field=field)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["version"]

        def do() -> FormField:
            return act.field_edit(by=member, field=field, data=form.facts(), seen=seen)

        if _tried(form, do) is not None:
            messages.success(request, _("Đã ghi."))
            return redirect(_at(version, field))
    return render(request, "reporting/field_form.html", {"form": form, "version": version, "field": field})


def _tried(form: FieldForm, do: Callable[[], FormField]) -> FormField | None:
    """The field as written; None where it was refused: the form then says why and keeps what was typed."""
    try:
        return do()
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None


def _at(version: FormVersion, field: FormField, again: str = "") -> str:
    if again:
        return f"{reverse('field_add', args=[version.pk])}?section={field.section}"
    return f"{reverse('form_version', args=[version.pk])}#muc-{field.pk}"


def _seen(request: HttpRequest) -> int:
    form = VersionSeen(request.POST)
    return int(form.cleaned_data["version"]) if form.is_valid() else 0


def _done(request: HttpRequest, do: Callable[[], str], there: str) -> HttpResponse:
    """Does an act on a form and goes on, with what came of it."""
    try:
        messages.success(request, do())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(there)


@login_required
@require_POST
def field_remove(request: HttpRequest, version_id: int, field_id: int) -> HttpResponse:
    """Takes a field out."""
    member = acting(request)
    version = found.version_for(member, version_id)
    field = found.field_for(version, field_id)

    def do() -> str:
        act.field_remove(by=member, field=field, seen=_seen(request))
        return _("Đã bỏ “%s”.") % field.label

    return _done(request, do, reverse("form_version", args=[version.pk]))


@login_required
@require_POST
def field_move(request: HttpRequest, version_id: int, field_id: int) -> HttpResponse:
    """Moves a field up or down."""
    member = acting(request)
    version = found.version_for(member, version_id)
    field = found.field_for(version, field_id)
    try:
        act.field_move(by=member, field=field, down=request.POST.get("huong") == "xuong", seen=_seen(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(_at(version, field))


@login_required
@require_POST
def version_copy(request: HttpRequest, version_id: int) -> HttpResponse:
    """The next version as a draft."""
    member = acting(request)
    version = act.version_copy(by=member, form=found.version_for(member, version_id).form)
    messages.success(request, _("Đã có bản soạn của phiên bản %d.") % version.number)
    return redirect("form_version", version.pk)


@login_required
@require_POST
def version_publish(request: HttpRequest, version_id: int) -> HttpResponse:
    """Freezes the version."""
    member = acting(request)
    version = found.version_for(member, version_id)

    def do() -> str:
        act.version_publish(by=member, version=version, seen=_seen(request))
        return _("Đã ban hành phiên bản %d. Từ nay phiên bản này không sửa được nữa.") % version.number

    return _done(request, do, reverse("form_version", args=[version.pk]))


@login_required
@require_POST
def version_discard(request: HttpRequest, version_id: int) -> HttpResponse:
    """Removes a draft."""
    member = acting(request)
    version = found.version_for(member, version_id)

    def do() -> str:
        act.version_discard(by=member, version=version, seen=_seen(request))
        return _("Đã bỏ bản soạn.")

    return _done(request, do, reverse("report_form_list"))


@login_required
@require_POST
def form_duplicate(request: HttpRequest, version_id: int) -> HttpResponse:
    """A new form that begins as this version."""
    member = acting(request)
    version = found.version_for(member, version_id)
    title = _("%s (bản sao)") % version.form.title[:180]
    made = act.form_duplicate(by=member, version=version, title=title)
    messages.success(request, _("Đã nhân bản mẫu."))
    return redirect("form_version", made.pk)


@login_required
@require_POST
def form_rename(request: HttpRequest, version_id: int) -> HttpResponse:
    """Changes the form's name."""
    member, form = acting(request), TitleForm(request.POST)
    version = found.version_for(member, version_id)
    there = reverse("form_version", args=[version.pk])

    def do() -> str:
        form.is_valid()
        act.form_rename(by=member, form=version.form, title=form.cleaned_data.get("ten", ""))
        return _("Đã đổi tên mẫu.")

    return _done(request, do, there)


@login_required
@require_POST
def form_retire(request: HttpRequest, version_id: int) -> HttpResponse:
    """Takes a form out of use, or back."""
    member = acting(request)
    version = found.version_for(member, version_id)
    retired = version.form.retired_at is None

    def do() -> str:
        act.form_retire(by=member, form=version.form, retired=retired)
        return _("Mẫu ngừng dùng cho kỳ mới.") if retired else _("Mẫu dùng lại được.")

    return _done(request, do, reverse("form_version", args=[version.pk]))


@login_required
@require_safe
def fields_export(request: HttpRequest, version_id: int) -> StreamingHttpResponse:
    """The version's fields as the workbook that the import reads."""
    version = found.version_for(acting(request), version_id)
    sheet = Sheet(_("Mẫu"), found.field_headings(), found.field_rows(version), found.FIELD_WIDTHS)
    return _workbook(f"mau-{version.form_id}-{version.number}", sheet)


@login_required
@require_POST
def fields_load(request: HttpRequest, version_id: int) -> HttpResponse:
    """Fields from a workbook; with faults nothing changes and each is shown by its row."""
    member = acting(request)
    version = found.version_for(member, version_id)
    form = FieldsImportForm(request.POST, request.FILES)
    faults: list[Any] = []
    if form.is_valid():
        try:
            given = form.cleaned_data
            count = fields_import(by=member, version=version, data=given["tep"].read(), seen=given["version"])
        except FaultyFile as refusal:
            form.add_error("tep", str(refusal))
            faults = refusal.faults
        except Refused as refusal:
            form.add_error("tep", str(refusal))
        else:
            messages.success(request, ngettext("Đã nhập %d mục.", "Đã nhập %d mục.", count) % count)
            return redirect("form_version", version.pk)
    return render(request, "reporting/form_version.html", _context(request, version, load=form, faults=faults))
