"""Lures, members who agreed, drills that two people approved."""

from __future__ import annotations

import datetime as dt
from typing import Any

from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.kit import clock
from canhgiac.library.models import ScamForm
from canhgiac.outreach.services.digests import address_digest
from canhgiac.training.models import Drill, DrillConsent, DrillContact, DrillTarget, Lure
from canhgiac.training.services.drillconsents import drill_consent_give
from canhgiac.training.services.drills import DrillData, drill_approve, drill_new, drill_submit
from canhgiac.training.services.drillsending import drill_begin
from canhgiac.training.services.lures import LureData, lure_approve, lure_new
from tests.factories import agencies
from tests.factories.agencies import Cast

BODY = "Chào {ho_ten},\n\nLịch trực tuần này đã đổi, xem ngay trong hôm nay: {lien_ket}\n\nBộ phận lịch trực"
CUES = (
    {"kind": "urgency", "words": "xem ngay trong hôm nay", "why": "Giục xem gấp."},
    {"kind": "link", "words": "{lien_ket}", "why": "Liên kết không phải trang của cơ quan."},
)
PREMISE = {"process": 6, "relevance": 6, "events": 2, "concern": 4, "training": 0}
MORNING = dt.datetime(2026, 10, 5, 9, 0, tzinfo=clock.VIETNAM)
"""A Monday."""


def scam_form(code: str = "T90") -> ScamForm:
    """A form that a lure is about."""
    return ScamForm.objects.get_or_create(code=code, defaults={"slug": f"thu-{code.lower()}"})[0]


def lure_data(**given: Any) -> LureData:
    """A mail that may go out."""
    facts: dict[str, Any] = {
        "title": "Lịch trực đổi", "way": Lure.Way.EMAIL, "form": scam_form(), "subject": "Lịch trực tuần này",
        "sender_name": "Bộ phận lịch trực", "body": BODY, "cues": CUES, "premise": PREMISE,
    }  # fmt: skip
    if given.get("way", Lure.Way.EMAIL) != Lure.Way.EMAIL:
        facts |= {"subject": "", "sender_name": "", "body": "Lich truc da doi, xem ngay trong hom nay: {lien_ket}"}
        facts["cues"] = ({"kind": "urgency", "words": "xem ngay", "why": "Giục gấp."},)
    return LureData(**(facts | given))


def approver(cast: Cast) -> Member:
    """Somebody who is the second person everywhere in the province."""
    someone = Member.objects.filter(email="duyet@thu.example").first()
    if someone is None:
        someone = agencies.member(email="duyet@thu.example", full_name="Duyệt Viên", agency=cast.province)
        agencies.role(someone, Role.Kind.APPROVER, cast.province)
    return someone


def lure(cast: Cast, **given: Any) -> Lure:
    """An approved lure."""
    row = lure_new(by=cast.coordinator, data=lure_data(**given))
    return lure_approve(by=approver(cast), lure=row, version=row.version)


def people(agency: Agency, count: int, *, agrees: bool = True) -> list[Member]:
    """Members of the agency, with names that no page of ours holds by chance."""
    rows = [agencies.member(full_name=f"Ẩn Danh Riêng {agency.pk}-{at}", agency=agency) for at in range(count)]
    for row in rows if agrees else []:
        drill_consent_give(by=row, accepts=True)
    DrillConsent.objects.filter(member__in=rows).update(at=MORNING - dt.timedelta(days=30))
    return rows


def phone(member: Member, number: str) -> DrillContact:
    """A phone that the member showed to be theirs."""
    return DrillContact.objects.create(
        member=member, way="sms", address=number, digest=address_digest("sms", number), proven_at=clock.now()
    )


def drill(cast: Cast, *units: Agency, lures: tuple[Lure, ...] = (), **given: Any) -> Drill:
    """A draft of the province's office for these units."""
    facts: dict[str, Any] = {"title": "Diễn tập tháng 10", "purpose": "Tập báo tin", "agency": cast.province}
    facts |= {"starts_at": MORNING, "ends_at": MORNING + dt.timedelta(days=9)}
    facts |= {"units": units or (cast.department,), "lures": lures or (lure(cast),)}
    return drill_new(by=cast.coordinator, data=DrillData(**(facts | given)), now=MORNING - dt.timedelta(days=1))


def approved(cast: Cast, *units: Agency, **given: Any) -> Drill:
    """Approved by both sides."""
    row = drill(cast, *units, **given)
    row = drill_submit(by=cast.coordinator, drill=row, version=row.version)
    drill_approve(by=approver(cast), drill=row, side="unit", version=row.version)
    return drill_approve(by=cast.coordinator, drill=row, side="office", version=row.version)


def running(cast: Cast, *units: Agency, **given: Any) -> Drill:
    """Begun: its targets are drawn, nothing has left."""
    row = approved(cast, *units, **given)
    drill_begin(drill_id=row.pk, now=row.starts_at)
    row.refresh_from_db()
    return row


def delivered(drill: Drill, *, at: dt.datetime = MORNING) -> list[DrillTarget]:
    """All targets as if their letters had been taken at that moment, by the row of the member."""
    for number, row in enumerate(drill.targets.filter(sent_at=None), 1):
        row.delivery, row.sent_at = number, at
        row.save(update_fields=["delivery", "sent_at"])
    return list(drill.targets.order_by("member_id"))
