"""From a provider's row to the adapter of its wire: settings, content, tokens.

The only place of the product that knows every adapter. A new wire is a branch in ``line_open`` and in ``line_content``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings

from canhgiac.channels import email, facebook, push, smpp, zalo
from canhgiac.channels.contract import Line, OnEvents, Pace
from canhgiac.outreach.models import Provider

from .providers import provider_secret, provider_secret_keep

Wire = Provider.Wire
ANSWER_SECONDS = 10
"""How long an SMSC's answer may take unless the settings say otherwise; a chunk waits for its last one."""
TOKEN_LOCK = 0x6F61_0000
"""First number of the advisory lock under which one process renews a provider's tokens; the second is its id."""


async def line_open(provider: Provider, secret: Mapping[str, Any], on_events: OnEvents, *, share: int = 1) -> Line[Any]:
    """The adapter's line to this provider. ``share`` senders divide its rate among them.

    Raises ValueError or TypeError for settings that the adapter cannot take.
    """
    pace = Pace(rate=provider.rate / share, window=provider.window, connections=provider.connections)
    given = {**provider.settings, **secret}
    match provider.wire:
        case Wire.SMPP:
            return await smpp.open_line(_smpp(given, pace), on_events)
        case Wire.SMTP:
            named = {**given, "secret": bounce_secret(provider.pk)}
            return await email.open_line(_smtp(named, pace), on_events)
        case Wire.ZALO | Wire.ZNS:
            return await zalo.open_line(zalo_settings(provider, secret, pace), on_events)
        case Wire.MESSENGER:
            page = {"page_id": provider.sender, **given}
            return await facebook.open_line(_only(facebook.FacebookSettings, page, pace=pace), on_events)
        case Wire.PUSH:
            return await push.open_line(_only(push.PushSettings, given, pace=pace), on_events)
    raise ValueError(f"no adapter for {provider.wire}")


def line_content(wire: str, content: Mapping[str, Any]) -> Any:
    """``Lane.content`` as the adapter's own type. Raises ValueError, TypeError or KeyError for what it cannot take."""
    match wire:
        case Wire.SMPP:
            return _only(smpp.SmsContent, content)
        case Wire.SMTP:
            return _only(email.EmailContent, content)
        case Wire.ZALO:
            buttons = tuple(zalo.Button(title, url=url) for title, url in content.get("buttons", ()))
            return zalo.ZaloMessage(_spoken(content), buttons, choices_from=int(content.get("choices_from", 0)))
        case Wire.ZNS:
            return zalo.ZnsTemplate(content["template_id"], dict(content["params"]))
        case Wire.MESSENGER:
            links = tuple(facebook.Button(title, url=url) for title, url in content.get("buttons", ()))
            answers: dict[str, Any] = {"messaging_type": "RESPONSE"} if content.get("choices_from") else {}
            answers["choices_from"] = int(content.get("choices_from", 0))
            return facebook.MessengerMessage(_spoken(content), links, **answers)
        case Wire.PUSH:
            return _only(push.PushContent, content)
    raise ValueError(f"no adapter for {wire}")


def bounce_secret(provider_id: int) -> bytes:
    """What signs the return paths of a mail provider: the same on every sender and where bounces come in."""
    return hmac.new(
        f"canhgiac.outreach.bounce.{provider_id}".encode(), settings.SECRET_KEY.encode(), hashlib.sha256
    ).digest()


def zalo_settings(provider: Provider, secret: Mapping[str, Any], pace: Pace | None = None) -> zalo.ZaloSettings:
    """One Official Account; its tokens live in the provider's sealed secret, renewed by one process at a time."""
    given = {"oa_id": provider.sender, **provider.settings, **secret, "tokens": ProviderTokens(provider.pk)}
    made: zalo.ZaloSettings = _only(
        zalo.ZaloSettings, given, pace=pace or Pace(rate=provider.rate, window=provider.window)
    )
    return made


def _smpp(given: Mapping[str, Any], pace: Pace) -> smpp.SmppSettings:
    named = {**given, "refusals": frozenset(given.get("refusals", ()))}
    if "zone" in named:
        named["zone"] = _zone(str(named["zone"]))
    named.setdefault("timeout", ANSWER_SECONDS)
    made: smpp.SmppSettings = _only(smpp.SmppSettings, named, pace=pace)
    return made


def _smtp(given: Mapping[str, Any], pace: Pace) -> email.SmtpSettings:
    sealed = given.get("dkim_keys", {})
    keys = tuple(_dkim_key(key, sealed) for key in given.get("dkim", ()) if key.get("signs", True))
    named = {**given, "dkim": keys, "ca_file": Path(given["ca_file"]) if given.get("ca_file") else None}
    made: email.SmtpSettings = _only(email.SmtpSettings, named, pace=pace)
    return made


def _dkim_key(told: Mapping[str, Any], sealed: Mapping[str, str]) -> email.DkimKey:
    """A key of which the sealed secret holds the private half; older rows name a file on the sender's host."""
    domain, selector = str(told["domain"]), str(told["selector"])
    name = email.dkim_name(domain, selector)
    try:
        pem = Path(told["file"]).read_bytes() if "file" in told else sealed[name].encode()
    except (OSError, KeyError) as error:
        raise ValueError(f"Không có khóa DKIM {name}") from error
    return email.DkimKey(domain, selector, pem)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except KeyError as error:  # ZoneInfoNotFoundError is one
        raise ValueError(f"Không có múi giờ {name}") from error


def _only(kind: Any, given: Mapping[str, Any], **more: Any) -> Any:
    """An object of the dataclass from those of the values that it has; the row keeps more (a number to answer to)."""
    known = {field.name for field in fields(kind)}
    return kind(**{name: value for name, value in given.items() if name in known and name not in more}, **more)


def _spoken(content: Mapping[str, Any]) -> str:
    """Title and words of a chat message, which has no place for a title."""
    title, text = str(content.get("title", "")), str(content["text"])
    return f"{title}\n{text}" if title else text


class ProviderTokens:
    """``channels.zalo.TokenStore`` in the provider's sealed secret."""

    def __init__(self, provider_id: int) -> None:
        self._provider_id = provider_id

    async def load(self) -> zalo.Tokens:
        """As last saved, by whichever process."""
        return await sync_to_async(self._load)()

    async def save(self, tokens: zalo.Tokens) -> None:
        """Returns when they are on disk."""
        await sync_to_async(self._save)(tokens)

    @asynccontextmanager
    async def lock(self) -> AsyncIterator[None]:
        """Held by one process of all hosts; the server lets go of it when we die."""
        async with await psycopg.AsyncConnection.connect(database_dsn(), autocommit=True) as connection:
            await connection.execute("SELECT pg_advisory_lock(%s, %s)", [TOKEN_LOCK, self._provider_id])
            yield

    def _load(self) -> zalo.Tokens:
        secret = provider_secret(Provider.objects.get(pk=self._provider_id))
        expires = dt.datetime.fromisoformat(secret.get("expires", "1970-01-01T00:00:00+00:00"))
        return zalo.Tokens(secret.get("access", ""), secret.get("refresh", ""), expires)

    def _save(self, tokens: zalo.Tokens) -> None:
        secret = provider_secret(Provider.objects.get(pk=self._provider_id))
        fresh = {"access": tokens.access, "refresh": tokens.refresh, "expires": tokens.expires.isoformat()}
        provider_secret_keep(provider_id=self._provider_id, secret={**secret, **fresh})


def database_dsn() -> str:
    """Where Django's database is, for a connection of psycopg's own."""
    from django.db import connection  # noqa: PLC0415  # read at the call: tests put another name into it

    given = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    told = {name: str(given[key]) for name, key in names.items() if given.get(key)}
    return psycopg.conninfo.make_conninfo(**told, **given.get("OPTIONS", {}))
