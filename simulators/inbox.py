"""The web inbox: what arrived, for a person to look at and for tests to read.

- ``/`` the messages; ``/thu/N`` one of them; ``/thu/N/html`` its HTML part, in a sandbox
- ``GET /api/messages?to=ADDRESS`` as JSON, newest first; ``DELETE /api/messages`` forgets them
- ``/v1/requests`` and ``/ngan-hang/``: the partner bank of ``simulators.bank``
"""

from __future__ import annotations

import json
import re
import time
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from simulators.bank import Bank, answer_call
from simulators.mailbox import Letter, Mailbox, as_json

STYLE = """\
:root { color-scheme: light dark; font-family: "Be Vietnam Pro", system-ui, sans-serif; line-height: 1.5 }
body { max-width: 60rem; margin: 0 auto; padding: 1rem }
header { display: flex; gap: 1rem; align-items: center; justify-content: space-between; flex-wrap: wrap }
h1 { font-size: 1.25rem }
table { width: 100%; border-collapse: collapse }
th, td { text-align: left; vertical-align: top; padding: .5rem; border-bottom: 1px solid #8884 }
th, td { overflow-wrap: anywhere }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; background: #8881; padding: 1rem }
iframe { width: 100%; height: 32rem; border: 1px solid #8884; background: #fff }
button { font: inherit; padding: .4rem .8rem }
"""
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'"
LETTER_POLICY = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"
LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:)\]]")


class Inbox(ThreadingHTTPServer):
    """The web server over one mailbox."""

    daemon_threads = True

    def __init__(self, box: Mailbox, host: str, port: int, bank: Bank | None = None) -> None:
        self.box, self.bank = box, bank or Bank()
        super().__init__((host, port), Page)


class Page(BaseHTTPRequestHandler):
    """Answers one request."""

    server: Inbox

    def do_GET(self) -> None:
        """Shows a page or the messages as JSON."""
        parts = urlsplit(self.path)
        if not self._is_local():
            return
        if parts.path == "/":
            self._page("Thư đã nhận", _list(self.server.box.letters()), refresh=True)
        elif parts.path == "/style.css":
            self._send(200, "text/css", STYLE)
        elif parts.path == "/api/messages":
            to = parse_qs(parts.query).get("to", [""])[0]
            answer = [as_json(letter) for letter in self.server.box.letters(to)]
            self._send(200, "application/json", json.dumps(answer, ensure_ascii=False))
        elif parts.path == "/api/bank":
            self._send(200, "application/json", json.dumps(self.server.bank.book(), ensure_ascii=False))
        elif parts.path == "/ngan-hang/":
            self._page("Ngân hàng thử: yêu cầu đã nhận", _requests(self.server.bank.book()), refresh=True)
        elif parts.path.startswith("/v1/requests/"):
            self._bank(b"")
        elif found := re.fullmatch(r"/thu/(\d{1,9})(/html)?", parts.path):
            self._letter(int(found[1]), as_html=bool(found[2]))
        else:
            self._page("Không có trang này", "<p><a href='/'>Về danh sách</a></p>", status=404)

    def do_POST(self) -> None:
        """The button that forgets all messages; the bank's requests and its teller's answers."""
        if not self._is_local():
            return
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 65_536))
        if self.path == "/v1/requests":
            self._bank(body)
        elif self.path == "/ngan-hang/tra-loi":
            self._teller(parse_qs(body.decode(errors="replace")))
        elif self.path == "/xoa" and self.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin":
            self.server.box.clear()
            self.send_response(303)
            self.send_header("Location", "/")
            self.end_headers()
        else:
            self._page("Không làm được", "<p><a href='/'>Về danh sách</a></p>", status=403)

    def do_DELETE(self) -> None:
        """Forgets all messages, for tests."""
        if self._is_local() and self.path == "/api/messages":
            self.server.box.clear()
            self.server.bank.clear()
            self._send(204, "text/plain", "")

    def _bank(self, body: bytes) -> None:
        headers = self.headers
        status, told = answer_call(self.server.bank, self.command, self.path, headers, body, time.time())
        self._send(status, "application/json", told)

    def _teller(self, given: dict[str, list[str]]) -> None:
        held = given.get("held", [""])[0]
        state = given.get("state", ["done"])[0]
        told = self.server.bank.answer(
            given.get("reference", [""])[0], state, int(held) if held.isdigit() else None, given.get("words", [""])[0]
        )
        self.send_response(303 if told else 404)
        self.send_header("Location", "/ngan-hang/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _letter(self, number: int, *, as_html: bool) -> None:
        letter = self.server.box.letter(number)
        if letter is None:
            self._page("Thư này không còn", "<p><a href='/'>Về danh sách</a></p>", status=404)
        elif as_html:
            self._send(200, "text/html", letter.html, policy=LETTER_POLICY)
        else:
            self._page(letter.subject or "(không có tiêu đề)", _detail(letter))

    def _is_local(self) -> bool:
        """Refuses names other than this machine's own, so that no web page can read the mail by a name of its own."""
        host = self.headers.get("Host", "").rsplit(":", 1)[0]
        if host in {"127.0.0.1", "localhost", "[::1]"}:
            return True
        self._send(403, "text/plain", "Chỉ mở trên máy này.")
        return False

    def _page(self, title: str, body: str, *, status: int = 200, refresh: bool = False) -> None:
        again = '<meta http-equiv="refresh" content="5">' if refresh else ""
        self._send(
            status,
            "text/html",
            f'<!doctype html><html lang="vi"><meta charset="utf-8">{again}'
            '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css">'
            f"<title>{escape(title)}</title><header><h1>{escape(title)}</h1>"
            '<form method="post" action="/xoa"><a href="/">Danh sách</a> <a href="/ngan-hang/">Ngân hàng thử</a> '
            "<button>Xóa hết</button></form></header>"
            f"<main>{body}</main></html>",
        )

    def _send(self, status: int, kind: str, text: str, *, policy: str = POLICY) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Says nothing: the pages tell enough."""


def _list(letters: list[Letter]) -> str:
    if not letters:
        return "<p>Chưa có thư nào. Thư hệ thống gửi đi sẽ hiện ở đây.</p>"
    rows = "".join(
        f"<tr><td>{escape(letter.received[11:19])}<td>{escape(', '.join(letter.recipients))}"
        f'<td><a href="/thu/{letter.number}">{escape(letter.subject or "(không có tiêu đề)")}</a>'
        for letter in letters
    )
    return f"<table><thead><tr><th>Lúc<th>Gửi đến<th>Tiêu đề</thead><tbody>{rows}</tbody></table>"


def _requests(book: list[dict[str, Any]]) -> str:
    if not book:
        return "<p>Chưa có yêu cầu nào. Yêu cầu tạm dừng giao dịch gửi tới ngân hàng thử sẽ hiện ở đây.</p>"
    rows = "".join(
        f"<tr><td>{escape(one['reference'])}<td>{escape(str(one['body'].get('account', {}).get('number', '')))}"
        f"<td>{escape(str(one['body'].get('amount') or ''))}<td>{escape(one['state'])} {escape(one['words'])}"
        f"<td><form method='post' action='/ngan-hang/tra-loi'><input type='hidden' name='reference'"
        f" value='{escape(one['reference'])}'><input name='held' size='10' aria-label='Số tiền giữ được'"
        f" value='{escape(str(one['body'].get('amount') or ''))}'><button name='state' value='done'>Đã giữ</button>"
        f"<button name='state' value='refused'>Từ chối</button></form>"
        for one in book
    )
    return f"<table><thead><tr><th>Số<th>Tài khoản<th>Số tiền<th>Trạng thái<th>Trả lời</thead><tbody>{rows}</table>"


def _detail(letter: Letter) -> str:
    facts = [("Từ", letter.sender), ("Đến", ", ".join(letter.recipients)), ("Lúc", letter.received)]
    rows = "".join(f"<tr><th>{name}<td>{escape(value)}" for name, value in facts)
    frame = f'<iframe src="/thu/{letter.number}/html" title="Bản HTML" sandbox="allow-popups"></iframe>'
    return f"<table>{rows}</table><pre>{_linked(letter.text)}</pre>{frame if letter.html else ''}"


def _linked(text: str) -> str:
    """The text escaped, its web addresses as links."""
    pieces, end = [], 0
    for found in LINK.finditer(text):
        link = escape(found[0])
        pieces += [escape(text[end : found.start()]), f'<a href="{link}" rel="noreferrer">{link}</a>']
        end = found.end()
    return "".join([*pieces, escape(text[end:])])
