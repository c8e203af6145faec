"""What every kind of feed tells, once: who speaks, what is new, what is no longer so."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Link:
    """The same thing in another form: a CAP file, a PDF, a sound."""

    url: str
    kind: str
    """Media type: "application/cap+xml"."""
    title: str = ""
    size: int = 0
    """Bytes; 0 where unknown."""
    seconds: float = 0
    """Of a sound or film; 0 for others."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing told. ``uid`` stays the same for ever, whatever else changes (RFC 4151 tag or urn:uuid)."""

    uid: str
    title: str
    url: str
    published: dt.datetime
    updated: dt.datetime
    summary: str = ""
    html: str = ""
    language: str = "vi"
    categories: Sequence[str] = ()
    links: Sequence[Link] = ()
    """Those whose kind begins with audio/ or video/ are enclosures, the others alternates."""
    rights: str = ""
    expires: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One thing that is no longer to be used (RFC 6721). RSS has no form for it: there its entry is left out."""

    uid: str
    title: str
    url: str
    at: dt.datetime
    reason: str
    state: str = "withdrawn"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed at one moment."""

    title: str
    url: str
    """The page that people read."""
    own_url: str
    """Where this very feed is fetched."""
    author: str
    entries: Sequence[Entry] = ()
    gone: Sequence[Tombstone] = ()
    description: str = ""
    language: str = "vi"
    hub: str = ""
    """WebSub hub, if any."""
    icon: str = ""
    updated: dt.datetime | None = None
    """When anything in it last changed; None: found from what it holds."""

    @property
    def changed(self) -> dt.datetime:
        """When anything in it last changed; the year 2026's first moment for an empty feed, so that it is stable."""
        times = [*(entry.updated for entry in self.entries), *(tomb.at for tomb in self.gone)]
        return self.updated or max(times, default=dt.datetime(2026, 1, 1, tzinfo=VIETNAM))


def clean(text: str) -> str:
    """Without the signs that XML 1.0 refuses: controls, lone surrogates, U+FFFE, U+FFFF.

    >>> clean("a\\x00b\\x1b\\ud800c")
    'abc'
    """
    return _ILLEGAL.sub("", text)


def moment(at: dt.datetime) -> str:
    """RFC 3339 in Vietnamese time, whole seconds: "2026-12-18T17:30:00+07:00". Raises ValueError without a zone."""
    return local(at).isoformat(timespec="seconds")


def local(at: dt.datetime) -> dt.datetime:
    """The moment in Vietnamese time, whole seconds. Raises ValueError for one without a zone."""
    if at.tzinfo is None:
        raise ValueError("a moment without a zone")
    return at.astimezone(VIETNAM).replace(microsecond=0)


def etag(body: bytes) -> str:
    """The ETag of a body (RFC 9110 §8.8.3)."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'
