"""Messages of another capability to people whom it knows itself (members), by the same road as a broadcast.

No subscriber is needed and none is made. What a subscriber is protected by holds all the same: the list of addresses
that refused, the hours of ``SendingRules``, the journal before the wire. A mailing is a lane of its own, and its words
are frozen by its first letter.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac.kit import clock, sms
from canhgiac.outreach.models import Chunk, InboundMessage, Lane, Provider, Way
from canhgiac.outreach.selectors.providers import chunk_size, provider_for

from .digests import AddressRefused, address_canonical, address_digest
from .lines import line_content
from .refusals import ProviderRefused
from .singles import WAKE

PRIORITY = 6
"""Behind every warning: nobody waits for it."""
_NAME = re.compile(r"[a-z]+(-\d+)+")
_SENDER = re.compile(r"<([^<>]+)>\s*$")

_INSERT = """
    INSERT INTO outreach_delivery (id, lane_id, chunk_number, digest, address, fields, made_at)
    SELECT e.id, %(lane)s, 0, e.digest, e.address, ARRAY(SELECT jsonb_array_elements_text(e.fields::jsonb)), %(now)s
    FROM unnest(%(ids)s::bigint[], %(digests)s::bytea[], %(addresses)s::text[], %(fields)s::text[])
        AS e(id, digest, address, fields)"""


@dataclass(frozen=True, slots=True)
class Words:
    """What a mailing says; ``{0}``, ``{1}`` … are filled for each person."""

    text: str
    subject: str = ""
    sender_name: str = ""
    """Shown before our own mail address; other channels show the provider's own sender."""
    unsubscribe: str = ""
    """In mail: where one tap ends it (RFC 8058), an https address or the place of one, like "{0}"."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One person: the address as its owner gave it, and what fills the places."""

    to: str
    fields: tuple[str, ...] = ()


def mailing_content(way: str, words: Words, provider: Provider) -> dict[str, Any]:
    """``Lane.content`` of these words. Raises ProviderRefused where the channel cannot carry them."""
    refused = ProviderRefused(_("Kênh %s không gửi được lời này.") % Way(way).label, "way")
    if not words.subject.isprintable():
        raise refused
    content: dict[str, Any] = {"text": words.text}
    if way == Way.SMS:
        content["sender"] = provider.sender
    elif way == Way.EMAIL:
        box = _SENDER.search(provider.sender)
        address = box[1] if box else provider.sender.strip()
        name = re.sub(r'["\\<>\r\n]', " ", words.sender_name).strip()
        content |= {"subject": words.subject, "sender": f'"{name}" <{address}>' if name else provider.sender}
        content["html"] = _html(words.text)
        content |= {"unsubscribe": words.unsubscribe} if words.unsubscribe else {}
    try:
        line_content(provider.wire, content)
    except (KeyError, TypeError, ValueError) as error:
        raise refused from error
    return content


def _html(text: str) -> str:
    shown = html.escape(text).replace("{0}", '<a href="{0}">{0}</a>')
    return "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in shown.split("\n\n"))


@transaction.atomic
def mailing_send(*, name: str, way: str, words: Words, letters: Sequence[Letter]) -> list[int | None]:
    """Puts letters on their way and returns each one's delivery, None for an address that the channel does not know.

    In the caller's transaction: they leave when that commits. ``name`` is the mailing's ("drill-3-7"); letters added
    later must have the same words. Raises ProviderRefused where no provider carries the channel, or for other words.
    """
    if not _NAME.fullmatch(name) or len(name) > 24:
        raise ValueError(f"not a name of a mailing: {name!r}")
    provider = provider_for(way)
    if provider is None:
        raise ProviderRefused(_("Chưa có nhà cung cấp cho kênh này."), "way")
    lane = _lane(name, way, provider, mailing_content(way, words, provider))
    ready: list[tuple[int, str, bytes, str]] = []
    for at, letter in enumerate(letters):
        try:
            to = address_canonical(way, letter.to)
        except AddressRefused:
            continue
        ready.append((at, to, address_digest(way, to), json.dumps(letter.fields)))
    keys: list[int | None] = [None] * len(letters)
    if not ready:
        return keys
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('outreach_delivery_seq') FROM generate_series(1, %s)", [len(ready)])
        ids = [row[0] for row in cursor.fetchall()]
        columns: dict[str, Any] = {
            "digests": [r[2] for r in ready],
            "addresses": [r[1] for r in ready],
            "fields": [r[3] for r in ready],
        }
        columns |= {"lane": lane.pk, "ids": ids, "now": now}
        cursor.execute(_INSERT, columns)
        size = chunk_size(provider.window)
        facts = {"lane": lane, "provider_id": provider.pk, "number": 0, "priority": PRIORITY, "due_at": now}
        parts = [ids[at : at + size] for at in range(0, len(ids), size)]
        Chunk.objects.bulk_create(Chunk(ids=part, size=len(part), **facts) for part in parts)
        cursor.execute(f"NOTIFY {WAKE}")
    for (at, *_rest), key in zip(ready, ids, strict=True):
        keys[at] = key
    return keys


def _lane(name: str, way: str, provider: Provider, content: dict[str, Any]) -> Lane:
    parts = max(sms.length(content["text"]).parts, 1) if way == Way.SMS else 1
    facts = {"way": way, "state": Lane.State.OPEN, "priority": PRIORITY, "keeps_hours": True, "content": content}
    lane, _made = Lane.objects.get_or_create(
        broadcast=None, template=name, language="vi", provider=provider, defaults=facts | {"parts": parts}
    )
    if lane.content != content:
        raise ProviderRefused(_("Lời đã gửi một phần thì không đổi được nữa."), "text")
    if lane.state not in {Lane.State.OPEN, Lane.State.PAUSED}:
        raise ProviderRefused(_("Đợt gửi này đã dừng."), "")
    return lane


@transaction.atomic
def mailings_hold(*, names: Collection[str], held: bool) -> int:
    """Holds back what has not left of these mailings, or lets it go on; returns how many lanes."""
    was, to = (Lane.State.OPEN, Lane.State.PAUSED) if held else (Lane.State.PAUSED, Lane.State.OPEN)
    rows = Lane.objects.filter(broadcast__isnull=True, template__in=names, state=was).update(state=to)
    if rows and not held:
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {WAKE}")
    return rows


@transaction.atomic
def mailings_stop(*, names: Collection[str]) -> int:
    """Ends these mailings for ever: what has not left never leaves. Returns how many lanes."""
    lanes = Lane.objects.filter(broadcast__isnull=True, template__in=names)
    live = lanes.filter(state__in=[Lane.State.OPEN, Lane.State.PAUSED, Lane.State.WAITING])
    return live.update(state=Lane.State.STOPPED, finished_at=clock.now())


@transaction.atomic
def inbound_taken(*, inbound_ids: Collection[int], act: str, forget: bool = False) -> int:
    """Marks kept messages as acted on by a capability above (``InboundMessage.act``): nobody need read them.

    With ``forget`` their words and pictures are no longer kept here: the capability keeps what it needs, as it needs.
    """
    emptied = {"text": "", "attachments": []} if forget else {}
    return InboundMessage.objects.filter(pk__in=inbound_ids, act="kept").update(act=act, **emptied)
