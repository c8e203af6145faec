"""Invitation, login, lock-out, second factor."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import identify_hasher
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from canhgiac.agencies import selectors, services
from canhgiac.agencies.models import AuditEntry, Invitation, Member, Notice, Role
from canhgiac.agencies.services import Refused
from canhgiac.agencies.services.notices import notice_message
from canhgiac.kit import clock
from tests.factories import agencies as make
from tests.factories.agencies import PASSWORD, Cast

LOGIN = "/tai-khoan/login/"


def invite(cast: Cast, email: str = "moi@thu.example") -> Invitation:
    return services.member_invite(
        by=cast.admin, email=email, full_name="Người Mới", kind=Role.Kind.OFFICER, agency=cast.department
    )


def link() -> str:
    """The path in the mail last queued."""
    mail = notice_message(Notice.objects.latest("pk"))
    found = re.search(r"https?://[^/]+(/loi-moi/\S+)", mail.get_content())
    assert found is not None
    return found[1]


def accept(path: str, password: str = PASSWORD) -> tuple[Client, int]:
    client = Client()
    told = {"full_name": "Người Mới", "password": password, "again": password}
    return client, client.post(path, told).status_code


def test_an_invited_person_sets_a_password_and_is_in(cast: Cast, settings: Any) -> None:
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[1:]  # as it is outside the tests
    invitation = invite(cast)
    path = link()
    key = path.split("/")[2]
    everything = str(list(Notice.objects.values())) + str(list(Invitation.objects.values()))
    assert key not in everything  # a copy of the database opens no invitation
    client, code = accept(path)
    assert code == 302
    assert client.get("/co-quan/").status_code == 200
    member = Member.objects.get(email="moi@thu.example")
    assert identify_hasher(member.password).algorithm == "argon2"
    assert selectors.has_role(member, Role.Kind.OFFICER, agency=cast.department)
    assert member.agency == cast.department
    invitation.refresh_from_db()
    assert invitation.accepted_at is not None
    assert accept(path)[1] == 404


@pytest.mark.parametrize("password", ["ngan", "password1234", "moi@thu.example", "Người Mới Đến"])
def test_a_weak_password_is_refused(cast: Cast, password: str) -> None:
    invite(cast)
    assert accept(link(), password)[1] == 422


def test_an_invitation_ends_by_time_by_withdrawal_and_by_a_newer_one(cast: Cast) -> None:
    invitation = invite(cast)
    first = link()
    services.invitation_resend(by=cast.admin, invitation=invitation)
    second = link()
    assert first != second
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    Invitation.objects.update(expires_at=clock.now() - dt.timedelta(seconds=1))
    assert Client().get(second).status_code == 404
    services.invitation_resend(by=cast.admin, invitation=invitation)
    services.invitation_withdraw(by=cast.admin, invitation=invitation)
    assert accept(link())[1] == 404
    with pytest.raises(Refused):
        services.invitation_resend(by=cast.admin, invitation=invitation)
    with pytest.raises(Refused):
        invite(cast, cast.officer.email.upper())
    with pytest.raises(selectors.NotAllowed):
        services.member_invite(
            by=cast.officer, email="x@thu.example", full_name="X", kind=Role.Kind.ADMIN, agency=cast.department
        )
    assert (Invitation.objects.get().expires_at - Invitation.objects.get().invited_at).days == 7


def test_signup_is_closed(db: None) -> None:
    told = {"email": "la@thu.example", "password1": PASSWORD, "password2": PASSWORD}
    Client().post(reverse("account_signup"), told)
    assert not Member.objects.exists()


def log_in(client: Client, email: str, password: str) -> int:
    return client.post(LOGIN, {"login": email, "password": password}).status_code


def test_login_is_written_to_the_log(cast: Cast) -> None:
    someone = make.member(email="vao@thu.example", password=PASSWORD)
    client = Client()
    assert log_in(client, "VAO@thu.example", PASSWORD) == 302
    row = AuditEntry.objects.get(act="agencies.login")
    assert (row.actor, row.facts) == (someone, {"method": "password"})


def test_eight_failures_lock_the_address_out(cast: Cast) -> None:
    make.member(email="khoa@thu.example", password=PASSWORD)
    client = Client()
    codes = [log_in(client, "khoa@thu.example", f"sai {number}") for number in range(8)]
    assert codes[:7] == [200] * 7
    locked = client.post(LOGIN, {"login": "khoa@thu.example", "password": PASSWORD})
    assert locked.status_code == 429
    assert "quá nhiều lần" in locked.content.decode()
    assert Client().post(LOGIN, {"login": "KHOA@thu.example", "password": PASSWORD}).status_code == 429
    assert client.get("/co-quan/").status_code == 302
    make.member(email="khac@thu.example", password=PASSWORD)
    assert log_in(Client(), "khac@thu.example", PASSWORD) == 302


def test_steering_roles_are_led_to_a_second_factor(cast: Cast, settings: Settings) -> None:
    settings.REQUIRE_MFA = True
    from allauth.mfa.models import Authenticator

    client = Client()
    client.force_login(cast.coordinator)
    answer = client.get("/co-quan/")
    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))
    assert client.get(reverse("mfa_index")).status_code == 200
    officer = Client()
    officer.force_login(cast.officer)
    assert officer.get("/co-quan/").status_code == 200
    Authenticator.objects.create(user=cast.coordinator, type=Authenticator.Type.WEBAUTHN, data={})
    assert client.get("/co-quan/").status_code == 200


def test_a_member_with_totp_needs_its_code(cast: Cast) -> None:
    someone = make.member(email="haibuoc@thu.example", password=PASSWORD)
    secret = generate_totp_secret()
    TOTP.activate(someone, secret)
    client = Client()
    answer = client.post(LOGIN, {"login": someone.email, "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get("/co-quan/").status_code == 302
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert client.get("/co-quan/").status_code == 200


def test_demo_logins_are_listed_in_demo_mode_only(db: None, settings: Settings) -> None:
    settings.DEMO = False
    assert "dieuphoi@vinhan.example" not in Client().get(LOGIN).content.decode()
    settings.DEMO = True
    page = Client().get(LOGIN).content.decode()
    assert "dieuphoi@vinhan.example" in page
    assert "canh-giac-2026" in page


def test_an_address_is_not_changed_by_its_owner(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.officer)
    assert client.get("/tai-khoan/email/")["Location"] == "/ban-lam-viec/"


def test_the_first_admin_comes_from_the_command_line(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_admin", "dau@thu.example", "Quản Trị Đầu Tiên")
    found = re.search(r"https?://[^/]+(/\S+)", capsys.readouterr().out)
    assert found is not None
    client = Client()
    path = client.get(found[1])["Location"]
    assert client.post(path, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 302
    assert log_in(Client(), "dau@thu.example", PASSWORD) == 302
    member = Member.objects.get(email="dau@thu.example")
    assert selectors.has_role(member, Role.Kind.ADMIN, agency=cast.commune)
    with pytest.raises(CommandError, match="địa chỉ thư"):
        call_command("create_admin", "không phải", "A")


def test_the_first_admin_needs_a_register(db: None) -> None:
    with pytest.raises(CommandError, match="register_province"):
        call_command("create_admin", "dau@thu.example", "A")
