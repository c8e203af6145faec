"""Widths of Times New Roman, which Tinos and Liberation Serif share, to draw lines as long as words."""

from __future__ import annotations

import unicodedata

# Advance of each character from space to "~" in thousandths of the size.
_REGULAR = (
    "250 333 408 500 500 833 778 180 333 333 500 564 250 333 250 278 500 500 500 500 500 500 500 500 500 500 278 278 "
    "564 564 564 444 921 722 667 667 722 611 556 722 722 333 389 722 611 889 722 722 556 722 667 556 611 722 722 944 "
    "722 722 611 333 278 333 469 500 333 444 500 444 500 444 333 500 500 278 278 500 278 778 500 500 500 500 333 389 "
    "278 500 500 722 500 500 444 480 200 480 541"
)
_BOLD = (
    "250 333 555 500 500 1000 833 278 333 333 500 570 250 333 250 278 500 500 500 500 500 500 500 500 500 500 333 333 "
    "570 570 570 500 930 722 667 722 722 667 611 778 778 389 500 778 667 944 722 778 611 778 722 556 667 722 722 1000 "
    "722 722 667 333 278 333 581 500 333 500 556 444 556 444 333 500 556 278 333 556 278 833 556 500 556 556 444 389 "
    "333 556 500 722 500 500 444 394 220 394 520"
)
_OTHERS = (
    {"đ": 500, "Đ": 722, "ơ": 529, "ư": 542, "Ư": 776, "–": 500, "—": 1000, "“": 444, "”": 444, "…": 1000},
    {"đ": 556, "Đ": 722, "ơ": 554, "ư": 600, "Ư": 796, "–": 500, "—": 1000, "“": 500, "”": 500, "…": 1000},
)
_TABLES = tuple(tuple(map(int, table.split())) for table in (_REGULAR, _BOLD))
_MM_PER_POINT = 25.4 / 72
_HORN = "\u031b"


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Millimetres that ``text`` takes on one line at ``size`` points; marks add nothing, unknown letters 0.6 em."""
    table, others = _TABLES[bold], _OTHERS[bold]
    total = 0
    for char in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", char)
        base = parts[0]
        whole = unicodedata.normalize("NFC", base + _HORN) if _HORN in parts else base
        place = ord(base) - 32
        total += others.get(whole) or (table[place] if 0 <= place < len(table) else 600)
    return total / 1000 * size * _MM_PER_POINT


def balanced(text: str, size: float, room: float, *, bold: bool = False) -> float:
    """The least room in which ``text`` takes no more lines than in ``room``: its lines are then about as long."""
    lines = len(wrapped(text, size, room, bold=bold))
    low, high = 0.0, room
    while lines > 1 and high - low > 0.5:
        middle = (low + high) / 2
        fits = len(wrapped(text, size, middle, bold=bold)) == lines
        low, high = (low, middle) if fits else (middle, high)
    return high


def wrapped(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """The lines that ``text`` takes in ``room`` millimetres, filled word by word."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(longer, size, bold=bold) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
