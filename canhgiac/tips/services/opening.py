"""Opening a sealed tip: only a tip officer whose reach it is in, with the vault open, and never without a log entry."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import NotAllowed, require_role
from canhgiac.agencies.services import audit_record
from canhgiac.engines.lookup.keys import masked, shown
from canhgiac.kit import clock
from canhgiac.tips.models import Tip, TipFile, TipMessage, TipPart
from canhgiac.tips.selectors.guess import KIND_ICONS
from canhgiac.tips.selectors.scope import scope_of
from canhgiac.tips.selectors.unlocked import Unlocked

from .files import FileFacts, OpenFile, file_facts, file_open
from .parts import Facts, Identity, event_add, facts_read, message_add, message_read, part_add, part_read


@dataclass(frozen=True, slots=True)
class Said:
    """One turn of the talk, or one note."""

    id: int
    text: str = field(repr=False)
    at: dt.datetime
    from_sender: bool
    by: Member | None


@dataclass(frozen=True, slots=True)
class OpenTip:
    """A tip as it lies open before one officer. Lives for one request; nothing of it is written down."""

    tip: Tip
    story: str = field(repr=False)
    facts: Facts = field(repr=False)
    identity: Identity | None = field(repr=False)
    files: list[FileFacts] = field(repr=False)
    messages: list[Said] = field(repr=False)
    notes: list[Said] = field(repr=False)

    @property
    def keys(self) -> list[tuple[str, str, str]]:
        """(icon, whole value, masked value) of each number, account and link."""
        return [(KIND_ICONS[key.kind], shown(key), masked(key)) for key in self.facts.keys]


def content_key(*, by: Member, tip: Tip, unlocked: Unlocked) -> bytes:
    """The tip's content key for an officer who may work on it. Writes no log row: the act that asks does.

    Raises NotAllowed without the role, out of reach, with another member's vault, or when the tip was erased.
    """
    require_role(by, Role.Kind.TIP_OFFICER)
    if unlocked.member_id != by.pk:
        raise NotAllowed(_("Khóa đang mở là của người khác. Mở lại bằng khóa của bạn."))
    if not scope_of(by).works(tip):
        raise NotAllowed(_("Tin này ngoài phạm vi của bạn."))
    if tip.erased_at is not None:
        raise NotAllowed(_("Nội dung của tin này đã được xóa theo thời hạn."))
    return unlocked.open(bytes(tip.key_sealed))


@transaction.atomic
def tip_open(*, by: Member, tip: Tip, unlocked: Unlocked) -> OpenTip:
    """Opens a tip to read. The log has a row for every opening. Raises NotAllowed, BrokenSealError."""
    key = content_key(by=by, tip=tip, unlocked=unlocked)
    parts = [(part, part_read(part, key)) for part in tip.parts.select_related("by").order_by("at", "pk")]
    named = {part.kind: told for part, told in parts if part.kind != TipPart.Kind.NOTE}
    who = named.get(TipPart.Kind.IDENTITY)
    opened = OpenTip(
        tip=tip,
        story=named.get(TipPart.Kind.STORY, {}).get("story", ""),
        facts=facts_read(named.get(TipPart.Kind.FACTS, {})),
        identity=Identity(**who) if who else None,
        files=[file_facts(file, key) for file in tip.files.order_by("pk")],
        messages=[
            Said(one.pk, message_read(one, key), one.at, one.from_sender, one.by)
            for one in tip.messages.select_related("by").order_by("at", "pk")
        ],
        notes=[
            Said(part.pk, told.get("text", ""), part.at, from_sender=False, by=part.by)
            for part, told in parts
            if part.kind == TipPart.Kind.NOTE
        ],
    )
    TipMessage.objects.filter(tip=tip, from_sender=True, read_at__isnull=True).update(read_at=clock.now())
    audit_record(by=by, act="tips.tip_open", subject=tip)
    return opened


@transaction.atomic
def tip_file_open(*, by: Member, tip: Tip, file_id: int, unlocked: Unlocked) -> OpenFile:
    """Opens one attachment. Logged like a tip's opening. Raises NotAllowed, BrokenSealError, Http404."""
    key = content_key(by=by, tip=tip, unlocked=unlocked)
    file = get_object_or_404(TipFile, tip=tip, pk=file_id)
    opened = file_open(file, key)
    audit_record(
        by=by, act="tips.tip_file_open", subject=tip, facts={"file": file.pk, "contained": opened.facts.contained}
    )
    return opened


@transaction.atomic
def tip_say(*, by: Member, tip: Tip, unlocked: Unlocked, text: str, asks: bool = False) -> TipMessage:
    """An officer's words to the sender, who reads them by code. ``asks``: an answer is awaited, for the sender's page.

    Raises NotAllowed, ValueError for empty words.
    """
    if not text.strip():
        raise ValueError(_("Chưa có lời nhắn."))
    key = content_key(by=by, tip=tip, unlocked=unlocked)
    message = message_add(tip=tip, key=key, text=text, from_sender=False, by=by)
    Tip.objects.filter(pk=tip.pk).update(waits_for_us=False)
    event_add(tip=tip, what="asked" if asks else "answered", by=by, public=True)
    audit_record(by=by, act="tips.tip_say", subject=tip)
    return message


@transaction.atomic
def tip_note(*, by: Member, tip: Tip, unlocked: Unlocked, text: str) -> TipPart:
    """An officer's own note, sealed with the tip and never shown to the sender. Raises NotAllowed, ValueError."""
    if not text.strip():
        raise ValueError(_("Chưa có nội dung ghi chú."))
    key = content_key(by=by, tip=tip, unlocked=unlocked)
    part = part_add(tip=tip, key=key, kind=TipPart.Kind.NOTE, told={"text": text.strip()}, by=by)
    audit_record(by=by, act="tips.tip_note", subject=tip)
    return part
