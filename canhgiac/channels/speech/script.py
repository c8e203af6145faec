"""The script of a loudspeaker: what is said and where it rests."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TypeAlias

from canhgiac.kit import speech

from .spoken import spoken

LONGEST_PAUSE = 10.0
"""Seconds; a longer silence sounds like a fault of the loudspeaker."""
BETWEEN_PARAGRAPHS = 1.0
BETWEEN_LINES = 0.4
_PAUSE = re.compile(r"\[\s*nghỉ(?:\s+([0-9]{1,3}(?:[.,][0-9]{1,2})?)\s*(?:giây|s)?)?\s*\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Speech:
    """Words to be said in one breath of the voice."""

    text: str
    """As written."""
    said: str
    """As the voice is to read it."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence, in seconds."""

    seconds: float


Piece: TypeAlias = Speech | Pause


@dataclass(frozen=True, slots=True)
class Script:
    """What is said, in order. A pause stands neither first nor last, and no two stand together."""

    pieces: tuple[Piece, ...]

    @property
    def said(self) -> str:
        """All words as they are said, for a person to look over before it is spoken; pauses in their markup."""
        return "\n".join(
            piece.said if isinstance(piece, Speech) else pause_written(piece.seconds) for piece in self.pieces
        )


def pause_written(seconds: float) -> str:
    """The markup of a pause.

    >>> pause_written(1.5)
    '[nghỉ 1,5 giây]'
    """
    return f"[nghỉ {seconds:g} giây]".replace(".", ",")


def script_read(text: str, language: str = "vi") -> Script:
    """The script of a text: "[nghỉ 2 giây]" rests two seconds ("[nghỉ]" one, at most ten), an empty line one second, a
    new line less. Vietnamese is put into spoken words; other languages are left as written, for a voice of their own.
    """
    pieces: list[Piece] = []
    rest, end = 0.0, 0
    for match in _PAUSE.finditer(text):
        rest = _said_into(pieces, text[end : match.start()], language, rest)
        asked = float((match[1] or "1").replace(",", "."))
        rest = max(rest, min(asked, LONGEST_PAUSE)) if rest <= BETWEEN_PARAGRAPHS else min(rest + asked, LONGEST_PAUSE)
        end = match.end()
    _said_into(pieces, text[end:], language, rest)
    return Script(tuple(pieces))


def _said_into(pieces: list[Piece], text: str, language: str, rest: float) -> float:
    """Adds the text's lines, with ``rest`` before the first; returns the rest that follows it."""
    for line in text.splitlines():
        said = spoken(line) if language == "vi" else " ".join(line.split())
        if not said:
            rest = max(rest, BETWEEN_PARAGRAPHS) if not line.strip() else rest
            continue
        if pieces and rest:
            pieces.append(Pause(rest))
        pieces.append(Speech(line.strip(), said))
        rest = BETWEEN_LINES
    return rest


def reading_time(script: Script) -> int:
    """Seconds that reading aloud takes, pauses included, rounded up. The voice's own recording says it exactly."""
    words = " ".join(piece.said for piece in script.pieces if isinstance(piece, Speech))
    pauses = sum(piece.seconds for piece in script.pieces if isinstance(piece, Pause))
    exact = speech.syllables(words) * 60 / speech.SYLLABLES_A_MINUTE + pauses
    return math.ceil(round(exact, 6))
