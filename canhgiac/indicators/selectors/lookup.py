"""What the register says of a phone, an account, a link: honestly, and never "safe"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from canhgiac.engines.lookup.entries import State
from canhgiac.engines.lookup.keys import Key, Kind, link_parents, phone_ranges
from canhgiac.engines.recognition.banks import BANKS_BY_BIN
from canhgiac.indicators.models import Indicator
from canhgiac.kit import clock

from .knowngood import KnownGoods
from .tags import tag_words

NO_RECORD = gettext_lazy(
    "Sổ của chúng tôi chưa có ai báo. Kẻ gian đổi số, đổi tài khoản, đổi trang hằng ngày, nên chưa có trong sổ không "
    "có nghĩa là đáng tin."
)
"""The one sentence where the register has nothing. Nobody is to read it as a promise."""
STATE_WORDS = {
    State.REPORTED: gettext_lazy("Có người báo"),
    State.REVIEW: gettext_lazy("Đang xem xét"),
    State.CONFIRMED: gettext_lazy("Đã xác nhận"),
    State.KNOWN_GOOD: gettext_lazy("Địa chỉ chính thức"),
}
_RANK = (State.KNOWN_GOOD, State.CONFIRMED, State.REVIEW, State.REPORTED)


@dataclass(frozen=True, slots=True)
class Hit:
    """What is known of one key. Numbers count reports, not victims."""

    key: Key
    """The row that answered: the key asked, or what stands above it."""
    state: State
    label: str
    """The state in words."""
    tags: tuple[str, ...]
    """Why, in words without personal data."""
    first: dt.date
    last: dt.date
    sightings: int
    sources: int
    age_days: int
    """Days since the last report."""
    by_range: bool
    """The phone itself was not reported, the range of numbers was."""
    sentence: str
    """All of it for people, with what it does not mean."""


def live(rows: QuerySet[Indicator], today: dt.date | None = None) -> QuerySet[Indicator]:
    """Rows that are told to who asks: not cleared, not expired, and confirmed or still reported by somebody."""
    return rows.filter(
        Q(state=Indicator.State.CONFIRMED) | Q(sightings_count__gt=0),
        Q(expires_on__isnull=True) | Q(expires_on__gte=today or clock.today()),
    ).exclude(state=Indicator.State.CLEARED)


def above(key: Key) -> list[Key]:
    """The keys that say something about a key, itself first: a link's parents, a phone's ranges, the same account
    number where one side does not know the bank."""
    keys = [key, *link_parents(key), *phone_ranges(key)]
    if key.kind is Kind.ACCOUNT:
        bank, _colon, number = key.value.partition(":")
        banks = ["?"] if bank != "?" else list(BANKS_BY_BIN)
        keys += [Key(key.kind, f"{one}:{number}") for one in banks]
    return keys


def lookup(keys: Sequence[Key]) -> dict[Key, Hit]:
    """What the register has of each key, straight from the tables; a key without a record is absent.

    What is known to be genuine is said first, then the gravest state, then the nearest. Two queries, however many keys.
    """
    asked = {key: above(key) for key in dict.fromkeys(keys)}
    if not asked:
        return {}
    good, today = KnownGoods(), clock.today()
    rows = {Key(Kind(row.kind), row.value): row for row in _rows(set().union(*asked.values()), today)}
    found: dict[Key, Hit] = {}
    for key, candidates in asked.items():
        owner = good.owner(key)
        hits = [row for candidate in candidates if (row := rows.get(candidate)) is not None]
        if owner is not None:
            found[key] = _genuine(key, owner, today)
        elif hits:
            row = min(hits, key=lambda one: (_RANK.index(State(one.state)), one.is_range))
            found[key] = _hit(key, row, today)
    return found


def _rows(keys: Iterable[Key], today: dt.date) -> QuerySet[Indicator]:
    by_kind: dict[str, list[str]] = {}
    for key in keys:
        by_kind.setdefault(key.kind.value, []).append(key.value)
    wanted = Q()
    for kind, values in sorted(by_kind.items()):
        wanted |= Q(kind=kind, value__in=sorted(values))
    return live(Indicator.objects.filter(wanted), today)


def _genuine(key: Key, owner: str, today: dt.date) -> Hit:
    sentence = _(
        "Có trong danh sách chính thức: %(owner)s. Số hiện trên máy và tên người gửi vẫn giả được, nên hãy tự bấm số, "
        "tự gõ địa chỉ."
    ) % {"owner": owner}
    label = str(STATE_WORDS[State.KNOWN_GOOD])
    return Hit(key, State.KNOWN_GOOD, label, (), today, today, 0, 0, 0, by_range=False, sentence=sentence)


def _hit(asked: Key, row: Indicator, today: dt.date) -> Hit:
    key, state = Key(Kind(row.kind), row.value), State(row.state)
    first, last = (moment.astimezone(clock.VIETNAM).date() for moment in (row.first_seen, row.last_seen))
    age = max((today - last).days, 0)
    parts = [_whose(asked, key, row.is_range), _seen(row, first, last, age), _STANDS[state]]
    return Hit(
        key=key,
        state=state,
        label=str(STATE_WORDS[state]),
        tags=tuple(tag_words(row.tags)),
        first=first,
        last=last,
        sightings=row.sightings_count,
        sources=row.sources_count,
        age_days=age,
        by_range=row.is_range and key != asked,
        sentence=" ".join(str(part) for part in parts if part),
    )


_STANDS = {
    State.REPORTED: gettext_lazy("Đây là báo cáo, chưa ai xác minh, không phải kết luận."),
    State.REVIEW: gettext_lazy("Cán bộ đang xem xét. Đây là báo cáo, không phải kết luận."),
    State.CONFIRMED: gettext_lazy("Hai cán bộ đã xem xét và xác nhận dấu hiệu lừa đảo."),
}


def _whose(asked: Key, key: Key, is_range: bool) -> str:
    if key == asked or key.kind is Kind.ACCOUNT:
        return ""
    if is_range:
        return _("Chưa ai báo riêng số này; cả dải %(range)s bị báo.") % {"range": key.value.replace("+84", "0")}
    return _("Nói về %(parent)s.") % {"parent": key.value}


def _seen(row: Indicator, first: dt.date, last: dt.date, age: int) -> str:
    """How many reports, since when, how old."""
    if not row.sightings_count:
        return ""
    times = ngettext("%(n)d lần báo", "%(n)d lần báo", row.sightings_count) % {"n": row.sightings_count}
    sources = ngettext("%(n)d nguồn", "%(n)d nguồn", row.sources_count) % {"n": row.sources_count}
    ago = ngettext("%(n)d ngày trước", "%(n)d ngày trước", age) % {"n": age} if age else _("hôm nay")
    facts = {"times": times, "sources": sources, "first": f"{first:%d/%m/%Y}", "ago": ago}
    if first == last:
        return _("%(times)s từ %(sources)s, %(ago)s.") % facts
    return _("%(times)s từ %(sources)s, lần đầu ngày %(first)s, gần nhất %(ago)s.") % facts
