"""Jobs of training: imported here, so that the queue finds them."""

from . import bank, drills, papers

__all__ = ["bank", "drills", "papers"]
