"""Statements handed to a learning record store by HTTP (ADL xAPI 1.0.3, part three, 2.1 "Statement Resource").

Sending is journalled by who calls: a statement has its id before it leaves, and a store that has the id already takes
the same statement again without keeping it twice (2.1.2). So after a broken connection the same batch is sent again.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

VERSION = "1.0.3"
MOST_BYTES = 262_144
"""A longer answer is not read to its end."""


class LrsError(Exception):
    """The store did not take what was sent.

    ``permanent``: the same request will be refused again (4xx). ``status``: 0 where no answer came. ``after``: seconds
    that the store asked to wait, else None.
    """

    def __init__(self, message: str, *, permanent: bool, status: int = 0, after: float | None = None) -> None:
        super().__init__(message)
        self.permanent, self.status, self.after = permanent, status, after


@dataclass(frozen=True, slots=True)
class Result:
    """An answer of the store: its status and what it said, read as JSON where it is JSON."""

    status: int
    told: Any


@dataclass(frozen=True, kw_only=True)
class LrsClient:
    """Speaks to one endpoint ("https://lrs.test/xapi"); follows no redirect, keeps no connection.

    ``timeout`` in seconds holds for each step. http:// is for a simulator on the same machine alone.
    """

    endpoint: str
    user: str = ""
    secret: str = field(default="", repr=False)
    timeout: float = 10

    def about(self) -> list[str]:
        """The versions the store speaks (2.8 "About Resource"), after a look at its statements with our password.

        Raises LrsError, also where it does not speak 1.0.x.
        """
        told = self._call("GET", "/about").told
        versions = told.get("version", []) if isinstance(told, dict) else []
        versions = [one for one in versions if isinstance(one, str)] if isinstance(versions, list) else []
        if not any(one.startswith("1.0") for one in versions):
            raise LrsError("about: no version 1.0.x", permanent=True, status=200)
        self._call("GET", "/statements?limit=1")
        return versions

    def send(self, bodies: Sequence[Mapping[str, Any]]) -> None:
        """Hands over a batch in one POST; the store takes all of it or none (2.1.2). Raises LrsError."""
        self._call("POST", "/statements", json.dumps(list(bodies), ensure_ascii=False).encode())

    def put(self, uid: str, body: Mapping[str, Any]) -> None:
        """Hands over one statement under its id. Raises LrsError: 409 for one that differs from what is kept."""
        self._call("PUT", f"/statements?statementId={uid}", json.dumps(body, ensure_ascii=False).encode())

    def _call(self, method: str, more: str, body: bytes = b"") -> Result:
        address = urlsplit(self.endpoint)
        headers = {"X-Experience-API-Version": VERSION, "Accept": "application/json"}
        if body:
            headers["Content-Type"] = "application/json"
        if self.user or self.secret:
            pair = base64.b64encode(f"{self.user}:{self.secret}".encode()).decode()
            headers["Authorization"] = f"Basic {pair}"
        try:
            connection = self._connection(address.scheme, address.hostname or "", address.port)
        except ValueError as error:
            raise LrsError(f"{self.endpoint}: {error}", permanent=True) from error
        try:
            connection.request(method, address.path.rstrip("/") + more, body or None, headers)
            answer = connection.getresponse()
            told = answer.read(MOST_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise LrsError(f"{address.hostname}: {error or type(error).__name__}", permanent=False) from error
        finally:
            connection.close()
        if answer.status not in {200, 204}:
            raise _refused(address.hostname or "", answer, told)
        return Result(answer.status, _json(told))

    def _connection(self, scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
        if scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=self.timeout, context=ssl.create_default_context())
        return http.client.HTTPConnection(host, port, timeout=self.timeout)


def _refused(host: str, answer: http.client.HTTPResponse, told: bytes) -> LrsError:
    status = answer.status
    lasting = 300 <= status < 500 and status not in {408, 425, 429}
    words = " ".join(told[:400].decode("utf-8", "replace").split())[:200]
    wait = answer.headers.get("Retry-After", "")
    after = float(wait) if wait.isascii() and wait.isdigit() and len(wait) < 6 else None
    return LrsError(f"{host}: HTTP {status} {words}".strip(), permanent=lasting, status=status, after=after)


def _json(told: bytes) -> Any:
    try:
        return json.loads(told) if told else None
    except (ValueError, RecursionError):
        return None
