"""Is a word a well-formed Vietnamese syllable? The measure by which encodings are told apart."""

from __future__ import annotations

import re
import unicodedata

_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_ONSET = "ngh|ng|nh|gh|gi|g|kh|k|ph|p|th|tr|t|ch|c|qu|q|đ|d|b|h|l|m|n|r|s|v|x"
_NUCLEUS = (
    "uyê|uya|uêch|uyu|uây|uôi|ươi|ươu|iêu|yêu|oai|oay|oao|oeo|uơ|oă|oa|oe|uâ|uê|uy|uô|uo|ươ|iê|yê|"
    "ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oi|ôi|ơi|oo|ua|ui|ưa|ưi|ưu|ya|a|ă|â|e|ê|i|o|ô|ơ|u|ư|y"
)
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{_NUCLEUS})(?:ch|nh|ng|c|k|m|n|p|t)?")
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE_WORDS = 4_000


def is_syllable(word: str) -> bool:
    """Whether ``word`` (any case, NFC or NFD) is spelled as a Vietnamese syllable with at most one tone."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    toneless = decomposed.translate(_TONES)
    if len(decomposed) - len(toneless) > 1:
        return False
    return _SYLLABLE.fullmatch(unicodedata.normalize("NFC", toneless)) is not None


def vietnamese_share(text: str) -> tuple[float, int]:
    """Share of well-formed syllables among words with non-ASCII letters, and how many such words were seen.

    ASCII words say nothing about the encoding, so they do not count. (0.0, 0) where there are none.
    """
    words: dict[str, int] = {}
    seen = 0
    for match in _WORD.finditer(text):
        word = match.group()
        if not word.isascii():
            words[word] = words.get(word, 0) + 1
            seen += 1
            if seen == _SAMPLE_WORDS:
                break
    if not seen:
        return 0.0, 0
    good = sum(count for word, count in words.items() if is_syllable(word))
    return good / seen, seen
