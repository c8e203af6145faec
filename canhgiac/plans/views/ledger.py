"""Targets' ledger: one target, its set-up, the lists behind its figures, counts entered, populations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.models import Role
from canhgiac.agencies.selectors import has_role, require_role
from canhgiac.agencies.views.access import acting
from canhgiac.kit.sheets import XLSX, Sheet, Value, xlsx
from canhgiac.plans.forms.ledger import (
    CountsForm,
    MeasureForm,
    PartsForm,
    PopulationForm,
    SurveyForm,
    TallyForm,
    part_named,
    population_initial,
    rule_initial,
    setup_initial,
)
from canhgiac.plans.models import TargetMeasure
from canhgiac.plans.selectors.ledger import (
    may_set_up,
    measure_for,
    parts_entered_by,
    parts_list,
    population_for,
    populations_of,
    target_for,
)
from canhgiac.plans.selectors.pages import measure_page, part_rows, parts_shown, target_page
from canhgiac.plans.selectors.setups import setups_suggested
from canhgiac.plans.services import ledger, measures, populations
from canhgiac.plans.services.ledger import LedgerRefused

PREVIEW = 50
ROWS = 25


@login_required
@require_safe
def target_detail(request: HttpRequest, target_id: int) -> HttpResponse:
    """One target: its measures, how they came along, and the populations they are measured over."""
    member = acting(request)
    target = target_for(member, target_id)
    context = {
        "target": target,
        "page": target_page(target),
        "populations": populations_of(target),
        "may_set_up": may_set_up(member, target),
        "suggested": len(setups_suggested(target)),
    }
    return render(request, "plans/ledger/target_detail.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def measure_set_up(request: HttpRequest, target_id: int) -> HttpResponse:
    """Suggestions from the target's words, a form to change them, a preview of the list and its size; then kept."""
    member = acting(request)
    target = target_for(member, target_id)
    require_role(member, Role.Kind.COORDINATOR, agency=target.plan.agency)
    setups = setups_suggested(target)
    chosen = _number(request.GET.get("mau", "0"))
    initial = setup_initial(target, setups[chosen] if chosen < len(setups) else None)
    form = MeasureForm(request.POST or None, request.FILES or None, target=target, initial=initial)
    if request.method == "POST" and form.is_valid() and "luu" in request.POST:
        measure = _set_up(request, form)
        if measure is not None:
            return redirect("measure_detail", measure_id=measure.pk)
    context = {"target": target, "form": form, "setups": setups, "chosen": chosen, "preview": _preview(form)}
    return render(request, "plans/ledger/measure_set_up.html", context)


def _set_up(request: HttpRequest, form: MeasureForm) -> TargetMeasure | None:
    try:
        made = form.made() if form.needed() else None
        measure = measures.measure_set_up(
            by=acting(request), target=form.target, method=form.cleaned_data["cach_do"], rule=form.rule(), made=made
        )
    except LedgerRefused as refused:
        form.add_error(None, str(refused))
        return None
    messages.success(request, _("Đã thiết lập cách đo."))
    return measure


def _preview(form: PopulationForm) -> dict[str, Any] | None:
    if not form.is_bound or not form.is_valid() or not form.needed():
        return None
    parts = form.preview()
    sizes = [part.size for part in parts]
    known = sum(size for size in sizes if size is not None)
    return {"parts": parts[:PREVIEW], "count": len(parts), "total": known, "unknown": sizes.count(None)}


@login_required
@require_safe
def measure_detail(request: HttpRequest, measure_id: int) -> HttpResponse:
    """One measure: its rate explained, the lists behind it, who is missing, how it came along."""
    member = acting(request)
    measure = measure_for(member, measure_id)
    form = PartsForm(request.GET)
    wanted = form.wanted()
    page = Paginator(parts_list(member, measure, wanted), ROWS).get_page(request.GET.get("page"))
    context = {
        "measure": measure,
        "target": measure.target,
        "data": measure_page(member, measure),
        "form": form,
        "wanted": wanted,
        "page": page,
        "rows": parts_shown(page.object_list),
        "export": [("XLSX", f"xuat.xlsx?{request.GET.urlencode()}")],
        "survey_form": SurveyForm(),
        "tally_form": TallyForm(),
    }
    return render(request, "plans/ledger/measure_detail.html", context)


@login_required
@require_safe
def measure_export(request: HttpRequest, measure_id: int) -> StreamingHttpResponse:
    """The list behind the figure as a workbook, with the sources of each count."""
    member = acting(request)
    measure = measure_for(member, measure_id)
    rows = part_rows(parts_list(member, measure, PartsForm(request.GET).wanted()))
    return _workbook(f"chi-tieu-{measure.pk}", _("Danh sách"), _part_heads(), rows)


def _part_heads() -> list[str]:
    return [_("Tên"), _("Địa bàn"), _("Tổng số"), _("Đã đạt"), _("Tình trạng"), _("Từ ngày"), _("Nguồn")]


def _workbook(name: str, title: str, heads: list[str], rows: Iterator[list[Value]]) -> StreamingHttpResponse:
    sheet = Sheet(title, heads, rows, (46, 30, 12, 12, 18, 14, 60))
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def counts_enter(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Counts typed, pasted or from a sheet, with their paper; for the parts the member answers for."""
    member = acting(request)
    measure = measure_for(member, measure_id)
    parts = parts_entered_by(member, measure)
    one = parts.filter(pk=_number(request.GET.get("phan", "0"))).first()
    form = CountsForm(request.POST or None, request.FILES or None, parts=parts, initial=part_named(one))
    if request.method == "POST" and form.is_valid():
        try:
            put = ledger.counts_enter(by=member, measure=measure, rows=form.cleaned_data["rows"])
        except LedgerRefused as refused:
            form.add_error("dong", refused.lines)
        else:
            messages.success(request, ngettext("Đã ghi %d dòng.", "Đã ghi %d dòng.", put.written) % put.written)
            return redirect("measure_detail", measure_id=measure.pk)
    context = {"measure": measure, "target": measure.target, "form": form, "parts": parts[:PREVIEW], "n": parts.count()}
    return render(request, "plans/ledger/counts_enter.html", context)


@login_required
@require_POST
def counts_clear(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Takes entries of one or more parts back: they are unknown again."""
    measure = measure_for(acting(request), measure_id)
    parts = [_number(value) for value in request.POST.getlist("phan")]
    count = ledger.counts_clear(by=acting(request), measure=measure, parts=parts)
    messages.success(request, ngettext("Đã bỏ %d dòng đã nhập.", "Đã bỏ %d dòng đã nhập.", count) % count)
    return redirect("measure_detail", measure_id=measure.pk)


@login_required
@require_POST
def survey_add(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Adds a survey; a form at fault comes back as typed."""
    measure, form = measure_for(acting(request), measure_id), SurveyForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            ledger.survey_add(
                by=acting(request), measure=measure, on=given["ngay"], sample_size=given["so_nguoi"],
                positive=given["so_dat"], source=given["nguon"],
            )  # fmt: skip
        except LedgerRefused as refused:
            form.add_error(None, str(refused))
    return _added(request, measure, form, "plans.survey")


@login_required
@require_POST
def tally_add(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Adds one thing done; a form at fault comes back as typed."""
    measure, form = measure_for(acting(request), measure_id), TallyForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        links = [given["lien_ket"]] if given["lien_ket"] else []
        try:
            ledger.tally_add(
                by=acting(request), measure=measure, label=given["viec"], on=given["ngay"], source=given["nguon"],
                links=links,
            )  # fmt: skip
        except LedgerRefused as refused:
            form.add_error(None, str(refused))
    return _added(request, measure, form, "plans.tally")


def _added(request: HttpRequest, measure: TargetMeasure, form: SurveyForm | TallyForm, kind: str) -> HttpResponse:
    if not form.errors:
        messages.success(request, _("Đã thêm."))
        return redirect("measure_detail", measure_id=measure.pk)
    context = {"measure": measure, "target": measure.target, "form": form, "kind": kind}
    return render(request, "plans/ledger/entry_add.html", context)


@login_required
@require_POST
def tally_remove(request: HttpRequest, measure_id: int, item_id: int) -> HttpResponse:
    """Takes one thing off the tally."""
    measure = measure_for(acting(request), measure_id)
    try:
        ledger.tally_remove(by=acting(request), measure=measure, item_id=item_id)
    except LedgerRefused as refused:
        messages.error(request, str(refused))
    return redirect("measure_detail", measure_id=measure.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def measure_change(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Another rule or window for the measure."""
    member = acting(request)
    measure = measure_for(member, measure_id)
    require_role(member, Role.Kind.COORDINATOR, agency=measure.target.plan.agency)
    form = MeasureForm(request.POST or None, target=measure.target, fixed=True, initial=rule_initial(measure))
    if request.method == "POST" and form.is_valid():
        try:
            measures.measure_change(by=member, measure=measure, rule=form.rule())
        except LedgerRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Đã đổi cách đếm; số liệu được đếm lại."))
            return redirect("measure_detail", measure_id=measure.pk)
    return render(
        request, "plans/ledger/measure_change.html", {"measure": measure, "target": measure.target, "form": form}
    )


@login_required
@require_POST
def measure_remove(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Takes the measure away; its population stays readable."""
    measure = measure_for(acting(request), measure_id)
    target = measure.target
    measures.measure_remove(by=acting(request), measure=measure)
    messages.success(request, _("Đã bỏ cách đo."))
    return redirect("target_detail", target_id=target.pk)


@login_required
@require_POST
def gap_urge(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Urges the agencies ticked that stand between us and the target."""
    measure = measure_for(acting(request), measure_id)
    ticked = [_number(value) for value in request.POST.getlist("agency")]
    words = request.POST.get("loi", "")[:1000]
    count = measures.gap_urge(by=acting(request), measure=measure, agencies=ticked, message=words)
    messages.success(request, ngettext("Đã đôn đốc %d đơn vị.", "Đã đôn đốc %d đơn vị.", count) % count)
    return redirect("measure_detail", measure_id=measure.pk)


@login_required
@require_safe
def population_detail(request: HttpRequest, population_id: int) -> HttpResponse:
    """One population, past ones too: its parts, its source, what it replaced."""
    population = population_for(acting(request), population_id)
    rows = population.parts.select_related("agency", "area__parent").order_by("label", "pk")
    context = {
        "population": population,
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "may_replace": has_role(acting(request), Role.Kind.COORDINATOR, agency=population.agency),
    }
    return render(request, "plans/ledger/population_detail.html", context)


@login_required
@require_safe
def population_export(request: HttpRequest, population_id: int) -> StreamingHttpResponse:
    """The population's parts as a workbook."""
    population = population_for(acting(request), population_id)
    parts = population.parts.select_related("area").order_by("label", "pk")
    rows: Iterator[list[Value]] = ([p.label, p.area.name if p.area else None, p.size] for p in parts.iterator())
    return _workbook(f"tong-the-{population.pk}", _("Tổng thể"), _part_heads()[:3], rows)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def population_replace(request: HttpRequest, population_id: int) -> HttpResponse:
    """A later count in the population's place: form, preview, then kept; counts that do not fit are named."""
    member = acting(request)
    population = population_for(member, population_id)
    require_role(member, Role.Kind.COORDINATOR, agency=population.agency)
    initial, home = population_initial(population), population.agency
    form = PopulationForm(request.POST or None, request.FILES or None, initial=initial, home=home)
    if request.method == "POST" and form.is_valid() and "luu" in request.POST:
        try:
            done = populations.population_replace(by=member, population=population, made=form.made())
        except LedgerRefused as refused:
            form.add_error(None, str(refused))
        else:
            return render(request, "plans/ledger/population_replaced.html", {"done": done, "old": population})
    context = {"population": population, "form": form, "preview": _preview(form)}
    return render(request, "plans/ledger/population_replace.html", context)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0
