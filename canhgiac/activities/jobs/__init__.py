"""Jobs of the activities: imported here, so that the queue finds them."""

from . import counting, reached

__all__ = ["counting", "reached"]
