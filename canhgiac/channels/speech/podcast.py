"""A commune's recordings for players that people already have: podcast (RSS 2.0) and playlist (M3U)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from canhgiac.channels.feeds.feed import Entry, Feed, clean, moment
from canhgiac.channels.feeds.rss import ATOM, CONTENT, DC, add, channel_begun, item_added, written

from .schedule import ScheduledItem

ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PLAYLIST_TYPE = "audio/x-mpegurl"


@dataclass(frozen=True, slots=True)
class Podcast:
    """A feed whose entries each have a sound among their links; those without are left out."""

    feed: Feed
    category: str = "Government"
    """Of Apple's list, which all directories use."""


def podcast(show: Podcast) -> bytes:
    """The podcast's feed. A recalled recording is simply not in it: what players already fetched they keep."""
    feed = show.feed
    root, channel = channel_begun(feed, {"atom": ATOM, "content": CONTENT, "dc": DC, "itunes": ITUNES})
    add(channel, f"{{{ITUNES}}}author", feed.author)
    add(channel, f"{{{ITUNES}}}explicit", "false")
    add(channel, f"{{{ITUNES}}}type", "episodic")
    etree.SubElement(channel, f"{{{ITUNES}}}category", {"text": clean(show.category)})
    if feed.icon:
        etree.SubElement(channel, f"{{{ITUNES}}}image", {"href": clean(feed.icon)})
    for entry in feed.entries:
        _episode_added(channel, entry)
    return written(root)


def _episode_added(channel: etree._Element, entry: Entry) -> None:
    sound = next((link for link in entry.links if link.kind.startswith("audio/")), None)
    if sound is None:
        return
    item = item_added(channel, entry)
    add(item, f"{{{ITUNES}}}duration", str(round(sound.seconds)))
    add(item, f"{{{ITUNES}}}explicit", "false")
    add(item, f"{{{ITUNES}}}episodeType", "full")


def playlist(name: str, items: Iterable[ScheduledItem]) -> bytes:
    """The recordings as an extended M3U in UTF-8, for a player that knows no schedule; times stand as comments."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_line(name)}"]
    for item in items:
        lines += [
            f"# phát lúc {_times(item)}; đến {moment(item.until)}; sha256={item.sha256}",
            f"#EXTINF:{round(item.seconds)},{_line(item.title)}",
            _line(item.url),
        ]
    return ("\n".join(lines) + "\n").encode()


def _times(item: ScheduledItem) -> str:
    times: Sequence[str] = [f"{time:%H:%M}" for time in sorted(set(item.at))]
    return ", ".join(["ngay khi nhận", *times] if item.at_once else times)


def _line(text: str) -> str:
    """In one line, so that no title can add a line of its own."""
    return " ".join(clean(text).split())
