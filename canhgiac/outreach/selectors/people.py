"""Staff lists of subscribers, imports, saved audiences, suppressions and kept messages. Addresses always masked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count as CountOf
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Area, Member, Role
from canhgiac.agencies.selectors import has_role, require_role
from canhgiac.kit import clock
from canhgiac.kit.sheets import Value
from canhgiac.outreach.models import (
    Consent,
    InboundMessage,
    SavedAudience,
    Subscriber,
    SubscriberImport,
    Suppression,
)

from .audiences import Rule, group_choices, groups_mask, groups_of
from .consents import consents_of
from .scope import WRITING
from .subscribers import address_masked

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

UNDO = dt.timedelta(minutes=15)
"""How long a member may take back what they wrote down for a person."""
READING = (Role.Kind.COORDINATOR, Role.Kind.AUDITOR)
"""See masked lists of subscribers."""
COUNTING = (*WRITING, Role.Kind.APPROVER, Role.Kind.AUDITOR)
"""See how many people a rule reaches."""
SORTS = {"kenh": "way", "dia-ban": "area__folded", "trang-thai": "state", "luc": "made_at"}
WIDTHS = [20, 24, 34, 40, 16, 18, 14, 20, 20]
ORIGINS = (
    ("web", gettext_lazy("Trang đăng ký")),
    ("sms", gettext_lazy("Tin nhắn")),
    ("zalo", "Zalo"),
    ("staff", gettext_lazy("Cán bộ ghi")),
    ("import", gettext_lazy("Nhập danh sách")),
    ("api", "API"),
)


def may_manage(member: Member) -> bool:
    """Whether the member adds, stops, imports. One query."""
    return has_role(member, Role.Kind.COORDINATOR)


def require_managing(member: Member) -> None:
    """Raises NotAllowed for who does not add, change, stop."""
    require_role(member, Role.Kind.COORDINATOR)


@dataclass(frozen=True, slots=True)
class RequestWords:
    """What a person may ask of staff, as the page names it."""

    code: str
    name: StrOrPromise
    icon: str
    does: StrOrPromise
    """What happens."""
    is_grave: bool = False


_REQUESTS = (
    RequestWords(
        "sua",
        gettext_lazy("Đổi lựa chọn"),
        "pencil",
        gettext_lazy("Địa bàn, nhóm, ngôn ngữ. Người ấy nhận một tin xác nhận."),
    ),
    RequestWords(
        "nghi",
        gettext_lazy("Tạm nghỉ"),
        "player-pause",
        gettext_lazy("Không gửi cảnh báo mới cho đến ngày đã chọn. Tin đính chính của cảnh báo đã nhận thì vẫn gửi."),
    ),
    RequestWords(
        "nhan-lai",
        gettext_lazy("Nhận lại ngay"),
        "player-play",
        gettext_lazy("Thôi nghỉ, gửi cảnh báo như trước."),
    ),
    RequestWords(
        "kenh",
        gettext_lazy("Thêm kênh khác"),
        "plus",
        gettext_lazy(
            "Cùng lựa chọn, ở một địa chỉ khác. Địa chỉ mới được hỏi trước; địa chỉ này vẫn nhận cho đến khi ngừng."
        ),
    ),
    RequestWords(
        "ngung",
        gettext_lazy("Ngừng gửi"),
        "circle-off",
        gettext_lazy("Dừng ngay, cả khi một đợt gửi đang chạy. Người ấy nhận đúng một tin xác nhận."),
    ),
    RequestWords(
        "xoa",
        gettext_lazy("Xóa dữ liệu"),
        "trash",
        gettext_lazy(
            "Xóa hẳn, không hoàn tác được. Chỉ còn một dấu không đọc ngược được, để không danh sách nào gửi lại."
        ),
        is_grave=True,
    ),
)


def requests_open(subscriber: Subscriber) -> list[RequestWords]:
    """What can be asked as the subscription stands. No query."""
    state = Subscriber.State(subscriber.state)
    live = {
        Subscriber.State.PENDING: {"sua", "kenh", "ngung"},
        Subscriber.State.ACTIVE: {"sua", "nghi", "kenh", "ngung"},
    }
    live[Subscriber.State.PAUSED] = {"sua", "nghi", "nhan-lai", "kenh", "ngung"}
    codes = live.get(state, set()) | {"xoa"}
    return [one for one in _REQUESTS if one.code in codes]


@dataclass(frozen=True)
class SubscriberFilter:
    """What the list is narrowed to."""

    way: str = ""
    area: Area | None = None
    """With everything below it."""
    group: str = ""
    state: str = ""
    origin: str = ""
    digest: bytes = b""
    """Of an address that somebody typed in full."""


@dataclass(frozen=True, slots=True)
class SubscriberRow:
    """One line of the list."""

    one: Subscriber
    masked: str
    groups: str

    @property
    def origin(self) -> str:
        """Through what they came, in words."""
        return str(dict(ORIGINS).get(self.one.origin, self.one.origin))


def subscribers_for(member: Member, wanted: SubscriberFilter | None = None, *, sort: str = "") -> QuerySet[Subscriber]:
    """The one door of the staff: subscribers, the latest first. Raises NotAllowed."""
    require_role(member, *READING)
    told = wanted or SubscriberFilter()
    rows = Subscriber.objects.select_related("area__parent")
    for name in ("way", "state", "origin", "digest"):
        if value := getattr(told, name):
            rows = rows.filter(**{name: value})
    if told.area:
        rows = rows.filter(area__path__startswith=told.area.path)
    if told.group:
        rows = rows.extra(where=["groups & %s <> 0"], params=[groups_mask([told.group])])
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        return rows.order_by("-made_at", "-pk")
    return rows.order_by(f"-{key}" if sort.startswith("-") else key, "-pk")


def subscriber_rows(rows: list[Subscriber]) -> list[SubscriberRow]:
    """The subscribers as the list shows them. No query."""
    return [SubscriberRow(row, address_masked(row.way, row.address), group_words(row.groups)) for row in rows]


def group_words(mask: int) -> str:
    """The groups by name."""
    names = {code: str(label) for code, label in group_choices()}
    return ", ".join(names[code] for code in groups_of(mask))


def subscriber_tally() -> dict[str, int]:
    """How many in each state. One query."""
    found = dict(Subscriber.objects.values_list("state").annotate(number=CountOf("pk")).order_by())
    return {state.value: found.get(state.value, 0) for state in Subscriber.State}


def subscriber_for(member: Member, subscriber_id: int) -> Subscriber:
    """One subscriber. Raises Http404, NotAllowed."""
    return get_object_or_404(subscribers_for(member), pk=subscriber_id)


def subscriber_history(subscriber: Subscriber) -> list[Consent]:
    """What its owner did, the latest first."""
    return consents_of(bytes(subscriber.digest))


def undoable(member: Member, subscriber: Subscriber, history: list[Consent] | None = None) -> Consent | None:
    """What the member may take back of what they just wrote down for a subscriber; None where there is nothing.

    Only the last thing that was done, by the same member, within UNDO. No query where the history is given.
    """
    rows = subscriber_history(subscriber) if history is None else history
    last = rows[0] if rows else None
    if last is None or last.by_id != member.pk or "was" not in last.proof or last.at < clock.now() - UNDO:
        return None
    return last


def headings() -> list[str]:
    """The columns of the file."""
    return [
        *(_("Kênh"), _("Địa chỉ đã che"), _("Địa bàn"), _("Nhóm"), _("Ngôn ngữ"), _("Trạng thái"), _("Đăng ký qua")),
        *(_("Đăng ký lúc"), _("Xác nhận lúc")),
    ]


def file_rows(rows: QuerySet[Subscriber]) -> Iterator[list[Value]]:
    """The rows of the file, masked as on the page."""
    for row in rows.iterator(chunk_size=1000):
        yield [
            *(str(row.get_way_display()), address_masked(row.way, row.address), area_words(row.area)),
            *(group_words(row.groups), str(row.get_language_display()), str(row.get_state_display())),
            *(row.origin, row.made_at, row.confirmed_at),
        ]


def area_words(area: Area | None) -> str:
    """A commune by name, a residential group with its commune; the whole province where none is set."""
    if area is None:
        return _("Không nói")
    return f"{area.name}, {area.parent.name}" if area.level == Area.Level.GROUP and area.parent else area.name


def imports_for(member: Member) -> QuerySet[SubscriberImport]:
    """Lists handed in, the latest first. Raises NotAllowed."""
    require_role(member, *READING)
    return SubscriberImport.objects.select_related("made_by").order_by("-pk")


def import_for(member: Member, import_id: int) -> SubscriberImport:
    """One of them. Raises Http404, NotAllowed."""
    return get_object_or_404(imports_for(member), pk=import_id)


@dataclass(frozen=True, slots=True)
class AudienceRow:
    """A saved audience in words."""

    one: SavedAudience
    words: str


def audiences_for(member: Member, *, dropped: bool = False) -> QuerySet[SavedAudience]:
    """Saved audiences by name. Raises NotAllowed."""
    require_role(member, *COUNTING)
    return SavedAudience.objects.filter(dropped_at__isnull=not dropped).select_related("made_by").order_by("name")


def audience_rows(rows: list[SavedAudience]) -> list[AudienceRow]:
    """What each means, in words. One query for all."""
    rules = [Rule.from_json(row.rule) for row in rows]
    names = dict(Area.objects.filter(pk__in={pk for rule in rules for pk in rule.areas}).values_list("pk", "name"))
    return [AudienceRow(row, rule_words(rule, names)) for row, rule in zip(rows, rules, strict=True)]


def rule_words(rule: Rule, names: dict[int, str]) -> str:
    """A rule as a person would say it."""
    groups = {code: str(label) for code, label in group_choices()}
    ways = dict(Subscriber._meta.get_field("way").flatchoices)
    tongues = dict(Subscriber._meta.get_field("language").flatchoices)
    places = [names.get(pk, "?") for pk in rule.areas]
    if rule.without_area:
        places.append(_("người không nói nơi ở"))
    parts = [
        ", ".join(places) or _("Toàn tỉnh"),
        ", ".join(groups.get(code, code) for code in rule.groups),
        ", ".join(str(tongues.get(code, code)) for code in rule.languages),
        ", ".join(str(ways.get(code, code)) for code in rule.ways),
        ", ".join(str(dict(ORIGINS).get(code, code)) for code in rule.origins),
    ]
    return "; ".join(part for part in parts if part)


def audience_for(member: Member, audience_id: int) -> SavedAudience:
    """One saved audience, dropped or not. Raises Http404, NotAllowed."""
    require_role(member, *COUNTING)
    return get_object_or_404(SavedAudience, pk=audience_id)


def require_counting(member: Member) -> None:
    """Raises NotAllowed for who may not see how many people a rule reaches."""
    require_role(member, *COUNTING)


def suppression_tally(member: Member) -> dict[str, int]:
    """How many addresses stand there for each reason. Raises NotAllowed."""
    require_role(member, *READING)
    found = dict(Suppression.objects.values_list("why").annotate(number=CountOf("pk")).order_by())
    return {str(why.label): found.get(why.value, 0) for why in Suppression.Why}


@dataclass(frozen=True, slots=True)
class InboundRow:
    """A message with its sender masked."""

    one: InboundMessage
    masked: str
    known: Subscriber | None


ACTS: dict[str, Any] = {
    "kept": gettext_lazy("Chờ người đọc"),
    "answered": gettext_lazy("Đã đọc"),
    "stop": gettext_lazy("Ngừng nhận"),
    "subscribe": gettext_lazy("Đăng ký"),
    "confirm": gettext_lazy("Xác nhận"),
    "gone": gettext_lazy("Địa chỉ không còn"),
    "drill": gettext_lazy("Thuộc đợt diễn tập"),
    "assistant": gettext_lazy("Trợ lý đã trả lời"),
}


def inbound_for(member: Member, act: str = "kept", way: str = "") -> QuerySet[InboundMessage]:
    """Messages, the latest first; without an act all. Raises NotAllowed."""
    require_role(member, *READING)
    rows = InboundMessage.objects.exclude(sender="").order_by("-came_at", "-pk")
    rows = rows.filter(act=act) if act else rows
    return rows.filter(way=way) if way else rows


def inbound_rows(rows: list[InboundMessage]) -> list[InboundRow]:
    """The messages with their subscribers. One query."""
    found = Subscriber.objects.filter(address__in={row.sender for row in rows}, way__in={row.way for row in rows})
    known = {(one.way, one.address): one for one in found}
    return [InboundRow(row, address_masked(row.way, row.sender), known.get((row.way, row.sender))) for row in rows]


def inbound_one(member: Member, message_id: int) -> InboundMessage:
    """One message. Raises Http404, NotAllowed."""
    return get_object_or_404(inbound_for(member, act=""), pk=message_id)
