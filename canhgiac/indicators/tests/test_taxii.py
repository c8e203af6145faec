"""What is given out: STIX that its own checkers accept, TAXII that its own client reads, MISP and CSV read back."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import uuid
from typing import Any

import pytest
import stix2
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.live_server_helper import LiveServer
from stix2validator import ValidationOptions, validate_instance
from taxii2client.v21 import Server, as_pages

from canhgiac.agencies.models import Agency
from canhgiac.engines.blocklists import Listed, read_list
from canhgiac.engines.lookup.keys import Key, Kind
from canhgiac.indicators.models import Indicator, Partner
from canhgiac.indicators.selectors.stix import stix_indicator, stix_sighting
from canhgiac.indicators.selectors.taxii import MEDIA, collection_id
from tests.factories import agencies, exchange
from tests.factories import indicators as factory
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
ROOT = "/taxii2/so-dau-vet/"


@pytest.fixture
def cast() -> Cast:
    return agencies.cast()


@pytest.fixture
def key(cast: Cast) -> str:
    return exchange.partner_key(by=cast.coordinator, partner=exchange.partner(by=cast.coordinator))


@pytest.fixture
def stranger(cast: Cast) -> str:
    """The key of a partner that is neither bank nor police."""
    body = agencies.agency(name="Doanh nghiệp Thử", kind=Agency.Kind.ENTERPRISE)
    return exchange.partner_key(
        by=cast.coordinator, partner=exchange.partner(by=cast.coordinator, agency=body, kind="partner")
    )


def one_of_each() -> list[Key]:
    keys = [factory.key(kind) for kind in Indicator.Kind.values]
    keys += [factory.key("link", "gia-mao.test/trang/'x'"), factory.key("app", "ab" * 32)]
    keys += [factory.key("phone", "0900 00*"), factory.key("account", "?:9990000777")]
    for one in keys:
        factory.indicator(one, tags=1 << 16)
    return keys


def ask(path: str, key: str, accept: str = MEDIA, method: str = "get", **query: Any) -> Any:
    return getattr(Client(), method)(path, query, headers={"authorization": f"Bearer {key}", "accept": accept})


def whole(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def read_back(data: bytes, form: str) -> set[Key]:
    rows = list(read_list(io.BytesIO(data), form=form, kind="link"))
    assert all(isinstance(row, Listed) for row in rows), rows
    return {row.key for row in rows if isinstance(row, Listed)}


def test_a_bundle_is_valid_for_its_checkers_and_reads_back(key: str) -> None:
    keys = one_of_each()

    data = whole(ask("/api/v1/indicators/export.stix.json", key))

    result = validate_instance(json.loads(data), ValidationOptions(version="2.1"))
    assert result.is_valid, [str(error) for error in result.errors]
    bundle = stix2.parse(data, allow_custom=False, version="2.1")
    assert sum(one["type"] == "indicator" for one in bundle.objects) == len(keys)
    assert read_back(data, "stix") == set(keys)


def test_ids_are_the_same_each_time_and_of_version_five(key: str) -> None:
    row = factory.indicator()
    first, again = stix_indicator(row), stix_indicator(Indicator.objects.get(pk=row.pk))
    assert first["id"] == again["id"]
    assert uuid.UUID(first["id"].partition("--")[2]).version == 5
    assert stix_sighting(row)["sighting_of_ref"] == first["id"]


def test_what_was_cleared_is_revoked_and_what_leads_to_a_person_is_amber(key: str) -> None:
    gone = stix_indicator(factory.indicator(state=Indicator.State.CLEARED))
    link = stix_indicator(factory.indicator(factory.key("link")))
    assert (gone["revoked"], gone["confidence"]) == (True, 0)
    assert gone["object_marking_refs"] != link["object_marking_refs"]
    assert "revoked" not in link
    assert link["valid_until"] > link["valid_from"]


def test_a_misp_event_reads_back(key: str) -> None:
    keys = one_of_each()
    data = whole(ask("/api/v1/indicators/export.misp.json", key))
    event = json.loads(data)["Event"]
    assert (len(event["Object"]), len(event["Attribute"])) == (2, len(keys) - 2)
    assert read_back(data, "misp") == set(keys)


def test_a_csv_reads_back_and_runs_no_formula(key: str) -> None:
    keys = one_of_each()
    data = whole(ask("/api/v1/indicators/export.csv", key))
    assert read_back(data, "csv") == set(keys)
    cells = [cell for line in data.decode().splitlines()[1:] for cell in line.split(",")]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("form", ["csv", "stix.json", "misp.json"])
def test_accounts_go_to_banks_and_police_alone(cast: Cast, key: str, stranger: str, form: str) -> None:
    account, wallet, link = (factory.key(kind) for kind in ("account", "wallet", "link"))
    for one in (account, wallet, link):
        factory.indicator(one)

    data = whole(ask(f"/api/v1/indicators/export.{form}", stranger)).decode()

    for one in (account, wallet):
        assert one.value.partition(":")[2] not in data
    assert link.value in data
    assert ask(f"/api/v1/indicators/export.{form}", stranger, kind="account").status_code == 403
    assert account.value.partition(":")[2] in whole(ask(f"/api/v1/indicators/export.{form}", key)).decode()


def test_no_name_of_a_person_leaves(cast: Cast, key: str) -> None:
    factory.indicator(state=Indicator.State.CONFIRMED, by=cast.coordinator, second=cast.admin)
    for form in ("csv", "stix.json", "misp.json"):
        data = whole(ask(f"/api/v1/indicators/export.{form}", key)).decode()
        assert cast.coordinator.full_name not in data
        assert cast.admin.email not in data


@pytest.mark.parametrize("form", ["csv", "stix.json", "misp.json"])
def test_more_rows_take_no_more_queries(
    key: str, form: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(30):
        factory.indicator()
    with django_assert_max_num_queries(20):
        whole(ask(f"/api/v1/indicators/export.{form}", key))


# TAXII ----------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_client_of_taxii_reads_it_all(live_server: LiveServer, settings: Any) -> None:
    settings.BASE_URL = live_server.url
    cast = agencies.cast()
    key = exchange.partner_key(by=cast.coordinator, partner=exchange.partner(by=cast.coordinator))
    phones = [factory.key("phone", f"0900 000 {number:03}") for number in range(100, 107)]
    for one in phones:
        factory.indicator(one)

    server = Server(f"{live_server.url}/taxii2/", user="doi-tac", password=key)
    (root,) = server.api_roots
    collections = {collection.title: collection for collection in root.collections}
    assert len(collections) == len(Indicator.Kind)
    phone = collections[str(Indicator.Kind.PHONE.label)]
    assert (phone.can_read, phone.can_write) == (True, False)

    pages = list(as_pages(phone.get_objects, per_request=4))
    told = [one for page in pages for one in page.get("objects", [])]
    assert [len(page["objects"]) for page in pages] == [4, 4, 4, 3]
    assert len({one["id"] for one in told}) == 15
    bundle = {"type": "bundle", "id": f"bundle--{uuid.uuid4()}", "objects": told}
    assert validate_instance(bundle, ValidationOptions(version="2.1")).is_valid
    manifest = phone.get_manifest()["objects"]
    assert [one["id"] for one in manifest] == [one["id"] for one in told]
    last = manifest[-1]["date_added"]
    assert phone.get_objects(added_after=last).get("objects", []) == []
    factory.indicator(factory.key("phone", "0900 000 900"))
    assert len(phone.get_objects(added_after=last)["objects"]) == 2
    assert phone.get_object(told[3]["id"])["objects"] == [told[3]]


def test_media_types_and_refusals(cast: Cast, key: str, stranger: str) -> None:
    assert ask("/taxii2/", key).headers["content-type"] == MEDIA
    for accept in ("text/html", "application/taxii+json;version=2.0", "application/vnd.oasis.taxii+json"):
        assert ask("/taxii2/", key, accept).status_code == 406
    for accept in ("*/*", "application/taxii+json", 'application/taxii+json; version="2.1"', "text/html, */*;q=0.1"):
        assert ask("/taxii2/", key, accept).status_code == 200
    nobody = ask("/taxii2/", "cg_sai")
    assert (nobody.status_code, nobody.headers["www-authenticate"]) == (401, 'Basic realm="taxii"')
    assert ask(f"{ROOT}collections/{uuid.uuid4()}/", key).status_code == 404
    assert ask(f"{ROOT}collections/{collection_id('account')}/objects/", stranger).status_code == 404
    assert ask(f"{ROOT}collections/{collection_id('link')}/", stranger).status_code == 200
    assert len(ask(f"{ROOT}collections/", stranger).json()["collections"]) == len(Indicator.Kind) - 2
    assert ask(f"{ROOT}collections/phone/objects/indicator--{uuid.uuid4()}/", key).status_code == 404
    for method in ("post", "put", "delete"):
        answer = ask(f"{ROOT}collections/phone/objects/", key, method=method)
        assert (answer.status_code, answer.json()["http_status"]) == (403, "403")
    poor = exchange.partner_key(
        by=cast.coordinator, partner=Partner.objects.earliest("pk"), scopes=[Partner.Scope.CHECK]
    )
    assert ask("/taxii2/", poor).status_code == 403


def test_a_token_may_come_as_basics_password(key: str) -> None:
    for words, status in ((f"ai:{key}", 200), ("ai:sai", 401), (key, 401)):
        told = base64.b64encode(words.encode()).decode()
        headers = {"authorization": f"Basic {told}", "accept": MEDIA}
        assert Client().get("/taxii2/", headers=headers).status_code == status
    assert Client().get("/taxii2/", headers={"authorization": "Basic !!", "accept": MEDIA}).status_code == 401


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"}, {"limit": "-1"}, {"limit": "nhiều"}, {"added_after": "hôm qua"}, {"next": "bịa"},
        {"match[version]": "mới"}, {"match[id]": ",".join(f"indicator--{n}" for n in range(60))},
    ],
)  # fmt: skip
def test_parameters_at_fault_are_told(key: str, query: dict[str, str]) -> None:
    answer = ask(f"{ROOT}collections/phone/objects/", key, **query)
    assert answer.status_code == 400
    assert answer.json()["title"]


def test_filters(key: str) -> None:
    rows = [factory.indicator(factory.key("phone", f"0900 000 {number}")) for number in range(100, 103)]
    path = f"{ROOT}collections/phone/objects/"
    wanted = stix_indicator(rows[1])

    def ids(**query: str) -> list[str]:
        return [one["id"] for one in ask(path, key, **query).json().get("objects", [])]

    assert ids(**{"match[id]": wanted["id"]}) == [wanted["id"]]
    assert len(ids(**{"match[type]": "indicator"})) == 3
    assert len(ids(**{"match[type]": "identity"})) == 1
    assert len(ids(**{"match[type]": "indicator,sighting"})) == 6
    assert ids(**{"match[type]": "malware"}) == []
    assert ids(**{"match[spec_version]": "2.0"}) == []
    assert len(ids(**{"match[spec_version]": "2.0,2.1"})) == 7
    assert len(ids(**{"match[version]": "all"})) == 7
    assert wanted["id"] in ids(**{"match[version]": wanted["modified"]})
    assert ids(**{"match[version]": "2001-01-01T00:00:00Z"}) == []
    one = ask(f"{path}{wanted['id']}/versions/", key)
    assert one.json()["versions"] == [wanted["modified"]]
    assert one.headers["x-taxii-date-added-first"] == one.headers["x-taxii-date-added-last"]


def test_what_was_cleared_is_told_only_to_who_comes_again(key: str) -> None:
    row = factory.indicator(factory.key("phone"), state=Indicator.State.CLEARED)
    path = f"{ROOT}collections/phone/objects/"
    assert [one["type"] for one in ask(path, key).json()["objects"]] == ["identity"]
    since = (row.changed_at - dt.timedelta(minutes=1)).isoformat()
    told = ask(path, key, added_after=since).json()["objects"]
    assert told[0]["revoked"] is True


def test_pages_go_on_where_rows_share_a_moment(key: str) -> None:
    for number in range(9):
        factory.indicator(factory.key("link", f"trang-{number}.test"))
    Indicator.objects.update(changed_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
    path, told, after = f"{ROOT}collections/link/objects/", [], ""
    while True:
        page = ask(path, key, limit=3, **({"next": after} if after else {})).json()
        told += [one["id"] for one in page["objects"]]
        if not page["more"]:
            break
        after = page["next"]
    assert len(told) == len(set(told)) == 19


def test_kinds_are_all_collections() -> None:
    assert {kind.value for kind in Kind} == set(Indicator.Kind.values)
