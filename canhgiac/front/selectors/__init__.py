"""What the staff frame and the staff home show."""

from .desk import Desk, desk
from .nav import Nav
from .parts import Part, part_for, parts_shown

__all__ = ["Desk", "Nav", "Part", "desk", "part_for", "parts_shown"]
