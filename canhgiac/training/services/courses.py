"""Courses: made from library forms, written, published by a second person, changed by a new number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import audit_record
from canhgiac.agencies.services.notices import notice_send
from canhgiac.kit import clock
from canhgiac.kit.text import fold, storable
from canhgiac.library.models import Checklist, FormEdition, ScamForm
from canhgiac.training.models import Course, Lesson, Paper, PaperDraw
from canhgiac.training.selectors.courses import agency_for_new, may_approve, may_write, paper_asks
from canhgiac.training.selectors.papers import editions_fitting

from .questions import checklist_answers
from .refusals import TrainingRefused

State = Course.State
TITLE_MOST, SUMMARY_MOST, BODY_MOST, NOTE_MOST = 160, 4000, 30_000, 1000
LESSONS_MOST = 60
QUESTIONS_A_LESSON = 3
QUESTIONS_MOST = 50
CODES_LOCK = 0x6B68_6F61  # "khoa": the advisory lock under which course codes are given


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """What a course is called, for whom it is, how it ends."""

    title: str
    summary: str
    audiences: tuple[str, ...] = ()
    minutes: int = 30
    is_public: bool = False
    gives_certificate: bool = True
    final_questions: int = 0
    """Questions of the final paper; 0 for none."""
    pass_percent: int = 70


@dataclass(frozen=True, slots=True)
class LessonFacts:
    """The words of one lesson."""

    title: str
    body: str
    minutes: int = 5
    questions: int = 0
    """Asked after the lesson, drawn from the bank by the lesson's form; 0 for none."""


# Writing ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def course_new(*, by: Member, facts: CourseFacts, forms: Sequence[ScamForm] = ()) -> Course:
    """A draft course with one lesson for each form, drafted from its published edition.

    Raises NotAllowed, TrainingRefused with the field at fault.
    """
    agency = agency_for_new(by)
    told = _checked(facts)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CODES_LOCK])
    code = _next_code()
    course = Course.objects.create(code=code, slug=slug_of(facts.title, code), agency=agency, author=by, **told)
    for position, form in enumerate(forms[:LESSONS_MOST], start=1):
        Lesson.objects.create(course=course, position=position, **lesson_draft(form, by=by))
    _final_set(course, facts, by)
    audit_record(by=by, act="training.course_new", subject=course, facts={"lessons": min(len(forms), LESSONS_MOST)})
    return course


@transaction.atomic
def course_edit(*, by: Member, course: Course, facts: CourseFacts, version: int) -> Course:
    """Changes what the course is called and how it ends. Raises NotAllowed, TrainingRefused."""
    row = _for_writing(by, course, version)
    for name, value in _checked(facts).items():
        setattr(row, name, value)
    row.slug = slug_of(facts.title, row.code)
    row.save()
    _final_set(row, facts, by)
    audit_record(by=by, act="training.course_edit", subject=row)
    return row


@transaction.atomic
def lesson_save(
    *,
    by: Member,
    course: Course,
    facts: LessonFacts,
    version: int,
    lesson: Lesson | None = None,
    form: ScamForm | None = None,
) -> Lesson:
    """Changes a lesson; without one, adds it at the end, made from ``form`` where one is given.

    ``version`` is the course's that was seen. Raises NotAllowed, TrainingRefused.
    """
    row = _for_writing(by, course, version)
    title = _line(facts.title, "title", TITLE_MOST, _("Ghi tên bài."))
    body = _text(facts.body, "body", BODY_MOST, _("Ghi nội dung bài."))
    if lesson is None:
        last = row.lessons.aggregate(last=Max("position"))["last"] or 0
        if row.lessons.count() >= LESSONS_MOST:
            raise TrainingRefused(_("Một khóa học có nhiều nhất %d bài.") % LESSONS_MOST)
        lesson = Lesson(course=row, position=last + 1, form=form)
        lesson.form_edition = form.published_id if form else None
    else:
        lesson = (
            Lesson.objects.select_for_update(of=("self",)).select_related("form", "paper").get(pk=lesson.pk, course=row)
        )
    lesson.title, lesson.body, lesson.minutes = title, body, max(1, min(facts.minutes, 120))
    lesson.paper = lesson_paper(lesson, facts.questions, by)
    lesson.save()
    audit_record(by=by, act="training.lesson_save", subject=lesson, facts={"course": row.pk})
    return lesson


@transaction.atomic
def lesson_refresh(*, by: Member, lesson: Lesson, version: int) -> Lesson:
    """Drafts the lesson anew from its form's edition in use. Raises NotAllowed, TrainingRefused."""
    row = _for_writing(by, lesson.course, version)
    lesson = Lesson.objects.select_for_update(of=("self",)).select_related("form__published").get(pk=lesson.pk)
    if lesson.form is None or lesson.form.published is None:
        raise TrainingRefused(_("Hình thức của bài này không còn bản đang dùng."))
    lesson.title, lesson.body = lesson.form.published.name[:TITLE_MOST], lesson_body(lesson.form.published)
    lesson.form_edition = lesson.form.published.pk
    lesson.save()
    audit_record(by=by, act="training.lesson_save", subject=lesson, facts={"course": row.pk, "refreshed": True})
    return lesson


@transaction.atomic
def lesson_move(*, by: Member, lesson: Lesson, step: int) -> None:
    """One place up (-1) or down (1); at the edge nothing happens. Raises NotAllowed, TrainingRefused."""
    row = _for_writing(by, lesson.course, None)
    order = list(row.lessons.select_for_update().order_by("position"))
    at = next((index for index, one in enumerate(order) if one.pk == lesson.pk), -1)
    to = at + (1 if step > 0 else -1)
    if at < 0 or not 0 <= to < len(order):
        return
    order[at], order[to] = order[to], order[at]
    _renumber(order)
    audit_record(by=by, act="training.course_edit", subject=row, facts={"moved": lesson.pk})


@transaction.atomic
def lesson_drop(*, by: Member, lesson: Lesson) -> None:
    """Takes a lesson out of a draft. Raises NotAllowed, TrainingRefused."""
    row = _for_writing(by, lesson.course, None)
    Lesson.objects.filter(pk=lesson.pk, course=row).delete()
    _renumber(list(row.lessons.order_by("position")))
    audit_record(by=by, act="training.course_edit", subject=row, facts={"dropped": lesson.pk})


def _renumber(order: Sequence[Lesson]) -> None:
    """Positions from 1 in this order: first out of the way, since two lessons never share one."""
    keys = [one.pk for one in order]
    Lesson.objects.filter(pk__in=keys).update(position=F("position") + 1000)
    for position, one in enumerate(order, start=1):
        one.position = position
    Lesson.objects.bulk_update(order, ["position"])


@transaction.atomic
def course_renew(*, by: Member, course: Course) -> Course:
    """The number being worked on: the open one, else a draft copied from this published one, with its lessons.

    Raises NotAllowed, TrainingRefused.
    """
    if not may_write(by, course):
        raise NotAllowed(_("Bạn không soạn khóa học của đơn vị này."))
    numbers = list(Course.objects.select_for_update(of=("self",)).filter(code=course.code).order_by("-number"))
    already = next((one for one in numbers if one.state in (State.DRAFT, State.IN_REVIEW)), None)
    if already is not None:
        return already
    lessons = list(course.lessons.order_by("position"))
    copy = Course.objects.get(pk=course.pk)
    copy.pk, copy._state.adding = None, True
    copy.number, copy.state, copy.author, copy.is_starter = numbers[0].number + 1, State.DRAFT, by, False
    copy.reviewer, copy.reviewed_at, copy.review_note, copy.checklist, copy.version = None, None, "", {}, 1
    copy.made_at = clock.now()
    copy.save()
    for lesson in lessons:
        lesson.pk, lesson._state.adding, lesson.course = None, True, copy
    Lesson.objects.bulk_create(lessons)
    audit_record(by=by, act="training.course_renew", subject=copy, facts={"from": course.pk})
    return copy


@transaction.atomic
def course_drop(*, by: Member, course: Course) -> None:
    """Throws a draft away. Raises NotAllowed, TrainingRefused."""
    row = _for_writing(by, course, None)
    audit_record(by=by, act="training.course_drop", subject=row, facts={"code": row.code, "number": row.number})
    row.delete()


# The second person --------------------------------------------------------------------------------------------------


@transaction.atomic
def course_submit(*, by: Member, course: Course, version: int) -> Course:
    """Sends a draft to the second person. Raises NotAllowed, TrainingRefused."""
    row = _for_writing(by, course, version)
    if not row.lessons.exists():
        raise TrainingRefused(_("Khóa học chưa có bài nào. Thêm bài rồi gửi duyệt."))
    if row.final is not None and not paper_asks(row.final):
        raise TrainingRefused(_("Bài cuối khóa chưa có câu hỏi nào dùng được trong ngân hàng câu hỏi."))
    row.state = State.IN_REVIEW
    row.author = row.author or by
    row.save()
    audit_record(by=by, act="training.course_submit", subject=row)
    return row


@transaction.atomic
def course_return(*, by: Member, course: Course, note: str) -> Course:
    """Back to its author, with the reason. Raises NotAllowed, TrainingRefused."""
    row = _under_review(by, course)
    row.review_note = _text(note, "note", NOTE_MOST, _("Ghi lý do trả lại để người soạn sửa."))
    row.state, row.version = State.DRAFT, row.version + 1
    row.save()
    if row.author is not None:
        notice_send(
            kind="training.course_return",
            member=row.author,
            subject=_("Khóa học bị trả lại: %s") % row.title,
            body=row.review_note,
            link=f"/tap-huan/khoa-hoc/{row.pk}/",
        )
    audit_record(by=by, act="training.course_return", subject=row)
    return row


@transaction.atomic
def course_publish(*, by: Member, course: Course, checklist: Mapping[str, Any], note: str = "") -> Course:
    """Opens the course in place of the former number. A second person, every point of the checklist answered yes.

    Classes of the former number go on with it. Raises NotAllowed, TrainingRefused.
    """
    row = _under_review(by, course)
    missing = [point for point in Checklist.values if not checklist.get(point, {}).get("ok")]
    if missing:
        raise TrainingRefused(_("Còn %d điều trong danh mục kiểm tra chưa đạt; chưa mở được.") % len(missing))
    Course.objects.filter(code=row.code, state=State.PUBLISHED).update(state=State.CLOSED, version=F("version") + 1)
    if Course.objects.filter(slug=row.slug, state=State.PUBLISHED).exists():
        row.slug = f"{row.slug[:60].rstrip('-')}-{row.code.casefold()}"
    row.state, row.reviewer, row.reviewed_at = State.PUBLISHED, by, clock.now()
    row.review_note, row.is_starter, row.version = note.strip()[:NOTE_MOST], False, row.version + 1
    row.checklist = checklist_answers(checklist)
    row.save()
    audit_record(by=by, act="training.course_publish", subject=row, facts={"code": row.code, "number": row.number})
    return row


@transaction.atomic
def course_close(*, by: Member, course: Course) -> Course:
    """No new classes, nothing on the public pages; open classes go on. Raises NotAllowed, TrainingRefused."""
    if not may_approve(by, course):
        raise NotAllowed(_("Đóng khóa học là việc của người duyệt hoặc điều phối viên."))
    row = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
    if row.state != State.PUBLISHED:
        raise TrainingRefused(_("Khóa học này không còn mở."))
    row.state, row.version = State.CLOSED, row.version + 1
    row.save(update_fields=["state", "version"])
    audit_record(by=by, act="training.course_close", subject=row)
    return row


# What they share ----------------------------------------------------------------------------------------------------


def lesson_draft(form: ScamForm, *, by: Member | None) -> dict[str, Any]:
    """The fields of a lesson made from the form's published edition, with questions of the bank where it has any."""
    assert form.published is not None
    found = editions_fitting(form_id=form.pk).count()
    title = form.published.name[:TITLE_MOST]
    paper = _paper(title, Paper.Purpose.LESSON, by, [(min(found, QUESTIONS_A_LESSON), form)]) if found else None
    return {
        "title": title,
        "body": lesson_body(form.published),
        "form": form,
        "form_edition": form.published.pk,
        "paper": paper,
    }


def lesson_body(edition: FormEdition) -> str:
    """What a form's edition says as a lesson in Markdown: what happens, the signs, before, during and after."""
    signs = [f"**{title}.** {text}" if title else text for title, text in edition.signs_shown]
    parts = [
        edition.summary,
        f"> {edition.truth}" if edition.truth else "",
        _section(_("Chuyện diễn ra thế nào"), [f"{at}. {one}" for at, one in enumerate(edition.happens, start=1)]),
        _section(_("Dấu hiệu nhận ra"), [f"- {one}" for one in signs]),
        _section(_("Để không mắc"), [f"- {one}" for one in edition.before]),
        _section(_("Đang gặp thì làm"), [f"- {one}" for one in edition.during]),
        _section(_("Đừng làm"), [f"- {one}" for one in edition.dont]),
        _section(_("Lỡ rồi thì làm"), [f"{at}. {one}" for at, one in enumerate(edition.after, start=1)]),
    ]
    return "\n\n".join(part for part in parts if part)[:BODY_MOST]


def _section(title: str, lines: Sequence[str]) -> str:
    return "\n".join([f"# {title}", "", *(" ".join(line.split()) for line in lines)]) if lines else ""


def lesson_paper(lesson: Lesson, count: int, by: Member | None) -> Paper | None:
    """The lesson's paper of so many drawn questions: the one it has when that asks as many, else a new one.

    A paper that was sat is never changed. Raises TrainingRefused when the bank has fewer that fit.
    """
    count = max(0, min(count, QUESTIONS_MOST))
    if not count:
        return None
    held = lesson.paper
    if held is not None:
        drawn = sum(held.draws.values_list("count", flat=True))
        if held.items.count() + drawn == count:
            return held
    found = editions_fitting(form_id=lesson.form_id).count()
    if found < count:
        raise TrainingRefused(
            _("Ngân hàng có %(found)d câu hợp với bài này; hãy chọn nhiều nhất %(found)d câu.") % {"found": found},
            "questions",
        )
    return _paper(lesson.title, Paper.Purpose.LESSON, by, [(count, lesson.form)])


def _final_set(course: Course, facts: CourseFacts, by: Member) -> None:
    """The final paper: so many questions drawn over the forms of the lessons."""
    count = max(0, min(facts.final_questions, QUESTIONS_MOST))
    held = course.final
    if held is not None and held.pass_percent == facts.pass_percent:
        asked = sum(held.draws.values_list("count", flat=True)) + held.items.count()
        if asked == count:
            return
    course.final = None
    if count:
        forms = [lesson.form for lesson in course.lessons.select_related("form") if lesson.form is not None]
        title = _("Bài cuối khóa: %s") % course.title
        course.final = _paper(title, Paper.Purpose.FINAL, by, _spread(count, forms), facts.pass_percent)
    course.save(update_fields=["final"])


def _spread(count: int, forms: Sequence[ScamForm]) -> list[tuple[int, ScamForm | None]]:
    """``count`` questions over the forms, as evenly as the bank allows; the rest over everything."""
    room = {form.pk: editions_fitting(form_id=form.pk).count() for form in forms}
    taken = dict.fromkeys(room, 0)
    left = count
    while left and any(taken[one] < room[one] for one in room):
        for one, most in room.items():
            if left and taken[one] < most:
                taken[one], left = taken[one] + 1, left - 1
    parts: list[tuple[int, ScamForm | None]] = [(taken[form.pk], form) for form in forms if taken[form.pk]]
    return [*parts, (left, None)] if left else parts


def _paper(
    title: str,
    purpose: Paper.Purpose,
    by: Member | None,
    draws: Sequence[tuple[int, ScamForm | None]],
    pass_percent: int = 70,
) -> Paper:
    feedback = Paper.Feedback.EACH if purpose == Paper.Purpose.LESSON else Paper.Feedback.END
    paper = Paper.objects.create(
        title=title[:160],
        purpose=purpose,
        agency=by.agency if by else None,
        state=Paper.State.READY,
        pass_percent=pass_percent,
        feedback=feedback,
        made_by=by,
    )
    PaperDraw.objects.bulk_create(PaperDraw(paper=paper, count=count, form=form) for count, form in draws)
    return paper


def slug_of(title: str, code: str) -> str:
    """The course's address: its title without marks; the code where nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:70].rstrip("-") or code.casefold()


def _next_code() -> str:
    """ "K001" and on: a code stays with its course over all numbers."""
    last = max(
        (int(code[1:]) for code in Course.objects.values_list("code", flat=True) if re.fullmatch(r"K\d{3,8}", code)),
        default=0,
    )
    return f"K{last + 1:03}"


def _checked(facts: CourseFacts) -> dict[str, Any]:
    if not 1 <= facts.minutes <= 6000:
        raise TrainingRefused(_("Thời lượng từ 1 đến 6.000 phút."), "minutes")
    if not 1 <= facts.pass_percent <= 100:
        raise TrainingRefused(_("Điểm đạt từ 1 đến 100 phần trăm."), "pass_percent")
    return {
        "title": _line(facts.title, "title", TITLE_MOST, _("Ghi tên khóa học.")),
        "summary": _text(facts.summary, "summary", SUMMARY_MOST, _("Ghi vài câu giới thiệu.")),
        "audiences": list(facts.audiences),
        "minutes": facts.minutes,
        "is_public": facts.is_public,
        "gives_certificate": facts.gives_certificate,
    }


def _for_writing(by: Member, course: Course, version: int | None) -> Course:
    """The draft, locked, one version on. Raises NotAllowed, TrainingRefused."""
    if not may_write(by, course):
        raise NotAllowed(_("Bạn không soạn khóa học của đơn vị này."))
    row = Course.objects.select_for_update(of=("self",)).select_related("agency", "author", "final").get(pk=course.pk)
    if row.state == State.IN_REVIEW:
        raise TrainingRefused(_("Khóa học đang chờ duyệt."))
    if row.state != State.DRAFT:
        raise TrainingRefused(_("Khóa học đã mở không sửa được. Soạn bản mới."))
    if version is not None and row.version != version:
        raise TrainingRefused(_("Người khác vừa sửa. Xem lại rồi lưu lần nữa."), version=row.version)
    row.version += 1
    row.save(update_fields=["version"])
    return row


def _under_review(by: Member, course: Course) -> Course:
    if not may_approve(by, course):
        raise NotAllowed(_("Duyệt khóa học là việc của người duyệt hoặc điều phối viên."))
    row = Course.objects.select_for_update(of=("self",)).select_related("author", "agency").get(pk=course.pk)
    if row.state != State.IN_REVIEW:
        raise TrainingRefused(_("Khóa học này không còn chờ duyệt."))
    if row.author_id == by.pk:
        raise TrainingRefused(_("Bạn đã soạn khóa học này. Người duyệt phải là người thứ hai."))
    return row


def _line(text: str, field: str, most: int, empty: str) -> str:
    return _text(" ".join(text.split()), field, most, empty)


def _text(text: str, field: str, most: int, empty: str) -> str:
    clean = storable(text).replace("\r\n", "\n").strip()
    if not clean:
        raise TrainingRefused(empty, field)
    if len(clean) > most:
        raise TrainingRefused(_("Dài quá %d ký tự.") % most, field)
    return clean
