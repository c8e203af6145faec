"""Understands what a person types to the assistant: which act they want, with which particulars, over several turns.

Pure: no Django, no database. What is answered is not said here.
"""

from .understanding import understand
from .understood import ACTS, Loss, Memory, Slots, Understood

__all__ = ["ACTS", "Loss", "Memory", "Slots", "Understood", "understand"]
