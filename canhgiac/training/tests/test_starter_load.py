"""Loading what training starts with: whole, once, and never over what the province wrote."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from canhgiac.agencies.models import AuditEntry
from canhgiac.library.services import starter_load as library
from canhgiac.training.models import Question, QuestionEdition
from canhgiac.training.services.starter.load import starter_load
from canhgiac.training.services.starter.texts import starter_questions

pytestmark = pytest.mark.django_db
State = QuestionEdition.State


@pytest.fixture(autouse=True)
def forms(settings: Settings, tmp_path: Path) -> None:
    """The scam forms the questions are on, and a file store of its own."""
    settings.FILES_ROOT = tmp_path / "files"
    library.starter_load()


def test_a_first_load_is_whole_and_a_second_adds_nothing() -> None:
    told = starter_questions()
    assert starter_load().questions == len(told)
    rows = {row.code: row for row in Question.objects.select_related("published__form")}
    for question in told:
        edition = rows[question.code].published
        assert edition is not None
        assert (edition.state, edition.is_starter, edition.author) == (State.PUBLISHED, True, None)
        assert (edition.content, edition.prompt) == (question.item.to_json(), question.item.prompt)
        assert (edition.form.code if edition.form else "") == question.form
        assert bool(edition.picture_sha256) == bool(question.picture)
    entry = AuditEntry.objects.get(act="training.starter_load")
    assert entry.facts["questions"] == len(told)
    with CaptureQueriesContext(connection) as queries:
        assert not starter_load()
    assert len(queries) < 15
    assert QuestionEdition.objects.count() == len(told)
