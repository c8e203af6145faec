"""Attendance: the trainer's screen with its changing code, the phones that read it, the list."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.training.forms.classes import CodeForm, JoinForm
from canhgiac.training.models import Meeting
from canhgiac.training.selectors import classes as reads
from canhgiac.training.services import attendance as services
from canhgiac.training.services import classes
from canhgiac.training.services.attendance import AttendanceRefused

from .acts import done
from .courses import WRITE
from .screens import learner_here, remember, site_address

_seen = TimestampSigner(salt="training.attend")
SEEN_SECONDS = 600
"""How long a person may take to type their name after a good code was read."""


# The trainer --------------------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_safe
def attendance_screen(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The screen for the wall: the code as a picture and as six digits, how many are here."""
    return render(request, "training/attendance_screen.html", _screen(request, meeting_id))


@login_required
@never_cache
@require_safe
def attendance_code(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The code and the count alone, asked for again every few seconds."""
    return render(request, "training/attendance_code.html", _screen(request, meeting_id))


def _screen(request: HttpRequest, meeting_id: int) -> dict[str, object]:
    page = reads.meeting_for(acting(request), meeting_id)
    codes = services.codes_now(page.meeting)
    now = clock.now()
    address = site_address("attendance_scan", page.meeting.pk, codes.long)
    return {
        "page": page,
        "codes": codes,
        "digits": f"{codes.digits[:3]} {codes.digits[3:]}",
        "qr": mark_safe(reads.qr_of(address)),  # noqa: S308  # our own drawing of our own address
        "address": site_address("class_attend", page.room.join_code).split("//", 1)[-1],
        "is_early": now < page.meeting.starts_at - services.BEFORE,
        "is_over": now > page.meeting.ends_at + services.AFTER,
    }


@login_required
@require_http_methods(WRITE)
def attendance_list(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Ticks by hand; what was changed can be undone on the next page."""
    page = reads.meeting_for(acting(request), meeting_id)
    changed = None
    if request.method == "POST":
        ticked, was = _numbers(request, "co_mat"), _numbers(request, "da_co")
        changed = services.attendance_list(by=acting(request), meeting=page.meeting, ticked=ticked, was=was)
        page = reads.meeting_for(acting(request), meeting_id)
        if not changed.added and not changed.removed:
            messages.info(request, _("Không có gì thay đổi."))
            changed = None
    return render(request, "training/attendance_list.html", {"page": page, "room": page.room, "changed": changed})


def _numbers(request: HttpRequest, name: str) -> set[int]:
    return {int(one) for one in request.POST.getlist(name) if one.isdecimal() and len(one) < 16}


# The phones ---------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(WRITE)
def attendance_scan(request: HttpRequest, meeting_id: int, code: str) -> HttpResponseBase:
    """What the picture on the screen leads to. Who is known on this phone is here at once; others say their name."""
    meeting = reads.meeting_public(meeting_id)
    learner = learner_here(request)
    try:
        if learner is not None and learner.enrolments.filter(training_class=meeting.training_class_id).exists():
            services.attend_by_code(learner=learner, meeting=meeting, code=code)
            return render(request, "training/attendance_done.html", {"meeting": meeting, "learner": learner})
        stamp = request.POST.get("dau", "")
        if not _stamp_good(stamp, meeting):
            services.code_check(meeting=meeting, code=code)
            stamp = _seen.sign(str(meeting.pk))
    except AttendanceRefused as refusal:
        return render(request, "training/attendance_late.html", {"meeting": meeting, "refusal": refusal}, status=409)
    return _join(request, meeting, stamp)


def _join(request: HttpRequest, meeting: Meeting, stamp: str) -> HttpResponse:
    """The form of the class, and at once present."""
    form = JoinForm(request.POST if request.method == "POST" else None, initial={"ve": classes.ticket_new()})
    act = classes.class_join
    if made := done(form, lambda: act(training_class=meeting.training_class, **form.told())):
        services.attend_checked(learner=made.learner, meeting=meeting)
        told = {"meeting": meeting, "learner": made.learner}
        return remember(render(request, "training/attendance_done.html", told), made.learner)
    context: dict[str, object] = {"form": form, "room": meeting.training_class, "meeting": meeting, "stamp": stamp}
    return render(request, "training/class_join.html", context, status=422 if form.errors else 200)


def _stamp_good(stamp: str, meeting: Meeting) -> bool:
    try:
        return bool(stamp) and _seen.unsign(stamp, max_age=SEEN_SECONDS) == str(meeting.pk)
    except BadSignature:
        return False


@never_cache
@require_http_methods(WRITE)
def class_attend(request: HttpRequest, code: str) -> HttpResponseBase:
    """For phones without a camera: the six digits, typed."""
    room, learner = reads.class_by_code(code), learner_here(request)
    if learner is None or not learner.enrolments.filter(training_class=room).exists():
        return redirect("class_join", room.join_code)
    meeting = reads.meeting_on(room, before=services.BEFORE, after=services.AFTER)
    form = CodeForm(request.POST if request.method == "POST" else None)
    act = services.attend_by_code
    if meeting and done(form, lambda: act(learner=learner, meeting=meeting, code=form.cleaned_data["code"])):
        return render(request, "training/attendance_done.html", {"meeting": meeting, "learner": learner})
    context = {"form": form, "room": room, "meeting": meeting}
    return render(request, "training/attendance_type.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def attendance_undo(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Takes the last change of the list back."""
    page = reads.meeting_for(acting(request), meeting_id)
    services.attendance_list(
        by=acting(request),
        meeting=page.meeting,
        ticked=_numbers(request, "bo_ra"),
        was=_numbers(request, "them_vao"),
    )
    messages.success(request, _("Đã hoàn tác."))
    return redirect("attendance_list", meeting_id)
