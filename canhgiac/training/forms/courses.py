"""Forms of courses and lessons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Audience
from canhgiac.library.forms.editions import ChecklistForm
from canhgiac.training.models import Course, Lesson
from canhgiac.training.selectors.courses import CourseFilter, forms_to_choose, paper_counts
from canhgiac.training.services.courses import (
    BODY_MOST,
    NOTE_MOST,
    QUESTIONS_MOST,
    SUMMARY_MOST,
    TITLE_MOST,
    CourseFacts,
    LessonFacts,
)
from canhgiac.training.services.refusals import TrainingRefused

_ALL = [("", _("Tất cả"))]
_VERSION: dict[str, Any] = {"widget": forms.HiddenInput, "min_value": 0, "max_value": 2**31 - 1, "required": False}


class Refusing(forms.Form):
    """A form that shows why a service refused; nothing typed is lost."""

    def refuse(self, refusal: TrainingRefused) -> None:
        """Puts the refusal at its field, and takes over the version that stands now."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
        if refusal.version and "version" in self.fields:
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["version"] = str(refusal.version)  # type: ignore[index]


class CourseForm(Refusing):
    """What a course is called, for whom it is, how it ends."""

    title = forms.CharField(label=_("Tên khóa học"), max_length=TITLE_MOST)
    summary = forms.CharField(
        label=_("Giới thiệu"),
        max_length=SUMMARY_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Vài câu: học xong thì biết gì."),
    )
    audiences = forms.MultipleChoiceField(
        label=_("Đối tượng"), choices=Audience.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    minutes = forms.IntegerField(label=_("Thời lượng (phút)"), min_value=1, max_value=6000, initial=30)
    final_questions = forms.IntegerField(
        label=_("Số câu của bài cuối khóa"),
        min_value=0,
        max_value=QUESTIONS_MOST,
        initial=10,
        help_text=_("Bốc từ ngân hàng câu hỏi theo các hình thức trong khóa. Ghi 0 nếu không có bài cuối."),
    )
    pass_percent = forms.IntegerField(label=_("Điểm đạt (%)"), min_value=1, max_value=100, initial=70)
    is_public = forms.BooleanField(label=_("Ai cũng học được, không cần tài khoản"), required=False)
    gives_certificate = forms.BooleanField(label=_("Cấp giấy chứng nhận khi hoàn thành"), required=False, initial=True)
    version = forms.IntegerField(**_VERSION)

    def __init__(self, data: Any = None, *, course: Course | None = None) -> None:
        super().__init__(data, initial=course_initial(course) if course else None)

    def facts(self) -> CourseFacts:
        """The facts of a valid form."""
        told = self.cleaned_data
        return CourseFacts(
            audiences=tuple(told["audiences"]),
            **{name: told[name] for name in ("title", "summary", "minutes", "is_public", "gives_certificate")},
            **{name: told[name] for name in ("final_questions", "pass_percent")},
        )


class CourseNewForm(CourseForm):
    """The same with the library forms that become lessons."""

    codes = forms.MultipleChoiceField(label=_("Hình thức lừa đảo"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.editions = forms_to_choose()
        choices = [(one.form.code, one.name) for one in self.editions]
        field = self.fields["codes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices


def course_initial(course: Course) -> dict[str, Any]:
    """What the form shows of a course."""
    final = course.final
    counts = paper_counts([final.pk]) if final else {}
    return {
        **{name: getattr(course, name) for name in ("title", "summary", "audiences", "minutes", "is_public")},
        "gives_certificate": course.gives_certificate,
        "final_questions": counts.get(final.pk, 0) if final else 0,
        "pass_percent": final.pass_percent if final else 70,
        "version": course.version,
    }


class LessonForm(Refusing):
    """The words of one lesson."""

    title = forms.CharField(label=_("Tên bài"), max_length=TITLE_MOST)
    body = forms.CharField(
        label=_("Nội dung"),
        max_length=BODY_MOST,
        widget=forms.Textarea(attrs={"rows": 22, "class": "cg-lesson-source"}),
        help_text=_("Viết bằng Markdown: # tiêu đề, - gạch đầu dòng, **chữ đậm**."),
    )
    minutes = forms.IntegerField(label=_("Số phút"), min_value=1, max_value=120, initial=5)
    questions = forms.IntegerField(
        label=_("Số câu hỏi sau bài"),
        min_value=0,
        max_value=QUESTIONS_MOST,
        initial=0,
        help_text=_("Bốc từ ngân hàng câu hỏi theo hình thức của bài."),
    )
    version = forms.IntegerField(**_VERSION)

    def __init__(self, data: Any = None, *, course: Course, lesson: Lesson | None = None) -> None:
        told: dict[str, Any] = {"version": course.version}
        if lesson is not None:
            counts = paper_counts([lesson.paper_id]) if lesson.paper_id else {}
            told |= {"title": lesson.title, "body": lesson.body, "minutes": lesson.minutes}
            told["questions"] = counts.get(lesson.paper_id or 0, 0)
        super().__init__(data, initial=told)

    def facts(self) -> LessonFacts:
        """The facts of a valid form."""
        told = self.cleaned_data
        return LessonFacts(**{name: told[name] for name in ("title", "body", "minutes", "questions")})


class VersionForm(Refusing):
    """The version that was seen."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class DecisionForm(ChecklistForm):
    """The second person's checklist and word."""

    note = forms.CharField(
        label=_("Ý kiến"),
        required=False,
        max_length=NOTE_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Bắt buộc khi trả lại: cần sửa gì."),
    )

    def refuse(self, refusal: TrainingRefused) -> None:
        """Shows what the service refused at its field."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class CourseFilterForm(forms.Form):
    """How the list of courses is narrowed. A field that makes no sense is left out."""

    q = forms.CharField(label=_("Tìm"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("Trạng thái"), required=False, choices=[*_ALL, *Course.State.choices])
    audience = forms.ChoiceField(label=_("Đối tượng"), required=False, choices=[*_ALL, *Audience.choices])
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> CourseFilter:
        """The filter, without the fields at fault."""
        return CourseFilter(**{name: value for name, value in self.cleaned_data.items() if name != "sort"})

    @property
    def order(self) -> str:
        """The order asked for."""
        return str(self.cleaned_data.get("sort") or "")
