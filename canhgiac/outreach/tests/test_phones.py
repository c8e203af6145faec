"""A member's own phone: a code by the real line, tries that run out, who sees what, and a trial that goes there."""

from __future__ import annotations

import datetime as dt
import logging
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from canhgiac.agencies.models import AuditEntry, Member, MemberPhone, Notice
from canhgiac.agencies.selectors.phones import TRIES, own_phone, phone_masked
from canhgiac.agencies.services import member_deactivate, phone_prove, phones_forget
from canhgiac.agencies.services.phones import CODE_LASTS, CODES, CODES_TO
from canhgiac.kit import clock, sms
from canhgiac.outreach.models import Attempt, Chunk, Delivery, Rendition, Way
from canhgiac.outreach.selectors.trials import own_addresses
from canhgiac.outreach.services.phones import phone_code_send
from canhgiac.outreach.services.refusals import ProviderRefused, WarningRefused
from canhgiac.outreach.services.templates import PHONE_CODE, template_content
from canhgiac.outreach.services.trials import trial_send
from tests.factories import outreach, recognition
from tests.factories.agencies import Cast

from .sending import centre, sent, standing
from .test_broadcast_pages import lawful
from .test_trials import key_of

pytestmark = pytest.mark.django_db
PHONE, OTHER = "+84900000123", "+84900000124"


@pytest.fixture(autouse=True)
def _empty(db: None) -> None:
    outreach.deliveries_empty()


def asked(member: Member, typed: str = "0900 000 123") -> str:
    """The code that went to the number."""
    phone_code_send(by=member, number=typed)
    return str(Delivery.objects.order_by("-pk")[0].fields[1])


def owns(member: Member, typed: str = "0900 000 123") -> None:
    assert phone_prove(by=member, code=asked(member, typed))


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.django_db(transaction=True)
def test_a_code_comes_by_sms_at_any_hour_and_a_trial_goes_to_the_number(
    client: Client, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    recognition.recognition_ready()
    warning = lawful(cast, standing(cast))
    outreach.night()
    client.force_login(cast.coordinator)
    page = reverse("phone_own")
    with centre() as smsc:
        trial = reverse("trial_create", args=[warning.pk])
        assert "xác nhận số của tôi" in text(client.get(trial))
        assert "Đã gửi mã" in text(client.post(page, {"number": "0900.000.123"}, follow=True))
        sent(Attempt.objects.exists)
        [got] = smsc.phones.messages(PHONE)
        code = re.search(r"\d{6}", got.text)
        assert code is not None
        assert own_addresses(Way.SMS, cast.coordinator) == {}, "not before the code was typed"
        assert client.post(reverse("phone_own_prove"), {"code": wrong(code[0])}).status_code == 422
        assert "Đã xác nhận" in text(client.post(reverse("phone_own_prove"), {"code": code[0]}, follow=True))
        assert "số của tôi: 0900 000 123" in text(client.get(trial))
        key = key_of(warning, Rendition.Kind.SMS_PLAIN)
        assert "Đã đưa tin thử" in text(client.post(trial, {"key": key}, follow=True))
        sent(lambda: Attempt.objects.count() == 2)
        assert sum("[Thu]" in one.text for one in smsc.phones.messages(PHONE)) == 1
    assert code[0] not in caplog.text
    assert PHONE[3:] not in caplog.text


def test_the_sms_is_one_part_of_plain_letters(cast: Cast) -> None:
    standing(cast)
    content = template_content(PHONE_CODE, Way.SMS, "en", outreach.provider())["text"].replace("{1}", "123456")
    assert (sms.length(content).alphabet, sms.length(content).parts) == (sms.GSM7, 1)


def test_a_code_ends_with_its_time_with_five_wrong_ones_and_with_a_newer_one(cast: Cast) -> None:
    outreach.provider()
    member = cast.officer
    code = asked(member)
    assert code.encode() not in bytes(MemberPhone.objects.get().code_digest or b"")
    for _try in range(TRIES):
        assert not phone_prove(by=member, code=wrong(code))
    assert not phone_prove(by=member, code=code), "too many wrong ones"
    assert own_phone(member).asked == ""
    newer = asked(member)
    assert not phone_prove(by=cast.auditor, code=newer), "another member's"
    MemberPhone.objects.update(code_until=clock.now() - dt.timedelta(seconds=1))
    assert not phone_prove(by=member, code=newer), "its time is over"
    first, last = asked(member), asked(member, "0900 000 124")
    assert first == last or not phone_prove(by=member, code=first), "only the newest works, for its number alone"
    assert phone_prove(by=member, code=last)
    assert own_phone(member).number == "0900 000 124"
    assert not phone_prove(by=member, code=last), "once"


def test_codes_are_limited_by_member_and_by_number(cast: Cast) -> None:
    outreach.provider()
    for typed in ("1900 1234", "0243 825 1234", "x"):
        with pytest.raises(WarningRefused, match="di động"):
            phone_code_send(by=cast.officer, number=typed)
    for _time in range(CODES_TO.most):
        asked(cast.officer)
    with pytest.raises(WarningRefused, match="Số này đã nhận đủ mã"):
        asked(cast.auditor)
    for last in range(CODES.most - CODES_TO.most):
        asked(cast.officer, f"0900 000 30{last}")
    with pytest.raises(WarningRefused, match="trong một ngày"):
        asked(cast.officer, "0900 000 399")
    assert Chunk.objects.count() == CODES.most


def test_without_a_provider_nothing_is_kept(client: Client, cast: Cast) -> None:
    with pytest.raises(ProviderRefused):
        phone_code_send(by=cast.officer, number=PHONE)
    assert not MemberPhone.objects.exists()
    client.force_login(cast.officer)
    assert "Chưa gửi được SMS" in text(client.get(reverse("phone_own")))
    assert client.post(reverse("phone_own"), {"number": PHONE}).status_code == 422


def test_a_number_handed_on_is_the_last_ones(cast: Cast) -> None:
    outreach.provider()
    owns(cast.officer)
    with pytest.raises(WarningRefused, match="đã được xác nhận là của bạn"):
        asked(cast.officer)
    owns(cast.auditor)
    assert own_addresses(Way.SMS) == {PHONE: cast.auditor.pk}
    assert Notice.objects.get().member == cast.officer
    acts = list(AuditEntry.objects.filter(act__startswith="agencies.phone").order_by("seq").values_list("act", "facts"))
    assert [act for act, _facts in acts] == ["agencies.phone_prove", "agencies.phone_handed_on", "agencies.phone_prove"]
    assert "900000123" not in str(acts)


def test_others_see_it_masked_and_it_goes_when_its_owner_says_or_leaves(client: Client, cast: Cast) -> None:
    outreach.provider()
    owns(cast.officer)
    client.force_login(cast.admin)
    page = text(client.get(reverse("member_detail", args=[cast.officer.pk])))
    assert "0900 *** 123" in page
    assert "900000123" not in page.replace(" ", "")
    assert "000 123" not in text(client.get(reverse("phone_own"))), "everybody's page is their own"
    client.force_login(cast.officer)
    assert "0900 000 123" in text(client.get(reverse("phone_own")))
    asked(cast.officer, "0900 000 124")
    assert "Còn 5 lần nhập" in text(client.get(reverse("phone_own")))
    client.post(reverse("phone_own_drop"), {"so": "cho"})
    assert own_addresses(Way.SMS, cast.officer) == {PHONE: cast.officer.pk}, "the proven one stays"
    client.post(reverse("phone_own_drop"))
    assert not MemberPhone.objects.exists()
    assert AuditEntry.objects.filter(act="agencies.phone_drop").count() == 1
    owns(cast.officer)
    member_deactivate(by=cast.admin, member=cast.officer)
    assert phone_masked(cast.officer) == ""
    client.logout()
    assert client.get(reverse("phone_own")).status_code == 302


def test_a_number_whose_code_nobody_typed_is_forgotten(cast: Cast) -> None:
    outreach.provider()
    owns(cast.officer)
    asked(cast.officer, "0900 000 124")
    asked(cast.auditor, "0900 000 125")
    assert phones_forget(now=clock.now()) == 0
    assert phones_forget(now=clock.now() + CODE_LASTS) == 2
    assert list(MemberPhone.objects.values_list("number", "asked")) == [(PHONE, "")]


def test_the_own_phone_comes_before_the_one_of_drills(cast: Cast, warning_ready: Any) -> None:
    outreach.provider()
    outreach.proven(cast.coordinator, OTHER)
    owns(cast.coordinator)
    assert list(own_addresses(Way.SMS, cast.coordinator)) == [PHONE, OTHER]
    key = key_of(warning_ready, Rendition.Kind.SMS_PLAIN)
    trial_send(by=cast.coordinator, warning=warning_ready, key=key, to="0900 000 123")
    with pytest.raises(WarningRefused, match="Số của tôi"):
        trial_send(by=cast.coordinator, warning=warning_ready, key=key, to="0900 000 777")


@pytest.fixture
def warning_ready(cast: Cast) -> Any:
    recognition.recognition_ready()
    return lawful(cast, standing(cast))
