"""Filters of the radar's lists, kept in the address. Nonsense is left out, so that an old link still opens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import AreaField, DateField
from canhgiac.library.selectors.examples import form_choices
from canhgiac.radar.models import Card, Cluster, Signal
from canhgiac.radar.selectors.cards import CardFilter
from canhgiac.radar.selectors.clusters import ClusterFilter
from canhgiac.radar.selectors.collaborators import CollaboratorFilter, SignalFilter


def _forms() -> list[tuple[str, Any]]:
    return [("", _("Tất cả")), *form_choices()]


class _Filter(forms.Form):
    """Keeps the order of the list beside what narrows it."""

    q = forms.CharField(label=_("Tìm"), required=False, max_length=100)
    area = AreaField(label=_("Địa bàn"), required=False)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    @property
    def order(self) -> str:
        """The order asked for."""
        return self.cleaned_data.get("sort") or ""

    def _given(self, *names: str) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}


class CardFilterForm(_Filter):
    """Of cards."""

    state = forms.ChoiceField(
        label=_("Trạng thái"),
        required=False,
        choices=[("", _("Đang mở")), ("all", _("Tất cả")), *Card.State.choices],
    )
    form = forms.ChoiceField(label=_("Hình thức"), required=False, choices=_forms)
    since = DateField(label=_("Nêu từ ngày"), required=False)
    until = DateField(label=_("Đến ngày"), required=False)
    field_order = ("q", "state", "form", "area", "since", "until")

    def wanted(self) -> CardFilter:
        """The filter."""
        return CardFilter(**self._given("q", "state", "form", "area", "since", "until"))


class ClusterFilterForm(_Filter):
    """Of clusters."""

    state = forms.ChoiceField(
        label=_("Trạng thái"),
        required=False,
        choices=[("", _("Đang theo dõi")), ("all", _("Tất cả")), *Cluster.State.choices[1:]],
    )
    form = forms.ChoiceField(label=_("Hình thức"), required=False, choices=_forms)
    field_order = ("q", "state", "form", "area")

    def wanted(self) -> ClusterFilter:
        """The filter."""
        return ClusterFilter(**self._given("q", "state", "form", "area"))


class CollaboratorFilterForm(_Filter):
    """Of the register of collaborators."""

    ended = forms.BooleanField(label=_("Đã thôi"), required=False)

    def wanted(self) -> CollaboratorFilter:
        """The filter."""
        return CollaboratorFilter(**self._given("q", "area", "ended"))


class SignalFilterForm(_Filter):
    """Of signals."""

    state = forms.ChoiceField(
        label=_("Trạng thái"),
        required=False,
        choices=[("", _("Chưa trả lời")), ("all", _("Tất cả")), *Signal.State.choices[1:]],
    )
    since = DateField(label=_("Từ ngày"), required=False)
    until = DateField(label=_("Đến ngày"), required=False)
    field_order = ("q", "state", "area", "since", "until")

    def wanted(self) -> SignalFilter:
        """The filter."""
        return SignalFilter(**self._given("q", "state", "area", "since", "until"))
