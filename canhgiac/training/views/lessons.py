"""Courses that everybody may take: no account, no data; how far a person got stays in their browser."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from canhgiac.library.views.reading import public_page, shown
from canhgiac.training.models import Paper
from canhgiac.training.selectors import courses as reads
from canhgiac.training.services.refusals import TrainingRefused
from canhgiac.training.services.sittings import sitting_begin


@public_page
def learn_index(request: HttpRequest) -> HttpResponse:
    """What can be learned here."""
    return shown(request, "training/course_public_list", {"courses": reads.courses_public()})


@public_page
def course_public(request: HttpRequest, slug: str) -> HttpResponse:
    """One course and its lessons."""
    course = reads.course_public(slug)
    context = {"course": course, "lessons": reads.lessons_of(course), "audiences": reads.audience_words(course)}
    return shown(request, "training/course_public", context)


@public_page
def lesson_public(request: HttpRequest, slug: str, position: int) -> HttpResponse:
    """One lesson: read or listened to, then its questions."""
    course = reads.course_public(slug)
    return shown(request, "training/lesson_public", {"course": course, "told": reads.lesson_at(course, position)})


@csrf_exempt
@require_POST
def lesson_quiz(request: HttpRequest, slug: str, position: int) -> HttpResponse:
    """Begins the questions of a public lesson; nobody's. Without a cookie there is nothing to forge."""
    course = reads.course_public(slug)
    told = reads.lesson_at(course, position)
    here = reverse("lesson_public", args=[slug, position])
    return begin(request, told.lesson.paper, here)


def begin(request: HttpRequest, paper: Paper | None, back: str) -> HttpResponse:
    """A sitting of nobody, or back with the reason."""
    try:
        if paper is None:
            return redirect(back)
        sitting = sitting_begin(paper=paper, learner=None, uid=uuid.uuid4())
    except TrainingRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    return redirect(f"{reverse('sitting_show', args=[sitting.uid])}?{urlencode({'ve': back})}")
