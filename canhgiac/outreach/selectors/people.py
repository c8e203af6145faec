"""Staff lists of subscribers, imports, saved audiences, suppressions and kept messages. Addresses always masked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count as CountOf
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Area, Member, Role
from canhgiac.agencies.selectors import has_role, require_role
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
