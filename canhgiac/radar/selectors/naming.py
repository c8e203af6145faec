"""What a cluster is called: its form, and words that its members use and others do not."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext as _

from canhgiac.engines.recognition.words import listed
from canhgiac.kit import clock
from canhgiac.kit.text import fold

MOST = 3
"""Key words in a name."""
LONGEST = 4
"""Words of a run."""
_WORD = re.compile(r"[^\W\d_]{2,}|[.!?\n;:]")
_COMMON = frozenset(
    listed(
        "va la cua cho voi den di duoc bi mot hai ba cac nhung nay kia do thi ma de trong tren duoi khi neu toi minh "
        "ban anh chi em ong bac co chu chau ho nguoi ta noi bao rang roi dang se da chua khong co con rat qua nua "
        "the gi nao sao vi nen tu ra vao len xuong lai cung vua moi hay hoac nhu theo ve tai noi luc ngay gio hom "
        "goi nhan tin gui xin cam on vui long lien he so tien chuyen khoan tai dien thoai phai bat yeu cau duong "
        "dan xung"
    )
)
"""Words, without marks, that stand in most of what people tell and so name nothing."""


def keywords_of(texts: Iterable[str], *, most: int = MOST) -> list[str]:
    """Runs of two to four words that most of the texts have in common, the commonest and longest first, as written.

    Only from texts that people let us read. A run in one text alone is no key word where there are several texts.
    """
    shown: dict[str, Counter[str]] = {}
    counts: Counter[str] = Counter()
    many = 0
    for text in texts:
        many += 1
        runs = _runs(text)
        counts.update(runs.keys())
        for key, written in runs.items():
            shown.setdefault(key, Counter())[written] += 1
    least = 2 if many > 1 else 1
    chosen: list[str] = []
    for key, count in sorted(counts.items(), key=lambda one: (-one[1], -one[0].count(" "), one[0])):
        if count < least or len(chosen) >= most:
            break
        if all(set(key.split()).isdisjoint(fold(other).split()) for other in chosen):
            chosen.append(shown[key].most_common(1)[0][0][:40])
    return chosen


def cluster_called(form_name: str, keywords: Iterable[str], first_at: dt.datetime) -> str:
    """The cluster's name: "Giả danh công an: định danh, mức độ"; where nothing is known, since when."""
    words = ", ".join(keywords)
    if form_name and words:
        return f"{form_name}: {words}"[:160]
    if form_name or words:
        return (form_name or words[:1].upper() + words[1:])[:160]
    return _("Chưa rõ hình thức, từ %(day)s") % {"day": f"{first_at.astimezone(clock.VIETNAM):%d/%m/%Y}"}


def _runs(text: str) -> dict[str, str]:
    """Neighbouring words without common ones, two to four: folded, and as written."""
    found: dict[str, str] = {}
    run: list[str] = []
    for match in _WORD.finditer(text):
        word = match[0].casefold()
        bare = fold(word)
        if not bare.isalpha() or bare in _COMMON:
            run = []
            continue
        run = [*run[1 - LONGEST :], word]
        for length in range(2, len(run) + 1):
            written = " ".join(run[-length:])
            found.setdefault(fold(written), written)
    return found
