"""Staff pages of subscribers: the list, one of them, who called, lists handed in, who is never written to."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.kit.sheets import CSV, XLSX, Sheet, csv_lines, xlsx
from canhgiac.outreach.forms.subscribers import AddressForm, DoNotCallForm, ImportForm, SubscriberFilterForm
from canhgiac.outreach.models import Consent, SubscriberImport
from canhgiac.outreach.selectors import people as reads
from canhgiac.outreach.selectors.rules import waits_words
from canhgiac.outreach.services import imports
from canhgiac.outreach.services import subscribers as services
from canhgiac.outreach.services.digests import address_digest
from canhgiac.outreach.services.importrows import TEMPLATE
from canhgiac.outreach.services.refusals import WarningRefused

ROWS = 50
WRITE = ["GET", "HEAD", "POST"]
CALL = Consent.Means.CALL


@login_required
@require_safe
def subscriber_list(request: HttpRequest) -> HttpResponse:
    """Subscribers, the latest first, addresses masked."""
    form = SubscriberFilterForm(request.GET)
    return _list(request, form, AddressForm())


def _list(request: HttpRequest, form: SubscriberFilterForm, caller: AddressForm) -> HttpResponse:
    member = acting(request)
    found = reads.subscribers_for(member, form.wanted(), sort=form.order)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "caller": caller,
        "page": page,
        "rows": reads.subscriber_rows(list(page)),
        "tally": reads.subscriber_tally(),
        "may_write": reads.may_manage(member),
        "export": [(kind.upper(), f"xuat.{kind}?{request.GET.urlencode()}") for kind in ("xlsx", "csv")],
    }
    return render(request, "outreach/subscriber_list.html", context, status=422 if caller.errors else 200)


@login_required
@require_safe
def subscriber_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file, narrowed and masked as it is shown."""
    form = SubscriberFilterForm(request.GET)
    rows = reads.file_rows(reads.subscribers_for(acting(request), form.wanted(), sort=form.order))
    headers = {"Content-Disposition": f'attachment; filename="nguoi-dang-ky-{clock.today():%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(reads.headings(), rows), content_type=CSV, headers=headers)
    sheet = Sheet(_("Người đăng ký"), reads.headings(), rows, reads.WIDTHS)
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


@login_required
@require_POST
def subscriber_call(request: HttpRequest) -> HttpResponse:
    """Somebody called: their address found, signed up, or stopped."""
    member, caller = acting(request), AddressForm(request.POST)
    if not caller.is_valid():
        return _list(request, SubscriberFilterForm({}), caller)
    way, address = caller.cleaned_data["way"], caller.cleaned_data["address"]
    act = {"dang-ky": _add, "ngung": _stop}.get(request.POST.get("viec", ""))
    if act is not None:
        messages.success(request, act(member, way, address, caller.cleaned_data["area"]))
    wanted = reads.SubscriberFilter(digest=address_digest(way, address))
    row = reads.subscribers_for(member, wanted).first()
    if row is None and act is None:
        messages.info(request, _("Không có người đăng ký nào với địa chỉ này."))
    return redirect("subscriber_detail", row.pk) if row else redirect("subscriber_list")


def _add(member: Any, way: str, address: str, area: Any) -> str:
    choice = services.Choice(area=area)
    made = services.subscribe(way=way, address=address, choice=choice, origin="staff", means=CALL, by=member)
    if made.subscriber is None:
        return _("Số này nằm trong danh sách không quảng cáo: không ghi được. Họ tự nhắn DK thì được.")
    if not made.asked:
        return _("Đã ghi. Không gửi tin hỏi: đã hỏi hoặc đang nhận rồi.")
    return f"{_('Đã ghi và gửi tin hỏi lại.')} {waits_words(way)}".strip()


def _stop(member: Any, way: str, address: str, _area: Any) -> str:
    services.subscriber_stop(digest=address_digest(way, address), means=CALL, by=member, way=way, address=address)
    return _("Đã ngừng. Không gì gửi tới địa chỉ này nữa.")


@login_required
@require_safe
def subscriber_detail(request: HttpRequest, subscriber_id: int) -> HttpResponse:
    """One subscriber: what they get, what they did."""
    member = acting(request)
    row = reads.subscriber_for(member, subscriber_id)
    history = reads.subscriber_history(row)
    context = {
        "told": reads.subscriber_rows([row])[0],
        "row": row,
        "area": reads.area_words(row.area),
        "history": history,
        "undo": reads.undoable(member, row, history),
        "requests": reads.requests_open(row),
        "may_write": reads.may_manage(member),
    }
    return render(request, "outreach/subscriber_detail.html", context)


@login_required
@require_http_methods(WRITE)
def subscriber_import_list(request: HttpRequest) -> HttpResponse:
    """Lists handed in, and the form for another."""
    member = acting(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid():
        told, file = form.cleaned_data, form.cleaned_data["file"]
        facts = {"basis": told["basis"], "consented_on": told["consented_on"]}
        try:
            one = imports.import_receive(by=member, data=file.read(), name=file.name, **facts)
            return redirect("subscriber_import", one.pk)
        except WarningRefused as refusal:
            form.refuse(refusal)
    page = Paginator(reads.imports_for(member), ROWS).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "columns": TEMPLATE, "may_write": reads.may_manage(member)}
    return render(request, "outreach/subscriber_import_list.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def subscriber_import_template(request: HttpRequest) -> StreamingHttpResponse:
    """An empty sheet with the columns."""
    headers = {"Content-Disposition": 'attachment; filename="mau-nhap-nguoi-dang-ky.xlsx"'}
    sheet = Sheet(_("Người đăng ký"), list(TEMPLATE), [], [10, 24, 26, 20, 30, 16, 16])
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


@login_required
@require_safe
def subscriber_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """One list: progress, what it would do, the rows at fault."""
    member = acting(request)
    one = reads.import_for(member, import_id)
    context = {
        "one": one,
        "waiting": one.state == SubscriberImport.State.WAITING,
        "may_write": reads.may_manage(member),
        "may_undo": one.done_at is not None
        and one.state == SubscriberImport.State.DONE
        and clock.now() < one.done_at + imports.UNDO_WITHIN,
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, f"outreach/subscriber_import{'_part' if part else ''}.html", context)


@login_required
@require_POST
def subscriber_import_act(request: HttpRequest, import_id: int, act: str) -> HttpResponse:
    """Takes a list, drops it, or takes it back."""
    member = acting(request)
    one = reads.import_for(member, import_id)
    does: dict[str, Any] = {"nhan": imports.import_take, "bo": imports.import_drop, "hoan-tac": imports.import_undo}
    try:
        does[act](by=member, one=one)
    except WarningRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("subscriber_import", one.pk)


@login_required
@require_http_methods(WRITE)
def suppression_list(request: HttpRequest) -> HttpResponse:
    """Who is never written to, counted by reason; the national list taken in."""
    member = acting(request)
    form, done = DoNotCallForm(request.POST or None, request.FILES or None), None
    tally = reads.suppression_tally(member)
    if form.is_bound and form.is_valid():
        data, whole = form.cleaned_data["file"].read(), form.cleaned_data["whole"]
        try:
            done = imports.do_not_call_import(by=member, data=data, whole=whole)
            tally = reads.suppression_tally(member)
        except WarningRefused as refusal:
            form.add_error("file", str(refusal))
    context = {"form": form, "done": done, "tally": tally, "may_write": reads.may_manage(member)}
    return render(request, "outreach/subscriber_suppressed.html", context, status=422 if form.errors else 200)
