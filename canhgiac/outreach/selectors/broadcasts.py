"""Sendings as staff look at them: the list, one in full, whom it did not reach, what a warning reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Area, Member, Role
from canhgiac.agencies.selectors import has_role
from canhgiac.kit import clock
from canhgiac.kit.sheets import Sheet, Value
from canhgiac.library.models import Language
from canhgiac.outreach.models import Attempt, Broadcast, Chunk, Delivery, Lane, Posting, Way
from canhgiac.outreach.models import Warning as Alert

from .audiences import Rule, group_choices
from .progress import (
    AreaProgress,
    Failure,
    LaneProgress,
    Progress,
    broadcast_progress,
    failure_words,
    failures,
    progress_by_area,
    unsure_list,
)
from .providers import senders_alive
from .rules import sending_rules
from .scope import require_reading
from .sendplan import Plan, caps_of, chain_ids, may_send, plan_again
from .subscribers import address_masked

State = Broadcast.State
CHIPS = {
    State.READY: ("info", "clock"),
    State.LOADING: ("info", "list-check"),
    State.SAMPLING: ("soon", "hourglass"),
    State.SENDING: ("info", "send"),
    State.PAUSED: ("late", "player-pause"),
    State.DONE: ("done", "check"),
    State.STOPPED: ("none", "circle-off"),
}
WAY_ICONS = {
    Way.SMS: "message-2",
    Way.EMAIL: "mail",
    Way.ZALO: "message-circle",
    Way.MESSENGER: "brand-messenger",
    Way.PUSH: "bell",
}
LIVE = (State.LOADING, State.SAMPLING, State.SENDING)
FINAL = (State.DONE, State.STOPPED)
SORTS = {"canh-bao": "warning__folded", "trang-thai": "state", "nguoi": "people", "lap-luc": "made_at"}
UNSURE_SHOWN = 50
PAGE_OF_FILE = 2000
WIDTHS = [8, 16, 50, 18, 12, 12, 12, 12, 20, 20, 20, 24]


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of a lane's bar."""

    kind: str
    name: str
    count: int
    x: float
    """Per cent from the left."""
    width: float


@dataclass(frozen=True, slots=True)
class LaneRow:
    """A lane's books as the page shows them."""

    books: LaneProgress
    icon: str
    segments: tuple[Segment, ...]
    is_capped: bool = False
    """What waits goes on after midnight: the messages of the day are used up."""

    @property
    def away_words(self) -> str:
        """Why its provider cannot be reached, where something waits for that; empty where nothing does."""
        code = self.books.lane.provider.away_code
        return failure_words(code, Attempt.Outcome.LATER) if code and self.books.waiting else ""

    @property
    def told(self) -> str:
        """The bar in words."""
        return ", ".join(f"{one.name.lower()} {one.count}" for one in self.segments) or _("chưa gửi cho ai")


@dataclass(frozen=True, slots=True)
class UnsureLine:
    """An uncertain message with its masked address."""

    lane: Lane
    address: str
    at: Any
    words: str


@dataclass(frozen=True, slots=True)
class BroadcastPage:
    """One sending for one member."""

    broadcast: Broadcast
    progress: Progress
    rows: tuple[LaneRow, ...]
    chip: tuple[str, str]
    audience: str
    plan: Plan | None
    """While it waits for its start, what would leave now."""
    may_act: bool
    has_sender: bool = True
    """Whether a sender process works; asked only while something is to leave."""

    @property
    def is_live(self) -> bool:
        """Whether its figures move by themselves."""
        return self.broadcast.state in LIVE

    @property
    def is_over(self) -> bool:
        """Whether nothing can be done with it any more."""
        return self.broadcast.state in FINAL

    @property
    def holds(self) -> bool:
        """Whether the sample is through and the rest waits for a person."""
        moving = self.progress.waiting - sum(row.books.held for row in self.rows)
        return self.broadcast.state == State.SAMPLING and not moving

    @property
    def share(self) -> float:
        """Settled, of all; 0 to 1."""
        return self.progress.done / self.progress.total if self.progress.total else 0.0


def _taken() -> Subquery:
    chunks = Chunk.objects.filter(lane__broadcast=OuterRef("pk")).order_by().values("lane__broadcast")
    return Subquery(chunks.annotate(n=Sum("taken")).values("n"), output_field=IntegerField())


def _of_lanes(name: str) -> Subquery:
    lanes = Lane.objects.filter(broadcast=OuterRef("pk")).order_by().values("broadcast")
    return Subquery(lanes.annotate(n=Sum(name)).values("n"), output_field=IntegerField())


def broadcasts_for(member: Member, *, state: str = "", sort: str = "") -> QuerySet[Broadcast]:
    """The one door: sendings, the latest first. Raises NotAllowed for who does not read warnings."""
    require_reading(member)
    rows = Broadcast.objects.select_related("warning", "made_by", "saved", "emergency_by")
    rows = rows.annotate(
        people=Coalesce(_of_lanes("total"), 0),
        arrived=Coalesce(_of_lanes("delivered"), 0),
        gone=Coalesce(_taken(), 0),
    )
    if state in State.values:
        rows = rows.filter(state=state)
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        return rows.order_by("-made_at", "-pk")
    first = F(key)
    return rows.order_by(first.desc(nulls_last=True) if sort.startswith("-") else first.asc(nulls_last=True), "-pk")


def broadcast_for(member: Member, broadcast_id: int) -> Broadcast:
    """One sending. Raises Http404, NotAllowed."""
    return get_object_or_404(broadcasts_for(member), pk=broadcast_id)


@dataclass(frozen=True, slots=True)
class BroadcastRow:
    """A line of the list."""

    broadcast: Broadcast
    chip: tuple[str, str]
    ways: str
    people: int
    gone: int
    arrived: int


def broadcast_rows(rows: Sequence[Broadcast]) -> list[BroadcastRow]:
    """The sendings with their figures. One query."""
    ways: dict[int, list[str]] = {}
    found = Lane.objects.filter(broadcast__in=rows).order_by("way").values_list("broadcast_id", "way").distinct()
    for key, way in found:
        ways.setdefault(key, []).append(str(Way(way).label))
    return [
        BroadcastRow(
            row,
            CHIPS[State(row.state)],
            ", ".join(ways.get(row.pk, [])),
            getattr(row, "people", 0),
            getattr(row, "gone", 0),
            getattr(row, "arrived", 0),
        )
        for row in rows
    ]


def broadcast_tally(member: Member) -> list[tuple[str, str, int]]:
    """State, its name and how many, of those that there are. Two queries."""
    require_reading(member)
    states = list(Broadcast.objects.values_list("state", flat=True))
    return [(one.value, str(one.label), states.count(one)) for one in State if one in states]


def may_steer(member: Member, broadcast: Broadcast) -> bool:
    """Whether the member starts, pauses, stops it: a coordinator, of an emergency an approver too."""
    return may_send(member) or (broadcast.is_emergency and has_role(member, Role.Kind.APPROVER))


def broadcast_page(member: Member, broadcast: Broadcast) -> BroadcastPage:
    """The page of one sending; sums over lanes and chunks, people are read only before the start."""
    progress = broadcast_progress(broadcast)
    full = _used_up(progress) if broadcast.state in LIVE else set()
    rows = [
        LaneRow(books, WAY_ICONS[Way(books.lane.way)], segments(books), books.lane.provider_id in full)
        for books in progress.lanes
    ]
    return BroadcastPage(
        broadcast=broadcast,
        progress=progress,
        rows=tuple(rows),
        chip=CHIPS[State(broadcast.state)],
        audience=audience_words(broadcast),
        plan=plan_again(broadcast) if broadcast.state == State.READY else None,
        may_act=may_steer(member, broadcast),
        has_sender=broadcast.state not in LIVE or bool(senders_alive().alive),
    )


def _used_up(progress: Progress) -> set[int]:
    """Providers with people waiting that may send nothing more today. One query, two where there is a cap."""
    waiting = {books.lane.provider_id: books.lane.provider for books in progress.lanes if books.waiting}
    caps = caps_of(list(waiting.values()), sending_rules(), at=clock.now()) if waiting else []
    return {cap.provider.pk for cap in caps if not cap.left}


def segments(books: LaneProgress) -> tuple[Segment, ...]:
    """The bar of a lane: what became of its people, those that wait last and not drawn."""
    parts = (
        ("delivered", _("Đã đến"), books.delivered),
        ("sent", _("Đã gửi, chờ báo nhận"), max(books.taken - books.delivered - books.undelivered, 0)),
        ("undelivered", _("Không đến"), books.undelivered),
        ("refused", _("Bị từ chối"), books.refused),
        ("unsure", _("Chưa rõ"), books.unsure),
        ("skipped", _("Không gửi"), books.skipped),
    )
    made, at = [], 0.0
    for kind, name, count in parts:
        if count and books.total:
            width = min(round(count * 100 / books.total, 2), 100 - at)
            made.append(Segment(kind, name, count, round(at, 2), width))
            at += width
    return tuple(made)


def audience_words(broadcast: Broadcast) -> str:
    """Whom the sending is for, in a sentence."""
    if broadcast.follows:
        return _("Những người đã nhận bản trước, theo đúng kênh đã nhận")
    rule = Rule.from_json(broadcast.rule)
    names = list(Area.objects.filter(pk__in=rule.areas).order_by("folded").values_list("name", flat=True)[:4])
    more = len(rule.areas) - len(names)
    places = ", ".join(names) or _("Toàn tỉnh")
    if more > 0:
        places += " " + _("và %d nơi khác") % more
    groups = dict(group_choices())
    said = [places, ", ".join(str(groups[one]) for one in rule.groups if one in groups) or _("mọi nhóm")]
    said += [", ".join(str(Language(one).label) for one in rule.languages)] if rule.languages else []
    saved = [_("nhóm “%s”") % broadcast.saved.name] if broadcast.saved else []
    return "; ".join([*saved, *said])


@dataclass(frozen=True, slots=True)
class Troubles:
    """Why messages did not get through, and those of which nobody knows."""

    failures: list[Failure]
    unsure: list[UnsureLine]


def troubles(broadcast: Broadcast) -> Troubles:
    """Reasons counted, and the latest uncertain messages with masked addresses. Four queries."""
    rows = unsure_list(broadcast, most=UNSURE_SHOWN)
    addresses = _addresses([row.delivery_id for row in rows])
    made = [
        UnsureLine(row.lane, address_masked(row.lane.way, addresses.get(row.delivery_id, "")), row.at, row.words)
        for row in rows
    ]
    return Troubles(failures(broadcast), made)


def _addresses(ids: Iterable[int]) -> dict[int, str]:
    return dict(Delivery.objects.filter(pk__in=list(ids)).values_list("pk", "address"))


# What goes out as a file ---------------------------------------------------------------------------------------------


def list_headings() -> list[str]:
    """The columns of the list's file."""
    return [
        *(_("Mã"), _("Số"), _("Cảnh báo"), _("Trạng thái"), _("Trên danh sách"), _("Đã gửi"), _("Đã đến")),
        *(_("Khẩn cấp"), _("Lập lúc"), _("Bắt đầu"), _("Kết thúc"), _("Người lập")),
    ]


def list_file_rows(rows: QuerySet[Broadcast]) -> Iterator[list[Value]]:
    """The rows of the list's file."""
    for row in rows.iterator(chunk_size=500):
        books: Any = row
        yield [
            *(row.pk, row.warning.number or "", row.warning.title, str(row.get_state_display())),
            *(books.people, books.gone, books.arrived, _("có") if row.is_emergency else ""),
            *(row.made_at, row.started_at, row.finished_at, row.made_by.full_name),
        ]


def missed_headings() -> list[str]:
    """The columns of the file of messages that did not get through."""
    return [_("Kênh"), _("Địa chỉ (đã che)"), _("Địa bàn"), _("Kết quả"), _("Lý do"), _("Mã của bên gửi"), _("Lúc")]


def missed_rows(broadcast: Broadcast) -> Iterator[list[Value]]:
    """Each message that was refused, is uncertain, or was reported as not arrived; addresses masked."""
    lanes = {lane.pk: lane for lane in broadcast.lanes.all()}
    lost = Q(outcome=Attempt.Outcome.TAKEN, arrival__in=["failed", "expired"])
    rows = Attempt.objects.filter(
        Q(outcome__in=[Attempt.Outcome.REFUSED, Attempt.Outcome.UNSURE]) | lost, lane__in=list(lanes), is_last=True
    )
    names = dict(Area.objects.filter(pk__in=rows.order_by().values("area_id").distinct()).values_list("pk", "name"))
    batch: list[Attempt] = []
    for row in rows.order_by("at").iterator(chunk_size=PAGE_OF_FILE):
        batch.append(row)
        if len(batch) == PAGE_OF_FILE:
            yield from _missed(batch, lanes, names)
            batch = []
    yield from _missed(batch, lanes, names)


def _missed(batch: Sequence[Attempt], lanes: Mapping[int, Lane], names: Mapping[int, str]) -> Iterator[list[Value]]:
    addresses = _addresses(row.delivery_id for row in batch)
    for row in batch:
        way = lanes[row.lane_id].way
        code = row.arrival_code if row.outcome == Attempt.Outcome.TAKEN else row.code
        arrived = row.outcome != Attempt.Outcome.TAKEN
        yield [
            str(Way(way).label),
            address_masked(way, addresses.get(row.delivery_id, "")),
            names.get(row.area_id or 0, ""),
            str(row.get_outcome_display()) if arrived else _("Không đến"),
            failure_words(code, row.outcome),
            code,
            row.at,
        ]


def areas_of(broadcast: Broadcast) -> list[AreaProgress]:
    """How far it is in each commune, the one with the smallest share first."""
    return progress_by_area(broadcast)


def sheet_of(broadcast: Broadcast, part: str) -> Sheet:
    """A part of a sending as a sheet: "xa-phuong" by commune, "khong-den" what did not get through."""
    if part == "khong-den":
        return Sheet(_("Không đến"), missed_headings(), missed_rows(broadcast), [22, 24, 28, 16, 46, 20, 20])
    heads = [_("Xã, phường"), _("Trên danh sách"), _("Đã gửi"), _("Đã đến"), _("Chưa rõ")]
    return Sheet(_("Xã, phường"), heads, _area_rows(broadcast), [36, 16, 12, 12, 12])


def _area_rows(broadcast: Broadcast) -> Iterator[list[Value]]:
    for row in areas_of(broadcast):
        yield [row.area.name if row.area else _("Chưa ghi nơi ở"), row.total, row.taken, row.delivered, row.unsure]


# What a warning reached ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReachedRow:
    """A channel or a place by which a warning went out."""

    icon: str
    name: str
    sent: int
    arrived: int
    unsure: int
    on_recall: str


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a warning went, or where the one went that it takes the place of."""

    of: Alert
    rows: tuple[ReachedRow, ...]
    broadcasts: tuple[Broadcast, ...]

    @property
    def began_at(self) -> Any:
        """When the first of it left; None while it waits."""
        return min((row.started_at for row in self.broadcasts if row.started_at), default=None)


def reached(warning: Alert) -> Reached | None:
    """The channels and places of a warning; before anything of it left, of the one it follows. None where nothing left.

    Three or four queries over lanes and chunks, whatever the number of people.
    """
    for key in [warning.pk, *chain_ids(warning)[:1]]:
        rows = tuple(Broadcast.objects.filter(warning=key).order_by("-made_at"))
        places = list(Posting.objects.filter(warning=key).values_list("place", "state"))
        if rows or places:
            of = warning if key == warning.pk else warning.refers_to
            assert of is not None
            return Reached(of, (*_by_way(key), *_by_place(places)), rows)
    return None


def _by_way(warning_id: int) -> Iterator[ReachedRow]:
    lanes = Lane.objects.filter(broadcast__warning=warning_id, total__gt=0)
    arrived = dict(lanes.order_by().values("way").annotate(n=Sum("delivered")).values_list("way", "n"))
    chunks = Chunk.objects.filter(lane__broadcast__warning=warning_id).order_by().values("lane__way")
    sums = {
        way: (taken, unsure)
        for way, taken, unsure in chunks.annotate(t=Sum("taken"), u=Sum("unsure")).values_list("lane__way", "t", "u")
    }
    for way in Way:
        if way.value in arrived:
            taken, unsure = sums.get(way.value, (0, 0))
            name = str(way.label)
            yield ReachedRow(WAY_ICONS[way], name, taken or 0, arrived[way.value], unsure or 0, _way_recall(way))


def _way_recall(way: Way) -> str:
    words = {
        Way.SMS: _("Gửi tin đính chính cùng tên gửi"),
        Way.EMAIL: _("Gửi thư đính chính cùng địa chỉ gửi"),
        Way.ZALO: _("Gửi tin mới cho từng người đã nhận"),
        Way.MESSENGER: _("Gửi tin mới cho từng người đã nhận"),
        Way.PUSH: _("Thông báo mới thay thông báo cũ"),
    }
    return words[way]


def _by_place(places: Sequence[tuple[str, str]]) -> Iterator[ReachedRow]:
    icons = {"portal": "rss", "facebook": "brand-facebook", "zalo": "message-circle", "loudspeaker": "speakerphone"}
    words = {
        Posting.Place.PORTAL: _("Đánh dấu “Đã thu hồi”, giữ bản cũ"),
        Posting.Place.FACEBOOK: _("Gỡ bài, đăng bản đính chính"),
        Posting.Place.ZALO: _("Gỡ bài trên trang"),
        Posting.Place.LOUDSPEAKER: _("Dừng lịch phát, phát bản đính chính"),
    }
    stood = {Posting.State.UP, Posting.State.REMOVING, Posting.State.DOWN}
    for place in Posting.Place:
        states = [state for where, state in places if where == place]
        if states:
            up, unsure = sum(state in stood for state in states), states.count(Posting.State.UNSURE)
            yield ReachedRow(icons[place.value], str(place.label), len(states), up, unsure, words[place])


def today() -> str:
    """The day in a file's name."""
    return f"{clock.today():%Y%m%d}"
