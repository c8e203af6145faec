"""The form of one message to try a rendition with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors.phones import phone_shown
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.models import Way
from canhgiac.outreach.selectors.trials import TrialOption, own_addresses, trial_options
from canhgiac.outreach.services.refusals import WarningRefused


class TrialForm(forms.Form):
    """Which rendition by whom, and to which address of ours."""

    key = forms.ChoiceField(
        label=_("Bản gửi thử"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn một bản."), "invalid_choice": _("Chọn một bản có lời và có nhà cung cấp.")},
    )
    to = forms.CharField(
        label=_("Gửi đến"),
        required=False,
        max_length=300,
        help_text=_(
            "Để trống: gửi đến số đã xác nhận của bạn, hoặc địa chỉ của bạn trên kênh ấy. Nếu gõ: thư đăng nhập "
            "hoặc số đã xác nhận của một cán bộ, hay đường dẫn trang riêng của chính bạn nếu bạn đang nhận cảnh báo "
            "qua kênh ấy."
        ),
    )

    def __init__(self, data: Any = None, *, member: Member, warning: Alert) -> None:
        super().__init__(data)
        self.options = trial_options(warning)
        ways = {one.way for one in self.options}
        self.own = {way: next(iter(own_addresses(way, member)), "") for way in Way.values if way in ways}
        open_ones = [one for one in self.options if not one.misses]
        self.fields["key"].choices = [(one.key, str(one.rendition)) for one in open_ones]  # type: ignore[attr-defined]
        if open_ones:  # the first that would reach the member as it stands
            reached = next((one for one in open_ones if self.own[one.way]), open_ones[0])
            self.fields["key"].initial = reached.key

    def clean(self) -> dict[str, Any]:
        """The member's own address where none was typed."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        option = next((one for one in self.options if one.key == told.get("key")), None)
        if option is not None and not told.get("to"):
            told["to"] = self.own.get(option.way, "")
            if not told["to"]:
                self.add_error("to", _now("Bạn chưa có địa chỉ nào trên kênh này. Gõ một địa chỉ của cán bộ."))
        return told

    def refuse(self, refusal: WarningRefused) -> None:
        """Shows why the service refused; nothing typed is lost."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    @property
    def lines(self) -> list[tuple[TrialOption, bool, str]]:
        """Each rendition, whether it is chosen, and the member's own address for it as people write it."""
        chosen = self["key"].value()
        own = self.own | ({Way.SMS.value: phone_shown(self.own[Way.SMS])} if Way.SMS in self.own else {})
        return [(one, one.key == chosen, own.get(one.way, "")) for one in self.options]
