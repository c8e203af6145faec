"""What pages of the two homes are asked with."""

from .desk import DeskForm

__all__ = ["DeskForm"]
