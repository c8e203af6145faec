"""From the list to the phones and back: whole senders against an SMSC that counts, on the real database."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest
from django.db import connection
from django.db.models import F

from canhgiac.channels.contract import Arrival, Receipt
from canhgiac.kit import clock
from canhgiac.outreach.models import (
    Attempt,
    Broadcast,
    Chunk,
    Lane,
    Provider,
    Rendition,
    SenderNode,
    SendingRules,
    Suppression,
    Way,
)
from canhgiac.outreach.services.broadcasts import WayPlan
from canhgiac.outreach.services.digests import address_digest
from canhgiac.outreach.services.receipts import events_keep, receipts_fold
from tests.factories import outreach
from tests.factories.agencies import Cast
from tests.inbox import SmtpInbox

from .sending import (
    QUICK,
    TEXT,
    approved,
    centre,
    hurry,
    is_done,
    people,
    sent,
    settled,
    standing,
    started,
    subscribers,
    tally,
)

pytestmark = pytest.mark.django_db(transaction=True)


def outcomes(row: Broadcast) -> Counter[str]:
    return Counter(Attempt.objects.filter(lane__broadcast=row).values_list("outcome", flat=True))


def test_everybody_gets_it_once_and_receipts_are_counted(cast: Cast) -> None:
    approver = standing(cast)
    phones = people(130, area=cast.commune_area)
    with centre(answer_after=0.002) as smsc:
        row = started(cast.coordinator, approved(cast, approver))
        sent(lambda: is_done(row)() and Lane.objects.get(broadcast=row).delivered == 130)
        assert smsc.phones.counts() == Counter(phones)
    assert tally(row) == {"taken": 130, "refused": 0, "unsure": 0, "skipped": 0, "waiting": 0, "total": 130}
    assert set(Chunk.objects.filter(lane__broadcast=row).values_list("size", flat=True)) == {10}
    assert SenderNode.objects.get().ended_at is not None


def test_each_answer_leads_where_it_should(cast: Cast) -> None:
    """Refused for good, put off, too fast, a lost link, a lost answer, undelivered, a receipt twice."""
    approver = standing(cast)
    people(6)
    odd = {"97": "refused", "96": "later", "95": "slow", "92": "taken", "91": "taken"}
    subscribers([f"+8490000{at:02}{ending}" for at, ending in enumerate(odd)])
    with centre() as smsc:
        row = started(cast.coordinator, approved(cast, approver))
        lane = Lane.objects.get(broadcast=row)

        def settled() -> bool:
            hurry(row)
            lane.refresh_from_db()
            return is_done(row)() and lane.delivered + lane.undelivered == 10

        sent(settled)
        assert set(smsc.phones.counts().values()) == {1}
        assert len(smsc.phones.counts()) == 10
    assert tally(row) | {"total": 11} == {
        "taken": 10, "refused": 1, "unsure": 0, "skipped": 0, "waiting": 0, "total": 11,
    }  # fmt: skip
    assert (lane.delivered, lane.undelivered) == (9, 1)
    by_ending = {ending: [] for ending in odd}  # type: dict[str, list[str]]
    for attempt in Attempt.objects.filter(lane=lane).order_by("delivery_id", "tries"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT address FROM outreach_delivery WHERE id = %s", [attempt.delivery_id])
            ending = cursor.fetchone()[0][-2:]
        if ending in by_ending:
            by_ending[ending].append(attempt.outcome)
    assert by_ending["97"] == ["refused"]
    assert by_ending["96"] == ["later", "taken"]
    assert by_ending["95"] == ["slow", "slow", "taken"]
    assert Attempt.objects.get(lane=lane, arrival="failed").arrival_code.startswith("smpp:")


def test_who_refuses_in_the_middle_gets_nothing(cast: Cast) -> None:
    approver = standing(cast)
    phones = people(40)
    with centre() as smsc:
        row = started(cast.coordinator, approved(cast, approver))
        Suppression.objects.create(digest=address_digest(Way.SMS, phones[7]), why=Suppression.Why.STOPPED)
        sent(is_done(row))
        assert smsc.phones.count(phones[7]) == 0
    assert tally(row)["skipped"] == 1
    assert outcomes(row) == {"taken": 39, "skipped": 1}


def test_a_lost_answer_is_settled_by_its_receipt(cast: Cast) -> None:
    """The phone has it, the answer never came: unsure, then taken and delivered by the address in the receipt."""
    approver = standing(cast)
    subscribers(["+84900000190"])
    with centre() as smsc:
        smsc.tune(settings={**smsc.provider.settings, "timeout": 0.5})
        row = started(cast.coordinator, approved(cast, approver))

        def settled() -> bool:
            with connection.cursor() as cursor:  # the waits of a receipt without its attempt
                cursor.execute("UPDATE outreach_receiptrow SET look_at = now(), looked = least(looked, 2)")
            return Lane.objects.get(broadcast=row).delivered == 1

        sent(settled)
        assert smsc.phones.count("+84900000190") == 1
    attempt = Attempt.objects.get(lane__broadcast=row)
    assert (attempt.outcome, attempt.code, attempt.arrival, attempt.is_last) == (
        "taken", "smpp:timeout", "delivered", True,
    )  # fmt: skip
    assert tally(row)["taken"] == 1


def test_a_phone_without_an_answer_does_not_hold_up_the_others(cast: Cast) -> None:
    approver = standing(cast)
    people(300)
    subscribers(["+84900009990"])
    with centre(receipts=False) as smsc:
        smsc.tune(settings={**smsc.provider.settings, "timeout": 60})
        row = started(cast.coordinator, approved(cast, approver))

        def others_done() -> bool:
            return tally(row)["waiting"] <= 10 and Chunk.objects.filter(state=Chunk.State.WIRE).exists()

        sent(others_done, tempo=replace(QUICK, grace=0.2))
    assert tally(row)["taken"] >= 290


def test_an_uncertain_message_is_left_or_sent_again_as_the_lane_says(cast: Cast) -> None:
    """The link breaks before an answer: nobody knows. One lane leaves it, another repeats it after its minutes."""
    approver = standing(cast)
    subscribers(["+84900000193"])
    with centre(receipts=False) as smsc:
        left = started(cast.coordinator, approved(cast, approver))
        sent(is_done(left))
        assert tally(left)["unsure"] == 1
        assert Attempt.objects.get(lane__broadcast=left).is_last
        again = started(cast.coordinator, approved(cast, approver), unsure=Lane.Unsure.RESEND, unsure_minutes=0)
        sent(lambda: Attempt.objects.filter(lane__broadcast=again, is_last=True).exists())
        assert smsc.server.counts.submits == 1 + 6
    tries = list(Attempt.objects.filter(lane__broadcast=again).order_by("tries").values_list("tries", "outcome"))
    assert tries == [(number, "unsure") for number in range(1, 7)]


def test_a_wrong_password_pauses_the_provider_and_costs_nobody_a_try(cast: Cast) -> None:
    approver = standing(cast)
    people(25)
    with centre(password="dung") as smsc:
        row = started(cast.coordinator, approved(cast, approver))
        sent(lambda: Provider.objects.get(pk=smsc.provider.pk).paused_at is not None)
        smsc.provider.refresh_from_db()
        assert "smpp:0x0000000e" in smsc.provider.paused_reason
        assert not Attempt.objects.filter(lane__broadcast=row).exists()
        assert tally(row)["waiting"] == 25
        smsc.tune(settings={**smsc.provider.settings, "password": "dung"}, paused_at=None, paused_reason="")
        hurry(row)
        sent(is_done(row))
    assert outcomes(row) == {"taken": 25}


def test_a_provider_that_is_away_costs_nobody_a_try(cast: Cast) -> None:
    approver = standing(cast)
    people(25)
    with centre() as smsc:
        port = smsc.provider.settings["port"]
        smsc.tune(settings={**smsc.provider.settings, "port": 1, "patience": 0.1})
        row = started(cast.coordinator, approved(cast, approver))
        waited = clock.now()
        sent(lambda: Chunk.objects.filter(lane__broadcast=row, due_at__gt=waited).exists())
        assert tally(row)["waiting"] == 25
        smsc.provider.refresh_from_db()
        assert smsc.provider.away_at is not None
        assert smsc.provider.away_code == "smpp:link"
        smsc.tune(settings={**smsc.provider.settings, "port": port})
        hurry(row)
        sent(is_done(row))
        smsc.provider.refresh_from_db()
        assert smsc.provider.away_code == ""
    assert outcomes(row) == {"taken": 25}


def test_routine_messages_keep_the_hours_and_an_emergency_does_not(cast: Cast) -> None:
    approver = standing(cast)
    phones = people(30)
    closed = (clock.now().hour + 2) % 24
    SendingRules.objects.filter(pk=1).update(sms_from=closed, sms_until=closed)
    with centre() as smsc:
        routine = started(cast.coordinator, approved(cast, approver))
        urgent = started(approver, approved(cast, approver), emergency_reason="Đang có người mất tiền.")
        sent(is_done(urgent))
        assert smsc.phones.counts() == Counter(phones)
        assert tally(routine)["waiting"] == 30
        SendingRules.objects.filter(pk=1).update(sms_from=0, sms_until=24)
        sent(is_done(routine))
        assert set(smsc.phones.counts().values()) == {2}


def test_mail_goes_out_and_a_bounce_finds_it(cast: Cast, smtp_server: SmtpInbox) -> None:
    approver = standing(cast)
    subscribers([f"an{at}@vinhan.test" for at in range(8)], way=Way.EMAIL)
    where = {"host": smtp_server.host, "port": smtp_server.port, "bounce": "tra-lai@vinhan.test"}
    provider = outreach.provider(Way.EMAIL, sender="Công an tỉnh <canhbao@vinhan.test>", settings=where)
    warning = approved(cast, approver)
    made = {"warning": warning, "made_from": 1, "made_sha256": ""}
    Rendition.objects.create(kind=Rendition.Kind.EMAIL, title="Cảnh báo", text=TEXT, **made)
    row = started(cast.coordinator, settled(warning, approver), ways=(WayPlan(Way.EMAIL),))
    sent(is_done(row))
    assert tally(row)["taken"] == 8
    assert all(len(smtp_server.messages(f"an{at}@vinhan.test")) == 1 for at in range(8))
    attempt = Attempt.objects.filter(lane__broadcast=row)[0]
    assert attempt.ref == str(attempt.delivery_id)  # what a return path names
    events_keep(provider=provider, events=[Receipt(attempt.ref, Arrival.FAILED, "smtp:550 5.1.1", clock.now())])
    receipts_fold()
    assert Lane.objects.get(broadcast=row).undelivered == 1


def test_an_emergency_overtakes(cast: Cast) -> None:
    approver = standing(cast)
    people(600)
    with centre(answer_after=0.02) as smsc:
        routine = started(cast.coordinator, approved(cast, approver))
        urgent = started(approver, approved(cast, approver, title="Khẩn"), emergency_reason="Đang có người mất tiền.")
        sent(lambda: is_done(urgent)() and is_done(routine)())
        assert len(smsc.phones.counts()) == 600
    last = Chunk.objects.filter(lane__broadcast=urgent).order_by("-at")[0].at
    assert Chunk.objects.filter(lane__broadcast=routine).count() == 60
    assert Chunk.objects.filter(lane__broadcast=routine, at__lt=last).count() <= 7  # of the other slots


def test_a_daily_cap_is_never_passed(cast: Cast) -> None:
    approver = standing(cast)
    people(50)
    with centre() as smsc:
        smsc.tune(daily_cap=30)
        row = started(cast.coordinator, approved(cast, approver))
        sent(lambda: tally(row)["taken"] == 30)
        began = clock.now()
        sent(lambda: clock.now() - began > dt.timedelta(seconds=1))  # several looks at an empty purse
        assert tally(row) | {"total": 50} == {
            "taken": 30, "refused": 0, "unsure": 0, "skipped": 0, "waiting": 20, "total": 50,
        }  # fmt: skip
        smsc.tune(daily_cap=None)
        sent(is_done(row))
        assert set(smsc.phones.counts().values()) == {1}


def test_words_that_a_channel_cannot_carry_stop_their_broadcast_alone(cast: Cast) -> None:
    approver = standing(cast)
    people(12)
    with centre() as smsc:
        bad = started(cast.coordinator, approved(cast, approver))
        Lane.objects.filter(broadcast=bad).update(content={"text": " ", "sender": "CONGAN"})
        good = started(cast.coordinator, approved(cast, approver))
        sent(lambda: is_done(good)() and Broadcast.objects.get(pk=bad.pk).state == Broadcast.State.PAUSED)
        assert set(smsc.phones.counts().values()) == {1}
    bad.refresh_from_db()
    assert "SMS" in bad.reason
    assert tally(bad)["waiting"] == 12


def test_a_database_that_goes_away_in_mid_send_loses_nothing(cast: Cast) -> None:
    """Every connection of the sender is ended by the server, again and again, while results come in."""
    approver = standing(cast)
    phones = people(600)
    with centre(answer_after=0.03) as smsc:
        row = started(cast.coordinator, approved(cast, approver))
        cuts = 0

        def cut() -> bool:
            nonlocal cuts
            if cuts < 12:
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND application_name = 'canhgiac sender'"
                    )
                    cuts += cursor.fetchone()[0] > 0
            return cuts == 12 and is_done(row)() and Lane.objects.get(broadcast=row).delivered == 600

        sent(cut)
        assert smsc.phones.counts() == Counter(phones)
    assert tally(row)["taken"] == 600
    assert outcomes(row) == {"taken": 600}


def test_a_receipt_that_comes_before_its_attempt_waits_for_it(cast: Cast) -> None:
    approver = standing(cast)
    people(20)
    with centre(receipt_after=0.0, answer_after=0.2) as smsc:  # receipt at the very moment of the answer
        row = started(cast.coordinator, approved(cast, approver))

        def settled() -> bool:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE outreach_receiptrow SET look_at = now()")
            return Lane.objects.get(broadcast=row).delivered == 20

        sent(settled)
        assert smsc.server.counts.acknowledged == 20
    assert tally(row)["taken"] == 20


def test_a_sender_that_stopped_does_not_seem_alive(cast: Cast) -> None:
    """Its last sign of life comes before its end, however quickly they follow each other."""
    lively, alive = replace(QUICK, beat=0.005), SenderNode.objects.filter(ended_at=None)
    for _time in range(10):
        sent(alive.filter(seen_at__gt=F("started_at")).exists, tempo=lively)
        assert not alive.exists()
