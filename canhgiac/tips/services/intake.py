"""Intake: one transaction takes a tip in, seals it, and leaves outside only what queues, links and the radar need."""

from __future__ import annotations

import datetime as dt
import uuid as uuids
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Area, Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.engines.lookup.accounts import bank_of_value
from canhgiac.engines.lookup.keys import Key, Kind, keys_in
from canhgiac.indicators.services.sightings import Report, sightings_add
from canhgiac.kit import clock
from canhgiac.kit.sealing import CODE_DIGITS, CodeKeys, Cost, box, code_keys, code_new, new_key, seal, unbox
from canhgiac.kit.text import storable
from canhgiac.library.models import ScamForm
from canhgiac.library.selectors.sketches import text_sketch
from canhgiac.tips.models import Tip, TipPart, TipToken, VaultKey
from canhgiac.tips.selectors.blind import code_of_device, code_salt, device_stored, key_tokens, sketch_tokens
from canhgiac.tips.selectors.consent import consent_current
from canhgiac.tips.selectors.deadlines import due_of
from canhgiac.tips.selectors.guess import form_guess
from canhgiac.tips.selectors.spam import spam_reason
from canhgiac.tips.selectors.vault import vault_current

from .errors import TipRefused
from .files import Sent, file_keep
from .joining import tip_join
from .observations import tip_observe
from .parts import Facts, Identity, event_add, facts_told, message_add, part_add, part_read

MOST_WORDS = 20_000
MOST_FILES = 10
MOST_KEYS = 60
LOSS_STEPS = (2_000_000, 50_000_000, 200_000_000, 500_000_000)
"""Đồng: the steps of Article 174 of the Criminal Code (2 million: least; then clauses 2, 3 and 4)."""


@dataclass(frozen=True, slots=True)
class TipData:
    """What somebody tells."""

    story: str
    facts: Facts = field(default_factory=Facts)
    identity: Identity = field(default_factory=Identity)
    happened_on: dt.date | None = None
    form: ScamForm | None = None
    area: Area | None = None
    lost_nothing: bool = False
    sent_money_at: dt.datetime | None = None
    is_self: bool = True
    language: str = "vi"
    share_words: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """The code, told this once, and the tip. ``again``: the same tip had come before."""

    code: str = field(repr=False)
    tip: Tip
    again: bool = False


@transaction.atomic
def tip_receive(
    *,
    data: TipData,
    files: Sequence[Sent] = (),
    channel: Tip.Channel = Tip.Channel.WEB,
    by: Member | None = None,
    partner: Agency | None = None,
    client_key: uuids.UUID | None = None,
) -> Receipt:
    """Takes a tip in. With the same ``client_key`` (made on the sender's device) it is one tip and one code.

    ``by``: the officer who writes it down, for phone, walk-in and letter; a tip officer or officer. Raises TipRefused
    when there is no vault yet or nothing was told; NotAllowed; FileRefused of ``files``.
    """
    if by is not None:
        require_role(by, Role.Kind.TIP_OFFICER, Role.Kind.OFFICER, Role.Kind.COLLABORATOR)
    vault = vault_current()
    if vault is None:
        raise TipRefused(_("Trang nhận tin báo chưa mở. Gọi 113 hoặc đến công an xã, phường."))
    if not data.story.strip() and not data.facts.keys and not files:
        raise TipRefused(_("Kể vài câu về chuyện đã xảy ra, hoặc gửi ảnh chụp."))
    if len(files) > MOST_FILES:
        raise TipRefused(_("Nhiều nhất %d tệp mỗi lần gửi. Gửi thêm sau bằng mã theo dõi.") % MOST_FILES)
    stored_key, code = _device(client_key)
    keys = code_keys(code, code_salt(), cost=Cost(*settings.TIP_CODE_COST))
    if stored_key is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [stored_key.int >> 65])
        known = Tip.objects.filter(client_key=stored_key).first()
        if known is not None:
            return _again(known, data, code, keys)
    tip, content = _row(vault, data, keys=keys, channel=channel, by=by, partner=partner, client_key=stored_key)
    _seal_parts(tip, content, data, by)
    digests = [file_keep(tip=tip, key=content, sent=sent, from_sender=by is None) for sent in files]
    reported = _keys_of(data)
    sketch = _tokens_add(tip, data.story, reported, digests)
    event_add(tip=tip, what="received", by=by, public=True)
    if tip.state != Tip.State.SPAM:
        tip_observe(tip=tip, story=data.story, sketch=sketch, keys=reported)
        sightings_add([_report(tip, key, partner) for key in reported])
        tip_join(tip=tip)
    audit_record(
        by=by, act="tips.tip_receive", subject=tip, facts={"channel": channel, "state": tip.state, "files": len(files)}
    )
    return Receipt(code, tip)


def _device(client_key: uuids.UUID | None) -> tuple[uuids.UUID | None, str]:
    """What is stored of the device's key (a one-way hash), and the code: drawn anew, or the same for the same key."""
    if client_key is None:
        return None, code_new()
    stored = device_stored(client_key)
    return stored, f"{code_of_device(str(client_key)) % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def _again(tip: Tip, data: TipData, code: str, keys: CodeKeys) -> Receipt:
    """The same tip a second time: the same receipt. Words that were changed in between are added as a message."""
    if tip.erased_at is None and data.story.strip():
        content = unbox(keys.wrap, bytes(tip.key_by_code), what="content", pad=64)
        story = next((part_read(part, content)["story"] for part in tip.parts.filter(kind=TipPart.Kind.STORY)), "")
        if storable(data.story).strip() not in {story, *_messages(tip, content)}:
            message_add(tip=tip, key=content, text=storable(data.story), from_sender=True)
            Tip.objects.filter(pk=tip.pk).update(waits_for_us=True)
            event_add(tip=tip, what="message", public=True)
    return Receipt(code, tip, again=True)


def _messages(tip: Tip, content: bytes) -> list[str]:
    return [unbox(content, bytes(one.sealed), what="message").decode() for one in tip.messages.filter(from_sender=True)]


def _row(
    vault: VaultKey,
    data: TipData,
    *,
    keys: CodeKeys,
    channel: Tip.Channel,
    by: Member | None,
    partner: Agency | None,
    client_key: uuids.UUID | None,
) -> tuple[Tip, bytes]:
    """The readable row, and the content key."""
    content, now = new_key(), clock.now()
    spam = spam_reason(data.story) if by is None and partner is None and not data.facts.confirmed else ""
    tip = Tip.objects.create(
        code_digest=keys.digest,
        vault=vault,
        key_sealed=seal(bytes(vault.public_key), content),
        key_by_code=box(keys.wrap, content, what="content", pad=64),
        channel=channel,
        state=Tip.State.SPAM if spam else Tip.State.NEW,
        outcome="",
        received_at=now,
        happened_on=data.happened_on,
        form=data.form,
        form_guess=form_guess(data.story),
        area=data.area,
        loss=loss_step(data.facts.amount, lost_nothing=data.lost_nothing),
        sent_money_at=min(data.sent_money_at, now) if data.sent_money_at else None,
        banks=_banks(data),
        is_named=data.identity.is_told,
        is_self=data.is_self,
        language=data.language[:8],
        consent=consent_current(),
        share_words=data.share_words,
        taken_by=by,
        partner=partner,
        due_on=due_of(now),
        client_key=client_key,
    )
    return tip, content


def loss_step(amount: int | None, *, lost_nothing: bool = False) -> int | None:
    """The step of a loss in đồng; None when nothing was said."""
    if lost_nothing or amount == 0:
        return int(Tip.Loss.NONE)
    return None if amount is None else 1 + sum(amount >= step for step in LOSS_STEPS)


def _banks(data: TipData) -> list[str]:
    """BINs that money went to, then the sender's own."""
    found = [
        key.value.partition(":")[0] for key in _keys_of(data) if key.kind is Kind.ACCOUNT and bank_of_value(key.value)
    ]
    return list(dict.fromkeys([*found, *([data.facts.own_bank] if data.facts.own_bank else [])]))[:8]


def _keys_of(data: TipData) -> list[Key]:
    """What the sender confirmed; where nobody looked, what stands in the words."""
    keys = data.facts.keys if data.facts.confirmed else (*data.facts.keys, *keys_in(data.story))
    return list(dict.fromkeys(keys))[:MOST_KEYS]


def _seal_parts(tip: Tip, content: bytes, data: TipData, by: Member | None) -> None:
    story = storable(data.story).strip()[:MOST_WORDS]
    part_add(tip=tip, key=content, kind=TipPart.Kind.STORY, told={"story": story}, by=by)
    told = facts_told(data.facts) | {"keys": [[key.kind.value, key.value] for key in _keys_of(data)]}
    part_add(tip=tip, key=content, kind=TipPart.Kind.FACTS, told=told, by=by)
    if data.identity.is_told:
        who = data.identity
        named = {"name": who.name, "phone": who.phone, "address": who.address, "email": who.email}
        told = named | {"may_call": who.may_call}
        part_add(tip=tip, key=content, kind=TipPart.Kind.IDENTITY, told=told, by=by)


def _tokens_add(tip: Tip, story: str, keys: Sequence[Key], digests: Sequence[bytes]) -> bytes:
    """The blind tokens of the tip's keys, words and files; answers the sketch of the words."""
    sketch = text_sketch(story)
    rows = [(key.kind.value, token) for key, token in key_tokens(keys).items()]
    rows += [("text", token) for token in sketch_tokens(sketch)]
    rows += [("file", digest) for digest in digests]
    TipToken.objects.bulk_create(
        (TipToken(tip=tip, kind=kind, token=token) for kind, token in rows), ignore_conflicts=True
    )
    return sketch


def _report(tip: Tip, key: Key, partner: Agency | None) -> Report:
    return Report(
        key=key,
        source="tip",
        at=tip.received_at,
        agency_id=partner.pk if partner else None,
        area_id=tip.area_id,
        origin=f"tips.tip:{tip.pk}",
    )
