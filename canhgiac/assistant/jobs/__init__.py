"""Jobs of the assistant: imported here, so that the queue finds them."""

from . import talks

__all__ = ["talks"]
