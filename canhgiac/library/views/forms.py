"""Scam forms as the staff keep them: list, page, editor, preview."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.library.forms.editions import StatementAddForm, WithdrawForm
from canhgiac.library.forms.scamforms import FormFilterForm, ScamFormForm, initial_of
from canhgiac.library.models import FormEdition
from canhgiac.library.selectors import shelf
from canhgiac.library.selectors.differences import FieldChange, differences
from canhgiac.library.selectors.editions import may_approve, may_write, wrote
from canhgiac.library.selectors.publicform import FormTold
from canhgiac.library.selectors.reviews import confirmed_statements
from canhgiac.library.services import editions as services
from canhgiac.library.services.editions import EditionRefused, EditionStale
from canhgiac.library.services.forms import form_create as create
from canhgiac.library.services.forms import form_edit as edit

from .files import table_file
from .reading import shown

ROWS = 25
WRITE = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def form_list(request: HttpRequest) -> HttpResponse:
    """Every form, narrowed and in order."""
    form = FormFilterForm(request.GET)
    rows = shelf.forms_list(acting(request), form.wanted(), sort=form.order)
    query = request.GET.urlencode()
    context = {
        "form": form,
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "may_write": may_write(acting(request)),
        "export": [(kind.upper(), f"{reverse('form_export', args=[kind])}?{query}") for kind in ("xlsx", "csv")],
    }
    return render(request, "library/form_list.html", context)


@login_required
@require_safe
def form_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The list as a file."""
    form = FormFilterForm(request.GET)
    heads = [
        _("Mã"), _("Tên"), _("Nhóm"), _("Trạng thái"), _("Bản số"), _("Dùng từ"), _("Xem lại trước ngày"),
        _("Hết hạn sau ngày"), _("Điều cần xác nhận"), _("Tin mẫu"), _("Lượt lấy"), _("Tóm tắt"),
    ]  # fmt: skip
    rows = (
        [
            row.form.code, row.name, str(row.get_group_display()), str(row.get_state_display()), row.number,
            row.published_at, row.review_by, row.expires_on, row.statements, row.examples_count, row.takings_count,
            row.summary,
        ]
        for row in shelf.forms_list(acting(request), form.wanted(), sort=form.order).iterator(chunk_size=500)
    )  # fmt: skip
    return table_file("hinh-thuc-lua-dao", kind, heads, rows)


@login_required
@require_safe
def form_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A form: the published text, the open draft beside it, history, what is to confirm."""
    member, page = acting(request), shelf.form_for(acting(request), code)
    context = {
        "page": page,
        "edition": page.last,
        "fields": differences(None, page.last) if page.opened is None else [],
        "changes": _changed(page),
        "confirmed": confirmed_statements(page.editions),
        "may_write": may_write(member, page.form),
        "may_approve": may_approve(member, page.form),
        "wrote_open": page.opened is not None and wrote(member, page.opened),
        "withdraw": WithdrawForm(),
        "statement_add": StatementAddForm(),
        "today": clock.today(),
    }
    return render(request, "library/form_detail.html", context)


def _changed(page: shelf.FormPage) -> list[FieldChange]:
    """What the open draft changes, of the published text or of nothing."""
    if page.opened is None:
        return []
    return differences(page.published, page.opened)


@login_required
@require_safe
def form_edition(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One edition beside another one, by default the one before it."""
    page = shelf.form_for(acting(request), code)
    edition = shelf.edition_of(page, number)
    asked = request.GET.get("so", "")
    other = next((row for row in page.editions if str(row.number) == asked), None)
    other = other or next((row for row in page.editions if row.number < number), None)
    context = {"page": page, "edition": edition, "other": other, "changes": differences(other, edition)}
    return render(request, "library/edition_detail.html", context)


@login_required
@require_http_methods(WRITE)
def form_create(request: HttpRequest) -> HttpResponse:
    """A new form of the province."""
    form = ScamFormForm(request.POST or None, initial={"version": 1})
    if request.method == "POST" and form.is_valid():
        try:
            edition = create(by=acting(request), data=form.facts())
        except EditionRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Đã tạo hình thức %s; còn là bản nháp.") % edition.form.code)
            return _after(request, edition)
    return _editor(request, form, None)


@login_required
@require_POST
def form_edition_new(request: HttpRequest, code: str) -> HttpResponse:
    """Opens a draft, or the one that is there, in the editor."""
    services.edition_new(by=acting(request), of=shelf.form_for(acting(request), code).form)
    return redirect("form_edit", code)


@login_required
@require_http_methods(WRITE)
def form_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The editor of the open draft."""
    opened = shelf.form_for(acting(request), code).opened
    if opened is None or opened.state == FormEdition.State.IN_REVIEW:
        messages.info(request, _("Không có bản nháp nào đang mở để soạn."))
        return redirect("form_detail", code)
    form = ScamFormForm(request.POST or None, initial=initial_of(opened))
    if request.method == "POST" and form.is_valid():
        try:
            edition = edit(by=acting(request), edition=opened, data=form.facts(), version=form.seen)
        except EditionStale as stale:
            return _stale(request, form, stale)
        except EditionRefused as refusal:
            form.refuse(refusal)
        else:
            return _after(request, edition)
    return _editor(request, form, opened)


def _after(request: HttpRequest, edition: FormEdition) -> HttpResponse:
    """Saved: on with writing, or off to the second person."""
    if request.POST.get("act") == "submit":
        try:
            services.edition_submit(by=acting(request), edition=edition, version=edition.version)
        except EditionRefused as refusal:
            messages.error(request, _("Đã lưu bản nháp. %s") % refusal)
            return redirect("form_edit", edition.form.code)
        messages.success(request, _("Đã lưu và gửi người duyệt."))
        return redirect("form_detail", edition.form.code)
    messages.success(request, _("Đã lưu bản nháp."))
    return redirect("form_edit", edition.form.code)


def _stale(request: HttpRequest, form: ScamFormForm, stale: EditionStale) -> HttpResponse:
    """Somebody saved in between: both texts beside each other, nothing lost, the next save knows of the newer one."""
    current = stale.current
    assert isinstance(current, FormEdition)
    form.acknowledge(current.version)
    changes = differences(current, form.typed(), laws=list(form.cleaned_data["laws"]))
    form.add_error(None, str(stale))
    return _editor(request, form, current, changes=changes, status=409)


def _editor(
    request: HttpRequest, form: ScamFormForm, edition: FormEdition | None, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "edition": edition, "laws": shelf.laws_cited(), "preview": form.typed_or(edition)} | more
    return render(request, "library/form_editor.html", context, status=422 if form.errors and status == 200 else status)


@login_required
@require_POST
def form_preview(request: HttpRequest) -> HttpResponse:
    """The public text of what is typed so far; nothing is kept."""
    return render(request, "library/form_preview.html", {"preview": ScamFormForm(request.POST).typed()})


@login_required
@require_safe
def form_as_public(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """An edition on the public page, before it is public."""
    edition = shelf.edition_of(shelf.form_for(acting(request), code), number)
    told = FormTold(edition, clock.today())
    return shown(request, "public_form", {"edition": edition, "told": told})
