"""What the staff home is narrowed to, kept in the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Area, Member
from canhgiac.front.selectors.wanted import PERIODS, Choices, Wanted, wanted_for
from canhgiac.plans.models import Plan

ALL = _("Tất cả")


class DeskForm(forms.Form):
    """The filter of the staff home. A field that makes no sense is left out, so that an old link still opens."""

    ky = forms.ChoiceField(label=_("Kỳ"), required=False, choices=list(PERIODS.items()))
    ke_hoach = forms.ModelChoiceField(Plan.objects.none(), label=_("Kế hoạch"), required=False, empty_label=_("Tất cả"))
    don_vi = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Khối đơn vị"), required=False, empty_label=_("Tất cả")
    )
    dia_ban = forms.ModelChoiceField(
        Area.objects.none(), label=_("Địa bàn"), required=False, empty_label=_("Toàn tỉnh")
    )

    def __init__(self, data: Any, *, member: Member, choices: Choices) -> None:
        super().__init__(data)
        self.member = member
        for name, rows in (("ke_hoach", choices.plans), ("don_vi", choices.agencies), ("dia_ban", choices.areas)):
            if choices.wide:
                self.fields[name].queryset = rows  # type: ignore[attr-defined]
            else:
                del self.fields[name]

    def wanted(self) -> Wanted:
        """What is asked for, without the fields at fault."""
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        agency, area = given.get("don_vi"), given.get("dia_ban")
        return wanted_for(
            given.get("ky", ""),
            plan=given.get("ke_hoach"),
            agency=agency if isinstance(agency, Agency) else None,
            area=area if isinstance(area, Area) else None,
        )
