"""Difficulties and proposals, commendations, money: lists, forms, files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.activities.forms import records as forms
from canhgiac.activities.models import BudgetLine, Commendation, Remark
from canhgiac.activities.selectors import records as reads
from canhgiac.activities.selectors.scope import scope_of
from canhgiac.activities.services import records as services
from canhgiac.activities.services.records import RecordRefused
from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.kit.sheets import CSV, XLSX, Sheet, csv_lines, xlsx
from canhgiac.plans.selectors.calendar import plans_for

ROWS = 50
WRITE = ["GET", "HEAD", "POST"]


# Remarks ------------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def remark_list(request: HttpRequest) -> HttpResponse:
    """Difficulties, obstacles and proposals."""
    form = forms.remark_filter(request.GET, plans_for(acting(request)))
    rows = reads.remarks_list(acting(request), form.wanted(), sort=form.order)
    return _list(request, "remark", form, rows)


@login_required
@require_safe
def remark_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file."""
    form = forms.remark_filter(request.GET, plans_for(acting(request)))
    heads = [
        _("Loại"),
        _("Đơn vị"),
        _("Nội dung"),
        _("Ngày"),
        _("Gửi tới"),
        _("Trạng thái"),
        _("Trả lời"),
        _("Kế hoạch"),
    ]
    rows = (
        [
            row.get_kind_display(), row.agency.name, row.text, row.on, str(row.addressed_to or ""),
            row.get_state_display(), row.answer, str(row.plan or ""),
        ]
        for row in reads.remarks_list(acting(request), form.wanted(), sort=form.order)
    )  # fmt: skip
    return _file("kho-khan-kien-nghi", kind, heads, rows)


@login_required
@require_safe
def remark_detail(request: HttpRequest, remark_id: int) -> HttpResponse:
    """One remark with its answer."""
    remark = reads.remark_for(acting(request), remark_id)
    return _remark(request, remark, forms.AnswerForm(initial={"version": remark.version, "answer": remark.answer}))


@login_required
@require_http_methods(WRITE)
def remark_make(request: HttpRequest) -> HttpResponse:
    """A new remark."""
    form = _blank(request, forms.RemarkForm)
    if done := _try(form, lambda: services.remark_make(by=acting(request), data=form.facts())):
        messages.success(request, _("Đã ghi và báo cho nơi nhận."))
        return redirect("remark_detail", done.pk)
    return _write(request, form, _("Ghi khó khăn, kiến nghị"), "remark_list")


@login_required
@require_http_methods(WRITE)
def remark_edit(request: HttpRequest, remark_id: int) -> HttpResponse:
    """Correcting a remark."""
    row = reads.remark_for(acting(request), remark_id)
    form = _filled(request, forms.RemarkForm, row)
    act = services.remark_edit
    if _try(form, lambda: act(by=acting(request), remark=row, data=form.facts(), version=form.seen)):
        messages.success(request, _("Đã lưu."))
        return redirect("remark_detail", row.pk)
    return _write(request, form, _("Sửa khó khăn, kiến nghị"), "remark_list")


@login_required
@require_POST
def remark_answer(request: HttpRequest, remark_id: int) -> HttpResponse:
    """The answer."""
    row, form = reads.remark_for(acting(request), remark_id), forms.AnswerForm(request.POST)
    if _try(form, lambda: services.remark_answer(by=acting(request), remark=row, **form.cleaned_data)):
        messages.success(request, _("Đã trả lời và báo cho đơn vị."))
        return redirect("remark_detail", row.pk)
    return _remark(request, row, form, status=422)


@login_required
@require_POST
def remark_state_set(request: HttpRequest, remark_id: int) -> HttpResponse:
    """Settled, or taken up again."""
    row, form = reads.remark_for(acting(request), remark_id), forms.StateForm(request.POST)
    if _try(form, lambda: services.remark_state_set(by=acting(request), remark=row, **form.cleaned_data)):
        messages.success(request, _("Đã lưu."))
    else:
        _say(request, form)
    return redirect("remark_detail", row.pk)


def _remark(request: HttpRequest, remark: Remark, form: forms.AnswerForm, status: int = 200) -> HttpResponse:
    member = acting(request)
    context = {
        "remark": remark,
        "form": form,
        "may_answer": reads.may_answer(member, remark),
        "may_write": reads.may_write(member, remark.agency),
    }
    return render(request, "activities/remark_detail.html", context, status=status)


# Commendations ------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def commendation_list(request: HttpRequest) -> HttpResponse:
    """Proposals and what became of them."""
    member = acting(request)
    form, scope = forms.commendation_filter(request.GET, plans_for(member)), scope_of(member)
    rows = reads.commendations_list(member, form.wanted(), sort=form.order)
    context = _listing(request, "commendation", form, rows)
    context["shown"] = [
        (reads.commendation_row(scope, row), services.commendation_choices(row)) for row in context["page"]
    ]
    return render(request, "activities/commendation_list.html", context)


@login_required
@require_safe
def commendation_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file, with the names that the reader may see."""
    member = acting(request)
    form, scope = forms.commendation_filter(request.GET, plans_for(member)), scope_of(member)
    heads = [
        _("Đơn vị"), _("Loại"), _("Tập thể, cá nhân"), _("Thành tích"), _("Hình thức"), _("Ngày"), _("Trạng thái"),
        _("Quyết định"),
    ]  # fmt: skip
    rows = (
        [
            row.agency.name, row.get_nominee_kind_display(), reads.commendation_row(scope, row).nominee,
            row.achievement, row.form, row.on, row.get_state_display(), row.decision,
        ]
        for row in reads.commendations_list(member, form.wanted(), sort=form.order)
    )  # fmt: skip
    return _file("khen-thuong", kind, heads, rows)


@login_required
@require_http_methods(WRITE)
def commendation_propose(request: HttpRequest) -> HttpResponse:
    """A new proposal."""
    form = _blank(request, forms.CommendationForm)
    if _try(form, lambda: services.commendation_propose(by=acting(request), data=form.facts())):
        messages.success(request, _("Đã ghi đề xuất."))
        return redirect("commendation_list")
    return _write(request, form, _("Đề xuất khen thưởng"), "commendation_list")


@login_required
@require_http_methods(WRITE)
def commendation_edit(request: HttpRequest, commendation_id: int) -> HttpResponse:
    """Correcting a proposal; only for who may see the name."""
    row = reads.commendation_for(acting(request), commendation_id)
    if not reads.commendation_row(scope_of(acting(request)), row).may_edit:
        messages.error(request, _("Đề xuất này không sửa được nữa, hoặc không thuộc đơn vị của bạn."))
        return redirect("commendation_list")
    form, act = _filled(request, forms.CommendationForm, row), services.commendation_edit
    if _try(form, lambda: act(by=acting(request), commendation=row, data=form.facts(), version=form.seen)):
        messages.success(request, _("Đã lưu."))
        return redirect("commendation_list")
    return _write(request, form, _("Sửa đề xuất khen thưởng"), "commendation_list")


@login_required
@require_POST
def commendation_decide(request: HttpRequest, commendation_id: int) -> HttpResponse:
    """The next state."""
    row, form = reads.commendation_for(acting(request), commendation_id), forms.DecideForm(request.POST)
    if _try(form, lambda: services.commendation_decide(by=acting(request), commendation=row, **form.cleaned_data)):
        messages.success(request, _("Đã lưu."))
    else:
        _say(request, form)
    return redirect("commendation_list")


# Money --------------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def budget_list(request: HttpRequest) -> HttpResponse:
    """Lines of money with their sums."""
    form = forms.budget_filter(request.GET, plans_for(acting(request)))
    rows = reads.budget_list(acting(request), form.wanted(), sort=form.order)
    context = _listing(request, "budget", form, rows)
    context |= {"total": reads.budget_sum(rows), "groups": reads.budget_groups(rows)}
    scope = scope_of(acting(request))
    writes = (*scope.own, *scope.steered)
    context["shown"] = [(row, bool(writes) and row.agency.path.startswith(writes)) for row in context["page"]]
    return render(request, "activities/budget_list.html", context)


@login_required
@require_safe
def budget_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file."""
    form = forms.budget_filter(request.GET, plans_for(acting(request)))
    heads = [
        _("Đơn vị"), _("Kế hoạch"), _("Nhiệm vụ"), _("Năm"), _("Nguồn"), _("Nội dung chi"), _("Dự toán (đồng)"),
        _("Được giao (đồng)"), _("Đã chi (đồng)"), _("Ghi chú"),
    ]  # fmt: skip
    rows = (
        [
            row.agency.name, row.plan.title, row.task.code if row.task else "", row.year, row.get_source_display(),
            row.content, *(None if value is None else int(value) for value in (row.planned, row.allocated, row.spent)),
            row.note,
        ]
        for row in reads.budget_list(acting(request), form.wanted(), sort=form.order)
    )  # fmt: skip
    return _file("kinh-phi", kind, heads, rows)


@login_required
@require_http_methods(WRITE)
def budget_line_add(request: HttpRequest) -> HttpResponse:
    """A new line."""
    form = _blank(request, forms.BudgetForm)
    if _try(form, lambda: services.budget_line_add(by=acting(request), data=form.facts())):
        messages.success(request, _("Đã ghi kinh phí."))
        return redirect("budget_list")
    return _write(request, form, _("Ghi kinh phí"), "budget_list")


@login_required
@require_http_methods(WRITE)
def budget_line_edit(request: HttpRequest, line_id: int) -> HttpResponse:
    """Correcting a line."""
    row = reads.budget_line_for(acting(request), line_id)
    form, act = _filled(request, forms.BudgetForm, row), services.budget_line_edit
    if _try(form, lambda: act(by=acting(request), line=row, data=form.facts(), version=form.seen)):
        messages.success(request, _("Đã lưu."))
        return redirect("budget_list")
    return _write(request, form, _("Sửa kinh phí"), "budget_list", remove=reverse("budget_line_remove", args=[row.pk]))


@login_required
@require_POST
def budget_line_remove(request: HttpRequest, line_id: int) -> HttpResponse:
    """Takes a line out."""
    row, form = reads.budget_line_for(acting(request), line_id), forms.StateForm(request.POST)
    act = services.budget_line_remove
    if _try(form, lambda: act(by=acting(request), line=row, version=form.cleaned_data["version"]) or row):
        messages.success(request, _("Đã xóa dòng kinh phí."))
    else:
        _say(request, form)
    return redirect("budget_list")


# What they share ----------------------------------------------------------------------------------------------------


def _tabs(here: str) -> list[dict[str, Any]]:
    names = {"remark": _("Khó khăn, kiến nghị"), "commendation": _("Khen thưởng"), "budget": _("Kinh phí")}
    return [{"url": reverse(f"{key}_list"), "label": label, "active": key == here} for key, label in names.items()]


def _listing(request: HttpRequest, key: str, form: forms.RecordFilterForm, rows: Any) -> dict[str, Any]:
    query = request.GET.urlencode()
    return {
        "form": form,
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "tabs": _tabs(key),
        "may_write": reads.writing_agencies(acting(request)).exists(),
        "export": [(kind.upper(), f"{reverse(f'{key}_export', args=[kind])}?{query}") for kind in ("xlsx", "csv")],
    }


def _list(request: HttpRequest, key: str, form: forms.RecordFilterForm, rows: Any) -> HttpResponse:
    return render(request, f"activities/{key}_list.html", _listing(request, key, form, rows))


def _blank(request: HttpRequest, kind: type[Any]) -> Any:
    member = acting(request)
    agencies = reads.writing_agencies(member)
    own = agencies.filter(pk=member.agency_id or 0).first() or agencies.first()
    return kind(request.POST or None, agencies=agencies, plans=plans_for(member), initial=forms.blank(own))


def _filled(request: HttpRequest, kind: type[Any], row: Remark | Commendation | BudgetLine) -> Any:
    agencies, plans = reads.writing_agencies(acting(request)), plans_for(acting(request))
    return kind(request.POST or None, agencies=agencies, plans=plans, initial=forms.initial_of(row))


def _try(form: Any, act: Callable[[], Any]) -> Any:
    """What the act answers, where the form was sent and is good; a refusal is shown at its field."""
    if not form.is_valid():
        return None
    try:
        return act()
    except RecordRefused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None


def _say(request: HttpRequest, form: Any) -> None:
    for errors in form.errors.values():
        messages.error(request, " ".join(errors))


def _write(request: HttpRequest, form: Any, title: str, back: str, remove: str = "") -> HttpResponse:
    context = {"form": form, "title": title, "back": reverse(back), "remove": remove}
    return render(request, "activities/record_form.html", context, status=422 if form.errors else 200)


def _file(name: str, kind: str, heads: Sequence[str], rows: Iterable[list[Any]]) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}-{clock.today():%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(heads, rows), content_type=CSV, headers=headers)
    return StreamingHttpResponse(
        xlsx([Sheet(name, heads, rows, [24] * len(heads))]), content_type=XLSX, headers=headers
    )
