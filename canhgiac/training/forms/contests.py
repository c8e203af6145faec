"""Forms of live events and contests."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import AgencyField, AreaField, DateField
from canhgiac.agencies.models import Agency, Member
from canhgiac.agencies.selectors import agencies_of, province
from canhgiac.training.models import Contest, Contestant, LiveEvent, Paper, Team
from canhgiac.training.selectors.contests import MAKERS
from canhgiac.training.selectors.live import agencies_running, papers_for
from canhgiac.training.services.contests import ContestData, rules_starter
from canhgiac.training.services.live import NAME_MOST, SECONDS
from canhgiac.training.services.refusals import TrainingRefused


class RefusableForm(forms.Form):
    """A form that shows why a service refused, at the field at fault; nothing typed is lost."""

    def refuse(self, refusal: TrainingRefused) -> None:
        """Shows the refusal."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class LiveFilterForm(forms.Form):
    """Narrows the list of live events; nonsense is left out, so that an old link still opens."""

    q = forms.CharField(label=_("Tìm"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("Trạng thái"), required=False, choices=[("", _("Tất cả")), *LiveEvent.State.choices]
    )
    sort = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> dict[str, str]:
        """What the selector takes."""
        return {name: self.cleaned_data.get(name) or "" for name in ("q", "state", "sort")}


class LiveForm(RefusableForm):
    """A new live event."""

    title = forms.CharField(label=_("Tên buổi thi"), max_length=160)
    paper: forms.ModelChoiceField[Paper] = forms.ModelChoiceField(
        label=_("Đề"), queryset=None, help_text=_("Câu chọn, đúng sai, nhận định; bốc và xếp thứ tự ngay khi tạo.")
    )
    agency: forms.ModelChoiceField[Agency] = forms.ModelChoiceField(label=_("Đơn vị tổ chức"), queryset=None)
    seconds = forms.IntegerField(label=_("Giây cho một câu"), min_value=SECONDS[0], max_value=SECONDS[1], initial=20)

    def __init__(self, data: Any = None, *, member: Member) -> None:
        super().__init__(data)
        self.fields["paper"].queryset = papers_for(member)  # type: ignore[attr-defined]
        self.fields["agency"].queryset = agencies_running(member)  # type: ignore[attr-defined]
        self.initial["agency"] = member.agency_id


class PinForm(forms.Form):
    """The six digits on the big screen."""

    pin = forms.RegexField(
        label=_("Mã phòng"),
        regex=r"^\s*\d{3}\s?\d{3}\s*$",
        error_messages={"invalid": _("Mã phòng có 6 chữ số, ở màn hình lớn.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 8}),
    )

    def clean_pin(self) -> str:
        """Without the gap in the middle."""
        return "".join(self.cleaned_data["pin"].split())


class JoinForm(RefusableForm):
    """A name for the big screen; nothing else of the person."""

    name = forms.CharField(
        label=_("Tên hiện trên màn hình"),
        max_length=NAME_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "autocapitalize": "words"}),
        help_text=_("Tên gọi là đủ. Không cần họ tên thật, không lưu gì khác."),
    )
    team = forms.CharField(label=_("Lớp, tổ, đội"), max_length=NAME_MOST, required=False)


def _moment(label: Any, **given: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        **given,
    )


class ContestFilterForm(LiveFilterForm):
    """Narrows the list of contests."""

    state = forms.ChoiceField(
        label=_("Trạng thái"), required=False, choices=[("", _("Tất cả")), *Contest.State.choices]
    )


class ContestForm(RefusableForm):
    """What a contest says of itself."""

    title = forms.CharField(label=_("Tên cuộc thi"), max_length=160)
    kind = forms.ChoiceField(label=_("Loại"), choices=Contest.Kind.choices)
    agency: forms.ModelChoiceField[Agency] = forms.ModelChoiceField(label=_("Đơn vị tổ chức"), queryset=None)
    rules = forms.CharField(label=_("Thể lệ"), max_length=8000, widget=forms.Textarea(attrs={"rows": 12}))
    joins_from = _moment(_("Nhận đăng ký từ"))
    joins_until = _moment(_("Đến"))
    ends_on = DateField(label=_("Công bố dự kiến"))
    by_team = forms.BooleanField(label=_("Thi theo đội"), required=False)
    team_most = forms.IntegerField(label=_("Một đội nhiều nhất"), min_value=1, max_value=50, initial=1)
    ties = forms.MultipleChoiceField(
        label=_("Khi bằng điểm, xét lần lượt"),
        choices=Contest.Tie.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Theo thứ tự ghi ở đây. Vẫn bằng thì đồng hạng."),
    )
    criteria = forms.CharField(
        label=_("Tiêu chí chấm, mỗi dòng một tiêu chí"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": _("Ý tưởng = 10")}),
        help_text=_("Chỉ cho thi tranh, áp phích, video. Viết tên = điểm cao nhất."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, data: Any = None, *, member: Member, contest: Contest | None = None) -> None:
        super().__init__(data, initial=_contest_told(contest) if contest else {"rules": rules_starter()})
        self.fields["agency"].queryset = agencies_of(member, *MAKERS).order_by("path")  # type: ignore[attr-defined]
        if contest is None:
            self.initial["agency"] = member.agency_id

    def clean_criteria(self) -> list[tuple[str, int]]:
        """Names and most points."""
        found = []
        for line in filter(str.strip, self.cleaned_data["criteria"].splitlines()):
            name, _sign, most = line.partition("=")
            if not name.strip() or not most.strip().isdecimal() or not 1 <= int(most) <= 100:
                raise forms.ValidationError(_("Dòng “%s”: viết tên = điểm cao nhất, từ 1 đến 100.") % line.strip())
            found.append((name.strip(), int(most)))
        return found

    def told(self) -> ContestData:
        """What the service takes."""
        facts = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        area = facts["agency"].area or province().area
        if area is None:
            raise TrainingRefused(str(_("Đơn vị chưa có địa bàn.")), "agency")
        return ContestData(**facts, area=area)


def _contest_told(contest: Contest) -> dict[str, Any]:
    names = ("title", "kind", "agency", "rules", "joins_from", "joins_until", "ends_on", "by_team", "team_most")
    told = {name: getattr(contest, name) for name in (*names, "ties", "version")}
    return told | {"criteria": "\n".join(f"{row.name} = {row.most}" for row in contest.criteria.all())}


class RoundForm(RefusableForm):
    """One round: a paper within a window."""

    title = forms.CharField(label=_("Tên vòng"), max_length=120)
    paper: forms.ModelChoiceField[Paper] = forms.ModelChoiceField(
        label=_("Đề"), queryset=None, help_text=_("Đề có thời gian làm bài.")
    )
    opens_at = _moment(_("Mở"))
    closes_at = _moment(_("Đóng"))
    top = forms.IntegerField(label=_("Lấy vào vòng sau"), required=False, min_value=1, help_text=_("Để trống: tất cả."))

    def __init__(self, data: Any = None, *, member: Member) -> None:
        super().__init__(data)
        self.fields["paper"].queryset = papers_for(member)  # type: ignore[attr-defined]


class ContestJoinForm(RefusableForm):
    """Taking part."""

    full_name = forms.CharField(
        label=_("Họ và tên"), max_length=120, help_text=_("Chỉ ban tổ chức thấy, để trao giải.")
    )
    shown_as = forms.CharField(label=_("Tên hiện trên bảng xếp hạng"), max_length=60)
    agency = AgencyField(label=_("Trường, đơn vị"), required=False)
    area = AreaField(label=_("Xã, phường"), required=False)
    birth_year = forms.IntegerField(label=_("Năm sinh"), required=False, min_value=1900, max_value=2100)
    team_code = forms.CharField(label=_("Mã đội"), required=False, max_length=10)

    def __init__(self, data: Any = None, *, contest: Contest) -> None:
        super().__init__(data)
        if not contest.by_team:
            del self.fields["team_code"]
        for field in self.fields.values():  # suggestions are for members; the public types the name
            for name in ("hx-get", "hx-trigger", "hx-target", "list"):
                field.widget.attrs.pop(name, None)


class TeamForm(RefusableForm):
    """A new team."""

    name = forms.CharField(label=_("Tên đội"), max_length=80)


class WorkForm(RefusableForm):
    """An entry."""

    title = forms.CharField(label=_("Tên bài"), max_length=120)
    note = forms.CharField(label=_("Lời giới thiệu"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    file = forms.FileField(
        label=_("Ảnh hoặc video"),
        help_text=_("JPEG, PNG, WebP đến 15 MB; MP4, WebM đến 50 MB. Giám khảo chỉ thấy mã số của bài."),
    )


class AnomalyForm(RefusableForm):
    """What a person found."""

    annuls = forms.BooleanField(label=_("Hủy bài này"), required=False)
    note = forms.CharField(label=_("Đã xem gì, kết luận ra sao"), max_length=500)


class JudgeForm(RefusableForm):
    """A new judge by mail address."""

    member: forms.ModelChoiceField[Member] = forms.ModelChoiceField(
        label=_("Thư điện tử của thành viên"),
        queryset=Member.objects.filter(is_active=True),
        to_field_name="email",
        widget=forms.EmailInput,
        error_messages={"invalid_choice": _("Không có thành viên nào dùng địa chỉ này.")},
    )


class AwardForm(RefusableForm):
    """An award for a person of the contest."""

    name = forms.CharField(label=_("Tên giải"), max_length=80)
    position = forms.IntegerField(label=_("Thứ tự"), min_value=1, max_value=999)
    contestant: forms.ModelChoiceField[Contestant] = forms.ModelChoiceField(
        label=_("Người"), queryset=None, required=False
    )
    team: forms.ModelChoiceField[Team] = forms.ModelChoiceField(label=_("Hoặc đội"), queryset=None, required=False)
    reason = forms.CharField(label=_("Thành tích"), max_length=300)

    def __init__(self, data: Any = None, *, contest: Contest) -> None:
        super().__init__(data)
        people = Contestant.objects.filter(contest=contest, withdrawn_at=None).order_by("shown_as")
        self.fields["contestant"].queryset = people  # type: ignore[attr-defined]
        self.fields["team"].queryset = contest.teams.order_by("name")  # type: ignore[attr-defined]
