"""Activities by the API: once for a uid, with evidence, within the token's reach."""

from __future__ import annotations

import hashlib
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from canhgiac.activities.models import Activity
from canhgiac.agencies.models import ApiToken, Member
from canhgiac.kit import clock
from tests.factories import activities as make
from tests.factories.activities import photo
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


def headers(member: Member, *scopes: str) -> dict[str, str]:
    key = f"khoa-{member.pk}-{'-'.join(scopes)}"
    digest = hashlib.sha256(key.encode()).hexdigest()
    ApiToken.objects.get_or_create(member=member, name="thử", key_sha256=digest, scopes=list(scopes))
    return {"authorization": f"Bearer {key}"}


def post(member: Member, path: str, body: dict[str, Any], *scopes: str) -> Any:
    told = headers(member, *(scopes or ("activities:write",)))
    return Client().post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=told)


def facts(cast: Cast, **given: Any) -> dict[str, Any]:
    today = clock.today().isoformat()
    where = {"agency_id": cast.commune.pk, "area_id": cast.commune_area.pk}
    return {"uid": str(uuid.uuid4()), "kind": "leaflet", "on": today, "copies": 500} | where | given


def test_recorded_once_with_its_evidence(cast: Cast) -> None:
    told = facts(cast, audiences=["elderly"], links=["https://a.example/1"], latitude=21.02776, longitude=105.83416)
    first, again = post(cast.commune_officer, "activities", told), post(cast.commune_officer, "activities", told)
    assert first.status_code == again.status_code == 200
    assert first.json()["id"] == again.json()["id"]
    row = Activity.objects.get()
    assert (row.copies, row.households, row.origin) == (500, None, "api")
    assert first.json()["areas"] == [cast.commune_area.pk]
    uid, answers = str(uuid.uuid4()), []
    for _ in range(2):
        answers.append(
            Client().post(
                f"/api/v1/activities/{row.pk}/evidence",
                {"file": SimpleUploadedFile("a.jpg", photo(1)), "uid": uid},
                headers=headers(cast.commune_officer, "activities:write"),
            )
        )
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert row.evidence.count() == 1


def test_what_cannot_be_is_refused(cast: Cast) -> None:
    assert post(cast.commune_officer, "activities", facts(cast, people=5)).status_code == 409
    assert post(cast.commune_officer, "activities", facts(cast, tasks=[999])).json()["detail"]
    assert post(cast.commune_officer, "activities", facts(cast, agency_id=999_999)).status_code == 404
    assert post(cast.commune_officer, "activities", facts(cast, kind="x")).status_code == 422
    assert post(cast.officer, "activities", facts(cast)).status_code == 403
    assert post(cast.commune_officer, "activities", facts(cast), "activities:read").status_code == 401
    assert not Activity.objects.exists()


def test_the_list_is_the_members(cast: Cast) -> None:
    own = make.activity(by=cast.officer, title="Hội nghị quý")
    make.activity(by=cast.commune_officer)

    def listed(member: Member, **query: str) -> list[int]:
        told = headers(member, "activities:read")
        return [row["id"] for row in Client().get("/api/v1/activities", query, headers=told).json()["items"]]

    assert listed(cast.officer) == [own.pk]
    assert len(listed(cast.coordinator)) == 2
    assert listed(cast.coordinator, q="hoi nghi quy") == [own.pk]
    assert listed(cast.coordinator, state="accepted") == []
