"""The look-up server: a bare RSGI application for granian, without Django and without a database.

Routes: GET /v1/check/<kind>/<value>; POST /v1/check (lines of JSON in, lines of JSON out); GET
/v1/bucket/<kind>/<prefix>; GET /v1/health. The first two want a token (``partners``); buckets are for everybody and ask
no name.

It watches its files about once a second. A new index is checked aside while the old one answers, and takes its place
between two requests; a bad one is refused with one line on standard error and the old one stays.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from .answers import JSON_HEAD, LONGEST_LINE, answer, error_object, line_answer, raw_key
from .buckets import BITS
from .index import BadIndexError, Index, changes_path, seen
from .keys import BadKeyError, Kind
from .partners import BULK, CHECK, Count, Partner, Partners
from .short import PATH, ShortWay, no_short_way, short_way

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

EVERY = 0.5
"""Seconds between two looks at the files."""
_AT_ONCE = 128
"""Lines of a bulk request answered before others get their turn."""
_MOST_BUCKETS = 512
"""Buckets kept ready; the whole at the largest is a few megabytes."""
_LINES = [("content-type", "application/x-ndjson; charset=utf-8"), ("cache-control", "no-store")]
_WAIT = [*JSON_HEAD, ("retry-after", "60")]
_SOON = [*JSON_HEAD, ("retry-after", "5")]
_WHO = [*JSON_HEAD, ("www-authenticate", "Bearer")]
_NO_INDEX = error_object("Chưa có chỉ mục để tra cứu. Hãy thử lại sau.")
_NO_TOKEN = error_object("Cần mã truy cập đúng trong tiêu đề Authorization: Bearer.")
_NO_SCOPE = error_object("Mã truy cập này không được dùng cho việc này.")
_NO_QUOTA = error_object("Đã hết lượt tra cứu của phút này. Hãy thử lại sau một phút.")
_NO_ROUTE = error_object("Không có địa chỉ này.")
_NO_METHOD = error_object("Địa chỉ này không nhận phương thức đó.")
_NO_BUCKET = error_object("Không có ngăn này: cần loại và số ngăn, bốn chữ số hệ 16.")


class Server:
    """One worker's state. ``__rsgi__`` answers; granian calls ``__rsgi_init__`` and ``__rsgi_del__`` around it."""

    def __init__(self, index: Path, tokens: Path) -> None:
        self.path = index
        self.index: Index | None = None
        self.partners = Partners(tokens)
        self.today = _today()
        self.short: ShortWay = no_short_way
        self.refused = ""
        self._tried: object = ()
        self._buckets: dict[tuple[Kind, int], bytes] = {}
        self._watching: asyncio.Task[None] | None = None
        self._answered: asyncio.Future[None]

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Opens the index before the first request and starts to watch."""
        self._answered = loop.create_future()
        self._answered.set_result(None)
        self._say(self.partners.tick())
        tried = self._seen()
        self._take(tried, *self._opened(None))
        self._watching = loop.create_task(self._watch())
        gc.collect()
        gc.freeze()  # banks, number plans and brands stay for good: no collection need walk them again

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Writes the last counts down."""
        if self._watching is not None:
            self._watching.cancel()
        self.partners.flush()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            if self.today != _today():
                self._bind(self.index)
            self._say(self.partners.tick())
            now = self._seen()
            if now != self._tried:
                opened = await asyncio.get_running_loop().run_in_executor(None, self._opened, self.index)
                self._take(now, *opened)

    def _seen(self) -> object:
        return seen(self.path), seen(changes_path(self.path))

    def _opened(self, known: Index | None) -> tuple[Index | None, str]:
        """The index as its files are now, and why it could not be opened whole."""
        try:
            return Index.open(self.path, known=known), ""
        except BadIndexError as error:
            if known is None and self.path.exists():  # nothing older to stay with: what is whole answers
                try:
                    return Index.open(self.path, changes=False), str(error)
                except BadIndexError:
                    pass
            return known, str(error)

    def _take(self, tried: object, index: Index | None, refused: str) -> None:
        self._tried, self.refused = tried, refused
        if index is not self.index:
            self._bind(index)
        if refused:
            kept = f"version {self.index.version} stays" if self.index else "there is none to answer from"
            self._say(f"refused {refused}; {kept}")

    def _bind(self, index: Index | None) -> None:
        """Answers from this index, as of today, from the next request on."""
        self.index, self.today, self._buckets = index, _today(), {}
        self.short = short_way(index, self.today, self.partners) if index else no_short_way

    @staticmethod
    def _say(line: str) -> None:
        if line:
            sys.stderr.write(f"lookup: {line}\n")
            sys.stderr.flush()

    def __rsgi__(self, scope: Scope, proto: HTTPProtocol) -> Awaitable[None]:
        """Answers one request: what partners' programs ask by the thousand at once, the rest the long way."""
        if self.short(scope, proto):
            return self._answered
        path = scope.path
        if path[:10] != PATH or scope.method != "GET":
            return self._other(path, scope, proto)
        self._check(path, scope, proto)
        return self._answered

    async def _other(self, path: str, scope: Scope, proto: HTTPProtocol) -> None:
        if path == "/v1/check" and scope.method == "POST":
            await self._bulk(scope, proto)
        elif scope.method not in {"GET", "HEAD"}:
            proto.response_bytes(405 if path.startswith("/v1/") else 404, JSON_HEAD, _NO_METHOD)
        elif path[:11] == "/v1/bucket/":
            self._bucket(path, scope, proto)
        elif path == "/v1/health":
            self._health(proto)
        else:
            proto.response_bytes(404, JSON_HEAD, _NO_ROUTE)

    def _check(self, path: str, scope: Scope, proto: HTTPProtocol) -> None:
        partner, count = self._admitted(scope, proto, CHECK, "check")
        if partner is None or self.index is None:
            return
        try:
            kind, value = _key(path[10:], scope.query_string)
        except BadKeyError as error:
            proto.response_bytes(400, JSON_HEAD, error_object(str(error)))
            return
        if not partner.take():
            count.refused += 1
            proto.response_bytes(429, _WAIT, _NO_QUOTA)
            return
        count.asked += 1
        found, told = answer(self.index, kind, value, self.today)
        count.found += found
        proto.response_bytes(200, JSON_HEAD, told)

    def _admitted(self, scope: Scope, proto: HTTPProtocol, right: str, route: str) -> tuple[Partner | None, Count]:
        """Whose request it is, and where it is counted; None when it was answered with a refusal."""
        header = scope.headers.get("authorization")
        partner = self.partners.by_header.get(header) or self.partners.of(header)
        count = self.partners.count(partner, route)
        count.requests += 1
        if partner is not None and right in partner.scopes and self.index is not None:
            return partner, count
        count.refused += 1
        if partner is None:
            proto.response_bytes(401, _WHO, _NO_TOKEN)
        elif right not in partner.scopes:
            proto.response_bytes(403, JSON_HEAD, _NO_SCOPE)
        else:
            proto.response_bytes(503, _SOON, _NO_INDEX)
        return None, count

    async def _bulk(self, scope: Scope, proto: HTTPProtocol) -> None:
        partner, count = self._admitted(scope, proto, BULK, "bulk")
        if partner is None:
            return
        out = proto.response_stream(200, _LINES)
        async for lines in _lines(proto):
            told: list[bytes] = []
            count = self.partners.count(partner, "bulk")
            for line in lines:
                if self.index is None or not partner.take():
                    count.refused += 1
                    await out.send_bytes(b"".join([*told, _NO_QUOTA, b"\n"]))
                    return
                found, text = line_answer(self.index, line, self.today)
                count.asked += 1
                count.found += found
                told.append(text)
            await out.send_bytes(b"".join(told))
            await asyncio.sleep(0)

    def _bucket(self, path: str, scope: Scope, proto: HTTPProtocol) -> None:
        count = self.partners.count(None, "bucket")
        count.requests += 1
        index = self.index
        if index is None:
            proto.response_bytes(503, _SOON, _NO_INDEX)
            return
        kind_, _, text = path[11:].partition("/")
        try:
            kind, prefix = Kind(kind_), int(text, 16)
            if len(text) != 4 or prefix >> BITS[kind] or not text.isalnum():
                raise ValueError(text)
        except ValueError:
            count.refused += 1
            proto.response_bytes(404, JSON_HEAD, _NO_BUCKET)
            return
        tag = f'"{index.version}"'
        headers = [("etag", tag), ("cache-control", "public, max-age=30"), ("access-control-allow-origin", "*")]
        if scope.headers.get("if-none-match") == tag:
            proto.response_empty(304, headers)
            return
        content = self._buckets.get((kind, prefix))
        if content is None:
            if len(self._buckets) >= _MOST_BUCKETS:
                self._buckets.clear()
            content = self._buckets[kind, prefix] = index.bucket(kind, prefix)
        proto.response_bytes(200, [*headers, ("content-type", "application/octet-stream")], content)

    def _health(self, proto: HTTPProtocol) -> None:
        index = self.index
        told: dict[str, Any] = {"status": "ok" if index and not self.refused else "no index" if not index else "stale"}
        if index:
            told |= {"version": index.version, "base_version": index.base_version, "keys": index.count}
        if self.refused:
            told["refused"] = self.refused
        proto.response_bytes(200 if index else 503, JSON_HEAD, json.dumps(told).encode())


def _key(asked: str, query: str) -> tuple[str, str]:
    """Kind and value of "kind/text" with "bank" in the query. Raises ``BadKeyError``."""
    kind, _, text = asked.partition("/")
    bank = parse_qs(query).get("bank", [""])[0] if query else ""
    return raw_key(kind, unquote(text) if "%" in text else text, bank)


def _today() -> int:
    return date.today().toordinal()  # noqa: DTZ011  # the register's days are the machine's


async def _lines(proto: HTTPProtocol) -> AsyncIterator[list[bytes]]:
    """The lines of a body as they come, some at a time; a line without end is cut off where it is too long anyway."""
    rest = b""
    async for chunk in proto:
        *whole, rest = (rest + chunk).split(b"\n")
        if len(rest) > LONGEST_LINE * 2:
            rest = rest[: LONGEST_LINE + 1]
        whole = [line for line in whole if line.strip()]
        for start in range(0, len(whole), _AT_ONCE):
            yield whole[start : start + _AT_ONCE]
    if rest.strip():
        yield [rest]


def server() -> Server:
    """The application for granian (``--factory``): files by LOOKUP_INDEX and LOOKUP_TOKENS."""
    return Server(Path(os.environ["LOOKUP_INDEX"]), Path(os.environ["LOOKUP_TOKENS"]))
