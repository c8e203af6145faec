"""Awards of contests become proposals for commendation, each once."""

from __future__ import annotations

import pytest

from canhgiac.activities.models import Commendation
from canhgiac.activities.services.awards import awards_propose
from canhgiac.training.models import Contest
from canhgiac.training.services.awards import award_propose
from tests.factories import contests
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


def test_an_award_makes_one_proposal_when_the_result_is_announced(cast: Cast) -> None:
    data = contests.contest_data(cast.department, cast.province_area)
    row = Contest.objects.create(
        **{name: getattr(data, name) for name in ("kind", "title", "rules", "agency", "area", "joins_from")},
        joins_until=data.joins_until, ends_on=data.ends_on, slug="thi", made_by=cast.coordinator, state="open",
    )  # fmt: skip
    someone = contests.joined(row, full_name="Nguyễn Thị Lan", shown_as="Lan 8A")
    Contest.objects.update(state="closed")
    award_propose(by=cast.coordinator, contest=row, name="Giải Nhất", position=1, reason="30/30", contestant=someone)
    assert awards_propose() == 0, "not announced yet"
    Contest.objects.update(state="announced")
    assert (awards_propose(), awards_propose()) == (1, 0)
    made = Commendation.objects.get()
    assert (made.nominee, made.nominee_kind, made.agency) == ("Nguyễn Thị Lan", "person", cast.department)
    assert made.achievement == f"Giải Nhất, {row.title}: 30/30"
    Commendation.objects.update(achievement="đã sửa")
    assert awards_propose() == 0, "a corrected one is not made again"
