"""Who may open which page, how many queries a list takes, and that every page renders."""

from __future__ import annotations

import datetime as dt
import time

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from canhgiac.agencies import services
from canhgiac.agencies.models import Agency, Area, Member, Role
from tests.factories import agencies as make
from tests.factories.agencies import Cast

ALL = {"coordinator", "officer", "commune_officer", "auditor", "admin", "outsider"}


def as_(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def opened(cast: Cast, path: str) -> set[str]:
    """The people for whom the page answers 200."""
    codes = {name: as_(member).get(path).status_code for name, member in cast.everyone.items()}
    assert set(codes.values()) <= {200, 403, 404}, codes
    return {name for name, code in codes.items() if code == 200}


def test_each_page_opens_for_its_roles_only(cast: Cast) -> None:
    commune, area = cast.commune.pk, cast.commune_area.pk
    pages = {
        reverse("agency_list"): ALL,
        reverse("agency_export", args=["csv"]): ALL,
        reverse("agency_suggest") + "?parent=doi": ALL,
        reverse("agency_detail", args=[commune]): ALL,
        reverse("agency_create"): {"admin"},
        reverse("agency_edit", args=[commune]): {"admin"},
        reverse("agency_close", args=[commune]): {"admin"},
        reverse("agency_merge"): {"admin"},
        reverse("agency_import"): {"admin"},
        reverse("area_list"): ALL,
        reverse("area_list") + "?q=doi": ALL,
        reverse("area_suggest") + "?area=doi": ALL,
        reverse("area_detail", args=[area]): ALL,
        reverse("member_list"): {"admin", "coordinator", "auditor"},
        reverse("member_export", args=["xlsx"]): {"admin", "coordinator", "auditor"},
        reverse("member_detail", args=[cast.officer.pk]): {"admin", "coordinator", "auditor"},
        reverse("member_invite"): {"admin"},
        reverse("audit_list"): {"admin", "auditor"},
        reverse("audit_export", args=["csv"]): {"admin", "auditor"},
        reverse("notice_list"): ALL,
        reverse("token_list"): ALL,
    }
    assert {path: opened(cast, path) for path in pages} == pages


def test_nobody_gets_in_without_a_login(db: None) -> None:
    for name in ("agency_list", "area_list", "member_list", "audit_list", "notice_list", "token_list"):
        answer = Client().get(reverse(name))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/tai-khoan/login/")


def test_a_refusal_says_which_role_is_missing(cast: Cast) -> None:
    answer = as_(cast.officer).get(reverse("agency_create"))
    assert answer.status_code == 403
    assert "Quản trị viên" in answer.content.decode()


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_lists_take_the_same_queries_for_one_row_and_for_many(cast: Cast) -> None:
    client = as_(cast.admin)
    paths = [reverse(name) for name in ("agency_list", "member_list", "audit_list", "area_list", "notice_list")]
    paths.append(reverse("agency_detail", args=[cast.province.pk]))
    for path in paths:
        client.get(path)
    services.notice_send(kind="agencies.thu", subject="Một", body="B", member=cast.admin)
    services.audit_record(by=cast.admin, act="agencies.thu", subject=cast.police)
    before = {path: queries(client, path) for path in paths}
    for _number in range(3):
        someone = make.member(agency=cast.department)
        make.role(someone, Role.Kind.OFFICER, cast.department)
        make.agency(parent=cast.province, aliases=("Tên khác",))
        make.area(parent=cast.province_area)
        make.area(level=Area.Level.PROVINCE)
        services.audit_record(by=someone, act="agencies.thu", subject=someone)
        services.notice_send(kind="agencies.thu", subject="Hai", body="B", member=cast.admin)
    assert {path: queries(client, path) for path in paths} == before


def test_four_thousand_agencies_are_listed_under_200_ms(cast: Cast) -> None:
    rows = [
        Agency(
            name=f"Trường Tiểu học số {number}",
            kind=Agency.Kind.SCHOOL,
            parent=cast.department,
            area=cast.commune_area,
            folded=f"truong tieu hoc so {number}",
        )
        for number in range(4000)
    ]
    Agency.objects.bulk_create(rows)
    services.paths_refresh(Agency)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE agencies_agency")  # as the database does by itself after such a load
    client = as_(cast.admin)
    for query in ("", "?sort=-area&page=40", "?q=tieu+hoc+39", "?kind=school"):
        assert any(seconds(client, reverse("agency_list") + query) < 0.2 for _try in range(20))


def seconds(client: Client, path: str) -> float:
    """What the page costs: our own processor time and the database's answers. A busy machine's waiting is left out."""
    with CaptureQueriesContext(connection) as seen:
        began = time.process_time()
        assert client.get(path).status_code == 200
        own = time.process_time() - began
    return own + sum(float(query["time"]) for query in seen.captured_queries)


def test_the_list_narrows_and_sorts(cast: Cast) -> None:
    make.agency(name="Sở Cũ", parent=cast.province, valid_until=dt.date(2025, 2, 28), aliases=("Sở Xưa",))
    client = as_(cast.officer)

    def listed(query: str) -> list[str]:
        page = client.get(reverse("agency_list") + query).context["page"]
        return [agency.name for agency in page]

    assert "Sở Cũ" not in listed("")
    assert "Sở Cũ" in listed("?on=2025-01-01")
    assert listed("?on=2025-01-01&q=xua") == ["Sở Cũ"]
    assert listed("?q=giao+duc") == ["Sở Giáo dục và Đào tạo"]
    assert listed("?q=GIÁO") == ["Sở Giáo dục và Đào tạo"]
    assert listed("?area=X%C3%A3+%C4%90%E1%BB%93i+M%C3%A2y") == ["UBND xã Đồi Mây"]
    assert listed("?sort=-name") == listed("?sort=name")[::-1]
    assert listed("?q=%25%25%27") == []


def test_the_export_comes_back_as_an_import_without_changes(cast: Cast) -> None:
    make.agency(name="=1+1", parent=cast.province, aliases=("A", "B"), valid_from=dt.date(2025, 7, 1))
    make.agency(name="Sở Cũ", parent=cast.province, valid_until=dt.date(2025, 2, 28))
    for ending in ("xlsx", "csv"):
        answer = as_(cast.admin).get(reverse("agency_export", args=[ending]) + "?all=1")
        data = b"".join(answer)
        preview = services.agencies_import_preview(by=cast.admin, data=data)
        assert preview.faults == ()
        assert (preview.created, preview.changed) == ((), ())
        assert preview.total == Agency.objects.count()


def test_notices_are_read_by_their_owner_only(cast: Cast) -> None:
    notice = services.notice_send(
        kind="agencies.thu", subject="Việc mới", body="B", member=cast.officer, link=reverse("agency_list")
    )
    outside = services.notice_send(
        kind="agencies.thu", subject="Ngoài", body="B", member=cast.officer, link="https://vi-du.example/x"
    )
    client = as_(cast.officer)
    assert "1" in client.get(reverse("notice_list")).content.decode()
    assert as_(cast.admin).post(reverse("notice_read", args=[notice.pk])).status_code == 404
    assert client.post(reverse("notice_read", args=[notice.pk]))["Location"] == reverse("agency_list")
    assert client.post(reverse("notice_read", args=[outside.pk]))["Location"] == reverse("notice_list")
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert notice.read_at <= timezone.now()
    client.post(reverse("notices_read_all"))
    assert client.get(reverse("notice_list")).context["unread"] == 0
