"""A learning record store spoken to by the Experience API 1.0.3."""

from .client import LrsClient, LrsError, Result

__all__ = ["LrsClient", "LrsError", "Result"]
