"""Jobs of the activities: imported here, so that the queue finds them."""

from . import counting, reached, training

__all__ = ["counting", "reached", "training"]
