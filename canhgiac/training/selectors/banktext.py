"""What an edition of a question says as people read it: line by line, beside another one, drawn as on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.engines.quizzes.figures import Count, Figures, keys_of, words
from canhgiac.engines.quizzes.items import Item, Option, Spot
from canhgiac.kit.charts import Chart, Series
from canhgiac.library.selectors.differences import FieldChange, sentences_changed
from canhgiac.training.models import QuestionEdition, QuestionFigures, QuestionKind

from .questions import audience_words, form_words, item_of_edition
from .sittings import Message, message_of

PICTURE_SALT = "training.question_picture"


def picture_url(sha256: str) -> str:
    """Where staff see a picture: an address that this site signed, so that digests of other files open nothing."""
    return reverse("question_picture", args=[signing.dumps(sha256, salt=PICTURE_SALT)]) if sha256 else ""


def picture_signed(token: str) -> str:
    """The digest in a token that this site made; empty for any other."""
    try:
        return str(signing.loads(token, salt=PICTURE_SALT)) if token else ""
    except signing.BadSignature:
        return ""


# As it is drawn -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """An option, an area or one of two answers as it is drawn."""

    key: str
    text: str
    right: bool = False
    feedback: str = ""
    partner: str = ""
    spot: Spot | None = None


@dataclass(frozen=True)
class Face:
    """A question as it is drawn beside the editor and on its page."""

    item: Item
    choices: tuple[Choice, ...]
    message: Message | None = None
    picture: str = ""
    size: tuple[int, int] = (0, 0)
    answers: bool = False
    """Whether the right ones are shown."""

    @property
    def kind(self) -> str:
        """The kind by name."""
        return str(QuestionKind(self.item.kind).label)


def face_of(item: Item, *, picture: str = "", size: tuple[int, int] = (0, 0), answers: bool = False) -> Face:
    """The item as it is drawn; ``picture`` is an address, ``size`` its pixels."""
    message = message_of(item, marked=answers) if item.shown else None
    return Face(item, _choices(item), message, picture, size, answers)


def _choices(item: Item) -> tuple[Choice, ...]:
    right = set(item.right)
    if item.kind in ("true_false", "verdict"):
        fixed = {"true": _("Đúng"), "false": _("Sai"), "scam": _("Lừa đảo"), "genuine": _("Tin thật")}
        return tuple(Choice(key, fixed[key], key in right) for key in keys_of(item))
    if item.kind == "hotspot":
        return tuple(Choice(one.key, one.label, one.key in right, spot=one) for one in item.spots)
    return tuple(_choice(one, right) for one in item.options)


def _choice(option: Option, right: set[str]) -> Choice:
    return Choice(option.key, option.text, option.key in right, option.feedback, option.partner)


# Line by line -------------------------------------------------------------------------------------------------------


def told_lines(edition: QuestionEdition) -> dict[str, tuple[str, list[str]]]:
    """Each part's name and what it says, in lines. No query when the form is there."""
    item = item_of_edition(edition)
    shown = item.shown
    return {
        "kind": (_("dạng"), [str(edition.get_kind_display())]),
        "prompt": (_("câu hỏi"), _lines(item.prompt)),
        "shown": (_("tin nhắn"), [shown.sender, shown.subject, *(line.text for line in shown.lines)] if shown else []),
        "options": (_("phương án"), [_option_words(item, choice) for choice in _choices(item)]),
        "extra": (_("vế phải thừa"), list(item.extra)),
        "marks": (_("chữ tố cáo"), list(item.marks)),
        "accepted": (_("câu trả lời được chấp nhận"), [*item.accepted, *_number_words(item)]),
        "explanation": (_("giải thích"), _lines(item.explanation)),
        "form": (_("hình thức"), [form_words(edition)]),
        "audiences": (_("đối tượng"), [audience_words(edition)]),
        "difficulty": (_("độ khó"), [str(edition.get_difficulty_display())]),
        "language": (_("ngôn ngữ"), [str(edition.get_language_display())]),
        "picture": (_("hình"), [edition.picture_sha256[:12]]),
    }


def question_differences(before: QuestionEdition | None, after: QuestionEdition) -> list[FieldChange]:
    """Every part that has words on either side, in the order of the page."""
    old = told_lines(before) if before is not None else {}
    found = []
    for name, (label, lines) in told_lines(after).items():
        was, now = [one for one in old.get(name, ("", []))[1] if one], [one for one in lines if one]
        if was or now:
            found.append(FieldChange(name, label, tuple(sentences_changed(was, now))))
    return found


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _option_words(item: Item, choice: Choice) -> str:
    told = choice.text
    if choice.partner:
        told = f"{told} ↔ {choice.partner}"
    if choice.spot:
        told = f"{told} ({choice.spot.x}, {choice.spot.y}, {choice.spot.width} × {choice.spot.height})"
    if item.kind not in ("order", "match"):
        told = f"{_('Đúng') if choice.right else _('Sai')}: {told}"
    return f"{told} ({choice.feedback})" if choice.feedback else told


def _number_words(item: Item) -> list[str]:
    return [] if item.number is None else [f"{item.number:g} ± {item.tolerance:g}"]


# What the answers said ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FiguresShown:
    """The figures of an edition as its page shows them."""

    figures: QuestionFigures
    words: Sequence[str]
    chart: Chart | None


def figures_shown(edition: QuestionEdition) -> FiguresShown | None:
    """The figures with plain words and, where there is a choice, how many chose what; None where nobody answered."""
    held: QuestionFigures | None = getattr(edition, "figures", None)
    if held is None or not held.answers:
        return None
    item = item_of_edition(edition)
    told: dict[str, dict[str, int]] = held.choices
    choices = {key: Count(**told.get(key, {})) for key in keys_of(item)}
    said = words(item, Figures(held.answers, held.ease, held.discrimination, choices))
    return FiguresShown(held, said, _chart(item, choices))


def _chart(item: Item, choices: dict[str, Count]) -> Chart | None:
    keys = keys_of(item)
    if not keys or not any(choices.get(key, Count()).all for key in keys):
        return None
    texts = {choice.key: choice.text for choice in _choices(item)}
    columns = [choices[key] for key in keys]
    shares = [texts[key] if key not in item.right else _("%s (đáp án)") % texts[key] for key in keys]
    return Chart(
        name="phuong-an",
        kind="rows",
        title=_("Ai chọn phương án nào"),
        unit=_("lượt"),
        heading=_("Phương án, tổng số lượt"),
        labels=tuple(f"{name}, {one.all}" for name, one in zip(shares, columns, strict=True)),
        series=(
            Series(_("27 % điểm cao nhất"), tuple(one.upper for one in columns)),
            Series(_("27 % điểm thấp nhất"), tuple(one.lower for one in columns), "before"),
        ),
        note=_("Phương án sai tốt là phương án nhóm điểm thấp hay chọn hơn nhóm điểm cao."),
    )
