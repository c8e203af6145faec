"""Partners' programs: what a token opens, what it is refused and why, what is answered, what is counted."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from pytest_django import DjangoAssertNumQueries
from pytest_django.live_server_helper import LiveServer
from schemathesis.specs.openapi.checks import positive_data_acceptance

from canhgiac.agencies.models import ApiToken, AuditEntry, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.engines.lookup.partners import Partners
from canhgiac.indicators.models import Indicator, Partner, PartnerUse, Sighting
from canhgiac.indicators.selectors.lookup import NO_RECORD
from canhgiac.indicators.services import IndicatorRefused
from canhgiac.indicators.services.exchange import REASONS
from canhgiac.indicators.services.partners import (
    Use,
    partner_create,
    partner_edit,
    partner_secret,
    partner_secret_set,
    partner_suspend,
    partner_token_create,
    partner_token_revoke,
    partner_use_add,
    partner_use_gather,
    tokens_path,
    tokens_write,
)
from tests.factories import agencies, exchange
from tests.factories import indicators as factory
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
S = Partner.Scope
ACCOUNT = "970436:9990000001"


@pytest.fixture
def cast() -> Cast:
    return agencies.cast()


@pytest.fixture
def bank(cast: Cast) -> Partner:
    return exchange.partner(by=cast.coordinator)


@pytest.fixture
def key(cast: Cast, bank: Partner) -> str:
    return exchange.partner_key(by=cast.coordinator, partner=bank)


def get(path: str, key: str, **query: Any) -> Any:
    return Client().get(f"/api/v1/indicators/{path}", query, headers={"authorization": f"Bearer {key}"})


def post(path: str, key: str, body: Any, kind: str = "application/json") -> Any:
    data = body if isinstance(body, (str, bytes)) else json.dumps(body)
    headers = {"authorization": f"Bearer {key}"}
    return Client().post(f"/api/v1/indicators/{path}", data, content_type=kind, headers=headers)


def lines(answer: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


# Who comes in ---------------------------------------------------------------------------------------------------------


def test_only_admin_and_coordinator_keep_partners(cast: Cast, bank: Partner) -> None:
    token, _key = partner_token_create(by=cast.admin, partner=bank, name="x", scopes=[S.CHECK], days=1)
    for who in (cast.officer, cast.auditor, cast.outsider):
        for act in (
            lambda who=who: partner_create(by=who, agency=exchange.bank(), data=exchange.partner_data()),
            lambda who=who: partner_edit(by=who, partner=bank, data=exchange.partner_data(), version=1),
            lambda who=who: partner_suspend(by=who, partner=bank),
            lambda who=who: partner_token_create(by=who, partner=bank, name="x", scopes=[S.CHECK], days=1),
            lambda who=who: partner_token_revoke(by=who, partner=bank, token=token),
            lambda who=who: partner_secret_set(by=who, partner=bank),
        ):
            with pytest.raises(NotAllowed):
                act()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": "tip"}, "kind"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["plans:read"]}, "scopes"),
        ({"bins": ["12"]}, "bins"),
        ({"per_minute": 0}, "per_minute"),
        ({"endpoint": "http://ngan-hang.test/"}, "endpoint"),
    ],
)
def test_a_partner_at_fault_is_refused_at_its_field(cast: Cast, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(IndicatorRefused) as refused:
        exchange.partner(by=cast.admin, **facts)
    assert refused.value.field == field


def test_one_agency_is_one_partner_and_a_stale_edit_is_refused(cast: Cast, bank: Partner) -> None:
    with pytest.raises(IndicatorRefused, match="đã là đối tác"):
        exchange.partner(by=cast.admin, agency=bank.agency)
    partner_edit(by=cast.admin, partner=bank, data=exchange.partner_data(per_minute=5), version=1)
    with pytest.raises(IndicatorRefused, match="vừa sửa"):
        partner_edit(by=cast.admin, partner=bank, data=exchange.partner_data(), version=1)


def test_without_a_token_in_force_nothing_is_told(cast: Cast, bank: Partner, key: str) -> None:
    assert Client().get("/api/v1/indicators/check/phone/0900000123").status_code == 401
    assert get("check/phone/0900000123", "cg_sai").status_code == 401
    person = agencies.member(agency=bank.agency)
    ApiToken.objects.create(member=person, name="x", key_sha256="0" * 64, scopes=[])
    token = ApiToken.objects.exclude(member=person).get()
    partner_token_revoke(by=cast.coordinator, partner=bank, token=token)
    assert get("check/phone/0900000123", key).status_code == 401


def test_a_token_of_somebody_else_is_not_revoked_here(cast: Cast, bank: Partner) -> None:
    other = ApiToken.objects.create(member=cast.officer, name="x", key_sha256="1" * 64, scopes=[])
    with pytest.raises(NotAllowed):
        partner_token_revoke(by=cast.coordinator, partner=bank, token=other)


@pytest.mark.parametrize(
    ("path", "body", "scope"),
    [
        ("check/phone/0900000123", None, S.CHECK),
        ("export.csv", None, S.EXPORT),
        ("export.stix.json", None, S.EXPORT),
        ("export.misp.json", None, S.EXPORT),
        ("check", "phone:0900000123", S.BULK),
        ("transfer", {"account": ACCOUNT}, S.CHECK),
        ("report", {"items": [{"ref": "1", "kind": "phone", "value": "0900000123"}]}, S.REPORT),
    ],
)
def test_a_token_without_the_scope_is_told_which(cast: Cast, bank: Partner, path: str, body: Any, scope: str) -> None:
    others = [one for one in S.values if one != scope]
    less = exchange.partner_key(by=cast.coordinator, partner=bank, scopes=others)

    answer = get(path, less) if body is None else post(path, less, body)

    assert answer.status_code == 403
    assert str(scope) in answer.json()["detail"]
    assert not Indicator.objects.exists()
    assert PartnerUse.objects.get().refused == 1


def test_a_token_carries_no_scope_that_the_partner_lost(cast: Cast, bank: Partner, key: str) -> None:
    with pytest.raises(IndicatorRefused, match="phạm vi của đối tác"):
        partner_token_create(by=cast.admin, partner=bank, name="x", scopes=["plans:read"], days=1)
    partner_edit(by=cast.admin, partner=bank, data=exchange.partner_data(scopes=[S.BULK]), version=1)
    assert get("check/phone/0900000123", key).status_code == 403


def test_a_suspended_partner_is_out_at_once_and_back_at_once(cast: Cast, bank: Partner, key: str) -> None:
    partner_suspend(by=cast.coordinator, partner=bank)
    answer = get("check/phone/0900000123", key)
    assert (answer.status_code, "tạm ngừng" in answer.json()["detail"]) == (403, True)
    partner_suspend(by=cast.coordinator, partner=bank)
    assert get("check/phone/0900000123", key).status_code == 200


def test_above_the_quota_one_is_told_when_to_come_again(cast: Cast, bank: Partner, key: str) -> None:
    partner_edit(by=cast.admin, partner=bank, data=exchange.partner_data(per_minute=2), version=1)
    answers = [get("check/phone/0900000123", key) for _ in range(4)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 1  # the minute may turn between two calls
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 60
    assert PartnerUse.objects.get(route="check", refused__gt=0).refused == len(refused)


def test_the_quota_of_the_day_counts_each_line(cast: Cast) -> None:
    small = exchange.partner(by=cast.admin, per_day=5)
    key = exchange.partner_key(by=cast.admin, partner=small)
    assert post("check", key, "\n".join(["phone:0900000123"] * 5)).status_code == 200
    answer = post("check", key, "phone:0900000123")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


# Asking ---------------------------------------------------------------------------------------------------------------


def test_what_is_known_of_one_thing(key: str) -> None:
    factory.indicator(factory.key("link", "gia-mao.test"), sources=("tip", "bank"), tags=1 << 1)
    told = get("check/link/https://gia-mao.test/dang-nhap", key).json()
    assert (told["state"], told["found"], told["tags"]) == ("reported", True, ["bank"])
    assert (told["sightings"], told["sources"], told["age_days"]) == (2, 2, 0)
    assert "gia-mao.test" in told["sentence"]


def test_no_record_is_worded_so_that_nobody_reads_it_as_a_promise(key: str) -> None:
    told = get("check/phone/0900 000 999", key).json()
    assert (told["state"], told["found"], told["sentence"]) == ("none", False, str(NO_RECORD))
    assert "an toàn" not in json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize(
    ("path", "status"),
    [("check/phone/abc", 400), ("check/phone/a%0Ab", 400), ("check/gi/1", 422), ("check/link/%00", 400)],
)
def test_what_is_no_such_thing_is_refused_in_words(key: str, path: str, status: int) -> None:
    answer = get(path, key)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_many_questions_are_answered_in_their_order(key: str) -> None:
    factory.indicator(factory.key("phone", "0900 000 123"))
    body = '{"kind": "phone", "value": "0900000123"}\n"phone:0900000124"\nkhông phải\n[1]\n{"kind": 5}\n'
    answer = post("check", key, body, "application/x-ndjson")
    told = lines(answer)
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [one["n"] for one in told] == [1, 2, 3, 4, 5]
    assert [one.get("state") for one in told] == ["reported", "none", None, None, None]
    assert all(one["error"].endswith(".") for one in told[2:])
    use = PartnerUse.objects.get(route="bulk")
    assert (use.asked, use.found) == (5, 1)


def test_bulk_has_its_bounds(key: str) -> None:
    assert post("check", key, b"\n" * 10).status_code == 400
    assert post("check", key, b"x" * (8 * 1024 * 1024 + 1)).status_code == 413
    assert post("check", key, b"1\n" * 50_001).status_code == 413


def test_a_bulk_question_takes_few_queries(key: str, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    body = "\n".join(f"phone:0900{number:06}" for number in range(1500))
    with django_assert_max_num_queries(20):
        assert len(lines(post("check", key, body))) == 1500


@pytest.mark.parametrize(
    ("sources", "state", "band", "advice"),
    [
        ((), None, "over_100m", "none"),
        (("tip",), None, "over_100m", "show"),
        (("tip", "bank"), None, "under_10m", "show"),
        (("tip", "bank"), None, "10m_to_100m", "show_and_wait"),
        (("tip",), Indicator.State.CONFIRMED, "under_10m", "show_and_wait"),
        (("tip", "bank"), Indicator.State.CLEARED, "over_100m", "none"),
    ],
)
def test_the_answer_at_a_transfer(key: str, sources: Any, state: Any, band: str, advice: str) -> None:
    if sources:
        factory.indicator(factory.key("account", ACCOUNT), sources=sources, state=state or Indicator.State.REPORTED)
    told = post("transfer", key, {"account": "9990000001", "bank": "Vietcombank", "band": band}).json()
    assert told["advice"] == advice
    assert "an toàn" not in told["sentence"]
    assert ("Hãy dừng lại" in told["sentence"]) == (advice != "none")


def test_an_account_at_fault_is_refused_at_a_transfer(key: str) -> None:
    assert post("transfer", key, {"account": "x", "bank": ""}).status_code == 400
    assert post("transfer", key, {"account": ACCOUNT, "band": "?"}).status_code == 422


# Telling --------------------------------------------------------------------------------------------------------------


def test_a_bank_tells_what_it_saw_once(bank: Partner, key: str) -> None:
    items = [
        {"ref": "a-1", "kind": "account", "value": "9990000001", "bank": "VCB", "reasons": [1, 11]},
        {"ref": "a-2", "kind": "phone", "value": "abc"},
        {"ref": "a-3", "kind": "link", "value": "gia-mao.test", "tags": ["phishing"]},
    ]
    first = post("report", key, {"items": items}).json()
    again = post("report", key, {"items": items}).json()

    assert (first["new"], first["again"], [one["ref"] for one in first["refused"]]) == (2, 0, ["a-2"])
    assert (again["new"], again["again"]) == (0, 2)
    seen = Sighting.objects.select_related("indicator").get(indicator__kind="account")
    assert (seen.source, seen.agency, seen.indicator.value) == ("bank", bank.agency, ACCOUNT)
    told = get(f"check/account/{ACCOUNT}", key).json()
    assert told["tags"] == ["hacked_account", "mule"]
    assert AuditEntry.objects.filter(act="indicators.partner_report").count() == 2


def test_a_report_at_fault_says_where(cast: Cast, key: str) -> None:
    factory.known_good(factory.key("link", "ngan-hang-thu.test"))
    rows: list[tuple[dict[str, Any], str]] = [
        ({"kind": "link", "value": "ngan-hang-thu.test"}, "chính thức"),
        ({"kind": "phone", "value": "0900000123", "reasons": [12]}, "từ 1 đến 11"),
        ({"kind": "phone", "value": "0900000123", "tags": ["gì"]}, "danh mục"),
        ({"kind": "phone", "value": "0900000123", "area": "00000"}, "địa bàn"),
    ]
    sent = [{"ref": str(number), **row} for number, (row, _words) in enumerate(rows)]
    told = post("report", key, {"items": sent}).json()
    assert told["new"] == 0
    for one, (_row, words) in zip(told["refused"], rows, strict=True):
        assert words in one["detail"]
    assert post("report", key, {"items": []}).status_code == 422
    assert post("report", key, "không phải JSON").status_code == 400


def test_every_reason_of_banks_has_its_words() -> None:
    from canhgiac.engines.lookup.entries import TAGS

    assert sorted(REASONS) == list(range(1, 12))
    assert {tag for tags in REASONS.values() for tag in tags} <= set(TAGS)


# Counting and the look-up server's file -------------------------------------------------------------------------------


def test_use_is_counted_by_the_hour_without_what_was_asked(bank: Partner, key: str) -> None:
    for text in ("0900000123", "0900000124"):
        get(f"check/phone/{text}", key)
    use = PartnerUse.objects.get()
    assert (use.route, use.requests, use.asked, use.found) == ("check", 2, 2, 0)
    partner_use_add([Use(use.token_id, bank.pk, "check", requests=10, asked=10, found=3, at=use.hour)] * 2)
    use.refresh_from_db()
    assert (use.requests, use.asked, use.found) == (22, 22, 6)


def test_the_look_up_servers_file_holds_digests_of_tokens_in_force(cast: Cast, bank: Partner, key: str) -> None:
    other = exchange.partner(by=cast.admin, scopes=[S.CHECK])
    exchange.partner_key(by=cast.admin, partner=other)
    partner_suspend(by=cast.admin, partner=other)

    assert tokens_write() == 1

    text = tokens_path().read_text()
    assert key not in text
    (digest, told), *more = json.loads(text).items()
    assert (more, digest) == ([], ApiToken.objects.get(member__agency=bank.agency).key_sha256)
    assert (told["quota_per_minute"], told["partner"], told["scopes"]) == (600, str(bank), sorted(S.values))
    assert tokens_path().stat().st_mode & 0o077 == 0


def test_the_look_up_server_reads_the_file_and_its_counts_are_taken_over(cast: Cast, bank: Partner, key: str) -> None:
    tokens_write()
    server = Partners(tokens_path())
    assert server.tick() == ""
    known = server.of(f"Bearer {key}")
    assert known is not None
    for _ in range(3):
        count = server.count(known, "check")
        count.requests, count.asked, count.found = count.requests + 1, count.asked + 1, count.found + 1
    server.count(None, "check").refused = 9
    server.flush()
    access = tokens_path().parent / "access"
    next(access.glob("*.jsonl")).open("a").write('{"at": "?"}\nhỏng\n')

    assert partner_use_gather() == 1
    assert partner_use_gather() == 0

    use = PartnerUse.objects.get()
    assert (use.partner, use.route, use.requests, use.found, use.refused) == (bank, "nhanh-check", 3, 3, 0)
    assert not list(access.glob("*"))


def test_the_shared_secret_is_kept_sealed(cast: Cast, bank: Partner) -> None:
    assert partner_secret(bank) == ""
    secret = partner_secret_set(by=cast.admin, partner=bank)
    bank.refresh_from_db()
    assert partner_secret(bank) == secret
    assert secret.encode() not in bytes(bank.endpoint_secret_sealed or b"")


def test_a_partners_machine_has_no_role_and_no_password(cast: Cast, bank: Partner, key: str) -> None:
    machine = ApiToken.objects.get().member
    assert not machine.has_usable_password()
    assert not Role.objects.filter(member=machine).exists()


@pytest.mark.django_db(transaction=True)
def test_any_input_is_answered_as_published(live_server: LiveServer) -> None:
    cast = agencies.cast()
    bank = exchange.partner(by=cast.coordinator, per_minute=100_000)
    headers = {"Authorization": f"Bearer {exchange.partner_key(by=cast.coordinator, partner=bank)}"}
    factory.indicator(factory.key("account", ACCOUNT))
    loaded = schemathesis.openapi.from_url(f"{live_server.url}/api/v1/openapi.json")
    every: list[Any] = list(loaded.get_all_operations())
    operations = [one for one in (found.ok() for found in every) if "/indicators/" in one.path]
    assert len(operations) >= 7
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
        def answered(case: Any) -> None:
            # a value can be of the right type and still be no phone number: 400 says so
            case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

        answered()
