"""Calls to Zalo with an access token that is renewed when it runs out."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import hmac
import logging
import time
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..contract import Outcome, Pace
from ..web import Answer, Http, LostError
from .codes import TOKEN

EARLY = dt.timedelta(minutes=5)
"""A token is renewed this long before it runs out."""

REST = 10.0
"""Seconds after a renewal that failed in which no other is tried: all messages of a batch meet it at once."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tokens:
    """An access token (25 hours) and the refresh token (three months, used once) that fetches the next two."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires: dt.datetime


class TokenStore(Protocol):
    """Where the tokens stay between runs. Processes that share an account share one store."""

    async def load(self) -> Tokens:
        """The tokens as last saved, by whomever."""

    async def save(self, tokens: Tokens) -> None:
        """Returns when they are on disk: the old refresh token is of no use any more."""

    def lock(self) -> AbstractAsyncContextManager[object]:
        """Held by one process at a time while it renews: a refresh token used twice is lost for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZaloSettings:
    """One Official Account as one application sees it."""

    app_id: str
    secret: str = field(repr=False)
    """The application's secret key; the webhook is signed with another, the account's."""
    oa_id: str
    tokens: TokenStore = field(repr=False)
    api: str = "https://openapi.zalo.me"
    business: str = "https://business.openapi.zalo.me"
    oauth: str = "https://oauth.zaloapp.com"
    pace: Pace = field(default_factory=lambda: Pace(rate=20, window=20))
    timeout: float = 10
    """Seconds."""
    prove: bool = False
    """Send ``appsecret_proof``, for an application that demands it."""
    proxy: str = field(default="", repr=False)
    """"http://host:port" of the way out; Zalo answers addresses in Việt Nam alone."""


class ZaloApi:
    """One account's calls over kept connections."""

    def __init__(self, settings: ZaloSettings) -> None:
        self.settings = settings
        self.http = Http(timeout=settings.timeout, window=max(settings.pace.window, 1), proxy=settings.proxy)
        self._known: Tokens | None = None
        self._renewing = asyncio.Lock()
        self._renewals: set[asyncio.Task[Tokens]] = set()
        self._failed_at = -REST
        self._unsaved: Tokens | None = None
        """Fetched, and not on disk: the account's only good pair. Kept until the store takes it."""

    async def post(self, url: str, body: dict[str, Any]) -> tuple[Answer, dict[str, Any] | None]:
        """One call with a JSON body. Raises LostError when no answer came, or no token is to be had (LATER)."""
        return await self._call("POST", url, json=body)

    async def get(self, url: str, params: dict[str, str]) -> tuple[Answer, dict[str, Any] | None]:
        """One question. Raises as ``post``."""
        return await self._call("GET", url, params=params)

    async def _call(self, method: str, url: str, **parts: Any) -> tuple[Answer, dict[str, Any] | None]:
        """One call; on a refused token one renewal and one more call, for the first did nothing."""
        tokens = await self._tokens()
        for attempt in (1, 2):
            answer = await self.http.call(method, url, headers=self._headers(tokens.access), **parts)
            told = answer.json()
            code = told.get("error") if told is not None else None
            if attempt == 1 and isinstance(code, int) and code in TOKEN:
                tokens = await self._renew(tokens)
            else:
                break
        return answer, told

    def _headers(self, access: str) -> dict[str, str]:
        headers = {"access_token": access}
        if self.settings.prove:
            key = self.settings.secret.encode()
            headers["appsecret_proof"] = hmac.new(key, access.encode(), hashlib.sha256).hexdigest()
        return headers

    async def _tokens(self) -> Tokens:
        """Tokens that are on disk and good for a while. Raises LostError (LATER) when none are to be had."""
        if self._known is None:
            self._known = await self._loaded()
        if self._unsaved is not None or self._known.expires - EARLY <= dt.datetime.now(dt.UTC):
            return await self._renew(self._known)
        return self._known

    async def _loaded(self) -> Tokens:
        try:
            return await self.settings.tokens.load()
        except Exception as error:
            raise self._no_store(error) from error

    def _no_store(self, error: Exception) -> LostError:
        """The store is away: the message did not leave, and is for later."""
        logger.error("tokens of Zalo account %s not at hand (%s)", self.settings.oa_id, type(error).__name__)
        return LostError(Outcome.LATER, "zalo:token-store")

    async def _renew(self, stale: Tokens) -> Tokens:
        """Tokens newer than ``stale``: those that another task or process fetched meanwhile, or new ones from Zalo.

        Goes on to its end when the caller is cancelled: Zalo may have taken the refresh token by then.
        """
        renewal = asyncio.create_task(self._renew_alone(stale))
        self._renewals.add(renewal)
        renewal.add_done_callback(self._renewals.discard)
        return await asyncio.shield(renewal)

    async def _renew_alone(self, stale: Tokens) -> Tokens:
        async with self._renewing:
            try:
                async with self.settings.tokens.lock():
                    return await self._renew_held(stale)
            except LostError:
                raise
            except Exception as error:
                raise self._no_store(error) from error

    async def _renew_held(self, stale: Tokens) -> Tokens:
        if self._unsaved is not None:
            return await self._saved(self._unsaved)
        held = await self.settings.tokens.load()
        if held.access != stale.access and held.expires - EARLY > dt.datetime.now(dt.UTC):
            self._known = held
            return held
        if time.monotonic() - self._failed_at < REST:
            raise LostError(Outcome.LATER, "zalo:token")
        try:
            fresh = await self._fetch(held.refresh)
        except LostError:
            self._failed_at = time.monotonic()
            raise
        return await self._saved(fresh)

    async def _saved(self, fresh: Tokens) -> Tokens:
        """On disk before their first use: the old pair is dead from here on."""
        self._unsaved = fresh
        await self.settings.tokens.save(fresh)
        self._known, self._unsaved = fresh, None
        return fresh

    async def _fetch(self, refresh: str) -> Tokens:
        try:
            answer = await self.http.call(
                "POST",
                f"{self.settings.oauth}/v4/oa/access_token",
                headers={"secret_key": self.settings.secret},
                data={"refresh_token": refresh, "app_id": self.settings.app_id, "grant_type": "refresh_token"},
            )
        except LostError as lost:
            # The message that waits for the token did not leave, whatever became of the renewal.
            raise LostError(Outcome.LATER, f"zalo:token-{lost.code}") from None
        told = answer.json() or {}
        access, following, seconds = told.get("access_token"), told.get("refresh_token"), told.get("expires_in")
        if not (isinstance(access, str) and isinstance(following, str) and access and following):
            code = told.get("error")
            logger.error("Zalo renewed no token for account %s (error %s)", self.settings.oa_id, code)
            raise LostError(Outcome.LATER, f"zalo:token{code if isinstance(code, int) else ''}")
        written = str(seconds)  # a number, as text
        lasting = int(written) if written.isascii() and written.isdigit() and len(written) < 8 else 3600
        return Tokens(access, following, dt.datetime.now(dt.UTC) + dt.timedelta(seconds=lasting))

    async def close(self) -> None:
        """Closes the connections, after a renewal under way is on disk."""
        await asyncio.gather(*self._renewals, return_exceptions=True)
        if self._unsaved is not None and self._known is not None:
            await asyncio.gather(self._renew(self._known), return_exceptions=True)
        await self.http.close()
