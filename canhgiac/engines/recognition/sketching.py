"""A message made ready to be sketched: the same trick with other numbers, links and names becomes the same words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from canhgiac.engines.similarity.sketch import sketch

from .tokens import Place, Tokens, take_apart
from .words import listed

NAME = "<name>"
COVER = "•••"
_FAMILY = frozenset(
    listed(
        "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh doan trinh mai dao lam luong "
        "truong ta ha chau to cao thai quach nong vi lo giang ma hua trieu luu vuong dam la nghiem tang diep kieu"
    )
)
_TITLES = frozenset(listed("anh chi ong ba co chu bac em chau thay"))
_LONGEST_NAME = 4
"""Words of a full name, the family name among them."""
_CLASS = re.compile(r"<n\d+>")


def plain_words(message: str) -> list[str]:
    """The message's words without marks, hidden words put together again, with class words where it differs each time.

    "Anh Nguyễn Văn An ơi, chuyển 500k vào 0900 000 001" and "Chị Lê Thị Bích ơi, chuyển 2tr vào 0900000002" become the
    same but for the title.
    """
    tokens = take_apart(message)
    words = _without_names(tokens) if _may_have_names(message) else tokens.words
    return [_class_word(word) for word in words]


def sketch_of(message: str, *, key: bytes) -> bytes:
    """The message's sketch (``similarity.sketch``), or ``b""`` where it says too little to be compared."""
    return sketch(plain_words(message), key=key)


def covered(message: str) -> str:
    """The message with what names or reaches a person covered by dots: numbers of six digits and more, mail addresses,
    full names, names behind a title. Links stay, since they are what a warning is about."""
    tokens = take_apart(message)
    spans = [
        tokens.source(one.start, one.end)
        for one in tokens.entities
        if one.kind in {"phone", "account", "number", "email"}
    ]
    if _may_have_names(message):
        spans += [tokens.source(start, end) for start, end in _names(tokens)]
    made: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if start >= at:
            made += (tokens.text[at:start], COVER)
            at = end
    return "".join((*made, tokens.text[at:]))


def _class_word(word: str) -> str:
    if word[0] != "<":
        return word
    if word.startswith("<link:"):
        return "<link>"
    return "<number>" if _CLASS.fullmatch(word) or word in {"<phone>", "<landline>"} else word


def _may_have_names(message: str) -> bool:
    """Whether capital letters tell anything: a text in capitals alone does not say what is a name."""
    return any(char.isupper() for char in message) and any(char.islower() for char in message)


def _without_names(tokens: Tokens) -> Sequence[str]:
    """The words, where a name becomes one word."""
    words, places = tokens.words, tokens.places
    made: list[str] = []
    at = 0
    while at < len(words):
        end = _name_end(tokens, words, places, at)
        made.append(NAME if end > at else words[at])
        at = max(end, at + 1)
    return made


def _names(tokens: Tokens) -> Iterator[Place]:
    """Where names stand in the plain text."""
    words, places = tokens.words, tokens.places
    at = 0
    while at < len(words):
        end = _name_end(tokens, words, places, at)
        if end > at:
            yield places[at][0], places[end - 1][1]
        at = max(end, at + 1)


def _name_end(tokens: Tokens, words: list[str], places: list[Place], at: int) -> int:
    """Where the name that begins at ``at`` ends: a family name with more behind it, or one word behind a title;
    ``at`` itself where none begins."""
    if not _capitalised(tokens, places, at):
        return at
    if words[at] not in _FAMILY:
        behind_title = at > 0 and words[at - 1] in _TITLES and not _starts_sentence(tokens, places, at)
        return at + 1 if behind_title else at
    end = at + 1
    while end < min(len(words), at + _LONGEST_NAME) and _capitalised(tokens, places, end):
        if _starts_sentence(tokens, places, end):
            break  # a comma or a line stands between
        end += 1
    return end if end > at + 1 else at


def _capitalised(tokens: Tokens, places: list[Place], at: int) -> bool:
    if at >= len(places):
        return False
    start, end = tokens.source(*places[at])
    return end > start and unicodedata.category(tokens.text[start]) == "Lu"


def _starts_sentence(tokens: Tokens, places: list[Place], at: int) -> bool:
    return at > 0 and tokens.plain[places[at - 1][1] : places[at][0]].strip(" ") != ""
