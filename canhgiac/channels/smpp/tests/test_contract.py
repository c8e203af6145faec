"""The suite of every channel, over SMPP against our SMSC."""

from __future__ import annotations

import pytest

from canhgiac.channels.contract import OnEvents
from canhgiac.channels.smpp import SmppLine, SmsContent, open_line
from canhgiac.channels.tests.contract_suite import Case, ContractSuite, Trial
from tests.ports import free_ports

from .conftest import Stage, settings

ENDINGS = {
    Case.TAKEN: 10, Case.REFUSED: 97, Case.LATER: 96, Case.THROTTLED: 95, Case.SLOW: 94, Case.LOST: 93,
    Case.SILENT: 90, Case.UNDELIVERED: 92, Case.TWICE: 91,
}  # fmt: skip


class SmppTrial(Trial):
    """SMS to phones by the simulator's magic numbers."""

    content = SmsContent(text="Cong an khong lam viec qua dien thoai.", sender="CONGAN XA")
    unfit = SmsContent(text=" ", sender="CONGAN XA")

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        _, self.port = stage.smsc(slow=2.0)

    async def open(self, on_events: OnEvents) -> SmppLine:
        return await open_line(settings(self.port, timeout=5.0), on_events)

    async def open_nowhere(self, on_events: OnEvents) -> SmppLine:
        [port] = free_ports(1)
        return await open_line(settings(port, patience=0.2), on_events)

    def address(self, case: Case, number: int) -> str:
        if case is Case.TAKEN:
            return f"+849000{number // 80:03}{number % 80:02}"
        return f"+849000{number:03}{ENDINGS[case]}"

    def received(self, address: str) -> int:
        return self.stage.phones.count(address)


class TestContract(ContractSuite):
    @pytest.fixture
    def trial(self, stage: Stage) -> SmppTrial:
        return SmppTrial(stage)
