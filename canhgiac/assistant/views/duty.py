"""The assistant's home for staff, and the duty desk: who waits, one talk, the hours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.views.access import acting
from canhgiac.assistant.forms.duty import DutyFilterForm, EndForm, HoursForm, PassForm, SayForm
from canhgiac.assistant.models import DutyTalk
from canhgiac.assistant.selectors import canned, figures, hours
from canhgiac.assistant.selectors import duty as reads
from canhgiac.assistant.selectors.talks import turns_of
from canhgiac.assistant.selectors.tipdrafts import tip_draft
from canhgiac.assistant.services import duty as services
from canhgiac.assistant.services import dutyhours
from canhgiac.assistant.services.refusals import AssistantRefused
from canhgiac.kit.sheets import XLSX, Sheet, xlsx

ROWS = 30


@login_required
@require_safe
def assistant_home(request: HttpRequest) -> HttpResponse:
    """What the assistant did, and where its parts are."""
    return render(request, "assistant/duty_home.html", {"page": figures.home_page(acting(request))})


@login_required
@require_safe
def duty_list(request: HttpRequest) -> HttpResponse:
    """Who waits, who is held by whom, what ended."""
    member, form = acting(request), DutyFilterForm(request.GET)
    inbox = reads.duty_inbox(member)
    page = Paginator(reads.duty_ended(member, form.wanted(), sort=form.order), ROWS).get_page(request.GET.get("page"))
    rows = reads.ended_rows(member, page.object_list)
    export = [("XLSX", f"{reverse('duty_list_export')}?{request.GET.urlencode()}")]
    context = {"inbox": inbox, "form": form, "page": page, "rows": rows, "export": export}
    context["may_set_hours"] = reads.may_set_hours(member)
    return render(request, "assistant/duty_list.html", context)


@login_required
@never_cache
@require_safe
def duty_inbox(request: HttpRequest) -> HttpResponse:
    """The live part of the list, asked for every few seconds."""
    return render(request, "assistant/duty_inbox.html", {"inbox": reads.duty_inbox(acting(request))})


@login_required
@require_safe
def duty_list_export(request: HttpRequest) -> StreamingHttpResponse:
    """The ended ones as filtered, without a word of what was said."""
    form = DutyFilterForm(request.GET)
    rows = reads.duty_rows(reads.duty_ended(acting(request), form.wanted(), sort=form.order))
    book = xlsx([Sheet(_("Bàn trực"), reads.duty_headings(), rows, (20, 16, 26, 10, 26, 20, 20, 22))])
    headers = {"Content-Disposition": 'attachment; filename="ban-truc.xlsx"'}
    return StreamingHttpResponse(book, content_type=XLSX, headers=headers)


@login_required
@never_cache
@require_safe
def duty_detail(request: HttpRequest, duty_id: int) -> HttpResponse:
    """One talk with its words; the opening is written down."""
    return _page(request, reads.duty_for(acting(request), duty_id))


def _page(request: HttpRequest, duty: DutyTalk, *, status: int = 200, **forms: Any) -> HttpResponse:
    opened = services.duty_open(by=acting(request), duty=duty)
    holds = duty.taken_by_id == acting(request).pk and duty.ended_at is None
    query = request.GET.get("q", "")
    context = {
        "page": opened,
        "duty": duty,
        "holds": holds,
        "say": SayForm(),
        "end": EndForm(),
        "pass": PassForm(),
        "draft": tip_draft(opened.talk) if holds else None,
        "canned": canned.canned_find(query, form=opened.form) if holds else [],
        "query": query,
        "may_tip": reads.may_tip(acting(request)),
    }
    return render(request, "assistant/duty_detail.html", context | forms, status=status)


@login_required
@never_cache
@require_safe
def duty_turns(request: HttpRequest, duty_id: int) -> HttpResponse:
    """The words of a talk that the officer holds, asked for every few seconds; nobody else's poll reads them.

    Nothing is sent while the page has all of them.
    """
    duty = reads.duty_for(acting(request), duty_id)
    if duty.taken_by_id != acting(request).pk or duty.ended_at is not None:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if request.GET.get("tu") == str(reads.turns_count(duty)):
        return HttpResponse(status=204)
    return render(request, "assistant/duty_turns.html", {"duty": duty, "turns": turns_of(duty.talk), "holds": True})


@login_required
@require_safe
def duty_canned(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Replies ready to be put into the answer."""
    duty, query = reads.duty_for(acting(request), duty_id), request.GET.get("q", "")
    found = canned.canned_find(query, form=reads.form_meant(duty))
    return render(request, "assistant/duty_canned.html", {"duty": duty, "canned": found, "query": query})


@login_required
@require_POST
def duty_take(request: HttpRequest, duty_id: int) -> HttpResponse:
    """The officer takes it."""
    return _act(request, duty_id, services.duty_take, _("Bạn đã nhận. Người hỏi được báo là có người trực."))


@login_required
@require_POST
def duty_say(request: HttpRequest, duty_id: int) -> HttpResponse:
    """The officer's answer; with ``chen`` a ready reply is put under what was typed, and nothing is sent."""
    duty, form = reads.duty_for(acting(request), duty_id), SayForm(request.POST)
    if key := request.POST.get("chen", ""):
        words = f"{request.POST.get('text', '').rstrip()}\n\n{canned.canned_text(key)}".strip()
        return _page(request, duty, say=SayForm(initial={"text": words}))
    if not form.is_valid():
        return _page(request, duty, status=422, say=form)
    text = form.cleaned_data["text"]
    try:
        services.duty_say(by=acting(request), duty=duty, text=text, sure=form.is_sure)
    except services.DutyWarned as warned:
        return _page(request, duty, status=422, say=SayForm.warned(text, warned.findings))
    except AssistantRefused as refusal:
        form.add_error("text", str(refusal))
        return _page(request, duty, status=422, say=form)
    return redirect(f"{reverse('duty_detail', args=[duty_id])}#tra-loi")


@login_required
@require_POST
def duty_return(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Back to the assistant."""
    return _act(request, duty_id, services.duty_return, _("Đã trả lại cho trợ lý."))


@login_required
@require_POST
def duty_end(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Ended, with what came of it."""
    outcome = request.POST.get("outcome", "")

    def act(**who: Any) -> DutyTalk:
        return services.duty_end(outcome=outcome, **who)

    return _act(request, duty_id, act, _("Đã kết thúc. Mở lại ở trang này nếu lỡ tay."))


@login_required
@require_POST
def duty_pass(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Given to a colleague."""
    form = PassForm(request.POST)

    def act(**who: Any) -> DutyTalk:
        if not form.is_valid():
            raise AssistantRefused(_("Chọn cán bộ để chuyển."))
        return services.duty_pass(to=form.cleaned_data["to"], **who)

    return _act(request, duty_id, act, _("Đã chuyển và báo cho người nhận."))


@login_required
@require_POST
def duty_offer_tip(request: HttpRequest, duty_id: int) -> HttpResponse:
    """The person is asked to send the tip that the talk makes."""
    return _act(request, duty_id, services.duty_offer_tip, _("Đã gửi lời mời. Người hỏi xem lại rồi tự gửi tin báo."))


@login_required
@require_POST
def duty_reopen(request: HttpRequest, duty_id: int) -> HttpResponse:
    """An ending taken back."""
    return _act(request, duty_id, services.duty_reopen, _("Đã mở lại. Bạn đang giữ cuộc trò chuyện này."))


def _act(request: HttpRequest, duty_id: int, act: Callable[..., Any], said: str) -> HttpResponse:
    """Does it and says so on the talk's page; a refusal is said there too."""
    duty = reads.duty_for(acting(request), duty_id)
    try:
        done = act(by=acting(request), duty=duty)
    except AssistantRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("duty_detail", duty_id)
    messages.success(request, said)
    there = reverse("duty_detail", args=[done.pk if isinstance(done, DutyTalk) else duty_id])
    return redirect(f"{there}#tra-loi" if act is services.duty_take else there)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def duty_hours(request: HttpRequest) -> HttpResponse:
    """The week's hours."""
    require_role(acting(request), *reads.KEEPERS)
    seen = dutyhours.hours_seen()
    form = HoursForm(request.POST if request.method == "POST" else None, week=hours.week(), seen=seen)
    if request.method == "POST" and form.is_valid():
        try:
            dutyhours.duty_hours_save(by=acting(request), hours=form.hours(), seen=form.cleaned_data["seen"])
        except AssistantRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã lưu giờ trực."))
            return redirect("duty_hours")
    context = {"form": form, "closes_at": hours.closes_at(), "opens_at": hours.next_opening()}
    return render(request, "assistant/duty_hours.html", context, status=422 if form.errors else 200)
