"""Who sees which tasks; the filter, the search, the four faces of the list, the pages and the export."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from openpyxl import load_workbook

from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.plans.models import Assignment, Body, Obligation, Plan, ReviewState, Target, Task
from canhgiac.plans.selectors import tasks as select
from canhgiac.plans.selectors.tasklists import agencies_page, board, deadlines_page, tasks_page
from canhgiac.plans.selectors.tasks import TaskFilter, assignment_for, assignments_for, filtered
from canhgiac.plans.services.status import status_set
from tests.factories import agencies, plans
from tests.factories.agencies import Cast

Status = Assignment.Status
pytestmark = pytest.mark.django_db


def on(days: int) -> dt.date:
    return clock.today() + dt.timedelta(days=days)


@pytest.fixture
def plan(cast: Cast) -> Plan:
    return plans.plan(by=cast.coordinator, agency=cast.province)


@pytest.fixture
def shares(plan: Plan, cast: Cast) -> dict[str, Assignment]:
    """One assignment each: the department's, the commune's, the police's."""
    task = plans.task(plan, text="Phát tờ rơi đến từng hộ gia đình", lead="Các sở, ban, ngành")
    return {
        "department": plans.assignment(task, cast.department, due=on(-3)),
        "commune": plans.assignment(task, cast.commune, due=on(5)),
        "police": plans.assignment(plans.task(plan, text="Rà soát tài khoản nghi vấn"), cast.police),
    }


def seen(member: Member, **wanted: Any) -> set[int]:
    found = filtered(assignments_for(member), TaskFilter(**wanted), today=on(0))
    return set(found.values_list("pk", flat=True))


def login(member: Member) -> Client:
    client = Client()
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


# Who sees what ------------------------------------------------------------------------------------------------------


def test_one_door(shares: dict[str, Assignment], cast: Cast) -> None:
    everything = {row.pk for row in shares.values()}
    assert seen(cast.coordinator) == everything
    assert seen(cast.auditor) == everything
    assert seen(cast.officer) == {shares["department"].pk}
    assert seen(cast.commune_officer) == {shares["commune"].pk}
    assert seen(cast.admin) == set()
    assert seen(cast.outsider) == set()


def test_an_officer_covers_what_is_below_the_agency(plan: Plan, cast: Cast) -> None:
    school = agencies.agency(name="Trường Thử", parent=cast.department)
    own = plans.assignment(plans.task(plan), school)
    assert seen(cast.officer) == {own.pk}


def test_the_standing_office_sees_its_plan_at_its_peers(cast: Cast) -> None:
    """A coordinator at Công an tỉnh, whose plan gives tasks to departments that are not below it."""
    standing = agencies.member(agency=cast.police)
    agencies.role(standing, Role.Kind.COORDINATOR, cast.police)
    own = plans.plan(by=standing, agency=cast.police)
    others = plans.plan(by=cast.coordinator, agency=cast.province)
    given = plans.assignment(plans.task(own), cast.department)
    plans.assignment(plans.task(others), cast.department)
    below = plans.plan(by=cast.officer, agency=cast.department, parent=own)
    filed = plans.assignment(plans.task(below), cast.department)
    assert seen(standing) == {given.pk, filed.pk}


def test_a_commune_coordinator_does_not_see_the_province(shares: dict[str, Assignment], cast: Cast) -> None:
    local = agencies.member(agency=cast.commune)
    agencies.role(local, Role.Kind.COORDINATOR, cast.commune)
    assert seen(local) == {shares["commune"].pk}


def test_a_role_that_has_ended_sees_nothing(shares: dict[str, Assignment], cast: Cast) -> None:
    Role.objects.filter(member=cast.officer).update(valid_until=on(-1))
    assert seen(cast.officer) == set()


@pytest.mark.parametrize("state", [Plan.State.DRAFT, Plan.State.CLOSED, Plan.State.REPLACED])
def test_only_issued_plans_are_followed(shares: dict[str, Assignment], cast: Cast, state: Plan.State) -> None:
    Plan.objects.update(state=state)
    assert seen(cast.coordinator) == set()
    past = assignments_for(cast.coordinator, past=True).count()
    assert past == (0 if state == Plan.State.DRAFT else 3)


def test_refused_and_merged_tasks_are_gone(shares: dict[str, Assignment], cast: Cast) -> None:
    Task.objects.filter(pk=shares["police"].task_id).update(review=ReviewState.REJECTED)
    Task.objects.filter(pk=shares["commune"].task_id).update(merged_into=shares["police"].task)
    assert seen(cast.coordinator) == set()


def test_assignment_for_is_a_door_too(shares: dict[str, Assignment], cast: Cast) -> None:
    assert assignment_for(cast.officer, shares["department"].pk) == shares["department"]
    with pytest.raises(Http404):
        assignment_for(cast.officer, shares["commune"].pk)


# Filter and search --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"late": True}, {"department"}),
        ({"due_within": 7}, {"commune"}),
        ({"due_within": 3}, set()),
        ({"due_on": on(-3)}, {"department"}),
        ({"kind": Agency.Kind.POLICE_PROVINCE}, {"police"}),
        ({"status": Status.DONE}, set()),
        ({"part": Body.Part.COOPERATE}, set()),
        ({"modality": Task.Modality.REQUEST}, set()),
        ({"agency_words": "doi may"}, {"commune"}),
        ({"q": "tờ rơi"}, {"department", "commune"}),
        ({"q": "TO ROI"}, {"department", "commune"}),
        ({"q": "nghi v"}, {"police"}),
        ({"q": "tài khoản giáo dục"}, set()),
        ({"q": "giao duc"}, {"department"}),
        ({"q": "' & | ! ) ( :*"}, {"department", "commune", "police"}),
        ({"q": "tờ rơi", "late": True}, {"department"}),
    ],
)
def test_filter(shares: dict[str, Assignment], cast: Cast, wanted: dict[str, Any], expected: set[str]) -> None:
    assert seen(cast.coordinator, **wanted) == {shares[name].pk for name in expected}


def test_filter_by_agency_and_area_takes_what_is_below(shares: dict[str, Assignment], cast: Cast) -> None:
    assert seen(cast.coordinator, agency=cast.department) == {shares["department"].pk}
    assert len(seen(cast.coordinator, agency=cast.province)) == 3
    assert seen(cast.coordinator, area=cast.commune_area) == {shares["commune"].pk}


def test_words_glued_by_a_mark_are_found_each(plan: Plan, cast: Cast) -> None:
    own = plans.assignment(plans.task(plan, text="Gửi 214/KH-UBND đến các xã/phường 24/7"), cast.police)
    for words in ("phường", "xa/phuong", "214", "kh-ubnd", "ubnd 24/7"):
        assert seen(cast.coordinator, q=words) == {own.pk}


def test_filter_by_plan(shares: dict[str, Assignment], cast: Cast) -> None:
    other = plans.plan(by=cast.coordinator, agency=cast.province)
    own = plans.assignment(plans.task(other), cast.police)
    assert seen(cast.coordinator, plan=other) == {own.pk}


# The faces ----------------------------------------------------------------------------------------------------------


def test_tasks_page_counts_the_shares(shares: dict[str, Assignment], cast: Cast) -> None:
    status_set(by=cast.coordinator, assignment=shares["commune"], status=Status.DONE, version=1)
    first, second = tasks_page(assignments_for(cast.coordinator), today=on(0))
    assert (first.share.total, first.share.done, first.share.late, first.share.percent) == (2, 1, 1, 50)
    assert (first.chip.state, first.chip.text, first.only) == ("late", "1 chậm", None)
    assert (second.only, second.chip.state) == (shares["police"], "none")


@pytest.mark.parametrize(("sort", "first"), [("han", "A"), ("-han", "C"), ("ma", "B"), ("-ma", "C"), ("cham", "A")])
def test_tasks_page_sorts(plan: Plan, cast: Cast, sort: str, first: str) -> None:
    for text, due in (("B", 10), ("A", -2), ("C", 20)):
        plans.assignment(plans.task(plan, text=text), cast.police, due=on(due))
    assert tasks_page(assignments_for(cast.coordinator), today=on(0), sort=sort)[0].task.text == first


def test_pages_hold_every_task_once(plan: Plan, cast: Cast) -> None:
    rows = Task.objects.bulk_create(
        Task(plan=plan, position=n, code=f"NV{n}", text=f"Việc {n}", folded=fold(f"Việc {n}")) for n in range(120)
    )
    Assignment.objects.bulk_create(Assignment(task=row, agency=cast.police, part="lead") for row in rows)
    pages = [tasks_page(assignments_for(cast.coordinator), today=on(0), number=number) for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [50, 50, 20]
    assert len({row.task.pk for page in pages for row in page}) == 120
    assert pages[2].has_previous()
    assert not pages[2].has_next()
    assert tasks_page(assignments_for(cast.coordinator), today=on(0), number=99).number == 3


def test_every_face_tells_how_all_assignments_stand(shares: dict[str, Assignment], cast: Cast) -> None:
    for status in (Status.DONE, Status.DROPPED):
        plans.assignment(
            shares["police"].task, cast.department if status == Status.DONE else cast.commune, status=status
        )
    found = assignments_for(cast.coordinator)
    expected = select.counts(found, on(0))
    assert (expected.total, expected.done, expected.late, expected.soon, expected.dropped) == (5, 1, 1, 1, 1)
    assert board(found, today=on(0)).overview == expected
    for face in (tasks_page, agencies_page, deadlines_page):
        assert face(found, today=on(0)).overview == expected
        assert face(found.none(), today=on(0)).overview.total == 0


def test_agencies_page_puts_the_late_first(shares: dict[str, Assignment], cast: Cast) -> None:
    page = agencies_page(assignments_for(cast.coordinator), today=on(0))
    assert [row.agency for row in page] == [cast.department, cast.commune, cast.police]
    assert page[0].chip.state == "late"


def test_deadlines_page_goes_by_day_and_undated_last(shares: dict[str, Assignment], cast: Cast) -> None:
    shares["department"].reminders.create(due_date=on(-3), rung="nudge")
    page = deadlines_page(assignments_for(cast.coordinator), today=on(0))
    assert [row.rung for row in page] == [1, 0, 0]
    assert [row.assignment for row in page] == [shares["department"], shares["commune"], shares["police"]]


def test_board_groups_a_task_by_status(shares: dict[str, Assignment], cast: Cast) -> None:
    status_set(by=cast.coordinator, assignment=shares["commune"], status=Status.DONE, version=1)
    columns = {column.status: column for column in board(assignments_for(cast.coordinator), today=on(0)).columns}
    assert [column.total for column in columns.values()] == [2, 0, 1, 0]
    assert [column.more for column in columns.values()] == [0, 0, 0, 0]
    card = columns[Status.NOT_STARTED].cards[0]
    assert (card.task, card.only, card.chip.state) == (shares["department"].task, cast.department, "late")


def test_board_finds_tasks_behind_one_given_to_very_many(plan: Plan, cast: Cast) -> None:
    crowd = plans.task(plan, text="Mọi trường")
    schools = Agency.objects.bulk_create(
        Agency(name=f"Trường {n}", folded=f"truong {n}", kind="school", parent=cast.department, path=f"{n}x")
        for n in range(2000)
    )
    Assignment.objects.bulk_create(
        Assignment(task=crowd, agency=school, part="lead", due_date=on(-5)) for school in schools
    )
    single = plans.assignment(plans.task(plan, text="Một nơi"), cast.police, due=on(9))
    column = board(assignments_for(cast.coordinator), today=on(0)).columns[0]
    assert [(card.task, card.agencies) for card in column.cards] == [(crowd, 2000), (single.task, 1)]
    assert column.more == 0


# For the home page --------------------------------------------------------------------------------------------------


def test_overview(shares: dict[str, Assignment], cast: Cast) -> None:
    status_set(by=cast.coordinator, assignment=shares["police"], status=Status.DROPPED, note="thôi", version=1)
    counts = select.overview(cast.coordinator)
    assert (counts.total, counts.done, counts.late, counts.soon, counts.dropped) == (3, 0, 1, 1, 1)
    assert (counts.on_time, counts.counted) == (1, 2)


def test_my_work_is_grouped_by_urgency(plan: Plan, cast: Cast) -> None:
    rows = {days: plans.assignment(plans.task(plan), cast.department, due=on(days)) for days in (40, 7, 0, -1, -9)}
    undated = plans.assignment(plans.task(plan), cast.department)
    done = plans.assignment(plans.task(plan), cast.department)
    status_set(by=cast.officer, assignment=done, status=Status.DONE, version=1)
    work = select.my_work(cast.officer)
    assert [row.assignment for row in work.late] == [rows[-9], rows[-1]]
    assert [row.assignment for row in work.soon] == [rows[0], rows[7]]
    assert [row.assignment for row in work.rest] == [rows[40], undated]
    assert [change.assignment for change in work.done] == [done]
    assert select.my_work(cast.officer, limit=2).more == 4
    assert select.my_work(cast.coordinator).rows == []


def test_late_list_names_the_rung(plan: Plan, cast: Cast) -> None:
    first = plans.assignment(plans.task(plan), cast.department, due=on(-20))
    plans.assignment(plans.task(plan), cast.commune, due=on(-2))
    first.reminders.create(due_date=on(-20), rung="urge")
    first.reminders.create(due_date=on(-400), rung="superior")
    rows = select.late_list(cast.coordinator)
    assert [(row.days, row.rung, row.label) for row in rows] == [(20, 2, "Đã đôn đốc"), (2, 0, "Chưa nhắc")]
    assert [row.assignment.agency for row in select.late_list(cast.commune_officer)] == [cast.commune]


def test_upcoming_groups_by_task_and_day(plan: Plan, cast: Cast) -> None:
    task = plans.task(plan)
    plans.assignment(task, cast.department, due=on(2))
    plans.assignment(task, cast.commune, due=on(2))
    plans.assignment(plans.task(plan), cast.police, due=on(-2))
    coming = select.upcoming(cast.coordinator)
    assert [(row.due_date, row.task_id, row.agencies) for row in coming] == [(on(2), task.pk, 2)]


# Pages --------------------------------------------------------------------------------------------------------------

FACES = ["", "?xem=bang", "?xem=co-quan", "?xem=han", "?q=to+roi", "?cham=on&trong=7&page=9&sort=zzz&ke_hoach=x&han=1"]
LISTS = [f"/nhiem-vu/{face}" for face in FACES] + ["/viec-cua-toi/", "/lich/", "/lich/?xem=danh-sach"]


@pytest.mark.parametrize("path", [*LISTS, "/chi-tieu/", "/che-do-bao-cao/", "/lich/dang-ky/"])
def test_pages_open_for_everyone_and_show_each_only_their_own(
    shares: dict[str, Assignment], cast: Cast, path: str
) -> None:
    for member in cast.everyone.values():
        assert login(member).get(path).status_code == 200
    assert login(cast.officer).get(path).content.decode().find("UBND xã Đồi Mây") == -1
    assert Client().get(path).status_code == 302


def test_detail_shows_others_progress_to_the_coordinator_alone(shares: dict[str, Assignment], cast: Cast) -> None:
    path = f"/nhiem-vu/{shares['department'].task_id}/"
    whole = login(cast.coordinator).get(path).content.decode()
    assert cast.department.name in whole
    assert cast.commune.name in whole
    own = login(cast.officer).get(path).content.decode()
    assert cast.department.name in own
    assert cast.commune.name not in own
    assert "còn giao cho 1 cơ quan khác" in own
    assert login(cast.officer).get(f"/nhiem-vu/{shares['police'].task_id}/").status_code == 404
    assert login(cast.outsider).get(path).status_code == 404


def test_detail_shows_the_words_of_the_document(shares: dict[str, Assignment], cast: Cast) -> None:
    task = shares["police"].task
    task.plan.directive.text = "Mở đầu. 3. Rà soát tài khoản nghi vấn; báo cáo hằng tháng. Kết thúc."
    task.plan.directive.save()
    task.span_start, task.span_end = 8, 58
    task.save()
    page = login(cast.coordinator).get(f"/nhiem-vu/{task.pk}/").content.decode()
    assert "3. Rà soát tài khoản nghi vấn; báo cáo hằng tháng." in page


@pytest.mark.parametrize("path", LISTS)
def test_the_number_of_queries_does_not_follow_the_rows(
    plan: Plan, cast: Cast, path: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        task = plans.task(plan, text=f"Phát tờ rơi đợt {number}", lead="Các sở, ban, ngành", due_rule="--06-10")
        for agency in (cast.department, cast.commune, cast.police):
            plans.assignment(task, agency, due=on(number - 6))
    for member in (cast.coordinator, cast.officer):
        client = login(member)
        with django_assert_max_num_queries(24):
            client.get(path)


def test_detail_queries_do_not_follow_the_agencies(plan: Plan, cast: Cast, django_assert_max_num_queries: Any) -> None:
    task = plans.task(plan)
    for number in range(30):
        agency = agencies.agency(name=f"Trường số {number}", parent=cast.department)
        status_set(by=cast.coordinator, assignment=plans.assignment(task, agency), status=Status.DONE, version=1)
    client = login(cast.coordinator)
    with django_assert_max_num_queries(24):
        client.get(f"/nhiem-vu/{task.pk}/")


def test_export_holds_the_filtered_rows(shares: dict[str, Assignment], cast: Cast) -> None:
    status_set(by=cast.officer, assignment=shares["department"], status=Status.IN_PROGRESS, note="=1+1", version=1)
    client = login(cast.coordinator)
    response = client.get("/nhiem-vu/xuat.csv?q=to+roi")
    rows = list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert [row[5] for row in rows[1:]] == [cast.department.name, cast.commune.name]
    assert rows[1][-2:] == ["3", "'=1+1"]
    book = load_workbook(io.BytesIO(client.get("/nhiem-vu/xuat.xlsx").getvalue()))
    assert book.active is not None
    assert book.active.max_row == 4
    assert login(cast.outsider).get("/nhiem-vu/xuat.csv").getvalue().count(b"\n") == 1


# Acts through the pages ---------------------------------------------------------------------------------------------


def status_path(row: Assignment) -> str:
    return f"/nhiem-vu/viec/{row.pk}/trang-thai/"


def test_status_by_form_and_by_htmx(shares: dict[str, Assignment], cast: Cast) -> None:
    row, client = shares["department"], login(cast.officer)
    data = {"trang_thai": "in_progress", "phien_ban": 1, "ghi_chu": "đang in", "ve": "/viec-cua-toi/"}
    assert client.post(status_path(row), data).headers["Location"] == "/viec-cua-toi/"
    row.refresh_from_db()
    assert row.status == Status.IN_PROGRESS
    stale = client.post(status_path(row), data, headers={"HX-Request": "true"}).content.decode()
    assert 'role="alert"' in stale
    fresh = client.post(
        status_path(row), {**data, "trang_thai": "done", "phien_ban": 2}, headers={"HX-Request": "true"}
    )
    assert "Hoàn tác" in fresh.content.decode()
    undone = client.post(f"/nhiem-vu/viec/{row.pk}/hoan-tac/", headers={"HX-Request": "true"}).content.decode()
    assert "Đã hoàn tác" in undone
    row.refresh_from_db()
    assert row.status == Status.IN_PROGRESS


def test_status_of_anothers_assignment_is_not_found(shares: dict[str, Assignment], cast: Cast) -> None:
    data = {"trang_thai": "done", "phien_ban": 1}
    assert login(cast.officer).post(status_path(shares["commune"]), data).status_code == 404
    assert login(cast.auditor).post(status_path(shares["commune"]), data).status_code == 403


def test_the_way_back_stays_on_this_site(shares: dict[str, Assignment], cast: Cast) -> None:
    data = {"trang_thai": "done", "phien_ban": 1, "ve": "//evil.example/"}
    assert login(cast.officer).post(status_path(shares["department"]), data).headers["Location"] == "/viec-cua-toi/"


def test_many_by_form(shares: dict[str, Assignment], cast: Cast) -> None:
    ticked = [f"{row.pk}:1" for row in shares.values()]
    client = login(cast.coordinator)
    client.post("/nhiem-vu/trang-thai/", {"viec": ticked, "trang_thai": "done"})
    assert Assignment.objects.filter(status=Status.DONE).count() == 3
    for wrong in ({}, {"viec": "x"}, {"viec": "1:2:3", "trang_thai": "done"}, {"viec": ticked, "trang_thai": "zzz"}):
        assert client.post("/nhiem-vu/trang-thai/", wrong).status_code == 302
    assert login(cast.officer).post("/nhiem-vu/trang-thai/", {"viec": ticked, "trang_thai": "done"}).status_code == 403


def test_urging_by_form(shares: dict[str, Assignment], cast: Cast) -> None:
    data = {"viec": f"{shares['department'].pk}:1", "loi_nhan": "Gấp giúp.", "ve": "/nhiem-vu/?xem=han"}
    page = login(cast.coordinator).post("/nhiem-vu/don-doc/", data, follow=True).content.decode()
    assert "Đã đôn đốc 1 việc." in page
    assert shares["department"].reminders.get().rung == "urge"
    assert login(cast.officer).post("/nhiem-vu/don-doc/", data).status_code == 403


# Targets and reports ------------------------------------------------------------------------------------------------


def test_targets_and_reports_with_owner_and_next_day(plan: Plan, cast: Cast) -> None:
    plans.assignment(plans.task(plan), cast.department)
    Target.objects.create(
        plan=plan, position=1, code="CT1", text="100% tổ dân phố được phát tờ rơi", value=100, unit="%",
        owner=cast.commune, due_date=on(9),
    )  # fmt: skip
    Obligation.objects.create(
        plan=plan, position=1, code="BC1", text="Báo cáo kết quả", period="P6M", due_rule="--12-10", reporter="Các sở"
    )
    day = clock.next_occurrence("--12-10", on(-1))
    assert day is not None
    for member in (cast.coordinator, cast.officer):
        targets = login(member).get("/chi-tieu/?q=to+dan+pho&sort=-owner").content.decode()
        assert f"{on(9):%d/%m/%Y}" in targets
        assert "100% tổ dân phố" in targets
        assert f"{day:%d/%m/%Y}" in login(member).get("/che-do-bao-cao/?sort=owner").content.decode()
    assert "100% tổ dân phố" not in login(cast.commune_officer).get("/chi-tieu/").content.decode()
    assert b"UBND x" in login(cast.coordinator).get("/chi-tieu/xuat.csv").getvalue()
    assert login(cast.coordinator).get("/che-do-bao-cao/xuat.xlsx").getvalue()[:2] == b"PK"
