"""A file in part: what players of sound ask for. Some phones play nothing from a server that cannot answer it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

_ONE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_AT_ONCE = 64 * 1024


def ranged(request: HttpRequest, path: Path, kind: str, *, max_age: int) -> HttpResponseBase:
    """The file, or the one part asked for (RFC 9110 section 14): 206, 416 for a part that is not there.

    Several parts, or what is no range, are answered with the whole, as the RFC allows. Raises OSError.
    """
    size = path.stat().st_size
    headers = {"Accept-Ranges": "bytes", "Cache-Control": f"max-age={max_age}"}
    asked = _ONE.fullmatch(request.headers.get("Range", ""))
    if asked is None or not (asked[1] or asked[2]):
        return FileResponse(path.open("rb"), content_type=kind, headers=headers)
    first, last = _places(asked[1], asked[2], size)
    if first > last:
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    headers |= {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(last - first + 1)}
    part = _part(path, first, last - first + 1)
    return StreamingHttpResponse(part, status=206, content_type=kind, headers=headers)


def _places(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and last byte meant: "500-" is from there on, "-500" the last so many."""
    if not first:
        return max(size - int(last), 0) if int(last) else size, size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _part(path: Path, start: int, left: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while left > 0 and (piece := file.read(min(left, _AT_ONCE))):
            left -= len(piece)
            yield piece
