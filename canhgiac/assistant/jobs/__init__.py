"""Jobs of the assistant: imported here, so that the queue finds them."""

from . import gaps, talks

__all__ = ["gaps", "talks"]
