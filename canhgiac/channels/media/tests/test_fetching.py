"""Pictures are fetched from the platforms' hosts alone, up to a size, and never from our own network."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from canhgiac.channels.media import MESSENGER_HOSTS, ZALO_HOSTS, MediaError, allowed, fetch
from simulators.api import ApiServer, Call, Reply, reply


@pytest.fixture
def server() -> Iterator[ApiServer]:
    """Serves a small picture, a large one, one whose length is not told, and a way to another place."""
    made = ApiServer("127.0.0.1", 0)

    def book(call: Call) -> Reply:
        answers = {
            "nho": Reply(200, b"\x89PNG" + bytes(100), "image/png"),
            "lon": Reply(200, bytes(5000), "image/png"),
            "cham": Reply(200, b"x", delay=20.0),
            "noi-khac": reply({}, 302, headers={"Location": f"{made.url}/anh/nho"}),
        }
        return answers.get(call.path, reply({}, 404))

    made.books = {"anh": book}
    made.start()
    yield made
    made.shutdown()
    made.server_close()


def got(url: str, *, hosts: tuple[str, ...] = ("127.0.0.1",), most: int = 1000, seconds: float = 15.0) -> bytes | str:
    """The bytes, or the code of why not."""
    try:
        return asyncio.run(fetch(url, hosts=hosts, most=most, timeout=seconds))
    except MediaError as error:
        return error.code


@pytest.mark.parametrize(
    ("url", "hosts", "may"),
    [
        ("https://photo-stal-12.zdn.vn/a.jpg", ZALO_HOSTS, True),
        ("https://scontent.xx.fbcdn.net/v/t1.15752-9/a.jpg?oh=1", MESSENGER_HOSTS, True),
        ("http://photo-stal-12.zdn.vn/a.jpg", ZALO_HOSTS, False),
        ("https://zdn.vn.ke-gian.test/a.jpg", ZALO_HOSTS, False),
        ("https://kezdn.vn/a.jpg", ZALO_HOSTS, False),
        ("https://zdn.vn:8443/a.jpg", ZALO_HOSTS, False),
        ("https://u:p@zdn.vn/a.jpg", ZALO_HOSTS, False),
        ("https://127.0.0.1/a.jpg", ZALO_HOSTS, False),
        ("http://169.254.169.254/latest", ("169.254.169.254",), False),
        ("http://localhost:9/a", ("localhost",), True),
        ("file:///etc/passwd", ("", "localhost"), False),
        ("https://[::1", ZALO_HOSTS, False),
        ("https://zdn.vn:99999/a", ZALO_HOSTS, False),
        ("", ZALO_HOSTS, False),
    ],
)
def test_which_addresses_are_asked(url: str, hosts: tuple[str, ...], may: bool) -> None:
    assert allowed(url, hosts) is may
    if not may:
        assert got(url, hosts=hosts) == "host"


def test_what_comes_back(server: ApiServer) -> None:
    there = f"{server.url}/anh"
    small = got(f"{there}/nho")
    assert isinstance(small, bytes)
    assert small.startswith(b"\x89PNG")
    assert got(f"{there}/lon") == "large"
    assert got(f"{there}/noi-khac") == "gone", "no redirect is followed"
    assert got(f"{there}/khong-co") == "gone"
    assert got(f"{there}/cham", seconds=0.5) == "away"
    assert got("http://127.0.0.1:9/a") == "away"
