"""How fast, and how long to leave a server alone that cannot be reached."""

from __future__ import annotations

import time

LONGEST, LONGEST_LOGIN = 60.0, 900.0
"""Seconds between two tries; a refused password is tried less often, as servers lock accounts and addresses."""
FIRST_LOGIN = 60.0
BURST_SECONDS = 0.1


class Meter:
    """A token bucket: ``rate`` mails a second (0 for no limit), a tenth of a second's worth at once."""

    def __init__(self, rate: float) -> None:  # the contract with the provider
        self._rate = rate
        self._room = max(1.0, rate * BURST_SECONDS)
        self._tokens = self._room
        self._at = time.monotonic()

    def seconds(self) -> float:
        """How long until the next mail may go; 0 when it may go now."""
        if not self._rate:
            return 0
        now = time.monotonic()
        self._tokens = min(self._room, self._tokens + (now - self._at) * self._rate)
        self._at = now
        return 0 if self._tokens >= 1 else (1 - self._tokens) / self._rate

    def count(self) -> None:
        """One mail goes."""
        self._tokens -= 1


class Brake:
    """Back-off that doubles. ``code`` says why, in our spelling."""

    def __init__(self, first: float) -> None:  # seconds
        self._first = first
        self._tries = 0
        self._until = 0.0
        self.code = ""
        self.is_slow = False

    def press(self, code: str, *, is_login: bool, is_slow: bool) -> None:
        """A try failed."""
        first, longest = (FIRST_LOGIN, LONGEST_LOGIN) if is_login else (self._first, LONGEST)
        self._until = time.monotonic() + min(longest, first * 2 ** min(self._tries, 20))
        self._tries += 1
        self.code, self.is_slow = code, is_slow

    def release(self) -> None:
        """The server answered as it should."""
        self._tries, self._until, self.code, self.is_slow = 0, 0.0, "", False

    def seconds(self) -> float:
        """How long until the next try may be made; 0 when it may be made now."""
        return max(0.0, self._until - time.monotonic())
