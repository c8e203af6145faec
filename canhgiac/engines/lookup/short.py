"""The short way of a look-up: what partners' programs ask by the thousand, answered in one function.

It tells what the long way tells (``answers.answer``), only sooner, or nothing: then the long way has to be gone.
Between two requests all else goes through the processor's cache, so a step costs what code and data it touches, several
times what it costs in a loop: nothing is called here that can be written out, and what stays the same is bound once.
"""

from __future__ import annotations

import struct
from binascii import unhexlify
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING

from .accounts import WALLET_BINS
from .answers import DAYS_TOLD, JSON_HEAD, NOT_FOUND, STATES_TOLD, TAGS_TOLD
from .entries import EPOCH, MARK, Meta
from .index import Index
from .partners import Partners
from .phones import range_values
from .writing import META, PAIR

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

PATH = "/v1/check/"
"""What stands before kind and value."""
_PHONE, _ACCOUNT = f"{PATH}phone/+84", f"{PATH}account/"
_PHONE_FOUND, _ACCOUNT_FOUND = (b'{"found":true,"kind":"%b","value":"' % kind for kind in (b"phone", b"account"))
ShortWay = Callable[["Scope", "HTTPProtocol"], bool]


def no_short_way(_scope: Scope, _proto: HTTPProtocol) -> bool:
    """Without an index all go the long way, which says why."""
    return False


def short_way(index: Index, today: int, partners: Partners) -> ShortWay:
    """A function that answers a request and counts it, or gives False and has done nothing.

    It answers for a Vietnamese mobile number and an account with its bank, asked in canonical form by a partner known
    from before; not where more than the key itself has a say: a range of numbers, the same account without its bank,
    a change since the index was written. ``today``: as ``date.toordinal`` counts.
    """
    mapped, changes, ranges = index.base.map, index.changes, index.ranges
    phone_shift, phones, phone_directory = index.base.sections["phone"]
    account_shift, accounts, account_directory = index.base.sections["account"]
    find, ends, meta, first = mapped.find, PAIR.unpack_from, META.unpack_from, struct.Struct(">I28x").unpack
    entry, record, now = PAIR.size, META.size, today - EPOCH
    phone_at, account_at = len(_PHONE), len(_ACCOUNT)

    def tell(scope: Scope, proto: HTTPProtocol) -> bool:  # noqa: PLR0911  # each leads to the long way
        path = scope.path
        try:
            partner = partners.checking[scope.headers["authorization"]]  # type: ignore[index]  # not in its stub
        except KeyError:
            return False
        if partner.used >= partner.most or scope.method != "GET" or scope.query_string or not path.isascii():
            return False
        if path[:phone_at] == _PHONE:
            home = path[phone_at:]
            if len(home) != 9 or home[0] not in "35789" or not home.isdigit():
                return False
            marked = unhexlify(f"ff01{home}eff")
            (where,) = first(sha256(f"phone:+84{home}".encode()).digest())
            at, rows = ends(mapped, phone_directory + entry * (where >> phone_shift))
            at, rows = at + phones, rows + phones
            if (ranges and _covered(home, ranges)) or (changes and changes.find("phone", where, marked)):
                return False
            head, value_at = _PHONE_FOUND, phone_at - 3
        else:
            bank, number = path[account_at : account_at + 6], path[account_at + 7 :]
            other = path[:account_at] != _ACCOUNT or path[account_at + 6 : account_at + 7] != ":" or bank in WALLET_BINS
            if other or not 5 <= len(number) <= 19 or not (bank + number).isdigit():
                return False
            marked = unhexlify(f"ff04{bank}{number}eff" if len(number) & 1 else f"ff04{bank}{number}ff")
            (where,) = first(sha256(f"account:*:{number}".encode()).digest())
            at, rows = ends(mapped, account_directory + entry * (where >> account_shift))
            at, rows = at + accounts, rows + accounts
            bankless = b"\xff\x05" + marked[5:]
            if find(bankless, at, rows) >= 0 or (changes and any(changes.find_two("account", where, marked, bankless))):
                return False
            head, value_at = _ACCOUNT_FOUND, account_at
        partner.used += 1
        count = partner.single
        count.short += 1
        found = find(marked, at, rows)
        if found < 0:
            told = NOT_FOUND
        else:
            count.found += 1
            state, tags, begun, last, times = meta(mapped, rows + record * mapped[at:found].count(MARK))
            told = b'%b%b",%b%b,"first":"%b","last":"%b","age_days":%d,"sightings":%d}' % (
                head,
                path[value_at:].encode(),
                STATES_TOLD[state],
                TAGS_TOLD[tags],
                DAYS_TOLD[begun * 10 : begun * 10 + 10],
                DAYS_TOLD[last * 10 : last * 10 + 10],
                now - last if now > last else 0,
                times,
            )
        proto.response_bytes(200, JSON_HEAD, told)
        return True

    return tell


def _covered(home: str, ranges: dict[str, Meta]) -> bool:
    return any(wide in ranges for wide in range_values(f"+84{home}"))
