"""The list of plans, one plan, and its issue."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.plans.models import Plan
from canhgiac.plans.selectors.directives import directives_unread, may_upload, plan_for, progress_of
from canhgiac.plans.selectors.directives import plan_list as plans_listed
from canhgiac.plans.selectors.issue import issue_check
from canhgiac.plans.selectors.overview import plan_overview
from canhgiac.plans.selectors.review import review_for
from canhgiac.plans.services import issue
from canhgiac.plans.services.rearrange import Refused
from canhgiac.plans.services.steps import Stale

ROWS = 25
AGENCIES = 50


@login_required
@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    """The plans the member may read."""
    member, asked = acting(request), request.GET
    plans = plans_listed(member, q=asked.get("q", ""), state=asked.get("state", ""), sort=asked.get("sort", ""))
    page = Paginator(plans, ROWS).get_page(asked.get("page"))
    progress = progress_of(list(page))
    context = {
        "page": page,
        "rows": [(plan, progress[plan.pk]) for plan in page],
        "states": Plan.State.choices,
        "unread": directives_unread(member),
        "may_upload": may_upload(member),
        "q": asked.get("q", ""),
        "state": asked.get("state", ""),
        "sorts": [("moi", _("Mới tải lên")), ("ngay", _("Ngày ban hành")), ("ten", _("Tên")), ("cu", _("Cũ nhất"))],
        "sort_by": asked.get("sort", ""),
    }
    return render(request, "plans/plan_list.html", context)


@login_required
@require_safe
def plan_detail(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One plan: what it is, how far it is."""
    member = acting(request)
    plan = plan_for(member, plan_id)
    overview = plan_overview(member, plan)
    agencies = Paginator(overview.agencies, AGENCIES).get_page(request.GET.get("page"))
    return render(request, "plans/plan_detail.html", {"plan": plan, "page": overview, "agencies": agencies})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_issue(request: HttpRequest, plan_id: int) -> HttpResponse:
    """What is still open before the issue; POST issues."""
    plan = review_for(acting(request), plan_id)
    if plan.state != Plan.State.DRAFT:
        return redirect("plan_detail", plan.pk)
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            issue.plan_issue(
                by=acting(request),
                plan=plan,
                version=int(version) if version.isdecimal() else 0,
                confirmed="confirmed" in request.POST,
            )
        except (Stale, Refused, issue.Unconfirmed) as refusal:
            messages.error(request, str(refusal))
            return redirect("plan_issue", plan.pk)
        messages.success(request, _("Đã ban hành. Các cơ quan được báo qua thư và chuông."))
        return redirect("plan_detail", plan.pk)
    return render(request, "plans/review_issue.html", {"plan": plan, "check": issue_check(plan)})


@login_required
@require_POST
def plan_close(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Ends a plan in force."""
    plan = plan_for(acting(request), plan_id)
    issue.plan_close(by=acting(request), plan=plan)
    messages.success(request, _("Đã kết thúc kế hoạch."))
    return redirect("plan_detail", plan.pk)
