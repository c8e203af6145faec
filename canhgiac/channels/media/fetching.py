"""A picture that somebody sent us, fetched from where the platform keeps it: the platform's hosts alone, never our own
network, never more than a picture may hold.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from urllib.parse import urlsplit

import httpx

from ..push.guard import GuardedTransport

ZALO_HOSTS = ("zdn.vn", "zadn.vn", "zalo.me", "zaloapp.com", "dlfl.vn", "dlmd.me", "dlmd.vn")
MESSENGER_HOSTS = ("fbcdn.net", "fbsbx.com")
"""Hosts, with all below them, that serve what people send. Others are named in a provider's settings as
``media_hosts``; a host there that is a loopback address allows this machine, for the simulators."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_PORTS = (None, 443)


class MediaError(Exception):
    """It was not fetched; ``code`` says why: "host", "large", "gone" (an answer other than 200), "away"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def allowed(url: str, hosts: Iterable[str]) -> bool:
    """Whether an address may be asked: HTTPS on its own port at one of the hosts or below; loopback only where named.

    >>> allowed("https://photo-stal-9.zdn.vn/a.jpg", ZALO_HOSTS), allowed("https://zdn.vn.ke-gian.test/a", ZALO_HOSTS)
    (True, False)
    """
    named = frozenset(host.casefold() for host in hosts)
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").casefold(), parts.port
    except ValueError:
        return False
    if host in _LOOPBACK:
        return host in named and parts.scheme in {"http", "https"}
    if parts.scheme != "https" or port not in _PORTS or parts.username or parts.password:
        return False
    return any(host == one or host.endswith(f".{one}") for one in named - _LOOPBACK)


async def fetch(url: str, *, hosts: Iterable[str], most: int, timeout: float = 10.0) -> bytes:
    """The bytes behind an address, at most ``most``, within ``timeout`` seconds in all. Raises MediaError.

    No redirect is followed, no cookie or name of ours goes along; the name is resolved once and a private address is
    refused where it is connected to.
    """
    named = tuple(hosts)
    if not allowed(url, named):
        raise MediaError("host")
    loopback = (urlsplit(url).hostname or "").casefold() in _LOOPBACK
    transport = GuardedTransport(allow_loopback=loopback, limits=httpx.Limits(max_connections=1))
    try:
        async with (
            asyncio.timeout(timeout),
            httpx.AsyncClient(transport=transport, trust_env=False, follow_redirects=False, timeout=timeout) as client,
            client.stream("GET", url, headers={"Accept": "image/*"}) as answer,
        ):
            if answer.status_code != 200:
                raise MediaError("gone")
            told = answer.headers.get("content-length", "")
            if told.isdigit() and int(told[:12]) > most:
                raise MediaError("large")
            body = bytearray()
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > most:
                    raise MediaError("large")
            return bytes(body)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise MediaError("away") from error
