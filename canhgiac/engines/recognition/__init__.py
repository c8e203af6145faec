"""Judges a message: what it is made of, what it does to its reader, which scam form it looks like, and why.

Texts: ``judge``; pictures: ``pictures.read_picture``; payment codes: ``vietqr.read_vietqr``.
"""

from .build import build
from .model import Model
from .official import Official, OwnMessages
from .reasons import CALMING, REASON_CODES, Reason
from .verdict import DANGER, OFFICIAL, SUSPICIOUS, UNCLEAR, Verdict, judge

__all__ = [
    "CALMING",
    "DANGER",
    "OFFICIAL",
    "REASON_CODES",
    "SUSPICIOUS",
    "UNCLEAR",
    "Model",
    "Official",
    "OwnMessages",
    "Reason",
    "Verdict",
    "build",
    "judge",
]
