"""Forms of members, roles, invitations, the log and tokens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors.audit import AuditFilter
from canhgiac.agencies.selectors.members import MemberFilter

from .fields import AgencyField, DateField
from .register import ANY

SCOPES = (
    ("plans:read", gettext_lazy("Đọc kế hoạch, nhiệm vụ")),
    ("plans:write", gettext_lazy("Cập nhật trạng thái nhiệm vụ")),
    ("agencies:read", gettext_lazy("Đọc sổ cơ quan")),
    ("activities:read", gettext_lazy("Đọc hoạt động")),
    ("activities:write", gettext_lazy("Ghi hoạt động, gửi minh chứng")),
    ("reports:read", gettext_lazy("Đọc báo cáo")),
    ("reports:write", gettext_lazy("Nộp, xem xét báo cáo")),
    ("library:read", gettext_lazy("Lấy tài liệu của thư viện")),
    ("calendar", gettext_lazy("Lịch hạn nhiệm vụ (iCalendar)")),
)


class MemberFilterForm(forms.Form):
    """What the list of members is narrowed to."""

    q = forms.CharField(label=gettext_lazy("Tên hoặc thư điện tử"), required=False, max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Vai trò"), required=False, choices=[ANY, *Role.Kind.choices])
    agency = AgencyField(label=gettext_lazy("Cơ quan"), required=False, any_time=True)
    state = forms.ChoiceField(
        label=gettext_lazy("Trạng thái"),
        required=False,
        choices=[
            ("active", gettext_lazy("Đang hoạt động")),
            ("inactive", gettext_lazy("Đã ngừng")),
            ("all", gettext_lazy("Tất cả")),
        ],
    )
    sort = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)

    def narrowed(self) -> MemberFilter:
        """The filter; a field with a fault narrows nothing."""
        self.is_valid()
        told = self.cleaned_data
        return MemberFilter(
            text=told.get("q") or "",
            kind=told.get("kind") or "",
            agency=told.get("agency"),
            state=told.get("state") or "active",
            sort=told.get("sort") or "name",
        )


class InviteForm(forms.Form):
    """Whom to invite, as what, where."""

    email = forms.EmailField(label=gettext_lazy("Thư điện tử công vụ"))
    full_name = forms.CharField(label=gettext_lazy("Họ và tên"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Vai trò"), choices=Role.Kind.choices, initial=Role.Kind.OFFICER)
    agency = AgencyField(label=gettext_lazy("Cơ quan"))


class InvitationAcceptForm(forms.Form):
    """The invited person's name and password."""

    full_name = forms.CharField(
        label=gettext_lazy("Họ và tên"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=gettext_lazy("Mật khẩu"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Ít nhất 12 ký tự. Một câu dài dễ nhớ thì tốt hơn một từ khó."),
    )
    again = forms.CharField(
        label=gettext_lazy("Nhập lại mật khẩu"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str = "", **given: Any) -> None:
        super().__init__(*args, **given)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """The password is strong enough, unlike the name and address, and typed twice alike."""
        told: dict[str, Any] = super().clean() or {}
        password = told.get("password")
        if password and told.get("again") and password != told["again"]:
            self.add_error("again", _("Hai lần nhập chưa giống nhau."))
        elif password:
            try:
                validate_password(password, Member(email=self.email, full_name=told.get("full_name", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return told


class RoleGrantForm(forms.Form):
    """A role to grant."""

    kind = forms.ChoiceField(label=gettext_lazy("Vai trò"), choices=Role.Kind.choices)
    agency = AgencyField(
        label=gettext_lazy("Tại cơ quan"), help_text=gettext_lazy("Vai trò có hiệu lực cả với các đơn vị trực thuộc.")
    )
    valid_from = DateField(label=gettext_lazy("Từ ngày"), required=False)
    valid_until = DateField(label=gettext_lazy("Đến hết ngày"), required=False)


class MemberForm(forms.Form):
    """A member's name, title and agency."""

    full_name = forms.CharField(label=gettext_lazy("Họ và tên"), max_length=120)
    title = forms.CharField(label=gettext_lazy("Chức vụ"), max_length=120, required=False)
    agency = AgencyField(label=gettext_lazy("Cơ quan"), required=False, any_time=True)


class AuditFilterForm(forms.Form):
    """What the log is narrowed to."""

    actor = forms.EmailField(label=gettext_lazy("Người (thư điện tử)"), required=False)
    act = forms.CharField(label=gettext_lazy("Việc"), required=False, max_length=60)
    subject = forms.CharField(
        label=gettext_lazy("Đối tượng"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"placeholder": "agencies.agency 12"}),
    )
    since = DateField(label=gettext_lazy("Từ ngày"), required=False)
    until = DateField(label=gettext_lazy("Đến hết ngày"), required=False)

    def narrowed(self) -> AuditFilter:
        """The filter; a field with a fault narrows nothing, an unknown person finds nothing."""
        self.is_valid()
        told = self.cleaned_data
        kind, _space, number = (told.get("subject") or "").strip().partition(" ")
        actor = told.get("actor") or ""
        member = Member.objects.filter(email=actor.casefold()).first() if actor else None
        return AuditFilter(
            actor=member or (Member(pk=0) if actor else None),
            act=told.get("act") or "",
            subject_type=kind,
            subject_id=number.strip(),
            since=told.get("since"),
            until=told.get("until"),
        )


class TokenForm(forms.Form):
    """A token to make."""

    name = forms.CharField(
        label=gettext_lazy("Tên"), max_length=80, help_text=gettext_lazy("Chương trình nào sẽ dùng mã này.")
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Được phép"), choices=SCOPES, widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Hết hạn sau"),
        coerce=int,
        choices=[(30, gettext_lazy("30 ngày")), (180, gettext_lazy("180 ngày")), (365, gettext_lazy("một năm"))],
        initial=180,
    )
