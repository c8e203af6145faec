"""Somebody reports a suspicious message: by the button, by forwarding the mail, by writing BAO back.

A drill's own message is recognised by its link or its words; what was pasted is looked at and not kept.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower

from canhgiac.agencies.models import Member
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.outreach.models import InboundMessage, Way
from canhgiac.outreach.services.digests import AddressRefused, address_canonical, address_digest
from canhgiac.outreach.services.mailings import inbound_taken
from canhgiac.training.models import Drill, DrillContact, DrillTarget, Lure
from canhgiac.training.selectors.drills import target_by_token
from canhgiac.training.selectors.lures import LINK, NAME

from .drillconsents import contact_prove
from .drillsending import drill_letters_settle

TOKEN = re.compile(r"dien-tap/([\w-]{24})(?![\w-])")
WORD = re.compile(r"bao(?: (?:cao|tin|lua dao|nghi|ngay)\b.{0,100})?[.!]?")
"""Folded: "BAO", and how people write more of it; "bao giờ" asks something else."""
LOOK_BACK = dt.timedelta(days=3)
STILL = dt.timedelta(days=30)
"""How long after its end a drill's message is still recognised."""
WORDS_LEAST = 16
"""Signs of a line of a lure by which a pasted message is recognised."""
ROWS_MOST = 2000


@dataclass(frozen=True, slots=True)
class Finding:
    """What was made of a report: "drill" (one's own), "known" (one's own, reported before), "other" (a drill's message
    of somebody else), "unknown" (perhaps a real one)."""

    kind: str
    target: DrillTarget | None = None


@transaction.atomic
def suspicion_report(*, by: Member, text: str, now: dt.datetime | None = None) -> Finding:
    """What a member pasted, by the button of the staff's pages. Nothing of it is kept."""
    at = now or clock.now()
    found = TOKEN.search(text)
    if found is not None:
        target = target_by_token(found[1])
        if target is not None:
            return _credited(target, "button", at) if target.member_id == by.pk else Finding("other")
    own = _by_words(by, text, at)
    return _credited(own, "button", at) if own is not None else Finding("unknown")


def _by_words(member: Member, text: str, now: dt.datetime, *ways: str) -> DrillTarget | None:
    """The member's newest message whose subject, or a line of whose body, stands in the text."""
    told = f" {fold(text)} "
    for row in _open(member, now, *ways):
        lines = [row.lure.subject, *re.split(r"\n|" + re.escape(LINK) + "|" + re.escape(NAME), row.lure.body)]
        folded = (fold(line) for line in lines)
        if any(len(line) >= WORDS_LEAST and line in told for line in folded):
            return row
    return None


def _open(member: Member, now: dt.datetime, *ways: str) -> list[DrillTarget]:
    """What the member was sent, the newest first, while it is still recognised."""
    rows = DrillTarget.objects.filter(member=member, sent_at__isnull=False).select_related("lure", "drill")
    over = Q(drill__state=Drill.State.RUNNING) | Q(drill__ended_at__gt=now - STILL)
    rows = rows.filter(over)
    return list((rows.filter(lure__way__in=ways) if ways else rows).order_by("-sent_at")[:50])


def _credited(target: DrillTarget, door: str, at: dt.datetime) -> Finding:
    """The first report counts, by whatever door it came."""
    if target.sent_at is None and target.delivery is not None:
        drill_letters_settle()
    row = DrillTarget.objects.select_for_update(of=("self",)).select_related("lure", "drill").get(pk=target.pk)
    if row.reported_at is not None:
        return Finding("known", row)
    row.reported_at, row.report_door = max(at, row.sent_at or at), door
    row.save(update_fields=["reported_at", "report_door"])
    return Finding("drill", row)


@transaction.atomic
def reports_read(*, now: dt.datetime | None = None) -> int:
    """Looks through what people wrote to the province and nobody acted on; returns how many messages were ours.

    Codes of proven addresses, the word BAO from a proven address, mails forwarded by members.
    """
    at = now or clock.now()
    drill_letters_settle()
    waiting = InboundMessage.objects.filter(act="kept", kind="text", came_at__gt=at - LOOK_BACK)
    words = Q(way__in=[Way.SMS, Way.ZALO], text__iregex=r"^\s*(b[aá]o|dt)\M")
    mails = Q(way=Way.EMAIL) & (Q(text__contains="dien-tap/") | Q(low__in=_receivers()))
    waiting = waiting.annotate(low=Lower("sender"))
    taken = [row.pk for row in waiting.filter(words | mails).order_by("-pk")[:ROWS_MOST] if _is_ours(row, at)]
    if taken:
        inbound_taken(inbound_ids=taken, act="drill")
    return len(taken)


def _receivers() -> list[str]:
    rows = DrillTarget.objects.filter(lure__way=Lure.Way.EMAIL, sent_at__isnull=False, reported_at=None)
    return [email.lower() for email in rows.values_list("member__email", flat=True).distinct()]


def _is_ours(row: InboundMessage, now: dt.datetime) -> bool:
    at = min(row.came_at, now)
    if row.way == Way.EMAIL:
        return _mail(row, at)
    if contact_prove(message=row):
        return True
    if not WORD.fullmatch(fold(row.text)):
        return False
    try:
        digest = address_digest(row.way, address_canonical(row.way, row.sender))
    except AddressRefused:
        return False
    contact = DrillContact.objects.filter(digest=digest, proven_at__isnull=False).select_related("member").first()
    own = _open(contact.member, now, row.way) if contact is not None else []
    if not own:
        return False
    _credited(next((one for one in own if one.reported_at is None), own[0]), row.way, at)
    return True


def _mail(row: InboundMessage, at: dt.datetime) -> bool:
    """A member's mail that carries their own link, or the subject or a line of what they were sent.

    A link of somebody else's is a drill's too, and nobody is credited for it.
    """
    member = Member.objects.filter(email__iexact=row.sender, is_active=True).first()
    found = TOKEN.search(row.text)
    target = target_by_token(found[1]) if found else None
    if target is not None and (member is None or target.member_id != member.pk):
        return True
    if target is None and member is not None:
        target = _by_words(member, row.text, at, Lure.Way.EMAIL)
    if target is None:
        return False
    _credited(target, "email", at)
    return True
