"""Posts on the page: published, changed, taken down."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Iterator

import pytest

from canhgiac.channels.contract import Outcome
from canhgiac.channels.facebook import Picture, post_delete, post_edit, post_find, post_publish
from canhgiac.channels.web import PostError, PostRef
from simulators.facebook import APP_SECRET, TOKEN
from tests.simulated import NOWHERE, World, world

TEXT = "Cảnh báo số 12: kẻ gian giả danh công an.\nGác máy & gọi 113."
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


@pytest.fixture
def simulated() -> Iterator[World]:
    with world() as made:
        yield made


def test_a_post_with_a_picture_is_published_changed_and_taken_down(simulated: World) -> None:
    settings = simulated.facebook_settings()
    ref = asyncio.run(post_publish(settings, TEXT, Picture(PNG)))
    [post] = simulated.facebook.posts()
    assert (post["id"], post["text"], base64.b64decode(post["picture"])) == (ref.id, TEXT, PNG)
    assert ref.url.endswith(ref.id)
    asyncio.run(post_edit(settings, ref, "ĐÃ THU HỒI. " + TEXT))
    [post] = simulated.facebook.posts()
    assert (post["text"], base64.b64decode(post["picture"])) == ("ĐÃ THU HỒI. " + TEXT, PNG)
    asyncio.run(post_delete(settings, ref))
    assert simulated.facebook.posts() == []
    asyncio.run(post_delete(settings, ref))  # gone already: what was wanted


def test_a_post_of_words_alone(simulated: World) -> None:
    ref = asyncio.run(post_publish(simulated.facebook_settings(), TEXT))
    assert [(post["id"], post["picture"]) for post in simulated.facebook.posts()] == [(ref.id, "")]


def test_a_post_whose_answer_was_lost_is_found_and_not_published_again(simulated: World) -> None:
    settings = simulated.facebook_settings()
    simulated.facebook.loses_next_answer = True
    with pytest.raises(PostError) as lost:
        asyncio.run(post_publish(settings, TEXT, Picture(PNG)))
    assert lost.value.outcome is Outcome.UNSURE
    found = asyncio.run(post_find(settings, TEXT))
    assert found is not None
    assert found.id == simulated.facebook.posts()[0]["id"]
    assert asyncio.run(post_find(settings, "khác")) is None


def test_a_token_that_is_no_more_is_a_fault_of_the_set_up(simulated: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    settings = simulated.facebook_settings(token="khoa-cu-cua-trang")
    with pytest.raises(PostError) as refused:
        asyncio.run(post_publish(settings, TEXT))
    assert (refused.value.outcome, refused.value.code) == (Outcome.LATER, "facebook:190")
    told = caplog.text + repr(settings) + repr(refused.value) + repr(simulated.facebook_settings())
    for secret in ("khoa-cu-cua-trang", TOKEN, APP_SECRET, settings.proof):
        assert secret not in told


def test_nobody_there_is_later_and_what_is_not_there_cannot_be_changed(simulated: World) -> None:
    with pytest.raises(PostError) as refused:
        asyncio.run(post_publish(simulated.facebook_settings(base=NOWHERE), TEXT))
    assert refused.value.outcome is Outcome.LATER
    with pytest.raises(PostError) as refused:
        asyncio.run(post_edit(simulated.facebook_settings(), PostRef("100_1"), TEXT))
    assert (refused.value.outcome, refused.value.code) == (Outcome.REFUSED, "facebook:100/33")


@pytest.mark.parametrize(
    ("text", "picture"),
    [
        ("", None),
        ("x" * 70_000, None),
        (TEXT, Picture(PNG, "image/svg+xml")),
        (TEXT, Picture(b"")),
        (TEXT, Picture(bytes(5_000_000))),
    ],
)
def test_what_a_post_cannot_carry(simulated: World, text: str, picture: Picture | None) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        asyncio.run(post_publish(simulated.facebook_settings(), text, picture))
    assert simulated.facebook.posts() == []
