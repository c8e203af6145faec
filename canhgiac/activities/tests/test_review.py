"""The superior accepts, one or many, or returns with a reason; nobody looks over their own."""

from __future__ import annotations

import pytest

from canhgiac.activities.models import Activity
from canhgiac.activities.services.record import ActivityRefused, ActivityStale, activity_edit, activity_record
from canhgiac.activities.services.review import activities_accept, activity_return
from canhgiac.agencies.models import Agency, Member, Notice, Role
from canhgiac.agencies.selectors import NotAllowed
from tests.factories import activities as make
from tests.factories import agencies, plans
from tests.factories.agencies import Cast

State = Activity.State
pytestmark = pytest.mark.django_db


@pytest.fixture
def school(cast: Cast) -> Agency:
    return agencies.agency(name="Trường Thử", parent=cast.department)


@pytest.fixture
def teacher(school: Agency) -> Member:
    someone = agencies.member(full_name="Cô Giáo", agency=school)
    agencies.role(someone, Role.Kind.OFFICER, school)
    return someone


def accepts(by: Member, row: Activity) -> bool:
    done = activities_accept(by=by, activities=[row])
    row.refresh_from_db()
    assert (row.state == State.ACCEPTED) == (done.accepted == 1)
    return done.accepted == 1


def test_who_may_accept(cast: Cast, teacher: Member) -> None:
    assert accepts(cast.coordinator, make.activity(by=teacher))
    assert accepts(cast.officer, make.activity(by=teacher))  # the department stands above the school
    for who in (cast.commune_officer, cast.auditor, cast.admin, cast.outsider, teacher):
        assert not accepts(who, make.activity(by=teacher))
    colleague = agencies.member(agency=teacher.agency)
    agencies.role(colleague, Role.Kind.OFFICER, teacher.agency)  # type: ignore[arg-type]
    assert not accepts(colleague, make.activity(by=teacher))  # an officer beside the recorder is no superior


def test_nobody_accepts_their_own(cast: Cast, school: Agency) -> None:
    own = activity_record(by=cast.coordinator, data=make.data(agency=school))
    done = activities_accept(by=cast.coordinator, activities=[own])
    assert done.accepted == 0
    assert "chính mình" in done.refused[0]
    with pytest.raises(NotAllowed, match="chính mình"):
        activity_return(by=cast.coordinator, activity=own, reason="Thiếu ảnh")


def test_whoever_runs_the_plan_may_accept_what_was_done_for_it(cast: Cast) -> None:
    standing = agencies.member(agency=cast.police)
    agencies.role(standing, Role.Kind.COORDINATOR, cast.police)
    task = plans.task(plans.plan(by=standing, agency=cast.police))
    plans.assignment(task, cast.department)
    assert accepts(standing, make.activity(by=cast.officer, tasks=(task.pk,)))
    assert not accepts(standing, make.activity(by=cast.officer))


def test_many_at_once_and_what_could_not_be(cast: Cast) -> None:
    good = [make.activity(by=cast.officer) for _ in range(3)]
    done = make.activity(by=cast.officer, state=State.ACCEPTED, title="Xong rồi")
    changed = make.activity(by=cast.officer, title="Vừa sửa")
    activity_edit(by=cast.officer, activity=changed, data=make.data(agency=cast.department, people=1), version=1)
    rows = [*good, done, changed]
    result = activities_accept(by=cast.coordinator, activities=rows, versions={row.pk: 1 for row in rows})
    assert result.accepted == 3
    assert len(result.refused) == 2
    assert any("đã được công nhận" in line for line in result.refused)
    assert any("Cán Bộ Sở" in line for line in result.refused)
    assert Activity.objects.filter(state=State.ACCEPTED, reviewed_by=cast.coordinator).count() == 3


def test_returned_told_fixed_and_sent_again(cast: Cast) -> None:
    row = make.activity(by=cast.officer)
    returned = activity_return(by=cast.coordinator, activity=row, reason=" Thiếu ảnh chụp. ", version=1)
    assert (returned.state, returned.return_reason) == (State.RETURNED, "Thiếu ảnh chụp.")
    notice = Notice.objects.get(kind="activities.activity_returned")
    assert notice.member == cast.officer
    assert "Thiếu ảnh chụp." in notice.body
    assert notice.link == f"/hoat-dong/{row.pk}/sua/"
    with pytest.raises(ActivityRefused, match="không ở bước xem xét"):
        activity_return(by=cast.coordinator, activity=row, reason="Lần nữa")
    assert not accepts(cast.coordinator, row)
    fixed = activity_edit(by=cast.officer, activity=row, data=make.data(agency=cast.department), version=2)
    assert (fixed.state, fixed.return_reason) == (State.SUBMITTED, "")
    assert accepts(cast.coordinator, row)
    assert [step.act for step in row.steps.all()] == ["accept", "edit", "return", "record"]


def test_a_return_needs_a_reason_the_right_and_the_present_version(cast: Cast) -> None:
    row = make.activity(by=cast.officer)
    with pytest.raises(ActivityRefused, match="lý do"):
        activity_return(by=cast.coordinator, activity=row, reason="  ")
    with pytest.raises(ActivityRefused, match="dài nhất"):
        activity_return(by=cast.coordinator, activity=row, reason="x" * 501)
    with pytest.raises(NotAllowed):
        activity_return(by=cast.commune_officer, activity=row, reason="Không phải việc của tôi")
    activity_edit(by=cast.officer, activity=row, data=make.data(agency=cast.department, people=1), version=1)
    with pytest.raises(ActivityStale, match="Cán Bộ Sở"):
        activity_return(by=cast.coordinator, activity=row, reason="Thiếu ảnh", version=1)


def test_an_accepted_one_can_still_be_returned(cast: Cast) -> None:
    row = make.activity(by=cast.officer, state=State.ACCEPTED)
    assert activity_return(by=cast.coordinator, activity=row, reason="Ảnh của việc khác").state == State.RETURNED


def test_the_return_of_a_recorder_who_left_reaches_the_agency(cast: Cast) -> None:
    row = make.activity(by=cast.officer)
    successor = agencies.member(agency=cast.department)
    agencies.role(successor, Role.Kind.OFFICER, cast.department)
    Member.objects.filter(pk=cast.officer.pk).update(is_active=False)
    activity_return(by=cast.coordinator, activity=row, reason="Thiếu ảnh")
    assert Notice.objects.get().member == successor
