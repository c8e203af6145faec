"""Finds which text answers a question: BM25 with weighted fields, marks folded, short forms and synonyms joined."""

from .index import Document, Hit, Index
from .words import EMPTY, SAME, Word, joined, words_of

__all__ = ["EMPTY", "SAME", "Document", "Hit", "Index", "Word", "joined", "words_of"]
