"""The second person's decision, a withdrawal, a confirmation, the filter of the publication log."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from canhgiac.agencies.forms.fields import DateField
from canhgiac.kit import clock
from canhgiac.library.models import Checklist, PublicationEntry
from canhgiac.library.selectors.publications import PublicationFilter
from canhgiac.library.services.editions import CHECK_NOTE_LENGTH, NOTE_LENGTH, REASON_LENGTH, EditionRefused
from canhgiac.library.services.statements import SOURCE_LENGTH

HALF_YEAR = dt.timedelta(days=182)


class ChecklistForm(forms.Form):
    """The second person's answers: each point of the checklist with a box and a note."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for point in Checklist:
            self.fields[f"ok_{point.value}"] = forms.BooleanField(label=point.label, required=False)
            self.fields[f"note_{point.value}"] = forms.CharField(
                label=gettext_lazy("Ghi chú"), required=False, max_length=CHECK_NOTE_LENGTH
            )

    @property
    def points(self) -> list[tuple[Checklist, forms.BoundField, forms.BoundField]]:
        """Each point of the checklist with its box and its note."""
        return [(point, self[f"ok_{point.value}"], self[f"note_{point.value}"]) for point in Checklist]

    def checklist(self) -> dict[str, dict[str, Any]]:
        """The answers as the services take them."""
        data = self.cleaned_data
        return {
            point.value: {"ok": data[f"ok_{point.value}"], "note": data[f"note_{point.value}"]} for point in Checklist
        }


class ReviewForm(ChecklistForm):
    """The checklist, the days and the word of the second person."""

    review_by = DateField(
        label=gettext_lazy("Xem lại trước ngày"),
        help_text=gettext_lazy("Qua ngày này bài vẫn đăng, trang ghi là đang chờ xem lại."),
    )
    expires_on = DateField(
        label=gettext_lazy("Hết hạn sau ngày"),
        required=False,
        help_text=gettext_lazy("Để trống nếu không tự hết hạn."),
    )
    note = forms.CharField(
        label=gettext_lazy("Ý kiến"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Bắt buộc khi trả lại: cần sửa gì."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        given = {"review_by": clock.today() + HALF_YEAR} | (initial or {})
        super().__init__(data, initial=given)
        self.fields["review_by"].required = data is None or data.get("act") != "return"

    def refuse(self, refusal: EditionRefused) -> None:
        """Shows what the service refused at its field."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class WithdrawForm(forms.Form):
    """Why a text is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Lý do thu hồi"), max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )


class StatementForm(forms.Form):
    """A statement, and by what it was confirmed."""

    statement = forms.CharField(max_length=1000)
    source = forms.CharField(label=gettext_lazy("Nguồn đã đối chiếu"), max_length=SOURCE_LENGTH)


class StatementAddForm(forms.Form):
    """A statement to be confirmed."""

    statement = forms.CharField(label=gettext_lazy("Điều cần xác nhận"), max_length=SOURCE_LENGTH)


class VersionForm(forms.Form):
    """The version that was seen."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)


def _all(choices: Any) -> list[tuple[str, Any]]:
    return [("", gettext_lazy("Tất cả")), *choices]


class PublicationFilterForm(forms.Form):
    """What the log is narrowed to. A field that makes no sense is left out."""

    q = forms.CharField(label=gettext_lazy("Tìm"), required=False, max_length=200)
    act = forms.ChoiceField(label=gettext_lazy("Việc"), required=False, choices=_all(PublicationEntry.Act.choices))
    kind = forms.ChoiceField(
        label=gettext_lazy("Loại"),
        required=False,
        choices=_all([("form", gettext_lazy("Hình thức")), ("material", gettext_lazy("Tài liệu"))]),
    )
    since = DateField(label=gettext_lazy("Từ ngày"), required=False)
    until = DateField(label=gettext_lazy("Đến ngày"), required=False)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> PublicationFilter:
        """The filter, without the fields at fault."""
        return PublicationFilter(**{name: value for name, value in self.cleaned_data.items() if name != "sort"})

    @property
    def order(self) -> str:
        """The order asked for."""
        return str(self.cleaned_data.get("sort") or "")
