"""Whether a public tip looks like spam: it then waits in a queue of its own, sealed like every other, never dropped."""

from __future__ import annotations

import re
import zlib

from canhgiac.engines.recognition.syllables import SYLLABLES
from canhgiac.engines.recognition.tokens import take_apart

_WORD = re.compile(r"[^\W\d_]+")
_LEAST_WORDS = 4
_LONG = 200
"""Characters from which repetition tells anything."""
_REPEATED = 0.12
"""Compressed size over size: prose stays above 0.3, one sentence a hundred times falls below 0.05."""
_KNOWN = 0.25
"""Share of words that are Vietnamese syllables or contain a vowel between consonants, below which it is no language."""
_SOUND = re.compile(r"[^aeiouy]{0,3}[aeiouy]{1,3}[^aeiouy]{0,4}(?:[aeiouy]{1,3}[^aeiouy]{0,4})*")


def spam_reason(story: str) -> str:
    """ "links", "repeated", "gibberish", or empty for what a person may have meant.

    Few words with a number are a tip; few words with nothing but links are not. Nothing here judges what is told.
    """
    text = story.strip()
    if not text:
        return ""
    tokens = take_apart(text)
    links = [entity for entity in tokens.entities if entity.kind == "link"]
    bare = re.sub(r"\S*(?:https?://|www\.)\S+|\S+\.\S{2,}/\S*", " ", text)
    words = [word.casefold() for word in _WORD.findall(bare)]
    if len(links) > 2 and len(words) < _LEAST_WORDS * len(links):
        return "links"
    if len(text) >= _LONG and len(zlib.compress(text.encode(), 9)) / len(text.encode()) < _REPEATED:
        return "repeated"
    if len(words) >= _LEAST_WORDS and not tokens.entities and sum(map(_is_word, tokens.words)) < _KNOWN * len(words):
        return "gibberish"
    return ""


def _is_word(word: str) -> bool:
    return word in SYLLABLES or (len(word) < 12 and bool(_SOUND.fullmatch(word)))
