"""One request handed to one partner's server, and the state of it asked for later.

Both sides share a secret. Each call carries ``Date``, ``Idempotency-Key`` and ``Signature``: HMAC-SHA-256 (RFC 2104)
in hexadecimal over "<method>\\n<path>\\n<date>\\n<idempotency key>\\n<SHA-256 of the body>". The same key is
carried out once by the partner, however often it arrives.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import ssl
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any
from urllib.parse import quote, urlsplit

MOST_BYTES = 65_536
"""An answer is a few lines; a longer one is not read to its end."""


class TransportError(Exception):
    """The partner's server did not take the request.

    ``permanent``: the same request will be refused again (4xx). Otherwise the fault is of the moment.
    """

    def __init__(self, message: str, permanent: bool) -> None:  # the two facts of the error
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class Answer:
    """What the partner says of a request.

    ``state``: "received", "done", "partly" or "refused". ``held``: đồng kept back; None where it does not say.
    """

    reference: str
    state: str
    held: int | None = None
    words: str = ""


STATES = frozenset({"received", "done", "partly", "refused"})


def sign(secret: str, method: str, path: str, date: str, key: str, body: bytes) -> str:  # noqa: PLR0917  # the parts in their order
    """The value of ``Signature``."""
    told = "\n".join((method, path, date, key, hashlib.sha256(body).hexdigest()))
    return hmac.new(secret.encode(), told.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, kw_only=True)
class PartnerTransport:
    """Speaks to one partner's endpoint ("https://ngan-hang.test/v1/requests"); follows no redirect.

    ``timeout`` in seconds holds for each step. http:// is for a simulator on the same machine alone.
    """

    endpoint: str
    secret: str = field(repr=False)
    timeout: float = 10

    def send(self, body: dict[str, Any], *, key: str) -> Answer:
        """Hands over one request. The partner answers 200 or 202 with what it did so far. Else TransportError."""
        return self._call("POST", "", json.dumps(body, ensure_ascii=False).encode(), key)

    def ask(self, reference: str) -> Answer:
        """What became of a request that the partner took before. Else TransportError."""
        return self._call("GET", "/" + quote(reference, safe=""), b"", "")

    def _call(self, method: str, more: str, body: bytes, key: str) -> Answer:
        address = urlsplit(self.endpoint)
        path = address.path.rstrip("/") + more
        date = formatdate(usegmt=True)
        headers = {
            "Date": date,
            "Idempotency-Key": key,
            "Signature": sign(self.secret, method, path, date, key, body),
            "Content-Type": "application/json; charset=utf-8",
        }
        connection = self._connection(address.scheme, address.hostname or "", address.port)
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            told = answer.read(MOST_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise TransportError(f"{address.hostname}: {error or type(error).__name__}", permanent=False) from error
        finally:
            connection.close()
        if answer.status not in {200, 202}:
            lasting = 400 <= answer.status < 500 and answer.status not in {408, 425, 429}
            raise TransportError(f"{address.hostname}: HTTP {answer.status}", permanent=lasting)
        return _read(told)

    def _connection(self, scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
        if scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, port, timeout=self.timeout, context=context)
        return http.client.HTTPConnection(host, port, timeout=self.timeout)


def _read(told: bytes) -> Answer:
    """The answer, or TransportError for one that does not keep to the form: the request may have been carried out, so
    it is asked for again and not sent as a new one."""
    try:
        found = json.loads(told)
        held = found.get("held")
        answer = Answer(
            str(found["reference"])[:80],
            str(found["state"]),
            None if held is None else int(held),
            str(found.get("words", ""))[:1000],
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise TransportError(f"unreadable answer: {type(error).__name__}", permanent=False) from error
    if answer.state not in STATES or (answer.held is not None and not 0 <= answer.held < 2**63):
        raise TransportError("unreadable answer: no such state or sum", permanent=False)
    return answer
