"""Forms of loudspeakers."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import AreaField
from canhgiac.outreach.services.loudspeakers import NAME_LENGTH
from canhgiac.outreach.services.refusals import WarningRefused


class LoudspeakerForm(forms.Form):
    """A device and where it hangs."""

    area = AreaField(label=_("Xã, phường"))
    name = forms.CharField(
        label=_("Tên cụm"), max_length=NAME_LENGTH, help_text=_("Ví dụ: Nhà văn hóa thôn 3, Chợ trung tâm.")
    )

    def refuse(self, refusal: WarningRefused) -> None:
        """Shows what the service refused at its field."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
