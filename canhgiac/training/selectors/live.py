"""Live events as phones, the big screen and the host read them.

Phones ask all the time, so what they are told is built once for each version of an event, kept in the process, and
looked at again in the database at most once in FRESH seconds, by one thread while the others go on with what they
have. A phone whose version has not changed costs no query. Moments are the database's clock; between two readings this
process adds what its monotonic clock measured, so that a clock set anew moves nothing.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.http import Http404

from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import agencies_of
from canhgiac.engines.quizzes.items import Item
from canhgiac.kit.text import fold
from canhgiac.training.models import LiveAnswer, LiveEvent, LivePlayer, Paper, QuestionEdition

from .sittings import FIXED, edition_item, right_text

RUNNING = (Role.Kind.TRAINER, Role.Kind.COORDINATOR)
"""Make and run live events of their agencies."""
KINDS = ("single", "multiple", "true_false", "verdict")
"""Questions that are answered by touching words: what a phone shows in a hall."""
LEAD = 3.0
"""Seconds between the host's key and the question: every phone has asked by then, so all begin together."""
GRACE = 1.0
"""Seconds after the time in which an answer on its way is still taken, as one given at the last moment."""
FRESH = 0.25
"""Seconds for which this process believes what it read of an event."""
EACH = 4
"""Milliseconds between two phones' questions about the state, on average; 500 phones ask every two seconds."""
ROOMS_MOST = 64
TOP = 10
State = LiveEvent.State


def key_digest(key: str) -> bytes:
    """What is kept of the key in a phone's cookie: 128 random bits need no salt."""
    return hashlib.sha256(key.encode()).digest()[:16]


# What the phones are told -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Room:
    """One event at one version, as this process knows it."""

    event_id: int
    version: int
    state: str
    position: int
    seconds: int
    opens: float | None
    """When the question opens or opened, in this process's monotonic seconds."""
    items: tuple[Item, ...]
    orders: tuple[tuple[str, ...], ...]
    told: dict[str, Any] = field(default_factory=dict)
    """The part that is the same for all phones."""
    players: dict[bytes, tuple[int, str]] = field(default_factory=dict)
    results: dict[int, dict[str, Any]] = field(default_factory=dict)
    read_at: float = 0.0

    def again(self) -> int:
        """Milliseconds after which a phone asks again: seldom enough for all, often enough to see a question come."""
        return min(max(1000, EACH * len(self.players)), int(LEAD * 1000) - 800)

    def item(self) -> Item:
        """The question at hand."""
        return self.items[self.position]


_ROW = """
    SELECT id, version, state, position, seconds, items, extract(epoch FROM asked_at - clock_timestamp())::float
    FROM training_liveevent WHERE pin = %s ORDER BY (state = 'ended'), id DESC LIMIT 1"""
_RESULTS = """
    SELECT p.id, coalesce(sum(a.points), 0)::int AS total,
        rank() OVER (ORDER BY coalesce(sum(a.points), 0) DESC)::int AS place,
        max(a.share) FILTER (WHERE a.position = e.position) AS share,
        max(a.points) FILTER (WHERE a.position = e.position)::int AS points, p.name, p.team
    FROM training_liveplayer p JOIN training_liveevent e ON e.id = p.event_id
    LEFT JOIN training_liveanswer a ON a.player_id = p.id
    WHERE p.event_id = %s AND p.removed_at IS NULL
    GROUP BY p.id, e.position ORDER BY place, p.folded"""


class Rooms:
    """The rooms that this process was asked for."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room | None] = {}
        self._read: dict[str, float] = {}
        self._lock = threading.Lock()

    def get(self, pin: str, *, fresh: bool = False) -> Room | None:
        """The room of this PIN, at most FRESH seconds old (just read, if ``fresh``); None where there is none."""
        known = pin in self._rooms
        if known and not fresh and time.monotonic() - self._read[pin] < FRESH:
            return self._rooms[pin]
        # One thread reads; the others answer with what they have rather than wait.
        if not self._lock.acquire(blocking=fresh or not known):
            return self._rooms.get(pin)
        try:
            if len(self._rooms) >= ROOMS_MOST and not known:
                self._rooms.clear()
            room = _room_read(pin, self._rooms.get(pin))
            self._rooms[pin], self._read[pin] = room, time.monotonic()
            return room
        finally:
            self._lock.release()


ROOMS = Rooms()


def _room_read(pin: str, before: Room | None) -> Room | None:
    with connection.cursor() as cursor:
        cursor.execute(_ROW, [pin])
        row = cursor.fetchone()
    if row is None:
        return None
    pk, version, state, position, seconds, entries, opens_in = row
    if before is not None and (before.event_id, before.version) == (pk, version):
        return before
    if before is not None and before.event_id == pk:
        items = before.items
    else:
        items = _items(json.loads(entries) if isinstance(entries, str) else entries)
    entries = json.loads(entries) if isinstance(entries, str) else entries
    room = Room(
        event_id=pk,
        version=version,
        state=state,
        position=position,
        seconds=seconds,
        opens=None if opens_in is None else time.monotonic() + opens_in,
        items=items,
        orders=tuple(tuple(entry["order"]) for entry in entries),
    )
    room.players = _players(pk)
    if state in (State.SHOWN, State.ENDED):
        room.results = {row[0]: _result(row) for row in standing(pk)}
    room.told = _told(room)
    return room


def _items(entries: Sequence[dict[str, Any]]) -> tuple[Item, ...]:
    editions = QuestionEdition.objects.in_bulk([entry["edition"] for entry in entries])
    return tuple(edition_item(editions[entry["edition"]]) for entry in entries)


def _players(event_id: int) -> dict[bytes, tuple[int, str]]:
    rows = LivePlayer.objects.filter(event=event_id, removed_at=None).values_list("key", "pk", "name")
    return {bytes(key): (pk, name) for key, pk, name in rows}


def standing(event_id: int) -> list[tuple[Any, ...]]:
    """Players by points: id, total, place (equal points share it), share and points of the question at hand, name,
    team. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_RESULTS, [event_id])
        return list(cursor.fetchall())


def _result(row: tuple[Any, ...]) -> dict[str, Any]:
    _pk, total, place, share, points, _name, _team = row
    return {"total": total, "place": place, "share": share, "points": points or 0}


def _told(room: Room) -> dict[str, Any]:
    told: dict[str, Any] = {"v": room.version, "state": room.state, "n": room.position + 1, "of": len(room.items)}
    if room.state in (State.ASKING, State.SHOWN):
        told["q"] = question_told(room.item(), room.orders[room.position])
        told["seconds"] = room.seconds
    if room.state == State.SHOWN:
        told["right"] = list(room.item().right)
        told["why"] = room.item().explanation
    if room.results:
        told["players"] = len(room.results)
    return told


def question_told(item: Item, order: Sequence[str]) -> dict[str, Any]:
    """A question as phones draw it, never with what is right."""
    texts = {option.key: option.text for option in item.options}
    options = [(key, texts[key]) for key in order if key in texts]
    if item.kind in FIXED:
        options = [(key, str(text)) for key, text in FIXED[item.kind]]
    told: dict[str, Any] = {"kind": item.kind, "prompt": item.prompt, "options": options}
    if item.shown is not None:
        told["shown"] = {"sender": item.shown.sender, "lines": [line.text for line in item.shown.lines]}
    return told


def phone_state(pin: str, key: str, seen: int) -> dict[str, Any] | None:
    """What this phone is told; ``seen`` is the version it shows. None where there is no such event.

    No query while ``seen`` stands, but the one in FRESH seconds for all phones of this process. "you" is null for a
    phone that is not (or no more) in the room; "again" the milliseconds after which to ask again.
    """
    room = ROOMS.get(pin)
    if room is None:
        return None
    digest = key_digest(key)
    player = room.players.get(digest) or _joined(room, digest)
    told: dict[str, Any] = {"v": room.version, "again": room.again()}
    if player is None:
        return told | {"state": room.state, "you": None}
    if room.opens is not None and room.state == State.ASKING:
        told["opens"] = round((room.opens - time.monotonic()) * 1000)
    if seen == room.version:
        return told
    you: dict[str, Any] = {"name": player[1]}
    if room.state == State.ASKING and not seen:  # a phone that knew nothing: was it here before?
        you["done"] = LiveAnswer.objects.filter(player=player[0], position=room.position).exists()
    return room.told | told | {"you": you | room.results.get(player[0], {})}


def phone_told(pin: str, key: str) -> dict[str, Any]:
    """All that ``phone_state`` knows, and whether the question is "open" now: for phones without a script."""
    told = phone_state(pin, key, 0) or {}
    if told.get("state") == State.ASKING and "opens" in told:
        told["open"] = 0 <= -told["opens"] <= told["seconds"] * 1000
    return told


def _joined(room: Room, digest: bytes) -> tuple[int, str] | None:
    """One who came after the room was read; remembered for the next time."""
    found = LivePlayer.objects.filter(event=room.event_id, key=digest, removed_at=None).values_list("pk", "name")
    player = found.first()
    if player is not None:
        room.players[digest] = player
    return player


def phone_player(pin: str, key: str) -> tuple[Room, int] | None:
    """The room and the player's id of a phone; None where either is not there."""
    room = ROOMS.get(pin)
    if room is None:
        return None
    digest = key_digest(key)
    player = room.players.get(digest) or _joined(room, digest)
    return (room, player[0]) if player else None


def event_by_pin(pin: str) -> LiveEvent:
    """The event that phones mean by this PIN: the one under way, else the last that ended. Raises Http404."""
    rows = LiveEvent.objects.filter(pin=pin).select_related("agency")
    found = rows.exclude(state=State.ENDED).first() or rows.order_by("-pk").first()
    if found is None:
        raise Http404
    return found


def player_of(event: LiveEvent, key: str) -> LivePlayer | None:
    """The phone's own row, also a removed one; None where it has not joined."""
    return LivePlayer.objects.filter(event=event, key=key_digest(key)).first() if key else None


# The big screen and the host ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bar:
    """One option on the big screen."""

    text: str
    is_right: bool
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Screen:
    """The big screen as it stands."""

    event: LiveEvent
    players: int
    answered: int
    names: Sequence[tuple[int, str]]
    """In the waiting room: the latest sixty, by id and name."""
    question: dict[str, Any] | None
    bars: Sequence[Bar]
    right: str
    why: str
    top: Sequence[tuple[Any, ...]]
    """As ``standing``."""
    opens: int
    """Milliseconds until the question opens, below 0 once it is open."""
    number: int
    of: int

    @property
    def stamp(self) -> str:
        """Changes with everything that the screen shows, but for the bar of time."""
        return f"{self.event.version}-{self.players}-{self.answered}"


def screen_of(event: LiveEvent) -> Screen:
    """What the big screen shows now. Six queries at most, whatever the number of phones."""
    counted = LivePlayer.objects.filter(event=event, removed_at=None)
    asking = event.state in (State.ASKING, State.SHOWN)
    here = LiveAnswer.objects.filter(player__event=event, player__removed_at=None, position=event.position)
    opens = 0
    if event.state == State.ASKING:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT extract(epoch FROM asked_at - clock_timestamp()) FROM training_liveevent WHERE id = %s",
                [event.pk],
            )
            opens = round(float(cursor.fetchone()[0]) * 1000)
    item, entry = (_items([event.items[event.position]])[0], event.items[event.position]) if asking else (None, None)
    names = list(counted.order_by("-joined_at", "-pk").values_list("pk", "name")[:60])
    return Screen(
        event=event,
        players=counted.count(),
        answered=here.count() if asking else 0,
        names=names if event.state == State.LOBBY else [],
        question=question_told(item, entry["order"]) if item and entry else None,
        bars=_bars(item, entry["order"], here) if item and entry and event.state == State.SHOWN else [],
        right=right_text(item) if item and event.state == State.SHOWN else "",
        why=item.explanation if item and event.state == State.SHOWN else "",
        top=standing(event.pk)[:TOP] if event.state in (State.SHOWN, State.ENDED) else [],
        opens=opens,
        number=event.position + 1,
        of=len(event.items),
    )


def _bars(item: Item, order: Sequence[str], here: QuerySet[LiveAnswer]) -> list[Bar]:
    given: dict[str, int] = {}
    whole = 0
    for answer, count in here.values_list("given").annotate(count=Count("pk")):
        whole += count
        for key in [answer] if isinstance(answer, str) else answer:
            given[key] = given.get(key, 0) + count
    options = question_told(item, order)["options"]
    return [
        Bar(text, key in item.right, given.get(key, 0), round(100 * given.get(key, 0) / whole) if whole else 0)
        for key, text in options
    ]


@dataclass(frozen=True, slots=True)
class QuestionShare:
    """How one question of an event went."""

    number: int
    prompt: str
    answers: int
    right: int


_ROUNDS = """
    SELECT a.position, count(*), count(*) FILTER (WHERE a.share >= 1)
    FROM training_liveanswer a JOIN training_liveplayer p ON p.id = a.player_id
    WHERE p.event_id = %s AND p.removed_at IS NULL GROUP BY a.position"""


def question_shares(event: LiveEvent) -> list[QuestionShare]:
    """Each question of the event with its answers and the right ones. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(_ROUNDS, [event.pk])
        counts = {position: (answers, right) for position, answers, right in cursor.fetchall()}
    items = _items(event.items)
    return [QuestionShare(at + 1, item.prompt, *counts.get(at, (0, 0))) for at, item in enumerate(items)]


def agencies_running(member: Member) -> QuerySet[Agency]:
    """Agencies for which the member runs live events and contests."""
    return agencies_of(member, *RUNNING).order_by("path")


def events_for(member: Member, *, q: str = "", state: str = "", sort: str = "") -> QuerySet[LiveEvent]:
    """The events that the member may see, the newest first. One query with those of ``agencies_running``."""
    mine = Q(host=member) | Q(agency__in=agencies_running(member).order_by())
    rows = LiveEvent.objects.filter(mine).select_related("agency", "host", "paper")
    rows = rows.annotate(phones=Count("players", filter=Q(players__removed_at=None)))
    if state in State.values:
        rows = rows.filter(state=state)
    if q:
        rows = rows.filter(title__icontains=q)
    order = {"ten": "title", "-ten": "-title", "may": "phones", "-may": "-phones", "luc": "made_at"}
    return rows.order_by(order.get(sort, "-made_at"), "-pk")


def event_for(member: Member, event_id: int) -> LiveEvent:
    """The event, for those who may run it. Raises Http404."""
    found = events_for(member).filter(pk=event_id).first()
    if found is None:
        raise Http404
    return found


def papers_for(member: Member) -> QuerySet[Paper]:
    """Papers in use that the member may put into events and contests: their agencies' and everybody's."""
    mine = Q(agency=None) | Q(agency__in=agencies_running(member).order_by())
    if member.agency is not None:
        mine |= Q(agency__in=[int(step) for step in member.agency.path.split("/") if step])
    return Paper.objects.filter(mine, state=Paper.State.READY).order_by("title", "pk")


def result_rows(event: LiveEvent) -> Iterator[list[str | int]]:
    """The result as a file has it: place, name, team, points."""
    for _pk, total, place, _share, _points, name, team in standing(event.pk):
        yield [place, name, team, total]


def name_folded(name: str) -> str:
    """A name as two are compared: letters and digits without case and marks."""
    return "".join(letter for letter in fold(name) if letter.isalnum())[:40]
