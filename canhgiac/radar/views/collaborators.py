"""The register of collaborators and the signals to be answered."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.kit.pictures import JPEG
from canhgiac.radar.forms.acts import CollaboratorForm, DecideForm, VersionForm
from canhgiac.radar.forms.filters import CollaboratorFilterForm, SignalFilterForm
from canhgiac.radar.models import Signal
from canhgiac.radar.selectors import collaborators as reads
from canhgiac.radar.selectors.scope import may_act
from canhgiac.radar.services import collaborators as services
from canhgiac.radar.services.signals import photo_store
from canhgiac.radar.services.signals import signal_decide as decide

from .parts import exports, file_of, paged, say_errors, tried

PRIVATE = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}


@login_required
@require_safe
def collaborator_list(request: HttpRequest) -> HttpResponse:
    """The register, by name."""
    member, form = acting(request), CollaboratorFilterForm(request.GET)
    page = paged(request, reads.collaborators_for(member, form.wanted(), sort=form.order))
    rows = [(row, reads.trust_percent(row)) for row in page]
    context = {"form": form, "page": page, "rows": rows, "may_keep": reads.may_keep(member)}
    return render(request, "radar/collaborator_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def collaborator_add(request: HttpRequest) -> HttpResponse:
    """A member comes into the register."""
    member = acting(request)
    form = CollaboratorForm(request.POST if request.method == "POST" else None)
    act = services.collaborator_add
    chosen = lambda: act(by=member, member=form.cleaned_data["member"], data=form.facts())  # noqa: E731
    if request.method == "POST" and tried(request, form, chosen, _("Đã thêm cộng tác viên.")):
        return redirect("collaborator_list")
    context = {"form": form, "addable": reads.addable_members().exists()}
    return render(request, "radar/collaborator_form.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def collaborator_edit(request: HttpRequest, collaborator_id: int) -> HttpResponse:
    """Areas and standing."""
    member, row = acting(request), reads.collaborator_for(acting(request), collaborator_id)
    form = CollaboratorForm(request.POST if request.method == "POST" else None, row=row)
    act = services.collaborator_edit
    chosen = lambda: act(  # noqa: E731
        by=member, collaborator=row, data=form.facts(), version=form.cleaned_data["version"] or 0
    )
    if request.method == "POST" and tried(request, form, chosen, _("Đã lưu.")):
        return redirect("collaborator_list")
    context = {"form": form, "row": row, "addable": True}
    return render(request, "radar/collaborator_form.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def collaborator_end(request: HttpRequest, collaborator_id: int) -> HttpResponse:
    """Ends the collaboration."""
    member, form = acting(request), VersionForm(request.POST)
    row = reads.collaborator_for(member, collaborator_id)
    act = services.collaborator_end
    done = _("Đã kết thúc cộng tác.")
    if not tried(request, form, lambda: act(by=member, collaborator=row, version=form.cleaned_data["version"]), done):
        say_errors(request, form)
    return redirect("collaborator_list")


@login_required
@require_safe
def signal_list(request: HttpRequest) -> HttpResponse:
    """Signals, those not answered first."""
    member, form = acting(request), SignalFilterForm(request.GET)
    page = paged(request, reads.signals_for(member, form.wanted(), sort=form.order))
    rows = [(row, reads.signal_title(row), reads.CHIPS[Signal.State(row.state)]) for row in page]
    context = {"form": form, "page": page, "rows": rows, "may_act": may_act(member), "export": exports(request)}
    return render(request, "radar/signal_list.html", context)


@login_required
@require_safe
def signal_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file."""
    form = SignalFilterForm(request.GET)
    rows = reads.signals_for(acting(request), form.wanted(), sort=form.order)
    return file_of("tin-hieu", kind, reads.headings(), reads.file_rows(rows))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def signal_decide(request: HttpRequest, signal_id: int) -> HttpResponse:
    """What the signal turned out to be, and a word to who sent it."""
    member, row = acting(request), reads.signal_for(acting(request), signal_id)
    form = DecideForm(request.POST if request.method == "POST" else None, initial={"feedback": row.feedback})
    chosen = lambda: decide(by=member, signal=row, **form.cleaned_data)  # noqa: E731
    if request.method == "POST" and tried(request, form, chosen, _("Đã trả lời và cảm ơn cộng tác viên.")):
        return redirect("signal_list")
    chip = reads.CHIPS[Signal.State(row.state)]
    context = {"signal": row, "title": reads.signal_title(row), "chip": chip, "form": form, "may_act": may_act(member)}
    return render(request, "radar/signal_detail.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def signal_photo(request: HttpRequest, signal_id: int) -> FileResponse:
    """The photo as we encoded it."""
    row = reads.signal_for(acting(request), signal_id)
    if not row.photo_sha256:
        raise Http404
    return FileResponse(photo_store().path(row.photo_sha256).open("rb"), content_type=JPEG, headers=PRIVATE)
