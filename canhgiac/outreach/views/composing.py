"""The composer: renditions edited and tried, another language, the second person, what follows an issued warning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from canhgiac.agencies.views.access import acting
from canhgiac.library.models import Language
from canhgiac.outreach.forms.composing import (
    CancelForm,
    DecisionForm,
    LanguageForm,
    RecordingForm,
    RenditionForm,
)
from canhgiac.outreach.forms.warnings import VersionForm
from canhgiac.outreach.models import Rendition
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors import composer as reads
from canhgiac.outreach.selectors.linting import linter
from canhgiac.outreach.selectors.providers import provider_for
from canhgiac.outreach.selectors.renditions import words_of, would_be
from canhgiac.outreach.selectors.scope import require_writing
from canhgiac.outreach.selectors.warnings import warning_for
from canhgiac.outreach.services import approval, renditions, speech, succession

from .acts import done, told

WRITE = ["GET", "HEAD", "POST"]


def _rendition(request: HttpRequest, warning_id: int, rendition_id: int) -> tuple[Alert, Rendition]:
    warning = warning_for(acting(request), warning_id)
    return warning, get_object_or_404(warning.renditions.select_related("warning"), pk=rendition_id)


@login_required
@require_http_methods(WRITE)
def rendition_edit(request: HttpRequest, warning_id: int, rendition_id: int) -> HttpResponse:
    """One rendition: its words, what they cost, what stands against them."""
    member = acting(request)
    require_writing(member)
    warning, row = _rendition(request, warning_id, rendition_id)
    form = RenditionForm(request.POST if request.method == "POST" else None, rendition=row)

    def act() -> Rendition:
        told = form.cleaned_data
        return renditions.rendition_edit(
            by=member, rendition=row, title=told.get("title", row.title), text=told["text"], version=told["version"]
        )

    if done(form, act):
        messages.success(request, _("Đã lưu bản này."))
        return redirect("warning_detail", warning.pk)
    drafted = would_be(row, warning) if row.language == Language.VI else None
    context = {"form": form, "warning": warning, "rendition": row, "card": _card(row, warning), "drafted": drafted}
    context["original"] = warning.renditions.filter(kind=row.kind, language=Language.VI).first()
    return render(request, "outreach/rendition_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def rendition_check(request: HttpRequest, warning_id: int, rendition_id: int) -> HttpResponse:
    """What the words being typed would cost and what stands against them; nothing is saved."""
    require_writing(acting(request))
    warning, row = _rendition(request, warning_id, rendition_id)
    row.title = request.POST.get("title", row.title)[: renditions.TITLE_LENGTH]
    row.text = request.POST.get("text", "")[: renditions.TEXT_LENGTH]
    return render(request, "outreach/rendition_state.html", {"card": _card(row, warning)})


@login_required
@require_POST
def rendition_remake(request: HttpRequest, warning_id: int, rendition_id: int) -> HttpResponse:
    """The generator's words again."""
    member, form = acting(request), VersionForm(request.POST)
    warning, row = _rendition(request, warning_id, rendition_id)
    act = renditions.rendition_remake
    told(request, form, lambda: act(by=member, rendition=row, version=_seen(form)), _("Đã lấy lại lời máy soạn."))
    return redirect("rendition_edit", warning.pk, row.pk)


@login_required
@require_POST
def rendition_record(request: HttpRequest, warning_id: int, rendition_id: int) -> HttpResponse:
    """A person's own voice in the place of the machine's."""
    member, form = acting(request), RecordingForm(request.POST, request.FILES)
    warning, row = _rendition(request, warning_id, rendition_id)

    def act() -> Rendition:
        data = form.cleaned_data["file"].read(speech.MOST_BYTES + 1)
        return speech.rendition_record(by=member, rendition=row, data=data, version=_seen(form))

    told(request, form, act, _("Đã nhận bản ghi."))
    return redirect("warning_detail", warning.pk)


@login_required
@require_http_methods(WRITE)
def rendition_add_language(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Opens renditions in another language."""
    member = acting(request)
    require_writing(member)
    warning = warning_for(member, warning_id)
    form = LanguageForm(request.POST or None, initial={"version": warning.version})
    act = renditions.rendition_add_language
    if done(form, lambda: act(by=member, warning=warning, **form.cleaned_data)):
        messages.success(request, _("Đã mở bản dịch. Bản còn trống thì không gửi."))
        return redirect("warning_detail", warning.pk)
    context = {"form": form, "warning": warning}
    return render(request, "outreach/rendition_language.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def rendition_drop_language(request: HttpRequest, warning_id: int, language: str) -> HttpResponse:
    """Takes another language away."""
    member = acting(request)
    warning, form = warning_for(member, warning_id), VersionForm({"version": 1})
    act = renditions.rendition_drop_language
    told(request, form, lambda: act(by=member, warning=warning, language=language) or True, _("Đã bỏ ngôn ngữ."))
    return redirect("warning_detail", warning.pk)


@login_required
@require_POST
def warning_submit(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Hands the warning in for approval."""
    return _step(request, warning_id, approval.warning_submit, _("Đã gửi duyệt. Người duyệt đã được báo."))


@login_required
@require_POST
def warning_take_back(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Takes the warning back to go on writing."""
    return _step(request, warning_id, approval.warning_take_back, _("Đã rút về. Sửa xong thì gửi duyệt lại."))


@login_required
@require_http_methods(WRITE)
def warning_review(request: HttpRequest, warning_id: int) -> HttpResponse:
    """The second person reads everything that would leave, answers the checklist, approves or returns."""
    member = acting(request)
    warning = warning_for(member, warning_id)
    form = DecisionForm(request.POST or None, initial={"version": warning.version})

    def act() -> Alert:
        told: dict[str, Any] = {"by": member, "warning": warning, "version": form.cleaned_data["version"]}
        if request.POST.get("act") == "return":
            return approval.warning_return(**told, note=form.cleaned_data["note"])
        return approval.warning_approve(**told, checklist=form.checklist(), note=form.cleaned_data["note"])

    if decided := done(form, act):
        approved = decided.state == Alert.State.APPROVED
        messages.success(request, _("Đã duyệt, số %s.") % decided.number if approved else _("Đã trả lại để sửa."))
        return redirect("warning_detail", warning.pk)
    context = {"form": form, "page": reads.composer(member, warning), "warning": warning}
    return render(request, "outreach/warning_review.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def warning_update_begin(request: HttpRequest, warning_id: int) -> HttpResponse:
    """A draft that says what is new."""
    member = acting(request)
    row, form = warning_for(member, warning_id), VersionForm({"version": 1})
    made = told(request, form, lambda: succession.warning_update_begin(by=member, warning=row), "")
    return redirect("warning_edit" if made else "warning_detail", made.pk if made else row.pk)


@login_required
@require_http_methods(WRITE)
def warning_cancel_begin(request: HttpRequest, warning_id: int) -> HttpResponse:
    """A draft that takes the warning back on every channel that got it."""
    member = acting(request)
    require_writing(member)
    row, form = warning_for(member, warning_id), CancelForm(request.POST or None)
    act = succession.warning_cancel_begin
    if made := done(form, lambda: act(by=member, warning=row, reason=form.cleaned_data["reason"])):
        messages.success(request, _("Đã lập bản thu hồi. Người thứ hai duyệt xong thì phát."))
        return redirect("warning_detail", made.pk)
    context = {"form": form, "warning": row}
    return render(request, "outreach/warning_cancel.html", context, status=422 if form.errors else 200)


def _card(row: Rendition, warning: Alert) -> reads.Card:
    checks = linter()
    findings = checks.lint(words_of(row), row.kind, language=row.language) if row.text.strip() else []
    return reads.card_of(row, warning, findings, provider_for("sms"), None)


def _seen(form: VersionForm) -> int:
    return int(form.cleaned_data.get("version") or 0)


def _step(request: HttpRequest, warning_id: int, act: Callable[..., Alert], said: str) -> HttpResponse:
    """One act on the whole warning, told on its page."""
    member, form = acting(request), VersionForm(request.POST)
    row = warning_for(member, warning_id)
    told(request, form, lambda: act(by=member, warning=row, version=_seen(form)), said)
    return redirect("warning_detail", row.pk)
