"""What people send to us: written down before the provider hears that we have it, acted on once, in order."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Area, Member, Role
from canhgiac.agencies.selectors import area_search, areas_on, province, require_role
from canhgiac.agencies.services import audit_record
from canhgiac.channels.contract import Attachment, Inbound
from canhgiac.kit import clock
from canhgiac.kit.text import fold, storable
from canhgiac.outreach.models import Consent, InboundMessage, Provider, Subscriber, Suppression, Way

from .digests import AddressRefused, address_canonical, address_digest
from .refusals import WarningRefused
from .subscribers import (
    Choice,
    subscribe,
    subscriber_confirm,
    subscriber_confirm_code,
    subscriber_gone,
    subscriber_stop,
)

logger = logging.getLogger(__name__)

LOCK = "outreach.inbound"
"""Messages are acted on one after another: who writes DK and then TC has stopped."""
STOPS = frozenset(
    (
        *("tc", "tu choi", "tuchoi", "stop", "huy", "huy dk", "huy dang ky", "huy nhan", "ngung", "ngung nhan", "dung"),
        *("dung gui", "dung nhan", "khong nhan", "khong nhan nua", "unsubscribe", "cancel", "end", "quit"),
    )
)
CHATS = (Way.ZALO, Way.MESSENGER)
"""Where people write as to a person and an answer costs nothing."""
YES = frozenset(("y", "dy", "yes", "c", "co", "dong y", "toi dong y"))
_STOP_FIRST = frozenset(("tc", "stop", "tuchoi"))
_MOST_AFTER = 3
_JOIN = re.compile(r"(?:dk|dang ky|dangky)(?: (.+))?")
_CODE = re.compile(r"\d{4}")
_ENDS = {"unfollow": Suppression.Why.STOPPED, "complaint": Suppression.Why.COMPLAINT}
_MEANS = {Way.SMS: "sms", Way.EMAIL: "link", Way.ZALO: "zalo", Way.MESSENGER: "messenger", Way.PUSH: "web"}

_KEEP = """
    INSERT INTO outreach_inboundmessage (provider_id, way, kind, sender, text, ref, at, attachments, came_at, act)
    SELECT %(provider)s, %(way)s, e.kind, e.sender, e.text, e.ref, e.at, e.attachments, %(now)s, ''
    FROM unnest(%(kinds)s::text[], %(senders)s::text[], %(texts)s::text[], %(refs)s::text[], %(ats)s::timestamptz[],
        %(attachments)s::jsonb[]) AS e(kind, sender, text, ref, at, attachments)
    ON CONFLICT (provider_id, ref) DO NOTHING RETURNING id"""


@transaction.atomic
def inbound_keep(*, provider: Provider, way: Way | str, events: Sequence[Inbound]) -> list[int]:
    """Writes messages down, each once however often it comes, and asks for them to be acted on; ids of the new ones.

    Called before the provider is answered: what this returns from is on disk once the caller's transaction is.
    """
    if not events:
        return []
    facts: dict[str, Any] = {
        "provider": provider.pk,
        "way": str(way),
        "now": clock.now(),
        "kinds": [storable(one.kind)[:10] for one in events],
        "senders": [storable(one.sender)[:300] for one in events],
        "texts": [storable(one.text)[:2000] for one in events],
        "refs": [storable(one.ref)[:120] or _made_ref(one) for one in events],
        "ats": [one.at for one in events],
        "attachments": [json.dumps([storable_attachment(part) for part in one.attachments]) for one in events],
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, facts)
        kept = sorted(row[0] for row in cursor.fetchall())
    if kept:
        work.enqueue("outreach.inbound_handle", lock=LOCK, inbound_ids=kept)
    return kept


def storable_attachment(given: Attachment) -> dict[str, str]:
    """As ``InboundMessage.attachments`` keeps it."""
    return {"kind": given.kind, "url": storable(given.url)}


def _made_ref(event: Inbound) -> str:
    """A number for what a provider sent without one: the same words at the same moment are the same message."""
    told = f"{event.kind}|{event.sender}|{event.text}|{event.at.isoformat()}".encode(errors="replace")
    return f"sha256:{hashlib.sha256(told).hexdigest()[:32]}"


def inbounds_handle(*, inbound_ids: Sequence[int]) -> None:
    """``inbound_handle`` of each, in order. One that fails is left to a job of its own (``inbound_again``).

    Its fault is not raised: all messages share one lock, and while this job waited to be tried again no STOP behind it
    would be heard, by nobody, for hours.
    """
    for inbound_id in inbound_ids:
        try:
            inbound_handle(inbound_id=inbound_id)
        except Exception as error:  # noqa: BLE001  # whatever it is, the others go on
            logger.error("message %s put off (%s)", inbound_id, type(error).__name__)
            work.enqueue("outreach.inbound_again", inbound_id=inbound_id)


@transaction.atomic
def inbound_again(*, inbound_id: int) -> str:
    """``inbound_handle`` of a message that failed before. Where its sender said something else since and was heard, it
    is kept for a person: who wrote DK and then TC has stopped.
    """
    row = InboundMessage.objects.select_for_update().filter(pk=inbound_id, handled_at__isnull=True).first()
    if row is None:
        return ""
    since = InboundMessage.objects.filter(way=row.way, sender=row.sender, pk__gt=row.pk, handled_at__isnull=False)
    if since.exclude(act="kept").exists():
        row.act, row.handled_at = "kept", clock.now()
        row.save(update_fields=["act", "handled_at"])
        return row.act
    return inbound_handle(inbound_id=inbound_id)


@transaction.atomic
def inbound_handle(*, inbound_id: int) -> str:
    """Does what a message asks for and returns what that was, as ``InboundMessage.act``. Twice is once.

    Words count without diacritics and capitals. What says nothing we know is kept for a person to read; of a chat it is
    told as "outreach.inbound_kept", for who can answer sooner.
    """
    row = InboundMessage.objects.select_for_update().filter(pk=inbound_id).first()
    if row is None:
        return ""
    if row.handled_at is not None:
        return row.act
    try:
        with transaction.atomic():
            row.act = _act(row)
    except (AddressRefused, WarningRefused):
        row.act = "kept"
    row.handled_at = clock.now()
    row.save(update_fields=["act", "handled_at"])
    if row.act == "kept" and row.kind == "text" and row.way in CHATS:
        work.tell("outreach.inbound_kept", inbound_id=row.pk)
    return row.act


def _act(row: InboundMessage) -> str:
    address = address_canonical(row.way, row.sender)
    digest = address_digest(row.way, address)
    means, proof = Consent.Means(_MEANS[Way(row.way)]), {"message": row.ref}
    if row.kind == "text":
        return _said(row, address, digest, means, proof)
    if row.kind in ("follow", "optin"):
        subscribe(way=row.way, address=address, origin=_origin(row), means=means, proof=proof)
        return "subscribe"
    if row.kind == "bounce":
        subscriber_gone(digest=digest, proof=proof)
        return "gone"
    if row.kind in _ENDS:
        # The provider's word: who left the page or called us a nuisance is not answered.
        subscriber_stop(digest=digest, means=Consent.Means.PROVIDER, proof=proof, why=_ENDS[row.kind])
        return "stop"
    return "kept"


def _said(row: InboundMessage, address: str, digest: bytes, means: Consent.Means, proof: dict[str, str]) -> str:
    """Of a mail the subject or the first line is enough: a greeting and a signature follow the word."""
    words = _plain(row.text)
    if is_stop(words) or (row.way == Way.EMAIL and any(is_stop(_plain(line)) for line in row.text.splitlines()[:2])):
        subscriber_stop(digest=digest, means=means, proof=proof, way=row.way, address=address)
        return "stop"
    if joined := _JOIN.fullmatch(words):
        choice = Choice(area=commune_meant(joined[1] or ""))
        known = Subscriber.objects.filter(digest=digest).exists()
        wanted = choice if choice.area is not None or not known else None
        subscribe(way=row.way, address=address, choice=wanted, origin=_origin(row), means=means, proof=proof)
        return "subscribe"
    return "confirm" if _said_yes(digest, words, means, proof) else "kept"


def _said_yes(digest: bytes, words: str, means: Consent.Means, proof: dict[str, str]) -> bool:
    waiting = Subscriber.objects.filter(digest=digest, state=Subscriber.State.PENDING).first()
    if waiting is None:
        return False
    if words in YES:
        subscriber_confirm(subscriber=waiting, means=means, proof=proof)
        return True
    return bool(_CODE.fullmatch(words)) and subscriber_confirm_code(digest=digest, code=words) is not None


def _origin(row: InboundMessage) -> str:
    return row.way if row.way in (Way.SMS, Way.ZALO) else "web"


def _plain(text: str) -> str:
    """Folded words with nothing between them but a space."""
    return " ".join(re.sub(r"[^\w]+", " ", fold(text)).split())


def is_stop(words: str) -> bool:
    """Whether folded words are a refusal: a known phrase alone, or TC or STOP before a name ("TC CA VINH AN")."""
    first, *rest = words.split() or [""]
    return words in STOPS or (first in _STOP_FIRST and len(rest) <= _MOST_AFTER)


def commune_meant(text: str) -> Area | None:
    """The commune of today's province that a code or a name means; None where none, or more than one, does."""
    wanted = fold(text).removeprefix("ma ")
    if not wanted:
        return None
    above = province().area
    rows = areas_on(clock.today()).filter(level=Area.Level.COMMUNE)
    if above is not None:
        rows = rows.filter(path__startswith=above.path)
    if exact := rows.filter(code=wanted).first():
        return exact
    found = [
        area
        for area in area_search(text, on=clock.today())
        if area.level == Area.Level.COMMUNE
        and (above is None or area.path.startswith(above.path))
        and wanted in (area.folded, area.folded.removeprefix(f"{fold(area.kind)} "))
    ]
    return found[0] if len(found) == 1 else None


@transaction.atomic
def inbound_answer(*, by: Member, message: InboundMessage) -> InboundMessage:
    """A person read a kept message and did what it needed, or nothing. COORDINATOR.

    Raises NotAllowed, WarningRefused.
    """
    require_role(by, Role.Kind.COORDINATOR)
    row = InboundMessage.objects.select_for_update().get(pk=message.pk)
    if row.act not in ("kept", "answered"):
        raise WarningRefused(_("Tin này đã được xử lý tự động."))
    if row.act == "kept":
        row.act = "answered"
        row.save(update_fields=["act"])
        audit_record(by=by, act="outreach.inbound_answer", subject=row, facts={})
    return row
