"""The calendar as iCalendar (RFC 5545) for a member's own calendar program."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from icalendar import Calendar, Event

from canhgiac.agencies.models import ApiToken, Member
from canhgiac.kit import clock

from .calendar import Entry, entries_between

SCOPE = "calendar"
MOST = 2000
"""Events in one feed, those nearest to today: phones choke on more."""
PAST, AHEAD = dt.timedelta(days=90), dt.timedelta(days=400)
"""How far a feed reaches: enough to look back on a quarter and to see every yearly day once."""


def feed_entries(member: Member) -> list[Entry]:
    """What the member's feed holds: the calendar's own entries, each key once."""
    today = clock.today()
    with translation.override(member.language):
        entries = entries_between(member, today - PAST, today + AHEAD).entries
    # An occurrence that some agencies closed and others did not is one event: the open one.
    by_key = {entry.key: entry for entry in sorted(entries, key=lambda entry: entry.state != "done")}
    nearest = sorted(by_key.values(), key=lambda entry: (abs(entry.day - today), entry.key))[:MOST]
    return sorted(nearest, key=lambda entry: (entry.day, entry.key))


def feed_tag(entries: Iterable[Entry]) -> str:
    """An ETag: the same while nothing of the feed changes."""
    digest = hashlib.sha256()
    for entry in entries:
        digest.update(repr(entry).encode())
    return f'"{digest.hexdigest()[:32]}"'


def feed_changed(entries: Iterable[Entry]) -> dt.datetime | None:
    """The latest change among the entries."""
    return max((entry.changed for entry in entries if entry.changed), default=None)


def feed_ics(entries: Iterable[Entry], *, language: str) -> bytes:
    """The feed: whole-day events that block no time, each with a UID that lasts and a SEQUENCE that grows."""
    with translation.override(language):
        feed = Calendar()
        feed.add("prodid", "-//Canh Giac//Lich//VI")
        feed.add("version", "2.0")
        feed.add("x-wr-calname", _("Cảnh Giác: hạn nhiệm vụ"))
        feed.add("x-wr-timezone", clock.VIETNAM.key)
        feed.add("refresh-interval", dt.timedelta(hours=6), parameters={"VALUE": "DURATION"})
        host = urlsplit(settings.BASE_URL).hostname or "localhost"
        for entry in entries:
            feed.add_component(_event(entry, host))
        return bytes(feed.to_ical())


def _event(entry: Entry, host: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@{host}")
    event.add("dtstamp", (entry.changed or dt.datetime.combine(entry.day, dt.time(), clock.VIETNAM)).astimezone(dt.UTC))
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + clock.DAY)
    done = "✓ " if entry.state == "done" else ""
    event.add("summary", f"{done}{entry.text}")
    event.add("description", entry.detail)
    event.add("categories", [str(KINDS[entry.kind])])
    event.add("transp", "TRANSPARENT")
    path = (
        reverse("task_detail", args=[entry.task_id])
        if entry.task_id
        else reverse("calendar") + f"?thang={entry.day:%Y-%m}"
    )
    event.add("url", urljoin(settings.BASE_URL, path))
    return event


KINDS = {
    "task": gettext_lazy("Nhiệm vụ"),
    "obligation": gettext_lazy("Báo cáo"),
    "target": gettext_lazy("Chỉ tiêu"),
    "deadline": gettext_lazy("Thời hạn"),
}


def feed_token(member: Member) -> ApiToken | None:
    """The member's feed link in force, by its row: the key itself is not kept."""
    return (
        ApiToken.objects.filter(member=member, scopes__contains=[SCOPE], revoked_at__isnull=True)
        .order_by("-created_at")
        .first()
    )
