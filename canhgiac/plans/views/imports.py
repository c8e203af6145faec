"""Uploading documents and watching them being read."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from canhgiac.agencies.views.access import acting
from canhgiac.plans.forms.imports import ACCEPTED, DirectiveUpload
from canhgiac.plans.models import Directive, Plan
from canhgiac.plans.selectors.directives import (
    directive_for,
    directives_unread,
    filing_agencies,
    may_edit,
    may_file,
    plan_for,
)
from canhgiac.plans.selectors.versions import draft_replacing, version_changes
from canhgiac.plans.services.imports import directive_retry, directives_receive, plan_discard, store


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def directive_receive(request: HttpRequest) -> HttpResponse:
    """The upload page; ``?cap-tren=ID`` files an agency's own plan under a plan."""
    parent = plan_for(acting(request), int(above)) if (above := request.GET.get("cap-tren", "")).isdecimal() else None
    return _upload(request, parent=parent)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def version_receive(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Uploading a new version of a plan in force, or, once it is read, what it changes."""
    plan = plan_for(acting(request), plan_id)
    if plan.replaces is not None:
        context = {"plan": plan, "changes": version_changes(plan), "may_edit": may_edit(acting(request), plan)}
        return render(request, "plans/upload_changes.html", context)
    draft = draft_replacing(plan)
    return redirect("version_receive", draft.pk) if draft else _upload(request, replaces=plan)


def _upload(request: HttpRequest, *, parent: Plan | None = None, replaces: Plan | None = None) -> HttpResponse:
    member = acting(request)
    may_file(member, parent=parent, replaces=replaces)
    agencies = filing_agencies(member, parent=parent, replaces=replaces)
    form = DirectiveUpload(request.POST or None, request.FILES or None, agencies=agencies)
    receipts = None
    if request.method == "POST" and form.is_valid():
        receipts = directives_receive(
            by=member,
            files=((file.name or "", file.read()) for file in form.cleaned_data["documents"]),
            agency=form.cleaned_data["agency"],
            parent=parent,
            replaces=replaces,
        )
        if len(receipts) == 1 and receipts[0].directive and not receipts[0].already:
            return _onward(request, "directive_progress", receipts[0].directive.pk)
    context = {
        "form": form,
        "receipts": receipts,
        "parent": parent,
        "replaces": replaces,
        "accepted": ACCEPTED,
        "unread": directives_unread(member),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "plans/upload.html", context, status=status)


@login_required
@require_safe
def directive_progress(request: HttpRequest, directive_id: int) -> HttpResponse:
    """How far the reading has come; once read, the way to the review."""
    directive = directive_for(acting(request), directive_id)
    if directive.state == Directive.State.READ:
        return _onward(request, "plan_review", directive.plan.pk)
    partial = request.htmx  # type: ignore[attr-defined]  # set by its middleware
    return render(
        request, "plans/upload_state.html" if partial else "plans/upload_progress.html", {"directive": directive}
    )


def _onward(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """On to another page, as a whole, also from a request of htmx."""
    if request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        return HttpResponseClientRedirect(reverse(name, args=[pk]))
    return redirect(name, pk)


@login_required
@require_POST
def directive_reread(request: HttpRequest, directive_id: int) -> HttpResponse:
    """Queues a document that could not be read once more."""
    directive = directive_for(acting(request), directive_id)
    directive_retry(by=acting(request), directive=directive)
    return redirect("directive_progress", directive.pk)


@login_required
@require_safe
def directive_file(request: HttpRequest, directive_id: int) -> FileResponse:
    """The file as it was received, always as a download: never shown by the browser as a page of ours."""
    directive = directive_for(acting(request), directive_id)
    return FileResponse(
        store().path(directive.file_sha256).open("rb"),
        as_attachment=True,
        filename=directive.file_name,
        content_type="application/octet-stream",
    )


@login_required
@require_POST
def plan_drop(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Drops a draft."""
    plan = plan_for(acting(request), plan_id)
    plan_discard(by=acting(request), plan=plan)
    messages.success(request, _("Đã bỏ bản nháp “%(title)s”.") % {"title": plan.title})
    return redirect("plan_list")
