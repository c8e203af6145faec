"""Where a warning is to stand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.outreach.models import Posting


class PlacesForm(forms.Form):
    """Places on other platforms; our own page is always one."""

    places = forms.MultipleChoiceField(
        label=_("Nơi đăng"),
        required=False,
        choices=[(one.value, one.label) for one in (Posting.Place.FACEBOOK, Posting.Place.ZALO)],
    )

    def wanted(self) -> list[str]:
        """What was chosen; nothing of what is no place."""
        chosen: Any = self.cleaned_data.get("places", []) if self.is_valid() else []
        return list(chosen)
