"""Forms of the recognition workshop."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import DateField
from canhgiac.library.models import Doubt, ExampleMessage, ScamForm
from canhgiac.library.selectors.examples import GENUINE, form_choices, form_coded
from canhgiac.library.services.official import OfficialData

_ALL = ("", _("Tất cả"))
_GENUINE = (GENUINE, _("Tin thật, dễ nhầm"))


class ExampleFilterForm(forms.Form):
    """Narrows the list of examples; a field at fault counts as left out."""

    q = forms.CharField(label=_("Tìm"), required=False, max_length=100)
    form = forms.ChoiceField(label=_("Hình thức"), required=False)
    state = forms.ChoiceField(label=_("Trạng thái"), required=False, choices=[_ALL, *ExampleMessage.State.choices])
    source = forms.ChoiceField(label=_("Nguồn"), required=False, choices=[_ALL, *ExampleMessage.Source.choices])

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["form"].choices = [_ALL, _GENUINE, *form_choices()]  # type: ignore[attr-defined]  # a ChoiceField
        self.is_valid()

    def wanted(self) -> dict[str, str]:
        """What the selector takes."""
        return {name: self.cleaned_data.get(name, "") for name in ("q", "form", "state", "source")}


class ExamplesForm(forms.Form):
    """Messages to learn from, one or many."""

    form = forms.ChoiceField(label=_("Là tin gì"))
    register = forms.CharField(
        label=_("Lối viết"), required=False, max_length=20, help_text=_("Ví dụ: trang trọng, không dấu, viết tắt.")
    )
    texts = forms.CharField(
        label=_("Nội dung"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "Nhiều tin thì cách nhau bằng một dòng trống. Số điện thoại, số tài khoản được xóa chữ số khi lưu."
        ),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["form"].choices = [_GENUINE, *form_choices()]  # type: ignore[attr-defined]  # a ChoiceField

    def facts(self) -> dict[str, Any]:
        """What the service takes, of a valid form."""
        given = self.cleaned_data
        texts = [part.strip() for part in given["texts"].replace("\r\n", "\n").split("\n\n") if part.strip()]
        return {"texts": texts, "form": form_coded(given["form"]), "register": given["register"]}


class TickedForm(forms.Form):
    """What to do with the ticked examples."""

    act = forms.ChoiceField(choices=[(name, name) for name in ("approve", "remove", "restore")])
    ids = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["ids"].choices = [(one, one) for one in data.getlist("ids") if one.isdigit()][:500]  # type: ignore[attr-defined]


class OfficialForm(forms.Form):
    """A message as it was really sent."""

    text = forms.CharField(label=_("Nội dung đã gửi"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    sender = forms.CharField(label=_("Người gửi"), max_length=120, help_text=_("Tên hiện trên máy người nhận."))
    channel = forms.CharField(label=_("Kênh"), required=False, max_length=40)
    sent_on = DateField(label=_("Gửi ngày"))
    until = DateField(label=_("Còn dùng đến hết ngày"), required=False)
    url = forms.URLField(label=_("Bản gốc trên mạng"), required=False, max_length=300, assume_scheme="https")

    def facts(self) -> OfficialData:
        """The facts, of a valid form."""
        return OfficialData(**self.cleaned_data)


class DoubtFilterForm(forms.Form):
    """Narrows the list of doubted verdicts."""

    state = forms.ChoiceField(label=_("Trạng thái"), required=False, choices=[_ALL, *Doubt.State.choices])
    thinks = forms.ChoiceField(label=_("Người dùng nghĩ"), required=False, choices=[_ALL, *Doubt.Thinks.choices])

    def wanted(self) -> dict[str, str]:
        """What the selector takes; a field at fault counts as left out."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("state", "thinks")}


class DoubtForm(forms.Form):
    """What becomes of a doubted verdict."""

    KEEP = "keep"

    form = forms.ChoiceField(label=_("Kết luận"))
    answer = forms.CharField(
        label=_("Ghi chú xem lại"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        choices = [(self.KEEP, _("Giữ nhận định")), _GENUINE, *form_choices()]
        self.fields["form"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def keeps(self) -> bool:
        """Whether the verdict stays."""
        return bool(self.cleaned_data["form"] == self.KEEP)

    def chosen(self) -> ScamForm | None:
        """The form it is an example of; None for a genuine message."""
        return form_coded(self.cleaned_data["form"])


class TryForm(forms.Form):
    """A message to look at with everything recognition sees."""

    text = forms.CharField(label=_("Nội dung tin"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))
