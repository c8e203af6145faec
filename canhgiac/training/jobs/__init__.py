"""Jobs of training: imported here, so that the queue finds them."""

from . import bank, certificates, courses, drills, papers

__all__ = ["bank", "certificates", "courses", "drills", "papers"]
