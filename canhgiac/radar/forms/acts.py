"""Forms by which people decide, rearrange, keep the register, send signals."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import area_named
from canhgiac.agencies.models import Area, Member
from canhgiac.agencies.selectors.wording import named_many
from canhgiac.library.models import ScamForm
from canhgiac.radar.models import Card, Cluster, Collaborator, Signal
from canhgiac.radar.selectors.collaborators import addable_members
from canhgiac.radar.services.collaborators import CollaboratorData
from canhgiac.radar.services.refusals import RadarRefused
from canhgiac.radar.services.signals import WORDS, SignalData

RIGHT = (("no", _("Không phải lừa đảo")), ("yes", _("Đúng là lừa đảo, nhưng không cần cảnh báo")), ("", _("Chưa rõ")))


class _Refusable(forms.Form):
    def refuse(self, refusal: RadarRefused) -> None:
        """Shows why the service refused, at the field at fault."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class VersionForm(_Refusable):
    """An act on what the reader saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class DismissForm(VersionForm):
    """Why a card is closed without a warning."""

    right = forms.ChoiceField(label=_("Thực ra là"), choices=RIGHT, required=False, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Lý do"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    @property
    def was_right(self) -> bool | None:
        """What it turned out to be."""
        return {"yes": True, "no": False}.get(self.cleaned_data["right"])


class RenameForm(_Refusable):
    """A cluster's name."""

    name = forms.CharField(label=_("Tên cụm"), max_length=160)


class MergeForm(_Refusable):
    """The cluster that goes into the one shown."""

    gone = forms.ModelChoiceField(
        label=_("Nhập cụm này vào"), queryset=Cluster.objects.exclude(state=Cluster.State.MERGED)
    )


class SplitForm(_Refusable):
    """The members that leave a cluster."""

    observations = forms.Field(required=False, widget=forms.MultipleHiddenInput)

    def clean_observations(self) -> list[int]:
        """Their numbers; what is no number is nobody's."""
        given = self.cleaned_data["observations"] or []
        return [int(one) for one in given if one.isascii() and one.isdecimal() and len(one) < 19]


class CollaboratorForm(_Refusable):
    """A collaborator of the register; the member is chosen once."""

    member = forms.ModelChoiceField(label=_("Thành viên"), queryset=Member.objects.none())
    areas = forms.CharField(
        label=_("Địa bàn"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Mỗi dòng một xã, phường, thôn hoặc tổ dân phố."),
    )
    standing = forms.CharField(
        label=_("Vị trí trong cộng đồng"),
        max_length=120,
        required=False,
        help_text=_("Ví dụ: trưởng thôn, chi hội trưởng phụ nữ, người có uy tín."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, data: Any = None, *, row: Collaborator | None = None) -> None:
        initial = {}
        if row is not None:
            areas = "\n".join(named_many(list(row.areas.order_by("folded", "pk"))))
            initial = {"areas": areas, "standing": row.standing, "version": row.version}
        super().__init__(data, initial=initial)
        if row is None:
            self.fields["member"].queryset = addable_members()  # type: ignore[attr-defined]
        else:
            del self.fields["member"]

    def clean_areas(self) -> list[Area]:
        """The areas, each by its name."""
        lines = [line.strip() for line in self.cleaned_data["areas"].splitlines()]
        return list({area.pk: area for area in map(area_named, filter(None, lines))}.values())

    def facts(self) -> CollaboratorData:
        """What the register is told."""
        return CollaboratorData(areas=self.cleaned_data["areas"], standing=self.cleaned_data["standing"])


class SignalForm(_Refusable):
    """A signal as a phone sends it: what, where; words, how many people, when, only if one wants."""

    uid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    form = forms.CharField(max_length=12, required=False)
    area = forms.CharField(max_length=300, error_messages={"required": _("Chọn địa bàn.")})
    words = forms.CharField(
        label=_("Kể ngắn"), max_length=WORDS, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    how_many = forms.IntegerField(label=_("Mấy người gặp"), required=False, min_value=1, max_value=999)
    created_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    photo = forms.FileField(label=_("Ảnh"), required=False, allow_empty_file=True)

    def clean_form(self) -> ScamForm | None:
        """The form chosen; None for something else."""
        code = self.cleaned_data["form"]
        known = ScamForm.objects.filter(code=code, published__isnull=False).first() if code else None
        if code and known is None:
            raise forms.ValidationError(_("Hình thức này không còn. Chọn lại."))
        return known

    def clean_area(self) -> Area:
        """The area chosen from one's own by number, or named."""
        given = self.cleaned_data["area"].strip()
        if given.isascii() and given.isdecimal() and len(given) < 19:
            known = Area.objects.filter(pk=int(given)).first()
            if known is not None:
                return known
        return area_named(given)

    def facts(self) -> SignalData:
        """What is sent."""
        told = self.cleaned_data
        return SignalData(
            area=told["area"],
            form=told["form"],
            words=told["words"],
            how_many=told["how_many"] or 1,
            seen_at=told["created_at"],
        )

    @property
    def key(self) -> uuid.UUID:
        """Made on the phone; a plain form brings the one that its page was given."""
        return self.cleaned_data["uid"] or uuid.uuid4()

    @property
    def picture(self) -> UploadedFile | None:
        """The photo, where one came with the form."""
        return self.cleaned_data.get("photo")


class DecideForm(_Refusable):
    """What a signal turned out to be."""

    state = forms.ChoiceField(
        label=_("Kết quả"),
        choices=[
            (one.value, one.label) for one in (Signal.State.CONFIRMED, Signal.State.REFUTED, Signal.State.UNCLEAR)
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn: đúng, không đúng, hoặc chưa rõ.")},
    )
    feedback = forms.CharField(
        label=_("Lời nhắn cho cộng tác viên"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def dismissing(card: Card) -> DismissForm:
    """The form to close this card."""
    return DismissForm(initial={"version": card.version, "right": ""})
