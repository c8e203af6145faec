"""Jobs of the library: imported here, so that the queue finds them."""

from . import recognition, takings

__all__ = ["recognition", "takings"]
