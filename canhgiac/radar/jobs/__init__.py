"""Jobs of the radar: imported here, so that the queue finds them."""

from . import rounds

__all__ = ["rounds"]
