"""The simulated Zalo, Facebook and push service on real sockets, and a receiver of their webhooks."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from canhgiac.channels import facebook, zalo
from canhgiac.channels.contract import Event, OnEvents, Pace
from canhgiac.channels.facebook.webhook import read as read_facebook
from canhgiac.channels.push import PushSettings, new_key
from canhgiac.channels.zalo.webhook import read as read_zalo
from simulators import facebook as facebook_simulator
from simulators import zalo as zalo_simulator
from simulators.api import ApiServer, Caller
from simulators.facebook import FacebookBook
from simulators.push import PushBook
from simulators.zalo import ZaloBook

NOWHERE = "http://127.0.0.1:9"
"""The discard port: nobody listens."""
KEY = new_key()


class Store:
    """Zalo's tokens in memory, with a record of what was saved."""

    def __init__(self, tokens: zalo.Tokens) -> None:
        self.tokens, self.saved = tokens, [tokens]
        self._lock = asyncio.Lock()

    async def load(self) -> zalo.Tokens:
        """The tokens."""
        return self.tokens

    async def save(self, tokens: zalo.Tokens) -> None:
        """Keeps them."""
        self.tokens = tokens
        self.saved.append(tokens)

    @asynccontextmanager
    async def lock(self) -> AsyncIterator[None]:
        """One at a time."""
        async with self._lock:
            yield


class Receiver(ThreadingHTTPServer):
    """Reads the webhooks with the adapters' readers and hands the events to whoever listens."""

    daemon_threads = True

    def __init__(self) -> None:
        self.listener: Callable[[list[Event]], None] | None = None
        self.refused = 0
        super().__init__(("127.0.0.1", 0), _Hook)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def listen(self, on_events: OnEvents) -> None:
        """Hands events to this, in the event loop that runs now."""
        loop = asyncio.get_running_loop()

        def hand(events: list[Event]) -> None:
            done = threading.Event()

            def start() -> None:
                awaited = on_events(events)
                asyncio.ensure_future(awaited).add_done_callback(lambda _: done.set())

            loop.call_soon_threadsafe(start)  # RuntimeError once the test's loop is closed
            if not done.wait(60):
                raise RuntimeError("not taken")

        self.listener = hand


class _Hook(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers, now = dict(self.headers.items()), dt.datetime.now(dt.UTC)
        try:
            if self.path == "/zalo/":
                app, secret = zalo_simulator.APP_ID, zalo_simulator.OA_SECRET
                events = read_zalo(headers, body, app_id=app, oa_secret=secret, now=now)
            else:
                events = read_facebook(headers, body, app_secret=facebook_simulator.APP_SECRET, now=now)
        except (zalo.BadSignatureError, facebook.BadSignatureError):
            self.server.refused += 1
            self.send_error(403)
            return
        try:
            if self.server.listener is not None:
                self.server.listener(events)
        except RuntimeError:
            self.send_error(503)
            return
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Says nothing."""


class World:
    """All of it, running."""

    def __init__(self) -> None:
        self.receiver = Receiver()
        self.caller = Caller(f"http://127.0.0.1:{self.receiver.server_port}")
        self.api = ApiServer("127.0.0.1", 0)
        self.zalo, self.facebook = ZaloBook(self.caller), FacebookBook(self.caller)
        self.push = PushBook(self.api.url)
        self.api.books = {"zalo": self.zalo, "facebook": self.facebook, "push": self.push}
        self.api.start()

    def tokens(self, seconds: float = 90_000) -> zalo.Tokens:
        """A good pair of tokens."""
        told = self.zalo.tokens(seconds)
        expires = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
        return zalo.Tokens(told["access_token"], told["refresh_token"], expires)

    def zalo_settings(self, store: Store | None = None, base: str = "", pace: Pace | None = None) -> zalo.ZaloSettings:
        """An account of the simulator; ``base`` elsewhere."""
        base = base or f"{self.api.url}/zalo"
        return zalo.ZaloSettings(
            app_id=zalo_simulator.APP_ID,
            secret=zalo_simulator.SECRET,
            oa_id=zalo_simulator.OA_ID,
            tokens=store or Store(self.tokens()),
            api=base,
            business=base,
            oauth=base,
            pace=pace or Pace(window=20),
        )

    def facebook_settings(self, base: str = "", token: str = facebook_simulator.TOKEN) -> facebook.FacebookSettings:
        """The page of the simulator; ``base`` elsewhere."""
        return facebook.FacebookSettings(
            page_id=facebook_simulator.PAGE_ID,
            token=token,
            app_secret=facebook_simulator.APP_SECRET,
            api=base or f"{self.api.url}/facebook",
            pace=Pace(window=20),
        )

    def push_settings(self) -> PushSettings:
        """A sender to the simulator's browsers."""
        return PushSettings(key=KEY, subject="mailto:canhgiac@vinhan.test", pace=Pace(window=20), allow_loopback=True)

    def close(self) -> None:
        """Ends the servers."""
        for server in (self.api, self.receiver):
            server.shutdown()
            server.server_close()


@contextmanager
def world() -> Iterator[World]:
    """The simulators for one test."""
    made = World()
    try:
        yield made
    finally:
        made.close()
