"""Articles on the account's page."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator

import pytest

from canhgiac.channels.contract import Outcome
from canhgiac.channels.web import PostError, PostRef
from canhgiac.channels.zalo import (
    Article,
    article_broadcast,
    article_find,
    article_post,
    article_update,
    article_withdraw,
)
from tests.simulated import NOWHERE, World, world

ARTICLE = Article(
    "Giả danh công an đòi cài VNeID",
    "Gác máy, gọi 113.",
    ("Có người gọi điện tự xưng công an xã.", "Không cài ứng dụng từ đường dẫn lạ."),
    "https://canhgiac.test/anh.png",
)


@pytest.fixture
def simulated() -> Iterator[World]:
    with world() as made:
        yield made


def test_an_article_is_posted_sent_to_followers_changed_and_taken_down(simulated: World) -> None:
    settings = simulated.zalo_settings()
    ref = asyncio.run(article_post(settings, ARTICLE))
    [post] = simulated.zalo.posts()
    assert post["id"] == ref.id
    assert post["body"]["body"] == [{"type": "text", "content": words} for words in ARTICLE.paragraphs]
    assert asyncio.run(article_broadcast(settings, [ref]))
    assert simulated.zalo.posts()[0]["broadcasts"] == 1
    recalled = dataclasses.replace(ARTICLE, title="ĐÃ THU HỒI: " + ARTICLE.title)
    assert asyncio.run(article_update(settings, ref, recalled)).id == ref.id
    assert simulated.zalo.posts()[0]["body"]["title"].startswith("ĐÃ THU HỒI")
    asyncio.run(article_withdraw(settings, ref))
    assert simulated.zalo.posts() == []


def test_an_article_whose_answer_was_lost_is_found_and_not_posted_again(simulated: World) -> None:
    settings = simulated.zalo_settings()
    simulated.zalo.loses_next_answer = True
    with pytest.raises(PostError) as lost:
        asyncio.run(article_post(settings, ARTICLE))
    assert lost.value.outcome is Outcome.UNSURE
    found = asyncio.run(article_find(settings, ARTICLE.title))
    assert found is not None
    assert found.id == simulated.zalo.posts()[0]["id"]
    assert asyncio.run(article_find(settings, "khác")) is None


def test_what_is_not_there_cannot_be_taken_down(simulated: World) -> None:
    with pytest.raises(PostError) as refused:
        asyncio.run(article_withdraw(simulated.zalo_settings(), PostRef("khong-co")))
    assert (refused.value.outcome, refused.value.code) == (Outcome.REFUSED, "zalo:-201")


def test_nobody_there_is_later(simulated: World) -> None:
    with pytest.raises(PostError) as refused:
        asyncio.run(article_post(simulated.zalo_settings(base=NOWHERE), ARTICLE))
    assert refused.value.outcome is Outcome.LATER


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": "x" * 151},
        {"summary": "x" * 301},
        {"author": "x" * 51},
        {"paragraphs": ()},
        {"cover": "a"},
    ],
)
def test_what_the_page_cannot_carry(simulated: World, change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        asyncio.run(article_post(simulated.zalo_settings(), dataclasses.replace(ARTICLE, **change)))  # type: ignore[arg-type]
    assert simulated.zalo.posts() == []


def test_a_broadcast_holds_one_to_five(simulated: World) -> None:
    for refs in ([], [PostRef("a")] * 6):
        with pytest.raises(ValueError, match="1 to 5"):
            asyncio.run(article_broadcast(simulated.zalo_settings(), refs))
