"""The two homes: the public one for everybody, the staff one behind the login; and what every page's frame needs."""

from .public import public_shell
from .staff import shell, vietnamese_first

__all__ = ["public_shell", "shell", "vietnamese_first"]
