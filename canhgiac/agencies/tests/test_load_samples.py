import datetime as dt

import pytest
from django.core.management import call_command

from canhgiac.agencies import selectors, services
from canhgiac.agencies.models import Agency, AgencySuccession, Area, Member, Role

pytestmark = pytest.mark.django_db


def test_the_invented_province_loads_once() -> None:
    call_command("load_samples")
    assert services.samples_load() is False
    province = Area.objects.get(code="99")
    assert Area.objects.filter(parent=province, level=Area.Level.COMMUNE).count() == 64
    today = selectors.agencies_on(dt.date(2026, 11, 1))
    assert today.filter(kind=Agency.Kind.PEOPLES_COMMITTEE_COMMUNE).count() == 64
    assert today.filter(kind=Agency.Kind.POLICE_COMMUNE).count() == 64
    assert not today.filter(name="Sở Thông tin và Truyền thông").exists()
    assert not today.filter(kind=Agency.Kind.PEOPLES_COMMITTEE_DISTRICT).exists()
    coordinator = Member.objects.get(email="dieuphoi@vinhan.example")
    assert selectors.agencies_of(coordinator, Role.Kind.COORDINATOR).count() == Agency.objects.count()
    assert coordinator.check_password("canh-giac-2026")


def test_every_abolished_body_has_a_successor() -> None:
    services.samples_load()
    ended = Agency.objects.exclude(valid_until=None)
    assert ended.count() > 20
    assert set(ended) == {row.predecessor for row in AgencySuccession.objects.select_related("predecessor")}


def test_registering_a_province_again_adds_nothing() -> None:
    services.samples_load()
    again = services.province_register(by=None, province=Area.objects.get(code="99"))
    assert again.agencies == 0
