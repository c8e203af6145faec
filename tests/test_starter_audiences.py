"""The library lies below the activities and may not ask them: that both name people alike is seen from outside."""

from __future__ import annotations

from canhgiac.activities.models import Audience
from canhgiac.library.services.starter import starter_forms


def test_the_forms_aim_at_audiences_that_activities_are_recorded_for() -> None:
    aimed = {target for form in starter_forms() for target in form.targets}
    assert aimed <= set(Audience.values)


def test_every_group_that_people_belong_to_is_aimed_at() -> None:
    aimed = {target for form in starter_forms() for target in form.targets}
    assert set(Audience.values) - aimed <= {Audience.SECURITY_STAFF, Audience.ORGANISATIONS}
