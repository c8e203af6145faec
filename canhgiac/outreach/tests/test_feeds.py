"""Warnings as other programs read them: feeds with what ended, CAP that refers to what it replaces, 304, the hub."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client
from lxml import etree
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from canhgiac.agencies.models import Area, Member, Province
from canhgiac.agencies.selectors import province
from canhgiac.channels.feeds.cap import GEOCODE, MessageType, Status, alert_faults, alert_read
from canhgiac.channels.feeds.websub import HubError
from canhgiac.kit import clock
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.feeds import topics
from canhgiac.outreach.services.postings import hub_ping, warning_places
from canhgiac.outreach.services.renditions import rendition_add_language
from canhgiac.outreach.services.succession import warning_update_begin
from tests.factories import agencies, outreach
from tests.factories.agencies import Cast

from .sending import standing
from .test_public import REASON, cancelled, issued, let_out

pytestmark = pytest.mark.django_db
ATOM, GONE = "{http://www.w3.org/2005/Atom}", "{http://purl.org/atompub/tombstones/1.0}"
FEEDS = ("rss.xml", "atom.xml", "feed.json", "cap/")


@pytest.fixture
def approver(cast: Cast) -> Member:
    return standing(cast)


def fetched(path: str, **query: str) -> bytes:
    answer = Client().get(f"/canh-bao/{path}", query)
    assert answer.status_code == 200, path
    return answer.content


def numbered(row: Alert) -> str:
    return (row.number or "").replace("/", "-")


def titles(path: str = "atom.xml", **query: str) -> list[str | None]:
    return [one.text for one in etree.fromstring(fetched(path, **query)).iterfind(f"{ATOM}entry/{ATOM}title")]


def test_every_feed_tells_what_holds_and_stands_empty(cast: Cast, approver: Member) -> None:
    for path in FEEDS:
        assert fetched(path)
    row = issued(cast, approver)
    for path in FEEDS:
        body = fetched(path).decode()
        assert "Giả điện lực dọa cắt điện" in body, path
        assert f"https://canhgiac.vinhan.test/canh-bao/{row.pk}/" in body, path
        assert f"/canh-bao/cap/{numbered(row)}.xml" in body, path
    [item] = json.loads(fetched("feed.json"))["items"]
    assert "Không cài ứng dụng lạ." in item["content_html"]
    assert item["id"].startswith("tag:canhgiac.vinhan.test,")


def test_a_recall_is_told_and_the_recalled_is_gone(cast: Cast, approver: Member) -> None:
    row = issued(cast, approver)
    [entry] = etree.fromstring(fetched("atom.xml")).iterfind(f"{ATOM}entry")
    recall = cancelled(row, cast, approver)
    told = etree.fromstring(fetched("atom.xml"))
    [left] = told.iterfind(f"{ATOM}entry")
    assert REASON in (left.findtext(f"{ATOM}content") or "")
    [gone] = told.iterfind(f"{GONE}deleted-entry")
    assert gone.get("ref") == entry.findtext(f"{ATOM}id")
    assert REASON in (gone.findtext(f"{GONE}comment") or "")
    [tomb] = json.loads(fetched("feed.json"))["_canhgiac"]["gone"]
    assert (tomb["state"], tomb["why"]) == ("withdrawn", REASON)
    assert f"/canh-bao/{row.pk}/" not in fetched("rss.xml").decode()
    index = fetched("cap/").decode()
    assert f"cap/{numbered(row)}.xml" in index
    assert f"cap/{numbered(recall)}.xml" in index


def test_a_feed_of_one_commune_has_what_concerns_it(cast: Cast, approver: Member) -> None:
    ward = agencies.area(name="Bến Sông", kind="phường", parent=cast.province_area)
    issued(cast, approver, title="Ở Đồi Mây", areas=(cast.commune_area,))
    issued(cast, approver, title="Ở Bến Sông", areas=(ward,))
    issued(cast, approver, title="Cả tỉnh")
    assert titles(xa=ward.code) == ["Cảnh báo: Cả tỉnh", "Cảnh báo: Ở Bến Sông"]
    assert len(titles()) == 3
    for path in FEEDS:
        assert Client().get(f"/canh-bao/{path}", {"xa": "khong-co"}).status_code == 404
        assert f"xa={ward.code}" in fetched(path, xa=ward.code).decode()


def test_what_expired_is_gone_even_before_the_clock_ended_it(cast: Cast, approver: Member) -> None:
    row = issued(cast, approver)
    Alert.objects.filter(pk=row.pk).update(expires_at=clock.now() - dt.timedelta(minutes=1))
    assert titles() == []
    [tomb] = json.loads(fetched("feed.json"))["_canhgiac"]["gone"]
    assert tomb["state"] == "expired"


def test_who_has_it_gets_304_until_something_changes(cast: Cast, approver: Member) -> None:
    row, client = issued(cast, approver), Client()
    for path in (*FEEDS, f"cap/{numbered(row)}.xml"):
        first = client.get(f"/canh-bao/{path}")
        assert first.headers["Last-Modified"]
        again = client.get(f"/canh-bao/{path}", headers={"if-none-match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    held = {path: client.get(f"/canh-bao/{path}").headers["ETag"] for path in FEEDS}
    cancelled(row, cast, approver)
    for path, tag in held.items():
        assert client.get(f"/canh-bao/{path}", headers={"if-none-match": tag}).status_code == 200


def test_cap_is_valid_and_an_update_and_a_recall_refer_to_all_before(cast: Cast, approver: Member) -> None:
    group = agencies.area(name="Tổ 3", level=Area.Level.GROUP, parent=cast.commune_area)
    first = issued(cast, approver, areas=(group,), severity="severe")
    before = fetched(f"cap/{numbered(first)}.xml")
    update = let_out(warning_update_begin(by=cast.coordinator, warning=first), approver)
    recall = cancelled(update, cast, approver)
    bodies = [fetched(f"cap/{numbered(row)}.xml") for row in (first, update, recall)]
    assert [alert_faults(body) for body in bodies] == [[], [], []]
    assert bodies[0] == before, "what was issued never changes"
    alert, second, third = (alert_read(body) for body in bodies)
    assert (alert.kind, second.kind, third.kind) == (MessageType.ALERT, MessageType.UPDATE, MessageType.CANCEL)
    assert alert.status == Status.ACTUAL
    assert second.references == (alert.reference,)
    assert third.references == (alert.reference, second.reference)
    assert third.note == REASON
    [info] = alert.infos
    assert (info.severity, info.urgency, info.certainty) == ("Severe", "Immediate", "Observed")
    assert info.instruction == "Không cài ứng dụng lạ.\nKhông đọc mã OTP cho ai."
    assert info.expires is not None
    assert info.web == f"https://canhgiac.vinhan.test/canh-bao/{first.pk}/"
    [area] = info.areas
    assert (area.description, area.geocodes) == ("Tổ 3, Xã Đồi Mây", ((GEOCODE, cast.commune_area.code),))
    for path in ("CB-2026-999999", f"{numbered(first)}-9"):
        assert Client().get(f"/canh-bao/cap/{path}.xml").status_code == 404


def test_cap_has_a_part_for_each_language_and_a_demo_is_an_exercise(cast: Cast, approver: Member) -> None:
    Province.objects.update(is_demo=True)
    row = outreach.draft(cast.coordinator, title="Giả điện lực", advice="Không cài ứng dụng lạ.")
    rendition_add_language(by=cast.coordinator, warning=row, language="en", kinds=["portal"], version=row.version)
    row.refresh_from_db()
    row.renditions.filter(kind="portal", language="en").update(title="Fake power company", text="Do not install.")
    told = alert_read(fetched(f"cap/{numbered(let_out(row, approver))}.xml"))
    assert told.status == Status.EXERCISE
    assert told.note
    assert [(one.language, one.headline) for one in told.infos] == [
        ("vi-VN", "Cảnh báo: Giả điện lực"),
        ("en", "Fake power company"),
    ]


def test_feeds_ask_the_same_whatever_they_hold(
    cast: Cast, approver: Member, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    province()
    issued(cast, approver)
    client = Client()
    for path, most in (("rss.xml", 8), ("cap/", 6)):
        with django_assert_max_num_queries(most):
            client.get(f"/canh-bao/{path}")
    for number in range(4):
        cancelled(issued(cast, approver, title=f"Cảnh báo {number}"), cast, approver)
    for path, most in (("rss.xml", 8), ("cap/", 6)):
        with django_assert_max_num_queries(most):
            client.get(f"/canh-bao/{path}")


class _Hub(BaseHTTPRequestHandler):
    server: Any

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.told.append(parse_qs(body))
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Says nothing."""


@pytest.fixture
def hub() -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Hub)
    server.told, server.answer = [], 204
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_hub_is_told_when_feeds_change(cast: Cast, approver: Member, hub: Any, settings: Settings) -> None:
    row = issued(cast, approver)
    warning_places(warning_id=row.pk)
    assert not ProcrastinateJob.objects.filter(task_name="outreach.hub_ping").exists()
    settings.WEBSUB_HUB = f"http://127.0.0.1:{hub.server_port}/"
    warning_places(warning_id=row.pk)
    assert ProcrastinateJob.objects.filter(task_name="outreach.hub_ping").exists()
    answer = Client().get("/canh-bao/atom.xml")
    assert 'rel="hub"' in answer.headers["Link"]
    assert f'href="{settings.WEBSUB_HUB}"' in answer.content.decode()
    hub_ping()
    [told] = hub.told
    assert told["hub.url"] == topics()
    assert told["hub.mode"] == ["publish"]
    hub.answer = 503
    with pytest.raises(HubError):
        hub_ping()
    hub.answer = 404
    hub_ping()
