"""The Graph API of one page: posts, Messenger, and the signed webhook.

Under the path ``/facebook``: ``/v23.0/{page}/feed``, ``/photos``, ``/{post}``, ``/me/messages``. Whoever was never
heard of has just written to the page, so that a demo needs no preparation; ``fall_silent`` changes that.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import re
import threading
import time
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qs

from simulators.api import HANG_UP, Album, Call, Caller, Messages, Reply, form_parts, reply
from simulators.magic import SLOW_SECONDS, Times, Trouble, trouble

PAGE_ID = "100000000000001"
TOKEN = "khoa-thu-cua-trang-facebook"  # noqa: S105  # of the simulator, known to all
APP_SECRET = "bi-mat-thu-cua-ung-dung-facebook"  # noqa: S105
VERIFY_TOKEN = "ma-thu-xac-nhan-facebook"  # noqa: S105
WINDOW = 86_400
WEBHOOK = "facebook/"
PICTURES = "anh/"
"""Where the pictures lie that people sent; the real ones lie on hosts of their own."""


@dataclass
class Post:
    """A post on the page."""

    id: str
    text: str
    at: float
    picture: bytes = b""
    kind: str = ""
    edited: int = 0


class FacebookBook:
    """The page: its posts and its conversations. Safe to use from several threads."""

    def __init__(self, caller: Caller, *, url: str = "") -> None:
        self.caller, self.url = caller, url
        self.album = Album()
        self.talk = Messages()
        self._posts: dict[str, Post] = {}
        self._spoke_at: dict[str, float] = {}
        self._numbers = itertools.count(1)
        self._times = Times()
        self._lock = threading.RLock()
        self.token = TOKEN
        self.loses_next_answer = False
        """Whether the next post is taken and its answer lost."""

    # What is called.

    def __call__(self, call: Call) -> Reply:
        """Answers one call of the product."""
        if call.path.startswith(PICTURES) and call.method == "GET":
            return self.album.answer(call.path.removeprefix(PICTURES))
        found = re.fullmatch(r"v\d+\.0/([\w-]+)(?:/(feed|photos|messages))?", call.path)
        if found is None:
            return _error(2500, "Unknown path components", status=404)
        given, picture, kind = _parameters(call)
        token = call.headers.get("Authorization", "").removeprefix("Bearer ") or given.get("access_token")
        if not isinstance(token, str) or not hmac.compare_digest(token, self.token):
            return _error(190, "Invalid OAuth access token.", status=401)
        proof = hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(str(given.get("appsecret_proof")), proof):
            return _error(100, "Invalid appsecret_proof provided in the API argument")
        return self._do(call.method, found[1], found[2], given, picture, kind)

    def _do(  # noqa: PLR0917  # the parts of a call
        self, method: str, node: str, edge: str | None, given: dict[str, Any], picture: bytes, kind: str
    ) -> Reply:
        if edge == "messages" and method == "POST":
            return self._message(given)
        if edge in {"feed", "photos"} and node in {PAGE_ID, "me"}:
            return self._publish(edge, given, picture, kind) if method == "POST" else self._feed()
        with self._lock:
            post = self._posts.get(node)
            if edge is not None or post is None:
                return _error(100, "Object does not exist", 33)
            if method == "DELETE":
                del self._posts[node]
            elif method == "POST" and isinstance(given.get("message"), str):
                post.text, post.edited = given["message"], post.edited + 1
            else:
                return _error(100, "Unsupported request")
        return reply({"success": True})

    def _publish(self, edge: str, given: dict[str, Any], picture: bytes, kind: str) -> Reply:
        text = given.get("message", "")
        if edge == "photos" and not picture.startswith((b"\x89PNG", b"\xff\xd8")):
            return _error(324, "Missing or invalid image file")
        if not isinstance(text, str) or (edge == "feed" and not text):
            return _error(100, "Invalid parameter: message")
        with self._lock:
            number = next(self._numbers)
            post = Post(f"{PAGE_ID}_{number:015d}", text, time.time(), picture, kind)
            self._posts[post.id] = post
        if self.loses_next_answer:
            self.loses_next_answer = False
            return HANG_UP
        return reply({"id": f"{number:015d}", "post_id": post.id} if edge == "photos" else {"id": post.id})

    def _feed(self) -> Reply:
        with self._lock:
            rows = [{"id": post.id, "message": post.text} for post in reversed(self._posts.values())]
        return reply({"data": rows[:25]})

    def _message(self, given: dict[str, Any]) -> Reply:
        message, to = _dict(given.get("message")), _dict(given.get("recipient")).get("id")
        payload = _dict(_dict(message.get("attachment")).get("payload"))
        words = message.get("text") or payload.get("text")
        if not isinstance(to, str) or not to or not isinstance(words, str) or not words:
            return _error(100, "Param recipient or message is invalid")
        if given.get("messaging_type") not in {"RESPONSE", "UPDATE", "MESSAGE_TAG"} or len(words) > 2000:
            return _error(100, "Param messaging_type or message is invalid")
        asked = trouble(to)
        refusal = self._refusal(to, asked, given["messaging_type"])
        if refusal:
            return refusal
        titles, taps = _buttons([*_list(payload.get("buttons")), *_list(message.get("quick_replies"))])
        if any(len(title) > 20 for title in titles) or len(_list(message.get("quick_replies"))) > 13:
            return _error(100, "Param quick_replies or buttons is invalid")
        return self._take(to, words, asked, {"key": message.get("metadata", ""), "buttons": titles, "taps": taps})

    def _refusal(self, to: str, asked: Trouble | None, messaging_type: str) -> Reply | None:
        with self._lock:
            spoke_at = self._spoke_at.setdefault(to, time.time())
        if asked is Trouble.REFUSED:
            return _error(551, "This person isn't available right now.", 1545041)
        if time.time() - spoke_at > WINDOW and messaging_type != "MESSAGE_TAG":
            return _error(10, "This message is sent outside of allowed window.", 2018278)
        if asked is Trouble.LOST:
            return HANG_UP
        if self._times.passes(to, asked):
            return None
        if asked is Trouble.THROTTLED:
            return _error(613, "Calls to this API have exceeded the rate limit")
        return _error(1200, "Temporary send message failure. Please try again later.", status=500)

    def _take(self, to: str, words: str, asked: Trouble | None, about: dict[str, Any]) -> Reply:
        ref = f"m_{next(self._numbers):012x}{hashlib.sha256(words.encode()).hexdigest()[:12]}"
        self.talk.add(to, words, ours=True, ref=ref, about=about)
        told = {"mids": [ref], "watermark": int(time.time() * 1000)}
        self._tell({"sender": {"id": to}, "recipient": {"id": PAGE_ID}, "delivery": told}, asked is Trouble.TWICE, 0.05)
        if asked is Trouble.SILENT:
            return HANG_UP
        return reply({"recipient_id": to, "message_id": ref}, delay=SLOW_SECONDS if asked is Trouble.SLOW else 0.0)

    # What people do, and what the product is told of it.

    def messages(self, to: str = "") -> list[dict[str, Any]]:
        """What was sent and written, oldest first."""
        return [asdict(row) for row in self.talk.rows(to)]

    def posts(self) -> list[dict[str, Any]]:
        """The page's posts, newest first; the picture in base64."""
        with self._lock:
            rows = [asdict(post) for post in reversed(self._posts.values())]
        return [row | {"picture": base64.b64encode(row["picture"]).decode()} for row in rows]

    def picture(self, number: str) -> tuple[bytes, str] | None:
        """The picture of a post and its type."""
        with self._lock:
            post = self._posts.get(number)
            return (post.picture, post.kind) if post and post.picture else None

    def reply(self, person: str, text: str, *, ago: float = 0.0, times: int = 1) -> None:
        """The person writes to the page. ``ago``: so many seconds before it comes; ``times``: brought so often."""
        ref = self._spoke(person)
        self.talk.add(person, text, ours=False, ref=ref)
        self._said(person, {"mid": ref, "text": text}, ago=ago, times=times)

    def tap(self, person: str, title: str, payload: str) -> None:
        """The person taps a quick reply: its title shows, its payload is what is meant."""
        ref = self._spoke(person)
        self.talk.add(person, title, ours=False, ref=ref)
        self._said(person, {"mid": ref, "text": title, "quick_reply": {"payload": payload}})

    def send(self, person: str, kind: str, data: bytes = b"", text: str = "") -> None:
        """The person sends a picture ("image", with its bytes), or "audio", "video", "file", "location"."""
        ref, about = self._spoke(person), {"kind": kind}
        payload: dict[str, Any] = {}
        if kind == "image":
            about["picture"] = name = self.album.add(data)
            payload = {"url": f"{self.url}/facebook/{PICTURES}{name}"}
        self.talk.add(person, text, ours=False, ref=ref, about=about)
        message = {"mid": ref, "attachments": [{"type": kind, "payload": payload}]}
        self._said(person, message | ({"text": text} if text else {}))

    def _spoke(self, person: str) -> str:
        with self._lock:
            self._spoke_at[person] = time.time()
            return f"m_u{next(self._numbers):012x}"

    def _said(self, person: str, message: dict[str, Any], *, ago: float = 0.0, times: int = 1) -> None:
        stamp = {"timestamp": int((time.time() - ago) * 1000)}
        twice = times > 1 or trouble(person) is Trouble.TWICE
        self._tell({**self._from(person), **stamp, "message": message}, twice)

    def opt_in(self, person: str) -> None:
        """The person asks for messages by the page's plug-in."""
        with self._lock:
            self._spoke_at[person] = time.time()
        self._tell({**self._from(person), "optin": {"ref": "canh-giac"}})

    def see(self, person: str) -> None:
        """The person reads the conversation."""
        self._tell({**self._from(person), "read": {"watermark": int(time.time() * 1000)}})

    def fall_silent(self, person: str) -> None:
        """The person's last word is more than 24 hours old."""
        with self._lock:
            self._spoke_at[person] = time.time() - WINDOW - 60

    def clear(self) -> None:
        """Forgets people, messages and posts."""
        with self._lock:
            self._posts.clear()
            self._spoke_at.clear()
        self.album.clear()
        self._times.clear()
        self.talk.clear()

    def _from(self, person: str) -> dict[str, Any]:
        return {"sender": {"id": person}, "recipient": {"id": PAGE_ID}, "timestamp": int(time.time() * 1000)}

    def _tell(self, event: dict[str, Any], twice: bool = False, after: float = 0.0) -> None:
        entry = {"id": PAGE_ID, "time": int(time.time() * 1000), "messaging": [event]}
        body = json.dumps({"object": "page", "entry": [entry]}, ensure_ascii=False).encode()
        mark = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={mark}"}
        self.caller.bring(WEBHOOK, headers, body, after=after, times=2 if twice else 1)


def _parameters(call: Call) -> tuple[dict[str, Any], bytes, str]:
    """Query and body as one set of parameters, and the picture with its type where there is one."""
    given: dict[str, Any] = {name: values[0] for name, values in parse_qs(call.query).items()}
    kind = call.headers.get("Content-Type", "")
    if kind.startswith("application/json"):
        try:
            told = json.loads(call.body)
        except ValueError:
            told = {}
        return given | _dict(told), b"", ""
    if not kind.startswith("multipart/form-data"):
        pairs = parse_qs(call.body.decode(errors="replace"))
        return given | {name: values[0] for name, values in pairs.items()}, b"", ""
    fields, picture, picture_kind = form_parts(kind, call.body)
    return given | fields, picture, picture_kind


def _buttons(rows: list[Any]) -> tuple[list[str], list[dict[str, str]]]:
    """Titles of buttons and quick replies, and what tapping each does."""
    told = [row for row in rows if isinstance(row, dict)]
    taps = [{"url": str(row["url"])} if "url" in row else {"say": str(row.get("payload", ""))} for row in told]
    return [str(row.get("title")) for row in told], taps


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _error(code: int, words: str, subcode: int = 0, *, status: int = 400) -> Reply:
    told: dict[str, Any] = {
        "message": f"(#{code}) {words}",
        "type": "OAuthException",
        "code": code,
        "fbtrace_id": "thu",
    }
    return reply({"error": told | ({"error_subcode": subcode} if subcode else {})}, status)


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
