"""Formal requests: list, one with its history and letter, and each step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.engines.officialdoc.writing import to_docx
from canhgiac.indicators.forms.requests import KindForm, RequestFilterForm, RequestForm, StepForm
from canhgiac.indicators.models import Indicator, Request
from canhgiac.indicators.selectors import requests as reads
from canhgiac.indicators.selectors.scope import shown_for
from canhgiac.indicators.services import requests as services
from canhgiac.indicators.services.refusals import IndicatorRefused
from canhgiac.kit import clock
from canhgiac.kit.sheets import CSV, XLSX, Sheet, csv_lines, xlsx

ROWS = 50
WRITE = ["GET", "HEAD", "POST"]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@login_required
@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    """The requests, narrowed, sorted, in pages."""
    form, member = RequestFilterForm(request.GET), acting(request)
    rows = reads.requests_list(member, form.wanted(), sort=form.order)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    asked = request.GET.urlencode()
    export = [(kind.upper(), f"{reverse('request_export', args=[kind])}?{asked}") for kind in ("xlsx", "csv")]
    context = {"form": form, "page": page, "rows": reads.request_rows(list(page)), "export": export}
    return render(request, "indicators/request_list.html", context)


@login_required
@require_safe
def request_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file."""
    form, member = RequestFilterForm(request.GET), acting(request)
    rows = reads.export_rows(reads.requests_list(member, form.wanted(), sort=form.order))
    headers = {"Content-Disposition": f'attachment; filename="yeu-cau-{clock.today():%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(reads.headings(), rows), content_type=CSV, headers=headers)
    if kind != "xlsx":
        raise Http404
    sheet = Sheet(_("Yêu cầu"), reads.headings(), rows, reads.WIDTHS)
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


@login_required
@require_safe
def request_detail(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request: what is asked, how it stands, what happened, what can be done now."""
    page = reads.request_page(acting(request), request_id)
    return render(request, "indicators/request_detail.html", {"page": page, "row": page.request})


@login_required
@require_http_methods(WRITE)
def request_prepare(request: HttpRequest, indicator_id: int) -> HttpResponse:
    """Begins a request about an indicator."""
    indicator = get_object_or_404(Indicator, pk=indicator_id)
    form = KindForm(request.POST or None, indicator=indicator)
    if form.is_valid():
        try:
            row = services.request_prepare(by=acting(request), kind=form.cleaned_data["kind"], indicator=indicator)
        except IndicatorRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Đã lập bản nháp. Điền cho đủ rồi trình ký."))
            return redirect("request_edit", row.pk)
    context = {"form": form, "thing": shown_for(indicator, whole=False), "indicator": indicator}
    return render(request, "indicators/request_prepare.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(WRITE)
def request_edit(request: HttpRequest, request_id: int) -> HttpResponse:
    """Fills in a draft."""
    page = reads.request_page(acting(request), request_id)
    form = RequestForm(request.POST or None, request=page.request)
    if form.is_valid():
        try:
            services.request_edit(by=acting(request), request=page.request, data=form.facts(), version=form.seen)
        except IndicatorRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Đã lưu bản nháp."))
            return redirect("request_detail", request_id)
    context = {"form": form, "page": page, "row": page.request}
    return render(request, "indicators/request_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def request_letter(request: HttpRequest, request_id: int, kind: str) -> HttpResponse:
    """The letter as DOCX or PDF, for those who may see the value whole."""
    if kind not in {"docx", "pdf"}:
        raise Http404
    row = services.request_letter_open(by=acting(request), request=get_object_or_404(Request, pk=request_id))
    data = to_docx(reads.letter_of(row)) if kind == "docx" else reads.letter_pdf(row)
    headers = {"Content-Disposition": f'attachment; filename="yeu-cau-{request_id}.{kind}"'}
    return HttpResponse(data, content_type=DOCX if kind == "docx" else "application/pdf", headers=headers)


@login_required
@require_POST
def request_submit(request: HttpRequest, request_id: int) -> HttpResponse:
    """To the signer."""
    return _step(request, request_id, services.request_submit, _("Đã trình ký. Người ký được báo ngay."))


@login_required
@require_POST
def request_return(request: HttpRequest, request_id: int) -> HttpResponse:
    """Back to the writer."""
    return _step(request, request_id, services.request_return, _("Đã đưa về bản nháp."), note="words")


@login_required
@require_POST
def request_sign(request: HttpRequest, request_id: int) -> HttpResponse:
    """The second person's signature."""
    return _step(request, request_id, services.request_sign, _("Đã ký."), number="number", compared="compared")


@login_required
@require_POST
def request_mark_sent(request: HttpRequest, request_id: int) -> HttpResponse:
    """It went out on paper."""
    return _step(request, request_id, services.request_mark_sent, _("Đã ghi là đã gửi."), words="words")


@login_required
@require_POST
def request_resend(request: HttpRequest, request_id: int) -> HttpResponse:
    """Over the wire again."""
    return _step(request, request_id, services.request_resend, _("Đang gửi lại."))


@login_required
@require_POST
def request_answer(request: HttpRequest, request_id: int) -> HttpResponse:
    """What the addressee said."""
    fields = {"state": "state", "held_amount": "held_amount", "words": "words"}
    return _step(request, request_id, services.request_answer, _("Đã ghi trả lời."), **fields)


@login_required
@require_POST
def request_urge(request: HttpRequest, request_id: int) -> HttpResponse:
    """A reminder to the addressee."""
    return _step(request, request_id, services.request_urge, _("Đã đôn đốc."))


@login_required
@require_POST
def request_withdraw(request: HttpRequest, request_id: int) -> HttpResponse:
    """Not wanted any more."""
    return _step(request, request_id, services.request_withdraw, _("Đã rút yêu cầu."), reason="words")


def _step(request: HttpRequest, request_id: int, act: Callable[..., Request], done: str, **fields: str) -> HttpResponse:
    """Does one step with the form's ``fields`` under the service's names; says what became of it."""
    row, form = get_object_or_404(Request, pk=request_id), StepForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("request_detail", request_id)
    given: dict[str, Any] = {name: form.cleaned_data[field] for name, field in fields.items()}
    try:
        act(by=acting(request), request=row, version=form.cleaned_data["version"], **given)
        messages.success(request, done)
    except IndicatorRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("request_detail", request_id)
