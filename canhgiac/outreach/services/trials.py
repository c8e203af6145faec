"""One message to ourselves before a warning goes out: the same provider, line and journal as the real sending.

It goes to addresses of our own members alone: the mail they log in with, what they proved to be theirs, or the person's
own page of a subscription, whose link only its owner has. Anywhere else the words would be a warning that nobody
approved.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.services import Limit, audit_record, quota_take
from canhgiac.kit import clock, sms
from canhgiac.outreach.models import Chunk, Lane, Provider, Rendition, Subscriber, Way
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.renditions import content_of
from canhgiac.outreach.selectors.subscribers import digest_told
from canhgiac.outreach.selectors.trials import (
    ACT,
    TRIED,
    TrialOption,
    lane_name,
    own_addresses,
    require_trying,
    trial_mark,
    trial_options,
)

from .digests import AddressRefused, address_canonical, address_digest
from .refusals import ProviderRefused, WarningRefused
from .singles import WAKE

PRIORITY = 1
"""As service messages: somebody looks at their phone now."""
TRIALS = Limit("outreach-trial", 20, 86_400)
"""Trials of one member in a day; each also counts against the provider's and the province's caps."""
NOWHERE = "gui-thu"
"""In the place of a person's token where the address is no subscriber's: the link then says that it was a trial."""
_OWN_PAGE = re.compile(r"/nhan-canh-bao/([A-Za-z0-9_-]{24})(?:/|$)")
Kind = Rendition.Kind


@dataclass(frozen=True, slots=True)
class Target:
    """Where a trial goes."""

    address: str
    digest: bytes
    token: str


def target_of(*, way: Way | str, typed: str) -> Target:
    """An address of ours out of what a member typed. Raises WarningRefused for anybody else's.

    A phone, mail or id counts when a member of ours proved it; the link of a subscription's own page, which only its
    owner has, is proof by itself.
    """
    if link := _OWN_PAGE.search(typed):
        row = Subscriber.objects.filter(token=link[1], way=way).first()
        if row is None or row.state != Subscriber.State.ACTIVE:
            raise WarningRefused(_("Đường dẫn này không phải trang riêng của một người đang nhận kênh ấy."), "to")
        return Target(row.address, bytes(row.digest), row.token)
    try:
        address = address_canonical(way, typed)
    except AddressRefused as refusal:
        raise WarningRefused(str(refusal), "to") from refusal
    if address not in own_addresses(way):
        said = _(
            "Chỉ gửi thử đến địa chỉ của cán bộ trong chương trình: thư đăng nhập, số đã xác nhận ở trang Số của tôi "
            "hoặc Diễn tập của tôi, hoặc đường dẫn trang riêng của người đang nhận."
        )
        raise WarningRefused(said, "to")
    digest = address_digest(way, address)
    row = Subscriber.objects.filter(digest=digest).first()
    return Target(address, digest, row.token if row else NOWHERE)


@transaction.atomic
def trial_send(*, by: Member, warning: Alert, key: str, to: str) -> int:
    """Sends one rendition, marked as a trial, to an address of ours; returns the delivery's id.

    ``key``: the rendition and the provider, ``TrialOption.key``. In the caller's transaction; it leaves at any hour,
    since who gets it asked for it now. COORDINATOR, EDITOR, APPROVER. Raises NotAllowed; WarningRefused for another
    person's address, words that the linter stops, an ended warning, a provider that cannot carry it, too many trials.
    """
    require_trying(by)
    alert = Alert.objects.get(pk=warning.pk)
    if alert.state not in TRIED:
        raise WarningRefused(_("Cảnh báo không còn hiệu lực, không gửi thử nữa."))
    option = next((one for one in trial_options(alert) if one.key == key), None)
    if option is None:
        raise WarningRefused(_("Chọn một bản có lời và có nhà cung cấp."), "key")
    _require_carried(option)
    target = target_of(way=option.way, typed=to)
    if not quota_take(limit=TRIALS, address=str(by.pk)):
        raise WarningRefused(_("Bạn đã gửi thử %d tin trong một ngày. Mai gửi tiếp.") % TRIALS.most, "key")
    delivery = _put(_lane(option), option.provider, target)
    name = f"{option.rendition.get_kind_display()}, {option.rendition.get_language_display()}"
    facts = {"delivery": delivery, "rendition": option.rendition.pk, "version": option.rendition.version, "name": name}
    facts |= {"provider": option.provider.pk, "digest": digest_told(target.digest)}
    audit_record(by=by, act=ACT, subject=alert, facts=facts)
    return delivery


def _require_carried(option: TrialOption) -> None:
    """Raises WarningRefused for what the real sending would not get past either."""
    if option.misses:
        raise WarningRefused(_("Chưa gửi thử được. %s") % option.misses, "key")
    until = option.provider.sender_until
    if until is not None and until < clock.today():
        raise ProviderRefused(_("Tên gửi %(name)s đã hết hạn.") % {"name": option.provider.sender}, "key")


def trial_content(rendition: Rendition, provider: Provider) -> dict[str, Any]:
    """``Lane.content`` of the real sending with the mark before what people see first."""
    mark, marked = trial_mark(rendition), copy.copy(rendition)
    if rendition.title:
        marked.title = mark + rendition.title
    if not rendition.title or rendition.kind in {Kind.SMS, Kind.SMS_PLAIN, Kind.EMAIL}:
        marked.text = mark + rendition.text
    content = content_of(marked, provider)
    if params := content.get("params"):
        first = next((name for name in ("title", "text") if name in params), next(iter(params)))
        if params[first] == rendition.extra.get("params", {}).get(first):
            content["params"] = params | {first: f"{mark}{params[first]}"}
    if "tag" in content:
        content["tag"] = f"thu-{content['tag']}"  # the real notice must not take the place of a trial unseen
    return content


def _lane(option: TrialOption) -> Lane:
    """The standing lane of these words by this provider, made once."""
    row = option.rendition
    content = trial_content(row, option.provider)
    facts: dict[str, Any] = {"way": option.way, "state": Lane.State.OPEN, "priority": PRIORITY}
    facts |= {"content": content, "parts": _parts(content, option.way)}
    lane, made = Lane.objects.get_or_create(
        broadcast=None, template=lane_name(row), language=row.language, provider=option.provider, defaults=facts
    )
    if not made and lane.content != content:
        lane.content, lane.parts = content, facts["parts"]
        lane.save(update_fields=["content", "parts"])
    return lane


def _parts(content: dict[str, Any], way: str) -> int:
    return max(sms.length(str(content.get("text", ""))).parts, 1) if way == Way.SMS else 1


def _put(lane: Lane, provider: Provider, target: Target) -> int:
    """The delivery and its chunk, as every other message has them; the senders hear of it at the commit."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outreach_delivery (lane_id, chunk_number, digest, address, fields, made_at)"
            " VALUES (%s, 0, %s, %s, %s, %s) RETURNING id",
            [lane.pk, target.digest, target.address, [target.token], now],
        )
        key: int = cursor.fetchone()[0]
        Chunk.objects.create(
            lane=lane, provider_id=provider.pk, number=0, ids=[key], size=1, priority=PRIORITY, due_at=now
        )
        cursor.execute(f"NOTIFY {WAKE}")
    return key
