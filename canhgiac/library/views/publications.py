"""The publication log."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from canhgiac.agencies.selectors import province
from canhgiac.library.forms.editions import PublicationFilterForm
from canhgiac.library.selectors.publications import publication_laws, publications_list

from .files import table_file

ROWS = 50


@login_required
@require_safe
def publication_list(request: HttpRequest) -> HttpResponse:
    """What was made public, replaced, withdrawn; who answers."""
    form = PublicationFilterForm(request.GET)
    rows = publications_list(form.wanted(), sort=form.order)
    query = request.GET.urlencode()
    context = {
        "form": form,
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "laws": publication_laws(),
        "province": province(),
        "export": [(kind.upper(), f"{reverse('publication_export', args=[kind])}?{query}") for kind in ("xlsx", "csv")],
    }
    return render(request, "library/publication_list.html", context)


@login_required
@require_safe
def publication_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The log as a file."""
    form = PublicationFilterForm(request.GET)
    heads = [
        _("Lúc"), _("Việc"), _("Loại"), _("Mã"), _("Tên"), _("Bản số"), _("Người thực hiện"),
        _("Người chịu trách nhiệm"), _("Lý do, ghi chú"), _("Mã băm nội dung"),
    ]  # fmt: skip
    rows = (
        [
            row.at, str(row.get_act_display()), row.kind_label, row.code, row.title, row.edition.number,
            row.by.full_name if row.by else _("Hệ thống"), row.responsible_name, row.note, row.edition.sha256,
        ]
        for row in publications_list(form.wanted(), sort=form.order).iterator(chunk_size=500)
    )  # fmt: skip
    return table_file("nhat-ky-dang", kind, heads, rows)
