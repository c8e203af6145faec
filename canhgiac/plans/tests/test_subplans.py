import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from canhgiac.agencies.models import Notice, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.plans.models import Body, Plan, SubPlanMatch
from canhgiac.plans.selectors.subplans import filings, sub_plan_matches, submission_deadline
from canhgiac.plans.services.subplans import sub_plan_compare, sub_plan_match_set, sub_plans_chase
from tests.factories import agencies, plans
from tests.factories.agencies import Cast

State = SubPlanMatch.State


@pytest.fixture
def cast(db: None) -> Cast:
    return agencies.cast()


@pytest.fixture
def parent(cast: Cast) -> Plan:
    """Three tasks for the commune, one for the department."""
    plan = plans.plan(by=cast.coordinator, agency=cast.province, title="Kế hoạch của tỉnh")
    for text, rule in (
        ("Chủ trì phát tờ rơi phòng ngừa lừa đảo đến 100% hộ gia đình trên địa bàn", "2026-06-10"),
        ("Tổ chức phát thanh bản tin cảnh báo trên hệ thống loa của xã mỗi tuần một lần", None),
        ("Lập danh sách cộng tác viên ở từng thôn và gửi về Công an tỉnh", "2026-03-01"),
    ):
        plans.assignment(plans.task(plan, text=text, due_rule=rule), cast.commune)
    plans.assignment(plans.task(plan, text="Tập huấn cho giáo viên các trường"), cast.department)
    return plan


def own_plan(cast: Cast, parent: Plan, *tasks: tuple[str, str | None], state: Plan.State = Plan.State.ISSUED) -> Plan:
    plan = plans.plan(by=cast.commune_officer, agency=cast.commune, parent=parent, state=state)
    for text, rule in tasks:
        plans.task(plan, text=text, due_rule=rule, lead="UBND xã")
    return plan


def states(plan: Plan) -> list[str]:
    return [match.state for match in sub_plan_matches(plan)]


def test_each_parent_task_of_the_agency_is_covered_weakened_or_missing(cast: Cast, parent: Plan) -> None:
    own = own_plan(
        cast,
        parent,
        ("Phát thanh bản tin cảnh báo trên hệ thống loa của xã mỗi tuần một lần", None),
        ("Chủ trì phát tờ rơi phòng ngừa lừa đảo đến 70% hộ gia đình trên địa bàn xã", "2026-06-01"),
    )

    assert sub_plan_compare(by=cast.commune_officer, sub_plan=own) == 3
    assert states(own) == [State.WEAKENED, State.COVERED, State.MISSING]
    assert "70 %" in sub_plan_matches(own)[0].reason


def test_a_task_without_a_day_is_undated_where_the_parent_sets_one(cast: Cast, parent: Plan) -> None:
    own = own_plan(cast, parent, ("Lập danh sách cộng tác viên ở từng thôn và gửi về Công an tỉnh", None))
    sub_plan_compare(by=cast.commune_officer, sub_plan=own)

    assert states(own) == [State.MISSING, State.MISSING, State.UNDATED]


def test_helping_where_the_parent_gives_the_lead_weakens(cast: Cast, parent: Plan) -> None:
    own = own_plan(cast, parent)
    task = plans.task(
        own,
        text="Phát tờ rơi phòng ngừa lừa đảo đến 100% hộ gia đình trên địa bàn",
        due_rule="2026-06-10",
        cooperating="UBND xã",
    )
    sub_plan_compare(by=cast.commune_officer, sub_plan=own)
    match = sub_plan_matches(own)[0]

    assert (match.state, match.task) == (State.WEAKENED, task)
    assert task.bodies.get().part == Body.Part.COOPERATE


def test_a_persons_judgement_outlives_a_new_comparison(cast: Cast, parent: Plan) -> None:
    own = own_plan(cast, parent, ("Treo băng rôn ở trụ sở", None))
    sub_plan_compare(by=cast.commune_officer, sub_plan=own)
    match = sub_plan_matches(own)[1]
    sub_plan_match_set(by=cast.coordinator, match=match, state=State.COVERED, task=own.tasks.get(), reason="Loa hỏng")

    sub_plan_compare(by=cast.coordinator, sub_plan=own)

    assert states(own) == [State.MISSING, State.COVERED, State.MISSING]
    assert sub_plan_matches(own)[1].confirmed_by == cast.coordinator


def test_others_may_not_compare_nor_judge(cast: Cast, parent: Plan) -> None:
    own = own_plan(cast, parent, ("Treo băng rôn ở trụ sở", None))
    sub_plan_compare(by=cast.commune_officer, sub_plan=own)

    for person in (cast.officer, cast.outsider, cast.admin):
        with pytest.raises(NotAllowed):
            sub_plan_compare(by=person, sub_plan=own)
    with pytest.raises(NotAllowed):
        sub_plan_match_set(
            by=cast.commune_officer, match=sub_plan_matches(own)[0], state=State.COVERED, task=None, reason=""
        )


def test_filings_name_who_has_filed_who_drafts_and_who_has_none(cast: Cast, parent: Plan) -> None:
    assert [(row.agency, row.standing, row.tasks) for row in filings(parent)] == [
        (cast.department, "chua-gui", 1),
        (cast.commune, "chua-gui", 3),
    ]
    own = own_plan(cast, parent, ("Treo băng rôn", None), state=Plan.State.DRAFT)
    assert filings(parent)[1].standing == "dang-soan"

    own.state, own.issued_at = Plan.State.ISSUED, dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    own.save()
    sub_plan_compare(by=cast.commune_officer, sub_plan=own)
    row = filings(parent)[1]
    assert (row.standing, row.counts[State.MISSING]) == ("da-gui", 3)


def test_filings_take_the_same_queries_for_many(
    cast: Cast, parent: Plan, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(5):
        other = agencies.agency(parent=cast.province)
        plans.assignment(parent.tasks.all()[0], other)
        plans.plan(by=cast.coordinator, agency=other, parent=parent)

    with django_assert_num_queries(3):
        assert len(filings(parent)) == 7


def test_the_nudge_goes_once_to_each_member_and_to_the_box_of_an_agency_without(cast: Cast, parent: Plan) -> None:
    bank = agencies.agency(name="Ngân hàng Thử", parent=cast.province, email="nganhang@thu.example")
    twice = agencies.agency(name="Sở Thử Hai", parent=cast.province)
    agencies.role(cast.officer, Role.Kind.OFFICER, twice)
    for other in (bank, twice):
        plans.assignment(parent.tasks.all()[0], other)
    own_plan(cast, parent, ("Treo băng rôn", None))

    assert sub_plans_chase(by=cast.coordinator, plan=parent) == 3
    assert sorted(Notice.objects.values_list("address", flat=True)) == sorted(
        [cast.officer.email, "nganhang@thu.example"]
    )
    with pytest.raises(NotAllowed):
        sub_plans_chase(by=cast.officer, plan=parent)


def test_the_day_for_filing_is_read_from_the_task_that_asks_for_plans(cast: Cast, parent: Plan) -> None:
    assert submission_deadline(parent) is None
    plans.task(
        parent, text="Xây dựng kế hoạch của địa phương, gửi về tỉnh", due_rule="2026-11-05", strictly_before=True
    )

    found = submission_deadline(parent)

    assert found is not None
    assert found.due == "trước ngày 05/11/2026"
