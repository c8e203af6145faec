"""Zalo against the rules of every channel: to followers by id, and by phone number with a template."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from canhgiac.channels.contract import Line, OnEvents
from canhgiac.channels.tests.contract_suite import Case, ContractSuite, Trial
from canhgiac.channels.zalo import ZaloMessage, ZnsTemplate, open_line
from tests.simulated import NOWHERE, World, world

PREFIX = {
    Case.TAKEN: "36700",
    Case.REFUSED: "tuchoi",
    Case.LATER: "tamloi",
    Case.THROTTLED: "quatai",
    Case.SLOW: "cham",
    Case.LOST: "ngat",
    Case.SILENT: "matloi",
    Case.TWICE: "trung",
}
ENDING = {
    Case.REFUSED: 97,
    Case.LATER: 96,
    Case.THROTTLED: 95,
    Case.SLOW: 94,
    Case.LOST: 93,
    Case.TWICE: 91,
    Case.SILENT: 90,
}


class OaTrial(Trial):
    """Messages to followers."""

    content: Any = ZaloMessage("Cảnh báo số 12: kẻ gian giả danh công an gọi điện đòi chuyển tiền.")
    unfit: Any = ZaloMessage("x" * 2001)

    def __init__(self, simulated: World) -> None:
        self.world = simulated

    async def open(self, on_events: OnEvents) -> Line[Any]:
        self.world.receiver.listen(on_events)
        return await open_line(self.world.zalo_settings(), on_events)

    async def open_nowhere(self, on_events: OnEvents) -> Line[Any]:
        return await open_line(self.world.zalo_settings(base=NOWHERE), on_events)

    def address(self, case: Case, number: int) -> str | None:
        return f"{PREFIX[case]}{number:02d}" if case in PREFIX else None

    def received(self, address: str) -> int:
        return self.world.zalo.talk.count(address)


class ZnsTrial(OaTrial):
    """Templates by phone number."""

    unfit = ZnsTemplate("316001", {"tieu_de": "x" * 401, "noi_dung": "a", "ma_canh_bao": "b"})
    content = ZnsTemplate(
        "316001", {"tieu_de": "Giả danh công an", "noi_dung": "Gác máy, báo 113", "ma_canh_bao": "12"}
    )

    def address(self, case: Case, number: int) -> str | None:
        if case is Case.TAKEN:
            return f"+849000001{number:02d}"
        return f"+8490000{number:02d}0{ENDING[case]}" if case in ENDING else None


class TestToFollowers(ContractSuite):
    @pytest.fixture
    def trial(self) -> Iterator[OaTrial]:
        with world() as simulated:
            yield OaTrial(simulated)


class TestByPhone(ContractSuite):
    @pytest.fixture
    def trial(self) -> Iterator[ZnsTrial]:
        with world() as simulated:
            yield ZnsTrial(simulated)
