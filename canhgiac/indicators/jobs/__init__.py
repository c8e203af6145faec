"""Jobs of the register: imported here, so that the queue finds them."""

from . import lists

__all__ = ["lists"]
