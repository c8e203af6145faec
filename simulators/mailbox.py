"""What arrived: a ring of messages in memory, and a Maildir when one is asked for."""

from __future__ import annotations

import itertools
import mailbox
import threading
from collections import deque
from dataclasses import asdict, dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from simulators.moments import stamp

CAPACITY = 1000
"""Messages kept; the oldest go first."""


@dataclass(frozen=True)
class Letter:
    """One message as its recipient would see it."""

    number: int
    received: str
    sender: str
    recipients: list[str]
    subject: str
    text: str
    html: str
    headers: dict[str, str]


class Mailbox:
    """Safe to use from the SMTP server's thread and from the web inbox's threads."""

    def __init__(self, folder: Path | None = None) -> None:
        self._letters: deque[Letter] = deque(maxlen=CAPACITY)
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._maildir = None if folder is None else mailbox.Maildir(folder, create=True)

    def add(self, sender: str, recipients: list[str], raw: bytes) -> Letter:
        """Keeps one message as it came over the wire."""
        parsed = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(raw)
        with self._lock:
            letter = Letter(
                number=next(self._numbers),
                received=stamp(),
                sender=sender,
                recipients=recipients,
                subject=str(parsed.get("Subject", "")),
                text=_body(parsed, "plain"),
                html=_body(parsed, "html"),
                headers={name: str(value) for name, value in parsed.items()},
            )
            self._letters.append(letter)
            if self._maildir is not None:
                self._maildir.add(raw)
        return letter

    def letters(self, to: str = "") -> list[Letter]:
        """The messages, newest first; only those to one address when ``to`` is given."""
        with self._lock:
            found = list(reversed(self._letters))
        return [letter for letter in found if not to or to.casefold() in map(str.casefold, letter.recipients)]

    def letter(self, number: int) -> Letter | None:
        """The message with this number, or None when it is gone."""
        return next((letter for letter in self.letters() if letter.number == number), None)

    def clear(self) -> None:
        """Forgets all messages; those in the Maildir stay."""
        with self._lock:
            self._letters.clear()


def as_json(letter: Letter) -> dict[str, object]:
    """The message as the web inbox's API gives it."""
    return asdict(letter)


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, UnicodeDecodeError):  # a charset that does not exist, or bytes that are not of it
        payload = part.get_payload(decode=True)
        return payload.decode(errors="replace") if isinstance(payload, bytes) else ""
