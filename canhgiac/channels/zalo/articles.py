"""Articles on the account's page: published, changed, sent to followers, taken down."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..contract import Outcome
from ..web import Answer, LostError, PostError, PostRef, by_status, clean
from .api import ZaloApi, ZaloSettings
from .codes import outcome_of

BEING_MADE = -214
LOOKS = 10
LOOK_EVERY = 0.5
"""Seconds between looks at an article that is being made."""
MOST_TITLE, MOST_AUTHOR, MOST_SUMMARY, MOST_BROADCAST = 150, 50, 300, 5


@dataclass(frozen=True, slots=True)
class Article:
    """What stands on the page. ``cover`` is the https address of a picture of at most 1 MB."""

    title: str
    summary: str
    paragraphs: tuple[str, ...]
    cover: str
    author: str = ""
    pictures: tuple[str, ...] = ()
    visible: bool = True
    comments: bool = False


async def article_post(settings: ZaloSettings, article: Article) -> PostRef:
    """Publishes. Raises ValueError for an article the page cannot carry, else PostError."""
    return await _write(settings, "create", _body(article))


async def article_update(settings: ZaloSettings, ref: PostRef, article: Article) -> PostRef:
    """Replaces the words of a published article: how an Update or a Cancel reaches those who kept the link."""
    return await _write(settings, "update", {"id": ref.id} | _body(article))


async def article_withdraw(settings: ZaloSettings, ref: PostRef) -> None:
    """Takes an article down. Raises PostError."""
    api = ZaloApi(settings)
    try:
        await _call(api, "article/remove", {"id": ref.id})
    finally:
        await api.close()


async def article_find(settings: ZaloSettings, title: str) -> PostRef | None:
    """The newest article with this title among the last ten: for a post whose answer was lost. Raises PostError."""
    api = ZaloApi(settings)
    asked = {"offset": "0", "limit": "10", "type": "normal"}
    try:
        data = _believe(*await api.get(f"{settings.api}/v2.0/article/getslice", asked))
    except LostError as lost:
        raise PostError(lost.outcome, lost.code) from None
    finally:
        await api.close()
    rows = data.get("medias")
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and row.get("title") == title:
            return PostRef(clean(row.get("id"), 200), clean(row.get("link_view"), 1000))
    return None


async def article_broadcast(settings: ZaloSettings, refs: Sequence[PostRef]) -> str:
    """Sends up to 5 published articles to all followers; Zalo looks at them for about half an hour first.

    Returns Zalo's number of the broadcast. Raises PostError.
    """
    if not 1 <= len(refs) <= MOST_BROADCAST:
        raise ValueError(f"a broadcast has 1 to {MOST_BROADCAST} articles")
    elements = [{"media_type": "article", "attachment_id": ref.id} for ref in refs]
    payload = {"template_type": "media", "elements": elements}
    body = {
        "recipient": {"target": {"gender": "0"}},  # 0: everyone
        "message": {"attachment": {"type": "template", "payload": payload}},
    }
    api = ZaloApi(settings)
    try:
        data = await _call(api, "oa/message", body)
    finally:
        await api.close()
    return clean(data.get("message_id"), 200)


def _body(article: Article) -> dict[str, Any]:
    for name, value, most in (
        ("title", article.title, MOST_TITLE),
        ("summary", article.summary, MOST_SUMMARY),
        ("author", article.author, MOST_AUTHOR),
    ):
        if len(value) > most or (name != "author" and not value):
            raise ValueError(f"an article's {name} has 1 to {most} characters")
    if not article.paragraphs or not article.cover.startswith(("https://", "http://")):
        raise ValueError("an article needs words and the address of a cover picture")
    body = [{"type": "text", "content": words} for words in article.paragraphs]
    body += [{"type": "image", "url": url} for url in article.pictures]
    return {
        "type": "normal",
        "title": article.title,
        "author": article.author,
        "cover": {"cover_type": "photo", "photo_url": article.cover, "status": "show"},
        "description": article.summary,
        "body": body,
        "status": "show" if article.visible else "hide",
        "comment": "show" if article.comments else "hide",
    }


async def _write(settings: ZaloSettings, verb: str, body: dict[str, Any]) -> PostRef:
    api = ZaloApi(settings)
    try:
        data = await _call(api, f"article/{verb}", body)
        token = clean(data.get("token"), 4000)
        for _ in range(LOOKS):
            try:
                made = await _call(api, "article/verify", {"token": token})
            except PostError as error:
                if error.code != f"zalo:{BEING_MADE}":
                    # The page took the article; only its number is not known.
                    raise PostError(Outcome.UNSURE, error.code) from None
                await asyncio.sleep(LOOK_EVERY)
            else:
                return PostRef(clean(made.get("id"), 200), clean(made.get("url"), 1000))
        raise PostError(Outcome.UNSURE, f"zalo:{BEING_MADE}")
    finally:
        await api.close()


async def _call(api: ZaloApi, path: str, body: dict[str, Any]) -> dict[str, Any]:
    try:
        return _believe(*await api.post(f"{api.settings.api}/v2.0/{path}", body))
    except LostError as lost:
        raise PostError(lost.outcome, lost.code) from None


def _believe(answer: Answer, told: dict[str, Any] | None) -> dict[str, Any]:
    """The data of an answer. Raises PostError for a refusal or what cannot be read."""
    code = told.get("error", 0) if told is not None else None
    if told is None or not isinstance(code, int):
        raise PostError(*by_status(answer, "zalo"))
    if code:
        raise PostError(outcome_of(code, zns=False), f"zalo:{code}")
    data = told.get("data")
    return data if isinstance(data, dict) else {}
