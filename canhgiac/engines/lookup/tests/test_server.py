"""The look-up server as partners and browsers meet it: a real process, a real socket."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
from hashlib import sha256
from pathlib import Path

import pytest

from ..buckets import BITS, digest_of, prefix_of, read_bucket
from ..index import State, changes_path, write_changes, write_index
from ..keys import Key, Kind, key_of
from .conftest import BANK, BULKY, POOR, TOKENS, Answer, Started, raw, start, stop


def test_a_listed_number_is_told_with_state_reasons_and_age(standing: Started) -> None:
    told = standing.ask("/v1/check/phone/+84900000123")
    assert told.status == 200
    assert told.headers["content-type"] == "application/json; charset=utf-8"
    assert told.headers["cache-control"] == "no-store"
    facts = told.json
    assert facts.pop("age_days") >= 0
    assert "chủ" in facts.pop("note")
    assert facts.pop("also") == [
        {
            "key": "phone:+8490000*",
            "state": "review",
            "note": "Có người báo và đang được xem xét. Chưa phải kết luận.",
            "tags": ["bank"],
            "first": "2026-08-12",
            "last": "2026-11-20",
            "sightings": 3,
            "age_days": told.json["age_days"],
        }
    ]
    assert facts == {
        "found": True,
        "kind": "phone",
        "value": "+84900000123",
        "state": "confirmed",
        "tags": ["bank"],
        "first": "2026-08-12",
        "last": "2026-11-20",
        "sightings": 3,
    }


@pytest.mark.parametrize(
    ("path", "state", "covered"),
    [
        ("phone/0900%20000%20123", "confirmed", None),
        ("phone/+84900009999", "review", "phone:+8490000*"),
        ("account/970436:0123456789", "reported", None),
        ("account/0123456789", "reported", "account:970436:0123456789"),
        ("account/0123456789?bank=Vietcombank", "reported", None),
        ("link/sub.evil.test/a/b", "confirmed", "link:evil.test"),
        ("link/https%3A%2F%2Fwww.evil.test%2Fx%3Fy", "confirmed", "link:evil.test"),
        ("link/facebook.com/Ten.Ai", "cleared", None),
        ("social/facebook:nguoi.tot", "known_good", None),
    ],
)
def test_every_spelling_is_understood_and_what_covers_it_is_named(
    standing: Started, path: str, state: str, covered: str | None
) -> None:
    told = standing.ask(f"/v1/check/{path}")
    assert told.status == 200, told.content
    assert (told.json["state"], told.json.get("covered_by")) == (state, covered)


def test_silence_is_not_a_promise(standing: Started) -> None:
    told = standing.ask("/v1/check/phone/0911000000")
    assert (told.status, told.json["found"]) == (200, False)
    assert "không có nghĩa là đáng tin" in told.json["note"]
    everything = standing.ask("/v1/check/social/facebook:nguoi.tot").content + told.content
    assert "an toàn" not in everything.decode()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/check/phone/abc", 400),
        ("/v1/check/thing/x", 400),
        ("/v1/check/phone/", 400),
        ("/v1/check/phone/%ff%fe", 400),
        ("/v1/check/account/" + "9" * 3000, 400),
        ("/v1/check", 404),
        ("/", 404),
        ("/v1/bucket/phone/zzzz", 404),
        ("/v1/bucket/phone/ffff", 404),
        ("/v1/bucket/phone/1", 404),
        ("/v1/bucket/phone/+001", 404),
        ("/v1/bucket/thing/0001", 404),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(standing: Started, path: str, status: int) -> None:
    told = standing.ask(path)
    assert told.status == status
    assert told.json["error"].endswith(".")
    assert standing.ask(path, method="DELETE").status in {404, 405}


def test_who_has_no_right_token_learns_nothing(standing: Started) -> None:
    paths = ("/v1/check/phone/0900000123", "/v1/check/phone/0911000000", "/v1/check/phone/abc")
    for token in (None, "wrong", sha256(BANK.encode()).hexdigest(), ""):
        told = {standing.ask(path, token=token).content for path in paths}
        assert len(told) == 1
        assert standing.ask(paths[0], token=token).status == 401
    assert standing.ask(paths[0], token=None, Authorization=f"bEARER {BANK}").status == 200
    assert standing.ask("/v1/check", token=None, method="POST", body=b"{}").status == 401


def test_a_token_does_only_what_it_is_for(server: Started) -> None:
    assert server.ask("/v1/check", method="POST", body=b'{"kind":"phone","value":"113"}').status == 403
    server.tokens({BANK: TOKENS[BULKY] | {"scopes": []}})
    server.wait(lambda: server.ask("/v1/check/phone/113").status == 403)
    server.tokens({})
    server.wait(lambda: server.ask("/v1/check/phone/113").status == 401)


def test_an_expired_token_ends_by_itself(server: Started) -> None:
    server.tokens({BANK: TOKENS[BANK] | {"expires_at": 1_000_000_000}})
    server.wait(lambda: server.ask("/v1/check/phone/113").status == 401)


def test_a_broken_file_of_tokens_changes_nothing(server: Started) -> None:
    (server.folder / "tokens.json").write_text('{"abc": 3}')
    server.wait(lambda: "tokens" in server.errors.read_text())
    assert server.ask("/v1/check/phone/113").status == 200


def test_a_quota_is_kept_for_single_and_bulk_together(server: Started) -> None:
    """Asked until refused: a minute may end meanwhile, so at most two quotas go through."""
    told = [server.ask("/v1/check/phone/113", token=POOR).status for _ in range(25)]
    assert told.count(200) in range(10, 21)
    assert set(told) == {200, 429}
    body = b'{"kind":"phone","value":"113"}\n' * 40
    lines = server.ask("/v1/check", token=POOR, method="POST", body=body).lines
    assert len(lines) <= 21
    assert "hết lượt" in lines[-1]["error"]


def test_bulk_answers_line_by_line_and_a_bad_line_disturbs_no_other(standing: Started) -> None:
    asked: list[bytes] = [
        b'{"kind":"phone","value":"0900 000 123","id":1}',
        b'{"kind":"phone","value":"abc","id":"\xc3\xa1"}',
        b"not json",
        b"[]",
        b"",
        b'{"kind":"account","value":"0123456789","bank":"VCB"}',
        b'{"kind":"link","value":7}',
        b'{"kind":"link","value":"https://evil.test/x","id":null}',
        b'{"kind":"phone","value":"' + b"9" * 20_000 + b'"}',
        b'{"kind":"phone","value":"0911000000","id":9}',
    ]
    got = standing.ask("/v1/check", token=BULKY, method="POST", body=b"\n".join(asked))
    assert got.headers["content-type"] == "application/x-ndjson; charset=utf-8"
    lines = got.lines
    assert [line.get("id", "-") for line in lines] == [1, "á", "-", "-", "-", "-", None, "-", 9]
    assert [line.get("state", "error" in line) for line in lines] == [
        *("confirmed", True, True, True, "reported", True, "confirmed", True, False)
    ]


def test_bulk_streams_in_both_directions(standing: Started) -> None:
    """The first answers come while the last questions are not yet written."""
    with socket.create_connection(("127.0.0.1", standing.port), timeout=30) as wire:
        head = (
            f"POST /v1/check HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {BULKY}\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        wire.sendall(head.encode())
        got = b""
        for number in range(3):
            line = json.dumps({"kind": "phone", "value": "0900000123", "id": number}).encode() + b"\n"
            wire.sendall(f"{len(line):x}\r\n".encode() + line + b"\r\n")
            while f'"id":{number},'.encode() not in got:
                more = wire.recv(65536)
                assert more, got
                got += more
        wire.sendall(b"0\r\n\r\n")
        while not got.endswith(b"0\r\n\r\n"):
            got += wire.recv(65536)


def test_many_lines_come_back_in_order(standing: Started) -> None:
    count = 20_000
    body = b"".join(b'{"kind":"phone","value":"0900%06d","id":%d}\n' % (n, n) for n in range(count))
    lines = standing.ask("/v1/check", token=BULKY, method="POST", body=body).lines
    assert [line["id"] for line in lines] == list(range(count))
    assert [line["found"] for line in lines] == [number < 10_000 for number in range(count)]  # the range ends there


def test_a_bucket_is_for_everybody_constant_in_size_and_cacheable(standing: Started) -> None:
    key = key_of(Kind.PHONE, "0900000123")
    answers = [standing.ask(f"/v1/bucket/phone/{p:04x}", token=None) for p in (prefix_of(key), 0, 1, 0x3FFF)]
    assert {answer.status for answer in answers} == {200}
    assert len({len(answer.content) for answer in answers}) == 1
    entries, ranges = read_bucket(answers[0].content)
    assert entries[digest_of(key.kind, key.value)][0] is State.CONFIRMED
    assert len(ranges) == 1
    headers = answers[0].headers
    assert (headers["etag"], headers["cache-control"]) == ('"1"', "public, max-age=30")
    assert headers["access-control-allow-origin"] == "*"
    again = standing.ask(f"/v1/bucket/phone/{prefix_of(key):04x}", token=None, If_None_Match='"1"')
    assert (again.status, again.content) == (304, b"")
    cleared = key_of(Kind.LINK, "facebook.com/ten.ai")
    assert not read_bucket(standing.ask(f"/v1/bucket/link/{prefix_of(cleared):04x}").content)[0]


def test_changes_are_answered_from_within_seconds(server: Started) -> None:
    write_changes(
        changes_path(server.index),
        [raw("phone", "+84900000123", State.CLEARED), raw("phone", "+84911000000")],
        since=1,
        version=2,
    )
    server.wait(lambda: server.version() == 2)
    assert server.ask("/v1/check/phone/0900000123").json["state"] == "cleared"
    assert server.ask("/v1/check/phone/0911000000").json["found"]
    bucket = server.ask(f"/v1/bucket/phone/{prefix_of(Key(Kind.PHONE, '+84900000123')):04x}")
    assert bucket.headers["etag"] == '"2"'
    assert digest_of(Kind.PHONE, "+84900000123") not in read_bucket(bucket.content)[0]


def test_an_altered_file_is_refused_with_one_line_and_the_old_one_stays(server: Started) -> None:
    whole = server.index.read_bytes()
    beside = server.folder / "beside"
    beside.write_bytes(whole[:-100])
    beside.replace(server.index)
    server.wait(lambda: "refused index.cgi" in server.errors.read_text())
    assert server.ask("/v1/check/phone/0900000123").json["state"] == "confirmed"
    assert server.ask("/v1/health").json["status"] == "stale"
    altered = bytearray(whole)
    altered[len(whole) // 2] ^= 1
    beside.write_bytes(altered)
    beside.replace(server.index)
    server.wait(lambda: server.errors.read_text().count("refused") == 2)
    assert server.ask("/v1/check/phone/0900000123").json["state"] == "confirmed"
    assert server.errors.read_text().count("\n") == 2
    write_index(server.index, [raw("phone", "+84900000999")], version=3)
    server.wait(lambda: server.version() == 3)
    assert server.ask("/v1/health").json["status"] == "ok"
    assert not server.ask("/v1/check/phone/0900000123").json["found"]


def test_altered_changes_do_not_keep_the_server_from_starting(server: Started, tmp_path: Path) -> None:
    stop(server)
    changes_path(server.index).write_bytes(b"CGLOOKUP" + bytes(500))
    started = start(tmp_path)
    try:
        assert started.ask("/v1/check/phone/0900000123").json["state"] == "confirmed"
        assert "delta" in started.ask("/v1/health").json["refused"]
    finally:
        stop(started)


def test_without_an_index_it_says_so_and_answers_when_there_is_one(server: Started, tmp_path: Path) -> None:
    stop(server)
    server.index.unlink()
    started = start(tmp_path)
    try:
        assert started.ask("/v1/health").status == 503
        for path in ("/v1/check/phone/0900000123", "/v1/bucket/phone/0001"):
            told = started.ask(path)
            assert (told.status, told.headers["retry-after"]) == (503, "5")
        write_index(started.index, [raw("phone", "+84900000123")], version=5)
        started.wait(lambda: started.version() == 5)
        assert started.ask("/v1/check/phone/0900000123").json["found"]
    finally:
        stop(started)


def _ask_until(server: Started, done: threading.Event, told: list[tuple[int, int]], faults: list[str]) -> None:
    """Asks for the number that every version has, on one connection, and notes which version answered."""
    connection = server.connect()
    try:
        while not done.is_set():
            connection.request("GET", "/v1/check/phone/+84900000001", headers={"Authorization": f"Bearer {BANK}"})
            got = connection.getresponse()
            content = got.read()
            told.append((got.status, json.loads(content)["sightings"]))
    except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
        faults.append(repr(error))
    finally:
        connection.close()


def test_the_index_is_swapped_under_load_and_no_request_is_dropped(server: Started) -> None:
    def put(version: int) -> None:
        others = (raw("account", f"970436:{number:010}") for number in range(20_000))
        write_index(server.index, [*others, (*raw("phone", "+84900000001")[:6], version)], version=version)

    put(100)
    server.wait(lambda: server.version() == 100)
    done, faults = threading.Event(), list[str]()
    told: list[list[tuple[int, int]]] = [[] for _ in range(4)]

    def heard(version: int) -> bool:
        return bool(faults) or version in {mine[-1][1] for mine in told}

    askers = [threading.Thread(target=_ask_until, args=(server, done, mine, faults)) for mine in told]
    for asker in askers:
        asker.start()
    try:
        server.wait(lambda: bool(faults) or all(told))  # each has asked before the first swap
        for version in range(101, 106):
            put(version)
            server.wait(lambda version=version: heard(version))  # type: ignore[misc]
    finally:
        done.set()
        for asker in askers:
            asker.join(30)
    assert faults == []
    for mine in told:
        assert {status for status, _ in mine} == {200}
        versions = [version for _, version in mine]
        assert versions == sorted(versions)
        assert versions[0] == 100
    assert {version for mine in told for _, version in mine} >= {101, 102, 103, 104}


def test_counts_are_written_down_without_what_was_asked(server: Started) -> None:
    for number in ("0900000123", "0911000000", "abc"):
        server.ask(f"/v1/check/phone/{number}")
    server.ask("/v1/check", token=BULKY, method="POST", body=b'{"kind":"account","value":"0123456789"}')
    server.ask("/v1/check/phone/113", token="wrong")
    server.ask("/v1/bucket/phone/0001", token=None)
    stop(server)
    files = list((server.folder / "access").iterdir())
    text = "".join(file.read_text() for file in files)
    rows = [json.loads(line) for line in text.splitlines()]
    counted: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        sums = counted.setdefault((row["token"], row["route"]), [0, 0, 0, 0])
        counted[row["token"], row["route"]] = [
            known + row[name] for known, name in zip(sums, ("requests", "asked", "found", "refused"), strict=True)
        ]
    bank, bulky = (sha256(token.encode()).hexdigest() for token in (BANK, BULKY))
    assert counted[bank, "check"] == [3, 2, 1, 0]
    assert counted[bulky, "bulk"] == [1, 1, 1, 0]
    assert counted["", "check"] == [1, 0, 0, 1]
    assert counted["", "bucket"] == [1, 0, 0, 0]
    assert {row["partner"] for row in rows} == {"", "Ngân hàng Ví Dụ", "Nhà mạng Ví Dụ"}
    for asked in ("900000123", "911000000", "0123456789", "abc", BANK, BULKY):
        assert asked not in text + server.errors.read_text()


def test_several_workers_answer_from_one_file_and_share_a_quota(server: Started, tmp_path: Path) -> None:
    stop(server)
    started = start(tmp_path, workers=2)
    try:
        held = [started.connect() for _ in range(12)]
        for connection in held:
            connection.request("GET", "/v1/check/phone/0900000123", headers={"Authorization": f"Bearer {BANK}"})
            assert connection.getresponse().read()
        write_index(started.index, [raw("phone", "+84900000123", State.REVIEW)], version=9)

        def all_swapped() -> bool:
            versions = []
            for connection in held:
                connection.request("GET", "/v1/health")
                versions.append(json.loads(connection.getresponse().read())["version"])
            return set(versions) == {9}

        started.wait(all_swapped)
        for connection in held:
            connection.close()
        refused = [started.ask("/v1/check/phone/113", token=POOR).status == 429 for _ in range(60)]
        assert any(refused)
        started.wait(lambda: {started.ask("/v1/check/phone/113", token=POOR).status for _ in range(9)} == {429})
        maps = [Path(f"/proc/{pid}/maps").read_text() for pid in _workers(started.process.pid)]
        assert len([text for text in maps if str(started.index) in text]) == 2
    finally:
        stop(started)


def _workers(parent: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=True)
    return [int(pid) for pid in listed.stdout.split()]


def test_the_server_needs_no_django_and_no_database() -> None:
    code = "import sys, canhgiac.engines.lookup.server; print(sorted({'django', 'psycopg'} & set(sys.modules)))"
    clean = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=clean)
    assert ran.stdout.strip() == "[]"


def test_every_kind_can_be_asked_by_bucket(standing: Started) -> None:
    answers: dict[Kind, Answer] = {kind: standing.ask(f"/v1/bucket/{kind}/0000") for kind in BITS}
    assert all(answer.status == 200 for answer in answers.values())


def test_a_question_gets_one_answer_by_the_short_way_and_by_the_long_way(standing: Started) -> None:
    """A query string sends a question the long way round, a space in the number too."""
    for listed, other in (("phone/+84900000123", "phone/0900 000 123"), ("account/970436:0123456789", None)):
        short = standing.ask(f"/v1/check/{listed}").content
        assert standing.ask(f"/v1/check/{listed}?x=1").content == short
        assert other is None or standing.ask(f"/v1/check/{other.replace(' ', '%20')}").content == short
    for unknown in ("phone/+84911000000", "account/970436:0000000001"):
        assert standing.ask(f"/v1/check/{unknown}").content == standing.ask(f"/v1/check/{unknown}?x=1").content
