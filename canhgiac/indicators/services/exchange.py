"""What partners tell and ask by program."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Area
from canhgiac.agencies.services import Limit, audit_record, quota_take
from canhgiac.engines.lookup.entries import State, mask_of
from canhgiac.engines.lookup.keys import BadKeyError, Key, Kind, key_of
from canhgiac.indicators.models import Partner
from canhgiac.indicators.selectors.knowngood import KnownGoods
from canhgiac.indicators.selectors.lookup import NO_RECORD, Hit, lookup
from canhgiac.indicators.selectors.partners import Caller, caller_of
from canhgiac.indicators.selectors.tags import TAG_WORDS
from canhgiac.kit import clock

from .partners import Use, partner_use_add
from .sightings import Report, sightings_add

REASONS: Final[Mapping[int, tuple[str, ...]]] = {
    1: ("mule",),
    2: ("account_sale",),
    3: ("account_sale",),
    4: ("mule",),
    5: ("mule",),
    6: ("hacked_account",),
    7: ("list",),
    8: ("shopping",),
    9: (),
    10: ("mule",),
    11: ("hacked_account",),
}
"""The eleven reasons for which banks report cards and accounts (Circular 45/2025/TT-NHNN, appendix 02), in the words of
our register. The numbers are those that a bank's system already has; nothing of it goes to or comes from SIMO."""
BULK = 500
"""Keys of one query of a bulk question."""
MOST_REPORTS = 1000
EARLIEST = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
"""What is said to be seen before is a mistake of a clock."""
_DAY, _MINUTE = 86_400, 60


class PartnerRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The call is refused: HTTP status, why in Vietnamese, and after how many seconds to come again (0: not)."""

    def __init__(self, status: int, message: str, retry_after: int = 0) -> None:
        super().__init__(message)
        self.status, self.retry_after = status, retry_after


def partner_enter(*, key: str, scope: str, route: str) -> Caller | None:
    """Lets a program in that presents ``key``, and counts the call. None for a key that nobody has.

    Raises PartnerRefused: 403 for a suspended partner and for a missing scope, which it names; 429 above the quota of
    the minute. Refusals are counted too.
    """
    caller = caller_of(key)
    if caller is None:
        return None
    try:
        _admit(caller, scope)
    except PartnerRefused:
        partner_use_add([Use(caller.token.pk, caller.partner.pk, route, refused=1)])
        raise
    return caller


def _admit(caller: Caller, scope: str) -> None:
    partner = caller.partner
    if partner.suspended_at is not None:
        raise PartnerRefused(403, _("Đối tác đang tạm ngừng. Hãy liên hệ cơ quan thường trực."))
    if scope not in caller.scopes:
        told = {"scope": scope, "label": Partner.Scope(scope).label}
        raise PartnerRefused(403, _("Mã thiếu phạm vi %(scope)s (%(label)s).") % told)
    if not quota_take(limit=Limit("partner-minute", partner.per_minute, _MINUTE), address=f"partner:{partner.pk}"):
        raise PartnerRefused(429, _("Vượt hạn mức mỗi phút."), _left(_MINUTE))


def partner_used(*, caller: Caller, route: str, asked: int, found: int) -> None:
    """Notes what a call asked and found: counts by the hour."""
    partner_use_add([Use(caller.token.pk, caller.partner.pk, route, asked=asked, found=found)])


def _day_take(caller: Caller, route: str, times: int) -> None:
    limit = Limit("partner-day", caller.partner.per_day, _DAY)
    if not quota_take(limit=limit, address=f"partner:{caller.partner.pk}", times=times):
        partner_use_add([Use(caller.token.pk, caller.partner.pk, route, refused=1)])
        raise PartnerRefused(429, _("Vượt hạn mức mỗi ngày."), _left(_DAY))


def _left(seconds: int) -> int:
    """Seconds until the stretch of a quota ends."""
    return seconds - int(clock.now().timestamp()) % seconds


# Asking --------------------------------------------------------------------------------------------------------------


def partner_check(*, caller: Caller, kind: str, text: str, bank: str = "") -> dict[str, Any]:
    """What is known of one thing. Raises BadKeyError, PartnerRefused."""
    key = key_of(kind, text, bank=bank)
    _day_take(caller, "check", 1)
    hit = lookup([key]).get(key)
    partner_used(caller=caller, route="check", asked=1, found=int(hit is not None))
    return told(key, hit)


def partner_check_many(*, caller: Caller, rows: Sequence[Mapping[str, Any] | str]) -> Iterator[list[dict[str, Any]]]:
    """Answers in the order of the questions, some hundred at a time; a question at fault has "error" in its place.

    Raises PartnerRefused at once, before the first answer.
    """
    _day_take(caller, "bulk", len(rows))
    return _answers(caller, rows)


def _answers(caller: Caller, rows: Sequence[Mapping[str, Any] | str]) -> Iterator[list[dict[str, Any]]]:
    source, found = iter(enumerate(rows, 1)), 0
    while batch := list(islice(source, BULK)):
        keys = [(number, _key(row)) for number, row in batch]
        hits = lookup([key for _number, key in keys if isinstance(key, Key)])
        found += len(hits)
        yield [
            {"n": number, "error": key} if isinstance(key, str) else {"n": number, **told(key, hits.get(key))}
            for number, key in keys
        ]
    partner_used(caller=caller, route="bulk", asked=len(rows), found=found)


def _key(row: Mapping[str, Any] | str) -> Key | str:
    """The key of a question, or why there is none."""
    try:
        if isinstance(row, str):
            kind, _colon, value = row.partition(":")
            return key_of(kind, value)
        return key_of(str(row.get("kind", "")), str(row.get("value", "")), bank=str(row.get("bank") or ""))
    except BadKeyError as error:
        return str(error)


def told(key: Key, hit: Hit | None) -> dict[str, Any]:
    """An answer as programs read it; where there is no record, the sentence that nobody reads as a promise."""
    asked = {"kind": key.kind.value, "value": key.value, "found": hit is not None}
    if hit is None:
        return {
            **asked, "state": "none", "label": _("Chưa có trong sổ"), "tags": [], "reasons": [], "first": None,
            "last": None, "sightings": 0, "sources": 0, "age_days": None, "by_range": False, "sentence": str(NO_RECORD),
        }  # fmt: skip
    codes = {str(words): code for code, words in TAG_WORDS.items()}
    return {
        **asked, "state": hit.state.name.lower(), "label": hit.label, "tags": [codes.get(one, one) for one in hit.tags],
        "reasons": list(hit.tags), "first": hit.first.isoformat(), "last": hit.last.isoformat(),
        "sightings": hit.sightings, "sources": hit.sources, "age_days": hit.age_days, "by_range": hit.by_range,
        "sentence": hit.sentence,
    }  # fmt: skip


class Band(StrEnum):
    """Amounts of a transfer in dong; ten million is where a face is checked (Decision 2345/QĐ-NHNN)."""

    UNDER_10M = "under_10m"
    TO_100M = "10m_to_100m"
    OVER_100M = "over_100m"


class Advice(StrEnum):
    """What a bank does with the answer; it decides, we advise."""

    NONE = "none"
    SHOW = "show"
    SHOW_AND_WAIT = "show_and_wait"


_BEFORE_PAYING = gettext_lazy(
    "Hãy dừng lại, gọi hỏi người nhận qua số bạn đã biết từ trước rồi mới quyết định. Không ai có quyền giục bạn."
)


def partner_transfer(*, caller: Caller, account: str, bank: str, band: Band) -> dict[str, Any]:
    """The answer at the moment of a transfer: state, reasons, age, advice, a sentence to show the payer.

    An account known only by reports asks the payer to wait from ten million dong and two kinds of source on; a
    confirmed one always. Raises BadKeyError, PartnerRefused.
    """
    key = key_of(Kind.ACCOUNT, account, bank=bank)
    _day_take(caller, "transfer", 1)
    hit = lookup([key]).get(key)
    partner_used(caller=caller, route="transfer", asked=1, found=int(hit is not None))
    answer = told(key, hit)
    advice = _advice(hit, band)
    shown = answer["sentence"] if advice is Advice.NONE else f"{answer['sentence']} {_BEFORE_PAYING}"
    names = ("found", "state", "label", "tags", "reasons", "age_days")
    return {**{name: answer[name] for name in names}, "advice": advice.value, "sentence": shown}


def _advice(hit: Hit | None, band: Band) -> Advice:
    if hit is None or hit.state is State.KNOWN_GOOD:
        return Advice.NONE
    grave = hit.state is State.CONFIRMED or (band is not Band.UNDER_10M and hit.sources >= 2)
    return Advice.SHOW_AND_WAIT if grave else Advice.SHOW


# Telling -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a partner saw. ``ref``: the partner's own number of it: the same one sent twice counts once."""

    ref: str
    kind: str
    value: str
    bank: str = ""
    at: dt.datetime | None = None
    reasons: Sequence[int] = ()
    tags: Sequence[str] = ()
    area: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a partner's reports: new, said before, and those refused with the reason."""

    new: int
    again: int
    refused: list[tuple[str, str]]


def partner_report(*, caller: Caller, rows: Sequence[Told]) -> Taken:
    """Takes what a partner saw into the register. Idempotent by ``ref``; a row at fault does not stop the others.

    Raises PartnerRefused.
    """
    _day_take(caller, "report", len(rows))
    with transaction.atomic():
        return _take(caller, rows)


def _take(caller: Caller, rows: Sequence[Told]) -> Taken:
    partner, good = caller.partner, KnownGoods()
    areas = dict(Area.objects.filter(code__in={row.area for row in rows if row.area}).values_list("code", "pk"))
    reports: list[Report] = []
    refused: list[tuple[str, str]] = []
    for row in rows:
        try:
            report = _report(partner, row, areas)
            owner = good.owner(report.key)
            if owner is not None:
                raise ValueError(_("Địa chỉ chính thức của %s: không nhận vào sổ.") % owner)
            reports.append(report)
        except ValueError as error:  # BadKeyError is one
            refused.append((row.ref, str(error)))
    added = sightings_add(reports)
    partner_used(caller=caller, route="report", asked=len(rows), found=added.new)
    facts = {"new": added.new, "again": added.again, "refused": len(refused), "token": caller.token.pk}
    audit_record(by=caller.token.member, act="indicators.partner_report", subject=partner, facts=facts)
    return Taken(added.new, added.again, refused)


def _report(partner: Partner, row: Told, areas: Mapping[str, int]) -> Report:
    """Raises ValueError with a Vietnamese sentence."""
    key = key_of(row.kind, row.value, bank=row.bank)
    if unknown := [reason for reason in row.reasons if reason not in REASONS]:
        raise ValueError(_("Lý do phải từ 1 đến 11, không phải %s.") % unknown[0])
    try:
        tags = mask_of([*row.tags, *_codes(row.reasons)])
    except ValueError:
        raise ValueError(_("Có nhãn không nằm trong danh mục.")) from None
    if row.at is not None and row.at < EARLIEST:
        raise ValueError(_("Thời điểm quá xa trong quá khứ."))
    if row.area and row.area not in areas:
        raise ValueError(_("Không có địa bàn mang mã %s.") % row.area[:20])
    return Report(
        key,
        partner.kind,
        row.at or clock.now(),
        agency_id=partner.agency_id,
        area_id=areas.get(row.area),
        tags=tags,
        origin=f"indicators.partner:{partner.pk}:{row.ref}",
    )


def _codes(reasons: Iterable[int]) -> list[str]:
    return [code for reason in reasons for code in REASONS[reason]]


def partner_export(*, caller: Caller, form: str, kinds: Sequence[str]) -> None:
    """Notes that a partner takes the register in one piece. Raises PartnerRefused above the quota of the day."""
    _day_take(caller, "export", 1)
    with transaction.atomic():
        partner_used(caller=caller, route=f"export-{form}", asked=1, found=1)
        facts = {"form": form, "kinds": sorted(kinds), "token": caller.token.pk}
        audit_record(by=caller.token.member, act="indicators.partner_export", subject=caller.partner, facts=facts)
