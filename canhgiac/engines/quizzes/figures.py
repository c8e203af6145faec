"""What the answers tell of a question: classical item analysis.

Sources: Ebel, Frisbie, "Essentials of Educational Measurement" (bounds of discrimination); Kelley 1939 (groups of 27
per cent). Everything is a pure function of numbers that the caller counted.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from .items import Item

LEAST = 30
"""Answers below which a figure says little; ``words`` says so and nothing else."""
GROUP = 0.27
"""Share of the lowest and of the highest sitting that are compared (Kelley 1939)."""
TOO_EASY, TOO_HARD = 0.95, 0.20
"""Mean share of points above, below which a question tells people hardly apart."""
WEAK, REVERSED = 0.15, -0.05
"""Discrimination below which a question should be looked at; below which the good ones get it wrong."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many chose an option: in all, in the lower and the upper group."""

    all: int = 0
    lower: int = 0
    upper: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one edition of a question; None where the answers do not say."""

    answers: int
    ease: float | None
    discrimination: float | None
    choices: Mapping[str, Count] = field(default_factory=dict)


def ease(points: Sequence[float]) -> float | None:
    """The mean share of the points, 0 (nobody) to 1 (everybody); None without answers."""
    return math.fsum(points) / len(points) if points else None


def discrimination(points: Sequence[float], totals: Sequence[float]) -> float | None:
    """Corrected item-total correlation, -1 to 1: of this question's points with the rest of the same sitting's.

    ``totals`` are the sittings' points this question's included; they are taken out here, since otherwise a question
    is compared with itself. None where all answered alike or the rest was alike. Raises ValueError for unequal lengths.
    """
    if len(points) != len(totals):
        raise ValueError("one total for each answer")
    if len(points) < 2:
        return None
    rest = [total - own for own, total in zip(points, totals, strict=True)]
    mean_own, mean_rest = math.fsum(points) / len(points), math.fsum(rest) / len(rest)
    own_off, rest_off = [one - mean_own for one in points], [one - mean_rest for one in rest]
    spread = math.sqrt(math.fsum(one * one for one in own_off) * math.fsum(one * one for one in rest_off))
    if spread < 1e-12:
        return None
    together = math.fsum(own * other for own, other in zip(own_off, rest_off, strict=True))
    return max(-1.0, min(1.0, together / spread))


def groups(totals: Sequence[float]) -> tuple[frozenset[int], frozenset[int]]:
    """Places of the lower and the upper 27 per cent by total, at least one each; both empty below four sittings."""
    if len(totals) < 4:
        return frozenset(), frozenset()
    size = max(1, round(len(totals) * GROUP))
    order = sorted(range(len(totals)), key=lambda place: (totals[place], place))
    return frozenset(order[:size]), frozenset(order[-size:])


def distractors(item: Item, chosen: Sequence[Collection[str]], totals: Sequence[float]) -> dict[str, Count]:
    """Each option's key (or spot's, or "true", "scam" …) to how many chose it; those that nobody chose stand at 0.

    ``chosen``: for each sitting the keys given, in the order of ``totals``. Raises ValueError for unequal lengths.
    """
    if len(chosen) != len(totals):
        raise ValueError("one total for each answer")
    lower, upper = groups(totals)
    counts = {key: [0, 0, 0] for key in keys_of(item)}
    for place, keys in enumerate(chosen):
        for key in {one for one in keys if one in counts}:
            counts[key][0] += 1
            counts[key][1] += place in lower
            counts[key][2] += place in upper
    return {key: Count(*three) for key, three in counts.items()}


def keys_of(item: Item) -> tuple[str, ...]:
    """What can be chosen in this kind of question; empty for those without a choice (order, match, short)."""
    if item.kind in ("single", "multiple"):
        return tuple(one.key for one in item.options)
    if item.kind == "hotspot":
        return tuple(one.key for one in item.spots)
    return {"true_false": ("true", "false"), "verdict": ("scam", "genuine")}.get(item.kind, ())


def words(item: Item, figures: Figures) -> tuple[str, ...]:
    """What an editor should know, in plain Vietnamese, the gravest first; empty where there is nothing to say."""
    if figures.answers < LEAST:
        return (f"Mới có {figures.answers} lượt trả lời; cần ít nhất {LEAST} lượt để nhận xét.",)
    told: list[str] = []
    if figures.discrimination is not None and figures.discrimination < REVERSED:
        told.append("Người giỏi lại sai nhiều hơn: xem lại đáp án và cách hỏi.")
    elif figures.discrimination is not None and figures.discrimination < WEAK and not _at_an_end(figures):
        told.append("Câu này chưa phân biệt được người nắm vững và người chưa nắm.")
    if figures.ease is not None and figures.ease >= TOO_EASY:
        told.append("Quá dễ: gần như ai cũng đúng.")
    if figures.ease is not None and figures.ease <= TOO_HARD:
        told.append("Quá khó: rất ít người đúng; xem lại câu hỏi và bài học.")
    return (*told, *_of_choices(item, figures))


def _at_an_end(figures: Figures) -> bool:
    """Where nearly all are right or wrong, a low correlation says nothing new."""
    return figures.ease is not None and not TOO_HARD < figures.ease < TOO_EASY


def _of_choices(item: Item, figures: Figures) -> list[str]:
    told = []
    names = shown_names(item)
    for key in keys_of(item):
        count = figures.choices.get(key)
        if count is None or key in item.right:
            continue
        if not count.all and len(names) > 2:
            told.append(f"{names[key]} không ai chọn: thay bằng một phương án dễ nhầm hơn.")
        elif count.upper > count.lower and count.upper >= 3:
            told.append(f"{names[key]} sai nhưng người giỏi hay chọn: xem lại cách viết.")
    return told


def shown_names(item: Item) -> dict[str, str]:
    """Each key as an editor knows it: "Phương án A", "Vùng “nút Chuyển tiền”", "Đúng"."""
    if item.kind == "hotspot":
        return {one.key: f"Vùng “{one.label}”" for one in item.spots}
    fixed = {"true": "Trả lời “Đúng”", "false": "Trả lời “Sai”", "scam": "“Lừa đảo”", "genuine": "“Tin thật”"}
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return {key: fixed.get(key, f"Phương án {letters[place % 26]}") for place, key in enumerate(keys_of(item))}
