"""Likeness of texts: which clause of one document answers which clause of another."""

from .clauses import ClauseIndex, Likeness

__all__ = ["ClauseIndex", "Likeness"]
