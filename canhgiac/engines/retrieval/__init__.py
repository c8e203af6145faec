"""Finds which text answers a question: BM25 with weighted fields, marks folded, short forms and synonyms joined; and
which thing known people's own words are about, learned from sentences."""

from .index import Document, Hit, Index
from .telling import NONE, sentences, speaks_for
from .words import EMPTY, SAME, Word, joined, words_of

__all__ = [
    "EMPTY",
    "NONE",
    "SAME",
    "Document",
    "Hit",
    "Index",
    "Word",
    "joined",
    "sentences",
    "speaks_for",
    "words_of",
]
