"""What the answers say of a question: the statement in the database agrees with the engine's formulas."""

from __future__ import annotations

import json
import random
import statistics
import uuid
from typing import Any

import pytest

from canhgiac.agencies.models import AuditEntry
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.engines.quizzes import figures as formulas
from canhgiac.engines.quizzes.items import item_of
from canhgiac.engines.quizzes.marking import mark
from canhgiac.training.jobs import bank as jobs
from canhgiac.training.models import Answer, Paper, QuestionEdition, QuestionFigures, Sitting
from canhgiac.training.selectors.banktext import figures_shown
from canhgiac.training.services.questionfigures import figures_ask, figures_count
from tests.factories import papers
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
CHOICES: dict[str, list[Any]] = {
    "single": ["a", "b", "c"],
    "multiple": [["a"], ["a", "b"], ["b", "c"], ["a", "b", "c"]],
    "verdict": ["scam", "genuine"],
    "hotspot": [["a"], ["b"], ["a", [5, 5]], [[300, 300]]],
    "short": ["113", "114"],
}


def _sat(chance: random.Random, paper: Paper, editions: list[QuestionEdition], state: str) -> None:
    """A sitting of some of the questions with unequal points, some not answered, by a person of some skill."""
    asked = chance.sample(editions, chance.randint(2, len(editions)))
    items: list[dict[str, Any]] = [{"edition": one.pk, "points": chance.choice([1, 2, 5])} for one in asked]
    sitting = Sitting.objects.create(uid=uuid.uuid4(), paper=paper, items=items, state=state)
    skill, points = chance.random(), 0.0
    for at, edition in enumerate(asked):
        if chance.random() < 0.1:
            continue
        given = CHOICES[edition.kind][0] if chance.random() < skill else chance.choice(CHOICES[edition.kind])
        share = mark(item_of(edition.kind, edition.prompt, edition.content), given)
        points += share * items[at]["points"]
        seconds = None if chance.random() < 0.2 else round(chance.uniform(2, 60), 2)
        Answer.objects.create(sitting=sitting, position=at, edition=edition, given=given, share=share, seconds=seconds)
    sitting.points, sitting.points_most = round(points, 2), sum(one["points"] for one in items)
    sitting.save()


def _expected(edition: QuestionEdition) -> tuple[formulas.Figures, float | None]:
    """The same figures by the engine, answer by answer."""
    shares, totals, ranks, seconds, chosen = [], [], [], [], []
    rows = Answer.objects.filter(edition=edition, sitting__points__isnull=False).exclude(sitting__state="open")
    for row in rows.select_related("sitting").order_by("pk"):
        sitting, worth = row.sitting, row.sitting.items[row.position]["points"]
        points, most = float(sitting.points or 0), float(sitting.points_most)
        shares.append(row.share)
        totals.append(row.share + (points - row.share * worth) / (most - worth))
        ranks.append(points / most)
        seconds += [row.seconds] if row.seconds is not None else []
        given = [row.given] if isinstance(row.given, str) else row.given
        chosen.append([one for one in given if isinstance(one, str)])
    item = item_of(edition.kind, edition.prompt, edition.content)
    choices = formulas.distractors(item, chosen, ranks)
    told = formulas.Figures(len(shares), formulas.ease(shares), formulas.discrimination(shares, totals), choices)
    return told, statistics.median(seconds) if seconds else None


@pytest.mark.parametrize("seed", [1, 2])
def test_the_statement_agrees_with_the_formulas_on_random_answers(seed: int) -> None:
    chance = random.Random(seed)
    editions = [papers.question(kind) for kind in CHOICES]
    paper = papers.paper(*editions)
    for _sitting in range(90):
        _sat(chance, paper, editions, "handed_in")
    for _sitting in range(5):
        _sat(chance, paper, editions, "open")
    assert figures_count() == len(editions)
    for edition in editions:
        held, (told, median) = QuestionFigures.objects.get(edition=edition), _expected(edition)
        assert held.answers == told.answers
        assert held.ease == pytest.approx(told.ease)
        assert held.discrimination == pytest.approx(told.discrimination)
        assert held.seconds == pytest.approx(median)
        counted = {key: formulas.Count(**one) for key, one in held.choices.items()}
        assert counted == {key: one for key, one in told.choices.items() if one.all}
    jobs.figures_nightly(0)
    Answer.objects.filter(edition=editions[0]).delete()
    assert figures_count() == len(editions) - 1
    assert not QuestionFigures.objects.filter(edition=editions[0]).exists()


def test_figures_are_told_in_words_and_as_a_chart() -> None:
    edition = papers.question("single")
    assert figures_shown(edition) is None
    choices = json.loads('{"a": {"all": 30, "lower": 12, "upper": 4}, "b": {"all": 10, "lower": 0, "upper": 6}}')
    QuestionFigures.objects.create(edition=edition, answers=40, ease=0.75, discrimination=-0.2, choices=choices)
    shown = figures_shown(QuestionEdition.objects.select_related("figures").get(pk=edition.pk))
    assert shown is not None
    assert shown.chart is not None
    assert list(shown.words) == [
        "Người giỏi lại sai nhiều hơn: xem lại đáp án và cách hỏi.",
        "Phương án B sai nhưng người giỏi hay chọn: xem lại cách viết.",
        "Phương án C không ai chọn: thay bằng một phương án dễ nhầm hơn.",
    ]
    assert shown.chart.labels == ("Tắt máy (đáp án), 30", "Chuyển tiền, 10", "Đọc mã, 0")
    assert [one.values for one in shown.chart.series] == [(4, 6, 0), (12, 0, 0)]


def test_a_writer_has_the_figures_counted_now(cast: Cast) -> None:
    figures_ask(by=cast.coordinator)
    assert AuditEntry.objects.filter(act="training.figures_ask").count() == 1
    with pytest.raises(NotAllowed):
        figures_ask(by=cast.officer)
