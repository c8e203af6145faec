"""A secret split into shares that people write down: any ``threshold`` of them give it back, fewer give nothing.

Shamir's scheme (How to Share a Secret, CACM 22, 1979) over GF(256) with the polynomial of AES (FIPS 197). A share is
printed in groups of four of Crockford's base-32 letters, which leave out I, L, O and U: what is misread as one of them
is read back right.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

MOST_SHARES = 16
_VERSION = 1
_CHECK = 4
_SET = 4
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ = {letter: place for place, letter in enumerate(_LETTERS)} | {"I": 1, "L": 1, "O": 0}
_GROUP = 4


class BadShareError(Exception):
    """A share is mistyped, of another set, or there are too few; the message says which in Vietnamese."""


def _tables() -> tuple[list[int], list[int]]:
    """Powers and logarithms to the generator 3."""
    powers, logs = [0] * 510, [0] * 256
    value = 1
    for power in range(255):
        powers[power] = powers[power + 255] = value
        logs[value] = power
        doubled = value << 1
        value ^= doubled ^ (0x11B if doubled & 0x100 else 0)
    return powers, logs


_POWERS, _LOGS = _tables()


def _times(first: int, second: int) -> int:
    return _POWERS[_LOGS[first] + _LOGS[second]] if first and second else 0


def _over(first: int, second: int) -> int:
    return _POWERS[_LOGS[first] + 255 - _LOGS[second]] if first else 0


@dataclass(frozen=True, slots=True)
class _Share:
    threshold: int
    place: int
    series: bytes
    data: bytes


def split_secret(secret: bytes, *, shares: int, threshold: int) -> list[str]:
    """``shares`` texts, of which any ``threshold`` give the secret back. 2 ≤ threshold ≤ shares ≤ 16, else ValueError.

    Inside is a digest of the secret, so that a false result is noticed, and in each share one of the share.
    """
    if not 2 <= threshold <= shares <= MOST_SHARES:
        message = "2 <= threshold <= shares <= 16"
        raise ValueError(message)
    series = secrets.token_bytes(_SET)
    checked = secret + hashlib.sha256(secret).digest()[:_CHECK]
    columns = [bytes([byte]) + secrets.token_bytes(threshold - 1) for byte in checked]
    return [
        _written(_Share(threshold, place, series, bytes(_at(column, place) for column in columns)))
        for place in range(1, shares + 1)
    ]


def _at(coefficients: Sequence[int], place: int) -> int:
    """The polynomial's value (Horner)."""
    value = 0
    for coefficient in reversed(coefficients):
        value = _times(value, place) ^ coefficient
    return value


def join_secret(texts: Iterable[str]) -> bytes:
    """The secret of enough shares. Raises BadShareError, naming the share (from 1) that is at fault."""
    shares: dict[int, _Share] = {}
    for number, text in enumerate(texts, start=1):
        share = _read(text, number)
        if shares and share.series != next(iter(shares.values())).series:
            raise BadShareError(_("Mảnh thứ %d thuộc bộ khác, không ghép được với các mảnh kia.") % number)
        shares[share.place] = share
    if not shares:
        raise BadShareError(_("Chưa có mảnh nào."))
    threshold = next(iter(shares.values())).threshold
    if len(shares) < threshold:
        raise BadShareError(
            _("Cần %(need)d mảnh khác nhau, mới có %(have)d.") % {"need": threshold, "have": len(shares)}
        )
    chosen = list(shares.values())[:threshold]
    checked = bytes(_secret_byte(chosen, column) for column in range(len(chosen[0].data)))
    secret, check = checked[:-_CHECK], checked[-_CHECK:]
    if hashlib.sha256(secret).digest()[:_CHECK] != check:
        raise BadShareError(_("Các mảnh không khớp nhau. Kiểm tra lại từng mảnh."))
    return secret


def _secret_byte(shares: Sequence[_Share], column: int) -> int:
    """Lagrange's interpolation at 0."""
    value = 0
    for share in shares:
        weight = 1
        for other in shares:
            if other.place != share.place:
                weight = _times(weight, _over(other.place, other.place ^ share.place))
        value ^= _times(weight, share.data[column])
    return value


def share_digest(text: str) -> str:
    """SHA-256 of a share however it was typed, in hexadecimal: to recognise it without keeping it."""
    return hashlib.sha256(_bytes_of(text) or text.encode()).hexdigest()


def _written(share: _Share) -> str:
    body = bytes([_VERSION, share.threshold, share.place]) + share.series + share.data
    whole = body + hashlib.sha256(body).digest()[:_CHECK]
    bits = int.from_bytes(whole, "big")
    count = -(-len(whole) * 8 // 5)
    letters = "".join(_LETTERS[bits >> 5 * place & 31] for place in reversed(range(count)))
    return "-".join(letters[at : at + _GROUP] for at in range(0, count, _GROUP))


def _bytes_of(text: str) -> bytes | None:
    letters = [char for char in text.upper() if char not in "-– " and not char.isspace()]
    if not letters or any(char not in _READ for char in letters):
        return None
    bits = 0
    for char in letters:
        bits = bits << 5 | _READ[char]
    size = len(letters) * 5 // 8
    return bits.to_bytes(size, "big") if bits.bit_length() <= size * 8 else None


def _read(text: str, number: int) -> _Share:
    whole = _bytes_of(text) or b""
    body, check = whole[:-_CHECK], whole[-_CHECK:]
    head = 3 + _SET
    if len(body) <= head + _CHECK or hashlib.sha256(body).digest()[:_CHECK] != check or body[0] != _VERSION:
        raise BadShareError(_("Mảnh thứ %d gõ chưa đúng. So lại từng nhóm bốn ký tự với tờ giấy.") % number)
    return _Share(body[1], body[2], body[3:head], body[head:])
