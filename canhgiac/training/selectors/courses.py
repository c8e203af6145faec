"""Courses as the staff and the public see them: lists, one course with its lessons, what may be done by whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Audience, Member, Role
from canhgiac.agencies.selectors import NotAllowed, agencies_of, has_role, roles_of
from canhgiac.kit import markdown
from canhgiac.kit.text import fold
from canhgiac.library.models import Checklist, Edition, FormEdition, ScamForm
from canhgiac.library.selectors.sitemap import SitePage
from canhgiac.library.selectors.structured import absolute
from canhgiac.training.models import Course, Lesson, Paper

from .papers import editions_fixed, editions_of_draw

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from canhgiac.kit.sheets import Value

State = Course.State
WRITERS = (Role.Kind.EDITOR, Role.Kind.TRAINER, Role.Kind.COORDINATOR)
APPROVERS = (Role.Kind.APPROVER, Role.Kind.COORDINATOR)
READERS = (*WRITERS, Role.Kind.APPROVER, Role.Kind.OFFICER, Role.Kind.AUDITOR)
ORDERS = {"ten": "title", "ma": "code", "ngay": "made_at", "lop": "class_count", "bai": "lesson_count"}
WIDTHS = (12, 44, 8, 16, 36, 10, 10, 12)
WORDS_A_MINUTE = 180
"""How fast a person reads a screen, or the browser reads aloud, at ease."""


@dataclass(frozen=True, slots=True)
class CourseFilter:
    """What the list is narrowed to; "" is everything."""

    q: str = ""
    state: str = ""
    audience: str = ""


def may_write(member: Member, course: Course | None = None) -> bool:
    """Whether the member writes courses; for one of the province or the software at the root only."""
    if course is None:
        return has_role(member, *WRITERS)
    if course.agency is not None:
        return has_role(member, *WRITERS, agency=course.agency)
    return roles_of(member, Role.Kind.EDITOR, Role.Kind.COORDINATOR).filter(agency__parent=None).exists()


def may_approve(member: Member, course: Course) -> bool:
    """Whether the member may be the second person of this course."""
    if course.agency is not None:
        return has_role(member, *APPROVERS, agency=course.agency)
    return roles_of(member, *APPROVERS).filter(agency__parent=None).exists()


def agency_for_new(member: Member) -> Agency:
    """Whose a new course of this member is: where the first writing role stands. Raises NotAllowed."""
    role = roles_of(member, *WRITERS).order_by("agency__path").first()
    if role is None:
        raise NotAllowed(_("Soạn khóa học là việc của người tập huấn, biên tập viên hoặc điều phối viên."))
    return role.agency


def courses_for(member: Member, wanted: CourseFilter | None = None, *, sort: str = "") -> QuerySet[Any]:
    """Courses the member may see, each with ``lesson_count`` and ``class_count``. Published ones are for all staff.

    Drafts are for those who write or approve at their agency.
    """
    told = wanted or CourseFilter()
    lessons = Lesson.objects.filter(course=OuterRef("pk")).order_by().values("course").annotate(n=Count("pk"))
    rows = (
        Course.objects.select_related("agency", "author")
        .annotate(lesson_count=Subquery(lessons.values("n")), class_count=Count("classes"))
        .filter(_reach(member))
    )
    if told.state:
        rows = rows.filter(state=told.state)
    if told.audience:
        rows = rows.filter(audiences__contains=[told.audience])
    order = ORDERS.get(sort.removeprefix("-"), "title")
    rows = rows.order_by(f"-{order}" if sort.startswith("-") else order, "code", "-number")
    if words := fold(told.q).split():  # titles are few; folding them here spares a column
        found = rows.values_list("pk", "title", "code")
        rows = rows.filter(pk__in=[pk for pk, *text in found if all(word in fold(" ".join(text)) for word in words)])
    return rows


def _reach(member: Member) -> Q:
    own = agencies_of(member, *READERS)
    shown = Q(state__in=[State.PUBLISHED, State.CLOSED]) | Q(agency__in=own)
    if roles_of(member, *READERS).filter(agency__parent=None).exists():
        shown |= Q(agency=None)
    return shown


def course_for(member: Member, course_id: int) -> Course:
    """One course the member may see. Raises Http404."""
    row = (
        Course.objects.select_related("agency", "author", "reviewer", "final")
        .filter(_reach(member))
        .filter(pk=course_id)
    )
    if (found := row.first()) is None:
        raise Http404
    return found


def lesson_for(course: Course, lesson_id: int) -> Lesson:
    """One lesson of the course. Raises Http404."""
    if (row := course.lessons.select_related("form", "paper").filter(pk=lesson_id).first()) is None:
        raise Http404
    return row


def lesson_seen(member: Member, lesson_id: int) -> Lesson:
    """One lesson of a course the member may see, with the course. Raises Http404."""
    reach = Course.objects.filter(_reach(member))
    row = Lesson.objects.select_related("course__agency").filter(pk=lesson_id, course__in=reach).first()
    if row is None:
        raise Http404
    return row


@dataclass(frozen=True)
class LessonRow:
    """One lesson on the staff's page."""

    lesson: Lesson
    form_name: str
    newer: FormEdition | None
    """The form's edition in use where the lesson was made from an older one."""
    questions: int


@dataclass(frozen=True)
class CoursePage:
    """A course, its lessons, and what this member may do with it."""

    course: Course
    rows: Sequence[LessonRow]
    numbers: Sequence[Course]
    """Other numbers of the same course, the newest first."""
    may_write: bool
    may_decide: bool
    why_not: str
    checked: Sequence[str]
    """What its reviewer answered yes to, in words."""

    @property
    def is_open(self) -> bool:
        """Whether its words can be changed now."""
        return self.may_write and self.course.state == State.DRAFT

    @property
    def draft(self) -> Course | None:
        """The newer number that is being worked on."""
        return next((one for one in self.numbers if one.state in (State.DRAFT, State.IN_REVIEW)), None)


def course_page(member: Member, course_id: int) -> CoursePage:
    """One course for the staff. Raises Http404. A fixed number of queries, however many lessons."""
    course = course_for(member, course_id)
    numbers = Course.objects.filter(code=course.code).exclude(pk=course.pk).order_by("-number")
    why = _why_not_decide(member, course)
    return CoursePage(
        course=course,
        rows=lesson_rows(course),
        numbers=list(numbers),
        may_write=may_write(member, course),
        may_decide=not why,
        why_not=why,
        checked=[str(point.label) for point in Checklist if course.checklist.get(point.value, {}).get("ok")],
    )


def _why_not_decide(member: Member, course: Course) -> str:
    if course.state != State.IN_REVIEW:
        return _("Khóa học này không chờ duyệt.")
    if course.author_id == member.pk:
        return _("Bạn đã soạn khóa học này. Người duyệt phải là người thứ hai.")
    if not may_approve(member, course):
        return _("Duyệt là việc của người duyệt hoặc điều phối viên.")
    return ""


def lesson_rows(course: Course) -> list[LessonRow]:
    """The lessons in order with what their form says now. Three queries."""
    lessons = list(course.lessons.select_related("form__published", "paper").order_by("position"))
    counts = paper_counts([row.paper_id for row in lessons if row.paper_id])
    return [
        LessonRow(
            lesson=row,
            form_name=row.form.published.name
            if row.form and row.form.published
            else (row.form.code if row.form else ""),
            newer=newer_edition(row),
            questions=counts.get(row.paper_id or 0, 0),
        )
        for row in lessons
    ]


def newer_edition(lesson: Lesson) -> FormEdition | None:
    """The form's edition in use when it is another than the one the lesson was made from; the form must be joined."""
    if lesson.form is None or lesson.form.published is None:
        return None
    return lesson.form.published if lesson.form.published.pk != lesson.form_edition else None


def paper_counts(papers: Sequence[int]) -> dict[int, int]:
    """How many questions each paper asks: the fixed ones and the drawn ones, as written down. One query."""
    rows = Paper.objects.filter(pk__in=papers).annotate(fixed=Count("items", distinct=True))
    drawn: dict[int, int] = {}
    for paper, count in Paper.objects.filter(pk__in=papers, draws__isnull=False).values_list("pk", "draws__count"):
        drawn[paper] = drawn.get(paper, 0) + count
    return {row.pk: row.fixed + drawn.get(row.pk, 0) for row in rows}


def paper_asks(paper: Paper | None) -> bool:
    """Whether a sitting of this paper would ask anything now."""
    if paper is None or paper.state != Paper.State.READY:
        return False
    return bool(editions_fixed(paper)) or any(editions_of_draw(draw).exists() for draw in paper.draws.all())


def forms_to_choose() -> list[FormEdition]:
    """Published forms, by group and name: what lessons are made from. One query."""
    rows = FormEdition.objects.filter(state=Edition.State.PUBLISHED).select_related("form")
    return list(rows.order_by("group", "name"))


def forms_chosen(codes: Sequence[str]) -> list[ScamForm]:
    """The forms of these codes that have a published edition, in the order given."""
    found = {row.code: row for row in ScamForm.objects.filter(code__in=codes).select_related("published")}
    return [found[code] for code in dict.fromkeys(codes) if code in found and found[code].published is not None]


def headings() -> list[str]:
    """Columns of the list as a file."""
    return [_("Mã"), _("Tên"), _("Bản"), _("Trạng thái"), _("Đơn vị"), _("Số bài"), _("Số lớp"), _("Công khai")]


def file_rows(rows: QuerySet[Any]) -> Iterator[Sequence[Value]]:
    """The list as a file."""
    for row in rows.iterator(chunk_size=500):
        yield [
            *(row.code, row.title, row.number, str(row.get_state_display()), row.agency.name if row.agency else ""),
            *(row.lesson_count or 0, row.class_count, _("có") if row.is_public else _("không")),
        ]


def courses_to_teach() -> QuerySet[Course]:
    """What a class can be opened for."""
    return Course.objects.filter(state=State.PUBLISHED).order_by("title", "pk")


# The public ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PublicLesson:
    """One lesson as it is read."""

    lesson: Lesson
    html: SafeString
    minutes: int
    """Of listening, at least 1."""
    before: Lesson | None = None
    after: Lesson | None = None
    asks: bool = field(default=False)


def courses_public() -> list[Course]:
    """Published courses that everybody may take, each with ``lesson_count``. One query."""
    rows = Course.objects.filter(state=State.PUBLISHED, is_public=True)
    return list(rows.annotate(lesson_count=Count("lessons")).order_by("title", "pk"))


def course_public(slug: str) -> Course:
    """The published public course at this address. Raises Http404."""
    row = Course.objects.filter(slug=slug, state=State.PUBLISHED, is_public=True).select_related("final").first()
    if row is None:
        raise Http404
    return row


def lesson_at(course: Course, position: int) -> PublicLesson:
    """The course's lesson at ``position`` with its neighbours. Raises Http404. Two or three queries."""
    lessons = list(course.lessons.select_related("paper").order_by("position"))
    places = {row.position: at for at, row in enumerate(lessons)}
    if position not in places:
        raise Http404
    at = places[position]
    row = lessons[at]
    words = len(markdown.plain(row.body).split())
    return PublicLesson(
        lesson=row,
        html=markdown.html(row.body),
        minutes=max(1, round(words / WORDS_A_MINUTE)),
        before=lessons[at - 1] if at else None,
        after=lessons[at + 1] if at + 1 < len(lessons) else None,
        asks=paper_asks(row.paper),
    )


def audience_words(course: Course) -> str:
    """Whom the course is for, in words; everybody where nobody is named."""
    labels = dict(Audience.choices)
    return ", ".join(str(labels[one]) for one in course.audiences if one in labels) or str(labels[Audience.PUBLIC])


def lessons_of(course: Course) -> list[Lesson]:
    """The lessons in order. One query."""
    return list(course.lessons.order_by("position"))


def site_pages() -> list[SitePage]:
    """The public courses as search engines list them. One query."""
    rows = Course.objects.filter(state=State.PUBLISHED, is_public=True).order_by("slug")
    pages = [SitePage(absolute(reverse("learn_index")))]
    return pages + [
        SitePage(absolute(reverse("course_public", args=[slug])), at)
        for slug, at in rows.values_list("slug", "reviewed_at")
    ]
