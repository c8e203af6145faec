"""The review page: the document beside the plan extracted from it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.plans.forms.review import FORMS, AddForm, DueForm, HeaderForm, PieceForm
from canhgiac.plans.models import Plan, Task
from canhgiac.plans.selectors.due import due_said
from canhgiac.plans.selectors.marks import part_of
from canhgiac.plans.selectors.review import (
    FILTERS,
    TABS,
    Query,
    agencies_found,
    review_for,
    review_page,
    rule_of,
    shares_by_body,
    steps_since,
)
from canhgiac.plans.services import checks
from canhgiac.plans.services.steps import Stale, kind_of

LABELS = {
    "nhiem-vu": lazy("Nhiệm vụ"),
    "chi-tieu": lazy("Chỉ tiêu"),
    "thoi-han": lazy("Thời hạn"),
    "bao-cao": lazy("Báo cáo"),
    "co-quan": lazy("Cơ quan"),
    "noi-nhan": lazy("Nơi nhận"),
}


@login_required
@require_safe
def plan_review(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The document and the plan side by side."""
    return show(request, review_for(acting(request), plan_id))


@login_required
@require_safe
def plan_lines(request: HttpRequest, plan_id: int, part: int) -> HttpResponse:
    """One folded part of a long document, opened."""
    plan = review_for(acting(request), plan_id)
    if not request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        return redirect(review_url(plan, request.GET, mo=part))
    return render(
        request, "plans/review_part.html", {"plan": plan, "part": part_of(plan, part, request.GET.get("chon", ""))}
    )


@login_required
@require_safe
def plan_changes(request: HttpRequest, plan_id: int) -> HttpResponse:
    """What others did since the page was made; 204 for nothing."""
    plan = review_for(acting(request), plan_id)
    since = request.GET.get("tu", "")
    steps = steps_since(plan, int(since) if since.isdecimal() else plan.version, besides=acting(request))
    if not steps:
        return HttpResponse(status=204)
    return render(
        request, "plans/review_changes.html", {"plan": plan, "steps": steps, "back": review_url(plan, request.GET)}
    )


@login_required
@require_safe
def agency_search(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Options of registered agencies for a name being typed."""
    review_for(acting(request), plan_id)
    typed = next((request.GET[key] for key in request.GET if key == "owner" or key.endswith("_new")), "")
    return render(request, "plans/review_agencies.html", {"agencies": agencies_found(typed.rpartition(";")[2])})


@login_required
@require_safe
def due_preview(request: HttpRequest, plan_id: int) -> HttpResponse:
    """A due rule being filled in, in plain words."""
    review_for(acting(request), plan_id)
    form = DueForm(request.GET)
    form.is_valid()
    rule = form.cleaned_data.get("due_rule")
    strictly = bool(form.cleaned_data.get("strictly_before"))
    return render(request, "plans/review_due.html", due_said(rule, strictly_before=strictly))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def header_correct(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Corrects number, date, place, issuer and the rest of the header."""
    plan = review_for(acting(request), plan_id)
    form = HeaderForm(request.POST or None, instance=plan.directive, initial={"version": plan.version})
    conflict = None
    if request.method == "POST" and form.is_valid():
        try:
            checks.header_correct(by=acting(request), plan=plan, version=form.cleaned_data["version"], **form.changes)
        except Stale as stale:
            conflict = stale
        else:
            messages.success(request, _("Đã ghi phần đầu văn bản."))
            return redirect("plan_review", plan.pk)
    context = {"plan": plan, "form": form, "conflict": conflict}
    return render(request, "plans/review_header.html", context, status=200 if request.method != "POST" else 422)


def show(
    request: HttpRequest,
    plan: Plan,
    *,
    form: PieceForm | None = None,
    chosen: str | None = None,
    tab: str | None = None,
    conflict: Stale | None = None,
) -> HttpResponse:
    """The page, or for htmx its changing part, with the form as the person left it."""
    query = _query(request)
    query.tab, query.chosen = tab or query.tab, chosen if chosen is not None else query.chosen
    page = review_page(plan, query)
    piece = page.chosen
    context: dict[str, Any] = {
        "plan": plan,
        "page": page,
        "tabs": [(key, LABELS[key], page.counts[key]) for key in TABS],
        "filters": _filters(query.tab),
        "form": form or (FORMS[type(piece)](piece=piece, plan=plan) if piece else None),
        "kind": kind_of(piece) if piece else "",
        "shares": shares_by_body(piece) if isinstance(piece, Task) else [],
        "add": AddForm(),
        "conflict": conflict,
        **due_said(rule_of(piece), strictly_before=getattr(piece, "strictly_before", False)),
    }
    partial = bool(request.htmx) and not request.htmx.boosted  # type: ignore[attr-defined]  # set by its middleware
    template = "plans/review_body.html" if partial else "plans/review.html"
    return render(request, template, context, status=422 if (form and not partial) else 200)


def _filters(tab: str) -> list[tuple[str, str]]:
    names = {
        "": _("Tất cả"),
        "chua-xem": _("Chưa xem"),
        "loi": _("Nghi lỗi quét"),
        "chua-giao": _("Chưa có cơ quan"),
        "da-bo": _("Đã bỏ"),
    }
    return [(key, names[key]) for key in FILTERS if key != "chua-giao" or tab == "nhiem-vu"]


def _query(request: HttpRequest) -> Query:
    """What the address asks for; what makes no sense is left at its default."""
    get = request.GET
    tab, page, only = get.get("phan", ""), get.get("trang", ""), get.get("loc", "")
    return Query(
        tab=tab if tab in TABS else "nhiem-vu",
        chosen=get.get("chon", ""),
        page=int(page) if page.isdecimal() else 0,
        only=only if only in FILTERS else "",
        opened=tuple(int(part) for part in get.getlist("mo") if part.isdecimal()),
        all_checks="tat_ca" in get,
    )


def review_url(plan: Plan, get: QueryDict, **changes: object) -> str:
    """The review page as it is asked for now, with some keys changed."""
    keys = {key: get[key] for key in ("phan", "chon", "loc", "trang", "mo", "tat_ca") if get.get(key)}
    if "chon" in changes:
        keys.pop("trang", None)  # go to the page that holds the selected piece
    asked = {key: str(value) for key, value in (keys | changes).items() if value not in (None, "")}
    return reverse("plan_review", args=[plan.pk]) + (f"?{urlencode(asked)}" if asked else "")
