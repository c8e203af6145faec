"""The register of lines: list, line, editor, confirmation, out of use and back."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.kit.sheets import CSV, XLSX, Sheet, csv_lines, xlsx
from canhgiac.library.forms.contacts import ContactFilterForm, ContactForm
from canhgiac.library.forms.laws import VersionForm
from canhgiac.library.models import Contact
from canhgiac.library.selectors import contacts as reads
from canhgiac.library.selectors.editions import may_approve, may_write
from canhgiac.library.services import contacts as services
from canhgiac.library.services.contacts import ContactRefused

ROWS = 50
WRITE = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def contact_list(request: HttpRequest) -> HttpResponse:
    """The register, narrowed, sorted, in pages."""
    form = ContactFilterForm(request.GET)
    page = Paginator(reads.contacts_list(form.wanted(), sort=form.order), ROWS).get_page(request.GET.get("page"))
    export = [
        (kind.upper(), f"{reverse('contact_export', args=[kind])}?{request.GET.urlencode()}")
        for kind in ("xlsx", "csv")
    ]
    rows = [(row, reads.phones_told(row)) for row in page]
    context = {"form": form, "page": page, "rows": rows, "export": export}
    return render(request, "library/contact_list.html", context | {"may_write": may_write(acting(request))})


@login_required
@require_safe
def contact_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """All rows of the register as a file."""
    form = ContactFilterForm(request.GET)
    rows = reads.export_rows(reads.contacts_list(form.wanted(), sort=form.order))
    headers = {"Content-Disposition": f'attachment; filename="danh-ba-{clock.today():%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(reads.headings(), rows), content_type=CSV, headers=headers)
    sheet = Sheet(_("Danh bạ"), reads.headings(), rows, reads.WIDTHS)
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


@login_required
@require_safe
def contact_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One line: its numbers, where they were seen, who stands for them."""
    contact, member = reads.contact_for(code), acting(request)
    can_confirm = contact.confirmed_at is None and not contact.is_retired and contact.edited_by_id != member.pk
    context = {
        "contact": contact,
        "told": reads.phones_told(contact),
        "may_write": may_write(member),
        "may_confirm": can_confirm and may_approve(member),
        "wrote": contact.edited_by_id == member.pk,
    }
    return render(request, "library/contact_detail.html", context)


@login_required
@require_http_methods(WRITE)
def contact_create(request: HttpRequest) -> HttpResponse:
    """A new line."""
    form = ContactForm(request.POST or None)
    if form.is_valid():
        try:
            contact = services.contact_create(by=acting(request), data=form.facts())
        except ContactRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Đã ghi. Số chỉ hiện cho dân khi người thứ hai xác nhận."))
            return redirect("contact_detail", contact.code)
    return _editor(request, form, _("Thêm đường dây"), reverse("contact_list"))


@login_required
@require_http_methods(WRITE)
def contact_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Corrects a line."""
    contact = reads.contact_for(code)
    form = ContactForm(request.POST or None, contact=contact)
    if form.is_valid():
        try:
            services.contact_edit(by=acting(request), contact=contact, data=form.facts(), version=form.seen)
        except ContactRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Đã lưu. Số chỉ hiện cho dân khi người thứ hai xác nhận lại."))
            return redirect("contact_detail", code)
    return _editor(request, form, _("Sửa đường dây %s") % contact.name, reverse("contact_detail", args=[code]))


@login_required
@require_POST
def contact_confirm(request: HttpRequest, code: str) -> HttpResponse:
    """A second person called it or compared it."""
    return _act(request, code, services.contact_confirm, _("Đã xác nhận. Số hiện cho dân từ bây giờ."))


@login_required
@require_POST
def contact_retire(request: HttpRequest, code: str) -> HttpResponse:
    """Out of use."""
    return _act(request, code, services.contact_retire, _("Đã thôi dùng. Lấy lại được ở trang này."))


@login_required
@require_POST
def contact_restore(request: HttpRequest, code: str) -> HttpResponse:
    """Back into use."""
    return _act(request, code, services.contact_restore, _("Đã lấy lại. Đường dây chờ xác nhận."))


def _act(request: HttpRequest, code: str, act: Callable[..., Contact], done: str) -> HttpResponse:
    contact, form = reads.contact_for(code), VersionForm(request.POST)
    try:
        act(by=acting(request), contact=contact, version=form.cleaned_data["version"] if form.is_valid() else 0)
        messages.success(request, done)
    except ContactRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("contact_detail", code)


def _editor(request: HttpRequest, form: ContactForm, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "back": back, "up": reverse("contact_list"), "up_label": _("Danh bạ")}
    return render(request, "library/register_form.html", context, status=422 if form.errors else 200)
