"""Jobs of the library: imported here, so that the queue finds them."""

from . import doubts, handbooks, recognition, takings

__all__ = ["doubts", "handbooks", "recognition", "takings"]
