"""Who signs up, says yes, changes, says no, is forgotten.

The owner's proof decides. What comes from the address itself (an SMS, a follow, a link that only its owner has) acts at
once. What somebody types on a page acts on nobody: it makes a pending row, and the owner is asked, once.

Whoever is suppressed has no active row: ``subscriber_stop`` and ``subscriber_gone`` do both in one transaction, so that
a sender that asks ``Suppression`` at its claim stops in the middle of a broadcast.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Area, Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import Limit, audit_record, quota_take
from canhgiac.kit import clock
from canhgiac.library.models import Language
from canhgiac.outreach.models import Consent, InboundMessage, Subscriber, Suppression, Way
from canhgiac.outreach.selectors.audiences import groups_mask
from canhgiac.outreach.selectors.consents import ASKED_MARK, consent_text_now
from canhgiac.outreach.selectors.providers import provider_for
from canhgiac.outreach.selectors.rules import may_leave_now, sending_rules
from canhgiac.outreach.selectors.subscribers import digest_told

from .consents import consent_write
from .digests import address_digest, token_new
from .refusals import ProviderRefused, WarningRefused
from .singles import single_drop, single_send
from .templates import OPTIN, STOPPED, WELCOME

State, Act, Means = Subscriber.State, Consent.Act, Consent.Means
BETWEEN_QUESTIONS = dt.timedelta(days=30)
WAITS = dt.timedelta(days=8)
"""How long a pending one waits for its owner's yes: a week from the morning on which a question of the night leaves."""
UNASKED = dt.timedelta(days=30)
"""How long an imported one waits for its question, where no provider carries it."""
LONGEST_PAUSE = dt.timedelta(days=366)
_OWN = (Means.SMS, Means.ZALO, Means.MESSENGER, Means.LINK)
"""What only the owner of the address can do."""
_ANSWERED = (Means.SMS, Means.CALL, Means.COUNTER, Means.PAPER, Means.LINK, Means.WEB, Means.MESSENGER, Means.STAFF)
"""Refusals that are confirmed to the address; who left a page cannot be written to any more."""
CODE_TRIES = Limit("subscriber-code", 5, 86_400)
ASKED_AT_ONCE = 500
"""Questions in one run of the job."""
_CODE_PURPOSE = b"canhgiac.outreach.code"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person wants to get."""

    area: Area | None = None
    groups: tuple[str, ...] = ()
    """Codes of ``Subscriber.GROUPS``."""
    language: str = Language.VI
    with_marks: bool = False


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What became of it. Pages tell nobody which it was: who asks may not be the owner."""

    digest: bytes
    subscriber: Subscriber | None
    """None for an address that may not be asked."""
    asked: bool
    """A question left for the owner."""


@transaction.atomic
def subscribe(
    *,
    way: Way | str,
    address: str,
    choice: Choice | None = None,
    origin: str,
    means: Consent.Means | str,
    proof: Mapping[str, Any] | None = None,
    by: Member | None = None,
) -> Subscribed:
    """Signs a canonical address up. By its owner's own act (``means`` SMS, Zalo, Messenger, or push from the browser
    itself) it is active at once; typed on a page or by staff it is pending and its owner is asked.

    An active subscription is not changed by what strangers type, and a suppressed address is neither stored nor asked.
    ``by``: a COORDINATOR, for somebody who called; that lifts an earlier refusal, since the person now asks. Raises
    NotAllowed; WarningRefused where its owner's number is on the do-not-call list and warnings count as advertising.
    """
    digest = address_digest(way, address)
    owns = means in _OWN or way == Way.PUSH
    if by is not None:
        require_role(by, Role.Kind.COORDINATOR)
        Suppression.objects.filter(digest=digest).exclude(why=Suppression.Why.DO_NOT_CALL).delete()
    if not owns and Suppression.objects.filter(digest=digest).exists():
        return Subscribed(digest, None, asked=False)
    row, made = _held(Way(way), address, digest)
    was_active = row.state == State.ACTIVE or (row.state == State.PAUSED and not owns)
    if choice is not None and (owns or not was_active):
        choose(row, choice)
    if not was_active:
        row.origin = origin
    text, asked = consent_text_now(way), False
    if owns:
        _activate(row, means, proof, text_id=text.pk, said=not was_active)
    elif not was_active:
        row.made_at = row.made_at if row.state == State.PENDING else clock.now()
        row.state = State.PENDING
        consent_write(digest=digest, act=Act.ASKED, means=means, subscriber=row, text=text, proof=proof, by=by)
        asked = question_send(subscriber=row)
    row.save()
    if owns and not was_active and way != Way.PUSH:
        subscriber_tell(row, WELCOME)
    if by is not None:
        facts = {"digest": digest_told(digest), "way": row.way, "asked": asked, "new": made}
        audit_record(by=by, act="outreach.subscriber_add", subject=row, facts=facts)
    return Subscribed(digest, row, asked)


def _held(way: Way, address: str, digest: bytes) -> tuple[Subscriber, bool]:
    """The row of an address, made where there was none, locked."""
    facts = {"way": way, "address": address, "token": token_new(), "lot": secrets.randbelow(100)}
    _row, made = Subscriber.objects.get_or_create(digest=digest, defaults=facts)
    return Subscriber.objects.select_for_update().get(digest=digest), made


def choose(row: Subscriber, choice: Choice) -> None:
    """Puts the choice into the row, unsaved."""
    row.area, row.groups = choice.area, groups_mask(choice.groups)
    row.language, row.with_marks = choice.language, choice.with_marks
    row.version += 1


def question_send(*, subscriber: Subscriber) -> bool:
    """Asks the owner of a pending address whether they really want it; whether a question left.

    Decree 91/2020/NĐ-CP Article 13 §2–3: one first message asks, no answer is a no. So one in 30 days, and to a phone
    that did not answer never again, until it writes itself. Nobody who refused or stands on a list is asked.
    """
    digest = bytes(subscriber.digest)
    if Suppression.objects.filter(digest=digest).exists() or not _may_ask(subscriber):
        return False
    nonce = secrets.token_hex(4)
    fields = (own_link("subscriber_confirm", subscriber), confirm_code(subscriber, nonce))
    if not subscriber_tell(subscriber, OPTIN, fields=fields):
        return False
    proof = {ASKED_MARK: nonce}
    consent_write(digest=digest, act=Act.ASKED, means=Means.PROVIDER, subscriber=subscriber, proof=proof)
    return True


def _may_ask(subscriber: Subscriber) -> bool:
    acts = Consent.objects.filter(digest=subscriber.digest).order_by("-at", "-pk")
    last = acts.filter(act=Act.ASKED, proof__has_key=ASKED_MARK).first()
    if last is None:
        return True
    if last.at > clock.now() - BETWEEN_QUESTIONS:
        return False
    if subscriber.way != Way.SMS:
        return True
    return acts.filter(at__gt=last.at, act__in=(Act.GIVEN, Act.STOPPED)).exclude(means=Means.PROVIDER).exists()


def confirm_code(subscriber: Subscriber, nonce: str) -> str:
    """Four digits that go with one question, worked out anew each time: they are kept nowhere."""
    told = f"{subscriber.token}:{nonce}".encode()
    made = hmac.new(_CODE_PURPOSE + settings.SECRET_KEY.encode(), told, hashlib.sha256).digest()
    return f"{int.from_bytes(made[:8], 'big') % 10_000:04d}"


@transaction.atomic
def subscriber_confirm_code(*, digest: bytes, code: str) -> Subscriber | None:
    """Yes by the code of the last question, typed on the page. None where it is another code, or nobody waits.

    Five tries a day for one address: a stranger gets nowhere in the time that a question is good for.
    """
    if not quota_take(limit=CODE_TRIES, address=digest.hex()):
        return None
    row = Subscriber.objects.select_for_update().filter(digest=digest, state=State.PENDING).first()
    asked = Consent.objects.filter(digest=digest, act=Act.ASKED, proof__has_key=ASKED_MARK).order_by("-at").first()
    if row is None or asked is None or asked.at < clock.now() - WAITS:
        return None
    if not hmac.compare_digest(confirm_code(row, asked.proof[ASKED_MARK]).encode(), code.strip().encode()):
        return None
    return _confirm(row, Means.WEB, {"code": True})


@transaction.atomic
def subscriber_confirm(
    *, subscriber: Subscriber, means: Consent.Means | str, proof: Mapping[str, Any] | None = None
) -> Subscriber:
    """Yes of the owner, by their own link or message. Twice is once; who has stopped since stays stopped."""
    row = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    return _confirm(row, means, proof) if row.state == State.PENDING else row


def _confirm(row: Subscriber, means: Consent.Means | str, proof: Mapping[str, Any] | None) -> Subscriber:
    asked = Consent.objects.filter(digest=row.digest, act=Act.ASKED, text__isnull=False).order_by("-at", "-pk").first()
    _activate(row, means, proof, text_id=asked.text_id if asked else None)
    row.save()
    if means != Means.WEB:
        subscriber_tell(row, WELCOME)
    return row


@transaction.atomic
def subscriber_rest(*, subscriber: Subscriber, until: dt.date, means: Consent.Means | str) -> Subscriber:
    """The owner takes a rest until the beginning of a day in Viet Nam, by their own link; then warnings go again.

    Raises WarningRefused for a day that is not ahead or too far, and for who does not get warnings now.
    """
    row = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    if row.state not in {State.ACTIVE, State.PAUSED}:
        raise WarningRefused(_("Bạn đang không nhận cảnh báo nên không cần nghỉ."))
    row.state, row.paused_until, row.version = State.PAUSED, pause_end(until), row.version + 1
    row.save(update_fields=["state", "paused_until", "version"])
    proof = {"until": row.paused_until.isoformat()}
    consent_write(digest=bytes(row.digest), act=Act.PAUSED, means=means, subscriber=row, proof=proof)
    return row


def pause_end(until: dt.date) -> dt.datetime:
    """When a rest until a day ends. Raises WarningRefused unless the day is ahead, by a year at most."""
    today = clock.today()
    if not today < until <= today + LONGEST_PAUSE:
        raise WarningRefused(_("Chọn một ngày từ ngày mai đến một năm nữa."), "until")
    return dt.datetime.combine(until, dt.time(), clock.VIETNAM)


@transaction.atomic
def subscriber_resume(*, subscriber: Subscriber, means: Consent.Means | str) -> Subscriber:
    """Who stopped wants it again, by their own link. Raises WarningRefused for a number on the do-not-call list."""
    row = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    if row.state != State.ACTIVE:
        _activate(row, means, None, text_id=consent_text_now(row.way).pk)
        row.save()
    return row


def _activate(
    row: Subscriber,
    means: Consent.Means | str,
    proof: Mapping[str, Any] | None,
    *,
    text_id: int | None,
    said: bool = True,
) -> None:
    """The owner's yes lifts what stood against the address; a question that has not left is answered."""
    if sending_rules().is_advertising and _suppressed(bytes(row.digest), Suppression.Why.DO_NOT_CALL):
        raise WarningRefused(_("Số này nằm trong danh sách không quảng cáo nên không nhận cảnh báo qua tin nhắn được."))
    Suppression.objects.filter(digest=row.digest).delete()
    if said:
        single_drop(template=OPTIN, digest=bytes(row.digest))
        row.state, row.confirmed_at, row.stopped_at, row.paused_until = State.ACTIVE, clock.now(), None, None
        row.version += 1
        Consent.objects.create(
            subscriber=row, digest=row.digest, act=Act.GIVEN, means=means, text_id=text_id, proof=dict(proof or {})
        )


def _suppressed(digest: bytes, why: Suppression.Why) -> bool:
    return Suppression.objects.filter(digest=digest, why=why).exists()


@transaction.atomic
def subscriber_stop(
    *,
    digest: bytes,
    means: Consent.Means | str,
    proof: Mapping[str, Any] | None = None,
    why: Suppression.Why = Suppression.Why.STOPPED,
    by: Member | None = None,
    way: Way | str = "",
    address: str = "",
) -> Subscriber | None:
    """No of the owner, at once and for every list (Decree 91/2020/NĐ-CP Articles 16, 20). Twice is once.

    One confirmation without advert goes back (Article 16 §2), unless they complained or left the page. ``way`` and
    ``address``: of somebody who is no subscriber and says no all the same. ``by``: a COORDINATOR who was called. The
    subscriber, or None where there is none. Raises NotAllowed.
    """
    if by is not None:
        require_role(by, Role.Kind.COORDINATOR)
    row = Subscriber.objects.select_for_update().filter(digest=digest).first()
    new = _suppress(digest, why)
    stopping = row is not None and row.state != State.STOPPED
    if not (new or stopping):
        return row
    consent_write(digest=digest, act=Act.STOPPED, means=means, subscriber=row, proof=proof, by=by)
    if row is not None and stopping:
        row.state, row.stopped_at, row.paused_until = State.STOPPED, clock.now(), None
        row.version += 1
        row.save(update_fields=["state", "stopped_at", "paused_until", "version"])
    if why == Suppression.Why.STOPPED and means in _ANSWERED:
        subscriber_tell(row or Subscriber(way=way, address=address, digest=digest, token=""), STOPPED)
    if by is not None and row is not None:
        audit_record(by=by, act="outreach.subscriber_stop", subject=row, facts={"digest": digest_told(digest)})
    return row


@transaction.atomic
def subscriber_gone(*, digest: bytes, proof: Mapping[str, Any] | None = None) -> Subscriber | None:
    """The provider says that the address is no more. A refusal of its owner stays a refusal."""
    row = Subscriber.objects.select_for_update().filter(digest=digest).first()
    _suppress(digest, Suppression.Why.GONE)
    if row is not None and row.state in (State.ACTIVE, State.PENDING, State.PAUSED):
        row.state, row.stopped_at, row.paused_until = State.GONE, clock.now(), None
        row.version += 1
        row.save(update_fields=["state", "stopped_at", "paused_until", "version"])
        consent_write(digest=digest, act=Act.CHANGED, means=Means.PROVIDER, subscriber=row, proof=proof)
    return row


_SUPPRESS = """
    INSERT INTO outreach_suppression AS o (digest, why, at) VALUES (%(digest)s, %(why)s, %(at)s)
    ON CONFLICT (digest) DO UPDATE SET why = excluded.why, at = excluded.at
    WHERE o.why = 'gone' AND excluded.why <> 'gone' RETURNING digest"""
"""The owner's word weighs more than a vanished mailbox; a list's number stays a list's number."""


def _suppress(digest: bytes, why: Suppression.Why) -> bool:
    """Whether the address was not suppressed before for a reason that weighs as much."""
    with connection.cursor() as cursor:
        cursor.execute(_SUPPRESS, {"digest": bytes(digest), "why": why, "at": clock.now()})
        return cursor.fetchone() is not None


@transaction.atomic
def subscriber_change(*, subscriber: Subscriber, choice: Choice, means: Consent.Means | str) -> Subscriber:
    """Another area, groups, language, signs, of the owner by their link. Staff: ``services.requests``."""
    row = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    choose(row, choice)
    row.version += 1
    row.save()
    consent_write(digest=bytes(row.digest), act=Act.CHANGED, means=means, subscriber=row)
    return row


@transaction.atomic
def subscriber_erase(
    *,
    subscriber: Subscriber,
    means: Consent.Means | str,
    by: Member | None = None,
    proof: Mapping[str, Any] | None = None,
) -> None:
    """Forgets a person: the row, the address in what was sent and in what they wrote. Its digest alone stays, so that
    no list brings it back. Of the owner, or a COORDINATOR who was asked to. Raises NotAllowed.
    """
    if by is not None:
        require_role(by, Role.Kind.COORDINATOR)
    row = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    digest = bytes(row.digest)
    _suppress(digest, Suppression.Why.STOPPED)
    if by is not None:
        audited = {"digest": digest_told(digest), "way": row.way}
    InboundMessage.objects.filter(way=row.way, sender=row.address).update(sender="", text="")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outreach_delivery SET address = '', fields = '{}', subscriber_id = NULL WHERE digest = %s", [digest]
        )
    consent_write(digest=digest, act=Act.ERASED, means=means, by=by, proof=proof)
    gone = Subscriber(pk=row.pk)
    row.delete()
    if by is not None:
        audit_record(by=by, act="outreach.subscriber_erase", subject=gone, facts=audited)


@transaction.atomic
def subscribers_forget(*, now: dt.datetime | None = None) -> int:
    """Forgets those who never answered: ``WAITS`` after they were asked, a month after they could not be. How many."""
    moment = now or clock.now()
    waiting = Subscriber.objects.filter(state=State.PENDING)
    asked = Consent.objects.filter(
        digest=OuterRef("digest"), act=Act.ASKED, proof__has_key=ASKED_MARK, at__gte=OuterRef("made_at")
    )
    late = waiting.annotate(was_asked=Exists(asked), lately=Exists(asked.filter(at__gte=moment - WAITS)))
    silent = late.filter(was_asked=True, lately=False, made_at__lt=moment - WAITS)
    never = late.filter(was_asked=False, made_at__lt=moment - UNASKED)
    return sum(rows.delete()[1].get("outreach.Subscriber", 0) for rows in (silent, never))


def subscribers_ask(*, most: int = ASKED_AT_ONCE, now: dt.datetime | None = None) -> int:
    """Puts the question to imported people who were not asked yet, some at a time, within the hours; how many."""
    moment, rules = now or clock.now(), sending_rules()
    waiting = Subscriber.objects.filter(state=State.PENDING, origin="import")
    asked = Consent.objects.filter(digest=OuterRef("digest"), act=Act.ASKED, proof__has_key=ASKED_MARK)
    suppressed = Suppression.objects.filter(digest=OuterRef("digest"))
    ways = [way for way in Way.values if may_leave_now(way, rules, moment) and provider_for(way)]
    rows = waiting.filter(~Exists(asked), ~Exists(suppressed), way__in=ways).order_by("made_at", "pk")[:most]
    return sum(_ask(key) for key in list(rows.values_list("pk", flat=True)))


@transaction.atomic
def _ask(key: int) -> bool:
    """One question and its mark together: a worker killed in between asked nobody, and nobody is asked twice."""
    row = Subscriber.objects.select_for_update(skip_locked=True).filter(pk=key, state=State.PENDING).first()
    return row is not None and question_send(subscriber=row)


def own_link(name: str, subscriber: Subscriber) -> str:
    """The address of a person's own page, in full."""
    return urljoin(settings.BASE_URL, reverse(name, args=[subscriber.token]))


def subscriber_tell(row: Subscriber, template: str, *, fields: tuple[str, ...] | None = None) -> bool:
    """One service message on its way, or waiting for the hours; False where no provider carries the channel."""
    told = fields or ((own_link("subscriber_settings", row),) if row.token else ("",))
    try:
        single_send(
            template=template,
            way=row.way,
            language=row.language,
            to=row.address,
            digest=bytes(row.digest),
            fields=told,
            subscriber_id=row.pk,
        )
    except ProviderRefused:
        return False
    return True
