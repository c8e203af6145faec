"""The register's pages: list, one indicator, report, propose, decide, genuine addresses."""

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
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.views.access import acting
from canhgiac.engines.lookup.entries import tags_of
from canhgiac.indicators.forms import register as forms
from canhgiac.indicators.models import Decision, Indicator
from canhgiac.indicators.selectors import appeals as lists
from canhgiac.indicators.selectors import detail as details
from canhgiac.indicators.selectors import register as reads
from canhgiac.indicators.selectors.scope import may_decide, may_propose
from canhgiac.indicators.services import IndicatorRefused, decisions, knowngood, reports
from canhgiac.kit import clock
from canhgiac.kit.sheets import CSV, XLSX, Sheet, csv_lines, xlsx

ROWS = 50
WRITE = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_safe
def indicator_list(request: HttpRequest) -> HttpResponse:
    """The register, narrowed and in pages."""
    form = forms.RegisterFilterForm(request.GET)
    pages = reads.RegisterPages(reads.indicators_list(acting(request), form.wanted(), sort=form.order), ROWS)
    page = pages.get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": reads.rows_of(list(page)), "export": _exports(request)}
    context |= {"release": reads.index_state(), "total": reads.estimated_total(), "bulk": forms.BulkForm()}
    context["may_propose"] = may_propose(acting(request))
    return render(request, "indicators/indicator_list.html", context)


@login_required
@require_safe
def indicator_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file, its values masked for who may not see them."""
    form, member = forms.RegisterFilterForm(request.GET), acting(request)
    found = reads.indicators_list(member, form.wanted(), sort=form.order)
    whole = reports.values_export(by=member, indicators=found.order_by().count(), filters=request.GET.urlencode())
    rows = reads.export_rows(found, whole=whole)
    headers = {"Content-Disposition": f'attachment; filename="dau-vet-{clock.today():%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(reads.headings(), rows), content_type=CSV, headers=headers)
    sheet = Sheet(_("Dấu vết"), reads.headings(), rows, [20, 34, 16, 40, 12, 12, 18, 18, 14])
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


@never_cache
@login_required
@require_safe
def indicator_detail(request: HttpRequest, indicator_id: int) -> HttpResponse:
    """One indicator, masked where it leads to a person."""
    return _detail(request, reads.indicator_for(acting(request), indicator_id))


@never_cache
@login_required
@require_POST
def value_show(request: HttpRequest, indicator_id: int) -> HttpResponse:
    """The same page with the value whole; the look is in the log."""
    row = reads.indicator_for(acting(request), indicator_id)
    reports.value_show(by=acting(request), indicator=row)
    return _detail(request, row, whole=True)


def _detail(
    request: HttpRequest, row: Indicator, *, whole: bool = False, form: forms.ProposeForm | None = None
) -> HttpResponse:
    detail = details.detail_of(acting(request), row, whole=whole)
    form = form or forms.ProposeForm(indicator=row, tags=tags_of(row.tags))
    context = {"detail": detail, "form": form, "whole": whole, "personal": reads.personal(row)}
    context["chart"] = detail.chart
    return render(request, "indicators/indicator_detail.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(WRITE)
def indicator_report(request: HttpRequest) -> HttpResponse:
    """An officer notes a sighting."""
    reads.register_for(acting(request))
    form = forms.ReportForm(request.POST or None)
    row = _try(form, lambda: reports.indicator_report(by=acting(request), **form.cleaned_data))
    if row is not None:
        messages.success(request, _("Đã ghi. Dấu vết này có %d lần báo.") % row.sightings_count)
        return redirect("indicator_detail", row.pk)
    return render(request, "indicators/indicator_report.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def indicator_propose(request: HttpRequest, indicator_id: int) -> HttpResponse:
    """A step for one: at once, or to be agreed to by a second person."""
    row = reads.indicator_for(acting(request), indicator_id)
    form = forms.ProposeForm(request.POST, indicator=row)
    done = _try(form, lambda: decisions.indicator_propose(by=acting(request), indicator=row, **form.cleaned_data))
    if done is None:
        return _detail(request, row, form=form)
    waits = done.outcome == Decision.Outcome.OPEN
    messages.success(
        request, _("Đã đề nghị, chờ người thứ hai.") if waits else _("Đã đổi, có hiệu lực trong một phút.")
    )
    return redirect("indicator_detail", indicator_id)


@login_required
@require_POST
def indicators_propose(request: HttpRequest) -> HttpResponse:
    """The same step for the ticked ones."""
    form = forms.BulkForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Chọn ít nhất một dòng, trạng thái và ghi lý do."))
        return _back(request)
    given = {name: value for name, value in form.cleaned_data.items() if name != "ids"}
    try:
        done, left = decisions.indicators_propose(by=acting(request), indicators=form.cleaned_data["ids"], **given)
    except IndicatorRefused as refusal:
        messages.error(request, str(refusal))
        return _back(request)
    messages.success(request, ngettext("Đã ghi cho %d dấu vết.", "Đã ghi cho %d dấu vết.", done) % done)
    if left:
        messages.info(
            request,
            _("%d dấu vết không đổi: đã ở trạng thái đó, đang chờ quyết định, hoặc là địa chỉ chính thức.") % left,
        )
    return _back(request)


@never_cache
@login_required
@require_safe
def decision_list(request: HttpRequest) -> HttpResponse:
    """What waits for a second person."""
    member, kind, mine = acting(request), request.GET.get("kind", ""), "cua-toi" in request.GET
    reads.register_for(member)
    rows = details.decisions_waiting(member, kind=kind if kind in Indicator.Kind.values else "", mine=mine)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "rows": details.waiting_rows(list(page)), "mine": mine, "kind": kind}
    context |= {"kinds": Indicator.Kind.choices, "may_decide": may_decide(member)}
    return render(request, "indicators/decision_list.html", context)


@login_required
@require_POST
def indicator_decide(request: HttpRequest, decision_id: int) -> HttpResponse:
    """The second person agrees or not."""
    decision, form = reads.decision_for(acting(request), decision_id), forms.DecideForm(request.POST)
    if form.is_valid():
        _said(request, lambda: decisions.indicator_decide(by=acting(request), decision=decision, **form.cleaned_data))
    return _back(request, reverse("decision_list"))


@login_required
@require_POST
def decision_take_back(request: HttpRequest, decision_id: int) -> HttpResponse:
    """The proposer takes it back."""
    decision = reads.decision_for(acting(request), decision_id)
    _said(request, lambda: decisions.decision_take_back(by=acting(request), decision=decision))
    return redirect("indicator_detail", decision.indicator_id)


@login_required
@require_POST
def decision_undo(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Who decided puts it back within the day."""
    decision = reads.decision_for(acting(request), decision_id)
    _said(request, lambda: decisions.decision_undo(by=acting(request), decision=decision))
    return redirect("indicator_detail", decision.indicator_id)


@login_required
@require_http_methods(WRITE)
def known_good_list(request: HttpRequest) -> HttpResponse:
    """Genuine addresses; a new one."""
    wanted, form = forms.KnownGoodFilterForm(request.GET), forms.KnownGoodForm(request.POST or None)
    if _try(form, lambda: knowngood.known_good_add(by=acting(request), **form.cleaned_data)) is not None:
        messages.success(request, _("Đã thêm. Từ nay không ai ghi mục này vào sổ được."))
        return redirect("known_good_list")
    page = Paginator(lists.known_good_list(acting(request), **wanted.wanted()), ROWS).get_page(request.GET.get("page"))
    context = {"form": wanted, "new": form, "page": page, "rows": lists.known_good_rows(list(page))}
    context["may_decide"] = may_decide(acting(request))
    return render(request, "indicators/known_good_list.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def known_good_retire(request: HttpRequest, known_id: int) -> HttpResponse:
    """No longer theirs, or again."""
    row = knowngood.known_good_retire(by=acting(request), known=lists.known_good_for(acting(request), known_id))
    messages.success(request, _("Đã bỏ. Bấm Lấy lại nếu nhầm.") if row.retired_at else _("Đã lấy lại."))
    return _back(request, reverse("known_good_list"))


def _exports(request: HttpRequest) -> list[tuple[str, str]]:
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return [(kind.upper(), reverse("indicator_export", args=[kind]) + query) for kind in ("xlsx", "csv")]


def _try(form: Any, act: Callable[[], Any]) -> Any:
    """What the act answers, where the form was sent and is good; a refusal is shown at its field."""
    if not form.is_valid():
        return None
    try:
        return act()
    except IndicatorRefused as refusal:
        form.refuse(refusal)
        return None


def _said(request: HttpRequest, act: Callable[[], Any]) -> None:
    """Does it and says so; a refusal in its own words. Who has no business here is refused by the frame."""
    try:
        act()
    except IndicatorRefused as refusal:
        messages.error(request, str(refusal))
    except NotAllowed as refusal:
        if not may_propose(acting(request)):
            raise
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã ghi, có hiệu lực trong một phút."))


def _back(request: HttpRequest, fallback: str = "") -> HttpResponse:
    """To the list as it was narrowed."""
    base = fallback or reverse("indicator_list")
    return redirect(f"{base}?{request.GET.urlencode()}" if request.GET else base)
