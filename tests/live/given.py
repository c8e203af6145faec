"""What the operator gave: variables of the environment, addresses, and Zalo's tokens in a file."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from canhgiac.channels.zalo import Tokens


class MissingError(Exception):
    """A channel is passed over; the message says why, in Vietnamese."""


@dataclass(frozen=True)
class Given:
    """The environment as this check reads it."""

    env: Mapping[str, str]

    def needed(self, name: str) -> str:
        """A variable's value. Raises MissingError."""
        if not (value := self.env.get(name, "").strip()):
            raise MissingError(f"chưa có {name}")
        return value

    def optional(self, **names: str) -> dict[str, Any]:
        """The settings, by their names in the adapter, whose variables have a value."""
        return {setting: self.env[name] for setting, name in names.items() if self.env.get(name)}

    def to(self, channel: str) -> str:
        """The address that gets the one message. Raises MissingError."""
        if (found := self._addresses("LIVE_TO").get(channel, "")) == "":
            raise MissingError(f"LIVE_TO không nêu {channel}=…")
        return self._read(channel, found)

    def refused(self, channel: str, default: str = "") -> str:
        """An address that the provider must refuse; empty where none is known."""
        return self._read(channel, self._addresses("LIVE_REFUSED").get(channel, default))

    def _addresses(self, name: str) -> dict[str, str]:
        """ "sms=+84900000110 email=an@vinhan.test" as a table. Raises MissingError for anything else."""
        pairs = [one.partition("=") for one in self.env.get(name, "").split()]
        if any(not (channel and sign and address) for channel, sign, address in pairs):
            raise MissingError(f"{name} viết sai; ví dụ: {name}='sms=+84900000110 email=an@vinhan.test'")
        return {channel: address for channel, _sign, address in pairs}

    @staticmethod
    def _read(channel: str, address: str) -> str:
        """A browser's subscription is long: it is named by its file."""
        if channel != "push" or not address:
            return address
        try:
            return Path(address).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise MissingError(f"không đọc được {address}: {error.strerror}") from error


class FileTokens:
    """Zalo's tokens in a file {"access", "refresh", "expires"}, written anew when they change: a refresh token is good
    once.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    async def load(self) -> Tokens:
        """As last written."""
        told: dict[str, Any] = json.loads(self.path.read_text())
        expires = dt.datetime.fromisoformat(told.get("expires", "1970-01-01T00:00:00+00:00"))
        return Tokens(told.get("access", ""), told["refresh"], expires)

    async def save(self, tokens: Tokens) -> None:
        """Writes beside the file, then in its place."""
        fresh = {"access": tokens.access, "refresh": tokens.refresh, "expires": tokens.expires.isoformat()}
        beside = self.path.with_suffix(".new")
        beside.touch(mode=0o600)
        beside.write_text(json.dumps(fresh))
        beside.replace(self.path)

    @asynccontextmanager
    async def lock(self) -> AsyncIterator[None]:
        """One process runs this."""
        yield
