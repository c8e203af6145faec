"""Forms of what a person asked staff to change of their subscription: each says how they asked.

``act`` of each does it; it raises NotAllowed, WarningRefused.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import DateField
from canhgiac.agencies.models import Member
from canhgiac.kit import clock
from canhgiac.outreach.models import Subscriber, Way
from canhgiac.outreach.services import requests as services

from .subscribers import AddressForm, OwnForm
from .warnings import VersionForm


class AskedForm(VersionForm):
    """How the person asked; alone it is enough for a stop, an end of a pause, an erasure."""

    means = forms.ChoiceField(
        label=_("Người ấy yêu cầu bằng cách nào"),
        choices=[(one.value, str(one.label)[:1].upper() + str(one.label)[1:]) for one in services.ASKED_BY],
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn người ấy yêu cầu bằng cách nào.")},
    )
    note = forms.CharField(
        label=_("Ghi chú"),
        required=False,
        max_length=services.NOTE_LENGTH,
        help_text=_("Ví dụ: sổ tiếp dân trang 12. Không ghi tên, số điện thoại, số giấy tờ."),
    )

    def __init__(self, data: Any = None, *, subscriber: Subscriber) -> None:
        super().__init__(data, initial={"version": subscriber.version})
        self.subscriber = subscriber

    @property
    def asked(self) -> services.Asked:
        """What the service takes, of a valid form."""
        told = self.cleaned_data
        return services.Asked(told["means"], told["version"], told["note"])


class EndForm(AskedForm):
    """No more."""

    def act(self, by: Member) -> object:
        """Stops it."""
        return services.subscriber_end(by=by, subscriber=self.subscriber, asked=self.asked)


class UnpauseForm(AskedForm):
    """Warnings again."""

    def act(self, by: Member) -> object:
        """Ends the pause."""
        return services.subscriber_unpause(by=by, subscriber=self.subscriber, asked=self.asked)


class ForgetForm(AskedForm):
    """Forget me."""

    def act(self, by: Member) -> object:
        """Erases it."""
        services.subscriber_forget(by=by, subscriber=self.subscriber, asked=self.asked)
        return True


class PauseForm(AskedForm):
    """Nothing until a day."""

    until = DateField(label=_("Nhận lại từ ngày"), help_text=_("Đến ngày ấy máy tự gửi lại. Nhiều nhất một năm."))
    field_order = ("until", "means", "note", "version")

    def __init__(self, data: Any = None, *, subscriber: Subscriber) -> None:
        super().__init__(data, subscriber=subscriber)
        day = clock.today()
        self.fields["until"].widget.attrs |= {"min": f"{day + dt.timedelta(days=1)}"}

    def act(self, by: Member) -> object:
        """Pauses it."""
        until = self.cleaned_data["until"]
        return services.subscriber_pause(by=by, subscriber=self.subscriber, until=until, asked=self.asked)


class ChannelForm(AskedForm, AddressForm):
    """Another address of the person."""

    area = None  # type: ignore[assignment]  # Django's way to leave out a field: the area is the subscription's
    field_order = ("way", "address", "means", "note", "version")

    def act(self, by: Member) -> object:
        """Signs it up; its owner is asked."""
        facts = {name: self.cleaned_data[name] for name in ("way", "address")}
        return services.subscriber_channel_add(by=by, subscriber=self.subscriber, asked=self.asked, **facts)


_LABELS = {
    "xa": _("Xã, phường người ấy ở"),
    "nhom": _("Người ấy thuộc nhóm nào"),
    "co_dau": _("Điện thoại của người ấy đọc được tin có dấu"),
}
"""The public page speaks to the person, this one of them."""


class EditForm(AskedForm, OwnForm):
    """Area, groups, language, signs, as they stand."""

    field_order = ("xa", "nhom", "ngon_ngu", "co_dau", "means", "note", "version")

    def __init__(self, data: Any = None, *, subscriber: Subscriber) -> None:
        OwnForm.__init__(self, data, subscriber=subscriber)
        self.initial["version"] = subscriber.version
        self.subscriber = subscriber
        for name, label in _LABELS.items():
            self.fields[name].label = label
        if subscriber.way != Way.SMS:
            del self.fields["co_dau"]

    def act(self, by: Member) -> object:
        """Changes them."""
        return services.subscriber_edit(by=by, subscriber=self.subscriber, choice=self.choice(), asked=self.asked)


RequestForm = EditForm | PauseForm | UnpauseForm | ChannelForm | EndForm | ForgetForm
REQUESTS: dict[str, type[RequestForm]] = {
    "sua": EditForm,
    "nghi": PauseForm,
    "nhan-lai": UnpauseForm,
    "kenh": ChannelForm,
    "ngung": EndForm,
    "xoa": ForgetForm,
}
"""By the word in the page's address."""
