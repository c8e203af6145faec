"""Against Zalo itself, when an account's credentials are given: ``make live-check``.

``LIVE_ZALO`` names a JSON file with app_id, secret, oa_id, access, refresh, expires (ISO time) and user_id, the id of a
follower who wrote within 7 days and agreed to be tried on; optionally phone, template_id and params. The file is
written anew when the tokens change, for a refresh token is good once.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from canhgiac.channels.contract import Outcome, Recipient, Result
from canhgiac.channels.zalo import Tokens, ZaloMessage, ZaloSettings, ZnsTemplate, open_line
from canhgiac.channels.zalo.messages import Content

pytestmark = pytest.mark.skipif("LIVE_ZALO" not in os.environ, reason="no credentials of a live account")


class FileStore:
    """The tokens in the file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def told(self) -> dict[str, Any]:
        """All of the file."""
        found: dict[str, Any] = json.loads(self.path.read_text())
        return found

    async def load(self) -> Tokens:
        """As last written."""
        told = self.told()
        return Tokens(told["access"], told["refresh"], dt.datetime.fromisoformat(told["expires"]))

    async def save(self, tokens: Tokens) -> None:
        """Writes beside the file, then in its place."""
        fresh = {"access": tokens.access, "refresh": tokens.refresh, "expires": tokens.expires.isoformat()}
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps(self.told() | fresh))
        beside.replace(self.path)

    @asynccontextmanager
    async def lock(self) -> AsyncIterator[None]:
        """One process runs this."""
        yield


@pytest.fixture
def store() -> FileStore:
    return FileStore(Path(os.environ["LIVE_ZALO"]))


async def nobody(events: object) -> None:
    """Hears nothing."""


def sent(store: FileStore, content: Content, to: str) -> Result:
    async def whole() -> Result:
        told = store.told()
        settings = ZaloSettings(
            app_id=told["app_id"],
            secret=told["secret"],
            oa_id=told["oa_id"],
            tokens=store,
            prove=bool(told.get("prove")),
        )
        line = await open_line(settings, nobody)
        try:
            [result] = await line.send(content, [Recipient(int(dt.datetime.now(dt.UTC).timestamp()), to)])
            return result
        finally:
            await line.close()

    return asyncio.run(whole())


def test_a_follower_gets_a_message(store: FileStore) -> None:
    result = sent(store, ZaloMessage("Tin thử của Cảnh Giác, xin bỏ qua."), store.told()["user_id"])
    assert (result.outcome, result.code) == (Outcome.TAKEN, "zalo:0")
    assert result.ref


def test_who_is_no_follower_is_refused(store: FileStore) -> None:
    result = sent(store, ZaloMessage("Tin thử"), "1")
    assert result.outcome is Outcome.REFUSED, result.code


def test_a_phone_gets_a_template(store: FileStore) -> None:
    told = store.told()
    if "template_id" not in told:
        pytest.skip("no template given")
    result = sent(store, ZnsTemplate(told["template_id"], told["params"]), told["phone"])
    assert (result.outcome, result.code) == (Outcome.TAKEN, "zns:0")
