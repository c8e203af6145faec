"""The simulated channels as ``canhgiac serve`` starts them, in a process of their own, and the web inbox over them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from simulators.facebook import APP_SECRET, PAGE_ID, TOKEN
from simulators.zalo import APP_ID, FIRST_REFRESH, OA_ID, OA_SECRET, SECRET
from tests.inbox import SmtpInbox, start, stop

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


class Webhook(ThreadingHTTPServer):
    """Where events are brought; refuses the first ``refusals`` of them."""

    daemon_threads = True

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, str], bytes]] = []
        self.refusals = 0
        super().__init__(("127.0.0.1", 0), _Hook)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def until(self, count: int) -> list[tuple[str, dict[str, str], bytes]]:
        """The calls that were taken, once there are so many."""
        deadline = time.monotonic() + 60
        while len(self.calls) < count:
            assert time.monotonic() < deadline, self.calls
            time.sleep(0.02)
        return list(self.calls)


class _Hook(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.refusals:
            self.server.refusals -= 1
            self.send_error(503)
            return
        self.server.calls.append((self.path, dict(self.headers.items()), body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Says nothing."""


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    made = Webhook()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def inbox(webhook: Webhook) -> Iterator[SmtpInbox]:
    process, inbox = start("--callback", f"http://127.0.0.1:{webhook.server_port}/kenh")
    yield inbox
    stop(process)


def call(url: str, given: Any = None, headers: dict[str, str] | None = None, method: str | None = None) -> Any:
    data = json.dumps(given).encode() if given is not None else None
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or b"null")


def tried(what: Callable[[], object]) -> int:
    """The status of a call that is refused."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        what()
    return refused.value.code


def form(url: str, **given: str) -> str:
    """The page after a form was sent."""
    with urllib.request.urlopen(url, urllib.parse.urlencode(given).encode(), timeout=60) as answer:
        return str(answer.read().decode())


def page(inbox: SmtpInbox, path: str) -> str:
    with urllib.request.urlopen(inbox.url + path, timeout=60) as answer:
        return str(answer.read().decode())


def access(inbox: SmtpInbox, refresh: str = FIRST_REFRESH) -> dict[str, Any]:
    """What a refresh token fetches."""
    given = {"refresh_token": refresh, "app_id": APP_ID, "grant_type": "refresh_token"}
    request = urllib.request.Request(
        f"{inbox.places['zalo']}/v4/oa/access_token", urllib.parse.urlencode(given).encode(), {"secret_key": SECRET}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def zalo_send(inbox: SmtpInbox, token: str, to: str, text: str) -> dict[str, Any]:
    body = {"recipient": {"user_id": to}, "message": {"text": text}}
    told: dict[str, Any] = call(f"{inbox.places['zalo']}/v3.0/oa/message/cs", body, {"access_token": token})
    return told


def test_zalos_refresh_tokens_are_good_once_and_access_tokens_run_out(inbox: SmtpInbox) -> None:
    first = access(inbox)
    assert access(inbox)["error"] == -14014
    assert zalo_send(inbox, first["access_token"], "1001", "a")["error"] == 0
    call(f"{inbox.url}api/zalo", {"act": "expire"})
    assert zalo_send(inbox, first["access_token"], "1001", "b")["error"] == -216
    second = access(inbox, first["refresh_token"])
    assert zalo_send(inbox, second["access_token"], "1001", "c")["error"] == 0
    assert zalo_send(inbox, "gia-mao", "1001", "d")["error"] == -216
    assert [row["text"] for row in call(f"{inbox.url}api/zalo?to=1001")] == ["a", "c"]


def test_a_reply_typed_on_a_zalo_phone_comes_signed_to_the_webhook_until_it_is_taken(
    inbox: SmtpInbox, webhook: Webhook
) -> None:
    zalo_send(inbox, access(inbox)["access_token"], "1001", "Cảnh báo <b>số 12</b>: xem https://canhgiac.test/12")
    webhook.until(1)
    webhook.refusals = 2
    shown = form(f"{inbox.url}zalo/1001/tra-loi", text="Tôi muốn thôi nhận")
    assert 'src="/zalo/1001/man-hinh"' in shown
    path, headers, body = webhook.until(2)[1]
    told = json.loads(body)
    assert path == "/kenh/zalo/"
    assert (told["event_name"], told["message"]["text"]) == ("user_send_text", "Tôi muốn thôi nhận")
    mark = hashlib.sha256(APP_ID.encode() + body + told["timestamp"].encode() + OA_SECRET.encode()).hexdigest()
    assert headers["X-Zevent-Signature"] == f"mac={mark}"
    screen = page(inbox, "zalo/1001/man-hinh")
    assert "&lt;b&gt;số 12&lt;/b&gt;" in screen
    assert '<a href="https://canhgiac.test/12" target="_blank" rel="noreferrer">' in screen
    assert screen.index("số 12") < screen.index("Tôi muốn thôi nhận")


def test_receipts_follow_and_the_buttons_do_what_they_say(inbox: SmtpInbox, webhook: Webhook) -> None:
    token = access(inbox)["access_token"]
    ref = zalo_send(inbox, token, "trung-1", "a")["data"]["message_id"]
    events = [json.loads(body) for _, _, body in webhook.until(2)]
    assert [(event["event_name"], event["message"]["msg_id"]) for event in events] == [
        ("user_received_message", ref)
    ] * 2
    form(f"{inbox.url}zalo/trung-1/viec", act="unfollow")
    form(f"{inbox.url}zalo/trung-1/viec", act="see")
    names = {json.loads(body)["event_name"] for _, _, body in webhook.until(4)}
    assert names == {"user_received_message", "unfollow", "user_seen_message"}
    assert zalo_send(inbox, token, "trung-1", "b")["error"] == -213
    form(f"{inbox.url}zalo/trung-1/viec", act="follow")
    assert zalo_send(inbox, token, "trung-1", "c")["error"] == 0
    told = [json.loads(body) for _, _, body in webhook.until(6)[4:]]
    assert [event["oa_id"] for event in told if event["event_name"] == "follow"] == [OA_ID]


def test_people_send_pictures_several_messages_and_taps(inbox: SmtpInbox, webhook: Webhook) -> None:
    call(
        f"{inbox.url}api/zalo", {"person": "1001", "act": "send", "data": base64.b64encode(PNG).decode(), "text": "đây"}
    )
    sent = json.loads(webhook.until(1)[0][2])
    assert (sent["event_name"], sent["message"]["text"]) == ("user_send_image", "đây")
    url = sent["message"]["attachments"][0]["payload"]["url"]
    assert url.startswith(inbox.places["zalo"])
    with urllib.request.urlopen(url, timeout=60) as answer:
        assert answer.read() == PNG
    assert '<img src="/anh/zalo/' in page(inbox, "zalo/1001/man-hinh")
    call(f"{inbox.url}api/zalo", {"person": "1001", "act": "lines", "text": "alo\n\ncó ai không"})
    form(f"{inbox.url}zalo/1001/tra-loi", act="send", kind="audio")
    names = [json.loads(body)["event_name"] for _, _, body in webhook.until(4)[1:]]
    assert sorted(names) == ["user_send_audio", "user_send_text", "user_send_text"]
    body = {"recipient": {"id": "7001"}, "messaging_type": "RESPONSE"}
    quick = [{"content_type": "text", "title": "Có", "payload": "Có, đã chuyển"}]
    graph(inbox, "me/messages", body | {"message": {"text": "Đã chuyển tiền chưa?", "quick_replies": quick}})
    assert 'name="say" value="Có, đã chuyển"' in page(inbox, "messenger/7001/man-hinh")
    form(f"{inbox.url}messenger/7001/tra-loi", act="tap", text="Có", say="Có, đã chuyển")
    tapped = next(row for row in webhook.until(6) if b"quick_reply" in row[2])
    message = json.loads(tapped[2])["entry"][0]["messaging"][0]["message"]
    assert (message["text"], message["quick_reply"]) == ("Có", {"payload": "Có, đã chuyển"})


def graph(inbox: SmtpInbox, path: str, given: dict[str, Any], token: str = TOKEN) -> Any:
    proof = hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
    headers = {"Authorization": f"Bearer {token}"}
    return call(f"{inbox.places['facebook']}/v23.0/{path}", given | {"appsecret_proof": proof}, headers)


def test_messenger_checks_token_and_proof_and_signs_what_people_write(inbox: SmtpInbox, webhook: Webhook) -> None:
    body = {"recipient": {"id": "7001"}, "messaging_type": "UPDATE", "message": {"text": "Cảnh báo"}}
    assert graph(inbox, "me/messages", body)["recipient_id"] == "7001"
    assert tried(lambda: graph(inbox, "me/messages", body, token="khac")) == 401
    unproved = {"Authorization": f"Bearer {TOKEN}"}
    assert tried(lambda: call(f"{inbox.places['facebook']}/v23.0/me/messages", body, unproved)) == 400
    call(f"{inbox.url}api/messenger", {"person": "7001", "text": "TC"})
    path, headers, raw = next(row for row in webhook.until(2) if b'"message"' in row[2])
    event = json.loads(raw)["entry"][0]["messaging"][0]
    assert (path, event["message"]["text"], event["recipient"]["id"]) == ("/kenh/facebook/", "TC", PAGE_ID)
    mark = hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature-256"] == f"sha256={mark}"


def test_a_post_stands_on_the_page_with_its_picture(inbox: SmtpInbox) -> None:
    proof = hmac.new(APP_SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
    parts = [
        b'Content-Disposition: form-data; name="message"\r\n\r\n' + "Gác máy <gọi> 113".encode(),
        b'Content-Disposition: form-data; name="appsecret_proof"\r\n\r\n' + proof.encode(),
        b'Content-Disposition: form-data; name="source"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n' + PNG,
    ]
    body = b"".join(b"--xx\r\n" + part + b"\r\n" for part in parts) + b"--xx--\r\n"
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "multipart/form-data; boundary=xx"}
    request = urllib.request.Request(f"{inbox.places['facebook']}/v23.0/{PAGE_ID}/photos", body, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        number = json.load(answer)["post_id"]
    assert "Gác máy &lt;gọi&gt; 113" in page(inbox, "facebook/")
    with urllib.request.urlopen(f"{inbox.url}facebook/anh/{number}", timeout=60) as answer:
        assert (answer.headers["Content-Type"], answer.read()) == ("image/png", PNG)
    [post] = call(f"{inbox.url}api/facebook")
    assert base64.b64decode(post["picture"]) == PNG


def test_the_push_service_takes_no_unsigned_message(inbox: SmtpInbox) -> None:
    told = call(f"{inbox.url}api/push/subscription?to=may-1")
    assert told == call(told["endpoint"])
    headers = {"TTL": "60", "Content-Encoding": "aes128gcm", "Authorization": "vapid t=a.b.c, k=AA"}
    assert tried(lambda: call(told["endpoint"], {}, headers)) == 403
    assert tried(lambda: call(told["endpoint"], {}, {"TTL": "60"})) == 400
    assert tried(lambda: call(f"{inbox.places['push']}/tuchoi-1", {}, headers)) == 410
    assert call(f"{inbox.url}api/push") == []


@pytest.mark.parametrize(
    "path", ["", "thu/", "dien-thoai/", "zalo/", "facebook/", "messenger/", "thong-bao-day/", "loa/"]
)
def test_an_empty_tab_says_what_will_stand_there(inbox: SmtpInbox, path: str) -> None:
    shown = page(inbox, path)
    assert 'class="empty"' in shown
    assert "Ngân hàng" in shown


def test_a_phone_nobody_wrote_to_can_be_opened_and_can_write(inbox: SmtpInbox) -> None:
    assert 'href="/dien-thoai/%2B84900000123/"' in page(inbox, "dien-thoai/?q=%2B84900000123")
    form(f"{inbox.url}dien-thoai/%2B84900000123/tra-loi", text="DK AN HOA", to="8099")
    screen = page(inbox, "dien-thoai/%2B84900000123/man-hinh")
    assert "DK AN HOA" in screen
    assert "tới 8099" in screen


def test_what_is_not_there_is_said(inbox: SmtpInbox) -> None:
    for path in ("khac/", "zalo/man-hinh", "facebook/anh/1", "loa/tieng/00", "thu/9", "api/khac"):
        assert tried(lambda path=path: page(inbox, path)) == 404  # type: ignore[misc]
    assert tried(lambda: call(f"{inbox.url}api/zalo", {"person": "1", "act": "khac"})) == 400
    assert (
        tried(lambda: call(f"{inbox.url}api/loa", {"person": "loa-1", "act": "hang", "schedule": "x", "key": "y"}))
        == 400
    )
    foreign = {"Sec-Fetch-Site": "cross-site", "Content-Type": "application/x-www-form-urlencoded"}
    assert tried(lambda: call(f"{inbox.url}zalo/1/tra-loi", {}, foreign)) == 403
    assert (
        tried(lambda: call(f"{inbox.url}api/zalo", {"person": "1", "text": "a"}, {"Content-Type": "text/plain"})) == 400
    )


def test_everything_is_forgotten_at_once(inbox: SmtpInbox) -> None:
    zalo_send(inbox, access(inbox)["access_token"], "1001", "a")
    assert call(f"{inbox.url}api/counts")["zalo"] == 1
    call(f"{inbox.url}api/all", method="DELETE")
    assert set(call(f"{inbox.url}api/counts").values()) == {0}
