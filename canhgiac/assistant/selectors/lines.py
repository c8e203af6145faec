"""Whom to call about a message: the real line of each bank it names, and the province's own."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from canhgiac.agencies.models import Province
from canhgiac.agencies.selectors import province
from canhgiac.engines.recognition import Verdict
from canhgiac.engines.recognition.brands import BANKS, WALLETS
from canhgiac.kit.text import fold
from canhgiac.library.models import Contact
from canhgiac.library.selectors.contacts import banks, phones_told

from .found import PHONE, Found

_BY_WORD = {word: brand.name for brand in (*BANKS, *WALLETS) for word in brand.words}
_MOST = 3
_MOBILE = re.compile(r"\+?(?:84|0)[35789]\d{8}")


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


def lines_of(names: Sequence[str]) -> tuple[Line, ...]:
    """The banks of these names, then the province's line. Two queries, one without a bank."""
    lines = [line_of_bank(name, contact) for name, contact in _contacts(names).items()]
    own = own_line(province())
    return (*lines, own) if own else tuple(lines)


def own_line(profile: Province) -> Line | None:
    """The province's own line; None where it has none."""
    if not profile.hotline:
        return None
    return Line(_("Đường dây Cảnh Giác"), (profile.hotline,), profile.hotline_hours, is_confirmed=True)


def with_owners(things: Sequence[Found]) -> list[Found]:
    """The things, and of each number that people may be given from the register of lines whose it is.

    One query, none where no number could be one: mobiles are nobody's line.
    """
    asked = {thing.value for thing in things if thing.kind == PHONE and not _MOBILE.fullmatch(thing.value)}
    if not asked:
        return list(things)
    rows = Contact.objects.filter(phones__overlap=sorted(asked), is_retired=False).order_by("position", "pk")
    owners = {number: _owner(row, number) for row in reversed(rows) for number in phones_told(row)}
    return [_owned(thing, owners[thing.value]) if thing.value in owners else thing for thing in things]


def _owner(row: Contact, number: str) -> str:
    """The name said of a number: the full one where the short one is the number itself."""
    short = called(row)
    return row.name if short == number or short.isdigit() else short


def _owned(thing: Found, owner: str) -> Found:
    told = _(
        "Trong danh bạ của chúng tôi, số này là của %(owner)s. Tự bấm số mà gọi thì tới đúng nơi; "
        "người gọi tới hiện số này vẫn có thể là giả."
    ) % {"owner": owner}
    return replace(thing, told=told, owner=owner)


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
