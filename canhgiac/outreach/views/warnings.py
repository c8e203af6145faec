"""Draft warnings: list, one in full, editor, dropped and taken back."""

from __future__ import annotations

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
from canhgiac.outreach.forms.warnings import DropForm, VersionForm, WarningFilterForm, WarningForm
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors import warnings as reads
from canhgiac.outreach.selectors.composer import composer
from canhgiac.outreach.selectors.postings import places_card
from canhgiac.outreach.selectors.scope import may_write, require_writing
from canhgiac.outreach.services import warnings as services

from .acts import done

ROWS = 30
WRITE = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def warning_list(request: HttpRequest) -> HttpResponse:
    """Drafts, the latest first."""
    member, form = acting(request), WarningFilterForm(request.GET)
    found = reads.warnings_for(member, form.wanted(), sort=form.order)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": reads.warning_rows(list(page)),
        "tally": reads.tally_rows(member),
        "may_write": may_write(member),
        "export": [(kind.upper(), f"xuat.{kind}?{request.GET.urlencode()}") for kind in ("xlsx", "csv")],
    }
    return render(request, "outreach/warning_list.html", context)


@login_required
@require_safe
def warning_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file, narrowed as it is shown."""
    form = WarningFilterForm(request.GET)
    rows = reads.file_rows(reads.warnings_for(acting(request), form.wanted(), sort=form.order))
    headers = {"Content-Disposition": f'attachment; filename="canh-bao-{clock.today():%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(reads.headings(), rows), content_type=CSV, headers=headers)
    sheet = Sheet(_("Cảnh báo"), reads.headings(), rows, reads.WIDTHS)
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


@login_required
@require_safe
def warning_detail(request: HttpRequest, warning_id: int) -> HttpResponse:
    """One draft: what it says, for whom, how old the first tip is."""
    row = reads.warning_for(acting(request), warning_id)
    return _detail(request, row, DropForm(initial={"version": row.version}))


@login_required
@require_http_methods(WRITE)
def warning_create(request: HttpRequest) -> HttpResponse:
    """A new draft by hand."""
    member = acting(request)
    require_writing(member)
    form = WarningForm(request.POST if request.method == "POST" else None)
    if made := done(form, lambda: services.warning_draft(by=member, data=form.facts())):
        messages.success(request, _("Đã có bản nháp. Chưa ai ngoài cơ quan thấy."))
        return redirect("warning_detail", made.pk)
    return _editor(request, form, None)


@login_required
@require_http_methods(WRITE)
def warning_edit(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Rewrites a draft."""
    member = acting(request)
    require_writing(member)
    row = reads.warning_for(member, warning_id)
    form = WarningForm(request.POST if request.method == "POST" else None, warning=row)
    act = services.warning_edit
    if done(form, lambda: act(by=member, warning=row, data=form.facts(), version=form.seen)):
        messages.success(request, _("Đã lưu."))
        return redirect("warning_detail", row.pk)
    return _editor(request, form, row)


@login_required
@require_POST
def warning_drop(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Puts a draft aside; what was typed stays when it is refused."""
    member, form = acting(request), DropForm(request.POST)
    row, act = reads.warning_for(member, warning_id), services.warning_drop
    told = form.cleaned_data if form.is_valid() else {}
    if done(form, lambda: act(by=member, warning=row, reason=told["reason"], version=told["version"])):
        messages.success(request, _("Đã bỏ bản nháp. Khôi phục được ở trang này."))
        return redirect("warning_detail", row.pk)
    return _detail(request, row, form)


@login_required
@require_POST
def warning_restore(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Takes a dropped draft back."""
    member, form = acting(request), VersionForm(request.POST)
    row, act = reads.warning_for(member, warning_id), services.warning_restore
    if done(form, lambda: act(by=member, warning=row, version=form.cleaned_data["version"])):
        messages.success(request, _("Đã khôi phục bản nháp."))
    for errors in form.errors.values():
        messages.error(request, " ".join(map(str, errors)))
    return redirect("warning_detail", row.pk)


def _detail(request: HttpRequest, row: Alert, form: DropForm) -> HttpResponse:
    [told] = reads.warning_rows([row])
    context = {
        "page": composer(acting(request), row),
        "places": places_card(acting(request), row),
        "warning": row,
        "row": told,
        "to_draft": reads.to_draft_words(row),
        "may_write": may_write(acting(request)),
        "form": form,
    }
    return render(request, "outreach/warning_detail.html", context, status=422 if form.errors else 200)


def _editor(request: HttpRequest, form: WarningForm, row: Alert | None) -> HttpResponse:
    """The form; beside it the text that somebody else saved meanwhile, where that is why it was refused."""
    newer = reads.warning_rows([row])[0] if row is not None and form.was_stale else None
    context = {"form": form, "warning": row, "newer": newer}
    return render(request, "outreach/warning_form.html", context, status=422 if form.errors else 200)
