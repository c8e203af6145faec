"""Forms of audiences: the rule, its name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import area_named
from canhgiac.agencies.models import Area
from canhgiac.agencies.selectors.wording import named_many
from canhgiac.library.models import Language
from canhgiac.outreach.models import SavedAudience, Way
from canhgiac.outreach.selectors.audiences import Rule, group_choices
from canhgiac.outreach.selectors.people import ORIGINS
from canhgiac.outreach.services.audiences import NAME_LENGTH
from canhgiac.outreach.services.refusals import WarningRefused


class RuleForm(forms.Form):
    """Whom a warning is for. Nothing chosen in a field: everybody."""

    areas = forms.CharField(
        label=_("Địa bàn"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Mỗi dòng một xã, phường, thôn hoặc tổ dân phố. Để trống là toàn tỉnh."),
    )
    without_area = forms.BooleanField(label=_("Cả người không nói nơi ở"), required=False)
    groups = forms.MultipleChoiceField(
        label=_("Nhóm"), required=False, choices=group_choices, widget=forms.CheckboxSelectMultiple
    )
    ways = forms.MultipleChoiceField(
        label=_("Kênh"), required=False, choices=Way.choices, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label=_("Ngôn ngữ"), required=False, choices=Language.choices, widget=forms.CheckboxSelectMultiple
    )
    origins = forms.MultipleChoiceField(
        label=_("Đăng ký qua"), required=False, choices=ORIGINS, widget=forms.CheckboxSelectMultiple
    )

    def clean_areas(self) -> tuple[Area, ...]:
        """The areas, each by its name, without repetition."""
        lines = [line.strip() for line in self.cleaned_data["areas"].splitlines()]
        return tuple({area.pk: area for area in map(area_named, filter(None, lines))}.values())

    def rule(self) -> Rule:
        """The rule of a valid form."""
        told = self.cleaned_data
        return Rule(
            areas=tuple(area.pk for area in told["areas"]),
            without_area=told["without_area"],
            **{name: tuple(told[name]) for name in ("groups", "languages", "ways", "origins")},
        )


class AudienceForm(RuleForm):
    """A rule with a name."""

    name = forms.CharField(label=_("Tên nhóm"), max_length=NAME_LENGTH)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    field_order = ("name", "areas", "without_area", "groups", "ways", "languages", "origins", "version")

    def __init__(self, data: Any = None, *, audience: SavedAudience | None = None) -> None:
        super().__init__(data, initial=_told(audience) if audience else None)

    def refuse(self, refusal: WarningRefused) -> None:
        """Shows why the service refused; nothing typed is lost."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
        if refusal.version:
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["version"] = str(refusal.version)  # type: ignore[index]

    @property
    def seen(self) -> int:
        """The version the person saw."""
        return self.cleaned_data.get("version") or 0


def _told(audience: SavedAudience) -> dict[str, Any]:
    """A saved audience as the form shows it."""
    rule = Rule.from_json(audience.rule)
    areas = named_many(list(Area.objects.filter(pk__in=rule.areas).order_by("folded", "pk")))
    told = {"name": audience.name, "version": audience.version, "areas": "\n".join(areas)}
    return (
        told
        | {"without_area": rule.without_area, "groups": list(rule.groups), "ways": list(rule.ways)}
        | {
            "languages": list(rule.languages),
            "origins": list(rule.origins),
        }
    )
