"""Understands what a person types to the assistant: which act they want, with which particulars, over several turns.

Pure: no Django, no database. What is answered is not said here.
"""

from .understanding import TOGETHER, understand
from .understood import ACTS, Loss, Memory, Slots, Understood

__all__ = ["ACTS", "TOGETHER", "Loss", "Memory", "Slots", "Understood", "understand"]
