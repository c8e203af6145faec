"""The editor of a scam form and the filter of the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Audience
from canhgiac.library.models import FormEdition, Group, Rule, Situation
from canhgiac.library.selectors.differences import speakers
from canhgiac.library.selectors.editions import laws_of
from canhgiac.library.selectors.shelf import NEEDS, STATES, FormFilter
from canhgiac.library.services.editions import EditionRefused
from canhgiac.library.services.forms import FormData

BAR = " | "
"""Parts the columns of a line: "Bắt giữ bí mật | Họ cấm bạn kể với người nhà"."""


class RowsField(forms.CharField):
    """A list, one row a line, its columns parted by a bar. With JavaScript the lines become rows to move and remove."""

    def __init__(self, *, columns: Sequence[Any] = (), choices: bool = False, rows: int = 5, **given: Any) -> None:
        given.setdefault("required", False)
        super().__init__(max_length=20_000, widget=forms.Textarea(attrs={"rows": rows, "data-rows": ""}), **given)
        self.columns = tuple(columns)
        self.widget.attrs["data-columns"] = len(self.columns) or 1
        self.has_choices = choices

    def prepare_value(self, value: Any) -> Any:
        """Rows as lines; typed text as it is."""
        if isinstance(value, list | tuple):
            return "\n".join(BAR.join(row).rstrip(" |") if isinstance(row, list | tuple) else row for row in value)
        return value

    def clean(self, value: Any) -> Any:
        """Rows with as many columns as the field has; a plain list of sentences when it has one."""
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip(" |")]
        if len(self.columns) <= 1:
            return tuple(lines)
        return tuple(self._row(line) for line in lines)

    def _row(self, line: str) -> tuple[str, ...]:
        parts = [part.strip() for part in line.split("|", len(self.columns) - 1)]
        return (*parts, *[""] * (len(self.columns) - len(parts)))


def _many(label: Any, choices: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, help_text=help_text
    )


def _text(label: Any, rows: int, most: int, *, needed: bool = False, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, required=needed, widget=widget, help_text=help_text)


class ScamFormForm(forms.Form):
    """Everything a form says."""

    name = forms.CharField(label=gettext_lazy("Tên"), max_length=120)
    short = forms.CharField(
        label=gettext_lazy("Một dòng"),
        max_length=90,
        required=False,
        help_text=gettext_lazy("Hiện trong danh sách: kẻ xấu làm gì, trong một câu."),
    )
    group = forms.ChoiceField(label=gettext_lazy("Nhóm"), choices=Group.choices)
    is_new = forms.BooleanField(label=gettext_lazy("Mới nổi: hiện ở đầu danh sách"), required=False)
    summary = _text(gettext_lazy("Tóm tắt"), 3, 2000, needed=True)
    truth = _text(
        gettext_lazy("Sự thật"),
        2,
        2000,
        help_text=gettext_lazy("Cơ quan, công ty thật không bao giờ làm điều gì."),
    )
    signs = RowsField(label=gettext_lazy("Dấu hiệu nhận ra"), columns=("title", "text"), rows=6)
    happens = RowsField(label=gettext_lazy("Diễn ra thế nào, từng bước"), rows=6)
    talk = RowsField(label=gettext_lazy("Đoạn thoại"), columns=("who", "text", "note"), choices=True, rows=6)
    before = RowsField(label=gettext_lazy("Để không mắc"))
    during = RowsField(label=gettext_lazy("Đang gặp thì làm"))
    dont = RowsField(label=gettext_lazy("Đừng làm"))
    after = RowsField(label=gettext_lazy("Lỡ rồi thì làm"))
    situations = _many(
        gettext_lazy("Tình huống"), Situation.choices, gettext_lazy("Người dân tìm theo điều đang xảy ra với họ.")
    )
    targets = _many(gettext_lazy("Nhắm vào ai"), Audience.choices)
    breaks = _many(gettext_lazy("Phá điều nào của “4 không, 2 phải”"), Rule.choices)
    laws = RowsField(label=gettext_lazy("Căn cứ pháp luật"), columns=("code", "article"), rows=3)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    MAIN = ("name", "short", "group", "is_new", "summary", "truth")
    LISTS = ("signs", "happens", "talk", "before", "during", "dont", "after")
    PLACE = ("situations", "targets", "breaks", "laws")

    def clean_talk(self) -> tuple[dict[str, str], ...]:
        """Lines with the speaker's code; a line without a known speaker is the stranger's."""
        codes = {word.casefold(): code for code, word in speakers().items()}
        found = []
        for who, text, note in self.cleaned_data["talk"]:
            code = codes.get(who.casefold())
            if code is None and text:
                raise forms.ValidationError(
                    _("Mỗi câu thoại bắt đầu bằng người nói: %s.") % ", ".join(speakers().values())
                )
            found.append({"who": code or "stranger", "text": text or who, "note": note})
        return tuple(found)

    def facts(self) -> FormData:
        """What was typed, of a valid form."""
        return FormData(**self._content(), laws=self.cleaned_data["laws"])

    def typed(self) -> FormEdition:
        """An unsaved edition of what was typed so far, the fields at fault left out: for the preview."""
        if not self.is_bound:
            return FormEdition()
        self.is_valid()
        return FormEdition(**{name: _held(value) for name, value in self._content().items()})

    def typed_or(self, edition: FormEdition | None) -> FormEdition:
        """What the preview starts with: what was typed, else the edition."""
        return self.typed() if self.is_bound or edition is None else edition

    def _content(self) -> dict[str, Any]:
        data = self.cleaned_data
        signs = data.get("signs", ())
        named = any(title and text for title, text in signs)
        content = {name: data[name] for name in FormEdition.CONTENT if name in data and name != "signs"}
        content["signs"] = tuple(text or title for title, text in signs)
        content["sign_titles"] = tuple(title if text else "" for title, text in signs) if named else ()
        return content | {name: tuple(content.get(name, ())) for name in ("situations", "targets", "breaks")}

    def refuse(self, refusal: EditionRefused) -> None:
        """Shows what the service refused at its field."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    def acknowledge(self, version: int) -> None:
        """The person is shown this newer version now: the next save takes it into account."""
        given = QueryDict(mutable=True)
        for name in self.data:
            given.setlist(name, self.data.getlist(name) if isinstance(self.data, QueryDict) else [self.data[name]])
        given["version"] = str(version)
        self.data = given

    @property
    def seen(self) -> int:
        """The version the person saw."""
        return self.cleaned_data.get("version") or 0


def _held(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def initial_of(edition: FormEdition) -> dict[str, Any]:
    """An edition as the editor shows it."""
    words = speakers()
    found = {name: getattr(edition, name) for name in FormEdition.CONTENT}
    return found | {
        "signs": [[title, sign] if title else [sign] for title, sign in edition.signs_shown],
        "talk": [[words.get(line["who"], ""), line["text"], line.get("note", "")] for line in edition.talk],
        "laws": [list(cited) for cited in laws_of(edition)],
        "version": edition.version,
    }


def _all(choices: Any) -> list[tuple[str, Any]]:
    return [("", gettext_lazy("Tất cả")), *choices]


class FormFilterForm(forms.Form):
    """What the list of forms is narrowed to. A field that makes no sense is left out."""

    q = forms.CharField(label=gettext_lazy("Tìm, có dấu hoặc không"), required=False, max_length=200)
    group = forms.ChoiceField(label=gettext_lazy("Nhóm"), required=False, choices=_all(Group.choices))
    state = forms.ChoiceField(label=gettext_lazy("Trạng thái"), required=False, choices=_all(STATES))
    needs = forms.ChoiceField(label=gettext_lazy("Cần để ý"), required=False, choices=_all(NEEDS))
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> FormFilter:
        """The filter, without the fields at fault."""
        return FormFilter(**{name: value for name, value in self.cleaned_data.items() if name != "sort"})

    @property
    def order(self) -> str:
        """The order asked for."""
        return str(self.cleaned_data.get("sort") or "")
