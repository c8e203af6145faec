"""Pages of lists of others: the lists, one list and its files, the preview of a file."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.agencies.views.register import table_response
from canhgiac.indicators.forms.lists import ListFilterForm, ListForm, ListUploadForm
from canhgiac.indicators.models import ListImport, ListSource
from canhgiac.indicators.selectors import lists as reads
from canhgiac.indicators.selectors.scope import may_propose, require_propose
from canhgiac.indicators.services import IndicatorRefused
from canhgiac.indicators.services import lists as services
from canhgiac.kit import clock
from canhgiac.kit.sheets import Sheet

ROWS = 50
WRITE = ["GET", "HEAD", "POST"]
WAITING = (ListImport.State.QUEUED, ListImport.State.READING, ListImport.State.TAKING)


@login_required
@require_safe
def list_source_list(request: HttpRequest) -> HttpResponse:
    """The lists, narrowed, sorted, in pages."""
    form = ListFilterForm(request.GET)
    page = Paginator(reads.sources_list(acting(request), **form.wanted()), ROWS).get_page(request.GET.get("page"))
    query = request.GET.urlencode()
    export = [(kind.upper(), f"{reverse('list_source_export', args=[kind])}?{query}") for kind in ("xlsx", "csv")]
    context = {"form": form, "page": page, "export": export, "may_write": may_propose(acting(request))}
    return render(request, "indicators/list_source_list.html", context)


@login_required
@require_safe
def list_source_export(request: HttpRequest, ending: str) -> StreamingHttpResponse:
    """The lists as a file."""
    rows = reads.sources_list(acting(request), **ListFilterForm(request.GET).wanted())
    headings = [
        _("Tên danh sách"), _("Đơn vị công bố"), _("Địa chỉ gốc"), _("Giấy phép"), _("Định dạng"), _("Độ tin (%)"),
        _("Giữ (ngày)"), _("Đang có"), _("Lần nhập cuối"),
    ]  # fmt: skip
    sheet = Sheet(_("Danh sách"), headings, reads.source_rows(rows), (40, 30, 40, 20, 20, 12, 12, 12, 18))
    return table_response(f"danh-sach-{clock.today():%Y%m%d}", ending, sheet)


@login_required
@require_http_methods(WRITE)
def list_source_create(request: HttpRequest) -> HttpResponse:
    """A new list."""
    require_propose(acting(request))
    form = ListForm(request.POST or None)
    if form.is_valid():
        try:
            source = services.list_source_create(by=acting(request), data=form.facts())
        except IndicatorRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Đã thêm danh sách. Tải tệp đầu tiên lên."))
            return redirect("list_source_detail", source.pk)
    return _editor(request, form, _("Thêm danh sách"), reverse("list_source_list"))


@login_required
@require_http_methods(WRITE)
def list_source_edit(request: HttpRequest, source_id: int) -> HttpResponse:
    """Corrects what is said of a list."""
    require_propose(acting(request))
    source = _source(request, source_id)
    form = ListForm(request.POST or None, source=source)
    if form.is_valid():
        try:
            services.list_source_edit(by=acting(request), source=source, data=form.facts(), version=form.seen)
        except IndicatorRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("list_source_detail", source_id)
    return _editor(request, form, source.name, reverse("list_source_detail", args=[source_id]))


@login_required
@require_http_methods(WRITE)
def list_source_detail(request: HttpRequest, source_id: int) -> HttpResponse:
    """One list, its files, and the next file to be uploaded."""
    source = _source(request, source_id)
    form = ListUploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file, dated = form.cleaned_data["file"], form.cleaned_data["dated"]
        try:
            one = services.list_upload(
                by=acting(request), source=source, data=file.read(), file_name=file.name, dated=dated
            )
            return redirect("list_import_detail", one.pk)
        except IndicatorRefused as refusal:
            form.refuse(refusal)
    page = Paginator(reads.imports_of(source), ROWS).get_page(request.GET.get("page"))
    context = {"source": source, "form": form, "page": page, "may_write": may_propose(acting(request))}
    return render(request, "indicators/list_source_detail.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def list_source_retire(request: HttpRequest, source_id: int) -> HttpResponse:
    """Out of use, or back."""
    row = services.list_source_retire(by=acting(request), source=_source(request, source_id))
    messages.success(request, _("Đã thôi dùng. Dùng lại được ở trang này.") if row.retired_at else _("Đã dùng lại."))
    return redirect("list_source_detail", source_id)


@login_required
@require_safe
def list_import_detail(request: HttpRequest, import_id: int) -> HttpResponse:
    """A file: how far it is read, then what it would change or changed. The page asks again while a job is at it."""
    one = _import(request, import_id)
    context = {
        "one": one,
        "waiting": one.state in WAITING,
        "bad": [row for row in one.faults if row["what"] == "bad"],
        "good": [row for row in one.faults if row["what"] == "good"],
        "may_write": may_propose(acting(request)),
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "indicators/list_import_part.html" if part else "indicators/list_import.html", context)


@login_required
@require_POST
def list_import_act(request: HttpRequest, import_id: int, act: str) -> HttpResponse:
    """Accepts, drops or takes back a file."""
    does: dict[str, Callable[..., ListImport]] = {
        "nhan": services.list_accept, "bo": services.list_drop, "hoan-tac": services.list_undo
    }  # fmt: skip
    if act not in does:
        raise Http404
    try:
        does[act](by=acting(request), one=_import(request, import_id))
    except IndicatorRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("list_import_detail", import_id)


def _source(request: HttpRequest, source_id: int) -> ListSource:
    try:
        return reads.source_for(acting(request), source_id)
    except ListSource.DoesNotExist:
        raise Http404 from None


def _import(request: HttpRequest, import_id: int) -> ListImport:
    try:
        return reads.import_for(acting(request), import_id)
    except ListImport.DoesNotExist:
        raise Http404 from None


def _editor(request: HttpRequest, form: ListForm, title: str, back: str) -> HttpResponse:
    up, label = reverse("list_source_list"), _("Danh sách nhập")
    context = {"form": form, "title": title, "back": back, "up": up, "up_label": label}
    return render(request, "indicators/exchange_form.html", context, status=422 if form.errors else 200)
