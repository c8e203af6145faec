"""Uploading a sheet of activities, and saying which area a name means."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency


class ImportUpload(forms.Form):
    """The file and the agency whose activities it holds."""

    agency = forms.ModelChoiceField(label=_("Đơn vị thực hiện"), queryset=Agency.objects.none(), empty_label=None)
    file = forms.FileField(
        label=_("Tệp Excel hoặc CSV"),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": _("Chọn tệp.")},
    )

    def __init__(self, *args: Any, agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]  # a ModelChoiceField


def choices_of(given: QueryDict) -> dict[str, int]:
    """Which area each ambiguous name means: "ten" and "dia_ban" in pairs, those left open not among them."""
    pairs = zip(given.getlist("ten"), given.getlist("dia_ban"), strict=False)
    return {text: int(pk) for text, pk in pairs if pk.isdecimal() and pk.isascii() and len(pk) < 19}
