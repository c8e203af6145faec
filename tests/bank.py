"""The simulated partner bank in a process of its own, over its real wire."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

from simulators.bank import SECRET


@dataclass(frozen=True)
class PartnerBank:
    """The bank of ``python -m simulators``: where it takes requests, and what it has."""

    url: str
    secret: str = SECRET

    @property
    def endpoint(self) -> str:
        """What a partner's row holds."""
        return f"{self.url}v1/requests"

    def book(self) -> list[dict[str, Any]]:
        """The requests, newest first."""
        with urllib.request.urlopen(f"{self.url}api/bank", timeout=60) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found

    def answer(self, reference: str, *, state: str, held: int | None = None, words: str = "") -> None:
        """A teller's answer at the bank's own page."""
        given = {"reference": reference, "state": state, "held": "" if held is None else str(held), "words": words}
        data = urllib.parse.urlencode(given).encode()
        urllib.request.urlopen(f"{self.url}ngan-hang/tra-loi", data, timeout=60).close()
