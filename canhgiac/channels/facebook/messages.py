"""Messenger: one message to one person who wrote to the page before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..contract import Line, OnEvents, Outcome, Recipient, Result
from ..web import HttpLine, clean, fill, retry_after
from .api import FacebookApi, FacebookSettings, judge

MOST_TEXT = 2000
MOST_TEXT_WITH_BUTTONS = 640
MOST_BUTTONS, MOST_TITLE = 3, 20
MOST_QUICK = 13
"""Quick replies under a message; a title has as many characters as a button's."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: opens ``url``, or sends ``say`` back as a postback."""

    title: str
    url: str = ""
    say: str = ""


@dataclass(frozen=True, slots=True)
class MessengerMessage:
    """What a person gets. Places ``{0}`` in the text and in buttons' addresses are filled from the recipient.

    ``messaging_type`` RESPONSE and UPDATE go within 24 hours of the person's last word; MESSAGE_TAG with ``tag`` goes
    outside of them, for the few purposes that Meta lists, an emergency warning not being one.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    messaging_type: Literal["RESPONSE", "UPDATE", "MESSAGE_TAG"] = "UPDATE"
    tag: str = ""
    choices_from: int = 0
    """With 1 or more: the recipient's fields from that place on are pairs of a title and what tapping it sends back, as
    quick replies of their own. An address among them is left to the words: quick replies open nothing."""


async def open_line(settings: FacebookSettings, on_events: OnEvents) -> Line[MessengerMessage]:
    """A line to one page's Messenger. Receipts come by the webhook, so ``on_events`` is never called here."""
    return MessengerLine(FacebookApi(settings))


class MessengerLine(HttpLine[MessengerMessage]):
    """Sends one call a person; the delivery's key goes along as ``metadata``."""

    def __init__(self, api: FacebookApi) -> None:
        super().__init__(api.http, api.settings.pace)
        self._api = api

    def _check(self, content: MessengerMessage, batch: Sequence[Recipient]) -> None:
        if not content.text:
            raise ValueError("a Messenger message needs words")
        if (content.messaging_type == "MESSAGE_TAG") != bool(content.tag):
            raise ValueError("a tag and the type MESSAGE_TAG go together")
        if len(content.buttons) > MOST_BUTTONS:
            raise ValueError(f"a Messenger message has at most {MOST_BUTTONS} buttons")
        for button in content.buttons:
            if not 0 < len(button.title) <= MOST_TITLE or bool(button.url) == bool(button.say):
                raise ValueError(f"a button has a title of 1 to {MOST_TITLE} characters and does one thing")
        for person in batch:
            _body(content, person)

    async def _one(self, content: MessengerMessage, person: Recipient) -> tuple[Result, float]:
        answer, told = await self._api.post("me/messages", json=_body(content, person))
        outcome, code = judge(answer, told)
        ref = clean(told.get("message_id"), 200) if told is not None and outcome is Outcome.TAKEN else ""
        return Result(person.key, outcome, ref, code), retry_after(answer)


def _body(content: MessengerMessage, person: Recipient) -> dict[str, Any]:
    """The call's body. Raises ValueError for words that are too long for this person."""
    text = fill(content.text, person.fields)
    most = MOST_TEXT_WITH_BUTTONS if content.buttons else MOST_TEXT
    if len(text) > most:
        raise ValueError(f"a Messenger message of this kind has at most {most} characters")
    message: dict[str, Any] = {"text": text}
    if content.buttons:
        buttons = [
            {"type": "web_url", "title": button.title, "url": fill(button.url, person.fields)}
            if button.url
            else {"type": "postback", "title": button.title, "payload": button.say}
            for button in content.buttons
        ]
        payload = {"template_type": "button", "text": text, "buttons": buttons}
        message = {"attachment": {"type": "template", "payload": payload}}
    if quick := _quick_replies(content, person):
        message["quick_replies"] = quick
    body: dict[str, Any] = {
        "recipient": {"id": person.to},
        "messaging_type": content.messaging_type,
        "message": message | {"metadata": str(person.key)},
    }
    return body | ({"tag": content.tag} if content.tag else {})


def _quick_replies(content: MessengerMessage, person: Recipient) -> list[dict[str, str]]:
    told = person.fields[content.choices_from :] if content.choices_from else ()
    pairs = [pair for pair in zip(told[::2], told[1::2], strict=False) if not pair[1].startswith("http")]
    return [{"content_type": "text", "title": _title(title), "payload": does} for title, does in pairs[:MOST_QUICK]]


def _title(words: str) -> str:
    """As many whole words as a tap has room for."""
    if len(words) <= MOST_TITLE:
        return words
    whole = words[:MOST_TITLE].rpartition(" ")[0].rstrip(" ,;:")
    return f"{whole}…" if whole else words[:MOST_TITLE]
