"""Whose talk it is: a random key in the browser's cookie, or in the frame's own form; only its digest is stored."""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from canhgiac.agencies.models import Member

COOKIE = "cg-hoi"
PATH = "/hoi/"
_KEY = re.compile(r"[\w-]{43}", re.ASCII)
_FRAME = "canhgiac.assistant.frame"
_A_DAY = 24 * 3600


def member_of(request: HttpRequest) -> Member | None:
    """Who is logged in."""
    return request.user if isinstance(request.user, Member) else None


def key_new() -> str:
    """A random key of 256 bits."""
    return secrets.token_urlsafe(32)


def key_of(request: HttpRequest) -> str:
    """The browser's key as it came, together with who is logged in; empty without one.

    So a talk of staff is closed to whoever sits before the browser after they logged out.
    """
    key = request.COOKIES.get(COOKIE, "")
    return _with_member(request, key) if _KEY.fullmatch(key) else ""


def key_begun(request: HttpRequest) -> tuple[str, str]:
    """The key to the talk and the cookie to be set: the browser's own, or a fresh one."""
    key = request.COOKIES.get(COOKIE, "")
    if not _KEY.fullmatch(key):
        key = key_new()
    return _with_member(request, key), key


def keyed(response: HttpResponse, cookie: str) -> HttpResponse:
    """Gives the browser its key until it is closed: no script reads it, no other site sends it."""
    response.set_cookie(
        COOKIE, cookie, path=PATH, httponly=True, samesite="Lax", secure=bool(settings.SESSION_COOKIE_SECURE)
    )
    return response


def unkeyed(response: HttpResponse) -> HttpResponse:
    """Takes the key away again."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
    return response


def frame_key_signed(key: str) -> str:
    """A frame's key as its form carries it: frames set no cookie."""
    return signing.dumps(key, salt=_FRAME)


def frame_key_read(sent: str) -> str:
    """The key of a frame's form, empty for one that we did not sign or that is a day old."""
    try:
        key = signing.loads(sent, salt=_FRAME, max_age=_A_DAY)
    except signing.BadSignature:
        return ""
    return key if isinstance(key, str) and _KEY.fullmatch(key) else ""


def is_own(request: HttpRequest) -> bool:
    """Whether the form was sent from a page of ours (RFC 6454 Origin, else Referer).

    A frame has no cookie and so no CSRF token: without this a page around it could send words under a key that its
    author holds too, and read what the visitor writes next.
    """
    own = f"{request.scheme}://{request.get_host()}"
    origin = request.headers.get("Origin", "")
    return origin == own if origin else request.headers.get("Referer", "").startswith(f"{own}/")


def _with_member(request: HttpRequest, key: str) -> str:
    member = member_of(request)
    return f"{key}|{member.pk}" if member is not None else key
