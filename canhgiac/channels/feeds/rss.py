"""RSS 2.0 (rssboard.org), with Atom's link to itself and the whole text in ``content:encoded``."""

from __future__ import annotations

from email.utils import format_datetime

from lxml import etree

from .feed import Entry, Feed, clean, local

TYPE = "application/rss+xml"
ATOM, CONTENT, DC = (
    "http://www.w3.org/2005/Atom",
    "http://purl.org/rss/1.0/modules/content/",
    "http://purl.org/dc/elements/1.1/",
)


def rss(feed: Feed) -> bytes:
    """The feed as RSS 2.0."""
    root, channel = channel_begun(feed, {"atom": ATOM, "content": CONTENT, "dc": DC})
    for entry in feed.entries:
        item_added(channel, entry)
    return written(root)


def channel_begun(feed: Feed, namespaces: dict[str, str]) -> tuple[etree._Element, etree._Element]:
    """The document and its channel with what speaks of the whole feed."""
    root = etree.Element("rss", {"version": "2.0"}, nsmap=namespaces)
    channel = etree.SubElement(root, "channel")
    add(channel, "title", feed.title)
    add(channel, "link", feed.url)
    add(channel, "description", feed.description or feed.title)
    add(channel, "language", feed.language)
    add(channel, "lastBuildDate", format_datetime(local(feed.changed)))
    add(channel, "ttl", "5")
    etree.SubElement(channel, f"{{{ATOM}}}link", {"rel": "self", "href": clean(feed.own_url), "type": TYPE})
    if feed.hub:
        etree.SubElement(channel, f"{{{ATOM}}}link", {"rel": "hub", "href": clean(feed.hub)})
    if feed.icon:
        image = etree.SubElement(channel, "image")
        for name, text in (("url", feed.icon), ("title", feed.title), ("link", feed.url)):
            add(image, name, text)
    return root, channel


def item_added(channel: etree._Element, entry: Entry) -> etree._Element:
    """One item at the channel's end. RSS allows one enclosure: the first sound or film."""
    item = etree.SubElement(channel, "item")
    add(item, "title", entry.title)
    add(item, "link", entry.url)
    add(item, "guid", entry.uid).set("isPermaLink", "false")
    add(item, "pubDate", format_datetime(local(entry.published)))
    add(item, "description", entry.summary or entry.title)
    if entry.html:
        add(item, f"{{{CONTENT}}}encoded", entry.html)
    for category in entry.categories:
        add(item, "category", category)
    if entry.rights:
        add(item, f"{{{DC}}}rights", entry.rights)
    is_free = True
    for link in entry.links:
        if link.kind.startswith(("audio/", "video/")):
            if is_free:
                is_free = False
                attributes = {"url": clean(link.url), "length": str(link.size), "type": clean(link.kind)}
                etree.SubElement(item, "enclosure", attributes)
        else:
            attributes = {"rel": "alternate", "href": clean(link.url), "type": clean(link.kind)}
            etree.SubElement(item, f"{{{ATOM}}}link", attributes)
    return item


def add(parent: etree._Element, name: str, text: str) -> etree._Element:
    """A child with this text, without signs that XML refuses."""
    child = etree.SubElement(parent, name)
    child.text = clean(text)
    return child


def written(root: etree._Element) -> bytes:
    """The document as bytes."""
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)
