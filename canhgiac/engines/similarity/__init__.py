"""Likeness of texts: which clause of one document answers which clause of another."""

from .answers import Answer, Clause, answers
from .clauses import ClauseIndex, Likeness

__all__ = ["Answer", "Clause", "ClauseIndex", "Likeness", "answers"]
