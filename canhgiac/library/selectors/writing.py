"""What a writer sees beside the text while typing: how it reads, how it travels, how long it takes to say."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.safestring import SafeString

from canhgiac.kit import markdown, sms, speech
from canhgiac.library.models import Channel, MaterialKind

SMS_PARTS = 3
"""From more parts than this on a text is called long."""


@dataclass(frozen=True, slots=True)
class SmsCount:
    """The text as SMS in one alphabet."""

    length: sms.Length
    bare: str
    """The text itself where diacritics are left out, else empty."""

    @property
    def limit(self) -> int:
        """Units that as many parts hold."""
        whole = sms.ALONE[self.length.alphabet]
        return whole if self.length.parts < 2 else sms.PART[self.length.alphabet] * self.length.parts

    @property
    def is_long(self) -> bool:
        """More parts than people read."""
        return self.length.parts > SMS_PARTS


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as typed so far, and what is told of it."""

    kind: str
    title: str
    lead: str
    points: Sequence[str]
    call: str
    link_host: str
    text: str
    """The plain words that are counted."""
    html: SafeString
    slides: Sequence[SafeString]
    written: SmsCount | None
    """As typed."""
    bare: SmsCount | None
    """Without diacritics; None where the text has none."""
    syllables: int
    seconds: int
    words: int

    @property
    def minutes_words(self) -> str:
        """Time as 1:05."""
        return f"{self.seconds // 60}:{self.seconds % 60:02}"


def draft_told(
    *, kind: str, title: str, lead: str, body: str, points: Sequence[str], call: str, link: str, channels: Sequence[str]
) -> Draft:
    """The preview and the counts, of the body's plain words. SMS is counted for SMS texts and the SMS channel."""
    plain = markdown.plain(body) if kind != MaterialKind.SMS else body.replace("\r\n", "\n").strip()
    counted = kind == MaterialKind.SMS or Channel.SMS in channels
    bare = without_diacritics(plain)
    return Draft(
        kind=kind,
        title=title,
        lead=lead,
        points=points,
        call=call,
        link_host=host_of(link),
        text=plain,
        html=markdown.html(body),
        slides=[markdown.html(part) for part in markdown.slides(body)] if kind == MaterialKind.SLIDE else (),
        written=SmsCount(sms.length(plain), "") if counted else None,
        bare=SmsCount(sms.length(bare), bare) if counted and bare != plain else None,
        syllables=speech.syllables(plain),
        seconds=speech.seconds(plain),
        words=len(plain.split()),
    )


def host_of(link: str) -> str:
    """The host that a link leads to, in plain letters; empty for none."""
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""


def without_diacritics(text: str) -> str:
    """The text as people without diacritics type it, capitals kept: what fits the 7-bit alphabet.

    >>> without_diacritics("Đừng đọc mã OTP")
    'Dung doc ma OTP'
    """
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).translate(_PLAIN)


_PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "\u00a0": " "})
"""Signs of print for which the 7-bit alphabet has a plain one."""
