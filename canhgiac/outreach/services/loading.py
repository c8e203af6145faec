"""Who gets a sending, written down: one set-based INSERT … SELECT a lane, so that the rows never leave the server.

COPY would carry every row to us and back (``bench/outreach.py`` measures both). Run again after a death in the middle,
the job does the lanes that are missing: a lane's rows, its chunks and the mark that it is loaded are one transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from canhgiac import work
from canhgiac.kit import clock
from canhgiac.library.models import Language
from canhgiac.outreach.models import Broadcast, Chunk, Lane, Rendition
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.audiences import Rule, audience_sql
from canhgiac.outreach.selectors.providers import chunk_size
from canhgiac.outreach.selectors.rules import WINDOW, sending_rules

from .broadcasts import chain_before, lanes_stop
from .requests import subscribers_wake
from .singles import WAKE

State = Broadcast.State
AGAIN = dt.timedelta(seconds=3)
"""How soon a follow-up looks again while messages of what it follows are still on the wire."""
SORT_MEMORY = "128MB"

_OFTEN = """
    CREATE TEMP TABLE outreach_often ON COMMIT DROP AS
    SELECT d.digest FROM outreach_delivery d
    JOIN outreach_lane l ON l.id = d.lane_id
    LEFT JOIN outreach_chunk c ON c.lane_id = d.lane_id AND c.number = d.chunk_number AND c.state = 'dropped'
    WHERE l.broadcast_id IS NOT NULL AND l.broadcast_id <> %(broadcast)s AND l.way = %(way)s
      AND l.started_at > %(since)s::timestamptz - interval '7 days'
      AND COALESCE(l.finished_at, 'infinity') > %(since)s
      AND c.id IS NULL AND d.made_at = l.started_at
    GROUP BY d.digest HAVING count(*) >= %(most)s"""
_FOLLOWED = """
    SELECT DISTINCT ON (d.digest) d.subscriber_id AS id, l.way, d.digest, d.address, d.area_id,
        COALESCE(s.language, l.language) AS language, COALESCE(s.with_marks, r.kind = 'sms', false) AS with_marks,
        0 AS lot, COALESCE(s.token, d.fields[1], '') AS token
    FROM outreach_lane l
    JOIN outreach_delivery d ON d.lane_id = l.id AND d.made_at = l.started_at
    LEFT JOIN outreach_rendition r ON r.id = l.rendition_id
    LEFT JOIN outreach_subscriber s ON s.digest = d.digest
    WHERE l.id = ANY(%s) AND EXISTS (
        SELECT 1 FROM outreach_attempt a
        WHERE a.delivery_id = d.id AND a.at >= l.started_at - interval '1 day' AND a.outcome IN ('taken', 'unsure'))
    ORDER BY d.digest, d.made_at DESC"""
_FIT = """
    SELECT a.*, s.digest IS NOT NULL AS stopped, o.digest IS NOT NULL AS often, a.lot < %s AS held_out
    FROM ({people}) a
    LEFT JOIN outreach_suppression s ON s.digest = a.digest
    LEFT JOIN outreach_often o ON o.digest = a.digest
    WHERE a.way = %s AND {choice}"""
_LOAD = """
    INSERT INTO outreach_delivery (lane_id, chunk_number, subscriber_id, digest, address, area_id, fields, made_at)
    SELECT %s, CASE WHEN f.place <= %s THEN (f.place - 1) / %s + 1 ELSE %s + (f.place - %s - 1) / %s + 1 END,
        f.id, f.digest, f.address, f.area_id, ARRAY[f.token], %s
    FROM (SELECT f.*, row_number() OVER (ORDER BY hashbyteaextended(f.digest, %s)) AS place
        FROM ({fit}) f WHERE NOT (f.stopped OR f.often OR f.held_out)) f"""
_SKIPPED = """
    SELECT count(*) FILTER (WHERE f.stopped),
        count(*) FILTER (WHERE f.often AND NOT f.stopped),
        count(*) FILTER (WHERE f.held_out AND NOT f.often AND NOT f.stopped)
    FROM ({fit}) f WHERE f.stopped OR f.often OR f.held_out"""
_OTHER_WAYS = "SELECT count(*) FROM ({people}) a WHERE NOT (a.way = ANY(%s))"
_CHUNKS = """
    INSERT INTO outreach_chunk (lane_id, provider_id, number, size, tries, state, priority, due_at,
        taken, refused, again, unsure, skipped)
    SELECT %(lane)s, %(provider)s, n,
        CASE WHEN n <= %(first)s THEN least(%(size)s, %(sample)s - (n - 1) * %(size)s)
            ELSE least(%(size)s, %(total)s - %(sample)s - (n - %(first)s - 1) * %(size)s) END, 0,
        CASE WHEN n <= %(first)s OR %(sample)s = 0 THEN 'waiting' ELSE 'held' END, %(priority)s, %(at)s, 0, 0, 0, 0, 0
    FROM generate_series(1, %(first)s + %(rest)s::int) n"""


def broadcast_load(*, broadcast_id: int) -> None:
    """Writes the deliveries and chunks of every lane and opens the lanes. A job; it bears being run twice.

    Paused or stopped meanwhile it ends after the lane at hand; a pause takes it up again. A follow-up waits until
    nothing of what it follows is on the wire any more: who got that is only known then.
    """
    row = Broadcast.objects.select_related("warning__refers_to").get(pk=broadcast_id)
    if row.state != State.LOADING:
        return
    subscribers_wake()  # whose rest ended this minute is on the list
    before = _lanes_before(row.warning) if row.follows else []
    if before and Chunk.objects.filter(lane__in=before, state=Chunk.State.WIRE).exists():
        work.enqueue("outreach.broadcast_load", at=clock.now() + AGAIN, broadcast_id=broadcast_id)
        return
    lanes = list(row.lanes.select_related("provider", "rendition").order_by("pk"))
    for lane in lanes:
        if not _load_lane(row, lane, lanes, before):
            return
    _finish(row.pk)


def _lanes_before(alert: Alert) -> list[int]:
    """The lanes of all that this warning follows that were loaded."""
    found = Lane.objects.filter(broadcast__warning__in=chain_before(alert), started_at__isnull=False)
    return list(found.order_by("pk").values_list("pk", flat=True))


def _load_lane(row: Broadcast, lane: Lane, lanes: Sequence[Lane], before: list[int]) -> bool:
    """Loads one lane, unless that was done, and opens it. False where the broadcast is not LOADING any more."""
    with transaction.atomic():
        held = Lane.objects.select_for_update().get(pk=lane.pk)
        is_loaded = held.started_at is not None
        skipped = {} if is_loaded else _write(row, held, _choice(lane, lanes), before)
    return _open(row.pk, lane.pk, skipped)


@dataclass(frozen=True, slots=True)
class _Choice:
    """A condition on language and with_marks of a person, for the lane that suits them best."""

    sql: str
    params: list[Any]


def _choice(lane: Lane, lanes: Sequence[Lane]) -> _Choice:
    """The person's language before Vietnamese; there the wish for diacritics before the other form."""
    there = {(one.language, _is_marked(one)) for one in lanes if one.way == lane.way}
    languages = [str(code) for code in Language.values]
    mine = [
        [language, marked]
        for language in languages
        for marked in (False, True)
        if next(
            (
                key
                for key in (
                    (language, marked),
                    (language, not marked),
                    (Language.VI.value, marked),
                    (Language.VI.value, not marked),
                )
                if key in there
            ),
            None,
        )
        == (lane.language, _is_marked(lane))
    ]
    by_mark = {mark: [language for language, marked in mine if marked == mark] for mark in (False, True)}
    sql = "((a.language = ANY(%s) AND NOT a.with_marks) OR (a.language = ANY(%s) AND a.with_marks))"
    return _Choice(sql, [by_mark[False], by_mark[True]])


def _is_marked(lane: Lane) -> bool:
    """Whether the lane is the SMS with diacritics; channels without two forms have one for both wishes."""
    return lane.rendition is not None and lane.rendition.kind == Rendition.Kind.SMS


def _write(row: Broadcast, lane: Lane, choice: _Choice, before: list[int]) -> dict[str, int]:
    """The rows of a lane, in the caller's transaction. Returns who is left out, counted by reason."""
    people, params = (_FOLLOWED, [before]) if row.follows else audience_sql(Rule.from_json(row.rule))
    fit = _FIT.format(people=people, choice=choice.sql)
    fit_params = [0 if row.follows else row.hold_out, *params, lane.way, *choice.params]
    size, sample = chunk_size(lane.provider.window), row.sample
    first, now = -(-sample // size), clock.now()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{SORT_MEMORY}'")
        often = _gather_often(cursor, row, lane, now)
        # Chunks are numbered through the sample, then through the rest: so a sample is what was asked for, no more.
        numbered = [sample, size, first, sample, size]
        cursor.execute(_LOAD.format(fit=fit), [lane.pk, *numbered, now, lane.pk, *fit_params])
        total = cursor.rowcount
        skipped = {}
        if row.follows or row.hold_out or often:  # ``audience_sql`` leaves the stopped out by itself
            cursor.execute(_SKIPPED.format(fit=fit), fit_params)
            skipped = dict(zip(("stopped", "often", "hold_out"), cursor.fetchone(), strict=True))
        sample = min(sample, total)
        facts = {"lane": lane.pk, "provider": lane.provider_id, "size": size, "total": total, "sample": sample}
        facts |= {"first": -(-sample // size), "rest": -(-(total - sample) // size)}
        cursor.execute(_CHUNKS, facts | {"priority": lane.priority, "at": now})
        cursor.execute("DROP TABLE outreach_often")
    lane.total, lane.started_at = total, now
    lane.save(update_fields=["total", "started_at"])
    return skipped


def _gather_often(cursor: Any, row: Broadcast, lane: Lane, now: dt.datetime) -> int:
    """Addresses that had their count of 24 hours (Decree 91/2020 Article 13 §5), into a table of this transaction.

    Returns how many. Nobody in an emergency; nobody for a cancellation, which takes back what they got; and an update
    is no new message unless the province counts warnings as advertising.
    """
    rules = sending_rules()
    is_exempt = row.is_emergency or (
        row.follows and (row.warning.kind == Alert.Kind.CANCEL or not rules.is_advertising)
    )
    facts = {"broadcast": row.pk, "way": lane.way, "since": now - WINDOW, "most": rules.most_in_day}
    # Two lists of one channel written at once would not see each other: the second counts when the first stands.
    cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"outreach.often.{lane.way}"])
    if is_exempt:
        cursor.execute("CREATE TEMP TABLE outreach_often (digest bytea) ON COMMIT DROP")
    else:
        cursor.execute(_OFTEN, facts)
    cursor.execute("ANALYZE outreach_often")
    cursor.execute("SELECT count(*) FROM outreach_often")
    found: int = cursor.fetchone()[0]
    return found


@transaction.atomic
def _open(broadcast_id: int, lane_id: int, skipped: dict[str, int]) -> bool:
    """Opens a loaded lane where the broadcast still wants it."""
    row = Broadcast.objects.select_for_update().get(pk=broadcast_id)
    for reason, number in skipped.items():
        if number:
            row.skipped[reason] = row.skipped.get(reason, 0) + number
    row.save(update_fields=["skipped"])
    if row.state == State.STOPPED:
        Lane.objects.filter(pk=lane_id).update(state=Lane.State.WAITING)
        lanes_stop(row)
        return False
    if row.state == State.PAUSED:
        Lane.objects.filter(pk=lane_id, state=Lane.State.WAITING).update(state=Lane.State.PAUSED)
        return False
    Lane.objects.filter(pk=lane_id, state=Lane.State.WAITING).update(state=Lane.State.OPEN)
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {WAKE}")
    return True


@transaction.atomic
def _finish(broadcast_id: int) -> None:
    """All lanes are loaded: a sample leaves first, or everything."""
    row = Broadcast.objects.select_for_update().get(pk=broadcast_id)
    if row.state != State.LOADING:
        return
    no_lane = _without_rendition(row)
    if no_lane:
        row.skipped["no_rendition"] = no_lane
    held = Chunk.objects.filter(lane__broadcast=row, state=Chunk.State.HELD).exists()
    row.state, row.version = State.SAMPLING if held else State.SENDING, row.version + 1
    row.save(update_fields=["state", "version", "skipped"])


def _without_rendition(row: Broadcast) -> int:
    """People of the rule on channels that this broadcast does not use."""
    if row.follows:
        return 0
    sql, params = audience_sql(Rule.from_json(row.rule))
    ways = list(row.lanes.values_list("way", flat=True).distinct())
    with connection.cursor() as cursor:
        cursor.execute(_OTHER_WAYS.format(people=sql), [*params, ways])
        found: int = cursor.fetchone()[0]
    return found
