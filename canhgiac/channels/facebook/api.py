"""Calls to the Graph API for one page."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any

from ..contract import Outcome, Pace
from ..web import Answer, Http, by_status
from .codes import outcome_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FacebookSettings:
    """One page as one application sees it."""

    page_id: str
    token: str = field(repr=False)
    """A page access token; one made from a long-lived user token does not run out by itself."""
    app_secret: str = field(repr=False)
    """Signs the webhook and proves our calls."""
    api: str = "https://graph.facebook.com"
    version: str = "v23.0"
    pace: Pace = field(default_factory=lambda: Pace(rate=20, window=20))
    timeout: float = 15
    """Seconds; a picture takes longer than a message."""
    proxy: str = field(default="", repr=False)

    @property
    def proof(self) -> str:
        """``appsecret_proof``: shows that the token is used by who holds the application's secret."""
        return hmac.new(self.app_secret.encode(), self.token.encode(), hashlib.sha256).hexdigest()


class FacebookApi:
    """One page's calls over kept connections. The token stands in a header, so that no address tells it."""

    def __init__(self, settings: FacebookSettings) -> None:
        self.settings = settings
        self.http = Http(timeout=settings.timeout, window=max(settings.pace.window, 1), proxy=settings.proxy)

    async def post(self, path: str, **parts: Any) -> tuple[Answer, dict[str, Any] | None]:
        """One POST; ``json`` or ``data`` get the proof. Raises LostError when no answer came."""
        for kind in ("json", "data"):
            if kind in parts:
                parts[kind] = parts[kind] | {"appsecret_proof": self.settings.proof}
        return await self._call("POST", path, **parts)

    async def get(self, path: str, params: dict[str, str]) -> tuple[Answer, dict[str, Any] | None]:
        """One question. Raises LostError when no answer came."""
        return await self._call("GET", path, params=params | {"appsecret_proof": self.settings.proof})

    async def delete(self, path: str) -> tuple[Answer, dict[str, Any] | None]:
        """One DELETE. Raises LostError when no answer came."""
        return await self._call("DELETE", path, params={"appsecret_proof": self.settings.proof})

    async def _call(self, method: str, path: str, **parts: Any) -> tuple[Answer, dict[str, Any] | None]:
        url = f"{self.settings.api}/{self.settings.version}/{path}"
        headers = {"Authorization": f"Bearer {self.settings.token}"}
        answer = await self.http.call(method, url, headers=headers, **parts)
        return answer, answer.json()


def judge(answer: Answer, told: dict[str, Any] | None) -> tuple[Outcome, str]:
    """The outcome of an answer and its code as we spell it: "facebook:10/2018278"."""
    error = told.get("error") if told is not None else None
    if isinstance(error, dict):
        code, subcode = error.get("code"), error.get("error_subcode")
        code = code if isinstance(code, int) else 1
        subcode = subcode if isinstance(subcode, int) else 0
        return outcome_of(code, subcode), f"facebook:{code}" + (f"/{subcode}" if subcode else "")
    if told is not None and answer.status < 300:
        return Outcome.TAKEN, "facebook:0"
    return by_status(answer, "facebook")
