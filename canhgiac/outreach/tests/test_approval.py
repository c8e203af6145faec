"""The way of a warning: handed in, returned, approved by a second person, issued, updated, cancelled, expired."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from canhgiac.agencies.models import Member, Province, Role
from canhgiac.agencies.selectors import NotAllowed, province
from canhgiac.kit import clock
from canhgiac.kit.sms import length
from canhgiac.kit.text import unmarked
from canhgiac.library.models import Checklist, OfficialMessage
from canhgiac.library.selectors.recognition import judge_now
from canhgiac.outreach.models import Broadcast, Lane, Rendition, Way
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.gates import GateState, gates
from canhgiac.outreach.selectors.generator import Source, generated
from canhgiac.outreach.selectors.linting import linter
from canhgiac.outreach.selectors.renditions import findings_of, is_behind, is_edited, renditions_of
from canhgiac.outreach.selectors.rules import sending_rules
from canhgiac.outreach.services.approval import (
    warning_approve,
    warning_return,
    warning_submit,
    warning_take_back,
)
from canhgiac.outreach.services.refusals import WarningRefused
from canhgiac.outreach.services.renditions import (
    rendition_add_language,
    rendition_drop_language,
    rendition_edit,
    rendition_remake,
)
from canhgiac.outreach.services.succession import (
    warning_cancel_begin,
    warning_issue,
    warning_update_begin,
    warnings_expire,
)
from canhgiac.outreach.services.warnings import WarningData, warning_edit
from tests.factories import agencies, outreach, recognition
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
Kind, State = Rendition.Kind, Alert.State
CHECKED: dict[str, Any] = {point: {"ok": True, "note": ""} for point in Checklist.values}


@pytest.fixture(autouse=True)
def ready(cast: Cast) -> Province:
    recognition.recognition_ready()
    row = province()
    row.name, row.domain, row.office = "tỉnh Vĩnh An", "canhgiac.vinhan.test", cast.police
    row.save()
    return row


def _approver(cast: Cast) -> Member:
    someone = agencies.member(agency=cast.police, full_name="Người Duyệt Thử")
    agencies.role(someone, Role.Kind.APPROVER, cast.police)
    return someone


def _written(by: Member, **given: Any) -> Alert:
    facts: dict[str, Any] = {
        "title": "Giả điện lực dọa cắt điện",
        "happens": "Kẻ xấu xưng nhân viên điện lực, dọa cắt điện rồi bảo cài một ứng dụng lạ.",
        "signs": "Gọi từ số di động.\nDọa cắt điện trong ngày.",
        "advice": "Không cài ứng dụng lạ.\nKhông đọc mã OTP cho ai.\nHỏi lại tổng đài ghi trên hóa đơn.",
        "expires_at": clock.now() + dt.timedelta(days=30),
    }
    return outreach.draft(by, **(facts | given))


def _approved(cast: Cast, **given: Any) -> Alert:
    row = _written(cast.coordinator, **given)
    row = warning_submit(by=cast.coordinator, warning=row, version=row.version)
    return warning_approve(by=_approver(cast), warning=row, checklist=CHECKED, note="", version=row.version)


def test_a_draft_has_a_rendition_for_every_channel_and_none_is_blocked(cast: Cast) -> None:
    row = _written(cast.coordinator)
    made = renditions_of(row)
    assert {one.kind for one in made} == set(Kind.values)
    assert not [one for many in findings_of(linter(), made).values() for one in many if one.blocks]
    plain = next(one for one in made if one.kind == Kind.SMS_PLAIN)
    assert plain.text.startswith("CANH BAO: ")
    assert plain.text.isascii()


def test_an_edited_rendition_stays_and_says_that_the_source_moved_on(cast: Cast) -> None:
    row = _written(cast.coordinator)
    sms = row.renditions.get(kind=Kind.SMS)
    text = "CẢNH BÁO: Điện lực không gửi link cài ứng dụng. Không cài. Hỏi lại: canhgiac.vinhan.test"
    sms = rendition_edit(by=cast.coordinator, rendition=sms, title="", text=text, version=sms.version)
    data = WarningData(title="Giả điện lực", happens="Chuyện khác hẳn.", advice="Không cài.", expires_at=row.expires_at)
    row = warning_edit(by=cast.coordinator, warning=row, data=data, version=row.version)
    sms.refresh_from_db()
    assert sms.text == text
    assert is_edited(sms)
    assert is_behind(sms, row)
    zalo = row.renditions.get(kind=Kind.ZALO)
    assert "Chuyện khác hẳn." in zalo.text
    assert not is_behind(zalo, row)
    sms = rendition_remake(by=cast.coordinator, rendition=sms, version=sms.version)
    assert "Chuyện khác hẳn." in sms.text
    assert not is_edited(sms)
    assert not is_behind(sms, row)


def test_handing_in_and_approving_leave_no_rendition_behind(cast: Cast) -> None:
    row = _approved(cast)
    assert row.version > row.words_version
    assert not [one for one in renditions_of(row) if is_behind(one, row)]


def test_a_translation_says_that_the_source_moved_on(cast: Cast) -> None:
    row = _written(cast.coordinator)
    kinds = ["sms", "portal"]
    made = rendition_add_language(by=cast.coordinator, warning=row, language="tyz", kinds=kinds, version=row.version)
    done = rendition_edit(by=cast.coordinator, rendition=made[0], title="", text="Au slip", version=made[0].version)
    assert not is_behind(done, row)
    data = WarningData(title="Giả điện lực", happens="Chuyện khác hẳn.", expires_at=row.expires_at)
    row = warning_edit(by=cast.coordinator, warning=row, data=data, version=row.version)
    assert is_behind(done, row)
    assert not is_behind(made[1], row), "the empty one waits for its translator"


def test_another_language_opens_empty_and_goes_again(cast: Cast) -> None:
    row = _written(cast.coordinator)
    made = rendition_add_language(by=cast.coordinator, warning=row, language="tyz", kinds=["sms"], version=row.version)
    assert [(one.kind, one.text) for one in made] == [("sms", "")]
    with pytest.raises(WarningRefused):
        rendition_add_language(by=cast.coordinator, warning=row, language="vi", kinds=["sms"], version=row.version)
    rendition_drop_language(by=cast.coordinator, warning=row, language="tyz")
    assert not row.renditions.filter(language="tyz").exists()


def test_a_writer_is_no_second_person_and_neither_is_a_stranger(cast: Cast) -> None:
    row = _written(cast.coordinator)
    row = warning_submit(by=cast.coordinator, warning=row, version=row.version)
    with pytest.raises(WarningRefused, match="người thứ hai"):
        warning_approve(by=cast.coordinator, warning=row, checklist=CHECKED, note="", version=row.version)
    with pytest.raises(NotAllowed):
        warning_approve(by=cast.officer, warning=row, checklist=CHECKED, note="", version=row.version)
    approver = _approver(cast)
    with pytest.raises(WarningRefused, match="danh mục"):
        warning_approve(by=approver, warning=row, checklist={}, note="", version=row.version)
    row = warning_return(by=approver, warning=row, note="Ghi rõ hơn.", version=row.version)
    assert (row.state, row.review_note) == (State.RETURNED, "Ghi rõ hơn.")
    row = warning_submit(by=cast.coordinator, warning=row, version=row.version)
    row = warning_take_back(by=cast.coordinator, warning=row, version=row.version)
    assert row.state == State.DRAFT


@pytest.mark.parametrize(
    ("given", "field"),
    [({"expires_at": None}, "expires_at"), ({"advice": ""}, "advice")],
)
def test_what_is_missing_stops_the_hand_in(cast: Cast, given: dict[str, Any], field: str) -> None:
    row = _written(cast.coordinator, **given)
    with pytest.raises(WarningRefused) as refused:
        warning_submit(by=cast.coordinator, warning=row, version=row.version)
    assert refused.value.field == field


def test_the_linter_stops_the_hand_in_and_names_the_channel(cast: Cast) -> None:
    row = _written(cast.coordinator)
    sms = row.renditions.get(kind=Kind.SMS)
    text = "CẢNH BÁO: xem ngay tại bit.ly/canhbao để cài ứng dụng chống lừa đảo. Hỏi lại: canhgiac.vinhan.test"
    rendition_edit(by=cast.coordinator, rendition=sms, title="", text=text, version=sms.version)
    with pytest.raises(WarningRefused, match="SMS có dấu") as refused:
        warning_submit(by=cast.coordinator, warning=row, version=row.version)
    assert refused.value.field == "renditions"


def test_an_issued_warning_is_numbered_known_and_frozen(cast: Cast) -> None:
    row = _approved(cast)
    assert row.number == f"CB-{clock.today().year}-1"
    row = warning_issue(by=cast.coordinator, warning=row)
    assert row.state == State.ISSUED
    assert warning_issue(by=cast.coordinator, warning=row).version == row.version
    plain = row.renditions.get(kind=Kind.SMS_PLAIN).text
    assert OfficialMessage.objects.filter(text=plain).exists()
    assert judge_now().judge(plain).official is not None
    with pytest.raises(WarningRefused):
        warning_edit(
            by=cast.coordinator, warning=row, data=WarningData(title="Khác", happens="Khác."), version=row.version
        )


def test_words_changed_behind_the_approval_do_not_leave(cast: Cast) -> None:
    row = _approved(cast)
    row.renditions.filter(kind=Kind.SMS).update(text="CẢNH BÁO: lời khác")
    with pytest.raises(WarningRefused, match="khác bản được duyệt"):
        warning_issue(by=cast.coordinator, warning=row)


def test_an_update_and_a_cancellation_end_what_they_refer_to(cast: Cast) -> None:
    first = warning_issue(by=cast.coordinator, warning=_approved(cast))
    update = warning_update_begin(by=cast.coordinator, warning=first)
    assert warning_update_begin(by=cast.coordinator, warning=first).pk == update.pk
    approver = _approver(cast)
    update = warning_submit(by=cast.coordinator, warning=update, version=update.version)
    update = warning_approve(by=approver, warning=update, checklist=CHECKED, note="", version=update.version)
    assert update.number == f"{first.number}/2"
    update = warning_issue(by=cast.coordinator, warning=update)
    first.refresh_from_db()
    assert first.state == State.SUPERSEDED
    assert update.renditions.get(kind=Kind.SMS_PLAIN).text.startswith("CAP NHAT: ")

    with pytest.raises(WarningRefused):
        warning_cancel_begin(by=cast.coordinator, warning=update, reason=" ")
    cancel = warning_cancel_begin(by=cast.coordinator, warning=update, reason="Tin báo ban đầu nhầm số.")
    cancel = warning_submit(by=cast.coordinator, warning=cancel, version=cancel.version)
    cancel = warning_approve(by=approver, warning=cancel, checklist=CHECKED, note="", version=cancel.version)
    warning_issue(by=cast.coordinator, warning=cancel)
    update.refresh_from_db()
    assert (update.state, update.end_reason) == (State.CANCELLED, "Tin báo ban đầu nhầm số.")
    text = cancel.renditions.get(kind=Kind.SMS_PLAIN).text
    assert text.startswith("THU HOI: Canh bao")
    assert "khong con dung" in text
    assert cancel.renditions.get(kind=Kind.NOTICE).title == f"Thu hồi cảnh báo: {first.title}"


@pytest.mark.parametrize(
    "title", ["Tin nhắn giả báo phạt nguội", "Giả nhân viên điện lực dọa cắt điện trong ngày " * 6]
)
def test_a_recall_says_in_one_sms_what_is_no_longer_right(title: str) -> None:
    places = ("Công an tỉnh Vĩnh An", "canhgiac.vinhan.example", "0900 000 156", title, "24/11/2026")
    why = ("Tin báo đầu tiên nhầm tên một công ty giao hàng đang làm ăn đàng hoàng ở tỉnh ta từ nhiều năm nay.",)
    source = Source("cancel", f"Thu hồi cảnh báo: {title}", why, (), ("Gọi lại số của chương trình.",), (), *places)
    text = generated(Kind.SMS_PLAIN, source).text
    assert length(text).parts == 1
    assert text.startswith(f'THU HOI: Canh bao "{unmarked(title)[:12]}')
    assert "gui ngay 24/11/2026 khong con dung." in text
    assert text.endswith("Hoi lai: canhgiac.vinhan.example hoac 0900 000 156")


def test_an_issued_warning_expires_by_the_clock_once(cast: Cast) -> None:
    row = warning_issue(by=cast.coordinator, warning=_approved(cast))
    assert warnings_expire() == 0
    Alert.objects.filter(pk=row.pk).update(expires_at=clock.now() - dt.timedelta(minutes=1))
    assert warnings_expire() == 1
    assert warnings_expire() == 0
    row.refresh_from_db()
    assert row.state == State.EXPIRED


def test_gates_say_what_they_saw(cast: Cast) -> None:
    row = _written(cast.coordinator)
    provider = outreach.provider(sender="CA VINH AN")
    night = dt.datetime(2026, 11, 22, 23, 10, tzinfo=clock.VIETNAM)
    findings = findings_of(linter(), renditions_of(row))
    found = {gate.code: gate for gate in gates(row, findings, [provider], sending_rules(), often=312, now=night)}
    assert found["second_person"].state == GateState.SHUT
    assert found["hours"].state == GateState.WAIT
    assert "07:00 23/11" in found["hours"].says
    assert found["often"].state == GateState.WAIT
    assert "312" in found["often"].says
    assert found["brandname"].state == GateState.OPEN
    assert found["alarm"].state == GateState.OPEN
    rushed = gates(row, findings, [provider], sending_rules(), often=312, now=night, is_emergency=True)
    assert {gate.code: gate.state for gate in rushed}["hours"] == GateState.OVER
    provider.sender = "0900000123"
    named = {gate.code: gate.state for gate in gates(row, findings, [provider], sending_rules(), now=night)}
    assert named["brandname"] == GateState.SHUT


def test_a_sending_stopped_before_it_began_holds_no_writer_back(client: Client, cast: Cast) -> None:
    row, wire = _approved(cast), outreach.provider()
    sending = Broadcast.objects.create(warning=row, made_by=cast.coordinator)
    lane = {"way": Way.SMS, "provider": wire, "content": {}}
    Lane.objects.create(broadcast=sending, rendition=row.renditions.get(kind=Kind.SMS), **lane)
    client.force_login(cast.coordinator)
    page = reverse("warning_detail", args=[row.pk])
    assert "Rút về sửa" not in client.get(page).content.decode()
    with pytest.raises(WarningRefused, match="Dừng hẳn đợt ấy"):
        warning_take_back(by=cast.coordinator, warning=row, version=row.version)
    Broadcast.objects.update(state=Broadcast.State.STOPPED)
    assert "Rút về sửa" in client.get(page).content.decode()
    assert warning_take_back(by=cast.coordinator, warning=row, version=row.version).state == State.DRAFT


def test_a_language_that_a_sending_has_used_is_not_dropped(cast: Cast) -> None:
    row, wire = _written(cast.coordinator), outreach.provider()
    kinds = [Kind.SMS_PLAIN.value]
    [tay] = rendition_add_language(by=cast.coordinator, warning=row, language="tyz", kinds=kinds, version=row.version)
    sending = Broadcast.objects.create(warning=row, made_by=cast.coordinator, state=Broadcast.State.STOPPED)
    Lane.objects.create(broadcast=sending, rendition=tay, way=Way.SMS, provider=wire, content={})
    with pytest.raises(WarningRefused, match="không bỏ được"):
        rendition_drop_language(by=cast.coordinator, warning=row, language="tyz")


def test_a_voice_of_a_person_is_not_claimed_for_words_made_anew(cast: Cast) -> None:
    row = _written(cast.coordinator)
    script = row.renditions.filter(kind=Kind.LOUDSPEAKER)
    script.update(audio_sha256="0" * 64, audio_seconds=9, audio_is_own=True)
    data = WarningData(title=row.title, happens="Kẻ xấu đổi cách nói.", advice=row.advice, expires_at=row.expires_at)
    warning_edit(by=cast.coordinator, warning=row, data=data, version=row.version)
    assert list(script.values_list("audio_sha256", "audio_is_own")) == [("", False)]
