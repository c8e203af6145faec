"""An SMSC of ours for each test, and a line to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from canhgiac.channels.smpp import SmppLine, SmppSettings, open_line
from canhgiac.channels.tests.contract_suite import PATIENCE, Events
from simulators.phones import Phones
from simulators.smsc import Rules, Smsc, serve

Opened = Callable[[SmppLine, Events], Awaitable[None]]


@dataclass
class Stage:
    """The simulators of one test; they stop at its end."""

    phones: Phones = field(default_factory=Phones)
    running: list[Smsc] = field(default_factory=list)

    def smsc(self, port: int = 0, **rules: Any) -> tuple[Smsc, int]:
        """Starts an SMSC with these rules."""
        smsc, port = serve(self.phones, "127.0.0.1", port, Rules(**rules))
        self.running.append(smsc)
        return smsc, port

    def stop(self, smsc: Smsc) -> None:
        """Ends one, as a power cut would."""
        self.running.remove(smsc)
        smsc.stop()


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    for smsc in list(stage.running):
        stage.stop(smsc)


def settings(port: int, **given: Any) -> SmppSettings:
    """An account at the SMSC of this port, with little patience."""
    given = {"timeout": 20.0, "patience": 20.0, "system_id": "canhgiac", "password": "bimat", **given}
    return SmppSettings(host="127.0.0.1", port=port, **given)


def use(account: SmppSettings, what: Opened) -> None:
    """Opens a line, does it, closes the line."""

    async def whole() -> None:
        events = Events()
        line = await open_line(account, events)
        try:
            async with asyncio.timeout(PATIENCE):
                await what(line, events)
        finally:
            await line.close()

    asyncio.run(whole())
