"""The forms of the task pages: the filter kept in the address, a change of status, of many, an urging."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Area
from canhgiac.plans.models import Assignment, Body, Plan, Task
from canhgiac.plans.selectors.tasks import TaskFilter

VIEWS = {"danh-sach": _("Danh sách"), "bang": _("Bảng"), "co-quan": _("Theo cơ quan"), "han": _("Theo hạn")}
DUE_WITHIN = [("7", _("7 ngày tới")), ("30", _("30 ngày tới")), ("90", _("90 ngày tới"))]
MAX_MANY = 500


def _all(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("Tất cả")), *choices]


class TaskFilterForm(forms.Form):
    """What the list is narrowed to. A field that makes no sense is left out, so that an old link still opens."""

    q = forms.CharField(label=_("Tìm"), required=False, max_length=200)
    ke_hoach = forms.ModelChoiceField(Plan.objects.none(), label=_("Kế hoạch"), required=False, empty_label=_("Tất cả"))
    co_quan = forms.CharField(label=_("Cơ quan"), required=False, max_length=200)
    loai = forms.ChoiceField(label=_("Loại cơ quan"), required=False, choices=_all(Agency.Kind.choices))
    dia_ban = forms.ModelChoiceField(Area.objects.none(), label=_("Địa bàn"), required=False, empty_label=_("Tất cả"))
    trang_thai = forms.ChoiceField(label=_("Trạng thái"), required=False, choices=_all(Assignment.Status.choices))
    cham = forms.BooleanField(label=_("Chỉ việc quá hạn"), required=False)
    trong = forms.ChoiceField(label=_("Đến hạn trong"), required=False, choices=_all(DUE_WITHIN))
    han = forms.DateField(label=_("Đúng ngày"), required=False, input_formats=["%Y-%m-%d", "%d/%m/%Y"])
    cach = forms.ChoiceField(label=_("Cách giao"), required=False, choices=_all(Task.Modality.choices))
    vai = forms.ChoiceField(label=_("Vai"), required=False, choices=_all(Body.Part.choices))
    xem = forms.ChoiceField(required=False, choices=list(VIEWS.items()), widget=forms.HiddenInput)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, plans: QuerySet[Plan]) -> None:
        super().__init__(data)
        self.fields["ke_hoach"].queryset = plans.order_by("-issued_at")  # type: ignore[attr-defined]
        self.fields["dia_ban"].queryset = Area.objects.filter(  # type: ignore[attr-defined]
            pk__in=Agency.objects.values("area"), level__gte=Area.Level.COMMUNE, valid_until__isnull=True
        ).order_by("folded")
        self.fields["han"].widget.input_type = "date"

    def wanted(self) -> TaskFilter:
        """The filter, without the fields at fault."""
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        agency = given.get("co_quan", "")
        return TaskFilter(
            q=given.get("q", ""),
            plan=given.get("ke_hoach"),
            agency=Agency.objects.filter(pk=agency).first() if agency.isdecimal() and len(agency) < 19 else None,
            agency_words="" if agency.isdecimal() else agency,
            kind=given.get("loai", ""),
            area=given.get("dia_ban"),
            status=given.get("trang_thai", ""),
            late=bool(given.get("cham")),
            due_within=int(given["trong"]) if given.get("trong") else None,
            due_on=given.get("han"),
            modality=given.get("cach", ""),
            part=given.get("vai", ""),
        )

    @property
    def face(self) -> str:
        """Which of the four faces is asked for."""
        return self.cleaned_data.get("xem") or "danh-sach"

    @property
    def order(self) -> str:
        """The order asked for; empty for the face's own."""
        return self.cleaned_data.get("sort") or ""

    @property
    def is_narrowed(self) -> bool:
        """Whether any field narrows the list."""
        return any(value for name, value in self.cleaned_data.items() if name not in ("xem", "sort"))

    @property
    def narrowed(self) -> int:
        """How many fields behind "more" narrow the list."""
        return sum(1 for name in ("co_quan", "loai", "dia_ban", "han", "cach", "vai") if self.cleaned_data.get(name))


class StatusSet(forms.Form):
    """One change of status."""

    trang_thai = forms.ChoiceField(label=_("Trạng thái"), choices=Assignment.Status.choices)
    ghi_chu = forms.CharField(label=_("Ghi chú"), required=False, max_length=2000)
    phien_ban = forms.IntegerField(min_value=1)


class _Many(forms.Form):
    viec = forms.Field()

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["viec"].widget = forms.MultipleHiddenInput()

    def clean_viec(self) -> dict[int, int]:
        """Assignment id to the version seen, from "12:3"."""
        found: dict[int, int] = {}
        for value in self.cleaned_data["viec"][:MAX_MANY]:
            pk, _colon, version = str(value).partition(":")
            if not (pk.isdecimal() and version.isdecimal() and len(pk) < 19 and len(version) < 10):
                raise forms.ValidationError(_("Danh sách việc đã chọn không đúng. Mở lại trang rồi chọn lại."))
            found[int(pk)] = int(version)
        return found


class StatusSetMany(_Many):
    """One status for many assignments."""

    trang_thai = forms.ChoiceField(label=_("Trạng thái"), choices=Assignment.Status.choices)
    ghi_chu = forms.CharField(label=_("Ghi chú"), required=False, max_length=2000)


class TasksUrge(_Many):
    """A coordinator's words to the agencies of many assignments."""

    loi_nhan = forms.CharField(label=_("Lời nhắn"), required=False, max_length=2000)
