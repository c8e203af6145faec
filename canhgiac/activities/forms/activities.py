"""The forms of activities: recording and editing, the filter kept in the address, review."""

from __future__ import annotations

import datetime as dt
import uuid
from contextlib import suppress
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.activities.models import Activity, Audience, Kind, Measure
from canhgiac.activities.selectors.activities import ActivityFilter
from canhgiac.activities.services.record import TITLE_LENGTH, ActivityData, ActivityRefused
from canhgiac.agencies.forms.fields import AgencyField, AreaField, DateField
from canhgiac.agencies.models import Agency, Area
from canhgiac.kit import clock
from canhgiac.kit.numbers import NotANumber, number_read
from canhgiac.kit.text import storable
from canhgiac.plans.models import Task

ACCEPTED = "image/jpeg,image/png,image/webp,image/gif,.pdf,.docx,.xlsx,.mp3,.mp4"
"""Without HEIC: an iPhone then converts its photos before it gives them away."""
MOST_FILES = 20
MEASURE_LABELS = {
    Measure.PEOPLE: gettext_lazy("Lượt người"),
    Measure.COPIES: gettext_lazy("Số bản"),
    Measure.MINUTES: gettext_lazy("Số phút phát"),
    Measure.TIMES: gettext_lazy("Số lần phát, đăng"),
    Measure.VIEWS: gettext_lazy("Lượt xem, tiếp cận"),
    Measure.MESSAGES: gettext_lazy("Số tin đã gửi"),
    Measure.HOUSEHOLDS: gettext_lazy("Số hộ gia đình"),
}


class CountField(forms.CharField):
    """A whole number as people type it, "1.250"; empty is "not counted", which is not zero."""

    def __init__(self, **given: Any) -> None:
        super().__init__(required=False, max_length=20, **given)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "placeholder": _("chưa đếm")}

    def clean(self, value: Any) -> Any:
        """The number, or None."""
        text = super().clean(value)
        if not text:
            return None
        try:
            number = number_read(text)
        except NotANumber as refusal:
            raise forms.ValidationError(str(refusal)) from None
        if number != int(number):
            raise forms.ValidationError(_("Cần số nguyên."))
        return int(number)


class IdsField(forms.Field):
    """Ids of rows, ticked from a list; whether they may be chosen is the service's to say."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> tuple[int, ...]:
        """The ids, without repetition."""
        given = [str(one) for one in value or []]
        if any(not (one.isdecimal() and one.isascii() and len(one) < 19) for one in given):
            raise forms.ValidationError(_("Danh sách đã chọn không đúng. Chọn lại."))
        return tuple(dict.fromkeys(map(int, given)))


class FilesInput(forms.ClearableFileInput):
    """A file field that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, none too; each is judged by its content in the service."""

    def __init__(self, **given: Any) -> None:
        super().__init__(required=False, allow_empty_file=True, widget=FilesInput(attrs={"accept": ACCEPTED}), **given)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """The files."""
        files = [super(FilesField, self).clean(one, initial) for one in data or []]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("Mỗi lần nhiều nhất %(most)s ảnh, tệp."), params={"most": MOST_FILES})
        return files


class ActivityForm(forms.Form):
    """One activity, as a phone or a desk sends it."""

    uid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    agency = forms.ModelChoiceField(
        label=gettext_lazy("Đơn vị thực hiện"), queryset=Agency.objects.none(), empty_label=None
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Hình thức"),
        choices=Kind.choices,
        error_messages={"required": gettext_lazy("Chọn một hình thức.")},
    )
    on = DateField(label=gettext_lazy("Ngày"), error_messages={"required": gettext_lazy("Chọn ngày.")})
    until = DateField(label=gettext_lazy("Đến ngày"), required=False)
    area = AreaField(label=gettext_lazy("Địa bàn"), error_messages={"required": gettext_lazy("Nhập tên địa bàn.")})
    areas = IdsField(label=gettext_lazy("Địa bàn đã đến"), required=False)
    place = forms.CharField(label=gettext_lazy("Nơi diễn ra"), required=False, max_length=200)
    audiences = forms.MultipleChoiceField(label=gettext_lazy("Đối tượng"), required=False, choices=Audience.choices)
    tasks = IdsField(label=gettext_lazy("Nhiệm vụ"), required=False)
    title = forms.CharField(label=gettext_lazy("Tên hoạt động"), required=False, max_length=TITLE_LENGTH)
    description = forms.CharField(
        label=gettext_lazy("Nội dung"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    links = forms.CharField(
        label=gettext_lazy("Liên kết"), required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 2})
    )
    latitude = forms.DecimalField(required=False, max_digits=8, decimal_places=5, widget=forms.HiddenInput)
    longitude = forms.DecimalField(required=False, max_digits=8, decimal_places=5, widget=forms.HiddenInput)
    created_at = forms.DateTimeField(required=False, input_formats=["iso8601"], widget=forms.HiddenInput)
    evidence = FilesField(label=gettext_lazy("Ảnh, tệp"))
    keep_original = forms.BooleanField(label=gettext_lazy("Giữ ảnh gốc kèm thông tin chụp"), required=False)

    def __init__(
        self,
        data: Any = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        agencies: QuerySet[Agency],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, files, initial=initial)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]
        self.fields["on"].widget.attrs["max"] = clock.today().isoformat()
        for measure, label in MEASURE_LABELS.items():
            self.fields[measure.value] = CountField(label=label)

    def clean_links(self) -> tuple[str, ...]:
        """One a line; an address without its scheme gets https."""
        lines = [line.strip() for line in self.cleaned_data["links"].split()]
        return tuple(line if "://" in line else f"https://{line}" for line in lines if line)

    def facts(self) -> ActivityData:
        """The facts, of a valid form."""
        told = self.cleaned_data
        plain = ("agency", "kind", "on", "until", "area", "areas", "place", "tasks", "title", "description", "links")
        measures = {measure.value: told[measure.value] for measure in Measure}
        return ActivityData(
            **{name: told[name] for name in plain},
            **measures,
            audiences=tuple(told["audiences"]),
            latitude=told["latitude"],
            longitude=told["longitude"],
        )

    def refuse(self, refusal: ActivityRefused) -> None:
        """Shows what the service refused at its field."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    @property
    def measures(self) -> list[forms.BoundField]:
        """The counting fields, in order."""
        return [self[measure.value] for measure in Measure]


def initial_of(activity: Activity) -> dict[str, Any]:
    """What the form shows of a recorded activity."""
    told: dict[str, Any] = {field: getattr(activity, field) for field in ("kind", "on", "until", "area", "place")}
    told |= {field: getattr(activity, field) for field in ("title", "description", "latitude", "longitude")}
    told |= {measure.value: getattr(activity, measure.value) for measure in Measure}
    told["agency"], told["audiences"], told["version"] = activity.agency_id, activity.audiences, activity.version
    told["links"] = "\n".join(activity.links)
    told["tasks"] = [str(pk) for pk in activity.task_links.values_list("task", flat=True)]
    told["areas"] = [str(pk) for pk in activity.area_links.values_list("area", flat=True)]
    return told


def initial_like(activity: Activity) -> dict[str, Any]:
    """What a new record takes over from a like one: all but day, counts, position and identity."""
    kept = ("agency", "kind", "area", "areas", "audiences", "tasks", "place", "title")
    return {name: value for name, value in initial_of(activity).items() if name in kept} | {"on": clock.today()}


def initial_told(query: QueryDict, *, agencies: QuerySet[Agency]) -> dict[str, Any]:
    """What an address that leads to a new record already says: whose, kind, day, place, area, counts, audiences.

    Nonsense is left out, so that the form opens with the rest.
    """
    told: dict[str, Any] = {}
    if query.get("kind") in Kind.values:
        told["kind"] = query["kind"]
    if place := storable(query.get("place", "")).strip()[:200]:
        told["place"] = place
    with suppress(ValueError):
        day = dt.date.fromisoformat(query.get("on", ""))
        told |= {"on": day} if day <= clock.today() else {}
    told |= {one.value: query[one.value] for one in Measure if _is_id(query.get(one.value, ""))}
    if audiences := [one for one in query.getlist("audiences") if one in Audience.values]:
        told["audiences"] = audiences
    agency, place_of = query.get("agency", ""), query.get("area", "")
    if _is_id(agency) and agencies.filter(pk=int(agency)).exists():
        told["agency"] = int(agency)
    area = Area.objects.filter(pk=int(place_of)).first() if _is_id(place_of) else None
    return told | ({"area": area} if area is not None else {})


def _is_id(given: str) -> bool:
    return given.isascii() and given.isdecimal() and len(given) < 10


def blank(*, agency: Agency | None, area: Any) -> dict[str, Any]:
    """A new record: today, for the member's agency, in its area."""
    return {
        "uid": uuid.uuid4(),
        "on": clock.today(),
        "agency": agency.pk if agency else None,
        "area": area,
        "areas": [],
        "audiences": [],
        "tasks": [],
    }


# The list -----------------------------------------------------------------------------------------------------------


def _all(choices: Any) -> list[tuple[str, Any]]:
    return [("", gettext_lazy("Tất cả")), *choices]


EVIDENCE = [
    ("co", gettext_lazy("Có minh chứng")),
    ("khong", gettext_lazy("Chưa có minh chứng")),
    ("trung", gettext_lazy("Minh chứng dùng ở hoạt động khác")),
]


class ActivityFilterForm(forms.Form):
    """What the list is narrowed to. A field that makes no sense is left out, so that an old link still opens."""

    q = forms.CharField(label=gettext_lazy("Tìm"), required=False, max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Hình thức"), required=False, choices=_all(Kind.choices))
    state = forms.ChoiceField(label=gettext_lazy("Trạng thái"), required=False, choices=_all(Activity.State.choices))
    since = DateField(label=gettext_lazy("Từ ngày"), required=False)
    until = DateField(label=gettext_lazy("Đến ngày"), required=False)
    audience = forms.ChoiceField(label=gettext_lazy("Đối tượng"), required=False, choices=_all(Audience.choices))
    area = AreaField(label=gettext_lazy("Địa bàn"), required=False)
    agency = AgencyField(label=gettext_lazy("Đơn vị"), required=False, any_time=True)
    evidence = forms.ChoiceField(label=gettext_lazy("Minh chứng"), required=False, choices=_all(EVIDENCE))
    task = forms.CharField(required=False, max_length=19, widget=forms.HiddenInput)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def wanted(self) -> ActivityFilter:
        """The filter, without the fields at fault."""
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        task, pieces = given.get("task", ""), given.get("evidence", "")
        return ActivityFilter(
            q=given.get("q", ""),
            kind=given.get("kind", ""),
            audience=given.get("audience", ""),
            area=given.get("area"),
            agency=given.get("agency"),
            task=Task.objects.filter(pk=task).first() if task.isdecimal() and task.isascii() else None,
            state=given.get("state", ""),
            since=given.get("since"),
            until=given.get("until"),
            evidence=None if pieces in ("", "trung") else pieces == "co",
            repeated=pieces == "trung",
        )

    @property
    def order(self) -> str:
        """The order asked for."""
        return self.cleaned_data.get("sort") or ""

    @property
    def is_narrowed(self) -> bool:
        """Whether any field narrows the list."""
        return any(value for name, value in self.cleaned_data.items() if name != "sort")

    @property
    def narrowed(self) -> int:
        """How many fields behind "more" narrow the list."""
        return sum(1 for name in ("audience", "area", "agency", "evidence") if self.cleaned_data.get(name))


class AcceptForm(forms.Form):
    """Activities to accept, "12:3" for id and the version seen."""

    activities = forms.Field(widget=forms.MultipleHiddenInput)

    def clean_activities(self) -> dict[int, int]:
        """Id to the version seen."""
        found: dict[int, int] = {}
        for value in self.cleaned_data["activities"][:500]:
            pk, _colon, version = str(value).partition(":")
            if not (pk.isdecimal() and version.isdecimal() and len(pk) < 19 and len(version) < 10):
                raise forms.ValidationError(_("Danh sách đã chọn không đúng. Mở lại trang rồi chọn lại."))
            found[int(pk)] = int(version)
        return found


class ReturnForm(forms.Form):
    """Why an activity is returned."""

    reason = forms.CharField(label=gettext_lazy("Lý do trả lại"), required=False, max_length=2000)
    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
