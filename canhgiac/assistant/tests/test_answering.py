"""Every act has its answer: from the published library, with sources, one question at a time, nothing that calms."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from canhgiac.assistant.selectors.answering import SAID, reply_to
from canhgiac.assistant.selectors.knowledge import knowledge_forget, knowledge_now
from canhgiac.engines.dialogue import ACTS
from canhgiac.library.selectors.recognition import judge_now
from tests.factories.library import library
from tests.factories.recognition import recognition_ready


@pytest.fixture
def ready(db: None) -> None:
    library()
    recognition_ready()
    knowledge_forget()


def test_every_act_has_its_composer() -> None:
    assert set(SAID) == set(ACTS)


@pytest.mark.usefixtures("ready")
def test_acts_are_answered_from_the_library(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    knowledge_now()
    judge_now()
    with django_assert_max_num_queries(0):
        reply = reply_to(["con trai e bi bat coc doi tien chuoc, toi vua chuyen 20 trieu roi"])
    assert reply.act == "happened"
    assert reply.sources[0].id == "N01"
    assert reply.tip_offered
    assert "113" in {phone for line in reply.lines for phone in line.phones}
