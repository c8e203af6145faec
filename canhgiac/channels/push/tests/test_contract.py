"""Web push against the rules of every channel; push services send no receipts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from canhgiac.channels.contract import Line, OnEvents
from canhgiac.channels.push import PushContent, open_line
from canhgiac.channels.tests.contract_suite import Case, ContractSuite, Trial
from tests.simulated import NOWHERE, World, world

PREFIX = {
    Case.TAKEN: "may",
    Case.REFUSED: "tuchoi",
    Case.LATER: "tamloi",
    Case.THROTTLED: "quatai",
    Case.SLOW: "cham",
    Case.LOST: "ngat",
}


class PushTrial(Trial):
    """Notices to browsers."""

    content = PushContent(
        "Cảnh báo", "Kẻ gian giả danh công an gọi điện đòi chuyển tiền.", "/canh-bao/12/", "canh-bao-12"
    )
    unfit = PushContent("Cảnh báo", "x" * 4000)

    def __init__(self, simulated: World) -> None:
        self.world = simulated
        self.nowhere = False

    async def open(self, on_events: OnEvents) -> Line[Any]:
        return await open_line(self.world.push_settings(), on_events)

    async def open_nowhere(self, on_events: OnEvents) -> Line[Any]:
        self.world.push.url = NOWHERE
        return await open_line(self.world.push_settings(), on_events)

    def address(self, case: Case, number: int) -> str | None:
        if case not in PREFIX:
            return None
        return json.dumps(self.world.push.subscribe(f"{PREFIX[case]}-{number:02d}"))

    def received(self, address: str) -> int:
        return self.world.push.talk.count(json.loads(address)["endpoint"].rpartition("/")[2])


class TestPush(ContractSuite):
    @pytest.fixture
    def trial(self) -> Iterator[PushTrial]:
        with world() as simulated:
            yield PushTrial(simulated)
