import datetime as dt

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from canhgiac.front.selectors import Nav, desk
from canhgiac.kit import clock
from canhgiac.plans.models import Assignment, Plan
from tests.factories import agencies, plans
from tests.factories.agencies import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    return agencies.cast()


@pytest.fixture
def plan(cast: Cast) -> Plan:
    """Late for the department, due in three days for the commune."""
    plan = plans.plan(by=cast.coordinator, agency=cast.province, title="Kế hoạch của tỉnh")
    today = clock.today()
    late = plans.task(plan, text="Tập huấn cho giáo viên")
    soon = plans.task(plan, text="Phát tờ rơi")
    plans.assignment(late, cast.department, due=today - dt.timedelta(days=2))
    plans.assignment(soon, cast.commune, due=today + dt.timedelta(days=3))
    return plan


def test_a_coordinator_sees_figures_late_ones_and_who_filed_no_plan(cast: Cast, plan: Plan) -> None:
    seen = desk(cast.coordinator)

    assert (seen.overview.total, seen.overview.late, seen.overview.soon) == (2, 1, 1)
    assert [row.assignment.agency for row in seen.late] == [cast.department]
    assert [row.text for row in seen.upcoming] == ["Phát tờ rơi"]
    assert (seen.filing_plan, seen.filing.total, seen.filing.filed) == (plan, 2, 0)


def test_an_officer_sees_only_the_own_agencys_work(cast: Cast, plan: Plan) -> None:
    seen = desk(cast.officer)

    assert [item.text for item in seen.mine] == ["Tập huấn cho giáo viên"]
    assert (seen.overview.total, seen.wide, seen.may_upload) == (1, False, False)
    page = Client()
    page.force_login(cast.officer)
    html = page.get("/").content.decode()
    assert "Tập huấn cho giáo viên" in html
    assert "Phát tờ rơi" not in html


@pytest.mark.parametrize("role", ["coordinator", "officer", "commune_officer", "auditor", "admin", "outsider"])
def test_every_role_gets_a_page(cast: Cast, plan: Plan, role: str) -> None:
    page = Client()
    page.force_login(cast.everyone[role])

    assert page.get("/").status_code == 200


def test_the_visitor_is_sent_to_the_login(db: None) -> None:
    assert Client().get("/")["Location"].startswith("/tai-khoan/login/")


def test_the_navigation_offers_what_the_roles_can_use(cast: Cast) -> None:
    def labels(member: object) -> set[str]:
        return {item.label for group in Nav(member, "/") for item in group.items}  # type: ignore[arg-type]

    assert {"Việc của tôi", "Kế hoạch"} <= labels(cast.officer)
    assert "Nhật ký" not in labels(cast.officer)
    assert {"Nhật ký", "Chỉ tiêu"} <= labels(cast.auditor)
    assert "Thành viên" in labels(cast.admin)


def test_more_work_takes_no_more_queries(
    cast: Cast, plan: Plan, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        other = agencies.agency(parent=cast.province)
        share = plans.assignment(
            plans.task(plan, text=f"Việc {number}"), other, due=clock.today() - dt.timedelta(days=number)
        )
        assert share.status == Assignment.Status.NOT_STARTED

    with django_assert_max_num_queries(24):
        assert desk(cast.coordinator).overview.total == 14


def test_pages_are_in_vietnamese_until_the_reader_chooses(cast: Cast) -> None:
    page = Client(headers={"accept-language": "en-US,en;q=0.9"})
    page.force_login(cast.officer)

    assert "Bàn làm việc" in page.get("/").content.decode()
    page.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert '<html lang="en"' in page.get("/").content.decode()
