"""An index in memory: a few hundred documents, answered in a fraction of a millisecond.

BM25F (Robertson, Zaragoza 2009): what a word weighs in a document is the sum over its fields, each with its weight and
its length taken into account, before it is saturated. Neighbouring words count as words of their own, because a
syllable of Vietnamese without marks says little and two of them say much. Everything that does not depend on the
question is worked out when the index is built.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .words import EMPTY, Word, words_of

K1 = 1.2
"""How soon more of the same word stops counting."""
B = 0.6
"""How much the length of a field counts, 0 to 1."""
PAIR = 0.7
"""What two neighbours weigh beside the words themselves."""
MARKED = 0.3
"""Added where the marks agree too."""


@dataclass(frozen=True, slots=True)
class Document:
    """Something to find. ``fields`` holds each field's texts by the field's name."""

    id: str
    kind: str
    fields: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found."""

    id: str
    kind: str
    score: float
    held: float
    """Share of the question's weight that stands in the document, 0 to 1."""


@dataclass(slots=True)
class Index:
    """Documents ready to be asked for. Never changed after it was built, so many may read at once."""

    documents: list[Document]
    _weights: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    """Term to each document that holds it and what it adds there."""
    _idf: dict[str, float] = field(default_factory=dict)
    _place: dict[str, int] = field(default_factory=dict)

    @classmethod
    def build(cls, documents: Iterable[Document], *, weights: Mapping[str, float]) -> Index:
        """The index of the documents; ``weights`` of their fields by name, 1 where none is given."""
        rows = list(documents)
        index = cls(rows, _place={row.id: number for number, row in enumerate(rows)})
        counted = [{name: _terms_of(texts) for name, texts in row.fields.items()} for row in rows]
        lengths: defaultdict[str, list[int]] = defaultdict(list)
        for fields in counted:
            for name, terms in fields.items():
                lengths[name].append(terms.total())
        mean = {name: (sum(all_) / len(all_)) or 1.0 for name, all_ in lengths.items()}
        found: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, fields in enumerate(counted):
            sums: defaultdict[str, float] = defaultdict(float)
            for name, terms in fields.items():
                share = weights.get(name, 1.0) / (1 - B + B * terms.total() / mean[name])
                for term, times in terms.items():
                    sums[term] += share * times
            for term, value in sums.items():
                found[term].append((number, value))
        for term, places in found.items():
            idf = math.log(1 + (len(rows) - len(places) + 0.5) / (len(places) + 0.5))
            index._idf[term] = idf
            index._weights[term] = [
                (number, idf * _share_of(term) * value * (K1 + 1) / (value + K1)) for number, value in places
            ]
        return index

    def find(
        self,
        query: str | Sequence[Word],
        *,
        likely: Mapping[str, float] | None = None,
        most: int = 5,
    ) -> list[Hit]:
        """The documents that answer the question best, best first; none where no word of it stands anywhere.

        ``query``: as typed, or its words where somebody read them already. ``likely``: ids that something else takes
        for the answer, each with what that adds.
        """
        terms = _asked(words_of(query, typed=True) if isinstance(query, str) else query)
        scores: defaultdict[int, float] = defaultdict(float)
        held: defaultdict[int, float] = defaultdict(float)
        whole = 0.0
        for term in terms:
            places = self._weights.get(term)
            if term[0] not in "+~":
                idf = self._idf.get(term, _UNKNOWN)
                whole += idf
                for number, weight in places or ():
                    scores[number] += weight
                    held[number] += idf
            elif places:
                for number, weight in places:
                    scores[number] += weight
        for id_, more in (likely or {}).items():
            if (place := self._place.get(id_)) is not None:
                scores[place] += more
        rows = self.documents
        best = sorted(
            ((score, number) for number, score in scores.items()),
            key=lambda pair: (-pair[0], pair[1]),
        )[:most]
        return [
            Hit(rows[number].id, rows[number].kind, round(score, 4), round(held[number] / (whole or 1.0), 4))
            for score, number in best
        ]


_UNKNOWN = 2.0
"""What a word weighs that stands in no document: the question asks for something else too."""


def _share_of(term: str) -> float:
    return PAIR if term[0] == "+" else MARKED if term[0] == "~" else 1.0


def _terms_of(texts: Iterable[str]) -> Counter[str]:
    terms: Counter[str] = Counter()
    for text in texts:
        terms.update(_terms(words_of(text)))
    return terms


def _terms(words: Sequence[Word]) -> list[str]:
    """The words, those with marks once more as written ("~công"), and each two neighbours ("+cong an")."""
    terms = [word.folded for word in words]
    terms += [f"~{word.marked}" for word in words if word.marked != word.folded]
    terms += [f"+{a.folded} {b.folded}" for a, b in pairwise(words)]
    return terms


def _asked(words: Sequence[Word]) -> list[str]:
    """The terms of a question, each once; words that say nothing only where there are no others."""
    terms = dict.fromkeys(_terms(words))
    telling = [term for term in terms if term not in EMPTY and not _is_empty_pair(term)]
    return telling if any(term[0] not in "+~" for term in telling) else list(terms)


def _is_empty_pair(term: str) -> bool:
    return term[0] == "+" and all(part in EMPTY for part in term[1:].split())
