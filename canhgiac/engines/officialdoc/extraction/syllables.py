"""Vietnamese spelling: which syllables it allows, and the letters of a word without its marks."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


def syllables(text: str) -> frozenset[str]:
    """The syllables of a list written with spaces."""
    return frozenset(text.split())


_ONSETS = syllables("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x ")
_RIMES = syllables(
    "a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây e ec em en eng "
    "eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach "
    "oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet oc oi om on ong ooc oong op ot "
    "ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc ue uê uêch uênh ui um un ung uơ uôc "
    "uôi uôm uôn uông uôt up ut uy uya uych uyên uyêt uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương "
    "ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu ynh yt êng uêt uyn ac ich uyp uâc uet oem "
)
_TONES = {"\u0300": "f", "\u0301": "s", "\u0303": "x", "\u0309": "r", "\u0323": "j"}


def _plain(word: str) -> tuple[str, str]:
    """A syllable without its tone, and the tone."""
    tone = ""
    letters = []
    for mark in unicodedata.normalize("NFD", word.lower()):
        if mark in _TONES:
            tone += _TONES[mark]
        else:
            letters.append(mark)
    return unicodedata.normalize("NFC", "".join(letters)), tone


@lru_cache(maxsize=1 << 15)
def is_syllable(word: str) -> bool:
    """Whether Vietnamese spelling allows the syllable: onset, rime, and only high or low tones before a stop."""
    bare, tone = _plain(word)
    if len(tone) > 1:
        return False
    for size in (3, 2, 1, 0):
        onset, rime = bare[:size], bare[size:]
        if (size == 0 or onset in _ONSETS) and (
            rime in _RIMES or (onset in {"gi", "qu"} and (rime in _RIMES or rime == ""))
        ):
            stopped = rime.endswith(("c", "ch", "p", "t"))
            return not stopped or tone in {"s", "j"}
    return False


@lru_cache(maxsize=1 << 15)
def skeleton(text: str) -> str:
    """The letters without any mark, small: "Đẩy mạnh" and "đây mạnh" share one."""
    folded = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in folded if not unicodedata.combining(c))


def respelt(word: str) -> str | None:
    """The one syllable that differs from ``word`` in a mark only and is spelt right; None where there are several."""
    bare, tone = _plain(word)
    if len(tone) == 0 and bare.endswith(("c", "ch", "p", "t")):
        return None
    letters = {
        "a": "aăâ",
        "ă": "aăâ",
        "â": "aăâ",
        "e": "eê",
        "ê": "eê",
        "o": "oôơ",
        "ô": "oôơ",
        "ơ": "oôơ",
        "u": "uư",
        "ư": "uư",
        "d": "dđ",
        "đ": "dđ",
    }
    found = set()
    for place, letter in enumerate(bare):
        for other in letters.get(letter, ""):
            if other != letter:
                candidate = bare[:place] + other + bare[place + 1 :]
                marks = "".join(mark for mark, name in _TONES.items() if name == tone)
                if _fits(candidate, tone):
                    found.add((candidate, marks))
    if len(found) != 1:
        return None
    candidate, marks = found.pop()
    return _with_tone(candidate, marks)


def _fits(bare: str, tone: str) -> bool:
    for size in (3, 2, 1, 0):
        if (size == 0 or bare[:size] in _ONSETS) and bare[size:] in _RIMES:
            return not bare.endswith(("c", "ch", "p", "t")) or tone in {"s", "j"}
    return False


def _with_tone(bare: str, mark: str) -> str:
    if not mark:
        return bare
    vowels = [
        n
        for n, c in enumerate(bare)
        if skeleton(c) in "aeiouy" and not (n == 1 and bare[:2] in {"qu", "gi"} and len(bare) > 2)
    ]
    if not vowels:
        return bare
    marked = [n for n in vowels if bare[n] in "ăâêôơư"]
    place = marked[-1] if marked else vowels[0] if len(vowels) < 2 or vowels[-1] == len(bare) - 1 else vowels[1]
    return unicodedata.normalize("NFC", bare[: place + 1] + mark + bare[place + 1 :])
