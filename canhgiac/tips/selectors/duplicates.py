"""Which tips speak of the same thing: by shared blind tokens, found by index, never by a table of pairs."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.indicators.models import KnownGood
from canhgiac.tips.models import Tip, TipToken

from .blind import blind_token

CROWD = 200
"""More tips than this share a token: it tells no trick apart (a hotline that everybody names), unless the latest of
them stand in one case."""
LATEST = 20
NEAR_BANDS = 16
"""Text tokens, of a story's 64 bands of four slots (``blind``), that two stories must share to be near-same. A band
agrees with the fourth power of the share of equal slots: of stories alike by 0.8 it is 28 bands in the mean, by 0.7 it
is 17, by 0.6 only 10, by a half 5; of those that have nothing in common none."""
NEAR_DAYS = 14
"""Near-same words join tips of one wave; a year later they are a new one of the same form."""
SAME_DAYS = 365
"""An account or number seen a year ago may have another holder."""
IGNORED = (Tip.State.SPAM, Tip.State.WITHDRAWN)

Kind = TipToken.Kind
WORDS = {
    Kind.ACCOUNT: gettext_lazy("cùng tài khoản"),
    Kind.WALLET: gettext_lazy("cùng ví"),
    Kind.PHONE: gettext_lazy("cùng số điện thoại"),
    Kind.LINK: gettext_lazy("cùng đường link"),
    Kind.APP: gettext_lazy("cùng ứng dụng"),
    Kind.SOCIAL: gettext_lazy("cùng tài khoản mạng xã hội"),
    Kind.TEXT: gettext_lazy("lời kể gần giống"),
    Kind.FILE: gettext_lazy("cùng tệp"),
}

_SHARED = """
SELECT mine.kind, mine.token, other.tip_id, other.case_id, other.received_at
FROM tips_tiptoken mine
CROSS JOIN LATERAL (
    SELECT theirs.tip_id, tip.case_id, tip.received_at
    FROM tips_tiptoken theirs JOIN tips_tip tip ON tip.id = theirs.tip_id
    WHERE theirs.token = mine.token AND theirs.tip_id <> mine.tip_id AND NOT tip.state = ANY(%(ignored)s)
    ORDER BY theirs.token, theirs.tip_id DESC LIMIT %(most)s
) other
WHERE mine.tip_id = %(tip)s
"""


@dataclass(slots=True)
class Sharing:
    """What another tip has in common with the one asked about."""

    tip_id: int
    case_id: int | None
    received_at: dt.datetime
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def firm(self) -> int:
        """Shared accounts, numbers, links, files."""
        return sum(number for kind, number in self.kinds.items() if kind != Kind.TEXT)

    @property
    def bands(self) -> int:
        """Shared stretches of text."""
        return self.kinds[Kind.TEXT]

    @property
    def why(self) -> list[str]:
        """Kinds that count, in the order of ``TipToken.Kind``; text only where there is enough of it."""
        return [kind for kind in Kind.values if self.kinds[kind] and (kind != Kind.TEXT or self.bands >= NEAR_BANDS)]


def sharing(tip: Tip) -> list[Sharing]:
    """Other tips that share enough with this one to be the same matter, those that share most first.

    Two queries at most.
    Its cost is the number of this tip's tokens times ``CROWD`` at most, whatever the number of tips. What is known to
    belong to whom it says (a bank's own hotline) joins nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, {"tip": tip.pk, "most": CROWD + 1, "ignored": list(IGNORED)})
        rows = [(kind, bytes(token), *rest) for kind, token, *rest in cursor.fetchall()]
    if not rows:
        return []
    holders: dict[bytes, list[int | None]] = defaultdict(list)
    for _kind, token, _tip, case, _at in rows:
        holders[token].append(case)
    dropped = {token for token, cases in holders.items() if _is_crowd(cases)} | known_good_tokens()
    found: dict[int, Sharing] = {}
    for kind, token, tip_id, case_id, at in rows:
        if token not in dropped:
            found.setdefault(tip_id, Sharing(tip_id, case_id, at)).kinds[kind] += 1
    near = [one for one in found.values() if _joins(one, tip.received_at)]
    return sorted(near, key=lambda one: (-one.firm, -one.bands, one.tip_id))


def known_good_tokens() -> set[bytes]:
    """Tokens of the register of what is known to be genuine. One query."""
    rows = KnownGood.objects.filter(retired_at=None).values_list("kind", "value")
    return {blind_token(kind, value) for kind, value in rows.iterator()}


def _is_crowd(cases: Sequence[int | None]) -> bool:
    """Whether a token's holders (the latest first) are too many and not of one case."""
    latest = set(cases[:LATEST])
    return len(cases) > CROWD and (len(latest) > 1 or None in latest)


def _joins(other: Sharing, at: dt.datetime) -> bool:
    apart = abs(at - other.received_at).days
    if other.firm and apart <= SAME_DAYS:
        return True
    return other.bands >= NEAR_BANDS and apart <= NEAR_DAYS


def why_words(kinds: Iterable[str]) -> str:
    """Why tips belong together, as a clerk says it: "cùng tài khoản, lời kể gần giống"."""
    return ", ".join(str(WORDS[Kind(kind)]) for kind in Kind.values if kind in set(kinds)) or _("do cán bộ ghép")
