"""JSON Feed 1.1 (jsonfeed.org); what is no longer so stands under ``_canhgiac``."""

from __future__ import annotations

import json
from typing import Any

from .feed import Entry, Feed, clean, moment

TYPE = "application/feed+json"


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed 1.1, in a fixed order of keys, so that the same feed has the same bytes."""
    told: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": clean(feed.title),
        "home_page_url": clean(feed.url),
        "feed_url": clean(feed.own_url),
        "language": feed.language,
        "authors": [{"name": clean(feed.author)}],
        "items": [_item(entry) for entry in feed.entries],
    }
    if feed.description:
        told["description"] = clean(feed.description)
    if feed.icon:
        told["icon"] = clean(feed.icon)
    if feed.hub:
        told["hubs"] = [{"type": "WebSub", "url": clean(feed.hub)}]
    if feed.gone:
        told["_canhgiac"] = {
            "gone": [
                {
                    "id": clean(tomb.uid),
                    "title": clean(tomb.title),
                    "url": clean(tomb.url),
                    "when": moment(tomb.at),
                    "state": tomb.state,
                    "why": clean(tomb.reason),
                }
                for tomb in feed.gone
            ]
        }
    return json.dumps(told, ensure_ascii=False).encode()


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": clean(entry.uid),
        "url": clean(entry.url),
        "title": clean(entry.title),
        "language": entry.language,
        "date_published": moment(entry.published),
        "date_modified": moment(entry.updated),
    }
    if entry.summary:
        item["summary"] = clean(entry.summary)
    if entry.html:
        item["content_html"] = clean(entry.html)
    else:
        item["content_text"] = clean(entry.summary or entry.title)
    if entry.categories:
        item["tags"] = [clean(category) for category in entry.categories]
    if entry.links:
        item["attachments"] = [
            _attachment(link.url, link.kind, link.title, link.size, link.seconds) for link in entry.links
        ]
    if entry.expires is not None:
        item["_canhgiac"] = {"expires": moment(entry.expires)}
    return item


def _attachment(url: str, kind: str, title: str, size: int, seconds: float) -> dict[str, Any]:
    told: dict[str, Any] = {"url": clean(url), "mime_type": clean(kind)}
    if title:
        told["title"] = clean(title)
    if size:
        told["size_in_bytes"] = size
    if seconds:
        told["duration_in_seconds"] = round(seconds, 1)
    return told
