"""Feeds read back by parsers that are not ours, with words that would break a careless one."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.channels.feeds.atom import atom
from canhgiac.channels.feeds.feed import VIETNAM, Entry, Feed, Link, Tombstone, clean, etag, moment
from canhgiac.channels.feeds.jsonfeed import json_feed
from canhgiac.channels.feeds.rss import rss

AT = dt.datetime(2026, 12, 18, 10, 30, 15, 123456, tzinfo=dt.UTC)
NASTY = 'Giả danh <công an> & "ngân hàng" ]]> \x00\x1b\ufffe\ud800 💥'
NICE = 'Giả danh <công an> & "ngân hàng" ]]>  💥'
SOUND = Link("https://canhgiac.vinhan.test/loa/1.mp3?a=1&b=2", "audio/mpeg", "Bài đọc loa", 480_000, 61.25)
CAP = Link("https://canhgiac.vinhan.test/canh-bao/1.cap", "application/cap+xml")
ENTRY = Entry(
    uid="tag:canhgiac.vinhan.test,2026:canh-bao:1",
    title=NASTY,
    url="https://canhgiac.vinhan.test/canh-bao/1/",
    published=AT,
    updated=AT + dt.timedelta(hours=1),
    summary=NASTY,
    html=f"<p>{NASTY}</p>",
    categories=("Giả danh", NASTY),
    links=(CAP, SOUND, dataclasses.replace(SOUND, url="https://canhgiac.vinhan.test/loa/2.mp3")),
    rights="CC BY 4.0",
    expires=AT + dt.timedelta(days=7),
)
GONE = Tombstone(
    "tag:canhgiac.vinhan.test,2026:canh-bao:0", NASTY, "https://canhgiac.vinhan.test/canh-bao/0/", AT, NASTY
)
FEED = Feed(
    title="Cảnh báo lừa đảo",
    url="https://canhgiac.vinhan.test/",
    own_url="https://canhgiac.vinhan.test/canh-bao/nguon.xml",
    author="Công an tỉnh Vĩnh An",
    entries=(ENTRY,),
    gone=(GONE,),
    description=NASTY,
    hub="https://hub.example/",
    icon="https://canhgiac.vinhan.test/icon.png",
)
SPACES = {
    "a": "http://www.w3.org/2005/Atom",
    "at": "http://purl.org/atompub/tombstones/1.0",
    "c": "http://purl.org/rss/1.0/modules/content/",
}


def text(root: ET.Element, path: str) -> str:
    found = root.findtext(path, namespaces=SPACES)
    assert found is not None, path
    return found


def test_rss_tells_all_and_escapes_it() -> None:
    root = ET.fromstring(rss(FEED))
    assert root.attrib == {"version": "2.0"}
    assert text(root, "channel/title") == "Cảnh báo lừa đảo"
    assert text(root, "channel/description") == NICE
    assert text(root, "channel/link") == FEED.url
    links = {link.get("rel"): link.get("href") for link in root.iterfind("channel/a:link", SPACES)}
    assert links == {"self": FEED.own_url, "hub": FEED.hub}
    [item] = root.iterfind("channel/item")
    assert text(item, "title") == text(item, "description") == NICE
    assert text(item, "c:encoded") == f"<p>{NICE}</p>"
    assert text(item, "guid") == ENTRY.uid
    assert parsedate_to_datetime(text(item, "pubDate")) == AT.replace(microsecond=0)
    assert text(item, "pubDate").endswith("+0700")
    assert [one.text for one in item.iterfind("category")] == ["Giả danh", NICE]
    [enclosure] = item.iterfind("enclosure")
    assert enclosure.attrib == {"url": SOUND.url, "length": "480000", "type": "audio/mpeg"}
    [other] = item.iterfind("a:link", SPACES)
    assert other.attrib == {"rel": "alternate", "href": CAP.url, "type": "application/cap+xml"}


def test_atom_tells_all_and_what_is_gone() -> None:
    root = ET.fromstring(atom(FEED))
    assert text(root, "a:id") == FEED.own_url
    assert text(root, "a:updated") == "2026-12-18T18:30:15+07:00"
    assert text(root, "a:author/a:name") == FEED.author
    links = {link.get("rel"): link.get("href") for link in root.iterfind("a:link", SPACES)}
    assert links == {"self": FEED.own_url, "alternate": FEED.url, "hub": FEED.hub}
    [entry] = root.iterfind("a:entry", SPACES)
    assert text(entry, "a:id") == ENTRY.uid
    assert text(entry, "a:summary") == NICE
    assert text(entry, "a:published") == "2026-12-18T17:30:15+07:00"
    content = entry.find("a:content", SPACES)
    assert content is not None
    assert (content.get("type"), content.text) == ("html", f"<p>{NICE}</p>")
    told = [(link.get("rel"), link.get("href"), link.get("length")) for link in entry.iterfind("a:link", SPACES)]
    assert told[:3] == [
        ("alternate", ENTRY.url, None),
        ("alternate", CAP.url, None),
        ("enclosure", SOUND.url, "480000"),
    ]
    [gone] = root.iterfind("at:deleted-entry", SPACES)
    assert gone.attrib == {"ref": GONE.uid, "when": "2026-12-18T17:30:15+07:00"}
    assert text(gone, "at:comment") == f"{NICE}: {NICE}"


def test_json_feed_tells_all() -> None:
    told = json.loads(json_feed(FEED))
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["hubs"] == [{"type": "WebSub", "url": FEED.hub}]
    [item] = told["items"]
    assert (item["id"], item["title"], item["content_html"]) == (ENTRY.uid, NICE, f"<p>{NICE}</p>")
    assert item["date_modified"] == "2026-12-18T18:30:15+07:00"
    assert item["attachments"][1] == {
        "url": SOUND.url,
        "mime_type": "audio/mpeg",
        "title": "Bài đọc loa",
        "size_in_bytes": 480_000,
        "duration_in_seconds": 61.2,
    }
    assert item["_canhgiac"] == {"expires": "2026-12-25T17:30:15+07:00"}
    assert told["_canhgiac"]["gone"][0]["why"] == NICE


def test_an_empty_feed_is_a_feed() -> None:
    empty = Feed("Trống", "https://a.test/", "https://a.test/f", "Ai đó")
    assert ET.fromstring(rss(empty)).findall("channel/item") == []
    assert text(ET.fromstring(atom(empty)), "a:updated") == "2026-01-01T00:00:00+07:00"
    assert json.loads(json_feed(empty))["items"] == []


def test_an_entry_of_a_line_is_an_item() -> None:
    bare = dataclasses.replace(ENTRY, summary="", html="", links=(), categories=(), rights="", expires=None)
    feed = dataclasses.replace(FEED, entries=(bare,), gone=(), hub="", icon="", description="")
    [item] = json.loads(json_feed(feed))["items"]
    assert item["content_text"] == NICE
    assert text(ET.fromstring(rss(feed)), "channel/item/description") == NICE
    assert ET.fromstring(atom(feed)).find("a:entry/a:summary", SPACES) is None


@pytest.mark.parametrize("made", [rss, atom, json_feed])
def test_the_same_feed_has_the_same_etag(made: object) -> None:
    assert callable(made)
    assert etag(made(FEED)) == etag(made(FEED))
    assert etag(made(FEED)) != etag(made(dataclasses.replace(FEED, entries=())))


def test_moments_are_vietnamese_and_have_a_zone() -> None:
    assert moment(AT) == "2026-12-18T17:30:15+07:00"
    assert moment(AT.astimezone(VIETNAM)) == moment(AT)
    with pytest.raises(ValueError, match="without a zone"):
        moment(AT.replace(tzinfo=None))


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=60))
def test_no_text_breaks_a_feed(words: str) -> None:
    entry = dataclasses.replace(ENTRY, title=words, summary=words, html=words, categories=(words,), rights=words)
    feed = dataclasses.replace(FEED, entries=(entry,), title=words, description=words)
    wanted = clean(words)
    [item] = json.loads(json_feed(feed).decode())["items"]
    assert item["title"] == wanted
    # XML reads a carriage return as a line's end unless it is written as a reference, which lxml does.
    assert text(ET.fromstring(rss(feed)), "channel/item/title") == wanted
    assert text(ET.fromstring(atom(feed)), "a:entry/a:title") == wanted
