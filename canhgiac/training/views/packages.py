"""A course as a package for other learning systems."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.training.selectors.coursedata import course_data, course_to_pack
from canhgiac.training.services.packages import course_package
from canhgiac.training.services.refusals import TrainingRefused


@login_required
@require_safe
def package_show(request: HttpRequest, course_id: int) -> HttpResponse:
    """What is inside, and the two versions."""
    course = course_to_pack(acting(request), course_id)
    lessons = course_data(course).lessons
    context = {"course": course, "lessons": len(lessons), "questions": sum(len(one.items) for one in lessons)}
    return render(request, "training/package_show.html", context)


@login_required
@require_POST
def package_make(request: HttpRequest, course_id: int) -> HttpResponse:
    """The ZIP; the log keeps who took it, for answers are inside."""
    course, version = course_to_pack(acting(request), course_id), request.POST.get("version", "")
    try:
        data = course_package(by=acting(request), course=course, version=version)
    except TrainingRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("package_show", course.pk)
    told = {"Content-Disposition": f'attachment; filename="{course.slug}-scorm-{version}.zip"'}
    return HttpResponse(data, content_type="application/zip", headers=told)
