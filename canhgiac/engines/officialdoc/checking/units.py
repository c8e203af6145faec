"""Lengths of Word in millimetres and points. What is not a number counts as absent: files come from anywhere."""

from __future__ import annotations

import re

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = W + "val"
_MEASURE = re.compile(r"\s*(-?\d{1,9}(?:\.\d{1,6})?)\s*(mm|cm|in|pt|pc|pi)?\s*$")
_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "pc": 25.4 / 6, "pi": 25.4 / 6}
_OFF = frozenset({"0", "false", "off", "none"})


def length(text: str | None, *, per_unit: float = 25.4 / 1440) -> float | None:
    """Millimetres of a bare number (twentieths of a point unless said otherwise) or of a measure such as "1cm"."""
    found = _MEASURE.match(text or "")
    if found is None:
        return None
    return float(found[1]) * (_MM[found[2]] if found[2] else per_unit)


def points(text: str | None, *, per_unit: float = 1 / 20) -> float | None:
    """Points of a bare number (twentieths unless said otherwise) or of a measure."""
    found = length(text, per_unit=per_unit * 25.4 / 72)
    return None if found is None else found * 72 / 25.4


def is_on(element: etree._Element | None) -> bool | None:
    """Value of a toggle such as w:b; None where absent."""
    return None if element is None else str(element.get(VAL, "1")) not in _OFF


def value(element: etree._Element | None) -> str | None:
    """The w:val of an element."""
    return None if element is None else element.get(VAL)
