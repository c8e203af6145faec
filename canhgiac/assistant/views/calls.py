"""The call log: list with figures, quick entry beside the assistant's answer."""

from __future__ import annotations

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
from canhgiac.assistant.forms.calls import CallFilterForm, CallForm
from canhgiac.assistant.models import CallEntry
from canhgiac.assistant.selectors import calls as reads
from canhgiac.assistant.selectors.duty import OFFICERS, may_tip
from canhgiac.assistant.services import calls as services
from canhgiac.assistant.services.refusals import AssistantRefused
from canhgiac.kit.sheets import XLSX, Sheet, xlsx

ROWS = 30


@login_required
@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    """The log as filtered, and what it adds up to."""
    member, form = acting(request), CallFilterForm(request.GET)
    page = Paginator(reads.call_list(member, form.wanted(), sort=form.order), ROWS).get_page(request.GET.get("page"))
    words = reads.reads_words(member)
    context = {"form": form, "page": page, "may_write": words, "figures": reads.call_figures(member, form.wanted())}
    context["export"] = [("XLSX", f"{reverse('call_export')}?{request.GET.urlencode()}")]
    return render(request, "assistant/call_list.html", context)


@login_required
@require_safe
def call_export(request: HttpRequest) -> StreamingHttpResponse:
    """The log as filtered, without callers."""
    member, form = acting(request), CallFilterForm(request.GET)
    found = reads.call_list(member, form.wanted(), sort=form.order)
    rows = reads.call_rows(found, words=reads.reads_words(member))
    book = xlsx([Sheet(_("Cuộc gọi trực"), reads.call_headings(), rows, (20, 9, 60, 34, 18, 22, 20, 10, 24))])
    headers = {"Content-Disposition": 'attachment; filename="cuoc-goi-truc.xlsx"'}
    return StreamingHttpResponse(book, content_type=XLSX, headers=headers)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call_log(request: HttpRequest) -> HttpResponse:
    """A new call."""
    require_role(acting(request), *OFFICERS)
    return _entry(request, None)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call_edit(request: HttpRequest, call_id: int) -> HttpResponse:
    """A call as it was written down, to be read and corrected."""
    return _entry(request, reads.call_for(acting(request), call_id))


def _entry(request: HttpRequest, call: CallEntry | None) -> HttpResponse:
    form = CallForm(request.POST if request.method == "POST" else None, member=acting(request), call=call)
    if request.method == "POST" and request.POST.get("viec") == "hoi":
        return _entry_page(request, form.with_guesses(), call)
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, form, call)
        except AssistantRefused as refusal:
            form.refuse(str(refusal), refusal.field)
        else:
            messages.success(request, _("Đã ghi cuộc gọi."))
            return redirect("call_log" if request.POST.get("viec") == "tiep" else "call_list")
    return _entry_page(request, form, call)


def _save(request: HttpRequest, form: CallForm, call: CallEntry | None) -> CallEntry:
    by, data = acting(request), form.facts()
    if call is None:
        return services.call_log(by=by, data=data)
    given = form.cleaned_data
    return services.call_edit(
        by=by, call=call, data=data, version=given["version"], caller_kept=bool(given.get("caller_kept"))
    )


def _entry_page(request: HttpRequest, form: CallForm, call: CallEntry | None, **more: object) -> HttpResponse:
    may_save = call is None or reads.may_edit(acting(request), call)
    context = {
        "form": form,
        "call": call,
        "reply": form.reply,
        "may_save": may_save,
        "may_tip": may_tip(acting(request)),
    }
    return render(request, "assistant/call_form.html", context | more, status=422 if form.errors else 200)


@login_required
@never_cache
@require_POST
def call_ask(request: HttpRequest) -> HttpResponse:
    """What the assistant says to what was typed so far, with its guesses put into the fields. Nothing is kept."""
    require_role(acting(request), *OFFICERS)
    form = CallForm(request.POST, member=acting(request)).with_guesses()
    return render(request, "assistant/call_side.html", {"form": form, "reply": form.reply})


@login_required
@require_POST
def call_caller_open(request: HttpRequest, call_id: int) -> HttpResponse:
    """Who called; the opening is written down."""
    call = reads.call_for(acting(request), call_id)
    caller = services.call_caller_open(by=acting(request), call=call)
    return _entry_page(request, CallForm(member=acting(request), call=call), call, caller=caller)
