"""What the staff frame and the staff home show."""

from .desk import Desk, desk
from .nav import Nav

__all__ = ["Desk", "Nav", "desk"]
