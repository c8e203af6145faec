"""The review page: the document beside the plan extracted from it, and every act on its pieces."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.models import Agency
from canhgiac.plans.forms.review import FORMS, AddForm, DueForm, FindingForm, HeaderForm, PieceForm
from canhgiac.plans.models import Finding, Piece, Plan, ReviewState, Suggestion, Target, Task
from canhgiac.plans.selectors.due import due_said
from canhgiac.plans.selectors.review import (
    FILTERS,
    TABS,
    Query,
    agencies_found,
    part_of,
    piece_for,
    range_of_lines,
    review_for,
    review_page,
    rule_of,
    shares_by_body,
    steps_since,
)
from canhgiac.plans.services import checks, rearrange, review
from canhgiac.plans.services.rearrange import Refused
from canhgiac.plans.services.steps import Stale, kind_of
from canhgiac.plans.services.steps import step_undo as undo

from .exports import acting

P = ParamSpec("P")
LABELS = {
    "nhiem-vu": _("Nhiệm vụ"),
    "chi-tieu": _("Chỉ tiêu"),
    "thoi-han": _("Thời hạn"),
    "bao-cao": _("Báo cáo"),
    "co-quan": _("Cơ quan"),
    "noi-nhan": _("Nơi nhận"),
}


@login_required
@require_safe
def plan_review(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The document and the plan side by side."""
    return _show(request, review_for(acting(request), plan_id))


@login_required
@require_safe
def plan_lines(request: HttpRequest, plan_id: int, part: int) -> HttpResponse:
    """One folded part of a long document, opened."""
    plan = review_for(acting(request), plan_id)
    if not request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        return redirect(_url(plan, request.GET, mo=part))
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
    return render(request, "plans/review_changes.html", {"plan": plan, "steps": steps, "back": _url(plan, request.GET)})


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
def piece_edit(request: HttpRequest, plan_id: int, tab: str, piece_id: int) -> HttpResponse:
    """Corrects one piece; ``then`` is the code of the piece to go on to, ``accept`` takes it as seen."""
    plan = review_for(acting(request), plan_id)
    piece = piece_for(plan, _table(tab), piece_id)
    if request.method != "POST":
        return redirect(_url(plan, request.GET, phan=tab, chon=piece.code))
    form = FORMS[type(piece)](request.POST, piece=piece, plan=plan)
    if not form.is_valid():
        return _show(request, plan, form=form, chosen=piece.code, tab=tab)
    seen, accept = form.cleaned_data["version"], "accept" in request.POST
    try:
        review.piece_edit(by=acting(request), piece=piece, version=seen, accept=accept, **form.changes)
    except Stale as stale:
        return _show(request, plan, form=form, chosen=piece.code, tab=tab, conflict=stale)
    return redirect(_url(plan, request.GET, phan=tab, chon=request.POST.get("then") or piece.code))


def act(view: Callable[Concatenate[HttpRequest, Plan, P], str | dict[str, str] | None]) -> Callable[..., HttpResponse]:
    """An act by POST that ends on the review page: it returns the code to select, or keys of the address to change.

    A refusal becomes a message; nothing was written then.
    """

    @login_required
    @require_POST
    @wraps(view)
    def wrapped(request: HttpRequest, plan_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        plan = review_for(acting(request), plan_id)
        chosen: str | dict[str, str] | None = None
        try:
            chosen = view(request, plan, *args, **kwargs)
        except (Stale, Refused) as refusal:
            messages.error(request, str(refusal))
        changes = {"chon": chosen} if isinstance(chosen, str) else chosen or {}
        return redirect(_url(plan, request.GET, **changes))

    return wrapped


@act
def piece_accept(request: HttpRequest, plan: Plan, tab: str, piece_id: int) -> str | None:
    """Takes a piece as it is."""
    piece = piece_for(plan, _table(tab), piece_id)
    review.piece_review(by=acting(request), piece=piece, version=_version(request), review=ReviewState.ACCEPTED)
    return request.POST.get("then") or piece.code


@act
def piece_reject(request: HttpRequest, plan: Plan, tab: str, piece_id: int) -> str | None:
    """Takes a piece out of the plan."""
    piece = piece_for(plan, _table(tab), piece_id)
    review.piece_review(by=acting(request), piece=piece, version=_version(request), review=ReviewState.REJECTED)
    return request.POST.get("then") or ""


@act
def piece_restore(request: HttpRequest, plan: Plan, tab: str, piece_id: int) -> str | None:
    """Takes a piece up again that had been taken out."""
    piece = piece_for(plan, _table(tab), piece_id)
    review.piece_review(by=acting(request), piece=piece, version=_version(request), review=ReviewState.UNSEEN)
    return piece.code


@act
def piece_split(request: HttpRequest, plan: Plan, tab: str, piece_id: int) -> str | None:
    """Cuts a task where its words have a line break, a target where its populations have one."""
    piece = piece_for(plan, _table(tab), piece_id)
    if isinstance(piece, Target):
        populations = request.POST.get("population", "").splitlines()
        rearrange.target_split(by=acting(request), target=piece, version=_version(request), populations=populations)
    elif isinstance(piece, Task):
        parts = request.POST.get("text", "").splitlines()
        rearrange.task_split(by=acting(request), task=piece, version=_version(request), parts=parts)
    return piece.code


@act
def task_merge(request: HttpRequest, plan: Plan, tab: str, piece_id: int) -> str | None:
    """Joins the ticked tasks, or the one neighbour whose button was pressed, into this one."""
    piece = piece_for(plan, Task, piece_id)
    assert isinstance(piece, Task)
    pairs = [value.split(":") for value in request.POST.getlist("merge")]
    others = {int(pair[0]): int(pair[1]) for pair in pairs if len(pair) == 2 and "".join(pair).isdecimal()}
    rearrange.task_merge(by=acting(request), task=piece, version=_version(request), others=others)
    return piece.code


@act
def piece_retype(request: HttpRequest, plan: Plan, tab: str, piece_id: int) -> str | None:
    """Makes a piece one of another kind."""
    piece = piece_for(plan, _table(tab), piece_id)
    kind = request.POST.get("retype", "")
    if kind not in (name for name, table in TABS.values() if table is not None):
        raise Refused(_("Chọn loại muốn đổi sang."))
    fresh, _step = rearrange.piece_retype(by=acting(request), piece=piece, version=_version(request), kind=kind)
    messages.success(request, _("%(old)s nay là %(new)s.") % {"old": piece.code, "new": fresh.code})
    return request.POST.get("then") or ""


@act
def pieces_accept(request: HttpRequest, plan: Plan, tab: str) -> str | None:
    """Takes all unseen pieces of the tab, or those ticked, as they are."""
    ticked = [int(value) for value in request.POST.getlist("piece") if value.isdecimal()]
    count, _step = review.pieces_accept(
        by=acting(request), plan=plan, kind=kind_of_tab(tab), version=_version(request), ids=ticked or None
    )
    messages.success(request, ngettext("Đã nhận %d phần.", "Đã nhận %d phần.", count) % count)
    return None


@act
def piece_add(request: HttpRequest, plan: Plan) -> dict[str, str]:
    """Adds a piece: from a selection, from line numbers, or by hand."""
    form = AddForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Chưa thêm được: xem lại loại và số dòng."))
    data = form.cleaned_data
    span = None
    if data["end"]:
        span = (data["start"] or 0, data["end"])
    elif data["line_from"]:
        span = _lines(plan, data["line_from"], data["line_to"] or data["line_from"])
    fresh, _step = rearrange.piece_add(by=acting(request), plan=plan, kind=data["kind"], text=data["text"], span=span)
    tab = next(tab for tab, (kind, _table) in TABS.items() if kind == data["kind"])
    return {"phan": tab, "chon": fresh.code}


@act
def step_undo(request: HttpRequest, plan: Plan, step_id: int) -> str | None:
    """Takes the last act back."""
    step = undo(by=acting(request), step_id=step_id)
    messages.success(request, _("Đã hoàn tác."))
    return step.codes.split(", ")[0] or None


@act
def body_assign(request: HttpRequest, plan: Plan) -> str | None:
    """Says which registered agencies a printed body stands for."""
    printed = request.POST.get("as_printed", "")
    kept = [int(value) for value in request.POST.getlist("agency") if value.isdecimal()]
    if named := request.POST.get("agency_new", "").strip():
        form = PieceForm(piece=Task(plan=plan), plan=plan)
        found = [agency.pk for name in named.split(";") for agency in form.resolved(name)]
        if not found:
            raise Refused(_("Danh bạ chưa có “%(name)s”.") % {"name": named})
        kept += found
    known = list(Agency.objects.filter(pk__in=kept).values_list("pk", flat=True))
    count, _step = review.body_assign(
        by=acting(request), plan=plan, as_printed=printed, agencies=known, version=_version(request)
    )
    messages.success(request, ngettext("Đã phân công ở %d nhiệm vụ.", "Đã phân công ở %d nhiệm vụ.", count) % count)
    return printed


@act
def finding_handle(request: HttpRequest, plan: Plan, finding_id: int) -> str | None:
    """Ticks off one finding."""
    finding = Finding.objects.filter(plan=plan, pk=finding_id).first()
    form = FindingForm(request.POST)
    if finding is None or not form.is_valid():
        raise Refused(_("Chưa ghi được: ghi chú dài nhất 300 chữ."))
    checks.finding_handle(by=acting(request), finding=finding, **form.cleaned_data)
    return None


@act
def suggestions_handle(request: HttpRequest, plan: Plan) -> str | None:
    """Accepts or turns down scanning faults, one or all."""
    ids = [int(value) for value in request.POST.getlist("suggestion") if value.isdecimal()]
    if "all" in request.POST:
        ids = list(Suggestion.objects.filter(plan=plan, state=Suggestion.State.OPEN).values_list("pk", flat=True))
    accept = request.POST.get("accept") == "1"
    count, _step = checks.suggestions_handle(by=acting(request), plan=plan, ids=ids, accept=accept)
    done = ngettext("Đã sửa %d chỗ.", "Đã sửa %d chỗ.", count) if accept else _("Đã giữ nguyên %d chỗ.")
    messages.success(request, done % count)
    return None


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


def _show(
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


def _url(plan: Plan, get: QueryDict, **changes: object) -> str:
    """The review page as it is asked for now, with some keys changed."""
    keys = {key: get[key] for key in ("phan", "chon", "loc", "trang", "mo", "tat_ca") if get.get(key)}
    if "chon" in changes:
        keys.pop("trang", None)  # go to the page that holds the selected piece
    asked = {key: str(value) for key, value in (keys | changes).items() if value not in (None, "")}
    return reverse("plan_review", args=[plan.pk]) + (f"?{urlencode(asked)}" if asked else "")


def _table(tab: str) -> type[Piece]:
    table = TABS.get(tab, ("", None))[1]
    if table is None:
        raise Http404
    return table


def kind_of_tab(tab: str) -> str:
    """The kind of piece a tab lists. Raises Http404."""
    _table(tab)
    return TABS[tab][0]


def _version(request: HttpRequest) -> int:
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() else 0


def _lines(plan: Plan, first: int, last: int) -> tuple[int, int]:
    try:
        return range_of_lines(plan, first, last)
    except ValueError:
        raise Refused(_("Văn bản không có những dòng ấy.")) from None
