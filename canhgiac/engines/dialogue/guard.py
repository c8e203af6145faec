"""Whether words that somebody else wrote may stand for ours: nothing in them that our own do not hold.

Made for what an outside model rephrased. It refuses too much rather than too little: what is refused is replaced by our
own words, which stand anyway.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from canhgiac.engines.recognition.words import listed
from canhgiac.kit.text import fold

LONGEST = 1.6
"""How many times as long as ours, and as many letters more as ``ROOM``, it may be."""
ROOM = 120
KEPT_FIRST = 0.75
"""Share of our first sentence's words that its beginning must hold: there stands what to do, or not to do, first."""
KNOWN = 0.7
"""Share of a sentence's telling words that must be ours: below it the sentence claims something else."""
_DIGITS = re.compile(r"\d+(?:[ .,\-/]\d+)*")
_HOST = re.compile(r"(?:https?://\S+|www\.\S+|(?<![\w@.])(?:[\w-]+\.)+[a-z]{2,12}(?!\w))", re.IGNORECASE)
_LAW = re.compile(r"\b(?:dieu|khoan|nghi dinh|thong tu|bo luat|luat|quyet dinh|chi thi)\b(?: so)?(?: [\w/.-]+){0,3}")
_NAME = re.compile(r"(?<![.!?:;“\"\n] )(?<!^)(?<!\n)\b[A-ZÀ-ỸĐ][\wÀ-ỹ]*(?: [A-ZÀ-ỸĐ][\wÀ-ỹ]*)*")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]?")
_WORD = re.compile(r"[a-z]+")
_MARKUP = re.compile(r"[<>{}\[\]`|]|\*\*|^#", re.MULTILINE)
_CALMS = (
    *("an toan", "yen tam", "an tam", "tin duoc", "dang tin", "uy tin", "khong sao", "hop phap", "chinh chu", "vo hai"),
    *("khong phai lua", "khong lua", "binh thuong", "dung lo", "khong co gi", "la that", "that day"),
)
_BLAMES = ("toi pham", "thu pham", "ke lua", "ten lua", "pham toi", "lua dao la", "ke gian la", "bon lua")
_RISKS = (
    *("chuyen tien", "chuyen khoan", "doc ma", "gui ma", "cung cap ma", "bam link", "bam vao", "cai ung dung"),
    *("tai ung dung", "goi lai", "gui anh", "nhap mat khau", "nap tien", "dong phi", "dat coc", "quet ma", "nhap ma"),
    "chia se man hinh",
)
_NOT = frozenset(listed("dung khong chua chang cho ngung tranh"))
_SMALL = frozenset(
    listed(
        "la va thi cua cho co duoc bi o de khi nay kia gi nao nhu the nhung cac mot toi minh ban hay se da dang rat "
        "nhe a voi tu den vao ra len xuong cung con neu vi nen ma do day roi theo ve trong ngoai hon nua lai luon "
        "ngay can phai xin vui long giup giu"
    )
)
"""Words that claim nothing by themselves."""


def refusal(told: str, *, ours: Sequence[str]) -> str:
    """Why the words may not be shown; empty where they may.

    ``ours``: everything that may be said, the paragraph to act on first. Answers number, link, law, name, safe, blame,
    risk, first, claim, long or markup.
    """
    told = unicodedata.normalize("NFC", told)
    whole = "\n".join(ours)
    known, said = f" {_plain(whole)} ", f" {_plain(told)} "
    checks = (
        ("markup", bool(_MARKUP.search(told))),
        ("long", len(told) > LONGEST * len(whole) + ROOM),
        ("link", bool(_hosts(told) - _hosts(whole))),
        ("number", bool(_numbers(told) - _numbers(whole))),
        ("law", any(law not in known for law in _laws(told))),
        ("safe", any(_adds(word, said, known) for word in _CALMS)),
        ("blame", any(_adds(word, said, known) for word in _BLAMES)),
        ("risk", bool(_urges(told) - _urges(whole))),
        ("name", any(f" {_plain(name)} " not in known for name in _NAME.findall(told))),
        ("first", not _keeps_first(told, ours)),
        ("claim", any(_is_new(sentence, known) for sentence in _SENTENCE.findall(told))),
    )
    return next((code for code, holds in checks if holds), "")


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w/]+", fold(text)))


def _hosts(text: str) -> set[str]:
    return {found.casefold().rstrip("./,") for found in _HOST.findall(text)}


def _numbers(text: str) -> set[str]:
    return {re.sub(r"\D", "", found) for found in _DIGITS.findall(text)}


def _laws(text: str) -> list[str]:
    """What is cited, as far as a number stands in it."""
    return [found for found in _LAW.findall(_plain(text)) if any(char.isdigit() for char in found)]


def _adds(word: str, said: str, known: str) -> bool:
    return said.count(f" {word} ") > known.count(f" {word} ")


def _urges(text: str) -> set[str]:
    """Dangerous acts that a sentence names without a "don't" before them, each with the word it follows."""
    found = set()
    for sentence in re.split(r"[.!?\n;]+", text):
        words = f" {_plain(sentence)} "
        for risk in _RISKS:
            at = words.find(f" {risk} ")
            before = words[:at].split() if at >= 0 else []
            if at >= 0 and not _NOT & set(before):
                found.add(" ".join([*before[-1:], risk]))
    return found


def _keeps_first(told: str, ours: Sequence[str]) -> bool:
    """Whether the beginning still says what our first sentence does, with its "don't"s."""
    if not ours:
        return True
    first = _SENTENCE.findall(ours[0].strip())
    wanted = _plain(" ".join(first[:2])).split()
    telling = [word for word in wanted if word not in _SMALL or word in _NOT]
    beginning = _plain(told[: len(" ".join(first[:2])) * 2 + 40]).split()
    if not telling:
        return True
    return sum(word in beginning for word in telling) >= KEPT_FIRST * len(telling)


def _is_new(sentence: str, known: str) -> bool:
    words = [word for word in _WORD.findall(_plain(sentence)) if word not in _SMALL]
    return len(words) > 2 and sum(f" {word} " in known for word in words) < KNOWN * len(words)
