"""Who may ask the look-up server: tokens from a small file, quotas by the minute, counts that tell no key.

The web side writes the file of tokens, as it alone knows partners: a JSON object from the SHA-256 (hex) of a token to
{"scopes": [...], "quota_per_minute": int, "partner": str, "expires_at": seconds since 1970 or null}. Scopes are
``CHECK`` and ``BULK``. A token itself is never written, neither there nor here.

Counts are lines of JSON in access/<day>.jsonl, one for each token and route in about ten seconds: "at" (UTC), "token"
(the SHA-256, empty for requests without a right token), "partner", "route", "requests", "asked", "found", "refused".
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from .index import Seen, seen

CHECK, BULK = "indicators:check", "indicators:bulk"
_BEARER = "bearer "


@dataclass(slots=True)
class Count:
    """What one token asked on one route since it was last written down."""

    short: int = 0
    """Requests with one key that were answered the short way: counted once, told as asked and as requests."""
    requests: int = 0
    asked: int = 0
    found: int = 0
    refused: int = 0


_NO_COUNT = Count()


@dataclass(slots=True)
class Partner:
    """A token's rights and what it used in this minute."""

    token: str
    """SHA-256 of the token, hex."""
    name: str
    scopes: frozenset[str]
    quota: int
    """Keys a minute, by all workers together."""
    expires: float = float("inf")
    used: int = 0
    """In this minute by this worker."""
    most: int = 0
    """What this worker may use in this minute: the quota less what the other workers used, as they last told."""
    single: Count = field(default_factory=Count)
    """What is counted for single questions, at hand."""

    def take(self) -> bool:
        """Counts one key; False when the minute's quota is used up.

        Workers tell each other once a second, so several may go beyond the quota by what they answer in one.
        """
        if self.used >= self.most:
            return False
        self.used += 1
        return True


@dataclass(slots=True)
class Partners:
    """The tokens of the file as it last was, with quotas and counts. For one thread."""

    path: Path
    by_header: dict[str, Partner] = field(default_factory=dict)
    """Headers that were found right, so that a token is hashed once."""
    checking: dict[str | None, Partner] = field(default_factory=dict)
    """Those of them whose partner may ask single questions."""
    _by_token: dict[str, Partner] = field(default_factory=dict)
    _counts: dict[tuple[str, str], Count] = field(default_factory=dict)
    _seen: Seen | None = None
    _minute: int = -1
    _told: dict[str, int] = field(default_factory=dict)
    _written: float = 0.0

    def of(self, header: str | None) -> Partner | None:
        """Whose token an Authorization header carries; None for none that is right."""
        if not header or header[:7].lower() != _BEARER:
            return None
        partner = self._by_token.get(sha256(header[7:].strip().encode("utf-8", "replace")).hexdigest())
        if partner is None or partner.expires <= time.time():
            return None
        self.by_header[header] = partner
        if CHECK in partner.scopes:
            self.checking[header] = partner
        return partner

    def count(self, partner: Partner | None, route: str) -> Count:
        """The count to add to, until ``flush``."""
        return self._counts.setdefault((partner.token if partner else "", route), Count())

    def tick(self) -> str:
        """Once a second: reads a changed file, starts a new minute, tells and hears of other workers.

        Returns a sentence when the file could not be read; the tokens known before stay then.
        """
        problem = self._read()
        now = time.time()
        minute = int(now // 60)
        if minute != self._minute:
            self._minute = minute
            for partner in self._by_token.values():
                partner.used, partner.most = 0, partner.quota
        for header in [header for header, partner in self.by_header.items() if partner.expires <= now]:
            del self.by_header[header]
            self.checking.pop(header, None)
        self._tell()
        self._hear()
        if now - self._written >= 10:
            self._written = now
            self.flush()
        return problem

    def _read(self) -> str:
        found = seen(self.path)
        if found == self._seen:
            return ""
        self._seen = found
        if found is None:
            self._take({})
            return ""
        try:
            given = json.loads(self.path.read_bytes())
            partners = {token.lower(): _partner(token.lower(), facts) for token, facts in given.items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return f"{self.path.name}: not a file of tokens; the tokens known before stay"
        self._take(partners)
        return ""

    def _take(self, partners: dict[str, Partner]) -> None:
        """These and no others from now on, with what those who stay have used."""
        for token, partner in partners.items():
            before = self._by_token.get(token)
            if before:
                partner.used, partner.most = before.used, partner.quota - before.quota + before.most
            partner.single = self.count(partner, "check")
        self._by_token, self.by_header, self.checking = partners, {}, {}

    def _tell(self) -> None:
        used = {partner.token: partner.used for partner in self._by_token.values() if partner.used}
        if used != self._told:
            self._told = used
            place = self._use() / f"{os.getpid()}.json"
            _put_quietly(place, json.dumps({"minute": self._minute, "used": used}))

    def _hear(self) -> None:
        totals: dict[str, int] = {}
        for place in self._use().glob("*.json"):
            if place.stem == str(os.getpid()):
                continue
            try:
                told = json.loads(place.read_bytes())
                if told["minute"] == self._minute:
                    for token, used in told["used"].items():
                        totals[token] = totals.get(token, 0) + used
                elif told["minute"] < self._minute - 5:  # of a worker that is gone
                    place.unlink(missing_ok=True)
            except (OSError, ValueError, TypeError, KeyError):
                continue
        for token, partner in self._by_token.items():
            partner.most = partner.quota - totals.get(token, 0)

    def _use(self) -> Path:
        return self.path.parent / "use"

    def flush(self) -> None:
        """Writes the counts down, each line whole: several workers append to one file."""
        counts, self._counts = self._counts, {}
        for partner in self._by_token.values():
            partner.single = self.count(partner, "check")
        now = datetime.now(UTC)
        lines = []
        for (token, route), count in counts.items():
            if count == _NO_COUNT:
                continue
            asker = self._by_token.get(token)
            line = {"at": now.isoformat(timespec="seconds"), "token": token, "partner": asker.name if asker else ""}
            requests, asked = count.requests + count.short, count.asked + count.short
            line |= {"route": route, "requests": requests, "asked": asked}  # type: ignore[dict-item]
            lines.append(json.dumps(line | {"found": count.found, "refused": count.refused}, ensure_ascii=False))
        if lines:
            place = self.path.parent / "access" / f"{now:%Y-%m-%d}.jsonl"
            _put_quietly(place, "\n".join(lines) + "\n", append=True)


def _partner(token: str, facts: dict[str, object]) -> Partner:
    scopes, quota, expires = facts["scopes"], facts["quota_per_minute"], facts.get("expires_at")
    if not isinstance(scopes, list) or not isinstance(quota, int) or not isinstance(expires, int | float | None):
        raise TypeError("scopes, quota or expiry")
    until = float("inf") if expires is None else float(expires)
    return Partner(token, str(facts.get("partner", "")), frozenset(map(str, scopes)), quota, until, most=quota)


def _put_quietly(place: Path, text: str, *, append: bool = False) -> None:
    """Writes; a full disk costs the counts and never an answer."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else os.O_TRUNC)
        handle = os.open(place, flags, 0o640)
        try:
            os.write(handle, text.encode())
        finally:
            os.close(handle)
    except OSError:
        return
