"""Forms of the register of acts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import DateField
from canhgiac.library.models import Law
from canhgiac.library.selectors.laws import MARKS, STATES, LawFilter, articles_of
from canhgiac.library.services.laws import CODE_LENGTH, LawData, LawRefused, articles_read

_ALL = ("", _("Tất cả"))


class LawFilterForm(forms.Form):
    """Narrows the list; a field at fault counts as left out."""

    q = forms.CharField(label=_("Tìm số, tên, nội dung"), required=False, max_length=200)
    state = forms.ChoiceField(label=_("Hiệu lực"), required=False, choices=[_ALL, *STATES])
    mark = forms.ChoiceField(label=_("Xác nhận"), required=False, choices=[_ALL, *MARKS])
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> LawFilter:
        """What the selector takes."""
        return LawFilter(**{name: self.cleaned_data.get(name, "") for name in ("q", "state", "mark")})

    @property
    def order(self) -> str:
        """The order asked for."""
        return self.cleaned_data.get("sort") or ""


class LawChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """An act by its number and name."""

    def label_from_instance(self, obj: Law) -> str:
        """Short enough for a list."""
        return f"{obj.number} · {obj.name[:80]}"


class LawForm(forms.Form):
    """The editor of an act. The code is given once; texts cite it ever after."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    code = forms.CharField(
        label=_("Mã"), max_length=CODE_LENGTH, help_text=_("Chữ hoa, số, gạch nối; ví dụ ND282-2025. Không đổi về sau.")
    )
    number = forms.CharField(label=_("Số, ký hiệu"), max_length=60, help_text=_("Ví dụ 282/2025/NĐ-CP."))
    name = forms.CharField(label=_("Tên"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    issued = DateField(label=_("Ngày ban hành"))
    from_day = DateField(label=_("Có hiệu lực từ"))
    until_day = DateField(
        label=_("Hết hiệu lực sau ngày"), required=False, help_text=_("Ngày cuối cùng còn hiệu lực. Để trống khi còn.")
    )
    successor = LawChoice(
        label=_("Thay bằng"), queryset=Law.objects.none(), required=False, empty_label=_("Chưa có văn bản thay")
    )
    articles = forms.CharField(
        label=_("Các điều được dẫn"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Mỗi dòng một điều: số điều | nội dung bằng lời của mình. Ví dụ: 174 | Lừa đảo chiếm đoạt tài sản."
        ),
    )
    to_review = forms.CharField(
        label=_("Cần đối chiếu"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Mỗi dòng một điều pháp chế còn phải xem lại."),
    )

    def __init__(self, data: Any = None, *, law: Law | None = None) -> None:
        super().__init__(data, initial=_told(law) if law else None)
        others = Law.objects.order_by("-from_day", "number")
        self.fields["successor"].queryset = others.exclude(pk=law.pk) if law else others  # type: ignore[attr-defined]
        if law is not None:
            self.fields["code"].disabled = True

    def clean_articles(self) -> dict[str, str]:
        """The articles, or what is wrong with which line."""
        try:
            return articles_read(self.cleaned_data["articles"])
        except LawRefused as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def facts(self) -> LawData:
        """What the service takes, of a valid form."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "to_review")}
        return LawData(**given, to_review=tuple(self.cleaned_data["to_review"].splitlines()))

    @property
    def seen(self) -> int:
        """The version the person saw."""
        return self.cleaned_data.get("version") or 0

    def refuse(self, refusal: LawRefused) -> None:
        """Shows what the service refused at its field."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def _told(law: Law) -> dict[str, Any]:
    """An act as the editor shows it."""
    held = {
        name: getattr(law, name) for name in ("version", "code", "number", "name", "issued", "from_day", "until_day")
    }
    articles = "\n".join(f"{row.article} | {row.says}" for row in articles_of(law))
    return held | {"successor": law.successor_id, "articles": articles, "to_review": "\n".join(law.to_review)}


class VersionForm(forms.Form):
    """The version a person saw when they acted."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
