"""Against Facebook itself, when a page's credentials are given: ``make live-check``.

``LIVE_FACEBOOK`` names a JSON file with page_id, token, app_secret and psid, a person who wrote to the page within 24
hours and agreed to be tried on. A post is published, changed, found and deleted.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import pytest

from canhgiac.channels.contract import Outcome, Recipient
from canhgiac.channels.facebook import (
    FacebookSettings,
    MessengerMessage,
    open_line,
    post_delete,
    post_edit,
    post_find,
    post_publish,
)

pytestmark = pytest.mark.skipif("LIVE_FACEBOOK" not in os.environ, reason="no credentials of a live page")


@pytest.fixture
def told() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(os.environ["LIVE_FACEBOOK"]).read_text())
    return found


@pytest.fixture
def page(told: dict[str, Any]) -> FacebookSettings:
    return FacebookSettings(page_id=told["page_id"], token=told["token"], app_secret=told["app_secret"])


async def nobody(events: object) -> None:
    """Hears nothing."""


def test_a_post_lives_and_goes(page: FacebookSettings) -> None:
    words = f"Bài thử của Cảnh Giác, {dt.datetime.now(dt.UTC).isoformat()}"
    ref = asyncio.run(post_publish(page, words))
    try:
        asyncio.run(post_edit(page, ref, "ĐÃ THU HỒI. " + words))
        found = asyncio.run(post_find(page, "ĐÃ THU HỒI. " + words))
        assert found is not None
        assert found.id == ref.id
    finally:
        asyncio.run(post_delete(page, ref))
    assert asyncio.run(post_find(page, "ĐÃ THU HỒI. " + words)) is None


def test_a_person_gets_a_message(page: FacebookSettings, told: dict[str, Any]) -> None:
    async def whole() -> None:
        line = await open_line(page, nobody)
        try:
            content = MessengerMessage("Tin thử của Cảnh Giác, xin bỏ qua.", messaging_type="RESPONSE")
            [result] = await line.send(content, [Recipient(1, told["psid"])])
            assert (result.outcome, result.code) == (Outcome.TAKEN, "facebook:0")
            assert result.ref
        finally:
            await line.close()

    asyncio.run(whole())
