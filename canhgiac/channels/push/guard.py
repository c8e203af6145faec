"""Keeps requests to addresses that strangers gave us out of our own network.

The check is made on the very addresses that are connected to, so a name that changes between check and use changes
nothing (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from contextlib import suppress

import httpcore
import httpx


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the internet: not private, loopback, link-local, shared, reserved, multicast."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if found in NAT64:
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    return found.is_global and not found.is_multicast and not found.is_reserved


NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class _Backend(httpcore.AsyncNetworkBackend):
    """Resolves names itself and connects to public addresses alone."""

    def __init__(self, *, allow_loopback: bool) -> None:
        self._inner = httpcore.AnyIOBackend()
        self._allow_loopback = allow_loopback

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout):
                rows = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except TimeoutError:
            raise httpcore.ConnectTimeout("name not answered") from None
        except (OSError, UnicodeError):
            raise httpcore.ConnectError("name not known") from None
        addresses = [str(row[4][0]) for row in rows]
        if not addresses or not all(self._may(address) for address in addresses):
            raise httpcore.ConnectError("address not allowed")
        tried = addresses[:3]
        part = None if timeout is None else timeout / len(tried)
        for address in tried[:-1]:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await self._inner.connect_tcp(address, port, part, local_address, socket_options)
        return await self._inner.connect_tcp(tried[-1], port, part, local_address, socket_options)

    def _may(self, address: str) -> bool:
        if self._allow_loopback and ipaddress.ip_address(address).is_loopback:
            return True
        return is_public(address)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport over a pool that connects to public addresses alone."""

    def __init__(self, *, allow_loopback: bool, limits: httpx.Limits) -> None:
        context = httpx.create_ssl_context(trust_env=False)
        super().__init__(verify=context, trust_env=False, limits=limits)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=_Backend(allow_loopback=allow_loopback),
        )
