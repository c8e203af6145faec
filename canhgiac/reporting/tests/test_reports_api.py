"""Reports for programs: the same rules, every digit, one answer to a call sent twice."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from canhgiac.agencies.models import ApiToken, Member
from canhgiac.reporting.models import ReportDuty, Submission
from tests.factories import agencies, reporting
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return agencies.cast()


@pytest.fixture
def duty(cast: Cast) -> ReportDuty:
    of = reporting.report_round(by=cast.coordinator, agencies=[cast.department, cast.commune])
    return reporting.duty_of(of, cast.department)


def call(member: Member, verb: str, path: str, body: str | dict[str, Any] | None = None, scope: str = "write") -> Any:
    key = f"khoa-bao-cao-{member.pk}-{scope}"
    scopes = ["reports:read", "reports:write"] if scope == "write" else [f"reports:{scope}"]
    digest = hashlib.sha256(key.encode()).hexdigest()
    ApiToken.objects.get_or_create(member=member, name=scope, key_sha256=digest, defaults={"scopes": scopes})
    text = body if isinstance(body, str) else json.dumps(body) if body is not None else ""
    headers = {"authorization": f"Bearer {key}"}
    return Client().generic(verb, f"/api/v1/reports/{path}", text, content_type="application/json", headers=headers)


def test_a_program_files_with_every_digit_and_only_once(duty: ReportDuty, cast: Cast) -> None:
    body = (
        '{"answers": {"hoi_nghi": 12, "lop_tap_huan": 1234567890123456.25, "luot_nguoi": null,'
        ' "hoat_dong": [["Phiên chợ", 1200]]}, "version": 0, "file": true,'
        ' "uid": "0b0e4a9e-5c0f-4f0e-9d5e-0d0f0f0f0f0f"}'
    )
    first = call(cast.officer, "PUT", f"duties/{duty.pk}/draft", body)
    again = call(cast.officer, "PUT", f"duties/{duty.pk}/draft", body)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["id"] == again.json()["id"]
    report = Submission.objects.get()
    assert (report.state, report.answers["lop_tap_huan"]) == ("filed", Decimal("1234567890123456.25"))
    assert first.json()["answers"]["lop_tap_huan"] == "1234567890123456.25"
    assert first.json()["answers"]["hoi_nghi"] == 12


def test_the_same_rules_refuse_and_name_the_field(duty: ReportDuty, cast: Cast) -> None:
    broken = {"answers": {"hoi_nghi": 501, "luot_nguoi": 0}, "version": 0, "file": True}
    answer = call(cast.officer, "PUT", f"duties/{duty.pk}/draft", broken)
    assert (answer.status_code, "cần sửa" in answer.json()["detail"]) == (409, True)
    assert Submission.objects.get().state == "draft"
    wrong = {"answers": {"khong_co": 1, "hoi_nghi": "ba"}, "version": 1}
    answer = call(cast.officer, "PUT", f"duties/{duty.pk}/draft", wrong)
    assert answer.status_code == 409
    assert "khong_co" in answer.json()["detail"]
    other = {"answers": {"hoi_nghi": 3}, "version": 2}
    assert call(cast.officer, "PUT", f"duties/{duty.pk}/draft", other).status_code == 200
    stale = call(cast.coordinator, "PUT", f"duties/{duty.pk}/draft", other | {"answers": {"hoi_nghi": 4}})
    assert (stale.status_code, "chọn một" in stale.json()["detail"]) == (409, True)


def test_review_by_program(duty: ReportDuty, cast: Cast) -> None:
    reporting.submission(duty, by=cast.officer, answers={"hoi_nghi": 3})
    back = {"number": 1, "comments": [{"code": "hoi_nghi", "text": "thiếu\u0000"}], "note": "sửa"}
    assert call(cast.officer, "POST", f"duties/{duty.pk}/return", back).status_code == 403
    answer = call(cast.coordinator, "POST", f"duties/{duty.pk}/return", back)
    assert (answer.status_code, answer.json()["state"]) == (200, "returned")
    filing = {"answers": {"hoi_nghi": 4, "luot_nguoi": 0}, "version": answer.json()["version"], "file": True}
    assert call(cast.officer, "PUT", f"duties/{duty.pk}/draft", filing).json()["number"] == 2
    assert call(cast.officer, "POST", f"duties/{duty.pk}/take-back", {"number": 2}).json()["state"] == "draft"
    version = Submission.objects.get(number=2).version
    again = {"version": version, "file": True}
    assert call(cast.officer, "PUT", f"duties/{duty.pk}/draft", again).json()["state"] == "filed"
    assert call(cast.coordinator, "POST", f"duties/{duty.pk}/accept", {"number": 2}).json()["state"] == "accepted"
    assert call(cast.coordinator, "POST", f"duties/{duty.pk}/accept", {"number": 9}).status_code == 404


def test_who_reads_what(duty: ReportDuty, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    reporting.submission(duty, by=cast.officer, answers={"hoi_nghi": Decimal("3.5"), "to_roi_ban": 7})
    own = call(cast.officer, "GET", "duties", scope="read").json()
    assert [row["agency"] for row in own["items"]] == [cast.department.name]
    whole = call(cast.officer, "GET", f"duties/{duty.pk}", scope="read").json()
    assert whole["revisions"][0]["answers"] == {"hoi_nghi": 3.5, "to_roi_ban": 7}
    assert len(whole["fields"]) == 7
    assert call(cast.officer, "GET", f"duties/{duty.pk}/prefill", scope="read").json()[0]["value"] is None
    assert call(cast.commune_officer, "GET", f"duties/{duty.pk}", scope="read").status_code == 404
    assert call(cast.outsider, "GET", "duties", scope="read").json()["count"] == 0
    assert call(cast.officer, "PUT", f"duties/{duty.pk}/draft", {"version": 0}, scope="read").status_code == 401
    call(cast.coordinator, "GET", "duties", scope="read")  # makes the token, notes the day of use
    with django_assert_max_num_queries(8):
        rows = call(cast.coordinator, "GET", f"rounds/{duty.round_id}/figures/hoi_nghi", scope="read").json()
    assert {(row["agency"], row["value"], row["state"]) for row in rows["items"]} == {
        (cast.department.name, 3.5, "known"), (cast.commune.name, None, "missing"),
    }  # fmt: skip
    assert call(cast.coordinator, "GET", f"rounds/{duty.round_id}/figures/x", scope="read").status_code == 404
    table = call(cast.coordinator, "GET", f"rounds/{duty.round_id}/export.csv", scope="read")
    assert b"".join(table.streaming_content).decode("utf-8-sig").count("\n") == 2
