"""Lists of targets and of reporting duties, with their exports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.kit.sheets import CSV, XLSX, Sheet, Value, csv_lines, xlsx
from canhgiac.plans.forms.calendar import AimsForm
from canhgiac.plans.selectors.aims import duties_list, rate_cells, target_cells, targets_list
from canhgiac.plans.selectors.calendar import plans_for
from canhgiac.plans.selectors.ledger import target_rates

KINDS = ("xlsx", "csv")


@login_required
@require_safe
def target_list(request: HttpRequest) -> HttpResponse:
    """The targets with their owner and day."""
    form = AimsForm(request.GET, plans=plans_for(acting(request)))
    rows = target_rates(targets_list(acting(request), **form.wanted()))
    return render(request, "plans/target_list.html", {"form": form, "rows": rows, "export": _export(request)})


@login_required
@require_safe
def target_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The same list as a file."""
    form = AimsForm(request.GET, plans=plans_for(acting(request)))
    heads = [
        _("Chỉ tiêu"), _("So sánh"), _("Giá trị"), _("Đơn vị"), _("Tổng thể"), _("Cơ quan chịu trách nhiệm"),
        _("Hạn theo văn bản"), _("Hạn"), _("Kế hoạch"), _("Đã đạt"), _("Mẫu số"), _("Tỷ lệ"), _("Chưa rõ"),
        _("Gửi nhưng trống"), _("Giải thích"),
    ]  # fmt: skip
    found = target_rates(targets_list(acting(request), **form.wanted()))
    rows = [[*target_cells(one.target), *cells] for one in found for cells in rate_cells(one)]
    return _table("chi-tieu", kind, heads, rows)


@login_required
@require_safe
def obligation_list(request: HttpRequest) -> HttpResponse:
    """The reporting duties with who reports and the next day."""
    form = AimsForm(request.GET, plans=plans_for(acting(request)))
    context = {"form": form, "rows": duties_list(acting(request), **form.wanted()), "export": _export(request)}
    return render(request, "plans/obligation_list.html", context)


@login_required
@require_safe
def obligation_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The same list as a file."""
    form = AimsForm(request.GET, plans=plans_for(acting(request)))
    heads = [
        _("Nội dung"), _("Kỳ"), _("Quy tắc hạn"), _("Đơn vị báo cáo"), _("Nơi nhận"), _("Qua"), _("Hạn tới"),
        _("Kế hoạch"),
    ]  # fmt: skip
    rows = [
        [
            duty.obligation.text, duty.period_words, duty.rule_words, duty.obligation.reporter,
            duty.obligation.recipient, duty.obligation.via, duty.next_due, duty.obligation.plan.title,
        ]
        for duty in duties_list(acting(request), **form.wanted())
    ]  # fmt: skip
    return _table("che-do-bao-cao", kind, heads, rows)


def _export(request: HttpRequest) -> list[tuple[str, str]]:
    return [(kind.upper(), f"xuat.{kind}?{request.GET.urlencode()}") for kind in KINDS]


def _table(name: str, kind: str, heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}-{clock.today():%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(heads, rows), content_type=CSV, headers=headers)
    widths = [60, *([22] * (len(heads) - 1))]
    return StreamingHttpResponse(xlsx([Sheet(name, heads, rows, widths)]), content_type=XLSX, headers=headers)
