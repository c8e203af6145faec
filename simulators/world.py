"""All that is simulated, together: what each phone, mailbox, page and browser received, and what it can do."""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from simulators.api import ApiServer, Caller, Messages
from simulators.bank import Bank
from simulators.facebook import FacebookBook
from simulators.mailbox import Mailbox, as_json
from simulators.phones import Phones
from simulators.push import PushBook
from simulators.speaker import Speakers
from simulators.zalo import ZaloBook

SHORT_NUMBER = "8099"
"""Where a phone's answer goes when what it got came from a name, which cannot be answered."""


class UnknownError(Exception):
    """There is no such book or act."""


@dataclass
class World:
    """The books of one run. ``api`` carries Zalo, Facebook and push; its webhooks go out by ``caller``."""

    box: Mailbox
    phones: Phones
    caller: Caller
    api: ApiServer
    bank: Bank = field(default_factory=Bank)
    typed: Messages = field(default_factory=Messages)
    """SMS that people typed."""
    speakers: Speakers = field(default_factory=Speakers)

    def __post_init__(self) -> None:
        self.zalo = ZaloBook(self.caller, url=self.api.url)
        self.facebook = FacebookBook(self.caller, url=self.api.url)
        self.push = PushBook(self.api.url)
        self.api.books = {"zalo": self.zalo, "facebook": self.facebook, "push": self.push}

    def told(self, book: str, to: str = "") -> Any:
        """What a book holds, for tests. Raises UnknownError."""
        books = {
            "messages": lambda: [as_json(letter) for letter in self.box.letters(to)],
            "bank": self.bank.book,
            "sms": lambda: [asdict(message) for message in self.phones.messages(to)],
            "zalo": lambda: self.zalo.messages(to),
            "zalo/posts": self.zalo.posts,
            "messenger": lambda: self.facebook.messages(to),
            "facebook": self.facebook.posts,
            "push": lambda: self.push.messages(to),
            "push/subscription": lambda: self.push.subscribe(to),
            "loa": self.heard,
            "counts": self.counts,
        }
        if book not in books:
            raise UnknownError(book)
        return books[book]()

    def counts(self) -> dict[str, int]:
        """How many things each channel brought."""
        return {
            "sms": sum(self.phones.counts().values()),
            "messages": len(self.box.letters()),
            "zalo": self.zalo.talk.total(),
            "facebook": len(self.facebook.posts()),
            "messenger": self.facebook.talk.total(),
            "push": self.push.talk.total(),
            "loa": len(self.speakers.played()),
            "bank": len(self.bank.book()),
        }

    def heard(self) -> dict[str, Any]:
        """The loudspeakers: which hang, what is to sound, what sounded."""
        hanging = [
            {"name": one.name, "area": one.programme.name or one.programme.area, "trouble": one.trouble_said}
            for one in self.speakers.all()
        ]
        played = [asdict(one) for one in self.speakers.played()]
        return {"speakers": hanging, "queue": self.speakers.queue(), "played": played}

    def sound(self, sha256: str) -> bytes | None:
        """A recording that a loudspeaker holds."""
        items = (item for one in self.speakers.all() for item in list(one.programme.items.values()))
        return next((item.sound for item in items if item.sha256 == sha256 and item.sound), None)

    def hang(self, given: dict[str, Any]) -> None:
        """Puts up a loudspeaker: {"person": its name, "schedule": address, "key": hexadecimal}. Raises UnknownError."""
        name, schedule, key = (str(given.get(part, "")).strip() for part in ("person", "schedule", "key"))
        name = _plain(name)
        if not name or not schedule.startswith(("http://", "https://")):
            raise UnknownError("loa")
        try:
            self.speakers.hang(name, schedule, key)
        except ValueError as error:
            raise UnknownError("loa") from error

    def do(self, book: str, given: dict[str, Any]) -> None:
        """What a person does on their phone: {"person", "text"}, or {"person", "act"}. Raises UnknownError."""
        person, text, act = (str(given.get(name, "")) for name in ("person", "text", "act"))
        if book in {"zalo", "messenger"} and act in {"", "reply", "send", "tap", "lines"}:
            self._chat(book, person, text, act, given)
            return
        acts: dict[tuple[str, str], Callable[[], None]] = {
            ("sms", "reply"): lambda: self.write_sms(person, str(given.get("to", "")) or SHORT_NUMBER, text),
            ("zalo", "follow"): lambda: self.zalo.follow(person),
            ("zalo", "unfollow"): lambda: self.zalo.unfollow(person),
            ("zalo", "see"): lambda: self.zalo.see(person),
            ("zalo", "silent"): lambda: self.zalo.fall_silent(person),
            ("zalo", "expire"): self.zalo.expire,
            ("messenger", "optin"): lambda: self.facebook.opt_in(person),
            ("messenger", "see"): lambda: self.facebook.see(person),
            ("messenger", "silent"): lambda: self.facebook.fall_silent(person),
            ("loa", "hang"): lambda: self.hang(given),
            ("loa", "take_down"): lambda: self.speakers.take_down(person),
            ("push", "unsubscribe"): lambda: self.push.unsubscribe(person),
            ("hooks", "hold"): self.caller.hold,
            ("hooks", "let_go"): self.caller.let_go,
            ("hooks", "backwards"): lambda: self.caller.let_go(backwards=True),
        }
        chosen = acts.get((book, act or "reply"))
        if chosen is None or (act in {"", "reply"} and not text.strip()):
            raise UnknownError(f"{book} {act}")
        chosen()

    def _chat(self, book: str, person: str, text: str, act: str, given: dict[str, Any]) -> None:
        """What is done in a chat: words (with "ago" and "times"), "lines" as one message each, a picture or the like
        ("kind", "data" in base64 or bytes), a "tap" on a quick reply ("say")."""
        chat = self.zalo if book == "zalo" else self.facebook
        if not person or (act != "send" and not text.strip()):
            raise UnknownError(f"{book} {act}")
        if act == "send":
            data = given.get("data", b"")
            picture = base64.b64decode(data) if isinstance(data, str) else bytes(data)
            chat.send(person, str(given.get("kind", "image")), picture, text)
        elif act == "lines":
            for line in filter(None, map(str.strip, text.splitlines())):
                chat.reply(person, line)
        elif act == "tap" and book == "messenger":
            self.facebook.tap(person, text, str(given.get("say", "")))
        else:
            words = str(given.get("say", "")) if act == "tap" else text
            chat.reply(person, words, ago=float(given.get("ago", 0)), times=int(given.get("times", 1)))

    def write_sms(self, phone: str, to: str, text: str) -> None:
        """Somebody types an SMS."""
        self.typed.add(phone, text, ours=False, about={"to": to})
        self.phones.reply(phone, to, text)

    def clear(self) -> None:
        """Forgets everything that arrived."""
        for book in (self.box, self.bank, self.phones, self.typed, self.zalo, self.facebook, self.push, self.speakers):
            book.clear()


def as_text(told: Any) -> str:
    """JSON for people and tests."""
    return json.dumps(told, ensure_ascii=False)


def _plain(name: str) -> str:
    """A loudspeaker's name as its reports can bear it: "Chợ trung tâm" is "Cho-trung-tam"."""
    letters = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    ascii_only = letters.encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._]+", "-", ascii_only).strip("-._")[:64]
