"""The register of acts: list, act, editor, confirmation."""

from __future__ import annotations

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
from canhgiac.library.forms.laws import LawFilterForm, LawForm, VersionForm
from canhgiac.library.selectors import laws as reads
from canhgiac.library.selectors.editions import may_approve, may_write
from canhgiac.library.services import laws as services
from canhgiac.library.services.laws import LawRefused

ROWS = 40
WRITE = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def law_list(request: HttpRequest) -> HttpResponse:
    """Acts that texts cite, narrowed, sorted, in pages."""
    form = LawFilterForm(request.GET)
    page = Paginator(reads.laws_list(form.wanted(), sort=form.order), ROWS).get_page(request.GET.get("page"))
    export = [
        (kind.upper(), f"{reverse('law_export', args=[kind])}?{request.GET.urlencode()}") for kind in ("xlsx", "csv")
    ]
    context = {"form": form, "page": page, "rows": reads.law_rows(list(page)), "export": export}
    return render(request, "library/law_list.html", context | {"may_write": may_write(acting(request))})


@login_required
@require_safe
def law_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """All rows of the list as a file."""
    form = LawFilterForm(request.GET)
    rows = reads.export_rows(reads.laws_list(form.wanted(), sort=form.order))
    headers = {"Content-Disposition": f'attachment; filename="van-ban-{clock.today():%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(reads.headings(), rows), content_type=CSV, headers=headers)
    sheet = Sheet(_("Văn bản"), reads.headings(), rows, reads.WIDTHS)
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


@login_required
@require_safe
def law_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One act: its days, its articles, who cites it, what waits for a legal officer."""
    law, member = reads.law_for(code), acting(request)
    context = {
        "law": law,
        "state": reads.state_on(law, clock.today()),
        "now": reads.citation(law.code),
        "articles": reads.articles_of(law),
        "citing": reads.cited_by(law),
        "may_write": may_write(member),
        "may_confirm": may_approve(member) and law.confirmed_at is None and law.edited_by_id != member.pk,
        "wrote": law.edited_by_id == member.pk,
    }
    return render(request, "library/law_detail.html", context)


@login_required
@require_http_methods(WRITE)
def law_create(request: HttpRequest) -> HttpResponse:
    """A new act."""
    form = LawForm(request.POST or None)
    if form.is_valid():
        try:
            law = services.law_create(by=acting(request), data=form.facts())
        except LawRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Đã ghi. Nhờ người thứ hai đối chiếu và xác nhận."))
            return redirect("law_detail", law.code)
    return _editor(request, form, _("Thêm văn bản"), reverse("law_list"))


@login_required
@require_http_methods(WRITE)
def law_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Corrects an act."""
    law = reads.law_for(code)
    form = LawForm(request.POST or None, law=law)
    if form.is_valid():
        try:
            services.law_edit(by=acting(request), law=law, data=form.facts(), version=form.seen)
        except LawRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Đã lưu. Văn bản chờ người thứ hai xác nhận lại."))
            return redirect("law_detail", code)
    return _editor(request, form, _("Sửa văn bản %s") % law.number, reverse("law_detail", args=[code]))


@login_required
@require_POST
def law_confirm(request: HttpRequest, code: str) -> HttpResponse:
    """A second person compared it with the gazette."""
    law, form = reads.law_for(code), VersionForm(request.POST)
    try:
        version = form.cleaned_data["version"] if form.is_valid() else 0
        services.law_confirm(by=acting(request), law=law, version=version)
        messages.success(request, _("Đã xác nhận."))
    except LawRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("law_detail", code)


def _editor(request: HttpRequest, form: LawForm, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "back": back, "up": reverse("law_list"), "up_label": _("Văn bản")}
    return render(request, "library/register_form.html", context, status=422 if form.errors else 200)
