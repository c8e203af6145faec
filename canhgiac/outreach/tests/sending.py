"""A warning that may leave, people who want it, an SMSC that counts, and a sender: for the tests of delivery."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from canhgiac.agencies.models import Area, Member, Role
from canhgiac.agencies.selectors import province
from canhgiac.kit import clock
from canhgiac.outreach.models import Broadcast, Chunk, Lane, Provider, Rendition, SendingRules, Subscriber, Way
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.audiences import Rule
from canhgiac.outreach.selectors.renditions import renditions_of, warning_sha256
from canhgiac.outreach.services.broadcasts import BroadcastData, WayPlan, broadcast_make, broadcast_start
from canhgiac.outreach.services.digests import address_digests, token_new
from canhgiac.outreach.services.loading import broadcast_load
from canhgiac.outreach.services.sender import Sender, Tempo
from canhgiac.outreach.services.sender.runner import in_thread
from simulators import smsc
from simulators.phones import Phones
from tests.factories import agencies, outreach
from tests.factories.agencies import Cast

QUICK = Tempo(poll=0.05, beat=0.2, lost_after=1.0, grace=10.0)
TEXT = "CA xa Doi May: Ke gian gia danh cong an goi dien bao cai ung dung la. Khong cai, khong doc ma OTP."


def standing(cast: Cast) -> Member:
    """The province with its office and a whole day for SMS; returns an approver of the office."""
    row = province()
    row.name, row.domain, row.office = "tỉnh Vĩnh An", "canhgiac.vinhan.test", cast.police
    row.save()
    SendingRules.objects.update_or_create(pk=1, defaults={"sms_from": 0, "sms_until": 24})
    someone = agencies.member(agency=cast.police, full_name="Người Duyệt Thử")
    agencies.role(someone, Role.Kind.APPROVER, cast.police)
    return someone


def approved(cast: Cast, approver: Member, **given: Any) -> Alert:
    """A warning as a second person approved it, with both forms of the SMS."""
    row = outreach.draft(cast.coordinator, **given)
    row.renditions.all().delete()
    made = {"made_from": row.version, "made_sha256": ""}
    Rendition.objects.create(warning=row, kind=Rendition.Kind.SMS_PLAIN, text=TEXT, **made)
    row.number, row.expires_at = f"CB-2026-{row.pk}", clock.now() + dt.timedelta(days=9)
    return settled(row, approver)


def settled(row: Alert, approver: Member) -> Alert:
    """The warning approved as it stands."""
    row.state, row.reviewer, row.reviewed_at = Alert.State.APPROVED, approver, clock.now()
    row.save()
    row.refresh_from_db()
    row.approved_sha256 = warning_sha256(row, renditions_of(row))
    row.save()
    return row


def people(count: int, *, area: Area | None = None, first: int = 0, **given: Any) -> list[str]:
    """Active subscribers by SMS, in bulk; their phones. None of them asks the simulator for trouble."""
    phones = [f"+849{at // 80:06}{at % 80:02}" for at in range(first, first + count)]
    subscribers(phones, area=area, **given)
    return phones


def subscribers(addresses: Sequence[str], *, way: Way = Way.SMS, **given: Any) -> None:
    """Active subscribers at these addresses."""
    digests = address_digests(way, addresses)
    Subscriber.objects.bulk_create(
        Subscriber(
            way=way,
            address=address,
            digest=digest,
            token=token_new(),
            state=Subscriber.State.ACTIVE,
            lot=at % 100,
            **given,
        )
        for at, (address, digest) in enumerate(zip(addresses, digests, strict=True))
    )


@dataclass
class Centre:
    """The SMSC, the phones behind it, and the provider that names it."""

    phones: Phones
    server: smsc.Smsc
    port: int
    provider: Provider = field(init=False)

    def __post_init__(self) -> None:
        settings = {"host": "127.0.0.1", "port": self.port, "system_id": "canhgiac", "patience": 0.5}
        self.provider = outreach.provider(Way.SMS, settings=settings, rate=0, window=80)

    def tune(self, **given: Any) -> None:
        """Changes the provider's row, as a person would."""
        Provider.objects.filter(pk=self.provider.pk).update(**given)
        self.provider.refresh_from_db()


@contextmanager
def centre(**rules: Any) -> Iterator[Centre]:
    """A running SMSC with these rules."""
    phones = Phones()
    server, port = smsc.serve(phones, "127.0.0.1", 0, smsc.Rules(**rules))
    try:
        yield Centre(phones, server, port)
    finally:
        server.stop()


def make(by: Member, warning: Alert, **given: Any) -> Broadcast:
    """A broadcast by SMS to everybody, not started."""
    plan = WayPlan(Way.SMS, **{name: given.pop(name) for name in ("unsure", "unsure_minutes") if name in given})
    given.setdefault("ways", (plan,))
    given.setdefault("rule", Rule())
    return broadcast_make(by=by, warning=warning, data=BroadcastData(**given))


def started(by: Member, warning: Alert, **given: Any) -> Broadcast:
    """A broadcast whose list is written and whose lanes are open."""
    row = make(by, warning, **given)
    broadcast_start(by=by, broadcast=row, version=row.version)
    broadcast_load(broadcast_id=row.pk)
    row.refresh_from_db()
    return row


def sent(until: Callable[[], object], *, seconds: float = 120, tempo: Tempo = QUICK) -> None:
    """Runs a sender in this process until this holds. Raises TimeoutError when it never does."""

    async def whole() -> None:
        sender = Sender(tempo)
        task = asyncio.create_task(sender.run())
        try:
            async with asyncio.timeout(seconds):
                while not await in_thread(until):
                    if task.done():
                        break
                    await asyncio.sleep(0.05)
        finally:
            sender.stop()
            await task

    asyncio.run(whole())


def is_done(row: Broadcast) -> Callable[[], bool]:
    """Whether the broadcast is DONE."""
    return lambda: Broadcast.objects.get(pk=row.pk).state == Broadcast.State.DONE


def tally(row: Broadcast) -> dict[str, int]:
    """The lanes' books added up; their balance is asserted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(c.taken), sum(c.refused), sum(c.unsure), sum(c.skipped),"
            " COALESCE(sum(c.size) FILTER (WHERE c.state IN ('waiting', 'held', 'wire')), 0)"
            " FROM outreach_chunk c JOIN outreach_lane l ON l.id = c.lane_id WHERE l.broadcast_id = %s",
            [row.pk],
        )
        values = [int(one or 0) for one in cursor.fetchone()]
    total = sum(Lane.objects.filter(broadcast=row).values_list("total", flat=True))
    assert sum(values) == total
    return dict(zip(("taken", "refused", "unsure", "skipped", "waiting"), values, strict=True)) | {"total": total}


def hurry(row: Broadcast) -> None:
    """Makes everything that waits for another try due now."""
    Chunk.objects.filter(lane__broadcast=row, state=Chunk.State.WAITING).update(due_at=clock.now())
