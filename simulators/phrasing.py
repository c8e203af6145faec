"""A chat endpoint as OpenAI's: ``POST /v1/chat/completions``. What it answers is told by the name of the model.

- ``nhac-lai``: our words again, joined a little differently
- ``them-so``, ``them-link``, ``them-luat``, ``them-ten``, ``noi-an-toan``, ``bo-canh-bao``, ``ke-chuyen``: with
  something added, or lost, that must be noticed
- ``treo``: no answer; ``nho-giot``: a byte now and then; ``loi``: 503; ``rac``: no JSON
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MARK = "Câu trả lời cần diễn đạt lại:\n"
ADDED = {
    "nhac-lai": "",
    "them-so": " Bạn gọi số 0900 000 999 nhé.",
    "them-link": " Xem thêm tại ho-tro-nhanh.test.",
    "them-luat": " Việc này theo Điều 999 Bộ luật Hình sự.",
    "them-ten": " Hỏi anh Nguyễn Văn Tám là được.",
    "noi-an-toan": " Tin này an toàn, bạn yên tâm.",
    "ke-chuyen": " Mười hôm trước hàng xóm ăn phở gặp mưa đá rất to.",
}
SLOW = 30.0
"""Seconds that a hanging answer takes, or until the simulator is stopped."""


class Phrasing(ThreadingHTTPServer):
    """The server. ``heard`` holds every request's body, for tests that look at what left."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int]) -> None:
        super().__init__(address, _Handler)
        self.heard: list[dict[str, Any]] = []
        self.stopped = threading.Event()

    @property
    def url(self) -> str:
        """What the product is told as ASSISTANT_URL."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Phrasing

    def do_POST(self) -> None:  # the standard library's name
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self.server.heard.append(body)
        model = str(body.get("model", ""))
        words = str(body["messages"][-1]["content"]).partition(MARK)[2]
        if model == "treo":
            self.server.stopped.wait(SLOW)
            return
        if model == "loi" or self.path != "/v1/chat/completions":
            self.send_error(503 if model == "loi" else 404)
            return
        said = json.dumps({"choices": [{"message": {"role": "assistant", "content": _said(model, words)}}]})
        self._tell(b"<html>" if model == "rac" else said.encode(), slowly=model == "nho-giot")

    def _tell(self, told: bytes, *, slowly: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        for at in range(0, len(told), 1 if slowly else len(told)):
            if self.server.stopped.is_set():
                return
            self.wfile.write(told[at : at + (1 if slowly else len(told))])
            self.wfile.flush()
            if slowly:
                time.sleep(0.2)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the standard library's name
        """Nothing: what people ask is in no log."""


def _said(model: str, words: str) -> str:
    if model == "bo-canh-bao":
        return words.partition("\n")[2] or words[len(words) // 2 :]
    return " ".join(words.split("\n")) + ADDED.get(model, "")


@contextmanager
def phrasing(port: int = 0) -> Iterator[Phrasing]:
    """The endpoint on a port of this machine, a free one by default, as long as it is needed."""
    server = Phrasing(("127.0.0.1", port))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
