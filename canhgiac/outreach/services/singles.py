"""Service messages to one person, by the same road as a broadcast: nothing is lost, everything is counted."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac.kit import clock, sms
from canhgiac.outreach.models import Chunk, Lane, Provider, Way
from canhgiac.outreach.selectors.providers import provider_for
from canhgiac.outreach.selectors.rules import next_opening, sending_rules

from .refusals import ProviderRefused
from .templates import HOURS_KEPT, template_content

PRIORITY = 1
"""Before routine broadcasts, behind an emergency: somebody waits for it now."""
WAKE = "outreach_chunk"
"""Channel of NOTIFY on which the senders hear that something waits."""
_DROP = """
    UPDATE outreach_chunk c SET state = 'dropped', skipped = c.size
    FROM outreach_delivery d JOIN outreach_lane l ON l.id = d.lane_id
    WHERE d.digest = %s AND l.template = %s AND l.broadcast_id IS NULL
      AND c.lane_id = d.lane_id AND c.state = 'waiting' AND c.ids = ARRAY[d.id]"""


@transaction.atomic
def single_send(
    *,
    template: str,
    way: str,
    language: str,
    to: str,
    digest: bytes,
    fields: tuple[str, ...] = (),
    subscriber_id: int | None = None,
    provider: Provider | None = None,
    after: int | None = None,
) -> int:
    """Puts one message of ``services.templates`` on its way and returns the delivery's id.

    In the caller's transaction: it leaves when that commits, and not at all otherwise. ``to`` is canonical, ``digest``
    is its ``address_digest``; ``fields[0]`` is the person's own address on our site. A person who refused our messages
    gets none but the one confirmation of it and the answers to what they ask. One of ``templates.HOURS_KEPT`` waits for
    the hours of its channel and takes the place of its like that waits already. ``provider``: where only one will do,
    as an id of a person on Zalo is one account's alone; ``after``: a delivery of the same template that must be through
    before this one leaves. Raises ProviderRefused where no provider carries the channel.
    """
    provider = provider or provider_for(way)
    if provider is None or not provider.is_active:
        raise ProviderRefused(_("Chưa có nhà cung cấp cho kênh này."), "way")
    lane = _standing_lane(template, way, language, provider)
    now = due_at = clock.now()
    if lane.keeps_hours:
        single_drop(template=template, digest=digest)
        due_at = next_opening(way, sending_rules(), now)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outreach_delivery (lane_id, chunk_number, subscriber_id, digest, address, fields, made_at)"
            " VALUES (%s, 0, %s, %s, %s, %s, %s) RETURNING id",
            [lane.pk, subscriber_id, digest, to, list(fields), now],
        )
        key: int = cursor.fetchone()[0]
        Chunk.objects.create(
            lane=lane,
            provider_id=provider.pk,
            number=0,
            ids=[key],
            size=1,
            priority=PRIORITY,
            due_at=due_at,
            after_id=None if after is None else _chunk_open(lane, after),
        )
        cursor.execute(f"NOTIFY {WAKE}")
    return key


def single_drop(*, template: str, digest: bytes) -> int:
    """Takes back what of a template still waits for an address; how many. What is on the wire leaves all the same."""
    with connection.cursor() as cursor:
        cursor.execute(_DROP, [digest, template])
        return int(cursor.rowcount)


def _chunk_open(lane: Lane, delivery_id: int) -> int | None:
    """The chunk with which a delivery waits, locked, so that a sender that tries it again hears of who follows."""
    waiting = Chunk.objects.filter(lane=lane, state__in=[Chunk.State.WAITING, Chunk.State.WIRE])
    found = waiting.filter(ids__contains=[delivery_id]).select_for_update().order_by("-pk").first()
    return found.pk if found else None


def _standing_lane(template: str, way: str, language: str, provider: Provider) -> Lane:
    """The lane of this template, made once; its words and hours follow those of the release that runs."""
    content = template_content(template, way, language, provider)
    facts: dict[str, Any] = {
        "way": way,
        "state": Lane.State.OPEN,
        "priority": PRIORITY,
        "keeps_hours": template in HOURS_KEPT,
        "content": content,
        "parts": _parts(content, way),
    }
    lane, made = Lane.objects.get_or_create(
        broadcast=None, template=template, language=language, provider=provider, defaults=facts
    )
    if not made and (lane.content, lane.keeps_hours) != (content, facts["keeps_hours"]):
        lane.content, lane.parts, lane.keeps_hours = content, facts["parts"], facts["keeps_hours"]
        lane.save(update_fields=["content", "parts", "keeps_hours"])
    return lane


def _parts(content: dict[str, str], way: str) -> int:
    return max(sms.length(content["text"]).parts, 1) if way == Way.SMS else 1
