"""Messages to one person: to a follower by id, or by phone number with a ZNS template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ..contract import Line, OnEvents, Outcome, Recipient, Result
from ..web import HttpLine, by_status, clean, fill, retry_after
from .api import ZaloApi, ZaloSettings
from .codes import outcome_of

MOST_TEXT = 2000
"""Characters of one message."""
MOST_BUTTONS = 5
MOST_TITLE = 100
MOST_PARAMETER = 400
"""Characters of one ZNS parameter, the longest kind."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: opens ``url``, calls ``phone``, or sends ``say`` back as the person's words."""

    title: str
    url: str = ""
    phone: str = ""
    say: str = ""


@dataclass(frozen=True, slots=True)
class ZaloMessage:
    """What a follower gets. Places ``{0}`` in the text and in buttons' addresses are filled from the recipient.

    ``kind`` "cs" goes to people who wrote or tapped within 7 days; "promotion" and "transaction" carry ``elements`` of
    Zalo's template language instead of a bare text, under the rules and prices of that kind.
    """

    text: str = ""
    buttons: tuple[Button, ...] = ()
    kind: Literal["cs", "promotion", "transaction"] = "cs"
    template: str = "promotion"
    """Name of the template for a kind with elements."""
    elements: tuple[Mapping[str, Any], ...] = ()
    choices_from: int = 0
    """With 1 or more: the recipient's fields from that place on are pairs of a title and what its button sends back or
    opens, so that each person gets buttons of their own. 0: none."""


@dataclass(frozen=True, slots=True)
class ZnsTemplate:
    """An approved template and what fills it. Parameters may hold places ``{0}``."""

    template_id: str
    params: Mapping[str, str] = field(default_factory=dict)


Content: TypeAlias = ZaloMessage | ZnsTemplate


async def open_line(settings: ZaloSettings, on_events: OnEvents) -> Line[Content]:
    """A line to one account. Receipts and replies come by the webhook, so ``on_events`` is never called here."""
    return ZaloLine(ZaloApi(settings))


class ZaloLine(HttpLine[Content]):
    """Sends one call a person. A ZNS call carries the delivery's key as ``tracking_id``."""

    def __init__(self, api: ZaloApi) -> None:
        super().__init__(api.http, api.settings.pace)
        self._api = api

    def _check(self, content: Content, batch: Sequence[Recipient]) -> None:
        if isinstance(content, ZnsTemplate) and not content.template_id:
            raise ValueError("a ZNS message needs a template")
        if isinstance(content, ZaloMessage):
            _check_message(content)
        for person in batch:
            _body(content, person)

    async def _one(self, content: Content, person: Recipient) -> tuple[Result, float]:
        settings = self._api.settings
        zns = isinstance(content, ZnsTemplate)
        if isinstance(content, ZaloMessage):
            url = f"{settings.api}/v3.0/oa/message/{content.kind}"
        else:
            url = f"{settings.business}/message/template"
        answer, told = await self._api.post(url, _body(content, person))
        code = told.get("error") if told is not None else None
        if told is None or not isinstance(code, int):
            outcome, name = by_status(answer, "zalo")
            return Result(person.key, outcome, code=name), retry_after(answer)
        outcome = outcome_of(code, zns=zns)
        data = told.get("data")
        ref = ""
        if outcome is Outcome.TAKEN and isinstance(data, dict):
            ref = clean(data.get("msg_id") or data.get("message_id"), 200)
        return Result(person.key, outcome, ref, f"{'zns' if zns else 'zalo'}:{code}"), retry_after(answer)

    async def close(self) -> None:
        """As the contract says; a renewal of the token under way is on disk after it."""
        await super().close()
        await self._api.close()


def _check_message(content: ZaloMessage) -> None:
    if content.kind == "cs" and not content.text:
        raise ValueError("a Zalo message needs words")
    if content.kind != "cs" and not content.elements:
        raise ValueError(f"a Zalo message of kind {content.kind} needs elements")
    if len(content.buttons) > MOST_BUTTONS:
        raise ValueError(f"a Zalo message has at most {MOST_BUTTONS} buttons")
    for button in content.buttons:
        if not button.title or len(button.title) > MOST_TITLE:
            raise ValueError(f"a button's title has 1 to {MOST_TITLE} characters")
        if sum(map(bool, (button.url, button.phone, button.say))) != 1:
            raise ValueError("a button does one thing")


def _body(content: Content, person: Recipient) -> dict[str, Any]:
    """The call's body. Raises ValueError for words that are too long for this person."""
    if isinstance(content, ZnsTemplate):
        params = {name: fill(value, person.fields) for name, value in content.params.items()}
        if any(len(value) > MOST_PARAMETER for value in params.values()):
            raise ValueError(f"a ZNS parameter has at most {MOST_PARAMETER} characters")
        body: dict[str, Any] = {
            "template_id": content.template_id,
            "template_data": params,
            "tracking_id": str(person.key),
        }
        return body | ({"phone": person.to[1:]} if person.to.startswith("+") else {"user_id": person.to})
    text = fill(content.text, person.fields)
    if len(text) > MOST_TEXT:
        raise ValueError(f"a Zalo message has at most {MOST_TEXT} characters")
    buttons = [_button(button, person.fields) for button in (*content.buttons, *_own_buttons(content, person))]
    message: dict[str, Any] = {"text": text} if text else {}
    payload: dict[str, Any] = {"buttons": buttons} if buttons else {}
    if content.elements:
        payload |= {"template_type": content.template, "language": "VI", "elements": list(content.elements)}
    if payload:
        message["attachment"] = {"type": "template", "payload": payload}
    return {"recipient": {"user_id": person.to}, "message": message}


def _own_buttons(content: ZaloMessage, person: Recipient) -> list[Button]:
    """The person's own, cut to what a button holds; those beyond the most stand in the words alone."""
    told = person.fields[content.choices_from :] if content.choices_from else ()
    pairs = list(zip(told[::2], told[1::2], strict=False))[: MOST_BUTTONS - len(content.buttons)]
    return [
        Button(title[:MOST_TITLE], **({"url": does} if does.startswith(("https://", "http://")) else {"say": does}))
        for title, does in pairs
    ]


def _button(button: Button, fields: Sequence[str]) -> dict[str, Any]:
    if button.url:
        return {"title": button.title, "type": "oa.open.url", "payload": {"url": fill(button.url, fields)}}
    if button.phone:
        return {"title": button.title, "type": "oa.open.phone", "payload": {"phone_code": button.phone}}
    return {"title": button.title, "type": "oa.query.show", "payload": button.say}
