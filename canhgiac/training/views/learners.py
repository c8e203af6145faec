"""A person's own pages: joining a class, courses, lessons, what was learned offline, reminders, erasing."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.models import Member
from canhgiac.agencies.views.access import acting
from canhgiac.kit import clock
from canhgiac.library.views.reading import KEEP
from canhgiac.training.forms.classes import ClassCodeForm, JoinForm, RemindForm
from canhgiac.training.models import Learner, Paper
from canhgiac.training.selectors import classes as rooms
from canhgiac.training.selectors import courses, progress
from canhgiac.training.selectors import recalls as reminders
from canhgiac.training.selectors.certificates import certificates_of_contests
from canhgiac.training.selectors.learners import learner_of_token
from canhgiac.training.services import classes, recalls
from canhgiac.training.services import learners as services
from canhgiac.training.services import progress as steps
from canhgiac.training.services.refusals import TrainingRefused
from canhgiac.training.services.sittings import sitting_begin

from .acts import done, tried
from .courses import WRITE
from .screens import forget, learner_here, remember

BODY_MOST = 200_000
"""Bytes of what a phone tells at once."""


def _own(token: str) -> Learner:
    learner = learner_of_token(token)
    if learner is None:
        raise Http404
    return learner


# Joining ------------------------------------------------------------------------------------------------------------


@never_cache
@require_safe
def class_find(request: HttpRequest) -> HttpResponse:
    """The box for the code of a class."""
    form = ClassCodeForm(request.GET if "ma" in request.GET else None)
    if form.is_bound and form.is_valid():
        try:
            return redirect("class_join", rooms.class_by_code(form.cleaned_data["ma"]).join_code)
        except Http404:
            form.add_error("ma", _("Chưa thấy lớp nào có mã này. Xem lại mã người dạy đọc."))
    return render(request, "training/class_find.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(WRITE)
def class_join(request: HttpRequest, code: str) -> HttpResponseBase:
    """Into a class by its code: a member with one tap, others with their name."""
    room, here = rooms.class_by_code(code), learner_here(request)
    if here is not None and here.enrolments.filter(training_class=room).exists():
        return redirect("learner_home", here.token)
    if isinstance(request.user, Member):
        return _join_member(request, request.user, code)
    form = JoinForm(request.POST if request.method == "POST" else None, initial={"ve": classes.ticket_new()})
    if made := done(form, lambda: classes.class_join(training_class=room, **form.told())):
        messages.success(request, _("Bạn đã vào lớp."))
        return remember(redirect("learner_home", made.learner.token), made.learner)
    return render(request, "training/class_join.html", {"form": form, "room": room}, status=422 if form.errors else 200)


def _join_member(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    room = rooms.class_by_code(code)
    act = classes.class_join_member
    if request.method == "POST" and tried(request, lambda: act(by=member, training_class=room), _("Bạn đã vào lớp.")):
        return redirect("learner_mine")
    return render(request, "training/class_join.html", {"room": room, "member": member})


# A person's own page ------------------------------------------------------------------------------------------------


@login_required
@require_safe
def learner_mine(request: HttpRequest) -> HttpResponse:
    """A member's own courses, in the staff's frame."""
    learner = services.learner_of(acting(request))
    found = progress.own_courses(learner)
    known = {one.enrolment.course_id for one in found}
    more = [one for one in courses.courses_to_teach() if one.pk not in known]
    context = {"learner": learner, "courses": found, "more": more, "prizes": certificates_of_contests(learner)}
    return render(request, "training/learner_mine.html", context)


@login_required
@require_POST
def learner_enrol(request: HttpRequest, course_id: int) -> HttpResponse:
    """A member begins a course alone."""
    learner = services.learner_of(acting(request))
    course = courses.course_for(acting(request), course_id)
    tried(request, lambda: steps.enrol_alone(learner=learner, course=course))
    return redirect("learner_mine")


@never_cache
@require_safe
def learner_home(request: HttpRequest, token: str) -> HttpResponseBase:
    """A person's own page behind the link that only they have."""
    learner = _own(token)
    wants = any(learner.enrolments.values_list("reminders", flat=True))
    context = {"learner": learner, "courses": progress.own_courses(learner), "wants": wants}
    context["prizes"] = certificates_of_contests(learner)
    context["remind"] = RemindForm(initial={"email": learner.email})
    return remember(render(request, "training/learner_home.html", context), learner)


@require_safe
def learner_lesson(request: HttpRequest, token: str, enrolment_id: int, position: int) -> HttpResponse:
    """A lesson of a person's course. The page names nobody, so the phone may keep it for times without a network."""
    enrolment = progress.own_enrolment(_own(token), enrolment_id)
    told = courses.lesson_at(enrolment.course, position)
    steps.lesson_open(enrolment=enrolment, lesson=told.lesson)
    context = {
        "enrolment": enrolment,
        "course": enrolment.course,
        "token": token,
        "told": told,
        "progress": progress.progress_at(enrolment, told.lesson),
    }
    response = render(request, "training/lesson_own.html", context)
    response["Cache-Control"], response[KEEP] = "private, no-cache", "public"
    return response


@csrf_exempt
@require_POST
def lesson_done(request: HttpRequest, token: str, enrolment_id: int, position: int) -> HttpResponse:
    """The lesson was read: its questions come, or the next one. The link is the key, so there is nothing to forge."""
    enrolment = progress.own_enrolment(_own(token), enrolment_id)
    told = courses.lesson_at(enrolment.course, position)
    steps.lesson_read(enrolment=enrolment, lesson=told.lesson)
    here = reverse("learner_lesson", args=[token, enrolment_id, position])
    if told.asks and not getattr(progress.progress_at(enrolment, told.lesson), "done_at", None):
        return _begin(request, told.lesson.paper, enrolment.learner, here)
    if told.after is not None:
        return redirect("learner_lesson", token, enrolment_id, told.after.position)
    return redirect("learner_home", token)


@csrf_exempt
@require_POST
def course_final(request: HttpRequest, token: str, enrolment_id: int) -> HttpResponse:
    """The final paper of a person's course."""
    enrolment = progress.own_enrolment(_own(token), enrolment_id)
    return _begin(request, enrolment.course.final, enrolment.learner, reverse("learner_home", args=[token]))


def _begin(request: HttpRequest, paper: Paper | None, learner: Learner, back: str) -> HttpResponse:
    """The sitting the person is in, else a new one."""
    if paper is None:
        return redirect(back)
    try:
        already = progress.sitting_in(paper, learner)
        sitting = already or sitting_begin(paper=paper, learner=learner, uid=uuid.uuid4())
    except TrainingRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    return redirect(f"{reverse('sitting_show', args=[sitting.uid])}?{urlencode({'ve': back})}")


@csrf_exempt
@never_cache
@require_POST
def learner_sync(request: HttpRequest, token: str) -> JsonResponse:
    """Takes in what a phone kept without a network; the same again does no harm."""
    learner = _own(token)
    try:
        told = json.loads(request.body[:BODY_MOST])
        notes = [_note(one) for one in told["notes"][: steps.NOTES_MOST]]
    except (ValueError, KeyError, TypeError, UnicodeDecodeError):
        return JsonResponse({"errors": {"notes": [_("Không đọc được.")]}}, status=422)
    taken = steps.progress_merge(learner=learner, notes=notes)
    return JsonResponse({"taken": taken})


def _note(told: Any) -> steps.Note:
    """One lesson as a phone kept it. Raises ValueError, KeyError, TypeError."""
    opened, read = _moment(told["opened_at"]), told.get("read_at")
    lesson, enrolment = int(told["lesson"]), int(told["enrolment"])
    if not 0 < min(lesson, enrolment) <= max(lesson, enrolment) < 2**62:
        raise ValueError("number")
    return steps.Note(enrolment, lesson, opened, _moment(read) if read else None)


def _moment(told: Any) -> dt.datetime:
    found = parse_datetime(str(told))
    if found is None:
        raise ValueError("moment")
    return found if found.tzinfo else found.replace(tzinfo=clock.VIETNAM)


# Reminders, erasing -------------------------------------------------------------------------------------------------


@never_cache
@require_POST
def learner_remind(request: HttpRequest, token: str) -> HttpResponse:
    """Reminders on, to the address given; or off."""
    learner, form = _own(token), RemindForm(request.POST)
    wanted = request.POST.get("viec") == "bat"
    act = services.learner_reminders_set
    if done(form, lambda: act(learner=learner, wanted=wanted, email=form.cleaned_data["email"])):
        messages.success(request, _("Sẽ nhắc bạn ôn ba lần.") if wanted else _("Không nhắc nữa."))
    for errors in form.errors.values():
        messages.error(request, " ".join(map(str, errors)))
    return redirect("learner_mine" if learner.member_id else reverse("learner_home", args=[token]))


@csrf_exempt
@never_cache
@require_http_methods(WRITE)
def recall_open(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Behind a reminder: three questions, or no more of them. Opening does nothing: mail programs open links."""
    recall = reminders.recall_by_uid(uid)
    here = reverse("recall_open", args=[uid])
    if request.method != "POST":
        return render(request, "training/learner_recall.html", {"recall": recall})
    if request.POST.get("viec") == "thoi" or "List-Unsubscribe" in request.POST:
        services.learner_reminders_set(learner=recall.enrolment.learner, wanted=False)
        return render(request, "training/learner_recall_off.html", {"recall": recall})
    try:
        sitting = recalls.recall_begin(recall=recall)
    except TrainingRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(here)
    return redirect(f"{reverse('sitting_show', args=[sitting.uid])}?{urlencode({'ve': here})}")


@never_cache
@require_http_methods(WRITE)
def learner_forget(request: HttpRequest, token: str) -> HttpResponseBase:
    """Erases a person's name on their own word; a GET asks first."""
    learner = _own(token)
    if request.method != "POST":
        return render(request, "training/learner_forget.html", {"learner": learner})
    if not tried(request, lambda: services.learner_erase(learner=learner)):
        return redirect("learner_home", token)
    return forget(render(request, "training/learner_forgotten.html"))
