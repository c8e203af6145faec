"""Forms of papers: the list's filter, and the editor with its fixed questions and drawn parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Agency, Audience, Member
from canhgiac.library.models import ScamForm
from canhgiac.library.selectors.examples import form_choices
from canhgiac.training.models import Difficulty, Paper, QuestionEdition
from canhgiac.training.selectors import papers as reads
from canhgiac.training.services.papers import (
    POINTS_MOST,
    QUESTIONS_MOST,
    SECONDS_LEAST,
    SECONDS_MOST,
    TITLE_LENGTH,
    DrawData,
    PaperData,
)
from canhgiac.training.services.refusals import TrainingRefused

_ALL = gettext_lazy("Tất cả")
_MINUTE = 60


class PaperFilterForm(forms.Form):
    """Narrows the list, kept in the address; nonsense is left out."""

    q = forms.CharField(label=gettext_lazy("Tên đề"), required=False, max_length=100)
    purpose = forms.ChoiceField(
        label=gettext_lazy("Dùng để"), required=False, choices=[("", _ALL), *Paper.Purpose.choices]
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Trạng thái"), required=False, choices=[("", _ALL), *Paper.State.choices]
    )
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def wanted(self) -> reads.PaperFilter:
        """What the selector takes."""
        self.is_valid()
        told = self.cleaned_data
        return reads.PaperFilter(**{name: told[name] for name in ("q", "purpose", "state") if told.get(name)})

    @property
    def order(self) -> str:
        """The order asked for."""
        self.is_valid()
        return str(self.cleaned_data.get("sort") or "")


class PaperForm(forms.Form):
    """The rules of a paper; what it asks is in the rows of ``PaperEditor``."""

    title = forms.CharField(label=gettext_lazy("Tên đề"), max_length=TITLE_LENGTH)
    purpose = forms.ChoiceField(label=gettext_lazy("Dùng để"), choices=Paper.Purpose.choices)
    agency = forms.ChoiceField(label=gettext_lazy("Của đơn vị"), required=False)
    minutes = forms.DecimalField(
        label=gettext_lazy("Thời gian làm (phút)"),
        required=False,
        min_value=Decimal(SECONDS_LEAST) / _MINUTE,
        max_value=SECONDS_MOST // _MINUTE,
        max_digits=6,
        decimal_places=2,
        localize=True,
        help_text=gettext_lazy("Để trống là không hạn giờ. Giờ tính trên máy chủ."),
    )
    pass_percent = forms.IntegerField(label=gettext_lazy("Điểm đạt (%)"), min_value=0, max_value=100, initial=70)
    sittings_allowed = forms.IntegerField(
        label=gettext_lazy("Số lần được làm"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=gettext_lazy("Để trống là bao nhiêu lần cũng được."),
    )
    feedback = forms.ChoiceField(
        label=gettext_lazy("Cho biết đáp án"), choices=Paper.Feedback.choices, initial=Paper.Feedback.END
    )
    shuffle_questions = forms.BooleanField(label=gettext_lazy("Đảo thứ tự câu hỏi"), required=False, initial=True)
    shuffle_options = forms.BooleanField(label=gettext_lazy("Đảo thứ tự phương án"), required=False, initial=True)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, data: QueryDict | None, *, member: Member, paper: Paper | None) -> None:
        super().__init__(data, initial=_told(paper) if paper else None)
        held = reads.agencies_to_make_for(member)
        if paper is not None and paper.agency is not None and paper.agency.pk not in dict(held):
            held.append((paper.agency.pk, paper.agency.name))
        whole = [("", _("Toàn tỉnh"))] if reads.may_make(member, Paper(agency=None)) else []
        self.fields["agency"].choices = [*whole, *held]  # type: ignore[attr-defined]

    def refuse(self, refusal: TrainingRefused) -> None:
        """Shows why the service refused; nothing typed is lost."""
        place = {"seconds": "minutes"}.get(refusal.field, refusal.field)
        self.add_error(place if place in self.fields else None, str(refusal))
        if refusal.version:
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["version"] = str(refusal.version)  # type: ignore[index]


def _told(paper: Paper) -> dict[str, Any]:
    names = ("title", "purpose", "pass_percent", "sittings_allowed", "feedback", "shuffle_questions", "shuffle_options")
    told = {name: getattr(paper, name) for name in (*names, "version")}
    minutes = Decimal(paper.seconds) / _MINUTE if paper.seconds else None
    return told | {"agency": paper.agency_id or "", "minutes": minutes.normalize() if minutes else None}


@dataclass(slots=True)
class QuestionRow:
    """One fixed question in the editor."""

    question: int
    points: int
    edition: QuestionEdition | None = None


@dataclass(slots=True)
class DrawRow:
    """One drawn part in the editor, with how many questions fit it now."""

    count: int = 5
    form: str = ""
    audience: str = ""
    difficulty: str = ""
    points: int = 1
    fitting: int = 0

    @property
    def is_short(self) -> bool:
        """Whether the bank holds too few, whatever the other parts take."""
        return self.fitting < self.count


@dataclass(slots=True)
class PaperEditor:
    """Everything on the editor's page. Buttons named ``viec`` change the rows and save nothing."""

    form: PaperForm
    rows: list[QuestionRow]
    draws: list[DrawRow]
    search: str = ""
    found: list[QuestionEdition] = field(default_factory=list)
    act: str = ""

    @property
    def count(self) -> int:
        """How many questions a sitting would have."""
        return len(self.rows) + sum(draw.count for draw in self.draws)

    @property
    def forms(self) -> list[tuple[str, Any]]:
        """Scam forms to draw from."""
        return [("", _("Mọi hình thức")), *form_choices()]

    @property
    def audiences(self) -> list[tuple[str, Any]]:
        """Readers to draw for."""
        return [("", _("Mọi đối tượng")), *Audience.choices]

    @property
    def difficulties(self) -> list[tuple[str, Any]]:
        """Difficulties to draw."""
        return [("", _("Mọi độ khó")), *((str(one.value), one.label) for one in Difficulty)]

    def data(self) -> PaperData:
        """What the service takes. The form must hold. Raises TrainingRefused for a form that is no more."""
        told = self.form.cleaned_data
        names = ("title", "purpose", "pass_percent", "sittings_allowed", "feedback")
        known = {one.code: one for one in ScamForm.objects.filter(code__in=[draw.form for draw in self.draws])}
        if any(draw.form and draw.form not in known for draw in self.draws):
            raise TrainingRefused(_("Có phần bốc chọn hình thức không còn. Chọn lại."))
        return PaperData(
            **{name: told[name] for name in names},
            shuffle_questions=told["shuffle_questions"],
            shuffle_options=told["shuffle_options"],
            agency=Agency.objects.get(pk=told["agency"]) if told["agency"] else None,
            seconds=int(told["minutes"] * _MINUTE) if told["minutes"] else None,
            questions=tuple((row.question, row.points) for row in self.rows),
            draws=tuple(
                DrawData(
                    count=draw.count,
                    form=known.get(draw.form),
                    audience=draw.audience,
                    difficulty=int(draw.difficulty) if draw.difficulty else None,
                    points=draw.points,
                )
                for draw in self.draws
            ),
        )


def editor_of(data: QueryDict | None, *, member: Member, paper: Paper | None) -> PaperEditor:
    """The editor as posted, with what its button asked for done; without data as the paper stands."""
    form = PaperForm(data, member=member, paper=paper)
    editor = PaperEditor(form, *(_posted(data) if data is not None else _kept(paper)))
    if data is not None:
        editor.act = data.get("viec", "")
        editor.search = data.get("tim", "")[:100]
        _acted(editor)
    if editor.search:
        held = {row.question for row in editor.rows}
        editor.found = [one for one in reads.editions_by_words(editor.search) if one.question_id not in held]
    editions = reads.editions_named([row.question for row in editor.rows])
    editor.rows = [row for row in editor.rows if row.question in editions]
    for row in editor.rows:
        row.edition = editions[row.question]
    for draw in editor.draws:
        form_id = ScamForm.objects.filter(code=draw.form).values_list("pk", flat=True).first() if draw.form else None
        difficulty = int(draw.difficulty) if draw.difficulty else None
        fitting = reads.editions_fitting(form_id=form_id, audience=draw.audience, difficulty=difficulty)
        draw.fitting = fitting.exclude(question__in=[row.question for row in editor.rows]).count()
    return editor


def _kept(paper: Paper | None) -> tuple[list[QuestionRow], list[DrawRow]]:
    if paper is None:
        return [], []
    draws = paper.draws.select_related("form").order_by("pk")
    return (
        [QuestionRow(row.question_id, row.points) for row in paper.items.order_by("position", "pk")],
        [
            DrawRow(
                draw.count,
                draw.form.code if draw.form else "",
                draw.audience,
                "" if draw.difficulty is None else str(draw.difficulty),
                draw.points,
            )
            for draw in draws
        ],
    )


def _posted(data: QueryDict) -> tuple[list[QuestionRow], list[DrawRow]]:
    rows = [
        QuestionRow(_whole(one), _whole(data.get(f"diem_{one}", "1"), POINTS_MOST) or 1)
        for one in dict.fromkeys(data.getlist("cau"))
        if _whole(one)
    ]
    parts = zip(
        *(data.getlist(f"phan_{name}") for name in ("so", "hinh_thuc", "doi_tuong", "do_kho", "diem")), strict=False
    )
    draws = [
        DrawRow(
            _whole(count, QUESTIONS_MOST) or 1,
            form[:10],
            audience if audience in Audience.values else "",
            difficulty if difficulty in map(str, Difficulty.values) else "",
            _whole(points, POINTS_MOST) or 1,
        )
        for count, form, audience, difficulty, points in parts
    ]
    return rows, draws


def _whole(text: str, most: int = 2**53) -> int:
    """A whole number from 0 to ``most``; 0 for anything else."""
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _acted(editor: PaperEditor) -> None:
    """Does with the rows what the pressed button says: "them:12", "bo:12", "len:12", "them-phan", "bo-phan:0" …"""
    act, _colon, told = editor.act.partition(":")
    number = _whole(told)
    at = next((place for place, row in enumerate(editor.rows) if row.question == number), None)
    if act == "them" and at is None and number:
        editor.rows.append(QuestionRow(number, 1))
    elif act == "bo" and at is not None:
        del editor.rows[at]
    elif act in ("len", "xuong") and at is not None:
        row = editor.rows.pop(at)
        editor.rows.insert(max(at + (1 if act == "xuong" else -1), 0), row)
    elif act == "them-phan":
        editor.draws.append(DrawRow())
    elif act == "bo-phan" and told.isdigit() and number < len(editor.draws):
        del editor.draws[number]
