"""Forms of lures and drills. None of them has a field for an address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import AgenciesField, AgencyField
from canhgiac.agencies.models import Audience
from canhgiac.kit import clock
from canhgiac.library.models import ScamForm
from canhgiac.training.models import Drill, Lure
from canhgiac.training.selectors.worksheet import CUES, PREMISE, STEP_NAMES, STEPS, TYPE_NAMES
from canhgiac.training.services.drills import DrillData
from canhgiac.training.services.lures import (
    BODY_LENGTH,
    CUES_MOST,
    SENDER_LENGTH,
    SUBJECT_LENGTH,
    TITLE_LENGTH,
    WHY_LENGTH,
    LureData,
)
from canhgiac.training.services.refusals import TrainingRefused

SPARE_ROWS = 3
"""Empty rows for further cues."""
VERSION_MOST = 2**31 - 1


class _Refusing(forms.Form):
    """A form that shows what a service refused at its field."""

    def refuse(self, refusal: TrainingRefused) -> None:
        """The sentence at the field it names, else above the form."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class LureFilterForm(forms.Form):
    """Narrows the list of lures; nonsense is left out."""

    q = forms.CharField(label=_("Tìm"), required=False, max_length=100)
    way = forms.ChoiceField(label=_("Kênh"), required=False, choices=[("", _("Mọi kênh")), *Lure.Way.choices])
    state = forms.ChoiceField(
        label=_("Trạng thái"), required=False, choices=[("", _("Mọi trạng thái")), *Lure.State.choices]
    )

    def wanted(self) -> dict[str, str]:
        """What ``lure_list`` takes."""
        self.is_valid()
        return {name: self.cleaned_data.get(field) or "" for name, field in _FILTERS.items()}


_FILTERS = {"query": "q", "way": "way", "state": "state"}


class _FormChoice(forms.ModelChoiceField[ScamForm]):
    def label_from_instance(self, obj: Any) -> str:
        """Code and name."""
        return f"{obj.code} {obj.published.name}" if obj.published else str(obj.code)


def _cue_choices() -> list[Any]:
    groups: dict[Any, list[Any]] = {}
    for code, (kind, name) in CUES.items():
        groups.setdefault(TYPE_NAMES[kind], []).append((code, name))
    return [("", _("Chọn loại")), *groups.items()]


class LureForm(_Refusing):
    """The words, the cues marked on them, the worksheet's five elements."""

    title = forms.CharField(label=_("Tên"), max_length=TITLE_LENGTH)
    way = forms.ChoiceField(label=_("Kênh"), choices=Lure.Way.choices)
    form = _FormChoice(label=_("Hình thức lừa đảo"), queryset=ScamForm.objects.none(), empty_label=_("Chọn hình thức"))
    sender_name = forms.CharField(
        label=_("Tên người gửi hiện ra"),
        max_length=SENDER_LENGTH,
        required=False,
        help_text=_("Chỉ với thư. Không dùng tên cơ quan, ngân hàng, doanh nghiệp, người có thật."),
    )
    subject = forms.CharField(label=_("Tiêu đề thư"), max_length=SUBJECT_LENGTH, required=False)
    body = forms.CharField(
        label=_("Nội dung"),
        max_length=BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 7, "data-lure-body": ""}),
        help_text=_("{lien_ket} là liên kết tới bài học, {ho_ten} là tên người nhận. Không ghi liên kết, số nào khác."),
    )
    audiences = forms.MultipleChoiceField(
        label=_("Hợp với ai"),
        choices=Audience.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=VERSION_MOST)

    def __init__(self, data: Any = None, *, lure: Lure | None = None) -> None:
        super().__init__(data, initial=_lure_initial(lure))
        self.fields["form"].queryset = ScamForm.objects.select_related("published").order_by("code")  # type: ignore[attr-defined]
        steps = [(step, f"{step}, {name}") for step, name in zip(STEPS, STEP_NAMES, strict=True)]
        for name, label in PREMISE.items():
            self.fields[f"premise_{name}"] = forms.TypedChoiceField(label=label, choices=steps, coerce=int)
        rows = len(lure.cues) if lure else 0
        if data is not None:
            rows = max([rows, *(at + 1 for at in range(CUES_MOST) if data.get(f"words_{at}"))])
        self.rows = min(rows + SPARE_ROWS, CUES_MOST)
        for at in range(self.rows):
            self.fields[f"kind_{at}"] = forms.ChoiceField(label=_("Loại"), choices=_cue_choices(), required=False)
            self.fields[f"words_{at}"] = forms.CharField(label=_("Đúng những chữ"), required=False, max_length=300)
            self.fields[f"why_{at}"] = forms.CharField(
                label=_("Vì sao đáng ngờ"), required=False, max_length=WHY_LENGTH
            )

    @property
    def cue_rows(self) -> list[tuple[forms.BoundField, ...]]:
        """The rows of cues."""
        return [(self[f"kind_{at}"], self[f"words_{at}"], self[f"why_{at}"]) for at in range(self.rows)]

    @property
    def premise_rows(self) -> list[forms.BoundField]:
        """The five elements."""
        return [self[f"premise_{name}"] for name in PREMISE]

    def facts(self) -> LureData:
        """What the services take."""
        told = self.cleaned_data
        cues = [
            {"kind": told[f"kind_{at}"], "words": told[f"words_{at}"], "why": told[f"why_{at}"]}
            for at in range(self.rows)
            if told.get(f"words_{at}") or told.get(f"kind_{at}")
        ]
        premise = {name: told[f"premise_{name}"] for name in PREMISE}
        kept = {name: told[name] for name in ("title", "way", "form", "sender_name", "subject", "body")}
        return LureData(**kept, audiences=tuple(told["audiences"]), cues=cues, premise=premise)


def _lure_initial(lure: Lure | None) -> dict[str, Any]:
    if lure is None:
        return {f"premise_{name}": 0 for name in PREMISE}
    names = ("title", "way", "form", "sender_name", "subject", "body", "audiences", "version")
    made: dict[str, Any] = {name: getattr(lure, name) for name in names}
    made |= {f"premise_{name}": lure.premise.get(name, 0) for name in PREMISE}
    for at, cue in enumerate(lure.cues):
        made |= {f"{part}_{at}": cue.get(part, "") for part in ("kind", "words", "why")}
    return made


class DrillFilterForm(forms.Form):
    """Narrows the list of drills; nonsense is left out."""

    q = forms.CharField(label=_("Tìm"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("Trạng thái"), required=False, choices=[("", _("Mọi trạng thái")), *Drill.State.choices]
    )

    def wanted(self) -> dict[str, str]:
        """What ``drill_list`` takes."""
        self.is_valid()
        return {"query": self.cleaned_data.get("q") or "", "state": self.cleaned_data.get("state") or ""}


class _Moment(forms.DateTimeField):
    def __init__(self, **given: Any) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M"], **given)


class _LureChoices(forms.ModelMultipleChoiceField[Lure]):
    def label_from_instance(self, obj: Any) -> str:
        """Name and channel."""
        return f"{obj.title} · {obj.get_way_display()}"


class DrillForm(_Refusing):
    """A plan: units, lures, time."""

    title = forms.CharField(label=_("Tên đợt"), max_length=120)
    purpose = forms.CharField(label=_("Mục đích"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    agency = AgencyField(label=_("Đơn vị tổ chức"))
    units = AgenciesField(
        label=_("Đơn vị tham gia"),
        help_text=_("Mỗi dòng một đơn vị, gồm cả đơn vị trực thuộc. Người nhận là thành viên ở đó đã đồng ý quy tắc."),
    )
    lures = _LureChoices(label=_("Mồi"), queryset=Lure.objects.none(), widget=forms.CheckboxSelectMultiple)
    starts_at = _Moment(label=_("Bắt đầu"))
    ends_at = _Moment(
        label=_("Kết thúc"),
        help_text=_("Tin gửi rải rác trong giờ làm việc của hai phần ba đầu; sau đó chỉ chờ."),
    )
    repeat_days = forms.IntegerField(
        label=_("Lặp lại sau (ngày)"),
        required=False,
        min_value=14,
        max_value=366,
        help_text=_("Hết đợt, máy lập bản nháp đợt sau; hai bên vẫn duyệt lại."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=VERSION_MOST)

    def __init__(self, data: Any = None, *, drill: Drill | None = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=_drill_initial(drill) if drill else initial)
        rows = Lure.objects.filter(state=Lure.State.APPROVED).order_by("title")
        self.fields["lures"].queryset = rows  # type: ignore[attr-defined]

    def facts(self) -> DrillData:
        """What the services take."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return DrillData(**{**told, "lures": list(told["lures"])})


def _drill_initial(drill: Drill) -> dict[str, Any]:
    names = ("title", "purpose", "agency", "repeat_days", "version")
    made: dict[str, Any] = {name: getattr(drill, name) for name in names}
    made |= {name: getattr(drill, name).astimezone(clock.VIETNAM) for name in ("starts_at", "ends_at")}
    made["units"] = "\n".join(drill.units.order_by("path").values_list("name", flat=True))
    made["lures"] = list(drill.lures.values_list("pk", flat=True))
    return made


class DrillActForm(forms.Form):
    """One act on a drill, with the version that was seen and words where it needs some."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=VERSION_MOST)
    words = forms.CharField(required=False, max_length=300)
    side = forms.CharField(required=False, max_length=6)


class SuspicionForm(forms.Form):
    """A suspicious message as somebody got it. It is looked at and not kept."""

    text = forms.CharField(
        label=_("Dán tin hoặc liên kết bạn nhận được"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Dán cả tin. Nội dung chỉ để nhận ra tin diễn tập, không lưu."),
    )
