"""Sums of money as people tell them: "15 củ", "2 tỷ rưỡi", "mười lăm triệu", "500k"."""

# ruff: noqa: E501  # a pattern or a list of words is read whole
from __future__ import annotations

import re
from typing import NamedTuple

_DIGIT = {
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "tu": 4,
    "nam": 5,
    "lam": 5,
    "nham": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
    "mươi": 10,
    "khong": 0,
}
_NUMBER_WORD = "mot|hai|ba|bon|tu|nam|lam|nham|sau|bay|tam|chin|muoi|tram|chuc|linh|le|ham"
_UNITS = {
    **dict.fromkeys(("k", "nghin", "ngan", "ng", "ka", "canh"), 1_000),
    **dict.fromkeys(("lit", "xi", "loet", "tram"), 100_000),
    **dict.fromkeys(("tr", "trieu", "triu", "cu", "chai", "m", "million", "millions", "mil"), 1_000_000),
    **dict.fromkeys(("ty", "ti", "billion"), 1_000_000_000),
    **dict.fromkeys(("d", "dong", "vnd", "vnđ", "dg"), 1),
}
_UNITS["canh"] = 100_000
_UNIT = r"trieu|triu|tr|millions?|mil|billion|cu|chai|nghin|ngan(?! ?hang)|ng|k|lit|xi|loet|canh|ty|ti|vnd|dong|d|m"
_SUM = re.compile(
    rf"(?<![\w.,])(?<!may )(?<!vai )(?:(?P<figure>\d{{1,3}}(?:[.,]\d{{3}}){{1,4}}|[1-9]\d{{0,2}}(?: \d{{3}}){{2,3}}(?= ?(?:d|dong|vnd)\b)|\d{{1,13}}(?:[.,]\d{{1,2}})?)"
    rf"(?: ?(?:-|den|toi) ?\d{{1,4}}(?=\s?(?:{_UNIT})(?![a-z])))?(?: ?may)?(?P<tens> ?(?:chuc|tram))?"
    rf"|(?P<half>nua)(?= )|(?P<words>(?:{_NUMBER_WORD})(?: (?:{_NUMBER_WORD}))*)(?= ))"
    rf"\s?(?P<unit>{_UNIT})(?![a-z])(?:(?P<glued>\d{{1,3}})(?!\w|[.,]\d)| ?(?P<rest>ruoi|\d{{1,3}}(?!\d|[.,]\d|\s?(?:h|p|g|gio|phut|tieng|ngay|thang|nam|lan|nguoi|so|tuan)\b)|"
    rf"(?:{_NUMBER_WORD})(?: (?:muoi|tram|chuc|lam|mot|nam))?(?= (?:{_UNIT})\b| ?(?:$|[.,!?\n])| (?:roi|luon|nha|nhe|cho|qua|vo|vao|bo|ma|de|dua|gui|chuyen|nap|dong|thi|cua|tien|trong|o)\b)))?"
    rf"(?P<after>(?<=\d|[a-z])\s?(?:k|nghin|ngan(?! ?hang)|trieu|tr)(?![a-z]))?"
)
_WHOLE = re.compile(r"(?<![\w.,*/-])(\d{1,3}(?:[.,]\d{3}){1,4}|[1-9]\d*0000)(?![\w*/]|[.,]\d)")
"""A sum without its unit: "mất 5.000.000", "ck 2500000"."""
_DIGIT_WORD = "mot|hai|ba|bon|tu|nam|sau|bay|tam|chin"
_LAST = r"(?= ?(?:$|[.,;!?\n)])| (?:roi|luon|nha|nhe|cho|qua|vo|vao|ma|de|thi|tien|nua|thoi|do|dong|cua|lan|xong|het|mat|a|bac|trong)\b)"
"""What may follow a sum whose unit is left out: anything else is what is counted ("hai trăm người")."""
_ONE = re.compile(
    rf"(?<![\w.,])(?<!cong )(?<!may )(?:(?P<ruoi>(?:trieu|cu|chai|ty) ruoi)|(?P<unit>trieu|ty) (?P<rest>{_DIGIT_WORD}){_LAST})(?!\w)"
)
"""One of a unit, not told: "triệu rưỡi", "tỷ hai"."""
_UNTOLD = re.compile(
    rf"(?<![\w.,])(?:(?P<hundreds>\d|{_DIGIT_WORD}) tram(?P<half> ruoi)?|(?P<one>tram ruoi)"
    rf"|(?:mat|het|hon|gan|bay) (?P<tens>\d|{_DIGIT_WORD}) chuc){_LAST}"
)
"""A sum without its unit, taken for one only where no other is told: "hai trăm" is thousands, "mất ba chục" millions."""


class Sum(NamedTuple):
    """An amount in đồng and where it stands in the folded text."""

    dong: int
    start: int
    end: int


def sums_in(folded: str) -> list[Sum]:
    """Every amount of money in a text in letters without marks, in order.

    >>> [one.dong for one in sums_in("chuyen 5tr roi them 2 ty ruoi, muoi lam trieu, 500 ngan, 1tr2")]
    [5000000, 2500000000, 15000000, 500000, 1200000]
    """
    found: list[Sum] = []
    at = 0
    while match := _SUM.search(folded, at):
        dong = _dong(match)
        if dong:
            found.append(Sum(dong, *match.span()))
        at = match.end() if dong else match.start() + 1  # "ba dong 250 ngan": she paid 250
    found += _left_out(folded, found)
    taken = [(one.start, one.end) for one in found]
    for match in _WHOLE.finditer(folded):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            dong = int(re.sub(r"\D", "", match[1]))
            if 10_000 <= dong <= 10**12 and not (match[1].isdigit() and len(match[1]) > 9):
                found.append(Sum(dong, *match.span()))
    return sorted(found, key=lambda one: one.start)


def _left_out(folded: str, found: list[Sum]) -> list[Sum]:
    """Sums with their number left out; where there is no sum at all, those with their unit left out."""
    taken = {one.start for one in found} | {one.end for one in found}
    ones = [
        Sum(
            _UNITS[words[0]] * 3 // 2 if match["ruoi"] else _UNITS[words[0]] * (10 + _DIGIT[words[1]]) // 10,
            *match.span(),
        )
        for match in _ONE.finditer(folded)
        for words in [match[0].split()]
        if match.start() not in taken and not any(one.start <= match.start() < one.end for one in found)
    ]
    if found or ones:
        return ones
    return [Sum(_untold(match), *match.span()) for match in _UNTOLD.finditer(folded)]


def _untold(match: re.Match[str]) -> int:
    if match["one"]:
        return 150_000
    told = match["hundreds"] or match["tens"]
    many = int(told) if told.isdigit() else _DIGIT[told]
    return many * 10_000_000 if match["tens"] else many * 100_000 + (50_000 if match["half"] else 0)


def _dong(match: re.Match[str]) -> int:
    unit = _UNITS[match["unit"]]
    if match["half"]:
        many = 0.5
    elif match["words"]:
        said = number_of(match["words"].split())
        if said is None:
            return 0
        many = float(said)
    else:
        tens = (match["tens"] or "").strip()
        many = _figure(match["figure"], unit) * (100 if tens == "tram" else 10 if tens else 1)
    if unit == 1 and many < 1000:
        return 0  # "5 d": a street, a grade
    dong = round(many * unit)
    rest = match["glued"] or match["rest"]
    if rest and unit >= 1000:
        dong += _rest(rest, unit, match["after"] or "")
    return dong if dong <= 10**15 else 0


def _figure(written: str, unit: int) -> float:
    if " " in written:
        return float(written.replace(" ", ""))
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", written) and not (unit >= 10**6 and len(written) <= 7 and "," in written):
        return float(re.sub(r"\D", "", written))
    return float(written.replace(",", "."))


def _rest(rest: str, unit: int, after: str) -> int:
    """What stands after the unit: "5tr2" is 200 nghìn more, "1 tỷ 250" 250 triệu, "2 triệu rưỡi" half a million."""
    if rest == "ruoi":
        return unit // 2
    many = int(rest) if rest.isdigit() else number_of(rest.split()) or 0
    if after.strip():
        return many * _UNITS[after.strip()]
    figures = len(rest) if rest.isdigit() else len(str(many))
    return many * unit // int(10**figures)


def number_of(words: list[str]) -> int | None:
    """A number below a thousand told in words; None where they are not one.

    >>> number_of("hai tram nam muoi lam".split()), number_of(["chuc"]), number_of("muoi hai".split())
    (255, 10, 12)
    """
    total, last = 0, None
    for word in words:
        if word == "tram":
            total, last = total + (1 if last is None else last) * 100, None
        elif word == "muoi" and last is not None:
            total, last = total + last * 10, None
        elif word in {"muoi", "chuc"}:
            total, last = total + (last or 1) * 10, None
        elif word == "ham":
            total, last = total + 20, None  # "hăm lăm"
        elif word in {"linh", "le"}:
            continue
        elif last is not None:
            total, last = total + last * 10, _DIGIT[word]  # "hai lăm"
        else:
            last = _DIGIT[word]
    total += last or 0
    return total or None
