"""Forms of many questions: the list's filter, a file of questions, what holds for all that are taken."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Audience
from canhgiac.library.models import Language, ScamForm
from canhgiac.library.selectors.examples import form_choices
from canhgiac.training.models import BankImport, Difficulty, QuestionEdition, QuestionKind
from canhgiac.training.selectors.questions import QuestionFilter
from canhgiac.training.services.questionimports import TakeData

from .questions import forms_or_none


def _all(choices: Any) -> list[tuple[Any, Any]]:
    return [("", _("Tất cả")), *choices]


def _forms_or_all() -> list[tuple[Any, Any]]:
    return _all(form_choices())


class QuestionFilterForm(forms.Form):
    """Narrows the list, kept in the address. Nonsense is left out, so that an old link still opens."""

    q = forms.CharField(label=_("Tìm, có dấu hoặc không"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Dạng"), required=False, choices=_all(QuestionKind.choices))
    form = forms.ChoiceField(label=_("Hình thức"), required=False, choices=_forms_or_all)
    audience = forms.ChoiceField(label=_("Đối tượng"), required=False, choices=_all(Audience.choices))
    difficulty = forms.ChoiceField(label=_("Độ khó"), required=False, choices=_all(Difficulty.choices))
    state = forms.ChoiceField(
        label=_("Trạng thái"),
        required=False,
        choices=[("", _("Đang dùng, đang soạn")), ("all", _("Tất cả")), *QuestionEdition.State.choices],
    )
    doubtful = forms.ChoiceField(
        label=_("Số liệu"), required=False, choices=[("", _("Tất cả")), ("1", _("Cần xem lại"))]
    )
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> QuestionFilter:
        """What the selector takes."""
        names = ("q", "kind", "form", "audience", "difficulty", "state")
        told = {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}
        return QuestionFilter(**told, doubtful=bool(self.cleaned_data.get("doubtful")))

    @property
    def order(self) -> str:
        """The order asked for."""
        return self.cleaned_data.get("sort") or ""


class ImportForm(forms.Form):
    """A file of questions."""

    file = forms.FileField(label=_("Tệp GIFT, QTI 2.1 hoặc XLSX"))
    format = forms.ChoiceField(
        label=_("Định dạng"), required=False, choices=[("", _("Tự nhận ra")), *BankImport.Format.choices]
    )


class TakeForm(forms.Form):
    """What holds for all the questions that are taken."""

    form = forms.ChoiceField(label=_("Hình thức lừa đảo"), required=False, choices=forms_or_none)
    difficulty = forms.TypedChoiceField(
        label=_("Độ khó dự kiến"), coerce=int, choices=Difficulty.choices, initial=Difficulty.MEDIUM
    )
    language = forms.ChoiceField(label=_("Ngôn ngữ"), choices=Language.choices, initial=Language.VI)
    audiences = forms.MultipleChoiceField(
        label=_("Đối tượng"), required=False, widget=forms.CheckboxSelectMultiple, choices=Audience.choices
    )

    @property
    def chosen(self) -> set[int]:
        """Places of the ticked questions."""
        given = self.data.getlist("cau") if isinstance(self.data, QueryDict) else []
        return {int(one) for one in given if one.isdecimal() and len(one) < 6}

    def facts(self) -> TakeData:
        """What the service takes, of a valid form."""
        told = self.cleaned_data
        code = told["form"]
        return TakeData(
            form=ScamForm.objects.filter(code=code).first() if code else None,
            audiences=tuple(told["audiences"]),
            difficulty=told["difficulty"],
            language=told["language"],
        )
