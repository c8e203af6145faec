"""Jobs of the library: imported here, so that the queue finds them."""

from . import doubts, editions, handbooks, recognition, takings

__all__ = ["doubts", "editions", "handbooks", "recognition", "takings"]
