"""WebSub (W3C): telling a hub that a feed changed, and telling readers which hub that is."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import httpx

SECONDS = 10.0
MOST_TOPICS = 50


class HubError(Exception):
    """The hub did not take the ping. ``permanent``: it will refuse the same again."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


def ping(hub: str, topics: Sequence[str], *, seconds: float = SECONDS) -> None:
    """Tells the hub that these feeds changed: one POST with a ``hub.url`` for each, as the common hubs take it.

    Fetching a feed twice does no harm, so a ping may be repeated. Raises HubError; ValueError for no or too many
    topics.
    """
    if not 0 < len(topics) <= MOST_TOPICS:
        raise ValueError(f"1 to {MOST_TOPICS} topics")
    form = {"hub.mode": "publish", "hub.url": list(topics)}
    try:
        with (
            httpx.Client(timeout=seconds, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", hub, data=form) as answer,
        ):
            status = answer.status_code  # the body is not read
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise HubError(f"Không gọi được hub: {type(error).__name__}.", permanent=False) from error
    if not 200 <= status < 300:
        lasting = 300 <= status < 500 and status not in {408, 425, 429}
        raise HubError(f"Hub từ chối (HTTP {status}).", permanent=lasting)


def link_header(hub: str, own_url: str) -> str:
    """The value of the ``Link`` header by which readers discover the hub (W3C WebSub §4, RFC 8288).

    Raises ValueError for what is no plain http(s) address, so that nothing can break out of the header.
    """
    for url in (hub, own_url):
        if urlsplit(url).scheme not in {"http", "https"} or not url.isascii() or not url.isprintable():
            raise ValueError(f"not a web address: {url!r}")
        if set(url) & set('<>" '):
            raise ValueError(f"not a web address: {url!r}")
    return f'<{hub}>; rel="hub", <{own_url}>; rel="self"'
