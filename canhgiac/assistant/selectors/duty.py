"""The duty desk's lists and one talk's page. Words are opened only for officers; the auditor's lists have none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Area, Member, Role
from canhgiac.agencies.selectors import require_role, roles_of
from canhgiac.agencies.selectors.access import in_force
from canhgiac.assistant.models import DutyTalk, Talk, TalkTurn
from canhgiac.engines.dialogue import Slots
from canhgiac.engines.lookup.keys import shown
from canhgiac.engines.recognition.banks import BANKS_BY_BIN
from canhgiac.kit import clock
from canhgiac.kit.sheets import Value
from canhgiac.library.selectors.forms import form_card
from canhgiac.outreach.models import Rendition
from canhgiac.outreach.selectors.linting import Finding, linter

from .boxes import memory_unbox, words_unbox
from .chatfates import with_fates
from .hours import closes_at, next_opening, week
from .mask import mask
from .talks import Turn, turns_of

OFFICERS = (Role.Kind.TIP_OFFICER, Role.Kind.COORDINATOR)
"""Who answers talks and calls."""
READERS = (*OFFICERS, Role.Kind.AUDITOR)
"""Who sees the lists; an auditor without a word of what people wrote."""
KEEPERS = (Role.Kind.ADMIN, Role.Kind.COORDINATOR)
"""Who sets the hours."""
FIRST_LINE = 110
LINTED = {"links", "requests", "alarm", "urgency", "personal"}
"""Checks of the linter that matter to one person's answer; the rest is about broadcasts."""
ORDERS: dict[str, tuple[Any, ...]] = {
    "hoi": ("asked_at", "pk"),
    "cho": (F("taken_at") - F("asked_at"), "pk"),
    "xong": ("ended_at", "pk"),
    "ket-qua": ("outcome", "-ended_at", "-pk"),
}
LOSSES = {
    "money": gettext_lazy("tiền"),
    "code": gettext_lazy("mã OTP, mật khẩu"),
    "app": gettext_lazy("đã cài ứng dụng lạ"),
    "papers": gettext_lazy("ảnh giấy tờ"),
    "card": gettext_lazy("số thẻ"),
    "account": gettext_lazy("tài khoản mạng xã hội"),
}


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One asking as the inbox shows it."""

    duty: DutyTalk
    line: str
    """The person's latest words, masked and cut; empty for who may not read words."""
    is_mine: bool
    waited: str
    """From the asking until taken, or until now, in words; empty where it ended and nobody took it."""

    @property
    def is_loss(self) -> bool:
        """Whether somebody lost money."""
        return self.duty.why == DutyTalk.Why.LOSS


@dataclass(frozen=True, slots=True)
class Inbox:
    """The desk now."""

    waiting: list[DutyRow]
    held: list[DutyRow]
    closes_at: dt.datetime | None
    """None while the desk is closed."""
    opens_at: dt.datetime | None
    has_hours: bool
    may_answer: bool


@dataclass(frozen=True, slots=True)
class DutyFilter:
    """What the list of ended ones is narrowed to."""

    day: dt.date | None = None
    channel: str = ""
    why: str = ""
    outcome: str = ""
    officer: Member | None = None


@dataclass(frozen=True)
class Opened:
    """One talk with its words, for the officer who opened it."""

    duty: DutyTalk
    talk: Talk
    turns: list[Turn]
    facts: list[tuple[str, str]]
    """What the assistant understood, as label and words."""
    form: str = ""
    """Code of the scam form understood; empty where none is sure enough."""


def waiting() -> QuerySet[DutyTalk]:
    """Who waits, who lost money first, then who asked first."""
    rows = DutyTalk.objects.filter(ended_at=None, taken_by=None)
    return rows.order_by(Case(When(why=DutyTalk.Why.LOSS, then=0), default=1), "asked_at", "pk")


def may_answer(member: Member) -> bool:
    """Whether the member works at the desk."""
    return roles_of(member, *OFFICERS).exists()


def may_set_hours(member: Member) -> bool:
    """Whether the member sets the desk's hours. One query."""
    return roles_of(member, *KEEPERS).exists()


def may_tip(member: Member) -> bool:
    """Whether the member may write a tip down for somebody. One query."""
    return roles_of(member, Role.Kind.TIP_OFFICER, Role.Kind.OFFICER).exists()


def duty_inbox(member: Member, *, now: dt.datetime | None = None) -> Inbox:
    """The desk as it is. Six queries however many wait. Raises NotAllowed."""
    require_role(member, *READERS)
    moment, hours, reads = now or clock.now(), week(), may_answer(member)
    first = list(waiting().select_related("talk"))
    held = list(DutyTalk.objects.filter(ended_at=None).exclude(taken_by=None).select_related("talk", "taken_by"))
    held.sort(key=lambda duty: (duty.taken_by_id != member.pk, duty.taken_at, duty.pk))
    lines = _lines([*first, *held]) if reads else {}
    closes = closes_at(moment, hours=hours)
    return Inbox(
        waiting=[_row(duty, member, lines, moment) for duty in first],
        held=[_row(duty, member, lines, moment) for duty in held],
        closes_at=closes,
        opens_at=None if closes else next_opening(moment, hours=hours),
        has_hours=bool(hours),
        may_answer=reads,
    )


def _row(duty: DutyTalk, member: Member, lines: Mapping[int, str], now: dt.datetime | None = None) -> DutyRow:
    until = duty.taken_at or now
    waited = _ago(int((until - duty.asked_at).total_seconds() // 60)) if until else ""
    return DutyRow(duty, lines.get(duty.talk_id, ""), duty.taken_by_id == member.pk, waited)


def ended_rows(member: Member, duties: Iterable[DutyTalk]) -> list[DutyRow]:
    """Ended ones as their list shows them. No query."""
    return [_row(duty, member, {}) for duty in duties]


def _lines(rows: Iterable[DutyTalk]) -> dict[int, str]:
    """The latest words of each talk's person, masked. One query."""
    turns = TalkTurn.objects.filter(talk__in={row.talk_id for row in rows}, who=TalkTurn.Who.PERSON)
    latest = turns.order_by("talk_id", "-number").distinct("talk_id").values_list("talk_id", "words_sealed")
    return {talk: first_line(words_unbox(bytes(sealed))) for talk, sealed in latest}


def first_line(words: str) -> str:
    """Words as a list shows them: masked, on one line, cut."""
    told = " ".join(mask(words).split())
    return told if len(told) <= FIRST_LINE else told[:FIRST_LINE].rsplit(" ", 1)[0] + "…"


def duty_ended(member: Member, wanted: DutyFilter, *, sort: str = "") -> QuerySet[DutyTalk]:
    """The ended ones, the latest first unless sorted otherwise; no query yet. Raises NotAllowed."""
    require_role(member, *READERS)
    rows = DutyTalk.objects.exclude(ended_at=None).select_related("talk", "taken_by")
    simple = {"talk__channel": wanted.channel, "why": wanted.why, "outcome": wanted.outcome}
    rows = rows.filter(**{name: value for name, value in simple.items() if value})
    if wanted.officer is not None:
        rows = rows.filter(taken_by=wanted.officer)
    if wanted.day is not None:
        since = dt.datetime.combine(wanted.day, dt.time(), clock.VIETNAM)
        rows = rows.filter(ended_at__gte=since, ended_at__lt=since + clock.DAY)
    key = sort.removeprefix("-")
    if key not in ORDERS:
        return rows.order_by("-ended_at", "-pk")
    ordered = rows.order_by(*ORDERS[key])
    return ordered.reverse() if sort.startswith("-") else ordered


def duty_headings() -> list[str]:
    """Of the exported list."""
    return [
        *(_("Hỏi lúc"), _("Kênh"), _("Lý do"), _("Phút chờ"), _("Người trực"), _("Nhận lúc")),
        *(_("Kết thúc lúc"), _("Kết quả")),
    ]


def duty_rows(rows: QuerySet[DutyTalk]) -> Iterator[list[Value]]:
    """The ended ones as a table, without a word of what was said. Streamed."""
    for duty in rows.iterator(chunk_size=2000):
        waited = duty.taken_at - duty.asked_at if duty.taken_at else None
        yield [
            *(duty.asked_at, duty.talk.get_channel_display(), duty.get_why_display()),
            round(waited.total_seconds() / 60) if waited is not None else None,
            *(duty.taken_by.full_name if duty.taken_by else "", duty.taken_at, duty.ended_at),
            duty.get_outcome_display(),
        ]


def duty_for(member: Member, duty_id: int) -> DutyTalk:
    """One asking, for an officer of the desk. Raises NotAllowed, Http404."""
    require_role(member, *OFFICERS)
    return get_object_or_404(DutyTalk.objects.select_related("talk", "talk__area", "taken_by"), pk=duty_id)


def talk_opened(duty: DutyTalk) -> Opened:
    """The talk of an asking with its words; whoever calls this wrote the opening to the audit log.

    Two queries, three of a chat.
    """
    slots = _slots(duty.talk)
    return Opened(duty, duty.talk, with_fates(duty.talk, turns_of(duty.talk)), slots_said(slots), slots.form)


def form_meant(duty: DutyTalk) -> str:
    """Code of the scam form that the talk is about; empty where none is sure enough. No query."""
    return _slots(duty.talk).form


def turns_count(duty: DutyTalk) -> int:
    """How many turns its talk has. One query."""
    return TalkTurn.objects.filter(talk=duty.talk_id).count()


def _slots(talk: Talk) -> Slots:
    memory = memory_unbox(bytes(talk.memory_sealed)) if talk.memory_sealed else None
    return memory.slots if memory else Slots()


def slots_said(slots: Slots) -> list[tuple[str, str]]:
    """What was understood, as label and words; what is unknown is left out. At most one query."""
    card = form_card(slots.form) if slots.form else None
    bank = BANKS_BY_BIN.get(slots.bank)
    loss = slots.loss
    told = [
        (_("Hình thức"), f"{card.code} {card.name}" if card else slots.form),
        (_("Đã mất, đã đưa"), ", ".join(str(LOSSES.get(one, one)) for one in loss.what) if loss else ""),
        (_("Số tiền"), f"{loss.amount:,} đ".replace(",", ".") if loss and loss.amount else ""),
        (_("Cách đây"), _ago(slots.minutes_ago)),
        (_("Ngân hàng của họ"), bank.name if bank else slots.bank),
        (_("Nơi"), slots.area),
        (_("Số, tài khoản, link"), ", ".join(shown(key) for key in slots.indicators)),
    ]
    return [(label, words) for label, words in told if words]


def _ago(minutes: int | None) -> str:
    if minutes is None:
        return ""
    if minutes < 120:
        return _("%(n)d phút") % {"n": minutes}
    return _("%(n)d giờ") % {"n": minutes // 60} if minutes < 2880 else _("%(n)d ngày") % {"n": minutes // 1440}


def desk_members() -> list[Member]:
    """Whom the desk's notices go to: officers whose role reaches the whole province; all of them where none does.

    Two queries at most.
    """
    roles = Role.objects.filter(in_force(clock.today()), kind__in=OFFICERS, member__is_active=True)
    whole = Q(agency__area__level=Area.Level.PROVINCE)
    members = Member.objects.filter(pk__in=roles.filter(whole).values("member")).order_by("full_name", "pk")
    return list(members) or list(Member.objects.filter(pk__in=roles.values("member")).order_by("full_name", "pk"))


def officers() -> QuerySet[Member]:
    """Everybody who may work at the desk today, by name. No query yet."""
    roles = Role.objects.filter(in_force(clock.today()), kind__in=OFFICERS)
    return Member.objects.filter(is_active=True, pk__in=roles.values("member")).order_by("full_name", "pk")


def own_words_lint(text: str) -> Sequence[Finding]:
    """What in an officer's answer could be taken for a scam; empty for nothing. Four queries."""
    found = linter().lint(text, Rendition.Kind.ZALO)
    return [one for one in found if one.code in LINTED and (one.code != "alarm" or one.words)]
