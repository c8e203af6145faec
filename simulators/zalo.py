"""Zalo's servers for one Official Account: tokens, messages, ZNS, articles, and the signed webhook.

Under the path ``/zalo``: ``/v4/oa/access_token`` of oauth.zaloapp.com, ``/v3.0/oa/message/...`` and ``/v2.0/...`` of
openapi.zalo.me, ``/message/template`` of business.openapi.zalo.me. Whoever was never heard of follows the account and
has just written to it, so that a demo needs no preparation; ``unfollow`` and ``fall_silent`` change that.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import re
import threading
import time
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qs

from simulators.api import HANG_UP, Album, Call, Caller, Messages, Reply, reply
from simulators.magic import SLOW_SECONDS, Times, Trouble, trouble

APP_ID = "4290000000000000001"
SECRET = "khoa-thu-cua-ung-dung-zalo"  # noqa: S105  # of the simulator, known to all
OA_ID = "3010000000000000001"
OA_SECRET = "khoa-thu-cua-tai-khoan-zalo"  # noqa: S105
ACCESS_SECONDS = 90_000
WINDOW = 7 * 86_400
TEMPLATES = {
    "316001": "<tieu_de>\n<noi_dung>\nMã cảnh báo: <ma_canh_bao>",
    "316002": "Thu hồi cảnh báo <ma_canh_bao>\nLý do: <ly_do>",
}
"""ZNS templates that were approved, with their parameters in their places."""
PLACE = re.compile(r"<(\w+)>")
WEBHOOK = "zalo/"
PICTURES = "anh/"
"""Where the pictures lie that people sent; the real ones lie on hosts of their own."""


@dataclass
class _Article:
    id: str
    body: dict[str, Any]
    at: float
    looks: int = 0
    broadcasts: int = 0


@dataclass
class _Person:
    follows: bool = True
    spoke_at: float = field(default_factory=time.time)


class ZaloBook:
    """The account: who follows, what was sent, what stands on its page. Safe to use from several threads."""

    def __init__(self, caller: Caller, *, quota: int = 1_000_000, url: str = "") -> None:
        self.caller, self.quota, self.url = caller, quota, url
        self.album = Album()
        self.talk = Messages()
        self._people: dict[str, _Person] = {}
        self._articles: dict[str, _Article] = {}
        self._used_refresh = -1
        self._tokens = itertools.count(int(time.time() * 1000))
        self._valid_from = 0.0
        self._numbers = itertools.count(1)
        self._times = Times()
        self._lock = threading.RLock()
        self.renewals = 0
        self.demands_proof = False
        self.loses_next_answer = False
        """Whether the next article is taken and its answer lost."""

    # Tokens: number, time and a mark, so that those of an earlier run of the simulator are known again.

    def tokens(self, seconds: float = ACCESS_SECONDS) -> dict[str, Any]:
        """A new pair, as an administrator's consent gives it."""
        number = next(self._tokens)
        return {
            "access_token": _marked(f"access-{number}-{time.time() + seconds:.3f}"),
            "refresh_token": _marked(f"refresh-{number}"),
            "expires_in": str(int(seconds)),
        }

    def expire(self) -> None:
        """Lets all access tokens given so far run out now."""
        with self._lock:
            self._valid_from = next(self._tokens)

    def _is_good(self, access: str) -> bool:
        parts = access.split("-")
        if len(parts) != 4 or not hmac.compare_digest(_marked("-".join(parts[:3])), access):
            return False
        return int(parts[1]) > self._valid_from and float(parts[2]) > time.time()

    def _renew(self, call: Call) -> Reply:
        given = {name: values[0] for name, values in parse_qs(call.body.decode(errors="replace")).items()}
        if not hmac.compare_digest(call.headers.get("secret_key", ""), SECRET) or given.get("app_id") != APP_ID:
            return reply({"error": -14004, "error_name": "Invalid secret key", "error_description": ""})
        if given.get("grant_type") != "refresh_token":
            return reply({"error": -14002, "error_name": "Invalid grant type"})
        parts = given.get("refresh_token", "").split("-")
        with self._lock:
            good = len(parts) == 3 and hmac.compare_digest(_marked("-".join(parts[:2])), "-".join(parts))
            if not good or int(parts[1]) <= self._used_refresh:
                return reply({"error": -14014, "error_name": "Invalid refresh token."})
            self._used_refresh = int(parts[1])
            self.renewals += 1
            return reply(self.tokens())

    # What is called.

    def __call__(self, call: Call) -> Reply:
        """Answers one call of the product."""
        if call.path == "v4/oa/access_token" and call.method == "POST":
            return self._renew(call)
        if call.path.startswith(PICTURES) and call.method == "GET":
            return self.album.answer(call.path.removeprefix(PICTURES))
        zns = call.path == "message/template"
        if not self._is_good(call.headers.get("access_token", "")):
            return _error(-124 if zns else -216, "Access token is invalid")
        if self.demands_proof and not _is_proved(call.headers):
            return _error(-1241 if zns else -242, "Invalid appsecret_proof provided in the API argument")
        if call.method == "GET":
            return self._slice() if call.path == "v2.0/article/getslice" else _error(-201, "path is invalid")
        return self._posted(call, zns=zns)

    def _posted(self, call: Call, *, zns: bool) -> Reply:
        try:
            body = json.loads(call.body or b"{}")
        except ValueError:
            body = None
        if not isinstance(body, dict):
            return _error(-122 if zns else -201, "Body is invalid")
        if found := re.fullmatch(r"v3\.0/oa/message/(cs|promotion|transaction)", call.path):
            return self._message(body, found[1])
        return self._template(body) if zns else self._page(call.path, body)

    def _message(self, body: dict[str, Any], kind: str) -> Reply:
        message, to = _dict(body.get("message")), _dict(body.get("recipient")).get("user_id")
        attachment = _dict(_dict(message.get("attachment")).get("payload"))
        words = message.get("text") or _words(attachment.get("elements"))
        if not isinstance(to, str) or not to or not isinstance(words, str) or not words:
            return _error(-201, "recipient or message is invalid")
        if len(words) > 2000:
            return _error(-210, "Parameter exceeds allowable limit")
        with self._lock:
            person = self._people.setdefault(to, _Person())
        asked = trouble(to)
        if not person.follows or asked is Trouble.REFUSED:
            return _error(-213, "User has not followed OA")
        if kind == "cs" and time.time() - person.spoke_at > WINDOW:
            return _error(-230, "User has not interacted with the OA in the past 7 days")
        about = {
            "kind": kind,
            "buttons": [b.get("title") for b in attachment.get("buttons", []) if isinstance(b, dict)],
            "taps": [_tap(b) for b in attachment.get("buttons", []) if isinstance(b, dict)],
        }
        return self._take(to, words, asked, about, zns=False)

    def _template(self, body: dict[str, Any]) -> Reply:
        phone, data = body.get("phone"), body.get("template_data")
        layout = TEMPLATES.get(str(body.get("template_id")))
        if not isinstance(phone, str) or not re.fullmatch(r"84\d{9,10}", phone):
            return _error(-108, "Phone number invalid")
        if layout is None:
            return _error(-109, "Template ID invalid")
        if (
            not isinstance(data, dict)
            or set(data) != set(PLACE.findall(layout))
            or not all(isinstance(v, str) and v for v in data.values())
        ):
            return _error(-112, "Template data invalid")
        if not isinstance(body.get("tracking_id"), str):
            return _error(-132, "Parameter invalid")
        asked = trouble(phone)
        if asked is Trouble.REFUSED:
            return _error(-118, "Zalo account not existed")
        words = PLACE.sub(lambda found: str(data[found[1]]), layout)
        about = {"kind": "zns", "template": body["template_id"], "tracking": body["tracking_id"]}
        return self._take(phone, words, asked, about, zns=True)

    def _take(self, to: str, words: str, asked: Trouble | None, about: dict[str, Any], *, zns: bool) -> Reply:
        if asked is Trouble.LOST:
            return HANG_UP
        if not self._times.passes(to, asked):
            if asked is Trouble.THROTTLED:
                return _error(-32, "Your application reached limit call api")
            return _error(-100 if zns else -200, "Send message failed")
        with self._lock:
            if self.quota <= 0:
                return _error(-144 if zns else -211, "Out of quota")
            self.quota -= 1
            ref = f"{next(self._numbers):012x}" + hashlib.sha256(words.encode()).hexdigest()[:12]
        self.talk.add(f"+{to}" if zns else to, words, ours=True, ref=ref, about=about)
        self._arrived(to, ref, about, times=2 if asked is Trouble.TWICE else 1, zns=zns)
        if asked is Trouble.SILENT:
            return HANG_UP
        name = "msg_id" if zns else "message_id"
        told = {"error": 0, "message": "Success", "data": {name: ref, "quota": {"remainingQuota": str(self.quota)}}}
        return reply(told, delay=SLOW_SECONDS if asked is Trouble.SLOW else 0.0)

    def _page(self, path: str, body: dict[str, Any]) -> Reply:
        pages = {
            "v2.0/article/create": lambda: self._write(f"{next(self._numbers):016x}", body),
            "v2.0/article/update": lambda: self._rewrite(body),
            "v2.0/article/verify": lambda: self._verify(body),
            "v2.0/article/remove": lambda: self._remove(body),
            "v2.0/oa/message": lambda: self._broadcast(body),
        }
        with self._lock:
            page = pages.get(path)
            return page() if page else reply({"error": -404, "message": "Not found"}, 404)

    def _slice(self) -> Reply:
        with self._lock:
            rows = [{"id": one.id, "title": one.body["title"]} for one in reversed(self._articles.values())]
        return reply({"error": 0, "message": "Success", "data": {"medias": rows[:10], "total": len(rows)}})

    def _rewrite(self, body: dict[str, Any]) -> Reply:
        known = str(body.get("id"))
        return self._write(known, body) if known in self._articles else _error(-201, "id is invalid")

    def _verify(self, body: dict[str, Any]) -> Reply:
        article = self._articles.get(str(body.get("token")).removeprefix("token-"))
        if article is None:
            return _error(-201, "token is invalid")
        article.looks += 1
        if article.looks == 1:
            return _error(-214, "Article is being processed")
        return reply({"error": 0, "message": "Success", "data": {"id": article.id}})

    def _remove(self, body: dict[str, Any]) -> Reply:
        gone = self._articles.pop(str(body.get("id")), None)
        return _error(0, "Success") if gone else _error(-201, "id is invalid")

    def _write(self, number: str, body: dict[str, Any]) -> Reply:
        title, cover = body.get("title"), _dict(body.get("cover"))
        if not isinstance(title, str) or not 0 < len(title) <= 150 or not cover.get("photo_url"):
            return _error(-201, "title or cover is invalid")
        if not isinstance(body.get("body"), list) or not body["body"]:
            return _error(-201, "body is invalid")
        self._articles[number] = _Article(number, body, time.time())
        if self.loses_next_answer:
            self.loses_next_answer = False
            return HANG_UP
        return reply({"error": 0, "message": "Success", "data": {"token": f"token-{number}"}})

    def _broadcast(self, body: dict[str, Any]) -> Reply:
        elements = _dict(_dict(_dict(body.get("message")).get("attachment")).get("payload")).get("elements")
        articles = [self._articles.get(str(_dict(one).get("attachment_id"))) for one in elements or []]
        if not _dict(body.get("recipient")).get("target") or not articles or None in articles:
            return _error(-201, "attachment_id is invalid")
        for article in articles:
            assert article is not None
            article.broadcasts += 1
        return reply({"error": 0, "message": "Success", "data": {"message_id": f"{next(self._numbers):012x}"}})

    # What people do, and what the product is told of it.

    def messages(self, to: str = "") -> list[dict[str, Any]]:
        """What was sent and written, oldest first."""
        return [asdict(row) for row in self.talk.rows(to)]

    def posts(self) -> list[dict[str, Any]]:
        """The articles on the page, newest first."""
        with self._lock:
            return [asdict(article) for article in reversed(self._articles.values())]

    def reply(self, person: str, text: str, *, ago: float = 0.0, times: int = 1) -> None:
        """The person writes to the account. ``ago``: written so many seconds before it comes; ``times``: brought so
        often, as by a person whose name asks for trouble."""
        ref = self._spoke(person)
        self.talk.add(person, text, ours=False, ref=ref)
        self._said(person, "user_send_text", {"msg_id": ref, "text": text}, ago=ago, times=times)

    def send(self, person: str, kind: str, data: bytes = b"", text: str = "") -> None:
        """The person sends a picture ("image", with its bytes), or "audio", "video", "file", "sticker", "location"."""
        ref, about = self._spoke(person), {"kind": kind}
        payload: dict[str, Any] = {}
        if kind == "image":
            about["picture"] = name = self.album.add(data)
            payload = {"url": f"{self.url}/zalo/{PICTURES}{name}", "thumbnail": f"{self.url}/zalo/{PICTURES}{name}"}
        self.talk.add(person, text, ours=False, ref=ref, about=about)
        message = {"msg_id": ref, "attachments": [{"type": kind, "payload": payload}]}
        self._said(person, f"user_send_{kind}", message | ({"text": text} if text else {}))

    def _spoke(self, person: str) -> str:
        with self._lock:
            self._people.setdefault(person, _Person()).spoke_at = time.time()
            return f"u{next(self._numbers):012x}"

    def _said(self, person: str, name: str, message: dict[str, Any], *, ago: float = 0.0, times: int = 1) -> None:
        twice = 2 if trouble(person) is Trouble.TWICE else 1
        self._tell(name, {**_between(person, OA_ID), "message": message}, times=max(times, twice), ago=ago)

    def follow(self, person: str) -> None:
        """The person follows the account."""
        with self._lock:
            self._people[person] = _Person()
        self._tell("follow", {"oa_id": OA_ID, "follower": {"id": person}})

    def unfollow(self, person: str) -> None:
        """The person follows no longer."""
        with self._lock:
            self._people.setdefault(person, _Person()).follows = False
        self._tell("unfollow", {"oa_id": OA_ID, "follower": {"id": person}})

    def fall_silent(self, person: str) -> None:
        """The person's last word is more than 7 days old."""
        with self._lock:
            self._people.setdefault(person, _Person()).spoke_at = time.time() - WINDOW - 60

    def see(self, person: str) -> None:
        """The person reads the conversation."""
        refs = [row.ref for row in self.talk.rows(person) if row.ours]
        if refs:
            self._tell("user_seen_message", {**_between(OA_ID, person), "message": {"msg_ids": refs}})

    def clear(self) -> None:
        """Forgets people, messages and articles."""
        with self._lock:
            self._people.clear()
            self._articles.clear()
        self.album.clear()
        self._times.clear()
        self.talk.clear()

    def _arrived(self, to: str, ref: str, about: dict[str, Any], *, times: int, zns: bool) -> None:
        message = {"msg_id": ref}
        if zns:
            message |= {"tracking_id": about["tracking"], "delivery_time": str(int(time.time() * 1000))}
        self._tell("user_received_message", {**_between(OA_ID, to), "message": message}, after=0.05, times=times)

    def _tell(self, name: str, told: dict[str, Any], *, after: float = 0.0, times: int = 1, ago: float = 0.0) -> None:
        stamp = str(int((time.time() - ago) * 1000))
        body = json.dumps(
            {"app_id": APP_ID, "event_name": name, "timestamp": stamp, **told}, ensure_ascii=False
        ).encode()
        mark = hashlib.sha256(APP_ID.encode() + body + stamp.encode() + OA_SECRET.encode()).hexdigest()
        headers = {"Content-Type": "application/json", "X-ZEvent-Signature": f"mac={mark}"}
        self.caller.bring(WEBHOOK, headers, body, after=after, times=times)


def _marked(text: str) -> str:
    return f"{text}-{hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]}"


FIRST_REFRESH = _marked("refresh-0")
"""The refresh token of the first consent: good once, then only those that followed it."""


def _is_proved(headers: Any) -> bool:
    wanted = hmac.new(SECRET.encode(), headers.get("access_token", "").encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted, headers.get("appsecret_proof", ""))


def _error(code: int, words: str) -> Reply:
    return reply({"error": code, "message": words})


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _words(elements: object) -> str:
    """The words of a template's elements, as the phone shows them."""
    rows = [one.get("content") for one in elements if isinstance(one, dict)] if isinstance(elements, list) else []
    return "\n".join(row for row in rows if isinstance(row, str))


def _tap(button: dict[str, Any]) -> dict[str, str]:
    """What tapping it does: {"say"} or {"url"}; nothing that a screen here could do of other kinds."""
    payload = button.get("payload")
    if button.get("type") == "oa.query.show":
        return {"say": str(payload)}
    return {"url": str(payload["url"])} if isinstance(payload, dict) and "url" in payload else {}


def _between(sender: str, recipient: str) -> dict[str, Any]:
    return {"sender": {"id": sender}, "recipient": {"id": recipient}}
