"""Drills from plan to end: who may, two people, when letters leave, and what the database refuses."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from canhgiac.agencies.models import Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.outreach.models import Delivery, Lane, Way
from canhgiac.training.models import Drill, DrillApproval, DrillConsent, DrillTarget, Lure
from canhgiac.training.selectors.drills import is_work_time, moments, work_slots
from canhgiac.training.services.drillconsents import drill_consent_give
from canhgiac.training.services.drills import (
    DrillData,
    drill_approve,
    drill_edit,
    drill_new,
    drill_pause,
    drill_return,
    drill_stop,
    drill_submit,
)
from canhgiac.training.services.drillsending import (
    drill_begin,
    drill_call_note,
    drill_finish,
    drill_letters_send,
    drills_move,
)
from canhgiac.training.services.lures import lure_rework
from canhgiac.training.services.refusals import TrainingRefused
from tests.factories import agencies, outreach
from tests.factories import drills as made
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
MORNING = made.MORNING


def data(cast: Cast, lure: Lure, **given: Any) -> DrillData:
    facts: dict[str, Any] = {
        "title": "Đợt",
        "purpose": "Tập",
        "agency": cast.province,
        "units": (cast.department,),
        "lures": (lure,),
    }
    facts |= {"starts_at": MORNING, "ends_at": MORNING + dt.timedelta(days=9)}
    return DrillData(**(facts | given))


def refused(act: str, params: list[Any]) -> None:
    """The database itself says no."""
    with pytest.raises(IntegrityError, match=r"drill|lure"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act, params)


def test_two_people_of_two_sides_approve_the_same_version(cast: Cast) -> None:
    row = made.drill(cast)
    row = drill_submit(by=cast.coordinator, drill=row, version=row.version)
    second = made.approver(cast)
    for by, side in ((cast.outsider, "unit"), (cast.officer, "office"), (cast.coordinator, "unit"), (second, "office")):
        with pytest.raises(TrainingRefused, match="vai trò"):
            drill_approve(by=by, drill=row, side=side, version=row.version)
    drill_approve(by=second, drill=row, side="unit", version=row.version)
    agencies.role(second, Role.Kind.COORDINATOR, cast.province)
    with pytest.raises(TrainingRefused, match="hai người"):
        drill_approve(by=second, drill=row, side="office", version=row.version)
    with pytest.raises(IntegrityError), transaction.atomic():
        DrillApproval.objects.create(drill=row, side="office", member=second, of_version=row.version)
    row = drill_approve(by=cast.coordinator, drill=row, side="office", version=row.version)
    assert row.state == Drill.State.APPROVED
    changed = drill_edit(
        by=cast.coordinator, drill=row, version=row.version, data=data(cast, row.lures.get()), now=MORNING - clock.DAY
    )
    assert changed.state == Drill.State.DRAFT
    assert not changed.approvals.filter(of_version=changed.version).exists()


def test_units_are_ones_own_and_times_make_sense(cast: Cast) -> None:
    lure = made.lure(cast)
    with pytest.raises(NotAllowed):
        drill_new(by=cast.officer, data=data(cast, lure), now=MORNING - clock.DAY)
    odd: list[tuple[dict[str, Any], str]] = [
        ({"agency": cast.department, "units": (cast.commune,)}, "units"),
        ({"units": ()}, "units"),
        ({"lures": ()}, "lures"),
        ({"ends_at": MORNING + dt.timedelta(hours=3)}, "ends_at"),
        ({"starts_at": MORNING - dt.timedelta(days=9)}, "starts_at"),
        ({"repeat_days": 3}, "repeat_days"),
        ({"title": " "}, "title"),
        ({"starts_at": MORNING + dt.timedelta(days=4, hours=9), "ends_at": MORNING + dt.timedelta(days=6)}, "ends_at"),
    ]
    for given, field in odd:
        with pytest.raises(TrainingRefused) as refusal:
            drill_new(by=cast.coordinator, data=data(cast, lure, **given), now=MORNING - clock.DAY)
        assert refusal.value.field == field


def test_only_members_who_agreed_are_drawn_and_get_their_letters_in_working_hours(cast: Cast) -> None:
    outreach.provider(Way.EMAIL)
    agreed, silent = made.people(cast.department, 6), made.people(cast.department, 2, agrees=False)
    elsewhere, gone = made.people(cast.commune, 1), agreed[0]
    gone.is_active = False
    gone.save()
    row = made.running(cast)
    targets = list(row.targets.all())
    assert {one.member_id for one in targets} == {one.pk for one in agreed[1:]}
    assert not {one.member_id for one in targets} & {one.pk for one in (*silent, *elsewhere)}
    last = row.starts_at + (row.ends_at - row.starts_at) * 2 / 3
    assert all(is_work_time(one.due_at) and row.starts_at <= one.due_at <= last for one in targets)
    assert len({one.token for one in targets}) == 5
    drill_consent_give(by=agreed[1], accepts=False)
    DrillTarget.objects.filter(drill=row).update(due_at=MORNING)
    assert drill_letters_send(drill_id=row.pk, now=MORNING.replace(hour=12)) == 0
    assert drill_letters_send(drill_id=row.pk, now=MORNING + dt.timedelta(days=5)) == 0
    assert drill_letters_send(drill_id=row.pk, now=MORNING) == 4
    assert drill_letters_send(drill_id=row.pk, now=MORNING) == 0
    sent = Delivery.objects.all()
    assert {one.address for one in sent} == {one.email for one in agreed[2:]}
    tokens = {one.fields[0] for one in sent}
    assert all("/dien-tap/" in one for one in tokens)
    lane = Lane.objects.get()
    assert lane.keeps_hours
    assert "<canh-bao@vinhan.test>" in lane.content["sender"]


def test_the_database_refuses_what_no_service_does(cast: Cast) -> None:
    [yes, no] = [*made.people(cast.department, 1), *made.people(cast.department, 1, agrees=False)]
    [away] = made.people(cast.commune, 1)
    row = made.approved(cast)
    insert = (
        "INSERT INTO training_drilltarget (drill_id, member_id, agency_id, lure_id, token, due_at, report_door)"
        " VALUES (%s, %s, %s, %s, %s, now(), '')"
    )
    lure = row.lures.get()
    refused(insert, [row.pk, no.pk, no.agency_id, lure.pk, "a" * 24])
    refused(insert, [row.pk, away.pk, away.agency_id, lure.pk, "b" * 24])
    refused(insert, [row.pk, away.pk, cast.department.pk, lure.pk, "b" * 24])
    refused(insert, [row.pk, yes.pk, yes.agency_id, made.lure(cast, title="Khác").pk, "c" * 24])
    draft = made.drill(cast, lures=(lure,))
    refused(insert, [draft.pk, yes.pk, yes.agency_id, lure.pk, "d" * 24])
    drill_begin(drill_id=row.pk, now=MORNING)
    target = row.targets.get()
    for change in (f"member_id = {away.pk}", "token = 'e'", f"lure_id = {lure.pk + 1}", f"drill_id = {draft.pk}"):
        refused(f"UPDATE training_drilltarget SET {change} WHERE id = %s", [target.pk])  # our own words
    DrillConsent.objects.create(member=yes, accepts=False, rule_version=1)
    refused("UPDATE training_drilltarget SET delivery = 5 WHERE id = %s", [target.pk])
    refused("UPDATE training_lure SET body = 'Lời khác {lien_ket}' WHERE id = %s", [lure.pk])


def test_an_approval_is_void_when_the_lure_changes_and_what_was_sent_does_not_change(cast: Cast) -> None:
    made.people(cast.department, 1)
    row = made.approved(cast)
    lure = row.lures.get()
    lure_rework(by=cast.coordinator, lure=lure, version=lure.version)
    row.refresh_from_db()
    assert row.state == Drill.State.DRAFT
    assert drill_begin(drill_id=row.pk, now=MORNING) == 0
    with pytest.raises(TrainingRefused, match="chưa được duyệt"):
        drill_submit(by=cast.coordinator, drill=row, version=row.version)
    begun = made.running(cast, title="Đợt khác")
    sent = begun.lures.get()
    with pytest.raises(TrainingRefused, match="bản mới"):
        lure_rework(by=cast.coordinator, lure=sent, version=sent.version)


def test_paused_nothing_leaves_and_stopped_nothing_ever(cast: Cast) -> None:
    outreach.provider(Way.EMAIL)
    made.people(cast.department, 2)
    row = made.running(cast)
    DrillTarget.objects.filter(drill=row).update(due_at=MORNING)
    row = drill_pause(by=cast.coordinator, drill=row, version=row.version, held=True)
    drills_move(MORNING)
    assert not Delivery.objects.exists()
    row = drill_pause(by=cast.coordinator, drill=row, version=row.version, held=False)
    drills_move(MORNING)
    assert Delivery.objects.count() == 2
    with pytest.raises(TrainingRefused, match="lý do"):
        drill_stop(by=cast.coordinator, drill=row, version=row.version, reason=" ")
    drill_stop(by=cast.coordinator, drill=row, version=row.version, reason="Đang có vụ thật")
    assert Lane.objects.get().state == Lane.State.STOPPED
    outreach.deliveries_empty()


def test_it_ends_and_its_repetition_is_a_draft_to_be_approved_anew(cast: Cast) -> None:
    made.people(cast.department, 1)
    row = made.running(cast, repeat_days=28)
    assert not drill_finish(drill_id=row.pk, now=row.ends_at - dt.timedelta(minutes=1))
    drills_move(row.ends_at)
    assert not drill_finish(drill_id=row.pk, now=row.ends_at)
    again = Drill.objects.get(follows=row)
    assert (again.state, again.starts_at - row.starts_at) == (Drill.State.DRAFT, dt.timedelta(days=28))
    assert list(again.lures.all()) == list(row.lures.all())
    assert not again.approvals.exists()


def test_it_can_be_sent_back_with_words(cast: Cast) -> None:
    row = made.approved(cast)
    with pytest.raises(TrainingRefused, match="cần sửa"):
        drill_return(by=cast.coordinator, drill=row, version=row.version, note="")
    row = drill_return(by=cast.coordinator, drill=row, version=row.version, note="Trùng kỳ họp")
    assert (row.state, row.stop_reason) == (Drill.State.DRAFT, "Trùng kỳ họp")


def test_a_call_is_made_and_noted_by_hand(cast: Cast) -> None:
    cues = ({"kind": "urgency", "words": "ngay bây giờ", "why": "Giục gấp."},)
    voice = made.lure(cast, way="voice", body="Chào anh chị, mời đọc mã ngay bây giờ.", cues=cues)
    [with_phone, without] = made.people(cast.department, 2)
    made.phone(with_phone, "+84900000111")
    row = made.running(cast, lures=(voice,))
    target = row.targets.get()
    assert target.member == with_phone != without
    DrillTarget.objects.filter(drill=row).update(due_at=MORNING)
    assert drill_letters_send(drill_id=row.pk, now=MORNING) == 0
    with pytest.raises(NotAllowed):
        drill_call_note(by=cast.officer, target=target, outcome="did")
    noted = drill_call_note(by=cast.coordinator, target=target, outcome="told")
    assert (noted.report_door, noted.clicked_at) == ("voice", None)
    with pytest.raises(TrainingRefused, match="đã ghi"):
        drill_call_note(by=cast.coordinator, target=target, outcome="did")


def test_working_time_skips_nights_weekends_and_holidays() -> None:
    zone = clock.VIETNAM
    slots = work_slots(dt.datetime(2026, 4, 29, 16, 0, tzinfo=zone), dt.datetime(2026, 5, 4, 9, 0, tzinfo=zone))
    assert [(begin.strftime("%d %H:%M"), end.strftime("%d %H:%M")) for begin, end in slots] == [
        ("29 16:00", "29 17:00"),
        ("04 08:00", "04 09:00"),
    ]
    chosen = moments(slots, 400, random.Random(7))
    assert all(is_work_time(at) for at in chosen)
    assert 120 < sum(at.day == 29 for at in chosen) < 280
    assert moments([], 3, random.Random(7)) == []
