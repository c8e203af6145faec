"""Vietnamese syllables without their marks, and glued words taken apart into them."""

from __future__ import annotations

from functools import lru_cache

from .words import CUES, listed

_ONSETS = (
    "",
    *listed("b c d g h k l m n r s t v x ch gh gi kh ng ngh nh ph qu th tr"),
)
_RIMES = listed(
    "a ac ach ai am an ang anh ao ap at au ay e ec ech em en eng enh eo ep et eu i ia ich iec iem ien "
    "ieng iep iet ieu im in inh ip it iu o oa oac oach oai oam oan oang oanh oao oat oay oc oe oen oeo "
    "oet oi om on ong oong op ot u ua uan uang uat uay uc ue uech uenh ui um un ung uo uoc uoi uom uon "
    "uong uop uot uou up ut uu uy uya uych uyen uyet uynh uyt uyu y yem yen yet yeu ynh"
)

SYLLABLES = frozenset(
    onset + rime for onset in _ONSETS for rime in _RIMES if not (onset == "qu" and rime.startswith("u"))
) | frozenset({"gi", "gin", "gip", "giet", "gieng", "quy", "quyen", "quyet", "quynh", "quyt", "quoc", "quo"})
"""Every syllable that Vietnamese spelling allows, in letters without marks."""

COMMON = frozenset(CUES.read_text("utf-8").split()) & SYLLABLES
"""Syllables that such messages are full of: where glued words can be cut in two ways, these are likelier."""
_LONGEST = max(map(len, SYLLABLES))


@lru_cache(maxsize=1 << 14)
def apart(word: str) -> tuple[str, ...]:
    """The syllables a glued word is made of, the fewest and commonest that fit; the word itself where none fit.

    >>> apart("chuyenkhoan")
    ('chuyen', 'khoan')
    """
    if word in SYLLABLES or len(word) > 60:
        return (word,)
    best: list[tuple[float, int] | None] = [(0, 0)] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - _LONGEST), end):
            before = best[start]
            if before is not None and word[start:end] in SYLLABLES:
                found = (before[0] + (1 if word[start:end] in COMMON else 1.3), start)
                if best[end] is None or found < best[end]:  # type: ignore[operator]
                    best[end] = found
    if best[-1] is None:
        return (word,)
    pieces: list[str] = []
    end = len(word)
    while end:
        start = best[end][1]  # type: ignore[index]
        pieces.append(word[start:end])
        end = start
    return tuple(reversed(pieces))
