"""Jobs of training: imported here, so that the queue finds them."""

from . import bank

__all__ = ["bank"]
