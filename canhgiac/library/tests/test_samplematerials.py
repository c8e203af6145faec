"""The sample province's materials: taken by two agencies, one text withdrawn and answered by one of them."""

from __future__ import annotations

import pytest

from canhgiac.agencies.models import Member, Role
from canhgiac.library.models import Material, Pack, Taking
from canhgiac.library.selectors.takings import answered, takers_of
from canhgiac.library.services.samplematerials import LOUDSPEAKER_PACK, OFFICERS, sample_materials_load
from tests.factories import agencies, library
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast: Cast) -> tuple[Member, Member]:
    """Who writes and who approves; and the two officers."""
    library.library()
    approver = agencies.member(full_name="Người Duyệt", agency=cast.province)
    agencies.role(approver, Role.Kind.APPROVER, cast.province)
    for email, agency in zip(OFFICERS, (cast.department, cast.commune), strict=True):
        officer = agencies.member(email=email, agency=agency)
        agencies.role(officer, Role.Kind.OFFICER, agency)
    return cast.coordinator, approver


def test_the_sample_shows_every_way_of_a_material(people: tuple[Member, Member]) -> None:
    writer, approver = people
    assert sample_materials_load(writer=writer, approver=approver) == 4
    own = Material.objects.filter(created_by=writer)
    assert own.count() == 4
    assert own.filter(translation_of__isnull=False, published__isnull=False, language="en").count() == 1
    assert own.get(language="tyz").published is None
    old = own.get(kind="sms").editions.get()
    assert (old.state, answered(takers_of(old)).waiting) == ("withdrawn", 1)
    assert Taking.objects.values("agency").distinct().count() == 2
    assert Pack.objects.get().items.count() == len(LOUDSPEAKER_PACK) + 1
