"""What the adapters over HTTP share: connections kept open, a pace, and what a lost answer means.

Nothing here repeats a request. No redirect is followed: an address of ours that moved is a fault of the set-up, and a
token must not travel to wherever an answer points.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

import httpx

from .contract import Outcome, Pace, Recipient, Result

MOST_BYTES = 262_144
"""An answer is a few lines of JSON; of a longer one no more is read."""
KEEP_ALIVE = 4.0
"""Seconds an idle connection is used again: less than servers commonly keep theirs, so that none is met closing."""
LONGEST_HOLD = 5.0
"""Seconds a line waits by itself after being asked to slow down; a longer wait is the caller's."""
MOST_REFUSALS_OF_PACE = 5
"""Refusals for speed in a row after which the rest of a batch is handed back without being sent."""
CLOSING = 5.0
"""Seconds that closing waits for answers."""
PLACE = re.compile(r"\{(\d{1,2})\}")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

for _name in ("httpx", "httpcore"):
    # They tell addresses of requests, which may be secrets themselves (push endpoints).
    logging.getLogger(_name).setLevel(logging.WARNING)

ContentT = TypeVar("ContentT")


class PostRef(NamedTuple):
    """A published article or post."""

    id: str
    url: str = ""


class PostError(Exception):
    """An article or a post was not published, changed or taken down.

    ``outcome`` says whether to try again; UNSURE: it may stand there all the same, so look before publishing again.
    """

    def __init__(self, outcome: Outcome, code: str) -> None:
        super().__init__(f"{outcome.value}: {code}")
        self.outcome, self.code = outcome, code


class LostError(Exception):
    """No answer. ``outcome`` is LATER when the request cannot have left, UNSURE when it may have."""

    def __init__(self, outcome: Outcome, code: str) -> None:
        super().__init__(code)
        self.outcome, self.code = outcome, code


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> dict[str, Any] | None:
        """The body as a JSON object; None when it is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None


class Http:
    """Connections to one provider. ``timeout`` in seconds is for connecting, and again for the whole exchange."""

    def __init__(
        self,
        *,
        timeout: float,
        window: int,
        proxy: str = "",
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        limits = httpx.Limits(max_connections=window, max_keepalive_connections=window, keepalive_expiry=KEEP_ALIVE)
        self._timeout = timeout
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout, pool=None),
            limits=limits,
            follow_redirects=False,
            trust_env=False,  # neither a proxy nor a .netrc that nobody wrote into our settings
            proxy=proxy or None,
            transport=transport,
            headers={"User-Agent": "canhgiac", "Accept": "application/json"},
        )

    async def call(self, method: str, url: str, **parts: Any) -> Answer:
        """One exchange; ``parts`` as of httpx (headers, json, data, files, content). Raises LostError."""
        try:
            async with asyncio.timeout(self._timeout * 2), self._client.stream(method, url, **parts) as answer:
                body = b""
                async for piece in answer.aiter_bytes():
                    body += piece
                    if len(body) > MOST_BYTES:
                        break
                return Answer(answer.status_code, answer.headers, body[:MOST_BYTES])
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise LostError(Outcome.LATER, f"http:{type(error).__name__}") from None
        except (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError) as error:
            raise LostError(Outcome.LATER, f"http:{type(error).__name__}") from None
        except (httpx.HTTPError, TimeoutError) as error:
            raise LostError(Outcome.UNSURE, f"http:{type(error).__name__}") from None

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()


class Tempo:
    """Keeps to so many starts a second, and holds all of them for a while when the provider asks."""

    def __init__(self, rate: float) -> None:
        self._gap = 1 / rate if rate > 0 else 0.0
        self._next = 0.0
        self._held_until = 0.0
        self._refused_in_row = 0

    @property
    def gave_up(self) -> bool:
        """Whether the provider refused so often in a row that going on would only add to it."""
        return self._refused_in_row >= MOST_REFUSALS_OF_PACE

    def begin(self) -> None:
        """A new batch: the caller decided that it is time to try again."""
        self._refused_in_row = 0

    async def turn(self) -> None:
        """Waits for the next start."""
        while True:
            now = time.monotonic()
            if now < self._held_until:
                await asyncio.sleep(self._held_until - now)
                continue
            at = max(now, self._next)
            self._next = at + self._gap
            if at > now:
                await asyncio.sleep(at - now)
            return

    def heard(self, outcome: Outcome, wait: float = 0.25) -> None:
        """Learns from an answer; ``wait`` in seconds is what a refusal for speed asks for."""
        if outcome is Outcome.SLOW:
            self._refused_in_row += 1
            self._held_until = max(self._held_until, time.monotonic() + min(wait, LONGEST_HOLD))
        elif outcome is not Outcome.UNSURE:
            self._refused_in_row = 0


class HttpLine(Generic[ContentT]):
    """A line over HTTP: one request a person, at most ``pace.window`` at once. Adapters give _check and _one."""

    def __init__(self, http: Http, pace: Pace) -> None:
        self._http, self._tempo = http, Tempo(pace.rate)
        self._window = max(pace.window, 1)
        self._room = asyncio.Semaphore(self._window)
        self._on_wire = 0
        self._still = asyncio.Event()
        self._closed = False

    async def send(self, content: ContentT, batch: Sequence[Recipient]) -> list[Result]:
        """As the contract says."""
        self._check(content, batch)
        self._tempo.begin()
        results: dict[int, Result] = {}
        waiting = iter(enumerate(batch))

        async def work() -> None:
            for place, person in waiting:
                results[place] = await self._in_turn(content, person)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(self._window, len(batch))):
                group.create_task(work())
        return [results[place] for place in range(len(batch))]

    async def _in_turn(self, content: ContentT, person: Recipient) -> Result:
        async with self._room:
            await self._tempo.turn()
            if self._closed:
                return Result(person.key, Outcome.LATER, code="http:closed")
            if self._tempo.gave_up:
                return Result(person.key, Outcome.SLOW, code="http:held")
            self._on_wire += 1
            self._still.clear()
            try:
                result, wait = await self._one(content, person)
            except LostError as lost:
                result, wait = Result(person.key, lost.outcome, code=lost.code), 0.0
            finally:
                self._on_wire -= 1
                if not self._on_wire:
                    self._still.set()
        self._tempo.heard(result.outcome, wait or 0.25)
        return result

    def _check(self, content: ContentT, batch: Sequence[Recipient]) -> None:
        """Raises ValueError for content that the channel cannot carry to one of these."""
        raise NotImplementedError

    async def _one(self, content: ContentT, person: Recipient) -> tuple[Result, float]:
        """Sends to one person: the result, and the seconds that a refusal for speed asks to wait (0: it does not say).

        Raises LostError when no answer came.
        """
        raise NotImplementedError

    async def close(self) -> None:
        """As the contract says: what was not begun comes back LATER, what is on the wire is waited for."""
        self._closed = True
        if self._on_wire:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSING):
                    await self._still.wait()
        await self._http.close()


def fill(text: str, fields: Sequence[str]) -> str:
    """The text with its places ``{0}``, ``{1}`` … filled. Raises ValueError for a place without a field."""

    def one(found: re.Match[str]) -> str:
        number = int(found[1])
        if number >= len(fields):
            raise ValueError(f"place {{{number}}} has no field")
        return fields[number]

    return PLACE.sub(one, text)


def by_status(answer: Answer, prefix: str) -> tuple[Outcome, str]:
    """What an answer without the provider's own words means.

    503 and 429 say that nothing was done. 500, 502 and 504, and a 200 that cannot be read, leave open what was.
    """
    code = f"{prefix}:http-{answer.status}"
    if answer.status == 429:
        return Outcome.SLOW, code
    if answer.status in {500, 502, 504} or answer.status < 300:
        return Outcome.UNSURE, code
    return Outcome.LATER, code


def retry_after(answer: Answer) -> float:
    """Seconds of ``Retry-After`` (RFC 9110 section 10.2.3) where it is a number; else 0."""
    told = answer.headers.get("retry-after", "")
    return float(told) if told.isascii() and told.isdigit() and len(told) < 7 else 0.0


def clean(value: object, most: int = 4000) -> str:
    """A string from outside as a database takes it: no control characters, no lone surrogates, not too long."""
    if not isinstance(value, str):
        return ""
    return CONTROL.sub("", value[:most]).encode("utf-8", "replace").decode()
