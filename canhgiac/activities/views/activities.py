"""Activities: the list, one in full, recording, editing, taking back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.activities.forms.activities import (
    ActivityFilterForm,
    ActivityForm,
    blank,
    initial_like,
    initial_of,
    initial_told,
)
from canhgiac.activities.models import Activity
from canhgiac.activities.selectors import choices
from canhgiac.activities.selectors.activities import CHIPS, activities_for, activities_page, activity_for, filtered
from canhgiac.activities.selectors.detail import activity_full
from canhgiac.activities.selectors.scope import may_change, may_review, reviewable, scope_of
from canhgiac.activities.services import record
from canhgiac.activities.services.evidence import evidence_add_many
from canhgiac.activities.services.record import ActivityRefused, ActivityStale
from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.views.access import acting


@login_required
@require_safe
def activity_list(request: HttpRequest) -> HttpResponse:
    """The activities within the member's reach, narrowed by the address; those to be reviewed can be ticked."""
    member = acting(request)
    scope, form = scope_of(member), ActivityFilterForm(request.GET)
    found = filtered(activities_for(member, scope=scope), form.wanted())
    context = {
        "form": form,
        "scope": scope,
        "listing": activities_page(
            found, sort=form.order, number=page_number(request), reviewable=reviewable(scope, member)
        ),
        "export": [(kind.upper(), f"xuat.{kind}?{request.GET.urlencode()}") for kind in ("xlsx", "csv")],
    }
    return render(request, "activities/list.html", context)


def page_number(request: HttpRequest) -> int:
    """The page asked for, 1 for nonsense."""
    given = request.GET.get("page", "")
    return int(given) if given.isdecimal() and len(given) < 7 else 1


@login_required
@require_safe
def activity_detail(request: HttpRequest, activity_id: int) -> HttpResponse:
    """One activity: photos, facts, what it repeats, its history. 404 for what the reader may not see."""
    member = acting(request)
    activity, scope = activity_for(member, activity_id), scope_of(member)
    context = {
        "full": activity_full(activity),
        "activity": activity,
        "chip": CHIPS[Activity.State(activity.state)],
        "may_change": may_change(scope, activity) and activity.origin != Activity.Origin.SYSTEM,
        "may_review": may_review(scope, member, activity),
    }
    return render(request, "activities/detail.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def activity_record(request: HttpRequest) -> HttpResponse:
    """The form; ``?giong=ID`` starts from a like activity, facts in the address from those (``initial_told``).

    Its script sends through the queue instead.
    """
    member = acting(request)
    agencies = choices.recording_agencies(member)
    if request.method != "POST":
        form = ActivityForm(agencies=agencies, initial=_initial(request, member))
        return _form(request, form, member)
    form = ActivityForm(request.POST, request.FILES, agencies=agencies)
    try:
        if form.is_valid():
            activity = record.activity_record(by=member, data=form.facts(), uid=form.cleaned_data["uid"])
            return _onward(request, form, activity, _("Đã ghi hoạt động."))
    except ActivityRefused as refusal:
        form.refuse(refusal)
    return _form(request, form, member, status=422)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def activity_edit(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Correcting an activity; a stale correction is shown beside what stands now and overwrites nothing."""
    member, activity = acting(request), activity_for(acting(request), activity_id)
    agencies = choices.recording_agencies(member, besides=activity.agency_id)
    if not may_change(scope_of(member), activity):
        raise NotAllowed(_("Hoạt động này không thuộc cơ quan của bạn."))
    if request.method != "POST":
        return _form(request, ActivityForm(agencies=agencies, initial=initial_of(activity)), member, activity)
    form, stale = ActivityForm(request.POST, request.FILES, agencies=agencies), False
    try:
        if form.is_valid():
            version = form.cleaned_data["version"] or 0
            record.activity_edit(by=member, activity=activity, data=form.facts(), version=version)
            return _onward(request, form, activity, _("Đã lưu, gửi cấp trên xem xét."))
    except ActivityRefused as refusal:
        form.refuse(refusal)
        stale = isinstance(refusal, ActivityStale)
    return _form(request, form, member, activity, stale=stale, status=409 if stale else 422)


def _initial(request: HttpRequest, member: Member) -> dict[str, Any]:
    like = request.GET.get("giong", "")
    agency = choices.recording_agencies(member).filter(pk=member.agency_id or 0).first()
    agency = agency or choices.recording_agencies(member).first()
    initial = blank(agency=agency, area=choices.area_of(agency) if agency else None)
    if like.isdecimal() and len(like) < 19:
        initial |= initial_like(activity_for(member, int(like)))
    return initial | initial_told(request.GET, agencies=choices.recording_agencies(member))


def _form(
    request: HttpRequest,
    form: ActivityForm,
    member: Member,
    activity: Activity | None = None,
    *,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    agencies = list(form.fields["agency"].queryset)  # type: ignore[attr-defined]  # a ModelChoiceField
    linked = [int(pk) for pk in form["tasks"].value() or () if str(pk).isdecimal()]
    context = {
        "form": form,
        "activity": activity,
        "agencies": agencies,
        "member": member,
        "kinds": choices.kind_choices(),
        "audiences": choices.audience_choices(),
        "areas": choices.areas_offered(form["area"].value(), ticked=form["areas"].value() or ()),
        "tasks": choices.task_choices(agencies, besides=linked[:50]),
        "now": activity_full(activity).facts if activity and stale else None,
    }
    return render(request, "activities/form.html", context, status=status)


def _onward(request: HttpRequest, form: ActivityForm, activity: Activity, done: str) -> HttpResponse:
    """Takes the form's files in and goes to the activity's page, saying what was refused."""
    files = ((file.name or "", file.read()) for file in form.cleaned_data["evidence"])
    keep = form.cleaned_data["keep_original"]
    refused = evidence_add_many(by=acting(request), activity=activity, files=files, keep_original=keep)
    messages.success(request, done)
    for line in refused:
        messages.error(request, line)
    return redirect("activity_detail", activity.pk)


@login_required
@require_POST
def activity_withdraw(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Withdraws an activity."""
    activity = activity_for(acting(request), activity_id)
    try:
        record.activity_withdraw(by=acting(request), activity=activity, note=request.POST.get("note", ""))
        messages.success(request, _("Đã rút. Có thể lấy lại bất cứ lúc nào."))
    except ActivityRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("activity_detail", activity.pk)


@login_required
@require_POST
def activity_restore(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Restores a withdrawn activity."""
    activity = activity_for(acting(request), activity_id)
    try:
        record.activity_restore(by=acting(request), activity=activity)
        messages.success(request, _("Đã lấy lại hoạt động."))
    except ActivityRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("activity_detail", activity.pk)
