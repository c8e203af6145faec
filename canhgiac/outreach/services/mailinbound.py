"""The one process that takes bounces, complaints and people's replies by mail, for every mail provider of ours."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Sequence
from typing import Any

from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections, connections

from canhgiac.channels.contract import Event
from canhgiac.channels.email import InboundDoor, InboundRoom, ReturnPath, open_door
from canhgiac.outreach.models import Provider

from .lines import bounce_secret
from .receipts import events_keep

LOOK_SECONDS = 5.0
"""How often the providers are read anew: one that is set up or changed is known after at most that."""
logger = logging.getLogger(__name__)


def rooms_now() -> list[InboundRoom]:
    """A room for each mail provider that says where its bounces go, also for those no longer in use: bounces and
    replies come days after. One query.

    Of a provider's settings: ``bounce``, the mailbox of bounces, and ``mailboxes``, those that people write to.
    """
    rooms = []
    for provider in Provider.objects.filter(wire=Provider.Wire.SMTP).order_by("-is_active", "id"):
        told: dict[str, Any] = provider.settings
        if not told.get("bounce"):
            continue
        try:
            path = ReturnPath(str(told["bounce"]), bounce_secret(provider.pk))
        except ValueError as error:
            logger.warning("provider %s: %s", provider.pk, error)
            continue
        rooms.append(InboundRoom(path, [str(one) for one in told.get("mailboxes", ())], _Ear(provider)))
    return rooms


class _Ear:
    """Keeps what comes for one provider; see ``contract.OnEvents``."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    async def __call__(self, events: Sequence[Event]) -> None:
        await _in_thread(events_keep, provider=self._provider, events=events)


async def _in_thread(what: Any, /, **given: Any) -> Any:
    def whole() -> Any:
        close_old_connections()  # a server that was away for a while
        return what(**given)

    return await sync_to_async(whole)()


async def door_keep(
    *,
    host: str,
    port: int,
    stop: asyncio.Event,
    opened: Callable[[int], None] | None = None,
    look: float = LOOK_SECONDS,
) -> None:
    """Takes mail until ``stop``. ``port`` 0 takes a free one, told to ``opened``. Raises OSError when it is taken.

    The door stands even where no provider names a mailbox yet: it then says that it knows nobody.
    """
    door: InboundDoor = await open_door(await _in_thread(rooms_now), host=host, port=port)
    logger.info("mail comes in at %s:%s", host, door.port)
    if opened is not None:
        opened(door.port)
    try:
        while True:
            try:
                async with asyncio.timeout(look):
                    await stop.wait()
                return
            except TimeoutError:
                await _look(door)
    finally:
        await door.close()
        await sync_to_async(connections.close_all)()


async def _look(door: InboundDoor) -> None:
    try:
        door.change(await _in_thread(rooms_now))
    except DatabaseError as error:  # the rooms stay; what cannot be kept is not acknowledged
        logger.warning("providers not read (%s)", type(error).__name__)


def run_mail_inbound(*, host: str, port: int) -> None:
    """Takes mail until SIGTERM or SIGINT. Raises OSError when the port is taken."""

    async def whole() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await door_keep(host=host, port=port, stop=stop)

    asyncio.run(whole())
