"""Whom to call about a message: the real line of each bank it names, and the province's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from canhgiac.agencies.selectors import province
from canhgiac.engines.recognition import Verdict
from canhgiac.engines.recognition.brands import BANKS, WALLETS
from canhgiac.kit.text import fold
from canhgiac.library.models import Contact
from canhgiac.library.selectors.contacts import banks, phones_told

from .found import Found

_BY_WORD = {word: brand.name for brand in (*BANKS, *WALLETS) for word in brand.words}
_MOST = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A real line to call. Without ``phones`` the caller is told to use the number on the card."""

    name: str
    phones: tuple[str, ...] = ()
    hours: str = ""
    note: str = ""
    source: str = ""
    checked_on: dt.date | None = None
    is_confirmed: bool = False
    """Whether a second person of the province compared it."""
    is_bank: bool = False


def lines_for(verdict: Verdict, things: Sequence[Found]) -> tuple[Line, ...]:
    """The banks named, then the province's line. Two queries, one when no bank is named."""
    lines = [line_of_bank(name, contact) for name, contact in _contacts(banks_named(verdict, things)).items()]
    profile = province()
    if profile.hotline:
        lines.append(
            Line(_("Đường dây Cảnh Giác"), (profile.hotline,), profile.hotline_hours, is_confirmed=True),
        )
    return tuple(lines)


def banks_named(verdict: Verdict, things: Sequence[Found]) -> list[str]:
    """Banks and wallets that a message names: by its accounts, its words, whose name its links wear."""
    names = [thing.bank for thing in things if thing.bank]
    names += [_BY_WORD[word] for word in verdict.words if word in _BY_WORD]
    for entity in verdict.entities:
        if entity.host and entity.host.brand and entity.host.brand.kind in {"bank", "wallet"}:
            names.append(entity.host.brand.name)
    return list(dict.fromkeys(names))[:_MOST]


def line_of_bank(name: str, contact: Contact | None) -> Line:
    """A bank's line; its numbers are told when somebody compared or confirmed them (``phones_told``)."""
    phones = phones_told(contact) if contact else []
    if contact is None or not phones:
        return Line(name, is_bank=True, note=_("gọi số in sau thẻ hoặc trong ứng dụng của ngân hàng"))
    return Line(
        called(contact),
        tuple(map(spaced, phones)),
        contact.hours,
        contact.note,
        contact.source,
        contact.checked_on,
        contact.confirmed_at is not None,
        is_bank=True,
    )


def called(contact: Contact) -> str:
    """The name people use for it."""
    return contact.short_names[0] if contact.short_names else contact.name


def spaced(phone: str) -> str:
    """A hotline as people read it out.

    >>> spaced("1900545413"), spaced("18001234"), spaced("069 219 4053"), spaced("113")
    ('1900 545 413', '1800 1234', '069 219 4053', '113')
    """
    if phone[:4] not in {"1800", "1900"} or not phone.isdigit():
        return phone
    rest = phone[4:]
    return f"{phone[:4]} {rest[:3]} {rest[3:]}" if len(rest) > 4 else f"{phone[:4]} {rest}"


def _contacts(names: Collection[str]) -> dict[str, Contact | None]:
    """Each name with the bank's entry in the register of lines. One query, none without names."""
    if not names:
        return {}
    known = {fold(name): row for row in banks() for name in (row.name, *row.short_names)}
    return {name: known.get(fold(name)) for name in names}
