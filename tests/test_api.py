"""The API as programs use it: who may ask what, pages, stale versions; and that it keeps its published schema."""

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from pytest_django import DjangoAssertNumQueries
from pytest_django.live_server_helper import LiveServer

from canhgiac.agencies.api import Token
from canhgiac.agencies.forms.members import TokenForm
from canhgiac.agencies.models import ApiToken, Member
from canhgiac.api import api, schema
from canhgiac.indicators.api import PartnerAuth
from canhgiac.indicators.models import Partner
from canhgiac.plans.models import Assignment, Body
from tests.factories import activities, agencies, plans, reporting
from tests.factories.agencies import Cast

SNAPSHOT = Path(__file__).parents[1] / "docs" / "openapi.json"
ALL = (
    "plans:read",
    "plans:write",
    "agencies:read",
    "activities:read",
    "activities:write",
    "reports:read",
    "reports:write",
    "library:read",
)


def token(member: Member, *scopes: str, revoked: bool = False) -> str:
    key = f"khoa-thu-nghiem-{member.pk}-{len(scopes)}-{revoked}"
    ApiToken.objects.create(
        member=member,
        name="thử",
        key_sha256=hashlib.sha256(key.encode()).hexdigest(),
        scopes=list(scopes or ALL),
        revoked_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC) if revoked else None,
    )
    return key


@pytest.fixture
def cast(db: None) -> Cast:
    return agencies.cast()


@pytest.fixture
def shares(cast: Cast) -> list[Assignment]:
    """One task for the department, one for the commune."""
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    first = plans.task(plan, text="Tập huấn cho giáo viên", lead="Sở Giáo dục và Đào tạo")
    second = plans.task(plan, text="Phát tờ rơi", lead="UBND các xã")
    return [
        plans.assignment(first, cast.department, due=dt.date(2026, 6, 10)),
        plans.assignment(second, cast.commune, due=dt.date(2030, 1, 1)),
    ]


def ask(path: str, key: str, **query: Any) -> Any:
    return Client().get(f"/api/v1/{path}", query, headers={"authorization": f"Bearer {key}"})


def test_without_a_token_in_force_nothing_is_told(cast: Cast, shares: list[Assignment]) -> None:
    assert Client().get("/api/v1/plans").status_code == 401
    assert ask("plans", "sai").status_code == 401
    assert ask("plans", token(cast.coordinator, revoked=True)).status_code == 401
    assert ask("plans", token(cast.coordinator, "calendar")).status_code == 401


def scopes_demanded(kind: type[Token | PartnerAuth]) -> set[str]:
    """What the routes of the API ask of a token of this kind."""
    routes = [view for _prefix, router in api._routers for view in router.path_operations.values()]
    asked: list[Any] = [auth for view in routes for operation in view.operations for auth in operation.auth_callbacks]
    return {auth.scope for auth in asked if isinstance(auth, kind)}


def test_every_scope_that_a_route_demands_can_be_given_on_a_page(cast: Cast) -> None:
    given = {name for name, _label in TokenForm().fields["scopes"].choices}  # type: ignore[attr-defined]
    assert scopes_demanded(Token) == given - {"calendar"}  # an address outside the API
    assert scopes_demanded(Token) == set(ALL)
    assert scopes_demanded(PartnerAuth) <= {*Partner.Scope.values}
    assert len(scopes_demanded(PartnerAuth)) > 3


def test_a_token_made_on_the_page_reads_the_register(cast: Cast) -> None:
    page = Client()
    page.force_login(cast.officer)
    answer = page.post("/ma-truy-cap/", {"name": "Sổ", "scopes": ["agencies:read"], "days": "30"})
    key = answer.context["key"]

    assert "Đọc sổ cơ quan" in answer.content.decode()
    assert ask("agencies", key).status_code == 200
    assert ask("plans", key).status_code == 401


def test_an_officer_gets_the_own_agency_and_a_coordinator_all(cast: Cast, shares: list[Assignment]) -> None:
    own = ask("assignments", token(cast.officer)).json()
    every = ask("assignments", token(cast.coordinator)).json()

    assert [row["agency"] for row in own["items"]] == ["Sở Giáo dục và Đào tạo"]
    assert [row["id"] for row in every["items"]] == [share.pk for share in shares]
    assert ask(f"assignments/{shares[1].pk}", token(cast.officer, *ALL, "x")).status_code == 404


def test_the_list_is_narrowed_by_words_without_diacritics_and_by_lateness(cast: Cast, shares: list[Assignment]) -> None:
    key = token(cast.coordinator)

    assert [row["text"] for row in ask("assignments", key, q="tap huan").json()["items"]] == ["Tập huấn cho giáo viên"]
    assert [row["id"] for row in ask("assignments", key, late=True).json()["items"]] == [shares[0].pk]


def test_tasks_come_with_the_printed_bodies(cast: Cast, shares: list[Assignment]) -> None:
    (first, second) = ask(f"plans/{shares[0].task.plan_id}/tasks", token(cast.coordinator)).json()["items"]

    assert first["bodies"] == [{"as_printed": "Sở Giáo dục và Đào tạo", "part": Body.Part.LEAD, "is_group": False}]
    assert (second["text"], second["span"]) == ("Phát tờ rơi", None)


def test_a_status_is_set_once_and_a_stale_version_is_refused(cast: Cast, shares: list[Assignment]) -> None:
    key = token(cast.officer)
    path = f"/api/v1/assignments/{shares[0].pk}/status"
    body = json.dumps({"status": "done", "note": "Đã tập huấn", "version": 1})
    headers = {"authorization": f"Bearer {key}"}

    first = Client().post(path, body, content_type="application/json", headers=headers)
    again = Client().post(path, body, content_type="application/json", headers=headers)

    assert first.status_code == 200
    assert first.json()["history"][0]["note"] == "Đã tập huấn"
    assert again.status_code == 409
    assert again.json()["detail"]


def test_a_reading_token_does_not_write(cast: Cast, shares: list[Assignment]) -> None:
    answer = Client().post(
        f"/api/v1/assignments/{shares[0].pk}/status",
        json.dumps({"status": "done", "version": 1}),
        content_type="application/json",
        headers={"authorization": f"Bearer {token(cast.officer, 'plans:read')}"},
    )

    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["plans", "assignments", "agencies", "activities"])
def test_more_rows_take_no_more_queries(
    cast: Cast, shares: list[Assignment], path: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    key = token(cast.coordinator)
    ask(path, key)  # notes the day of use
    for number in range(4):
        activities.activity(by=cast.officer)
        plan = plans.plan(by=cast.coordinator, agency=cast.province)
        plans.assignment(plans.task(plan, text=f"Việc {number}"), cast.department)
        agencies.agency(parent=cast.province)

    with django_assert_max_num_queries(7):
        assert ask(path, key).json()["count"] > 3


def test_the_published_schema_is_the_present_one() -> None:
    """``make openapi`` writes it anew after a wanted change."""
    assert SNAPSHOT.read_text(encoding="utf-8") == schema()


@pytest.fixture
def published(transactional_db: None, live_server: LiveServer) -> tuple[Any, dict[str, str]]:
    cast = agencies.cast()
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    plans.assignment(plans.task(plan, lead="Sở Giáo dục và Đào tạo"), cast.department, due=dt.date(2026, 6, 10))
    activities.activity(by=cast.officer)
    reporting.report_round(by=cast.coordinator, agencies=[cast.department, cast.commune])
    loaded = schemathesis.openapi.from_url(f"{live_server.url}/api/v1/openapi.json")
    return loaded, {"Authorization": f"Bearer {token(cast.coordinator)}"}


def test_any_input_is_answered_as_published(published: tuple[Any, dict[str, str]]) -> None:
    loaded, headers = published
    operations = [found.ok() for found in loaded.get_all_operations()]
    assert len(operations) == 34
    with requests.Session() as session:  # one connection: each new one costs the server a thread and a database's door
        for operation in operations:

            @given(case=operation.as_strategy())
            @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
            def answered(case: Any) -> None:
                case.call_and_validate(headers=headers, session=session)

            answered()
