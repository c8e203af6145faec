"""What was seen goes into the register: many reports in a few statements, each thing one row, each origin once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.services import audit_record
from canhgiac.engines.lookup.keys import Key, Kind
from canhgiac.indicators.models import Decision, Indicator, Sighting
from canhgiac.indicators.selectors.knowngood import KnownGoods, looks_like
from canhgiac.indicators.selectors.origins import origin_digest
from canhgiac.kit import clock

KEEP_DAYS: Final = {"phone": 180, "account": 365, "wallet": 365, "link": 180, "app": 365, "social": 180}
"""Days after the last sighting in which a thing that nobody decided about is still told to who asks. Short for numbers
and names, which pass to other people: carriers give a number out again, hosts are dropped within weeks."""
REOPEN_ORIGINS, REOPEN_KINDS = 3, 2
"""What was cleared is reported again only after so many new sightings of different origin, from so many kinds of
source: one person with several telephones does not put an innocent number back."""
BATCH = 20_000
"""Reports that ``sightings_copy`` takes in one go: some megabytes of memory."""
SOURCES: Final = tuple(Sighting.Source.values)
"""The place of a source is its bit in ``Indicator.sources``."""


@dataclass(frozen=True, slots=True)
class Report:
    """One report of one thing. ``weight``: trust in per cent; ``origin``: what it came from, "tips.tip:12": the same
    origin tells the same thing once, however often it is sent; without one every report counts."""

    key: Key
    source: str
    at: dt.datetime
    agency_id: int | None = None
    area_id: int | None = None
    tags: int = 0
    weight: int = 100
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of reports: how many said something new, how many repeated their own origin, how many were refused
    because the thing is known to be genuine; ids of the indicators that the new ones belong to."""

    new: int = 0
    again: int = 0
    known_good: int = 0
    indicators: tuple[int, ...] = ()


def sightings_add(reports: Sequence[Report]) -> Added:
    """Takes reports in, in the caller's transaction: a few statements, whatever their number.

    For one tip or one officer's entry; ``sightings_copy`` takes thousands. Reports of what is known to be genuine are
    left out and counted. Writes no audit row: the act that brought the reports has its own.
    """
    if not reports:
        return Added()
    good, rows, refused = KnownGoods(), [], 0
    for report in reports:
        if good.owner(report.key) is None:
            rows.append(_row(report))
        else:
            refused += 1
    with transaction.atomic():
        return _take(_ARRAYS, lambda: [list(column) for column in zip(*rows, strict=True)], len(rows), refused)


@transaction.atomic
def sightings_copy(reports: Iterable[Report]) -> Added:
    """Takes any number of reports in, by COPY (PostgreSQL 18, 9.2.2) into a table of the transaction and sets.

    One transaction: all or nothing. Memory does not grow with the number, but for the ids that are returned.
    """
    good, source = KnownGoods(), iter(reports)
    new = again = refused = 0
    indicators: set[int] = set()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE staged ({_STAGED}) ON COMMIT DROP")
    while batch := list(islice(source, BATCH)):
        rows = [_row(report) for report in batch if good.owner(report.key) is None]
        refused += len(batch) - len(rows)
        _copy(rows)
        added = _take("staged", list, len(rows), 0)
        new, again = new + added.new, again + added.again
        indicators.update(added.indicators)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE staged")
    return Added(new, again, refused, tuple(sorted(indicators)))


def _copy(rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE staged")
        with cursor.copy("COPY staged FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(_TYPES)
            for row in rows:
                copy.write_row(row)


_TYPES: Final = ("text", "text", "timestamptz", "text", "int8", "int8", "int4", "int2", "text")
_STAGED = (
    "kind text, value text, at timestamptz, source text, agency_id bigint, area_id bigint, tags int, weight smallint,"
    " origin_key text"
)
_ARRAYS = (
    "unnest(%s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::bigint[], %s::bigint[], %s::int[],"
    " %s::smallint[], %s::text[]) AS staged (kind, value, at, source, agency_id, area_id, tags, weight, origin_key)"
)


def _row(report: Report) -> tuple[Any, ...]:
    """A report as the tables have it. A moment yet to come is now."""
    key = report.key
    return (
        key.kind.value,
        key.value,
        min(report.at, clock.now()),
        str(Sighting.Source(report.source)),
        report.agency_id,
        report.area_id,
        report.tags | (looks_like(key) if key.kind is Kind.LINK else 0),
        min(max(report.weight, 0), 100),
        origin_digest(report.origin) if report.origin else None,
    )


_MAKE = """
INSERT INTO indicators_indicator
    (kind, value, is_range, state, tags, sightings_count, sources_count, sources, first_seen, last_seen, changed_at,
     version)
SELECT kind, value, kind = 'phone' AND right(value, 1) = '*', 1, 0, 0, 0, 0, min(at), max(at), %s, 1
FROM {staged} GROUP BY kind, value ORDER BY kind, value
ON CONFLICT (kind, value) DO NOTHING
"""
_LOCK = """
SELECT 1 FROM indicators_indicator i
WHERE (i.kind, i.value) IN (SELECT kind, value FROM {staged}) ORDER BY i.kind, i.value FOR NO KEY UPDATE
"""
_ADD = """
WITH fresh AS (
    INSERT INTO indicators_sighting (indicator_id, at, source, agency_id, area_id, tags, weight, origin_key)
    SELECT i.id, staged.at, staged.source, staged.agency_id, staged.area_id, staged.tags, staged.weight,
           staged.origin_key
    FROM {staged} JOIN indicators_indicator i ON i.kind = staged.kind AND i.value = staged.value
    ON CONFLICT (indicator_id, origin_key) DO NOTHING
    RETURNING indicator_id, at, source, tags
), summed AS (
    SELECT indicator_id, count(*)::int AS times, min(at) AS first, max(at) AS last, bit_or(tags) AS tags,
           bit_or(1 << array_position(%s::text[], source::text) - 1) AS sources
    FROM fresh GROUP BY indicator_id
)
UPDATE indicators_indicator i SET
    sightings_count = i.sightings_count + summed.times,
    sources = i.sources | summed.sources,
    sources_count = bit_count((i.sources | summed.sources)::bit(32)),
    tags = i.tags | summed.tags,
    first_seen = least(i.first_seen, summed.first),
    last_seen = greatest(i.last_seen, summed.last),
    expires_on = CASE WHEN i.state IN (1, 2) THEN greatest(
        i.expires_on, (summed.last AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + (%s::jsonb ->> i.kind)::int
    ) ELSE i.expires_on END,
    changed_at = %s
FROM summed WHERE i.id = summed.indicator_id
RETURNING i.id, i.state, summed.times
"""


def _take(staged: str, given: Callable[[], list[Any]], count: int, refused: int) -> Added:
    """The statements over ``staged``: a table, or arrays that ``given`` yields. Rows are locked in one order."""
    if not count:
        return Added(known_good=refused)
    now, columns = clock.now(), given()
    with connection.cursor() as cursor:
        cursor.execute(_MAKE.format(staged=staged), [now, *columns])
        cursor.execute(_LOCK.format(staged=staged), columns)
        cursor.execute(_ADD.format(staged=staged), [*columns, list(SOURCES), _KEEP, now])
        rows = cursor.fetchall()
    new = sum(times for _id, _state, times in rows)
    cleared = [pk for pk, state, _times in rows if state == Indicator.State.CLEARED]
    if cleared:
        _reopen(cleared, now)
    return Added(new, count - new, refused, tuple(pk for pk, _state, _times in rows))


_KEEP = "{" + ", ".join(f'"{kind}": {days}' for kind, days in KEEP_DAYS.items()) + "}"
_SEEN_SINCE = """
SELECT s.indicator_id FROM indicators_sighting s JOIN (
    SELECT indicator_id, max(decided_at) AS at FROM indicators_decision
    WHERE outcome = 'done' AND to_state = 4 AND indicator_id = ANY(%s) GROUP BY indicator_id
) cleared ON cleared.indicator_id = s.indicator_id AND s.at > cleared.at
WHERE s.withdrawn_at IS NULL GROUP BY s.indicator_id
HAVING count(DISTINCT coalesce(s.origin_key, s.source || ':' || coalesce(s.agency_id, 0))) >= %s
   AND count(DISTINCT s.source) >= %s
"""


def _reopen(cleared: Sequence[int], now: dt.datetime) -> None:
    """Reported again, where enough independent sources saw it after it was cleared; the system's decision says so."""
    with connection.cursor() as cursor:
        cursor.execute(_SEEN_SINCE, [list(cleared), REOPEN_ORIGINS, REOPEN_KINDS])
        again = [pk for (pk,) in cursor.fetchall()]
    if not again:
        return
    reason = _("Có ít nhất %(origins)d lần báo mới từ %(kinds)d loại nguồn sau khi gỡ.") % {
        "origins": REOPEN_ORIGINS,
        "kinds": REOPEN_KINDS,
    }
    rows = list(Indicator.objects.filter(pk__in=again))
    Decision.objects.bulk_create(
        Decision(
            indicator=row,
            from_state=Indicator.State.CLEARED,
            to_state=Indicator.State.REPORTED,
            reason=reason,
            tags=row.tags,
            was_tags=row.tags,
            was_expires_on=row.expires_on,
            expires_on=_until(row),
            outcome=Decision.Outcome.DONE,
            proposed_at=now,
            decided_at=now,
        )
        for row in rows
    )
    for row in rows:
        row.state, row.expires_on, row.changed_at, row.version = 1, _until(row), now, row.version + 1
    Indicator.objects.bulk_update(rows, ["state", "expires_on", "changed_at", "version"])
    for row in rows:
        audit_record(by=None, act="indicators.indicator_reopen", subject=row)


def _until(row: Indicator) -> dt.date:
    return row.last_seen.astimezone(clock.VIETNAM).date() + dt.timedelta(days=KEEP_DAYS[row.kind])


_COUNT = """
UPDATE indicators_indicator i SET
    sightings_count = counted.times,
    sources = counted.sources,
    sources_count = bit_count(counted.sources::bit(32)),
    first_seen = coalesce(counted.first, i.first_seen),
    last_seen = coalesce(counted.last, i.last_seen),
    changed_at = %s
FROM (
    SELECT one.id, count(s.id)::int AS times, min(s.at) AS first, max(s.at) AS last,
           coalesce(bit_or(1 << array_position(%s::text[], s.source::text) - 1), 0) AS sources
    FROM unnest(%s::bigint[]) AS one (id)
    LEFT JOIN indicators_sighting s ON s.indicator_id = one.id AND s.withdrawn_at IS NULL GROUP BY one.id
) counted WHERE i.id = counted.id
"""


@transaction.atomic
def sightings_withdraw(*, origin: str) -> int:
    """Takes back what this origin told: the rows stay, marked, and count no more. Returns how many.

    The same origin cannot tell the same thing again. Idempotent. Writes no audit row: the caller's act has its own.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT indicator_id FROM indicators_sighting WHERE origin_key = %s AND withdrawn_at IS NULL",
            [origin_digest(origin)],
        )
        touched = [pk for (pk,) in cursor.fetchall()]
        if not touched:
            return 0
        now = clock.now()
        list(Indicator.objects.select_for_update(no_key=True).filter(pk__in=touched).order_by("kind", "value"))
        rows = Sighting.objects.filter(origin_key=origin_digest(origin), withdrawn_at=None)
        count = rows.update(withdrawn_at=now)
        cursor.execute(_COUNT, [now, list(SOURCES), touched])
    return count


def reports_of(keys: Iterable[Key], *, source: str, at: dt.datetime, **facts: Any) -> Iterator[Report]:
    """A report of each key, all alike but for the key."""
    return (Report(key=key, source=source, at=at, **facts) for key in keys)
