"""A course packed for other learning systems (SCORM 1.2 and 2004)."""

from __future__ import annotations

from typing import get_args

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.engines.quizzes.scorm import CourseRefused, Version, package
from canhgiac.training.models import Course
from canhgiac.training.selectors.coursedata import WRITERS, course_data

from .refusals import TrainingRefused


@transaction.atomic
def course_package(*, by: Member, course: Course, version: str) -> bytes:
    """The ZIP of a published course, ``version`` "1.2" or "2004". Answers are inside, so only for those who write.

    Raises NotAllowed, TrainingRefused.
    """
    require_role(by, *WRITERS)
    if course.state != Course.State.PUBLISHED:
        raise TrainingRefused(_("Chỉ xuất được khóa học đang mở."))
    told: dict[str, Version] = {one: one for one in get_args(Version)}
    if version not in told:
        raise TrainingRefused(_("Chọn SCORM 1.2 hoặc SCORM 2004."), "version")
    try:
        data = package(course_data(course), told[version])
    except CourseRefused as refusal:
        raise TrainingRefused(str(refusal)) from refusal
    audit_record(by=by, act="training.course_package", subject=course, facts={"version": version, "bytes": len(data)})
    return data
