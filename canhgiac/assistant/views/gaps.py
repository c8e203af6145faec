"""What the library does not answer yet: the list, one gap, and what editors do about it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.assistant.forms.gaps import GapActForm, GapDropForm, GapFillForm, GapFilterForm
from canhgiac.assistant.models import KnowledgeGap
from canhgiac.assistant.selectors import gaps as reads
from canhgiac.assistant.services import gaps as services
from canhgiac.assistant.services.refusals import AssistantRefused
from canhgiac.kit import clock
from canhgiac.kit.sheets import XLSX, Sheet, xlsx

ROWS = 30


@login_required
@require_safe
def gap_list(request: HttpRequest) -> HttpResponse:
    """Gaps, the most asked first."""
    member, form = acting(request), GapFilterForm(request.GET)
    page = Paginator(reads.gaps_for(member, form.wanted(), sort=form.order), ROWS).get_page(request.GET.get("page"))
    works = reads.may_work_on_gaps(member)
    export = [("XLSX", f"{reverse('gap_export')}?{request.GET.urlencode()}")]
    rows = reads.gap_rows(list(page), shows_words=works)
    context = {"form": form, "page": page, "rows": rows, "may_work": works, "export": export}
    return render(request, "assistant/gap_list.html", context)


@login_required
@require_safe
def gap_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list as a workbook, as it is narrowed now."""
    member, form = acting(request), GapFilterForm(request.GET)
    rows = reads.gaps_for(member, form.wanted(), sort=form.order)
    lines = reads.gap_file_rows(rows, shows_words=reads.may_work_on_gaps(member))
    name = _("Chỗ thiếu")
    headers = {"Content-Disposition": f'attachment; filename="cho-thieu-{clock.today():%Y%m%d}.xlsx"'}
    return StreamingHttpResponse(xlsx([Sheet(name, reads.gap_headings(), lines)]), content_type=XLSX, headers=headers)


@login_required
@require_safe
def gap_detail(request: HttpRequest, gap_id: int) -> HttpResponse:
    """One gap: its questions, what was answered, what the library has nearest."""
    return _gap(request, reads.gap_for(acting(request), gap_id))


@login_required
@require_POST
def gap_take(request: HttpRequest, gap_id: int) -> HttpResponse:
    """Somebody writes it."""
    form = GapActForm(request.POST)
    return _act(request, gap_id, form, services.gap_take, _("Bạn đã nhận viết."))


@login_required
@require_POST
def gap_fill(request: HttpRequest, gap_id: int) -> HttpResponse:
    """It is answered now, by something published."""
    form = GapFillForm(request.POST)
    return _act(request, gap_id, form, services.gap_fill, _("Đã ghi là bổ sung. Còn người hỏi thì mục này tự mở lại."))


@login_required
@require_POST
def gap_drop(request: HttpRequest, gap_id: int) -> HttpResponse:
    """Nothing is written, with why."""
    return _act(request, gap_id, GapDropForm(request.POST), services.gap_drop, _("Đã ghi là không cần trả lời."))


@login_required
@require_POST
def gap_undo(request: HttpRequest, gap_id: int) -> HttpResponse:
    """One step back."""
    return _act(request, gap_id, GapActForm(request.POST), services.gap_undo, _("Đã hoàn tác."))


def _act(
    request: HttpRequest, gap_id: int, form: GapActForm, act: Callable[..., KnowledgeGap], done: str
) -> HttpResponse:
    """Tries the act with what the form holds; a refusal is told at its field, with everything typed kept."""
    member = acting(request)
    gap = reads.gap_for(member, gap_id)
    if form.is_valid():
        try:
            act(by=member, gap=gap, **form.cleaned_data)
        except AssistantRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, done)
            return redirect("gap_detail", gap.pk)
    return _gap(request, gap, form, status=422)


def _gap(request: HttpRequest, gap: KnowledgeGap, form: GapActForm | None = None, *, status: int = 200) -> HttpResponse:
    start = {"version": gap.version}
    context = {
        "one": reads.gap_page(acting(request), gap),
        "fill": form if isinstance(form, GapFillForm) else GapFillForm(initial=start, auto_id="fill-%s"),
        "drop": form if isinstance(form, GapDropForm) else GapDropForm(initial=start, auto_id="drop-%s"),
        "plain": form if type(form) is GapActForm else None,
    }
    return render(request, "assistant/gap_detail.html", context, status=status)
