"""The sender: ``canhgiac sender`` runs it, beside others on other machines if need be."""

from __future__ import annotations

import asyncio
import signal

from canhgiac.kit.start import collect_rarely

from .runner import Sender, Tempo

__all__ = ["Sender", "Tempo", "run_sender"]


def run_sender(tempo: Tempo | None = None) -> None:
    """Sends until SIGTERM or SIGINT: then nothing more is claimed, and what is on the wire is waited for.

    Raises what made it end by itself; the process is then to be started anew.
    """

    async def whole() -> None:
        sender = Sender(tempo)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, sender.stop)
        await sender.run()

    collect_rarely()
    asyncio.run(whole())
