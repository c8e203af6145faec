"""Jobs of training: imported here, so that the queue finds them."""

from . import bank, certificates, contests, courses, drills, papers

__all__ = ["bank", "certificates", "contests", "courses", "drills", "papers"]
