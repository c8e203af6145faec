"""Who filed an own plan, how it answers the parent, and the nudge to those who filed none."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from canhgiac.agencies.models import Role
from canhgiac.agencies.selectors import has_role, require_role
from canhgiac.agencies.views.access import acting
from canhgiac.kit.sheets import XLSX, Sheet, xlsx
from canhgiac.plans.forms.subplans import SubPlanMatchForm
from canhgiac.plans.models import SubPlanMatch
from canhgiac.plans.selectors.directives import plan_for
from canhgiac.plans.selectors.subplans import (
    filing_rows,
    filing_summary,
    filings,
    sub_plan_match_for,
    sub_plan_matches,
    submission_deadline,
)
from canhgiac.plans.services.subplans import sub_plan_compare, sub_plan_match_set, sub_plans_chase


@login_required
@require_GET
def sub_plan_list(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Which agencies have filed a plan of their own, and how each answers."""
    plan = plan_for(acting(request), plan_id)
    require_role(acting(request), Role.Kind.COORDINATOR, Role.Kind.AUDITOR, agency=plan.agency)
    rows = filings(plan)
    wanted = request.GET.get("loc", "")
    context = {
        "plan": plan,
        "filings": [row for row in rows if wanted in ("", row.standing)],
        "summary": filing_summary(rows),
        "wanted": wanted,
        "submission": submission_deadline(plan),
        "may_chase": has_role(acting(request), Role.Kind.COORDINATOR, agency=plan.agency),
    }
    return render(request, "plans/sub_plan_list.html", context)


@login_required
@require_GET
def sub_plan_list_xlsx(request: HttpRequest, plan_id: int) -> StreamingHttpResponse:
    """The same list as a workbook."""
    plan = plan_for(acting(request), plan_id)
    require_role(acting(request), Role.Kind.COORDINATOR, Role.Kind.AUDITOR, agency=plan.agency)
    heads = [_("Cơ quan"), _("Số nhiệm vụ"), _("Tình trạng"), _("Ngày gửi"), *map(str, SubPlanMatch.State.labels)]
    sheet = Sheet(_("Kế hoạch của đơn vị"), heads, filing_rows(filings(plan)), (50, 12, 16, 14, 14, 14, 14, 14))
    headers = {"Content-Disposition": f'attachment; filename="ke-hoach-don-vi-{plan.pk}.xlsx"'}
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


@login_required
@require_POST
def sub_plans_nudge(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Reminds all that have filed none, or those ticked."""
    plan = plan_for(acting(request), plan_id)
    ticked = [int(value) for value in request.POST.getlist("agency") if value.isdecimal()]
    count = sub_plans_chase(by=acting(request), plan=plan, agencies=ticked)
    messages.success(request, ngettext("Đã nhắc %d đơn vị.", "Đã nhắc %d đơn vị.", count) % count)
    return redirect("sub_plan_list", plan_id=plan.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sub_plan_answers(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The sub-plan beside its parent, task by task; POST judges anew."""
    plan = plan_for(acting(request), plan_id)
    if plan.parent is None:
        return redirect("plan_detail", plan_id=plan.pk)
    if request.method == "POST":
        sub_plan_compare(by=acting(request), sub_plan=plan)
        return redirect("sub_plan_answers", plan_id=plan.pk)
    matches = list(sub_plan_matches(plan))
    wanted = request.GET.get("loc", "")
    counts = [(state, sum(match.state == state for match in matches)) for state in SubPlanMatch.State]
    context = {
        "plan": plan,
        "matches": [match for match in matches if wanted in ("", match.state)],
        "counts": counts,
        "total": len(matches),
        "wanted": wanted,
        "may_judge": has_role(acting(request), Role.Kind.COORDINATOR, agency=plan.parent.agency),
        "own_tasks": plan.tasks.exclude(review="rejected").order_by("position"),
        "states": SubPlanMatch.State.choices,
    }
    return render(request, "plans/sub_plan_answers.html", context)


@login_required
@require_POST
def sub_plan_judge(request: HttpRequest, match_id: int) -> HttpResponse:
    """A coordinator's own judgement of one answer."""
    match = sub_plan_match_for(acting(request), match_id)
    form = SubPlanMatchForm(request.POST, sub_plan=match.sub_plan)
    if form.is_valid():
        sub_plan_match_set(by=acting(request), match=match, **form.cleaned_data)
        messages.success(request, _("Đã ghi nhận định về %(code)s.") % {"code": match.parent_task.code})
    else:
        messages.error(request, "; ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("sub_plan_answers", plan_id=match.sub_plan_id)
