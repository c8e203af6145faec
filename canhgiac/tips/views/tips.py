"""One tip: its page, sealed or lying open, and what an officer does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.tips.forms import triage as forms
from canhgiac.tips.selectors.page import ANSWERS, tip_page
from canhgiac.tips.selectors.scope import tip_for
from canhgiac.tips.selectors.unlocked import unlocked
from canhgiac.tips.services import opening, triage
from canhgiac.tips.services.golden import freeze_prepare
from canhgiac.tips.views.parts import OPEN, back_to_tip, scope_here, tried


@login_required
@never_cache
@require_safe
def tip_detail(request: HttpRequest, tip_id: int) -> HttpResponse:
    """The tip as far as it is readable; with the vault open and on request, lying open."""
    return _page(request, tip_id)


def _page(request: HttpRequest, tip_id: int, status: int = 200, **bad: Any) -> HttpResponse:
    """The page with its forms; ``bad`` are those that were refused, with what was typed."""
    scope_here(request)
    page, key = tip_page(acting(request), tip_id), unlocked(request)
    wanted = request.GET.get(OPEN) or request.POST.get(OPEN)
    opened = None
    if wanted and key is not None and page.may_work:
        opened = tried(request, None, lambda: opening.tip_open(by=acting(request), tip=page.tip, unlocked=key))
    seen = {"version": page.tip.version}
    context = {
        "page": page,
        "tip": page.tip,
        "unlocked": key,
        "opened": opened,
        "answers": ANSWERS,
        "assign": forms.AssignForm(scope=page.scope, initial=seen),
        "classify": forms.ClassifyForm(
            initial=seen | {"form": page.tip.form_id, "area": page.tip.area, "loss": page.tip.loss}
        ),
        "ask": forms.AskForm(initial=seen),
        "note": forms.NoteForm(initial=seen),
        "extend": forms.ExtendForm(initial=seen | {"until": page.latest}),
        "answer": forms.AnswerForm(initial=seen),
        "link": forms.LinkForm(initial=seen),
    }
    return render(request, "tips/tip_detail.html", context | bad, status=status)


def _done(request: HttpRequest, tip_id: int, said: str, **form: forms.ActForm) -> Callable[[Any], HttpResponse]:
    """Answers an act: to the page when it was done, the page with the refused form otherwise."""

    def answer(result: Any) -> HttpResponse:
        if result:
            messages.success(request, said)
            return back_to_tip(request, tip_id)
        return _page(request, tip_id, 422, **form) if form else back_to_tip(request, tip_id)

    return answer


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() and len(text) < 10 else None


@login_required
@require_POST
def tip_take(request: HttpRequest, tip_id: int) -> HttpResponse:
    """The member takes the tip."""
    by, tip = acting(request), tip_for(acting(request), tip_id)
    done = tried(request, None, lambda: triage.tip_take(by=by, tip=tip, version=_version(request)))
    return _done(request, tip_id, _("Đã nhận xử lý."))(done)


@login_required
@require_POST
def tip_assign(request: HttpRequest, tip_id: int) -> HttpResponse:
    """To another officer or agency."""
    by, tip = acting(request), tip_for(acting(request), tip_id)
    form = forms.AssignForm(request.POST, scope=scope_here(request))
    done = tried(request, form, lambda: triage.tip_assign(by=by, tip=tip, **form.cleaned_data))
    return _done(request, tip_id, _("Đã giao."), assign=form)(done)


@login_required
@require_POST
def tip_classify(request: HttpRequest, tip_id: int) -> HttpResponse:
    """Form, commune, loss."""
    by, tip, form = acting(request), tip_for(acting(request), tip_id), forms.ClassifyForm(request.POST)
    done = tried(request, form, lambda: triage.tip_classify(by=by, tip=tip, **form.cleaned_data))
    return _done(request, tip_id, _("Đã lưu phân loại."), classify=form)(done)


@login_required
@require_POST
def tip_ask(request: HttpRequest, tip_id: int) -> HttpResponse:
    """A question to the sender."""
    by, tip, form = acting(request), tip_for(acting(request), tip_id), forms.AskForm(request.POST)
    done = tried(request, form, lambda: triage.tip_ask(by=by, tip=tip, unlocked=unlocked(request), **form.cleaned_data))
    return _done(request, tip_id, _("Đã hỏi. Người báo đọc bằng mã theo dõi."), ask=form)(done)


@login_required
@require_POST
def tip_extend(request: HttpRequest, tip_id: int) -> HttpResponse:
    """Another last day."""
    by, tip, form = acting(request), tip_for(acting(request), tip_id), forms.ExtendForm(request.POST)
    done = tried(request, form, lambda: triage.tip_extend(by=by, tip=tip, **form.cleaned_data))
    return _done(request, tip_id, _("Đã gia hạn."), extend=form)(done)


@login_required
@require_POST
def tip_answer(request: HttpRequest, tip_id: int) -> HttpResponse:
    """The answer that closes."""
    by, tip, form = acting(request), tip_for(acting(request), tip_id), forms.AnswerForm(request.POST)
    key = unlocked(request)
    done = tried(request, form, lambda: triage.tip_answer(by=by, tip=tip, unlocked=key, **form.cleaned_data))
    return _done(request, tip_id, _("Đã trả lời và kết thúc. Lỡ tay thì bấm Mở lại."), answer=form)(done)


@login_required
@require_POST
def tip_spam(request: HttpRequest, tip_id: int) -> HttpResponse:
    """Spam."""
    by, tip = acting(request), tip_for(acting(request), tip_id)
    done = tried(request, None, lambda: triage.tip_spam(by=by, tip=tip, version=_version(request)))
    return _done(request, tip_id, _("Đã đưa vào tin rác. Lỡ tay thì bấm Mở lại."))(done)


@login_required
@require_POST
def tip_reopen(request: HttpRequest, tip_id: int) -> HttpResponse:
    """Back to work."""
    by, tip = acting(request), tip_for(acting(request), tip_id)
    done = tried(request, None, lambda: triage.tip_reopen(by=by, tip=tip, version=_version(request)))
    return _done(request, tip_id, _("Đã mở lại."))(done)


@login_required
@require_POST
def tip_note(request: HttpRequest, tip_id: int) -> HttpResponse:
    """A sealed note among officers."""
    by, tip, form, key = (
        acting(request),
        tip_for(acting(request), tip_id),
        forms.NoteForm(request.POST),
        unlocked(request),
    )
    if key is None:
        messages.error(request, _("Mở niêm phong trước: ghi chú được niêm phong cùng tin báo."))
        return back_to_tip(request, tip_id)
    words = form.data.get("text", "")
    done = tried(request, form, lambda: opening.tip_note(by=by, tip=tip, unlocked=key, text=words))
    return _done(request, tip_id, _("Đã ghi chú."), note=form)(done)


@login_required
@never_cache
@require_safe
def tip_file(request: HttpRequest, tip_id: int, file_id: int) -> HttpResponse:
    """One attachment: a redrawn picture as it is, all else as a closed archive."""
    tip, key = tip_for(acting(request), tip_id), unlocked(request)
    if key is None:
        messages.error(request, _("Niêm phong đã đóng. Mở lại để xem tệp."))
        return redirect("vault_home")
    file = opening.tip_file_open(by=acting(request), tip=tip, file_id=file_id, unlocked=key)
    shown = "inline" if file.facts.is_picture else "attachment"
    headers = {"Content-Disposition": f'{shown}; filename="{file.name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(file.data, content_type=file.type, headers=headers)


@login_required
@require_POST
def tip_freeze(request: HttpRequest, tip_id: int) -> HttpResponse:
    """A prepared request to the bank to stop the money."""
    by, tip, key = acting(request), tip_for(acting(request), tip_id), unlocked(request)
    done = tried(request, None, lambda: freeze_prepare(by=by, tip=tip, unlocked=key))
    if not done:
        return back_to_tip(request, tip_id)
    messages.success(request, _("Đã lập %d yêu cầu tạm dừng giao dịch. Kiểm tra rồi trình ký.") % len(done))
    return redirect(reverse("request_list"))
