"""Posts on the page: published with or without a picture, changed, deleted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..contract import Outcome
from ..web import Answer, LostError, PostError, PostRef, clean
from .api import FacebookApi, FacebookSettings, judge

MOST_TEXT = 63_206
"""Characters of one post."""
MOST_PICTURE = 4_000_000
"""Bytes: above it Meta asks for PNG and JPEG to be made smaller."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a post, PNG or JPEG."""

    data: bytes = field(repr=False)
    kind: str = "image/png"


async def post_publish(settings: FacebookSettings, text: str, picture: Picture | None = None) -> PostRef:
    """Publishes on the page. Raises ValueError for what a post cannot carry, else PostError.

    PostError with UNSURE: it may stand on the page; look before publishing again.
    """
    if not 0 < len(text) <= MOST_TEXT:
        raise ValueError(f"a post has 1 to {MOST_TEXT} characters")
    page = settings.page_id
    if picture is None:
        told = await _call(settings, f"{page}/feed", data={"message": text})
        return _ref(told.get("id"))
    if picture.kind not in {"image/png", "image/jpeg"} or not 0 < len(picture.data) <= MOST_PICTURE:
        raise ValueError(f"a picture is PNG or JPEG of at most {MOST_PICTURE} bytes")
    name = "anh." + picture.kind.removeprefix("image/")
    files = {"source": (name, picture.data, picture.kind)}
    told = await _call(settings, f"{page}/photos", data={"message": text, "published": "true"}, files=files)
    return _ref(told.get("post_id") or told.get("id"))


async def post_edit(settings: FacebookSettings, ref: PostRef, text: str) -> None:
    """Replaces the words of a post: how an Update or a Cancel reaches those who shared it. Raises as post_publish."""
    if not 0 < len(text) <= MOST_TEXT:
        raise ValueError(f"a post has 1 to {MOST_TEXT} characters")
    await _call(settings, ref.id, data={"message": text})


async def post_find(settings: FacebookSettings, text: str) -> PostRef | None:
    """The newest post with these very words among the last 25, for a post whose answer was lost. Raises PostError."""
    api = FacebookApi(settings)
    asked = {"fields": "id,message", "limit": "25"}
    try:
        told = _believe(*await api.get(f"{settings.page_id}/feed", asked))
    except LostError as lost:
        raise PostError(lost.outcome, lost.code) from None
    finally:
        await api.http.close()
    rows = told.get("data")
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and row.get("message") == text:
            return _ref(row.get("id"))
    return None


async def post_delete(settings: FacebookSettings, ref: PostRef) -> None:
    """Takes a post down. Raises PostError; one that is gone already is no error."""
    api = FacebookApi(settings)
    try:
        answer, told = await api.delete(ref.id)
    except LostError as lost:
        raise PostError(lost.outcome, lost.code) from None
    finally:
        await api.http.close()
    if not _is_gone(told):
        _believe(answer, told)


async def _call(settings: FacebookSettings, path: str, **parts: Any) -> dict[str, Any]:
    api = FacebookApi(settings)
    try:
        answer, told = await api.post(path, **parts)
    except LostError as lost:
        raise PostError(lost.outcome, lost.code) from None
    finally:
        await api.http.close()
    return _believe(answer, told)


def _believe(answer: Answer, told: dict[str, Any] | None) -> dict[str, Any]:
    outcome, code = judge(answer, told)
    if outcome is not Outcome.TAKEN or told is None:
        raise PostError(outcome, code)
    return told


def _is_gone(told: dict[str, Any] | None) -> bool:
    """Whether the answer says that there is no such post (100 with subcode 33)."""
    error = told.get("error") if told is not None else None
    return isinstance(error, dict) and error.get("code") == 100 and error.get("error_subcode") == 33


def _ref(value: object) -> PostRef:
    number = clean(value, 200)
    if not number:
        raise PostError(Outcome.UNSURE, "facebook:no-id")
    return PostRef(number, f"https://www.facebook.com/{number}")
