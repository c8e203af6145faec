"""Jobs of training: imported here, so that the queue finds them."""

from . import bank, courses, drills, papers

__all__ = ["bank", "courses", "drills", "papers"]
