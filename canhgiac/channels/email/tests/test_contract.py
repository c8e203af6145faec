"""Mail keeps the rules of every channel, against the simulator over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from canhgiac.channels.contract import OnEvents
from canhgiac.channels.email import SmtpLine, open_line
from canhgiac.channels.email.tests.servers import CONTENT, settings, simulator
from canhgiac.channels.tests.contract_suite import Case, ContractSuite, Trial
from simulators.mailbox import Mailbox
from tests.ports import free_ports

BEGINNINGS = {
    Case.TAKEN: "nguoi",
    Case.REFUSED: "tuchoi",
    Case.LATER: "tamloi",
    Case.THROTTLED: "quatai",
    Case.SLOW: "cham-2",
    Case.LOST: "ngat",
}
"""Mail has no receipts for what arrived (its bounces have tests of their own), so the other cases are missing."""


class EmailTrial(Trial):
    content = CONTENT
    unfit = replace(CONTENT, subject="Hai dòng\r\nBcc: moi-nguoi@vinhan.test")

    def __init__(self, box: Mailbox, port: int) -> None:
        self.box, self.port = box, port

    async def open(self, on_events: OnEvents) -> SmtpLine:
        return await open_line(settings(self.port), on_events)

    async def open_nowhere(self, on_events: OnEvents) -> SmtpLine:
        return await open_line(settings(free_ports(1)[0]), on_events)

    def address(self, case: Case, number: int) -> str | None:
        return f"{BEGINNINGS[case]}.{number}@vinhan.test" if case in BEGINNINGS else None

    def received(self, address: str) -> int:
        return len(self.box.letters(address))


class TestContract(ContractSuite):
    @pytest.fixture
    def trial(self) -> Iterator[EmailTrial]:
        with simulator() as (box, port, _controller):
            yield EmailTrial(box, port)
