"""A partner bank that takes freeze requests, for demo and tests.

- ``POST /v1/requests`` a request, signed; ``GET /v1/requests/REFERENCE`` what became of it, signed
- ``/ngan-hang/`` what arrived, with buttons by which a teller answers; ``/api/bank`` the same as JSON

What it does by itself is told by the account's last digit: 7 keeps the whole sum, 5 a part, 3 refuses, 1 fails the
first time (503), all others wait for the teller. The same idempotency key is taken once.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import threading
from dataclasses import asdict, dataclass
from email.utils import parsedate_to_datetime
from typing import Any

SECRET = "khoa-thu-cua-ngan-hang-mo-phong"  # noqa: S105  # of the simulator, known to all
SECONDS = 300
"""A call older than this is not taken: it may be a copy."""


@dataclass
class Freeze:
    """One request as the bank keeps it."""

    reference: str
    key: str
    body: dict[str, Any]
    state: str = "received"
    held: int | None = None
    words: str = ""
    times: int = 1


class Bank:
    """The bank's book. Safe to use from several threads."""

    def __init__(self, secret: str = SECRET) -> None:
        self.secret = secret
        self._book: dict[str, Freeze] = {}
        self._put_off: set[str] = set()
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def is_ours(self, method: str, path: str, headers: Any, body: bytes, now: float) -> bool:
        """Whether the call was signed with the shared secret, lately."""
        date, key = headers.get("Date", ""), headers.get("Idempotency-Key", "")
        try:
            age = abs(now - parsedate_to_datetime(date).timestamp())
        except (TypeError, ValueError):
            return False
        told = "\n".join((method, path, date, key, hashlib.sha256(body).hexdigest()))
        wanted = hmac.new(self.secret.encode(), told.encode(), hashlib.sha256).hexdigest()
        return age <= SECONDS and hmac.compare_digest(wanted, headers.get("Signature", ""))

    def take(self, key: str, body: dict[str, Any]) -> Freeze | None:
        """Takes a request once; None asks to come again."""
        account = str(body.get("account", {}).get("number", ""))
        with self._lock:
            for held in self._book.values():
                if held.key == key:
                    held.times += 1
                    return held
            if account.endswith("1") and key not in self._put_off:
                self._put_off.add(key)
                return None
            freeze = Freeze(f"NH-{next(self._numbers):06d}", key, body)
            self._decide(freeze, account, body.get("amount"))
            self._book[freeze.reference] = freeze
            return freeze

    def _decide(self, freeze: Freeze, account: str, amount: Any) -> None:
        asked = amount if isinstance(amount, int) else 0
        if account.endswith("7"):
            freeze.state, freeze.held, freeze.words = "done", asked, "Đã tạm dừng, còn đủ số tiền."
        elif account.endswith("5"):
            freeze.state, freeze.held, freeze.words = "partly", asked // 2, "Một phần đã bị rút trước khi nhận yêu cầu."
        elif account.endswith("3"):
            freeze.state, freeze.words = "refused", "Số tài khoản không tồn tại."

    def answer(self, reference: str, state: str, held: int | None, words: str) -> bool:
        """The teller's answer; False when there is no such request."""
        with self._lock:
            freeze = self._book.get(reference)
            if freeze is None:
                return False
            freeze.state, freeze.held, freeze.words = state, held, words
            return True

    def told(self, reference: str) -> dict[str, Any] | None:
        """What the bank says of one request."""
        with self._lock:
            freeze = self._book.get(reference)
            return None if freeze is None else _told(freeze)

    def book(self) -> list[dict[str, Any]]:
        """All requests, newest first."""
        with self._lock:
            return [asdict(freeze) for freeze in reversed(self._book.values())]

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._book.clear()
            self._put_off.clear()


def _told(freeze: Freeze) -> dict[str, Any]:
    return {"reference": freeze.reference, "state": freeze.state, "held": freeze.held, "words": freeze.words}


def answer_call(bank: Bank, method: str, path: str, headers: Any, body: bytes, now: float) -> tuple[int, str]:  # noqa: PLR0917  # an HTTP call's parts
    """Status and JSON for one call of the programme."""
    if not bank.is_ours(method, path, headers, body, now):
        return 401, json.dumps({"error": "chữ ký không đúng hoặc đã cũ"}, ensure_ascii=False)
    if method == "GET":
        told = bank.told(path.rsplit("/", 1)[-1])
        return (200, json.dumps(told, ensure_ascii=False)) if told else (404, '{"error": "không có yêu cầu này"}')
    try:
        asked = json.loads(body)
    except ValueError:
        asked = None
    if not isinstance(asked, dict) or not isinstance(asked.get("account"), dict):
        return 422, '{"error": "thiếu tài khoản"}'
    freeze = bank.take(headers.get("Idempotency-Key", ""), asked)
    if freeze is None:
        return 503, '{"error": "hệ thống bận, gửi lại sau"}'
    return 202, json.dumps(_told(freeze), ensure_ascii=False)
