"""Messenger against the rules of every channel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from canhgiac.channels.contract import Line, OnEvents
from canhgiac.channels.facebook import MessengerMessage, open_line
from canhgiac.channels.tests.contract_suite import Case, ContractSuite, Trial
from tests.simulated import NOWHERE, World, world

PREFIX = {
    Case.TAKEN: "71000",
    Case.REFUSED: "tuchoi",
    Case.LATER: "tamloi",
    Case.THROTTLED: "quatai",
    Case.SLOW: "cham",
    Case.LOST: "ngat",
    Case.SILENT: "matloi",
    Case.TWICE: "trung",
}


class MessengerTrial(Trial):
    """Messages to people who wrote to the page."""

    content = MessengerMessage("Cảnh báo số 12: kẻ gian giả danh công an gọi điện đòi chuyển tiền.")
    unfit = MessengerMessage("x" * 2001)

    def __init__(self, simulated: World) -> None:
        self.world = simulated

    async def open(self, on_events: OnEvents) -> Line[Any]:
        self.world.receiver.listen(on_events)
        return await open_line(self.world.facebook_settings(), on_events)

    async def open_nowhere(self, on_events: OnEvents) -> Line[Any]:
        return await open_line(self.world.facebook_settings(base=NOWHERE), on_events)

    def address(self, case: Case, number: int) -> str | None:
        return f"{PREFIX[case]}{number:02d}" if case in PREFIX else None

    def received(self, address: str) -> int:
        return self.world.facebook.talk.count(address)


class TestMessenger(ContractSuite):
    @pytest.fixture
    def trial(self) -> Iterator[MessengerTrial]:
        with world() as simulated:
            yield MessengerTrial(simulated)
