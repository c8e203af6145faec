"""Marks in front of a clause: "Phần I", "II.", "1.", "1.1.", "a)", "-", "+", "Điều 3."."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .bodies import UPPER

# Depth of each kind in the usual order of Decree 30/2020 and of plans in practice.
RANK = {
    "annex": 0,
    "part": 1,
    "upper": 2,
    "roman": 3,
    "article": 4,
    "arabic": 5,
    "dotted2": 6,
    "dotted3": 7,
    "dotted4": 8,
    "half": 9,
    "letter": 10,
    "letter2": 11,
    "paren": 12,
    "dash": 13,
    "bullet": 13,
    "plus": 14,
}

_LABEL = re.compile(
    r"(?P<annex>(?:PHỤ LỤC|Phụ lục|PHỤ BIỂU|Phụ biểu|BIỂU SỐ|Biểu số)(?:\s{1,3}(?:số\s{1,2})?(?:[IVX]{1,5}|\d{1,2}|"
    r"[A-E]))?\b[.:]?)(?=\s|$)"
    r"|(?P<part>(?:PHẦN|Phần|CHƯƠNG|Chương|MỤC|Mục|TIỂU MỤC|Tiểu mục)\s{1,3}(?:(?:thứ|THỨ)\s\w{2,6}|[IVX]{1,5}|"
    r"\d{1,2}|[A-E])\b[.:]?)"
    r"|(?P<article>(?:Điều|ĐIỀU)\s{1,3}\d{1,3}\s?[.:])"
    r"|(?P<mission>(?:Nhiệm vụ|NHIỆM VỤ)\s\d{1,2}\s?[.:])"
    rf"|(?P<roman>[IVX]{{1,5}}\s?[.)/](?!v)(?=\s|[{UPPER}\d“\"]|$)|[IVX]{{1,5}}\s?[-–]\s|"
    rf"[IVX]{{1,5}}\s+(?=[{UPPER}]{{2}}))"
    rf"|(?P<upper>[A-H]\s?[.)]\s+(?=[{UPPER}])|[A-H]\s?[-–]\s+(?=[{UPPER}]))"
    r"|(?P<dotted4>\d{1,2}\.\d{1,2}\.\d{1,2}\.\d{1,2}\s?[.)]?\s+(?=\D))"
    r"|(?P<dotted3>\d{1,2}\.\d{1,2}\.\d{1,2}\s?[.)]?\s+(?=\D))"
    rf"|(?P<dotted2>\d{{1,2}}\.\d{{1,2}}\s?[.)]\s*(?=\D)|\d{{1,2}}\.\d{{1,2}}\s+(?=[{UPPER}“\"(]))"
    rf"|(?P<arabic>\d{{1,3}}\s?\.(?:\s+|(?=[{UPPER}“\"]))|\d{{1,2}}\s?[/-]\s+(?=[{UPPER}]))"
    r"|(?P<half>\d{1,2}\s?\)\s*)"
    rf"|(?P<one>l\.\s+(?=[{UPPER}]))"
    r"|(?P<letter2>[a-zđ]\.?\d{1,2}\s?[.)]\s*)"
    rf"|(?P<letter>[a-zđ]\s?\)\s*|[a-zđ]\.\s+(?=[{UPPER}]))"
    r"|(?P<paren>\(\d{1,2}\)\s*|\([a-zđivx]{1,4}\)\s*)"
    r"|(?P<dash>[-–—−‐‑](?!\d)\s*(?=\S))"
    r"|(?P<plus>\+\s*(?=\S))"
    rf"|(?P<bullet>[•●▪■◦○·►➢✓✔❖*]\s*(?=\S)|o\s+(?=[{UPPER}]))"
)


@dataclass(frozen=True, slots=True)
class Label:
    """``text`` as printed without its dot or bracket, ``end`` where the clause's own words begin."""

    kind: str
    text: str
    end: int
    number: int | None
    """Its place in its series (II: 2, đ: 5), where the kind has one."""


_LETTERS = "abcdđeghiklmnopqrstuvxy"


def _number(kind: str, text: str) -> int | None:
    if kind in {"roman", "part"}:
        last = text.rsplit(maxsplit=1)[-1]
        if re.fullmatch(r"[IVX]+", last):
            values = [{"I": 1, "V": 5, "X": 10}[c] for c in last]
            return sum(-v if n + 1 < len(values) and values[n + 1] > v else v for n, v in enumerate(values))
        return int(last) if last.isdigit() else None
    if kind in {"arabic", "half", "article", "mission"}:
        digits = re.search(r"\d+", text)
        return int(digits[0]) if digits else None
    if kind == "letter":
        return _LETTERS.find(text[0]) + 1 or None
    if kind.startswith("dotted"):
        return int(text.rsplit(".", 1)[-1])
    return None


def read_label(text: str) -> Label | None:
    """The mark at the start of a clause, None where there is none."""
    found = _LABEL.match(text)
    if not found or not found.lastgroup:
        return None
    kind = found.lastgroup
    mark = found[0].strip()
    if kind == "mission":
        # "Nhiệm vụ 1: …" is a heading of the same depth as "1." and keeps its words.
        return Label("arabic", mark.rstrip(".: "), found.end(), _number(kind, mark))
    if kind == "one":
        # OCR reads "1." as "l."; the mark stays as printed.
        return Label("arabic", mark.rstrip("."), found.end(), 1)
    printed = mark if kind in {"dash", "plus", "bullet"} else mark.rstrip(".:)/- –").lstrip("(")
    return Label(kind, printed, found.end(), _number(kind, printed))
