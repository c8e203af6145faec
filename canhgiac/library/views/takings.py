"""Takings: who took what, what the own agency uses, use stated, taken down, pressed for."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from canhgiac.agencies.models import Agency
from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.kit.sheets import CSV, XLSX, Sheet, csv_lines, xlsx
from canhgiac.library.forms.packs import TakingFilterForm, UseForm
from canhgiac.library.selectors import takings as reads
from canhgiac.library.services import takings as services
from canhgiac.library.services.editions import EditionRefused

ROWS = 50


@login_required
@require_safe
def taking_list(request: HttpRequest) -> HttpResponse:
    """Who took which text over: all for who works on the library, else the own agency's."""
    form = TakingFilterForm(request.GET)
    rows = reads.takings_list(acting(request), form.wanted(), sort=form.order)
    urls = [
        (kind.upper(), f"{reverse('taking_export', args=[kind])}?{request.GET.urlencode()}") for kind in ("xlsx", "csv")
    ]
    context = {"form": form, "page": Paginator(rows, ROWS).get_page(request.GET.get("page")), "export": urls}
    return render(request, "library/taking_list.html", context)


@login_required
@require_safe
def taking_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file."""
    form = TakingFilterForm(request.GET)
    rows = reads.export_rows(reads.takings_list(acting(request), form.wanted(), sort=form.order))
    headers = {"Content-Disposition": f'attachment; filename="luot-lay-{clock.today():%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(reads.headings(), rows), content_type=CSV, headers=headers)
    sheet = Sheet(_("Lượt lấy"), reads.headings(), rows, [24] * len(reads.headings()))
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


@login_required
@require_safe
def taking_mine(request: HttpRequest) -> HttpResponse:
    """What the own agency took over, ended texts to be taken down first."""
    rows = reads.in_use(acting(request))
    context = {"rows": rows, "waiting": sum(row.waits for row in rows)}
    return render(request, "library/taking_mine.html", context)


@login_required
@require_POST
def taking_use(request: HttpRequest, kind: str, edition_id: int) -> HttpResponse:
    """States where the own agency uses a text."""
    edition, form = reads.edition_of(acting(request), kind, edition_id), UseForm(request.POST)
    try:
        services.taking_use(by=acting(request), edition=edition, where=form.data.get("where", ""))
        messages.success(request, _("Đã ghi nơi dùng. Khi tài liệu thu hồi, đơn vị được báo ngay."))
    except EditionRefused as refusal:
        messages.error(request, str(refusal))
    return _back(request)


@login_required
@require_POST
def taking_forget(request: HttpRequest, taking_id: int) -> HttpResponse:
    """Takes a statement of use back."""
    try:
        services.taking_forget(by=acting(request), taking=reads.taking_for(acting(request), taking_id))
        messages.success(request, _("Đã bỏ dòng này."))
    except EditionRefused as refusal:
        messages.error(request, str(refusal))
    return _back(request)


@login_required
@require_POST
def taking_remove(request: HttpRequest, kind: str, edition_id: int) -> HttpResponse:
    """The agency says that the text is down."""
    edition = reads.edition_of(acting(request), kind, edition_id)
    services.taking_remove(by=acting(request), edition=edition, agency=_agency(request))
    messages.success(request, _("Đã ghi: đơn vị đã gỡ. Bấm nhầm thì bấm Chưa gỡ."))
    return _back(request)


@login_required
@require_POST
def taking_restore(request: HttpRequest, kind: str, edition_id: int) -> HttpResponse:
    """Undoes that."""
    edition = reads.edition_of(acting(request), kind, edition_id)
    services.taking_restore(by=acting(request), edition=edition, agency=_agency(request))
    messages.success(request, _("Đã bỏ dấu đã gỡ."))
    return _back(request)


@login_required
@require_POST
def takings_urge(request: HttpRequest, kind: str, edition_id: int) -> HttpResponse:
    """Presses those who have not answered."""
    edition = reads.edition_of(acting(request), kind, edition_id)
    try:
        count = services.takings_urge(by=acting(request), edition=edition)
    except EditionRefused as refusal:
        messages.error(request, str(refusal))
        return _back(request)
    if count:
        messages.success(request, ngettext("Đã nhắc %d đơn vị.", "Đã nhắc %d đơn vị.", count) % count)
    else:
        messages.info(request, _("Các đơn vị còn lại vừa được báo trong ngày; nhắc lại vào ngày mai."))
    return _back(request)


def _agency(request: HttpRequest) -> Agency | None:
    """The agency named in the form, when one person acts for several."""
    named = request.POST.get("agency", "")
    return get_object_or_404(Agency, pk=named) if named.isdecimal() and named.isascii() else None


def _back(request: HttpRequest) -> HttpResponse:
    """To the page the button stood on."""
    target = request.POST.get("ve", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if safe else reverse("taking_mine"))
