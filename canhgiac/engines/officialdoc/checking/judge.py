"""Questions that several rules ask of a line."""

from __future__ import annotations

from ..writing.metrics import width, wrapped
from .pages import Para
from .report import Notes


def points_words(size: float) -> str:
    """13.0 as "13", 13.5 as "13,5"."""
    return f"{size:g}".replace(".", ",")


def wrong_sizes(line: Para, low: float, high: float) -> list[float]:
    """Sizes of its letters outside ``low`` to ``high`` points."""
    pieces = [piece for piece in line.pieces if piece.text.strip()] or line.pieces
    sizes = {round(piece.look.size, 2) for piece in pieces}
    return sorted(size for size in sizes if not low <= size <= high)


def size_is(notes: Notes, line: Para, low: float, high: float, name: str) -> None:
    """Letters of a size from ``low`` to ``high`` points."""
    wrong = wrong_sizes(line, low, high)
    if wrong:
        asked = f"cỡ {points_words(low)}" if low == high else f"cỡ {points_words(low)} đến {points_words(high)}"
        notes.breaks(f"{name} cỡ {', '.join(map(points_words, wrong))}", asked, line.text, line.number)


def look_is(notes: Notes, line: Para, name: str, *, bold: bool, italic: bool) -> None:
    """Bold or not, italic or upright, throughout."""
    for wanted, on, off, ask in (
        ("bold", "đậm", "không đậm", bold),
        ("italic", "nghiêng", "đứng", italic),
    ):
        kept = line.all_of(wanted) if ask else line.none_of(wanted)
        if not kept:
            notes.breaks(
                f"{name} kiểu chữ {off if ask else on}", f"kiểu chữ {on if ask else off}", line.text, line.number
            )


def is_capitals(notes: Notes, line: Para, name: str) -> None:
    """Capital letters throughout."""
    if line.text != line.text.upper():
        notes.breaks(f"{name} có chữ thường", "in hoa", line.text, line.number)


def is_centred(notes: Notes, line: Para, name: str) -> None:
    """Centred in its column."""
    if line.form.align != "center":
        notes.breaks(f"{name} không canh giữa", "canh giữa", line.text, line.number)


def has_rule(notes: Notes, line: Para, name: str, low: float, high: float) -> None:
    """A line below the words, ``low`` to ``high`` of their length; a length that the file keeps silent passes."""
    underlined = all(p.look.underline for p in line.pieces if p.text.strip())
    share = "dài bằng dòng chữ" if low > 0.5 else "dài 1/3 đến 1/2 dòng chữ"
    if line.rule is None and not underlined:
        notes.breaks(
            f"{name} không có đường kẻ bên dưới", f"có đường kẻ ngang, nét liền, {share}", line.text, line.number
        )
        return
    length = words_width(line)
    drawn = length if underlined else line.rule
    if drawn and length and not low - 0.12 <= drawn / length <= high + 0.12:
        notes.breaks(f"đường kẻ dưới {name} dài {drawn / length:.0%} dòng chữ", share, line.text, line.number)


def words_width(line: Para) -> float:
    """Millimetres of the longest printed line of the words."""
    look = line.look
    lines = wrapped(line.text, look.size, line.width, bold=look.bold) if line.width > 0 else [line.text]
    return max(width(each, look.size, bold=look.bold) for each in lines)
