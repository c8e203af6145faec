"""The checks: one trial a channel, the same three questions to each."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from canhgiac.channels import email, facebook, push, smpp, zalo
from canhgiac.channels.contract import Arrival, Event, Inbound, Line, OnEvents, Outcome, Receipt, Recipient, Result

from .given import FileTokens, Given, MissingError
from .hooks import Hooks

WORDS = "Tin thử của Cảnh Giác, xin bỏ qua."
PLAIN = "Tin thu cua Canh Giac, xin bo qua."
SIGN = {True: "đạt", False: "HỎNG", None: "bỏ qua"}


@dataclass(frozen=True)
class Row:
    """A line of the table. ``holds`` is None for what could not be tried."""

    channel: str
    what: str
    holds: bool | None
    why: str = ""

    def __str__(self) -> str:
        return f"{self.channel:<10} {self.what:<26} {SIGN[self.holds]:<7} {self.why}".rstrip()


def _fault(channel: str, what: str, why: str) -> Row:
    return Row(channel, what, holds=False, why=why)


@dataclass(frozen=True)
class Trial:
    """A channel, ready to be tried."""

    open: Callable[[OnEvents], Awaitable[Line[Any]]]
    content: Any
    to: str
    refused: str = ""
    listens: bool = False
    """Whether a receipt can reach us."""


def sms(given: Given, hooks: Hooks) -> Trial:
    """SMPP; receipts come over the same link."""
    settings = smpp.SmppSettings(
        host=given.needed("LIVE_SMPP_HOST"),
        port=int(given.env.get("LIVE_SMPP_PORT") or 2775),
        system_id=given.needed("LIVE_SMPP_SYSTEM_ID"),
        password=given.env.get("LIVE_SMPP_PASSWORD", ""),
        tls=given.env.get("LIVE_SMPP_TLS") == "1",
        timeout=15,
    )
    content = smpp.SmsContent(text=PLAIN, sender=given.needed("LIVE_SMPP_SENDER"))
    return Trial(
        lambda hear: smpp.open_line(settings, hear), content, given.to("sms"), given.refused("sms"), listens=True
    )


def mail(given: Given, hooks: Hooks) -> Trial:
    """SMTP; bounces come to LIVE_EMAIL_INBOUND_PORT, where the mail server is told to bring them."""
    port = int(given.env.get("LIVE_EMAIL_PORT") or 587)
    settings = email.SmtpSettings(
        host=given.needed("LIVE_EMAIL_HOST"),
        port=port,
        **given.optional(user="LIVE_EMAIL_USER", password="LIVE_EMAIL_PASSWORD", bounce="LIVE_EMAIL_BOUNCE"),
        starttls=given.env.get("LIVE_EMAIL_TLS", "starttls" if port == 587 else "") == "starttls",
        tls=given.env.get("LIVE_EMAIL_TLS", "tls" if port == 465 else "") == "tls",
        secret=b"khoa cua mot lan thu",
        timeout=15,
        final_timeout=60,
    )
    door = given.env.get("LIVE_EMAIL_INBOUND_PORT", "")
    if door and settings.bounce:
        hooks.mail = email.InboundSettings(path=settings.path, host="0.0.0.0", port=int(door))
    content = email.EmailContent(sender=given.needed("LIVE_EMAIL_SENDER"), subject=WORDS, text=WORDS)
    return Trial(lambda hear: email.open_line(settings, hear), content, given.to("email"), given.refused("email"))


def _zalo(given: Given) -> zalo.ZaloSettings:
    return zalo.ZaloSettings(
        app_id=given.needed("LIVE_ZALO_APP_ID"),
        secret=given.needed("LIVE_ZALO_SECRET"),
        oa_id=given.needed("LIVE_ZALO_OA_ID"),
        tokens=FileTokens(Path(given.needed("LIVE_ZALO_TOKENS"))),
        prove=given.env.get("LIVE_ZALO_PROVE") == "1",
        **given.optional(api="LIVE_ZALO_API", business="LIVE_ZALO_API", oauth="LIVE_ZALO_API", proxy="LIVE_ZALO_PROXY"),
    )


def zalo_chat(given: Given, hooks: Hooks) -> Trial:
    """A message to a follower who wrote within seven days."""
    settings = _zalo(given)
    hooks.zalo = (settings.app_id, given.env.get("LIVE_ZALO_OA_SECRET", ""))
    return Trial(
        lambda hear: zalo.open_line(settings, hear),
        zalo.ZaloMessage(WORDS),
        given.to("zalo"),
        given.refused("zalo", "1"),
        listens=bool(hooks.port and hooks.zalo[1]),
    )


def zns(given: Given, hooks: Hooks) -> Trial:
    """An approved template to a phone number."""
    settings = _zalo(given)
    template = zalo.ZnsTemplate(given.needed("LIVE_ZNS_TEMPLATE"), json.loads(given.env.get("LIVE_ZNS_PARAMS") or "{}"))
    return Trial(lambda hear: zalo.open_line(settings, hear), template, given.to("zns"), given.refused("zns"))


def _page(given: Given) -> facebook.FacebookSettings:
    return facebook.FacebookSettings(
        page_id=given.needed("LIVE_FACEBOOK_PAGE_ID"),
        token=given.needed("LIVE_FACEBOOK_TOKEN"),
        app_secret=given.needed("LIVE_FACEBOOK_APP_SECRET"),
        **given.optional(api="LIVE_FACEBOOK_API"),
    )


def messenger(given: Given, hooks: Hooks) -> Trial:
    """A message to a person who wrote to the page within 24 hours."""
    settings = _page(given)
    hooks.facebook = settings.app_secret
    content = facebook.MessengerMessage(WORDS, messaging_type="RESPONSE")
    return Trial(
        lambda hear: facebook.open_line(settings, hear),
        content,
        given.to("messenger"),
        given.refused("messenger", "1"),
        listens=bool(hooks.port),
    )


def browser(given: Given, hooks: Hooks) -> Trial:
    """A notice to a browser; its service sends no receipts."""
    settings = push.PushSettings(
        key=given.needed("LIVE_PUSH_KEY"),
        subject=given.needed("LIVE_PUSH_SUBJECT"),
        allow_loopback=given.env.get("LIVE_PUSH_LOOPBACK") == "1",
    )
    content = push.PushContent("Cảnh Giác", WORDS, "/canh-bao/", "thu")
    return Trial(lambda hear: push.open_line(settings, hear), content, given.to("push"), given.refused("push"))


CHANNELS: dict[str, Callable[[Given, Hooks], Trial]] = {
    "sms": sms, "email": mail, "zalo": zalo_chat, "zns": zns, "messenger": messenger, "push": browser,
}  # fmt: skip


async def channel_check(name: str, given: Given) -> list[Row]:
    """Sends the one message and says what came of it. Whatever fails is a row, never an exception."""
    try:
        hooks = Hooks(port=int(given.env.get("LIVE_WEBHOOK_PORT") or 0))
        trial = CHANNELS[name](given, hooks)
    except MissingError as missing:
        return [Row(name, "", None, str(missing))]
    except (ValueError, TypeError) as error:
        return [_fault(name, "cài đặt", str(error))]
    try:
        async with hooks.open() as heard, _line(trial, heard) as line:
            return await _asked(name, trial, line, heard, float(given.env.get("LIVE_WAIT") or 60))
    except (OSError, ValueError, TimeoutError) as error:
        return [_fault(name, "mở đường gửi", f"{type(error).__name__}: {error}")]


@asynccontextmanager
async def _line(trial: Trial, heard: OnEvents) -> AsyncIterator[Line[Any]]:
    line = await trial.open(heard)
    try:
        yield line
    finally:
        await line.close()


async def _asked(name: str, trial: Trial, line: Line[Any], heard: Any, wait: float) -> list[Row]:
    rows = []
    sent = await _sent(line, trial.content, trial.to)
    rows.append(Row(name, "một tin được nhận", sent.outcome is Outcome.TAKEN, _told(sent)))
    if sent.outcome is Outcome.TAKEN and trial.listens:
        rows.append(_receipt_row(name, sent, await heard.wait(lambda seen: _last(seen, sent) is not None, wait)))
    if not trial.refused:
        return [*rows, Row(name, "địa chỉ bị từ chối", None, f"LIVE_REFUSED không nêu {name}=…")]
    refused = await _sent(line, trial.content, trial.refused)
    if refused.outcome is not Outcome.TAKEN or not (trial.listens or heard.has_mail):
        return [*rows, Row(name, "địa chỉ bị từ chối", refused.outcome is Outcome.REFUSED, _told(refused))]
    # Some take everything at first, and say later that nobody is there.
    last = _last(await heard.wait(lambda seen: _last(seen, refused) is not None, wait), refused)
    holds = last is not None and last.arrival in {Arrival.FAILED, Arrival.EXPIRED}
    said = f"báo sau: {last.arrival.value} {last.code}" if last else f"không có báo sau {wait:.0f} giây"
    return [*rows, Row(name, "địa chỉ bị từ chối", holds, said)]


async def _sent(line: Line[Any], content: Any, to: str) -> Result:
    key = int(dt.datetime.now(dt.UTC).timestamp() * 1000)
    [result] = await line.send(content, [Recipient(key, to)])
    return result


def _told(result: Result) -> str:
    return f"{result.outcome.value} {result.code}"


def _last(seen: Sequence[Event], sent: Result) -> Receipt | None:
    """The last final receipt of this message; it may come without a number, by its address."""
    final = [one for one in seen if isinstance(one, Receipt) and one.ref == sent.ref]
    return next((one for one in reversed(final) if one.arrival is not Arrival.ACCEPTED), None)


def _receipt_row(name: str, sent: Result, seen: Sequence[Event]) -> Row:
    last = _last(seen, sent)
    if last is None:
        words = sum(isinstance(one, Inbound) for one in seen)
        return _fault(name, "phiếu nhận", f"không có phiếu nào của tin này; {words} tin khác")
    return Row(
        name, "phiếu nhận", last.arrival in {Arrival.DELIVERED, Arrival.SEEN}, f"{last.arrival.value} {last.code}"
    )


async def post_check(given: Given) -> list[Row]:
    """A post on the page is published, changed, found and deleted; only when LIVE_FACEBOOK_POST=1 asks for it."""
    if given.env.get("LIVE_FACEBOOK_POST") != "1":
        return [Row("facebook", "", None, "LIVE_FACEBOOK_POST chưa đặt là 1")]
    try:
        page = _page(given)
    except MissingError as missing:
        return [Row("facebook", "", None, str(missing))]
    words = f"{WORDS} {dt.datetime.now(dt.UTC).isoformat()}"
    ref = await facebook.post_publish(page, words)
    try:
        await facebook.post_edit(page, ref, f"ĐÃ THU HỒI. {words}")
        found = await facebook.post_find(page, f"ĐÃ THU HỒI. {words}")
        changed = Row("facebook", "bài đăng rồi sửa", found is not None and found.id == ref.id)
    finally:
        await facebook.post_delete(page, ref)
    left = await facebook.post_find(page, f"ĐÃ THU HỒI. {words}")
    return [changed, Row("facebook", "bài đã gỡ", left is None)]


def all_checked(given: Given) -> list[Row]:
    """Every channel, one after another."""

    async def whole() -> list[Row]:
        rows = []
        for name in CHANNELS:
            rows += await channel_check(name, given)
        try:
            return rows + await post_check(given)
        except Exception as error:  # noqa: BLE001  # a row of the table, like any other failure
            return [*rows, _fault("facebook", "bài đăng", f"{type(error).__name__}: {error}")]

    return asyncio.run(whole())
