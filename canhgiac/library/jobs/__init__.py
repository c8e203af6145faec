"""Jobs of the library: imported here, so that the queue finds them."""

from . import doubts, recognition, takings

__all__ = ["doubts", "recognition", "takings"]
