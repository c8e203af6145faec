"""Scores: sums by unit, small ones folded, harder lures weigh more, and nobody's name anywhere."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from canhgiac.agencies.models import Member
from canhgiac.training.models import Drill, DrillConsent, DrillTarget, DrillTrace
from canhgiac.training.selectors.drillscores import LEAST, Tally, drill_score, drill_trend, fold_small, score_rows
from tests.factories import agencies
from tests.factories import drills as made
from tests.factories.agencies import Cast

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PATHS = ("/1/", "/1/2/", "/1/2/3/", "/1/2/4/", "/1/5/", "/1/5/6/", "/1/7/")


def tally(count: int) -> Tally:
    made = Tally()
    for _number in range(count):
        made.count(weight=1, sent=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), clicked=None, reported=None)
    return made


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 12), min_size=len(PATHS), max_size=len(PATHS)))
def test_no_figure_is_of_fewer_than_five_and_none_can_be_had_by_subtraction(counts: list[int]) -> None:
    sizes = dict(zip(PATHS, counts, strict=True))
    shown = fold_small({path: tally(size) for path, size in sizes.items()})
    total = sum(sizes.values())
    assert all(one.sent >= LEAST for one, _folded in shown.values())
    assert sum(one.sent for one, _folded in shown.values()) == (total if total >= LEAST else 0)


def test_the_small_go_to_the_one_above() -> None:
    shown = fold_small({"/1/2/3/": tally(2), "/1/2/4/": tally(4), "/1/5/": tally(9), "/1/7/": tally(1)})
    assert {path: (one.sent, folded) for path, (one, folded) in shown.items()} == {"/1/5/": (9, 0), "/1/": (7, 4)}


@pytest.fixture
def drill(cast: Cast) -> Drill:
    """Ten of the department, two of the commune; six reported, two of them after a click; three clicked."""
    made.people(cast.department, 10)
    made.people(cast.commune, 2)
    row = made.running(cast, cast.department, cast.commune)
    targets = made.delivered(row)
    start = made.MORNING
    for number, target in enumerate(targets):
        if number < 6:
            target.reported_at = start + dt.timedelta(minutes=10 * (number + 1))
        if number in (4, 5, 9):
            target.clicked_at = start + dt.timedelta(minutes=5)
        target.save(update_fields=["reported_at", "clicked_at"])
    DrillTrace.objects.create(target=targets[0], maker="scanner", why="head")
    return row


@pytest.mark.django_db
def test_the_figures_are_right(drill: Drill, cast: Cast) -> None:
    score = drill_score(drill)
    assert score.whole is not None
    assert (score.whole.sent, score.whole.reported, score.whole.clicked, score.machines) == (12, 6, 3, 1)
    assert score.whole.median_minutes == 35
    assert score.whole.score == pytest.approx(100 * (4 + 2 * 0.5) / 12)
    [unit] = score.units
    assert (unit.agency, unit.tally.sent) == (cast.province, 12)
    step = drill_trend(cast.coordinator)[0]
    assert step.tally.report_percent == pytest.approx(50)
    assert drill_trend(cast.coordinator, agency=cast.commune) == []


@pytest.mark.django_db
def test_a_harder_lure_weighs_more(cast: Cast) -> None:
    hard = made.lure(cast, title="Khó", premise={"process": 8, "relevance": 8, "events": 8})
    easy = made.lure(cast, title="Dễ", premise={"training": 8})
    made.people(cast.department, 10)
    row = made.running(cast, lures=(hard, easy))
    targets = made.delivered(row)
    with connection.cursor() as cursor:  # lures are drawn by chance: five each here
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE training_drilltarget DISABLE TRIGGER USER")
        for number, target in enumerate(targets):
            lure = hard if number < 5 else easy
            cursor.execute("UPDATE training_drilltarget SET lure_id = %s WHERE id = %s", [lure.pk, target.pk])
        cursor.execute("ALTER TABLE training_drilltarget ENABLE TRIGGER USER")
    DrillTarget.objects.filter(lure=hard).update(reported_at=made.MORNING + dt.timedelta(minutes=3))
    score = drill_score(row).whole
    assert score is not None
    assert score.report_percent == 50
    assert score.score == pytest.approx(100 * 2.0 / 3.5)


@pytest.mark.django_db
def test_fewer_than_five_are_told_of_nowhere(cast: Cast) -> None:
    made.people(cast.department, 4)
    row = made.running(cast)
    made.delivered(row)
    score = drill_score(row)
    assert (score.whole, score.units, list(score_rows(score))) == (None, [], [])
    assert drill_trend(cast.coordinator) == []


@pytest.mark.django_db
def test_no_page_but_ones_own_holds_a_participants_name(drill: Drill, cast: Cast, client: Client) -> None:
    names = list(Member.objects.filter(full_name__startswith="Ẩn Danh Riêng").values_list("full_name", "email"))
    second = made.approver(cast)
    home = "/tap-huan/dien-tap"
    pages = [f"{home}/", f"{home}/{drill.pk}/", f"{home}/{drill.pk}/sua/", f"{home}/{drill.pk}/cuoc-goi/"]
    pages += [f"{home}/bao/", f"{home}/cua-toi/", f"{home}/moi/", f"{home}/moi/{drill.lures.get().pk}/"]
    for viewer in (cast.coordinator, second, cast.officer, cast.auditor, cast.admin, cast.outsider):
        client.force_login(viewer, backend=BACKEND)
        for path in pages:
            text = client.get(path).content.decode()
            assert not [one for one in names if one[0] in text or one[1] in text], path
    client.force_login(cast.coordinator, backend=BACKEND)
    cells = _cells(client, f"{home}/{drill.pk}/ket-qua.xlsx")
    assert "UBND tỉnh Thử Nghiệm" in cells
    assert not [one for one in names if one[0] in cells]
    listed = _cells(client, f"{home}/danh-sach.xlsx")
    assert {"Diễn tập tháng 10", "50"} <= set(listed)
    assert not [one for one in names if one[0] in listed]
    assert "Lịch trực đổi" in _cells(client, f"{home}/moi/danh-sach.xlsx")
    own = drill.targets.filter(reported_at__isnull=False).first()
    assert own is not None
    client.force_login(own.member, backend=BACKEND)
    assert own.member.full_name in client.get(f"{home}/cua-toi/").content.decode()


def _cells(client: Client, path: str) -> list[str]:
    book = load_workbook(io.BytesIO(b"".join(client.get(path).streaming_content)))  # type: ignore[attr-defined]
    return [str(cell.value) for row in book.active.iter_rows() for cell in row]  # type: ignore[union-attr]


@pytest.mark.django_db
def test_the_pages_ask_as_often_for_many_drills_as_for_one(drill: Drill, cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator, backend=BACKEND)

    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    asked("/tap-huan/dien-tap/")
    first = asked("/tap-huan/dien-tap/")
    for number in range(3):
        made.drill(cast, title=f"Đợt {number}", lures=tuple(drill.lures.all()))
    assert asked("/tap-huan/dien-tap/") == first
    assert asked(f"/tap-huan/dien-tap/{drill.pk}/") <= 60
    assert "Không có đợt nào khớp" in client.get("/tap-huan/dien-tap/?q=zzz").content.decode()
    assert "Đợt 1" in client.get("/tap-huan/dien-tap/?q=Đợt&sort=-ten").content.decode()


@pytest.mark.django_db
def test_it_is_planned_and_approved_on_its_pages(cast: Cast, client: Client) -> None:
    lure = made.lure(cast)
    made.people(cast.department, 6)
    client.force_login(cast.coordinator, backend=BACKEND)
    data = {
        "title": "Diễn tập quý", "purpose": "Tập báo tin", "agency": cast.province.name, "lures": [lure.pk],
        "units": cast.department.name, "starts_at": "2098-10-06T08:00", "ends_at": "2098-10-16T17:00",
    }  # fmt: skip
    home = "/tap-huan/dien-tap"
    bad = client.post(f"{home}/lap/", {**data, "units": "Đơn vị không có"})
    assert bad.status_code == 422
    foreign = {**data, "emails": "nguoi@ngoai.test", "targets": "nguoi@ngoai.test", "members": "1"}
    where = client.post(f"{home}/lap/", foreign).headers["Location"]
    row = Drill.objects.get()
    assert where == f"{home}/{row.pk}/"
    assert not DrillTarget.objects.exists()
    client.post(f"{where}viec/gui-duyet/", {"version": 1})
    client.post(f"{where}viec/duyet/", {"version": 1, "side": "office"})
    client.force_login(cast.outsider, backend=BACKEND)
    assert client.get(where).status_code == 403
    client.force_login(made.approver(cast), backend=BACKEND)
    assert "Duyệt cho đơn vị" in client.get(where).content.decode()
    client.post(f"{where}viec/duyet/", {"version": 1, "side": "unit", "words": "Được"})
    row.refresh_from_db()
    assert row.state == Drill.State.APPROVED
    assert row.approvals.count() == 2
    client.force_login(cast.coordinator, backend=BACKEND)
    client.post(f"{where}sua/", {**data, "title": "Diễn tập khác", "version": 1})
    row.refresh_from_db()
    assert (row.state, row.title) == (Drill.State.DRAFT, "Diễn tập khác")
    assert client.post(f"{where}viec/xoa/", {"version": 2}).status_code == 404


@pytest.mark.django_db
def test_a_member_says_yes_and_no_on_their_own_page(cast: Cast, client: Client) -> None:
    someone = agencies.member(agency=cast.department)
    client.force_login(someone, backend=BACKEND)
    page = client.get("/tap-huan/dien-tap/cua-toi/").content.decode()
    assert "Tôi đồng ý tham gia" in page
    client.post("/tap-huan/dien-tap/cua-toi/dong-y/", {"accepts": "yes", "member": cast.officer.pk})
    client.post("/tap-huan/dien-tap/cua-toi/dong-y/", {"accepts": "yes"})
    said = DrillConsent.objects.values_list("member", "accepts", "rule_version")
    assert list(said) == [(someone.pk, True, 1)]
    client.post("/tap-huan/dien-tap/cua-toi/dong-y/", {"accepts": "no"})
    assert said.order_by("-pk").first() == (someone.pk, False, 1)
