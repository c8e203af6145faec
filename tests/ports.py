"""Ports for servers that a test starts as processes of their own."""

from __future__ import annotations

import secrets
import socket


def free_ports(count: int) -> list[int]:
    """Ports that nobody has, below those that systems hand out: none goes to another run before ours listens on it."""
    found: set[int] = set()
    while len(found) < count:
        port = 12_000 + secrets.randbelow(20_000)
        if is_free(port):
            found.add(port)
    return list(found)


def is_free(port: int) -> bool:
    """Whether one may listen on it now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
