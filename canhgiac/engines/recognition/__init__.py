"""Judges a message: what it is made of, what it does to its reader, which scam form it looks like, and why."""

from .build import build
from .model import Model
from .verdict import DANGER, OFFICIAL, SUSPICIOUS, UNCLEAR, Reason, Verdict, judge

__all__ = [
    "DANGER",
    "OFFICIAL",
    "SUSPICIOUS",
    "UNCLEAR",
    "Model",
    "Reason",
    "Verdict",
    "build",
    "judge",
]
