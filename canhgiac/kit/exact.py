"""JSON whose numbers keep every digit: an amount of money must not be rounded on its way through a float."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

_MARK = "\0"
"""No text that PostgreSQL can keep holds it, so nobody can write a marked number as a text."""
_MARKED = re.compile(r'"\\u0000(-?\d+(?:\.\d+)?)\\u0000"')


class ExactEncoder(json.JSONEncoder):
    """Writes a Decimal as a plain JSON number, ``1234567890123.45``, never in powers of ten."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"ensure_ascii": True, "allow_nan": False})

    def default(self, o: Any) -> Any:
        """Marks a finite Decimal for :meth:`encode`. Raises TypeError for what JSON does not know."""
        if isinstance(o, Decimal) and o.is_finite():
            return f"{_MARK}{o:f}{_MARK}"
        return super().default(o)

    def encode(self, o: Any) -> str:
        """The document as text."""
        return _MARKED.sub(r"\1", super().encode(o))


class ExactDecoder(json.JSONDecoder):
    """Reads a number with a fraction as a Decimal, a whole one as an int."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"parse_float": Decimal})


def plain(value: Decimal) -> int | Decimal:
    """The number as it is kept: a whole one as an int, else without zeros at its end.

    >>> plain(Decimal("1240.00")), plain(Decimal("0.50"))
    (1240, Decimal('0.5'))
    """
    if value == value.to_integral_value():
        return int(value)
    return value.normalize()
