"""The forms of rounds and duties: filters kept in the address, a round's facts, acts on many duties."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import agencies_on, agency_resolve_many
from canhgiac.agencies.selectors.access import in_force
from canhgiac.kit import clock
from canhgiac.kit.periods import Kind, Window, data_window, period_of, period_title, plan_window
from canhgiac.plans.models import Obligation, Plan
from canhgiac.plans.selectors.calendar import plans_for
from canhgiac.plans.selectors.scope import Scope, scope_of
from canhgiac.reporting.models import FormVersion, ReportRound
from canhgiac.reporting.selectors.duties import DutyFilter, state_words
from canhgiac.reporting.selectors.forms import versions_usable
from canhgiac.reporting.selectors.rounds import RoundFilter, rounds_for
from canhgiac.reporting.services.rounds import RoundData
from canhgiac.reporting.services.schedule import KINDS, own_title

DAYS = ["%Y-%m-%d", "%d/%m/%Y"]
MAX_MANY = 2000
Period = ReportRound.Period


def _all(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("Tất cả")), *choices]


def _day(label: Any, *, required: bool = True, hint: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, input_formats=DAYS, widget=widget, help_text=hint)


class RoundFilterForm(forms.Form):
    """What the list of rounds is narrowed to. A field that makes no sense is left out."""

    q = forms.CharField(label=_("Tìm"), required=False, max_length=200)
    trang_thai = forms.ChoiceField(label=_("Trạng thái"), required=False, choices=_all(ReportRound.State.choices))
    loai = forms.ChoiceField(label=_("Loại kỳ"), required=False, choices=_all(Period.choices))
    ke_hoach = forms.ModelChoiceField(Plan.objects.none(), label=_("Kế hoạch"), required=False, empty_label=_("Tất cả"))
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, plans: QuerySet[Plan]) -> None:
        super().__init__(data)
        self.fields["ke_hoach"].queryset = plans.order_by("-issued_at")  # type: ignore[attr-defined]

    def wanted(self) -> RoundFilter:
        """The filter, without the fields at fault."""
        self.is_valid()
        given = self.cleaned_data
        return RoundFilter(
            q=given.get("q", ""),
            state=given.get("trang_thai", ""),
            period=given.get("loai", ""),
            plan=given.get("ke_hoach"),
            sort=given.get("sort", ""),
        )


class DutyFilterForm(forms.Form):
    """What a round's list of agencies is narrowed to. A field that makes no sense is left out."""

    q = forms.CharField(label=_("Tên đơn vị"), required=False, max_length=200)
    trang_thai = forms.ChoiceField(label=_("Trạng thái"), required=False)
    loai = forms.ChoiceField(label=_("Loại cơ quan"), required=False, choices=_all(Agency.Kind.choices))
    gui_toi = forms.ModelChoiceField(Agency.objects.none(), label=_("Gửi tới"), required=False, empty_label=_("Tất cả"))
    bac = forms.ChoiceField(label=_("Bậc đôn đốc"), required=False)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, receivers: QuerySet[Agency]) -> None:
        super().__init__(data)
        steps = [("1", _("Từ đã nhắc")), ("2", _("Từ đã đôn đốc")), ("3", _("Báo cấp trên"))]
        self.fields["trang_thai"].choices = _all(state_words().items())  # type: ignore[attr-defined]
        self.fields["bac"].choices = _all(steps)  # type: ignore[attr-defined]
        self.fields["gui_toi"].queryset = receivers  # type: ignore[attr-defined]

    def wanted(self) -> DutyFilter:
        """The filter, without the fields at fault."""
        self.is_valid()
        given = self.cleaned_data
        return DutyFilter(
            q=given.get("q", ""),
            state=given.get("trang_thai", ""),
            kind=given.get("loai", ""),
            reports_to=given.get("gui_toi"),
            step=int(given["bac"]) if given.get("bac") else None,
            sort=given.get("sort", ""),
        )


class RoundForm(forms.Form):
    """A round's facts; the data window comes from a preset or is typed."""

    PRESETS = (
        ("ke_hoach", _("Theo kế hoạch: đến hết ngày hạn gửi")),
        ("nghi_dinh", _("Theo Nghị định 09/2019/NĐ-CP: chốt ngày 14")),
        ("tu_chon", _("Ngày tự chọn")),
    )
    loai = forms.ChoiceField(label=_("Loại kỳ"), choices=Period.choices, initial=Period.HALF_YEAR)
    han = _day(_("Hạn gửi"))
    cach = forms.ChoiceField(
        label=_("Số liệu tính từ ngày nào"), choices=PRESETS, initial="ke_hoach", widget=forms.RadioSelect
    )
    tu_ngay = _day(_("Số liệu từ ngày"), required=False)
    den_ngay = _day(_("Đến hết ngày"), required=False)
    ten = forms.CharField(
        label=_("Tên kỳ"), required=False, max_length=200, help_text=_("Để trống thì đặt tên theo loại kỳ và hạn gửi.")
    )
    co_quan = forms.ModelChoiceField(Agency.objects.none(), label=_("Cơ quan tổng hợp"), empty_label=None)
    ke_hoach = forms.ModelChoiceField(
        Plan.objects.none(), label=_("Kế hoạch"), required=False, empty_label=_("Không theo kế hoạch nào"),
        help_text=_("Đơn vị có nhiệm vụ trong kế hoạch được đưa sẵn vào danh sách phải gửi."),
    )  # fmt: skip
    mau = forms.ModelChoiceField(
        FormVersion.objects.none(), label=_("Mẫu báo cáo"), required=False, empty_label=_("Chọn sau"),
        help_text=_("Cần có trước khi mở kỳ."),
    )  # fmt: skip
    so_voi = forms.ModelChoiceField(
        ReportRound.objects.none(), label=_("So với kỳ"), required=False, empty_label=_("Không so sánh")
    )
    dia_gioi = _day(_("Theo địa giới ngày"), required=False, hint=_("Để trống thì lấy ngày cuối của số liệu."))
    bang = forms.BooleanField(label=_("Công khai bảng theo dõi trong tỉnh"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, member: Member, of: ReportRound | None = None) -> None:
        self.of = of
        super().__init__(data, initial=_initial(of) if of else {})
        scope = scope_of(member)
        own: Any = self.fields
        own["co_quan"].queryset = collectors(member, scope)
        own["ke_hoach"].queryset = plans_for(member, scope=scope).order_by("-issued_at")
        own["mau"].queryset = versions_usable(member)
        earlier = rounds_for(member, scope=scope).order_by("-due_date")
        own["so_voi"].queryset = earlier.exclude(pk=of.pk) if of else earlier
        if of is not None:
            del self.fields["co_quan"]
            if of.state != ReportRound.State.PLANNED:
                for name in ("loai", "cach", "tu_ngay", "den_ngay", "ke_hoach", "mau", "so_voi", "dia_gioi"):
                    del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Works out the data window and the title."""
        given: dict[str, Any] = super().clean() or {}
        if "cach" in self.fields and given.get("han") and given.get("loai"):
            window = self._window(given)
            given["tu_ngay"], given["den_ngay"] = window or (None, None)
            if not given.get("ten"):
                given["ten"] = _title(given["loai"], given["han"])
        elif self.of is not None and not given.get("ten"):
            given["ten"] = self.of.title
        return given

    def _window(self, given: dict[str, Any]) -> Window | None:
        kind = KINDS.get(given["loai"])
        if given.get("cach") == "tu_chon":
            return self._typed(given)
        if kind is None:
            self.add_error("cach", _("Kỳ riêng và kỳ đột xuất cần ngày tự chọn."))
            return None
        return _preset(given["cach"], kind, given["han"])

    def _typed(self, given: dict[str, Any]) -> Window | None:
        since, until = given.get("tu_ngay"), given.get("den_ngay")
        for name, day in (("tu_ngay", since), ("den_ngay", until)):
            if day is None and name not in self.errors:
                self.add_error(name, _("Cần ngày này."))
        if since and until and until < since:
            self.add_error("den_ngay", _("Ngày cuối phải từ ngày đầu trở đi."))
            return None
        return Window(since, until) if since and until else None

    def facts(self, *, obligation: Obligation | None = None) -> RoundData:
        """What was given, for the services. Only after ``is_valid``."""
        given, of = self.cleaned_data, self.of
        kept = of.state != ReportRound.State.PLANNED if of else False
        if of is not None and kept:
            return RoundData(
                agency=of.agency, title=given["ten"], period=of.period, data_from=of.data_from,
                data_until=of.data_until, due_date=given["han"], area_as_of=of.area_as_of,
                form_version=of.form_version, plan=of.plan, obligation=of.obligation, previous=of.previous,
                scoreboard=given["bang"],
            )  # fmt: skip
        return RoundData(
            agency=of.agency if of else given["co_quan"],
            title=given["ten"],
            period=given["loai"],
            data_from=given["tu_ngay"],
            data_until=given["den_ngay"],
            due_date=given["han"],
            area_as_of=given.get("dia_gioi") or given["den_ngay"],
            form_version=given["mau"],
            plan=given["ke_hoach"],
            obligation=of.obligation if of else obligation,
            previous=given["so_voi"],
            scoreboard=given["bang"],
        )


def _initial(of: ReportRound) -> dict[str, Any]:
    kind = KINDS.get(of.period)
    window = Window(of.data_from, of.data_until)
    presets = {name: _preset(name, kind, of.due_date) for name in ("ke_hoach", "nghi_dinh")} if kind else {}
    return {
        "loai": of.period,
        "han": of.due_date,
        "cach": next((name for name, preset in presets.items() if preset == window), "tu_chon"),
        "tu_ngay": of.data_from,
        "den_ngay": of.data_until,
        "ten": of.title,
        "ke_hoach": of.plan_id,
        "mau": of.form_version_id,
        "so_voi": of.previous_id,
        "dia_gioi": of.area_as_of,
        "bang": of.scoreboard,
        "version": of.version,
    }


def _preset(name: str, kind: Kind, due: dt.date) -> Window:
    return plan_window(kind, due) if name == "ke_hoach" else data_window(kind, *period_of(kind, due))


def _title(period: str, due: dt.date) -> str:
    kind = KINDS.get(period)
    return period_title(kind, *period_of(kind, due)) if kind else own_title(due)


def collectors(member: Member, scope: Scope) -> QuerySet[Agency]:
    """Agencies that may collect: within the coordinator's reach, with a plan or people of their own."""
    today = clock.today()
    standing = Role.objects.filter(in_force(today), kind__in=[Role.Kind.COORDINATOR, Role.Kind.OFFICER])
    running = plans_for(member, scope=scope).values("agency")
    reach = agencies_on(today).filter(_under_self(scope))
    return reach.filter(Q(pk__in=standing.values("agency")) | Q(pk__in=running)).order_by("path")


def _under_self(scope: Scope) -> Q:
    found = Q(pk__in=[])
    for path in scope.steered:
        found |= Q(path__startswith=path)
    return found


class RoundReopenForm(forms.Form):
    """Why a closed round is opened again."""

    ly_do = forms.CharField(label=_("Lý do mở lại"), max_length=300)


class FormChangeForm(forms.Form):
    """Another version of the form for a round."""

    mau = forms.ModelChoiceField(FormVersion.objects.none(), label=_("Mẫu báo cáo"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, versions: QuerySet[FormVersion]) -> None:
        super().__init__(data)
        self.fields["mau"].queryset = versions  # type: ignore[attr-defined]


class DutiesAddForm(forms.Form):
    """Agencies by name, one or a group a line, as documents name them."""

    don_vi = forms.CharField(
        label=_("Thêm đơn vị"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=20_000,
        help_text=_("Mỗi dòng một đơn vị hoặc một nhóm, ví dụ: UBND các xã, phường."),
    )

    def __init__(self, data: Any, *, of: ReportRound) -> None:
        super().__init__(data)
        self.of = of
        self.agencies: list[Agency] = []

    def clean_don_vi(self) -> str:
        """Looks the names up in the register; names the lines that mean nobody."""
        lines = [line.strip() for line in self.cleaned_data["don_vi"].splitlines() if line.strip()]
        found = agency_resolve_many(lines, on=clock.today(), area=self.of.agency.area)
        unknown = [
            forms.ValidationError(_("“%(line)s”: %(why)s"), params={"line": line, "why": found[line].note or NOBODY})
            for line in lines
            if not found[line].agencies
        ]
        if unknown:
            raise forms.ValidationError(unknown)
        self.agencies = list({one.pk: one for line in lines for one in found[line].agencies}.values())
        return str(self.cleaned_data["don_vi"])


NOBODY = _("sổ cơ quan không có tên này.")


class DutiesManyForm(forms.Form):
    """An act on the ticked duties."""

    ACTS = ("urge", "extend", "excuse", "remove", "route")
    viec = forms.Field()
    act = forms.ChoiceField(choices=[(act, act) for act in ACTS])
    loi_nhan = forms.CharField(label=_("Lời nhắn"), required=False, max_length=2000)
    den = _day(_("Gia hạn đến"), required=False)
    ly_do = forms.CharField(label=_("Lý do"), required=False, max_length=300)
    noi_nhan = forms.CharField(label=_("Gửi tới"), required=False, max_length=200)

    def __init__(self, data: Any, *, of: ReportRound) -> None:
        super().__init__(data)
        self.of = of
        self.fields["viec"].widget = forms.MultipleHiddenInput()

    def clean_viec(self) -> list[int]:
        """Duty ids."""
        given = [str(value) for value in self.cleaned_data["viec"][:MAX_MANY]]
        if not all(value.isdecimal() and len(value) < 19 for value in given):
            raise forms.ValidationError(_("Danh sách đã chọn không đúng. Mở lại trang rồi chọn lại."))
        return [int(value) for value in given]

    def clean(self) -> dict[str, Any]:
        """What each act needs besides the duties."""
        given: dict[str, Any] = super().clean() or {}
        act = given.get("act")
        if act == "extend" and not given.get("den") and "den" not in self.errors:
            self.add_error("den", _("Chọn ngày gia hạn."))
        if act in ("extend", "excuse") and not given.get("ly_do", "").strip():
            self.add_error("ly_do", _("Ghi lý do."))
        if act == "route":
            given["noi_nhan"] = self._receiver(given.get("noi_nhan", ""))
        return given

    def _receiver(self, name: str) -> Agency | None:
        found = agency_resolve_many([name], on=clock.today(), area=self.of.agency.area)[name].agencies if name else ()
        if len(found) != 1:
            self.add_error("noi_nhan", _("Ghi đúng tên một cơ quan trong sổ."))
            return None
        return found[0]


class DueRequestForm(forms.Form):
    """An officer asks for a later date."""

    den = _day(_("Xin gia hạn đến"))
    ly_do = forms.CharField(label=_("Lý do"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class DueAnswerForm(forms.Form):
    """A coordinator's answer to a request."""

    tra_loi = forms.ChoiceField(choices=[("dong_y", "dong_y"), ("khong", "khong")])
    ly_do = forms.CharField(label=_("Lý do"), required=False, max_length=300)


def receivers_of(of: ReportRound) -> QuerySet[Agency]:
    """The agencies to which reports of the round go."""
    return Agency.objects.filter(pk__in=of.duties.values("reports_to")).order_by("folded")
