"""xAPI statements against the rules of xAPI 1.0.3, and badges against another library's Ed25519."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import uuid
from dataclasses import replace
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from .. import badges, xapi
from ..items import Item
from .making import items
from .seeds import ALL, HOTSPOT, MATCH, MULTIPLE, NUMBER, ORDER, SHORT, TRUE_FALSE

AT = dt.datetime(2026, 11, 22, 8, 30, 1, 250_000, tzinfo=dt.timezone(dt.timedelta(hours=7)))
COURSE = xapi.Activity("https://tinh.example/hoc/khoa/12", "course", "Nhận ra lừa đảo")
LESSON = xapi.Activity("https://tinh.example/hoc/bai/3", "lesson", "Mã OTP", "Bài năm phút")
OCCASION = xapi.Occasion(
    uuid.UUID("7c3f3f3e-0d0c-4d7a-9d1e-0a3b6d3f0c01"),
    xapi.Actor("https://tinh.example", "hv-7f3k2"),
    AT,
    uuid.UUID("7c3f3f3e-0d0c-4d7a-9d1e-0a3b6d3f0c02"),
    (COURSE,),
)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
DURATION = re.compile(r"P(?=.)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d{1,2})?S)?)?")
TYPES = {
    "true-false",
    "choice",
    "fill-in",
    "long-fill-in",
    "matching",
    "performance",
    "sequencing",
    "likert",
    "numeric",
}


def is_iri(text: str) -> bool:
    return re.fullmatch(r"[a-z][a-z0-9+.-]*:\S+", text) is not None


def check_map(told: dict[str, str]) -> None:
    assert told
    assert all(re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", tag) for tag in told)


def check_activity(told: dict[str, Any]) -> None:
    assert told["objectType"] == "Activity"
    assert is_iri(told["id"])
    definition = told["definition"]
    assert set(definition) <= {
        *("name", "description", "type", "moreInfo", "extensions", "interactionType", "correctResponsesPattern"),
        *("choices", "scale", "source", "target", "steps"),
    }
    assert is_iri(definition["type"])
    for name in ("name", "description"):
        if name in definition:
            check_map(definition[name])
    if "interactionType" in definition:
        assert definition["interactionType"] in TYPES
        assert definition["type"] == "http://adlnet.gov/expapi/activities/cmi.interaction"
        allowed = {"choice": {"choices"}, "sequencing": {"choices"}, "matching": {"source", "target"}}
        lists = set(definition) & {"choices", "scale", "source", "target", "steps"}
        assert lists == allowed.get(definition["interactionType"], set())
        for name in lists:
            ids = [part["id"] for part in definition[name]]
            assert len(set(ids)) == len(ids)
            assert not [one for one in ids if re.search(r"\s", one)]


def check(body: dict[str, Any]) -> None:
    """The rules of xAPI-Data 2.2 to 2.4.7 that a record store refuses a statement by."""
    assert set(body) <= {
        *("id", "actor", "verb", "object", "result", "context", "timestamp", "stored", "authority", "version"),
        "attachments",
    }
    assert UUID.fullmatch(body["id"])
    assert body["version"].startswith("1.0.")
    assert STAMP.fullmatch(body["timestamp"])
    actor = body["actor"]
    assert set(actor) == {"objectType", "account"}  # one inverse functional identifier, no name
    assert set(actor["account"]) == {"homePage", "name"}
    assert is_iri(actor["account"]["homePage"])
    assert is_iri(body["verb"]["id"])
    check_map(body["verb"]["display"])
    check_activity(body["object"])
    context = body["context"]
    assert set(context) <= {"registration", "language", "platform", "contextActivities"}
    assert UUID.fullmatch(context["registration"])
    for listed in context.get("contextActivities", {}).values():
        for activity in listed:
            check_activity(activity)
    result = body.get("result", {})
    assert set(result) <= {"score", "success", "completion", "response", "duration", "extensions"}
    assert all(isinstance(result[name], bool) for name in ("success", "completion") if name in result)
    if "score" in result:
        score = result["score"]
        assert -1 <= score["scaled"] <= 1
        assert score.get("min", 0) <= score.get("raw", 0) <= score.get("max", 0)
    if "duration" in result:
        assert DURATION.fullmatch(result["duration"])
    _no_nulls(body)
    json.dumps(body, allow_nan=False)


def _no_nulls(told: Any) -> None:
    """xAPI-Data 2.2: a statement holds no null and no empty map."""
    assert told is not None
    assert told != {}
    for one in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        _no_nulls(one)


def test_statements_keep_the_rules() -> None:
    for body in (
        xapi.initialized(OCCASION, COURSE),
        xapi.initialized(replace(OCCASION, parents=()), LESSON),
        xapi.completed(OCCASION, LESSON, seconds=301.239),
        xapi.completed(OCCASION, LESSON),
        xapi.judged(OCCASION, COURSE, passed=True, points=8, most=10, seconds=0),
        xapi.judged(OCCASION, COURSE, passed=False, points=2.5, most=10),
        xapi.attended(OCCASION, COURSE),
        xapi.attended(OCCASION, COURSE, seconds=5400),
    ):
        check(body)


@settings(deadline=None, max_examples=40)
@given(st.one_of(st.sampled_from(ALL), items()))
def test_any_question_answered_keeps_the_rules(item: Item) -> None:
    question = xapi.Activity("https://tinh.example/cau/1", "question", item.prompt[:60])

    check(xapi.answered(OCCASION, question, item=item, given=None, share=0))
    check(xapi.answered(OCCASION, question, item=item, given=list(item.right) or "x", share=0.5, seconds=3))


def test_what_a_statement_says() -> None:
    body = xapi.judged(OCCASION, COURSE, passed=True, points=8, most=10, seconds=3723.5)

    assert body["verb"]["id"] == "http://adlnet.gov/expapi/verbs/passed"
    assert body["timestamp"] == "2026-11-22T01:30:01.250Z"
    assert body["result"] == {
        "success": True,
        "completion": True,
        "score": {"scaled": 0.8, "raw": 8, "min": 0, "max": 10},
        "duration": "PT1H2M3.5S",
    }
    with pytest.raises(ValueError, match="points"):
        xapi.judged(OCCASION, COURSE, passed=True, points=11, most=10)
    with pytest.raises(ValueError, match="zone"):
        xapi.initialized(replace(OCCASION, at=AT.replace(tzinfo=None)), COURSE)


def test_patterns_of_right_answers() -> None:
    def told(item: Item, given_answer: Any) -> tuple[str, list[str], str]:
        body = xapi.answered(OCCASION, replace(COURSE, kind="question"), item=item, given=given_answer, share=1)
        definition = body["object"]["definition"]
        return definition["interactionType"], definition["correctResponsesPattern"], body["result"]["response"]

    partner = MATCH.options[1].partner
    assert told(MULTIPLE, ["a", "b"]) == ("choice", ["a[,]b[,]d"], "a[,]b")
    assert told(TRUE_FALSE, "true") == ("true-false", ["false"], "true")
    assert told(ORDER, ["c", "a", "b"]) == ("sequencing", ["a[,]b[,]c"], "c[,]a[,]b")
    assert told(MATCH, {"a": partner}) == ("matching", ["a[.]t1[,]b[.]t2"], "a[.]t2")
    assert told(replace(NUMBER, number=1234567.0, tolerance=0.25), "1")[1] == ["1234566.75[:]1234567.25"]
    assert told(NUMBER, "3") == ("numeric", ["2.5[:]3.5"], "3")
    assert told(SHORT, "113") == ("fill-in", ["{case_matters=false}113", "{case_matters=false}một một ba"], "113")
    assert told(HOTSPOT, ["a", [1, 2]]) == ("choice", ["a"], "a[,]1-2")


# Badges -------------------------------------------------------------------------------------------------------------

KEY = bytes(range(32))
PUBLIC = badges.public_of(KEY)
NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
BADGE = badges.credential(
    iri="https://tinh.example/chung-nhan/AB12CD34/",
    issuer=badges.Issuer("https://tinh.example/chung-nhan/noi-cap/", "Công an tỉnh Vĩnh An"),
    achievement=badges.Achievement(
        "https://tinh.example/hoc/khoa/12", "Nhận ra lừa đảo", "Khóa học 30 phút", "Học hết bài, đúng từ 80 %."
    ),
    subject="urn:uuid:7c3f3f3e-0d0c-4d7a-9d1e-0a3b6d3f0c03",
    holder="Nguyễn Thị Thử",
    issued_at=AT,
    valid_until=dt.datetime(2028, 1, 1, tzinfo=dt.UTC),
    status="https://tinh.example/chung-nhan/thu-hoi/",
)


def part(text: str, place: int) -> dict[str, Any]:
    raw = text.split(".")[place]
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)))
    return told


def test_a_badge_is_verified_by_another_library() -> None:
    text = badges.sign(BADGE, KEY, kid="https://tinh.example/chung-nhan/khoa/#1")
    signed, _, signature = text.rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    other = Ed25519PublicKey.from_public_bytes(PUBLIC)

    other.verify(raw, signed.encode())
    with pytest.raises(InvalidSignature):
        other.verify(raw, signed.encode() + b"x")
    assert part(text, 0) == {"alg": "EdDSA", "typ": "JWT", "kid": "https://tinh.example/chung-nhan/khoa/#1"}


def test_the_claims_are_those_of_the_credential() -> None:
    """Open Badges 3.0, section 8.2.4.1: iss, jti, nbf, sub, exp and what each has to equal."""
    told = part(badges.sign(BADGE, KEY), 1)

    assert told["iss"] == told["issuer"]["id"]
    assert told["jti"] == told["id"]
    assert told["sub"] == told["credentialSubject"]["id"]
    assert told["nbf"] == int(AT.timestamp())
    assert told["validFrom"] == "2026-11-22T01:30:01Z"
    assert told["exp"] == int(dt.datetime(2028, 1, 1, tzinfo=dt.UTC).timestamp())
    assert told["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert told["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    achievement = told["credentialSubject"]["achievement"]
    assert set(achievement) >= {"id", "type", "name", "description", "criteria"}  # those that the standard requires
    assert "d" not in part(badges.sign(BADGE, KEY), 0)["jwk"]  # never the private half


def test_there_and_back() -> None:
    assert badges.verify(badges.sign(BADGE, KEY), PUBLIC, now=NOW) == BADGE


def test_what_is_no_badge_of_ours_is_refused() -> None:
    good = badges.sign(BADGE, KEY)
    head, body, signature = good.split(".")
    other = badges.sign(BADGE, bytes(32))
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    apart = badges.sign({**BADGE, "validFrom": "2026-11-22T01:30:01Z", "iss": "x"}, KEY)

    for text, words in (
        ("", "không phải"),
        ("a.b.c", "không phải"),
        (good[:-4] + "AAAA", "Chữ ký không đúng"),
        (f"{head}.{body[:-2]}AA.{signature}", "không"),
        (other, "Chữ ký không đúng"),
        (f"{unsigned}.{body}.", "Ed25519"),
        (good + "x" * 70_000, "không phải"),
    ):
        with pytest.raises(badges.BadgeRefused, match=words):
            badges.verify(text, PUBLIC, now=NOW)
    assert badges.verify(apart, PUBLIC, now=NOW)["id"] == BADGE["id"]  # a stray claim in the credential gives way
    with pytest.raises(badges.BadgeRefused, match="chưa có hiệu lực"):
        badges.verify(good, PUBLIC, now=AT - dt.timedelta(seconds=2))
    with pytest.raises(badges.BadgeRefused, match="hết hạn"):
        badges.verify(good, PUBLIC, now=dt.datetime(2028, 1, 1, tzinfo=dt.UTC))


@given(st.text(max_size=80))
def test_any_text_is_refused_and_nothing_else(text: str) -> None:
    with pytest.raises(badges.BadgeRefused):
        badges.verify(text, PUBLIC, now=NOW)


def test_a_new_key_is_a_key() -> None:
    key = badges.key_new()
    told = badges.jwk(badges.public_of(key), kid="k")

    assert len(key) == 32
    assert (told["kty"], told["crv"], told["kid"]) == ("OKP", "Ed25519", "k")
    assert badges.verify(badges.sign(BADGE, key), badges.public_of(key), now=NOW)
