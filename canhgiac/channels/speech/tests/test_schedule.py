"""A commune's programme and what loudspeakers tell of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.channels.feeds.feed import VIETNAM, Entry, Feed, Link, etag
from canhgiac.channels.speech.podcast import Podcast, playlist, podcast
from canhgiac.channels.speech.schedule import (
    MOST_PLAYS,
    ReportError,
    ScheduledItem,
    key_digest,
    key_made,
    report_is_signed,
    report_read,
    report_signature,
    schedule_signature,
    schedule_written,
)

AT = dt.datetime(2026, 12, 18, 9, 0, tzinfo=VIETNAM)
HOUR = dt.timedelta(hours=1)
ITEM = ScheduledItem(
    id="canh-bao-1.2",
    title="Giả danh <công an> & ngân hàng",
    url="https://canhgiac.vinhan.test/loa/am-thanh/1.mp3",
    sha256="ab" * 32,
    size=480_000,
    seconds=61.23,
    start=AT,
    until=AT + 48 * HOUR,
    replaces=("canh-bao-1.1",),
)
KEY = "5e" * 32


def written(*items: ScheduledItem, **more: object) -> bytes:
    given: dict[str, object] = {"area": "22045", "name": "Xã An Bình", "items": items, "serial": 7} | more
    return schedule_written(**given)  # type: ignore[arg-type]


def test_a_programme_says_what_when_and_until_when() -> None:
    told = json.loads(written(ITEM, recalled=("b", "a"), report_url="https://canhgiac.vinhan.test/loa/bao-cao/"))
    assert told["items"] == [
        {
            "id": "canh-bao-1.2",
            "title": "Giả danh <công an> & ngân hàng",
            "url": "https://canhgiac.vinhan.test/loa/am-thanh/1.mp3",
            "type": "audio/mpeg",
            "sha256": "ab" * 32,
            "size": 480_000,
            "seconds": 61.2,
            "from": "2026-12-18T09:00:00+07:00",
            "until": "2026-12-20T09:00:00+07:00",
            "at": ["06:00", "17:30"],
            "at_once": False,
            "replaces": ["canh-bao-1.1"],
        }
    ]
    assert (told["version"], told["serial"], told["poll_seconds"], told["zone"]) == (1, 7, 60, "Asia/Ho_Chi_Minh")
    assert told["area"] == {"code": "22045", "name": "Xã An Bình"}
    assert told["recalled"] == ["a", "b"]


def test_the_same_programme_has_the_same_bytes_whatever_the_order_it_was_given_in() -> None:
    other = dataclasses.replace(ITEM, id="khac", replaces=())
    turned = dataclasses.replace(ITEM, at=(dt.time(17, 30), dt.time(6), dt.time(6)))
    assert written(ITEM, other, recalled=("x", "y")) == written(other, turned, recalled=("y", "x", "x"))
    assert etag(written(ITEM)) == etag(written(ITEM)) != etag(written(ITEM, serial=8))


@pytest.mark.parametrize(
    ("items", "recalled"),
    [
        ((ITEM, ITEM), ()),
        ((ITEM,), (ITEM.id,)),
        ((dataclasses.replace(ITEM, id="có dấu cách"),), ()),
        ((dataclasses.replace(ITEM, id=""),), ()),
        ((dataclasses.replace(ITEM, replaces=("a b",)),), ()),
        ((dataclasses.replace(ITEM, sha256="AB" * 32),), ()),
        ((dataclasses.replace(ITEM, until=AT),), ()),
        ((dataclasses.replace(ITEM, start=AT.replace(tzinfo=None), until=AT.replace(tzinfo=None) + HOUR),), ()),
        ((), ("../x",)),
    ],
)
def test_a_programme_with_a_fault_is_not_written(items: tuple[ScheduledItem, ...], recalled: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"."):
        written(*items, recalled=recalled)


def test_the_times_of_two_days() -> None:
    plays = ITEM.plays(AT - HOUR, AT + 100 * HOUR)
    assert [f"{one:%d %H:%M}" for one in plays] == ["18 17:30", "19 06:00", "19 17:30", "20 06:00"]
    assert ITEM.plays(plays[0], plays[1]) == [plays[1]]
    assert ITEM.plays((AT - HOUR).astimezone(dt.UTC), (AT + 10 * HOUR).astimezone(dt.UTC)) == plays[:1]
    assert ITEM.plays(AT + 50 * HOUR, AT + 90 * HOUR) == []
    assert dataclasses.replace(ITEM, at=()).plays(AT, AT + 48 * HOUR) == []


@given(st.integers(0, 60), st.integers(1, 60))
def test_plays_of_two_spans_are_those_of_both(first: int, second: int) -> None:
    middle, end = AT + first * HOUR, AT + (first + second) * HOUR
    assert ITEM.plays(AT, middle) + ITEM.plays(middle, end) == ITEM.plays(AT, end)


def test_each_loudspeaker_has_a_key_of_its_own_and_a_name_made_of_it() -> None:
    keys = {key_made() for _number in range(50)}
    assert len(keys) == len({key_digest(key) for key in keys}) == 50
    assert all(len(bytes.fromhex(key)) == len(key_digest(key)) == 32 for key in keys)
    with pytest.raises(ValueError, match="hex"):
        key_digest("không phải khóa")


def test_a_signature_fits_one_key_one_body_and_one_use() -> None:
    body = written(ITEM)
    other = "c0" * 32
    told = {
        schedule_signature(KEY, body),
        schedule_signature(other, body),
        schedule_signature(KEY, body + b" "),
        report_signature(KEY, body),
    }
    assert len(told) == 4
    assert report_is_signed(KEY, body, f" {report_signature(KEY, body).upper()} ")
    for wrong in (schedule_signature(KEY, body), report_signature(other, body), "", "é", "0" * 64):
        assert not report_is_signed(KEY, body, wrong)


# Reports --------------------------------------------------------------------------------------------------------------

PLAY = {
    "id": "canh-bao-1.2",
    "at": "2026-12-18T10:30:00+00:00",
    "seconds": 61.2,
    "done": True,
    "sha256": "ab" * 32,
}


def report(*plays: object, **more: object) -> bytes:
    return json.dumps({"speaker": "loa-1", "area": "22045", "plays": plays} | more).encode()


def test_a_report_is_read() -> None:
    told = report_read(
        report(PLAY, PLAY | {"done": False, "seconds": 3, "fault": "mất\x00 điện", "more": 1}, version=2)
    )
    assert (told.speaker, told.area) == ("loa-1", "22045")
    first, second = told.plays
    assert (first.id, first.at, first.seconds, first.done) == (ITEM.id, AT + 8.5 * HOUR, 61.2, True)
    assert (second.done, second.seconds, second.fault) == (False, 3.0, "mất điện")
    assert report_read(report()).plays == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 60_000,
        b"x" * 70_000,
        report(PLAY, speaker=""),
        report(PLAY, speaker=5),
        report(PLAY, area="a b"),
        report(*[PLAY] * (MOST_PLAYS + 1)),
        report(PLAY | {"at": "2026-12-18T10:30:00"}),
        report(PLAY | {"at": "hôm nay"}),
        report(PLAY | {"at": "0001-01-01T00:00:00+14:00"}),
        report(PLAY | {"seconds": -1}),
        report(PLAY | {"seconds": True}),
        report(PLAY | {"seconds": 1e9}),
        report(PLAY | {"done": "yes"}),
        report(PLAY | {"sha256": "x"}),
        report(PLAY | {"fault": 5}),
        report("x"),
        json.dumps({"speaker": "loa-1", "area": "22045", "plays": {}}).encode(),
        report(PLAY | {"seconds": float("nan")}),
    ],
)
def test_a_report_that_keeps_to_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(ReportError):
        report_read(body)


# Podcast and playlist -------------------------------------------------------------------------------------------------

SPACES = {"itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd"}


def episode(number: int, *links: Link) -> Entry:
    return Entry(f"tag:vinhan.test,2026:{number}", f"Bài {number} <b>", "https://vinhan.test/1", AT, AT, links=links)


def test_a_podcast_holds_what_can_be_heard() -> None:
    sound = Link("https://vinhan.test/1.mp3", "audio/mpeg", size=480_000, seconds=61.2)
    feed = Feed(
        title="Loa xã An Bình",
        url="https://vinhan.test/",
        own_url="https://vinhan.test/loa/22045/podcast.xml",
        author="Công an xã An Bình",
        entries=(episode(1, sound), episode(2), episode(3, Link("https://vinhan.test/3.cap", "application/cap+xml"))),
        icon="https://vinhan.test/i.png",
    )
    root = ET.fromstring(podcast(Podcast(feed)))
    [item] = root.iterfind("channel/item")
    assert item.findtext("title") == "Bài 1 <b>"
    assert item.findtext("itunes:duration", namespaces=SPACES) == "61"
    enclosure = item.find("enclosure")
    assert enclosure is not None
    assert enclosure.attrib == {"url": sound.url, "length": "480000", "type": "audio/mpeg"}
    assert root.findtext("channel/itunes:author", namespaces=SPACES) == "Công an xã An Bình"
    category, image = root.find("channel/itunes:category", SPACES), root.find("channel/itunes:image", SPACES)
    assert category is not None
    assert category.get("text") == "Government"
    assert image is not None
    assert image.get("href") == "https://vinhan.test/i.png"


def test_a_playlist_is_read_by_any_player_and_no_title_adds_a_line() -> None:
    sly = dataclasses.replace(ITEM, title="Bài\n#EXTINF:1,giả\r\nhttp://gia.test/x.mp3", at_once=True)
    assert playlist("Loa\nxã", [ITEM, sly]).decode().splitlines() == [
        "#EXTM3U",
        "#PLAYLIST:Loa xã",
        f"# phát lúc 06:00, 17:30; đến 2026-12-20T09:00:00+07:00; sha256={'ab' * 32}",
        "#EXTINF:61,Giả danh <công an> & ngân hàng",
        ITEM.url,
        f"# phát lúc ngay khi nhận, 06:00, 17:30; đến 2026-12-20T09:00:00+07:00; sha256={'ab' * 32}",
        "#EXTINF:61,Bài #EXTINF:1,giả http://gia.test/x.mp3",
        ITEM.url,
    ]
