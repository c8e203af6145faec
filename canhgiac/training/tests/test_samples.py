"""The sample province's training: whole, invented, and enough answers to show something."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from pytest_django import Settings

from canhgiac.agencies.models import Member
from canhgiac.agencies.services.samples import samples_load
from canhgiac.library.services import starter_load as library
from canhgiac.training.models import (
    Answer,
    Certificate,
    Contest,
    Contestant,
    Drill,
    DrillTarget,
    Enrolment,
    Learner,
    QuestionFigures,
    Round,
    Sitting,
)
from canhgiac.training.selectors.drillscores import drill_score
from canhgiac.training.selectors.quiz import daily
from canhgiac.training.services.samples import PUBLIC, STAFF, sample_training_load
from canhgiac.training.services.starter.load import starter_load

pytestmark = pytest.mark.django_db


def test_the_sample_province_learned_something(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"
    samples_load()
    library.starter_load()
    starter_load()
    sat = sample_training_load()
    assert sat is not None
    assert sat >= 280
    assert sample_training_load() is None

    states = Counter(Enrolment.objects.values_list("state", flat=True))
    assert states["completed"] >= 18
    assert states["learning"] >= 10
    assert Certificate.objects.count() == states["completed"], "each completed one, in a class"
    ended = Contest.objects.get(state=Contest.State.ANNOUNCED)
    ranked = list(ended.rounds.get().entries.order_by("rank").select_related("sitting"))
    assert [entry.rank for entry in ranked] == list(range(1, len(ranked) + 1))
    points = [float(entry.sitting.points or 0) for entry in ranked]
    assert points == sorted(points, reverse=True)
    assert [award.name for award in ended.awards.order_by("position")] == ["Giải nhất", "Giải nhì", "Giải ba"]
    opened = Round.objects.get(contest__state=Contest.State.OPEN)
    assert opened.counted_at is None
    assert 0 < opened.entries.count() < Contestant.objects.filter(contest=opened.contest).count()

    drill = Drill.objects.get()
    assert drill.state == Drill.State.ENDED
    assert DrillTarget.objects.filter(drill=drill).count() == 3 * STAFF
    score = drill_score(drill)
    assert score.whole is not None
    assert len(score.units) == 3
    assert 0 < score.whole.score < 100

    assert Sitting.objects.filter(learner=None).count() == PUBLIC
    assert Answer.objects.count() >= 2500
    figures = QuestionFigures.objects.filter(answers__gte=20)
    assert figures.count() >= 50
    assert figures.filter(discrimination__gt=0).count() > 0.8 * figures.count()
    assert daily() is not None, "the province has been at work for months"

    phones = Learner.objects.exclude(phone="").values_list("phone", flat=True)
    assert [phone for phone in phones if not phone.startswith("+84900000")] == []
    staff = Member.objects.filter(email__startswith="canbo0")
    assert staff.count() == 3 * STAFF
    assert not any(member.has_usable_password() for member in staff)
