"""Who owes: added, brought into line with the register, urged, extended, excused; an officer's own reports."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from canhgiac.agencies.models import Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.plans.selectors.scope import scope_of
from canhgiac.reporting.forms.rounds import DueAnswerForm, DueRequestForm, DutiesAddForm, DutiesManyForm
from canhgiac.reporting.selectors import duties as duty_rows
from canhgiac.reporting.selectors import rounds as found
from canhgiac.reporting.services import duties as act
from canhgiac.reporting.services import rounds
from canhgiac.reporting.services.refusals import Refused

from .rounds import detail_context

PER_PAGE = 25


@login_required
@require_safe
def my_reports(request: HttpRequest) -> HttpResponse:
    """What the member's own agencies have to report: late and open first, then what is in."""
    member = acting(request)
    work = duty_rows.my_reports(member)
    past = Paginator(work.past, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "work": work,
        "past": past,
        "past_rows": [duty_rows.DutyRow(duty, clock.today()) for duty in past],
        "scope": scope_of(member),
        "boards": found.scoreboards_open()[:5],
        "today": clock.today(),
    }
    return render(request, "reporting/my_reports.html", context)


@login_required
@require_POST
def duties_add(request: HttpRequest, round_id: int) -> HttpResponse:
    """Adds agencies by name; what is not in the register is named and nothing is lost."""
    member = acting(request)
    of = found.round_for(member, round_id)
    form = DutiesAddForm(request.POST, of=of)
    if form.is_valid():
        try:
            added = rounds.duties_add(by=member, round_id=of.pk, agencies=form.agencies)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            words = ngettext("Đã thêm %d đơn vị.", "Đã thêm %d đơn vị.", len(added)) % len(added)
            messages.success(request, words if added else _("Các đơn vị này đã có trong danh sách."))
            return redirect("round_detail", of.pk)
    return render(request, "reporting/round_detail.html", detail_context(request, of, add=form))


@login_required
@require_POST
def duties_suggest(request: HttpRequest, round_id: int) -> HttpResponse:
    """Adds whom the plan suggests."""
    try:
        added = rounds.duties_suggest(by=acting(request), round_id=round_id)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, ngettext("Đã thêm %d đơn vị.", "Đã thêm %d đơn vị.", added) % added)
    return redirect("round_detail", round_id)


@login_required
@require_POST
def duties_refresh(request: HttpRequest, round_id: int) -> HttpResponse:
    """Brings the list into line with the register."""
    try:
        changed = rounds.duties_refresh(by=acting(request), round_id=round_id)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = ngettext(
            "%d đơn vị đã sáp nhập được chuyển cho nơi kế thừa.",
            "%d đơn vị đã sáp nhập được chuyển cho nơi kế thừa.",
            changed,
        )
        messages.success(request, words % changed)
    return redirect("round_detail", round_id)


@login_required
@require_POST
def duties_many(request: HttpRequest, round_id: int) -> HttpResponse:
    """One act on all ticked duties of the round."""
    member = acting(request)
    of = found.round_for(member, round_id)
    form = DutiesManyForm(request.POST, of=of)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, _("Chọn ít nhất một đơn vị.") if form.has_error("viec") else str(errors[0]))
        return redirect("round_detail", of.pk)
    which = duty_rows.readable_ids(member, of, form.cleaned_data["viec"])
    if form.cleaned_data["act"] == "urge":
        _urge(request, which, form.cleaned_data["loi_nhan"])
    else:
        _bulk(request, which, form.cleaned_data)
    return redirect("round_detail", of.pk)


def _urge(request: HttpRequest, which: list[int], message: str) -> None:
    urged = act.duties_urge(by=acting(request), duties=which, message=message)
    if urged.urged:
        messages.success(request, ngettext("Đã đôn đốc %d đơn vị.", "Đã đôn đốc %d đơn vị.", urged.urged) % urged.urged)
    if urged.already:
        messages.info(request, _("%d đơn vị đã gửi hoặc đã đôn đốc hôm nay, không gửi lại.") % urged.already)
    if urged.silent:
        messages.warning(request, _("Chưa có cán bộ đầu mối hay hộp thư: %s.") % ", ".join(urged.silent[:5]))


def _bulk(request: HttpRequest, which: list[int], given: dict[str, Any]) -> None:
    member = acting(request)
    acts = {
        "extend": lambda: act.duties_extend(by=member, duties=which, until=given["den"], reason=given["ly_do"]),
        "excuse": lambda: act.duties_excuse(by=member, duties=which, reason=given["ly_do"]),
        "remove": lambda: act.duties_remove(by=member, duties=which),
        "route": lambda: act.duties_route(by=member, duties=which, reports_to=given["noi_nhan"]),
    }
    bulk = acts[given["act"]]()
    if bulk.changed:
        messages.success(
            request, ngettext("Đã ghi cho %d đơn vị.", "Đã ghi cho %d đơn vị.", bulk.changed) % bulk.changed
        )
    for line in bulk.refused[:5]:
        messages.warning(request, line)
    if len(bulk.refused) > 5:
        messages.warning(request, _("Và %d đơn vị khác không đổi được.") % (len(bulk.refused) - 5))


@login_required
@require_POST
def duty_unexcuse(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Takes an excuse back."""
    member = acting(request)
    duty = duty_rows.duty_for(member, duty_id)
    try:
        act.duty_unexcuse(by=member, duty=duty)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%s lại phải gửi báo cáo.") % duty.agency)
    return redirect("round_detail", duty.round_id)


@login_required
def due_request(request: HttpRequest, duty_id: int) -> HttpResponse:
    """An officer asks for a later due date."""
    member = acting(request)
    duty = duty_rows.duty_for(member, duty_id)
    require_role(member, Role.Kind.OFFICER, Role.Kind.COORDINATOR, agency=duty.agency)
    form = DueRequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            act.due_request(by=member, duty=duty, until=given["den"], reason=given["ly_do"])
        except Refused as refusal:
            form.add_error({"until": "den", "reason": "ly_do"}.get(refusal.field), str(refusal))
        else:
            messages.success(request, _("Đã gửi đề nghị gia hạn tới %s.") % duty.reports_to)
            return redirect("my_reports")
    return render(request, "reporting/due_request.html", {"form": form, "duty": duty, "round": duty.round})


@login_required
@require_POST
def due_request_answer(request: HttpRequest, request_id: int) -> HttpResponse:
    """A coordinator grants or refuses a request."""
    member, form = acting(request), DueAnswerForm(request.POST)
    asked = duty_rows.due_request_for(member, request_id)
    try:
        if not form.is_valid():
            raise Refused(_("Chưa rõ đồng ý hay không. Mở lại trang rồi chọn lại."))
        given = form.cleaned_data
        grant = given["tra_loi"] == "dong_y"
        act.due_request_answer(by=member, request=asked, grant=grant, answer=given["ly_do"])
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã trả lời đề nghị của %s.") % asked.duty.agency)
    return redirect("round_detail", asked.duty.round_id)
