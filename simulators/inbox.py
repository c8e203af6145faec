"""The web inbox: what arrived on every channel, for a person to look at and answer, and for tests to read.

- ``/`` what came last; a tab for each channel; ``/dien-thoai/+84900000123/`` one phone with a box to answer
- ``/thu/N`` one mail, ``/thu/N/html`` its HTML part in a sandbox
- ``GET /api/messages?to=ADDRESS`` the mail as JSON, newest first; ``DELETE /api/messages`` forgets mail and bank
- ``GET /api/sms``, ``zalo``, ``zalo/posts``, ``messenger``, ``facebook``, ``push`` (each with ``?to=``), ``loa``,
  ``counts``, ``push/subscription?to=NAME``; ``POST /api/sms`` and so on with {"person", "text"} or {"person", "act"}
  as JSON does what a person does; ``DELETE /api/all`` forgets everything
- ``/v1/requests`` and ``/ngan-hang/``: the partner bank of ``simulators.bank``
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlsplit

from simulators import pages
from simulators.api import Messages, form_parts, kind_of
from simulators.bank import answer_call
from simulators.moments import clock, seconds
from simulators.world import SHORT_NUMBER, UnknownError, World, as_text

STYLE = (Path(__file__).parent / "inbox.css").read_text()
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; form-action 'self'; frame-src 'self';"
    " base-uri 'none'"
)
LETTER_POLICY = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"
LATEST = 40
MOST_FORM, MOST_PICTURE = 65_536, 8_000_000
NEW = "nguoi-dan-{}"
SENT = {"audio": "[tin thoại]", "video": "[video]", "file": "[tệp]", "sticker": "[nhãn dán]", "location": "[vị trí]"}


class Talk(NamedTuple):
    """A tab of conversations."""

    book: str
    name: str
    hint: str
    """What stands in the box to answer with; empty: no answer."""
    acts: Sequence[tuple[str, str]]
    empty: str
    chats: bool = False
    """Whether people send pictures, tap buttons, write several messages."""


TALKS = {
    "/dien-thoai/": Talk("sms", "Điện thoại", "Trả lời, ví dụ TC", (), "Chưa điện thoại nào nhận tin nhắn SMS."),
    "/zalo/": Talk(
        "zalo",
        "Zalo",
        "Nhắn cho tài khoản chính thức",
        (("follow", "Quan tâm"), ("unfollow", "Bỏ quan tâm"), ("see", "Xem tin"), ("silent", "Im lặng 7 ngày")),
        "Chưa ai nhận tin Zalo.",
        chats=True,
    ),
    "/messenger/": Talk(
        "messenger",
        "Messenger",
        "Nhắn cho trang",
        (("optin", "Đăng ký nhận tin"), ("see", "Xem tin"), ("silent", "Im lặng 24 giờ")),
        "Chưa ai nhận tin Messenger.",
        chats=True,
    ),
    "/thong-bao-day/": Talk(
        "push", "Thông báo đẩy", "", (("unsubscribe", "Hủy đăng ký"),), "Chưa trình duyệt nào nhận thông báo đẩy."
    ),
}


class Inbox(ThreadingHTTPServer):
    """The web server over one world."""

    daemon_threads = True

    def __init__(self, world: World, host: str, port: int) -> None:
        self.world = world
        super().__init__((host, port), Page)

    def tabs(self) -> list[pages.Tab]:
        """The tabs with what they hold now."""
        counts = self.world.counts()
        found = [pages.Tab("/", "Mới nhất", 0)]
        for path, name, book in (
            ("/dien-thoai/", "Điện thoại", "sms"),
            ("/thu/", "Thư", "messages"),
            ("/zalo/", "Zalo", "zalo"),
            ("/facebook/", "Facebook", "facebook"),
            ("/messenger/", "Messenger", "messenger"),
            ("/thong-bao-day/", "Thông báo đẩy", "push"),
            ("/loa/", "Loa", "loa"),
            ("/ngan-hang/", "Ngân hàng", "bank"),
        ):
            found.append(pages.Tab(path, name, counts[book]))
        return found

    def latest(self) -> list[tuple[str, str, str, str, str]]:
        """What came last on any channel, newest first: time, channel, to whom, words, its page."""
        found: list[tuple[float, str, str, str, str]] = [
            (seconds(one.received), "SMS", one.to, one.text, f"/dien-thoai/{quote(one.to, safe='')}/")
            for one in self.world.phones.messages()[:LATEST]
        ]
        for letter in self.world.box.letters()[:LATEST]:
            found.append(
                (seconds(letter.received), "Thư", ", ".join(letter.recipients), letter.subject, f"/thu/{letter.number}")
            )
        for path, talk in TALKS.items():
            rows = [row for row in self.talk(talk.book).rows() if row.ours] if talk.book != "sms" else []
            for row in rows[-LATEST:]:
                there = f"{path}{quote(row.person, safe='')}/"
                found.append((row.at, talk.name, row.person, row.text, there))
        for post in self.world.facebook.posts()[:LATEST]:
            found.append((post["at"], "Facebook", "trang", post["text"], "/facebook/"))
        newest = sorted(found, key=lambda row: row[0], reverse=True)[:LATEST]
        return [(clock(at), channel, to, words, there) for at, channel, to, words, there in newest]

    def talk(self, book: str) -> Messages:
        """The conversations of one channel."""
        books = {"zalo": self.world.zalo.talk, "messenger": self.world.facebook.talk, "push": self.world.push.talk}
        return books.get(book, self.world.typed)

    def people(self, book: str) -> list[pages.Person]:
        """One row a person, the newest first."""
        if book != "sms":
            return [pages.Person(row.person, clock(row.at), row.text, count) for row, count in self.talk(book).latest()]
        counts = self.world.phones.counts()
        rows: dict[str, pages.Person] = {}
        for message in self.world.phones.messages():
            if message.to not in rows:
                rows[message.to] = pages.Person(
                    message.to, clock(seconds(message.received)), message.text, counts[message.to]
                )
        return list(rows.values())

    def bubbles(self, book: str, address: str) -> list[pages.Bubble]:
        """What one screen shows, oldest first."""
        found = [
            (
                row.at,
                pages.Bubble(
                    clock(row.at),
                    row.text or SENT.get(str(row.about.get("kind")), ""),
                    row.ours,
                    _small(row.about),
                    row.about.get("buttons", ()),
                    row.about.get("taps", ()),
                    f"/anh/{book}/{row.about['picture']}" if "picture" in row.about else "",
                ),
            )
            for row in self.talk(book).rows(address)
        ]
        for message in self.world.phones.messages(address) if book == "sms" else ():
            at = seconds(message.received)
            kind = "UCS-2" if message.coding == 8 else "GSM-7"
            small = f"{message.sender} · {message.parts} phần {kind}"
            found.append((at, pages.Bubble(clock(at), message.text, ours=True, small=small)))
        return [bubble for _, bubble in sorted(found, key=lambda pair: pair[0])]


class Page(BaseHTTPRequestHandler):
    """Answers one request."""

    server: Inbox

    def do_GET(self) -> None:
        """Shows a page or what arrived as JSON."""
        parts = urlsplit(self.path)
        if not self._is_local():
            return
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        path = parts.path
        folder, _, rest = path.removeprefix("/").rpartition("/")
        if path == "/style.css":
            self._send(200, "text/css; charset=utf-8", STYLE.encode())
        elif path.startswith("/api/"):
            self._told(path.removeprefix("/api/"), query.get("to", ""))
        elif path.startswith("/v1/requests/"):
            self._bank(b"")
        elif folder == "facebook/anh":
            self._picture(unquote(rest))
        elif folder in {"anh/zalo", "anh/messenger"}:
            self._album(folder.removeprefix("anh/"), rest)
        elif folder == "loa/tieng":
            self._sound(rest)
        elif found := re.fullmatch(r"/thu/(\d{1,9})(/html)?", path):
            self._letter(int(found[1]), as_html=bool(found[2]))
        elif not self._books(path):
            self._talk(path, query.get("q", ""))

    def _books(self, path: str) -> bool:
        """Shows the page of a whole book; False when this is none of them."""
        world = self.server.world
        books: dict[str, tuple[str, Callable[[], str]]] = {
            "/": ("Hộp thử", lambda: pages.overview(self.server.tabs(), self.server.latest())),
            "/thu/": ("Thư đã nhận", lambda: pages.letters(world.box.letters())),
            "/facebook/": ("Trang Facebook", lambda: pages.facebook_posts(world.facebook.posts())),
            "/loa/": ("Loa truyền thanh", lambda: pages.loudspeakers(world.heard())),
            "/ngan-hang/": ("Ngân hàng thử: yêu cầu đã nhận", lambda: pages.bank_requests(world.bank.book())),
        }
        if path not in books:
            return False
        title, body = books[path]
        self._page(title, body(), refresh=path != "/loa/")  # looking again would cut off what is being listened to
        return True

    def do_POST(self) -> None:
        """What people do on their phones; the bank's requests and its teller's answers; forgetting."""
        if not self._is_local():
            return
        kind = self.headers.get("Content-Type", "")
        most = MOST_PICTURE if kind.startswith(("multipart/form-data", "application/json")) else MOST_FORM
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), most))
        path = urlsplit(self.path).path
        if path == "/v1/requests":
            self._bank(body)
        elif path.startswith("/api/"):
            self._done(path.removeprefix("/api/"), body)
        elif self.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            self._page("Không làm được", "<p>Việc này chỉ làm từ trang này.</p>", status=403)
        elif path == "/ngan-hang/tra-loi":
            self._teller(parse_qs(body.decode(errors="replace")))
        elif path == "/xoa":
            self.server.world.clear()
            self._go("/")
        elif kind.startswith("multipart/form-data"):
            given, file, _kind = form_parts(kind, body)
            self._on_phone(path, {**given, "data": file})
        else:
            told = parse_qs(body.decode(errors="replace"))
            self._on_phone(path, {name: values[0] for name, values in told.items()})

    def do_DELETE(self) -> None:
        """Forgets the mail and the bank's book, or everything, for tests."""
        if not self._is_local():
            return
        if self.path == "/api/messages":
            self.server.world.box.clear()
            self.server.world.bank.clear()
            self._send(204, "text/plain", b"")
        elif self.path == "/api/all":
            self.server.world.clear()
            self._send(204, "text/plain", b"")
        else:
            self._json({"error": "no such book"}, 404)

    def _told(self, book: str, to: str) -> None:
        try:
            self._json(self.server.world.told(book, to))
        except (UnknownError, ValueError):
            self._json({"error": "no such book"}, 404)

    def _done(self, book: str, body: bytes) -> None:
        """A JSON body: what no form of another site can send."""
        try:
            given = json.loads(body) if self.headers.get("Content-Type", "").startswith("application/json") else None
        except ValueError:
            given = None
        try:
            self.server.world.do(book, given if isinstance(given, dict) else {})
        except (UnknownError, RuntimeError):
            self._json({"error": "no such act"}, 400)
        else:
            self._json({"done": True})

    def _talk(self, path: str, sought: str) -> None:
        """A list of conversations, one phone, or its screen alone."""
        found = re.fullmatch(r"(/[a-z-]+/)(?:([^/]{1,200})/)?(man-hinh)?", path)
        talk = TALKS.get(found[1]) if found else None
        if found is None or talk is None or (found[3] and not found[2]):
            self._page("Không có trang này", "<p><a href='/'>Về trang đầu</a></p>", status=404)
        elif found[3]:
            here = f"{found[1]}{found[2]}/" if talk.chats else ""
            self._html(200, pages.screen(self.server.bubbles(talk.book, unquote(found[2])), here=here))
        elif found[2]:
            to = self._answer_to(unquote(found[2])) if talk.book == "sms" else None
            shown = pages.phone(found[1], unquote(found[2]), hint=talk.hint, acts=talk.acts, to=to, chats=talk.chats)
            self._page(talk.name, shown, here=found[1])
        else:
            rows = self.server.people(talk.book)
            new = NEW.format(1 + sum(row.address.startswith(NEW[:-2]) for row in rows)) if talk.chats else ""
            shown = pages.people(found[1], rows, sought=sought.strip(), empty=talk.empty, new=new)
            if talk.book == "zalo":
                shown += pages.zalo_articles(self.server.world.zalo.posts())
            self._page(talk.name, shown, here=found[1], refresh=not sought)

    def _answer_to(self, phone: str) -> str:
        """The number that wrote to this phone last."""
        senders = (message.sender for message in self.server.world.phones.messages(phone))
        return next((sender for sender in senders if sender.lstrip("+").isdigit()), SHORT_NUMBER)

    def _on_phone(self, path: str, wanted: dict[str, Any]) -> None:
        found = re.fullmatch(r"(/[a-z-]+/)([^/]{1,200})/(?:tra-loi|viec)", path)
        talk = TALKS.get(found[1]) if found else None
        if path == "/loa/treo" or (found and found[1] == "/loa/"):
            self._form_done("loa", wanted | ({"person": unquote(found[2])} if found else {}), "/loa/")
        elif found is None or talk is None:
            self._page("Không có trang này", "<p><a href='/'>Về trang đầu</a></p>", status=404)
        else:
            self._form_done(talk.book, wanted | {"person": unquote(found[2])}, f"{found[1]}{found[2]}/")

    def _form_done(self, book: str, wanted: dict[str, Any], then: str) -> None:
        try:
            self.server.world.do(book, wanted)
        except (UnknownError, RuntimeError):
            self._page("Không làm được", "<p>Chưa làm được việc này; hãy xem lại những gì đã nhập.</p>", status=400)
        else:
            self._go(then)

    def _sound(self, sha256: str) -> None:
        found = self.server.world.sound(sha256)
        if found is None:
            self._page("Không còn bài này", "<p><a href='/loa/'>Về loa</a></p>", status=404)
        else:
            self._send(200, "audio/mpeg", found)

    def _picture(self, number: str) -> None:
        found = self.server.world.facebook.picture(number)
        if found is None or found[1] not in {"image/png", "image/jpeg"}:
            self._page("Không có ảnh này", "<p><a href='/facebook/'>Về trang</a></p>", status=404)
        else:
            self._send(200, found[1], found[0])

    def _album(self, book: str, name: str) -> None:
        album = self.server.world.zalo.album if book == "zalo" else self.server.world.facebook.album
        found = album.get(name)
        if found is None or kind_of(found) == "application/octet-stream":
            self._page("Không có ảnh này", "<p><a href='/'>Về trang đầu</a></p>", status=404)
        else:
            self._send(200, kind_of(found), found)

    def _bank(self, body: bytes) -> None:
        headers = self.headers
        status, told = answer_call(self.server.world.bank, self.command, self.path, headers, body, time.time())
        self._send(status, "application/json; charset=utf-8", told.encode())

    def _teller(self, given: dict[str, list[str]]) -> None:
        held = given.get("held", [""])[0]
        state = given.get("state", ["done"])[0]
        told = self.server.world.bank.answer(
            given.get("reference", [""])[0], state, int(held) if held.isdigit() else None, given.get("words", [""])[0]
        )
        self._go("/ngan-hang/", status=303 if told else 404)

    def _letter(self, number: int, *, as_html: bool) -> None:
        letter = self.server.world.box.letter(number)
        if letter is None:
            self._page("Thư này không còn", "<p><a href='/thu/'>Về danh sách</a></p>", status=404)
        elif as_html:
            self._send(200, "text/html; charset=utf-8", letter.html.encode(), policy=LETTER_POLICY)
        else:
            self._page(letter.subject or "(không có tiêu đề)", pages.letter_detail(letter), here="/thu/")

    def _is_local(self) -> bool:
        """Refuses names other than this machine's own, so that no web page can read the mail by a name of its own."""
        host = self.headers.get("Host", "").rsplit(":", 1)[0]
        if host in {"127.0.0.1", "localhost", "[::1]"}:
            return True
        self._send(403, "text/plain; charset=utf-8", "Chỉ mở trên máy này.".encode())
        return False

    def _page(self, title: str, body: str, *, status: int = 200, refresh: bool = False, here: str = "") -> None:
        here = here or urlsplit(self.path).path
        self._html(status, pages.page(title, body, self.server.tabs(), here, refresh=refresh))

    def _html(self, status: int, text: str) -> None:
        self._send(status, "text/html; charset=utf-8", text.encode("utf-8", "replace"))

    def _json(self, told: object, status: int = 200) -> None:
        self._send(status, "application/json; charset=utf-8", as_text(told).encode("utf-8", "replace"))

    def _go(self, path: str, *, status: int = 303) -> None:
        self.send_response(status)
        self.send_header("Location", path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: int, kind: str, data: bytes, *, policy: str = POLICY) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Says nothing: the pages tell enough."""


def _small(about: dict[str, object]) -> str:
    """What stands under a message: the template, the kind, the link of a notice."""
    names = {"cs": "", "zns": "ZNS, mẫu {template}", "promotion": "tin truyền thông", "transaction": "tin giao dịch"}
    kind = names.get(str(about.get("kind", "")), "").format(**about)
    return " · ".join(str(part) for part in (kind, about.get("url"), about.get("to") and f"tới {about['to']}") if part)
