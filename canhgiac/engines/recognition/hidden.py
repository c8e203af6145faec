"""Words that were hidden from a filter, turned back: digits for letters, letters spaced out."""

from __future__ import annotations

import re
from functools import lru_cache

from .brands import BRANDS
from .syllables import COMMON, SYLLABLES, apart
from .words import SHORT_FORMS, listed

_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"})
_LEET_L = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"})
FULL = {short: full.split() for short, full in SHORT_FORMS.items()}
KNOWN = frozenset(
    listed(
        "link zalo app apk online telegram tele facebook messenger video file shop shopee lazada tiktok ship shipper "
        "voucher bank internet website web otp vip code game casino admin iphone nick sale free hotline inbox "
        "livestream live sim email google youtube momo banking smart account combo tour job visa scan clip hot "
        "bill slot"
    )
) | {word for brand in BRANDS for word in brand.words if len(word) > 4 and word.isascii()}
"""Words that are no Vietnamese syllables and yet stand in messages, hidden or not."""
_PAIR_LEET = re.compile("[a-z][0@]|@[a-z]")
_LONGEST_WALK, _LONGEST_WORD, _SHORTEST_WALK, _LETTER = 200, 12, 6, 2.5
SHORT_LEET = {
    word: turned
    for first in "abcdeghklmnoqrstuvy01345"
    for last in "aeiouymnpt01345"
    for word, turned in [(first + last, (first + last).translate(_LEET))]
    if not word.isalpha() and not word.isdigit() and turned in SYLLABLES
}
"""Words of two signs that are figures as often: turned back where much else in a message is hidden."""


@lru_cache(maxsize=1 << 14)
def unleet(word: str) -> tuple[str, int]:
    """Digits and signs that stand for letters turned back, where a Vietnamese word comes of it; and whether."""
    if word.isalpha() or len(word) < 2 or (len(word) == 2 and not _PAIR_LEET.fullmatch(word)):
        return word, 0
    for table in (_LEET, _LEET_L):
        turned = word.translate(table)
        if turned.isalpha() and (turned in SYLLABLES or turned in KNOWN) and not word[:-1].isdigit():
            return turned, 1
    return word, 0


@lru_cache(maxsize=1 << 12)
def walk(joined: str) -> tuple[str, ...]:
    """Letters and digits that were spaced out, cut into words: ("vaotk2trieu") → vao, tai, khoan, <n1>, trieu.

    The cheapest way through: syllables and known words, short forms of two letters and more, figures; a letter that
    fits none of them stands for itself.
    """
    pieces = apart(joined)
    if len(pieces) > 1 or joined in SYLLABLES or len(joined) > _LONGEST_WALK:
        return pieces
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(joined) + 1):
        best.append(
            min((best[start][0] + _step(joined[start:end]), start) for start in range(max(0, end - _LONGEST_WORD), end))
        )
    if best[-1][0] >= _LETTER and len(joined) <= _SHORTEST_WALK:
        return pieces  # a short one with a letter left over is a word we do not know: "b.i.l.l"
    found: list[str] = []
    end = len(joined)
    while end:
        start = best[end][1]
        piece = joined[start:end]
        turned = unleet(piece)[0]
        said = FULL.get(turned) or ([f"<n{min(len(piece), 9)}>"] if piece.isdigit() else [turned])
        found[:0] = said
        end = start
    return tuple(found)


def _step(piece: str) -> float:
    """What a piece costs on a walk; impossible ones more than their letters one by one."""
    if piece.isdigit():
        return 1.2
    turned = unleet(piece)[0]
    if turned in SYLLABLES:
        return 1.0 if turned in COMMON else 1.3
    if turned in KNOWN:
        return 1.1
    if turned in FULL and len(turned) > 1:
        return 1.6
    return _LETTER if len(piece) == 1 else (_LETTER + 0.1) * len(piece)
