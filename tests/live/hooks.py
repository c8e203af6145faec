"""What providers tell afterwards: over the line itself, a webhook, or a mail that comes back."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from canhgiac.channels import facebook, zalo
from canhgiac.channels.contract import Event
from canhgiac.channels.email import InboundSettings, serve_inbound
from canhgiac.channels.facebook.webhook import read as read_facebook
from canhgiac.channels.zalo.webhook import read as read_zalo

MOST_OCTETS = 1 << 20


class Heard:
    """Events as they come; see ``contract.OnEvents``."""

    def __init__(self, *, has_mail: bool) -> None:
        self.has_mail = has_mail
        self.seen: list[Event] = []
        self._more = asyncio.Condition()

    async def __call__(self, events: Sequence[Event]) -> None:
        async with self._more:
            self.seen += events
            self._more.notify_all()

    async def wait(self, enough: Callable[[list[Event]], bool], seconds: float) -> list[Event]:
        """What was heard once it is enough, or after so long."""
        try:
            async with asyncio.timeout(seconds), self._more:
                await self._more.wait_for(lambda: enough(self.seen))
        except TimeoutError:
            pass
        return list(self.seen)


@dataclass
class Hooks:
    """Where providers reach us for the time of one check."""

    port: int = 0
    """Of the webhook on this machine, which the operator's tunnel or proxy leads to; 0 for none."""
    zalo: tuple[str, str] = ("", "")
    """Application's number, the account's secret key."""
    facebook: str = ""
    """The application's secret."""
    mail: InboundSettings | None = field(default=None)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Heard]:
        """Opens what there is. Raises OSError when a port is taken."""
        heard = Heard(has_mail=self.mail is not None)
        door = await serve_inbound(self.mail, heard) if self.mail else None
        server = None
        if self.port and (self.zalo[1] or self.facebook):
            take = partial(_hand, asyncio.get_running_loop(), heard)
            server = ThreadingHTTPServer(("127.0.0.1", self.port), partial(_Hook, self, take))
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield heard
        finally:
            if server is not None:
                await asyncio.to_thread(server.shutdown)
                server.server_close()
            if door is not None:
                await door.close()


def _hand(loop: asyncio.AbstractEventLoop, heard: Heard, events: Sequence[Event]) -> None:
    asyncio.run_coroutine_threadsafe(heard(events), loop).result(10)


class _Hook(BaseHTTPRequestHandler):
    """Signed webhooks of both platforms; what is not signed is refused."""

    def __init__(self, hooks: Hooks, take: Callable[[Sequence[Event]], None], *given: object) -> None:
        self.hooks, self.take = hooks, take
        super().__init__(*given)  # type: ignore[arg-type]  # the server's own three

    def do_POST(self) -> None:
        """One webhook."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), MOST_OCTETS))
        headers, now = dict(self.headers.items()), dt.datetime.now(dt.UTC)
        try:
            if self.path.endswith("/zalo/"):
                app, secret = self.hooks.zalo
                self.take(read_zalo(headers, body, app_id=app, oa_secret=secret, now=now))
            else:
                self.take(read_facebook(headers, body, app_secret=self.hooks.facebook, now=now))
        except (zalo.BadSignatureError, facebook.BadSignatureError):
            self.send_error(403)
            return
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Says nothing."""
