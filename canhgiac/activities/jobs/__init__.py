"""Jobs of the activities: imported here, so that the queue finds them."""

from . import counting

__all__ = ["counting"]
