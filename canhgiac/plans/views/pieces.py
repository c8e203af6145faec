"""Every act on the pieces of a plan under review: parse, call one service, back to the page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from canhgiac.agencies.views.access import acting
from canhgiac.plans.forms.review import FORMS, AddForm, FindingForm, PieceForm
from canhgiac.plans.models import Piece, Plan, ReviewState, Target, Task
from canhgiac.plans.selectors.marks import range_of_lines
from canhgiac.plans.selectors.review import (
    TABS,
    agencies_known,
    finding_for,
    piece_for,
    review_for,
    suggestions_open,
)
from canhgiac.plans.services import checks, rearrange, review
from canhgiac.plans.services.rearrange import Refused
from canhgiac.plans.services.steps import Stale
from canhgiac.plans.services.steps import step_undo as undo

from .review import review_url, show

P = ParamSpec("P")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def piece_edit(request: HttpRequest, plan_id: int, tab: str, piece_id: int) -> HttpResponse:
    """Corrects one piece; ``then`` is the code of the piece to go on to, ``accept`` takes it as seen."""
    plan = review_for(acting(request), plan_id)
    piece = piece_for(plan, _table(tab), piece_id)
    if request.method != "POST":
        return redirect(review_url(plan, request.GET, phan=tab, chon=piece.code))
    form = FORMS[type(piece)](request.POST, piece=piece, plan=plan)
    if not form.is_valid():
        return show(request, plan, form=form, chosen=piece.code, tab=tab)
    seen, accept = form.cleaned_data["version"], "accept" in request.POST
    try:
        review.piece_edit(by=acting(request), piece=piece, version=seen, accept=accept, **form.changes)
    except Stale as stale:
        return show(request, plan, form=form, chosen=piece.code, tab=tab, conflict=stale)
    return redirect(review_url(plan, request.GET, phan=tab, chon=request.POST.get("then") or piece.code))


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
        return redirect(review_url(plan, request.GET, **changes))

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
    """Takes all unseen pieces of the tab as they are."""
    count, _step = review.pieces_accept(by=acting(request), plan=plan, kind=kind_of_tab(tab), version=_version(request))
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
    known = agencies_known(kept)
    count, _step = review.body_assign(
        by=acting(request), plan=plan, as_printed=printed, agencies=known, version=_version(request)
    )
    messages.success(request, ngettext("Đã phân công ở %d nhiệm vụ.", "Đã phân công ở %d nhiệm vụ.", count) % count)
    return printed


@act
def finding_handle(request: HttpRequest, plan: Plan, finding_id: int) -> str | None:
    """Ticks off one finding."""
    finding = finding_for(plan, finding_id)
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
        ids = suggestions_open(plan)
    accept = request.POST.get("accept") == "1"
    count, _step = checks.suggestions_handle(by=acting(request), plan=plan, ids=ids, accept=accept)
    done = ngettext("Đã sửa %d chỗ.", "Đã sửa %d chỗ.", count) if accept else _("Đã giữ nguyên %d chỗ.")
    messages.success(request, done % count)
    return None


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
