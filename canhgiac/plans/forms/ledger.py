"""What a person fills in for the ledger: a population, a measure, counts, a survey, a thing done."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.forms.fields import AgencyField, AreaField, DateField
from canhgiac.agencies.models import Agency, Area
from canhgiac.agencies.services.register import Refused
from canhgiac.agencies.services.sheets import sheet_lines, stored
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.plans.models import Population, PopulationPart, Target, TargetMeasure, Unit
from canhgiac.plans.selectors.ledger import GROUPS, PartFilter
from canhgiac.plans.selectors.populations import (
    Part,
    Read,
    counts_read,
    default_choice,
    home_path,
    listed_read,
    parts_chosen,
    pasted,
    strata_read,
)
from canhgiac.plans.selectors.setups import (
    Choice,
    Setup,
    audience_choices,
    choice_of,
    figure_choices,
    kind_choices,
)
from canhgiac.plans.services.ledger import CountedRow
from canhgiac.plans.services.measures import Rule
from canhgiac.plans.services.populations import REGISTERS, Made

Basis = Population.Basis
Method = TargetMeasure.Method
Counting = TargetMeasure.Counting
MOST_BYTES = 10 * 1024 * 1024
MOST_PASTED = 2_000_000
_NAMES = re.compile(r"[,;\n]")


class RowsForm(forms.Form):
    """Rows pasted or from a file: XLSX or CSV."""

    dong = forms.CharField(
        label=gettext_lazy("Các dòng"),
        required=False,
        max_length=MOST_PASTED,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Mỗi dòng một mục; cột cách nhau bằng dấu chấm phẩy, hoặc dán từ bảng tính."),
    )
    tep = forms.FileField(label=gettext_lazy("Hoặc tệp XLSX, CSV"), required=False)

    def lines(self) -> list[tuple[int, list[str]]]:
        """The rows given, the file's where there is one; a file's head is left out. Raises ValidationError."""
        file = self.cleaned_data.get("tep")
        if not file:
            return pasted(self.cleaned_data.get("dong", ""))
        try:
            lines = list(sheet_lines(stored(file, MOST_BYTES)))
        except Refused as refused:
            raise forms.ValidationError({"tep": str(refused)}) from refused
        heads = {"ten", "dia ban", "don vi", "co quan", "phan"}
        return [(number, cells) for number, cells in lines if not (number == 1 and fold(cells[0]) in heads)]


class PopulationForm(RowsForm):
    """A population: where from, of what, as of when."""

    ten = forms.CharField(label=gettext_lazy("Tên tổng thể"), max_length=200, required=False)
    don_vi_tinh = forms.ChoiceField(label=gettext_lazy("Đơn vị tính"), choices=Unit.choices, required=False)
    can_cu = forms.ChoiceField(label=gettext_lazy("Lấy từ"), choices=Basis.choices, required=False)
    tinh_den = DateField(label=gettext_lazy("Tính đến ngày"), required=False)
    nguon = forms.CharField(
        label=gettext_lazy("Nguồn của số liệu"),
        max_length=250,
        required=False,
        help_text=gettext_lazy("Với danh sách và số liệu nhập: cơ quan, văn bản nào. Lấy từ sổ thì để trống."),
    )
    loai = forms.MultipleChoiceField(
        label=gettext_lazy("Sổ cơ quan: các loại"),
        choices=Agency.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ten_co = forms.CharField(
        label=gettext_lazy("Chỉ những cơ quan tên có"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "Cách nhau bằng dấu phẩy: trung học cơ sở, THCS. Để trống: mọi cơ quan của các loại trên."
        ),
    )
    them_ten = forms.CharField(label=gettext_lazy("Thêm cơ quan loại khác tên có"), max_length=300, required=False)
    trong_co_quan = AgencyField(label=gettext_lazy("Thuộc cơ quan"), required=False)
    cap = forms.TypedChoiceField(
        label=gettext_lazy("Sổ địa bàn: cấp"),
        choices=[(Area.Level.COMMUNE.value, gettext_lazy("xã, phường, đặc khu")),
                 (Area.Level.GROUP.value, gettext_lazy("tổ dân phố, thôn"))],
        coerce=int,
        empty_value=int(Area.Level.GROUP),  # type: ignore[arg-type]  # the coerced value
        required=False,
    )  # fmt: skip
    trong_dia_ban = AreaField(label=gettext_lazy("Thuộc địa bàn"), required=False)

    read: Read
    """Rows of a list or count; empty for a register."""

    def __init__(self, *args: Any, home: Agency | None = None, **given: Any) -> None:
        super().__init__(*args, **given)
        self.home = home

    def clean(self) -> dict[str, Any]:
        """Reads the rows where the basis needs them; a fault in one of them is a fault of the form."""
        given = super().clean() or self.cleaned_data
        self.read = Read()
        if not self.needed():
            return given
        for name, words in (("ten", _("Đặt tên cho tổng thể.")), ("tinh_den", _("Ghi ngày tính."))):
            if not given.get(name) and name not in self.errors:
                self.add_error(name, words)
        if given.get("can_cu") in REGISTERS or self.errors:
            return given
        on, lines, within = given["tinh_den"], self.lines(), home_path(self.home)
        reader = strata_read if given["can_cu"] == Basis.COUNT else listed_read
        self.read = reader(lines, on=on, within=within)
        for fault in self.read.faults[:20]:
            self.add_error("dong", fault)
        if not lines:
            self.add_error("dong", _("Chưa có dòng nào."))
        if not given.get("nguon"):
            self.add_error("nguon", _("Ghi nguồn của số liệu: cơ quan, văn bản."))
        return given

    def needed(self) -> bool:
        """Whether a population is to be made at all."""
        return True

    def made(self) -> Made:
        """The population of a valid form."""
        given = self.cleaned_data
        area, agency = given.get("trong_dia_ban"), given.get("trong_co_quan")
        if given["can_cu"] == Basis.AREAS:
            choice = Choice(level=given["cap"], within=area.pk if area else None)
        else:
            choice = Choice(
                kinds=tuple(given["loai"]),
                names=_words(given["ten_co"]),
                named=_words(given["them_ten"]),
                within=agency.pk if agency else None,
            )
        return Made(
            name=given["ten"],
            unit=given["don_vi_tinh"],
            basis=given["can_cu"],
            as_of=given["tinh_den"],
            source=given["nguon"],
            choice=choice,
            parts=tuple(self.read.parts),
        )

    def preview(self) -> list[Part]:
        """What the population would hold."""
        made = self.made()
        return list(made.parts) or parts_chosen(made.basis, made.choice, made.as_of)


class MeasureForm(PopulationForm):
    """How a target is measured, with the population it is measured over."""

    cach_do = forms.ChoiceField(label=gettext_lazy("Cách đo"), choices=Method.choices)
    nguon_tu_so = forms.ChoiceField(label=gettext_lazy("Số đã đạt lấy từ"), choices=Counting.choices)
    so_lieu = forms.ChoiceField(
        label=gettext_lazy("Báo cáo định kỳ: số liệu nào"),
        required=False,
        help_text=gettext_lazy(
            "Chỉ tính báo cáo đã nhận, kỳ mới nhất của mỗi đơn vị. Với danh sách từng mục: trên 0 là đạt."
        ),
    )
    dieu_da_dat = forms.CharField(
        label=gettext_lazy("Điều đã đạt"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Dùng trong câu giải thích: “đã được phát tờ rơi”."),
    )
    hinh_thuc = forms.MultipleChoiceField(
        label=gettext_lazy("Hoạt động: chỉ tính hình thức"), required=False, widget=forms.CheckboxSelectMultiple
    )
    doi_tuong = forms.MultipleChoiceField(
        label=gettext_lazy("Hoạt động: chỉ tính đối tượng"), required=False, widget=forms.CheckboxSelectMultiple
    )
    nhiem_vu = forms.CharField(
        label=gettext_lazy("Hoạt động: chỉ tính nhiệm vụ"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Mã nhiệm vụ, cách nhau bằng dấu phẩy: NV1, NV4."),
    )
    minh_chung = forms.BooleanField(label=gettext_lazy("Chỉ tính hoạt động có minh chứng"), required=False)
    ca_ben_trong = forms.BooleanField(
        label=gettext_lazy("Hoạt động toàn xã tính cho mọi tổ dân phố, thôn trong xã"), required=False
    )
    tu_ngay = DateField(label=gettext_lazy("Tính từ ngày"), required=False)
    den_ngay = DateField(label=gettext_lazy("Đến ngày"), required=False)

    def __init__(self, *args: Any, target: Target, fixed: bool = False, **given: Any) -> None:
        super().__init__(*args, home=target.plan.agency, **given)
        self.target, self.fixed = target, fixed
        self.fields["hinh_thuc"].choices = kind_choices()  # type: ignore[attr-defined]
        self.fields["doi_tuong"].choices = audience_choices()  # type: ignore[attr-defined]
        figures = figure_choices(target.plan)
        self.fields["so_lieu"].choices = [("", _("Chọn số liệu")), *figures]  # type: ignore[attr-defined]
        self.has_figures = bool(figures)
        if fixed:
            for name in (*PopulationForm.base_fields, "cach_do"):
                del self.fields[name]

    def needed(self) -> bool:
        """A tally has no population; a change of a rule keeps the one that stands."""
        return not self.fixed and self.cleaned_data.get("cach_do") != Method.TALLY

    def clean_nhiem_vu(self) -> tuple[int, ...]:
        """The plan's tasks by their codes."""
        codes = {code.strip().upper() for code in _NAMES.split(self.cleaned_data["nhiem_vu"]) if code.strip()}
        tasks = dict(self.target.plan.tasks.filter(code__in=codes).values_list("code", "pk"))
        if missing := sorted(codes - set(tasks)):
            raise forms.ValidationError(_("Kế hoạch không có nhiệm vụ %(codes)s.") % {"codes": ", ".join(missing)})
        return tuple(sorted(tasks.values()))

    def rule(self) -> Rule:
        """The rule of a valid form."""
        given = self.cleaned_data
        return Rule(
            counting=given["nguon_tu_so"],
            kinds=tuple(given["hinh_thuc"]),
            audiences=tuple(given["doi_tuong"]),
            tasks=given["nhiem_vu"],
            evidence=given["minh_chung"],
            figure=given["so_lieu"],
            below=given["ca_ben_trong"],
            phrase=given["dieu_da_dat"],
            since=given["tu_ngay"],
            until=given["den_ngay"],
        )


def setup_initial(target: Target, setup: Setup | None) -> dict[str, Any]:
    """The set-up form as a suggestion fills it."""
    today = clock.today()
    initial: dict[str, Any] = {"tinh_den": today, "den_ngay": target.due_date, "cach_do": Method.COUNT}
    if setup is None:
        return initial
    return (
        initial
        | {
            "cach_do": setup.method,
            "nguon_tu_so": setup.counting,
            "dieu_da_dat": setup.phrase,
            "hinh_thuc": list(setup.kinds),
            "ten": setup.name,
            "don_vi_tinh": setup.unit,
            "can_cu": setup.basis,
        }
        | _choice_initial(default_choice(target.plan, setup.basis, setup.choice), setup.basis)
    )


def population_initial(population: Population) -> dict[str, Any]:
    """The form of a population that is to replace this one."""
    return {
        "ten": population.name,
        "don_vi_tinh": population.unit,
        "can_cu": population.basis,
        "tinh_den": clock.today(),
    } | _choice_initial(choice_of(population.choice), population.basis)


def rule_initial(measure: TargetMeasure) -> dict[str, Any]:
    """The form by which a measure's rule is changed."""
    rule: dict[str, Any] = measure.rule
    codes = measure.target.plan.tasks.filter(pk__in=rule.get("tasks", [])).values_list("code", flat=True)
    return {
        "nguon_tu_so": measure.counting,
        "dieu_da_dat": measure.phrase,
        "hinh_thuc": rule.get("kinds", []),
        "doi_tuong": rule.get("audiences", []),
        "nhiem_vu": ", ".join(codes),
        "minh_chung": rule.get("evidence", False),
        "ca_ben_trong": rule.get("below", False),
        "so_lieu": rule.get("code", ""),
        "tu_ngay": measure.since,
        "den_ngay": measure.until,
    }


def _choice_initial(choice: Choice, basis: str) -> dict[str, Any]:
    within = {"loai": list(choice.kinds), "ten_co": ", ".join(choice.names), "them_ten": ", ".join(choice.named)}
    if basis == Basis.AREAS:
        area = Area.objects.filter(pk=choice.within or 0).first()
        return within | {"cap": choice.level, "trong_dia_ban": area}
    return within | {"trong_co_quan": Agency.objects.filter(pk=choice.within or 0).first()}


def _words(text: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in _NAMES.split(text) if word.strip())


class CountsForm(RowsForm):
    """Counts by part, with the paper they come from."""

    nguon = forms.CharField(
        label=gettext_lazy("Nguồn"),
        max_length=250,
        help_text=gettext_lazy("Văn bản hoặc người báo: Báo cáo 12/BC-UBND ngày 05/9/2026."),
    )
    ngay = DateField(label=gettext_lazy("Đạt từ ngày"))

    def __init__(self, *args: Any, parts: Any, **given: Any) -> None:
        given.setdefault("initial", {}).setdefault("ngay", clock.today())
        super().__init__(*args, **given)
        self.parts = parts
        self.fields["dong"].help_text = _(
            "Mỗi dòng: tên; số đã đạt. Với danh sách từng mục ghi “có” hoặc “không”; gửi nhưng trống thì ghi “trống”."
        )

    def clean_ngay(self) -> dt.date:
        """Not in the future."""
        day: dt.date = self.cleaned_data["ngay"]
        if day > clock.today():
            raise forms.ValidationError(_("Ngày ở tương lai."))
        return day

    def clean(self) -> dict[str, Any]:
        """Reads the rows against the parts; each fault by its line."""
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        entries, faults = counts_read(self.lines(), self.parts)
        for fault in faults[:20]:
            self.add_error("dong", fault)
        if not entries and not faults:
            self.add_error("dong", _("Chưa có dòng nào."))
        given["rows"] = [
            CountedRow(part=part, value=value, empty=empty, on=given["ngay"], source=given["nguon"])
            for part, value, empty in entries
        ]
        return given


class SurveyForm(forms.Form):
    """One survey: k of n."""

    ngay = DateField(label=gettext_lazy("Ngày khảo sát"))
    so_nguoi = forms.IntegerField(label=gettext_lazy("Số người được hỏi"), min_value=1, max_value=10_000_000)
    so_dat = forms.IntegerField(label=gettext_lazy("Số đạt"), min_value=0, max_value=10_000_000)
    nguon = forms.CharField(label=gettext_lazy("Nguồn"), max_length=250)


class TallyForm(forms.Form):
    """One thing done."""

    viec = forms.CharField(label=gettext_lazy("Việc đã làm"), max_length=250)
    ngay = DateField(label=gettext_lazy("Ngày"))
    nguon = forms.CharField(label=gettext_lazy("Nguồn"), max_length=250)
    lien_ket = forms.URLField(label=gettext_lazy("Liên kết"), required=False, max_length=500, assume_scheme="https")


class PartsForm(forms.Form):
    """What the list behind a figure is narrowed to."""

    q = forms.CharField(label=gettext_lazy("Tìm"), required=False, max_length=200)
    nhom = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    sort = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    def wanted(self) -> PartFilter:
        """The filter, without the fields at fault."""
        self.is_valid()
        given = self.cleaned_data
        group = given.get("nhom", "")
        return PartFilter(group if group in GROUPS else "", given.get("q", ""), given.get("sort") or "name")


def part_named(part: PopulationPart | None) -> dict[str, Any]:
    """The counts form opened for one part: its name stands, the number is to be typed."""
    return {"dong": f"{part.label}; "} if part else {}
