"""The staff home says what waits in the warning loop."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from canhgiac.agencies.models import Member, Role
from canhgiac.front.selectors.watch import watch
from canhgiac.kit import clock
from tests.factories import agencies, tips
from tests.factories import indicators as factory
from tests.factories.agencies import Cast


def with_role(cast: Cast, kind: Role.Kind) -> Member:
    member = agencies.member(agency=cast.province)
    agencies.role(member, kind, cast.province)
    return member


def test_without_a_vault_the_officer_is_told_first(cast: Cast, client: Client) -> None:
    officer = with_role(cast, Role.Kind.TIP_OFFICER)
    waits = watch(officer)
    assert waits is not None
    assert [one.icon for one in waits] == ["key"]
    client.force_login(officer)
    assert "chưa nhận được tin báo" in client.get("/ban-lam-viec/").content.decode()


def test_golden_hour_stands_before_the_rest(cast: Cast, client: Client) -> None:
    held = tips.vault_made(cast)
    tips.tip(sent_money_at=clock.now() - dt.timedelta(hours=1))
    tips.tip()
    with CaptureQueriesContext(connection) as seen:
        waits = watch(held.officer)
    assert len(seen) <= 9
    assert waits is not None
    assert [(one.count, one.alarm) for one in waits[:2]] == [(1, True), (2, False)]
    client.force_login(held.officer)
    page = client.get("/ban-lam-viec/").content.decode()
    assert "tin báo trong giờ vàng" in page
    assert "?xem=gio-vang" in page


def test_an_approver_sees_what_a_second_person_decides(cast: Cast) -> None:
    from canhgiac.indicators.services.requests import request_prepare, request_submit

    officer, approver = with_role(cast, Role.Kind.TIP_OFFICER), with_role(cast, Role.Kind.APPROVER)
    indicator = factory.indicator(factory.key("phone"))
    row = request_prepare(by=officer, kind="subscriber", indicator=indicator, addressee="Nhà mạng thử")
    request_submit(by=officer, request=row, version=row.version)
    waits = watch(approver)
    assert waits is not None
    assert [(one.count, one.label) for one in waits] == [(1, "yêu cầu chờ ký")]
    assert not [one for one in watch(officer) or [] if one.label == "yêu cầu chờ ký"], "nobody signs the own request"


@pytest.mark.parametrize("kind", [Role.Kind.OFFICER, Role.Kind.AUDITOR])
def test_others_have_no_such_list(cast: Cast, kind: Role.Kind) -> None:
    assert watch(with_role(cast, kind)) is None
