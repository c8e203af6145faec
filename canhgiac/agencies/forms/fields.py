"""Fields by which a person names an agency or an area in words, with suggestions while typing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Area
from canhgiac.agencies.selectors import agencies_on, area_search
from canhgiac.agencies.selectors.wording import named_many, rows_meant
from canhgiac.kit import clock
from canhgiac.kit.text import fold


class DateField(forms.DateField):
    """A day, picked from the browser's calendar."""

    def __init__(self, **given: Any) -> None:
        super().__init__(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **given)

    def clean(self, value: Any) -> Any:
        """The day, in a century that a register can mean."""
        day = super().clean(value)
        if day is not None and not 1900 <= day.year <= 2200:
            raise forms.ValidationError(_("Năm phải từ 1900 đến 2200."))
        return day


class AgencyField(forms.CharField):
    """An agency by its name, or by the suggestion's words. Living agencies only, unless ``any_time``."""

    def __init__(self, *, any_time: bool = False, **given: Any) -> None:
        given.setdefault("max_length", 300)
        super().__init__(**given)
        self.any_time = any_time
        self.widget.attrs |= {
            "list": "agency-options",
            "autocomplete": "off",
            "hx-get": reverse_lazy("agency_suggest"),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": "#agency-options",
        }

    def prepare_value(self, value: Any) -> Any:
        """An agency as its words."""
        return named_many([value])[0] if isinstance(value, Agency) else value

    def clean(self, value: Any) -> Any:
        """The agency, or None when the field is empty and may be."""
        text = super().clean(value)
        return agency_named(text, any_time=self.any_time) if text else None


class AgenciesField(forms.CharField):
    """Several agencies, one a line."""

    def __init__(self, **given: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), **given)

    def clean(self, value: Any) -> Any:
        """The agencies without repetition."""
        lines = [line.strip() for line in super().clean(value).splitlines()]
        return list(dict.fromkeys(agency_named(line, any_time=True) for line in lines if line))


class AreaField(forms.CharField):
    """An area by its name, its code, or the suggestion's words. Areas of today come first."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("max_length", 300)
        super().__init__(**given)
        self.widget.attrs |= {
            "list": "area-options",
            "autocomplete": "off",
            "hx-get": reverse_lazy("area_suggest"),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": "#area-options",
        }

    def prepare_value(self, value: Any) -> Any:
        """An area as its words."""
        return named_many([value])[0] if isinstance(value, Area) else value

    def clean(self, value: Any) -> Any:
        """The area, or None when the field is empty and may be."""
        text = super().clean(value)
        return area_named(text) if text else None


def agency_named(text: str, *, any_time: bool = False) -> Agency:
    """The one agency the words mean. Raises ValidationError when there is none, or more than one."""
    meant = rows_meant(text, Agency.objects.all())
    if len(meant) == 1:
        return meant[0]
    rows = Agency.objects.all() if any_time else agencies_on(clock.today())
    known = [agency for agency in rows.filter(folded__startswith=fold(text)) if fold(agency.name) == fold(text)]
    exact = [agency for agency in known if agency.name == text] or known
    if len(exact) == 1:
        return exact[0]
    if exact:
        raise forms.ValidationError(_("Có %(count)d cơ quan tên này; hãy chọn từ gợi ý.") % {"count": len(exact)})
    raise forms.ValidationError(_("Không có cơ quan “%(name)s” trong sổ.") % {"name": text})


def area_named(text: str) -> Area:
    """The one area the words mean, as ``agency_named``."""
    meant = rows_meant(text, Area.objects.all())
    if len(meant) == 1:
        return meant[0]
    wanted = fold(text)
    for on in clock.today(), None:
        found = [
            area
            for area in area_search(text, on=on)
            if area.code == text or area.folded == wanted or area.folded.removeprefix("tinh ") == wanted
        ]
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(_("Có %(count)d địa bàn tên này; hãy chọn từ gợi ý.") % {"count": len(found)})
    raise forms.ValidationError(_("Không có địa bàn “%(name)s”.") % {"name": text})
