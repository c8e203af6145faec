"""Atom (RFC 4287), with ``at:deleted-entry`` for what is no longer so (RFC 6721)."""

from __future__ import annotations

from lxml import etree

from .feed import Entry, Feed, Link, Tombstone, clean, moment

TYPE = "application/atom+xml"
ATOM, GONE = "http://www.w3.org/2005/Atom", "http://purl.org/atompub/tombstones/1.0"
_SPACES: dict[str, str] = {None: ATOM, "at": GONE}  # type: ignore[dict-item]  # the stubs know no default namespace
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def atom(feed: Feed) -> bytes:
    """The feed as Atom."""
    root = etree.Element(f"{{{ATOM}}}feed", {_LANGUAGE: feed.language}, nsmap=_SPACES)
    _add(root, "id", feed.own_url)
    _add(root, "title", feed.title)
    if feed.description:
        _add(root, "subtitle", feed.description)
    _add(root, "updated", moment(feed.changed))
    if feed.icon:
        _add(root, "icon", feed.icon)
    _link(root, "self", feed.own_url, TYPE)
    _link(root, "alternate", feed.url, "text/html")
    if feed.hub:
        _link(root, "hub", feed.hub)
    _add(etree.SubElement(root, f"{{{ATOM}}}author"), "name", feed.author)
    for entry in feed.entries:
        _entry(root, entry)
    for tomb in feed.gone:
        _gone(root, tomb)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _entry(root: etree._Element, entry: Entry) -> None:
    element = etree.SubElement(root, f"{{{ATOM}}}entry", {_LANGUAGE: clean(entry.language)})
    _add(element, "id", entry.uid)
    _add(element, "title", entry.title)
    _add(element, "published", moment(entry.published))
    _add(element, "updated", moment(entry.updated))
    if entry.summary:
        _add(element, "summary", entry.summary)
    if entry.html:
        _add(element, "content", entry.html).set("type", "html")
    _link(element, "alternate", entry.url, "text/html")
    for link in entry.links:
        rel = "enclosure" if link.kind.startswith(("audio/", "video/")) else "alternate"
        _link(element, rel, link.url, link.kind, link)
    for category in entry.categories:
        etree.SubElement(element, f"{{{ATOM}}}category", {"term": clean(category), "label": clean(category)})
    if entry.rights:
        _add(element, "rights", entry.rights)


def _gone(root: etree._Element, tomb: Tombstone) -> None:
    attributes = {"ref": clean(tomb.uid), "when": moment(tomb.at)}
    element = etree.SubElement(root, f"{{{GONE}}}deleted-entry", attributes)
    etree.SubElement(element, f"{{{GONE}}}comment").text = clean(f"{tomb.title}: {tomb.reason}")
    _link(element, "alternate", tomb.url)


def _add(parent: etree._Element, name: str, text: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{ATOM}}}{name}")
    child.text = clean(text)
    return child


def _link(parent: etree._Element, rel: str, url: str, kind: str = "", link: Link | None = None) -> None:
    attributes = {"rel": rel, "href": clean(url)}
    if kind:
        attributes["type"] = clean(kind)
    if link is not None and link.size:
        attributes["length"] = str(link.size)
    if link is not None and link.title:
        attributes["title"] = clean(link.title)
    etree.SubElement(parent, f"{{{ATOM}}}link", attributes)
