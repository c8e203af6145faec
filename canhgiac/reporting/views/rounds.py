"""Rounds: the list, one round with who owes, making, opening and closing one, the scoreboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from canhgiac.agencies.models import Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.kit.periods import off_words
from canhgiac.kit.sheets import CSV, XLSX, Sheet, csv_lines, xlsx
from canhgiac.plans.selectors.calendar import plans_for
from canhgiac.plans.selectors.scope import scope_of
from canhgiac.reporting.forms.rounds import (
    DutiesAddForm,
    DutyFilterForm,
    FormChangeForm,
    RoundFilterForm,
    RoundForm,
    RoundReopenForm,
    receivers_of,
)
from canhgiac.reporting.models import ReportRound
from canhgiac.reporting.selectors import duties as duty_rows
from canhgiac.reporting.selectors import rounds as found
from canhgiac.reporting.selectors.consolidations import latest_edition
from canhgiac.reporting.selectors.forms import version_changes, versions_of
from canhgiac.reporting.selectors.schedule import dues_for, obligation_for
from canhgiac.reporting.selectors.summary import duties_summary, round_summaries
from canhgiac.reporting.services import rounds as act
from canhgiac.reporting.services.refusals import Refused
from canhgiac.reporting.services.schedule import obligation_round_make as make_of

PER_PAGE = 25
DUTIES_PER_PAGE = 50


@login_required
@require_safe
def round_list(request: HttpRequest) -> HttpResponse:
    """The rounds within the member's reach, with how each stands."""
    member = acting(request)
    scope = scope_of(member)
    form = RoundFilterForm(request.GET, plans=plans_for(member, scope=scope))
    page = Paginator(found.rounds_list(member, form.wanted(), scope=scope), PER_PAGE).get_page(request.GET.get("page"))
    counts = round_summaries([row.pk for row in page])
    context = {
        "form": form,
        "page": page,
        "rows": [(row, counts[row.pk]) for row in page],
        "scope": scope,
        "boards": found.scoreboards_open()[:5],
        "export": [(kind.upper(), f"xuat.{kind}?{request.GET.urlencode()}") for kind in ("xlsx", "csv")],
    }
    return render(request, "reporting/round_list.html", context)


@login_required
@require_safe
def round_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The filtered list of rounds with its counts as a file."""
    member = acting(request)
    form = RoundFilterForm(request.GET, plans=plans_for(member))
    rows = found.round_rows(found.rounds_list(member, form.wanted()))
    return _table(kind, "ky-bao-cao", _("Kỳ báo cáo"), found.round_headings(), rows)


@login_required
@require_safe
def round_detail(request: HttpRequest, round_id: int) -> HttpResponse:
    """One round: how it stands, who owes, what a coordinator can do about it."""
    member = acting(request)
    return render(request, "reporting/round_detail.html", detail_context(request, found.round_for(member, round_id)))


def detail_context(request: HttpRequest, of: ReportRound, add: DutiesAddForm | None = None) -> dict[str, Any]:
    """What a round's page shows; ``add`` is a form of names that did not go through."""
    member, today = acting(request), clock.today()
    scope = scope_of(member)
    duties = found.round_duties(member, of, scope=scope)
    form = DutyFilterForm(request.GET, receivers=receivers_of(of))
    page = Paginator(duty_rows.shown(duty_rows.listed(duties, form.wanted())), DUTIES_PER_PAGE)
    listing = page.get_page(request.GET.get("page"))
    steers = duty_rows.steers_round(scope, of)
    return {
        "round": of,
        "form": form,
        "page": listing,
        "rows": [duty_rows.DutyRow(duty, today) for duty in listing],
        "counts": duties_summary(duties),
        "steers": steers,
        "wide": scope.is_wide or steers,
        "may_urge": steers or duty_rows.receives_any(scope, of),
        "off": off_words(of.due_date),
        "merged": found.ended_waiting(of) if steers and of.state != ReportRound.State.CLOSED else [],
        "requests": found.requests_waiting(duties),
        "add": add or DutiesAddForm(None, of=of),
        "edition": latest_edition(member, of),
        "reopen": RoundReopenForm(),
        "export": [(kind.upper(), f"xuat.{kind}?{request.GET.urlencode()}") for kind in ("xlsx", "csv")],
        "today": today,
    }


@login_required
@require_safe
def duty_export(request: HttpRequest, round_id: int, kind: str) -> StreamingHttpResponse:
    """Who owes in the round, filtered as on the page, as a file."""
    member = acting(request)
    of = found.round_for(member, round_id)
    form = DutyFilterForm(request.GET, receivers=receivers_of(of))
    listed = duty_rows.listed(found.round_duties(member, of), form.wanted())
    return _table(kind, f"bao-cao-{of.pk}", _("Báo cáo"), duty_rows.duty_headings(), duty_rows.duty_rows(listed))


def _table(kind: str, name: str, title: str, heads: list[str], rows: Any) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}-{clock.today():%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(heads, rows), content_type=CSV, headers=headers)
    widths = [42, *([20] * (len(heads) - 1))]
    return StreamingHttpResponse(xlsx([Sheet(title, heads, rows, widths)]), content_type=XLSX, headers=headers)


@login_required
def round_create(request: HttpRequest) -> HttpResponse:
    """A round of the plan's reporting duties, or one of its own."""
    member = acting(request)
    require_role(member, Role.Kind.COORDINATOR)
    form = RoundForm(request.POST or None, member=member)
    if request.method == "POST" and form.is_valid():
        try:
            made = act.round_create(by=member, data=form.facts())
        except Refused as refusal:
            form.add_error(_FIELDS.get(refusal.field), str(refusal))
        else:
            messages.success(request, _("Đã tạo kỳ. Xem lại danh sách đơn vị phải gửi rồi mở kỳ."))
            return redirect("round_detail", made.pk)
    return render(request, "reporting/round_form.html", {"form": form, "dues": dues_for(member)})


_FIELDS = {"due_date": "han", "data_until": "den_ngay", "form_version": "mau"}


@login_required
def round_preview(request: HttpRequest) -> HttpResponse:
    """What a round's form amounts to: its days in words, and whether the due date is a day off."""
    form = RoundForm(request.GET, member=acting(request))
    form.is_valid()
    given = form.cleaned_data
    due = given.get("han")
    return render(request, "reporting/round_window.html", {"given": given, "off": off_words(due) if due else ""})


@login_required
def round_edit(request: HttpRequest, round_id: int) -> HttpResponse:
    """Changes a round's facts."""
    member = acting(request)
    of = found.round_for(member, round_id)
    form = RoundForm(request.POST or None, member=member, of=of)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            act.round_edit(by=member, round_id=of.pk, data=form.facts(), version=version)
        except Refused as refusal:
            form.add_error(_FIELDS.get(refusal.field), str(refusal))
        else:
            messages.success(request, _("Đã ghi."))
            return redirect("round_detail", of.pk)
    return render(request, "reporting/round_form.html", {"form": form, "round": of})


@login_required
@require_POST
def obligation_round_make(request: HttpRequest, obligation_id: int) -> HttpResponse:
    """The round of the obligation's next due date, at once."""
    member = acting(request)
    try:
        made = make_of(by=member, obligation=obligation_for(member, obligation_id))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("round_create")
    messages.success(request, _("Đã tạo kỳ. Xem lại danh sách đơn vị phải gửi rồi mở kỳ."))
    return redirect("round_detail", made.pk)


def _done(request: HttpRequest, round_id: int, do: Callable[[], str]) -> HttpResponse:
    """Does an act on the round and goes back to it, with what came of it."""
    try:
        messages.success(request, do())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("round_detail", round_id)


@login_required
@require_POST
def round_open(request: HttpRequest, round_id: int) -> HttpResponse:
    """Opens the round; everyone who owes is told."""
    member = acting(request)
    of = found.round_for(member, round_id)

    def do() -> str:
        act.round_open(by=member, round_id=of.pk)
        return _("Đã mở kỳ và báo các đơn vị.")

    return _done(request, of.pk, do)


@login_required
@require_POST
def round_close(request: HttpRequest, round_id: int) -> HttpResponse:
    """Closes the round: nothing more is filed in it."""
    member = acting(request)
    of = found.round_for(member, round_id)

    def do() -> str:
        act.round_close(by=member, round_id=of.pk)
        return _("Đã chốt kỳ. Không gửi, sửa được nữa trừ khi mở lại.")

    return _done(request, of.pk, do)


@login_required
@require_POST
def round_reopen(request: HttpRequest, round_id: int) -> HttpResponse:
    """Opens a closed round again."""
    member, form = acting(request), RoundReopenForm(request.POST)
    of = found.round_for(member, round_id)

    def do() -> str:
        form.is_valid()
        act.round_reopen(by=member, round_id=of.pk, reason=form.cleaned_data.get("ly_do", ""))
        return _("Đã mở lại kỳ.")

    return _done(request, of.pk, do)


@login_required
@require_POST
def round_discard(request: HttpRequest, round_id: int) -> HttpResponse:
    """Removes a round never opened."""
    member = acting(request)
    of = found.round_for(member, round_id)
    try:
        act.round_discard(by=member, round_id=of.pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("round_detail", of.pk)
    messages.success(request, _("Đã bỏ kỳ “%s”.") % of.title)
    return redirect("round_list")


@login_required
def round_form_change(request: HttpRequest, round_id: int) -> HttpResponse:
    """Another version of the form: first what differs, then the change."""
    member = acting(request)
    of = found.round_for(member, round_id)
    form = FormChangeForm(request.POST or None, versions=versions_of(member, of))
    if request.method == "POST" and form.is_valid():
        try:
            carried = act.round_form_change(
                by=member, round_id=of.pk, form_version=form.cleaned_data["mau"], seen=form.cleaned_data["version"]
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("round_form_change", of.pk)
        words = ngettext("Đã đổi mẫu; %d bản nháp chuyển theo.", "Đã đổi mẫu; %d bản nháp chuyển theo.", carried)
        messages.success(request, words % carried)
        return redirect("round_detail", of.pk)
    now = of.form_version
    options = [(one, version_changes(one, now) if now else []) for one in versions_of(member, of)]
    return render(request, "reporting/round_form_change.html", {"round": of, "options": options})


@login_required
@require_safe
def round_scoreboard(request: HttpRequest, round_id: int) -> HttpResponse:
    """How the round stands by group of agencies, for any member of the province."""
    board = found.scoreboard(acting(request), round_id)
    return render(request, "reporting/scoreboard.html", {"board": board, "round": board.round, "now": clock.now()})
