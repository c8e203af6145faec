"""The staff home: what each role sees of it, and what it leaves out."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from canhgiac.activities.models import Activity
from canhgiac.agencies.models import Role
from canhgiac.front.selectors import Nav, desk, part_for
from canhgiac.front.selectors.desk import AGENCY, COMMUNE
from canhgiac.front.selectors.parts import fortnight, late
from canhgiac.front.selectors.wanted import wanted_for
from canhgiac.kit import clock
from canhgiac.plans.models import Assignment, Plan
from tests.factories import activities, agencies, plans
from tests.factories.agencies import Cast

NOW = wanted_for("")


@pytest.fixture
def cast(db: None) -> Cast:
    return agencies.cast()


@pytest.fixture
def plan(cast: Cast) -> Plan:
    """Late for the department, due in three days for the commune."""
    plan = plans.plan(by=cast.coordinator, agency=cast.province, title="Kế hoạch của tỉnh")
    today = clock.today()
    overdue = plans.task(plan, text="Tập huấn cho giáo viên")
    soon = plans.task(plan, text="Phát tờ rơi")
    plans.assignment(overdue, cast.department, due=today - dt.timedelta(days=2))
    plans.assignment(soon, cast.commune, due=today + dt.timedelta(days=3))
    return plan


def test_a_coordinator_sees_figures_late_ones_and_who_filed_no_plan(cast: Cast, plan: Plan) -> None:
    seen = desk(cast.coordinator, NOW)

    tasks, reports, communes, targets = seen.figures
    assert (tasks.value, tasks.total) == (1, 2)
    assert [note.text for note in tasks.notes] == ["1 quá hạn", "1 đến hạn trong 7 ngày"]
    assert (reports.value, communes.title, targets.value) == (None, "Xã, phường đã đến", None)
    assert [item.text for item in seen.mine.items] == ["2 đơn vị chưa gửi kế hoạch riêng"]
    waiting = late(cast.coordinator, NOW)
    assert [(line.agency, line.days, line.label) for line in waiting.lines] == [(cast.department.name, 2, "Chưa nhắc")]
    days = fortnight(cast.coordinator, NOW)
    assert [(day.date, [entry.text for entry in day.entries]) for day in days] == [
        (clock.today() + dt.timedelta(days=3), ["Phát tờ rơi"])
    ]


def test_an_officer_sees_only_the_own_agencys_work(cast: Cast, plan: Plan) -> None:
    seen = desk(cast.officer, NOW)

    assert [item.text for item in seen.mine.items] == ["Tập huấn cho giáo viên"]
    assert (seen.figures[0].total, seen.wide, seen.may_upload) == (1, False, False)
    assert seen.layout == AGENCY
    page = Client()
    page.force_login(cast.officer)
    html = page.get("/ban-lam-viec/").content.decode()
    assert "Tập huấn cho giáo viên" in html
    assert "Phát tờ rơi" not in html
    assert "Phát tờ rơi" not in page.get("/ban-lam-viec/lich/").content.decode()


def test_a_commune_officer_also_sees_its_residential_groups(cast: Cast, plan: Plan) -> None:
    seen = desk(cast.commune_officer, NOW)

    assert seen.commune == cast.commune
    assert seen.layout == COMMUNE
    assert "Tổ dân phố, thôn đã đến" in [figure.title for figure in seen.figures]


@pytest.mark.parametrize("role", ["coordinator", "officer", "commune_officer", "auditor", "admin", "outsider"])
def test_every_role_gets_a_page_whole_and_in_parts(cast: Cast, plan: Plan, role: str) -> None:
    page = Client()
    page.force_login(cast.everyone[role])

    assert page.get("/ban-lam-viec/").status_code == 200
    assert page.get("/ban-lam-viec/?day-du=1").status_code == 200
    for part in ("cham-han", "chi-tieu", "dia-ban", "to-dan-pho", "hoat-dong", "ky-nay", "can-sua", "lich"):
        assert page.get(f"/ban-lam-viec/{part}/").status_code == 200, part
    assert page.get("/ban-lam-viec/khong-co/").status_code == 404


@pytest.mark.parametrize(
    ("kind", "told"),
    [("admin", "Không có số liệu ở bàn làm việc"), ("approver", "Không còn gì chờ bạn")],
)
def test_a_role_without_figures_is_told_where_to_go(cast: Cast, plan: Plan, kind: str, told: str) -> None:
    someone = agencies.member(agency=cast.province)
    agencies.role(someone, Role.Kind(kind), cast.province)
    client = Client()
    client.force_login(someone)

    shown = client.get("/ban-lam-viec/").content.decode()

    assert told in shown
    assert ("Thành viên, vai trò" in shown) == (kind == "admin")


def test_the_visitor_is_sent_to_the_login(db: None) -> None:
    for path in ("/ban-lam-viec/", "/ban-lam-viec/lich/", "/ban-lam-viec/in.pdf", "/ban-lam-viec/xuat.xlsx"):
        assert Client().get(path)["Location"].startswith("/tai-khoan/login/")


def test_a_filter_that_makes_no_sense_is_left_out(cast: Cast, plan: Plan) -> None:
    page = Client()
    page.force_login(cast.coordinator)

    html = page.get("/ban-lam-viec/?ky=vo-nghia&don_vi=999999&ke_hoach=x&dia_ban=-1&thua=1").content.decode()
    assert "Năm báo cáo này" in html
    narrowed = page.get(f"/ban-lam-viec/?dia_ban={cast.commune_area.pk}").content.decode()
    assert f"Đang xem: {cast.commune_area.name}." in narrowed
    assert f"/ban-lam-viec/lich/?dia_ban={cast.commune_area.pk}" in narrowed


def test_the_figures_follow_the_filter(cast: Cast, plan: Plan) -> None:
    other = plans.plan(by=cast.coordinator, agency=cast.province, title="Kế hoạch khác")
    plans.assignment(plans.task(other), cast.commune, due=clock.today())

    whole, narrowed = desk(cast.coordinator, NOW), desk(cast.coordinator, wanted_for("", plan=other))
    assert (whole.figures[0].total, narrowed.figures[0].total) == (3, 1)
    there = desk(cast.coordinator, wanted_for("", area=cast.commune_area))
    assert there.figures[0].total == 2
    assert there.figures[2].title == "Tổ dân phố, thôn đã đến"


def test_a_province_without_anything_says_what_to_do_next(cast: Cast) -> None:
    page = Client()
    page.force_login(cast.coordinator)

    html = page.get("/ban-lam-viec/").content.decode()
    assert "Chưa có kế hoạch nào" in html
    assert "/ke-hoach/tai-len/" in html


def test_the_navigation_offers_what_the_roles_can_use(cast: Cast) -> None:
    def labels(member: object) -> set[str]:
        return {item.label for group in Nav(member, "/ban-lam-viec/") for item in group.items}  # type: ignore[arg-type]

    assert {"Việc của tôi", "Kế hoạch"} <= labels(cast.officer)
    assert "Nhật ký" not in labels(cast.officer)
    assert {"Nhật ký", "Chỉ tiêu"} <= labels(cast.auditor)
    assert "Thành viên" in labels(cast.admin)


def test_each_entry_of_the_assistant_opens_to_whom_it_is_shown(cast: Cast) -> None:
    pages = ("assistant_home", "duty_list", "call_list", "gap_list")
    for member in cast.everyone.values():
        page = Client()
        page.force_login(member)
        shown = {item.url for group in Nav(member, "/ban-lam-viec/") for item in group.items}
        for url in map(reverse, pages):
            assert (page.get(url).status_code == 200) is (url in shown), (url, member)


def test_who_keeps_providers_has_the_way_to_them(cast: Cast) -> None:
    """Whose menu names the page may add to it; the page's own button says who may."""
    there = reverse("provider_list")
    named = set()
    for kind, member in cast.everyone.items():
        page = Client()
        page.force_login(member)
        shown = [item for group in Nav(member, there) for item in group.items if item.active]
        if there in {item.url for item in shown}:
            named.add(kind)
            assert len(shown) == 1
            assert reverse("provider_create", args=["smpp"]) in page.get(there).content.decode()
    assert named == {"admin", "coordinator"}


def test_more_work_takes_no_more_queries(
    cast: Cast, plan: Plan, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        other = agencies.agency(parent=cast.province)
        share = plans.assignment(
            plans.task(plan, text=f"Việc {number}"), other, due=clock.today() - dt.timedelta(days=number)
        )
        assert share.status == Assignment.Status.NOT_STARTED

    with django_assert_max_num_queries(45):
        assert desk(cast.coordinator, NOW).figures[0].total == 14
    with django_assert_max_num_queries(6):
        assert late(cast.coordinator, NOW).total == 12


@pytest.mark.parametrize(
    ("part", "most"),
    [("cham-han", 6), ("chi-tieu", 8), ("dia-ban", 11), ("hoat-dong", 4), ("ky-nay", 4), ("can-sua", 5), ("lich", 12)],
)
def test_every_part_takes_the_same_few_queries_for_one_row_and_for_many(
    cast: Cast, plan: Plan, part: str, most: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        commune = agencies.area(parent=cast.province_area)
        body = agencies.agency(parent=cast.province, area=commune)
        share = plans.task(plan, text=f"Việc {number}")
        plans.assignment(share, body, due=clock.today() + dt.timedelta(days=number - 3))
        activities.activity(by=cast.coordinator, agency=body, state=Activity.State.ACCEPTED, people=10)

    with django_assert_max_num_queries(most):
        assert part_for(cast.coordinator, part, NOW).is_read


def test_the_weeks_and_the_places_count_what_was_accepted(cast: Cast, plan: Plan) -> None:
    activities.activity(by=cast.commune_officer, agency=cast.commune, state=Activity.State.ACCEPTED, people=30)
    activities.activity(by=cast.commune_officer, agency=cast.commune)

    drawn = part_for(cast.coordinator, "hoat-dong", NOW).data
    assert drawn.series[0].values[-1] == 1
    reached = part_for(cast.coordinator, "dia-ban", NOW).data
    assert (reached.reached, len(reached.rows)) == (1, 1)
    own = part_for(cast.commune_officer, "ky-nay", NOW).data
    assert [(row.label, row.now, row.before) for row in own.rows] == [("Hoạt động", 1, 0), ("Lượt người", 30, None)]
    bare = part_for(cast.commune_officer, "can-sua", NOW).data
    assert (bare.bare_total, bare.returned) == (2, [])


def test_pages_are_in_vietnamese_until_the_reader_chooses(cast: Cast) -> None:
    page = Client(headers={"accept-language": "en-US,en;q=0.9"})
    page.force_login(cast.officer)

    assert "Bàn làm việc" in page.get("/ban-lam-viec/").content.decode()
    page.post("/i18n/setlang/", {"language": "en", "next": "/ban-lam-viec/"})
    assert '<html lang="en"' in page.get("/ban-lam-viec/").content.decode()
