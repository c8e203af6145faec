"""Forms of classes: made, joined, attended, narrowed."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import AgencyField, AreaField, DateField
from canhgiac.agencies.models import Audience, Member
from canhgiac.kit import clock
from canhgiac.training.models import Course, TrainingClass
from canhgiac.training.selectors.classes import ClassFilter, agency_first, course_codes, trainers_of
from canhgiac.training.selectors.courses import courses_to_teach
from canhgiac.training.services.attendance import DIGITS
from canhgiac.training.services.classes import ClassFacts, MeetingFacts
from canhgiac.training.services.learners import GROUP_MOST, NAME_MOST

from .courses import Refusing

_ALL = [("", _("Tất cả"))]
_MEETING = re.compile(
    r"^(\d{1,2})/(\d{1,2})/(\d{4})\s+(\d{1,2})[:hg](\d{2})?\s*\D{1,9}?\s*(\d{1,2})[:hg](\d{2})?\s*(?:[,;]\s*(.*))?$"
)


def meeting_line(starts_at: dt.datetime, ends_at: dt.datetime, place: str = "") -> str:
    """A meeting as a line of the form: "24/11/2026 8:00 - 10:00, Hội trường"."""
    start, end = starts_at.astimezone(clock.VIETNAM), ends_at.astimezone(clock.VIETNAM)
    line = f"{start:%d/%m/%Y} {start:%H:%M} - {end:%H:%M}"
    return f"{line}, {place}" if place else line


def meeting_of(line: str) -> MeetingFacts:
    """The meeting of such a line. Raises ValueError."""
    found = _MEETING.match(line.strip())
    if found is None:
        raise ValueError(line)
    day = dt.date(int(found[3]), int(found[2]), int(found[1]))
    begins = dt.time(int(found[4]), int(found[5] or 0))
    ends = dt.time(int(found[6]), int(found[7] or 0))
    return MeetingFacts(
        starts_at=dt.datetime.combine(day, begins, clock.VIETNAM),
        ends_at=dt.datetime.combine(day, ends, clock.VIETNAM),
        place=(found[8] or "").strip(),
    )


class ClassForm(Refusing):
    """A class and its meetings."""

    course = forms.ModelChoiceField(label=_("Khóa học"), queryset=Course.objects.none(), empty_label=_("Chọn khóa học"))
    title = forms.CharField(label=_("Tên lớp"), max_length=160)
    agency = AgencyField(label=_("Đơn vị tổ chức"))
    trainer = forms.ModelChoiceField(label=_("Người dạy"), queryset=Member.objects.none(), empty_label=None)
    area = AreaField(label=_("Địa bàn"))
    audience = forms.ChoiceField(label=_("Đối tượng"), choices=Audience.choices)
    mode = forms.ChoiceField(label=_("Hình thức"), choices=TrainingClass.Mode.choices)
    place = forms.CharField(label=_("Nơi học"), max_length=200, required=False)
    starts_on = DateField(label=_("Từ ngày"))
    ends_on = DateField(label=_("Đến ngày"))
    meetings = forms.CharField(
        label=_("Các buổi học"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Mỗi dòng một buổi, ví dụ: 24/11/2026 8:00 - 10:00, Hội trường. Lớp tự học thì để trống."),
    )
    attendance_percent = forms.IntegerField(
        label=_("Phải có mặt (%)"), min_value=0, max_value=100, initial=80, help_text=_("Tính trên số buổi học.")
    )
    signer = forms.CharField(label=_("Người ký chứng nhận"), max_length=120, required=False)
    signer_title = forms.CharField(label=_("Chức vụ người ký"), max_length=120, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(
        self, data: Any = None, *, member: Member, room: TrainingClass | None = None, course: str = ""
    ) -> None:
        super().__init__(data, initial=class_initial(room) if room else _first(member, course))
        courses, trainers = self.fields["course"], self.fields["trainer"]
        assert isinstance(courses, forms.ModelChoiceField)
        assert isinstance(trainers, forms.ModelChoiceField)
        courses.queryset = courses_to_teach()
        trainers.queryset = Member.objects.filter(pk__in=[one.pk for one in trainers_of(member)]).order_by("full_name")
        if room is not None:
            courses.queryset = type(room.course).objects.filter(pk=room.course_id)

    def clean_meetings(self) -> tuple[MeetingFacts, ...]:
        """The meetings, one a line."""
        found: list[MeetingFacts] = []
        for number, line in enumerate(filter(str.strip, self.cleaned_data["meetings"].splitlines()), start=1):
            try:
                found.append(meeting_of(line))
            except ValueError:
                said = _now("Dòng %(number)d chưa rõ: “%(line)s”. Viết như 24/11/2026 8:00 - 10:00, Hội trường.")
                raise forms.ValidationError(said % {"number": number, "line": line.strip()[:60]}) from None
        return tuple(found)

    def facts(self) -> ClassFacts:
        """The facts of a valid form."""
        told = {name: value for name, value in self.cleaned_data.items() if name not in ("meetings", "version")}
        return ClassFacts(**told)

    @property
    def seen(self) -> int:
        """The version that was seen."""
        return self.cleaned_data.get("version") or 0


def class_initial(room: TrainingClass) -> dict[str, Any]:
    """What the form shows of a class."""
    names = ("title", "agency", "trainer", "area", "audience", "mode", "place", "starts_on", "ends_on")
    told = {name: getattr(room, name) for name in (*names, "attendance_percent", "signer", "signer_title", "version")}
    lines = [meeting_line(one.starts_at, one.ends_at, one.place) for one in room.meetings.order_by("number")]
    return told | {"course": room.course_id, "meetings": "\n".join(lines)}


def _first(member: Member, course: str) -> dict[str, Any]:
    agency, today = agency_first(member), clock.today()
    return {
        "course": course,
        "agency": agency,
        "area": agency.area if agency else None,
        "trainer": member.pk,
        "starts_on": today,
        "ends_on": today + dt.timedelta(days=14),
    }


class JoinForm(Refusing):
    """What a person without an account says of themselves, and no more."""

    ho_ten = forms.CharField(
        label=_("Họ và tên"), max_length=NAME_MOST, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    don_vi = forms.CharField(label=_("Trường, cơ quan"), max_length=200, required=False)
    lop_to = forms.CharField(label=_("Lớp, tổ"), max_length=GROUP_MOST, required=False)
    ve = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def refuse(self, refusal: Any) -> None:
        """Shows the refusal at the field of the page."""
        places = {"full_name": "ho_ten", "group": "lop_to"}
        self.add_error(places.get(refusal.field), str(refusal))

    def told(self) -> dict[str, str]:
        """The person as ``class_join`` takes them."""
        data = self.cleaned_data
        return {"full_name": data["ho_ten"], "unit": data["don_vi"], "group": data["lop_to"], "ticket": data["ve"]}


class CodeForm(Refusing):
    """The six digits on the trainer's screen."""

    code = forms.CharField(
        label=_("Sáu số trên màn hình"),
        max_length=DIGITS + 6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "pattern": "[0-9 ]*"}),
    )


class ClassCodeForm(forms.Form):
    """The code of a class."""

    ma = forms.CharField(
        label=_("Mã lớp"), max_length=20, widget=forms.TextInput(attrs={"autocapitalize": "characters"})
    )


class WalkInForm(Refusing):
    """Somebody who came and is not on the list."""

    full_name = forms.CharField(label=_("Họ và tên"), max_length=NAME_MOST)
    group = forms.CharField(label=_("Lớp, tổ"), max_length=GROUP_MOST, required=False)


class RosterForm(Refusing):
    """A file with the people of a class."""

    file = forms.FileField(label=_("Tệp XLSX hoặc CSV"))


class RemindForm(Refusing):
    """Where reminders go to; a member's mail is known."""

    email = forms.EmailField(
        label=_("Thư điện tử"), required=False, help_text=_("Chỉ dùng để nhắc ôn ba lần, sau 2, 7 và 30 ngày.")
    )


class ClassFilterForm(forms.Form):
    """How the list of classes is narrowed. A field that makes no sense is left out."""

    q = forms.CharField(label=_("Tìm"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("Trạng thái"), required=False, choices=[*_ALL, *TrainingClass.State.choices])
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> ClassFilter:
        """The filter, without the fields at fault."""
        return ClassFilter(**{name: value for name, value in self.cleaned_data.items() if name != "sort"})

    @property
    def order(self) -> str:
        """The order asked for."""
        return str(self.cleaned_data.get("sort") or "")


class ShareFilterForm(forms.Form):
    """Of which course completion is told."""

    khoa = forms.ChoiceField(label=_("Khóa học"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        field = self.fields["khoa"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*_ALL, *course_codes()]
        self.is_valid()

    @property
    def course(self) -> str:
        """The course's code; "" for any."""
        return str(self.cleaned_data.get("khoa") or "")
