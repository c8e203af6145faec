"""The gates once more at the moment of start, by hand and by the clock: hours, caps, expiry, approvals, contracts."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from canhgiac.agencies.models import Member, Notice
from canhgiac.kit import clock
from canhgiac.outreach.models import Broadcast, Chunk, Provider, SendingRules, Way
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.gates import GateState
from canhgiac.outreach.selectors.sendplan import caps_of, plan_again, start_gates
from canhgiac.outreach.services.broadcasts import broadcast_start, broadcasts_due
from canhgiac.outreach.services.refusals import BroadcastRefused
from tests.factories import outreach, recognition
from tests.factories.agencies import Cast

from .sending import make, people, standing
from .test_broadcast_pages import lawful

pytestmark = pytest.mark.django_db
State = Broadcast.State


@pytest.fixture
def approver(cast: Cast) -> Member:
    recognition.recognition_ready()
    return standing(cast)


@pytest.fixture
def provider() -> Provider:
    return outreach.provider(Way.SMS, window=20, cost=300)


@pytest.fixture
def row(cast: Cast, approver: Member, provider: Provider) -> Broadcast:
    people(5)
    return make(cast.coordinator, lawful(cast, approver))


def refused(by: Member, row: Broadcast) -> str:
    """Why it does not begin; it stays as it was."""
    with pytest.raises(BroadcastRefused) as found:
        broadcast_start(by=by, broadcast=row, version=row.version)
    row.refresh_from_db()
    assert row.state == State.READY
    return str(found.value)


def used(row: Broadcast, provider: Provider, sent: int) -> None:
    """So many messages left by the provider today."""
    lane = row.lanes.get()
    facts = {"lane": lane, "provider_id": provider.pk, "number": 90, "state": Chunk.State.DONE, "at": clock.now()}
    Chunk.objects.create(size=sent, taken=sent, **facts)


def shut_hours() -> None:
    """SMS leave in one hour of the day, twelve hours from now."""
    hour = clock.now().hour
    away = (hour + 12) % 24
    SendingRules.objects.update(sms_from=away, sms_until=away + 1)


def test_it_begins_where_every_gate_lets_it(cast: Cast, row: Broadcast) -> None:
    assert {gate.state for gate in start_gates(row, whole=True)} <= {GateState.OPEN, GateState.NONE, GateState.WAIT}
    broadcast_start(by=cast.coordinator, broadcast=row, version=row.version)
    row.refresh_from_db()
    assert row.state == State.LOADING


def test_an_approval_that_is_gone_refuses(cast: Cast, row: Broadcast) -> None:
    Alert.objects.filter(pk=row.warning_id).update(state=Alert.State.RETURNED)
    assert "Người thứ hai duyệt" in refused(cast.coordinator, row)


def test_hours_wait_unless_the_warning_ends_before_them(cast: Cast, row: Broadcast) -> None:
    shut_hours()
    assert [gate.state for gate in start_gates(row) if gate.code == "hours"] == [GateState.WAIT]
    Alert.objects.filter(pk=row.warning_id).update(expires_at=clock.now() + dt.timedelta(hours=1))
    assert "khi ấy cảnh báo đã hết hiệu lực" in refused(cast.coordinator, row)


def test_a_cap_that_is_used_up_waits_or_refuses(cast: Cast, row: Broadcast, provider: Provider) -> None:
    assert not [gate for gate in start_gates(row) if gate.code == "cap"], "no cap, no gate"
    Provider.objects.update(daily_cap=8)
    assert [one.left for one in caps_of([Provider.objects.get()], SendingRules(), at=clock.now())] == [8]
    used(row, provider, 5)
    [cap] = [gate for gate in plan_again(row).gates if gate.code == "cap"]
    assert (cap.state, "Còn 3 trên 8" in cap.says, "2 người nhận từ" in cap.says) == (GateState.WAIT, True, True)
    used(row, provider, 9)
    [cap] = [gate for gate in start_gates(row) if gate.code == "cap"]
    assert (cap.state, "Đã gửi đủ 8" in cap.says) == (GateState.WAIT, True)
    Provider.objects.update(daily_cap=None)
    SendingRules.objects.update(daily_cap=100)
    [cap] = [gate for gate in start_gates(row) if gate.code == "cap"]
    assert (cap.state, "Còn 86 trên 100" in cap.says) == (GateState.OPEN, True)
    Provider.objects.update(daily_cap=0)
    assert "đang là 0" in refused(cast.coordinator, row)


def test_a_cap_refuses_where_the_warning_ends_first(cast: Cast, row: Broadcast, provider: Provider) -> None:
    Provider.objects.update(daily_cap=5)
    used(row, provider, 5)
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    Alert.objects.filter(pk=row.warning_id).update(expires_at=midnight)
    assert "sang hôm sau thì cảnh báo đã hết hiệu lực" in refused(cast.coordinator, row)


def test_a_contract_that_ended_refuses_and_a_held_one_waits(client: Client, cast: Cast, row: Broadcast) -> None:
    Provider.objects.update(paused_at=clock.now(), paused_reason="sai mật khẩu")
    [gate] = [gate for gate in start_gates(row) if gate.code == "carrier"]
    assert (gate.state, "sai mật khẩu" in gate.says) == (GateState.WAIT, True)
    Provider.objects.update(is_active=False)
    assert "không còn dùng nữa" in refused(cast.coordinator, row)
    client.force_login(cast.coordinator)
    told = client.post(reverse("broadcast_start", args=[row.pk]), {"version": row.version}, follow=True)
    assert "không còn dùng nữa" in told.content.decode(), "the page says why"


def test_by_the_clock_all_gates_are_asked_and_the_maker_is_told(cast: Cast, approver: Member) -> None:
    people(3)
    provider = outreach.provider(Way.SMS)
    at = clock.now() + dt.timedelta(hours=2)
    row = make(cast.coordinator, lawful(cast, approver), scheduled_at=at)
    Broadcast.objects.update(scheduled_at=clock.now())
    Provider.objects.filter(pk=provider.pk).update(sender_until=clock.today() - dt.timedelta(days=1))
    assert broadcasts_due() == 0
    row.refresh_from_db()
    assert (row.state, "hết hạn từ" in row.reason) == (State.STOPPED, True)
    notice = Notice.objects.get(kind="outreach.broadcast_refused")
    assert notice.member == cast.coordinator
    assert row.reason in notice.body
    Provider.objects.update(sender_until=None)
    unread = lawful(cast, approver)
    later = make(cast.coordinator, unread, scheduled_at=at)
    Broadcast.objects.filter(pk=later.pk).update(scheduled_at=clock.now())
    Alert.objects.filter(pk=unread.pk).update(checklist={})
    assert broadcasts_due() == 0
    later.refresh_from_db()
    assert "Người duyệt chưa xác nhận" in later.reason
