"""A report is recognised by whichever door it comes, and the first one counts."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from canhgiac.agencies.models import Member
from canhgiac.kit import clock
from canhgiac.outreach.models import InboundMessage, Way
from canhgiac.training.models import DrillContact, DrillTarget
from canhgiac.training.selectors.drills import own_page
from canhgiac.training.services.drillconsents import (
    drill_consent_give,
    drill_contact_ask,
    drill_contact_drop,
)
from canhgiac.training.services.drillreports import reports_read, suspicion_report
from canhgiac.training.services.refusals import TrainingRefused
from tests.factories import drills as made
from tests.factories import outreach
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
PHONE = "+84900000777"


def mail(sender: str, text: str, *, ref: str = "") -> InboundMessage:
    box = outreach.provider(Way.EMAIL)
    return outreach.heard(box, sender, text, ref=ref)


@pytest.fixture
def sent(cast: Cast) -> list[DrillTarget]:
    """Three members got the mail an hour ago."""
    made.people(cast.department, 3)
    return made.delivered(made.running(cast), at=clock.now() - dt.timedelta(hours=1))


def test_the_button_knows_a_drills_message_by_link_and_by_words(sent: list[DrillTarget]) -> None:
    one, two, three = sent
    found = suspicion_report(by=one.member, text=f"Xem giúp: https://vinhan.test/dien-tap/{one.token}/?x=1")
    assert (found.kind, found.target) == ("drill", one)
    assert suspicion_report(by=one.member, text=f"/dien-tap/{one.token}/").kind == "known"
    assert suspicion_report(by=two.member, text="Fwd: LICH TRUC TUAN NAY da doi").kind == "drill"
    assert suspicion_report(by=three.member, text=f"dien-tap/{one.token}").kind == "other"
    assert suspicion_report(by=three.member, text="Công an gọi bảo cài ứng dụng").kind == "unknown"
    assert suspicion_report(by=three.member, text=f"dien-tap/{'A' * 24}").kind == "unknown"
    one.refresh_from_db()
    three.refresh_from_db()
    assert (one.report_door, three.reported_at) == ("button", None)


def test_a_forwarded_mail_counts_for_its_own_receiver_alone(sent: list[DrillTarget], cast: Cast) -> None:
    one, two, three = sent
    mine = mail(one.member.email.upper(), "Fwd: Lịch trực tuần này\nThư này lạ quá", ref="a")
    other = mail("nguoi-la@vinhan.test", f"Cái gì đây https://x/dien-tap/{two.token}/", ref="b")
    strange = mail(three.member.email, "Xin hỏi về giấy tờ", ref="c")
    assert reports_read() == 2
    assert reports_read() == 0
    for row in (one, two, three, mine, other, strange):
        row.refresh_from_db()
    assert (one.report_door, two.reported_at, three.reported_at) == ("email", None, None)
    assert (mine.act, other.act, strange.act) == ("drill", "drill", "kept")


def test_bao_by_sms_counts_from_a_proven_phone(cast: Cast) -> None:
    [member] = made.people(cast.department, 1)
    made.phone(member, PHONE)
    lure = made.lure(cast, way="sms")
    [target] = made.delivered(made.running(cast, lures=(lure,)), at=clock.now() - dt.timedelta(minutes=12))
    box = outreach.provider(Way.SMS)
    rows = [outreach.heard(box, sender, words) for sender, words in ((PHONE, "Báo"), ("+84900000778", "BAO"))]
    rows.append(outreach.heard(box, PHONE, "Bao giờ có lương"))
    assert reports_read() == 1
    target.refresh_from_db()
    assert target.report_door == "sms"
    assert target.reported_at is not None
    assert target.sent_at is not None
    assert dt.timedelta(minutes=11) < target.reported_at - target.sent_at < dt.timedelta(minutes=13)
    for row in rows:
        row.refresh_from_db()
    assert [row.act for row in rows] == ["drill", "kept", "kept"]


def test_an_address_is_proven_by_writing_from_it_and_never_typed(cast: Cast, client: Client) -> None:
    box = outreach.provider(Way.SMS)
    [member, thief] = made.people(cast.department, 2)
    with pytest.raises(TrainingRefused, match="quy tắc"):
        drill_contact_ask(by=cast.outsider, way="sms")
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    foreign = {"address": "+84911111111", "phone": "+84911111111", "email": "nguoi-khac@ngoai.test"}
    client.post("/tap-huan/dien-tap/cua-toi/dia-chi/sms/", foreign)
    row = DrillContact.objects.get(member=member)
    assert (row.address, row.proven_at) == ("", None)
    assert row.code
    outreach.heard(box, PHONE, f"dt {row.code}")
    assert reports_read() == 1
    row = DrillContact.objects.get(member=member)
    assert row.address == PHONE
    assert row.code is None
    stolen = drill_contact_ask(by=thief, way="sms")
    outreach.heard(box, PHONE, f"DT{stolen.code}")
    assert reports_read() == 0
    late = drill_contact_ask(by=thief, way="sms")
    DrillContact.objects.filter(pk=late.pk).update(code_until=clock.now() - dt.timedelta(minutes=1))
    outreach.heard(box, "+84900000779", f"DT {late.code}")
    assert reports_read() == 0
    drill_contact_drop(by=thief, way="sms")
    drill_consent_give(by=member, accepts=False)
    assert not DrillContact.objects.exists()


def test_a_report_first_is_best_and_after_a_click_it_still_counts(sent: list[DrillTarget]) -> None:
    one, two, three = sent
    now = clock.now()
    DrillTarget.objects.filter(pk=two.pk).update(clicked_at=now - dt.timedelta(minutes=50))
    DrillTarget.objects.filter(pk=three.pk).update(clicked_at=now)
    for row in (one, two):
        suspicion_report(by=row.member, text=f"dien-tap/{row.token}")
    told = {row.member_id: own_page(row.member).results for row in sent}
    assert "tốt nhất" in told[one.member_id][0].words
    assert told[one.member_id][0].minutes == 60
    assert "rồi báo tin" in told[two.member_id][0].words
    assert "chưa báo" in told[three.member_id][0].words


def test_a_message_that_waits_to_be_noticed_is_not_given_away(sent: list[DrillTarget], client: Client) -> None:
    member = Member.objects.get(pk=sent[0].member_id)
    assert own_page(member).results == []
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    text = client.get("/tap-huan/dien-tap/cua-toi/").content.decode()
    assert sent[0].token not in text
    answer = client.post("/tap-huan/dien-tap/bao/", {"text": f"dien-tap/{sent[0].token}"})
    assert "đây là tin diễn tập" in answer.content.decode()
    answer = client.post("/tap-huan/dien-tap/bao/", {"text": "Trúng thưởng xe máy, đóng phí trước"})
    assert "/bao-tin/gui/" in answer.content.decode()
    assert "Diễn tập tháng 10" in client.get("/tap-huan/dien-tap/cua-toi/").content.decode()
