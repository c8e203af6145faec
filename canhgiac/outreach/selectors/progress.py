"""How far a sending is: sums over chunks, not over people, so that a page may ask every second."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Area
from canhgiac.kit import clock
from canhgiac.outreach.models import Attempt, Broadcast, Lane

from .rules import may_leave_now, next_opening, sending_rules

PACE_MINUTES = 3
"""The rate is that of the last minutes: what was an hour ago says nothing of what is left."""
UNSURE_SHOWN = 500


@dataclass(frozen=True, slots=True)
class LaneProgress:
    """One lane's books. taken + refused + unsure + skipped + waiting = total, always."""

    lane: Lane
    total: int
    taken: int
    """The provider took it; ``delivered`` and ``undelivered`` are those of them with a receipt."""
    delivered: int
    undelivered: int
    refused: int
    unsure: int
    skipped: int
    waiting: int
    held: int
    """Of those waiting: until the sample was looked at."""
    per_minute: float
    """Settled in the last PACE_MINUTES, a minute."""
    opens_at: dt.datetime | None
    """When its hours begin, where it may not send now."""

    @property
    def done(self) -> int:
        """Settled one way or another."""
        return self.total - self.waiting

    @property
    def minutes_left(self) -> float | None:
        """At the rate of the last minutes; None where nothing moves."""
        return (self.waiting - self.held) / self.per_minute if self.per_minute else None


@dataclass(frozen=True, slots=True)
class Progress:
    """A broadcast's books: its lanes, and their sums."""

    lanes: tuple[LaneProgress, ...]
    skipped_before: Mapping[str, int] = field(default_factory=dict)
    """Left out when the list was written, in words: to number."""
    skipped_since: Mapping[str, int] = field(default_factory=dict)
    """On the list and got nothing, in words: to number; together ``skipped``."""

    def _sum(self, name: str) -> int:
        return sum(getattr(lane, name) for lane in self.lanes)

    @property
    def total(self) -> int:
        """People on the list."""
        return self._sum("total")

    @property
    def taken(self) -> int:
        """Taken by a provider."""
        return self._sum("taken")

    @property
    def delivered(self) -> int:
        """With a receipt that says so."""
        return self._sum("delivered")

    @property
    def undelivered(self) -> int:
        """With a receipt that says that it did not arrive."""
        return self._sum("undelivered")

    @property
    def refused(self) -> int:
        """For good."""
        return self._sum("refused")

    @property
    def unsure(self) -> int:
        """Left perhaps, nobody knows."""
        return self._sum("unsure")

    @property
    def skipped(self) -> int:
        """Stopped or resting by their owner's word, or dropped with the sending."""
        return self._sum("skipped")

    @property
    def waiting(self) -> int:
        """Not yet."""
        return self._sum("waiting")

    @property
    def done(self) -> int:
        """Settled one way or another."""
        return self.total - self.waiting

    @property
    def per_minute(self) -> float:
        """All lanes together."""
        return sum(lane.per_minute for lane in self.lanes)

    @property
    def minutes_left(self) -> float | None:
        """The slowest lane's; None where none moves."""
        return max((lane.minutes_left for lane in self.lanes if lane.minutes_left), default=None)


_SUMS = """
    SELECT lane_id, sum(taken), sum(refused), sum(unsure), sum(skipped),
        COALESCE(sum(size) FILTER (WHERE state IN ('waiting', 'held', 'wire')), 0),
        COALESCE(sum(size) FILTER (WHERE state = 'held'), 0),
        COALESCE(sum(taken + refused + unsure) FILTER (WHERE state = 'done' AND at > %s), 0)
    FROM outreach_chunk WHERE lane_id = ANY(%s) GROUP BY lane_id"""
_SPARED = """
    SELECT code = 'resting', count(*) FROM outreach_attempt
    WHERE lane_id = ANY(%s) AND outcome = 'skipped' GROUP BY 1"""


def broadcast_progress(broadcast: Broadcast) -> Progress:
    """The books as they stand. Three queries over lanes and chunks, whatever the number of people, and one that counts
    who stopped or began a rest meanwhile, where there are such."""
    lanes = list(broadcast.lanes.select_related("provider").order_by("way", "language", "pk"))
    now, rules = clock.now(), sending_rules()
    since = now - dt.timedelta(minutes=PACE_MINUTES)
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [since, [lane.pk for lane in lanes]])
        sums = {row[0]: [int(value or 0) for value in row[1:]] for row in cursor.fetchall()}
    made = []
    for lane in lanes:
        taken, refused, unsure, skipped, waiting, held, lately = sums.get(lane.pk, [0] * 7)
        waits = lane.keeps_hours and waiting and not may_leave_now(lane.way, rules, now)
        minutes = PACE_MINUTES if lane.started_at is None else min((now - lane.started_at).total_seconds() / 60, 3)
        made.append(
            LaneProgress(
                lane=lane,
                total=lane.total,
                taken=taken,
                delivered=lane.delivered,
                undelivered=lane.undelivered,
                refused=refused,
                unsure=unsure,
                skipped=skipped,
                waiting=waiting,
                held=held,
                per_minute=lately / max(minutes, 1 / 60),
                opens_at=next_opening(lane.way, rules, now) if waits else None,
            )
        )
    words = _skip_words()
    before = {words[why]: number for why, number in broadcast.skipped.items()}
    return Progress(tuple(made), before, _skipped_since(made))


def _skipped_since(lanes: Sequence[LaneProgress]) -> dict[str, int]:
    """Why people on the list got nothing. What no attempt tells of was dropped with the sending."""
    skipped = sum(one.skipped for one in lanes)
    if not skipped:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SPARED, [[one.lane.pk for one in lanes if one.skipped]])
        found = dict(cursor.fetchall())
    resting, stopped = found.get(True, 0), found.get(False, 0)
    told = {_("đã từ chối nhận"): stopped, _("đang tạm nghỉ"): resting}
    told[_("chưa gửi khi đợt dừng hẳn")] = skipped - stopped - resting
    return {words: number for words, number in told.items() if number > 0}


def _skip_words() -> dict[str, str]:
    return {
        "stopped": _("đã từ chối nhận"),
        "often": _("đã nhận đủ số tin trong 24 giờ"),
        "hold_out": _("nhóm đối chứng"),
        "no_rendition": _("kênh không gửi lần này"),
        "twice": _("trùng địa chỉ"),
    }


@dataclass(frozen=True, slots=True)
class AreaProgress:
    """One commune in a sending."""

    area: Area | None
    """None: people who gave no area."""
    total: int
    taken: int
    delivered: int
    unsure: int

    @property
    def share(self) -> float:
        """Taken, of those on the list."""
        return self.taken / self.total if self.total else 0.0


_BY_AREA = """
    WITH listed AS (
        SELECT d.area_id, count(*) AS total FROM outreach_delivery d JOIN outreach_lane l ON l.id = d.lane_id
        WHERE d.lane_id = ANY(%(lanes)s) AND d.made_at = l.started_at GROUP BY 1
    ), tried AS (
        SELECT area_id, count(*) FILTER (WHERE outcome = 'taken') AS taken,
            count(*) FILTER (WHERE outcome = 'taken' AND arrival IN ('delivered', 'seen')) AS delivered,
            count(*) FILTER (WHERE outcome = 'unsure' AND is_last) AS unsure
        FROM outreach_attempt
        WHERE lane_id = ANY(%(lanes)s) AND at >= %(since)s::timestamptz - interval '1 day' GROUP BY 1
    )
    SELECT l.area_id, l.total, COALESCE(t.taken, 0), COALESCE(t.delivered, 0), COALESCE(t.unsure, 0)
    FROM listed l LEFT JOIN tried t ON t.area_id IS NOT DISTINCT FROM l.area_id"""


def progress_by_area(broadcast: Broadcast) -> list[AreaProgress]:
    """Each commune, the one with the smallest share first. Reads the people: about a second for a million.

    Empty for a sending whose people were forgotten (13 months).
    """
    return _by_area(list(broadcast.lanes.filter(started_at__isnull=False).values_list("pk", "started_at")))


def _by_area(lanes: list[tuple[int, dt.datetime | None]]) -> list[AreaProgress]:
    if not lanes:
        return []
    facts: dict[str, Any] = {
        "lanes": [key for key, _at in lanes],
        "since": min(at for _key, at in lanes if at is not None),
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_AREA, facts)
        found = cursor.fetchall()
    areas = Area.objects.in_bulk([row[0] for row in found if row[0] is not None])
    rows = [AreaProgress(areas.get(area_id), *numbers) for area_id, *numbers in found]
    return sorted(rows, key=lambda row: (row.area is None, row.share, row.area.name if row.area else ""))


@dataclass(frozen=True, slots=True)
class Failure:
    """A reason for which messages did not get through."""

    words: str
    code: str
    count: int
    again: int
    """Of them: tried again after it."""


_WORDS = (
    ("smpp:0x0000000b", gettext_lazy("số không tồn tại hoặc không nhận được tin")),
    ("smpp:0x0000000d", gettext_lazy("nhà mạng không cho đăng nhập")),
    ("smpp:0x0000000e", gettext_lazy("nhà mạng không nhận mật khẩu")),
    ("smpp:0x0000000f", gettext_lazy("nhà mạng không biết tên đăng nhập")),
    ("smpp:0x00000053", gettext_lazy("nhà mạng không nhận system_type")),
    ("smpp:0x00000065", gettext_lazy("nhà mạng từ chối tin này")),
    ("smpp:0x00000066", gettext_lazy("nhà mạng từ chối tin này")),
    ("smpp:0x00000058", gettext_lazy("nhà mạng yêu cầu gửi chậm lại")),
    ("smpp:0x00000014", gettext_lazy("hàng đợi của nhà mạng đầy")),
    ("smpp:0x0000000a", gettext_lazy("nhà mạng không nhận tên gửi này")),
    ("smpp:0x00000064", gettext_lazy("nhà mạng báo lỗi tạm thời")),
    ("smpp:no-number", gettext_lazy("không phải số điện thoại")),
    ("smpp:timeout", gettext_lazy("nhà mạng không trả lời")),
    ("smpp:link", gettext_lazy("đứt kết nối với nhà mạng")),
    ("smpp:closed", gettext_lazy("đường gửi đang đóng")),
    ("smpp:UNDELIV", gettext_lazy("máy người nhận không nhận được")),
    ("smpp:EXPIRED", gettext_lazy("quá hạn mà máy người nhận chưa mở")),
    ("smpp:REJECTD", gettext_lazy("nhà mạng từ chối tin này")),
    ("smtp:auth", gettext_lazy("máy chủ thư không cho đăng nhập")),
    ("smtp:connect", gettext_lazy("không nối được máy chủ thư")),
    ("smtp:lost", gettext_lazy("đứt kết nối với máy chủ thư")),
    ("smtp:timeout", gettext_lazy("máy chủ thư không trả lời")),
    ("smtp:tls", gettext_lazy("không mã hóa được đường đến máy chủ thư")),
    ("smtp:starttls", gettext_lazy("máy chủ thư không có STARTTLS")),
    ("smtp:53", gettext_lazy("máy chủ thư không cho đăng nhập")),
    ("smtp:550 5.1.1", gettext_lazy("không có hộp thư này")),
    ("smtp:5", gettext_lazy("máy chủ thư của người nhận từ chối")),
    ("smtp:4", gettext_lazy("máy chủ thư hẹn gửi lại sau")),
    ("smtp:address", gettext_lazy("địa chỉ thư không hợp lệ")),
    ("push:404", gettext_lazy("trình duyệt đã bỏ đăng ký")),
    ("push:410", gettext_lazy("trình duyệt đã bỏ đăng ký")),
    ("zalo:-213", gettext_lazy("người nhận không còn quan tâm trang Zalo")),
    ("zalo:-217", gettext_lazy("người nhận chặn trang Zalo")),
    ("zalo:-230", gettext_lazy("người nhận chưa nhắn cho trang Zalo trong 7 ngày")),
    ("zalo:-232", gettext_lazy("người nhận chưa nhắn cho trang Zalo, hoặc đã quá lâu")),
    ("zalo:-211", gettext_lazy("trang Zalo đã hết lượt gửi")),
    ("zalo:token", gettext_lazy("Zalo không nhận mã truy cập của trang")),
    ("zns:-118", gettext_lazy("số này không dùng Zalo")),
    ("facebook:190", gettext_lazy("Facebook không nhận mã truy cập của trang")),
    ("facebook:10/2018278", gettext_lazy("người nhận đã quá 24 giờ không nhắn cho trang")),
    ("facebook:551", gettext_lazy("người nhận không nhận tin của trang")),
    ("sender-lost", gettext_lazy("tiến trình gửi dừng đột ngột khi tin đang trên đường")),
    ("content", gettext_lazy("nội dung không điền được cho người này")),
    ("http:", gettext_lazy("không nối được nhà cung cấp")),
)
"""Beginnings of codes, the longer and more exact ones first where they overlap."""
_FAILURES = """
    SELECT CASE WHEN outcome = 'taken' THEN arrival_code ELSE code END, outcome, count(*),
        count(*) FILTER (WHERE NOT is_last)
    FROM outreach_attempt
    WHERE lane_id = ANY(%s) AND (outcome NOT IN ('taken', 'skipped') OR arrival IN ('failed', 'expired'))
    GROUP BY 1, 2 ORDER BY 3 DESC"""


def failures(broadcast: Broadcast) -> list[Failure]:
    """Why messages were refused, put off or lost, the most frequent first, in words and with the provider's code."""
    with connection.cursor() as cursor:
        cursor.execute(_FAILURES, [list(broadcast.lanes.values_list("pk", flat=True))])
        found = cursor.fetchall()
    return [Failure(failure_words(code, outcome), code, count, again) for code, outcome, count, again in found]


def failure_words(code: str, outcome: str) -> str:
    """A provider's code in words; where we know none, what became of the message."""
    for beginning, words in _WORDS:
        if code.startswith(beginning):
            return str(words)
    if outcome == Attempt.Outcome.TAKEN:
        return _("nhà cung cấp báo không đến được máy người nhận")
    return str(Attempt.Outcome(outcome).label).lower()


@dataclass(frozen=True, slots=True)
class UnsureRow:
    """A message of which nobody knows whether it left."""

    delivery_id: int
    lane: Lane
    at: dt.datetime
    code: str
    words: str
    area_id: int | None


def unsure_list(broadcast: Broadcast, *, most: int = UNSURE_SHOWN) -> list[UnsureRow]:
    """The uncertain messages, the latest first, without addresses: who may see them asks for one by its number."""
    lanes = {lane.pk: lane for lane in broadcast.lanes.select_related("provider")}
    rows = Attempt.objects.filter(lane__in=list(lanes), outcome=Attempt.Outcome.UNSURE, is_last=True).order_by("-at")
    return [
        UnsureRow(
            row.delivery_id, lanes[row.lane_id], row.at, row.code, failure_words(row.code, row.outcome), row.area_id
        )
        for row in rows[:most]
    ]
