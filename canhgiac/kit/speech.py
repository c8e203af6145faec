"""How long a Vietnamese text takes to be read aloud over a loudspeaker."""

from __future__ import annotations

import math
import re

SYLLABLES_A_MINUTE = 210
"""Fluent readers speak 5.2 Vietnamese syllables a second (Pellegrino, Coupé and Marsico 2011, "A cross-language
perspective on speech information rate", Language 87). Outdoors, with pauses that let each sentence sink in, announcers
take about two thirds of that: 3.5 a second, 210 a minute."""
_TOKEN = re.compile(r"\d|[^\W\d_]+")


def syllables(text: str) -> int:
    """Syllables to be said: Vietnamese writes each apart; a number counts one a digit, as phone numbers are read.

    >>> syllables("Gọi 113 ngay, bà con nhé.")
    8
    """
    return len(_TOKEN.findall(text))


def seconds(text: str) -> int:
    """Seconds of reading aloud, rounded up; 0 for a text without words."""
    return math.ceil(syllables(text) * 60 / SYLLABLES_A_MINUTE)
