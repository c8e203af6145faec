"""Drills as pages show them: numbers and states, never who took part; and the member's own page, the exception."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import agencies_of, has_role, require_role
from canhgiac.kit import clock
from canhgiac.outreach.models import Way
from canhgiac.outreach.selectors.providers import provider_for
from canhgiac.training.models import Drill, DrillApproval, DrillConsent, DrillContact, DrillTarget, Lure

MAKERS = (Role.Kind.COORDINATOR, Role.Kind.TRAINER)
READERS = (*MAKERS, Role.Kind.APPROVER, Role.Kind.EDITOR, Role.Kind.OFFICER, Role.Kind.AUDITOR)
RULE_VERSION = 1
RULES: dict[int, tuple[Any, ...]] = {
    1: (
        gettext_lazy("Thỉnh thoảng bạn nhận một tin giả làm tin lừa đảo, trong giờ làm việc, không báo trước."),
        gettext_lazy("Tin chỉ có một liên kết, dẫn tới bài học của chương trình. Trang ấy không có ô nhập nào."),
        gettext_lazy("Chúng tôi ghi: tin đã gửi lúc nào, bạn có bấm, có báo, bao lâu. Không ghi gì khác."),
        gettext_lazy("Chỉ bạn xem được kết quả của mình. Đơn vị chỉ thấy số chung của từ 5 người trở lên."),
        gettext_lazy("Kết quả không dùng để xếp loại, kỷ luật. Bạn rút lời đồng ý lúc nào cũng được."),
    )
}
"""What a member accepts, by version; a new version asks everybody anew."""
WORK_HOURS = ((dt.time(8), dt.time(11, 30)), (dt.time(13, 30), dt.time(17)))
"""Hours of the clock in Asia/Ho_Chi_Minh in which a drill's messages leave, on working days."""
SENDING_SHARE = 2 / 3
"""Of a drill's time; the last third sends nothing, so that everybody has time to report."""
LESSON_QUESTIONS = 3

ELIGIBLE = """
    SELECT m.id, m.agency_id,
        EXISTS (SELECT 1 FROM training_drillcontact c WHERE c.member_id = m.id AND c.way = 'sms'
            AND c.proven_at IS NOT NULL) AS has_sms,
        EXISTS (SELECT 1 FROM training_drillcontact c WHERE c.member_id = m.id AND c.way = 'zalo'
            AND c.proven_at IS NOT NULL) AS has_zalo
    FROM agencies_member m JOIN agencies_agency own ON own.id = m.agency_id
    JOIN LATERAL (SELECT accepts, rule_version FROM training_drillconsent WHERE member_id = m.id
        ORDER BY at DESC, id DESC LIMIT 1) said ON said.accepts AND said.rule_version = %(rule)s
    WHERE m.is_active AND EXISTS (
        SELECT 1 FROM agencies_agency above WHERE above.id = ANY(%(units)s) AND starts_with(own.path, above.path))
    ORDER BY m.id"""


@dataclass(frozen=True, slots=True)
class Eligible:
    """A member who may be sent to, by key; never leaves the services."""

    member_id: int
    agency_id: int
    ways: frozenset[str]


def eligible(units: Sequence[int]) -> list[Eligible]:
    """Active members of these agencies and all below who accepted the rule as it stands. One query."""
    with connection.cursor() as cursor:
        cursor.execute(ELIGIBLE, {"rule": RULE_VERSION, "units": list(units)})
        rows = cursor.fetchall()
    return [Eligible(key, agency, _ways(sms=sms, zalo=zalo)) for key, agency, sms, zalo in rows]


def _ways(*, sms: bool, zalo: bool) -> frozenset[str]:
    found = {Lure.Way.EMAIL.value} | ({Lure.Way.SMS.value, Lure.Way.VOICE.value} if sms else set())
    return frozenset(found | ({Lure.Way.ZALO.value} if zalo else set()))


def work_slots(starts: dt.datetime, ends: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
    """The stretches of working time between two moments, in order. Pure."""
    found = []
    day = starts.astimezone(clock.VIETNAM).date()
    while day <= ends.astimezone(clock.VIETNAM).date():
        for begin, end in WORK_HOURS if clock.is_working_day(day) else ():
            first = max(dt.datetime.combine(day, begin, clock.VIETNAM), starts)
            last = min(dt.datetime.combine(day, end, clock.VIETNAM), ends)
            if first < last:
                found.append((first, last))
        day += clock.DAY
    return found


def sending_ends(drill: Drill) -> dt.datetime:
    """Until when the drill's messages leave."""
    return drill.starts_at + (drill.ends_at - drill.starts_at) * SENDING_SHARE


def is_work_time(now: dt.datetime) -> bool:
    """Whether a message of a drill may leave at this moment."""
    local = now.astimezone(clock.VIETNAM)
    return clock.is_working_day(local.date()) and any(begin <= local.time() < end for begin, end in WORK_HOURS)


def moments(slots: Sequence[tuple[dt.datetime, dt.datetime]], count: int, chance: random.Random) -> list[dt.datetime]:
    """So many moments drawn evenly over the stretches. Pure but for ``chance``."""
    lengths = [(end - begin).total_seconds() for begin, end in slots]
    found = []
    for _number in range(count):
        at = chance.random() * sum(lengths)
        for (begin, _end), length in zip(slots, lengths, strict=True):
            if at < length:
                found.append(begin + dt.timedelta(seconds=int(at)))
                break
            at -= length
    return found


def may_make(member: Member) -> bool:
    """Whether the member makes drills. One query."""
    return has_role(member, *MAKERS)


def drills_seen(member: Member) -> QuerySet[Drill]:
    """Drills of agencies, or with units, that the member's roles cover. Raises NotAllowed."""
    require_role(member, *READERS)
    covered = agencies_of(member, *READERS)
    found = Drill.objects.filter(Q(agency__in=covered) | Q(unit_links__agency__in=covered))
    return Drill.objects.filter(pk__in=found.values("pk"))


def drill_list(member: Member, *, query: str = "", state: str = "", sort: str = "") -> QuerySet[Drill]:
    """Those drills with their counts, the newest first or as asked."""
    orders = {"ten": "title", "-ten": "-title", "bat-dau": "starts_at", "-bat-dau": "-starts_at"}
    orders |= {"trang-thai": "state", "-trang-thai": "-state"}
    rows = drills_seen(member).select_related("agency")
    rows = rows.filter(Q(title__icontains=query) | Q(purpose__icontains=query)) if query else rows
    rows = rows.filter(state=state) if state else rows
    sent = Count("targets", filter=Q(targets__sent_at__isnull=False), distinct=True)
    told = Count("targets", filter=Q(targets__reported_at__isnull=False), distinct=True)
    return rows.annotate(sent=sent, told=told).order_by(orders.get(sort, "-starts_at"), "-pk")


def drill_for(member: Member, drill_id: int) -> Drill:
    """One of them. Raises Http404, NotAllowed."""
    return get_object_or_404(drills_seen(member).select_related("agency", "made_by", "follows"), pk=drill_id)


@dataclass(frozen=True, slots=True)
class DrillPage:
    """A drill for its own page."""

    drill: Drill
    units: list[Agency]
    lures: list[Lure]
    approvals: list[DrillApproval]
    """Of what the drill is now."""
    agreed: int
    """Members of the units who accepted; fewer than 5 are told as "under 5"."""
    drawn: int
    sent: int
    missing_ways: list[str]
    """Channels of its lures that no provider carries."""
    may_make: bool
    may_approve: dict[str, bool]
    """By side: whether this member may approve now."""
    has_voice: bool


def drill_page(member: Member, drill_id: int) -> DrillPage:
    """All that the page shows; no name of who takes part. Raises Http404, NotAllowed."""
    row = drill_for(member, drill_id)
    units = list(Agency.objects.filter(pk__in=row.unit_links.values("agency")).order_by("path"))
    lures = list(Lure.objects.filter(pk__in=row.lure_links.values("lure")).order_by("code"))
    said = list(row.approvals.filter(of_version=row.version).select_related("member").order_by("at"))
    waits = row.state == Drill.State.WAITING
    given = {one.side for one in said} | ({"unit", "office"} if member.pk in {one.member_id for one in said} else set())
    may = {side: waits and side not in given and may_approve(member, row, side, units) for side in ("unit", "office")}
    sendable = sorted({one.way for one in lures} - {Lure.Way.VOICE.value})
    missing = [str(Way(way).label) for way in sendable if provider_for(way) is None]
    counts = row.targets.aggregate(drawn=Count("pk"), sent=Count("sent_at"))
    agreed = len(eligible([one.pk for one in units]))
    voice = any(one.way == Lure.Way.VOICE for one in lures)
    made = has_role(member, *MAKERS, agency=row.agency)
    return DrillPage(row, units, lures, said, agreed, counts["drawn"], counts["sent"], missing, made, may, voice)


def may_approve(member: Member, drill: Drill, side: str, units: Sequence[Agency]) -> bool:
    """Whether the member holds the role of this side: APPROVER over every unit, or the office's COORDINATOR."""
    if side == DrillApproval.Side.UNIT:
        return all(has_role(member, Role.Kind.APPROVER, agency=unit) for unit in units)
    return has_role(member, Role.Kind.COORDINATOR, agency=drill.agency)


def consent_of(member: Member) -> DrillConsent | None:
    """The member's newest word. One query."""
    return DrillConsent.objects.filter(member=member).order_by("-at", "-pk").first()


def agrees(member: Member) -> bool:
    """Whether the member takes part by the rule as it stands. One query."""
    said = consent_of(member)
    return said is not None and said.accepts and said.rule_version == RULE_VERSION


@dataclass(frozen=True, slots=True)
class OwnResult:
    """One drill as its own receiver sees it."""

    target: DrillTarget
    minutes: int | None
    """From sending to reporting."""
    words: str


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A member's own page: the only one on which a participant is named."""

    agrees: bool
    said: DrillConsent | None
    rules: tuple[Any, ...]
    rule_version: int
    contacts: list[DrillContact]
    reply_to: str
    """Number that a text message is sent to; empty where the province has none."""
    zalo: str
    results: list[OwnResult]


def own_page(member: Member) -> OwnPage:
    """What the member said, their proven addresses, their results.

    A message that waits to be noticed is not given away: it is listed once its drill ended, or it was clicked or told.
    """
    said = consent_of(member)
    over = Q(drill__state__in=[Drill.State.ENDED, Drill.State.STOPPED])
    noticed = Q(clicked_at__isnull=False) | Q(reported_at__isnull=False)
    rows = DrillTarget.objects.filter(over | noticed, member=member, sent_at__isnull=False)
    found = rows.select_related("drill", "lure").order_by("-sent_at")[:100]
    sms, zalo = provider_for(Way.SMS), provider_for(Way.ZALO)
    return OwnPage(
        said is not None and said.accepts and said.rule_version == RULE_VERSION,
        said,
        RULES[RULE_VERSION],
        RULE_VERSION,
        list(DrillContact.objects.filter(member=member).order_by("way")),
        str(sms.settings.get("reply_to", "")) if sms else "",
        zalo.name if zalo else "",
        [OwnResult(row, minutes_to_report(row), _result_words(row)) for row in found],
    )


def proven_addresses(way: Way, member: Member | None = None) -> list[tuple[int, str]]:
    """Members' ids and the addresses on a channel that they showed to be theirs; of one member or of all. One query."""
    rows = DrillContact.objects.filter(way=way, proven_at__isnull=False).exclude(address="")
    rows = rows.filter(member=member) if member else rows
    return list(rows.order_by("pk").values_list("member_id", "address"))


def minutes_to_report(row: DrillTarget) -> int | None:
    """Whole minutes from sending to reporting; None where either is missing."""
    if row.sent_at is None or row.reported_at is None:
        return None
    return max(int((row.reported_at - row.sent_at).total_seconds() // 60), 0)


def _result_words(row: DrillTarget) -> str:
    if row.reported_at is not None and (row.clicked_at is None or row.reported_at <= row.clicked_at):
        return _("Báo tin mà không bấm: tốt nhất.")
    if row.reported_at is not None:
        return _("Có bấm, rồi báo tin: vẫn giúp được mọi người.")
    if row.clicked_at is not None:
        return _("Có bấm, chưa báo. Lần sau báo ngay cả khi lỡ bấm.")
    return _("Không bấm, không báo. Báo thì người khác tránh được.")


def target_by_token(token: str) -> DrillTarget | None:
    """Whose link it is; None for a token that was never given out. One query."""
    rows = DrillTarget.objects.select_related("drill", "lure__form__published", "member")
    return rows.filter(token=token).first() if token else None


def voice_calls(member: Member, drill: Drill) -> list[DrillTarget]:
    """Calls that a trainer still has to make, by due time; the phone is shown, no name. Raises NotAllowed."""
    require_role(member, *MAKERS, agency=drill.agency)
    if drill.state != Drill.State.RUNNING:
        return []
    rows = drill.targets.filter(lure__way=Lure.Way.VOICE, sent_at=None, due_at__lte=clock.now())
    return list(rows.select_related("lure").order_by("due_at", "pk"))
