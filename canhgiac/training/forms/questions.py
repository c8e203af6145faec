"""Forms of one question: the editor, the second person's decision, a withdrawal."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import DateField
from canhgiac.agencies.models import Audience, Member
from canhgiac.engines.quizzes.items import LOOKS, TEXT_MOST, Item, ItemRefused, Kind, Shown, item_check
from canhgiac.kit.numbers import number_read
from canhgiac.library.forms.editions import ChecklistForm
from canhgiac.library.models import Language, ScamForm
from canhgiac.library.selectors.examples import form_choices
from canhgiac.training.models import Difficulty, QuestionEdition, QuestionKind
from canhgiac.training.selectors.banktext import PICTURE_SALT, picture_signed
from canhgiac.training.selectors.questions import item_of_edition
from canhgiac.training.services.questions import NOTE_LENGTH, REASON_LENGTH, QuestionData, picture_store
from canhgiac.training.services.refusals import TrainingRefused

from .questionrows import (
    LISTS,
    Table,
    lines_of,
    options_of,
    rows_changed,
    rows_of,
    rows_posted,
    spots_of,
    tables_of,
    texts,
)

LAST_VERSION = 2**31 - 1
_LOOKS = [
    ("sms", _("Tin nhắn SMS")),
    ("zalo", _("Tin nhắn Zalo")),
    ("messenger", _("Tin nhắn Messenger")),
    ("email", _("Thư điện tử")),
    ("call", _("Cuộc gọi")),
    ("web", _("Trang web")),
    ("paper", _("Giấy, công văn")),
]
FIELDS_OF = {
    "true_false": ("truth",),
    "verdict": ("verdict", "look", "sender", "subject"),
    "short": ("number", "tolerance"),
}
"""The fields that only one kind of question has."""
OWN = tuple(name for names in FIELDS_OF.values() for name in names)
PLACES = {
    "options": {"order": "steps", "match": "pairs"},
    "right": {"true_false": "truth", "verdict": "verdict", "hotspot": "spots"},
    "shown": {"verdict": "lines"},
    "accepted": {"short": "accepted"},
    "tolerance": {"short": "tolerance"},
}
"""Where the page shows what the engine finds at a part, by kind; else at "options" or at the part's own name."""


def forms_or_none() -> list[tuple[str, Any]]:
    """The scam forms to choose one of, or none."""
    return [("", _("Không gắn hình thức nào")), *form_choices()]


class VersionForm(forms.Form):
    """An act on what the reader saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LAST_VERSION)
    was_stale = False
    """Whether somebody else had saved since the person opened the page."""

    def refuse(self, refusal: TrainingRefused) -> None:
        """Shows why the service refused, at the field at fault; after a stale one the next try is knowing."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
        if refusal.version:
            self.was_stale = True
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["version"] = str(refusal.version)  # type: ignore[index]


class WithdrawQuestionForm(forms.Form):
    """Why a question is taken out of use."""

    reason = forms.CharField(
        label=_("Lý do thu hồi"), max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )


class DecisionForm(ChecklistForm, VersionForm):
    """The checklist and the word of the second person."""

    review_by = DateField(
        label=_("Xem lại trước ngày"),
        required=False,
        help_text=_("Để trống nếu câu hỏi không phụ thuộc luật, số liệu."),
    )
    note = forms.CharField(
        label=_("Ý kiến"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Bắt buộc khi trả lại: cần sửa gì."),
    )


class QuestionForm(VersionForm):
    """The editor: common fields, the fields and lists of the question's kind. Nothing typed is lost when it is refused.

    Unbound with what was typed (``typed``) it shows no errors: rows were added or moved, or the kind was changed.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=LAST_VERSION)
    kind = forms.ChoiceField(label=_("Dạng câu hỏi"), choices=QuestionKind.choices)
    prompt = forms.CharField(
        label=_("Câu hỏi"), max_length=TEXT_MOST, widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"})
    )
    truth = forms.ChoiceField(
        label=_("Câu này"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("true", _("Đúng")), ("false", _("Sai"))],
    )
    verdict = forms.ChoiceField(
        label=_("Tin này"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("scam", _("Là lừa đảo")), ("genuine", _("Là tin thật"))],
    )
    look = forms.ChoiceField(label=_("Vẽ như"), required=False, choices=_LOOKS)
    sender = forms.CharField(label=_("Người gửi, số gọi đến"), required=False, max_length=120)
    subject = forms.CharField(label=_("Tiêu đề thư, tên trang"), required=False, max_length=200)
    number = forms.CharField(
        label=_("Hoặc một số"),
        required=False,
        max_length=40,
        help_text=_("Ghi số này thì các cách trả lời bằng chữ bị bỏ qua."),
    )
    tolerance = forms.CharField(label=_("Sai số cho phép"), required=False, max_length=40)
    picture_file = forms.FileField(label=_("Hình"), required=False)
    picture = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    explanation = forms.CharField(
        label=_("Giải thích"),
        required=False,
        max_length=TEXT_MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Hiện sau khi trả lời: vì sao, và nên làm gì."),
    )
    form = forms.ChoiceField(label=_("Hình thức lừa đảo"), required=False, choices=forms_or_none)
    audiences = forms.MultipleChoiceField(
        label=_("Đối tượng"), required=False, widget=forms.CheckboxSelectMultiple, choices=Audience.choices
    )
    difficulty = forms.TypedChoiceField(
        label=_("Độ khó dự kiến"), coerce=int, choices=Difficulty.choices, initial=Difficulty.MEDIUM
    )
    language = forms.ChoiceField(label=_("Ngôn ngữ"), choices=Language.choices, initial=Language.VI)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        by: Member | None = None,
        edition: QuestionEdition | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.by, self.faults, self.focus = by, dict[str, str](), ("", -1, "")
        self.rows = rows_of(item_of_edition(edition)) if edition else {}
        super().__init__(data, files, initial=_told(edition) if edition else initial)
        if data is not None:
            self.rows = rows_posted(data)
        self._need_own()

    def _need_own(self) -> None:
        """What a kind cannot do without is not called optional."""
        for name, kind in (("truth", QuestionKind.TRUE_FALSE), ("verdict", QuestionKind.VERDICT)):
            self.fields[name].required = self.shown_kind == kind
        held = (self.data if self.is_bound else self.initial).get("picture")
        self.fields["picture_file"].required = self.shown_kind == QuestionKind.HOTSPOT and not held

    @classmethod
    def typed(cls, data: QueryDict, files: MultiValueDict[str, Any] | None = None, *, by: Member) -> QuestionForm:
        """What was typed so far, with the act on a row that was asked for done; no field is judged."""
        initial = {name: data.get(name, "") for name in cls.base_fields if name != "picture_file"}
        form = cls(by=by, initial=initial | {"audiences": data.getlist("audiences")})
        form.rows = rows_posted(data)
        form.focus = rows_changed(form.rows, data.get("row", ""))
        if files and files.get("picture_file"):
            form._take(files["picture_file"])
        return form

    def _value(self, name: str) -> str:
        value = self[name].value()
        return "" if value is None else str(value).replace("\r\n", "\n")

    # The picture -------------------------------------------------------------------------------------------------

    def _take(self, upload: Any) -> None:
        """Keeps the picture at once, so that a refusal for another reason does not lose it."""
        assert self.by is not None
        try:
            told = signing.dumps(picture_store(by=self.by, data=upload.read()), salt=PICTURE_SALT)
        except TrainingRefused as refusal:
            self.faults["picture"] = str(refusal)
            return
        if self.is_bound:
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["picture"] = told  # type: ignore[index]
        self.initial["picture"] = told

    @property
    def picture_sha256(self) -> str:
        """The digest of the picture that was uploaded by this page or before; empty where there is none."""
        return picture_signed(self._value("picture"))

    # The item ----------------------------------------------------------------------------------------------------

    @property
    def shown_kind(self) -> str:
        """The kind whose fields the page shows."""
        value = self._value("kind")
        return value if value in QuestionKind.values else QuestionKind.SINGLE.value

    def item(self) -> Item:
        """What was typed as an item, whole or not. Raises ItemRefused for numbers that are none."""
        kind = cast(Kind, self.shown_kind)
        common = {
            "kind": kind,
            "prompt": self._value("prompt").strip(),
            "explanation": self._value("explanation").strip(),
        }
        return Item(**common, **_PARTS[kind](self))  # type: ignore[arg-type]

    def clean(self) -> dict[str, Any]:
        """The item checked whole; what is at fault is told where it stands."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if upload := self.files.get("picture_file"):
            self._take(upload)
        if "picture" in self.faults:
            self.add_error("picture_file", self.faults["picture"])
        if "prompt" in data and "kind" in data:
            try:
                item_check(self.item())
            except ItemRefused as refusal:
                self._fault(refusal.part, refusal.reason)
        return data

    def _fault(self, part: str, reason: str) -> None:
        places = PLACES.get(part, {})
        place = places.get(self.shown_kind) or ("options" if part in ("options", "right") else part)
        field = {"picture": "picture_file"}.get(place, place)
        if field in self.fields:
            if not self.has_error(field):
                self.add_error(field, reason)
            return
        self.faults[place] = reason
        self.add_error(None, reason)

    def refuse(self, refusal: TrainingRefused) -> None:
        """Shows why the service refused, where it stands."""
        if refusal.version:
            super().refuse(refusal)
        else:
            self._fault(refusal.field, str(refusal))

    def facts(self) -> QuestionData:
        """What the service takes, of a valid form."""
        told = self.cleaned_data
        code = told["form"]
        return QuestionData(
            item=self.item(),
            form=ScamForm.objects.filter(code=code).first() if code else None,
            audiences=tuple(told["audiences"]),
            difficulty=told["difficulty"],
            language=told["language"],
            picture_sha256=self.picture_sha256 if told["kind"] == QuestionKind.HOTSPOT else "",
        )

    @property
    def seen(self) -> int:
        """The version the person saw."""
        return self.cleaned_data.get("version") or 0

    # What the template draws -------------------------------------------------------------------------------------

    @property
    def tables(self) -> list[Table]:
        """The lists of this kind."""
        return tables_of(self.shown_kind, self.rows, self.faults, self.focus)

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The fields that only this kind has."""
        return [self[name] for name in FIELDS_OF.get(self.shown_kind, ())]

    @property
    def kept_fields(self) -> list[forms.BoundField]:
        """The fields of other kinds, carried along unseen: who changes the kind and back loses nothing."""
        return [self[name] for name in OWN if name not in FIELDS_OF.get(self.shown_kind, ())]

    @property
    def kept_rows(self) -> list[tuple[str, str]]:
        """Name and value of the inputs of other kinds' lists."""
        shown = {table.rows.name for table in self.tables}
        held = [(LISTS[name], row) for name, rows in self.rows.items() if name not in shown for row in rows]
        return [(f"{one.name}.{column.name}", row.get(column.name, "")) for one, row in held for column in one.columns]

    @property
    def general_errors(self) -> list[str]:
        """What no field or list shows."""
        at_lists = set(self.faults.values())
        return [str(one) for one in self.non_field_errors() if str(one) not in at_lists]


def _told(edition: QuestionEdition) -> dict[str, Any]:
    """An edition as the editor shows it."""
    item = item_of_edition(edition)
    names = ("version", "kind", "prompt", "explanation", "audiences", "difficulty", "language")
    told: dict[str, Any] = {name: getattr(edition, name) for name in names}
    told["form"] = edition.form.code if edition.form else ""
    if item.kind in ("true_false", "verdict"):
        told["truth" if item.kind == "true_false" else "verdict"] = item.right[0]
    if item.shown:
        told |= {"look": item.shown.look, "sender": item.shown.sender, "subject": item.shown.subject}
    if item.number is not None:
        told |= {"number": _number_words(item.number), "tolerance": _number_words(item.tolerance)}
    if edition.picture_sha256:
        told["picture"] = signing.dumps(edition.picture_sha256, salt=PICTURE_SALT)
    return told


def _number_words(value: float) -> str:
    return f"{value:.10f}".rstrip("0").rstrip(".").replace(".", ",")


def _number(form: QuestionForm, name: str) -> float | None:
    text = form._value(name).strip()
    if not text:
        return None
    try:
        return float(number_read(text))
    except ValueError as error:
        raise ItemRefused(gettext("“%s” không phải là một số.") % text, name) from error


def _choice_parts(form: QuestionForm) -> dict[str, Any]:
    options, right = options_of(form.rows.get("options", ()))
    return {"options": options, "right": right}


def _spot_parts(form: QuestionForm) -> dict[str, Any]:
    try:
        spots, right = spots_of(form.rows.get("spots", ()))
    except ValueError as error:
        raise ItemRefused(
            gettext("Mỗi vùng cần tên và bốn số nguyên: từ trái, từ trên, rộng, cao."), "spots"
        ) from error
    return {"spots": spots, "right": right}


def _verdict_parts(form: QuestionForm) -> dict[str, Any]:
    look = next((one for one in LOOKS if one == form._value("look")), LOOKS[0])
    shown = Shown(
        look, form._value("sender").strip(), lines_of(form.rows.get("lines", ())), form._value("subject").strip()
    )
    right = (form._value("verdict"),) if form._value("verdict") else ()
    return {"shown": shown, "right": right, "marks": texts(form.rows.get("marks", ()))}


def _short_parts(form: QuestionForm) -> dict[str, Any]:
    number = _number(form, "number")
    tolerance = 0.0 if number is None else _number(form, "tolerance") or 0.0
    return {"accepted": texts(form.rows.get("accepted", ())), "number": number, "tolerance": tolerance}


_PARTS = {
    "single": _choice_parts,
    "multiple": _choice_parts,
    "true_false": lambda form: {"right": (form._value("truth"),) if form._value("truth") else ()},
    "order": lambda form: {"options": options_of(form.rows.get("steps", ()))[0]},
    "match": lambda form: {
        "options": options_of(form.rows.get("pairs", ()))[0],
        "extra": texts(form.rows.get("extra", ())),
    },
    "verdict": _verdict_parts,
    "hotspot": _spot_parts,
    "short": _short_parts,
}
