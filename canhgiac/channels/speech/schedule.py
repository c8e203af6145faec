"""What an IP loudspeaker polls: which recordings to play, when, until when, and which to drop; and what it tells back.

The document is JSON in one fixed spelling, so the same programme has the same bytes and the same ETag. Each loudspeaker
has a key of its own; header ``Signature`` is HMAC-SHA-256 (RFC 2104) in hexadecimal over a fixed word and the body.
Nobody without the key can make a loudspeaker speak, and ``serial`` only grows: a loudspeaker takes none lower than the
last, so that an old document played back cannot bring a recalled warning to life.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from canhgiac.channels.feeds.feed import VIETNAM, clean, local, moment

VERSION = 1
ZONE = "Asia/Ho_Chi_Minh"
USUAL_TIMES = (dt.time(6, 0), dt.time(17, 30))
"""When commune loudspeakers speak: before work and after."""
POLL_SECONDS = 60
"""A recall reaches a loudspeaker within a minute."""
MOST_REPORT_BYTES, MOST_PLAYS = 65_536, 200
_SCHEDULE, _REPORT = b"canhgiac-loa-lich-1\n", b"canhgiac-loa-bao-cao-1\n"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class ReportError(Exception):
    """A play report that is not taken; the words say why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class ScheduledItem:
    """One recording on one commune's programme."""

    id: str
    """The same for the same recording; letters, digits and . _ : - , at most 80. A new recording has a new one."""
    title: str
    url: str
    sha256: str
    size: int
    seconds: float
    start: dt.datetime
    until: dt.datetime
    """Not played at or after this moment, whatever became of the line."""
    at: Sequence[dt.time] = USUAL_TIMES
    """Local times of each day."""
    at_once: bool = False
    """Also played as soon as it arrives: for emergencies."""
    replaces: Sequence[str] = ()
    """Recordings to drop, in the middle of playing too."""

    def plays(self, after: dt.datetime, before: dt.datetime) -> list[dt.datetime]:
        """When it is to be played from ``after`` (left out) to ``before`` (included), by its times of day."""
        found: list[dt.datetime] = []
        day = max(local(after), local(self.start)).date()
        last = min(local(before), local(self.until)).date()
        while day <= last:
            moments = (dt.datetime.combine(day, time, VIETNAM) for time in sorted(set(self.at)))
            found += [one for one in moments if after < one <= before and self.start <= one < self.until]
            day += dt.timedelta(days=1)
        return found


def schedule_written(  # one document, one call
    *,
    area: str,
    name: str,
    items: Iterable[ScheduledItem],
    serial: int,
    recalled: Iterable[str] = (),
    report_url: str = "",
    poll_seconds: int = POLL_SECONDS,
) -> bytes:
    """The document for one commune. ``area`` is its code, ``serial`` a number that grows with every change (as the
    milliseconds of the last change), ``recalled`` the ids to be dropped, ``report_url`` where plays are told.

    Raises ValueError for an odd id or digest, two items with one id, one that ends before it starts, one that is also
    recalled, or a moment without a zone.
    """
    told = [_item_told(item) for item in sorted(items, key=lambda item: (item.start, item.id))]
    dropped = sorted(set(recalled))
    ids = [str(item["id"]) for item in told]
    if len(set(ids)) < len(ids) or set(ids) & set(dropped):
        raise ValueError("an id stands twice, or is both played and recalled")
    for one in dropped:
        _identified(one)
    document = {
        "version": VERSION,
        "area": {"code": area, "name": clean(name)},
        "zone": ZONE,
        "serial": serial,
        "poll_seconds": poll_seconds,
        "report": clean(report_url),
        "items": told,
        "recalled": dropped,
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _item_told(item: ScheduledItem) -> dict[str, object]:
    if not _SHA256.fullmatch(item.sha256):
        raise ValueError(f"not a SHA-256: {item.sha256!r}")
    if item.until <= item.start:
        raise ValueError(f"{item.id} ends before it starts")
    return {
        "id": _identified(item.id),
        "title": clean(item.title),
        "url": clean(item.url),
        "type": "audio/mpeg",
        "sha256": item.sha256,
        "size": item.size,
        "seconds": round(item.seconds, 1),
        "from": moment(item.start),
        "until": moment(item.until),
        "at": [f"{time:%H:%M}" for time in sorted(set(item.at))],
        "at_once": item.at_once,
        "replaces": [_identified(one) for one in sorted(set(item.replaces))],
    }


def _identified(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(f"not an id: {text!r}")
    return text


# Keys and signatures --------------------------------------------------------------------------------------------------


def key_made() -> str:
    """A new key for one loudspeaker: 64 hexadecimal digits, typed or scanned into it once."""
    return secrets.token_hex(32)


def key_digest(key: str) -> bytes:
    """SHA-256 of a key, 32 bytes: the loudspeaker's name in its addresses, from which the key cannot be found again.

    Raises ValueError for what is not hexadecimal.
    """
    return hashlib.sha256(bytes.fromhex(key)).digest()


def schedule_signature(key: str, body: bytes) -> str:
    """The value of ``Signature`` beside a programme. ``key`` as :func:`key_made` gives it."""
    return _signed(key, _SCHEDULE, body)


def report_signature(key: str, body: bytes) -> str:
    """The value of ``Signature`` with which a loudspeaker tells what it played."""
    return _signed(key, _REPORT, body)


def report_is_signed(key: str, body: bytes, signature: str) -> bool:
    """Whether a loudspeaker with this key wrote the report; takes the same time for any wrong one."""
    return hmac.compare_digest(report_signature(key, body).encode(), signature.strip().lower().encode(errors="replace"))


def _signed(key: str, word: bytes, body: bytes) -> str:
    """Two words keep a programme from being handed back as a report."""
    return hmac.new(bytes.fromhex(key), word + body, hashlib.sha256).hexdigest()


# Reports --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Play:
    """One playing, as the loudspeaker tells it."""

    id: str
    at: dt.datetime
    seconds: float
    done: bool
    """False: broken off, by a recall or a fault."""
    sha256: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class PlayReport:
    """What one loudspeaker did. The same playing may be told twice: (speaker, id, at) is one."""

    speaker: str
    area: str
    plays: tuple[Play, ...]


def report_read(body: bytes) -> PlayReport:
    """The report in a body whose signature was checked:

    ``{"speaker": "loa-1", "area": "22045", "plays": [{"id": …, "at": "2026-12-18T17:30:00+07:00", "seconds": 61.2,
    "done": true, "sha256": …, "fault": ""}]}``. Unknown names are left unread. Raises ReportError.
    """
    if len(body) > MOST_REPORT_BYTES:
        raise ReportError("Báo cáo phát quá dài.")
    try:
        told = json.loads(body)
        plays = told["plays"]
        if not isinstance(plays, list) or len(plays) > MOST_PLAYS:
            raise ReportError(f"Mỗi lần báo cáo nhiều nhất {MOST_PLAYS} lượt phát.")
        return PlayReport(_identified(told["speaker"]), _identified(told["area"]), tuple(map(_play_read, plays)))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise ReportError("Báo cáo phát không đúng mẫu.") from error


def _play_read(told: dict[str, object]) -> Play:
    at = dt.datetime.fromisoformat(_string(told["at"]))
    seconds, sha256 = told["seconds"], _string(told["sha256"])
    if at.tzinfo is None or not _SHA256.fullmatch(sha256) or not isinstance(told["done"], bool):
        raise ValueError("a play without zone, digest or end")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= 86_400:
        raise ValueError("seconds")
    fault = clean(_string(told.get("fault", "")))[:200]
    return Play(_identified(_string(told["id"])), local(at), float(seconds), told["done"], sha256, fault)


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text")
    return value
