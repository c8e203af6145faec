"""A sending before anything leaves: who may make it, who stands on the list, sample, pause, stop, hours, follow-ups."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from canhgiac.agencies.models import AuditEntry, Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.outreach.models import (
    Attempt,
    Broadcast,
    Chunk,
    Delivery,
    Lane,
    Provider,
    Rendition,
    Subscriber,
    Suppression,
    Way,
)
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.audiences import Rule
from canhgiac.outreach.selectors.progress import broadcast_progress
from canhgiac.outreach.services.broadcasts import (
    WayPlan,
    broadcast_pause,
    broadcast_release,
    broadcast_resume,
    broadcast_start,
    broadcast_stop,
    broadcasts_due,
    broadcasts_halt,
)
from canhgiac.outreach.services.loading import broadcast_load
from canhgiac.outreach.services.partitions import partitions_drop, partitions_make
from canhgiac.outreach.services.refusals import BroadcastRefused
from canhgiac.outreach.services.retention import deliveries_forget
from tests.factories import agencies, outreach, recognition
from tests.factories.agencies import Cast

from .sending import TEXT, approved, make, people, settled, standing, started, subscribers
from .test_broadcast_pages import lawful

pytestmark = pytest.mark.django_db
State = Broadcast.State


@pytest.fixture
def approver(cast: Cast) -> Member:
    return standing(cast)


@pytest.fixture(autouse=True)
def wire() -> None:
    outreach.provider(Way.SMS, window=80)


def addresses(row: Broadcast) -> list[str]:
    return sorted(Delivery.objects.filter(lane__broadcast=row).values_list("address", flat=True))


def chunks(row: Broadcast, state: Chunk.State) -> int:
    return Chunk.objects.filter(lane__broadcast=row, state=state).count()


def jobs() -> int:
    """Lists that a job is to write; those of other tests stay in the queue's tables."""
    return ProcrastinateJob.objects.filter(task_name="outreach.broadcast_load").count()


def taken(row: Broadcast, *, leave: int = 0) -> None:
    """Attempts as a sender writes them: everybody's message was taken, but for the last ``leave``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outreach_attempt (delivery_id, tries, lane_id, chunk_id, provider_id, area_id, digest,"
            " outcome, is_last, at) SELECT d.id, 1, d.lane_id, c.id, c.provider_id, d.area_id, d.digest,"
            " 'taken', true, clock_timestamp() FROM outreach_delivery d JOIN outreach_lane l ON l.id = d.lane_id"
            " JOIN outreach_chunk c ON c.lane_id = l.id AND c.number = d.chunk_number"
            " WHERE l.broadcast_id = %s ORDER BY d.id OFFSET 0 LIMIT (SELECT count(*) - %s FROM outreach_delivery d"
            " JOIN outreach_lane l ON l.id = d.lane_id WHERE l.broadcast_id = %s)",
            [row.pk, leave, row.pk],
        )
    Chunk.objects.filter(lane__broadcast=row).update(state=Chunk.State.DONE)


def test_the_list_is_written_once_and_the_warning_is_issued(cast: Cast, approver: Member) -> None:
    phones = people(47)
    warning = approved(cast, approver)
    row = make(cast.coordinator, warning)
    before = jobs()
    broadcast_start(by=cast.coordinator, broadcast=row, version=row.version)
    assert jobs() - before == 1
    warning.refresh_from_db()
    assert warning.state == Alert.State.ISSUED
    broadcast_load(broadcast_id=row.pk)
    broadcast_load(broadcast_id=row.pk)  # the job died after the work and ran again
    row.refresh_from_db()
    assert row.state == State.SENDING
    assert addresses(row) == phones
    lane = Lane.objects.get(broadcast=row)
    assert (lane.total, lane.state, lane.content) == (47, Lane.State.OPEN, {"text": TEXT, "sender": "CA THU"})
    assert sorted(lane.chunks.values_list("number", "size")) == [(1, 10), (2, 10), (3, 10), (4, 10), (5, 7)]
    one = Delivery.objects.filter(lane=lane)[0]
    assert one.fields == [Subscriber.objects.get(address=one.address).token]
    assert one.made_at == lane.started_at


def test_a_job_that_dies_between_two_lanes_goes_on_with_the_second(cast: Cast, approver: Member) -> None:
    people(12)
    subscribers([f"an{at}@vinhan.test" for at in range(5)], way=Way.EMAIL)
    outreach.provider(Way.EMAIL, window=80)
    warning = approved(cast, approver)
    Rendition.objects.create(
        warning=warning, kind=Rendition.Kind.EMAIL, title="Cảnh báo", text=TEXT, made_from=1, made_sha256=""
    )
    settled(warning, approver)
    row = make(cast.coordinator, warning, ways=(WayPlan(Way.SMS), WayPlan(Way.EMAIL)))
    broadcast_start(by=cast.coordinator, broadcast=row, version=row.version)
    mail = Lane.objects.get(broadcast=row, way=Way.EMAIL)
    rule = row.rule
    Broadcast.objects.filter(pk=row.pk).update(rule={"nobody knows": 1})
    Lane.objects.filter(pk=mail.pk).update(started_at=clock.now())  # as if one lane had been done
    with pytest.raises(ValueError, match="not a rule"):
        broadcast_load(broadcast_id=row.pk)
    assert not Delivery.objects.filter(lane__broadcast=row).exists()
    Lane.objects.filter(pk=mail.pk).update(started_at=None)
    Broadcast.objects.filter(pk=row.pk).update(rule=rule)
    broadcast_load(broadcast_id=row.pk)
    assert dict(Lane.objects.filter(broadcast=row).values_list("way", "total")) == {"sms": 12, "email": 5}


def test_each_gets_the_form_and_language_that_suits(cast: Cast, approver: Member) -> None:
    subscribers(["+84900000101"])
    subscribers(["+84900000102"], with_marks=True)
    subscribers(["+84900000103"], language="km")
    subscribers(["+84900000104"], language="km", with_marks=True)
    subscribers(["+84900000105"], language="en", with_marks=True)
    warning = approved(cast, approver)
    made = {"warning": warning, "made_from": 1, "made_sha256": ""}
    Rendition.objects.create(
        kind=Rendition.Kind.SMS, text="Kẻ gian giả danh công an, bảo cài ứng dụng lạ. Không cài.", **made
    )
    Rendition.objects.create(kind=Rendition.Kind.SMS, language="km", text="ប្រយ័ត្ន " * 8, **made)
    settled(warning, approver)
    row = started(cast.coordinator, warning)
    got = {
        one.address[-1]: (one.lane.language, one.lane.rendition.kind)  # type: ignore[union-attr]
        for one in Delivery.objects.filter(lane__broadcast=row).select_related("lane__rendition")
    }
    assert got == {
        "1": ("vi", "sms_plain"), "2": ("vi", "sms"), "3": ("km", "sms"), "4": ("km", "sms"), "5": ("vi", "sms"),
    }  # fmt: skip


def test_who_is_left_out_is_counted(cast: Cast, approver: Member) -> None:
    phones = people(100)  # lots 0 to 99
    subscribers(["an@vinhan.test"], way=Way.EMAIL)
    digest = bytes(Subscriber.objects.get(address=phones[50]).digest)
    Suppression.objects.create(digest=digest, why=Suppression.Why.DO_NOT_CALL)
    row = started(cast.coordinator, approved(cast, approver), hold_out=5)
    assert row.skipped == {"hold_out": 5, "no_rendition": 1}
    assert addresses(row) == sorted(set(phones[5:]) - {phones[50]})
    assert broadcast_progress(row).skipped_before["nhóm đối chứng"] == 5


def test_the_fourth_message_within_a_day_is_not_sent(cast: Cast, approver: Member) -> None:
    phones = people(10)
    first = [started(cast.coordinator, approved(cast, approver, title=f"Tin {at}")) for at in range(3)]
    subscribers(["+84900000777"])
    fourth = started(cast.coordinator, approved(cast, approver, title="Tin 4"))
    assert fourth.skipped == {"often": 10}
    assert addresses(fourth) == ["+84900000777"]
    urgent = started(approver, approved(cast, approver, title="Khẩn"), emergency_reason="Đang có người mất tiền.")
    assert len(addresses(urgent)) == 11
    stopped = first[0]
    broadcast_stop(by=cast.coordinator, broadcast=stopped, version=stopped.version, reason="Nhầm")
    urgent.refresh_from_db()
    broadcast_stop(by=cast.coordinator, broadcast=urgent, version=urgent.version, reason="Nhầm")
    fifth = started(cast.coordinator, approved(cast, approver, title="Tin 5"))  # what was dropped does not count
    assert addresses(fifth) == sorted([*phones, "+84900000777"])


def test_only_a_sample_leaves_first(cast: Cast, approver: Member) -> None:
    people(95)
    row = started(cast.coordinator, approved(cast, approver), sample=15)
    assert row.state == State.SAMPLING
    assert (chunks(row, Chunk.State.WAITING), chunks(row, Chunk.State.HELD)) == (2, 8)
    progress = broadcast_progress(row)
    assert (progress.total, progress.waiting, progress.lanes[0].held) == (95, 95, 80)
    listed = Counter(Delivery.objects.filter(lane__broadcast=row).values_list("chunk_number", flat=True))
    assert listed == dict(Chunk.objects.filter(lane__broadcast=row).values_list("number", "size")), "15 first, then 80"
    broadcast_release(by=cast.coordinator, broadcast=row, version=row.version)
    assert chunks(row, Chunk.State.HELD) == 0
    with pytest.raises(BroadcastRefused, match="Đang gửi"):
        broadcast_release(by=cast.coordinator, broadcast=row, version=row.version)


@pytest.mark.parametrize(("sample", "waiting", "held"), [(0, 3, 0), (10, 1, 2), (22, 3, 1), (30, 3, 0), (200, 3, 0)])
def test_a_sample_is_what_was_asked_for(cast: Cast, approver: Member, sample: int, waiting: int, held: int) -> None:
    people(30)
    row = started(cast.coordinator, approved(cast, approver), sample=sample)
    assert (chunks(row, Chunk.State.WAITING), chunks(row, Chunk.State.HELD)) == (waiting, held)
    listed = Counter(Delivery.objects.filter(lane__broadcast=row).values_list("chunk_number", flat=True))
    assert listed == dict(Chunk.objects.filter(lane__broadcast=row).values_list("number", "size"))


def test_pause_resume_stop(cast: Cast, approver: Member) -> None:
    people(30)
    row = started(cast.coordinator, approved(cast, approver))
    row = broadcast_pause(by=cast.coordinator, broadcast=row, version=row.version, reason="Xem lại")
    assert (row.state, Lane.objects.get(broadcast=row).state) == (State.PAUSED, Lane.State.PAUSED)
    row = broadcast_resume(by=cast.coordinator, broadcast=row, version=row.version)
    assert (row.state, Lane.objects.get(broadcast=row).state) == (State.SENDING, Lane.State.OPEN)
    with pytest.raises(BroadcastRefused) as refused:
        broadcast_pause(by=cast.coordinator, broadcast=row, version=1)
    assert refused.value.version == row.version
    with pytest.raises(BroadcastRefused) as refused:
        broadcast_stop(by=cast.coordinator, broadcast=row, version=row.version, reason=" ")
    assert refused.value.field == "reason"
    row = broadcast_stop(by=cast.coordinator, broadcast=row, version=row.version, reason="Sai địa bàn")
    progress = broadcast_progress(row)
    assert (progress.waiting, progress.skipped) == (0, 30)
    acts = AuditEntry.objects.filter(act__startswith="outreach.broadcast").order_by("seq").values_list("act", flat=True)
    assert [act.removeprefix("outreach.broadcast_") for act in acts] == ["make", "start", "pause", "resume", "stop"]


def test_paused_or_stopped_while_the_list_is_written(cast: Cast, approver: Member) -> None:
    people(30)
    row = make(cast.coordinator, approved(cast, approver))
    row = broadcast_start(by=cast.coordinator, broadcast=row, version=row.version)
    row = broadcast_pause(by=cast.coordinator, broadcast=row, version=row.version)
    broadcast_load(broadcast_id=row.pk)
    assert not Delivery.objects.filter(lane__broadcast=row).exists()
    row = broadcast_resume(by=cast.coordinator, broadcast=row, version=row.version)
    broadcast_load(broadcast_id=row.pk)
    row.refresh_from_db()
    assert row.state == State.SENDING


def test_what_may_not_be_sent(cast: Cast, approver: Member) -> None:
    people(3)
    by = cast.coordinator
    with pytest.raises(BroadcastRefused, match="đã duyệt"):
        make(by, outreach.draft(by))
    warning = approved(cast, approver)
    Rendition.objects.filter(warning=warning).update(text="Lời khác")
    with pytest.raises(BroadcastRefused, match="khác bản được duyệt"):
        make(by, warning)
    late = approved(cast, approver)
    Alert.objects.filter(pk=late.pk).update(expires_at=clock.now())
    with pytest.raises(BroadcastRefused, match="hết hiệu lực"):
        make(by, late)
    good = approved(cast, approver)
    with pytest.raises(BroadcastRefused, match="ít nhất một kênh"):
        make(by, good, ways=())
    with pytest.raises(BroadcastRefused, match="Chưa có nhà cung cấp cho kênh Zalo"):
        make(by, good, ways=(WayPlan(Way.ZALO),))
    Provider.objects.update(sender_until=clock.today() - dt.timedelta(days=1))  # Decree 91/2020 Article 28: three years
    with pytest.raises(BroadcastRefused, match="CA THU đã hết hạn"):
        make(by, good)
    Provider.objects.update(sender_until=clock.today())
    with pytest.raises(BroadcastRefused, match="đối chứng"):
        make(by, good, hold_out=21)
    with pytest.raises(BroadcastRefused, match="đúng những người"):
        make(by, good, follows=True)


def test_who_may_send(cast: Cast, approver: Member) -> None:
    people(3)
    warning = approved(cast, approver)
    for other in (cast.officer, cast.auditor, cast.outsider, approver):
        with pytest.raises(NotAllowed):
            make(other, warning)
    commune = agencies.member(agency=cast.commune)
    agencies.role(commune, "approver", cast.commune)  # type: ignore[arg-type]
    for other in (cast.coordinator, commune):
        with pytest.raises(NotAllowed):
            make(other, warning, emergency_reason="Đang có người mất tiền.")
    row = make(approver, warning, emergency_reason="Đang có người mất tiền.")
    lane = Lane.objects.get(broadcast=row)
    assert (row.emergency_by, lane.priority, lane.keeps_hours) == (approver, 0, False)
    entry = AuditEntry.objects.get(act="outreach.broadcast_make")
    assert entry.facts["reason"] == "Đang có người mất tiền."
    routine = make(cast.coordinator, warning)
    assert Lane.objects.get(broadcast=routine).keeps_hours


def test_a_scheduled_one_begins_at_its_hour(cast: Cast, approver: Member) -> None:
    people(3)
    at = clock.now() + dt.timedelta(hours=2)
    recognition.recognition_ready()
    row = make(cast.coordinator, lawful(cast, approver), scheduled_at=at)
    assert broadcasts_due() == 0
    Broadcast.objects.filter(pk=row.pk).update(scheduled_at=clock.now())
    assert broadcasts_due() == 1
    assert broadcasts_due() == 0
    row.refresh_from_db()
    assert row.state == State.LOADING
    gone = make(cast.coordinator, approved(cast, approver), scheduled_at=at)
    Broadcast.objects.filter(pk=gone.pk).update(scheduled_at=clock.now())
    Rendition.objects.filter(warning=gone.warning_id).update(text="Lời khác")
    assert broadcasts_due() == 0
    gone.refresh_from_db()
    assert (gone.state, "khác bản được duyệt" in gone.reason) == (State.STOPPED, True)


def test_an_expired_warning_is_not_sent_any_further(cast: Cast, approver: Member) -> None:
    people(30)
    row = started(cast.coordinator, approved(cast, approver))
    Alert.objects.filter(pk=row.warning_id).update(expires_at=clock.now())
    broadcasts_due()
    row.refresh_from_db()
    assert (row.state, broadcast_progress(row).skipped) == (State.STOPPED, 30)
    assert broadcast_progress(row).skipped_since == {"chưa gửi khi đợt dừng hẳn": 30}
    assert broadcasts_halt(warning=row.warning, reason="lần nữa") == 0


def cancelling(cast: Cast, approver: Member, first: Alert, **given: Any) -> Alert:
    row = approved(cast, approver, title="Thu hồi")
    first.refresh_from_db()
    row.kind, row.refers_to, row.first = Alert.Kind.CANCEL, first, first
    return settled(row, approver)


def test_a_cancellation_goes_to_those_who_got_the_warning_and_to_nobody_else(cast: Cast, approver: Member) -> None:
    phones = people(40)
    first = started(cast.coordinator, approved(cast, approver))
    taken(first, leave=10)
    keys = Attempt.objects.filter(lane__broadcast=first).values("delivery_id")
    got = {one.address for one in Delivery.objects.filter(pk__in=keys)}
    assert len(got) == 30
    late = sorted(set(phones) - got)
    stopped = sorted(got)[0]
    Suppression.objects.create(
        digest=bytes(Subscriber.objects.get(address=stopped).digest), why=Suppression.Why.STOPPED
    )
    gone = sorted(got)[1]
    Subscriber.objects.filter(address=gone).delete()  # left the list, not refused
    people(5, first=5000)  # who came later
    cancel = cancelling(cast, approver, first.warning)
    with pytest.raises(BroadcastRefused, match="đúng những người"):
        make(cast.coordinator, cancel)
    row = started(cast.coordinator, cancel, follows=True)
    assert set(addresses(row)) == got - {stopped}
    assert not set(addresses(row)) & set(late)
    assert row.skipped == {"stopped": 1}
    first.refresh_from_db()
    assert first.state == State.STOPPED
    again = cancelling(cast, approver, cancel)  # an update of the update reaches them through the chain
    assert set(addresses(started(cast.coordinator, again, follows=True))) == got - {stopped}


def test_a_cancellation_waits_for_what_is_on_the_wire(cast: Cast, approver: Member) -> None:
    people(20)
    first = started(cast.coordinator, approved(cast, approver))
    Chunk.objects.filter(lane__broadcast=first, number=1).update(state=Chunk.State.WIRE)
    row = make(cast.coordinator, cancelling(cast, approver, first.warning), follows=True)
    broadcast_start(by=cast.coordinator, broadcast=row, version=row.version)
    before = jobs()
    broadcast_load(broadcast_id=row.pk)
    assert Lane.objects.get(broadcast=row).started_at is None
    assert jobs() - before == 1
    taken(first)
    broadcast_load(broadcast_id=row.pk)
    assert Lane.objects.get(broadcast=row).total == 20


def test_an_update_must_go_by_every_channel_that_the_warning_went_by(cast: Cast, approver: Member) -> None:
    people(2)
    first = started(cast.coordinator, approved(cast, approver))
    cancel = cancelling(cast, approver, first.warning)
    outreach.provider(Way.EMAIL)
    with pytest.raises(BroadcastRefused, match="SMS"):
        make(cast.coordinator, cancel, follows=True, ways=(WayPlan(Way.EMAIL),))


def test_an_audience_is_narrowed_by_its_rule(cast: Cast, approver: Member) -> None:
    here = people(7, area=cast.commune_area)
    people(9, first=900)
    row = started(cast.coordinator, approved(cast, approver), rule=Rule(areas=(cast.commune_area.pk,)))
    assert addresses(row) == here
    assert set(Delivery.objects.filter(lane__broadcast=row).values_list("area_id", flat=True)) == {cast.commune_area.pk}


def test_parts_of_the_tables_come_ahead_and_go_whole() -> None:
    partitions_make(on=dt.date(2024, 12, 5))
    partitions_make(on=dt.date(2024, 12, 6))
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('outreach_delivery_2025_02'), to_regclass('outreach_attempt_2024_12')")
        assert None not in cursor.fetchone()
    dropped = partitions_drop(on=dt.date(2026, 2, 20))
    assert "outreach_delivery_2024_12" in dropped
    assert "outreach_attempt_2025_01" not in dropped
    assert deliveries_forget() >= 0
    partitions_make()
