"""Sendings: planned, started, watched, paused, stopped; the list; files."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.kit.sheets import CSV, XLSX, Sheet, csv_lines, xlsx
from canhgiac.outreach.forms.broadcasts import BroadcastFilterForm, BroadcastForm, ReasonForm, StartForm, StepForm
from canhgiac.outreach.forms.warnings import VersionForm
from canhgiac.outreach.models import Broadcast
from canhgiac.outreach.selectors import broadcasts as reads
from canhgiac.outreach.selectors.sendplan import require_planning
from canhgiac.outreach.selectors.warnings import warning_for
from canhgiac.outreach.services import broadcasts as services

from .acts import done, told

ROWS = 30
WRITE = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def broadcast_list(request: HttpRequest) -> HttpResponse:
    """All sendings, the latest first."""
    member, form = acting(request), BroadcastFilterForm(request.GET)
    page = Paginator(reads.broadcasts_for(member, **form.told), ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": reads.broadcast_rows(list(page)),
        "tally": reads.broadcast_tally(member),
        "export": [(kind.upper(), f"xuat.{kind}?{request.GET.urlencode()}") for kind in ("xlsx", "csv")],
    }
    return render(request, "outreach/broadcast_list.html", context)


@login_required
@require_safe
def broadcast_list_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file, narrowed as it is shown."""
    form = BroadcastFilterForm(request.GET)
    rows = reads.list_file_rows(reads.broadcasts_for(acting(request), **form.told))
    return _file(kind, "dot-gui", [Sheet(_("Đợt gửi"), reads.list_headings(), rows, reads.WIDTHS)])


@login_required
@require_http_methods(WRITE)
def broadcast_create(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Plans a sending of an approved warning. Nothing leaves before it is started."""
    member = acting(request)
    require_planning(member)
    warning = warning_for(member, warning_id)
    form = BroadcastForm(request.POST if request.method == "POST" else None, member=member, warning=warning)
    if made := done(form, lambda: services.broadcast_make(by=member, warning=warning, data=form.facts())):
        messages.success(request, _("Đã lập đợt gửi. Xem lại lần cuối, rồi bấm Bắt đầu gửi."))
        return redirect("broadcast_detail", made.pk)
    context = {"form": form, "warning": warning, "plan": form.plan or form.first_plan()}
    return render(request, "outreach/broadcast_create.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def broadcast_try(request: HttpRequest, warning_id: int) -> HttpResponse:
    """What the plan being made would reach and cost, and what stands against it; nothing is saved."""
    member = acting(request)
    require_planning(member)
    warning = warning_for(member, warning_id)
    form = BroadcastForm(request.POST, member=member, warning=warning, is_trial=True)
    form.is_valid()
    return render(request, "outreach/broadcast_plan.html", {"form": form, "plan": form.plan, "warning": warning})


@login_required
@require_safe
def broadcast_detail(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """One sending: how far it is, what can be done with it."""
    member = acting(request)
    page = reads.broadcast_page(member, reads.broadcast_for(member, broadcast_id))
    return _detail(request, page, StartForm(broadcast=page.broadcast))


@login_required
@require_safe
def broadcast_state(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """Its figures alone, for a page that asks again; the acts too where its state has changed meanwhile."""
    member = acting(request)
    page = reads.broadcast_page(member, reads.broadcast_for(member, broadcast_id))
    minute = f"{clock.now():%H%M}"
    context = {
        "page": page,
        "one": page.broadcast,
        "minute": minute,
        "tells": request.GET.get("phut") != minute,
        "changed": request.GET.get("tu") != f"{page.broadcast.state}{page.broadcast.version}",
        "stop": ReasonForm(initial={"version": page.broadcast.version}),
    }
    return render(request, "outreach/broadcast_state.html", context)


@login_required
@require_safe
def broadcast_troubles(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """Why messages did not get through; the uncertain ones."""
    row = reads.broadcast_for(acting(request), broadcast_id)
    context = {"one": row, "troubles": reads.troubles(row), "is_live": row.state in reads.LIVE}
    return render(request, "outreach/broadcast_troubles.html", context)


@login_required
@require_safe
def broadcast_areas(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """How far it is in each commune: a part of its page, or a page of its own."""
    row = reads.broadcast_for(acting(request), broadcast_id)
    name = "broadcast_areas_part" if request.headers.get("HX-Request") else "broadcast_areas"
    return render(request, f"outreach/{name}.html", {"one": row, "areas": reads.areas_of(row)})


@login_required
@require_safe
def broadcast_export(request: HttpRequest, broadcast_id: int, part: str, kind: str) -> StreamingHttpResponse:
    """By commune, or the messages that did not get through, addresses masked."""
    row = reads.broadcast_for(acting(request), broadcast_id)
    return _file(kind, f"dot-gui-{row.pk}-{part}", [reads.sheet_of(row, part)])


@login_required
@require_POST
def broadcast_start(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """Begins it, where every gate lets it."""
    member = acting(request)
    row = reads.broadcast_for(member, broadcast_id)
    form, act = StartForm(request.POST, broadcast=row), services.broadcast_start
    return _step(request, row, form, lambda: act(by=member, broadcast=row, version=form.seen), _("Đã bắt đầu gửi."))


@login_required
@require_POST
def broadcast_release(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """The sample looks good: the rest leaves."""
    return _plain(request, broadcast_id, services.broadcast_release, _("Phần còn lại đang được gửi."))


@login_required
@require_POST
def broadcast_resume(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """Goes on after a pause."""
    return _plain(request, broadcast_id, services.broadcast_resume, _("Đã gửi tiếp."))


@login_required
@require_POST
def broadcast_pause(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """Holds it; what is on the wire arrives."""
    return _reasoned(request, broadcast_id, services.broadcast_pause, _("Đã tạm dừng. Tin đang trên đường vẫn đến."))


@login_required
@require_POST
def broadcast_stop(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """Ends it for ever."""
    return _reasoned(request, broadcast_id, services.broadcast_stop, _("Đã dừng hẳn. Phần chưa gửi không gửi nữa."))


def _plain(request: HttpRequest, broadcast_id: int, act: Callable[..., Broadcast], said: str) -> HttpResponse:
    member, form = acting(request), StepForm(request.POST)
    row = reads.broadcast_for(member, broadcast_id)
    return _step(request, row, form, lambda: act(by=member, broadcast=row, version=form.seen), said)


def _reasoned(request: HttpRequest, broadcast_id: int, act: Callable[..., Broadcast], said: str) -> HttpResponse:
    member, form = acting(request), ReasonForm(request.POST)
    row = reads.broadcast_for(member, broadcast_id)
    return _step(request, row, form, lambda: act(by=member, broadcast=row, **form.told), said)


def _step(
    request: HttpRequest, row: Broadcast, form: VersionForm, act: Callable[[], Broadcast], said: str
) -> HttpResponse:
    """One act on the whole sending, told on its page."""
    told(request, form, act, said)
    return redirect("broadcast_detail", row.pk)


def _detail(request: HttpRequest, page: reads.BroadcastPage, form: StartForm) -> HttpResponse:
    one = page.broadcast
    context = {
        "page": page,
        "one": one,
        "form": form,
        "stop": ReasonForm(initial={"version": one.version}),
        "troubles": reads.troubles(one) if one.started_at else None,
        "minute": f"{clock.now():%H%M}",
        "is_live": page.is_live,
    }
    return render(request, "outreach/broadcast_detail.html", context)


def _file(kind: str, name: str, sheets: list[Sheet]) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}-{reads.today()}.{kind}"'}
    if kind == "csv":
        lines = csv_lines(sheets[0].headings, sheets[0].rows)
        return StreamingHttpResponse(lines, content_type=CSV, headers=headers)
    return StreamingHttpResponse(xlsx(sheets), content_type=XLSX, headers=headers)
