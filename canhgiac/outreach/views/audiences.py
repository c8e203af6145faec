"""Audiences: a rule built with its live count, kept under a name, dropped and taken back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.outreach.forms.audiences import AudienceForm, RuleForm
from canhgiac.outreach.models import SavedAudience
from canhgiac.outreach.selectors import people as reads
from canhgiac.outreach.selectors.audiences import Rule, audience_view
from canhgiac.outreach.selectors.scope import may_write, require_writing
from canhgiac.outreach.services import audiences as services
from canhgiac.outreach.services.refusals import WarningRefused

WRITE = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def audience_list(request: HttpRequest) -> HttpResponse:
    """Saved audiences by name; those put aside below."""
    member = acting(request)
    context = {
        "rows": reads.audience_rows(list(reads.audiences_for(member))),
        "dropped": reads.audience_rows(list(reads.audiences_for(member, dropped=True)[:50])),
        "may_write": may_write(member),
    }
    return render(request, "outreach/audience_list.html", context)


@login_required
@require_http_methods(WRITE)
def audience_create(request: HttpRequest) -> HttpResponse:
    """A new audience."""
    require_writing(acting(request))
    return _editor(request, AudienceForm(request.POST if request.method == "POST" else None), None)


@login_required
@require_http_methods(WRITE)
def audience_edit(request: HttpRequest, audience_id: int) -> HttpResponse:
    """Another rule or name; who only reads sees it with its count."""
    row = reads.audience_for(acting(request), audience_id)
    return _editor(request, AudienceForm(request.POST if request.method == "POST" else None, audience=row), row)


def _editor(request: HttpRequest, form: AudienceForm, row: SavedAudience | None) -> HttpResponse:
    member = acting(request)
    if form.is_bound and form.is_valid():
        facts = {"name": form.cleaned_data["name"], "rule": form.rule(), "version": form.seen}
        try:
            services.audience_save(by=member, audience=row, **facts)
            messages.success(request, _("Đã lưu nhóm nhận."))
            return redirect("audience_list")
        except WarningRefused as refusal:
            form.refuse(refusal)
    rule = form.rule() if form.is_bound and not form.errors else Rule.from_json(row.rule) if row else Rule()
    context = {"form": form, "audience": row, "may_write": may_write(member), "count": audience_view(rule)}
    return render(request, "outreach/audience_form.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def audience_count(request: HttpRequest) -> HttpResponse:
    """How many people the rule in the address reaches, as a piece of a page."""
    reads.require_counting(acting(request))
    form = RuleForm(request.GET)
    count = audience_view(form.rule()) if form.is_valid() else None
    context = {"count": count, "errors": form.errors}
    return render(request, "outreach/audience_count.html", context)


@login_required
@require_POST
def audience_drop(request: HttpRequest, audience_id: int) -> HttpResponse:
    """Puts one aside."""
    services.audience_drop(by=acting(request), audience=reads.audience_for(acting(request), audience_id))
    messages.success(request, _("Đã bỏ nhóm nhận. Khôi phục được ở cuối trang này."))
    return redirect("audience_list")


@login_required
@require_POST
def audience_restore(request: HttpRequest, audience_id: int) -> HttpResponse:
    """Takes one back."""
    try:
        services.audience_restore(by=acting(request), audience=reads.audience_for(acting(request), audience_id))
        messages.success(request, _("Đã khôi phục."))
    except WarningRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("audience_list")
