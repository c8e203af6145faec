"""Jobs of the tips: imported here, so that the queue finds them."""

from . import retention

__all__ = ["retention"]
