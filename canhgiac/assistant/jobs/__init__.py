"""Jobs of the assistant: imported here, so that the queue finds them."""

from . import duty, gaps, talks

__all__ = ["duty", "gaps", "talks"]
