"""Jobs of the reports: imported here, so that the queue finds them."""

from . import consolidations, rounds

__all__ = ["consolidations", "rounds"]
