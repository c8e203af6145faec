"""The look-up server's files: the whole register at night, what changed each minute."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from canhgiac.agencies.services import audit_record
from canhgiac.engines.lookup.entries import REMOVED, Raw, State
from canhgiac.engines.lookup.writing import changes_path, write_changes, write_index
from canhgiac.indicators.models import IndexRelease
from canhgiac.kit import clock

LOCK = 7_210_031
"""Advisory lock: one writer of the files at a time, on whichever machine."""
OVERLAP = dt.timedelta(seconds=90)
"""A transaction may commit rows that it stamped a while ago; changes reach back so much further than they need to."""
REBUILD_AFTER, REBUILD_CHANGES = dt.timedelta(hours=20), 200_000
"""The whole is written anew after so long, or when the changes grow beyond so many keys."""
CHUNK = 50_000
_LIVE = "state < 4 AND (state = 3 OR sightings_count > 0) AND (expires_on IS NULL OR expires_on >= %s)"


def _day(column: str) -> str:
    """A moment's day in Viet Nam as ``date.toordinal`` counts it."""
    return f"({column} AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - date '0001-01-01' + 1"


_ROW = f"tags, {_day('first_seen')}, {_day('last_seen')}, sightings_count FROM indicators_indicator"
_ALL = f"SELECT kind, value, state, {_ROW} WHERE {_LIVE}"  # our own constants
_CHANGED = (
    f"SELECT kind, value, CASE WHEN {_LIVE} THEN state ELSE {REMOVED} END, {_ROW}"  # the same
    " WHERE changed_at >= %s OR (expires_on >= %s AND expires_on < %s)"
)
_GOOD = (
    f"SELECT kind, value, CASE WHEN retired_at IS NULL THEN {int(State.KNOWN_GOOD)} ELSE {REMOVED} END, 0,"  # noqa: S608
    f" {_day('added_at')}, {_day('added_at')}, 0 FROM indicators_knowngood g WHERE retired_at IS NULL OR (%s AND NOT"
    " EXISTS (SELECT 1 FROM indicators_indicator i WHERE i.kind = g.kind AND i.value = g.value))"
)


def index_path() -> Path:
    """Where the look-up server reads the index."""
    return Path(settings.LOOKUP_ROOT) / "index.cgi"


def index_build() -> IndexRelease | None:
    """Writes the whole index from a snapshot of the register and drops the changes that it holds; the row says so.

    Streamed by a server-side cursor: memory holds the packed keys only. None while another writer is at it. A failure
    leaves the old file and a row with its error, and is raised.
    """
    with transaction.atomic():
        if not _alone():
            return None
        upto, began = clock.now(), time.monotonic()
        version = _version(upto)
        try:
            written = write_index(index_path(), _everything(), version=version)
        except (OSError, ValueError) as error:
            failure = str(error)[:300]
        else:
            seconds = round(time.monotonic() - began, 3)
            release = IndexRelease.objects.create(
                version=version, count=written.keys, seconds=seconds, sha256=written.sha256, upto=upto
            )
            facts = {"version": version, "count": written.keys}
            audit_record(by=None, act="indicators.index_build", subject=release, facts=facts)
            return release
    IndexRelease.objects.create(version=version, error=failure)
    raise OSError(failure)


def index_change() -> int | None:
    """Writes what changed since the last whole index; how many keys. Rebuilds the whole when it is missing or old.

    None while another writer is at it. Takes the time of the changes, not of the register: an index on ``changed_at``.
    """
    base = last_release()
    if base is None or base.upto is None or not index_path().exists() or clock.now() - base.upto > REBUILD_AFTER:
        built = index_build()
        return 0 if built else None
    with transaction.atomic():
        if not _alone():
            return None
        now = clock.now()
        rows = list(_changed(base.upto - OVERLAP))
        if len(rows) <= REBUILD_CHANGES:
            version = max(_version(now), base.version + 1)
            write_changes(changes_path(index_path()), rows, since=base.version, version=version)
            return len(rows)
    return 0 if index_build() else None


def last_release() -> IndexRelease | None:
    """The last whole index that was written."""
    return IndexRelease.objects.filter(error="").order_by("-version").first()


def _alone() -> bool:
    """Takes the writer's lock until the transaction ends; whether it was free."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        (got,) = cursor.fetchone()
    return bool(got)


def _version(moment: dt.datetime) -> int:
    """Milliseconds since 1970: grows, also after a restored backup."""
    return int(moment.timestamp() * 1000)


def _everything() -> Iterator[Raw]:
    """Every row that is told, and the genuine ones after it, as one snapshot sees them."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ALL, [clock.today()])
        while rows := cursor.fetchmany(CHUNK):
            yield from rows
    yield from _genuine(retired=False)


def _changed(since: dt.datetime) -> Iterator[Raw]:
    """Keys that changed, as they are now; what is no longer told as removed; the few genuine ones always."""
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, [today, since, since.astimezone(clock.VIETNAM).date(), today])
        yield from cursor.fetchall()
    yield from _genuine(retired=True)


def _genuine(*, retired: bool) -> Iterator[Raw]:
    """The genuine keys; with ``retired`` also those that are no longer, as removed, unless listed by themselves."""
    with connection.cursor() as cursor:
        cursor.execute(_GOOD, [retired])
        yield from cursor.fetchall()
