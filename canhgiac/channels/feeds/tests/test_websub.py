"""Pings to a hub on a real socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from canhgiac.channels.feeds.websub import MOST_TOPICS, HubError, link_header, ping

TOPICS = ["https://canhgiac.vinhan.test/canh-bao/rss.xml", "https://canhgiac.vinhan.test/canh-bao/atom.xml?a=1&b=2"]


class Hub(ThreadingHTTPServer):
    """A hub that answers as it is told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Ear)
        self.status = 204
        self.heard: list[dict[str, list[str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class Ear(BaseHTTPRequestHandler):
    """Answers one request."""

    server: Hub

    def do_POST(self) -> None:
        """A ping."""
        self.server.heard.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.send_response(self.server.status)
        self.send_header("Location", self.server.url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


@pytest.fixture
def hub() -> Iterator[Hub]:
    server = Hub()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_hub_hears_of_every_feed_in_one_call(hub: Hub) -> None:
    ping(hub.url, TOPICS)
    assert hub.heard == [{"hub.mode": ["publish"], "hub.url": TOPICS}]


@pytest.mark.parametrize(
    ("status", "lasting"), [(400, True), (404, True), (301, True), (429, False), (500, False), (503, False)]
)
def test_a_refusal_says_whether_to_try_again(hub: Hub, status: int, *, lasting: bool) -> None:
    hub.status = status
    with pytest.raises(HubError, match=str(status)) as raised:
        ping(hub.url, TOPICS)
    assert raised.value.permanent is lasting
    assert len(hub.heard) == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://[", "gopher://a.test/"])
def test_a_hub_that_is_not_there_is_tried_later(url: str) -> None:
    with pytest.raises(HubError) as raised:
        ping(url, TOPICS, seconds=2)
    assert not raised.value.permanent


@pytest.mark.parametrize("topics", [[], TOPICS * MOST_TOPICS])
def test_a_ping_is_for_a_handful_of_feeds(hub: Hub, topics: list[str]) -> None:
    with pytest.raises(ValueError, match="topics"):
        ping(hub.url, topics)
    assert hub.heard == []


def test_readers_find_the_hub_in_the_link_header() -> None:
    told = link_header("https://hub.example/", TOPICS[1])
    assert told == f'<https://hub.example/>; rel="hub", <{TOPICS[1]}>; rel="self"'


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://a.test/>; rel=x", "https://a.test/\r\nX: y", "https://á.test/"]
)
def test_no_address_breaks_out_of_the_header(url: str) -> None:
    with pytest.raises(ValueError, match="web address"):
        link_header(url, TOPICS[0])
    with pytest.raises(ValueError, match="web address"):
        link_header("https://hub.example/", url)
